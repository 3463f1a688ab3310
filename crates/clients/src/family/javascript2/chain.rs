//! The providers of credentials in their order, and the roles of a profile.

use super::{JavaScript, Made, refused, target};
use crate::{
    At, ClientError, Endpoint, Hop, Pattern, Plan, Provided, SessionName, Source, Text, endpoint::because, plan,
};

const TOKEN_FILE: Pattern = Pattern { before: "token-file-web-identity", made: plan::Made::Nothing };

pub(super) fn chain(reader: &JavaScript<'_>) -> Result<Plan, ClientError> {
    let profiles = &reader.profile;
    let name = profiles.active.value.clone();
    let explicit = profiles.active.at == At::Profile;
    let plan = |start, why| Ok(Plan { start, hops: Vec::new(), because: vec![why] });
    if !explicit && let Some(start) = environment(reader) {
        let at = At::Env("AWS_ACCESS_KEY_ID");
        return plan(start, because("keys in the environment come before every profile", at));
    }
    if let Some(mut plan) = shared(reader, &name, false, &mut Vec::new())? {
        plan.because.insert(0, because(format!("the profile {name} leads to credentials"), profiles.at(&name)));
        return Ok(plan);
    }
    if !explicit {
        if let Some((start, at)) = container(reader) {
            return plan(
                start,
                because("neither environment nor files have credentials; the container's are taken", at),
            );
        }
        if let Some(command) = profiles.merged(&name, "credential_process") {
            let at = command.at;
            return plan(Source::Process { command }, because("the profile names a process", at));
        }
        if let Some(plan) = token_file(reader)? {
            return Ok(plan);
        }
        if reader.settings.provided == Provided::InstanceMetadata && !metadata_disabled(reader) {
            let start = Source::InstanceMetadata { at: At::Default };
            return plan(start, because("nothing else has credentials; the instance's are taken", At::Default));
        }
    }
    let text = "Missing credentials in config, if using AWS_CONFIG_FILE, set AWS_SDK_LOAD_CONFIG=1";
    Err(refused("CredentialsError", text, At::Default))
}

