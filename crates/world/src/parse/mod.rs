//! From `world.toml` to a [`World`]: each kind of table in a file of its own, then what only the whole can show.

mod call;
mod entity;
mod identity;
mod network;
mod place;
mod whole;

pub(crate) use whole::{entities, partitions_of};

use crate::reader::{Fields, Reader, at};
use crate::{FileError, FileId, Problem, ProblemKind, Problems, World};
use std::collections::HashSet;
use toml::de::DeTable;

/// Reads everything, and gives the world if there was no fault.
pub(crate) fn world(read: &dyn Fn(&str) -> Result<String, FileError>) -> Result<World, Problems> {
    let (mut reader, text) = Reader::new(read);
    let (document, errors) = DeTable::parse_recoverable(&text);
    for error in &errors {
        let span = at(error.span().unwrap_or_default());
        reader.fault(span, ProblemKind::Toml(error.message().into()));
    }
    let mut fields = Fields::new(document.get_ref(), crate::At::start_of(FileId::WORLD));

    // Accounts first: every other table names them.
    let accounts = identity::accounts(&mut reader, &mut fields);
    let organization = identity::organization(&mut reader, &mut fields);
    let roles = entity::roles(&mut reader, &mut fields);
    let users = entity::users(&mut reader, &mut fields);
    let service_control = identity::service_control(&mut reader, &mut fields);
    let resource_control = identity::resource_control(&mut reader, &mut fields);
    let vpcs = network::vpcs(&mut reader, &mut fields);
    let dns_servers = network::dns_servers(&mut reader, &mut fields);
    let subnets = network::subnets(&mut reader, &mut fields);
    let nat_gateways = network::nat_gateways(&mut reader, &mut fields);
    let internet_gateways = network::internet_gateways(&mut reader, &mut fields);
    let egress_only_gateways = network::egress_only_gateways(&mut reader, &mut fields);
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
        dns_servers,
        subnets,
        nat_gateways,
        internet_gateways,
        egress_only_gateways,
        peerings,
        acls,
        security_groups,
        endpoints,
        places,
        calls,
        outages,
    };
    whole::check(&mut reader, &world);
    let (files, mut problems) = reader.finish();
    drop_echoes(&text, &mut problems);
    if problems.is_empty() {
        world.files = files;
        Ok(world)
    } else {
        Err(Problems::new(files, problems))
    }
}

/// A line that is not TOML has nothing else wrong with it: what it seemed to say was not said.
fn drop_echoes(text: &str, problems: &mut Vec<Problem>) {
    let line = |problem: &Problem| {
        let before = text.get(..problem.at.span.start as usize).unwrap_or(text);
        before.rfind('\n').map_or(0, |newline| newline + 1)
    };
    let is_toml = |problem: &Problem| matches!(problem.kind, ProblemKind::Toml(_));
    let broken: HashSet<usize> = problems.iter().filter(|problem| is_toml(problem)).map(line).collect();
    if !broken.is_empty() {
        problems
            .retain(|problem| is_toml(problem) || problem.at.file != FileId::WORLD || !broken.contains(&line(problem)));
    }
}
