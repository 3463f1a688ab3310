//! Rules that several calls share.

use super::Tag;
use crate::shape::{Pattern, Rule, Text};

pub(super) const TAG_KEY: Rule = Rule::text(1, 128, Pattern::TagKey);
pub(super) const TAG_VALUE: Rule = Rule::text(0, 256, Pattern::TagValue);
pub(super) const TAGS: Rule = Rule::list(50, &Rule::Structure(Tag::MEMBERS));
pub(super) const TAG_KEYS: Rule = Rule::list(50, &TAG_KEY);

// IAM's, the same in most of its calls.
pub(super) const ROLE_NAME: Rule = Rule::text(1, 64, Pattern::Name);
/// A user to be made. One that exists may have a longer name.
pub(super) const USER_NAME: Rule = Rule::text(1, 64, Pattern::Name);
pub(super) const EXISTING_USER_NAME: Rule = Rule::text(1, 128, Pattern::Name);
pub(super) const POLICY_NAME: Rule = Rule::text(1, 128, Pattern::Name);
pub(super) const POLICY_DOCUMENT: Rule = Rule::text(1, 131_072, Pattern::Document);
pub(super) const ARN: Rule = Rule::length(20, 2048);
pub(super) const KEY_ID: Rule = Rule::text(16, 128, Pattern::KeyId);
pub(super) const SERIAL_NUMBER: Rule = Rule::text(9, 256, Pattern::DeviceSerial);
pub(super) const PATH: Rule = Rule::text(1, 512, Pattern::Path);
pub(super) const PATH_PREFIX: Rule = Rule::text(1, 512, Pattern::PathPrefix);
pub(super) const POLICY_PATH: Rule = Rule::text(1, 512, Pattern::PolicyPath);
pub(super) const MARKER: Rule = Rule::text(1, 320, Pattern::Marker);
pub(super) const MAX_ITEMS: Rule = Rule::Integer { min: 1, max: 1000 };
pub(super) const ROLE_DESCRIPTION: Rule =
    Rule::Text(Text { min: None, max: Some(1000), pattern: Some(Pattern::Description), one_of: &[] });
pub(super) const MAX_SESSION_DURATION: Rule = Rule::Integer { min: 3600, max: 43200 };
