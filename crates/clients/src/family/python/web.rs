//! Credentials that a browser or an identity provider stands behind: web identity and IAM Identity Center.

use super::{
    Python,
    profiles::Profile,
    refusal::invalid_config,
    sts::{self, Maker},
    validate::Parameters,
};
use crate::{At, ClientError, SessionName, Source, Text, table::Sso};

/// `AssumeRoleWithWebIdentityProvider`. The environment goes before the profile, key by key.
pub(super) fn identity(
    reader: &Python<'_>,
    region: Option<&Text>,
    name: &str,
    environment: bool,
) -> Result<Option<Source>, ClientError> {
    let profile = reader.profile.get(name);
    let find = |variable: &'static str, key: &str| {
        let set = reader.settings.variable(variable).filter(|_| environment);
        set.map(|value| Text { value: value.to_owned(), at: At::Env(variable) })
            .or_else(|| profile.and_then(|profile| profile.text(key)))
    };
    let file = find("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file");
    let Some(token_file) = file.filter(|file| !file.value.is_empty()) else { return Ok(None) };
    let role = find("AWS_ROLE_ARN", "role_arn");
    let Some(role_arn) = role.filter(|role| !role.value.is_empty()) else {
        let text = "The provided profile or the current environment is configured to assume role with web identity but has \
                    no role ARN configured. Ensure that the profile has the role_arnconfiguration set or the AWS_ROLE_ARN \
                    env var is set.";
        return Err(invalid_config(text.to_owned(), token_file.at));
    };
    let given = find("AWS_ROLE_SESSION_NAME", "role_session_name").filter(|name| !name.value.is_empty());
    let session_name = given.map_or(SessionName::Generated(reader.habits().session_name), SessionName::Given);
    Parameters::default().role_arn(&role_arn).session_name(&session_name).check()?;
    let endpoint = Box::new(sts::target(reader, region, Maker::Chain)?.into_endpoint(reader.client));
    Ok(Some(Source::WebIdentity { role_arn, token_file, session_name, duration_seconds: None, endpoint }))
}

/// `SSOProvider`, as far as the files tell.
pub(super) fn sso(reader: &Python<'_>, profile: &Profile, name: &str) -> Result<Option<Source>, ClientError> {
    let (account, role) = (profile.text("sso_account_id"), profile.text("sso_role_name"));
    let habit = reader.habits().sso;
    if habit == Sso::Nowhere || (account.is_none() && role.is_none()) {
        return Ok(None);
    }
    let session = profile
        .text("sso_session")
        .filter(|_| habit == Sso::Section)
        .map(|session| (reader.profile.sso_session(&session.value), session));
    let required = match habit {
        Sso::Section => ["sso_role_name", "sso_account_id", "sso_start_url", "sso_region"],
        _ => ["sso_start_url", "sso_region", "sso_role_name", "sso_account_id"],
    };
    match &session {
        Some((None, session)) => {
            let text = format!("The specified sso-session does not exist: \"{}\"", session.value);
            return Err(invalid_config(text, session.at));
        }
        Some((Some(entries), _)) => {
            for entry in entries.iter() {
                let Some(own) = profile.text(&entry.key).filter(|own| own.value != entry.value) else { continue };
                let text = format!(
                    "The value for {} is inconsistent between profile ({}) and sso-session ({}).",
                    entry.key, own.value, entry.value
                );
                return Err(invalid_config(text, own.at));
            }
        }
        None => {}
    }
    let held = |key: &str| {
        profile.has(key)
            || session
                .as_ref()
                .is_some_and(|(entries, _)| entries.is_some_and(|entries| entries.iter().any(|entry| entry.key == key)))
    };
    let lacking: Vec<&str> = required.into_iter().filter(|key| !held(key)).collect();
    match (account, role) {
        (Some(account), Some(role)) if lacking.is_empty() => Ok(Some(Source::Sso { account, role })),
        _ => {
            let text = format!(
                "The profile \"{name}\" is configured to use SSO but is missing required configuration: {}",
                lacking.join(", ")
            );
            Err(invalid_config(text, profile.at()))
        }
    }
}
