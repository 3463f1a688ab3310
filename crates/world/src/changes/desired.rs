//! What a directory holds when it is as the world says.

use super::Conflict;
use crate::parse::{entities, partitions_of};
use crate::{At, ControlPolicy, Entity, FileId, Policy, Target, Unit, World, derived_id};
use rolecall_directory::{
    AccessKey, ControlPolicy as HeldControlPolicy, Directory, KeyOwner, ManagedPolicy, MfaDevice, Organization, Origin,
    PolicyText, Preferences, Role, Target as HeldTarget, Unit as HeldUnit, User, Versions,
};
use rolecall_names::{AccountId, Arn, IdKind, Instant, Partition, UniqueId};
use rolecall_policy::PrincipalKind;
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

/// Before any code was taken.
const NO_STEP_SPENT: i64 = -1;

/// Everything the world names, each with where it says so.
pub(super) struct Desired {
    pub(super) accounts: Vec<(Preferences, At)>,
    pub(super) policies: Vec<(AccountId, ManagedPolicy, At)>,
    pub(super) users: Vec<(AccountId, User, At)>,
    pub(super) roles: Vec<(AccountId, Role, At)>,
    pub(super) keys: Vec<(AccessKey, At)>,
    pub(super) devices: Vec<(AccountId, MfaDevice, At)>,
    pub(super) organization: Organization,
}

impl Desired {
    /// What `held` has already keeps the time it was made at.
    pub(super) fn new(world: &World, held: &Directory, now: Instant) -> (Self, Vec<Conflict>) {
        let principals = Principals { known: entities(world), partitions: partitions_of(world), held };
        let mut conflicts = Vec::new();
        // Many roles trust by the same file: it is resolved once.
        let mut trusts: HashMap<FileId, PolicyText> = HashMap::new();
        let roles = world.roles.iter().map(|role| {
            let entity = &role.entity;
            let before = held.role(&entity.id).map(|(_, role)| role).filter(|role| role.origin == Origin::World);
            let trust = trusts
                .entry(role.trust.file)
                .or_insert_with(|| principals.resolve(&role.trust, &mut conflicts))
                .clone();
            let desired = Role {
                id: entity.id,
                name: entity.name.value.clone(),
                path: entity.path.clone(),
                created: before.map_or(now, |role| role.created),
                description: None,
                max_session_duration: role.max_session_duration,
                trust,
                inline: inline(entity),
                attached: Vec::new(),
                boundary: principals.boundary(entity),
                tags: entity.tags.clone(),
                origin: Origin::World,
            };
            (entity.account.value, desired, entity.name.at)
        });
        let roles = roles.collect();
        let desired = Self {
            accounts: world.accounts.iter().map(|account| (preferences(account), account.id.at)).collect(),
            policies: boundaries(world, held, now),
            users: world.users.iter().map(|user| self::user(user, &principals, now)).collect(),
            roles,
            keys: world.users.iter().filter_map(|user| key(user, held, now)).collect(),
            devices: world.users.iter().filter_map(|user| device(user, held, now)).collect(),
            organization: organization(world),
        };
        (desired, conflicts)
    }
}

fn preferences(account: &crate::Account) -> Preferences {
    Preferences {
        id: account.id.value,
        partition: account.partition,
        name: (&*account.name.value).into(),
        opted_in: account.opted_in.iter().map(|region| region.value).collect(),
        deactivated: account.deactivated.iter().map(|region| region.value).collect(),
        global_token: account.global_token,
        origin: Origin::World,
    }
}

fn inline(entity: &Entity) -> BTreeMap<Arc<str>, PolicyText> {
    entity.policies.iter().map(|policy| (policy.name.clone(), policy.text.clone())).collect()
}

fn user(user: &crate::User, principals: &Principals<'_>, now: Instant) -> (AccountId, User, At) {
    let entity = &user.entity;
    let before = principals.held.user(&entity.id).map(|(_, user)| user).filter(|user| user.origin == Origin::World);
    let desired = User {
        id: entity.id,
        name: entity.name.value.clone(),
        path: entity.path.clone(),
        created: before.map_or(now, |user| user.created),
        inline: inline(entity),
        attached: Vec::new(),
        boundary: principals.boundary(entity),
        tags: entity.tags.clone(),
        origin: Origin::World,
    };
    (entity.account.value, desired, entity.name.at)
}

fn key(user: &crate::User, held: &Directory, now: Instant) -> Option<(AccessKey, At)> {
    let key = user.access_key.as_ref()?;
    let before = held.key(&key.id.value);
    let desired = AccessKey {
        id: key.id.value,
        account: user.entity.account.value,
        owner: KeyOwner::User(user.entity.id),
        secret: key.secret.clone(),
        active: true,
        created: before.map_or(now, |key| key.created),
        origin: Origin::World,
    };
    Some((desired, key.id.at))
}

fn device(user: &crate::User, held: &Directory, now: Instant) -> Option<(AccountId, MfaDevice, At)> {
    let device = user.mfa.as_ref()?;
    let account = user.entity.account.value;
    let holder = KeyOwner::User(user.entity.id);
    let before = held.account(account).and_then(|held| held.device(&device.serial.value));
    let same_seed = before.filter(|before| before.seed == device.seed);
    let since = before.and_then(|before| before.holder).filter(|(before, _)| *before == holder).map(|(_, since)| since);
    let desired = MfaDevice {
        serial: (&*device.serial.value).into(),
        seed: device.seed.clone(),
        created: before.map_or(now, |before| before.created),
        holder: Some((holder, since.unwrap_or(now))),
        // A code works once, also across a restart.
        spent_step: same_seed.map_or(NO_STEP_SPENT, |before| before.spent_step),
        origin: Origin::World,
        // The world has no word for them, so that the API's stay.
        tags: before.map_or_else(Vec::new, |before| before.tags.clone()),
    };
    Some((account, desired, device.serial.at))
}

