//! A profile with the profiles it takes its credentials from, as both versions of the SDK for Go link them.

use crate::{
    At, ClientError, MAX_CONFIG_BYTES, Settings, Span, Text,
    ini::{Entry, File, Section, entry, go::parse},
};
use std::collections::HashMap;

/// Keys of the credentials file that count for a profile which the configuration file has too, in the second version.
/// Endpoint URLs are not among them.
const MERGED: [&str; 22] = [
    "role_arn",
    "source_profile",
    "credential_source",
    "external_id",
    "mfa_serial",
    "role_session_name",
    "region",
    "credential_process",
    "web_identity_token_file",
    "use_dualstack_endpoint",
    "use_fips_endpoint",
    "defaults_mode",
    "duration_seconds",
    "sso_session",
    "sso_account_id",
    "sso_region",
    "sso_role_name",
    "sso_start_url",
    "auth_scheme_preference",
    "login_session",
    "aws_access_key_id",
    "aws_secret_access_key",
];

pub(super) struct Files {
    config: HashMap<String, Section>,
    credentials: HashMap<String, Section>,
    first: bool,
}

/// Why a profile cannot be loaded.
pub(super) enum Failure {
    /// There is none of that name.
    Missing,
    /// It stops the client: name, words, place.
    Refused(&'static str, String, At),
}

/// A profile that is read.
#[derive(Debug, Clone, Default)]
pub(super) struct Shared {
    pub(super) profile: String,
    pub(super) at: Option<At>,
    pub(super) role_arn: Option<Text>,
    pub(super) external_id: Option<Text>,
    pub(super) mfa_serial: Option<Text>,
    pub(super) session_name: Option<Text>,
    pub(super) duration: Option<Text>,
    pub(super) access_key_id: Option<Text>,
    pub(super) credential_source: Option<Text>,
    pub(super) credential_process: Option<Text>,
    pub(super) web_identity_token_file: Option<Text>,
    pub(super) sso: Option<(Text, Text)>,
    has_sso: bool,
    pub(super) login_session: Option<Text>,
    source_profile: Option<Text>,
    pub(super) source: Option<(Text, Box<Shared>)>,
}

impl Files {
    pub(super) fn read(settings: &Settings<'_>, first: bool, load_config: bool) -> Result<Self, ClientError> {
        let mut config: HashMap<String, Section> = HashMap::new();
        let text = settings.config.filter(|_| load_config);
        for section in sections(text, File::Config)? {
            // In the second version a heading without the word is overlooked; one with it counts before `[default]`.
            match section.name.strip_prefix("profile ") {
                Some(name) if !first => {
                    config.insert(name.to_owned(), section);
                }
                None if !first && section.name == "default" && config.contains_key("default") => {}
                None if !first && !known(&section.name) => {}
                _ => {
                    config.insert(section.name.clone(), section);
                }
            }
        }
        let credentials = sections(settings.credentials, File::Credentials)?
            .into_iter()
            .filter(|section| first || !section.name.starts_with("profile "))
            .map(|section| (section.name.clone(), section));
        Ok(Self { config, credentials: credentials.collect(), first })
    }

    fn section<'s>(&'s self, file: &'s HashMap<String, Section>, profile: &str) -> Option<&'s Section> {
        let second = || file.get(&format!("profile {profile}")).filter(|_| self.first);
        file.get(profile).or_else(second)
    }

    /// The value of a key of a profile; of the credentials file where both have one.
    pub(super) fn get(&self, profile: &str, key: &str) -> Option<Text> {
        let (config, credentials) = (self.section(&self.config, profile), self.section(&self.credentials, profile));
        let merges = self.first || config.is_none() || MERGED.contains(&key);
        let own = credentials.filter(|_| merges).and_then(|section| entry(&section.entries, key));
        // An empty value overrides in the second version, and is overlooked by the first.
        let own = own.filter(|entry| !self.first || !entry.value.is_empty());
        own.or_else(|| entry(&config?.entries, key)).map(Entry::text)
    }

    /// The value of a key for STS in a services section.
    pub(super) fn services(&self, profile: &str, key: &str) -> Option<Text> {
        let named = self.get(profile, "services").filter(|named| !named.value.is_empty())?;
        let section = self.config.get(&format!("services {}", named.value))?;
        let sts = entry(&section.entries, "sts")?.nested.as_deref()?;
        entry(sts, key).map(Entry::text)
    }

    /// Loads a profile and its sources.
    pub(super) fn load(&self, profile: &str, everything: bool) -> Result<Shared, Failure> {
        self.load_from(profile, everything, &mut Vec::new())
    }

    fn load_from(&self, profile: &str, everything: bool, seen: &mut Vec<String>) -> Result<Shared, Failure> {
        let (config, credentials) = (self.section(&self.config, profile), self.section(&self.credentials, profile));
        let Some(heading) = config.or(credentials) else { return Err(Failure::Missing) };
        if seen.len() >= super::super::MAX_HOPS {
            return Err(Failure::Refused("profile loop", "the chain of profiles is too long".to_owned(), heading.at));
        }
        let mut shared = self.values(profile, everything);
        shared.at = Some(heading.at);
        self.check_values(profile, everything, credentials)?;
        if seen.iter().any(|name| name == profile) {
            // Reached a second time it only gives its credentials.
            (shared.role_arn, shared.external_id, shared.mfa_serial) = (None, None, None);
            (shared.session_name, shared.source_profile) = (None, None);
        } else {
            shared.check_role(profile, heading.at)?;
        }
        if !self.first && !seen.is_empty() && shared.access_key_id.is_some() {
            return Ok(shared);
        }
        seen.push(profile.to_owned());
        shared.check_kinds(heading.at)?;
        if let Some(source) = shared.source_profile.clone() {
            shared.forget_credentials();
            let failed = |why: &str| {
                let arn = shared.role_arn.as_ref().map_or("", |arn| &arn.value);
                let text = if self.first {
                    format!(
                        "SharedConfigAssumeRoleError: failed to load assume role for {arn}, source profile {} has no shared credentials",
                        source.value
                    )
                } else {
                    format!("failed to load assume role {arn}, of profile {}, {why}", source.value)
                };
                Failure::Refused("SharedConfigAssumeRoleError", text, source.at)
            };
            let found = self.load_from(&source.value, everything, seen).map_err(|failure| match failure {
                Failure::Missing => failed(&format!("failed to get shared config profile, {}", source.value)),
                refused => refused,
            })?;
            if !found.has_credentials() {
                return Err(failed("<nil>"));
            }
            shared.source = Some((source, Box::new(found)));
        }
        Ok(shared)
    }

