//! The default credential provider: environment, files, process, web identity, and what the place provides.
//!
//! Most of what is wrong with a profile only makes it be passed over, and the next provider is asked.

use super::{JavaScript, Maker, refused, region, target};
use crate::{
    At, Because, ClientError, Hop, Pattern, Plan, Provided, SessionName, Source, Text, endpoint::because, plan::Made,
};

const WEB: Pattern = Pattern { before: "aws-sdk-js-session-", made: Made::Milliseconds };

pub(super) fn chain(reader: &JavaScript<'_>) -> Result<Plan, ClientError> {
    let profiles = &reader.profile;
    let plan = |start, why| Ok(Plan { start, hops: Vec::new(), because: vec![why] });
    if let Some(start) = environment(reader).filter(|_| !profiles.named) {
        let at = At::Env("AWS_ACCESS_KEY_ID");
        return plan(start, because("keys in the environment come first where no profile is named", at));
    }
    let mut walk = Walk { reader, outermost: None };
    if let Some(mut plan) = walk.resolve(&profiles.active.value, &mut Vec::new(), false)? {
        let name = &profiles.active.value;
        plan.because.insert(0, because(format!("the profile {name} leads to credentials"), profiles.at(name)));
        if profiles.named && environment(reader).is_some() {
            let text = "the keys in the environment are not looked at, because a profile is named";
            plan.because.push(because(text, profiles.active.at));
        }
        return Ok(plan);
    }
    if let Some(command) = profiles.merged(&profiles.active.value, "credential_process") {
        let at = command.at;
        return plan(Source::Process { command }, because("the profile names a process", at));
    }
    if let Some(start) = token_file(reader)? {
        return plan(start, because("the environment tells a web identity", At::Env("AWS_WEB_IDENTITY_TOKEN_FILE")));
    }
    if let Some((start, at)) = container(reader).or_else(|| instance(reader)) {
        return plan(start, because("neither environment nor files have credentials; the place gives them", at));
    }
    Err(refused("CredentialsProviderError", "Could not load credentials from any providers", At::Default))
}

fn environment(reader: &JavaScript<'_>) -> Option<Source> {
    let set = |name| reader.settings.variable(name).filter(|value| !value.is_empty());
    match (set("AWS_ACCESS_KEY_ID"), set("AWS_SECRET_ACCESS_KEY")) {
        (Some(key), Some(_)) => {
            let access_key_id = Text { value: key.to_owned(), at: At::Env("AWS_ACCESS_KEY_ID") };
            Some(Source::Environment { access_key_id: Some(access_key_id) })
        }
        _ if reader.settings.provided == Provided::Environment => Some(Source::Environment { access_key_id: None }),
        _ => None,
    }
}

fn container(reader: &JavaScript<'_>) -> Option<(Source, At)> {
    let at = ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"]
        .into_iter()
        .find(|name| reader.settings.variable(name).is_some_and(|value| !value.is_empty()))
        .map(At::Env)
        .or((reader.settings.provided == Provided::Container).then_some(At::Default))?;
    Some((Source::Container { at }, at))
}

fn instance(reader: &JavaScript<'_>) -> Option<(Source, At)> {
    let off = reader.settings.variable("AWS_EC2_METADATA_DISABLED").is_some_and(|value| !matches!(value, "" | "false"));
    let given = reader.settings.provided == Provided::InstanceMetadata && !off;
    given.then_some((Source::InstanceMetadata { at: At::Default }, At::Default))
}

fn token_file(reader: &JavaScript<'_>) -> Result<Option<Source>, ClientError> {
    let set = |name: &'static str| {
        let value = reader.settings.variable(name).filter(|value| !value.is_empty())?;
        Some(Text { value: value.to_owned(), at: At::Env(name) })
    };
    let (Some(file), Some(role)) = (set("AWS_WEB_IDENTITY_TOKEN_FILE"), set("AWS_ROLE_ARN")) else { return Ok(None) };
    web_identity(reader, file, role, set("AWS_ROLE_SESSION_NAME")).map(Some)
}

fn web_identity(
    reader: &JavaScript<'_>,
    token_file: Text,
    role_arn: Text,
    name: Option<Text>,
) -> Result<Source, ClientError> {
    let endpoint = target(reader, region(reader), Maker::Chain)?.into_endpoint(reader.client);
    let session_name = name.map_or(SessionName::Generated(WEB), SessionName::Given);
    Ok(Source::WebIdentity { role_arn, token_file, session_name, duration_seconds: None, endpoint: Box::new(endpoint) })
}

struct Walk<'a, 'r> {
    reader: &'r JavaScript<'a>,
    /// The Region of the first profile that assumes a role: one client makes all the calls.
    outermost: Option<Option<Text>>,
}

impl Walk<'_, '_> {
    fn get(&self, profile: &str, key: &str) -> Option<Text> {
        self.reader.profile.merged(profile, key)
    }

