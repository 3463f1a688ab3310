//! A refusal, in AWS's words and in ours.

use crate::check::{Kind, is_empty_statement};
use crate::document::PrincipalKind;
use crate::{PrincipalValue, Span, SyntaxError};

/// Why AWS refuses a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed {
    /// What the document was to be saved as.
    pub kind: Kind,
    /// The rule that is broken.
    pub reason: Reason,
    /// The place in the document.
    pub span: Span,
}

/// The rules a document can break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// It has not the form of a policy.
    Syntax(SyntaxError),
    /// White space stands in front of it.
    LeadingSpace,
    /// A condition operator does not exist.
    Operator,
    /// `Version` is not 2012-10-17.
    Version,
    /// An `Effect` is not spelt `Allow` or `Deny`.
    EffectCase,
    /// A value of a date operator is no date.
    Date,
    /// Two statements have the same `Sid`.
    SidRepeated,
    /// A `Sid` has other characters than ASCII letters and digits.
    SidCharacters,
    /// A statement has no actions.
    NoActions,
    /// A statement has no resources.
    NoResources,
    /// An action has no service in front.
    ActionWithoutVendor,
    /// An action has several colons.
    ActionColons,
    /// An action's service has characters that no service has.
    ActionVendor,
    /// A resource is not one.
    Resource(ResourceRule),
    /// A principal stands where none may.
    PrincipalForbidden,
    /// A principal is missing.
    NoPrincipal,
    /// `Principal` is an empty object.
    PrincipalEmpty,
    /// `NotPrincipal` stands in a trust policy.
    NotPrincipal {
        /// Whether the statement allows.
        allows: bool,
    },
    /// The bare `"*"` stands for everyone in a trust policy.
    PrincipalBareStar,
    /// A value is no principal that could exist.
    PrincipalValue(PrincipalKind),
    /// The principal does not exist.
    UnknownPrincipal(PrincipalKind),
    /// A federated principal is neither a domain nor the ARN of a provider.
    FederatedPrincipal,
    /// Cognito is trusted without a condition.
    CognitoCondition,
    /// An action of another service than STS stands in a trust policy.
    NotSts,
    /// `Resource` stands in a trust policy.
    TrustResource,
    /// `NotResource` stands in a trust policy.
    TrustNotResource,
    /// An element that this type of policy does not have.
    ElementForbidden,
    /// A resource control policy allows.
    AllowForbidden,
    /// A resource control policy names somebody other than `"*"`.
    PrincipalNotStar,
}

/// What can be wrong with a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ResourceRule {
    /// No colon in it.
    NotArn,
    /// Its partition does not exist.
    Partition,
    /// It ends before the service, or has wildcards in it.
    Vendor,
    /// A Region stands where the service has none.
    Region,
    /// IAM has no such kind of resource.
    IamPath,
    /// It has too few parts for its empty ones, or no service.
    Legacy,
}

/// What the resource part of an IAM ARN can begin with, as AWS's message lists it.
pub(super) const IAM_PATHS: [&str; 13] = [
    "user/",
    "federated-user/",
    "role/",
    "group/",
    "instance-profile/",
    "mfa/",
    "server-certificate/",
    "policy/",
    "sms-mfa/",
    "saml-provider/",
    "oidc-provider/",
    "report/",
    "access-report/",
];

impl Malformed {
    /// The refusal of a trust policy that names a principal which does not exist.
    #[must_use]
    pub fn unknown_principal(value: &PrincipalValue<'_>) -> Self {
        Self { kind: Kind::Trust, reason: Reason::UnknownPrincipal(value.kind), span: value.span }
    }

