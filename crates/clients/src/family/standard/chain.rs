//! The providers of credentials in a row's order, and the roles that a profile leads through.
//!
//! Source: AWS SDKs and Tools Reference Guide, "Standardized credential providers" and "Assume role credential provider".

use super::{Maker, Standard, refused, region, target};
use crate::{
    At, ClientError, Endpoint, Hop, Plan, Provided, SessionName, Source, Text,
    endpoint::because,
    table::{HopRegion, NoRegion, Provider},
};

pub(super) fn chain(reader: &Standard<'_>) -> Result<Plan, ClientError> {
    let habits = reader.habits();
    let explicit = reader.profile.active.at == At::Profile && habits.profile_before_environment;
    let plan = |start, text: &str, at| Plan { start, hops: Vec::new(), because: vec![because(text, at)] };
    for provider in habits.chain {
        let found = match provider {
            Provider::Environment if explicit => None,
            Provider::Environment => environment(reader).map(|start| {
                let at = At::Env("AWS_ACCESS_KEY_ID");
                plan(start, "keys in the environment come first", at)
            }),
            Provider::WebIdentity if explicit => None,
            Provider::WebIdentity => web_identity_of_environment(reader)?.map(|start| {
                let at = At::Env("AWS_WEB_IDENTITY_TOKEN_FILE");
                plan(start, "the environment tells a web identity", at)
            }),
            Provider::Profile => Walk { reader, visited: Vec::new() }.start()?,
            Provider::Container => container(reader).map(|(start, at)| {
                plan(start, "neither environment nor files have credentials; the container's are taken", at)
            }),
            Provider::Instance => instance(reader)
                .map(|start| plan(start, "nothing else has credentials; the instance's are taken", At::Default)),
        };
        if let Some(plan) = found {
            return Ok(plan);
        }
    }
    Err(refused(reader, "no credentials", "no provider of credentials has any", At::Default))
}

fn environment(reader: &Standard<'_>) -> Option<Source> {
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

fn container(reader: &Standard<'_>) -> Option<(Source, At)> {
    let at = ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"]
        .into_iter()
        .find(|name| reader.settings.variable(name).is_some_and(|value| !value.is_empty()))
        .map(At::Env)
        .or((reader.settings.provided == Provided::Container).then_some(At::Default))?;
    Some((Source::Container { at }, at))
}

fn instance(reader: &Standard<'_>) -> Option<Source> {
    let off =
        reader.settings.variable("AWS_EC2_METADATA_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true"));
    (reader.settings.provided == Provided::InstanceMetadata && !off)
        .then_some(Source::InstanceMetadata { at: At::Default })
}

fn web_identity_of_environment(reader: &Standard<'_>) -> Result<Option<Source>, ClientError> {
    let set = |name: &'static str| {
        let value = reader.settings.variable(name).filter(|value| !value.is_empty())?;
        Some(Text { value: value.to_owned(), at: At::Env(name) })
    };
    let (Some(file), Some(role)) = (set("AWS_WEB_IDENTITY_TOKEN_FILE"), set("AWS_ROLE_ARN")) else { return Ok(None) };
    web_identity(reader, file, role, set("AWS_ROLE_SESSION_NAME"), None).map(Some)
}

fn web_identity(
    reader: &Standard<'_>,
    token_file: Text,
    role_arn: Text,
    name: Option<Text>,
    profile: Option<&str>,
) -> Result<Source, ClientError> {
    let habits = reader.habits();
    Ok(Source::WebIdentity {
        role_arn,
        token_file,
        session_name: name.map_or(SessionName::Generated(habits.web_session_name), SessionName::Given),
        duration_seconds: None,
        endpoint: Box::new(endpoint(reader, profile)?),
    })
}

/// Where a call of the chain goes.
fn endpoint(reader: &Standard<'_>, profile: Option<&str>) -> Result<Endpoint, ClientError> {
    let habits = reader.habits();
    let own = profile.and_then(|name| reader.profile.get(name, "region")).filter(|region| !region.value.is_empty());
    let clients = || region(reader, habits.region);
    let (found, without) = match habits.hop_region {
        HopRegion::Client => (clients(), habits.no_region),
        HopRegion::ProfileThenClient(without) => (own.or_else(clients), without),
        HopRegion::Environment(without) => {
            let reads: Vec<_> =
                habits.region.iter().copied().filter(|read| *read != crate::table::Read::Code).collect();
            (region(reader, &reads), without)
        }
    };
    let without = if matches!(without, NoRegion::Refuse(..)) { habits.no_region } else { without };
    target(reader, found, without, Maker::Chain).map(|target| target.into_endpoint(reader.client))
}

struct Walk<'a, 'r> {
    reader: &'r Standard<'a>,
    visited: Vec<String>,
}

impl Walk<'_, '_> {
    fn start(&mut self) -> Result<Option<Plan>, ClientError> {
        let active = self.reader.profile.active.clone();
        if !self.reader.profile.has(&active.value) {
            if active.at == At::Default {
                return Ok(None);
            }
            let text = format!("there is no profile {}", active.value);
            return Err(refused(self.reader, "profile not found", text, active.at));
        }
        let plan = self.resolve(&active.value)?;
        Ok(plan.map(|mut plan| {
            let text = format!("the profile {} leads to credentials", active.value);
            plan.because.insert(0, because(text, self.reader.profile.at(&active.value)));
            plan
        }))
    }

