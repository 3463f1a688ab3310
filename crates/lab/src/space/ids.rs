//! Users and groups inside: everybody stays who they are.

use crate::error::EnterError;
use nix::unistd::{Pid, getegid, geteuid};
use std::{fmt::Write as _, fs, io, path::PathBuf};

/// The maps of a user namespace that is like the one outside.
pub(super) struct Ids {
    users: String,
    groups: String,
    /// Whether this process may map others than itself.
    privileged: bool,
}

impl Ids {
    /// Root keeps every user and group it knows; anybody else only themselves, which needs no privilege.
    ///
    /// Source: user_namespaces(7), "Defining user and group ID mappings".
    pub(super) fn of_this_process() -> Result<Self, EnterError> {
        let (user, group) = (geteuid(), getegid());
        if !user.is_root() {
            let only = |id: u32| format!("{id} {id} 1\n");
            return Ok(Self { users: only(user.as_raw()), groups: only(group.as_raw()), privileged: false });
        }
        let read = |name: &str| fs::read_to_string(format!("/proc/self/{name}"));
        let maps = read("uid_map").and_then(|users| Ok((users, read("gid_map")?)));
        let (users, groups) = maps.map_err(EnterError::system("read this process's id maps"))?;
        Ok(Self { users: same(&users), groups: same(&groups), privileged: true })
    }

    /// Writes them for another process.
    pub(super) fn write(&self, process: Pid) -> io::Result<()> {
        let file = |name: &str| PathBuf::from(format!("/proc/{process}/{name}"));
        if !self.privileged {
            fs::write(file("setgroups"), "deny")?;
        }
        fs::write(file("gid_map"), &self.groups)?;
        fs::write(file("uid_map"), &self.users)
    }
}

/// The ids that are known here, each mapped to itself.
fn same(map: &str) -> String {
    let mut out = String::new();
    for line in map.lines() {
        let mut fields = line.split_whitespace();
        if let (Some(first), Some(count)) = (fields.next(), fields.nth(1)) {
            // Writing into a String has no way to fail.
            let _ = writeln!(out, "{first} {first} {count}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn every_id_known_here_is_mapped_to_itself() {
        assert_eq!(same("         0          0 4294967295\n"), "0 0 4294967295\n");
        assert_eq!(same("0 100000 65536\n70000 7 1\n"), "0 0 65536\n70000 70000 1\n");
        assert_eq!(same(""), "");
    }
}
