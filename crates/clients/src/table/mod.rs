//! What each client does, as data: a row per client and range of versions, each with its source.
//!
//! A row says *which* settings are read and in which order; how its family reads them is code beside this folder.

mod geography;
mod go;
mod java;
mod javascript;
mod python;
mod standard;

pub(crate) use geography::{AWS, Geography, Known};

use crate::{client::Kind, plan::Pattern, version::Version};
use std::fmt::Write as _;

/// One client in a range of versions.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) kind: Kind,
    pub(crate) generation: u32,
    /// The first version the row is about.
    pub(crate) from: Version,
    /// The first version that it is not about any more.
    pub(crate) below: Option<Version>,
    pub(crate) habits: Habits,
    pub(crate) source: &'static str,
    pub(crate) confidence: Confidence,
}

/// How sure a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Confidence {
    /// The client is run by the tests and compared.
    Ran,
    /// Read in the client's code.
    Code,
    /// Read in its documentation.
    Documented,
    /// Something about it is not settled: what.
    Uncertain(&'static str),
}

/// Which endpoint is called where nothing says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Default {
    /// The global endpoint, from the Regions of [`Legacy`].
    Legacy,
    /// The Region's own.
    Regional,
}

/// Where a setting is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Read {
    /// The Region or the profile given in code.
    Code,
    /// An option given in code.
    Option(&'static str),
    /// An environment variable.
    Env(&'static str),
    /// A key of the active profile.
    Profile(&'static str),
    /// The metadata service of the place.
    Metadata,
    /// A key of the `sts` part of the services section that the active profile names.
    Services(&'static str),
}

/// What an option is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Takes {
    /// A text.
    Text,
    /// A switch.
    Boolean,
}

/// How profiles tell a session of IAM Identity Center.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Sso {
    /// Not at all.
    Nowhere,
    /// In the profile alone.
    Profile,
    /// In the profile, or in a section for sessions that it names.
    Section,
}

/// Which code reads the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Family {
    /// botocore and what is built on it.
    Python,
    /// Version 2 of the SDK for JavaScript.
    JavaScript2,
    /// Version 3 of the SDK for JavaScript.
    JavaScript3,
    /// Both versions of the SDK for Go.
    Go,
    /// Both versions of the SDK for Java.
    Java,
    /// What follows AWS's guide for SDKs.
    Standard,
}

/// What a client does without a Region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum NoRegion {
    /// It calls the global endpoint.
    Global,
    /// It takes this one.
    Region(&'static str),
    /// It stops: the error's name and words.
    Refuse(&'static str, &'static str),
}

/// Where the Region of a profile's `AssumeRole` comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum HopRegion {
    /// From the client that the credentials are for.
    Client,
    /// From the profile, else from that client, else this.
    ProfileThenClient(NoRegion),
    /// From environment and files, whatever the client's, else this.
    Environment(NoRegion),
}

/// A place that credentials are looked for in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Provider {
    Environment,
    /// `AWS_WEB_IDENTITY_TOKEN_FILE`.
    WebIdentity,
    Profile,
    Container,
    Instance,
}

/// What a client does, in the order in which it looks for each setting.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Habits {
    pub(crate) family: Family,
    pub(crate) profile: &'static [Read],
    pub(crate) region: &'static [Read],
    /// Which endpoint by default, and what else can say it.
    pub(crate) mode: Default,
    pub(crate) mode_reads: &'static [Read],
    pub(crate) url: &'static [Read],
    /// What makes it overlook the URLs of environment and files.
    pub(crate) ignore_urls: &'static [Read],
    pub(crate) fips: &'static [Read],
    pub(crate) dual_stack: &'static [Read],
    /// `defaults_mode`, every mode of which but `legacy` makes the default Regional.
    pub(crate) defaults_mode: &'static [Read],
    /// Options in code that matter to STS.
    pub(crate) options: &'static [(&'static str, Takes)],
    /// What it knows of Regions and partitions.
    pub(crate) geography: &'static Geography,
    /// Whether Regions such as `us-east-1-fips` stand for FIPS in the Region.
    pub(crate) fips_regions: bool,
    /// Whether hosts come from the endpoint rule set.
    pub(crate) ruleset: bool,
    /// Whether a Region's name is looked at before anything else.
    pub(crate) checks_region: bool,
    /// Whether that is so for a Region given in code even before any file is read.
    pub(crate) region_before_files: bool,
    /// Whether a URL of one's own is good only with a Region beside it.
    pub(crate) url_needs_region: bool,
    /// Whether FIPS and dual-stack variants of `aws-global` are signed for us-east-1.
    pub(crate) scoped_variants: bool,
    /// Whether `use_ssl=False` also turns a URL of one's own into `http`.
    pub(crate) ssl_over_url: bool,
    /// Whether profiles can hold a session of IAM Identity Center.
    pub(crate) sso: Sso,
    /// Whether profiles can hold a session of the console.
    pub(crate) login: bool,
    /// Where `sigv4a` can be preferred; nowhere, where the code for it does not come along.
    pub(crate) auth_scheme: &'static [Read],
    /// The session name it makes up.
    pub(crate) session_name: Pattern,
    /// The same of a session by web identity.
    pub(crate) web_session_name: Pattern,
    /// What it does without a Region.
    pub(crate) no_region: NoRegion,
    /// Where credentials are looked for, in this order.
    pub(crate) chain: &'static [Provider],
    /// Whether a profile given in code goes before the environment.
    pub(crate) profile_before_environment: bool,
    /// The Region of the calls that a profile leads to.
    pub(crate) hop_region: HopRegion,
    /// `DurationSeconds` of a profile's `AssumeRole` where none is set.
    pub(crate) duration_seconds: Option<u32>,
}

