//! Journeys as data: each folder of `tests/journeys` is a world and a `journeys.txt`, in which a line
//! `> place host [port] instant` asks and the lines below it answer. `? place` asks who answers names there,
//! `? place server name instant` asks one of them, and `= place instant` asks which endpoints are reached from there.
//!
//! The answers are written anew when the environment variable `BLESS` is set, and their diff is the review.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a case that cannot be read has failed"
)]

use rolecall_names::Instant;
use rolecall_network::{Arrival, AwsService, Element, EndpointKind, Journey, Lookup, Naming, Network, ResolverKind};
use rolecall_world::{At, FileError, Place, World};
use std::{
    collections::BTreeMap,
    fmt::Write,
    fs,
    net::IpAddr,
    path::{Path, PathBuf},
};

fn worlds() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/journeys");
    let mut found: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    assert!(!found.is_empty());
    found
}

fn read(folder: &Path) -> World {
    let world = World::read(&|path| fs::read_to_string(folder.join(path)).map_err(|_| FileError::Missing));
    world.unwrap_or_else(|problems| panic!("{}\n{problems}", folder.display()))
}

/// One question and its answer.
fn answered(world: &World, network: &Network, question: &str) -> String {
    let words: Vec<&str> = question.split_whitespace().collect();
    let (place, host, port, at) = match words[..] {
        [place, host, at] => (place, host, 443, at),
        [place, host, port, at] => (place, host, port.parse().unwrap(), at),
        _ => panic!("{question}: a place, a host, perhaps a port, and an instant"),
    };
    let place = world.place(place).unwrap_or_else(|| panic!("no place {place}"));
    let at: Instant = at.parse().unwrap();
    let journey = network.travel(&world.standing(network, place).unwrap(), host, port, at);
    let mut text = format!("> {question}\n");
    tell(&mut text, world, place, &journey);
    text
}

/// Names as the programs of a place ask for them.
fn looked_up(world: &World, network: &Network, question: &str) -> String {
    let words: Vec<&str> = question.split_whitespace().collect();
    let place = world.place(words[0]).unwrap_or_else(|| panic!("no place {}", words[0]));
    let place = world.standing(network, place).unwrap();
    let joined = |addresses: &[IpAddr]| addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let answer = match words[1..] {
        [] => {
            let (told, servers) = (network.resolvers(&place), network.dns_servers(&place));
            format!("told [{}], answered by [{}]", joined(&told), joined(&servers))
        }
        [server, name, at] => match network.lookup(&place, server.parse().unwrap(), name, at.parse().unwrap()) {
            Lookup::Addresses(addresses) => format!("[{}]", joined(&addresses)),
            Lookup::NoSuchName => "no such name".to_owned(),
            Lookup::NoServer => "no server".to_owned(),
        },
        _ => panic!("{question}: a place, or a place, a server, a name and an instant"),
    };
    format!("? {question}\n  {answer}\n")
}

/// The endpoints that a place reaches, public ones counted, those of VPCs each by itself; and what refuses it.
fn reached(world: &World, network: &Network, question: &str) -> String {
    let (place, at) = question.split_once(' ').unwrap();
    let place = world.standing(network, world.place(place).unwrap()).unwrap();
    let mut text = format!("= {question}\n");
    let at: Instant = at.parse().unwrap();
    let mut public: BTreeMap<String, usize> = BTreeMap::new();
    for (address, arrival) in network.endpoints_for(&place, at) {
        let kind = reached_kind(&arrival);
        match &arrival.vpc_endpoint_id {
            Some(id) => writeln!(text, "  {address} {kind} from {} by {id}", arrival.source_ip).unwrap(),
            None => *public.entry(format!("{kind} from {}", arrival.source_ip)).or_default() += 1,
        }
    }
    for (what, count) in public {
        writeln!(text, "  {count} public: {what}").unwrap();
    }
    let refusing: Vec<String> = network.refusing(&place, at).iter().map(ToString::to_string).collect();
    if !refusing.is_empty() {
        writeln!(text, "  refused by {}", refusing.join(" ")).unwrap();
    }
    text
}

