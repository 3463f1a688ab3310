//! Where callers run.

use super::entity::is_name;
use super::network::{address, groups};
use crate::reader::{Fields, Reader, account, checked, new_name, reference, tables, word};
use crate::{Expected, Kind, Place, PlaceKind, ProblemKind};

const KINDS: &[(&str, PlaceKind)] = &[
    ("ec2", PlaceKind::Ec2),
    ("lambda", PlaceKind::Lambda),
    ("ecs-task", PlaceKind::EcsTask),
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
        let address = fields.maybe(reader, "address", address);
        let public_ip = fields.maybe(reader, "public_ip", super::network::address);
        let role = fields.maybe(reader, "role", checked(Expected::Name, is_name));
        let session_name =
            fields.maybe(reader, "session_name", checked(Expected::SessionName, super::call::is_session_name));
        let security_groups = groups(reader, fields);
        let kind = kind?.value;
        let at = fields.at();
        let place =
            Place { name: name?, account, kind, subnet, address, public_ip, role, session_name, security_groups, at };
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
    missing("subnet", matches!(place.kind, PlaceKind::Ec2 | PlaceKind::EcsTask));
    missing("address", place.kind.is_inside() && place.subnet.is_some());
    missing("public_ip", place.kind == PlaceKind::Internet);
    missing("role", place.session_name.is_some());
    if let Some(subnet) = place.subnet.as_ref().filter(|_| !place.kind.is_inside()) {
        reader.fault(subnet.at, ProblemKind::NotOfKind("subnet"));
    }
    if let Some(first) = place.security_groups.as_ref().and_then(|groups| groups.first())
        && place.subnet.is_none()
    {
        reader.fault(first.at, ProblemKind::NotOfKind("security_groups"));
    }
}
