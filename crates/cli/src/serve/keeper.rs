//! What a server does for those who speak with it over its control socket.

use super::{
    Told,
    begin::{self, BeginError},
};
use rolecall_doctor::place_session;
use rolecall_lab::control::{EventsWanted, Handed, OutageState, server::Keeper};
use rolecall_names::{AccessKeyId, Partition, role_arn};
use rolecall_server::{Adopter, Command, Deployment, Header, draw, now};
use rolecall_world::World;
use serde_json::Value;
use std::{
    any::Any,
    collections::HashMap,
    net::{IpAddr, TcpListener},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The server's side of the control socket.
pub(super) struct ServerKeeper {
    deployment: Arc<Deployment>,
    adopter: Adopter,
    /// The world's directory as its canonical path; `None` without one.
    directory: Option<PathBuf>,
    ends_with_visitors: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    world: Option<Arc<World>>,
    switched: HashMap<Box<str>, bool>,
    switches: u64,
}

impl ServerKeeper {
    pub(super) fn new(deployment: Arc<Deployment>, adopter: Adopter, told: Told) -> Self {
        let (directory, world) = told.world.unzip();
        let directory = directory.map(|path: PathBuf| path.canonicalize().unwrap_or(path));
        let state = State { world: world.map(Arc::new), ..State::default() };
        Self { deployment, adopter, directory, ends_with_visitors: told.ends_with_visitors, state: Mutex::new(state) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn world(&self) -> Result<Arc<World>, String> {
        self.state().world.clone().ok_or_else(|| "the server runs without a world".to_owned())
    }
}

impl Keeper for ServerKeeper {
    fn enter(&self, place: &str, wanted: &Path) -> Result<(), String> {
        let Some(directory) = &self.directory else {
            return Err(
                "a server without a world already uses this data directory; give another with --data".to_owned()
            );
        };
        if directory != wanted {
            return Err(format!(
                "the server that uses this data directory serves the world in {}, not {}; give another with --data",
                directory.display(),
                wanted.display()
            ));
        }
        // One at a time: each change builds on the one before.
        let mut state = self.state();
        let world = begin::apply_world(&self.deployment, directory).map_err(|error: BeginError| error.to_string())?;
        if world.place(place).is_none() {
            return Err(format!("the world in {} has no place {place}", directory.display()));
        }
        let known = |name: &str| world.outages.iter().any(|outage| &*outage.name.value == name);
        let before = state.switched.len();
        state.switched.retain(|name, _| known(name));
        if state.switched.len() != before {
            state.switches += 1;
        }
        state.world = Some(Arc::new(world));
        Ok(())
    }

    fn ends_with_visitors(&self) -> bool {
        self.ends_with_visitors
    }

    fn adopt(&self, listener: TcpListener, headers: &[Vec<u8>]) -> Result<Box<dyn Any + Send>, String> {
        let mut ways: HashMap<IpAddr, Header> = HashMap::new();
        for bytes in headers {
            match Header::parse(bytes) {
                Ok(Some((Command::Proxy(header), length))) if length == bytes.len() => {
                    ways.insert(header.destination.ip(), header);
                }
                Ok(_) => return Err("what came with the socket is no whole PROXY header of a connection".to_owned()),
                Err(error) => return Err(error.to_string()),
            }
        }
        let adopted = self.adopter.adopt(listener, ways).map_err(|error| error.to_string())?;
        Ok(Box::new(adopted))
    }

    fn credentials(&self, name: &str) -> Result<Handed, String> {
        let world = self.world()?;
        let place = world.place(name).ok_or_else(|| format!("there is no place {name}"))?;
        let none = || format!("the place {name} has no role");
        let account = place.account.as_ref().ok_or_else(none)?.value;
        let role_name = &place.role.as_ref().ok_or_else(none)?.value;
        let role = world.roles.iter().find(|role| {
            role.entity.account.value == account && role.entity.name.value.eq_ignore_ascii_case(role_name)
        });
        let role = role.ok_or_else(none)?;
        let key = AccessKeyId::temporary(account, u64::from_le_bytes(draw()));
        let issued = now().whole_seconds();
        let (session_name, session) = place_session(place, account, role, key, issued).ok_or_else(none)?;
        let made = self.deployment.seal(&session).map_err(|error| error.to_string())?;
        let partition = self.deployment.directory().account(account).map_or(Partition::Aws, |held| held.partition());
        Ok(Handed {
            access_key_id: made.access_key_id.to_string(),
            secret_access_key: made.secret.to_string(),
            session_token: made.token,
            issued: issued.millis(),
            expires: session.expires.millis(),
            role_arn: role_arn(partition, account, &role.entity.path, &role.entity.name),
            role_name: role.entity.name.to_string(),
            account: account.to_string(),
            session_name,
        })
    }

    fn outages(&self) -> Vec<OutageState> {
        let Ok(world) = self.world() else { return Vec::new() };
        let switched = self.state().switched.clone();
        let at = now();
        let told = |outage: &rolecall_world::Outage| {
            let by_hand = switched.get(&*outage.name.value).copied();
            let by_time = outage.start.value <= at && at < outage.end.value;
            OutageState {
                name: outage.name.to_string(),
                from: outage.from.iter().map(|region| region.value.to_string()).collect(),
                to: outage.to.value.to_string(),
                start: outage.start.value.to_string(),
                end: outage.end.value.to_string(),
                on: by_hand.unwrap_or(by_time),
                switched: by_hand.is_some(),
            }
        };
        world.outages.iter().map(told).collect()
    }

    fn switch(&self, name: &str, on: bool) -> Result<(), String> {
        let world = self.world()?;
        let names: Vec<&str> = world.outages.iter().map(|outage| &*outage.name.value).collect();
        if !names.contains(&name) {
            return Err(if names.is_empty() {
                "the world has no [[outage]]".to_owned()
            } else {
                format!("the world has no outage {name}; it has: {}", names.join(", "))
            });
        }
        let mut state = self.state();
        state.switched.insert(name.into(), on);
        state.switches += 1;
        tracing::info!(outage = name, on, "outage switched");
        Ok(())
    }

    fn switched(&self) -> (u64, HashMap<Box<str>, bool>) {
        let state = self.state();
        (state.switches, state.switched.clone())
    }

    fn events(&self, wanted: &EventsWanted, after: Option<u64>) -> Result<(Vec<Value>, u64), String> {
        crate::events::found(&**self.deployment.store(), wanted, after).map_err(|error| error.to_string())
    }
}
