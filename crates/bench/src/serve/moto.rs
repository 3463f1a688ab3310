//! moto's server, from PyPI, in a virtual environment of its own under `target`.

use super::table::say;
use crate::process::Server;
use anyhow::{Context, Result, bail};
use std::{
    net::TcpListener,
    path::Path,
    process::{Command, Stdio},
};

const ENVIRONMENT: &str = "target/bench/moto";

/// Installs moto where it is not yet installed, and starts it.
pub(crate) fn start(core: usize) -> Result<Server> {
    let binary = Path::new(ENVIRONMENT).join("bin/moto_server");
    if !binary.exists() {
        say("installing moto");
        quietly(Command::new("python3").args(["-m", "venv", ENVIRONMENT]))?;
        quietly(Command::new(Path::new(ENVIRONMENT).join("bin/pip")).args(["install", "--quiet", "moto[server]"]))?;
    }
    // A port that was free a moment ago: moto cannot be told to choose one itself and say which.
    let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let port = address.port().to_string();
    Server::start_quiet(Command::new(binary).args(["-H", "127.0.0.1", "-p", &port]), core, address)
}

fn quietly(command: &mut Command) -> Result<()> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("running {}", command.get_program().display()))?;
    if output.status.success() {
        return Ok(());
    }
    let last = String::from_utf8_lossy(&output.stderr);
    bail!("{}", last.trim().lines().next_back().unwrap_or("it failed without a word"))
}
