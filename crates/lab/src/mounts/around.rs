//! Sockets of services that would answer for the host: names from its resolver, programs run in its network.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The system's.
const SYSTEM: [&str; 15] = [
    "/run/systemd/resolve",
    "/run/systemd/private",
    "/run/systemd/userdb",
    "/run/nscd",
    "/var/run/nscd",
    "/run/avahi-daemon",
    "/run/dbus",
    "/run/docker",
    "/run/docker.sock",
    "/run/containerd",
    "/run/podman",
    "/run/crio",
    "/run/snapd.socket",
    "/run/snapd-snap.socket",
    "/run/lxd.socket",
];

/// Services of systemd listen in this directory by names that begin so. Source: `systemd.io`, "User/Group Record Lookup API
/// via Varlink" and `systemd-resolved.service(8)`.
pub(super) const VARLINK: (&str, &str) = ("/run/systemd", "io.systemd.");

/// A user's own, in the directory for what lives as long as a login (XDG Base Directory Specification,
/// `XDG_RUNTIME_DIR`).
const RUNTIME: [&str; 4] = ["bus", "systemd", "docker.sock", "podman"];

/// The same in the home directory, where Docker Desktop has them.
const HOME: [&str; 2] = [".docker/run/docker.sock", ".docker/desktop/docker.sock"];

/// Where they may be, by the paths that are told of; those of [`VARLINK`] as far as they are there.
pub(super) fn may_be(runtimes: &[PathBuf], homes: &[PathBuf]) -> Vec<PathBuf> {
    let (directory, begins) = VARLINK;
    let listed = fs::read_dir(directory).into_iter().flatten().flatten();
    let varlink = listed.filter(|entry| entry.file_name().to_string_lossy().starts_with(begins));
    let of = |bases: &[PathBuf], names: &[&str]| -> Vec<PathBuf> {
        bases.iter().flat_map(|base| names.iter().map(|name| base.join(name))).collect()
    };
    let all = SYSTEM.iter().map(|path| Path::new(path).to_owned());
    let all = all.chain(varlink.map(|entry| entry.path()));
    all.chain(of(runtimes, &RUNTIME)).chain(of(homes, &HOME)).collect()
}

/// What there is of them, each once, by its own name.
pub(super) fn there(runtimes: &[PathBuf], homes: &[PathBuf]) -> Vec<PathBuf> {
    let all = may_be(runtimes, homes).into_iter();
    let mut found: Vec<PathBuf> = all.filter_map(|path| path.canonicalize().ok()).collect();
    found.sort();
    found.dedup();
    found
}
