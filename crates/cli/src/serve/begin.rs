//! What a deployment starts with: the world's entities, or one account in an empty directory, and the credentials file.

use super::files;
use crate::world::{self, Unusable};
use base64::{Engine, engine::general_purpose::STANDARD};
use rolecall_directory::{AccessKey, Change, Directory, KeyOwner, Origin, Preferences, Secret};
use rolecall_doctor::vpc_endpoint;
use rolecall_names::{AccessKeyId, AccountId, Partition};
use rolecall_server::{Deployment, OpenError, draw, now};
use rolecall_world::World;
use std::{
    collections::HashMap,
    fmt::Write,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Why a deployment does not begin.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BeginError {
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error("{path}: {source}")]
    File { path: PathBuf, source: io::Error },
    #[error(transparent)]
    World(#[from] Unusable),
}

/// Fills what is empty, applies the world, and writes `DATA/credentials`. Gives the world.
pub(super) fn begin(
    deployment: &Deployment,
    world: Option<&Path>,
    account: AccountId,
    data: &Path,
) -> Result<Option<World>, BeginError> {
    let world = world.map(|path| apply_world(deployment, path)).transpose()?;
    if deployment.directory().accounts().next().is_none() {
        deployment.apply(&[Change::PutAccount(Preferences::new(account, Partition::Aws))])?;
    }
    let keyless: Vec<Change> = deployment
        .directory()
        .accounts()
        .filter(|account| deployment.directory().keys_of(account.id(), None).next().is_none())
        .map(|account| Change::PutAccessKey(Arc::new(root_key(account.id()))))
        .collect();
    deployment.apply(&keyless)?;
    let path = data.join("credentials");
    files::write_private(&path, profiles(&deployment.directory()).as_bytes())
        .map_err(|source| BeginError::File { path: path.clone(), source })?;
    tracing::info!(path = %path.display(), "credentials");
    Ok(world)
}

/// Reads the world and brings the deployment in line with it.
pub(super) fn apply_world(deployment: &Deployment, path: &Path) -> Result<World, BeginError> {
    let world = world::read(path)?;
    let changes = world.changes(&deployment.directory(), now().whole_seconds()).map_err(|conflicts| {
        let lines = conflicts
            .iter()
            .map(|conflict| format!("{}: {}", world.files.locate(conflict.at()), conflict.text(&world.files)));
        Unusable::new(path, lines.collect::<Vec<_>>().join("\n"))
    })?;
    let endpoints: HashMap<_, _> = world
        .endpoints
        .iter()
        .filter_map(|endpoint| Some(((&*endpoint.id.value).into(), vpc_endpoint(&world, endpoint)?)))
        .collect();
    tracing::info!(
        world = %path.display(), changes = changes.len(), vpc_endpoints = endpoints.len(), "world applied"
    );
    deployment.apply(&changes)?;
    deployment.know_endpoints(endpoints);
    Ok(world)
}

fn root_key(account: AccountId) -> AccessKey {
    AccessKey {
        id: AccessKeyId::long_term(account, u64::from_le_bytes(draw())),
        account,
        owner: KeyOwner::Root,
        secret: Secret::new(STANDARD.encode(draw::<30>())),
        active: true,
        created: now().whole_seconds(),
        origin: Origin::World,
    }
}

/// The credentials file: the root of each account under the account's name (`default` for the one that was made here),
/// and each user of the world that has a key as `account.user`.
fn profiles(directory: &Directory) -> String {
    let mut text = String::new();
    for account in directory.accounts() {
        let name = match account.preferences().origin {
            Origin::World => &*account.preferences().name,
            Origin::Api => "default",
        };
        for key in directory.keys_of(account.id(), None).filter(|key| key.origin == Origin::World) {
            profile(&mut text, name, key);
        }
        for user in account.users(None).filter(|user| user.origin == Origin::World) {
            for key in directory.keys_of(account.id(), Some(user.id)).filter(|key| key.origin == Origin::World) {
                profile(&mut text, &format!("{name}.{}", user.name), key);
            }
        }
    }
    text
}

fn profile(text: &mut String, name: &str, key: &AccessKey) {
    // Writing into a String has no way to fail.
    let _ =
        writeln!(text, "[{name}]\naws_access_key_id = {}\naws_secret_access_key = {}\n", key.id, key.secret.reveal());
}
