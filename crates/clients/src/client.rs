//! Which client: the names it goes by in registries and lock files, and its version.

use crate::{
    nearest::nearest,
    table::{Row, Takes, row_of},
    version::Version,
};
use std::{cmp::Ordering, fmt};

/// A client's family, whatever its version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Boto3,
    Botocore,
    AwsCli,
    Powershell,
    Net,
    Java,
    Go,
    Js,
    Php,
    Ruby,
    Rust,
    Kotlin,
    Swift,
    Cpp,
    TerraformAws,
    TerraformS3,
}

impl Kind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Boto3 => "boto3",
            Self::Botocore => "botocore",
            Self::AwsCli => "aws-cli",
            Self::Powershell => "aws-tools-powershell",
            Self::Net => "aws-sdk-net",
            Self::Java => "aws-sdk-java",
            Self::Go => "aws-sdk-go",
            Self::Js => "aws-sdk-js",
            Self::Php => "aws-sdk-php",
            Self::Ruby => "aws-sdk-ruby",
            Self::Rust => "aws-sdk-rust",
            Self::Kotlin => "aws-sdk-kotlin",
            Self::Swift => "aws-sdk-swift",
            Self::Cpp => "aws-sdk-cpp",
            Self::TerraformAws => "terraform-aws",
            Self::TerraformS3 => "terraform-s3-backend",
        }
    }
}

/// Every name a client is known by, the canonical one of each family first. Where a registry's name fixes the
/// generation, its version numbers say nothing about it: version 1.41 of `github.com/aws/aws-sdk-go-v2/service/sts`
/// is of the second.
const NAMES: &[(&str, Kind, Option<u32>)] = &[
    ("boto3", Kind::Boto3, None),
    ("botocore", Kind::Botocore, None),
    ("aws-cli", Kind::AwsCli, None),
    ("awscli", Kind::AwsCli, None),
    ("aws-tools-powershell", Kind::Powershell, None),
    ("AWS.Tools.SecurityToken", Kind::Powershell, None),
    ("AWS.Tools.Common", Kind::Powershell, None),
    ("AWSPowerShell.NetCore", Kind::Powershell, None),
    ("AWSPowerShell", Kind::Powershell, None),
    ("aws-sdk-net", Kind::Net, None),
    ("AWSSDK.SecurityToken", Kind::Net, None),
    ("AWSSDK.Core", Kind::Net, None),
    ("aws-sdk-java", Kind::Java, None),
    ("aws-sdk-java-v2", Kind::Java, Some(2)),
    ("com.amazonaws:aws-java-sdk-sts", Kind::Java, Some(1)),
    ("com.amazonaws:aws-java-sdk", Kind::Java, Some(1)),
    ("com.amazonaws:aws-java-sdk-core", Kind::Java, Some(1)),
    ("software.amazon.awssdk:sts", Kind::Java, Some(2)),
    ("software.amazon.awssdk:auth", Kind::Java, Some(2)),
    ("software.amazon.awssdk:bom", Kind::Java, Some(2)),
    ("aws-sdk-go", Kind::Go, None),
    ("github.com/aws/aws-sdk-go", Kind::Go, Some(1)),
    ("aws-sdk-go-v2", Kind::Go, Some(2)),
    ("github.com/aws/aws-sdk-go-v2", Kind::Go, Some(2)),
    ("github.com/aws/aws-sdk-go-v2/config", Kind::Go, Some(2)),
    ("github.com/aws/aws-sdk-go-v2/credentials", Kind::Go, Some(2)),
    ("github.com/aws/aws-sdk-go-v2/service/sts", Kind::Go, Some(2)),
    ("aws-sdk-js", Kind::Js, None),
    ("aws-sdk", Kind::Js, Some(2)),
    ("aws-sdk-js-v3", Kind::Js, Some(3)),
    ("@aws-sdk/client-sts", Kind::Js, Some(3)),
    ("@aws-sdk/credential-providers", Kind::Js, Some(3)),
    ("@aws-sdk/credential-provider-node", Kind::Js, Some(3)),
    ("aws-sdk-php", Kind::Php, Some(3)),
    ("aws/aws-sdk-php", Kind::Php, Some(3)),
    ("aws-sdk-ruby", Kind::Ruby, None),
    ("aws-sdk-core", Kind::Ruby, None),
    ("aws-sdk-rust", Kind::Rust, Some(1)),
    ("aws-config", Kind::Rust, Some(1)),
    ("aws-sdk-sts", Kind::Rust, Some(1)),
    ("aws-sdk-kotlin", Kind::Kotlin, Some(1)),
    ("aws.sdk.kotlin:sts", Kind::Kotlin, Some(1)),
    ("aws.sdk.kotlin:sts-jvm", Kind::Kotlin, Some(1)),
    ("aws-sdk-swift", Kind::Swift, Some(1)),
    ("aws-sdk-cpp", Kind::Cpp, Some(1)),
    ("terraform-aws", Kind::TerraformAws, None),
    ("terraform-provider-aws", Kind::TerraformAws, None),
    ("hashicorp/aws", Kind::TerraformAws, None),
    ("registry.terraform.io/hashicorp/aws", Kind::TerraformAws, None),
    ("terraform-s3-backend", Kind::TerraformS3, None),
    ("terraform", Kind::TerraformS3, None),
];

