//! What a Lambda function is told by variables alone.
//!
//! Source: AWS Lambda Developer Guide, "Defined runtime environment variables". Those that tell of a runtime (`_HANDLER`,
//! `AWS_EXECUTION_ENV`, `AWS_LAMBDA_RUNTIME_API`, `LAMBDA_TASK_ROOT`, `LAMBDA_RUNTIME_DIR`) are left out: a program in a
//! place has none.

use super::{Handed, Offer};

pub(super) fn offer(offer: &mut Offer) {
    let name = offer.facts.name.clone();
    let mut set = |name: &str, value: &str| offer.env.push((name.to_owned(), value.to_owned()));
    if let Some(region) = offer.facts.region {
        set("AWS_REGION", region.name());
        set("AWS_DEFAULT_REGION", region.name());
    }
    set("AWS_LAMBDA_FUNCTION_NAME", &name);
    set("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST");
    // The default, in megabytes (Lambda API Reference, CreateFunction).
    set("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128");
    set("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
    set("AWS_LAMBDA_LOG_GROUP_NAME", &format!("/aws/lambda/{name}"));
    set("TZ", ":UTC");
}

/// The execution role's keys.
pub(super) fn credentials(handed: Handed) -> [(String, String); 3] {
    [
        ("AWS_ACCESS_KEY_ID", handed.access_key_id),
        ("AWS_SECRET_ACCESS_KEY", handed.secret_access_key),
        ("AWS_SESSION_TOKEN", handed.session_token),
    ]
    .map(|(name, value)| (name.to_owned(), value))
}
