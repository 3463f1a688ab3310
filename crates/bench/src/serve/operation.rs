//! The operations measured, as requests.

use crate::{
    http::exchange,
    load::Source,
    sign::{Credentials, Signer, form},
};
use anyhow::{Result, bail};
use std::{cell::Cell, fmt, net::SocketAddr, rc::Rc};

/// Who calls, and which role is there to be assumed.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// A user's long-term key.
    pub(crate) user: Credentials,
    /// A session of the role.
    pub(crate) session: Credentials,
    pub(crate) role_arn: String,
    pub(crate) external_id: String,
}

/// An operation, called in one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    /// AssumeRole by a user, the trust policy demanding an external id.
    AssumeRole,
    /// GetCallerIdentity by a user.
    Identity,
    /// GetCallerIdentity with a session's credentials: the token is opened too.
    SessionIdentity,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::AssumeRole => "AssumeRole",
            Self::Identity => "GetCallerIdentity",
            Self::SessionIdentity => "GetCallerIdentity, session",
        })
    }
}

impl Operation {
    pub(crate) const ALL: [Self; 3] = [Self::AssumeRole, Self::Identity, Self::SessionIdentity];

    fn credentials(self, caller: &Caller) -> &Credentials {
        match self {
            Self::AssumeRole | Self::Identity => &caller.user,
            Self::SessionIdentity => &caller.session,
        }
    }

    fn body(self, caller: &Caller, number: u64) -> String {
        match self {
            Self::AssumeRole => assume_role(&caller.role_arn, &caller.external_id, &format!("bench-{number:08}")),
            Self::Identity | Self::SessionIdentity => "Action=GetCallerIdentity&Version=2011-06-15".to_owned(),
        }
    }

    pub(crate) fn signer(self, caller: &Caller, address: SocketAddr) -> Signer {
        Signer::new(self.credentials(caller).clone(), address, "sts")
    }

    /// The requests numbered from 0, signed now.
    pub(crate) fn requests(self, caller: &Caller, address: SocketAddr, count: u64) -> Vec<Vec<u8>> {
        let signer = self.signer(caller, address);
        (0..count).map(|number| signer.post(&self.body(caller, number))).collect()
    }

    /// Requests without end, each with a number of its own after `sent`, signed as they are sent.
    pub(crate) fn fresh(self, caller: Caller, address: SocketAddr, sent: u64) -> impl Source {
        let signer = self.signer(&caller, address);
        // Past the numbers of the requests signed ahead.
        let number = Cell::new(10_000_000 + sent);
        move || {
            number.set(number.get() + 1);
            Rc::<[u8]>::from(signer.post(&self.body(&caller, number.get())))
        }
    }

    /// Calls once and gives the bytes of the answer's body.
    pub(crate) fn probe(self, caller: &Caller, address: SocketAddr) -> Result<usize> {
        let request = self.signer(caller, address).post(&self.body(caller, 0));
        match exchange(address, &request)? {
            (200, body) => Ok(body.len()),
            (status, body) => bail!("{self}: {status} {body}"),
        }
    }
}

/// The body of an AssumeRole.
pub(crate) fn assume_role(role_arn: &str, external_id: &str, session: &str) -> String {
    format!(
        "Action=AssumeRole&Version=2011-06-15&RoleArn={}&RoleSessionName={session}&ExternalId={}",
        form(role_arn),
        form(external_id)
    )
}
