//! MFA devices, of which the virtual ones are offered.

use super::{Tag, rules};
use crate::shape::{Pattern, Rule, Text, choice, shape};

const CODE: Rule = Rule::text(6, 6, Pattern::DeviceCode);
const DEVICE_NAME: Rule = Rule::Text(Text { min: Some(1), max: None, pattern: Some(Pattern::Name), one_of: &[] });

choice! {
    /// Which devices to list. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListVirtualMFADevices.html>
    AssignmentStatus {
        /// Those that a user holds.
        Assigned "Assigned",
        /// Those that nobody holds.
        Unassigned "Unassigned",
        /// All.
        Any "Any",
    }
}

shape! {
    /// Makes a device that nobody holds yet. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateVirtualMFADevice.html>
    CreateVirtualMFADevice {
        /// The path, `/` when left out.
        path: Option<String> = "Path" rules::PATH,
        /// The name.
        virtual_mfa_device_name: String = "VirtualMFADeviceName" DEVICE_NAME,
        /// The device's tags.
        tags: Vec<Tag> = "Tags" rules::TAGS,
    }
}

shape! {
    /// Gives a device to a user. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableMFADevice.html>
    EnableMFADevice {
        /// The user.
        user_name: String = "UserName" rules::EXISTING_USER_NAME,
        /// The device.
        serial_number: String = "SerialNumber" rules::SERIAL_NUMBER,
        /// A code of the device.
        authentication_code1: String = "AuthenticationCode1" CODE,
        /// The code after it.
        authentication_code2: String = "AuthenticationCode2" CODE,
    }
}

shape! {
    /// Asks for a user's devices. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListMFADevices.html>
    ListMFADevices {
        /// The user, the caller when left out.
        user_name: Option<String> = "UserName" rules::EXISTING_USER_NAME,
        /// Where to go on.
        marker: Option<String> = "Marker" rules::MARKER,
        /// The most devices to answer.
        max_items: Option<i32> = "MaxItems" rules::MAX_ITEMS,
    }
}

shape! {
    /// Asks for the account's devices. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListVirtualMFADevices.html>
    ListVirtualMFADevices {
        /// Which, all when left out.
        assignment_status: Option<AssignmentStatus> = "AssignmentStatus" AssignmentStatus::RULE,
        /// Where to go on.
        marker: Option<String> = "Marker" rules::MARKER,
        /// The most devices to answer.
        max_items: Option<i32> = "MaxItems" rules::MAX_ITEMS,
    }
}

shape! {
    /// Takes a device from a user. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeactivateMFADevice.html>
    DeactivateMFADevice {
        /// The user, the caller when left out.
        user_name: Option<String> = "UserName" rules::EXISTING_USER_NAME,
        /// The device.
        serial_number: String = "SerialNumber" rules::SERIAL_NUMBER,
    }
}

shape! {
    /// Removes a device that nobody holds. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteVirtualMFADevice.html>
    DeleteVirtualMFADevice {
        /// The device.
        serial_number: String = "SerialNumber" rules::SERIAL_NUMBER,
    }
}
