//! A deployment in memory: two accounts, their roots, and whoever the tests make. Requests go through
//! `rolecall_kernel::handle`, signed as a client signs them; changes are applied, records kept and searched for secrets.

use crate::sign::{self, Key, Scope};
use rolecall_directory::{AccessKey, Change, Directory, KeyOwner, Origin, Preferences, Secret};
use rolecall_kernel::{
    Answer, Circumstances, Entropy, HttpRequest, Memo, Outcome, Sight, View, Way, event::Event, handle,
    session::KeyRing, uuid,
};
use rolecall_names::{AccessKeyId, AccountId, Instant, Partition};
use rolecall_wire::Service;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The account of `root`.
pub(crate) const A: &str = "111111111111";
/// The account of `root-b`.
pub(crate) const B: &str = "222222222222";

pub(crate) struct House {
    pub(crate) directory: Directory,
    ring: KeyRing,
    memo: Memo,
    pub(crate) now: Instant,
    pub(crate) way: Way,
    /// Host and Region of the scope, for calls of STS and CloudTrail.
    pub(crate) host: String,
    pub(crate) region: String,
    pub(crate) callers: BTreeMap<String, Key>,
    pub(crate) secrets: Vec<String>,
    draws: u64,
}

/// What came of a request.
pub(crate) struct Said {
    pub(crate) status: u16,
    /// The fault's code and sentence.
    pub(crate) fault: Option<(String, String)>,
    pub(crate) body: String,
    /// The records, as CloudTrail shows them.
    pub(crate) events: Vec<Value>,
    pub(crate) view: Option<View>,
    pub(crate) changes: usize,
}

impl Said {
    /// The text of the first element called `name`.
    pub(crate) fn element(&self, name: &str) -> Option<String> {
        let (_, rest) = self.body.split_once(&format!("<{name}>"))?;
        let (text, _) = rest.split_once(&format!("</{name}>"))?;
        Some(text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
    }

    pub(crate) fn code(&self) -> &str {
        self.fault.as_ref().map_or("", |(code, _)| code)
    }

    pub(crate) fn message(&self) -> &str {
        self.fault.as_ref().map_or("", |(_, message)| message)
    }

    /// Demands that all went well.
    #[track_caller]
    pub(crate) fn done(self) -> Self {
        assert_eq!(self.fault, None);
        self
    }

    /// The credentials in the reply.
    pub(crate) fn credentials(&self) -> Key {
        Key {
            id: self.element("AccessKeyId").unwrap(),
            secret: self.element("SecretAccessKey").unwrap(),
            token: self.element("SessionToken"),
        }
    }
}

impl House {
    pub(crate) fn new() -> Self {
        let mut house = Self {
            directory: Directory::default(),
            ring: KeyRing::new([(7, [42; 32].into())]),
            memo: Memo::default(),
            now: "2026-03-01T12:00:00Z".parse().unwrap(),
            way: Way::plain("203.0.113.10".parse().unwrap()),
            host: "sts.us-east-1.amazonaws.com".to_owned(),
            region: "us-east-1".to_owned(),
            callers: BTreeMap::new(),
            secrets: Vec::new(),
            draws: 0,
        };
        for (account, name) in [(A, "root"), (B, "root-b")] {
            let account: AccountId = account.parse().unwrap();
            house.apply(&Change::PutAccount(Preferences::new(account, Partition::Aws)));
            let (id, secret) = (AccessKeyId::long_term(account, 1), format!("root-secret-of-{account}"));
            house.apply(&Change::PutAccessKey(std::sync::Arc::new(AccessKey {
                id,
                account,
                owner: KeyOwner::Root,
                secret: Secret::new(secret.clone()),
                active: true,
                created: house.now,
                origin: Origin::World,
            })));
            house.secrets.push(secret.clone());
            house.callers.insert(name.to_owned(), Key { id: id.to_string(), secret, token: None });
        }
        house.user("root", "admin", Some(ALLOW_ALL));
        house.user("root", "nobody", None);
        house.user("root-b", "admin-b", Some(ALLOW_ALL));
        house
    }

    /// Makes a user with a key, who then calls under their own name.
    pub(crate) fn user(&mut self, by: &str, name: &str, policy: Option<&str>) {
        self.call(by, "CreateUser", &[("UserName", name)]).done();
        if let Some(policy) = policy {
            let parameters = [("UserName", name), ("PolicyName", "own"), ("PolicyDocument", policy)];
            self.call(by, "PutUserPolicy", &parameters).done();
        }
        let key = self.call(by, "CreateAccessKey", &[("UserName", name)]).done().credentials();
        self.callers.insert(name.to_owned(), key);
    }

    pub(crate) fn apply(&mut self, change: &Change) {
        self.directory = std::mem::take(&mut self.directory).with(change);
    }

    /// Changes the settings of account `a`.
    pub(crate) fn prefer(&mut self, change: impl FnOnce(&mut Preferences)) {
        let mut preferences = self.directory.account(A.parse().unwrap()).unwrap().preferences().clone();
        change(&mut preferences);
        self.apply(&Change::PutAccount(preferences));
    }

    /// A call as an SDK makes it.
    pub(crate) fn call(&mut self, caller: &str, operation: &str, parameters: &[(&str, &str)]) -> Said {
        let key = self.callers.get(caller).unwrap_or_else(|| panic!("nobody is called {caller}")).clone();
        self.call_with(&key, operation, parameters)
    }

