//! Policies that are part of one role or user.

use super::rules;
use crate::shape::shape;

shape! {
    /// Adds or replaces a role's policy. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html>
    PutRolePolicy {
        /// The role.
        role_name: String = "RoleName" rules::ROLE_NAME,
        /// The policy's name.
        policy_name: String = "PolicyName" rules::POLICY_NAME,
        /// The policy's document.
        policy_document: String = "PolicyDocument" rules::POLICY_DOCUMENT,
    }
}

shape! {
    /// Asks for a role's policy. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html>
    GetRolePolicy {
        /// The role.
        role_name: String = "RoleName" rules::ROLE_NAME,
        /// The policy's name.
        policy_name: String = "PolicyName" rules::POLICY_NAME,
    }
}

shape! {
    /// Asks for the names of a role's policies. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRolePolicies.html>
    ListRolePolicies {
        /// The role.
        role_name: String = "RoleName" rules::ROLE_NAME,
        /// Where to go on.
        marker: Option<String> = "Marker" rules::MARKER,
        /// The most names to answer.
        max_items: Option<i32> = "MaxItems" rules::MAX_ITEMS,
    }
}

shape! {
    /// Removes a role's policy. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePolicy.html>
    DeleteRolePolicy {
        /// The role.
        role_name: String = "RoleName" rules::ROLE_NAME,
        /// The policy's name.
        policy_name: String = "PolicyName" rules::POLICY_NAME,
    }
}

shape! {
    /// Adds or replaces a user's policy. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPolicy.html>
    PutUserPolicy {
        /// The user.
        user_name: String = "UserName" rules::EXISTING_USER_NAME,
        /// The policy's name.
        policy_name: String = "PolicyName" rules::POLICY_NAME,
        /// The policy's document.
        policy_document: String = "PolicyDocument" rules::POLICY_DOCUMENT,
    }
}

shape! {
    /// Asks for a user's policy. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUserPolicy.html>
    GetUserPolicy {
        /// The user.
        user_name: String = "UserName" rules::EXISTING_USER_NAME,
        /// The policy's name.
        policy_name: String = "PolicyName" rules::POLICY_NAME,
    }
}

shape! {
    /// Asks for the names of a user's policies. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUserPolicies.html>
    ListUserPolicies {
        /// The user.
        user_name: String = "UserName" rules::EXISTING_USER_NAME,
        /// Where to go on.
        marker: Option<String> = "Marker" rules::MARKER,
        /// The most names to answer.
        max_items: Option<i32> = "MaxItems" rules::MAX_ITEMS,
    }
}

shape! {
    /// Removes a user's policy. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUserPolicy.html>
    DeleteUserPolicy {
        /// The user.
        user_name: String = "UserName" rules::EXISTING_USER_NAME,
        /// The policy's name.
        policy_name: String = "PolicyName" rules::POLICY_NAME,
    }
}
