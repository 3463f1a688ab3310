//! Both files, merged key by key: the credentials file before the configuration file.
//!
//! Source: AWS SDKs and Tools Reference Guide, "Shared config and credentials files".

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
    pub(super) active: Text,
}

impl Profiles {
    pub(super) fn read(settings: &Settings<'_>, active: Text) -> Result<Self, ClientError> {
        let mut config = HashMap::new();
        for section in sections(settings.config, File::Config)? {
            match section.name.strip_prefix("profile.") {
                Some(name) => config.insert(name.to_owned(), section),
                // Headed with the word `profile` it counts before this one, wherever they stand.
                None if section.name == "default" && config.contains_key("default") => None,
                None => config.insert(section.name.clone(), section),
            };
        }
        let credentials = sections(settings.credentials, File::Credentials)?;
        let credentials = credentials.into_iter().map(|section| (section.name.clone(), section)).collect();
        Ok(Self { config, credentials, active })
    }

    /// The value of a key in a profile.
    pub(super) fn get(&self, profile: &str, key: &str) -> Option<Text> {
        let of = |file: &HashMap<String, Section>| entry(&file.get(profile)?.entries, key).map(Entry::text);
        of(&self.credentials).or_else(|| of(&self.config))
    }

    pub(super) fn has(&self, profile: &str) -> bool {
        self.credentials.contains_key(profile) || self.config.contains_key(profile)
    }

    pub(super) fn at(&self, profile: &str) -> At {
        let section = self.config.get(profile).or_else(|| self.credentials.get(profile));
        section.map_or(At::Default, |section| section.at)
    }

    /// The value of a key for STS in the services section that the active profile names.
    pub(super) fn services(&self, key: &str) -> Option<Text> {
        let named = self.get(&self.active.value, "services")?;
        let section = self.config.get(&format!("services.{}", named.value))?;
        entry(&section.entries, &format!("sts.{key}")).map(Entry::text)
    }
}

impl reader::Profile for Profiles {
    fn key(&self, key: &str) -> Option<Text> {
        self.get(&self.active.value, key)
    }
}

fn sections(text: Option<&str>, file: File) -> Result<Vec<Section>, ClientError> {
    let text = text.unwrap_or_default();
    if text.len() > MAX_CONFIG_BYTES {
        return Err(ClientError::TooLarge { at: file.at(Span::default()) });
    }
    Ok(parse(text, file, Edition::Three))
}
