//! Roles and users.

use crate::policies::policy;
use crate::reader::{Fields, Item, Reader, account, checked, integer, table_of, tables, told};
use crate::{AccessKey, Device, Entity, Expected, Kind, Located, Policy, ProblemKind, Role, User, derived_id};
use rolecall_directory::{Secret, Tag};
use rolecall_names::{AccessKeyId, AccountId, Arn, IdKind, UniqueId};
use rolecall_policy::Kind as DocumentKind;
use std::sync::Arc;

/// Source: IAM User Guide, "IAM and AWS STS quotas".
const MAX_TAGS: usize = 50;

/// Inline policies have no quota of their own, only their size together.
const MAX_POLICIES: usize = 1000;

/// Source: IAM API Reference, `CreateRole`, `MaxSessionDuration`.
const SESSION_DURATION: (i64, i64, u32) = (3600, 43_200, 3600);

/// `[[role]]`
pub(super) fn roles(reader: &mut Reader<'_>, document: &mut Fields<'_>) -> Vec<Role> {
    tables(reader, document, "role", |reader, fields| {
        let entity = entity(reader, fields, Kind::Role);
        let trust = fields.need(reader, "trust", policy(DocumentKind::Trust));
        let (least, most, default) = SESSION_DURATION;
        let max_session_duration = fields
            .maybe(reader, "max_session_duration", integer(least, most))
            .and_then(|seconds| u32::try_from(seconds.value).ok())
            .unwrap_or(default);
        Some(Role { entity: entity?, trust: trust?.value, max_session_duration })
    })
}

/// `[[user]]`
pub(super) fn users(reader: &mut Reader<'_>, document: &mut Fields<'_>) -> Vec<User> {
    tables(reader, document, "user", |reader, fields| {
        let entity = entity(reader, fields, Kind::User);
        let access_key = fields.maybe(reader, "access_key", access_key);
        let account = entity.as_ref().map(|entity| entity.account.value);
        let mfa = fields.maybe(reader, "mfa", |reader, item| device(reader, item, account));
        Some(User { entity: entity?, access_key: access_key.map(|key| key.value), mfa: mfa.map(|device| device.value) })
    })
}

fn entity(reader: &mut Reader<'_>, fields: &mut Fields<'_>, kind: Kind) -> Option<Entity> {
    let (id_kind, id_expected) = match kind {
        Kind::User => (IdKind::User, Expected::UserId),
        _ => (IdKind::Role, Expected::RoleId),
    };
    let account = fields.need(reader, "account", account);
    let name = fields.need(reader, "name", checked(Expected::Name, is_name));
    let path = fields.maybe(reader, "path", checked(Expected::Path, is_path));
    let given = fields.maybe(reader, "id", told(id_expected, |text| id_of(id_kind, text)));
    let tags = tags(reader, fields);
    let policies = fields.list(reader, "policies", MAX_POLICIES, policy(DocumentKind::Identity));
    let boundary = fields.maybe(reader, "permissions_boundary", policy(DocumentKind::Boundary));

    let policies: Vec<Policy> = policies.into_iter().map(|policy| policy.value).collect();
    for (index, policy) in policies.iter().enumerate() {
        if let Some(first) = policies.iter().take(index).find(|first| first.name == policy.name) {
            reader.duplicate(Kind::Policy, policy.at, first.at);
        }
    }
    let (account, name) = (account?, name?);
    // IAM User Guide, "IAM and AWS STS quotas": names are unique without regard to case.
    if let Some(first) = reader.names.once(kind, &format!("{}/{}", account.value, name.to_ascii_lowercase()), name.at) {
        reader.duplicate(kind, name.at, first);
    }
    let path: Arc<str> = path.map_or_else(|| "/".into(), |path| Arc::from(path.value));
    let id = given.as_ref().map_or_else(|| derived_id(id_kind, account.value, &path, &name), |id| id.value);
    let id_at = given.map(|id| id.at);
    if let Some(first) = reader.names.once(Kind::UniqueId, id.as_str(), id_at.unwrap_or(name.at)) {
        reader.duplicate(Kind::UniqueId, id_at.unwrap_or(name.at), first);
    }
    let name = Located { value: Arc::from(name.value), at: name.at };
    let boundary = boundary.map(|boundary| boundary.value);
    Some(Entity { account, name, path, id, id_at, tags, policies, boundary, at: fields.at() })
}

