//! The closed list of what can differ between two records.

/// What differs, in the order of how often it is what matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// Another role was asked for.
    Role,
    /// `awsRegion`.
    Region,
    /// The endpoint called: its type or its host.
    Endpoint,
    /// `sourceIPAddress`.
    SourceAddress,
    /// `vpcEndpointId`.
    VpcEndpoint,
    /// The client, or its version.
    Client,
    /// The caller's own session name, the part of `aws:userid` behind the colon.
    CallerSessionName,
    /// Who called.
    Caller,
    /// The role or user whose session calls.
    SessionIssuer,
    /// Whether the caller's session began with MFA.
    Mfa,
    /// `externalId`.
    ExternalId,
    /// `roleSessionName`.
    SessionName,
    /// `sourceIdentity`.
    SourceIdentity,
    /// `tags` and `transitiveTagKeys`.
    Tags,
    /// `serialNumber`.
    MfaSerial,
    /// `durationSeconds`.
    Duration,
    /// `policy` and `policyArns`.
    SessionPolicy,
    /// `tlsDetails.tlsVersion`.
    Tls,
    /// `eventTime`.
    Time,
}

impl What {
    /// Every one there is, in their order.
    pub const ALL: &'static [Self] = &[
        Self::Role,
        Self::Region,
        Self::Endpoint,
        Self::SourceAddress,
        Self::VpcEndpoint,
        Self::Client,
        Self::CallerSessionName,
        Self::Caller,
        Self::SessionIssuer,
        Self::Mfa,
        Self::ExternalId,
        Self::SessionName,
        Self::SourceIdentity,
        Self::Tags,
        Self::MfaSerial,
        Self::Duration,
        Self::SessionPolicy,
        Self::Tls,
        Self::Time,
    ];

    /// In kebab-case, as documents for machines tell it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::Region => "region",
            Self::Endpoint => "endpoint",
            Self::SourceAddress => "source-address",
            Self::VpcEndpoint => "vpc-endpoint",
            Self::Client => "client",
            Self::CallerSessionName => "caller-session-name",
            Self::Caller => "caller",
            Self::SessionIssuer => "session-issuer",
            Self::Mfa => "mfa",
            Self::ExternalId => "external-id",
            Self::SessionName => "session-name",
            Self::SourceIdentity => "source-identity",
            Self::Tags => "tags",
            Self::MfaSerial => "mfa-serial",
            Self::Duration => "duration",
            Self::SessionPolicy => "session-policy",
            Self::Tls => "tls",
            Self::Time => "time",
        }
    }

    /// For people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::Region => "Region",
            Self::Endpoint => "endpoint",
            Self::SourceAddress => "source address",
            Self::VpcEndpoint => "VPC endpoint",
            Self::Client => "client",
            Self::CallerSessionName => "the caller's session name",
            Self::Caller => "caller",
            Self::SessionIssuer => "the caller's role",
            Self::Mfa => "MFA",
            Self::ExternalId => "external id",
            Self::SessionName => "session name asked for",
            Self::SourceIdentity => "source identity",
            Self::Tags => "session tags",
            Self::MfaSerial => "MFA device",
            Self::Duration => "duration",
            Self::SessionPolicy => "session policy",
            Self::Tls => "TLS version",
            Self::Time => "time",
        }
    }
}
