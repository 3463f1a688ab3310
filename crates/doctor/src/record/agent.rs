//! The client in a `userAgent`.

use rolecall_clients::{Client, UnknownClient};

/// Which client an agent string names, and in which version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Agent<'r> {
    /// The name by which [`Client::new`] knows it.
    pub name: &'static str,
    /// The version, as the string has it.
    pub version: &'r str,
    /// Where that form of the string is known from.
    pub source: &'static str,
}

/// How a product in the string begins, the client that it means, and where the form was seen.
struct Row {
    product: &'static str,
    client: &'static str,
    source: &'static str,
}

/// A string may name several products: what is built on something else comes before what it is built on.
const ROWS: &[Row] = &[
    Row {
        product: "terraform-provider-aws/",
        client: "terraform-aws",
        source: "crossplane-contrib/provider-jet-aws#180: APN/1.0 HashiCorp/1.0 Terraform/1.0.5 (…) \
                 terraform-provider-aws/3.56.0 (…) aws-sdk-go/1.40.29",
    },
    Row {
        product: "Terraform/",
        client: "terraform-s3-backend",
        source: "hashicorp/terraform#15770: the provider and Terraform itself have each their own",
    },
    Row {
        product: "AWSPowerShell",
        client: "aws-tools-powershell",
        source: "CloudTrail records with AWSPowerShell.Common/4.1.20.0 and AWSPowerShell.Common/5.0.233.0",
    },
    Row {
        product: "aws-cli/",
        client: "aws-cli",
        source: "IAM User Guide, \"Logging IAM and AWS STS API calls\": aws-cli/1.16.248; wazuh/wazuh#36209: \
                 aws-cli/2.32.10 md/awscrt#0.29.1 ua/2.1",
    },
    Row { product: "Boto3/", client: "boto3", source: "botocore/useragent.py of botocore 1.44.5, boto3/session.py" },
    Row { product: "Botocore/", client: "botocore", source: "botocore/useragent.py of botocore 1.44.5" },
    Row {
        product: "aws-sdk-go-v2/",
        client: "aws-sdk-go-v2",
        source: "pulumi/pulumi-aws-native#54: aws-sdk-go-v2/1.7.1 os/macos lang/go/1.16.6 … api/sts/1.6.0",
    },
    Row {
        product: "aws-sdk-go/",
        client: "aws-sdk-go",
        source: "hashicorp/terraform#5020: [aws-sdk-go/1.1.0 (go1.5.2; darwin; amd64)]",
    },
    Row {
        product: "aws-sdk-java/",
        client: "aws-sdk-java",
        source: "AWS Marketplace and S3 records with aws-sdk-java/2.20.162 and aws-sdk-java/1.11.1030",
    },
    Row {
        product: "aws-sdk-js/",
        client: "aws-sdk-js",
        source: "aws/aws-sdk-js-v3#1775: aws-sdk-js/[version], in version 3",
    },
    Row {
        product: "aws-sdk-nodejs/",
        client: "aws-sdk-js",
        source: "a GetCallerIdentity record with aws-sdk-nodejs/2.1586.0 linux/v20.15.1",
    },
    Row {
        product: "aws-sdk-php/",
        client: "aws-sdk-php",
        source: "AWS SDK for PHP, UserAgentMiddleware: aws-sdk-php/3.x.x in front",
    },
    Row {
        product: "aws-sdk-ruby3/",
        client: "aws-sdk-ruby",
        source: "AWS X-Ray Developer Guide: aws-sdk-ruby3/3.190.0 md/internal ua/2.0",
    },
    Row { product: "aws-sdk-ruby2/", client: "aws-sdk-ruby", source: "AWS SDK for Ruby 2, user_agent.rb" },
    Row {
        product: "aws-sdk-dotnet-coreclr/",
        client: "aws-sdk-net",
        source: "requests with aws-sdk-dotnet-coreclr/3.7.108.0 and /4.0.9.6, the version of the service's package",
    },
    Row { product: "aws-sdk-dotnet-45/", client: "aws-sdk-net", source: "AWS SDK for .NET, tests of InternalSDKUtils" },
    Row { product: "aws-sdk-dotnet-35/", client: "aws-sdk-net", source: "AWS SDK for .NET, tests of InternalSDKUtils" },
    Row {
        product: "aws-sdk-rust/",
        client: "aws-sdk-rust",
        source: "an AWS Secrets Manager record with aws-sdk-rust/1.3.14, the version of the SDK's runtime",
    },
    Row {
        product: "aws-sdk-kotlin/",
        client: "aws-sdk-kotlin",
        source: "AWS SDK for Kotlin, AwsUserAgentMetadataTest: aws-sdk-kotlin/1.2.3",
    },
    Row {
        product: "aws-sdk-swift/",
        client: "aws-sdk-swift",
        source: "requests with aws-sdk-swift/1.5.86 ua/2.1 api/…#1.5.86",
    },
    Row { product: "aws-sdk-cpp/", client: "aws-sdk-cpp", source: "a request with aws-sdk-cpp/1.7.176 Linux/…" },
];

/// So much of an agent string is looked at: CloudTrail cuts it at 1 KB.
///
/// Source: AWS CloudTrail User Guide, "CloudTrail record contents", `userAgent`.
const MAX_LOOKED_AT: usize = 2048;

impl<'r> Agent<'r> {
    /// The client that an agent string names; `None` for strings of programs that no table has.
    #[must_use]
    pub fn parse(text: &'r str) -> Option<Self> {
        let text = text.get(..text.floor_char_boundary(MAX_LOOKED_AT)).unwrap_or(text);
        let products = || text.split([' ', '\t', ',']).map(|product| product.trim_matches(['[', ']', '(', ')', '"']));
        ROWS.iter().find_map(|row| {
            let version = products().find_map(|product| version_of(product, row.product))?;
            Some(Self { name: row.client, version, source: row.source })
        })
    }

