//! Tags of roles, users, policies and MFA devices.

use super::{
    Task,
    entity::{At, Entity},
    quota, shared,
};
use rolecall_directory::Tag;
use rolecall_policy::{Values, keys};
use rolecall_wire::{Fault, FaultCode, call};

/// Adds tags, each in the place of the one with its key.
pub(crate) fn put<'t, E: Entity + 't>(task: &mut Task<'t>, handle: &'t str, given: &[call::Tag]) -> Result<(), Fault> {
    let tag_keys = shared::tag_keys(given);
    let facts = shared::request_tags(given, &tag_keys);
    let (permit, found) = At::<E>::of(task, handle).changeable(task, &facts)?;
    let given = kept::<E>(given)?;
    let mut entity = E::clone(found);
    entity.tags_mut().retain(|held| !given.iter().any(|tag| same::<E>(&tag.key, &held.key)));
    entity.tags_mut().extend(given);
    if entity.tags().len() > quota::TAGS {
        // Text: what several who compared themselves with AWS answer, none of them with a record of it.
        return Err(Fault::new(FaultCode::LimitExceeded, "The number of tags has reached the maximum limit."));
    }
    task.change(&permit, entity.put(task.account.id()));
    Ok(())
}

/// Removes tags; a key that no tag has is passed over.
pub(crate) fn remove<'t, E: Entity + 't>(task: &mut Task<'t>, handle: &'t str, gone: &[String]) -> Result<(), Fault> {
    let tag_keys: Vec<&str> = gone.iter().map(|key| &**key).collect();
    let facts = [(keys::TAG_KEYS, Values::Many(&tag_keys))];
    let (permit, found) = At::<E>::of(task, handle).changeable(task, &facts)?;
    let mut entity = E::clone(found);
    entity.tags_mut().retain(|held| !gone.iter().any(|key| same::<E>(key, &held.key)));
    task.change(&permit, entity.put(task.account.id()));
    Ok(())
}

/// The tags in the order of their keys, and the marker of the next page.
pub(crate) fn list<'t, E: Entity + 't>(
    task: &Task<'t>,
    handle: &'t str,
    marker: Option<&str>,
    max_items: Option<i32>,
) -> Result<(Vec<call::Tag>, Option<String>), Fault> {
    let (_, found) = At::<E>::of(task, handle).permitted(task, &[])?;
    // A key may be longer than a marker, so that a marker holds how many tags went before.
    let before = match shared::after(marker)? {
        Some(count) => count.parse().map_err(|_| shared::invalid_marker())?,
        None => 0,
    };
    let mut tags = shared::shown_tags(found.tags());
    tags.sort_by(|one, other| one.key.cmp(&other.key));
    let behind = tags.into_iter().enumerate().skip(before);
    let (page, marker) = shared::page(behind, max_items, |(place, _)| (place + 1).to_string());
    Ok((page.into_iter().map(|(_, tag)| tag).collect(), marker))
}

/// Tags as they are kept; a key given twice is refused.
pub(super) fn kept<E: Entity>(given: &[call::Tag]) -> Result<Vec<Tag>, Fault> {
    for (place, tag) in given.iter().enumerate() {
        if given.iter().skip(place + 1).any(|other| same::<E>(&other.key, &tag.key)) {
            let text = match E::FOLDS_TAG_KEYS {
                true => "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
                false => "Duplicate tag keys found.",
            };
            return Err(Fault::new(FaultCode::InvalidInput, text));
        }
    }
    Ok(given.iter().map(|tag| Tag { key: (&*tag.key).into(), value: (&*tag.value).into() }).collect())
}

fn same<E: Entity>(one: &str, other: &str) -> bool {
    if E::FOLDS_TAG_KEYS { one.eq_ignore_ascii_case(other) } else { one == other }
}
