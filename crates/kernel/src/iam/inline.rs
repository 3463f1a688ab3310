//! Policies that are part of one role or user.

use super::{
    Task,
    entity::{At, Holder},
    quota, shared,
};
use rolecall_wire::{Fault, FaultCode};
use std::ops::Bound::{Excluded, Unbounded};

/// A policy of a role's or user's own, as it is read.
pub(crate) struct Inline {
    pub(crate) holder: String,
    pub(crate) name: String,
    pub(crate) document: String,
}

pub(crate) fn put<'t, H: Holder + 't>(
    task: &mut Task<'t>,
    holder: &'t str,
    name: &str,
    document: &str,
) -> Result<(), Fault> {
    let (permit, found) = At::<H>::of(task, holder).empowerable(task, &[])?;
    let text = shared::checked_identity(document)?;
    let others = found.inline().iter().filter(|(known, _)| &***known != name);
    let total: usize = others.map(|(_, text)| quota::size(text.as_str())).sum::<usize>() + quota::size(document);
    if total > H::INLINE_SIZE {
        let text = format!("Maximum policy size of {} bytes exceeded for {} {}", H::INLINE_SIZE, H::NOUN, found.name());
        return Err(Fault::new(FaultCode::LimitExceeded, text));
    }
    let mut holder = H::clone(found);
    holder.inline_mut().insert(name.into(), text);
    task.change(&permit, holder.put(task.account.id()));
    Ok(())
}

pub(crate) fn get<'t, H: Holder + 't>(task: &Task<'t>, holder: &'t str, name: &str) -> Result<Inline, Fault> {
    let (_, found) = At::<H>::of(task, holder).permitted(task, &[])?;
    let (name, text) = found.inline().get_key_value(name).ok_or_else(|| absent::<H>(name))?;
    Ok(Inline { holder: found.name().to_owned(), name: name.to_string(), document: text.as_str().to_owned() })
}

/// The names of the policies, in their order, and the marker of the next page.
pub(crate) fn list<'t, H: Holder + 't>(
    task: &Task<'t>,
    holder: &'t str,
    marker: Option<&str>,
    max_items: Option<i32>,
) -> Result<(Vec<String>, Option<String>), Fault> {
    let (_, found) = At::<H>::of(task, holder).permitted(task, &[])?;
    let after = shared::after(marker)?;
    let from = after.as_deref().map_or(Unbounded, Excluded);
    let names = found.inline().range::<str, _>((from, Unbounded)).map(|(name, _)| name.to_string());
    Ok(shared::page(names, max_items, String::clone))
}

pub(crate) fn delete<'t, H: Holder + 't>(task: &mut Task<'t>, holder: &'t str, name: &str) -> Result<(), Fault> {
    let (permit, found) = At::<H>::of(task, holder).empowerable(task, &[])?;
    let mut holder = H::clone(found);
    holder.inline_mut().remove(name).ok_or_else(|| absent::<H>(name))?;
    task.change(&permit, holder.put(task.account.id()));
    Ok(())
}

fn absent<H: Holder>(name: &str) -> Fault {
    shared::no_such(format!("The {} policy with name {name} cannot be found.", H::NOUN))
}
