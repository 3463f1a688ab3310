//! Names, required members, ranges, patterns and fault codes of all operations offered, against the service models
//! that AWS publishes inside botocore.

use rolecall_wire::{
    Blame, FaultCode, Operation, Protocol, Service,
    shape::{Member, Rule, Text},
};
use serde_json::Value;
use std::{collections::BTreeSet, fs, path::PathBuf};

/// A service's model as botocore has it.
pub(crate) struct Model(Value);

impl Model {
    /// Reads the model that `cargo xtask models` fetched, or that of the folder the runner names.
    #[expect(clippy::disallowed_methods, reason = "the test runner says where the models are")]
    pub(crate) fn of(service: Service) -> Self {
        let folder = std::env::var_os("ROLECALL_BOTOCORE_MODELS")
            .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/models")), PathBuf::from);
        let file = folder.join(service.signing_name()).with_extension("json");
        let text = fs::read(&file).unwrap_or_else(|error| {
            panic!(
                "{}: {error}. `cargo xtask models` fetches AWS's service models (`cargo xtask test` does so by \
                 itself); ROLECALL_BOTOCORE_MODELS names another folder that holds them",
                file.display()
            )
        });
        Self(serde_json::from_slice(&text).unwrap())
    }

    pub(crate) fn shape(&self, name: &Value) -> &Value {
        &self.0["shapes"][name.as_str().unwrap()]
    }

    pub(crate) fn operation(&self, operation: Operation) -> &Value {
        let found = &self.0["operations"][operation.name()];
        assert!(found.is_object(), "the model has no {}", operation.name());
        found
    }
}

/// The names in a structure's `required`.
pub(crate) fn required(shape: &Value) -> BTreeSet<&str> {
    shape["required"].as_array().into_iter().flatten().map(|name| name.as_str().unwrap()).collect()
}

fn check_members(model: &Model, shape: &Value, members: &[Member], at: &str) {
    let ours: BTreeSet<&str> = members.iter().map(|member| member.name).collect();
    let theirs: BTreeSet<&str> =
        shape["members"].as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
    assert_eq!(ours, theirs, "members of {at}");
    let needed: BTreeSet<&str> = members.iter().filter(|member| member.required).map(|member| member.name).collect();
    assert_eq!(needed, required(shape), "required members of {at}");
    for member in members {
        check_rule(
            model,
            model.shape(&shape["members"][member.name]["shape"]),
            &member.rule,
            &format!("{at}.{}", member.name),
        );
    }
}

fn number(shape: &Value, name: &str) -> Option<i64> {
    shape[name].as_i64()
}

fn check_rule(model: &Model, shape: &Value, rule: &Rule, at: &str) {
    let kind = shape["type"].as_str().unwrap();
    match rule {
        Rule::Text(Text { min, max, pattern, one_of }) => {
            assert_eq!(kind, "string", "{at}");
            assert_eq!(min.map(i64::from), number(shape, "min"), "least length of {at}");
            assert_eq!(max.map(i64::from), number(shape, "max"), "greatest length of {at}");
            assert_eq!(pattern.map(|pattern| pattern.text()), shape["pattern"].as_str(), "pattern of {at}");
            let values: Vec<&str> =
                shape["enum"].as_array().into_iter().flatten().map(|value| value.as_str().unwrap()).collect();
            assert_eq!(*one_of, values, "values of {at}");
        }
        Rule::Integer { min, max } => {
            assert_eq!(kind, "integer", "{at}");
            assert_eq!(Some(i64::from(*min)), number(shape, "min"), "least value of {at}");
            assert_eq!(Some(i64::from(*max)), number(shape, "max"), "greatest value of {at}");
        }
        Rule::Boolean => assert_eq!(kind, "boolean", "{at}"),
        Rule::Timestamp => assert_eq!(kind, "timestamp", "{at}"),
        Rule::List(list) => {
            assert_eq!(kind, "list", "{at}");
            assert_eq!(list.min.map(i64::from), number(shape, "min"), "fewest elements of {at}");
            assert_eq!(list.max.map(i64::from), number(shape, "max"), "most elements of {at}");
            assert!(shape["flattened"].is_null(), "{at} is read as a list of `member`s");
            check_rule(model, model.shape(&shape["member"]["shape"]), list.of, &format!("{at}[]"));
        }
        Rule::Structure(members) => {
            assert_eq!(kind, "structure", "{at}");
            check_members(model, shape, members, at);
        }
    }
}

#[test]
fn every_member_of_every_call_has_the_models_name_and_constraints() {
    for service in Service::ALL {
        let model = Model::of(service);
        for operation in Operation::ALL.iter().filter(|operation| operation.service() == service) {
            let input = &model.operation(*operation)["input"]["shape"];
            let shape = if input.is_null() { &Value::Null } else { model.shape(input) };
            check_members(&model, shape, operation.members(), operation.name());
        }
    }
}

#[test]
fn every_fault_a_model_declares_has_its_code_status_and_blame() {
    for service in Service::ALL {
        let model = Model::of(service);
        for operation in Operation::ALL.iter().filter(|operation| operation.service() == service) {
            let at = operation.name();
            let declared: BTreeSet<&str> = operation.declared_faults().iter().map(|code| code.name(service)).collect();
            let mut published = BTreeSet::new();
            for error in model.operation(*operation)["errors"].as_array().into_iter().flatten() {
                let shape = model.shape(&error["shape"]);
                let name = shape["error"]["code"].as_str().or(error["shape"].as_str()).unwrap();
                published.insert(name);
                let Some(code) = FaultCode::ALL.iter().find(|code| code.name(service) == name) else {
                    panic!("{at}: no code for {name}")
                };
                // A model of JSON 1.1 says no status; the protocol's own rule is 400 for what the sender did.
                let status = shape["error"]["httpStatusCode"].as_u64().unwrap_or(400);
                assert_eq!(u64::from(code.status(service)), status, "{at}: status of {name}");
                let sender = status < 500;
                assert_eq!(code.blame() == Blame::Sender, sender, "{at}: blame for {name}");
            }
            assert_eq!(declared, published, "faults of {at}");
        }
    }
}

#[test]
fn protocols_versions_and_namespaces_are_the_models() {
    for service in Service::ALL {
        let Model(model) = Model::of(service);
        let metadata = &model["metadata"];
        assert_eq!(metadata["apiVersion"], service.version());
        match service.protocol() {
            Protocol::Query => {
                assert_eq!(metadata["protocols"], serde_json::json!(["query"]));
                assert_eq!(metadata["xmlNamespace"], service.namespace());
            }
            Protocol::Json => {
                assert_eq!(metadata["protocols"], serde_json::json!(["json"]));
                assert_eq!(metadata["jsonVersion"], "1.1");
                let target = format!("{}.LookupEvents", metadata["targetPrefix"].as_str().unwrap());
                assert_eq!(Operation::from_target(service, Some(&target)), Ok(Operation::LookupEvents));
            }
        }
    }
}
