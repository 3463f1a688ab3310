//! Roles.

use super::{Elements, boundary, page, tag};
use crate::{call::Tag, xml::Xml};
use rolecall_names::{Instant, UniqueId};

/// A role. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_Role.html>
#[derive(Debug, Clone, PartialEq)]
pub struct Role {
    /// The path.
    pub path: String,
    /// The name.
    pub role_name: String,
    /// The unique id.
    pub role_id: UniqueId,
    /// The ARN.
    pub arn: String,
    /// When it was made.
    pub create_date: Instant,
    /// The trust policy's document, written percent-encoded.
    pub assume_role_policy_document: Option<String>,
    /// What the role is for.
    pub description: Option<String>,
    /// How long a session may last, in seconds.
    pub max_session_duration: Option<i32>,
    /// The ARN of the policy that bounds the role.
    pub permissions_boundary: Option<String>,
    /// The tags.
    pub tags: Vec<Tag>,
    /// When it was last used, in the replies that tell.
    pub role_last_used: Option<RoleLastUsed>,
}

/// When a role was last used; empty when it never was.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_RoleLastUsed.html>
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RoleLastUsed {
    /// The day and time.
    pub last_used_date: Option<Instant>,
    /// The Region.
    pub region: Option<String>,
}

/// Answers CreateRole.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateRole {
    /// The role made.
    pub role: Role,
}

/// Answers GetRole.
#[derive(Debug, Clone, PartialEq)]
pub struct GetRole {
    /// The role.
    pub role: Role,
}

/// Answers UpdateRoleDescription.
#[derive(Debug, Clone, PartialEq)]
pub struct UpdateRoleDescription {
    /// The role as it is now.
    pub role: Role,
}

/// Answers ListRoles.
#[derive(Debug, Clone, PartialEq)]
pub struct ListRoles {
    /// The roles.
    pub roles: Vec<Role>,
    /// Where to go on; absent at the end.
    pub marker: Option<String>,
}

impl Elements for Role {
    fn write(&self, xml: &mut Xml<'_>) {
        xml.text("Path", &self.path);
        xml.text("RoleName", &self.role_name);
        xml.text("RoleId", self.role_id.as_str());
        xml.text("Arn", &self.arn);
        xml.instant("CreateDate", self.create_date);
        if let Some(document) = &self.assume_role_policy_document {
            xml.encoded("AssumeRolePolicyDocument", document);
        }
        xml.text_if("Description", self.description.as_deref());
        if let Some(seconds) = self.max_session_duration {
            xml.integer("MaxSessionDuration", seconds);
        }
        boundary(xml, self.permissions_boundary.as_deref());
        tag::some(xml, &self.tags);
        match &self.role_last_used {
            None => {}
            Some(RoleLastUsed { last_used_date: None, region: None }) => xml.empty("RoleLastUsed"),
            Some(used) => xml.within("RoleLastUsed", |xml| {
                xml.instant_if("LastUsedDate", used.last_used_date);
                xml.text_if("Region", used.region.as_deref());
            }),
        }
    }
}

impl Elements for CreateRole {
    fn write(&self, xml: &mut Xml<'_>) {
        xml.within("Role", |xml| self.role.write(xml));
    }
}

impl Elements for GetRole {
    fn write(&self, xml: &mut Xml<'_>) {
        xml.within("Role", |xml| self.role.write(xml));
    }
}

impl Elements for UpdateRoleDescription {
    fn write(&self, xml: &mut Xml<'_>) {
        xml.within("Role", |xml| self.role.write(xml));
    }
}

impl Elements for ListRoles {
    fn write(&self, xml: &mut Xml<'_>) {
        page(xml, "Roles", &self.roles, self.marker.as_deref());
    }
}
