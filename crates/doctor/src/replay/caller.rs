//! Who made a recorded call, looked up in the world.

use super::{Note, ReplayError};
use crate::{
    Case,
    record::{Identity, Record, Source},
    run::{RecordedCaller, RecordedHolder, SessionTold},
};
use rolecall_names::{AccountId, Arn, UniqueId};
use rolecall_world::{Entity, World};
use std::collections::HashSet;

/// The caller, as the world knows it.
pub(super) fn caller(case: &Case<'_>, record: &Record, notes: &mut Vec<Note>) -> Result<RecordedCaller, ReplayError> {
    let identity = &record.identity;
    if let Some(service) = identity.invoked_by.as_deref().filter(|_| identity.arn.is_none()) {
        return Err(ReplayError::Service { service: service.into() });
    }
    let holder = match &*identity.kind {
        "AssumedRole" => role(case, identity, notes)?,
        "IAMUser" => user(case, identity, notes)?,
        "AWSAccount" => return foreign(case, record, notes),
        "Root" => {
            let account = identity.account.ok_or(ReplayError::Identity { missing: "accountId" })?;
            return Err(ReplayError::Root { account });
        }
        "AWSService" => {
            let service = identity.invoked_by.clone().unwrap_or_else(|| record.source.to_string().into());
            return Err(ReplayError::Service { service });
        }
        kind => return Err(ReplayError::Kind { kind: kind.into() }),
    };
    if let Source::Service(service) = &record.source {
        return Err(ReplayError::Service { service: service.clone() });
    }
    let account = account_of(identity)?;
    let temporary = identity.session.is_some() || identity.kind.as_ref() == "AssumedRole";
    Ok(RecordedCaller { account, holder, session: temporary.then(|| told(record)) })
}

fn account_of(identity: &Identity) -> Result<AccountId, ReplayError> {
    let of_arn = identity.arn.as_deref().and_then(|arn| Arn::parse(arn).ok()?.account_id());
    of_arn.or(identity.account).ok_or(ReplayError::Identity { missing: "accountId" })
}

/// What the record tells of the session: its tags are those that it hands on, others are in no record.
fn told(record: &Record) -> SessionTold {
    let session = record.identity.session.as_ref();
    let tags = record.request.iter().flat_map(|request| &request.incoming_tags);
    SessionTold {
        created: session.and_then(|session| session.created),
        mfa: session.and_then(|session| session.mfa).unwrap_or(false),
        source_identity: session.and_then(|session| session.source_identity.as_deref()).map(Into::into),
        tags: tags.map(|tag| rolecall_directory::Tag { key: (*tag.key).into(), value: (*tag.value).into() }).collect(),
    }
}

fn role(case: &Case<'_>, identity: &Identity, notes: &mut Vec<Note>) -> Result<RecordedHolder, ReplayError> {
    let arn = identity.arn.as_deref().ok_or(ReplayError::Identity { missing: "arn" })?;
    let account = account_of(identity)?;
    held(case, "the caller", account)?;
    // arn:aws:sts::111111111111:assumed-role/role-a/session
    let missing = || ReplayError::Identity { missing: "arn of a role's session" };
    let parsed = Arn::parse(arn).map_err(|_| missing())?;
    let mut parts = parsed.resource.split('/');
    let (Some("assumed-role"), Some(name), Some(session_name)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(missing());
    };
    let issuer = identity.session.as_ref().and_then(|session| session.issuer.as_ref());
    let issuer_arn = issuer.and_then(|issuer| issuer.arn.as_deref());
    let Some(role) = case.role(account, name) else {
        let whole = issuer_arn.map_or_else(|| arn.to_owned(), str::to_owned);
        let roles = case.world.roles.iter().map(|role| &role.entity);
        let add = role_table(case, account, name, path_of(&whole));
        return Err(ReplayError::Entity {
            who: "the caller",
            arn: whole.into(),
            nearest: nearest(roles, account, name),
            add: add.into(),
        });
    };
    let id = identity.principal_id.as_deref().and_then(|id| id.split(':').next());
    other_id(case.world, &role.entity, "role", id, notes);
    Ok(RecordedHolder::Role { role: (*role.entity.name.value).into(), session_name: session_name.into() })
}

fn user(case: &Case<'_>, identity: &Identity, notes: &mut Vec<Note>) -> Result<RecordedHolder, ReplayError> {
    let arn = identity.arn.as_deref().ok_or(ReplayError::Identity { missing: "arn" })?;
    let account = account_of(identity)?;
    held(case, "the caller", account)?;
    let parsed = Arn::parse(arn).ok().and_then(|arn| arn.kind_path_name());
    let Some(("user", path, name)) = parsed else {
        return Err(ReplayError::Identity { missing: "arn of a user" });
    };
    let users = || case.world.users.iter().map(|user| &user.entity);
    let same = |entity: &&Entity| {
        entity.account.value == account && entity.name.eq_ignore_ascii_case(name) && &*entity.path == path
    };
    let Some(entity) = users().find(same) else {
        let path = if path == "/" { String::new() } else { format!("path = \"{path}\"\n") };
        let account_name = case.account_name(account);
        return Err(ReplayError::Entity {
            who: "the caller",
            arn: arn.into(),
            nearest: nearest(users(), account, name),
            add: format!("[[user]]\naccount = \"{account_name}\"\nname = \"{name}\"\n{path}policies = []\n").into(),
        });
    };
    other_id(case.world, entity, "user", identity.principal_id.as_deref(), notes);
    Ok(RecordedHolder::User(entity.id))
}

