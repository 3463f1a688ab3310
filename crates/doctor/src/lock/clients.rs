//! Which packages of which ecosystem are AWS clients, the one that tells most first.
//!
//! A name alone does not say: `aws-sdk` is one thing to npm and another to RubyGems.

use super::{Ecosystem, Pinned};

/// A package and the name that the client table has for it.
type Row = (Ecosystem, &'static str, &'static str);

/// Of several packages of one client the first that is pinned tells its version: those further down come with it, or
/// have versions of their own that say less.
const PACKAGES: &[Row] = &[
    (Ecosystem::PyPi, "boto3", "boto3"),
    (Ecosystem::PyPi, "botocore", "botocore"),
    (Ecosystem::PyPi, "awscli", "awscli"),
    (Ecosystem::Npm, "aws-sdk", "aws-sdk"),
    (Ecosystem::Npm, "@aws-sdk/client-sts", "@aws-sdk/client-sts"),
    // The STS client within the SDK's own credential providers.
    (Ecosystem::Npm, "@aws-sdk/nested-clients", "@aws-sdk/client-sts"),
    (Ecosystem::Npm, "@aws-sdk/credential-provider-node", "@aws-sdk/credential-provider-node"),
    (Ecosystem::Npm, "@aws-sdk/credential-providers", "@aws-sdk/credential-providers"),
    (Ecosystem::Go, "github.com/aws/aws-sdk-go", "github.com/aws/aws-sdk-go"),
    (Ecosystem::Go, "github.com/aws/aws-sdk-go-v2/service/sts", "github.com/aws/aws-sdk-go-v2/service/sts"),
    (Ecosystem::Go, "github.com/aws/aws-sdk-go-v2/config", "github.com/aws/aws-sdk-go-v2/config"),
    (Ecosystem::Go, "github.com/aws/aws-sdk-go-v2/credentials", "github.com/aws/aws-sdk-go-v2/credentials"),
    (Ecosystem::Go, "github.com/aws/aws-sdk-go-v2", "github.com/aws/aws-sdk-go-v2"),
    (Ecosystem::RubyGems, "aws-sdk-core", "aws-sdk-core"),
    (Ecosystem::Packagist, "aws/aws-sdk-php", "aws/aws-sdk-php"),
    (Ecosystem::Cargo, "aws-sdk-sts", "aws-sdk-sts"),
    (Ecosystem::Cargo, "aws-config", "aws-config"),
    (Ecosystem::NuGet, "AWSSDK.SecurityToken", "AWSSDK.SecurityToken"),
    (Ecosystem::NuGet, "AWSSDK.Core", "AWSSDK.Core"),
    (Ecosystem::Maven, "com.amazonaws:aws-java-sdk-sts", "com.amazonaws:aws-java-sdk-sts"),
    (Ecosystem::Maven, "com.amazonaws:aws-java-sdk-core", "com.amazonaws:aws-java-sdk-core"),
    (Ecosystem::Maven, "com.amazonaws:aws-java-sdk", "com.amazonaws:aws-java-sdk"),
    (Ecosystem::Maven, "com.amazonaws:aws-java-sdk-bom", "com.amazonaws:aws-java-sdk"),
    (Ecosystem::Maven, "software.amazon.awssdk:sts", "software.amazon.awssdk:sts"),
    (Ecosystem::Maven, "software.amazon.awssdk:auth", "software.amazon.awssdk:auth"),
    (Ecosystem::Maven, "software.amazon.awssdk:bom", "software.amazon.awssdk:bom"),
    (Ecosystem::Maven, "aws.sdk.kotlin:sts", "aws.sdk.kotlin:sts"),
    (Ecosystem::Maven, "aws.sdk.kotlin:sts-jvm", "aws.sdk.kotlin:sts-jvm"),
    (Ecosystem::Terraform, "registry.terraform.io/hashicorp/aws", "terraform-aws"),
    (Ecosystem::Terraform, "registry.opentofu.org/hashicorp/aws", "terraform-aws"),
    (Ecosystem::Image, "amazon/aws-cli", "aws-cli"),
    (Ecosystem::Image, "public.ecr.aws/aws-cli/aws-cli", "aws-cli"),
    (Ecosystem::Image, "hashicorp/terraform", "terraform"),
    (Ecosystem::Apk, "aws-cli", "aws-cli"),
    (Ecosystem::Download, "awscli", "aws-cli"),
];

/// A package that is an AWS client.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    /// The name that the client table has for it.
    pub(super) alias: &'static str,
    /// Its place in the order of those that tell most.
    pub(super) rank: usize,
}

/// The client that a package is.
pub(super) fn known(ecosystem: Ecosystem, name: &str) -> Option<Known> {
    let same = |package: &str| match ecosystem {
        // Source: packaging.python.org, specification "Names and normalization".
        Ecosystem::PyPi => name.replace(['_', '.'], "-").eq_ignore_ascii_case(package),
        Ecosystem::NuGet => name.eq_ignore_ascii_case(package),
        _ => name == package,
    };
    let listed = PACKAGES.iter().position(|(of, package, _)| *of == ecosystem && same(package));
    if let Some((rank, (.., alias))) = listed.and_then(|rank| Some((rank, PACKAGES.get(rank)?))) {
        return Some(Known { alias, rank });
    }
    // Every client package of version 3 for JavaScript brings the credential chain, and with it STS.
    let of_javascript = ecosystem == Ecosystem::Npm && name.starts_with("@aws-sdk/client-");
    of_javascript.then_some(Known { alias: "@aws-sdk/client-sts", rank: PACKAGES.len() })
}

/// The pin's version as the client counts: what an image's tag says behind it is the system it is made for.
pub(super) fn version(pin: &Pinned) -> &str {
    match pin.ecosystem {
        Ecosystem::Image => pin.version.split('-').next().unwrap_or_default(),
        _ => &pin.version,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rolecall_clients::{Client, UnknownClient};

    #[test]
    fn the_client_table_knows_every_alias() {
        for (_, package, alias) in PACKAGES {
            let unknown = matches!(Client::new(alias, "1.0.0"), Err(UnknownClient::Name { .. }));
            assert!(!unknown, "{package}: the client table has no {alias}");
        }
    }

    #[test]
    fn a_name_is_a_client_in_its_own_ecosystem_alone() {
        assert!(known(Ecosystem::PyPi, "Boto3").is_some());
        assert!(known(Ecosystem::Npm, "boto3").is_none());
        assert!(known(Ecosystem::RubyGems, "aws-sdk").is_none());
        assert!(known(Ecosystem::Npm, "@aws-sdk/client-s3").is_some());
        assert!(known(Ecosystem::Npm, "@aws-sdk/types").is_none());
    }
}
