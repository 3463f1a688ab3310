//! Both files as version 3 of the SDK for JavaScript keeps them: apart, and merged where credentials are looked for.

use crate::{
    At, ClientError, MAX_CONFIG_BYTES, Settings, Span, Text,
    family::reader,
    ini::{
        Entry, File, Section, entry,
        javascript::{Edition, parse},
    },
};
use std::collections::HashMap;

pub(crate) struct Profiles {
    config: HashMap<String, Section>,
    credentials: HashMap<String, Section>,
    /// The profile that the client is told, or that the environment names.
    pub(super) active: Text,
    /// Whether anybody named it.
    pub(super) named: bool,
    /// The profile that the environment names alone.
    environment: String,
}

impl Profiles {
    pub(super) fn read(settings: &Settings<'_>) -> Result<Self, ClientError> {
        let variable = settings.variable("AWS_PROFILE").filter(|name| !name.is_empty());
        let given = settings.profile.map(|name| (name, At::Profile));
        // A profile given in code hides the variable even where it is empty, and is then none.
        let chosen = given.or(variable.map(|name| (name, At::Env("AWS_PROFILE")))).filter(|(name, _)| !name.is_empty());
        let (name, at) = chosen.unwrap_or(("default", At::Default));
        let mut config = HashMap::new();
        for mut section in sections(settings.config, File::Config)? {
            if let Some(name) = section.name.strip_prefix("profile.") {
                section.name = name.to_owned();
                config.insert(section.name.clone(), section);
            } else if section.name == "default" {
                // Headed with the word `profile` it counts before this one, wherever they stand.
                config.entry(section.name.clone()).or_insert(section);
            } else if section.name.starts_with("services.") || section.name.starts_with("sso-session.") {
                config.insert(section.name.clone(), section);
            }
        }
        let credentials = sections(settings.credentials, File::Credentials)?
            .into_iter()
            .map(|section| (section.name.clone(), section));
        Ok(Self {
            config,
            credentials: credentials.collect(),
            active: Text { value: name.to_owned(), at },
            named: chosen.is_some(),
            environment: variable.unwrap_or("default").to_owned(),
        })
    }

    /// The value of a key in a profile, the credentials file before the other.
    pub(super) fn merged(&self, profile: &str, key: &str) -> Option<Text> {
        in_section(&self.credentials, profile, key).or_else(|| in_section(&self.config, profile, key))
    }

    /// Whether there is such a profile.
    pub(super) fn has(&self, profile: &str) -> bool {
        self.config.contains_key(profile) || self.credentials.contains_key(profile)
    }

    /// Where a profile begins.
    pub(super) fn at(&self, profile: &str) -> At {
        let section = self.config.get(profile).or_else(|| self.credentials.get(profile));
        section.map_or(At::Default, |section| section.at)
    }

    /// The value of a key in the active profile, the credentials file first.
    pub(super) fn credentials_first(&self, key: &str) -> Option<Text> {
        self.merged(&self.active.value, key)
    }

    /// The value of a key in the profile that the environment names.
    pub(super) fn environments(&self, key: &str) -> Option<Text> {
        self.config_first(&self.environment, key)
    }

    /// The value of a key for STS in the services section that the environment's profile names.
    pub(super) fn services(&self, key: &str) -> Option<Text> {
        let named = self.environments("services")?;
        in_section(&self.config, &format!("services.{}", named.value), &format!("sts.{key}"))
    }

    /// Whether the environment's profile names a services section that is not there: then no file has a URL.
    pub(super) fn lacks_services(&self) -> bool {
        self.environments("services")
            .is_some_and(|named| !self.config.contains_key(&format!("services.{}", named.value)))
    }

    fn config_first(&self, profile: &str, key: &str) -> Option<Text> {
        in_section(&self.config, profile, key).or_else(|| in_section(&self.credentials, profile, key))
    }
}

impl reader::Profile for Profiles {
    fn key(&self, key: &str) -> Option<Text> {
        self.config_first(&self.active.value, key)
    }
}

fn in_section(sections: &HashMap<String, Section>, name: &str, key: &str) -> Option<Text> {
    entry(&sections.get(name)?.entries, key).map(Entry::text)
}

fn sections(text: Option<&str>, file: File) -> Result<Vec<Section>, ClientError> {
    let text = text.unwrap_or_default();
    if text.len() > MAX_CONFIG_BYTES {
        return Err(ClientError::TooLarge { at: file.at(Span::default()) });
    }
    Ok(parse(text, file, Edition::Three))
}
