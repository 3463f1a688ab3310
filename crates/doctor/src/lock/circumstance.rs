//! Under which circumstances a call breaks, when its client turns from one endpoint to another.
//!
//! What STS sees of a call, and what lets it through to STS, depends on the endpoint. None of this is seen in a lock file;
//! a world tells which of it is the case.

use rolecall_clients::Mode;

/// Something about a call's surroundings that the endpoint matters to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Circumstance {
    /// A condition on the caller's public address.
    SourceAddress,
    /// A condition on the VPC endpoint or the VPC.
    SourceVpcEndpoint,
    /// The policy of an interface endpoint.
    EndpointPolicy,
    /// What may be reached from where the caller runs.
    Way,
    /// A Region in which the account does not offer STS.
    RegionDeactivated,
    /// A condition on the Region that is asked.
    RequestedRegion,
    /// A Region that is not on for every account, and tokens of the first version.
    TokenVersion,
    /// Regions that cannot reach Virginia.
    Outage,
    /// A client that was told no Region.
    NoRegion,
    /// Whoever looks for the event.
    EventRegion,
}

impl Circumstance {
    /// A name for machines, in kebab-case.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::SourceAddress => "source-address",
            Self::SourceVpcEndpoint => "source-vpc-endpoint",
            Self::EndpointPolicy => "vpc-endpoint-policy",
            Self::Way => "way",
            Self::RegionDeactivated => "region-deactivated",
            Self::RequestedRegion => "requested-region",
            Self::TokenVersion => "token-version",
            Self::Outage => "outage",
            Self::NoRegion => "no-region",
            Self::EventRegion => "event-region",
        }
    }

    /// When it matters and what then happens, for a client that calls by `after` from now on.
    ///
    /// Sources: IAM User Guide, "AWS global condition context keys" (`aws:SourceIp`, `aws:SourceVpce`,
    /// `aws:RequestedRegion`), "Manage AWS STS in an AWS Region" (deactivated Regions, tokens of the global endpoint),
    /// "AWS STS Regions and endpoints" (which Region serves and records the global endpoint); AWS PrivateLink Guide,
    /// "Access an AWS service using an interface VPC endpoint" (private DNS, endpoint policies).
    #[must_use]
    pub const fn text(self, after: Mode) -> &'static str {
        let global = matches!(after, Mode::Global);
        match self {
            Self::SourceAddress if global => {
                "a policy names the private network: through the internet the call carries the public address of the NAT \
                 gateway, and no aws:VpcSourceIp"
            }
            Self::SourceAddress => {
                "a policy asks for aws:SourceIp and the VPC has an interface endpoint for STS with private DNS: the Region's \
                 name leads into it, the call carries no public address any more, and STS answers AccessDenied"
            }
            Self::SourceVpcEndpoint => {
                "a policy asks for aws:SourceVpce or aws:SourceVpc: the global name leads past the VPC endpoint, and STS \
                 answers AccessDenied"
            }
            Self::EndpointPolicy => {
                "the VPC has an interface endpoint for STS: its policy and its security groups now have a say"
            }
            Self::Way if global => {
                "the caller's network has no way out: private DNS of a VPC endpoint answers for the Region's name alone, and \
                 sts.amazonaws.com has public addresses only"
            }
            Self::Way => {
                "a proxy, a firewall or a DNS rule lets sts.amazonaws.com pass and not sts.<Region>.amazonaws.com"
            }
            Self::RegionDeactivated => {
                "the role's account has deactivated STS in the caller's Region: STS answers RegionDisabledException"
            }
            Self::RequestedRegion if global => {
                "a policy asks for aws:RequestedRegion: it holds us-east-1 from now on, where it held the caller's Region"
            }
            Self::RequestedRegion => {
                "a policy asks for aws:RequestedRegion: it holds the caller's Region from now on, where it held us-east-1"
            }
            Self::TokenVersion => {
                "the credentials are used in a Region that an account has to opt in to: unless the account asks for \
                 v2Token, the global endpoint's tokens are not valid there (InvalidClientTokenId)"
            }
            Self::Outage => "the caller's Region cannot reach us-east-1: it then gets no credentials either",
            Self::NoRegion => "the client is told no Region",
            Self::EventRegion if global => {
                "an alarm or a search waits for the call in CloudTrail: it is recorded in us-east-1 from now on, not in the caller's Region"
            }
            Self::EventRegion => {
                "an alarm or a search waits for the call in CloudTrail: it is recorded in the caller's Region from now on, not in us-east-1"
            }
        }
    }

    /// What to look at, the likeliest first, when a client calls by `after` from now on.
    #[must_use]
    pub const fn all(after: Mode) -> &'static [Self] {
        match after {
            Mode::Global => &[
                Self::Way,
                Self::SourceVpcEndpoint,
                Self::SourceAddress,
                Self::TokenVersion,
                Self::Outage,
                Self::RequestedRegion,
                Self::EventRegion,
            ],
            Mode::Regional | Mode::Custom => &[
                Self::SourceAddress,
                Self::EndpointPolicy,
                Self::Way,
                Self::RequestedRegion,
                Self::RegionDeactivated,
                Self::EventRegion,
            ],
        }
    }
}
