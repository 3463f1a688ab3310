//! How botocore comes to its credentials: its providers in their order, and the roles a profile leads through.
//!
//! Source: `credentials.py` of botocore 1.44.5, `create_credential_resolver` and the providers it names.

use super::{
    Python,
    profiles::Profile,
    refusal::{invalid_config, list, partial, refused},
    sts::{self, Maker},
    validate::Parameters,
    web,
};
use crate::{
    At, Because, ClientError, Hop, Plan, Provided, SessionName, Source, Text, endpoint::because,
    family::reader::called, ini::File,
};

pub(super) fn chain(reader: &Python<'_>, region: Option<&Text>) -> Result<Plan, ClientError> {
    let active = reader.profile.active().to_owned();
    let explicit = reader.profile.chosen.as_ref().is_some_and(|chosen| chosen.at == At::Profile);
    let plan = |start, why: Because| Ok(Plan { start, hops: Vec::new(), because: vec![why] });
    if !explicit && let Some(start) = environment(reader)? {
        let at = At::Env("AWS_ACCESS_KEY_ID");
        return plan(start, because("keys in the environment come before every profile that is not given in code", at));
    }
    let profile = reader.profile.get(&active);
    if let Some(profile) = profile.filter(|profile| assumes(profile)) {
        let mut walk = Walk { reader, region, visited: vec![active.clone()] };
        let mut plan = walk.assume(&active)?;
        if explicit && reader.settings.variable("AWS_ACCESS_KEY_ID").is_some_and(|key| !key.is_empty()) {
            let text = "the keys in the environment are not looked at, because a profile is given in code";
            plan.because.push(because(text, At::Env("AWS_ACCESS_KEY_ID")));
        }
        let text = format!("the profile {active} assumes a role");
        plan.because.insert(0, because(text, profile.at()));
        return Ok(plan);
    }
    if let Some(start) = of_profile(reader, region, &active, !explicit)? {
        let text = format!("the profile {active} has credentials");
        let at = profile.map_or(At::Default, Profile::at);
        return plan(start, because(text, at));
    }
    if let Some((start, at)) = of_place(reader)? {
        return plan(start, because("neither environment nor files have credentials; the place gives them", at));
    }
    Err(refused("NoCredentialsError", "Unable to locate credentials".to_owned(), At::Default))
}

fn assumes(profile: &Profile) -> bool {
    profile.has("role_arn") && !profile.has("web_identity_token_file")
}

/// `EnvProvider`.
fn environment(reader: &Python<'_>) -> Result<Option<Source>, ClientError> {
    let set = |name| reader.settings.variable(name).filter(|value| !value.is_empty());
    let Some(key) = set("AWS_ACCESS_KEY_ID") else {
        let given = reader.settings.provided == Provided::Environment;
        return Ok(given.then_some(Source::Environment { access_key_id: None }));
    };
    let at = At::Env("AWS_ACCESS_KEY_ID");
    if set("AWS_SECRET_ACCESS_KEY").is_none() {
        return Err(partial("env", "AWS_SECRET_ACCESS_KEY", at));
    }
    Ok(Some(Source::Environment { access_key_id: Some(Text { value: key.to_owned(), at }) }))
}

/// `ContainerProvider` and `InstanceMetadataProvider`.
fn of_place(reader: &Python<'_>) -> Result<Option<(Source, At)>, ClientError> {
    let metadata = || {
        let at = At::Default;
        let given = reader.settings.provided == Provided::InstanceMetadata && !imds_disabled(reader);
        given.then_some((Source::InstanceMetadata { at }, at))
    };
    Ok(container(reader)?.or_else(metadata))
}

fn container(reader: &Python<'_>) -> Result<Option<(Source, At)>, ClientError> {
    let named = ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"]
        .into_iter()
        .find(|name| reader.settings.variable(name).is_some())
        .map(At::Env);
    // Not yet known to it, as the host is not.
    let unknown = match reader.settings.provided {
        Provided::PodIdentity => Some("169.254.170.23"),
        Provided::PodIdentityIpv6 => Some("fd00:ec2::23"),
        _ => None,
    };
    if let (None, Some(host)) = (named, unknown) {
        let text = format!(
            "Unsupported host '{host}'.  Can only retrieve metadata from these hosts: 169.254.170.2, localhost, 127.0.0.1"
        );
        return Err(refused("ValueError", text, At::Default));
    }
    let at = named.or((reader.settings.provided == Provided::Container).then_some(At::Default));
    Ok(at.map(|at| (Source::Container { at }, at)))
}