    /// The message AWS gives with `MalformedPolicyDocument` for `text`, the document that was checked.
    #[must_use]
    pub fn aws_message(&self, text: &str) -> String {
        match self.kind {
            Kind::Trust => self.trust_message(self.span.of(text)),
            Kind::Identity | Kind::Boundary | Kind::Session => self.identity_message(self.span.of(text)),
            Kind::ServiceControl | Kind::ResourceControl => {
                "The provided policy document does not meet the requirements of the specified policy type.".to_owned()
            }
            Kind::VpcEndpoint => "The specified policy document is not a valid JSON policy document.".to_owned(),
        }
    }

    fn identity_message(&self, value: &str) -> String {
        let fixed = match self.reason {
            Reason::Syntax(error) if error.is_json() && self.kind == Kind::Session => {
                "The policy is not in the valid JSON format."
            }
            Reason::LeadingSpace | Reason::EffectCase | Reason::Date | Reason::Resource(ResourceRule::Legacy) => {
                "The policy failed legacy parsing"
            }
            Reason::Version => "Policy document must be version 2012-10-17 or greater.",
            Reason::SidRepeated => "Statement IDs (SID) in a single policy must be unique.",
            Reason::SidCharacters => {
                "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression \
                 [0-9A-Za-z]*"
            }
            Reason::NoActions => "Policy statement must contain actions.",
            Reason::NoResources => "Policy statement must contain resources.",
            Reason::PrincipalForbidden => "Policy document should not specify a principal.",
            Reason::ActionWithoutVendor => "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
            Reason::ActionColons => "Actions/Condition can contain only one colon.",
            Reason::ActionVendor => {
                return format!("Vendor {} is not valid", value.split(':').next().unwrap_or_default());
            }
            Reason::Resource(rule) => return resource_message(rule, value),
            _ => "Syntax errors in policy.",
        };
        fixed.to_owned()
    }

    fn trust_message(&self, value: &str) -> String {
        let fixed = match self.reason {
            Reason::Syntax(error) if error.is_json() => "This policy contains invalid Json",
            Reason::Syntax(error) if is_empty_statement(error) => "Could not parse the policy: Statement is empty!",
            Reason::Syntax(SyntaxError::Version) => "The policy must contain a valid version string",
            Reason::Syntax(SyntaxError::NoEffect) => "Missing required field Effect",
            Reason::Syntax(SyntaxError::Effect) | Reason::EffectCase => return format!("Invalid effect: {value}"),
            Reason::Syntax(SyntaxError::PrincipalKind) => return format!("Invalid principal in policy: \"{value}\""),
            Reason::LeadingSpace => "JSON strings must not have leading spaces",
            Reason::SidRepeated => "The Statement Ids in the policy are not unique",
            Reason::NoPrincipal => "Missing required field Principal",
            Reason::PrincipalEmpty => "Missing required field Principal cannot be empty!",
            Reason::NotPrincipal { allows: true } => "Allow with NotPrincipal is not allowed.",
            Reason::NotPrincipal { allows: false } => "AssumeRole policy must not contain NotPrincipal field.",
            Reason::PrincipalBareStar => "AssumeRolepolicy contained an invalid principal: \"STAR\":\"*\".",
            Reason::PrincipalValue(kind) | Reason::UnknownPrincipal(kind) => {
                let listed = kind.as_str().to_ascii_uppercase();
                return format!("Invalid principal in policy: \"{listed}\":\"{value}\"");
            }
            Reason::FederatedPrincipal => "Federated principals must be valid domain names or SAML metadata ARNs",
            Reason::CognitoCondition => "A condition block must be present for the Cognito provider",
            Reason::NoActions => "Missing required field Action",
            Reason::NotSts => "AssumeRole policy may only specify STS AssumeRole actions.",
            Reason::TrustResource => "Has prohibited field Resource",
            Reason::TrustNotResource => "AssumeRole policy must not contain resources.",
            _ => "Syntax error in policy.",
        };
        fixed.to_owned()
    }

