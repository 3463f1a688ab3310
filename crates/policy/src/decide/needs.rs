//! What AWS demands of particular actions and resources, as data.

use rolecall_names::Arn;

/// Actions that nobody needs permission for and nobody can be denied.
///
/// Source: AWS STS API Reference, GetCallerIdentity and GetSessionToken, sections "Permissions".
const NO_PERMISSION: [&str; 2] = ["sts:GetCallerIdentity", "sts:GetSessionToken"];

/// Resources whose own policy must allow even inside their account: service of the action, service of the
/// resource, beginning of the resource part.
///
/// Source: IAM User Guide, "Policy evaluation for requests within a single account": "IAM role trust policies and
/// KMS key policies are exceptions".
const RESOURCE_MUST_ALLOW: [(&str, &str, &str); 2] = [("sts:", "iam", "role/"), ("kms:", "kms", "key/")];

/// Services whose actions resource control policies apply to.
///
/// Source: AWS Organizations User Guide, "Resource control policies (RCPs)", "List of AWS services that support RCPs".
#[rustfmt::skip]
const RESOURCE_CONTROL: [&str; 62] = [
    "aoss", "appconfig", "appstream", "autoscaling", "autoscaling-plans", "budgets", "clouddirectory", "cloudfront",
    "cloudsearch", "cloudtrail-data", "codeartifact", "codebuild", "codecommit", "codepipeline", "cognito-identity",
    "cognito-idp", "comprehend", "comprehendmedical", "compute-optimizer", "cost-optimization-hub", "dax", "dsql",
    "dynamodb", "ecr", "ecr-public", "events", "firehose", "fis", "fms", "gamelift", "health", "inspector-scan",
    "kendra", "kinesisvideo", "kms", "logs", "memorydb", "networkmonitor", "notifications", "opensearch",
    "pca-connector-ad", "personalize", "polly", "pricing", "resource-groups", "rolesanywhere", "s3", "secretsmanager",
    "servicediscovery", "signin", "sqs", "sts", "support", "swf", "textract", "timestream-influxdb", "transcribe",
    "transfer", "translate", "wafv2", "workspaces", "xray",
];

/// Where service-linked roles live.
const SERVICE_LINKED: &str = "/aws-service-role/";

/// Whether a role with this path is linked to a service: neither kind of organization policy restricts what it does.
///
/// Source: AWS Organizations User Guide, "Service control policies (SCPs)" and "Resource control policies (RCPs)".
pub(super) fn service_linked(path: &str) -> bool {
    path.starts_with(SERVICE_LINKED)
}

/// Whether resource control policies have a say: the service supports them, and there is a resource, which is not the
/// trust policy of a service-linked role.
///
/// Source: the same page, "Resources and entities not restricted by RCPs".
pub(super) fn resource_control_applies(action: &str, resource: Option<&Arn<'_>>) -> bool {
    let Some((service, operation)) = action.split_once(':') else { return false };
    let supported = RESOURCE_CONTROL.iter().any(|known| known.eq_ignore_ascii_case(service));
    let exempt = service.eq_ignore_ascii_case("kms") && operation.eq_ignore_ascii_case("RetireGrant");
    let linked = |arn: &Arn<'_>| {
        arn.service == "iam" && arn.resource.strip_prefix("role").is_some_and(|path| path.starts_with(SERVICE_LINKED))
    };
    supported && !exempt && resource.is_some_and(|arn| !linked(arn))
}

pub(super) fn no_permission(action: &str) -> bool {
    NO_PERMISSION.iter().any(|exempt| exempt.eq_ignore_ascii_case(action))
}

pub(super) fn resource_must_allow(action: &str, resource: Option<&Arn<'_>>) -> bool {
    resource.is_some_and(|arn| {
        RESOURCE_MUST_ALLOW.iter().any(|(prefix, service, kind)| {
            starts_with(action, prefix) && arn.service == *service && arn.resource.starts_with(kind)
        })
    })
}

/// Whether a role is to be assumed, which a root user may not.
pub(super) fn assumes_role(action: &str, resource: Option<&Arn<'_>>) -> bool {
    action.eq_ignore_ascii_case("sts:AssumeRole") && resource_must_allow(action, resource)
}

fn starts_with(action: &str, prefix: &str) -> bool {
    action.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix))
}
