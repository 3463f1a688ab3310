//! What can be wrong with a world, and how it is told.

use crate::{At, FileError, Files, Location, files::MAX_WORLD_BYTES};
use rolecall_names::{AccountId, Region};
use rolecall_policy::Malformed;
use std::fmt;

/// More problems than this help nobody.
const MAX_PROBLEMS: usize = 100;

/// What a place in a world file should hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Expected {
    /// A string of at most 8192 bytes.
    #[error("text in quotation marks, at most 8192 bytes")]
    Text,
    /// A boolean.
    #[error("true or false")]
    Boolean,
    /// An integer within bounds.
    #[error("a whole number from {0} to {1}")]
    Integer(i64, i64),
    /// An array.
    #[error("a list in square brackets, of at most {0}")]
    List(usize),
    /// A table.
    #[error("a table")]
    Table,
    /// An array of tables with that heading.
    #[error("tables headed [[{0}]]")]
    Tables(&'static str),
    /// A table of strings.
    #[error("text in quotation marks, at most 4096 bytes")]
    Variable,
    /// A string, boolean or integer.
    #[error("text, a whole number, true or false")]
    Scalar,
    /// `AccountId`.
    #[error("an account id: twelve digits in quotation marks")]
    AccountId,
    /// A partition's name.
    #[error("a partition: aws, aws-cn, aws-us-gov, aws-eusc, aws-iso, aws-iso-b, aws-iso-e or aws-iso-f")]
    Partition,
    /// A Region that exists.
    #[error("a Region, such as ap-northeast-1")]
    Region,
    /// Source: IAM API Reference, `SetSecurityTokenServicePreferences`.
    #[error("\"v1Token\" or \"v2Token\"")]
    TokenVersion,
    /// Source: IAM API Reference, `CreateRole` and `CreateUser`.
    #[error("a name: 1 to 64 letters, digits or any of + = , . @ - _")]
    Name,
    /// Source: IAM API Reference, `CreateRole`, `Path`.
    #[error("a path: \"/\", or up to 512 printable characters that begin and end with a slash")]
    Path,
    /// `AROA…`.
    #[error("a role's unique id: AROA and 17 upper-case letters or digits")]
    RoleId,
    /// `AIDA…`.
    #[error("a user's unique id: AIDA and 17 upper-case letters or digits")]
    UserId,
    /// `AKIA…`.
    #[error("a long-term access key id: AKIA and 16 upper-case letters or digits")]
    AccessKeyId,
    /// A secret access key.
    #[error("a secret access key: 16 to 128 printable characters")]
    Secret,
    /// A virtual MFA device of the account at hand.
    #[error("the serial number of a virtual MFA device of this account: arn:aws:iam::…:mfa/name")]
    MfaSerial,
    /// The seed of a TOTP device.
    #[error("a seed in base 32: 16 to 128 of A-Z and 2-7")]
    Seed,
    /// Source: IAM API Reference, `Tag`.
    #[error("a tag: a key of 1 to 128 letters, digits, spaces or _ . : / = + - @, and a value of at most 256")]
    Tag,
    /// A file of the world.
    #[error("a path inside the world's directory, with forward slashes")]
    RelativePath,
    /// A policy's file.
    #[error("the path of a policy's JSON file inside the world's directory; AWS's own managed policies are not held")]
    PolicyPath,
    /// Source: Organizations API Reference, `Organization`.
    #[error("an organization's id: o- and 10 to 32 lower-case letters or digits")]
    OrganizationId,
    /// A name in world.toml.
    #[error("a name: 1 to 128 letters, digits or any of . _ -")]
    WorldName,
    /// An IP network.
    #[error("a network in CIDR notation, such as 10.0.0.0/16, with no bits set behind its prefix")]
    Cidr,
    /// An IP address.
    #[error("an IP address")]
    Address,
    /// `"amazon"` or addresses.
    #[error("\"amazon\" or a list of addresses")]
    Dns,
    /// `com.amazonaws.…`.
    #[error("a service of an endpoint, such as com.amazonaws.ap-northeast-1.sts")]
    EndpointService,
    /// Source: EC2 API Reference, `CreateVpcEndpoint`, `VpcEndpointType`.
    #[error("a type of endpoint: \"Interface\" or \"Gateway\"")]
    EndpointType,
    /// An Availability Zone's name.
    #[error("an Availability Zone, such as ap-northeast-1a")]
    Zone,
    /// A rule's protocol.
    #[error("a protocol: tcp, udp, icmp or all")]
    Protocol,
    /// A rule's ports.
    #[error("ports: a number, \"1024-65535\" or \"all\"")]
    Ports,
    /// A network ACL's verdict.
    #[error("\"allow\" or \"deny\"")]
    AclAction,
    /// A place's kind.
    #[error("a kind of place: ec2, lambda, ecs-task, eks-pod, on-premises or internet")]
    PlaceKind,
    /// Source: STS API Reference, `AssumeRole`, `RoleSessionName`.
    #[error("a session name: 2 to 64 letters, digits or any of _ + = , . @ -")]
    SessionName,
    /// Source: STS API Reference, `AssumeRole`, `ExternalId`.
    #[error("an external id: 2 to 1224 letters, digits or any of _ + = , . @ : / -")]
    ExternalId,
    /// A client and its version.
    #[error("a client and its version, such as boto3==1.40.0")]
    Client,
    /// A role's ARN.
    #[error("a role's ARN: arn:aws:iam::111111111111:role/name")]
    RoleArn,
    /// An MFA answer of a call.
    #[error("true, or the serial number of an MFA device")]
    MfaAnswer,
    /// An outcome.
    #[error("an outcome: allowed, denied, unreachable or rejected")]
    Outcome,
    /// RFC 3339.
    #[error("an instant with its offset, such as 2024-08-29T01:32:00-07:00")]
    Instant,
}

