//! What `cargo metadata` says of the workspace and of all it is built from.

use crate::{Failure, process};
use serde::Deserialize;
use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
    process::Command,
};

/// The packages, and which needs which.
#[derive(Debug, Deserialize)]
pub(crate) struct Metadata {
    pub(crate) packages: Vec<Package>,
    pub(crate) workspace_members: Vec<String>,
    pub(crate) resolve: Resolve,
    pub(crate) target_directory: PathBuf,
}

/// One package of the graph.
#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    pub(crate) id: String,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) targets: Vec<Target>,
}

/// A library, binary, test or example of a package.
#[derive(Debug, Deserialize)]
pub(crate) struct Target {
    pub(crate) name: String,
    pub(crate) kind: Vec<String>,
}

/// The edges between packages as resolved.
#[derive(Debug, Deserialize)]
pub(crate) struct Resolve {
    pub(crate) nodes: Vec<Node>,
}

/// A package and what it needs.
#[derive(Debug, Deserialize)]
pub(crate) struct Node {
    pub(crate) id: String,
    pub(crate) deps: Vec<Edge>,
}

/// One need.
#[derive(Debug, Deserialize)]
pub(crate) struct Edge {
    pub(crate) pkg: String,
}

impl Metadata {
    /// Asks cargo, with every feature on and the lock file as it is.
    ///
    /// # Errors
    /// When cargo fails or answers in a shape unknown here.
    pub(crate) fn read(root: &Path) -> Result<Self, Failure> {
        let text = process::output(Command::new(process::cargo_binary()).current_dir(root).args([
            "metadata",
            "--format-version=1",
            "--all-features",
            "--locked",
        ]))?;
        Self::parse(&text)
    }

    /// Reads the JSON that cargo wrote.
    ///
    /// # Errors
    /// When the shape is unknown.
    pub(crate) fn parse(text: &str) -> Result<Self, Failure> {
        serde_json::from_str(text).map_err(|error| Failure::broken(format!("cargo metadata cannot be read: {error}")))
    }

    /// The needs of each package by its id.
    pub(crate) fn edges(&self) -> HashMap<&str, &[Edge]> {
        self.resolve.nodes.iter().map(|node| (node.id.as_str(), node.deps.as_slice())).collect()
    }

    /// The workspace's own packages.
    pub(crate) fn members(&self) -> impl Iterator<Item = &Package> {
        let ids: HashSet<&str> = self.workspace_members.iter().map(String::as_str).collect();
        self.packages.iter().filter(move |package| ids.contains(package.id.as_str()))
    }
}
