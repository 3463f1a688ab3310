//! Licences, bans and sources of everything we are built from, by cargo-deny and `deny.toml`.
//!
//! cargo-deny is installed under `target/` when it is not there: two and a half minutes, once.

use crate::{Failure, Outcome, process};
use std::{path::Path, process::Command};

const VERSION: &str = "0.20.2";

/// Runs cargo-deny. Advisories are left out: their database is a git repository that CI may not reach.
///
/// # Errors
/// When it cannot be installed, or finds something that `deny.toml` does not allow.
pub(crate) fn run(root: &Path) -> Outcome {
    let tools = root.join("target/tools");
    let deny = tools.join("bin/cargo-deny");
    let installed = process::output(Command::new(&deny).arg("--version")).unwrap_or_default();
    if installed.trim() != format!("cargo-deny {VERSION}") {
        println!("licences: installing cargo-deny {VERSION} under target/tools");
        // A build directory of its own, or two cargos would wait for each other's lock.
        process::output(
            Command::new(process::cargo_binary())
                .current_dir(root)
                .env("CARGO_TARGET_DIR", tools.join("build"))
                // Its own profile is for those who install it to keep.
                .envs([
                    ("CARGO_PROFILE_RELEASE_LTO", "off"),
                    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
                    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
                ])
                .args(["install", "cargo-deny", "--locked", "--quiet", "--force", "--version", VERSION, "--root"])
                .arg(&tools),
        )
        .map_err(|failure| match failure {
            Failure::Broken(why) => Failure::broken(format!("cargo-deny could not be installed: {why}")),
            other => other,
        })?;
        // The build directory of a tool nobody edits is half a gigabyte of nothing.
        let _ = std::fs::remove_dir_all(tools.join("build"));
    }
    process::run(Command::new(&deny).current_dir(root).args([
        "--all-features",
        "--log-level=error",
        "check",
        "--hide-inclusion-graph",
        "licenses",
        "bans",
        "sources",
    ]))
}
