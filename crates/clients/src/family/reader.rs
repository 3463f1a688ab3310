//! Settings, looked up in the order of a client's row.

use crate::{
    At, Client, OptionValue, Settings, Text,
    table::{Habits, Read},
};

/// The active profile's entries, however a family keeps them.
pub(crate) trait Profile {
    /// The value of a key.
    fn key(&self, key: &str) -> Option<Text>;
}

/// A client and what it is told.
pub(crate) struct Reader<'a, P> {
    pub(crate) client: &'a Client,
    pub(crate) settings: &'a Settings<'a>,
    pub(crate) profile: P,
}

impl<P: Profile> Reader<'_, P> {
    pub(crate) fn habits(&self) -> &'static Habits {
        &self.client.row().habits
    }

    /// The first value of the sources in `reads` that `counts`. Services sections are not looked at: where one is named
    /// but missing, some clients stop.
    pub(crate) fn first(&self, reads: &[Read], counts: impl Fn(&str) -> bool) -> Option<Text> {
        reads.iter().filter_map(|read| self.one(*read)).find(|text| counts(&text.value))
    }

    /// What one source holds.
    pub(crate) fn one(&self, read: Read) -> Option<Text> {
        let text = |value: &str, at| Some(Text { value: value.to_owned(), at });
        match read {
            Read::Code => self.settings.region.and_then(|region| text(region, At::Region)),
            Read::Option(name) => match self.settings.option(name)? {
                OptionValue::Text(value) => text(value, At::Option(name)),
                OptionValue::Boolean(value) => text(if value { "true" } else { "false" }, At::Option(name)),
            },
            Read::Env(name) => self.settings.variable(name).and_then(|value| text(value, At::Env(name))),
            Read::Profile(key) => self.profile.key(key),
            Read::Metadata => self.settings.place_region.and_then(|region| text(region, At::Place)),
            Read::Services(_) => None,
        }
    }
}

/// What a place is called in a sentence: `AWS_DEFAULT_REGION`, `region in the profile`, …
pub(crate) fn called(at: At, key: &str) -> String {
    match at {
        At::Config(_) => format!("{key} in the configuration file"),
        At::Credentials(_) => format!("{key} in the credentials file"),
        At::Env(name) => name.to_owned(),
        At::Option(name) => format!("the option {name}"),
        At::Region => "the call itself".to_owned(),
        At::Profile => "the profile given in code".to_owned(),
        At::Place => "the metadata service".to_owned(),
        At::Call(name) => format!("{name} of the call"),
        At::Default => "the client's own default".to_owned(),
    }
}
