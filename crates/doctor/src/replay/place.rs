//! From where a recorded call was made: a place of the world, or one that is written for it.

use super::{Note, arrival::Arrived};
use crate::{
    Case,
    edit::quoted,
    run::{RecordedCaller, RecordedHolder},
};
use rolecall_names::Instant;
use rolecall_world::{Endpoint, Place, Subnet, World};
use std::fmt::Write as _;

/// Where the call is made.
pub(super) struct Stands {
    /// The place's name.
    pub(super) name: String,
    /// Its table, where the world has none.
    pub(super) table: Option<String>,
    /// The Region a place inside AWS is in.
    pub(super) region: Option<&'static str>,
}

/// Looks for a place whose calls arrive as the recorded one did, else for one that has its address; best one whose
/// role is the caller's. Where there is none, writes one.
pub(super) fn stands(
    case: &Case<'_>,
    arrived: &Arrived,
    caller: &RecordedCaller,
    at: Instant,
    notes: &mut Vec<Note>,
) -> Stands {
    let world = case.world;
    let arrives = |place: &&Place| {
        let Ok(standing) = world.standing(&case.network, place) else { return false };
        arrived.is(&case.network.travel(&standing, &arrived.host, 443, at))
    };
    let strange = |place: &&Place| strangeness(place, caller);
    let here = world.places.iter().filter(arrives).min_by_key(strange);
    let addressed = |place: &&Place| has_address(world, place, arrived);
    let here = here.or_else(|| world.places.iter().filter(addressed).min_by_key(strange));
    // A machine outside AWS with another's credentials is as well written anew: whose they are can be told of it.
    let usable = here.filter(|place| strangeness(place, caller) < STRANGER || place.subnet.is_some());
    if let Some(place) = usable {
        notes.push(Note {
            id: "place",
            text: format!(
                "The call is taken to be made at {}, whose address or way out the record shows.",
                &*place.name.value
            ),
        });
        let region = crate::run::region_of(world, place);
        return Stands { name: place.name.to_string(), table: None, region };
    }
    written(case, arrived, caller, here, notes)
}

/// Whose credentials the place does not give.
const STRANGER: u8 = 3;

fn strangeness(place: &Place, caller: &RecordedCaller) -> u8 {
    let same_account = place.account.as_ref().is_none_or(|account| account.value == caller.account);
    match (&caller.holder, &place.role) {
        (RecordedHolder::User(_), None) if same_account => 0,
        (RecordedHolder::User(_), _) => STRANGER,
        (RecordedHolder::Role { role, session_name }, Some(named))
            if same_account && named.eq_ignore_ascii_case(role) =>
        {
            match &place.session_name {
                Some(known) if *known.value == **session_name => 0,
                None => 1,
                Some(_) => 2,
            }
        }
        (RecordedHolder::Role { .. }, _) => STRANGER,
    }
}

fn has_address(world: &World, place: &Place, arrived: &Arrived) -> bool {
    match endpoint(world, arrived) {
        Some(endpoint) => {
            let subnet = place.subnet.as_ref().and_then(|subnet| world.subnet(&subnet.value));
            subnet.is_some_and(|subnet| subnet.vpc.value == endpoint.vpc.value)
                && place.addresses.iter().any(|address| address.value == arrived.source)
        }
        None => place.public_ip.as_ref().is_some_and(|address| address.value == arrived.source),
    }
}

fn endpoint<'w>(world: &'w World, arrived: &Arrived) -> Option<&'w Endpoint> {
    world.endpoints.get(arrived.vpc_endpoint?)
}

