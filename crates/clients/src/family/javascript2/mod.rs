//! Version 2 of the AWS SDK for JavaScript.
//!
//! Source: `lib/node_loader.js`, `lib/service.js`, `lib/region_config.js` and `lib/services/sts.js` of aws-sdk 2.1693.0.

mod chain;
mod profiles;
mod rules;

use super::{Reader, hosts::Variant, reader::called};
use crate::{
    At, Client, ClientError, Endpoint, Mode, Plan, Refusal, Settings, Signing, Text,
    endpoint::{Target, because},
    table::{Default, Read},
};
use profiles::Profiles;

type JavaScript<'a> = Reader<'a, Profiles>;

/// What a client is made with.
struct Made {
    region: Option<Text>,
    /// Whether it has the options of the program, or is one that finds credentials.
    options: bool,
}

pub(super) fn endpoint(client: &Client, settings: &Settings<'_>) -> Result<Endpoint, ClientError> {
    let reader = read(client, settings)?;
    target(&reader, &Made { region: code_region(settings), options: true }).map(|target| target.into_endpoint(client))
}

pub(super) fn chain(client: &Client, settings: &Settings<'_>) -> Result<Plan, ClientError> {
    chain::chain(&read(client, settings)?)
}

fn read<'a>(client: &'a Client, settings: &'a Settings<'a>) -> Result<JavaScript<'a>, ClientError> {
    let profile = Profiles::read(settings)?;
    let reader = Reader { client, settings, profile };
    // The file is read for its Region as soon as the package is loaded, where no variable has one.
    if reader.profile.load_config && settings.config.is_none() && variable_region(&reader).is_none() {
        let text = "ENOENT: no such file or directory, open '~/.aws/config'";
        return Err(refused("ENOENT", text, At::Env("AWS_SDK_LOAD_CONFIG")));
    }
    Ok(reader)
}

fn refused(name: &'static str, text: impl Into<String>, at: At) -> ClientError {
    ClientError::Refused(Refusal { name, text: text.into(), at, source: "aws-sdk 2.1693.0, its code" })
}

fn code_region(settings: &Settings<'_>) -> Option<Text> {
    settings.region.filter(|region| !region.is_empty()).map(|region| Text { value: region.to_owned(), at: At::Region })
}

/// The Region of environment and files, as it is written there.
fn variable_region(reader: &JavaScript<'_>) -> Option<Text> {
    let variables = reader.habits().region.iter().filter(|read| matches!(read, Read::Env(_)));
    let set = variables.filter_map(|read| reader.one(*read)).find(|region| !region.value.is_empty());
    set.or_else(|| reader.profile.region())
}

fn target(reader: &JavaScript<'_>, made: &Made) -> Result<Target, ClientError> {
    let habits = reader.habits();
    let found = variable_region(reader);
    let (region, pseudo) = match &made.region {
        // A client is made in two steps, and each looks at the name.
        Some(region) => (Some(renamed(&renamed(region))), is_fips(&region.value)),
        None => (found.as_ref().map(renamed), false),
    };
    let option = |read: &Read| made.options.then(|| reader.one(*read)).flatten();
    let fips = if pseudo {
        made.region.clone()
    } else {
        habits.fips.iter().find(|read| matches!(read, Read::Option(_))).and_then(option).map_or_else(
            // Whatever Region the client is made with, that of the environment is looked at.
            || found.filter(|region| is_fips(&region.value)).or_else(|| switch(reader, habits.fips)),
            |flag| Some(flag).filter(|flag| flag.value == "true"),
        )
    };
    let dual_stack = habits.dual_stack.iter().find(|read| matches!(read, Read::Option(_))).and_then(option);
    let dual_stack = match dual_stack {
        Some(flag) => Some(flag).filter(|flag| flag.value == "true"),
        None => switch(reader, habits.dual_stack),
    };
    let variant = Variant { fips: fips.is_some(), dual_stack: dual_stack.is_some() };
    let setting = mode(reader, made)?;
    let plain_http = made.options && reader.one(Read::Option("use_ssl")).is_some_and(|flag| flag.value == "false");
    let scheme = if plain_http { "http" } else { "https" };

    let url = habits.url.iter().find_map(option).filter(|url| !url.value.is_empty());
    if let Some(url) = url {
        return custom(&url, region.as_ref(), scheme);
    }
    let name = region.as_ref().map(|region| region.value.as_str());
    let at = region.as_ref().map_or(At::Default, |region| region.at);
    let mut reasons = vec![match &region {
        Some(region) => because(format!("the Region is {}, from {}", region.value, called(at, "region")), at),
        None => because("no Region is set", at),
    }];
    for (flag, which, key) in
        [(fips, "FIPS", "use_fips_endpoint"), (dual_stack, "dual-stack", "use_dualstack_endpoint")]
    {
        reasons.extend(
            flag.map(|flag| because(format!("{which} endpoints are asked for by {}", called(flag.at, key)), flag.at)),
        );
    }
    let Some(host) = rules::host(name, variant) else {
        return global(reader, region.as_ref(), setting, reasons);
    };
    let region = valid(region)?;
    let text = "the client has a rule of its own for this Region, whatever sts_regional_endpoints says";
    reasons.insert(0, because(text, At::Default));
    Ok(Target {
        // As `url.parse` has it.
        url: format!("{scheme}://{}", host.to_ascii_lowercase()),
        signing_region: region.value,
        signing: Signing::V4,
        mode: Mode::Regional,
        because: reasons,
    })
}

