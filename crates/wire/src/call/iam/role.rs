//! Roles.

use super::{Tag, rules};
use crate::shape::shape;

shape! {
    /// Makes a role. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html>
    CreateRole {
        /// The path, `/` when left out.
        path: Option<String> = "Path" rules::PATH,
        /// The name.
        role_name: String = "RoleName" rules::ROLE_NAME,
        /// The trust policy's document.
        assume_role_policy_document: String = "AssumeRolePolicyDocument" rules::POLICY_DOCUMENT,
        /// What the role is for.
        description: Option<String> = "Description" rules::ROLE_DESCRIPTION,
        /// How long a session may last, in seconds; 3600 when left out.
        max_session_duration: Option<i32> = "MaxSessionDuration" rules::MAX_SESSION_DURATION,
        /// The ARN of the policy that bounds the role.
        permissions_boundary: Option<String> = "PermissionsBoundary" rules::ARN,
        /// The role's tags.
        tags: Vec<Tag> = "Tags" rules::TAGS,
    }
}

shape! {
    /// Asks about a role. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html>
    GetRole {
        /// The role.
        role_name: String = "RoleName" rules::ROLE_NAME,
    }
}

shape! {
    /// Asks for all roles. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html>
    ListRoles {
        /// What the roles' paths begin with, `/` when left out.
        path_prefix: Option<String> = "PathPrefix" rules::PATH_PREFIX,
        /// Where to go on.
        marker: Option<String> = "Marker" rules::MARKER,
        /// The most roles to answer.
        max_items: Option<i32> = "MaxItems" rules::MAX_ITEMS,
    }
}

shape! {
    /// Changes a role. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRole.html>
    UpdateRole {
        /// The role.
        role_name: String = "RoleName" rules::ROLE_NAME,
        /// What the role is for; unchanged when left out.
        description: Option<String> = "Description" rules::ROLE_DESCRIPTION,
        /// How long a session may last, in seconds; 3600 when left out.
        max_session_duration: Option<i32> = "MaxSessionDuration" rules::MAX_SESSION_DURATION,
    }
}

shape! {
    /// Changes a role's description. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRoleDescription.html>
    UpdateRoleDescription {
        /// The role.
        role_name: String = "RoleName" rules::ROLE_NAME,
        /// What the role is for.
        description: String = "Description" rules::ROLE_DESCRIPTION,
    }
}

shape! {
    /// Removes a role. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html>
    DeleteRole {
        /// The role.
        role_name: String = "RoleName" rules::ROLE_NAME,
    }
}

shape! {
    /// Replaces a role's trust policy. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html>
    UpdateAssumeRolePolicy {
        /// The role.
        role_name: String = "RoleName" rules::ROLE_NAME,
        /// The trust policy's document.
        policy_document: String = "PolicyDocument" rules::POLICY_DOCUMENT,
    }
}
