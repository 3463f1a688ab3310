//! Access keys. A user left out is the caller.

use super::rules;
use crate::shape::{choice, shape};

choice! {
    /// Whether an access key signs. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html>
    KeyStatus {
        /// It does.
        Active "Active",
        /// It was switched off.
        Inactive "Inactive",
        /// It went out of use by itself.
        Expired "Expired",
    }
}

shape! {
    /// Makes an access key. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html>
    CreateAccessKey {
        /// The key's user.
        user_name: Option<String> = "UserName" rules::EXISTING_USER_NAME,
    }
}

shape! {
    /// Asks for a user's access keys. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html>
    ListAccessKeys {
        /// The keys' user.
        user_name: Option<String> = "UserName" rules::EXISTING_USER_NAME,
        /// Where to go on.
        marker: Option<String> = "Marker" rules::MARKER,
        /// The most keys to answer.
        max_items: Option<i32> = "MaxItems" rules::MAX_ITEMS,
    }
}

shape! {
    /// Switches an access key on or off. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html>
    UpdateAccessKey {
        /// The key's user.
        user_name: Option<String> = "UserName" rules::EXISTING_USER_NAME,
        /// The key.
        access_key_id: String = "AccessKeyId" rules::KEY_ID,
        /// What it is to be.
        status: KeyStatus = "Status" KeyStatus::RULE,
    }
}

shape! {
    /// Removes an access key. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccessKey.html>
    DeleteAccessKey {
        /// The key's user.
        user_name: Option<String> = "UserName" rules::EXISTING_USER_NAME,
        /// The key.
        access_key_id: String = "AccessKeyId" rules::KEY_ID,
    }
}

shape! {
    /// Asks when a key was last used. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html>
    GetAccessKeyLastUsed {
        /// The key.
        access_key_id: String = "AccessKeyId" rules::KEY_ID,
    }
}