fn imds_disabled(reader: &Python<'_>) -> bool {
    reader.settings.variable("AWS_EC2_METADATA_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

/// The providers that look into one profile, in their order.
fn of_profile(
    reader: &Python<'_>,
    region: Option<&Text>,
    name: &str,
    environment: bool,
) -> Result<Option<Source>, ClientError> {
    if let Some(source) = web::identity(reader, region, name, environment)? {
        return Ok(Some(source));
    }
    let Some(profile) = reader.profile.get(name) else { return Ok(None) };
    if let Some(source) = web::sso(reader, profile, name)? {
        return Ok(Some(source));
    }
    if let Some(source) = keys(profile, name, File::Credentials, "shared-credentials-file")? {
        return Ok(Some(source));
    }
    if let Some(session) = profile.text("login_session").filter(|_| reader.habits().login) {
        return Ok(Some(Source::Login { session }));
    }
    if let Some(command) = profile.text("credential_process") {
        return Ok(Some(Source::Process { command }));
    }
    keys(profile, name, File::Config, "config-file")
}

/// Keys that stand in one of the files.
fn keys(profile: &Profile, name: &str, file: File, provider: &str) -> Result<Option<Source>, ClientError> {
    let Some(access_key_id) = profile.in_file(file, "aws_access_key_id") else { return Ok(None) };
    if profile.in_file(file, "aws_secret_access_key").is_none() {
        return Err(partial(provider, "aws_secret_access_key", access_key_id.at));
    }
    Ok(Some(Source::StaticKeys { access_key_id, profile: name.to_owned() }))
}

/// The way through the profiles, with those already seen on it.
struct Walk<'a, 'r> {
    reader: &'r Python<'a>,
    region: Option<&'r Text>,
    visited: Vec<String>,
}

impl Walk<'_, '_> {
    /// The credentials of a profile that assumes a role.
    fn assume(&mut self, first: &str) -> Result<Plan, ClientError> {
        let mut hops = Vec::new();
        let mut name = first.to_owned();
        let mut reasons = Vec::new();
        let start = loop {
            let Some(profile) = self.reader.profile.get(&name) else { return Err(missing(&name)) };
            let source = self.role(&name, profile)?;
            hops.push((name.clone(), profile));
            if hops.len() > crate::family::MAX_HOPS {
                return Err(refused("RecursionError", "maximum recursion depth exceeded".to_owned(), profile.at()));
            }
            match source {
                RoleSource::Credentials(start) => break start,
                RoleSource::Profile(next) => {
                    self.visited.push(next.value.clone());
                    let text = format!("{} is the source_profile of {name}", next.value);
                    reasons.push(because(text, next.at));
                    if let Some(start) = self.end(&next.value)? {
                        break start;
                    }
                    name = next.value;
                }
            }
        };
        let mut made = Vec::with_capacity(hops.len());
        for (name, profile) in hops.into_iter().rev() {
            made.push(self.hop(&name, profile)?);
        }
        Ok(Plan { start, hops: made, because: reasons })
    }

    /// `_get_role_config`: what stands against the profile, and where its source is.
    fn role(&self, name: &str, profile: &Profile) -> Result<RoleSource, ClientError> {
        match (profile.text("source_profile"), profile.text("credential_source")) {
            (Some(source), Some(_)) => {
                let text = format!("The profile \"{name}\" contains both source_profile and credential_source.");
                Err(invalid_config(text, source.at))
            }
            (None, None) => Err(partial("assume-role", "source_profile or credential_source", profile.at())),
            (None, Some(source)) => self.credential_source(name, &source).map(RoleSource::Credentials),
            (Some(source), None) => {
                self.check_source(name, &source)?;
                Ok(RoleSource::Profile(source))
            }
        }
    }

    fn check_source(&self, name: &str, source: &Text) -> Result<(), ClientError> {
        let Some(profile) = self.reader.profile.get(&source.value) else {
            let text =
                format!("The source_profile \"{}\" referenced in the profile \"{name}\" does not exist.", source.value);
            return Err(invalid_config(text, source.at));
        };
        let seen = self.visited.contains(&source.value);
        if seen && (source.value != name || !has_keys(profile)) {
            let text = format!(
                "Infinite loop in credential configuration detected. Attempting to load from profile {} which has already \
                 been visited. Visited profiles: {}",
                source.value,
                list(&self.visited)
            );
            return Err(refused("InfiniteLoopConfigError", text, source.at));
        }
        Ok(())
    }

    fn credential_source(&self, name: &str, source: &Text) -> Result<Source, ClientError> {
        let found = match source.value.as_str() {
            "Environment" => environment(self.reader)?,
            "EcsContainer" => container(self.reader)?.map(|_| Source::Container { at: source.at }),
            "Ec2InstanceMetadata" => (self.reader.settings.provided == Provided::InstanceMetadata
                && !imds_disabled(self.reader))
            .then_some(Source::InstanceMetadata { at: source.at }),
            other => {
                let text = format!("The credential source \"{other}\" referenced in profile \"{name}\" is not valid.");
                return Err(invalid_config(text, source.at));
            }
        };
        found.ok_or_else(|| {
            let text = format!(
                "Error when retrieving credentials from {}: No credentials found in credential_source referenced in \
                 profile {name}",
                source.value
            );
            refused("CredentialRetrievalError", text, source.at)
        })
    }

    /// The credentials of a source profile that assumes no role itself; `None` where it does.
    fn end(&self, name: &str) -> Result<Option<Source>, ClientError> {
        let Some(profile) = self.reader.profile.get(name) else { return Err(missing(name)) };
        if assumes(profile) && !has_keys(profile) {
            return Ok(None);
        }
        let found = of_profile(self.reader, self.region, name, false)?;
        found.map(Some).ok_or_else(|| {
            invalid_config(format!("The source profile \"{name}\" must have credentials."), profile.at())
        })
    }

    fn hop(&self, name: &str, profile: &Profile) -> Result<Hop, ClientError> {
        let target = sts::target(self.reader, self.region, Maker::Chain)?;
        let mut endpoint = target.into_endpoint(self.reader.client);
        endpoint.because.extend(self.region.map(|region| {
            let text = format!(
                "every AssumeRole of the chain is made in the Region of the client it is for, {}, from {}",
                region.value,
                called(region.at, "region")
            );
            because(text, region.at)
        }));
        let session_name = match profile.text("role_session_name").filter(|name| !name.value.is_empty()) {
            Some(name) => SessionName::Given(name),
            None => SessionName::Generated(self.reader.habits().session_name),
        };
        let duration = profile.text("duration_seconds");
        let duration_seconds = duration.and_then(|text| Some((integer(&text.value)?, text.at)));
        let role_arn = profile.text("role_arn").unwrap_or(Text { value: String::new(), at: profile.at() });
        let (external_id, mfa_serial) = (profile.text("external_id"), profile.text("mfa_serial"));
        Parameters::default()
            .role_arn(&role_arn)
            .session_name(&session_name)
            .duration(duration_seconds)
            .text("ExternalId", external_id.as_ref(), 2)
            .text("SerialNumber", mfa_serial.as_ref(), 9)
            .check()?;
        Ok(Hop {
            role_arn,
            session_name,
            external_id,
            duration_seconds,
            mfa_serial,
            source_identity: None,
            endpoint,
            profile: Some(name.to_owned()),
            at: profile.at(),
        })
    }
}

/// Where the credentials come from that a role is assumed with.
enum RoleSource {
    Credentials(Source),
    Profile(Text),
}

fn has_keys(profile: &Profile) -> bool {
    profile.has("aws_access_key_id") || profile.has("aws_secret_access_key")
}

fn missing(name: &str) -> ClientError {
    refused("ProfileNotFound", format!("The config profile ({name}) could not be found"), At::Default)
}

/// What Python's `int` makes of a text, of what AWS could take; anything else is overlooked by botocore.
fn integer(text: &str) -> Option<u32> {
    let text = text.trim();
    let digits = text.strip_prefix('+').unwrap_or(text);
    let grouped = !digits.starts_with('_') && !digits.ends_with('_') && !digits.contains("__");
    grouped.then(|| digits.replace('_', "")).and_then(|digits| digits.parse().ok())
}
