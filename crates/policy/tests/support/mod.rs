//! Requests and policies as JSON, in the form that `rolecall evaluate` reads.
#![allow(clippy::allow_attributes, reason = "`expect` would not hold in every binary that has this module")]
#![allow(dead_code, clippy::unwrap_used, clippy::panic, reason = "tests, each with its own part of this module")]

use rolecall_names::{AccountId, Arn, IdKind, Partition, Principal, Session, UniqueId};
use rolecall_policy::{Context, Decision, Document, Entry, Key, Policies, Request, Values};
use serde_json::Value;

/// Values of a condition key, owned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Held {
    One(String),
    Many(Vec<String>),
}

/// A request, owned.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) principal: Principal,
    pub(crate) action: String,
    pub(crate) resource: String,
    pub(crate) resource_account: Option<AccountId>,
    pub(crate) context: Vec<(String, Held)>,
}

/// Policies, owned, as JSON.
#[derive(Debug, Clone, Default)]
pub(crate) struct Given {
    pub(crate) identity: Vec<Value>,
    pub(crate) resource: Option<Value>,
    pub(crate) session: Option<Vec<Value>>,
    pub(crate) boundary: Option<Value>,
    pub(crate) scp: Vec<Vec<Value>>,
    pub(crate) rcp: Vec<Vec<Value>>,
    pub(crate) vpc_endpoint: Option<Value>,
}

/// Reads a principal: an ARN, or `{ "service" | "federated": … }`, or `{ "anonymous": true }`.
///
/// `path` and `id` can be given beside an ARN: `{ "arn": …, "path": "/team/", "id": "AROA…", "issuer": … }`.
pub(crate) fn principal(value: &Value) -> Principal {
    if let Some(arn) = value.as_str() {
        return from_arn(arn, None, None, None);
    }
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    if let Some(name) = text("service") {
        Principal::Service { name: name.into() }
    } else if let Some(provider) = text("federated") {
        Principal::Federated { provider: provider.into() }
    } else if let Some(arn) = text("arn") {
        from_arn(arn, text("path"), text("id"), text("issuer"))
    } else {
        Principal::Anonymous
    }
}

fn from_arn(text: &str, path: Option<&str>, id: Option<&str>, issuer: Option<&str>) -> Principal {
    let arn = Arn::parse(text).unwrap();
    let partition = Partition::from_name(arn.partition).unwrap();
    let account = arn.account_id().unwrap();
    let unique = |kind| id.map_or_else(|| UniqueId::new(kind, 7), |id| id.parse().unwrap());
    if arn.resource == "root" {
        return Principal::Root { partition, account };
    }
    if let Some((role, session)) = arn.assumed_role() {
        return Principal::Role(Session {
            partition,
            account,
            role_path: path.unwrap_or("/").into(),
            role_name: role.into(),
            role_id: unique(IdKind::Role),
            name: session.into(),
        });
    }
    if let Some(name) = arn.resource.strip_prefix("federated-user/") {
        let issuer = issuer.map_or_else(|| format!("arn:{partition}:iam::{account}:user/alice"), str::to_owned);
        return Principal::FederatedUser { partition, account, name: name.into(), issuer: issuer.into() };
    }
    let (_, path, name) = arn.kind_path_name().unwrap();
    Principal::User { partition, account, path: path.into(), name: name.into(), id: unique(IdKind::User) }
}

/// Reads `{ key: value | [values] }`.
pub(crate) fn context(value: Option<&Value>) -> Vec<(String, Held)> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let Some(entries) = value.and_then(Value::as_object) else { return Vec::new() };
    entries
        .iter()
        .map(|(key, value)| {
            let held = match value.as_array() {
                Some(values) => Held::Many(values.iter().map(text).collect()),
                None => Held::One(text(value)),
            };
            (key.clone(), held)
        })
        .collect()
}

/// Reads the `policies` of a line.
pub(crate) fn policies(value: &Value) -> Given {
    let list = |value: Option<&Value>| value.and_then(Value::as_array).cloned();
    let levels =
        |name: &str| list(value.get(name)).unwrap_or_default().iter().map(|level| list(Some(level)).unwrap()).collect();
    Given {
        identity: list(value.get("identity")).unwrap_or_default(),
        resource: value.get("resource").cloned(),
        session: list(value.get("session")),
        boundary: value.get("boundary").cloned(),
        scp: levels("scp"),
        rcp: levels("rcp"),
        vpc_endpoint: value.get("vpc_endpoint").cloned(),
    }
}

/// Judges with the engine.
pub(crate) fn decide(asked: &Asked, given: &Given) -> Decision {
    let parse = |value: &Value| Document::parse(&value.to_string()).unwrap_or_else(|error| panic!("{error}: {value}"));
    let list = |values: &[Value]| values.iter().map(parse).collect::<Vec<_>>();
    fn refs(documents: &[Document]) -> Vec<&Document> {
        documents.iter().collect()
    }
    let identity = list(&given.identity);
    let session = given.session.as_deref().map(list);
    let boundary = given.boundary.as_ref().map(parse);
    let resource = given.resource.as_ref().map(parse);
    let vpc_endpoint = given.vpc_endpoint.as_ref().map(parse);
    let scp: Vec<_> = given.scp.iter().map(|level| list(level)).collect();
    let rcp: Vec<_> = given.rcp.iter().map(|level| list(level)).collect();
    let scp: Vec<_> = scp.iter().map(|level| refs(level)).collect();
    let rcp: Vec<_> = rcp.iter().map(|level| refs(level)).collect();
    let scp: Vec<_> = scp.iter().map(Vec::as_slice).collect();
    let rcp: Vec<_> = rcp.iter().map(Vec::as_slice).collect();
    let identity = refs(&identity);
    let session = session.as_deref().map(refs);
    let policies = Policies {
        identity: &identity,
        boundary: boundary.as_ref(),
        session: session.as_deref(),
        resource: resource.as_ref(),
        scp: &scp,
        rcp: &rcp,
        vpc_endpoint: vpc_endpoint.as_ref(),
    };
    with_request(asked, |request| rolecall_policy::decide(request, &policies))
}

/// Lends `asked` in the engine's form.
pub(crate) fn with_request<T>(asked: &Asked, body: impl FnOnce(&Request<'_>) -> T) -> T {
    let many: Vec<Vec<&str>> = asked
        .context
        .iter()
        .map(|(_, held)| match held {
            Held::One(_) => Vec::new(),
            Held::Many(values) => values.iter().map(String::as_str).collect(),
        })
        .collect();
    let entries: Vec<Entry<'_>> = asked
        .context
        .iter()
        .zip(&many)
        .map(|((key, held), many)| {
            let values = match held {
                Held::One(value) => Values::One(value),
                Held::Many(_) => Values::Many(many),
            };
            (Key::new(key), values)
        })
        .collect();
    body(&Request {
        principal: &asked.principal,
        action: &asked.action,
        resource: &asked.resource,
        resource_account: asked.resource_account,
        context: &Context::new(&entries),
    })
}
