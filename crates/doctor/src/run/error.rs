//! Why a call cannot be run.

use rolecall_clients::{ClientError, UnknownClient};
use rolecall_names::AccountId;
use rolecall_world::At;

/// Why a call cannot be run: its world does not say enough, or says what cannot be used.
#[derive(Debug, Clone, thiserror::Error)]
pub enum RunError {
    /// The client is none that is known.
    #[error("{source}")]
    Client {
        /// Why.
        source: UnknownClient,
        /// Where it is named.
        at: At,
    },
    /// An option that the client has not, or of a wrong kind.
    #[error("{source}")]
    Option {
        /// Why.
        source: ClientError,
        /// The call.
        at: At,
    },
    /// The credentials are somewhere the world knows nothing of.
    #[error("the call starts with {what}: what that comes to is not in the world")]
    Unknowable {
        /// With what.
        what: &'static str,
        /// The call.
        at: At,
    },
    /// The place gives no credentials.
    #[error("the place {place} has no role whose credentials it could give; say `role = \"…\"`")]
    NoRole {
        /// Which.
        place: String,
        /// Its table.
        at: At,
    },
    /// The place is not in this world.
    #[error("there is no place {place}")]
    NoPlace {
        /// Which.
        place: String,
        /// Where it is named.
        at: At,
    },
    /// There is nothing to assume.
    #[error("the call assumes no role: say `assume`, or a `profile` that ends in a role")]
    NothingToAssume {
        /// The call.
        at: At,
    },
    /// The role is in an account that the world does not hold.
    #[error(
        "{arn} is a role of the account {account}, which is not in this world; say `[accounts.NAME]` with `id = \"{account}\"`"
    )]
    ForeignTarget {
        /// The role.
        arn: String,
        /// Its account.
        account: AccountId,
        /// Where it is named.
        at: At,
    },
    /// The place does not stand in this world's network.
    #[error("{source}")]
    Network {
        /// Why.
        source: rolecall_network::Unbuilt,
        /// The place.
        at: At,
    },
}

impl RunError {
    /// Where in the world's files it is.
    #[must_use]
    pub fn at(&self) -> At {
        match self {
            Self::Client { at, .. }
            | Self::Option { at, .. }
            | Self::Unknowable { at, .. }
            | Self::NoRole { at, .. }
            | Self::NoPlace { at, .. }
            | Self::NothingToAssume { at }
            | Self::ForeignTarget { at, .. }
            | Self::Network { at, .. } => *at,
        }
    }
}
