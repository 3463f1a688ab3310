//! Credentials as AWS hands them out: container credentials, EKS Pod Identity, the instance metadata service, Lambda.

mod cache;
mod container;
mod facts;
mod http;
mod lambda;
mod metadata;
mod pod;
mod tokens;
mod tree;

pub use facts::PlaceFacts;
pub use metadata::MetadataOptions;

use cache::Cache;
use http::Service;
use rolecall_names::Instant;
use rolecall_world::PlaceKind;
use std::{net::SocketAddr, path::Path, sync::Arc};
use tokio::{net::TcpListener, task::JoinSet};

/// Tells what time it is.
pub type Clock = Arc<dyn Fn() -> Instant + Send + Sync>;

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
    /// An instance's options for its metadata service.
    pub metadata: MetadataOptions,
    facts: Arc<PlaceFacts>,
}

/// What a place offers. Outside AWS nothing, and nothing of the host's is taken away.
#[must_use]
pub fn of(facts: &PlaceFacts) -> Offer {
    let mut offer = Offer {
        listen: Vec::new(),
        env: Vec::new(),
        unset: Vec::new(),
        token_file: None,
        metadata: MetadataOptions::default(),
        facts: Arc::new(facts.clone()),
    };
    if offer.facts.kind.is_inside() {
        offer.unset.extend(OF_THE_HOST);
    }
    match offer.facts.kind {
        PlaceKind::EcsTask => container::offer(&mut offer),
        PlaceKind::EksPod => pod::offer(&mut offer),
        PlaceKind::Ec2 => metadata::offer(&mut offer),
        PlaceKind::Lambda => lambda::offer(&mut offer),
        PlaceKind::OnPremises | PlaceKind::Internet => {}
    }
    offer
}

/// Variables that give credentials, or say where they are.
const OF_THE_HOST: [&str; 22] = [
    "AWS_CREDENTIAL_FILE",
    "BOTO_CONFIG",
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
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
    "AWS_EXECUTION_ENV",
    "ECS_CONTAINER_METADATA_URI",
    "ECS_CONTAINER_METADATA_URI_V4",
    "ECS_AGENT_URI",
];

impl Offer {
    /// The variables, with `own` as the directory the token's file is in.
    ///
    /// # Errors
    /// What the source says, where variables hold credentials.
    pub fn environment(&self, source: &dyn Source, own: &Path) -> Result<Vec<(String, String)>, String> {
        let mut env = self.env.clone();
        if let Some((name, _)) = &self.token_file {
            let file = own.join(name).to_string_lossy().into_owned();
            env.push(("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE".to_owned(), file));
        }
        if self.facts.kind == PlaceKind::Lambda && self.facts.role.is_some() {
            env.extend(lambda::credentials(source.fetch()?));
        }
        Ok(env)
    }

    /// Answers on the listeners, one for each of [`Offer::listen`], until what is returned is dropped.
    pub fn serve(&self, listeners: Vec<TcpListener>, source: Arc<dyn Source>) -> JoinSet<()> {
        self.serve_by(listeners, source, Arc::new(rolecall_server::now))
    }

    /// As [`Offer::serve`], by another clock.
    pub fn serve_by(&self, listeners: Vec<TcpListener>, source: Arc<dyn Source>, clock: Clock) -> JoinSet<()> {
        let mut tasks = JoinSet::new();
        let service = match self.facts.kind {
            PlaceKind::EcsTask => Service::Container(container::Task::new(&self.facts)),
            PlaceKind::EksPod => {
                let own = listeners.iter().filter_map(|listener| listener.local_addr().ok());
                Service::Pod(pod::Agent::new(&self.facts, own.map(|own| own.ip()).collect()))
            }
            PlaceKind::Ec2 => Service::Metadata(metadata::Metadata::new(self.facts.clone(), self.metadata)),
            PlaceKind::Lambda | PlaceKind::OnPremises | PlaceKind::Internet => return tasks,
        };
        let (service, cache) = (Arc::new(service), Arc::new(Cache::new(source, clock)));
        for listener in listeners {
            tasks.spawn(http::serve(listener, service.clone(), cache.clone()));
        }
        tasks
    }
}