    fn values(&self, profile: &str, everything: bool) -> Shared {
        let get = |key: &str| self.get(profile, key).filter(|text| !text.value.is_empty());
        let full = |key: &str| if everything { get(key) } else { None };
        let (account, role) = (full("sso_account_id"), full("sso_role_name"));
        let has_sso = ["sso_session", "sso_account_id", "sso_role_name", "sso_region", "sso_start_url"]
            .iter()
            .any(|key| full(key).is_some());
        Shared {
            profile: profile.to_owned(),
            at: None,
            role_arn: full("role_arn"),
            external_id: full("external_id"),
            mfa_serial: full("mfa_serial"),
            session_name: full("role_session_name"),
            duration: full("duration_seconds"),
            access_key_id: self.keys(profile),
            credential_source: full("credential_source"),
            credential_process: get("credential_process"),
            web_identity_token_file: get("web_identity_token_file"),
            sso: account.zip(role),
            has_sso,
            login_session: full("login_session").filter(|_| !self.first),
            source_profile: full("source_profile"),
            source: None,
        }
    }

    /// The key id where both keys are there, in one file: the credentials file's, else the other's.
    fn keys(&self, profile: &str) -> Option<Text> {
        [&self.credentials, &self.config].into_iter().find_map(|file| {
            let entries = &self.section(file, profile)?.entries;
            let set = |key| entry(entries, key).filter(|entry| !entry.value.is_empty());
            set("aws_secret_access_key")?;
            set("aws_access_key_id").map(Entry::text)
        })
    }

    fn check_values(&self, profile: &str, everything: bool, credentials: Option<&Section>) -> Result<(), Failure> {
        if self.first {
            let word = self.get(profile, "sts_regional_endpoints").filter(|word| everything && !word.value.is_empty());
            let Some(word) = word else { return Ok(()) };
            return super::first::word(&word.value).map(|_| ()).map_err(|text| {
                let text = format!("failed to load sts_regional_endpoints from shared config, ~/.aws/config, {text}");
                Failure::Refused("invalid sts_regional_endpoints", text, word.at)
            });
        }
        // A section of the credentials file is looked at twice, and in place of one of the configuration file.
        let (section, count) = match (credentials, self.section(&self.config, profile)) {
            (Some(section), _) => (section, 2),
            (None, Some(section)) => (section, 1),
            (None, None) => return Ok(()),
        };
        let has = |key| entry(&section.entries, key).is_some();
        if has("aws_access_key_id") == has("aws_secret_access_key") {
            return Ok(());
        }
        let name = &section.name;
        let text = format!(
            "error fetching config from profile, {profile}, Error using profile: \n {count}, partial credentials found for \
             profile {name}"
        );
        Err(Failure::Refused("partial credentials", text, section.at))
    }
}

impl Shared {
    fn check_role(&self, profile: &str, at: At) -> Result<(), Failure> {
        let kinds = [
            (&self.source_profile, "source_profile"),
            (&self.credential_source, "credential_source"),
            (&self.web_identity_token_file, "web_identity_token_file"),
        ];
        let kind = kinds.iter().find(|(value, _)| value.is_some());
        match kind {
            Some((_, kind)) if self.role_arn.is_none() => {
                let text = format!("credential type {kind} requires role_arn, profile {profile}");
                Err(Failure::Refused("CredentialRequiresARNError", text, at))
            }
            _ => Ok(()),
        }
    }

    fn check_kinds(&self, at: At) -> Result<(), Failure> {
        let kinds =
            [&self.source_profile, &self.credential_source, &self.credential_process, &self.web_identity_token_file];
        if kinds.iter().filter(|kind| kind.is_some()).count() <= 1 {
            return Ok(());
        }
        let text = "only one credential type may be specified per profile: source profile, credential source, credential process, web \
             identity token";
        Err(Failure::Refused("credential type collision", text.to_owned(), at))
    }

    fn forget_credentials(&mut self) {
        (self.credential_source, self.credential_process, self.web_identity_token_file) = (None, None, None);
        (self.access_key_id, self.sso) = (None, None);
        self.has_sso = false;
    }

    fn has_credentials(&self) -> bool {
        self.source_profile.is_some()
            || self.credential_source.is_some()
            || self.credential_process.is_some()
            || self.web_identity_token_file.is_some()
            || self.has_sso
            || self.access_key_id.is_some()
    }
}

fn known(heading: &str) -> bool {
    heading == "default" || heading.starts_with("sso-session ") || heading.starts_with("services ")
}

fn sections(text: Option<&str>, file: File) -> Result<Vec<Section>, ClientError> {
    let text = text.unwrap_or_default();
    if text.len() > MAX_CONFIG_BYTES {
        return Err(ClientError::TooLarge { at: file.at(Span::default()) });
    }
    Ok(parse(text, file))
}