    pub(crate) fn call_with(&mut self, key: &Key, operation: &str, parameters: &[(&str, &str)]) -> Said {
        let known = rolecall_wire::Operation::ALL.iter().find(|known| known.name() == operation);
        let service = known.unwrap_or_else(|| panic!("there is no {operation}")).service();
        let (host, region) = match service {
            Service::Iam => ("iam.amazonaws.com".to_owned(), "us-east-1".to_owned()),
            Service::Sts => (self.host.clone(), self.region.clone()),
            Service::CloudTrail => (format!("cloudtrail.{}.amazonaws.com", self.region), self.region.clone()),
        };
        let (body, headers) = match service {
            Service::CloudTrail => {
                let json = |value: &str| serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
                let members: serde_json::Map<String, Value> =
                    parameters.iter().map(|(name, value)| ((*name).to_owned(), json(value))).collect();
                let target = format!("com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.{operation}");
                let headers = vec![("content-type", "application/x-amz-json-1.1".to_owned()), ("x-amz-target", target)];
                (Value::Object(members).to_string(), headers)
            }
            Service::Sts | Service::Iam => {
                let fixed = [("Action", operation), ("Version", service.version())];
                let body = sign::form(fixed.into_iter().chain(parameters.iter().copied()));
                (body, vec![("content-type", "application/x-www-form-urlencoded; charset=utf-8".to_owned())])
            }
        };
        let more: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, &**value)).collect();
        let scope = Scope { region: &region, service: service.signing_name(), now: self.now };
        let headers = sign::headers(key, scope, &host, &more, &body);
        self.send("POST", "", &headers, &body)
    }

    /// A request as it is.
    pub(crate) fn send(&mut self, method: &str, query: &str, headers: &[(String, String)], body: &str) -> Said {
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (&**name, &**value)).collect();
        let request = HttpRequest { method, path: "/", query, headers: &headers, body: body.as_bytes() };
        let circumstances = Circumstances { now: self.now, way: self.way.clone(), entropy: self.entropy() };
        let sight = Sight { directory: &self.directory, ring: &self.ring, memo: &self.memo, witness: None };
        let outcome = handle(&sight, &request, &circumstances);
        self.take(outcome)
    }

    fn take(&mut self, outcome: Outcome) -> Said {
        let Outcome { service, answer, changes, events, request_id } = outcome;
        for change in &changes {
            self.apply(change);
        }
        let mut bytes = Vec::new();
        let mut said = Said {
            status: 200,
            fault: None,
            body: String::new(),
            events: Vec::new(),
            view: None,
            changes: changes.len(),
        };
        match answer {
            Answer::Reply(reply) => reply.write(&uuid(request_id), &mut bytes),
            Answer::Fault(fault) => {
                said.status = fault.status(service);
                said.fault = Some((fault.code.name(service).to_owned(), fault.message.to_string()));
                fault.write(service, &uuid(request_id), &mut bytes);
            }
            Answer::View(view) => said.view = Some(view),
        }
        // Without the white space that stands between the elements.
        said.body = String::from_utf8(bytes).unwrap().lines().map(str::trim_start).collect();
        self.secrets
            .extend(["SecretAccessKey", "Base32StringSeed", "QRCodePNG"].iter().filter_map(|name| said.element(name)));
        for change in &changes {
            match change {
                Change::PutAccessKey(key) => self.secrets.push(key.secret.reveal().to_owned()),
                Change::PutDevice { device, .. } => self.secrets.push(device.seed.reveal().to_owned()),
                _ => {}
            }
        }
        said.events = events.iter().map(|event| self.kept(event)).collect();
        said
    }

    /// The record after a way through the log, which must change nothing and hold no secret.
    fn kept(&self, event: &Event) -> Value {
        let mut bytes = Vec::new();
        event.encode(&mut bytes);
        let read = Event::decode(&bytes).unwrap();
        assert_eq!(&read, event);
        let shown = read.render(1);
        let text = shown.to_string();
        let kept = String::from_utf8_lossy(&bytes);
        for secret in &self.secrets {
            assert!(!text.contains(secret) && !kept.contains(secret), "a secret in a record: {text}");
        }
        shown
    }

    /// Chance that is the same on every run and never twice in one.
    fn entropy(&mut self) -> Entropy {
        self.draws += 1;
        let mut bytes = [0; Entropy::BYTES];
        for (block, part) in bytes.chunks_mut(32).enumerate() {
            let digest = Sha256::digest([self.draws.to_be_bytes(), (block as u64).to_be_bytes()].concat());
            part.copy_from_slice(&digest[..part.len()]);
        }
        Entropy::new(bytes)
    }

    /// The code that a device shows `steps` half minutes from now.
    pub(crate) fn code(&self, serial: &str, steps: i64) -> String {
        let account = rolecall_names::Arn::parse(serial).unwrap().account_id().unwrap();
        let device = self.directory.account(account).unwrap().device(serial).unwrap();
        let seed = rolecall_kernel::mfa::decode_seed(device.seed.reveal()).unwrap();
        rolecall_kernel::mfa::code_at(&seed, self.now.seconds() / 30 + steps)
    }
}

/// A policy that allows everything.
pub(crate) const ALLOW_ALL: &str =
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