    fn get(&self, name: &str, key: &str) -> Option<Text> {
        self.reader.profile.get(name, key).filter(|text| !text.value.is_empty())
    }

    fn resolve(&mut self, name: &str) -> Result<Option<Plan>, ClientError> {
        let plan = |start| Ok(Some(Plan { start, hops: Vec::new(), because: Vec::new() }));
        let keys = self.keys(name);
        let role = self.get(name, "role_arn");
        let (source, named) = (self.get(name, "source_profile"), self.get(name, "credential_source"));
        let first = self.visited.is_empty();
        if let Some(role_arn) =
            role.clone().filter(|_| (source.is_some() || named.is_some()) && (first || keys.is_none()))
        {
            return self.assume(name, role_arn, source, named).map(Some);
        }
        if let (Some(file), Some(role)) = (self.get(name, "web_identity_token_file"), role) {
            return plan(web_identity(self.reader, file, role, self.get(name, "role_session_name"), Some(name))?);
        }
        if let (Some(account), Some(role)) = (self.get(name, "sso_account_id"), self.get(name, "sso_role_name")) {
            return plan(Source::Sso { account, role });
        }
        if let Some(start) = keys {
            return plan(start);
        }
        if let Some(command) = self.get(name, "credential_process") {
            return plan(Source::Process { command });
        }
        match self.get(name, "login_session").filter(|_| self.reader.habits().login) {
            Some(session) => plan(Source::Login { session }),
            None => Ok(None),
        }
    }

    fn keys(&self, name: &str) -> Option<Source> {
        let access_key_id = self.get(name, "aws_access_key_id")?;
        self.get(name, "aws_secret_access_key")?;
        Some(Source::StaticKeys { access_key_id, profile: name.to_owned() })
    }

    fn assume(
        &mut self,
        name: &str,
        role_arn: Text,
        source: Option<Text>,
        named: Option<Text>,
    ) -> Result<Plan, ClientError> {
        if self.visited.len() >= crate::family::MAX_HOPS {
            return Err(refused(self.reader, "profile loop", "the chain of profiles is too long", role_arn.at));
        }
        self.visited.push(name.to_owned());
        let mut plan = match (source, named) {
            (Some(source), Some(_)) => {
                let text = format!("the profile {name} has both source_profile and credential_source");
                return Err(refused(self.reader, "invalid profile", text, source.at));
            }
            (Some(source), None) => self.source_profile(name, &source)?,
            (None, Some(named)) => self.credential_source(name, &named)?,
            (None, None) => {
                return Err(refused(self.reader, "invalid profile", "no source of credentials", role_arn.at));
            }
        };
        let habits = self.reader.habits();
        let seconds = self.get(name, "duration_seconds").and_then(|text| Some((text.value.parse().ok()?, text.at)));
        let given = self.get(name, "role_session_name");
        plan.hops.push(Hop {
            role_arn,
            session_name: given.map_or(SessionName::Generated(habits.session_name), SessionName::Given),
            external_id: self.get(name, "external_id"),
            duration_seconds: seconds.or(habits.duration_seconds.map(|seconds| (seconds, At::Default))),
            mfa_serial: self.get(name, "mfa_serial"),
            source_identity: None,
            endpoint: endpoint(self.reader, Some(name))?,
            profile: Some(name.to_owned()),
            at: self.reader.profile.at(name),
        });
        Ok(plan)
    }

    fn source_profile(&mut self, name: &str, source: &Text) -> Result<Plan, ClientError> {
        let mut plan = if !self.reader.profile.has(&source.value) {
            let text = format!("the source_profile {} of the profile {name} does not exist", source.value);
            return Err(refused(self.reader, "profile not found", text, source.at));
        } else if let Some(start) = self.keys(name).filter(|_| source.value == name) {
            Plan { start, hops: Vec::new(), because: Vec::new() }
        } else if self.visited.contains(&source.value) {
            let text = format!("the profiles {} lead to each other", self.visited.join(", "));
            return Err(refused(self.reader, "profile loop", text, source.at));
        } else {
            let found = self.resolve(&source.value)?;
            found.ok_or_else(|| {
                let text = format!("the source_profile {} has no credentials", source.value);
                refused(self.reader, "invalid profile", text, source.at)
            })?
        };
        plan.because.push(because(format!("{} is the source_profile of {name}", source.value), source.at));
        Ok(plan)
    }

    fn credential_source(&self, name: &str, named: &Text) -> Result<Plan, ClientError> {
        let start = match named.value.as_str() {
            "Environment" => environment(self.reader),
            "EcsContainer" => container(self.reader).map(|(start, _)| start),
            "Ec2InstanceMetadata" => instance(self.reader),
            _ => None,
        };
        let start = start.ok_or_else(|| {
            let text = format!("the credential_source {} of the profile {name} has no credentials", named.value);
            refused(self.reader, "no credentials", text, named.at)
        })?;
        let why = because(format!("{} is the credential_source of {name}", named.value), named.at);
        Ok(Plan { start, hops: Vec::new(), because: vec![why] })
    }
}
