//! What records tell of a reply: `responseElements`, in CloudTrail's spelling, and never a secret.
//!
//! Source: records of IAM in the AWS CloudTrail User Guide and the IAM User Guide, "Logging IAM and AWS STS API
//! calls with AWS CloudTrail". Calls that answer nothing, and calls that only read, have none.

use rolecall_names::Instant;
use rolecall_wire::{
    call::Tag,
    reply::{AccessKey, Policy, PolicyVersion, Role, User, VirtualMFADevice},
};
use serde_json::{Map, Value, json};

struct Object(Map<String, Value>);

impl Object {
    fn new() -> Self {
        Self(Map::new())
    }

    fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    fn with_any(self, name: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    fn with_date(self, name: &str, date: Instant) -> Self {
        self.with(name, date.cloudtrail_expiration())
    }

    fn with_tags(self, tags: &[Tag]) -> Self {
        let told: Value = tags.iter().map(|tag| json!({ "key": tag.key, "value": tag.value })).collect();
        self.with_any("tags", (!tags.is_empty()).then_some(told))
    }

    fn with_boundary(self, arn: Option<&str>) -> Self {
        let told = |arn| json!({ "permissionsBoundaryType": "Policy", "permissionsBoundaryArn": arn });
        self.with_any("permissionsBoundary", arn.map(told))
    }

    /// The whole, as the only member of an object.
    fn under(self, name: &str) -> String {
        Value::Object(Self::new().with(name, self.0).0).to_string()
    }
}

pub(super) fn role(role: &Role) -> String {
    Object::new()
        .with("path", &*role.path)
        .with("roleName", &*role.role_name)
        .with("roleId", role.role_id.as_str())
        .with("arn", &*role.arn)
        .with_date("createDate", role.create_date)
        .with_any("assumeRolePolicyDocument", role.assume_role_policy_document.as_deref().map(percent_encoded))
        .with_any("description", role.description.as_deref())
        .with_boundary(role.permissions_boundary.as_deref())
        .with_tags(&role.tags)
        .under("role")
}

pub(super) fn user(user: &User) -> String {
    Object::new()
        .with_any("path", user.path.as_deref())
        .with_any("userName", user.user_name.as_deref())
        .with("userId", &*user.user_id)
        .with("arn", &*user.arn)
        .with_date("createDate", user.create_date)
        .with_boundary(user.permissions_boundary.as_deref())
        .with_tags(&user.tags)
        .under("user")
}

pub(super) fn policy(policy: &Policy) -> String {
    Object::new()
        .with("policyName", &*policy.policy_name)
        .with("policyId", policy.policy_id.as_str())
        .with("arn", &*policy.arn)
        .with("path", &*policy.path)
        .with("defaultVersionId", &*policy.default_version_id)
        .with("attachmentCount", policy.attachment_count)
        .with("permissionsBoundaryUsageCount", policy.permissions_boundary_usage_count)
        .with("isAttachable", policy.is_attachable)
        .with_date("createDate", policy.create_date)
        .with_date("updateDate", policy.update_date)
        .with_tags(policy.tags.as_deref().unwrap_or_default())
        .under("policy")
}

/// The version without its document, which the request tells.
pub(super) fn policy_version(version: &PolicyVersion) -> String {
    Object::new()
        .with("versionId", &*version.version_id)
        .with("isDefaultVersion", version.is_default_version)
        .with_date("createDate", version.create_date)
        .under("policyVersion")
}

/// The key without its secret.
pub(super) fn access_key(key: &AccessKey) -> String {
    Object::new()
        .with_any("userName", key.user_name.as_deref())
        .with("accessKeyId", key.access_key_id.as_str())
        .with("status", key.status.as_str())
        .with_any("createDate", key.create_date.map(Instant::cloudtrail_expiration))
        .under("accessKey")
}

/// The device without its seed, in letters or as a picture.
pub(super) fn device(device: &VirtualMFADevice) -> String {
    Object::new().with("serialNumber", &*device.serial_number).with_tags(&device.tags).under("virtualMFADevice")
}

/// As IAM writes documents into its replies: everything but RFC 3986's unreserved characters.
fn percent_encoded(text: &str) -> String {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    let digit = |value: u8| DIGITS.get(usize::from(value & 15)).copied().unwrap_or('0');
    let mut out = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.extend(['%', digit(byte >> 4), digit(byte)]);
        }
    }
    out
}
