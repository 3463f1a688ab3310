//! Dependencies point down only: what cargo resolved is compared with the table in `layers.toml`.

use crate::{Failure, Outcome, metadata::Metadata};
use serde::Deserialize;
use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    path::Path,
};

const TABLE: &str = "xtask/layers.toml";

/// `layers.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    /// Layer of each package, 0 lowest.
    pub(crate) layers: BTreeMap<String, u8>,
    tools: Tools,
    pub(crate) pure: Pure,
}

/// Packages beside the house.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tools {
    names: Vec<String>,
}

/// Packages without I/O, and what would bring it in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pure {
    pub(crate) packages: Vec<String>,
    must_not_reach: Vec<String>,
}

impl Table {
    /// Reads the table.
    ///
    /// # Errors
    /// When the file is missing or says what is not understood.
    pub(crate) fn read(root: &Path) -> Result<Self, Failure> {
        let text =
            std::fs::read_to_string(root.join(TABLE)).map_err(|error| Failure::broken(format!("{TABLE}: {error}")))?;
        toml::from_str(&text).map_err(|error| Failure::broken(format!("{TABLE}: {error}")))
    }

    fn is_tool(&self, name: &str) -> bool {
        self.tools.names.iter().any(|tool| tool == name)
    }
}

/// Checks the workspace and prints each edge that must not be.
///
/// # Errors
/// When there is one.
pub(crate) fn run(root: &Path) -> Outcome {
    let findings = findings(&Table::read(root)?, &Metadata::read(root)?);
    for finding in &findings {
        println!("layers: {finding}");
    }
    if findings.is_empty() { Ok(()) } else { Err(Failure::Findings(findings.len())) }
}

fn findings(table: &Table, metadata: &Metadata) -> Vec<String> {
    let mut findings = Vec::new();
    let packages = metadata.by_id();
    let edges = metadata.edges();
    let members: HashMap<&str, &str> =
        metadata.members().map(|package| (package.id.as_str(), package.name.as_str())).collect();
    for package in metadata.members() {
        let from = package.name.as_str();
        let layer = table.layers.get(from).copied();
        if layer.is_none() && !table.is_tool(from) {
            findings.push(format!("{from} has no layer: enter it in {TABLE}"));
        }
        for edge in edges.get(package.id.as_str()).copied().unwrap_or_default() {
            let Some(to) = members.get(edge.pkg.as_str()) else { continue };
            if table.is_tool(to) {
                findings.push(format!("{from} -> {to}: {to} is a tool, nothing depends on it"));
                continue;
            }
            let (Some(layer), Some(below)) = (layer, table.layers.get(*to).copied()) else { continue };
            if below > layer {
                findings.push(format!("{from} -> {to}: points up, from layer {layer} to layer {below}"));
            } else if below == layer {
                findings.push(format!("{from} -> {to}: points sideways, both are in layer {layer}"));
            }
        }
        if table.pure.packages.iter().any(|pure| pure == from)
            && let Some(path) =
                forbidden(table, &package.id, &edges, |id| packages.get(id).map(|found| found.name.as_str()))
        {
            findings.push(format!("{}: {from} is pure and must not reach it", path.join(" -> ")));
        }
    }
    findings
}

/// The shortest way from a package to one that must not be reached, as names.
fn forbidden<'a>(
    table: &Table,
    start: &'a str,
    edges: &HashMap<&'a str, &'a [crate::metadata::Edge]>,
    name: impl Fn(&str) -> Option<&'a str>,
) -> Option<Vec<&'a str>> {
    let mut came_from: HashMap<&str, Option<&str>> = HashMap::from([(start, None)]);
    let mut queue = VecDeque::from([start]);
    while let Some(id) = queue.pop_front() {
        if name(id).is_some_and(|name| table.pure.must_not_reach.iter().any(|bad| bad == name)) {
            let mut path = Vec::new();
            let mut step = Some(id);
            while let Some(id) = step {
                path.extend(name(id));
                step = came_from.get(id).copied().flatten();
            }
            path.reverse();
            return Some(path);
        }
        for edge in edges.get(id).copied().unwrap_or_default().iter().filter(|edge| edge.is_shipped()) {
            if !came_from.contains_key(edge.pkg.as_str()) {
                came_from.insert(&edge.pkg, Some(id));
                queue.push_back(&edge.pkg);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A workspace of `members` with the edges given as `from kind to`, kind being `->` or `-dev->`.
    fn workspace(members: &[&str], edges: &[&str]) -> Metadata {
        let edges: Vec<(&str, &str, &str)> = edges
            .iter()
            .map(|edge| {
                let words: Vec<&str> = edge.split(' ').collect();
                (words[0], words[1], words[2])
            })
            .collect();
        let mut names: Vec<&str> = members.iter().copied().chain(edges.iter().map(|edge| edge.2)).collect();
        names.sort_unstable();
        names.dedup();
        let packages: Vec<_> = names.iter().map(|name| serde_json::json!({ "id": name, "name": name })).collect();
        let nodes: Vec<_> = names
            .iter()
            .map(|name| {
                let deps: Vec<_> = edges
                    .iter()
                    .filter(|edge| edge.0 == *name)
                    .map(|edge| {
                        let kind = (edge.1 == "-dev->").then_some("dev");
                        serde_json::json!({ "pkg": edge.2, "dep_kinds": [{ "kind": kind }] })
                    })
                    .collect();
                serde_json::json!({ "id": name, "deps": deps })
            })
            .collect();
        let text = serde_json::json!({ "packages": packages, "workspace_members": members, "resolve": { "nodes": nodes }, "target_directory": "" });
        Metadata::parse(&text.to_string()).unwrap()
    }

    fn check(members: &[&str], edges: &[&str]) -> Vec<String> {
        let table = toml::from_str(
            "layers = { low = 0, left = 1, right = 1, high = 2 }
             tools = { names = ['tool'] }
             pure = { packages = ['low', 'left'], must_not_reach = ['tokio'] }",
        )
        .unwrap();
        findings(&table, &workspace(members, edges))
    }

    #[test]
    fn down_is_the_way() {
        let edges = ["left -> low", "high -> left", "high -> right", "high -> tokio", "tool -> high"];
        assert_eq!(check(&["low", "left", "right", "high", "tool"], &edges), Vec::<String>::new());
    }

    #[test]
    fn up_and_sideways_are_named_with_their_layers() {
        assert_eq!(check(&["low", "left"], &["low -> left"]), ["low -> left: points up, from layer 0 to layer 1"]);
        assert_eq!(
            check(&["left", "right"], &["left -> right"]),
            ["left -> right: points sideways, both are in layer 1"]
        );
    }

    #[test]
    fn a_test_dependency_points_down_too() {
        assert_eq!(check(&["left", "right"], &["left -dev-> right"]).len(), 1);
    }

    #[test]
    fn a_package_without_a_layer_is_named() {
        assert_eq!(check(&["stray"], &[]), ["stray has no layer: enter it in xtask/layers.toml"]);
    }

    #[test]
    fn nothing_depends_on_a_tool() {
        assert_eq!(
            check(&["high", "tool"], &["high -> tool"]),
            ["high -> tool: tool is a tool, nothing depends on it"]
        );
    }

    #[test]
    fn a_pure_package_reaches_no_runtime_by_any_way() {
        assert_eq!(
            check(&["low", "left"], &["left -> low", "left -> innocent", "innocent -> tokio"]),
            ["left -> innocent -> tokio: left is pure and must not reach it"]
        );
        assert_eq!(check(&["left"], &["left -dev-> tokio"]), Vec::<String>::new());
    }
}