/// An SDK or command-line tool in one version.
///
/// ```
/// # use rolecall_clients::Client;
/// let client = Client::parse("awscli==1.41.17")?;
/// assert_eq!((client.name(), client.version()), ("aws-cli", "1.41.17"));
/// # Ok::<(), rolecall_clients::UnknownClient>(())
/// ```
#[derive(Debug, Clone)]
pub struct Client {
    kind: Kind,
    generation: u32,
    version: Version,
    written: Box<str>,
    row: &'static Row,
}

/// No client of that name and version is known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnknownClient {
    /// It is not written as a name and a version.
    #[error("a client reads NAME==VERSION, such as boto3==1.40.0")]
    Form,
    /// No client goes by this name.
    #[error("no client is called `{name}`{}", nearest.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default())]
    Name {
        /// The name given.
        name: String,
        /// The name that was probably meant.
        nearest: Option<&'static str>,
    },
    /// The client is known, but not in this version.
    #[error("`{version}` is no version of {client} that is known: {known}")]
    Version {
        /// The client's name.
        client: &'static str,
        /// The version given.
        version: String,
        /// What versions there are.
        known: String,
    },
}

impl Client {
    /// Reads `boto3==1.40.0`, where the name may be a registry's: `@aws-sdk/client-sts==3.540.0`.
    ///
    /// # Errors
    /// When it is not of this form, or no such client is known.
    pub fn parse(text: &str) -> Result<Self, UnknownClient> {
        let (name, version) = text.split_once("==").ok_or(UnknownClient::Form)?;
        Self::new(name.trim(), version.trim())
    }

    /// The client of that name, canonical or a registry's (in any case), in that version.
    ///
    /// # Errors
    /// When no client goes by that name, or it never had such a version.
    pub fn new(name: &str, version: &str) -> Result<Self, UnknownClient> {
        let known = NAMES.iter().find(|(known, ..)| known.eq_ignore_ascii_case(name));
        let Some(&(_, kind, fixed)) = known else {
            let nearest = nearest(name, NAMES.iter().map(|(known, ..)| *known));
            return Err(UnknownClient::Name { name: name.chars().take(128).collect(), nearest });
        };
        let unknown = || UnknownClient::Version {
            client: kind.name(),
            version: version.chars().take(128).collect(),
            known: Row::known_versions(kind),
        };
        let read = Version::parse(version).ok_or_else(unknown)?;
        let generation = fixed.unwrap_or_else(|| generation(kind, read));
        let row = row_of(kind, generation, read).ok_or_else(unknown)?;
        Ok(Self { kind, generation, version: read, written: version.into(), row })
    }

    /// The name it is known by here, such as `aws-cli`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.kind.name()
    }

    /// The version, as it was written.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.written
    }

    /// The generation: 3 for version 3 of the SDK for JavaScript, also where packages count otherwise.
    #[must_use]
    pub fn generation(&self) -> u32 {
        self.generation
    }

    /// Which of two versions of one client came first; `None` for two clients.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        (self.kind == other.kind)
            .then(|| self.generation.cmp(&other.generation).then_with(|| self.version.cmp(&other.version)))
    }

    /// The options given in code that matter to STS, by the names this client has for them.
    pub fn options(&self) -> impl Iterator<Item = (&'static str, Takes)> + use<> {
        self.row.habits.options.iter().copied()
    }

    /// Whether it came out before that version of its generation.
    pub(crate) fn is_before(&self, version: Version) -> bool {
        self.version < version
    }

    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    pub(crate) fn row(&self) -> &'static Row {
        self.row
    }
}

impl fmt::Display for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name(), self.written)
    }
}

/// The generation that a version of a family's main package belongs to.
fn generation(kind: Kind, version: Version) -> u32 {
    match kind {
        // Both libraries are of one generation.
        Kind::Boto3 | Kind::Botocore | Kind::TerraformAws | Kind::TerraformS3 => 1,
        _ => version.major(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registrys_name_leads_to_the_client_and_its_generation() {
        for (text, name, generation) in
            [("boto3==1.40.0", "boto3", 1), ("awscli==2.13.0", "aws-cli", 2), ("AWSCLI==1.46.3", "aws-cli", 1)]
        {
            let client = Client::parse(text).unwrap();
            assert_eq!((client.name(), client.generation()), (name, generation), "{text}");
        }
    }

    #[test]
    fn a_slip_is_told_the_name_that_was_meant() {
        let error = Client::parse("bto3==1.40.0").unwrap_err();
        assert_eq!(error.to_string(), "no client is called `bto3`; did you mean `boto3`?");
        assert_eq!(Client::parse("boto3").unwrap_err(), UnknownClient::Form);
        assert!(matches!(Client::parse("boto3==latest"), Err(UnknownClient::Version { .. })));
    }

    #[test]
    fn versions_of_one_client_can_be_compared() {
        let version = |text| Client::parse(text).unwrap();
        assert_eq!(version("boto3==1.39.17").compare(&version("boto3==1.40.0")), Some(Ordering::Less));
        assert_eq!(version("awscli==1.46.3").compare(&version("aws-cli==2.0.0")), Some(Ordering::Less));
        assert_eq!(version("boto3==1.39.17").compare(&version("botocore==1.40.0")), None);
    }
}