/// Where no rule names another host, the global endpoint is called, unless the Region's own is asked for.
fn global(
    reader: &JavaScript<'_>,
    region: Option<&Text>,
    setting: Option<(Default, Text)>,
    mut reasons: Vec<crate::Because>,
) -> Result<Target, ClientError> {
    if let Some((Default::Regional, set)) = &setting {
        let Some(region) = region else { return Err(refused("ConfigError", "Missing region in config", set.at)) };
        let by = called(set.at, "sts_regional_endpoints");
        reasons.insert(0, because(format!("{by} is regional: the client calls its Region's own endpoint"), set.at));
        return Ok(Target {
            url: format!("https://sts.{}.amazonaws.com", region.value.to_ascii_lowercase()),
            signing_region: region.value.clone(),
            signing: Signing::V4,
            mode: Mode::Regional,
            because: reasons,
        });
    }
    reasons.insert(
        0,
        match setting {
            Some((_, set)) => {
                let by = called(set.at, "sts_regional_endpoints");
                because(format!("{by} is legacy: the client calls the global endpoint"), set.at)
            }
            None => because(format!("{} calls the global endpoint by default", reader.client), At::Default),
        },
    );
    Ok(Target {
        url: "https://sts.amazonaws.com".to_owned(),
        signing_region: "us-east-1".to_owned(),
        signing: Signing::V4,
        mode: Mode::Global,
        because: reasons,
    })
}

fn custom(url: &Text, region: Option<&Text>, scheme: &str) -> Result<Target, ClientError> {
    let region = valid(region.cloned())?;
    let reasons = vec![
        because(format!("the endpoint's URL is given by {}", called(url.at, "endpoint_url")), url.at),
        because(
            format!("it is signed for {}, the Region from {}", region.value, called(region.at, "region")),
            region.at,
        ),
    ];
    let url = if url.value.starts_with("http") { url.value.clone() } else { format!("{scheme}://{}", url.value) };
    Ok(Target { url, signing_region: region.value, signing: Signing::V4, mode: Mode::Custom, because: reasons })
}

/// What the client looks at before it sends anything to an endpoint that is not global.
fn valid(region: Option<Text>) -> Result<Text, ClientError> {
    let Some(region) = region else { return Err(refused("ConfigError", "Missing region in config", At::Default)) };
    let name = &region.value;
    let inner = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let ends = !name.starts_with('-') && !name.ends_with('-');
    if inner && ends && (1..=63).contains(&name.len()) {
        Ok(region)
    } else {
        Err(refused("ConfigError", "Invalid region in config", region.at))
    }
}

/// `sts_regional_endpoints`, in any case. One that is neither word stops the client.
fn mode(reader: &JavaScript<'_>, made: &Made) -> Result<Option<(Default, Text)>, ClientError> {
    for read in reader.habits().mode_reads {
        let (found, name, what) = match read {
            Read::Option(_) if !made.options => continue,
            Read::Option(_) => {
                let given = reader.one(*read).filter(|text| !text.value.is_empty());
                (given, "InvalidConfiguration", "\"stsRegionalEndpoints\" configuration")
            }
            Read::Env(_) => {
                (reader.one(*read), "InvalidEnvironmentalVariable", "AWS_STS_REGIONAL_ENDPOINTS environmental variable")
            }
            Read::Profile(key) => {
                (reader.profile.shared(key), "InvalidConfiguration", "sts_regional_endpoints profile config")
            }
            _ => continue,
        };
        let Some(text) = found else { continue };
        return match text.value.to_lowercase().as_str() {
            "legacy" => Ok(Some((Default::Legacy, text))),
            "regional" => Ok(Some((Default::Regional, text))),
            _ => {
                let says = format!("invalid {what}. Expect \"legacy\"  or \"regional\". Got \"{}\".", text.value);
                Err(refused(name, says, text.at))
            }
        };
    }
    Ok(None)
}

/// A switch that environment or configuration file turn on. Neither `true` nor `false` is not set.
fn switch(reader: &JavaScript<'_>, reads: &[Read]) -> Option<Text> {
    let set = reads.iter().filter_map(|read| match read {
        Read::Option(_) => None,
        Read::Profile(key) => reader.profile.config(key),
        read => reader.one(*read),
    });
    set.into_iter().find(|flag| matches!(flag.value.as_str(), "true" | "false")).filter(|flag| flag.value == "true")
}

fn is_fips(region: &str) -> bool {
    region.starts_with("fips-") || region.ends_with("-fips")
}

/// The Region that a pseudo Region stands for.
fn renamed(region: &Text) -> Text {
    let value = match region.value.as_str() {
        "fips-aws-global" | "aws-fips" | "aws-global" => "us-east-1".to_owned(),
        "fips-aws-us-gov-global" | "aws-us-gov-global" => "us-gov-west-1".to_owned(),
        name => super::without_fips(name),
    };
    Text { value, at: region.at }
}