impl Habits {
    /// Nothing is read and nothing done: what rows begin with.
    pub(crate) const NONE: Self = Self {
        family: Family::Python,
        profile: &[],
        region: &[],
        mode: Default::Regional,
        mode_reads: &[],
        url: &[],
        ignore_urls: &[],
        fips: &[],
        dual_stack: &[],
        defaults_mode: &[],
        options: &[],
        geography: &geography::TODAY,
        fips_regions: false,
        ruleset: false,
        checks_region: false,
        region_before_files: false,
        url_needs_region: false,
        scoped_variants: false,
        ssl_over_url: false,
        sso: Sso::Nowhere,
        login: false,
        auth_scheme: &[],
        session_name: Pattern { before: "", made: crate::plan::Made::Nothing },
        web_session_name: Pattern { before: "", made: crate::plan::Made::Nothing },
        no_region: NoRegion::Global,
        chain: &[],
        profile_before_environment: false,
        hop_region: HopRegion::Client,
        duration_seconds: None,
    };
}

impl Row {
    /// What about it is not settled.
    pub(crate) fn uncertain(&self) -> Option<&'static str> {
        match self.confidence {
            Confidence::Uncertain(what) => Some(what),
            _ => None,
        }
    }

    /// A sentence on the versions of a client that the table has.
    pub(crate) fn known_versions(kind: Kind) -> String {
        let mut told = String::new();
        for row in rows().filter(|row| row.kind == kind) {
            let separator = if told.is_empty() { "" } else { ", " };
            let _ = match row.below {
                Some(below) => write!(told, "{separator}{} up to {below}", row.from),
                None => write!(told, "{separator}{} and later", row.from),
            };
        }
        told
    }
}

/// Every row.
pub(crate) fn rows() -> impl Iterator<Item = &'static Row> {
    python::ROWS.iter().chain(javascript::ROWS).chain(go::ROWS).chain(java::ROWS).chain(standard::ROWS)
}

/// The row about a client's version. Pre-releases belong to the release they lead to.
pub(crate) fn row_of(kind: Kind, generation: u32, version: Version) -> Option<&'static Row> {
    rows().find(|row| {
        row.kind == kind
            && row.generation == generation
            && row.from <= version
            && row.below.is_none_or(|below| version < below)
    })
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_a_client_follow_on_each_other() {
        let all: Vec<&Row> = rows().collect();
        for pair in all.windows(2) {
            let [one, next] = pair else { continue };
            if (one.kind, one.generation) == (next.kind, next.generation) {
                assert_eq!(one.below, Some(next.from), "{:?} {} and {}", one.kind, one.from, next.from);
            }
        }
        for row in all {
            assert!(
                !row.source.is_empty() && row.below.is_none_or(|below| row.from < below),
                "{:?} {}",
                row.kind,
                row.from
            );
        }
    }

    #[test]
    fn an_option_is_one_that_something_reads() {
        for row in rows() {
            let Habits { mode_reads, url, ignore_urls, fips, dual_stack, defaults_mode, region, options, .. } =
                &row.habits;
            let lists = [mode_reads, url, ignore_urls, fips, dual_stack, defaults_mode, region];
            let read = |name| lists.iter().any(|list| list.contains(&Read::Option(name)));
            for (name, _) in options.iter().filter(|(name, _)| !matches!(*name, "use_ssl" | "use_global_endpoint")) {
                assert!(read(*name), "{:?} {}: nothing reads {name}", row.kind, row.from);
            }
        }
    }
}
