//! The providers of credentials of both versions of the SDK for Go.

use super::{Go, Maker, is_first, refused, shared::Shared, target};
use crate::{At, ClientError, Endpoint, Hop, Plan, Provided, SessionName, Source, Text, endpoint::because};

pub(super) fn chain(reader: &Go<'_>) -> Result<Plan, ClientError> {
    let loaded = &reader.profile;
    if !loaded.explicit {
        if let Some(access_key_id) = environment(reader) {
            let at = access_key_id.as_ref().map_or(At::Default, |key| key.at);
            let start = Source::Environment { access_key_id };
            let why = because("keys in the environment come before every profile that is not given in code", at);
            return Ok(Plan { start, hops: Vec::new(), because: vec![why] });
        }
        let set = |name: &'static str| {
            let value = reader.settings.variable(name).filter(|value| !value.is_empty())?;
            Some(Text { value: value.to_owned(), at: At::Env(name) })
        };
        if let Some(file) = set("AWS_WEB_IDENTITY_TOKEN_FILE") {
            let at = file.at;
            let start = web_identity(reader, file, set("AWS_ROLE_ARN"), set("AWS_ROLE_SESSION_NAME"))?;
            let why = because("the environment tells a web identity", at);
            return Ok(Plan { start, hops: Vec::new(), because: vec![why] });
        }
    }
    let mut plan = of_profile(reader, &loaded.shared)?;
    if let Some(at) = loaded.shared.at {
        plan.because.insert(0, because(format!("the profile {} is read", loaded.shared.profile), at));
    }
    Ok(plan)
}

/// Keys of the environment: `Some(None)` where the place puts them there.
fn environment(reader: &Go<'_>) -> Option<Option<Text>> {
    let set = |names: [&'static str; 2]| {
        names.into_iter().find_map(|name| {
            let value = reader.settings.variable(name).filter(|value| !value.is_empty())?;
            Some(Text { value: value.to_owned(), at: At::Env(name) })
        })
    };
    let key = set(["AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY"]);
    match (key, set(["AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY"])) {
        (Some(key), Some(_)) => Some(Some(key)),
        _ => (reader.settings.provided == Provided::Environment).then_some(None),
    }
}

fn web_identity(
    reader: &Go<'_>,
    token_file: Text,
    role: Option<Text>,
    name: Option<Text>,
) -> Result<Source, ClientError> {
    let Some(role_arn) = role else { return Err(refused("web identity", "role ARN is not set", token_file.at)) };
    let session_name = name.map_or(SessionName::Generated(reader.habits().web_session_name), SessionName::Given);
    let endpoint = Box::new(endpoint(reader)?);
    Ok(Source::WebIdentity { role_arn, token_file, session_name, duration_seconds: None, endpoint })
}

fn endpoint(reader: &Go<'_>) -> Result<Endpoint, ClientError> {
    target(reader, Maker::Chain).map(|target| target.into_endpoint(reader.client))
}

/// `resolveCredsFromProfile`.
fn of_profile(reader: &Go<'_>, shared: &Shared) -> Result<Plan, ClientError> {
    let found = source(reader, shared);
    // What stops a call shows with the first call; what is wrong with a profile shows before.
    let late = matches!(&found, Err(ClientError::Refused(refusal)) if LATE.contains(&refusal.name));
    if found.is_ok() || late {
        check_mfa(shared)?;
    }
    let mut plan = found?;
    if let Some(role_arn) =
        shared.role_arn.clone().filter(|_| !matches!(plan.start, Source::WebIdentity { .. }) || shared.source.is_some())
    {
        plan.hops.push(hop(reader, shared, role_arn)?);
    }
    Ok(plan)
}

const NOBODY: &str = "no credentials";
/// The second version asks for credentials before it looks for the endpoint of a call.
const NOBODY_2: &str = "no credentials for the call";
const LATE: [&str; 4] = [NOBODY, NOBODY_2, "MissingEndpoint", crate::family::RULES];

fn check_mfa(shared: &Shared) -> Result<(), ClientError> {
    let web = shared.source.is_none() && shared.web_identity_token_file.is_some() && shared.access_key_id.is_none();
    match &shared.mfa_serial {
        Some(serial) if shared.role_arn.is_some() && !web => {
            let text = "assume role with MFA enabled, but AssumeRoleTokenProvider session option not set.";
            Err(refused("AssumeRoleTokenProviderNotSetError", text, serial.at))
        }
        _ => Ok(()),
    }
}

