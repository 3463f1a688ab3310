//! What only the whole can show: principals that exist, units that form a tree, networks that fit together.

use crate::reader::Reader;
use crate::{At, FileId, Kind, ProblemKind, World};
use rolecall_names::{AccountId, Arn, Partition, role_arn, user_arn};
use rolecall_policy::PrincipalKind;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Notes every fault that no table shows by itself.
pub(super) fn check(reader: &mut Reader<'_>, world: &World) {
    trust(reader, world);
    boundaries(reader, world);
    units(reader, world);
    super::network::contradictions::check(reader, world);
    partitions(reader, world);
    places(reader, world);
    targets(reader, world);
}

/// The ARN of every role and user with its unique id, as trust policies are saved by.
pub(crate) fn entities(world: &World) -> HashMap<String, rolecall_names::UniqueId> {
    let partitions = partitions_of(world);
    let partition = |account: AccountId| partitions.get(&account).copied().unwrap_or(Partition::Aws);
    let roles = world.roles.iter().map(|role| &role.entity).map(|role| {
        let account = role.account.value;
        (role_arn(partition(account), account, &role.path, &role.name), role.id)
    });
    let users = world.users.iter().map(|user| &user.entity).map(|user| {
        let account = user.account.value;
        (user_arn(partition(account), account, &user.path, &user.name), user.id)
    });
    roles.chain(users).collect()
}

pub(crate) fn partitions_of(world: &World) -> BTreeMap<AccountId, Partition> {
    world.accounts.iter().map(|account| (account.id.value, account.partition)).collect()
}

/// AWS refuses to save a trust policy that names a user or role which does not exist; a foreign account's it cannot see.
fn trust(reader: &mut Reader<'_>, world: &World) {
    let known = entities(world);
    let held = partitions_of(world);
    let read = tables_read(world);
    let mut seen: HashSet<FileId> = HashSet::new();
    for role in world.roles.iter().filter(|role| seen.insert(role.trust.file)) {
        for principal in role.trust.document.principals().filter(|principal| principal.kind == PrincipalKind::Aws) {
            let Ok(arn) = Arn::parse(principal.value) else { continue };
            let Some(account) = arn.account_id().filter(|account| held.contains_key(account)) else { continue };
            let (kind, name) = match arn.kind_path_name() {
                Some(("role", _, name)) => (Kind::Role, name.to_ascii_lowercase()),
                Some(("user", _, name)) => (Kind::User, name.to_ascii_lowercase()),
                _ => continue,
            };
            if arn.service != "iam" || known.contains_key(principal.value) {
                continue;
            }
            // A table at fault still gives its name: its own fault is told, not one more of everybody who trusts it.
            let at_fault = reader.names.is_taken(kind, &format!("{account}/{name}"));
            if read.contains(&(kind, account, name)) || !at_fault {
                reader.fault(At { file: role.trust.file, span: principal.span }, ProblemKind::UnknownPrincipal);
            }
        }
    }
}

/// A permissions boundary becomes a managed policy named after its file: one name, one file in an account.
fn boundaries(reader: &mut Reader<'_>, world: &World) {
    let entities = world.roles.iter().map(|role| &role.entity).chain(world.users.iter().map(|user| &user.entity));
    let mut files: HashMap<(AccountId, String), (FileId, At)> = HashMap::new();
    for (entity, policy) in entities.filter_map(|entity| Some((entity, entity.boundary.as_ref()?))) {
        let key = (entity.account.value, policy.name.to_ascii_lowercase());
        let (file, first) = *files.entry(key).or_insert((policy.file, policy.at));
        if file != policy.file {
            reader.duplicate(Kind::Policy, policy.at, first);
        }
    }
}

/// The roles and users whose tables were without fault, names in lower case.
fn tables_read(world: &World) -> HashSet<(Kind, AccountId, String)> {
    let roles = world.roles.iter().map(|role| (Kind::Role, &role.entity));
    let users = world.users.iter().map(|user| (Kind::User, &user.entity));
    roles.chain(users).map(|(kind, entity)| (kind, entity.account.value, entity.name.to_ascii_lowercase())).collect()
}

/// An account is in one unit, and no unit is above itself.
fn units(reader: &mut Reader<'_>, world: &World) {
    let Some(organization) = &world.organization else { return };
    let everywhere = organization.accounts.iter().chain(organization.units.iter().flat_map(|unit| &unit.accounts));
    for account in everywhere {
        if let Some(first) = reader.names.once(Kind::Unit, &account.value.to_string(), account.at) {
            reader.duplicate(Kind::Account, account.at, first);
        }
    }
    let parents: HashMap<&str, &str> =
        organization.units.iter().filter_map(|unit| Some((&*unit.name.value, &*unit.parent.as_ref()?.value))).collect();
    for unit in &organization.units {
        let mut above = parents.get(&*unit.name.value).copied();
        for _ in 0..organization.units.len() {
            let Some(name) = above else { break };
            if name == &*unit.name.value {
                reader.fault(unit.name.at, ProblemKind::UnitCycle);
                break;
            }
            above = parents.get(name).copied();
        }
    }
}

/// A VPC's Region is one of its account's partition.
fn partitions(reader: &mut Reader<'_>, world: &World) {
    let partitions = partitions_of(world);
    for vpc in &world.vpcs {
        if partitions.get(&vpc.account.value).is_some_and(|partition| *partition != vpc.region.partition()) {
            reader.fault(vpc.region.at, ProblemKind::OtherPartition(vpc.region.value));
        }
    }
}

/// A place hands out a role that its account has.
fn places(reader: &mut Reader<'_>, world: &World) {
    let roles: HashSet<(AccountId, String)> =
        world.roles.iter().map(|role| (role.entity.account.value, role.entity.name.to_ascii_lowercase())).collect();
    for place in &world.places {
        let Some((account, role)) = place.account.as_ref().zip(place.role.as_ref()) else { continue };
        if reader.names.is_taken(Kind::Role, &format!("{}/{}", account.value, role.to_ascii_lowercase())) {
            continue;
        }
        let of_account = roles.iter().filter(|(owner, _)| *owner == account.value).map(|(_, name)| name.as_str());
        let near = crate::reader::nearest(&role.value, of_account).map(Into::into);
        reader.fault(role.at, ProblemKind::Dangling(&[Kind::Role], near));
    }
}

/// The account of a call's target is held; whether it has the role is for the call to find out.
fn targets(reader: &mut Reader<'_>, world: &World) {
    let held = partitions_of(world);
    for assume in world.calls.iter().filter_map(|call| call.assume.as_ref()) {
        let account = Arn::parse(&assume.value).ok().and_then(|arn| arn.account_id());
        if let Some(account) = account.filter(|account| !held.contains_key(account)) {
            reader.fault(assume.at, ProblemKind::ForeignTarget(account));
        }
    }
}
