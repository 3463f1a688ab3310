//! Policies: those within a role or user, those that stand by themselves, and where these are attached.

use super::{Elements, list, page};
use crate::{call::Tag, xml::Xml};
use rolecall_names::{Instant, UniqueId};

/// A managed policy. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_Policy.html>
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// The name.
    pub policy_name: String,
    /// The unique id.
    pub policy_id: UniqueId,
    /// The ARN.
    pub arn: String,
    /// The path.
    pub path: String,
    /// The version in force.
    pub default_version_id: String,
    /// To how many users, groups and roles it is attached.
    pub attachment_count: i32,
    /// How many users and roles it bounds.
    pub permissions_boundary_usage_count: i32,
    /// Whether it may be attached.
    pub is_attachable: bool,
    /// What it is for; GetPolicy and CreatePolicy tell it, ListPolicies does not.
    pub description: Option<String>,
    /// When it was made.
    pub create_date: Instant,
    /// When its default version was made.
    pub update_date: Instant,
    /// The tags; GetPolicy tells even that there are none, ListPolicies tells nothing.
    pub tags: Option<Vec<Tag>>,
}

/// A version of a policy. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_PolicyVersion.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyVersion {
    /// The document, written percent-encoded; GetPolicyVersion tells it, ListPolicyVersions does not.
    pub document: Option<String>,
    /// Which: `v1`.
    pub version_id: String,
    /// Whether it is in force.
    pub is_default_version: bool,
    /// When it was made.
    pub create_date: Instant,
}

/// A policy that is attached. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachedPolicy.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachedPolicy {
    /// The policy's name.
    pub policy_name: String,
    /// The policy's ARN.
    pub policy_arn: String,
}

macro_rules! inline {
    ($get:ident $list:ident $owner:ident $element:literal) => {
        #[doc = concat!("Answers ", stringify!($get), ".")]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $get {
            /// Whose policy.
            pub $owner: String,
            /// The policy's name.
            pub policy_name: String,
            /// The document, written percent-encoded.
            pub policy_document: String,
        }

        impl Elements for $get {
            fn write(&self, xml: &mut Xml<'_>) {
                xml.text($element, &self.$owner);
                xml.text("PolicyName", &self.policy_name);
                xml.encoded("PolicyDocument", &self.policy_document);
            }
        }

        #[doc = concat!("Answers ", stringify!($list), ".")]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $list {
            /// The policies' names.
            pub policy_names: Vec<String>,
            /// Where to go on; absent at the end.
            pub marker: Option<String>,
        }

        impl Elements for $list {
            fn write(&self, xml: &mut Xml<'_>) {
                xml.flag("IsTruncated", self.marker.is_some());
                xml.texts("PolicyNames", &self.policy_names);
                xml.text_if("Marker", self.marker.as_deref());
            }
        }
    };
}

inline! { GetRolePolicy ListRolePolicies role_name "RoleName" }
inline! { GetUserPolicy ListUserPolicies user_name "UserName" }

/// Answers CreatePolicy.
#[derive(Debug, Clone, PartialEq)]
pub struct CreatePolicy {
    /// The policy made.
    pub policy: Policy,
}

/// Answers GetPolicy.
#[derive(Debug, Clone, PartialEq)]
pub struct GetPolicy {
    /// The policy.
    pub policy: Policy,
}

/// Answers ListPolicies.
#[derive(Debug, Clone, PartialEq)]
pub struct ListPolicies {
    /// The policies.
    pub policies: Vec<Policy>,
    /// Where to go on; absent at the end.
    pub marker: Option<String>,
}

/// Answers GetPolicyVersion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetPolicyVersion {
    /// The version.
    pub policy_version: PolicyVersion,
}

/// Answers CreatePolicyVersion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatePolicyVersion {
    /// The version, without its document.
    pub policy_version: PolicyVersion,
}

/// Answers ListPolicyVersions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListPolicyVersions {
    /// The versions.
    pub versions: Vec<PolicyVersion>,
    /// Where to go on; absent at the end.
    pub marker: Option<String>,
}

/// Answers ListAttachedRolePolicies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListAttachedRolePolicies {
    /// The policies.
    pub attached_policies: Vec<AttachedPolicy>,
    /// Where to go on; absent at the end.
    pub marker: Option<String>,
}

/// Answers ListAttachedUserPolicies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListAttachedUserPolicies {
    /// The policies.
    pub attached_policies: Vec<AttachedPolicy>,
    /// Where to go on; absent at the end.
    pub marker: Option<String>,
}

impl Elements for Policy {
    fn write(&self, xml: &mut Xml<'_>) {
        xml.text("PolicyName", &self.policy_name);
        xml.text("PolicyId", self.policy_id.as_str());
        xml.text("Arn", &self.arn);
        xml.text("Path", &self.path);
        xml.text("DefaultVersionId", &self.default_version_id);
        xml.integer("AttachmentCount", self.attachment_count);
        xml.integer("PermissionsBoundaryUsageCount", self.permissions_boundary_usage_count);
        xml.flag("IsAttachable", self.is_attachable);
        xml.text_if("Description", self.description.as_deref());
        xml.instant("CreateDate", self.create_date);
        xml.instant("UpdateDate", self.update_date);
        if let Some(tags) = &self.tags {
            list(xml, "Tags", tags);
        }
    }
}

impl Elements for PolicyVersion {
    fn write(&self, xml: &mut Xml<'_>) {
        if let Some(document) = &self.document {
            xml.encoded("Document", document);
        }
        xml.text("VersionId", &self.version_id);
        xml.flag("IsDefaultVersion", self.is_default_version);
        xml.instant("CreateDate", self.create_date);
    }
}

impl Elements for AttachedPolicy {
    fn write(&self, xml: &mut Xml<'_>) {
        xml.text("PolicyName", &self.policy_name);
        xml.text("PolicyArn", &self.policy_arn);
    }
}

impl Elements for CreatePolicy {
    fn write(&self, xml: &mut Xml<'_>) {
        xml.within("Policy", |xml| self.policy.write(xml));
    }
}

impl Elements for GetPolicy {
    fn write(&self, xml: &mut Xml<'_>) {
        xml.within("Policy", |xml| self.policy.write(xml));
    }
}

impl Elements for ListPolicies {
    fn write(&self, xml: &mut Xml<'_>) {
        page(xml, "Policies", &self.policies, self.marker.as_deref());
    }
}

impl Elements for GetPolicyVersion {
    fn write(&self, xml: &mut Xml<'_>) {
        xml.within("PolicyVersion", |xml| self.policy_version.write(xml));
    }
}

impl Elements for CreatePolicyVersion {
    fn write(&self, xml: &mut Xml<'_>) {
        xml.within("PolicyVersion", |xml| self.policy_version.write(xml));
    }
}

impl Elements for ListPolicyVersions {
    fn write(&self, xml: &mut Xml<'_>) {
        page(xml, "Versions", &self.versions, self.marker.as_deref());
    }
}

impl Elements for ListAttachedRolePolicies {
    fn write(&self, xml: &mut Xml<'_>) {
        page(xml, "AttachedPolicies", &self.attached_policies, self.marker.as_deref());
    }
}

impl Elements for ListAttachedUserPolicies {
    fn write(&self, xml: &mut Xml<'_>) {
        page(xml, "AttachedPolicies", &self.attached_policies, self.marker.as_deref());
    }
}