/// The kinds of thing a world gives names to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `[accounts.…]`
    Account,
    /// `[organization.units.…]`
    Unit,
    /// `[[role]]`
    Role,
    /// `[[user]]`
    User,
    /// `[[vpc]]`
    Vpc,
    /// `[[subnet]]`
    Subnet,
    /// `[[nat_gateway]]`
    NatGateway,
    /// `[[internet_gateway]]`
    InternetGateway,
    /// `[[egress_only_internet_gateway]]`
    EgressOnlyGateway,
    /// `[[vpc_peering]]`
    Peering,
    /// `[[network_acl]]`
    Acl,
    /// `[[security_group]]`
    SecurityGroup,
    /// `[[vpc_endpoint]]` of the type `Interface`
    Endpoint,
    /// `[[vpc_endpoint]]` of the type `Gateway`
    GatewayEndpoint,
    /// `[[place]]`
    Place,
    /// `[[call]]`
    Call,
    /// `[[outage]]`
    Outage,
    /// A user's `access_key`.
    AccessKey,
    /// A user's `mfa`.
    Device,
    /// A unique id.
    UniqueId,
    /// The name a policy takes from its file.
    Policy,
    /// An IP address within a VPC.
    Address,
    /// A public IP address.
    PublicAddress,
    /// A DNS server.
    DnsServer,
    /// A route.
    Route,
    /// A tag's key.
    Tag,
    /// The number of a network ACL's rule.
    RuleNumber,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Account => "account",
            Self::Unit => "organizational unit",
            Self::Role => "role",
            Self::User => "user",
            Self::Vpc => "VPC",
            Self::Subnet => "subnet",
            Self::NatGateway => "NAT gateway",
            Self::InternetGateway => "internet gateway",
            Self::EgressOnlyGateway => "egress-only internet gateway",
            Self::Peering => "VPC peering connection",
            Self::Acl => "network ACL",
            Self::SecurityGroup => "security group",
            Self::Endpoint => "VPC endpoint",
            Self::GatewayEndpoint => "gateway endpoint",
            Self::Place => "place",
            Self::Call => "call",
            Self::Outage => "outage",
            Self::AccessKey => "access key",
            Self::Device => "MFA device",
            Self::UniqueId => "unique id",
            Self::Policy => "policy",
            Self::Address => "address",
            Self::PublicAddress => "public address",
            Self::DnsServer => "DNS server",
            Self::Route => "route to",
            Self::Tag => "tag",
            Self::RuleNumber => "rule number",
        })
    }
}

