//! Who makes a request.

use crate::{AccountId, Arn, Partition, UniqueId, role_arn, root_arn, session_arn, user_arn};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A role session: a role's identity under a name that the caller chose.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Session {
    /// The role's partition.
    pub partition: Partition,
    /// The role's account.
    pub account: AccountId,
    /// The role's path with both its slashes.
    pub role_path: Arc<str>,
    /// The role's name.
    pub role_name: Arc<str>,
    /// The role's unique id, `AROA…`.
    pub role_id: UniqueId,
    /// The session's name.
    pub name: Arc<str>,
}

impl Session {
    /// The role's ARN, path included: what `aws:PrincipalArn` holds for the session.
    #[must_use]
    pub fn role_arn(&self) -> String {
        role_arn(self.partition, self.account, &self.role_path, &self.role_name)
    }

    /// `arn:aws:sts::…:assumed-role/name/session`.
    #[must_use]
    pub fn arn(&self) -> String {
        session_arn(self.partition, self.account, &self.role_name, &self.name)
    }
}

/// The one on whose behalf a request is made.
///
/// Source for the values of `arn`, `principal_arn` and `user_id`: IAM User Guide, "IAM policy elements:
/// Variables and tags", table of principal key values.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Principal {
    /// An account's root user.
    Root {
        /// The account's partition.
        partition: Partition,
        /// The account.
        account: AccountId,
    },
    /// An IAM user.
    User {
        /// The user's partition.
        partition: Partition,
        /// The user's account.
        account: AccountId,
        /// The path with both its slashes.
        path: Arc<str>,
        /// The user's name.
        name: Arc<str>,
        /// `AIDA…`.
        id: UniqueId,
    },
    /// A role session.
    Role(Session),
    /// A federated user, from `GetFederationToken`.
    FederatedUser {
        /// The account's partition.
        partition: Partition,
        /// The account.
        account: AccountId,
        /// The name given to the federated user.
        name: Arc<str>,
        /// ARN of the IAM user (or root) who asked for the token.
        issuer: Arc<str>,
    },
    /// An AWS service acting as itself, such as `ecs-tasks.amazonaws.com`.
    Service {
        /// The service principal.
        name: Arc<str>,
    },
    /// Somebody vouched for by an identity provider, before a role is assumed.
    Federated {
        /// ARN of an OIDC or SAML provider, or one of the four legacy provider names.
        provider: Arc<str>,
    },
    /// A request without a signature.
    Anonymous,
}

impl Principal {
    /// The account; `None` for services, federated identities and the anonymous.
    #[must_use]
    pub fn account(&self) -> Option<AccountId> {
        match self {
            Self::Root { account, .. } | Self::User { account, .. } | Self::FederatedUser { account, .. } => {
                Some(*account)
            }
            Self::Role(session) => Some(session.account),
            Self::Service { .. } | Self::Federated { .. } | Self::Anonymous => None,
        }
    }

    /// The partition; `None` where there is no account.
    #[must_use]
    pub fn partition(&self) -> Option<Partition> {
        match self {
            Self::Root { partition, .. } | Self::User { partition, .. } | Self::FederatedUser { partition, .. } => {
                Some(*partition)
            }
            Self::Role(session) => Some(session.partition),
            Self::Service { .. } | Self::Federated { .. } | Self::Anonymous => None,
        }
    }

    /// The ARN as `GetCallerIdentity` and error texts give it: a session's is its own, not its role's.
    #[must_use]
    pub fn arn(&self) -> Option<String> {
        match self {
            Self::Root { partition, account } => Some(root_arn(*partition, *account)),
            Self::User { partition, account, path, name, .. } => Some(user_arn(*partition, *account, path, name)),
            Self::Role(session) => Some(session.arn()),
            Self::FederatedUser { partition, account, name, .. } => {
                Some(format!("arn:{partition}:sts::{account}:federated-user/{name}"))
            }
            Self::Service { .. } | Self::Federated { .. } | Self::Anonymous => None,
        }
    }

    /// The value of `aws:PrincipalArn`: for a session the role's ARN, path included.
    #[must_use]
    pub fn principal_arn(&self) -> Option<String> {
        match self {
            Self::Role(session) => Some(session.role_arn()),
            other => other.arn(),
        }
    }

    /// The value of `aws:userid`.
    #[must_use]
    pub fn user_id(&self) -> Option<String> {
        match self {
            Self::Root { account, .. } => Some(account.to_string()),
            Self::User { id, .. } => Some(id.to_string()),
            Self::Role(session) => Some(format!("{}:{}", session.role_id, session.name)),
            Self::FederatedUser { account, name, .. } => Some(format!("{account}:{name}")),
            Self::Anonymous => Some("anonymous".to_owned()),
            Self::Service { .. } | Self::Federated { .. } => None,
        }
    }

    /// The value of `aws:PrincipalType`.
    #[must_use]
    pub fn kind(&self) -> Option<&'static str> {
        match self {
            Self::Root { .. } => Some("Account"),
            Self::User { .. } => Some("User"),
            Self::Role(_) => Some("AssumedRole"),
            Self::FederatedUser { .. } => Some("FederatedUser"),
            Self::Anonymous => Some("Anonymous"),
            Self::Service { .. } | Self::Federated { .. } => None,
        }
    }
}

impl<'a> Arn<'a> {
    /// For `assumed-role/name/session`: the role's name and the session's.
    #[must_use]
    pub fn assumed_role(&self) -> Option<(&'a str, &'a str)> {
        if self.service != "sts" {
            return None;
        }
        self.resource.strip_prefix("assumed-role/")?.split_once('/')
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::IdKind;

    #[test]
    fn a_session_is_its_role_to_conditions_and_itself_to_people() {
        let session = Principal::Role(Session {
            partition: Partition::Aws,
            account: "111111111111".parse().unwrap(),
            role_path: "/team/".into(),
            role_name: "deploy".into(),
            role_id: UniqueId::new(IdKind::Role, 0),
            name: "night".into(),
        });
        assert_eq!(session.arn().unwrap(), "arn:aws:sts::111111111111:assumed-role/deploy/night");
        assert_eq!(session.principal_arn().unwrap(), "arn:aws:iam::111111111111:role/team/deploy");
        assert_eq!(session.user_id().unwrap(), "AROAAAAAAAAAAAAAAAAAA:night");
        assert_eq!(Arn::parse(&session.arn().unwrap()).unwrap().assumed_role(), Some(("deploy", "night")));
    }
}
