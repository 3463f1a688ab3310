//! MFA devices.

use super::{Elements, User, page, tag};
use crate::{call::Tag, xml::Xml};
use rolecall_names::Instant;
use std::fmt;

/// A virtual device. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_VirtualMFADevice.html>
#[derive(Clone, PartialEq)]
pub struct VirtualMFADevice {
    /// The device's ARN.
    pub serial_number: String,
    /// The seed in base 32, told once by CreateVirtualMFADevice; base 64 of that on the wire.
    pub base32_string_seed: Option<String>,
    /// The seed as a picture to scan, a PNG file; base 64 on the wire.
    pub qr_code_png: Option<Vec<u8>>,
    /// Who holds it.
    pub user: Option<User>,
    /// Since when.
    pub enable_date: Option<Instant>,
    /// The tags.
    pub tags: Vec<Tag>,
}

/// The seed stays out of logs.
impl fmt::Debug for VirtualMFADevice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VirtualMFADevice")
            .field("serial_number", &self.serial_number)
            .field("user", &self.user)
            .field("enable_date", &self.enable_date)
            .finish_non_exhaustive()
    }
}

/// A device that a user holds. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_MFADevice.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MFADevice {
    /// The user; root has no name.
    pub user_name: Option<String>,
    /// The device's ARN.
    pub serial_number: String,
    /// Since when.
    pub enable_date: Instant,
}

/// Answers CreateVirtualMFADevice.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateVirtualMFADevice {
    /// The device made.
    pub virtual_mfa_device: VirtualMFADevice,
}

/// Answers ListMFADevices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListMFADevices {
    /// The devices.
    pub mfa_devices: Vec<MFADevice>,
    /// Where to go on; absent at the end.
    pub marker: Option<String>,
}

/// Answers ListVirtualMFADevices.
#[derive(Debug, Clone, PartialEq)]
pub struct ListVirtualMFADevices {
    /// The devices.
    pub virtual_mfa_devices: Vec<VirtualMFADevice>,
    /// Where to go on; absent at the end.
    pub marker: Option<String>,
}

impl Elements for VirtualMFADevice {
    fn write(&self, xml: &mut Xml<'_>) {
        xml.text("SerialNumber", &self.serial_number);
        if let Some(seed) = &self.base32_string_seed {
            xml.base64("Base32StringSeed", seed.as_bytes());
        }
        if let Some(picture) = &self.qr_code_png {
            xml.base64("QRCodePNG", picture);
        }
        if let Some(user) = &self.user {
            xml.within("User", |xml| user.write(xml));
        }
        xml.instant_if("EnableDate", self.enable_date);
        tag::some(xml, &self.tags);
    }
}

impl Elements for MFADevice {
    fn write(&self, xml: &mut Xml<'_>) {
        xml.text_if("UserName", self.user_name.as_deref());
        xml.text("SerialNumber", &self.serial_number);
        xml.instant("EnableDate", self.enable_date);
    }
}

impl Elements for CreateVirtualMFADevice {
    fn write(&self, xml: &mut Xml<'_>) {
        xml.within("VirtualMFADevice", |xml| self.virtual_mfa_device.write(xml));
    }
}

impl Elements for ListMFADevices {
    fn write(&self, xml: &mut Xml<'_>) {
        page(xml, "MFADevices", &self.mfa_devices, self.marker.as_deref());
    }
}

impl Elements for ListVirtualMFADevices {
    fn write(&self, xml: &mut Xml<'_>) {
        page(xml, "VirtualMFADevices", &self.virtual_mfa_devices, self.marker.as_deref());
    }
}
