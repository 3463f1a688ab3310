//! Simulations: what policies would say to calls that are not made.

use super::rules;
use crate::shape::{List, Rule, choice, elements, part, shape};

/// A list of documents; the model sets no number.
const DOCUMENTS: Rule = Rule::List(List { min: None, max: None, of: &rules::POLICY_DOCUMENT });
const ACTIONS: Rule = Rule::List(List { min: None, max: None, of: &Rule::length(3, 128) });
const RESOURCE: Rule = Rule::length(1, 2048);
const RESOURCES: Rule = Rule::List(List { min: None, max: None, of: &RESOURCE });
const CONTEXT: Rule = Rule::List(List { min: None, max: None, of: &Rule::Structure(ContextEntry::MEMBERS) });
const VALUES: Rule = Rule::List(List { min: None, max: None, of: &Rule::ANY_TEXT });
const LEVELS: Rule = Rule::list(7, &Rule::Structure(OrganizationPolicies::MEMBERS));

choice! {
    /// The type of a context key's values. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ContextEntry.html>
    ContextKeyType {
        /// One text.
        Text "string",
        /// Texts.
        Texts "stringList",
        /// One number.
        Number "numeric",
        /// Numbers.
        Numbers "numericList",
        /// `true` or `false`.
        Boolean "boolean",
        /// Several of them.
        Booleans "booleanList",
        /// One address.
        Address "ip",
        /// Addresses.
        Addresses "ipList",
        /// Bytes in base 64.
        Binary "binary",
        /// Several of them.
        Binaries "binaryList",
        /// One date.
        Date "date",
        /// Dates.
        Dates "dateList",
    }
}

shape! {
    /// A context key of the calls simulated. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ContextEntry.html>
    ContextEntry {
        /// The key.
        context_key_name: Option<String> = "ContextKeyName" Rule::length(5, 256),
        /// Its values.
        context_key_values: Vec<String> = "ContextKeyValues" VALUES,
        /// Their type.
        context_key_type: Option<ContextKeyType> = "ContextKeyType" ContextKeyType::RULE,
    }
}

shape! {
    /// The service control policies of one level. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_OrderedOrganizationPolicyType.html>
    OrganizationPolicies {
        /// The documents.
        service_control_policy_input_list: Vec<String> = "ServiceControlPolicyInputList" DOCUMENTS,
    }
}

choice! {
    /// A type of policies to leave out. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_PolicyIdentifier.html>
    ExcludedPolicyType {
        /// Inline policies.
        Inline "inline",
        /// AWS's managed policies.
        AwsManaged "aws-managed",
        /// The account's managed policies.
        UserManaged "user-managed",
        /// The boundary.
        Boundary "permission-boundary",
        /// Service control policies.
        ServiceControl "scp",
        /// Resource control policies; AWS ignores it.
        ResourceControl "rcp",
    }
}

choice! {
    /// What an inline policy is part of. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_InlinePolicyIdentifierType.html>
    AttachmentType {
        /// A user.
        User "user",
        /// A group.
        Group "group",
        /// A role.
        Role "role",
    }
}

shape! {
    /// An inline policy to leave out. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_InlinePolicyIdentifierType.html>
    InlinePolicyIdentifier {
        /// The policy's name.
        policy_name: String = "PolicyName" rules::POLICY_NAME,
        /// What it is part of.
        attachment_type: AttachmentType = "AttachmentType" AttachmentType::RULE,
        /// The name of what it is part of, possibly with wildcards.
        attachment_name: String = "AttachmentName" rules::POLICY_NAME,
    }
}

shape! {
    /// Policies to leave out; only one member says which. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_PolicyIdentifier.html>
    PolicyIdentifier {
        /// All of a type.
        policy_type: Option<ExcludedPolicyType> = "PolicyType" ExcludedPolicyType::RULE,
        /// Managed policies by ARN, possibly with wildcards.
        policy_arn: Option<String> = "PolicyArn" rules::ARN,
        /// Inline policies by name.
        inline_policy_identifier: Option<InlinePolicyIdentifier> = "InlinePolicyIdentifier" Rule::Structure(InlinePolicyIdentifier::MEMBERS),
    }
}

elements! { ContextEntry OrganizationPolicies PolicyIdentifier }
part! { InlinePolicyIdentifier }

shape! {
    /// Simulates calls under policies that are given. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html>
    SimulateCustomPolicy {
        /// The identity-based policies.
        policy_input_list: Vec<String> = required "PolicyInputList" DOCUMENTS,
        /// The permissions boundary, one at most.
        permissions_boundary_policy_input_list: Vec<String> = "PermissionsBoundaryPolicyInputList" DOCUMENTS,
        /// The service control policies, a level each, the root's first.
        ordered_organization_policy_input_list: Vec<OrganizationPolicies> = "OrderedOrganizationPolicyInputList" LEVELS,
        /// The actions.
        action_names: Vec<String> = required "ActionNames" ACTIONS,
        /// The resources; all when left out.
        resource_arns: Vec<String> = "ResourceArns" RESOURCES,
        /// The policy that each resource has.
        resource_policy: Option<String> = "ResourcePolicy" rules::POLICY_DOCUMENT,
        /// The account of resources whose ARNs name none.
        resource_owner: Option<String> = "ResourceOwner" RESOURCE,
        /// Who calls.
        caller_arn: Option<String> = "CallerArn" RESOURCE,
        /// The context keys.
        context_entries: Vec<ContextEntry> = "ContextEntries" CONTEXT,
        /// A scenario of EC2's.
        resource_handling_option: Option<String> = "ResourceHandlingOption" Rule::length(1, 64),
        /// The most results to answer.
        max_items: Option<i32> = "MaxItems" rules::MAX_ITEMS,
        /// Where to go on.
        marker: Option<String> = "Marker" rules::MARKER,
    }
}

shape! {
    /// Simulates calls under the policies somebody has. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html>
    SimulatePrincipalPolicy {
        /// Whose policies.
        policy_source_arn: String = "PolicySourceArn" rules::ARN,
        /// Identity-based policies beside those.
        policy_input_list: Vec<String> = "PolicyInputList" DOCUMENTS,
        /// A permissions boundary in place of theirs.
        permissions_boundary_policy_input_list: Vec<String> = "PermissionsBoundaryPolicyInputList" DOCUMENTS,
        /// Policies of theirs to leave out.
        policy_exclusion_list: Vec<PolicyIdentifier> = "PolicyExclusionList" Rule::list(256, &Rule::Structure(PolicyIdentifier::MEMBERS)),
        /// The actions.
        action_names: Vec<String> = required "ActionNames" ACTIONS,
        /// The resources; all when left out.
        resource_arns: Vec<String> = "ResourceArns" RESOURCES,
        /// The policy that each resource has.
        resource_policy: Option<String> = "ResourcePolicy" rules::POLICY_DOCUMENT,
        /// The account of resources whose ARNs name none.
        resource_owner: Option<String> = "ResourceOwner" RESOURCE,
        /// Who calls; the one whose policies they are when left out.
        caller_arn: Option<String> = "CallerArn" RESOURCE,
        /// The context keys.
        context_entries: Vec<ContextEntry> = "ContextEntries" CONTEXT,
        /// A scenario of EC2's.
        resource_handling_option: Option<String> = "ResourceHandlingOption" Rule::length(1, 64),
        /// The most results to answer.
        max_items: Option<i32> = "MaxItems" rules::MAX_ITEMS,
        /// Where to go on.
        marker: Option<String> = "Marker" rules::MARKER,
    }
}
