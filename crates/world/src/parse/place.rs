//! Where callers run.

use super::entity::is_name;
use super::network::{address, groups};
use crate::policies::policy;
use crate::reader::{
    Fields, Reader, account, checked, integer, new_name, one_or_list, parsed, reference, tables, word,
};
use crate::{Expected, Kind, Place, PlaceKind, ProblemKind};
use rolecall_names::Region;
use rolecall_policy::Kind as DocumentKind;

/// Connections of one place that anybody writes down.
const MAX_CONNECTIONS: usize = 1000;

/// A clock that is wrong by more than ten years is no clock.
const MAX_SKEW: i64 = 10 * 366 * 24 * 3600;

const KINDS: &[(&str, PlaceKind)] = &[
    ("ec2", PlaceKind::Ec2),
    ("lambda", PlaceKind::Lambda),
    ("ecs-task", PlaceKind::EcsTask),
    ("eks-pod", PlaceKind::EksPod),
    ("on-premises", PlaceKind::OnPremises),
    ("internet", PlaceKind::Internet),
];

/// `[[place]]`
pub(super) fn places(reader: &mut Reader<'_>, document: &mut Fields<'_>) -> Vec<Place> {
    tables(reader, document, "place", |reader, fields| {
        let name = fields.need(reader, "name", new_name(Kind::Place));
        let account = fields.maybe(reader, "account", account);
        let kind = fields.need(reader, "kind", word(Expected::PlaceKind, KINDS));
        let subnet = fields.maybe(reader, "subnet", reference(&[Kind::Subnet]));
        let region = fields.maybe(reader, "region", parsed::<Region>(Expected::Region));
        let addresses = fields.maybe(reader, "address", one_or_list(2, address));
        let addresses = addresses.map(|addresses| addresses.value).unwrap_or_default();
        let public_ip = fields.maybe(reader, "public_ip", address);
        let connected_to = fields.list(reader, "connected_to", MAX_CONNECTIONS, reference(&[Kind::Vpc]));
        let dns = fields.maybe(reader, "dns", address);
        let role = fields.maybe(reader, "role", checked(Expected::Name, is_name));
        let session_name =
            fields.maybe(reader, "session_name", checked(Expected::SessionName, super::call::is_session_name));
        let session_policy = fields.maybe(reader, "session_policy", policy(DocumentKind::Session));
        let security_groups = groups(reader, fields);
        let clock_skew_seconds = fields.maybe(reader, "clock_skew_seconds", integer(-MAX_SKEW, MAX_SKEW));
        let kind = kind?.value;
        let at = fields.at();
        let place = Place {
            name: name?,
            account,
            kind,
            subnet,
            region,
            addresses,
            public_ip,
            connected_to,
            dns,
            role,
            session_name,
            session_policy: session_policy.map(|policy| policy.value),
            security_groups,
            clock_skew_seconds,
            at,
        };
        shape(reader, fields, &place);
        Some(place)
    })
}

/// What a place of its kind must have, and what it cannot have.
fn shape(reader: &mut Reader<'_>, fields: &mut Fields<'_>, place: &Place) {
    let mut missing = |key: &'static str, wanted: bool| {
        if wanted && fields.raw(key).is_none() {
            reader.fault(place.at, ProblemKind::MissingKey(key));
        }
    };
    missing("account", place.kind.is_inside() || place.role.is_some());
    missing("subnet", matches!(place.kind, PlaceKind::Ec2 | PlaceKind::EcsTask | PlaceKind::EksPod));
    missing("address", (place.kind.is_inside() && place.subnet.is_some()) || !place.connected_to.is_empty());
    missing("public_ip", place.kind == PlaceKind::Internet);
    missing("role", place.session_name.is_some() || place.session_policy.is_some());
    if let Some(subnet) = place.subnet.as_ref().filter(|_| !place.kind.is_inside()) {
        reader.fault(subnet.at, ProblemKind::NotOfKind("subnet"));
    }
    if let Some(region) = place.region.as_ref().filter(|_| place.kind != PlaceKind::Lambda || place.subnet.is_some()) {
        reader.fault(region.at, ProblemKind::NotOfKind("region"));
    }
    if let Some(first) = place.connected_to.first().filter(|_| place.kind != PlaceKind::OnPremises) {
        reader.fault(first.at, ProblemKind::NotOfKind("connected_to"));
    }
    if let Some(dns) = place.dns.as_ref().filter(|_| place.kind.is_inside()) {
        reader.fault(dns.at, ProblemKind::NotOfKind("dns"));
    }
    if let Some(first) = place.security_groups.as_ref().and_then(|groups| groups.first())
        && place.subnet.is_none()
    {
        reader.fault(first.at, ProblemKind::NotOfKind("security_groups"));
    }
}
