//! Version 2: its providers of credentials.
//!
//! Source: `ProfileCredentialsUtils.java` and `StsProfileCredentialsProviderFactory.java` of aws-sdk-java-v2 2.57.8.

use super::{
    refused,
    second::{Maker, Second, load, of_environment, region, target, url},
};
use crate::{
    At, Client, ClientError, Endpoint, Hop, Plan, Provided, SessionName, Settings, Source, Text,
    endpoint::because,
    family::{MAX_HOPS, Reader},
};

/// Each provider is asked in turn, and what one of them says is wrong is forgotten where another has credentials.
pub(super) fn chain(client: &Client, settings: &Settings<'_>) -> Result<Plan, ClientError> {
    let reader = load(client, settings)?;
    let plan = |start, text: &str, at| Plan { start, hops: Vec::new(), because: vec![because(text, at)] };
    if let Some(start) = environment(&reader) {
        return Ok(plan(start, "keys in the environment come first", At::Env("AWS_ACCESS_KEY_ID")));
    }
    let set = |name: &'static str| {
        let value = settings.variable(name)?;
        Some(Text { value: value.trim().to_owned(), at: At::Env(name) })
    };
    let walk = Walk { chained: with_environments_profile(&reader), reader: &reader };
    if let (Some(file), Some(role)) = (set("AWS_WEB_IDENTITY_TOKEN_FILE"), set("AWS_ROLE_ARN")) {
        let at = file.at;
        if let Ok(start) = walk.web_identity(file, role, set("AWS_ROLE_SESSION_NAME")) {
            return Ok(plan(start, "the environment tells a web identity", at));
        }
    }
    let active = &reader.profile.active;
    let of_profile = walk.resolve(&active.value, &mut Vec::new());
    if let Ok(Some(mut plan)) = of_profile {
        let at = reader.profile.at(&active.value).unwrap_or(active.at);
        plan.because.insert(0, because(format!("the profile {} is read", active.value), at));
        return Ok(plan);
    }
    if let Some(start) = container(&reader) {
        return Ok(plan(start, "nothing before has credentials; the container's are taken", At::Default));
    }
    if let Some(start) = instance(&reader) {
        return Ok(plan(start, "nothing before has credentials; the instance's are taken", At::Default));
    }
    let why = match of_profile {
        Err(ClientError::Refused(refusal)) => refusal.at,
        _ => At::Default,
    };
    Err(refused("Unable to load credentials from any of the providers in the chain", why))
}

/// What the clients of the chain see: the profile that a program names is not theirs.
fn with_environments_profile<'a>(reader: &Second<'a>) -> Second<'a> {
    let mut profile = reader.profile.clone();
    profile.active = of_environment(reader.settings);
    Reader { client: reader.client, settings: reader.settings, profile }
}

fn environment(reader: &Second<'_>) -> Option<Source> {
    let set = |name| reader.settings.variable(name).map(str::trim).filter(|value| !value.is_empty());
    match (set("AWS_ACCESS_KEY_ID"), set("AWS_SECRET_ACCESS_KEY")) {
        (Some(key), Some(_)) => {
            let access_key_id = Text { value: key.to_owned(), at: At::Env("AWS_ACCESS_KEY_ID") };
            Some(Source::Environment { access_key_id: Some(access_key_id) })
        }
        _ => (reader.settings.provided == Provided::Environment).then_some(Source::Environment { access_key_id: None }),
    }
}

fn container(reader: &Second<'_>) -> Option<Source> {
    let named = ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"];
    let named = named.into_iter().find(|name| reader.settings.variable(name).is_some()).map(At::Env);
    let at = named.or((reader.settings.provided == Provided::Container).then_some(At::Default))?;
    Some(Source::Container { at })
}

fn instance(reader: &Second<'_>) -> Option<Source> {
    let off =
        reader.settings.variable("AWS_EC2_METADATA_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true"));
    (reader.settings.provided == Provided::InstanceMetadata && !off)
        .then_some(Source::InstanceMetadata { at: At::Default })
}

struct Walk<'r, 'a> {
    reader: &'r Second<'a>,
    chained: Second<'a>,
}

impl Walk<'_, '_> {
    fn web_identity(&self, token_file: Text, role_arn: Text, name: Option<Text>) -> Result<Source, ClientError> {
        let made_up = SessionName::Generated(self.reader.habits().web_session_name);
        let session_name = name.map_or(made_up, SessionName::Given);
        let endpoint = Box::new(self.endpoint(None)?);
        Ok(Source::WebIdentity { role_arn, token_file, session_name, duration_seconds: None, endpoint })
    }