/// `tags`, a table from keys to values; keys are unique without regard to case.
pub(super) fn tags(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Vec<Tag> {
    let pairs = fields.map(reader, "tags", MAX_TAGS, checked(Expected::Tag, |value| is_tag(value, 0, 256)));
    let mut tags: Vec<Tag> = Vec::with_capacity(pairs.len());
    for (index, (key, value)) in pairs.iter().enumerate() {
        if !is_tag(key, 1, 128) {
            reader.fault(key.at, ProblemKind::Unexpected(Expected::Tag));
        }
        if let Some((first, _)) = pairs.iter().take(index).find(|(first, _)| first.eq_ignore_ascii_case(key)) {
            reader.duplicate(Kind::Tag, key.at, first.at);
        }
        tags.push(Tag { key: (&*key.value).into(), value: (&*value.value).into() });
    }
    tags
}

fn access_key(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<AccessKey> {
    let mut fields = table_of(reader, item)?;
    let id = fields.need(
        reader,
        "id",
        told(Expected::AccessKeyId, |text| text.parse().ok().filter(|id: &AccessKeyId| !id.is_temporary())),
    );
    let secret = fields.need(
        reader,
        "secret",
        told(Expected::Secret, |text| is_secret(text).then(|| Secret::new(text.to_owned()))),
    );
    fields.finish(reader);
    let (id, secret) = (id?, secret?.value);
    if let Some(first) = reader.names.once(Kind::AccessKey, id.value.as_str(), id.at) {
        reader.duplicate(Kind::AccessKey, id.at, first);
    }
    Some(AccessKey { id, secret })
}

fn device(reader: &mut Reader<'_>, item: &Item<'_>, account: Option<AccountId>) -> Option<Device> {
    let mut fields = table_of(reader, item)?;
    let serial = fields.need(reader, "serial", checked(Expected::MfaSerial, |text| is_serial(text, account)));
    let seed =
        fields.need(reader, "seed", told(Expected::Seed, |text| is_seed(text).then(|| Secret::new(text.to_owned()))));
    fields.finish(reader);
    let (serial, seed) = (serial?, seed?.value);
    if let Some(first) = reader.names.once(Kind::Device, &serial, serial.at) {
        reader.duplicate(Kind::Device, serial.at, first);
    }
    Some(Device { serial, seed })
}

fn id_of(kind: IdKind, text: &str) -> Option<UniqueId> {
    text.parse().ok().filter(|id: &UniqueId| id.kind() == Some(kind))
}

/// Source: IAM API Reference, `CreateRole`, `RoleName`.
pub(super) fn is_name(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_+=,.@-".contains(&b))
}

/// Source: IAM API Reference, `CreateRole`, `Path`.
fn is_path(text: &str) -> bool {
    let printable = text.bytes().all(|b| (0x21..=0x7e).contains(&b));
    let wrapped = text.len() > 2 && text.starts_with('/') && text.ends_with('/');
    text.len() <= 512 && printable && (text == "/" || wrapped)
}

/// Source: IAM API Reference, `Tag`, patterns of `Key` and `Value`: letters, separators, numbers and `_.:/=+-@`.
fn is_tag(text: &str, least: usize, most: usize) -> bool {
    let count = text.chars().count();
    (least..=most).contains(&count)
        && text.chars().all(|c| {
            c.is_alphanumeric() || c == ' ' || (c.is_whitespace() && !c.is_control()) || "_.:/=+-@".contains(c)
        })
}

fn is_secret(text: &str) -> bool {
    (16..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
}

fn is_seed(text: &str) -> bool {
    (16..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_uppercase() || (b'2'..=b'7').contains(&b))
}

/// A device of `account`; of any when the account itself is at fault.
fn is_serial(text: &str, account: Option<AccountId>) -> bool {
    let Ok(arn) = Arn::parse(text) else { return false };
    let named = arn.kind_path_name().is_some_and(|(kind, _, name)| kind == "mfa" && is_name(name));
    let held = arn.account_id().is_some_and(|id| account.is_none_or(|account| account == id));
    arn.service == "iam" && arn.region.is_empty() && named && held && text.len() <= 256
}
