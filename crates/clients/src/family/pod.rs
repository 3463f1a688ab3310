//! Which clients know EKS Pod Identity.
//!
//! To those that do it is the container provider with a full address, one step of their chain for both.

use crate::{Client, Provided, Settings, client::Kind, version::Version};

/// The first version of each client's generation that reads the token's file.
///
/// Source: Amazon EKS User Guide, "Use pod identity with the AWS SDK". Left out are those that the page does not name by a
/// version of a package (Go v2 and Rust are told by the date of a release, .NET by the number of all of it), and those it
/// does not name at all: they are taken to know it. Of boto3 and botocore the page names later versions than those that first
/// have the agent's address in `ContainerMetadataFetcher._ALLOWED_HOSTS`, and AWS CLI 1.30.0 is made of botocore 1.32.0.
const SINCE: &[(Kind, u32, Version)] = &[
    (Kind::Boto3, 1, Version::new(1, 29, 0)),
    (Kind::Botocore, 1, Version::new(1, 32, 0)),
    (Kind::AwsCli, 1, Version::new(1, 30, 0)),
    (Kind::AwsCli, 2, Version::new(2, 15, 0)),
    (Kind::Java, 1, Version::new(1, 12, 746)),
    (Kind::Java, 2, Version::new(2, 21, 30)),
    (Kind::Go, 1, Version::new(1, 47, 11)),
    (Kind::Js, 2, Version::new(2, 1550, 0)),
    (Kind::Js, 3, Version::new(3, 458, 0)),
    (Kind::Kotlin, 1, Version::new(1, 0, 1)),
    (Kind::Ruby, 3, Version::new(3, 188, 0)),
    (Kind::Cpp, 1, Version::new(1, 11, 263)),
    (Kind::Powershell, 4, Version::new(4, 1, 502)),
    (Kind::Php, 3, Version::new(3, 287, 1)),
];

/// The first version that takes the agent's IPv6 address for one that credentials may come from, where it is not always so.
/// Before, Java's had to be told by the mode of another service's address.
///
/// Source: `aws/aws-sdk-java-v2`, pull request 7086, and its release 2.48.1.
const SINCE_IPV6: &[(Kind, u32, Version)] = &[(Kind::Java, 2, Version::new(2, 48, 1))];

/// What a client sees of what the place provides: what it does not know stays what it is.
pub(super) fn seen(client: &Client, settings: &Settings<'_>) -> Provided {
    let is_before = |since: &[(Kind, u32, Version)]| {
        let own = |(kind, generation, _): &&(Kind, u32, Version)| {
            (*kind, *generation) == (client.kind(), client.generation())
        };
        since.iter().find(own).is_some_and(|(_, _, since)| client.is_before(*since))
    };
    let mode = || settings.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE");
    let is_told = || mode().is_some_and(|mode| mode.eq_ignore_ascii_case("IPv6"));
    match settings.provided {
        Provided::PodIdentity | Provided::PodIdentityIpv6 if is_before(SINCE) => settings.provided,
        Provided::PodIdentityIpv6 if is_before(SINCE_IPV6) && !is_told() => settings.provided,
        Provided::PodIdentity | Provided::PodIdentityIpv6 => Provided::Container,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Source, plan};

    #[test]
    fn a_client_finds_a_pods_credentials_since_it_knows_them() {
        let settings = Settings { region: Some("eu-west-1"), provided: Provided::PodIdentity, ..Settings::default() };
        for (client, finds) in [
            ("boto3==1.28.85", false),
            ("boto3==1.29.0", true),
            ("botocore==1.31.85", false),
            ("botocore==1.32.0", true),
            ("aws-cli==1.29.85", false),
            ("aws-cli==1.30.0", true),
            ("aws-cli==2.14.6", false),
            ("aws-cli==2.15.0", true),
            ("aws-sdk-java==1.12.745", false),
            ("aws-sdk-java==1.12.746", true),
            ("software.amazon.awssdk:sts==2.21.29", false),
            ("software.amazon.awssdk:sts==2.21.30", true),
            ("aws-sdk-go==1.47.10", false),
            ("aws-sdk-go==1.47.11", true),
            ("github.com/aws/aws-sdk-go-v2/config==1.25.0", true),
            ("aws-sdk==2.1549.0", false),
            ("aws-sdk==2.1550.0", true),
            ("@aws-sdk/client-sts==3.457.0", false),
            ("@aws-sdk/client-sts==3.458.0", true),
            ("aws-sdk-core==3.187.1", false),
            ("aws-sdk-core==3.188.0", true),
            ("aws-sdk-php==3.287.0", false),
            ("aws-sdk-php==3.287.1", true),
        ] {
            let client_read = Client::parse(client).unwrap();
            let found = plan(&client_read, &settings, None);
            let container = found.as_ref().is_ok_and(|plan| matches!(plan.start, Source::Container { .. }));
            assert_eq!(container, finds, "{client}: {found:?}");
        }
    }

    #[test]
    fn java_finds_an_agent_that_has_ipv6_alone_since_it_knows_its_address() {
        let told = [("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ipv6")];
        for (client, env, finds) in [
            ("software.amazon.awssdk:sts==2.48.0", [].as_slice(), false),
            ("software.amazon.awssdk:sts==2.48.0", told.as_slice(), true),
            ("software.amazon.awssdk:sts==2.48.1", &[], true),
            ("software.amazon.awssdk:sts==2.21.29", &told, false),
            ("boto3==1.29.0", &[], true),
        ] {
            let provided = Provided::PodIdentityIpv6;
            let settings = Settings { region: Some("eu-west-1"), env, provided, ..Settings::default() };
            let found = plan(&Client::parse(client).unwrap(), &settings, None);
            let container = found.as_ref().is_ok_and(|plan| matches!(plan.start, Source::Container { .. }));
            assert_eq!(container, finds, "{client}: {found:?}");
        }
    }

    /// As botocore 1.13.2 and 1.31.85 say it.
    #[test]
    fn botocore_refuses_an_agent_that_it_does_not_know() {
        for (provided, host) in [(Provided::PodIdentity, "169.254.170.23"), (Provided::PodIdentityIpv6, "fd00:ec2::23")]
        {
            let settings = Settings { region: Some("eu-west-1"), provided, ..Settings::default() };
            let refused = plan(&Client::parse("botocore==1.31.85").unwrap(), &settings, None).unwrap_err();
            assert_eq!(
                refused.to_string(),
                format!(
                    "Unsupported host '{host}'.  Can only retrieve metadata from these hosts: 169.254.170.2, localhost, \
                     127.0.0.1"
                )
            );
        }
    }
}