/// The caller of a record in the role's account, by its id alone.
fn foreign(case: &Case<'_>, record: &Record, notes: &mut Vec<Note>) -> Result<RecordedCaller, ReplayError> {
    let identity = &record.identity;
    let principal = identity.principal_id.as_deref().ok_or(ReplayError::Identity { missing: "principalId" })?;
    let account = identity.account.ok_or(ReplayError::Identity { missing: "accountId" })?;
    held(case, "the caller", account)?;
    let (id, session_name) = match principal.split_once(':') {
        Some((id, name)) => (id, Some(name)),
        None => (principal, None),
    };
    let known: Option<UniqueId> = id.parse().ok();
    let role = case.world.roles.iter().map(|role| &role.entity).find(|entity| Some(entity.id) == known);
    let user = case.world.users.iter().map(|user| &user.entity).find(|entity| Some(entity.id) == known);
    let holder = match (role, session_name, user) {
        (Some(entity), Some(name), _) => {
            RecordedHolder::Role { role: (*entity.name.value).into(), session_name: name.into() }
        }
        (_, None, Some(entity)) => RecordedHolder::User(entity.id),
        _ => {
            let table = if session_name.is_some() { "role" } else { "user" };
            let entities: Vec<&Entity> = match session_name {
                Some(_) => case.world.roles.iter().map(|role| &role.entity).collect(),
                None => case.world.users.iter().map(|user| &user.entity).collect(),
            };
            let of_account = entities.into_iter().filter(|entity| entity.account.value == account);
            let names: Vec<&str> = of_account.map(|entity| &*entity.name.value).take(8).collect();
            let which = if names.is_empty() { String::new() } else { format!(" # {}?", names.join(", ")) };
            let account_name = case.account_name(account);
            let add = format!("[[{table}]]\naccount = \"{account_name}\"\nname = \"…\"{which}\nid = \"{id}\"\n");
            return Err(ReplayError::Foreign { principal: principal.into(), account, add: add.into() });
        }
    };
    notes.push(Note {
        id: "record-of-the-roles-account",
        text: "This is the record that the role's account keeps. It tells neither whether the caller's session began with \
               MFA nor its source identity; the caller's own record does."
            .to_owned(),
    });
    let session = session_name.is_some().then(|| told(record));
    Ok(RecordedCaller { account, holder, session })
}

/// An account must be held.
pub(super) fn held(case: &Case<'_>, who: &'static str, account: AccountId) -> Result<(), ReplayError> {
    if case.world.accounts.iter().any(|known| known.id.value == account) {
        return Ok(());
    }
    let add = format!("[accounts.{}]\nid = \"{account}\"\n", if who == "the caller" { "caller" } else { "other" });
    Err(ReplayError::Account { who, account, add: add.into() })
}

/// The table of a role that is missing.
pub(super) fn role_table(case: &Case<'_>, account: AccountId, name: &str, path: Option<String>) -> String {
    let path = path.filter(|path| path != "/").map_or_else(String::new, |path| format!("path = \"{path}\"\n"));
    let account = case.account_name(account);
    format!(
        "[[role]]\naccount = \"{account}\"\nname = \"{name}\"\n{path}trust = \"{name}.trust.json\"\npolicies = []\n"
    )
}

pub(super) fn path_of(arn: &str) -> Option<String> {
    Arn::parse(arn).ok()?.kind_path_name().map(|(_, path, _)| path.to_owned())
}

/// The entity of that account whose name shares the most with `name`, where any does.
pub(super) fn nearest<'e>(
    entities: impl Iterator<Item = &'e Entity>,
    account: AccountId,
    name: &str,
) -> Option<Box<str>> {
    let pairs = |text: &str| -> HashSet<(char, char)> {
        let lower = text.to_lowercase();
        lower.chars().zip(lower.chars().skip(1)).collect()
    };
    let wanted = pairs(name);
    let shared = |entity: &Entity| pairs(&entity.name).intersection(&wanted).count();
    let found = entities.filter(|entity| entity.account.value == account).max_by_key(|entity| shared(entity))?;
    (shared(found) * 2 > wanted.len()).then(|| (*found.name.value).into())
}

/// Says so where the world has another unique id: conditions on `aws:userid` name it.
fn other_id(world: &World, entity: &Entity, table: &'static str, id: Option<&str>, notes: &mut Vec<Note>) {
    let Some(id) = id.filter(|id| id.len() > 4 && *id != entity.id.as_str()) else { return };
    let used = world.roles.iter().any(|role| role.trust.text.as_str().contains(id));
    if entity.id_at.is_some() || used {
        notes.push(Note {
            id: "other-unique-id",
            text: format!(
                "The record has the unique id {id} for the {table} {}, and this world {}: conditions on aws:userid may come \
                 out differently. Say `id = \"{id}\"` in its table.",
                &*entity.name.value, entity.id
            ),
        });
    }
}
