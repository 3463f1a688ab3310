//! Dependencies point down only: what cargo resolved is compared with the table in `layers.toml`.

use crate::{Failure, Outcome, metadata::Metadata, process};
use serde::Deserialize;
use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
    process::Command,
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
    let table = Table::read(root)?;
    let metadata = Metadata::read(root)?;
    let mut findings = findings(&table, &metadata);
    for package in metadata.members().filter(|package| table.pure.packages.contains(&package.name)) {
        if let Some(way) = impurity(&table, &tree(root, &package.name)?) {
            findings.push(format!("{way}: {} is pure and must not reach it", package.name));
        }
    }
    for finding in &findings {
        println!("layers: {finding}");
    }
    if findings.is_empty() { Ok(()) } else { Err(Failure::Findings(findings.len())) }
}

fn findings(table: &Table, metadata: &Metadata) -> Vec<String> {
    let mut findings = Vec::new();
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
    }
    findings
}

/// What the package brings along when it is built for itself, as `cargo tree` draws it: a depth and a name on each line.
///
/// `cargo metadata` would not do: it shows the features that any package of the workspace asks for.
fn tree(root: &Path, package: &str) -> Result<String, Failure> {
    process::output(Command::new(process::cargo_binary()).current_dir(root).args([
        "tree",
        "--locked",
        "--all-features",
        "--edges=normal,build",
        "--prefix=depth",
        "--no-dedupe",
        "--package",
        package,
    ]))
}

/// The first way in a tree that leads to something a pure package must not reach.
fn impurity(table: &Table, tree: &str) -> Option<String> {
    let mut path: Vec<&str> = Vec::new();
    for line in tree.lines() {
        let digits = line.bytes().take_while(u8::is_ascii_digit).count();
        let (depth, rest) = line.split_at_checked(digits)?;
        let name = rest.split(' ').next()?;
        path.truncate(depth.parse().ok()?);
        path.push(name);
        if table.pure.must_not_reach.iter().any(|bad| bad == name) {
            return Some(path.join(" -> "));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A workspace of `members` with the edges given as `from -> to`, whatever they are for.
    fn workspace(members: &[&str], edges: &[&str]) -> Metadata {
        let edges: Vec<(&str, &str)> = edges.iter().map(|edge| edge.split_once(" -> ").unwrap()).collect();
        let mut names: Vec<&str> = members.iter().copied().chain(edges.iter().map(|(_, to)| *to)).collect();
        names.sort_unstable();
        names.dedup();
        let packages: Vec<_> = names.iter().map(|name| serde_json::json!({ "id": name, "name": name })).collect();
        let needs = |name: &str| {
            let edges = edges.iter().filter(|(from, _)| *from == name);
            edges.map(|(_, to)| serde_json::json!({ "pkg": to })).collect::<Vec<_>>()
        };
        let nodes: Vec<_> = names.iter().map(|name| serde_json::json!({ "id": name, "deps": needs(name) })).collect();
        let text = serde_json::json!({
            "packages": packages,
            "workspace_members": members,
            "resolve": { "nodes": nodes },
            "target_directory": "",
        });
        Metadata::parse(&text.to_string()).unwrap()
    }

    fn table() -> Table {
        toml::from_str(
            "layers = { low = 0, left = 1, right = 1, high = 2 }
             tools = { names = ['tool'] }
             pure = { packages = ['low', 'left'], must_not_reach = ['tokio'] }",
        )
        .unwrap()
    }

    fn check(members: &[&str], edges: &[&str]) -> Vec<String> {
        findings(&table(), &workspace(members, edges))
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
        let way = |tree| impurity(&table(), tree);
        let pure = "0left v0.1.0 (path)\n1low v0.1.0\n2serde v1.0.0\n1tokio-like v1.0.0\n";
        assert_eq!(way(pure), None);
        let impure = "0left v0.1.0\n1low v0.1.0\n2serde v1.0.0\n1innocent v1.0.0\n2tokio v1.0.0 (*)\n";
        assert_eq!(way(impure).as_deref(), Some("left -> innocent -> tokio"));
    }
}