/// What was reached; of which service where that is not STS.
fn reached_kind(arrival: &Arrival) -> String {
    let kind = match arrival.endpoint {
        EndpointKind::Global => "global",
        EndpointKind::Regional => "regional",
        EndpointKind::Custom => "custom",
    };
    match arrival.service {
        Some(AwsService::Sts) | None => kind.to_owned(),
        Some(other) => format!("{kind} {}", other.as_str()),
    }
}

fn tell(text: &mut String, world: &World, place: &Place, journey: &Journey) {
    let resolver = match journey.resolver.kind {
        ResolverKind::Amazon(Some(region)) => format!("Amazon in {region}"),
        ResolverKind::Amazon(None) => "Amazon somewhere".to_owned(),
        ResolverKind::Forwarding(region) => format!("forwarding to Amazon in {region}"),
        ResolverKind::Custom => "custom".to_owned(),
        ResolverKind::Public => "public".to_owned(),
        ResolverKind::None => "nobody".to_owned(),
    };
    let address = journey.resolver.address.map(|address| format!("{address}, ")).unwrap_or_default();
    let naming = match journey.naming {
        Naming::Literal => "no name".to_owned(),
        Naming::Public { passed_over: None } => "public name".to_owned(),
        Naming::Public { passed_over: Some(element) } => {
            format!("public name, for {element:?} {}", line(world, place, element))
        }
        Naming::PrivateDns(endpoint) => format!("private name of {}", world.endpoints[endpoint].id.value),
        Naming::EndpointName(endpoint) => format!("own name of {}", world.endpoints[endpoint].id.value),
        Naming::Instance => "private name of the address".to_owned(),
        Naming::Nothing => "nothing".to_owned(),
    };
    let answers: Vec<String> = journey.answers.iter().map(ToString::to_string).collect();
    writeln!(text, "  asked {address}{resolver}: {naming} [{}]", answers.join(" ")).unwrap();
    for hop in &journey.hops {
        writeln!(text, "  {} {} {}", hop.kind.as_str(), hop.id, line(world, place, hop.element)).unwrap();
    }
    match &journey.ended {
        Ok(arrival) => {
            write!(text, "  arrives {} from {}", reached_kind(arrival), arrival.source_ip).unwrap();
            if let (Some(vpc), Some(endpoint)) = (&arrival.vpc_id, &arrival.vpc_endpoint_id) {
                write!(text, " by {endpoint} of {vpc}").unwrap();
            }
            if let (Some(endpoint), Some(serving)) = (arrival.endpoint_region, arrival.serving_region) {
                write!(text, ", of {endpoint}, served in {serving}").unwrap();
            }
            text.push('\n');
        }
        Err(death) => {
            writeln!(text, "  ends {:?}: {:?} at {:?} {}", death.how, death.why, death.at, line(world, place, death.at))
                .unwrap()
        }
    }
}

/// Where a part was written, and what stands there.
fn line(world: &World, place: &Place, element: Element) -> String {
    let told = |at: At| {
        let location = world.files.locate(at);
        let excerpt = world.files.excerpt(at).lines().next().unwrap_or_default();
        format!("({}:{} {excerpt})", location.line, location.column)
    };
    world.position(place, element).map(told).unwrap_or_default()
}

#[test]
fn every_question_has_its_answer() {
    let mut differences = Vec::new();
    for folder in worlds() {
        let world = read(&folder);
        let network = world.network().unwrap();
        let file = folder.join("journeys.txt");
        let expected = fs::read_to_string(&file).unwrap();
        let mut found = String::new();
        for line in expected.lines() {
            match line.split_once(' ') {
                Some((">", question)) => found.push_str(&answered(&world, &network, question)),
                Some(("?", question)) => found.push_str(&looked_up(&world, &network, question)),
                Some(("=", question)) => found.push_str(&reached(&world, &network, question)),
                _ if line.starts_with('#') || line.is_empty() => writeln!(found, "{line}").unwrap(),
                _ => {}
            }
        }
        #[expect(clippy::disallowed_methods, reason = "the one who runs the tests blesses what they find")]
        if std::env::var_os("BLESS").is_some() {
            fs::write(&file, &found).unwrap();
        } else if found != expected {
            differences.push(format!("{}:\n{found}", file.display()));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
