//! Both files as botocore puts them together.

use super::refusal::refused;
use crate::{
    At, ClientError, MAX_CONFIG_BYTES, Span, Text,
    family::reader,
    ini::{
        Entry, File, Section, entry,
        python::{parse, second_word},
    },
};
use std::collections::HashMap;

/// The profiles of both files and the services sections, by name.
pub(crate) struct Profiles {
    profiles: HashMap<String, Profile>,
    services: HashMap<String, Section>,
    sso_sessions: HashMap<String, Section>,
    /// The profile that was asked for; `None` where nobody asked.
    pub(super) chosen: Option<Text>,
}

/// One profile: the entries of the credentials file are set over those of the configuration file.
#[derive(Debug, Default)]
pub(super) struct Profile {
    config: Vec<Entry>,
    credentials: Vec<Entry>,
    heading: Option<At>,
}

impl Profile {
    pub(super) fn entry(&self, key: &str) -> Option<&Entry> {
        entry(&self.credentials, key).or_else(|| entry(&self.config, key))
    }

    pub(super) fn text(&self, key: &str) -> Option<Text> {
        self.entry(key).map(Entry::text)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.entry(key).is_some()
    }

    pub(super) fn in_file(&self, file: File, key: &str) -> Option<Text> {
        let entries = if file == File::Config { &self.config } else { &self.credentials };
        entry(entries, key).map(Entry::text)
    }

    pub(super) fn at(&self) -> At {
        self.heading.unwrap_or(At::Default)
    }
}

impl Profiles {
    pub(super) fn read(
        config: Option<&str>,
        credentials: Option<&str>,
        chosen: Option<Text>,
    ) -> Result<Self, ClientError> {
        let mut read =
            Self { profiles: HashMap::new(), services: HashMap::new(), sso_sessions: HashMap::new(), chosen };
        for section in sections(config, File::Config)? {
            let profile =
                |section: Section| Profile { config: section.entries, heading: Some(section.at), ..Profile::default() };
            if section.name.starts_with("profile") {
                if let Some(name) = second_word(&section.name) {
                    read.profiles.insert(name, profile(section));
                }
            } else if section.name.starts_with("sso-session") {
                if let Some(name) = second_word(&section.name) {
                    read.sso_sessions.insert(name, section);
                }
            } else if section.name.starts_with("services") {
                if let Some(name) = second_word(&section.name) {
                    read.services.insert(name, section);
                }
            } else if section.name == "default" {
                read.profiles.insert("default".to_owned(), profile(section));
            }
        }
        for section in sections(credentials, File::Credentials)? {
            let profile = read.profiles.entry(section.name).or_default();
            profile.credentials = section.entries;
            profile.heading = profile.heading.or(Some(section.at));
        }
        if let Some(chosen) = &read.chosen
            && !read.profiles.contains_key(&chosen.value)
        {
            let text = format!("The config profile ({}) could not be found", chosen.value);
            return Err(refused("ProfileNotFound", text, chosen.at));
        }
        Ok(read)
    }

    pub(super) fn get(&self, name: &str) -> Option<&Profile> {
        self.profiles.get(name)
    }

    /// The name of the active profile.
    pub(super) fn active(&self) -> &str {
        self.chosen.as_ref().map_or("default", |chosen| &chosen.value)
    }

    /// What an sso-session section holds.
    pub(super) fn sso_session(&self, name: &str) -> Option<&[Entry]> {
        self.sso_sessions.get(name).map(|section| section.entries.as_slice())
    }

    /// `endpoint_url` for STS in the services section that the active profile names.
    pub(super) fn services_url(&self) -> Result<Option<Text>, ClientError> {
        let Some(services) = self.get(self.active()).and_then(|profile| profile.text("services")) else {
            return Ok(None);
        };
        let Some(section) = self.services.get(&services.value).filter(|section| !section.entries.is_empty()) else {
            let text = format!(
                "The profile is configured to use the services section but the \"{}\" services configuration does not \
                 exist.",
                services.value
            );
            return Err(super::refusal::invalid_config(text, services.at));
        };
        let sts = entry(&section.entries, "sts").and_then(|sts| sts.nested.as_deref());
        Ok(sts.and_then(|sts| entry(sts, "endpoint_url")).map(Entry::text))
    }
}

impl reader::Profile for Profiles {
    fn key(&self, key: &str) -> Option<Text> {
        self.get(self.active()).and_then(|profile| profile.text(key))
    }
}

fn sections(text: Option<&str>, file: File) -> Result<Vec<Section>, ClientError> {
    let text = text.unwrap_or_default();
    if text.len() > MAX_CONFIG_BYTES {
        return Err(ClientError::TooLarge { at: file.at(Span::default()) });
    }
    parse(text, file).map_err(|malformed| {
        refused("ConfigParseError", format!("Unable to parse config file: {}", file.path()), malformed.at)
    })
}