    /// The rule in words for people: what was expected at [`Malformed::span`].
    #[must_use]
    pub fn expected(&self) -> String {
        let fixed = match self.reason {
            Reason::Syntax(error) => return error.to_string(),
            Reason::LeadingSpace => "a policy begins with `{`, without white space in front",
            Reason::Operator => "no such condition operator",
            Reason::Version => "expected \"Version\": \"2012-10-17\"",
            Reason::EffectCase => "expected \"Allow\" or \"Deny\", in this spelling",
            Reason::Date => "expected a date such as 2024-08-29T01:32:00Z, or seconds since 1970",
            Reason::SidRepeated => "another statement has this `Sid` already",
            Reason::SidCharacters => "a `Sid` has ASCII letters and digits only",
            Reason::NoActions => "a statement needs an `Action` or `NotAction`",
            Reason::NoResources => "a statement needs a `Resource` or `NotResource`",
            Reason::ActionWithoutVendor => "expected `service:Action` or `*`",
            Reason::ActionColons => "expected one colon, between service and action",
            Reason::ActionVendor => "a service has letters, digits, `-` and `.` only",
            Reason::Resource(ResourceRule::NotArn) => "expected an ARN or `*`",
            Reason::Resource(ResourceRule::Partition) => "no such partition",
            Reason::Resource(ResourceRule::Vendor) => "expected the ARN of a service that is written out",
            Reason::Resource(ResourceRule::Region) => "this service's ARNs have no Region",
            Reason::Resource(ResourceRule::IamPath) => "IAM has no such kind of resource",
            Reason::Resource(ResourceRule::Legacy) => "expected an ARN of six parts with a service",
            Reason::PrincipalForbidden => "this type of policy has no principal: it belongs to one",
            Reason::NoPrincipal => "a statement here needs a `Principal`",
            Reason::PrincipalEmpty => "`Principal` names nobody",
            Reason::NotPrincipal { .. } => "a trust policy names those it lets in, never those it does not",
            Reason::PrincipalBareStar => "a trust policy says { \"AWS\": \"*\" } for everyone",
            Reason::PrincipalValue(_) => "this is not how a principal of this kind is named",
            Reason::UnknownPrincipal(_) => "this principal does not exist",
            Reason::FederatedPrincipal => "expected the ARN of an identity provider, or a provider's domain",
            Reason::CognitoCondition => "trusting Cognito needs a condition on `cognito-identity.amazonaws.com:aud`",
            Reason::NotSts => "a trust policy allows and denies actions of STS alone",
            Reason::TrustResource | Reason::TrustNotResource => "a trust policy's resource is its role: leave it out",
            Reason::ElementForbidden => "this type of policy does not have this element",
            Reason::AllowForbidden => "a resource control policy can only deny",
            Reason::PrincipalNotStar => "a resource control policy is for everyone: \"Principal\": \"*\"",
        };
        fixed.to_owned()
    }
}

fn resource_message(rule: ResourceRule, value: &str) -> String {
    match rule {
        ResourceRule::NotArn => format!("Resource {value} must be in ARN format or \"*\"."),
        ResourceRule::Vendor => "Resource vendor must be fully qualified and cannot contain regexes.".to_owned(),
        ResourceRule::Region if value.split(':').nth(2) == Some("iam") => {
            format!("IAM resource {value} cannot contain region information.")
        }
        ResourceRule::Region => format!("Resource {value} can not contain region information."),
        ResourceRule::IamPath => {
            format!("IAM resource path must either be \"*\" or start with {}.", IAM_PATHS.join(", "))
        }
        ResourceRule::Legacy => "The policy failed legacy parsing".to_owned(),
        ResourceRule::Partition => {
            // AWS shows the ARN as it was understood: what is missing has become `*`.
            let mut parts = value.splitn(6, ':').skip(1);
            let partition = parts.next().unwrap_or_default();
            let rest: Vec<&str> = parts.chain(std::iter::repeat("*")).take(4).collect();
            format!("Partition \"{partition}\" is not valid for resource \"arn:{partition}:{}\".", rest.join(":"))
        }
    }
}
