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

/// What there is of them, each once, by its own name; nothing that is below another.
pub(super) fn there(runtimes: &[PathBuf], homes: &[PathBuf]) -> Vec<PathBuf> {
    let all = may_be(runtimes, homes).into_iter();
    let mut found: Vec<PathBuf> = all.filter_map(|path| path.canonicalize().ok()).collect();
    found.sort();
    // What is below one comes directly after it.
    found.dedup_by(|later, earlier| later.starts_with(earlier));
    found
}

#[cfg(test)]
mod tests {
    use super::there;

    #[test]
    fn what_is_below_a_masked_directory_is_not_masked_again() {
        let runtime = tempfile::tempdir().unwrap();
        let runtime = runtime.path().canonicalize().unwrap();
        std::fs::create_dir_all(runtime.join("systemd/systemd")).unwrap();
        std::fs::write(runtime.join("systemd/bus"), "").unwrap();
        std::fs::write(runtime.join("systemd-other"), "").unwrap();
        let mut found = there(&[runtime.clone(), runtime.join("systemd")], &[]);
        found.retain(|path| path.starts_with(&runtime));
        assert_eq!(found, [runtime.join("systemd")]);
    }
}