/// What is wrong. Names inside are the file's own.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProblemKind {
    /// `world.toml` is not TOML; the sentence is the TOML parser's.
    Toml(Box<str>),
    /// A value is of the wrong type or form.
    Unexpected(Expected),
    /// A table has a key that means nothing; the nearest that does.
    UnknownKey(Option<&'static str>),
    /// A table lacks a key.
    MissingKey(&'static str),
    /// A place has a key that its kind cannot have.
    NotOfKind(&'static str),
    /// Two things that must differ are the same; where the first is.
    Duplicate(Kind, At),
    /// A name leads nowhere; the kinds it may have, and the nearest name that leads somewhere.
    Dangling(&'static [Kind], Option<Box<str>>),
    /// A file cannot be had.
    File(FileError),
    /// A policy's document is refused.
    Policy(Malformed),
    /// A trust policy names a user or role that its account, held here, does not have.
    UnknownPrincipal,
    /// An account's opt-in list names a Region that is on by default.
    NotOptIn(Region),
    /// An account deactivates STS where AWS does not allow it.
    NotDeactivatable(Region),
    /// A Region of another partition than the account's.
    OtherPartition(Region),
    /// The ARN's account is not one of the world's.
    ForeignTarget(AccountId),
    /// A network is not part of the one it is in.
    OutsideNetwork(ipnet::IpNet),
    /// A thing is in another VPC than the one it belongs to.
    OtherVpc,
    /// A thing is in another Region than its VPC.
    OtherRegion(Region),
    /// Two networks overlap that must not; the other one, and where it is.
    Overlaps(ipnet::IpNet, At),
    /// A subnet of IPv4 is larger or smaller than AWS makes them.
    SubnetSize,
    /// A subnet has two networks of one family.
    SecondOfFamily,
    /// A VPC has two internet gateways; where the first is.
    SecondInternetGateway(At),
    /// Two endpoints of a VPC claim one service's private DNS names; where the first is.
    SecondPrivateDns(At),
    /// A VPC is peered with itself.
    PeeredWithItself,
    /// A gateway endpoint has a key that only interface endpoints have.
    NotOfGateway(&'static str),
    /// A gateway endpoint for a service that has none.
    NoGatewayEndpoint,
    /// A route to a network leads through a gateway endpoint, or one to a prefix list through something else.
    PrefixListAlone,
    /// A route leads through a gateway that does not carry that family of addresses.
    GatewayFamily,
    /// A unit is above itself.
    UnitCycle,
    /// An outage ends before it starts.
    EndsBeforeStart,
}

/// Something wrong at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What.
    pub kind: ProblemKind,
    /// Where.
    pub at: At,
}

impl Problem {
    /// The sentence that tells it, without the place.
    #[must_use]
    pub fn text(&self, files: &Files) -> String {
        let found = shortened(files.excerpt(self.at));
        match &self.kind {
            ProblemKind::Toml(sentence) => format!("this is not TOML: {sentence}"),
            // What was meant as a secret is not repeated.
            ProblemKind::Unexpected(expected @ (Expected::Secret | Expected::Seed)) => format!("expected {expected}"),
            ProblemKind::Unexpected(expected) => format!("expected {expected}; found {found}"),
            ProblemKind::UnknownKey(nearest) => {
                format!("there is no key {found} here{}", did_you_mean(*nearest))
            }
            ProblemKind::MissingKey(key) => format!("the key `{key}` is missing"),
            ProblemKind::NotOfKind(key) => format!("a place of this kind has no `{key}`"),
            ProblemKind::Duplicate(kind, first) => {
                format!("{} {kind} {found} is there already, at {}", article(*kind), files.locate(*first))
            }
            ProblemKind::Dangling(kinds, nearest) => {
                format!("there is no {} {found}{}", any_of(kinds), did_you_mean(nearest.as_deref()))
            }
            ProblemKind::File(FileError::TooLarge) if self.at == At::start_of(crate::FileId::WORLD) => {
                format!("it is larger than {MAX_WORLD_BYTES} bytes")
            }
            ProblemKind::File(error) if found.is_empty() => error.to_string(),
            ProblemKind::File(error) => format!("{found}: {error}"),
            ProblemKind::Policy(malformed) if found.is_empty() => malformed.expected().to_owned(),
            ProblemKind::Policy(malformed) => format!("{}; found {found}", malformed.expected()),
            ProblemKind::UnknownPrincipal => {
                format!("its account, held here, has no such user or role: {found}; AWS refuses to save this")
            }
            ProblemKind::NotOptIn(region) => format!("{region} is on by default: there is nothing to opt in to"),
            ProblemKind::NotDeactivatable(region) => format!("STS cannot be deactivated in {region}"),
            ProblemKind::OtherPartition(region) => {
                format!("{region} is in the partition {}, the account is not", region.partition())
            }
            ProblemKind::ForeignTarget(account) => {
                format!("the account {account} is not in this world: give it an [accounts] table")
            }
            ProblemKind::OutsideNetwork(network) => format!("{found} is not within {network}"),
            ProblemKind::OtherVpc => format!("{found} is in another VPC"),
            ProblemKind::OtherRegion(region) => {
                format!("{found} is in another Region than its VPC, which is in {region}")
            }
            ProblemKind::Overlaps(other, at) => format!("{found} overlaps {other}, at {}", files.locate(*at)),
            ProblemKind::SubnetSize => format!(
                "a subnet's IPv4 network has between 16 addresses (/28) and 65,536 (/16), of which the first four and the last are AWS's own; {found} has not"
            ),
            ProblemKind::SecondOfFamily => format!("a subnet has one network of each family; {found} is a second"),
            ProblemKind::SecondInternetGateway(first) => {
                format!("{found} has an internet gateway already, at {}", files.locate(*first))
            }
            ProblemKind::SecondPrivateDns(first) => format!(
                "this VPC has an endpoint with private DNS names for this service already, at {}; `private_dns` is on when left out",
                files.locate(*first)
            ),
            ProblemKind::PeeredWithItself => format!("{found} is on both sides"),
            ProblemKind::NotOfGateway(key) => format!("a gateway endpoint has no `{key}`"),
            ProblemKind::NoGatewayEndpoint => {
                format!("there are gateway endpoints for s3 and dynamodb alone; found {found}")
            }
            ProblemKind::PrefixListAlone => {
                format!("a route to a prefix list leads through a gateway endpoint, and no other does; found {found}")
            }
            ProblemKind::GatewayFamily => {
                format!("a NAT gateway carries IPv4 and an egress-only internet gateway IPv6 alone; found {found}")
            }
            ProblemKind::UnitCycle => format!("the unit {found} is above itself"),
            ProblemKind::EndsBeforeStart => "the outage ends before it starts".to_owned(),
        }
    }
}

/// `a`, `a or b`, `a, b or c`.
fn any_of(kinds: &[Kind]) -> String {
    let names: Vec<String> = kinds.iter().map(Kind::to_string).collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} or {last}", before.join(", ")),
        None => String::new(),
    }
}

fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map(|name| format!("; did you mean {name}?")).unwrap_or_default()
}

