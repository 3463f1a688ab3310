//! What can happen to a directory.

use crate::{AccessKey, ManagedPolicy, MfaDevice, Organization, Preferences, Role, User};
use rolecall_names::{AccessKeyId, AccountId};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// One step from a directory to the next.
///
/// A change carries the whole entity as it is afterwards, so that applying it twice is applying it once.
/// It is what the store's log holds: a variant or a field may be added, never renamed or given another meaning.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Change {
    /// An account begins, or its settings are now these.
    PutAccount(Preferences),
    /// A role begins, or is now this.
    PutRole {
        /// Its account.
        account: AccountId,
        /// The role.
        role: Arc<Role>,
    },
    /// A role ends.
    DeleteRole {
        /// Its account.
        account: AccountId,
        /// Its name.
        name: Arc<str>,
    },
    /// A user begins, or is now this.
    PutUser {
        /// Its account.
        account: AccountId,
        /// The user.
        user: Arc<User>,
    },
    /// A user ends. A user that is renamed ends under the old name and begins under the new one with its id.
    DeleteUser {
        /// Its account.
        account: AccountId,
        /// Its name.
        name: Arc<str>,
    },
    /// A long-term key begins, or is now this.
    PutAccessKey(Arc<AccessKey>),
    /// A long-term key ends.
    DeleteAccessKey(AccessKeyId),
    /// A managed policy begins, or is now this.
    PutPolicy {
        /// Its account.
        account: AccountId,
        /// The policy.
        policy: Arc<ManagedPolicy>,
    },
    /// A managed policy ends.
    DeletePolicy {
        /// Its account.
        account: AccountId,
        /// Its name.
        name: Arc<str>,
    },
    /// A virtual MFA device begins, or is now this.
    PutDevice {
        /// Its account.
        account: AccountId,
        /// The device.
        device: Arc<MfaDevice>,
    },
    /// A virtual MFA device ends.
    DeleteDevice {
        /// Its account.
        account: AccountId,
        /// Its serial number.
        serial: Arc<str>,
    },
    /// The organization is now this.
    PutOrganization(Arc<Organization>),
}
