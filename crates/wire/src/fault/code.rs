//! The one table of fault codes: wire name and HTTP status in each protocol, whose fault it is, AWS's usual sentence.
//!
//! Sources: `error` of each exception in the published service models (a test compares); the common errors of
//! <https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html> and of
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/CommonErrors.html> for the two names of each.

use crate::{Protocol, Service};

/// Who has to change something for the request to succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Blame {
    /// The caller: the same request will fail again.
    Sender,
    /// The service: the same request may succeed later.
    Receiver,
}

impl Blame {
    /// `Sender` or `Receiver`, as a Query fault's `Type` has it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sender => "Sender",
            Self::Receiver => "Receiver",
        }
    }
}

struct Row {
    query: (&'static str, u16),
    json: (&'static str, u16),
    blame: Blame,
    text: &'static str,
}

macro_rules! codes {
    ($( $code:ident $blame:ident $query:literal $query_status:literal, $json:literal $json_status:literal: $text:literal; )*) => {
        /// AWS's codes, each once, whatever a protocol calls it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum FaultCode {
            $(
                #[doc = concat!("`", $query, "`.")]
                $code,
            )*
        }

        impl FaultCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$code),*];

            const fn row(self) -> &'static Row {
                match self {
                    $(Self::$code => &Row {
                        query: ($query, $query_status),
                        json: ($json, $json_status),
                        blame: Blame::$blame,
                        text: $text,
                    },)*
                }
            }
        }
    };
}

codes! {
    // Before the operation is known, or whatever the operation.
    AccessDenied Sender "AccessDenied" 403, "AccessDeniedException" 400: "Access Denied";
    ExpiredToken Sender "ExpiredToken" 403, "ExpiredTokenException" 400: "The security token included in the request is expired";
    IncompleteSignature Sender "IncompleteSignature" 400, "IncompleteSignatureException" 400: "The request signature does not conform to AWS standards.";
    InternalFailure Receiver "InternalFailure" 500, "InternalFailure" 500: "The request processing has failed because of an unknown error, exception or failure.";
    InvalidAction Sender "InvalidAction" 400, "UnknownOperationException" 400: "";
    InvalidClientTokenId Sender "InvalidClientTokenId" 403, "UnrecognizedClientException" 400: "The security token included in the request is invalid.";
    InvalidParameterValue Sender "InvalidParameterValue" 400, "InvalidParameterValueException" 400: "";
    MalformedInput Sender "MalformedInput" 400, "SerializationException" 400: "";
    MalformedQueryString Sender "MalformedQueryString" 404, "SerializationException" 400: "The query string contains a syntax error.";
    MissingAction Sender "MissingAction" 400, "UnknownOperationException" 400: "Missing Action";
    MissingAuthenticationToken Sender "MissingAuthenticationToken" 403, "MissingAuthenticationTokenException" 400: "Request is missing Authentication Token";
    RequestEntityTooLarge Sender "RequestEntityTooLarge" 413, "RequestEntityTooLargeException" 413: "Request entity too large";
    ServiceUnavailable Receiver "ServiceUnavailable" 503, "ServiceUnavailable" 503: "The request has failed due to a temporary failure of the server.";
    SignatureDoesNotMatch Sender "SignatureDoesNotMatch" 403, "InvalidSignatureException" 400: "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";
    Throttling Sender "Throttling" 400, "ThrottlingException" 400: "Rate exceeded";
    ValidationError Sender "ValidationError" 400, "ValidationException" 400: "";

    // STS.
    ExpiredTokenException Sender "ExpiredTokenException" 400, "ExpiredTokenException" 400: "";
    PackedPolicyTooLarge Sender "PackedPolicyTooLarge" 400, "PackedPolicyTooLargeException" 400: "";
    RegionDisabledException Sender "RegionDisabledException" 403, "RegionDisabledException" 403: "";

    // IAM, and MalformedPolicyDocument of both.
    ConcurrentModification Sender "ConcurrentModification" 409, "ConcurrentModificationException" 400: "";
    DeleteConflict Sender "DeleteConflict" 409, "DeleteConflictException" 400: "";
    EntityAlreadyExists Sender "EntityAlreadyExists" 409, "EntityAlreadyExistsException" 400: "";
    EntityTemporarilyUnmodifiable Sender "EntityTemporarilyUnmodifiable" 409, "EntityTemporarilyUnmodifiableException" 400: "";
    InvalidAuthenticationCode Sender "InvalidAuthenticationCode" 403, "InvalidAuthenticationCodeException" 400: "";
    InvalidInput Sender "InvalidInput" 400, "InvalidInputException" 400: "";
    LimitExceeded Sender "LimitExceeded" 409, "LimitExceededException" 400: "";
    MalformedPolicyDocument Sender "MalformedPolicyDocument" 400, "MalformedPolicyDocumentException" 400: "";
    NoSuchEntity Sender "NoSuchEntity" 404, "NoSuchEntityException" 400: "";
    PolicyEvaluation Receiver "PolicyEvaluation" 500, "PolicyEvaluationException" 500: "";
    PolicyNotAttachable Sender "PolicyNotAttachable" 400, "PolicyNotAttachableException" 400: "";
    ServiceFailure Receiver "ServiceFailure" 500, "ServiceFailureException" 500: "";
    UnmodifiableEntity Sender "UnmodifiableEntity" 400, "UnmodifiableEntityException" 400: "";

    // CloudTrail.
    InvalidEventCategoryException Sender "InvalidEventCategory" 400, "InvalidEventCategoryException" 400: "";
    InvalidLookupAttributesException Sender "InvalidLookupAttributes" 400, "InvalidLookupAttributesException" 400: "";
    InvalidMaxResultsException Sender "InvalidMaxResults" 400, "InvalidMaxResultsException" 400: "";
    InvalidNextTokenException Sender "InvalidNextToken" 400, "InvalidNextTokenException" 400: "";
    InvalidTimeRangeException Sender "InvalidTimeRange" 400, "InvalidTimeRangeException" 400: "";
    OperationNotPermittedException Sender "OperationNotPermitted" 400, "OperationNotPermittedException" 400: "";
    UnsupportedOperationException Sender "UnsupportedOperation" 400, "UnsupportedOperationException" 400: "";
}

impl FaultCode {
    fn column(self, service: Service) -> (&'static str, u16) {
        match service.protocol() {
            Protocol::Query => self.row().query,
            Protocol::Json => self.row().json,
        }
    }

    /// The code as `service` writes it; CloudTrail's `errorCode` has it in the same form.
    #[must_use]
    pub fn name(self, service: Service) -> &'static str {
        self.column(service).0
    }

    /// The HTTP status with which `service` answers it.
    #[must_use]
    pub fn status(self, service: Service) -> u16 {
        self.column(service).1
    }

    /// Whose fault it is.
    #[must_use]
    pub const fn blame(self) -> Blame {
        self.row().blame
    }

    /// The sentence AWS always uses for it; empty where the sentence depends on the case.
    #[must_use]
    pub const fn text(self) -> &'static str {
        self.row().text
    }
}