    /// `resolveProfileData`; `None` where it fails and the next provider is asked.
    fn resolve(&mut self, name: &str, visited: &mut Vec<String>, as_role: bool) -> Result<Option<Plan>, ClientError> {
        let one = |start| Ok(Some(Plan { start, hops: Vec::new(), because: Vec::new() }));
        let keys = self.keys(name);
        if let Some(start) = keys.clone().filter(|_| !visited.is_empty()) {
            return one(start);
        }
        let (role, source, named) =
            (self.get(name, "role_arn"), self.get(name, "source_profile"), self.get(name, "credential_source"));
        if as_role || (role.is_some() && source.is_some() != named.is_some()) {
            return self.assume(name, visited);
        }
        if let Some(start) = keys {
            return one(start);
        }
        if let (Some(file), Some(role)) = (self.get(name, "web_identity_token_file"), role) {
            return one(web_identity(self.reader, file, role, self.get(name, "role_session_name"))?);
        }
        if let Some(command) = self.get(name, "credential_process") {
            return one(Source::Process { command });
        }
        if let (Some(account), Some(role)) = (self.get(name, "sso_account_id"), self.get(name, "sso_role_name")) {
            return one(Source::Sso { account, role });
        }
        if let Some(session) = self.get(name, "login_session") {
            return one(Source::Login { session });
        }
        Ok(None)
    }

    fn keys(&self, name: &str) -> Option<Source> {
        let access_key_id = self.get(name, "aws_access_key_id")?;
        self.get(name, "aws_secret_access_key")?;
        Some(Source::StaticKeys { access_key_id, profile: name.to_owned() })
    }

    /// `resolveAssumeRoleCredentials`.
    fn assume(&mut self, name: &str, visited: &mut Vec<String>) -> Result<Option<Plan>, ClientError> {
        let own = self.get(name, "region");
        self.outermost.get_or_insert(own);
        let source = self.get(name, "source_profile");
        let role_arn = self.get(name, "role_arn");
        let looped = source.as_ref().is_some_and(|source| visited.contains(&source.value));
        if visited.len() >= crate::family::MAX_HOPS {
            return Err(refused("RangeError", "the chain of profiles is too long", self.reader.profile.at(name)));
        }
        if looped || (source.is_none() && !self.credential_source_exists(name)) {
            return Ok(None);
        }
        // Asked for before it shows whether there are credentials to ask with.
        if let Some(serial) = self.get(name, "mfa_serial").filter(|_| role_arn.is_some()) {
            let text =
                format!("Profile {name} requires multi-factor authentication, but no MFA code callback was provided.");
            return Err(refused("CredentialsProviderError", text, serial.at));
        }
        let mut plan = match &source {
            Some(source) => {
                visited.push(source.value.clone());
                let as_role = self.reader.profile.has(&source.value)
                    && self.get(&source.value, "role_arn").is_none()
                    && self.get(&source.value, "credential_source").is_some();
                match self.resolve(&source.value, visited, as_role)? {
                    Some(mut plan) => {
                        let text = format!("{} is the source_profile of {name}", source.value);
                        plan.because.push(because(text, source.at));
                        plan
                    }
                    None => return Ok(None),
                }
            }
            None => match self.credential_source(name) {
                Some((start, why)) => Plan { start, hops: Vec::new(), because: vec![why] },
                None => return Ok(None),
            },
        };
        let Some(role_arn) = role_arn else { return Ok(Some(plan)) };
        plan.hops.push(self.hop(name, role_arn)?);
        Ok(Some(plan))
    }

    fn credential_source_exists(&self, name: &str) -> bool {
        let source = self.get(name, "credential_source").map(|source| source.value);
        matches!(source.as_deref(), Some("Environment" | "EcsContainer" | "Ec2InstanceMetadata"))
    }

    fn credential_source(&self, name: &str) -> Option<(Source, Because)> {
        let source = self.get(name, "credential_source")?;
        let start = match source.value.as_str() {
            "Environment" => environment(self.reader)?,
            "EcsContainer" => container(self.reader)?.0,
            "Ec2InstanceMetadata" => instance(self.reader)?.0,
            _ => return None,
        };
        let text = format!("{} is the credential_source of {name}", source.value);
        Some((start, because(text, source.at)))
    }

    fn hop(&self, name: &str, role_arn: Text) -> Result<Hop, ClientError> {
        let own = self.outermost.clone().flatten();
        let region = own.or_else(|| region(self.reader));
        let endpoint = target(self.reader, region, Maker::Chain)?.into_endpoint(self.reader.client);
        let given = self.get(name, "role_session_name");
        let duration = self.get(name, "duration_seconds");
        let duration_seconds = match &duration {
            Some(text) => crate::family::parse_int(&text.value).map(|seconds| (seconds, text.at)),
            None => self.reader.habits().duration_seconds.map(|seconds| (seconds, At::Default)),
        };
        Ok(Hop {
            role_arn,
            session_name: given.map_or(SessionName::Generated(self.reader.habits().session_name), SessionName::Given),
            external_id: self.get(name, "external_id"),
            duration_seconds,
            mfa_serial: None,
            source_identity: None,
            endpoint,
            profile: Some(name.to_owned()),
            at: self.reader.profile.at(name),
        })
    }
}
