//! Attaching managed policies to roles and users, and bounding them by one.

use super::rules;
use crate::shape::shape;

shape! {
    /// Attaches a policy to a role. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html>
    AttachRolePolicy {
        /// The role.
        role_name: String = "RoleName" rules::ROLE_NAME,
        /// The policy.
        policy_arn: String = "PolicyArn" rules::ARN,
    }
}

shape! {
    /// Detaches a policy from a role. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachRolePolicy.html>
    DetachRolePolicy {
        /// The role.
        role_name: String = "RoleName" rules::ROLE_NAME,
        /// The policy.
        policy_arn: String = "PolicyArn" rules::ARN,
    }
}

shape! {
    /// Asks for a role's attached policies. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedRolePolicies.html>
    ListAttachedRolePolicies {
        /// The role.
        role_name: String = "RoleName" rules::ROLE_NAME,
        /// What the policies' paths begin with, `/` when left out.
        path_prefix: Option<String> = "PathPrefix" rules::POLICY_PATH,
        /// Where to go on.
        marker: Option<String> = "Marker" rules::MARKER,
        /// The most policies to answer.
        max_items: Option<i32> = "MaxItems" rules::MAX_ITEMS,
    }
}

shape! {
    /// Attaches a policy to a user. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachUserPolicy.html>
    AttachUserPolicy {
        /// The user.
        user_name: String = "UserName" rules::USER_NAME,
        /// The policy.
        policy_arn: String = "PolicyArn" rules::ARN,
    }
}

shape! {
    /// Detaches a policy from a user. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachUserPolicy.html>
    DetachUserPolicy {
        /// The user.
        user_name: String = "UserName" rules::USER_NAME,
        /// The policy.
        policy_arn: String = "PolicyArn" rules::ARN,
    }
}

shape! {
    /// Asks for a user's attached policies. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedUserPolicies.html>
    ListAttachedUserPolicies {
        /// The user.
        user_name: String = "UserName" rules::USER_NAME,
        /// What the policies' paths begin with, `/` when left out.
        path_prefix: Option<String> = "PathPrefix" rules::POLICY_PATH,
        /// Where to go on.
        marker: Option<String> = "Marker" rules::MARKER,
        /// The most policies to answer.
        max_items: Option<i32> = "MaxItems" rules::MAX_ITEMS,
    }
}

shape! {
    /// Bounds a role. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePermissionsBoundary.html>
    PutRolePermissionsBoundary {
        /// The role.
        role_name: String = "RoleName" rules::ROLE_NAME,
        /// The policy's ARN.
        permissions_boundary: String = "PermissionsBoundary" rules::ARN,
    }
}

shape! {
    /// Frees a role of its bound. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePermissionsBoundary.html>
    DeleteRolePermissionsBoundary {
        /// The role.
        role_name: String = "RoleName" rules::ROLE_NAME,
    }
}

shape! {
    /// Bounds a user. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPermissionsBoundary.html>
    PutUserPermissionsBoundary {
        /// The user.
        user_name: String = "UserName" rules::USER_NAME,
        /// The policy's ARN.
        permissions_boundary: String = "PermissionsBoundary" rules::ARN,
    }
}

shape! {
    /// Frees a user of its bound. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUserPermissionsBoundary.html>
    DeleteUserPermissionsBoundary {
        /// The user.
        user_name: String = "UserName" rules::USER_NAME,
    }
}
