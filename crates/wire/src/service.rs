//! The three services offered, and the facts of HTTP and XML that differ between them.

/// The header of every reply that carries its request id.
pub const REQUEST_ID_HEADER: &str = "x-amzn-RequestId";

/// The header in which a JSON service repeats the code of a fault.
pub const ERROR_TYPE_HEADER: &str = "x-amzn-ErrorType";

/// The header in which a client of a JSON service names the operation.
pub const TARGET_HEADER: &str = "x-amz-target";

/// A service that answers here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Service {
    /// The Security Token Service.
    Sts,
    /// Identity and Access Management.
    Iam,
    /// CloudTrail, of which the event history is offered.
    CloudTrail,
}

/// How a service's requests and replies are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// Form parameters in, XML out. <https://smithy.io/2.0/aws/protocols/aws-query-protocol.html>
    Query,
    /// JSON 1.1 both ways. <https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html>
    Json,
}

impl Service {
    /// Every service.
    pub const ALL: [Self; 3] = [Self::Sts, Self::Iam, Self::CloudTrail];

    /// The name in a signature's scope and before the colon of an action: `sts`.
    #[must_use]
    pub const fn signing_name(self) -> &'static str {
        match self {
            Self::Sts => "sts",
            Self::Iam => "iam",
            Self::CloudTrail => "cloudtrail",
        }
    }

    /// The service a signature's scope names.
    #[must_use]
    pub fn from_signing_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.signing_name() == name)
    }

    /// The service's name in CloudTrail's `eventSource`: `sts.amazonaws.com`.
    #[must_use]
    pub const fn event_source(self) -> &'static str {
        match self {
            Self::Sts => "sts.amazonaws.com",
            Self::Iam => "iam.amazonaws.com",
            Self::CloudTrail => "cloudtrail.amazonaws.com",
        }
    }

    /// The protocol the service speaks.
    #[must_use]
    pub const fn protocol(self) -> Protocol {
        match self {
            Self::Sts | Self::Iam => Protocol::Query,
            Self::CloudTrail => Protocol::Json,
        }
    }

    /// The `apiVersion` of the service's model, which a Query request sends as `Version`.
    #[must_use]
    pub const fn version(self) -> &'static str {
        match self {
            Self::Sts => "2011-06-15",
            Self::Iam => "2010-05-08",
            Self::CloudTrail => "2013-11-01",
        }
    }

    /// The XML namespace of replies and faults (`xmlNamespace` of the service's model); empty for a JSON service.
    #[must_use]
    pub const fn namespace(self) -> &'static str {
        match self {
            Self::Sts => "https://sts.amazonaws.com/doc/2011-06-15/",
            Self::Iam => "https://iam.amazonaws.com/doc/2010-05-08/",
            Self::CloudTrail => "",
        }
    }

    /// The `Content-Type` of replies and faults.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self.protocol() {
            Protocol::Query => "text/xml",
            Protocol::Json => "application/x-amz-json-1.1",
        }
    }
}