/// The credentials that a profile's role, if it has one, is assumed with.
fn source(reader: &Go<'_>, shared: &Shared) -> Result<Plan, ClientError> {
    let start = |start| Plan { start, hops: Vec::new(), because: Vec::new() };
    Ok(if let Some((name, source)) = &shared.source {
        let mut plan = of_profile(reader, source)?;
        let text = format!("{} is the source_profile of {}", name.value, shared.profile);
        plan.because.push(because(text, name.at));
        plan
    } else if let Some(access_key_id) = shared.access_key_id.clone() {
        start(Source::StaticKeys { access_key_id, profile: shared.profile.clone() })
    } else if let Some(source) = &shared.credential_source {
        start(credential_source(reader, source)?)
    } else if let Some(file) = shared.web_identity_token_file.clone() {
        // The role of the profile is the one that the token is for.
        return web_identity(reader, file, shared.role_arn.clone(), shared.session_name.clone()).map(start);
    } else if let Some((account, role)) = shared.sso.clone() {
        start(Source::Sso { account, role })
    } else if let Some(session) = shared.login_session.clone() {
        start(Source::Login { session })
    } else if let Some(command) = shared.credential_process.clone() {
        start(Source::Process { command })
    } else {
        start(of_place(reader, At::Default)?)
    })
}

fn hop(reader: &Go<'_>, shared: &Shared, role_arn: Text) -> Result<Hop, ClientError> {
    // One that is not above a quarter of an hour is not sent; the default is a quarter of an hour.
    let set = shared.duration.as_ref().and_then(|text| Some((integer(&text.value)?, text.at)));
    let set = set.filter(|(seconds, _)| seconds / 60 > 15);
    let given = shared.session_name.clone();
    Ok(Hop {
        role_arn,
        session_name: given.map_or(SessionName::Generated(reader.habits().session_name), SessionName::Given),
        external_id: shared.external_id.clone(),
        duration_seconds: set.or(reader.habits().duration_seconds.map(|seconds| (seconds, At::Default))),
        mfa_serial: None,
        source_identity: None,
        endpoint: endpoint(reader)?,
        profile: Some(shared.profile.clone()),
        at: shared.at.unwrap_or(At::Default),
    })
}

/// `strconv.ParseInt` of base 0, for decimal numbers.
fn integer(text: &str) -> Option<u32> {
    let digits = text.strip_prefix('+').unwrap_or(text);
    let grouped = !digits.starts_with(['_', '0']) && !digits.ends_with('_') && !digits.contains("__");
    grouped.then(|| digits.replace('_', "")).and_then(|digits| digits.parse().ok())
}

fn credential_source(reader: &Go<'_>, source: &Text) -> Result<Source, ClientError> {
    match source.value.as_str() {
        // The first version asks the container before, here too.
        "Ec2InstanceMetadata" if is_first(reader) && container(reader, false).is_some() => of_place(reader, source.at),
        "Ec2InstanceMetadata" => instance(reader, source.at, "EC2RoleRequestError: no EC2 instance role found"),
        "Environment" => match environment(reader) {
            Some(access_key_id) => Ok(Source::Environment { access_key_id }),
            None => Err(nobody(reader, "static credentials are empty", source.at)),
        },
        "EcsContainer" => container(reader, is_first(reader)).map(|at| Source::Container { at }).ok_or_else(|| {
            let text = if is_first(reader) {
                "SharedConfigErr: EcsContainer was specified as the credential_source, but 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI' \
                 was not set"
            } else {
                "EcsContainer was specified as the credential_source, but neither 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI' or \
                 AWS_CONTAINER_CREDENTIALS_FULL_URI' was set"
            };
            refused("credential_source", text, source.at)
        }),
        _ => {
            let text = if is_first(reader) {
                "SharedConfigErr: credential source values must be EcsContainer, Ec2InstanceMetadata, or Environment"
            } else {
                "credential_source values must be EcsContainer, Ec2InstanceMetadata, or Environment"
            };
            Err(refused("credential_source", text, source.at))
        }
    }
}

/// What leads to a container's credentials. For `credential_source` the first version looks at one variable alone.
fn container(reader: &Go<'_>, relative_alone: bool) -> Option<At> {
    let names: &[&'static str] = if relative_alone {
        &["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"]
    } else {
        &["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"]
    };
    let set = |name: &&&'static str| reader.settings.variable(name).is_some_and(|value| !value.is_empty());
    let set = names.iter().find(set).map(|name| At::Env(name));
    set.or((reader.settings.provided == Provided::Container).then_some(At::Default))
}

fn of_place(reader: &Go<'_>, at: At) -> Result<Source, ClientError> {
    match container(reader, false) {
        Some(at) => Ok(Source::Container { at }),
        None => instance(reader, at, "NoCredentialProviders: no valid providers in chain"),
    }
}

fn instance(reader: &Go<'_>, at: At, first: &str) -> Result<Source, ClientError> {
    let off =
        reader.settings.variable("AWS_EC2_METADATA_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true"));
    if reader.settings.provided == Provided::InstanceMetadata && !off {
        return Ok(Source::InstanceMetadata { at });
    }
    Err(nobody(reader, if is_first(reader) { first } else { "no EC2 IMDS role found" }, at))
}

fn nobody(reader: &Go<'_>, text: &str, at: At) -> ClientError {
    refused(if is_first(reader) { NOBODY } else { NOBODY_2 }, text, at)
}
