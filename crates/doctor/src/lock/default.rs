//! What a client that moved calls by default, before and after: asked of the client table, Region by Region.

use super::{Circumstance, Compared, Lock, Move, Side, compare};
use crate::report::{Breakage, ClientChange, Spot, Untold, Upgrade};
use rolecall_clients::{Client, Endpoint, Mode, Settings, endpoint, turn};
use rolecall_names::Region;

/// A Region from which clients call the global endpoint when they call by their old default.
///
/// Source: the endpoint rule set of STS, whose list of such Regions has it.
const LEGACY_REGION: &str = "eu-west-1";

/// A lock file that was read, and the path by which it is told of.
#[derive(Debug, Clone, Copy)]
pub struct File<'f> {
    /// The path, as it was given.
    pub path: &'f str,
    /// What it says.
    pub lock: &'f Lock,
}

/// What the step from one lock file to another changes, without regard to any world.
#[must_use]
pub fn upgrade(old: File<'_>, new: File<'_>) -> Upgrade {
    let Compared { moves, untold } = compare(old.lock, new.lock);
    let untold = untold.into_iter().map(|untold| {
        let file = match untold.side {
            Side::Old => old.path,
            Side::New => new.path,
        };
        let at = Spot { file: file.to_owned(), line: untold.at.line, column: untold.at.column };
        Untold { package: untold.package, why: untold.why.to_string(), at }
    });
    Upgrade {
        clients: moves.iter().map(|moved| changed(moved, new.path)).collect(),
        untold: untold.collect(),
        ..Upgrade::default()
    }
}

/// What the move of a client changes, with the place of its pin in the new lock file, called `file`.
fn changed(moved: &Move, file: &str) -> ClientChange {
    let (from, to) = moved.decided_by.as_ref().map_or((&moved.from, &moved.to), |(from, to)| (from, to));
    ClientChange {
        client: moved.to.name().to_owned(),
        package: moved.package.clone(),
        replaces: moved.replaces.clone(),
        from: moved.from.version().to_owned(),
        to: moved.to.version().to_owned(),
        decided_by: moved.decided_by.as_ref().map(|(_, to)| to.name().to_owned()),
        at: Some(Spot { file: file.to_owned(), line: moved.at.line, column: moved.at.column }),
        ..change(from, to)
    }
}

/// What it changes to use another version of a client, wherever the two versions are known from.
#[must_use]
pub fn change(from: &Client, to: &Client) -> ClientChange {
    let differs = |region: &Region| {
        let [before, after] =
            [from, to].map(|client| asked(client, Some(region.name()), &[]).map(|endpoint| endpoint.url));
        before != after
    };
    let regions: Vec<String> = Region::all().filter(differs).map(|region| region.name().to_owned()).collect();
    let (before, after) = (mode(from), mode(to));
    let turn = turn(from, to);
    let unsettled = || [to, from].into_iter().find_map(|client| asked(client, Some(LEGACY_REGION), &[])?.uncertain);
    let moves = !regions.is_empty() || turn.is_some();
    let mut breaks = Vec::new();
    if moves {
        let told = Circumstance::all(after).iter();
        breaks.extend(told.map(|each| Breakage { code: each.code().to_owned(), text: each.text(after).to_owned() }));
        breaks.extend(without_region(from, to));
    }
    ClientChange {
        client: to.name().to_owned(),
        package: to.name().to_owned(),
        replaces: None,
        from: from.version().to_owned(),
        to: to.version().to_owned(),
        decided_by: None,
        boundary: turn.as_ref().map(|turn| turn.version.clone()),
        before: before.as_str().to_owned(),
        after: after.as_str().to_owned(),
        moves,
        breaks,
        keeps: if moves { ways_to_keep(to, after) } else { Vec::new() },
        regions,
        uncertain: turn.as_ref().map_or_else(unsettled, |turn| turn.uncertain).map(str::to_owned),
        source: turn.map(|turn| turn.source.to_owned()),
        at: None,
    }
}

fn asked(client: &Client, region: Option<&str>, env: &[(&str, &str)]) -> Option<Endpoint> {
    endpoint(client, &Settings { region, env, ..Settings::default() }).ok()
}

fn mode(client: &Client) -> Mode {
    asked(client, Some(LEGACY_REGION), &[]).map_or(Mode::Regional, |endpoint| endpoint.mode)
}

/// A client that was told no Region may have had an endpoint before, and have none now.
fn without_region(from: &Client, to: &Client) -> Option<Breakage> {
    asked(from, None, &[])?;
    let refused = endpoint(to, &Settings::default()).err()?;
    let text = format!("{}: it now stops with \"{refused}\"", Circumstance::NoRegion.text(mode(to)));
    Some(Breakage { code: Circumstance::NoRegion.code().to_owned(), text })
}

/// How the endpoint of before can be had with the new version; each tried with the client table.
fn ways_to_keep(to: &Client, after: Mode) -> Vec<String> {
    let calls = |endpoint: Option<Endpoint>, mode: Mode| {
        let kept = asked(to, Some(LEGACY_REGION), &[]).map(|now| now.url);
        endpoint.is_some_and(|endpoint| endpoint.mode == mode && Some(endpoint.url) != kept)
    };
    let mut ways = Vec::new();
    let setting = |value| asked(to, Some(LEGACY_REGION), &[("AWS_STS_REGIONAL_ENDPOINTS", value)]);
    match after {
        Mode::Global => {
            if calls(setting("regional"), Mode::Regional) {
                ways.push(
                    "set AWS_STS_REGIONAL_ENDPOINTS=regional, or sts_regional_endpoints = regional in the profile; every SDK \
                     that reads the same environment or file follows it"
                        .to_owned(),
                );
            }
        }
        Mode::Regional | Mode::Custom => {
            if asked(to, Some("aws-global"), &[]).is_some_and(|endpoint| endpoint.host == "sts.amazonaws.com") {
                ways.push("give this one STS client the Region aws-global in code; nothing else changes".to_owned());
            }
            if calls(setting("legacy"), Mode::Global) {
                ways.push(
                    "set AWS_STS_REGIONAL_ENDPOINTS=legacy, or sts_regional_endpoints = legacy in the profile; every SDK that \
                     reads the same environment or file follows it"
                        .to_owned(),
                );
            }
            ways.push(
                "or stay with the Region's endpoint, as AWS advises, and let the policies ask for aws:SourceVpce where they \
                 asked for aws:SourceIp"
                    .to_owned(),
            );
        }
    }
    ways
}