    /// The client, where the table of clients has it in that version.
    ///
    /// # Errors
    /// When it does not.
    pub fn client(&self) -> Result<Client, UnknownClient> {
        Client::new(self.name, self.version)
    }
}

/// The version in a product that begins with `wanted`.
fn version_of<'r>(product: &'r str, wanted: &str) -> Option<&'r str> {
    // Newer clients tell what they are built on as metadata: `md/Botocore#1.40.0`.
    let product = product.strip_prefix("md/").unwrap_or(product);
    let head = product.get(..wanted.len())?;
    let same = head
        .bytes()
        .zip(wanted.bytes())
        .all(|(one, other)| one.eq_ignore_ascii_case(&other) || (other == b'/' && one == b'#'));
    if !same {
        return None;
    }
    let rest = product.get(wanted.len()..)?;
    // A row that names the beginning of several products: `AWSPowerShell.Common/`.
    let version = if wanted.ends_with('/') { rest } else { rest.split_once(['/', '#'])?.1 };
    let end = version.find(|letter: char| !letter.is_ascii_alphanumeric() && !".+-_".contains(letter));
    let version = version.get(..end.unwrap_or(version.len()))?;
    version.starts_with(|first: char| first.is_ascii_digit()).then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agents_name_their_clients() {
        for (text, expected) in [
            ("Boto3/1.40.0 md/Botocore#1.40.0 ua/2.1 os/linux#6.1 md/arch#x86_64 lang/python#3.12.3", "boto3 1.40.0"),
            ("Boto3/1.28.17 Python/3.11.4 Linux/5.15 Botocore/1.31.17", "boto3 1.28.17"),
            ("Botocore/1.44.5 ua/2.1 os/linux", "botocore 1.44.5"),
            ("aws-cli/1.16.248 Python/3.4.7 Linux/4.9.184 botocore/1.12.239", "aws-cli 1.16.248"),
            ("aws-cli/2.32.10 md/awscrt#0.29.1 ua/2.1 md/command#sts.assume-role", "aws-cli 2.32.10"),
            (
                "aws-sdk-js/3.1169.0 ua/2.1 os/linux#6.1 lang/js md/nodejs#22.1.0 api/sts#3.1169.0",
                "aws-sdk-js 3.1169.0",
            ),
            ("aws-sdk-nodejs/2.1586.0 linux/v20.15.1 promise", "aws-sdk-js 2.1586.0"),
            ("aws-sdk-java/2.31.78 md/io#sync ua/2.1 api/STS#2.31.78", "aws-sdk-java 2.31.78"),
            ("[S3Console/0.4, aws-internal/3 aws-sdk-java/1.11.1030 Linux/5.4]", "aws-sdk-java 1.11.1030"),
            ("aws-sdk-go-v2/1.36.3 ua/2.1 os/linux lang/go#1.24 api/sts#1.33.17", "aws-sdk-go-v2 1.36.3"),
            ("aws-sdk-go/1.55.6 (go1.22; linux; amd64)", "aws-sdk-go 1.55.6"),
            (
                "APN/1.0 HashiCorp/1.0 Terraform/1.0.5 (+https://www.terraform.io) terraform-provider-aws/3.56.0 \
                 (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go/1.40.29",
                "terraform-aws 3.56.0",
            ),
            (
                "APN/1.0 HashiCorp/1.0 Terraform/1.9.8 (+https://www.terraform.io) aws-sdk-go-v2/1.24.1",
                "terraform-s3-backend 1.9.8",
            ),
            (
                "AWSPowerShell.Common/4.1.20.0 .NET_Core/6.0.0 PowerShellCore/7.-1 ClientAsync",
                "aws-tools-powershell 4.1.20.0",
            ),
            ("aws-sdk-dotnet-coreclr/3.7.305.28 ua/2.0 md/aws-sdk-dotnet-core#3.7.302.12", "aws-sdk-net 3.7.305.28"),
            ("aws-sdk-ruby3/3.190.0 md/internal ua/2.0", "aws-sdk-ruby 3.190.0"),
            ("aws-sdk-php/3.297.1 OS/Linux#5.10.25 lang/php#8.2.15", "aws-sdk-php 3.297.1"),
            ("aws-sdk-rust/1.3.14 os/linux lang/rust/1.94.1", "aws-sdk-rust 1.3.14"),
            ("aws-sdk-kotlin/1.3.81 ua/2.1", "aws-sdk-kotlin 1.3.81"),
            ("aws-sdk-swift/1.5.86 ua/2.1", "aws-sdk-swift 1.5.86"),
            ("aws-sdk-cpp/1.7.176 Linux/3.10.0", "aws-sdk-cpp 1.7.176"),
            ("my-batch/7 Boto3/1.39.17 md/Botocore#1.39.17", "boto3 1.39.17"),
        ] {
            let agent = Agent::parse(text).map(|agent| format!("{} {}", agent.name, agent.version));
            assert_eq!(agent.as_deref(), Some(expected), "{text}");
        }
        for text in ["", "AWS Internal", "console.amazonaws.com", "Boto3/", "Boto3/latest", "python-requests/2.31.0"] {
            assert_eq!(Agent::parse(text), None, "{text}");
        }
    }

    #[test]
    fn every_row_names_a_client_that_is_known_by_that_name() {
        for row in ROWS {
            let found = Client::new(row.client, "0.0.0");
            assert!(!matches!(found, Err(UnknownClient::Name { .. } | UnknownClient::Form)), "{}", row.client);
            assert!(!row.source.is_empty());
        }
    }
}