/// A place of the call's own.
fn written(
    case: &Case<'_>,
    arrived: &Arrived,
    caller: &RecordedCaller,
    stranger: Option<&Place>,
    notes: &mut Vec<Note>,
) -> Stands {
    let world = case.world;
    let name = free_name("recorded-caller", |name| world.place(name).is_some());
    let endpoint = endpoint(world, arrived);
    let subnet = endpoint.and_then(|endpoint| subnet_of(world, endpoint, arrived));
    let session_name = match &caller.holder {
        RecordedHolder::Role { session_name, .. } => Some(&**session_name),
        RecordedHolder::User(_) => None,
    };
    let kind = match (endpoint, subnet) {
        (_, Some(_)) => inside_kind(session_name),
        (Some(_), None) => "on-premises",
        (None, _) => "internet",
    };
    let mut table = format!("[[place]]\nname = {}\nkind = \"{kind}\"\n", quoted(&name));
    let _ = writeln!(table, "account = {}", quoted(&case.account_name(caller.account)));
    let from = match (endpoint, subnet) {
        (_, Some(subnet)) => {
            let _ = writeln!(table, "subnet = {}\naddress = \"{}\"", quoted(&subnet.id.value), arrived.source);
            if let Some(groups) = groups_of(world, subnet) {
                let _ = writeln!(table, "security_groups = [{groups}]");
            }
            format!("in {}", &*subnet.id.value)
        }
        (Some(endpoint), None) => {
            let vpc = &endpoint.vpc.value;
            let _ = writeln!(table, "address = \"{}\"\nconnected_to = [{}]", arrived.source, quoted(vpc));
            format!("outside of every subnet of {vpc}, connected to it")
        }
        (None, _) => {
            let _ = writeln!(table, "public_ip = \"{}\"", arrived.source);
            "on the internet".to_owned()
        }
    };
    if let RecordedHolder::Role { role, session_name } = &caller.holder {
        let _ = writeln!(table, "role = {}\nsession_name = {}", quoted(role), quoted(session_name));
    }
    let text = match stranger {
        Some(place) => format!(
            "The record shows the address of {}, and credentials that it does not give by itself; how it came to them is \
             not told.",
            &*place.name.value
        ),
        None => format!(
            "No place of this world has the address {}; the call is taken to be made by a machine {from}.",
            arrived.source
        ),
    };
    notes.push(Note { id: "no-place", text });
    let vpc = subnet.and_then(|subnet| world.vpc(&subnet.vpc.value));
    Stands { name, table: Some(table), region: vpc.map(|vpc| vpc.region.name()) }
}

/// The subnet that the address is in, where nothing else has it.
fn subnet_of<'w>(world: &'w World, endpoint: &Endpoint, arrived: &Arrived) -> Option<&'w Subnet> {
    let holds = |subnet: &&Subnet| {
        subnet.vpc.value == endpoint.vpc.value && subnet.cidrs.iter().any(|cidr| cidr.contains(&arrived.source))
    };
    let subnet = world.subnets.iter().find(holds)?;
    let of_places = world.places.iter().flat_map(|place| &place.addresses).map(|address| address.value);
    let of_endpoints =
        world.endpoints.iter().flat_map(|endpoint| &endpoint.addresses).map(|(_, address)| address.value);
    (!of_places.chain(of_endpoints).any(|address| address == arrived.source)).then_some(subnet)
}

/// The groups that others in the subnet have, where they all have the same.
fn groups_of(world: &World, subnet: &Subnet) -> Option<String> {
    let mut others = world
        .places
        .iter()
        .filter(|place| place.subnet.as_ref().is_some_and(|named| named.value == subnet.id.value))
        .map(|place| {
            let ids: Vec<String> = place.security_groups.as_ref()?.iter().map(|id| quoted(&id.value)).collect();
            Some(ids.join(", "))
        });
    let first = others.next()??;
    others.all(|other| other.as_deref() == Some(&first)).then_some(first)
}

/// What a session's name tells of the machine: an instance's is its id, a pod's begins with what EKS is called.
///
/// Source: Amazon EC2 User Guide, "IAM roles for Amazon EC2"; Amazon EKS API Reference, `AssumedRoleUser`.
fn inside_kind(session_name: Option<&str>) -> &'static str {
    match session_name {
        Some(name) if name.starts_with("i-") => "ec2",
        Some(name) if name.starts_with("eks-") => "eks-pod",
        Some(_) => "ecs-task",
        None => "ec2",
    }
}

/// `name`, or with a number behind it where it is taken.
pub(super) fn free_name(name: &str, taken: impl Fn(&str) -> bool) -> String {
    if !taken(name) {
        return name.to_owned();
    }
    (2..u32::MAX).map(|number| format!("{name}-{number}")).find(|name| !taken(name)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_taken_get_a_number() {
        assert_eq!(free_name("a", |_| false), "a");
        assert_eq!(free_name("a", |name| name == "a" || name == "a-2"), "a-3");
    }

    #[test]
    fn an_instance_is_known_by_its_id() {
        assert_eq!(inside_kind(Some("i-0123456789abcdef0")), "ec2");
        assert_eq!(inside_kind(Some("0123456789abcdef0123456789abcdef")), "ecs-task");
        assert_eq!(inside_kind(Some("eks-prod-web-7d4b-0b9c7a52-4f0e-4d52-9d0a-3c1e5d0f2a11")), "eks-pod");
    }
}
