//! Policy files that several have: each can have a copy of its own.

use super::{Candidate, Patient};
use crate::{
    causes::Found,
    edit::{Edit, Piece, applied, quoted},
};
use rolecall_names::AccountId;
use rolecall_policy::PolicyType;
use rolecall_world::World;

const ALL_WHO_HAVE_IT: &str = "the policy file is not this one's alone: it changes for all who have it";

/// Whether others have the file as well. Of a control policy there is one, however many it binds.
fn is_shared(world: &World, policy: PolicyType, found: &Found<'_>) -> bool {
    let file = found.policy.file;
    let entities = || world.roles.iter().map(|role| &role.entity).chain(world.users.iter().map(|user| &user.entity));
    let have = match policy {
        PolicyType::Resource => world.roles.iter().filter(|role| role.trust.file == file).count(),
        PolicyType::Identity => {
            entities().filter(|entity| entity.policies.iter().any(|policy| policy.file == file)).count()
        }
        PolicyType::Boundary => {
            let of = |policy: &rolecall_world::Policy| policy.file == file;
            entities().filter(|entity| entity.boundary.as_ref().is_some_and(of)).count()
        }
        PolicyType::Session => {
            let of = |policy: &rolecall_world::Policy| policy.file == file;
            world.places.iter().filter(|place| place.session_policy.as_ref().is_some_and(of)).count()
        }
        PolicyType::VpcEndpoint => {
            let of = |policy: &rolecall_world::Policy| policy.file == file;
            world.endpoints.iter().filter(|endpoint| endpoint.policy.as_ref().is_some_and(of)).count()
        }
        PolicyType::ServiceControl | PolicyType::ResourceControl => 1,
    };
    have > 1
}

/// A change of a policy's file; where others have the file as well, of a copy that is its owner's alone, and of the file.
pub(super) struct Change<'c, 'w> {
    pub(super) policy: PolicyType,
    pub(super) found: &'c Found<'w>,
    pub(super) account: AccountId,
    pub(super) pieces: Vec<Piece>,
    pub(super) widens: Option<&'static str>,
    pub(super) rank: u16,
}

impl Change<'_, '_> {
    pub(super) fn offer(self, patient: &Patient<'_, '_>, (id, text): (&'static str, String), out: &mut Vec<Candidate>) {
        let Self { policy, found, account, pieces, widens, rank } = self;
        let world = patient.world();
        let file = world.files.path(found.policy.file);
        let shared = is_shared(world, policy, found);
        if shared && let Some((edits, copy)) = own_copy(patient, policy, found, &pieces) {
            let text = format!("{text} {file} is not this one's alone: make it a copy, {copy}.");
            out.push(Candidate { id, text, account, edits, widens, rank });
        }
        let edits = pieces.into_iter().map(|(span, new)| Edit { file: file.to_owned(), span, new }).collect();
        let widens = widens.or(shared.then_some(ALL_WHO_HAVE_IT));
        out.push(Candidate { id, text, account, edits, widens, rank });
    }
}

/// The same change in a copy that is its owner's alone, and the copy's name.
fn own_copy(
    patient: &Patient<'_, '_>,
    policy: PolicyType,
    found: &Found<'_>,
    pieces: &[Piece],
) -> Option<(Vec<Edit>, String)> {
    let world = patient.world();
    let owner = match policy {
        PolicyType::Session => &*patient.run.place.name.value,
        PolicyType::VpcEndpoint => patient.hop.journey.ended.as_ref().ok()?.vpc_endpoint_id.as_deref()?,
        _ => &**found.entity?.name,
    };
    let path = world.files.path(found.policy.file);
    let (folder, name) = path.split_at(path.rfind('/').map_or(0, |slash| slash + 1));
    let copy = (1..20)
        .map(|number| match number {
            1 => format!("{folder}{owner}.{name}"),
            number => format!("{folder}{owner}-{number}.{name}"),
        })
        .find(|copy| world.files.find(copy).is_none())?;
    let new = applied(world.files.text(found.policy.file), pieces);
    let made = Edit { file: copy.clone(), span: 0..0, new };
    Some((vec![made, Edit::replace(world, found.policy.at, quoted(&copy))], copy))
}
