//! Virtual MFA devices.

use super::{
    Task,
    entity::{At, Entity, makeable},
    owner::Owner,
    picture, quota, shared, told,
    user::{root, shown},
};
use crate::mfa;
use rolecall_directory::{Change, KeyOwner, MfaDevice, Origin, Secret, User};
use rolecall_names::{AccountId, Partition};
use rolecall_wire::{Fault, FaultCode, Reply, call, reply};

/// The longest serial number that the calls about a device take.
///
/// Source: IAM API Reference, `EnableMFADevice`, `SerialNumber`.
const SERIAL_CHARS: usize = 256;

pub(crate) fn create(task: &mut Task<'_>, input: &call::CreateVirtualMFADevice) -> Result<Reply, Fault> {
    let account = task.account;
    let path = input.path.as_deref().unwrap_or(shared::ROOT_PATH);
    let serial = format!("{}{path}{}", stem(account.partition(), account.id()), input.virtual_mfa_device_name);
    let (permit, tags) = makeable::<MfaDevice>(task, &serial, &input.tags, None)?;
    if serial.chars().count() > SERIAL_CHARS {
        let text = format!(
            "1 validation error detected: Value at 'serialNumber' failed to satisfy constraint: Member must have \
             length less than or equal to {SERIAL_CHARS}"
        );
        return Err(Fault::new(FaultCode::ValidationError, text));
    }
    if account.device(&serial).is_some() {
        return Err(shared::exists("MFA device already exists.".to_owned()));
    }
    if account.counts().3 >= quota::PER_ACCOUNT {
        return Err(quota::exceeded("MFADevicesPerAccount", quota::PER_ACCOUNT));
    }
    let seed = Secret::new(mfa::encode_seed(&task.work.circumstances.entropy.seed()));
    let address = picture::otpauth(&input.virtual_mfa_device_name, account.id(), seed.reveal());
    let shown = reply::VirtualMFADevice {
        serial_number: serial.clone(),
        base32_string_seed: Some(seed.reveal().to_owned()),
        qr_code_png: Some(picture::png(&address).ok_or_else(|| Fault::from_code(FaultCode::InternalFailure))?),
        user: None,
        enable_date: None,
        tags: input.tags.clone(),
    };
    task.trail.response = Some(told::device(&shown));
    let created = task.work.circumstances.now.whole_seconds();
    let device =
        MfaDevice { serial: serial.into(), seed, created, holder: None, spent_step: 0, origin: Origin::Api, tags };
    task.change(&permit, device.put(account.id()));
    Ok(Reply::CreateVirtualMFADevice(reply::CreateVirtualMFADevice { virtual_mfa_device: shown }))
}

/// Gives a device to a user who shows two codes of it that stand behind each other. Both are spent with that.
pub(crate) fn enable(task: &mut Task<'_>, input: &call::EnableMFADevice) -> Result<Reply, Fault> {
    let account = task.account;
    task.trail.resource(MfaDevice::TYPE, &input.serial_number);
    let (permit, user) = At::<User>::of(task, &input.user_name).changeable(task, &[])?;
    let device = account.device(&input.serial_number).ok_or_else(|| MfaDevice::absent(task, &input.serial_number))?;
    if device.holder.is_some() {
        return Err(shared::exists("MFA Device is already in use.".to_owned()));
    }
    let holder = KeyOwner::User(user.id);
    let held = account.devices(None).filter(|device| is_of(device, holder)).count();
    if held >= quota::DEVICES_PER_USER {
        return Err(quota::exceeded("MFADevicesPerUser", quota::DEVICES_PER_USER));
    }
    let seed = mfa::decode_seed(device.seed.reveal()).unwrap_or_default();
    let now = task.work.circumstances.now;
    let step = mfa::accept_pair(&seed, &input.authentication_code1, &input.authentication_code2, now)
        .filter(|step| *step > device.spent_step);
    let Some(spent_step) = step else {
        // Text: reported by several users of AWS.
        let text = "Authentication code for device is not valid.";
        return Err(Fault::new(FaultCode::InvalidAuthenticationCode, text));
    };
    let holder = Some((holder, now.whole_seconds()));
    let device = MfaDevice { holder, spent_step, ..MfaDevice::clone(device) };
    task.change(&permit, device.put(account.id()));
    Ok(Reply::EnableMFADevice)
}

