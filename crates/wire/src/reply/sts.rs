//! What STS answers. <https://docs.aws.amazon.com/STS/latest/APIReference/>

use super::Elements;
use crate::xml::Xml;
use rolecall_names::{AccessKeyId, AccountId, Instant};
use std::fmt;

/// Temporary credentials. <https://docs.aws.amazon.com/STS/latest/APIReference/API_Credentials.html>
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The key's id.
    pub access_key_id: AccessKeyId,
    /// The secret that signs.
    pub secret_access_key: String,
    /// The token to send beside the signature.
    pub session_token: String,
    /// When they stop working.
    pub expiration: Instant,
}

/// The secret and the token stay out of logs.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("access_key_id", &self.access_key_id)
            .field("expiration", &self.expiration)
            .finish_non_exhaustive()
    }
}

/// The session as a principal. <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumedRoleUser.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssumedRoleUser {
    /// The role's id, a colon, the session's name.
    pub assumed_role_id: String,
    /// The session's ARN.
    pub arn: String,
}

/// Answers AssumeRole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssumeRole {
    /// The session's credentials.
    pub credentials: Credentials,
    /// The session as a principal.
    pub assumed_role_user: AssumedRoleUser,
    /// How much of the room for policies and tags is used, in percent; absent without any.
    pub packed_policy_size: Option<i32>,
    /// The source identity set or inherited.
    pub source_identity: Option<String>,
}

/// Answers GetCallerIdentity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetCallerIdentity {
    /// The caller's unique id.
    pub user_id: String,
    /// The caller's account.
    pub account: AccountId,
    /// The caller's ARN.
    pub arn: String,
}

/// Answers GetSessionToken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetSessionToken {
    /// The user's temporary credentials.
    pub credentials: Credentials,
}

/// Answers GetAccessKeyInfo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetAccessKeyInfo {
    /// The key's account.
    pub account: AccountId,
}

/// The most bytes of a session token: the bound of `MinimumSessionTokenSize` in AWS's model.
const MOST_TOKEN_BYTES: usize = 4096;

impl Credentials {
    /// How large the token is, padding included, and how much of the room for one that is, in percent, rounded up.
    fn write_token_size(&self, xml: &mut Xml<'_>) {
        let size = self.session_token.len();
        let integer = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
        xml.integer("SessionTokenUtilization", integer(size.saturating_mul(100).div_ceil(MOST_TOKEN_BYTES)));
        xml.integer("SessionTokenSize", integer(size));
    }
}

impl Elements for Credentials {
    fn write(&self, xml: &mut Xml<'_>) {
        xml.within("Credentials", |xml| {
            xml.text("AccessKeyId", self.access_key_id.as_str());
            xml.text("SecretAccessKey", &self.secret_access_key);
            xml.text("SessionToken", &self.session_token);
            xml.instant("Expiration", self.expiration);
        });
    }
}

impl Elements for AssumeRole {
    fn write(&self, xml: &mut Xml<'_>) {
        if let Some(identity) = &self.source_identity {
            xml.text("SourceIdentity", identity);
        }
        xml.within("AssumedRoleUser", |xml| {
            xml.text("AssumedRoleId", &self.assumed_role_user.assumed_role_id);
            xml.text("Arn", &self.assumed_role_user.arn);
        });
        self.credentials.write(xml);
        if let Some(size) = self.packed_policy_size {
            xml.integer("PackedPolicySize", size);
        }
        self.credentials.write_token_size(xml);
    }
}

impl Elements for GetCallerIdentity {
    fn write(&self, xml: &mut Xml<'_>) {
        xml.text("Arn", &self.arn);
        xml.text("UserId", &self.user_id);
        xml.text("Account", &self.account.to_string());
    }
}

impl Elements for GetSessionToken {
    fn write(&self, xml: &mut Xml<'_>) {
        self.credentials.write(xml);
        self.credentials.write_token_size(xml);
    }
}

impl Elements for GetAccessKeyInfo {
    fn write(&self, xml: &mut Xml<'_>) {
        xml.text("Account", &self.account.to_string());
    }
}
