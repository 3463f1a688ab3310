//! Both files as version 2 of the SDK for JavaScript looks at them: the configuration file only where it is asked to.

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
    has_credentials: bool,
    /// Whether `AWS_SDK_LOAD_CONFIG` is set.
    pub(super) load_config: bool,
    /// The profile that the environment names.
    pub(super) environment: String,
    /// The profile that credentials are taken from.
    pub(super) active: Text,
}

impl Profiles {
    pub(super) fn read(settings: &Settings<'_>) -> Result<Self, ClientError> {
        let variable = settings.variable("AWS_PROFILE").filter(|name| !name.is_empty());
        let given = settings.profile.filter(|name| !name.is_empty());
        let (name, at) = given
            .map(|name| (name, At::Profile))
            .or(variable.map(|name| (name, At::Env("AWS_PROFILE"))))
            .unwrap_or(("default", At::Default));
        let config = sections(settings.config, File::Config)?.into_iter().filter_map(|section| {
            let name = &section.name;
            let word = |word: &str| name.strip_prefix(word).filter(|rest| rest.starts_with(char::is_whitespace));
            if word("sso-session").is_some() {
                return None;
            }
            let name = word("profile").and_then(|rest| rest.get(1..)).unwrap_or(name).to_owned();
            Some((name, section))
        });
        let credentials = sections(settings.credentials, File::Credentials)?
            .into_iter()
            .map(|section| (section.name.clone(), section));
        Ok(Self {
            config: config.collect(),
            credentials: credentials.collect(),
            has_credentials: settings.credentials.is_some(),
            load_config: settings.variable("AWS_SDK_LOAD_CONFIG").is_some_and(|value| !value.is_empty()),
            environment: variable.unwrap_or("default").to_owned(),
            active: Text { value: name.to_owned(), at },
        })
    }

    /// The Region of the environment's profile, the credentials file first, where files are looked at.
    pub(super) fn region(&self) -> Option<Text> {
        let sections = [&self.credentials, &self.config];
        sections.into_iter().filter(|_| self.load_config).find_map(|file| value(file, &self.environment, "region"))
    }

    /// A key of the environment's profile in the configuration file, which is looked at for this without being asked to.
    pub(super) fn config(&self, key: &str) -> Option<Text> {
        value(&self.config, &self.environment, key)
    }

    /// A key of the environment's profile in both files, as credentials are looked for.
    pub(super) fn shared(&self, key: &str) -> Option<Text> {
        self.merged(&self.environment, key)
    }

    /// A key of a profile in both files. Without the credentials file nothing is found where it is the only one.
    pub(super) fn merged(&self, profile: &str, key: &str) -> Option<Text> {
        let config = || value(&self.config, profile, key).filter(|_| self.load_config);
        value(&self.credentials, profile, key).or_else(config)
    }

    /// Whether the profile has any key.
    pub(super) fn has(&self, profile: &str) -> bool {
        self.credentials.contains_key(profile) || (self.load_config && self.config.contains_key(profile))
    }

    /// Whether there is a file to look for profiles in.
    pub(super) fn readable(&self) -> bool {
        self.has_credentials || self.load_config
    }

    pub(super) fn at(&self, profile: &str) -> At {
        let section = self.credentials.get(profile).or_else(|| self.config.get(profile));
        section.map_or(At::Default, |section| section.at)
    }
}

impl reader::Profile for Profiles {
    fn key(&self, key: &str) -> Option<Text> {
        self.shared(key)
    }
}

fn value(sections: &HashMap<String, Section>, name: &str, key: &str) -> Option<Text> {
    entry(&sections.get(name)?.entries, key).map(Entry::text)
}

fn sections(text: Option<&str>, file: File) -> Result<Vec<Section>, ClientError> {
    let text = text.unwrap_or_default();
    if text.len() > MAX_CONFIG_BYTES {
        return Err(ClientError::TooLarge { at: file.at(Span::default()) });
    }
    Ok(parse(text, file, Edition::Two))
}
