//! Which clients know EKS Pod Identity.
//!
//! To those that do it is the container provider with a full address, one step of their chain for both.

use crate::{Client, Provided, client::Kind, version::Version};

/// The first version of each client's generation that reads the token's file.
///
/// Source: Amazon EKS User Guide, "Use pod identity with the AWS SDK". Left out are those that the page does not name by a
/// version of a package (Go v2 and Rust are told by the date of a release, .NET by the number of all of it), and those it
/// does not name at all: they are taken to know it.
const SINCE: &[(Kind, u32, Version)] = &[
    (Kind::Boto3, 1, Version::new(1, 34, 41)),
    (Kind::Botocore, 1, Version::new(1, 34, 41)),
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

/// What a client sees of what the place provides.
pub(super) fn seen(client: &Client, provided: Provided) -> Provided {
    if provided != Provided::PodIdentity {
        return provided;
    }
    let since = SINCE.iter().find(|(kind, generation, _)| (*kind, *generation) == (client.kind(), client.generation()));
    if since.is_some_and(|(_, _, since)| client.is_before(*since)) { Provided::None } else { Provided::Container }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Settings, Source, plan};

    #[test]
    fn a_client_finds_a_pods_credentials_since_it_knows_them() {
        let settings = Settings { region: Some("eu-west-1"), provided: Provided::PodIdentity, ..Settings::default() };
        for (client, finds) in [
            ("boto3==1.34.40", false),
            ("boto3==1.34.41", true),
            ("botocore==1.34.41", true),
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
}
