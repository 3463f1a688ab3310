//! Version 1: what it reads, where its calls go, and its providers of credentials.
//!
//! Source: `AWSSecurityTokenServiceClient.java`, `RegionalEndpointsOptionResolver.java`, `EndpointToRegion.java`,
//! `ProfilesConfigFile.java` and the providers of credentials of aws-sdk-java 1.12.797.

use super::{File1, about, file, refused};
use crate::{
    At, Client, ClientError, Endpoint, Mode, OptionValue, Settings, Signing, Text,
    endpoint::{Target, because},
    family::{
        hosts::{GLOBAL_HOST, LEGACY_REGIONS},
        reader::called,
    },
    ini::{Entry, File, Section, entry, java},
    table::{Default, Geography},
};
use rolecall_names::Partition;

/// A client and what it is told.
pub(super) struct First<'a> {
    pub(super) client: &'a Client,
    pub(super) settings: &'a Settings<'a>,
    config: File1,
    /// The credentials file; without one, the configuration file stands in for it.
    pub(super) credentials: File1,
    /// The profile of the environment, which is all that the Region and the setting for STS look at.
    pub(super) profile: Text,
}

pub(super) fn endpoint(client: &Client, settings: &Settings<'_>) -> Result<Endpoint, ClientError> {
    let first = First::load(client, settings)?;
    let url = text_option(settings, "endpoint_url");
    let plain = matches!(settings.option("use_ssl"), Some(OptionValue::Boolean(false)));
    let scheme = if plain { "http" } else { "https" };
    match url {
        Some(url) => first.custom(&url, scheme),
        None => first.regional(settings.region.map(|region| Text { value: region.to_owned(), at: At::Region }), scheme),
    }
    .map(|target| target.into_endpoint(client))
}

impl<'a> First<'a> {
    pub(super) fn load(client: &'a Client, settings: &'a Settings<'a>) -> Result<Self, ClientError> {
        let config = file(settings.config, File::Config, java::first)?;
        let credentials = match file(settings.credentials, File::Credentials, java::first)? {
            None => file(settings.config, File::Config, java::first)?,
            there => there,
        };
        let named = settings.variable("AWS_PROFILE").map(str::trim).filter(|name| !name.is_empty());
        let (name, at) = named.map_or(("default", At::Default), |name| (name, At::Env("AWS_PROFILE")));
        Ok(Self { client, settings, config, credentials, profile: Text { value: name.to_owned(), at } })
    }

    /// The Region of the environment or the files; a file that cannot be read has none.
    fn region(&self) -> Option<Text> {
        if let Some(value) = self.settings.variable("AWS_REGION") {
            return Some(Text { value: value.to_owned(), at: At::Env("AWS_REGION") });
        }
        let sections = self.config.as_ref().and_then(|file| file.as_ref().ok());
        let profile = sections.and_then(|sections| profile(sections, &self.profile.value));
        let region =
            profile.and_then(|section| entry(&section.entries, "region")).filter(|entry| !entry.value.is_empty());
        let place = || self.settings.place_region.map(|region| Text { value: region.to_owned(), at: At::Place });
        region.map(Entry::text).or_else(place)
    }

    fn custom(&self, url: &Text, scheme: &str) -> Result<Target, ClientError> {
        let full = if url.value.contains("://") { url.value.clone() } else { format!("{scheme}://{}", url.value) };
        let host = crate::endpoint::host_of(&full);
        let mut reasons =
            vec![because(format!("the endpoint's URL is given by {}", called(url.at, "endpoint_url")), url.at)];
        let signing_region = if let Some(region) = self.settings.region {
            let region = Text { value: region.to_owned(), at: At::Region };
            reasons.push(about(&region));
            region.value
        } else {
            let guess = region_of_host(&host, self.geography()).unwrap_or_else(|| "us-east-1".to_owned());
            reasons
                .push(because(format!("without a Region in code beside it, {guess} is guessed from the host"), url.at));
            guess
        };
        Ok(Target { url: full, signing_region, signing: Signing::V4, mode: Mode::Custom, because: reasons })
    }

    /// The endpoint of a Region, or of the one that environment and files tell.
    pub(super) fn regional(&self, region: Option<Text>, scheme: &str) -> Result<Target, ClientError> {
        let Some(region) = region.or_else(|| self.region()) else {
            let text = "Unable to find a region via the region provider chain. Must provide an explicit region in the \
                        builder or setup environment to supply a region.";
            return Err(refused(text, At::Default));
        };
        let mode = self.mode()?;
        let mut reasons = vec![about(&region)];
        if LEGACY_REGIONS.contains(&&*region.value) {
            let (default, why) = match mode {
                Some((default, set)) => {
                    let text = format!("{} is {}", called(set.at, "sts_regional_endpoints"), set.value);
                    (default, because(text, set.at))
                }
                None => {
                    let text = format!("{} takes the global endpoint from this Region by default", self.client);
                    (Default::Legacy, because(text, At::Default))
                }
            };
            reasons.insert(0, why);
            if default == Default::Legacy || region.value == "aws-global" {
                return Ok(global(scheme, reasons));
            }
        }
        if !is_known(&region.value, self.geography()) {
            let text = format!("{} does not know this Region and takes the global endpoint", self.client);
            reasons.insert(0, because(text, region.at));
            return Ok(global(scheme, reasons));
        }
        let host = host_of_region(&region.value, self.geography());
        let signing_region = region_of_host(&host, self.geography()).unwrap_or_else(|| "us-east-1".to_owned());
        let url = format!("{scheme}://{host}");
        Ok(Target { url, signing_region, signing: Signing::V4, mode: Mode::Regional, because: reasons })
    }

