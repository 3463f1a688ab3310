//! What most IAM operations need: tags, pages, policies by their ARNs, AWS's sentences.
//!
//! The sentences in this folder are those recorded from AWS in February and March 2026 (the snapshots beside the
//! tests of localstack's IAM, `tests/aws/services/iam/`), unless another source stands beside them.

use crate::managed::{self, Managed};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rolecall_directory::{Account, PolicyText, Tag};
use rolecall_names::Arn;
use rolecall_policy::{Entry, Key, Kind, Values, check, keys};
use rolecall_wire::{Fault, FaultCode, call};

/// How many items a page holds when the call does not say.
///
/// Source: IAM API Reference, `MaxItems` of every list operation.
pub(super) const PAGE: i32 = 100;

/// The default path.
pub(super) const ROOT_PATH: &str = "/";

/// `NoSuchEntity`, 404.
pub(super) fn no_such(text: String) -> Fault {
    Fault::new(FaultCode::NoSuchEntity, text)
}

/// `EntityAlreadyExists`, 409.
pub(super) fn exists(text: String) -> Fault {
    Fault::new(FaultCode::EntityAlreadyExists, text)
}

/// `DeleteConflict`, 409: what must go first.
pub(super) fn conflict(first: &'static str) -> Fault {
    Fault::new(FaultCode::DeleteConflict, first)
}

/// `aws:ResourceTag/…` and `iam:ResourceTag/…`.
pub(super) fn resource_tags(tags: &[Tag]) -> impl Iterator<Item = Entry<'_>> {
    tags.iter()
        .flat_map(|tag| [keys::RESOURCE_TAG, keys::IAM_RESOURCE_TAG].map(|key| (Key::tag(key, &tag.key), tag)))
        .map(|(key, tag)| (key, Values::One(&tag.value)))
}

/// The keys of the tags that a call passes, for `aws:TagKeys`.
pub(super) fn tag_keys(tags: &[call::Tag]) -> Vec<&str> {
    tags.iter().map(|tag| &*tag.key).collect()
}

/// `aws:RequestTag/…` of the tags that a call passes, and `aws:TagKeys`, which [`tag_keys`] made.
pub(super) fn request_tags<'a>(tags: &'a [call::Tag], tag_keys: &'a [&'a str]) -> Vec<Entry<'a>> {
    let values = tags.iter().map(|tag| (Key::tag(keys::REQUEST_TAG, &tag.key), Values::One(&tag.value)));
    let keys = (!tag_keys.is_empty()).then_some((keys::TAG_KEYS, Values::Many(tag_keys)));
    values.chain(keys).collect()
}

/// Tags as replies show them.
pub(super) fn shown_tags(tags: &[Tag]) -> Vec<call::Tag> {
    tags.iter().map(|tag| call::Tag { key: tag.key.to_string(), value: tag.value.to_string() }).collect()
}

/// Where a page begins: what the page before left in its marker.
pub(super) fn after(marker: Option<&str>) -> Result<Option<String>, Fault> {
    let Some(marker) = marker else { return Ok(None) };
    let name = URL_SAFE_NO_PAD.decode(marker).ok().and_then(|name| String::from_utf8(name).ok());
    name.map(Some).ok_or_else(invalid_marker)
}

pub(super) fn invalid_marker() -> Fault {
    Fault::new(FaultCode::ValidationError, "Invalid Marker.")
}

/// The first items of `all`, at most as many as asked for, and the marker behind them where more follow: the name
/// of the last one, which must leave the marker within the 320 characters that one may have.
pub(super) fn page<T, N: AsRef<[u8]>>(
    mut all: impl Iterator<Item = T>,
    max_items: Option<i32>,
    name: impl Fn(&T) -> N,
) -> (Vec<T>, Option<String>) {
    let limit = usize::try_from(max_items.unwrap_or(PAGE)).unwrap_or(0);
    let items: Vec<T> = all.by_ref().take(limit).collect();
    let more = all.next().is_some();
    let marker = items.last().filter(|_| more).map(|last| URL_SAFE_NO_PAD.encode(name(last)));
    (items, marker)
}

/// Whether `arn` can be a policy's ARN.
pub(super) fn valid_policy_arn(arn: &str) -> Result<(), Fault> {
    let refused = |code| Err(Fault::new(code, format!("ARN {arn} is not valid.")));
    match Arn::parse(arn) {
        Err(_) => refused(FaultCode::ValidationError),
        Ok(parts) if parts.service != "iam" || !parts.resource.starts_with("policy/") => {
            refused(FaultCode::InvalidInput)
        }
        Ok(_) => Ok(()),
    }
}

/// AWS's own policy with that ARN, in the account's partition.
pub(super) fn aws_policy(account: &Account, arn: &str) -> Option<&'static Managed> {
    managed::find(arn).filter(|policy| policy.arn(account.partition()) == arn)
}

/// Whether there is a managed policy with that ARN: one of the account's, or one of AWS's.
pub(super) fn attachable(account: &Account, arn: &str) -> bool {
    account.policy_by_arn(arn).is_some() || aws_policy(account, arn).is_some()
}

/// A document that is to be saved with permissions in it.
///
/// # Errors
/// `MalformedPolicyDocument` in AWS's words.
pub(super) fn checked_identity(text: &str) -> Result<PolicyText, Fault> {
    check(Kind::Identity, text)
        .map_err(|malformed| Fault::new(FaultCode::MalformedPolicyDocument, malformed.aws_message(text)))?;
    Ok(PolicyText::new(text))
}
