//! Policies that stand by themselves and have versions.

use super::{Tag, rules};
use crate::shape::{Pattern, Rule, Text, choice, shape};

choice! {
    /// Whose policies to list. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicies.html>
    PolicyScope {
        /// AWS's and the account's.
        All "All",
        /// AWS's.
        Aws "AWS",
        /// The account's.
        Local "Local",
    }
}

choice! {
    /// What the policies listed are used for. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicies.html>
    PolicyUsage {
        /// Attached for the permissions in them.
        PermissionsPolicy "PermissionsPolicy",
        /// Set as a boundary.
        PermissionsBoundary "PermissionsBoundary",
    }
}

shape! {
    /// Makes a policy. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html>
    CreatePolicy {
        /// The name.
        policy_name: String = "PolicyName" rules::POLICY_NAME,
        /// The path, `/` when left out.
        path: Option<String> = "Path" rules::POLICY_PATH,
        /// The document of the first version.
        policy_document: String = "PolicyDocument" rules::POLICY_DOCUMENT,
        /// What the policy is for.
        description: Option<String> = "Description" Rule::Text(Text { min: None, max: Some(1000), pattern: None, one_of: &[] }),
        /// The policy's tags.
        tags: Vec<Tag> = "Tags" rules::TAGS,
    }
}

shape! {
    /// Asks about a policy. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicy.html>
    GetPolicy {
        /// The policy.
        policy_arn: String = "PolicyArn" rules::ARN,
    }
}

shape! {
    /// Asks for policies. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicies.html>
    ListPolicies {
        /// Whose, everybody's when left out.
        scope: Option<PolicyScope> = "Scope" PolicyScope::RULE,
        /// Whether only those in use.
        only_attached: Option<bool> = "OnlyAttached" Rule::Boolean,
        /// What the policies' paths begin with, `/` when left out.
        path_prefix: Option<String> = "PathPrefix" rules::POLICY_PATH,
        /// What they must be used for.
        policy_usage_filter: Option<PolicyUsage> = "PolicyUsageFilter" PolicyUsage::RULE,
        /// Where to go on.
        marker: Option<String> = "Marker" rules::MARKER,
        /// The most policies to answer.
        max_items: Option<i32> = "MaxItems" rules::MAX_ITEMS,
    }
}

shape! {
    /// Removes a policy. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html>
    DeletePolicy {
        /// The policy.
        policy_arn: String = "PolicyArn" rules::ARN,
    }
}

const VERSION_ID: Rule = Rule::Text(Text { min: None, max: None, pattern: Some(Pattern::VersionId), one_of: &[] });

shape! {
    /// Adds a version to a policy. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicyVersion.html>
    CreatePolicyVersion {
        /// The policy.
        policy_arn: String = "PolicyArn" rules::ARN,
        /// The version's document.
        policy_document: String = "PolicyDocument" rules::POLICY_DOCUMENT,
        /// Whether it comes into force at once; not when left out.
        set_as_default: Option<bool> = "SetAsDefault" Rule::Boolean,
    }
}

shape! {
    /// Removes a version that is not in force. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicyVersion.html>
    DeletePolicyVersion {
        /// The policy.
        policy_arn: String = "PolicyArn" rules::ARN,
        /// The version.
        version_id: String = "VersionId" VERSION_ID,
    }
}

shape! {
    /// Brings a version into force. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetDefaultPolicyVersion.html>
    SetDefaultPolicyVersion {
        /// The policy.
        policy_arn: String = "PolicyArn" rules::ARN,
        /// The version.
        version_id: String = "VersionId" VERSION_ID,
    }
}

shape! {
    /// Asks for a version's document. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicyVersion.html>
    GetPolicyVersion {
        /// The policy.
        policy_arn: String = "PolicyArn" rules::ARN,
        /// The version: `v1`.
        version_id: String = "VersionId" VERSION_ID,
    }
}

shape! {
    /// Asks for a policy's versions. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicyVersions.html>
    ListPolicyVersions {
        /// The policy.
        policy_arn: String = "PolicyArn" rules::ARN,
        /// Where to go on.
        marker: Option<String> = "Marker" rules::MARKER,
        /// The most versions to answer.
        max_items: Option<i32> = "MaxItems" rules::MAX_ITEMS,
    }
}
