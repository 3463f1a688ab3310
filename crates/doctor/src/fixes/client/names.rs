//! Names that lead nowhere: the nearest that lead somewhere.

use super::{own, parameter};
use crate::{
    Case,
    edit::{Edit, quoted, setting},
    fixes::{Candidate, Patient},
    run::file_of,
};
use rolecall_clients::{At as ClientAt, Source};
use rolecall_names::AccountId;
use rolecall_world::{FileId, User, World};
use std::ops::Range;

/// So many names are tried.
const NAMES: usize = 3;

pub(super) fn nearest_role(patient: &Patient<'_, '_>, out: &mut Vec<Candidate>) {
    let asked = &patient.hop.hop.role_arn.value;
    let account = rolecall_names::Arn::parse(asked).ok().and_then(|arn| arn.account_id());
    let mut arns = role_arns(patient.world(), patient.case, account);
    arns.sort_by_key(|arn| distance(arn, asked));
    for arn in arns.into_iter().take(NAMES) {
        let edit = parameter(patient, "assume", "role_arn", &quoted(&arn), &arn);
        own(patient, "name-the-role", &format!("Name a role that is there: {arn}."), vec![edit], 10, out);
    }
}

fn role_arns(world: &World, case: &Case<'_>, account: Option<AccountId>) -> Vec<String> {
    let roles = world.roles.iter().map(|role| &role.entity).filter(|entity| Some(entity.account.value) == account);
    let arn = |entity: &rolecall_world::Entity| {
        let partition = case.directory.account(entity.account.value)?.partition();
        Some(rolecall_names::role_arn(partition, entity.account.value, &entity.path, &entity.name))
    };
    roles.filter_map(arn).collect()
}

/// How far two texts are from each other: letters that have to be changed, added or taken away.
pub(super) fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().take(512).collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, letter) in one.chars().take(512).enumerate() {
        let mut diagonal = index;
        let mut left = index + 1;
        let mut next = vec![left];
        for (above, known) in row.iter().skip(1).zip(&other) {
            let cost = diagonal + usize::from(*known != letter);
            left = cost.min(above + 1).min(left + 1);
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

/// A key that is known, and the secret that belongs to it.
pub(super) fn keys(patient: &Patient<'_, '_>, out: &mut Vec<Candidate>) {
    let Ok(plan) = &patient.run.plan else { return };
    let Source::StaticKeys { access_key_id, .. } = &plan.start else { return };
    let world = patient.world();
    let Some(file) = file_of(patient.run.call, access_key_id.at) else { return };
    let (ClientAt::Config(span) | ClientAt::Credentials(span)) = access_key_id.at else { return };
    let section = Section { world, file, place: span.start as usize };
    let Some(secret) = section.setting("aws_secret_access_key") else { return };
    let held = world.files.text(file).get(secret.clone()).unwrap_or_default();
    if let Some(user) = patient.case.user_by_key(&access_key_id.value)
        && let Some(key) = &user.access_key
    {
        let edits = vec![section.replaced(secret, key.secret.reveal())];
        let text = format!("Give {} the secret access key that belongs to it.", access_key_id.value);
        own(patient, "right-secret", &text, edits, 10, out);
        return;
    }
    // Whose secret it is holds the key as well; else any user's that is nearly the same.
    let mut users: Vec<&User> = world.users.iter().filter(|user| user.access_key.is_some()).collect();
    let id = |user: &User| user.access_key.as_ref().map_or_else(String::new, |key| key.id.value.to_string());
    let has = |user: &User| user.access_key.as_ref().is_some_and(|key| key.secret.reveal() == held);
    users.sort_by_cached_key(|user| (!has(user), distance(&id(user), &access_key_id.value)));
    for user in users.into_iter().take(NAMES) {
        let Some(key) = &user.access_key else { continue };
        let mut edits = Vec::new();
        edits.extend(section.setting("aws_access_key_id").map(|range| section.replaced(range, key.id.value.as_str())));
        if !has(user) {
            edits.push(section.replaced(secret.clone(), key.secret.reveal()));
        }
        let text = format!("Use the access key of {}: {}.", &**user.entity.name, key.id.value);
        own(patient, "known-key", &text, edits, 20, out);
    }
}

/// A section of a client's file.
struct Section<'w> {
    world: &'w World,
    file: FileId,
    place: usize,
}

impl Section<'_> {
    fn setting(&self, key: &str) -> Option<Range<usize>> {
        setting(self.world.files.text(self.file), self.place, key)
    }

    fn replaced(&self, span: Range<usize>, new: &str) -> Edit {
        Edit { file: self.world.files.path(self.file).to_owned(), span, new: new.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_differ_by_a_letter_are_near() {
        for (one, other, expected) in
            [("role-b", "role-b", 0), ("role-b", "role-c", 1), ("", "abc", 3), ("kitten", "sitting", 3)]
        {
            assert_eq!(distance(one, other), expected);
        }
    }
}
