//! What most IAM operations need: the account's things by name, pages, tags, AWS's sentences.

use crate::{managed, pipeline::Work};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rolecall_directory::{Account, Role, Tag, User};
use rolecall_names::{role_arn, user_arn};
use rolecall_policy::{Entry, Key, Values, keys};
use rolecall_wire::{Fault, FaultCode, call};
use std::sync::Arc;

/// How many items a page holds when the call does not say.
///
/// Source: IAM API Reference, `MaxItems` of every list operation.
const PAGE: i32 = 100;

/// The default path.
pub(super) const ROOT_PATH: &str = "/";

/// A role that may or may not be there, and the ARN under which permission is asked for it.
pub(super) struct RoleAt<'a> {
    pub(super) arn: String,
    found: Option<&'a Arc<Role>>,
    name: &'a str,
}

impl<'a> RoleAt<'a> {
    pub(super) fn named(work: &Work<'a>, name: &'a str) -> Result<Self, Fault> {
        let account = work.account()?;
        let found = account.role(name);
        let arn = match found {
            Some(role) => role.arn(account.partition(), account.id()),
            None => role_arn(account.partition(), account.id(), ROOT_PATH, name),
        };
        Ok(Self { arn, found, name })
    }

    /// The role, or AWS's word that there is none. Asked for only after permission was.
    pub(super) fn found(&self) -> Result<&'a Arc<Role>, Fault> {
        self.found.ok_or_else(|| no_such(format!("The role with name {} cannot be found.", self.name)))
    }

    /// The role's tags, as policies can ask about them.
    pub(super) fn tag_facts(&self) -> Vec<Entry<'a>> {
        self.found.map_or_else(Vec::new, |role| resource_tags(&role.tags))
    }
}

/// A user that may or may not be there, and the ARN under which permission is asked for it.
pub(super) struct UserAt<'a> {
    pub(super) arn: String,
    found: Option<&'a Arc<User>>,
    name: &'a str,
}

impl<'a> UserAt<'a> {
    pub(super) fn named(work: &Work<'a>, name: &'a str) -> Result<Self, Fault> {
        let account = work.account()?;
        let found = account.user(name);
        let arn = match found {
            Some(user) => user.arn(account.partition(), account.id()),
            None => user_arn(account.partition(), account.id(), ROOT_PATH, name),
        };
        Ok(Self { arn, found, name })
    }

    /// The user, or AWS's word that there is none. Asked for only after permission was.
    pub(super) fn found(&self) -> Result<&'a Arc<User>, Fault> {
        self.found.ok_or_else(|| no_such(format!("The user with name {} cannot be found.", self.name)))
    }

    /// The user's tags, as policies can ask about them.
    pub(super) fn tag_facts(&self) -> Vec<Entry<'a>> {
        self.found.map_or_else(Vec::new, |user| resource_tags(&user.tags))
    }
}

/// `NoSuchEntity`, 404.
pub(super) fn no_such(text: String) -> Fault {
    Fault::new(FaultCode::NoSuchEntity, text)
}

/// `aws:ResourceTag/…` and `iam:ResourceTag/…`.
pub(super) fn resource_tags(tags: &[Tag]) -> Vec<Entry<'_>> {
    tags.iter()
        .flat_map(|tag| [keys::RESOURCE_TAG, keys::IAM_RESOURCE_TAG].map(|key| (Key::tag(key, &tag.key), tag)))
        .map(|(key, tag)| (key, Values::One(&tag.value)))
        .collect()
}

/// `aws:RequestTag/…` of the tags that a call passes.
pub(super) fn request_tags(tags: &[call::Tag]) -> impl Iterator<Item = Entry<'_>> {
    tags.iter().map(|tag| (Key::tag(keys::REQUEST_TAG, &tag.key), Values::One(&tag.value)))
}

/// The keys of the tags that a call passes, for `aws:TagKeys`.
pub(super) fn tag_keys(tags: &[call::Tag]) -> Vec<&str> {
    tags.iter().map(|tag| &*tag.key).collect()
}

/// Tags as they are kept; keys given twice, in whatever case, are refused.
pub(super) fn kept_tags(tags: &[call::Tag]) -> Result<Vec<Tag>, Fault> {
    for (place, tag) in tags.iter().enumerate() {
        if tags.iter().skip(place + 1).any(|other| other.key.eq_ignore_ascii_case(&tag.key)) {
            let text = "Duplicate tag keys found. Please note that Tag keys are case insensitive.";
            return Err(Fault::new(FaultCode::InvalidInput, text));
        }
    }
    Ok(tags.iter().map(|tag| Tag { key: (&*tag.key).into(), value: (&*tag.value).into() }).collect())
}

/// Tags as replies show them.
pub(super) fn shown_tags(tags: &[Tag]) -> Vec<call::Tag> {
    tags.iter().map(|tag| call::Tag { key: tag.key.to_string(), value: tag.value.to_string() }).collect()
}

/// Where a page begins: the last name of the page before, which is what a marker holds.
pub(super) fn after(marker: Option<&str>) -> Result<Option<String>, Fault> {
    let Some(marker) = marker else { return Ok(None) };
    let name = URL_SAFE_NO_PAD.decode(marker).ok().and_then(|name| String::from_utf8(name).ok());
    name.map(Some).ok_or_else(|| Fault::new(FaultCode::ValidationError, "Invalid Marker."))
}

/// The first items of `all`, at most as many as asked for, and the marker behind them where more follow.
pub(super) fn page<T>(
    all: impl Iterator<Item = T>,
    max_items: Option<i32>,
    name: impl Fn(&T) -> &str,
) -> (Vec<T>, Option<String>) {
    let limit = usize::try_from(max_items.unwrap_or(PAGE)).unwrap_or(0);
    let mut all = all;
    let items: Vec<T> = all.by_ref().take(limit).collect();
    let more = all.next().is_some();
    let marker = items.last().filter(|_| more).map(|last| URL_SAFE_NO_PAD.encode(name(last)));
    (items, marker)
}

/// The managed policy with that ARN: one of the account's, or one of AWS's.
pub(super) fn managed_policy(account: &Account, arn: &str) -> Result<(), Fault> {
    if account.policy_by_arn(arn).is_some() || managed::by_arn(arn).is_some() {
        return Ok(());
    }
    Err(no_such(format!("Policy {arn} does not exist or is not attachable.")))
}
