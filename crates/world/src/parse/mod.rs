//! From `world.toml` to a [`World`]: each kind of table in a file of its own, then what only the whole can show.

mod call;
mod entity;
mod identity;
mod network;
mod place;
mod whole;

pub(crate) use whole::{entities, partitions_of};

use crate::reader::{Fields, Reader, at};
use crate::{FileError, ProblemKind, Problems, World};
use toml::de::DeTable;

/// Reads everything, and gives the world if there was no fault.
pub(crate) fn world(read: &dyn Fn(&str) -> Result<String, FileError>) -> Result<World, Problems> {
    let (mut reader, text) = Reader::new(read);
    let (document, errors) = DeTable::parse_recoverable(&text);
    for error in &errors {
        let span = at(error.span().unwrap_or_default());
        reader.fault(span, ProblemKind::Toml(error.message().into()));
    }
    let mut fields = Fields::new(document.get_ref(), crate::At::start_of(crate::FileId::WORLD));

    // Accounts first: every other table names them.
    let accounts = identity::accounts(&mut reader, &mut fields);
    let organization = identity::organization(&mut reader, &mut fields);
    let roles = entity::roles(&mut reader, &mut fields);
    let users = entity::users(&mut reader, &mut fields);
    let service_control = identity::service_control(&mut reader, &mut fields);
    let resource_control = identity::resource_control(&mut reader, &mut fields);
    let vpcs = network::vpcs(&mut reader, &mut fields);
    let subnets = network::subnets(&mut reader, &mut fields);
    let nat_gateways = network::nat_gateways(&mut reader, &mut fields);
    let internet_gateways = network::internet_gateways(&mut reader, &mut fields);
    let peerings = network::peerings(&mut reader, &mut fields);
    let acls = network::rules::acls(&mut reader, &mut fields);
    let security_groups = network::rules::security_groups(&mut reader, &mut fields);
    let endpoints = network::endpoints(&mut reader, &mut fields);
    let places = place::places(&mut reader, &mut fields);
    let calls = call::calls(&mut reader, &mut fields);
    let outages = call::outages(&mut reader, &mut fields);
    fields.finish(&mut reader);

    let mut world = World {
        files: reader.files.clone(),
        accounts,
        organization,
        roles,
        users,
        service_control,
        resource_control,
        vpcs,
        subnets,
        nat_gateways,
        internet_gateways,
        peerings,
        acls,
        security_groups,
        endpoints,
        places,
        calls,
        outages,
    };
    whole::check(&mut reader, &world);
    let (files, problems) = reader.finish();
    if problems.is_empty() {
        world.files = files;
        Ok(world)
    } else {
        Err(Problems::new(files, problems))
    }
}
