//! What AWS demands of particular actions and resources, as data.

use rolecall_names::Arn;

/// Actions that nobody needs permission for and nobody can be denied.
///
/// Source: AWS STS API Reference, GetCallerIdentity and GetSessionToken, sections "Permissions".
const NO_PERMISSION: [&str; 2] = ["sts:GetCallerIdentity", "sts:GetSessionToken"];

/// Resources whose own policy must allow even inside their account: service of the action, service of the
/// resource, beginning of the resource part.
///
/// Source: IAM User Guide, "Policy evaluation for requests within a single account": "IAM role trust policies and
/// KMS key policies are exceptions".
const RESOURCE_MUST_ALLOW: [(&str, &str, &str); 2] = [("sts:", "iam", "role/"), ("kms:", "kms", "key/")];

pub(super) fn no_permission(action: &str) -> bool {
    NO_PERMISSION.iter().any(|exempt| exempt.eq_ignore_ascii_case(action))
}

pub(super) fn resource_must_allow(action: &str, resource: Option<&Arn<'_>>) -> bool {
    resource.is_some_and(|arn| {
        RESOURCE_MUST_ALLOW.iter().any(|(prefix, service, kind)| {
            starts_with(action, prefix) && arn.service == *service && arn.resource.starts_with(kind)
        })
    })
}

/// Whether a role is to be assumed, which a root user may not.
pub(super) fn assumes_role(action: &str, resource: Option<&Arn<'_>>) -> bool {
    action.eq_ignore_ascii_case("sts:AssumeRole") && resource_must_allow(action, resource)
}

fn starts_with(action: &str, prefix: &str) -> bool {
    action.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix))
}
