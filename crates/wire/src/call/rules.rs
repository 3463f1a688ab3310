//! Rules that several calls share, named as the service models name their shapes.

use super::Tag;
use crate::shape::{Pattern, Rule};

pub(super) const TAG_KEY: Rule = Rule::text(1, 128, Pattern::TagKey);
pub(super) const TAG_VALUE: Rule = Rule::text(0, 256, Pattern::TagValue);
pub(super) const TAGS: Rule = Rule::list(50, &Rule::Structure(Tag::MEMBERS));
pub(super) const TAG_KEYS: Rule = Rule::list(50, &TAG_KEY);
