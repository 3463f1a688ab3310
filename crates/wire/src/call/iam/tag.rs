//! Tags of roles, users, policies and MFA devices.

use super::{Tag, rules};
use crate::shape::shape;

shape! {
    /// Adds or replaces tags of a role. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagRole.html>
    TagRole {
        /// The role.
        role_name: String = "RoleName" rules::ROLE_NAME,
        /// The tags.
        tags: Vec<Tag> = required "Tags" rules::TAGS,
    }
}

shape! {
    /// Removes tags of a role. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagRole.html>
    UntagRole {
        /// The role.
        role_name: String = "RoleName" rules::ROLE_NAME,
        /// The tags' keys.
        tag_keys: Vec<String> = required "TagKeys" rules::TAG_KEYS,
    }
}

shape! {
    /// Asks for a role's tags. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoleTags.html>
    ListRoleTags {
        /// The role.
        role_name: String = "RoleName" rules::ROLE_NAME,
        /// Where to go on.
        marker: Option<String> = "Marker" rules::MARKER,
        /// The most tags to answer.
        max_items: Option<i32> = "MaxItems" rules::MAX_ITEMS,
    }
}

shape! {
    /// Adds or replaces tags of a user. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagUser.html>
    TagUser {
        /// The user.
        user_name: String = "UserName" rules::EXISTING_USER_NAME,
        /// The tags.
        tags: Vec<Tag> = required "Tags" rules::TAGS,
    }
}

shape! {
    /// Removes tags of a user. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagUser.html>
    UntagUser {
        /// The user.
        user_name: String = "UserName" rules::EXISTING_USER_NAME,
        /// The tags' keys.
        tag_keys: Vec<String> = required "TagKeys" rules::TAG_KEYS,
    }
}

shape! {
    /// Asks for a user's tags. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUserTags.html>
    ListUserTags {
        /// The user.
        user_name: String = "UserName" rules::EXISTING_USER_NAME,
        /// Where to go on.
        marker: Option<String> = "Marker" rules::MARKER,
        /// The most tags to answer.
        max_items: Option<i32> = "MaxItems" rules::MAX_ITEMS,
    }
}

shape! {
    /// Adds or replaces tags of a policy. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagPolicy.html>
    TagPolicy {
        /// The policy.
        policy_arn: String = "PolicyArn" rules::ARN,
        /// The tags.
        tags: Vec<Tag> = required "Tags" rules::TAGS,
    }
}

shape! {
    /// Removes tags of a policy. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagPolicy.html>
    UntagPolicy {
        /// The policy.
        policy_arn: String = "PolicyArn" rules::ARN,
        /// The tags' keys.
        tag_keys: Vec<String> = required "TagKeys" rules::TAG_KEYS,
    }
}

shape! {
    /// Asks for a policy's tags. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicyTags.html>
    ListPolicyTags {
        /// The policy.
        policy_arn: String = "PolicyArn" rules::ARN,
        /// Where to go on.
        marker: Option<String> = "Marker" rules::MARKER,
        /// The most tags to answer.
        max_items: Option<i32> = "MaxItems" rules::MAX_ITEMS,
    }
}

shape! {
    /// Adds or replaces tags of a virtual MFA device. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagMFADevice.html>
    TagMFADevice {
        /// The device.
        serial_number: String = "SerialNumber" rules::SERIAL_NUMBER,
        /// The tags.
        tags: Vec<Tag> = required "Tags" rules::TAGS,
    }
}

shape! {
    /// Removes tags of a virtual MFA device. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagMFADevice.html>
    UntagMFADevice {
        /// The device.
        serial_number: String = "SerialNumber" rules::SERIAL_NUMBER,
        /// The tags' keys.
        tag_keys: Vec<String> = required "TagKeys" rules::TAG_KEYS,
    }
}

shape! {
    /// Asks for a virtual MFA device's tags. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListMFADeviceTags.html>
    ListMFADeviceTags {
        /// The device.
        serial_number: String = "SerialNumber" rules::SERIAL_NUMBER,
        /// Where to go on.
        marker: Option<String> = "Marker" rules::MARKER,
        /// The most tags to answer.
        max_items: Option<i32> = "MaxItems" rules::MAX_ITEMS,
    }
}
