//! Version 1: its providers of credentials.
//!
//! Source: `DefaultAWSCredentialsProviderChain.java` and `ProfilesConfigFile.java` of aws-sdk-java 1.12.797.

use super::{
    first::{First, global, profile},
    refused,
};
use crate::{
    At, Client, ClientError, Hop, Plan, Provided, SessionName, Settings, Source, Text,
    endpoint::because,
    ini::{Entry, Section, entry},
};

/// Each provider is asked in turn, and what one of them says is wrong is forgotten where another has credentials.
pub(super) fn chain(client: &Client, settings: &Settings<'_>) -> Result<Plan, ClientError> {
    let first = First::load(client, settings)?;
    if let Some(name) = settings.profile {
        return first.of_profile(&Text { value: name.to_owned(), at: At::Profile });
    }
    let plan = |start, text: &str, at| Plan { start, hops: Vec::new(), because: vec![because(text, at)] };
    if let Some(start) = first.of_environment() {
        return Ok(plan(start, "keys in the environment come first", At::Env("AWS_ACCESS_KEY_ID")));
    }
    let set =
        |name: &'static str| settings.variable(name).map(|value| Text { value: value.to_owned(), at: At::Env(name) });
    if let (Some(file), Some(role)) = (set("AWS_WEB_IDENTITY_TOKEN_FILE"), set("AWS_ROLE_ARN")) {
        let at = file.at;
        if let Ok(start) = first.web_identity(file, role, set("AWS_ROLE_SESSION_NAME")) {
            return Ok(plan(start, "the environment tells a web identity", at));
        }
    }
    let of_profile = first.of_profile(&first.profile);
    if of_profile.is_ok() {
        return of_profile;
    }
    let named =
        ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"].into_iter().find_map(set);
    let of_container = (settings.provided == Provided::Container).then_some(At::Default);
    if let Some(at) = named.map(|uri| uri.at).or(of_container) {
        return Ok(plan(Source::Container { at }, "nothing before has credentials; the container's are taken", at));
    }
    let off = settings.variable("AWS_EC2_METADATA_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true"));
    if settings.provided == Provided::InstanceMetadata && !off {
        let start = Source::InstanceMetadata { at: At::Default };
        return Ok(plan(start, "nothing before has credentials; the instance's are taken", At::Default));
    }
    let why = match of_profile {
        Err(ClientError::Refused(refusal)) => refusal.at,
        _ => At::Default,
    };
    Err(refused("Unable to load AWS credentials from any provider in the chain", why))
}

impl<'a> First<'a> {
    fn web_identity(&self, token_file: Text, role_arn: Text, name: Option<Text>) -> Result<Source, ClientError> {
        let endpoint = Box::new(self.regional(None, "https")?.into_endpoint(self.client));
        let made_up = SessionName::Generated(self.client.row().habits.web_session_name);
        let session_name = name.map_or(made_up, SessionName::Given);
        Ok(Source::WebIdentity { role_arn, token_file, session_name, duration_seconds: None, endpoint })
    }

    fn of_environment(&self) -> Option<Source> {
        let set = |names: [&'static str; 2]| {
            names.into_iter().find_map(|name| Some((self.settings.variable(name)?.trim(), At::Env(name))))
        };
        let filled = |found: Option<(&'a str, At)>| found.filter(|(value, _)| !value.is_empty());
        let key = filled(set(["AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY"]));
        let secret = filled(set(["AWS_SECRET_KEY", "AWS_SECRET_ACCESS_KEY"]));
        if let (Some((key, at)), Some(_)) = (key, secret) {
            return Some(Source::Environment { access_key_id: Some(Text { value: key.to_owned(), at }) });
        }
        (self.settings.provided == Provided::Environment).then_some(Source::Environment { access_key_id: None })
    }

    /// A profile of the file that credentials are read from: one role at most, from keys that stand in its source.
    fn of_profile(&self, name: &Text) -> Result<Plan, ClientError> {
        let sections = match &self.credentials {
            Some(Ok(sections)) => sections,
            Some(Err((says, at))) => return Err(refused(says.clone(), *at)),
            None => return Err(refused("profile file cannot be null", At::Default)),
        };
        let Some(section) = profile(sections, &name.value) else {
            return Err(refused(format!("No AWS profile named '{}'", name.value), name.at));
        };
        let get = |key| entry(&section.entries, key).map(Entry::text);
        let start = |start| Plan {
            start,
            hops: Vec::new(),
            because: vec![because(format!("the profile {} is read", name.value), name.at)],
        };
        let Some(role_arn) = get("role_arn") else {
            return match get("credential_process") {
                Some(command) => Ok(start(Source::Process { command })),
                None => keys(section).map(start),
            };
        };
        let Some(source) = get("source_profile").filter(|source| !source.value.is_empty()) else {
            let says = "Source profile name is not specified";
            let text = format!("Unable to load credentials from profile [{}]: {says}", section.name);
            return Err(refused(text, section.at));
        };
        let Some(from) = profile(sections, &source.value) else {
            let says = format!("Source profile was not found [{}]", source.value);
            return Err(refused(format!("Unable to load source profile [{}]: {says}", section.name), source.at));
        };
        let keys = keys(from)?;
        if let Some(file) = get("web_identity_token_file") {
            return self.web_identity(file, role_arn, get("role_session_name")).map(start);
        }
        let habits = &self.client.row().habits;
        let mut plan = start(keys);
        plan.because.push(because(format!("{} is the source_profile of {}", source.value, name.value), source.at));
        let given = get("role_session_name");
        let why = because("the role of a profile is assumed at the global endpoint, whatever the Region", At::Default);
        plan.hops.push(Hop {
            role_arn,
            session_name: given.map_or(SessionName::Generated(habits.session_name), SessionName::Given),
            external_id: get("external_id"),
            duration_seconds: habits.duration_seconds.map(|seconds| (seconds, At::Default)),
            mfa_serial: None,
            source_identity: None,
            endpoint: global("https", vec![why]).into_endpoint(self.client),
            profile: Some(name.value.clone()),
            at: section.at,
        });
        Ok(plan)
    }
}

fn keys(section: &Section) -> Result<Source, ClientError> {
    let get = |key| entry(&section.entries, key).map(Entry::text);
    let lacks = |profile: &str, says: &str| {
        refused(format!("Unable to load credentials into profile [{profile}]: {says}"), section.at)
    };
    let key = get("aws_access_key_id").filter(|key| !key.value.is_empty());
    let access_key_id = key.ok_or_else(|| lacks(&section.name, "AWS Access Key ID is not specified."))?;
    let secret = get("aws_secret_access_key");
    if secret.as_ref().is_none_or(|secret| secret.value.is_empty()) {
        // It names the key that is not there in the place of the profile.
        let named = secret.map_or_else(|| "null".to_owned(), |secret| secret.value);
        return Err(lacks(&named, "AWS Secret Access Key is not specified."));
    }
    if get("aws_session_token").is_some_and(|token| token.value.is_empty()) {
        return Err(lacks(&section.name, "AWS Session Token is empty."));
    }
    Ok(Source::StaticKeys { access_key_id, profile: section.name.clone() })
}
