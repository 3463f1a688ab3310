//! A server that knows two outages and three records, and keeps what it is given.

use rolecall_lab::control::{
    EventsWanted, Handed, OutageState,
    client::Client,
    server::{Control, Keeper},
};
use serde_json::{Value, json};
use std::{
    any::Any,
    collections::HashMap,
    net::TcpListener,
    os::unix::net::UnixStream,
    path::Path,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

/// How long a test waits for something that is to happen.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Default)]
pub(crate) struct Known {
    pub(crate) switched: HashMap<Box<str>, bool>,
    pub(crate) switches: u64,
    pub(crate) adopted: Vec<Vec<Vec<u8>>>,
    pub(crate) ended: usize,
    pub(crate) records: Vec<u64>,
}

pub(crate) struct TestKeeper(pub(crate) Arc<Mutex<Known>>);

struct Adopted(Arc<Mutex<Known>>, #[expect(dead_code, reason = "it listens until this is dropped")] TcpListener);

impl Drop for Adopted {
    fn drop(&mut self) {
        self.0.lock().unwrap().ended += 1;
    }
}

impl Keeper for TestKeeper {
    fn enter(&self, place: &str, world: &Path) -> Result<(), String> {
        match (place, world.to_str()) {
            ("here", Some("/world")) => Ok(()),
            _ => Err(format!("no {place} in {}", world.display())),
        }
    }

    fn ends_with_visitors(&self) -> bool {
        true
    }

    fn adopt(&self, listener: TcpListener, headers: &[Vec<u8>]) -> Result<Box<dyn Any + Send>, String> {
        self.0.lock().unwrap().adopted.push(headers.to_vec());
        Ok(Box::new(Adopted(self.0.clone(), listener)))
    }

    fn credentials(&self, place: &str) -> Result<Handed, String> {
        if place != "here" {
            return Err(format!("there is no place {place}"));
        }
        Ok(Handed {
            access_key_id: "ASIAEXAMPLEEXAMPLE00".to_owned(),
            secret_access_key: "a-secret".to_owned(),
            session_token: "a-token".to_owned(),
            issued: 1_000,
            expires: 21_601_000,
            role_arn: "arn:aws:iam::111111111111:role/r".to_owned(),
            role_name: "r".to_owned(),
            account: "111111111111".to_owned(),
            session_name: "s".to_owned(),
        })
    }

    fn outages(&self) -> Vec<OutageState> {
        let switched = self.0.lock().unwrap().switched.clone();
        let told = |name: &str| OutageState {
            name: name.to_owned(),
            from: vec!["eu-west-1".to_owned()],
            to: "us-east-1".to_owned(),
            start: "2026-01-01T00:00:00Z".to_owned(),
            end: "2026-01-02T00:00:00Z".to_owned(),
            on: switched.get(name).copied().unwrap_or(false),
            switched: switched.contains_key(name),
        };
        ["dark", "dim"].map(told).to_vec()
    }

    fn switch(&self, name: &str, on: bool) -> Result<(), String> {
        if !["dark", "dim"].contains(&name) {
            return Err(format!("no outage {name}; there are: dark, dim"));
        }
        let mut known = self.0.lock().unwrap();
        known.switched.insert(name.into(), on);
        known.switches += 1;
        Ok(())
    }

    fn switched(&self) -> (u64, HashMap<Box<str>, bool>) {
        let known = self.0.lock().unwrap();
        (known.switches, known.switched.clone())
    }

    fn events(&self, wanted: &EventsWanted, after: Option<u64>) -> Result<(Vec<Value>, u64), String> {
        if wanted.region.as_deref() == Some("nowhere") {
            return Err("the log is damaged".to_owned());
        }
        let known = self.0.lock().unwrap();
        let behind = |number: &&u64| after.is_none_or(|after| **number > after);
        let found: Vec<u64> = known.records.iter().filter(behind).copied().collect();
        let first = if after.is_none() { found.len().saturating_sub(wanted.limit) } else { 0 };
        let last = found.last().copied().or(after).unwrap_or(0);
        Ok((found.into_iter().skip(first).map(|number| json!({ "number": number })).collect(), last))
    }
}

/// A server in a directory of its own.
pub(crate) struct Server {
    pub(crate) data: tempfile::TempDir,
    pub(crate) known: Arc<Mutex<Known>>,
    pub(crate) control: Arc<Control>,
}

impl Server {
    pub(crate) fn new() -> Self {
        let data = tempfile::tempdir().unwrap();
        let known = Arc::new(Mutex::new(Known { records: vec![1, 2, 3], ..Known::default() }));
        let control = Arc::new(Control::serve(data.path(), Arc::new(TestKeeper(known.clone()))).unwrap());
        Self { data, known, control }
    }

    pub(crate) fn client(&self) -> Client {
        Client::connect(self.data.path()).unwrap()
    }

    /// A connection on which anything can be said.
    pub(crate) fn bare(&self) -> UnixStream {
        let stream = UnixStream::connect(self.data.path().join("control.sock")).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }
}

/// Waits until something holds.
pub(crate) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    #[expect(clippy::disallowed_methods, reason = "a test may look at the clock")]
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
