//! `userIdentity`: who called, as one account's history shows it.

use rolecall_names::{AccessKeyId, AccountId, Instant, Principal};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// What a record tells of temporary credentials beside their principal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionFacts {
    /// When the session began.
    pub created: Instant,
    /// Whether it began with an MFA code.
    pub mfa: bool,
    /// The source identity it carries.
    pub source_identity: Option<Arc<str>>,
}

/// Who called.
///
/// Source: AWS CloudTrail User Guide, "CloudTrail userIdentity element".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Identity {
    /// The whole identity: what the caller's own account sees.
    Full {
        /// The caller.
        principal: Arc<Principal>,
        /// The key that signed.
        access_key_id: Option<AccessKeyId>,
        /// Set for temporary credentials.
        session: Option<SessionFacts>,
    },
    /// What another account sees of a caller: `AWSAccount`.
    Account {
        /// The caller's `aws:userid`.
        principal_id: Arc<str>,
        /// The caller's account.
        account: AccountId,
    },
}

impl Identity {
    pub(super) fn username(&self) -> Option<&str> {
        match self.principal()? {
            Principal::Root { .. } => Some("root"),
            Principal::User { name, .. } | Principal::FederatedUser { name, .. } => Some(name),
            Principal::Role(session) => Some(&session.name),
            Principal::Service { .. } | Principal::Federated { .. } | Principal::Anonymous => None,
        }
    }

    pub(super) fn principal(&self) -> Option<&Principal> {
        match self {
            Self::Full { principal, .. } => Some(principal),
            Self::Account { .. } => None,
        }
    }

    /// The key that signed, where the record tells it.
    #[must_use]
    pub fn access_key_id(&self) -> Option<&AccessKeyId> {
        match self {
            Self::Full { access_key_id, .. } => access_key_id.as_ref(),
            Self::Account { .. } => None,
        }
    }

    /// The JSON object, its members in AWS's order.
    pub(super) fn render(&self) -> Value {
        let (principal, access_key_id, session) = match self {
            Self::Account { principal_id, account } => {
                return json!({ "type": "AWSAccount", "principalId": principal_id, "accountId": account });
            }
            Self::Full { principal, access_key_id, session } => (principal, access_key_id, session),
        };
        let mut out = Map::new();
        out.insert("type".into(), kind(principal).into());
        let mut put = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                out.insert(name.into(), value.into());
            }
        };
        put("principalId", principal.user_id());
        put("arn", principal.arn());
        put("accountId", principal.account().map(|account| account.to_string()));
        put("accessKeyId", access_key_id.map(|id| id.to_string()));
        if let Principal::User { name, .. } = &**principal {
            put("userName", Some(name.to_string()));
        }
        if let Principal::Service { name } = &**principal {
            put("invokedBy", Some(name.to_string()));
        }
        if let Some(session) = session {
            out.insert("sessionContext".into(), context(principal, session));
        }
        out.into()
    }
}

fn kind(principal: &Principal) -> &'static str {
    match principal {
        Principal::Root { .. } => "Root",
        Principal::User { .. } => "IAMUser",
        Principal::Role(_) => "AssumedRole",
        Principal::FederatedUser { .. } => "FederatedUser",
        Principal::Service { .. } => "AWSService",
        Principal::Federated { .. } => "WebIdentityUser",
        Principal::Anonymous => "Unknown",
    }
}

fn context(principal: &Principal, session: &SessionFacts) -> Value {
    let mut out = Map::new();
    if let Principal::Role(role) = principal {
        out.insert(
            "sessionIssuer".into(),
            json!({
                "type": "Role",
                "principalId": role.role_id,
                "arn": role.role_arn(),
                "accountId": role.account,
                "userName": role.role_name,
            }),
        );
    }
    if let Some(source_identity) = &session.source_identity {
        out.insert("sourceIdentity".into(), json!(source_identity));
    }
    out.insert(
        "attributes".into(),
        json!({
            "creationDate": session.created.iso8601(),
            "mfaAuthenticated": if session.mfa { "true" } else { "false" },
        }),
    );
    out.into()
}