fn environment(reader: &JavaScript<'_>) -> Option<Source> {
    let set = |name| reader.settings.variable(name).filter(|value| !value.is_empty());
    for (key, secret) in
        [("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), ("AMAZON_ACCESS_KEY_ID", "AMAZON_SECRET_ACCESS_KEY")]
    {
        if let (Some(value), Some(_)) = (set(key), set(secret)) {
            return Some(Source::Environment {
                access_key_id: Some(Text { value: value.to_owned(), at: At::Env(key) }),
            });
        }
    }
    (reader.settings.provided == Provided::Environment).then_some(Source::Environment { access_key_id: None })
}

fn container(reader: &JavaScript<'_>) -> Option<(Source, At)> {
    let at = ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"]
        .into_iter()
        .find(|name| reader.settings.variable(name).is_some_and(|value| !value.is_empty()))
        .map(At::Env)
        .or((reader.settings.provided == Provided::Container).then_some(At::Default))?;
    Some((Source::Container { at }, at))
}

fn metadata_disabled(reader: &JavaScript<'_>) -> bool {
    reader.settings.variable("AWS_EC2_METADATA_DISABLED").is_some_and(|value| !value.is_empty())
}

/// `SharedIniFileCredentials`; `None` where it fails, and the next provider is asked.
fn shared(
    reader: &JavaScript<'_>,
    name: &str,
    prefers_keys: bool,
    visited: &mut Vec<String>,
) -> Result<Option<Plan>, ClientError> {
    let profiles = &reader.profile;
    if !profiles.readable() || !profiles.has(name) {
        return Ok(None);
    }
    let get = |key| profiles.merged(name, key);
    let keys = get("aws_access_key_id").filter(|_| get("aws_secret_access_key").is_some());
    let Some(role_arn) = get("role_arn").filter(|_| !(prefers_keys && keys.is_some())) else {
        return Ok(keys.map(|access_key_id| Plan {
            start: Source::StaticKeys { access_key_id, profile: name.to_owned() },
            hops: Vec::new(),
            because: Vec::new(),
        }));
    };
    let Some(source) = get("source_profile").filter(|source| profiles.has(&source.value)) else { return Ok(None) };
    if visited.iter().any(|seen| seen == name) || visited.len() >= crate::family::MAX_HOPS {
        let text =
            format!("the profiles {} lead to each other, and the client never comes to an end", visited.join(", "));
        return Err(refused("RangeError", text, source.at));
    }
    visited.push(name.to_owned());
    let Some(mut plan) = shared(reader, &source.value, true, visited)? else { return Ok(None) };
    plan.because.push(because(format!("{} is the source_profile of {name}", source.value), source.at));
    let own = get("region").unwrap_or(Text { value: "us-east-1".to_owned(), at: At::Default });
    let mut endpoint = made(reader, Some(own.clone()))?;
    let text = match own.at {
        At::Default => format!("the AssumeRole of {name} is made in us-east-1, as the profile has no Region"),
        _ => format!("the AssumeRole of {name} is made in the profile's own Region, {}", own.value),
    };
    endpoint.because.push(because(text, own.at));
    let given = get("role_session_name");
    let seconds = get("duration_seconds").and_then(|text| Some((super::super::parse_int(&text.value)?, text.at)));
    plan.hops.push(Hop {
        role_arn,
        session_name: given.map_or(SessionName::Generated(reader.habits().session_name), SessionName::Given),
        external_id: get("external_id"),
        duration_seconds: seconds.filter(|(seconds, _)| *seconds > 0),
        // Sent only where the program brings a function that asks for a code.
        mfa_serial: None,
        source_identity: None,
        endpoint,
        profile: Some(name.to_owned()),
        at: profiles.at(name),
    });
    Ok(Some(plan))
}

fn made(reader: &JavaScript<'_>, region: Option<Text>) -> Result<Endpoint, ClientError> {
    target(reader, &Made { region, options: false }).map(|target| target.into_endpoint(reader.client))
}

/// `TokenFileWebIdentityCredentials`: the environment, else the profile, through its source profiles.
fn token_file(reader: &JavaScript<'_>) -> Result<Option<Plan>, ClientError> {
    let set = |name: &'static str| {
        let value = reader.settings.variable(name).filter(|value| !value.is_empty())?;
        Some(Text { value: value.to_owned(), at: At::Env(name) })
    };
    if let (Some(file), Some(role)) = (set("AWS_WEB_IDENTITY_TOKEN_FILE"), set("AWS_ROLE_ARN")) {
        let at = file.at;
        let start = web_identity(reader, file, role, set("AWS_ROLE_SESSION_NAME"))?;
        let why = because("the environment tells a web identity", at);
        return Ok(Some(Plan { start, hops: Vec::new(), because: vec![why] }));
    }
    let profiles = &reader.profile;
    if !profiles.readable() {
        return Ok(None);
    }
    let mut name = profiles.environment.clone();
    let mut above = Vec::new();
    while profiles.merged(&name, "web_identity_token_file").is_none()
        && let Some(source) = profiles.merged(&name, "source_profile")
    {
        if above.len() >= crate::family::MAX_HOPS {
            return Ok(None);
        }
        above.push(std::mem::replace(&mut name, source.value));
    }
    let get = |name: &str, key| profiles.merged(name, key);
    let (Some(file), Some(role)) = (get(&name, "web_identity_token_file"), get(&name, "role_arn")) else {
        return Ok(None);
    };
    let why = because(format!("the profile {name} tells a web identity"), file.at);
    let start = web_identity(reader, file, role, get(&name, "role_session_name"))?;
    let mut hops = Vec::new();
    for name in above.into_iter().rev() {
        let Some(role_arn) = get(&name, "role_arn") else { return Ok(None) };
        let given = get(&name, "role_session_name");
        hops.push(Hop {
            role_arn,
            session_name: given.map_or(SessionName::Generated(TOKEN_FILE), SessionName::Given),
            external_id: None,
            duration_seconds: None,
            mfa_serial: None,
            source_identity: None,
            endpoint: made(reader, None)?,
            at: profiles.at(&name),
            profile: Some(name),
        });
    }
    Ok(Some(Plan { start, hops, because: vec![why] }))
}

fn web_identity(
    reader: &JavaScript<'_>,
    token_file: Text,
    role_arn: Text,
    given: Option<Text>,
) -> Result<Source, ClientError> {
    let session_name = given.map_or(SessionName::Generated(TOKEN_FILE), SessionName::Given);
    let endpoint = Box::new(made(reader, None)?);
    Ok(Source::WebIdentity { role_arn, token_file, session_name, duration_seconds: None, endpoint })
}
