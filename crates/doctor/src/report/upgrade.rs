//! What an upgrade changes: the document of `upgrade --json`.

use super::Spot;
use serde::Serialize;
use serde_json::Value;

/// What an upgrade changes. Its form as JSON is in `docs/schema/upgrade.json`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Upgrade {
    /// Every client whose version is another, in the order of the lock files.
    pub clients: Vec<ClientChange>,
    /// Every call of the world that the change touches; empty without a world.
    pub calls: Vec<CallChange>,
    /// Whether there was a world: then its calls say what the upgrade breaks, else the clients do.
    #[serde(skip)]
    pub world: bool,
    /// What could not be told.
    pub untold: Vec<Untold>,
}

/// A client in another version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClientChange {
    /// The client, as in `aws-cli`.
    pub client: String,
    /// The package that tells its version, as in `awscli`.
    pub package: String,
    /// The package that told it before, where it was another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replaces: Option<String>,
    /// The version before.
    pub from: String,
    /// The version after.
    pub to: String,
    /// The client whose version decides for this one, where it is another: `botocore`, for boto3.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<String>,
    /// The version that moved the default, where one did between the two.
    pub boundary: Option<String>,
    /// `global` or `regional`: which endpoint it called by default.
    pub before: String,
    /// `global` or `regional`: which it calls now.
    pub after: String,
    /// Whether the default is another.
    pub moves: bool,
    /// The Regions from which another endpoint is called.
    pub regions: Vec<String>,
    /// Under which circumstances that breaks a call.
    pub breaks: Vec<Breakage>,
    /// How to keep what was.
    pub keeps: Vec<String>,
    /// What is not settled about the client, where something is not.
    pub uncertain: Option<String>,
    /// Where the boundary is known from.
    pub source: Option<String>,
    /// Where the new version stands; `None` where it was given on the command line.
    pub at: Option<Spot>,
}

/// A circumstance under which a call breaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Breakage {
    /// A name, in kebab-case.
    pub code: String,
    /// When it matters, and what then happens.
    pub text: String,
}

/// A call of the world before and after the upgrade.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CallChange {
    /// The call's name.
    pub call: String,
    /// `allowed`, `denied`, `unreachable` or `rejected`.
    pub before: String,
    /// The same of the new version.
    pub after: String,
    /// Whether it worked and does not, or did not and works.
    pub flips: bool,
    /// Why it does not work now, as `explain` tells causes.
    pub causes: Vec<Value>,
    /// What would mend it, as `explain` tells fixes.
    pub fixes: Vec<Value>,
}

/// Something about a client that the lock files do not tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Untold {
    /// The package or file.
    pub package: String,
    /// Why nothing is told.
    pub why: String,
    /// Where it stands.
    pub at: Spot,
}

impl ClientChange {
    /// The step in a few words: `boto3 1.39.17 -> 1.40.0`, or with both packages where one took another's place.
    #[must_use]
    pub fn step(&self) -> String {
        let Self { client, package, from, to, .. } = self;
        match &self.replaces {
            Some(replaces) => format!("{replaces} {from} -> {package} {to}"),
            None => format!("{client} {from} -> {to}"),
        }
    }
}

impl Upgrade {
    /// Whether the upgrade breaks something: where there is a world, a call of it; else whether a default moved.
    #[must_use]
    pub fn fails(&self) -> bool {
        if self.world {
            self.calls.iter().any(|call| call.flips)
        } else {
            self.clients.iter().any(|client| client.moves)
        }
    }
}