    /// Where a call of the chain goes: by the profile's Region, else that of environment and files, else globally.
    fn endpoint(&self, profile: Option<&str>) -> Result<Endpoint, ClientError> {
        let own = profile.and_then(|name| self.reader.profile.get(name, "region"));
        let (region, url) = match own.or_else(|| region(&self.chained, Maker::Chain)) {
            Some(region) => (region, url(&self.chained, Maker::Chain)?),
            None => {
                let own = |value: &str| Text { value: value.to_owned(), at: At::Default };
                (own("us-east-1"), Some(own("https://sts.amazonaws.com")))
            }
        };
        target(&self.chained, &region, url, Maker::Chain).map(|target| target.into_endpoint(self.reader.client))
    }

    fn get(&self, name: &str, key: &str) -> Option<Text> {
        self.reader.profile.get(name, key)
    }

    /// `ProfileCredentialsUtils.credentialsProvider`.
    fn resolve(&self, name: &str, children: &mut Vec<String>) -> Result<Option<Plan>, ClientError> {
        let Some(at) = self.reader.profile.at(name) else { return Ok(None) };
        let plan = |start| Ok(Some(Plan { start, hops: Vec::new(), because: Vec::new() }));
        let role = self.get(name, "role_arn");
        if let (Some(role), Some(file)) = (role.clone(), self.get(name, "web_identity_token_file")) {
            return plan(self.web_identity(file, role, self.get(name, "role_session_name"))?);
        }
        let sso = ["sso_role_name", "sso_account_id", "sso_region", "sso_start_url", "sso_session"];
        if sso.iter().any(|key| self.get(name, key).is_some()) {
            let needed = |key| self.get(name, key).ok_or_else(|| self.lacks(key, name, at));
            let (account, role) = (needed("sso_account_id")?, needed("sso_role_name")?);
            return plan(Source::Sso { account, role });
        }
        let (source, named) = (self.get(name, "source_profile"), self.get(name, "credential_source"));
        match (role, source, named) {
            (Some(role), Some(_), Some(_)) => {
                let text = "Invalid profile file: profile has both source_profile and credential_source.";
                return Err(refused(text, role.at));
            }
            (Some(role), Some(source), None) => {
                return self.source_profile(name, role, &source, children).map(Some);
            }
            (Some(role), None, Some(named)) => {
                let start = self.credential_source(&named)?;
                let why = because(format!("{} is the credential_source of {name}", named.value), named.at);
                let from = Plan { start, hops: Vec::new(), because: vec![why] };
                return self.assume(name, role, from).map(Some);
            }
            _ => {}
        }
        if let Some(command) = self.get(name, "credential_process") {
            return plan(Source::Process { command });
        }
        let (key, token) = (self.get(name, "aws_access_key_id"), self.get(name, "aws_session_token"));
        if key.is_none() && token.is_none() {
            return Ok(None);
        }
        let access_key_id = key.ok_or_else(|| self.lacks("aws_access_key_id", name, at))?;
        self.get(name, "aws_secret_access_key").ok_or_else(|| self.lacks("aws_secret_access_key", name, at))?;
        plan(Source::StaticKeys { access_key_id, profile: name.to_owned() })
    }

    fn lacks(&self, key: &str, name: &str, at: At) -> ClientError {
        refused(format!("Profile property '{key}' was not configured for '{name}'."), at)
    }

    fn source_profile(
        &self,
        name: &str,
        role: Text,
        source: &Text,
        children: &mut Vec<String>,
    ) -> Result<Plan, ClientError> {
        if children.iter().any(|child| child == name) || children.len() >= MAX_HOPS {
            let text = "Invalid profile file: Circular relationship detected with profiles";
            return Err(refused(text, source.at));
        }
        children.push(name.to_owned());
        let Some(mut from) = self.resolve(&source.value, children)? else {
            let told = format!("The source profile of '{name}' was configured to be '{}'", source.value);
            return Err(refused(format!("{told}, but that source profile has no credentials configured."), source.at));
        };
        from.because.push(because(format!("{} is the source_profile of {name}", source.value), source.at));
        self.assume(name, role, from)
    }

    fn assume(&self, name: &str, role_arn: Text, from: Plan) -> Result<Plan, ClientError> {
        let mut plan = from;
        let habits = self.reader.habits();
        let given = self.get(name, "role_session_name");
        plan.hops.push(Hop {
            role_arn,
            session_name: given.map_or(SessionName::Generated(habits.session_name), SessionName::Given),
            external_id: self.get(name, "external_id"),
            duration_seconds: habits.duration_seconds.map(|seconds| (seconds, At::Default)),
            mfa_serial: None,
            source_identity: None,
            endpoint: self.endpoint(Some(name))?,
            profile: Some(name.to_owned()),
            at: self.reader.profile.at(name).unwrap_or(At::Default),
        });
        Ok(plan)
    }

    fn credential_source(&self, named: &Text) -> Result<Source, ClientError> {
        let start = match named.value.as_str() {
            "Environment" => environment(self.reader),
            "EcsContainer" => container(self.reader),
            "Ec2InstanceMetadata" => instance(self.reader),
            other => return Err(refused(format!("{other} is not a valid credential_source"), named.at)),
        };
        start.ok_or_else(|| refused(format!("{} has no credentials", named.value), named.at))
    }
}