    fn geography(&self) -> &'static Geography {
        self.client.row().habits.geography
    }

    /// The setting for STS. In the file it counts under `[name]` alone, never under `[profile name]`.
    fn mode(&self) -> Result<Option<(Default, Text)>, ClientError> {
        if self.client.row().habits.mode_reads.is_empty() {
            return Ok(None);
        }
        let name = "AWS_STS_REGIONAL_ENDPOINTS";
        let of_environment =
            self.settings.variable(name).map(|value| Text { value: value.to_owned(), at: At::Env(name) });
        let of_file = || {
            let sections = self.config.as_ref()?.as_ref().ok()?;
            let section = sections.iter().find(|section| section.name == self.profile.value)?;
            entry(&section.entries, "sts_regional_endpoints").map(Entry::text)
        };
        let Some(set) = of_environment.or_else(of_file) else { return Ok(None) };
        match set.value.to_ascii_lowercase().as_str() {
            "legacy" => Ok(Some((Default::Legacy, set))),
            "regional" => Ok(Some((Default::Regional, set))),
            _ => {
                let text = if set.at == At::Env(name) {
                    format!("Unexpected value set for {name} environment variable: '{}'", set.value)
                } else {
                    let profile = &self.profile.value;
                    format!(
                        "Unexpected option for 'sts_regional_endpoints' property in profile '{profile}': {}",
                        set.value
                    )
                };
                Err(refused(text, set.at))
            }
        }
    }
}

fn text_option(settings: &Settings<'_>, name: &'static str) -> Option<Text> {
    match settings.option(name) {
        Some(OptionValue::Text(value)) => Some(Text { value: value.to_owned(), at: At::Option(name) }),
        _ => None,
    }
}

/// `[name]`, else `[profile name]`, in either file.
pub(super) fn profile<'s>(sections: &'s [Section], name: &str) -> Option<&'s Section> {
    let headed = |name: &str| sections.iter().find(|section| section.name == name);
    headed(name).or_else(|| headed(&format!("profile {name}")))
}

pub(super) fn global(scheme: &str, because: Vec<crate::Because>) -> Target {
    let url = format!("{scheme}://{GLOBAL_HOST}");
    Target { url, signing_region: "us-east-1".to_owned(), signing: Signing::V4, mode: Mode::Global, because }
}

/// The Regions of the partition `aws` that version 1.12.797 knows for STS, beside those of the legacy mode.
const KNOWN_REGIONS: [&str; 25] = [
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-west-1",
    "eu-central-2",
    "eu-south-1",
    "eu-south-2",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "us-east-1-fips",
    "us-east-2-fips",
    "us-gov-east-1-fips",
    "us-gov-west-1-fips",
    "us-west-1-fips",
    "us-west-2-fips",
];

/// Whether the SDK has an endpoint for a Region; those of other partitions are made of their names.
fn is_known(region: &str, geography: &Geography) -> bool {
    geography.partition_of(region).partition != Partition::Aws
        || LEGACY_REGIONS.contains(&region)
        || KNOWN_REGIONS.contains(&region)
}

/// The host of a Region, by the endpoints that the SDK brings along.
fn host_of_region(region: &str, geography: &Geography) -> String {
    let suffix = geography.partition_of(region).partition.dns_suffix();
    match region.strip_suffix("-fips") {
        Some(plain @ ("us-east-1" | "us-east-2" | "us-west-1" | "us-west-2")) => format!("sts-fips.{plain}.{suffix}"),
        Some(plain @ ("us-gov-east-1" | "us-gov-west-1")) => format!("sts.{plain}.{suffix}"),
        _ => format!("sts.{region}.{suffix}"),
    }
}

/// `EndpointToRegion.guessRegionNameForEndpoint`, without what it knows of other services.
fn region_of_host(host: &str, geography: &Geography) -> Option<String> {
    if let Some(front) = host.strip_suffix(".amazonaws.com") {
        return Some(match front.rsplit_once('.') {
            None => "us-east-1".to_owned(),
            Some((_, "us-gov")) => "us-gov-west-1".to_owned(),
            Some((_, region)) => region.to_owned(),
        });
    }
    for known in geography.others {
        let front = host.strip_suffix(known.partition.dns_suffix()).and_then(|front| front.strip_suffix('.'));
        if let Some(region) = front.and_then(|front| front.rsplit('.').next()).filter(|region| !region.is_empty()) {
            return Some(region.to_owned());
        }
    }
    // What follows the last label that begins with the service's name.
    let after = |at: usize| {
        let rest = host.get(at + 3..)?.strip_prefix(['.', '-'])?;
        let (region, _) = rest.split_once('.')?;
        let good = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
        (!region.is_empty() && region.chars().all(good)).then(|| region.to_owned())
    };
    host.rmatch_indices("sts")
        .filter(|(at, _)| *at == 0 || host.get(..*at).is_some_and(|front| front.ends_with('.')))
        .find_map(|(at, _)| after(at))
}