/// A permissions boundary is a managed policy by itself: one per account and file.
fn boundaries(world: &World, held: &Directory, now: Instant) -> Vec<(AccountId, ManagedPolicy, At)> {
    let entities = world.roles.iter().map(|role| &role.entity).chain(world.users.iter().map(|user| &user.entity));
    let mut policies = BTreeMap::new();
    for (entity, policy) in entities.filter_map(|entity| Some((entity, entity.boundary.as_ref()?))) {
        policies.entry((entity.account.value, policy.name.clone())).or_insert(policy);
    }
    policies
        .into_iter()
        .map(|((account, name), policy)| {
            let before = held.account(account).and_then(|held| held.policy(&name));
            let desired = ManagedPolicy {
                id: derived_id(IdKind::Policy, account, "/", &name),
                name,
                path: "/".into(),
                created: before.map_or(now, |before| before.created),
                description: None,
                text: policy.text.clone(),
                tags: Vec::new(),
                origin: Origin::World,
                versions: Versions::default(),
            };
            (account, desired, policy.at)
        })
        .collect()
}

fn organization(world: &World) -> Organization {
    let named = world.organization.as_ref();
    let units = named.map_or(&[][..], |organization| &organization.units);
    let order = parents_first(units);
    let place: HashMap<&str, usize> =
        (0..).zip(&order).map(|(index, unit): (usize, &&Unit)| (&*unit.name.value, index)).collect();
    let mut members: BTreeMap<AccountId, Option<usize>> = BTreeMap::new();
    for account in named.iter().flat_map(|organization| &organization.accounts) {
        members.insert(account.value, None);
    }
    if let Some(management) = named.and_then(|organization| organization.management.as_ref()) {
        members.insert(management.value, None);
    }
    for unit in &order {
        for account in &unit.accounts {
            members.insert(account.value, place.get(&*unit.name.value).copied());
        }
    }
    let control = |policies: &[ControlPolicy]| policies.iter().map(|policy| control_policy(policy, &place)).collect();
    Organization {
        id: named.and_then(|organization| organization.id.as_ref()).map(|id| (&*id.value).into()),
        management: named.and_then(|organization| organization.management.as_ref()).map(|account| account.value),
        units: order
            .iter()
            .map(|unit| HeldUnit {
                id: (&**unit.id.as_ref().map_or(&unit.name.value, |id| &id.value)).into(),
                parent: unit.parent.as_ref().and_then(|parent| place.get(&*parent.value).copied()),
            })
            .collect(),
        members,
        service_control: control(&world.service_control),
        resource_control: control(&world.resource_control),
    }
}

/// Units so that each stands behind the one it is in. Their tree has been checked; one that is none would end the walk.
fn parents_first(units: &[Unit]) -> Vec<&Unit> {
    let mut order: Vec<&Unit> = Vec::with_capacity(units.len());
    let mut above: Vec<Option<&str>> = vec![None];
    while let Some(parent) = above.pop() {
        for unit in units.iter().filter(|unit| unit.parent.as_ref().map(|parent| &*parent.value) == parent) {
            order.push(unit);
            above.push(Some(&unit.name.value));
        }
    }
    order
}

fn control_policy(policy: &ControlPolicy, place: &HashMap<&str, usize>) -> HeldControlPolicy {
    let targets = policy.targets.iter().filter_map(|target| match &target.value {
        Target::Root => Some(HeldTarget::Root),
        Target::Account(account) => Some(HeldTarget::Account(*account)),
        Target::Unit(name) => place.get(&**name).copied().map(HeldTarget::Unit),
    });
    HeldControlPolicy { targets: targets.collect(), text: policy.policy.text.clone(), name: policy.policy.name.clone() }
}

/// What turns a principal's ARN into the unique id under which a trust policy is kept.
struct Principals<'h> {
    known: HashMap<String, UniqueId>,
    partitions: BTreeMap<AccountId, Partition>,
    held: &'h Directory,
}

impl Principals<'_> {
    /// The trust policy as it is kept: AWS replaces the ARN of a user or role by its unique id when it saves one.
    ///
    /// Source: IAM User Guide, "AWS JSON policy elements: Principal".
    fn resolve(&self, trust: &Policy, conflicts: &mut Vec<Conflict>) -> PolicyText {
        let text = trust.document.replace_principals(|principal| {
            if principal.kind != PrincipalKind::Aws {
                return None;
            }
            if let Some(id) = self.known.get(principal.value) {
                return Some(id.to_string());
            }
            let arn = Arn::parse(principal.value).ok().filter(|arn| arn.service == "iam")?;
            let (kind, path, name) = arn.kind_path_name()?;
            let account = self.held.account(arn.account_id()?)?;
            let id = match kind {
                "role" => {
                    account.role(name).filter(|role| &*role.path == path && &*role.name == name).map(|role| role.id)
                }
                "user" => {
                    account.user(name).filter(|user| &*user.path == path && &*user.name == name).map(|user| user.id)
                }
                _ => return None,
            };
            if id.is_none() && !self.partitions.contains_key(&account.id()) {
                conflicts.push(Conflict::UnknownPrincipal(At { file: trust.file, span: principal.span }));
            }
            id.map(|id| id.to_string())
        });
        PolicyText::new(&text)
    }

    fn boundary(&self, entity: &Entity) -> Option<Arc<str>> {
        let account = entity.account.value;
        let partition = self.partitions.get(&account).copied().unwrap_or(Partition::Aws);
        let policy = entity.boundary.as_ref()?;
        Some(format!("arn:{partition}:iam::{account}:policy/{}", policy.name).into())
    }
}
