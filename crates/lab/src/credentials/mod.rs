//! Credentials as AWS hands them out: container credentials, EKS Pod Identity, the instance metadata service, Lambda.

mod cache;
mod container;
mod facts;
mod http;

pub use facts::PlaceFacts;

use cache::Cache;
use rolecall_names::Instant;
use rolecall_world::PlaceKind;
use std::{net::SocketAddr, sync::Arc};
use tokio::{net::TcpListener, task::JoinSet};

/// Where credentials come from. It may wait.
pub trait Source: Send + Sync + 'static {
    /// Fresh ones.
    ///
    /// # Errors
    /// Why there are none, for people.
    fn fetch(&self) -> Result<Handed, String>;
}

/// Credentials of a session of a place's role.
#[derive(Clone)]
pub struct Handed {
    /// `ASIA…`.
    pub access_key_id: String,
    /// The secret.
    pub secret_access_key: String,
    /// The session's token.
    pub session_token: String,
    /// When they were made.
    pub issued: Instant,
    /// When they end.
    pub expires: Instant,
    /// The role.
    pub role_arn: String,
    /// Its name.
    pub role_name: String,
    /// Its account.
    pub account: String,
}

/// What a place gives to programs in it.
pub struct Offer {
    /// Where its services answer, inside.
    pub listen: Vec<SocketAddr>,
    /// Variables that are set.
    pub env: Vec<(String, String)>,
    /// Variables of the host's that would lead elsewhere.
    pub unset: Vec<&'static str>,
    /// A file with a token, by its name, and what is in it.
    pub token_file: Option<(&'static str, String)>,
    facts: Arc<PlaceFacts>,
}

/// What a place offers.
#[must_use]
pub fn of(facts: &PlaceFacts) -> Offer {
    let facts = Arc::new(facts.clone());
    let mut offer = Offer { listen: Vec::new(), env: Vec::new(), unset: Vec::new(), token_file: None, facts };
    if offer.facts.kind.is_inside() {
        offer.unset.extend(OF_THE_HOST);
    }
    match offer.facts.kind {
        PlaceKind::EcsTask => container::offer(&mut offer),
        _ => {}
    }
    offer
}

/// Variables that give credentials, or say where they are.
const OF_THE_HOST: [&str; 16] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
    "ECS_CONTAINER_METADATA_URI_V4",
];

impl Offer {
    /// The variables, with `own` as the directory the token's file is in.
    ///
    /// # Errors
    /// What the source says, where variables hold credentials.
    pub fn environment(&self, _source: &dyn Source, _own: &std::path::Path) -> Result<Vec<(String, String)>, String> {
        Ok(self.env.clone())
    }

    /// Answers on the listeners, one for each of [`Offer::listen`], until what is returned is dropped.
    pub fn serve(&self, listeners: Vec<TcpListener>, source: Arc<dyn Source>) -> JoinSet<()> {
        let cache = Arc::new(Cache::new(source));
        let mut tasks = JoinSet::new();
        for listener in listeners {
            tasks.spawn(http::serve(listener, self.facts.clone(), cache.clone()));
        }
        tasks
    }
}
