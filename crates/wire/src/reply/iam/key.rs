//! Access keys.

use super::{Elements, page};
use crate::{call::KeyStatus, xml::Xml};
use rolecall_names::{AccessKeyId, Instant};
use std::fmt;

/// An access key with its secret, told once. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKey.html>
#[derive(Clone, PartialEq, Eq)]
pub struct AccessKey {
    /// The key's user; root has no name.
    pub user_name: Option<String>,
    /// The key's id.
    pub access_key_id: AccessKeyId,
    /// Whether it signs.
    pub status: KeyStatus,
    /// The secret that signs.
    pub secret_access_key: String,
    /// When it was made.
    pub create_date: Option<Instant>,
}

/// The secret stays out of logs.
impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessKey")
            .field("user_name", &self.user_name)
            .field("access_key_id", &self.access_key_id)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// An access key without its secret. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKeyMetadata.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessKeyMetadata {
    /// The key's user; root has no name.
    pub user_name: Option<String>,
    /// The key's id.
    pub access_key_id: AccessKeyId,
    /// Whether it signs.
    pub status: KeyStatus,
    /// When it was made.
    pub create_date: Instant,
}

/// Answers CreateAccessKey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateAccessKey {
    /// The key made.
    pub access_key: AccessKey,
}

/// Answers ListAccessKeys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListAccessKeys {
    /// The keys.
    pub access_key_metadata: Vec<AccessKeyMetadata>,
    /// Where to go on; absent at the end.
    pub marker: Option<String>,
}

/// Answers GetAccessKeyLastUsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetAccessKeyLastUsed {
    /// The key's user.
    pub user_name: Option<String>,
    /// When, where and for what the key was last used.
    pub access_key_last_used: AccessKeyLastUsed,
}

/// When, where and for what a key was last used; a key never used has `N/A` for the service and the Region.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKeyLastUsed.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessKeyLastUsed {
    /// The day and time.
    pub last_used_date: Option<Instant>,
    /// The service: `sts`.
    pub service_name: String,
    /// The Region.
    pub region: String,
}

impl Elements for CreateAccessKey {
    fn write(&self, xml: &mut Xml<'_>) {
        xml.within("AccessKey", |xml| {
            xml.text_if("UserName", self.access_key.user_name.as_deref());
            xml.text("AccessKeyId", self.access_key.access_key_id.as_str());
            xml.text("Status", self.access_key.status.as_str());
            xml.text("SecretAccessKey", &self.access_key.secret_access_key);
            xml.instant_if("CreateDate", self.access_key.create_date);
        });
    }
}

impl Elements for AccessKeyMetadata {
    fn write(&self, xml: &mut Xml<'_>) {
        xml.text_if("UserName", self.user_name.as_deref());
        xml.text("AccessKeyId", self.access_key_id.as_str());
        xml.text("Status", self.status.as_str());
        xml.instant("CreateDate", self.create_date);
    }
}

impl Elements for ListAccessKeys {
    fn write(&self, xml: &mut Xml<'_>) {
        page(xml, "AccessKeyMetadata", &self.access_key_metadata, self.marker.as_deref());
    }
}

impl Elements for GetAccessKeyLastUsed {
    fn write(&self, xml: &mut Xml<'_>) {
        xml.text_if("UserName", self.user_name.as_deref());
        xml.within("AccessKeyLastUsed", |xml| {
            xml.instant_if("LastUsedDate", self.access_key_last_used.last_used_date);
            xml.text("ServiceName", &self.access_key_last_used.service_name);
            xml.text("Region", &self.access_key_last_used.region);
        });
    }
}
