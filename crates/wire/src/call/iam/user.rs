//! Users.

use super::{Tag, rules};
use crate::shape::shape;

shape! {
    /// Makes a user. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html>
    CreateUser {
        /// The path, `/` when left out.
        path: Option<String> = "Path" rules::PATH,
        /// The name.
        user_name: String = "UserName" rules::USER_NAME,
        /// The ARN of the policy that bounds the user.
        permissions_boundary: Option<String> = "PermissionsBoundary" rules::ARN,
        /// The user's tags.
        tags: Vec<Tag> = "Tags" rules::TAGS,
    }
}

shape! {
    /// Asks about a user. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html>
    GetUser {
        /// The user, the caller when left out.
        user_name: Option<String> = "UserName" rules::EXISTING_USER_NAME,
    }
}

shape! {
    /// Asks for all users. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html>
    ListUsers {
        /// What the users' paths begin with, `/` when left out.
        path_prefix: Option<String> = "PathPrefix" rules::PATH_PREFIX,
        /// Where to go on.
        marker: Option<String> = "Marker" rules::MARKER,
        /// The most users to answer.
        max_items: Option<i32> = "MaxItems" rules::MAX_ITEMS,
    }
}

shape! {
    /// Renames or moves a user. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateUser.html>
    UpdateUser {
        /// The user.
        user_name: String = "UserName" rules::EXISTING_USER_NAME,
        /// The path from now on.
        new_path: Option<String> = "NewPath" rules::PATH,
        /// The name from now on.
        new_user_name: Option<String> = "NewUserName" rules::USER_NAME,
    }
}

shape! {
    /// Removes a user. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html>
    DeleteUser {
        /// The user.
        user_name: String = "UserName" rules::EXISTING_USER_NAME,
    }
}