pub(crate) fn deactivate(task: &mut Task<'_>, input: &call::DeactivateMFADevice) -> Result<Reply, Fault> {
    let account = task.account;
    task.trail.resource(MfaDevice::TYPE, &input.serial_number);
    let (permit, owner) = Owner::permitted(task, input.user_name.as_deref())?;
    let device = account.device(&input.serial_number).filter(|device| is_of(device, owner.key_owner()));
    let device = device.ok_or_else(|| MfaDevice::absent(task, &input.serial_number))?;
    let device = MfaDevice { holder: None, ..MfaDevice::clone(device) };
    task.change(&permit, device.put(account.id()));
    Ok(Reply::DeactivateMFADevice)
}

pub(crate) fn delete(task: &mut Task<'_>, input: &call::DeleteVirtualMFADevice) -> Result<Reply, Fault> {
    let (permit, device) = At::<MfaDevice>::of(task, &input.serial_number).changeable(task, &[])?;
    if device.holder.is_some() {
        // Text: what others who compared themselves with AWS answer.
        return Err(shared::conflict("MFA VirtualDevice in use. Must deactivate first."));
    }
    task.change(&permit, Change::DeleteDevice { account: task.account.id(), serial: device.serial.clone() });
    Ok(Reply::DeleteVirtualMFADevice)
}

/// The devices that somebody holds.
pub(crate) fn list_held(task: &Task<'_>, input: &call::ListMFADevices) -> Result<Reply, Fault> {
    let account = task.account;
    let (_, owner) = Owner::permitted(task, input.user_name.as_deref())?;
    let stem = stem(account.partition(), account.id());
    let after = after(&stem, input.marker.as_deref())?;
    let holder = owner.key_owner();
    let held = account.devices(after.as_deref()).filter(|device| is_of(device, holder));
    let (devices, marker) = shared::page(held, input.max_items, |device| place(&stem, device));
    let mfa_devices = devices
        .into_iter()
        .filter_map(|device| {
            let (_, enable_date) = device.holder?;
            let user_name = owner.name().map(str::to_owned);
            Some(reply::MFADevice { user_name, serial_number: device.serial.to_string(), enable_date })
        })
        .collect();
    Ok(Reply::ListMFADevices(reply::ListMFADevices { mfa_devices, marker }))
}

/// The account's devices with those who hold them; their tags are left out (IAM API Reference, `ListVirtualMFADevices`).
pub(crate) fn list(task: &Task<'_>, input: &call::ListVirtualMFADevices) -> Result<Reply, Fault> {
    let account = task.account;
    let stem = stem(account.partition(), account.id());
    task.ask(&format!("{stem}/"), &[])?;
    let after = after(&stem, input.marker.as_deref())?;
    let wanted = account.devices(after.as_deref()).filter(|device| match input.assignment_status {
        None | Some(call::AssignmentStatus::Any) => true,
        Some(call::AssignmentStatus::Assigned) => device.holder.is_some(),
        Some(call::AssignmentStatus::Unassigned) => device.holder.is_none(),
    });
    let (devices, marker) = shared::page(wanted, input.max_items, |device| place(&stem, device));
    let virtual_mfa_devices = devices
        .into_iter()
        .map(|device| reply::VirtualMFADevice {
            serial_number: device.serial.to_string(),
            base32_string_seed: None,
            qr_code_png: None,
            user: device.holder.and_then(|(holder, _)| holder_shown(task, holder)),
            enable_date: device.holder.map(|(_, since)| since),
            tags: Vec::new(),
        })
        .collect();
    Ok(Reply::ListVirtualMFADevices(reply::ListVirtualMFADevices { virtual_mfa_devices, marker }))
}

fn holder_shown(task: &Task<'_>, holder: KeyOwner) -> Option<reply::User> {
    match holder {
        KeyOwner::Root => Some(root(task)),
        KeyOwner::User(id) => {
            let (_, user) = task.work.sight.directory.user(&id)?;
            Some(reply::User { tags: Vec::new(), permissions_boundary: None, ..shown(task, user) })
        }
    }
}

fn is_of(device: &MfaDevice, owner: KeyOwner) -> bool {
    device.holder.is_some_and(|(holder, _)| holder == owner)
}

/// What the serial numbers of an account's virtual devices begin with.
fn stem(partition: Partition, account: AccountId) -> String {
    format!("arn:{partition}:iam::{account}:mfa")
}

/// A marker has no room for what all serial numbers begin with.
fn place(stem: &str, device: &MfaDevice) -> String {
    device.serial.strip_prefix(stem).unwrap_or(&device.serial).to_owned()
}

fn after(stem: &str, marker: Option<&str>) -> Result<Option<String>, Fault> {
    let place = shared::after(marker)?;
    Ok(place.map(|place| if place.starts_with('/') { format!("{stem}{place}") } else { place }))
}
