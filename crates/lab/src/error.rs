//! Why a place cannot be entered.

use nix::errno::Errno;
use std::{io, path::PathBuf};

/// Why a place cannot be entered, or was left early.
#[derive(Debug, thiserror::Error)]
pub enum EnterError {
    /// User namespaces are forbidden or switched off.
    #[error("this kernel does not let `rolecall enter` make a user namespace ({errno}): {}", advice(*errno))]
    UserNamespace {
        /// What the kernel said.
        errno: Errno,
    },
    /// A user namespace can be made, and nothing be done in it.
    #[error(
        "a user namespace was made, but nothing may be done in it ({errno}): a security module forbids it. On Ubuntu, allow \
         it with `sysctl kernel.apparmor_restrict_unprivileged_userns=0` or an AppArmor profile for rolecall that has \
         `userns,`"
    )]
    Restricted {
        /// What the kernel said.
        errno: Errno,
    },
    /// The users and groups of a user namespace could not be told.
    #[error(
        "the users of a user namespace could not be mapped ({errno}): inside a container, run it with \
         `--security-opt seccomp=unconfined --security-opt systempaths=unconfined`, or as a user that may"
    )]
    Mapping {
        /// What the kernel said.
        errno: Errno,
    },
    /// Namespaces of another kind are forbidden.
    #[error("this kernel does not let `rolecall enter` make {what} ({errno}): {}", advice(*errno))]
    Namespace {
        /// Which.
        what: &'static str,
        /// What the kernel said.
        errno: Errno,
    },
    /// A system call failed that nobody forbids.
    #[error("cannot {what}: {source}")]
    System {
        /// What was tried.
        what: &'static str,
        /// Why not.
        source: io::Error,
    },
    /// Something at a path could not be done.
    #[error("cannot {what} {path}: {source}")]
    Path {
        /// What was tried.
        what: &'static str,
        /// Where.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The lab may not lead packets on to the world's other machines.
    #[error(
        "cannot write {path}, by which the place's packets are led on to other machines of the world: {source}. Inside a \
         container /proc/sys is read-only; run it with `--security-opt systempaths=unconfined`"
    )]
    Forwarding {
        /// The kernel's switch.
        path: &'static str,
        /// Why not.
        source: io::Error,
    },
    /// The network of the place could not be made.
    #[error("cannot {what}: {source}")]
    Link {
        /// What was tried.
        what: &'static str,
        /// Why not.
        source: Box<rtnetlink::Error>,
    },
    /// A file that has to be replaced inside is not there, or a link to nothing.
    #[error("{} is not there, so nothing can be seen in its place; make it, empty, and try again", .0.display())]
    Dangling(PathBuf),
    /// The first process inside is gone.
    #[error("the first process inside the place ended before the command began")]
    InitGone,
    /// The first process inside says why.
    #[error("{0}")]
    Inside(String),
    /// The command could not be begun.
    #[error("the command cannot be run: {}", .0.desc())]
    NotBegun(Errno),
    /// A word of the command or of the environment has a NUL in it.
    #[error("a word of the command or the environment has a NUL in it, which no program can be given")]
    Nul,
    /// The server said no.
    #[error("{0}")]
    Server(String),
    /// A way out that would be in the way of something inside.
    #[error("{host} cannot be allowed: {why}")]
    Allowed {
        /// Which.
        host: String,
        /// Why not.
        why: &'static str,
    },
    /// The place has nothing that could be entered.
    #[error("the place {place} cannot be entered: {why}")]
    Place {
        /// Which.
        place: String,
        /// Why not.
        why: String,
    },
}

/// A command that is not there.
pub const NOT_FOUND: Errno = Errno::ENOENT;

impl From<crate::control::client::ControlError> for EnterError {
    fn from(error: crate::control::client::ControlError) -> Self {
        Self::Server(error.to_string())
    }
}

/// What to allow, by what is commonly in the way.
fn advice(errno: Errno) -> &'static str {
    match errno {
        Errno::ENOSPC => "`sysctl user.max_user_namespaces` and `user.max_net_namespaces` set how many there may be",
        Errno::EPERM => {
            "allow unprivileged user namespaces (`sysctl kernel.unprivileged_userns_clone=1`, \
             `sysctl kernel.apparmor_restrict_unprivileged_userns=0` on Ubuntu), or, inside a container, run it with \
             `--security-opt seccomp=unconfined`"
        }
        Errno::EINVAL | Errno::ENOSYS => {
            "it was built without namespaces (CONFIG_USER_NS, CONFIG_NET_NS, CONFIG_PID_NS)"
        }
        _ => "see namespaces(7) for what can be in the way",
    }
}

impl EnterError {
    pub(crate) fn no_user_namespace(errno: Errno) -> Self {
        Self::UserNamespace { errno }
    }

    pub(crate) fn no_mapping(errno: Errno) -> Self {
        Self::Mapping { errno }
    }

    pub(crate) fn no_network_namespace(errno: Errno) -> Self {
        match errno {
            Errno::EPERM | Errno::EACCES => Self::Restricted { errno },
            _ => Self::Namespace { what: "a network namespace", errno },
        }
    }

    pub(crate) fn no_namespaces(errno: Errno) -> Self {
        match errno {
            Errno::EPERM | Errno::EACCES => Self::Restricted { errno },
            _ => Self::Namespace { what: "namespaces for the command", errno },
        }
    }

    pub(crate) fn system<E: Into<io::Error>>(what: &'static str) -> impl Fn(E) -> Self {
        move |source| Self::System { what, source: source.into() }
    }

    pub(crate) fn path<E: Into<io::Error>>(what: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(E) -> Self {
        let path = path.into();
        move |source| Self::Path { what, path, source: source.into() }
    }

    pub(crate) fn link(what: &'static str) -> impl Fn(rtnetlink::Error) -> Self {
        move |source| Self::Link { what, source: Box::new(source) }
    }
}