fn article(kind: Kind) -> &'static str {
    match kind {
        Kind::Account
        | Kind::Unit
        | Kind::InternetGateway
        | Kind::EgressOnlyGateway
        | Kind::Outage
        | Kind::AccessKey
        | Kind::Device
        | Kind::Address => "an",
        _ => "a",
    }
}

/// What stands in the file, on one line of at most 60 characters; in backquotes unless it brings its own.
pub(crate) fn shortened(found: &str) -> String {
    const WIDTH: usize = 60;
    let line = found.lines().next().unwrap_or_default();
    if line.is_empty() {
        return String::new();
    }
    let cut = line.len() < found.trim_end().len() || line.chars().nth(WIDTH).is_some();
    let shown: String = line.chars().take(WIDTH).map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    let more = if cut { "…" } else { "" };
    let quoted = shown.len() > 1 && (cut || shown.ends_with(['"', '\''])) && shown.starts_with(['"', '\'']);
    if quoted { format!("{shown}{more}") } else { format!("`{shown}{more}`") }
}

/// Every problem of a world that cannot be used, in the order of files and places.
#[derive(Debug, Clone)]
pub struct Problems {
    files: Files,
    list: Vec<Problem>,
    left_out: usize,
}

impl Problems {
    pub(crate) fn new(files: Files, mut list: Vec<Problem>) -> Self {
        list.sort_by_key(|problem| (problem.at.file, problem.at.span.start, problem.at.span.end));
        // A document that two tables use for two purposes is refused twice for one fault.
        list.dedup_by(|one, other| {
            one.at == other.at && matches!((&one.kind, &other.kind), (ProblemKind::Policy(_), ProblemKind::Policy(_)))
        });
        let left_out = list.len().saturating_sub(MAX_PROBLEMS);
        list.truncate(MAX_PROBLEMS);
        Self { files, list, left_out }
    }

    /// The files in which the problems are.
    #[must_use]
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// Each with its place.
    pub fn iter(&self) -> impl Iterator<Item = (Location<'_>, &Problem)> {
        self.list.iter().map(|problem| (self.files.locate(problem.at), problem))
    }

    /// How many more there are than are listed.
    #[must_use]
    pub fn left_out(&self) -> usize {
        self.left_out
    }
}

impl fmt::Display for Problems {
    /// A line each: `world.toml:12:8: there is no account …`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (location, problem) in self.iter() {
            writeln!(f, "{location}: {}", problem.text(&self.files))?;
        }
        match self.left_out {
            0 => Ok(()),
            more => writeln!(f, "and {more} more"),
        }
    }
}

impl std::error::Error for Problems {}
