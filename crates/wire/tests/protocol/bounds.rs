//! Every constraint of every member of every operation, on both sides of its bound, through the wire.

use rolecall_wire::{
    Input, Operation, Protocol, Service,
    shape::{Member, Pattern, Rule, Text},
};
use serde_json::{Map, Value, json};

/// A string of `length` characters that satisfies the rule's pattern.
fn text(rule: &Text, length: usize) -> String {
    match rule.pattern {
        _ if !rule.one_of.is_empty() => rule.one_of[0].to_owned(),
        Some(Pattern::VersionId) => "v1".into(),
        Some(Pattern::TokenCode | Pattern::DeviceCode) => "7".repeat(length),
        Some(Pattern::PathPrefix) if length > 0 => format!("/{}", "a".repeat(length - 1)),
        Some(Pattern::Path | Pattern::PolicyPath) if length > 1 => format!("/{}/", "a".repeat(length - 2)),
        Some(Pattern::Path | Pattern::PolicyPath) => "/".repeat(length),
        _ => "a".repeat(length),
    }
}

/// A value that satisfies the rule.
fn good(rule: &Rule) -> Value {
    match rule {
        Rule::Text(rule) => text(rule, rule.min.unwrap_or(1).max(1) as usize).into(),
        Rule::Integer { min, .. } => (*min).into(),
        Rule::Boolean => true.into(),
        Rule::Timestamp => 1_767_229_323.into(),
        Rule::List(list) => vec![good(list.of)].into(),
        Rule::Structure(members) => object(members, |_| true),
    }
}

fn object(members: &[Member], wanted: impl Fn(&Member) -> bool) -> Value {
    let wanted = members.iter().filter(|member| wanted(member));
    wanted.map(|member| (member.name.to_owned(), good(&member.rule))).collect::<Map<_, _>>().into()
}

/// Values just inside and just outside the rule, the latter with what a fault says of them.
fn edges(rule: &Rule) -> Vec<(Value, Option<String>)> {
    let mut edges = Vec::new();
    match rule {
        Rule::Text(rule) => {
            if let Some(min) = rule.min {
                edges.push((text(rule, min as usize).into(), None));
                if min > 0 {
                    let said = format!("have length greater than or equal to {min}");
                    edges.push((text(rule, min as usize - 1).into(), Some(said)));
                }
            }
            if let Some(max) = rule.max {
                edges.push((text(rule, max as usize).into(), None));
                edges.push((
                    text(rule, max as usize + 1).into(),
                    Some(format!("have length less than or equal to {max}")),
                ));
            }
            for value in rule.one_of {
                edges.push(((*value).into(), None));
            }
            if !rule.one_of.is_empty() {
                edges.push(("none of them".into(), Some("satisfy enum value set".into())));
            }
            if rule.pattern.is_some() {
                let wrong = "\u{1}".repeat(rule.min.unwrap_or(1).max(1) as usize);
                edges.push((wrong.into(), Some(String::new())));
            }
        }
        Rule::Integer { min, max } => {
            edges.push(((*min).into(), None));
            edges.push(((*max).into(), None));
            edges.push(((min - 1).into(), Some(format!("have value greater than or equal to {min}"))));
            edges.push(((max + 1).into(), Some(format!("have value less than or equal to {max}"))));
            edges.push((json!("seven"), Some(String::new())));
        }
        Rule::Boolean => edges.extend([(json!(false), None), (json!("maybe"), Some(String::new()))]),
        Rule::Timestamp => edges.push((json!(true), Some(String::new()))),
        Rule::List(list) => {
            let of = |count: u32| Value::from(vec![good(list.of); count as usize]);
            if let Some(max) = list.max {
                edges.push((of(max), None));
                edges.push((of(max + 1), Some(format!("have length less than or equal to {max}"))));
            }
            if let Some(min) = list.min {
                edges.push((of(min - 1), Some(format!("have length greater than or equal to {min}"))));
            }
            edges.extend(self::edges(list.of).into_iter().map(|(value, said)| (json!([value]), said)));
        }
        Rule::Structure(members) => {
            for member in *members {
                for (value, said) in self::edges(&member.rule) {
                    let mut whole = object(members, |_| true);
                    whole[member.name] = value;
                    edges.push((whole, said));
                }
                if member.required {
                    let rest = object(members, |other| other.name != member.name);
                    edges.push((rest, Some("not be null".into())));
                }
            }
        }
    }
    edges
}

/// A form's parameters: lists as `Name.member.N`.
fn form(name: &str, value: &Value, out: &mut Vec<(String, String)>) {
    match value {
        Value::Array(values) if values.is_empty() => out.push((name.to_owned(), String::new())),
        Value::Array(values) => {
            for (index, value) in (1..).zip(values) {
                form(&format!("{name}.member.{index}"), value, out);
            }
        }
        Value::Object(members) => {
            for (member, value) in members {
                form(&if name.is_empty() { member.clone() } else { format!("{name}.{member}") }, value, out);
            }
        }
        Value::String(text) => out.push((name.to_owned(), text.clone())),
        other => out.push((name.to_owned(), other.to_string())),
    }
}

/// Sends the document as the operation's service takes it; what a fault says, if one comes.
fn send(operation: Operation, document: &Value) -> Option<String> {
    let service: Service = operation.service();
    let body = match service.protocol() {
        Protocol::Json => document.to_string(),
        Protocol::Query => {
            let mut pairs = vec![];
            form("", document, &mut pairs);
            let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>();
            pairs.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect::<Vec<_>>().join("&")
        }
    };
    let input = Input::read(service, "", None, body.as_bytes()).unwrap();
    operation.decode(&input).err().map(|fault| fault.message.into_owned())
}

#[test]
fn whatever_is_required_is_demanded_and_nothing_else_is() {
    for operation in Operation::ALL {
        let members = operation.members();
        assert_eq!(send(*operation, &object(members, |member| member.required)), None, "{operation:?}");
        assert_eq!(send(*operation, &object(members, |_| true)), None, "{operation:?}");
        for member in members.iter().filter(|member| member.required) {
            let said = send(*operation, &object(members, |other| other.name != member.name)).unwrap();
            let path = member.name[..1].to_ascii_lowercase() + &member.name[1..];
            assert!(said.starts_with("1 validation error detected: Value "), "{operation:?}: {said}");
            assert!(
                said.ends_with(&format!("at '{path}' failed to satisfy constraint: Member must not be null")),
                "{said}"
            );
        }
    }
}

#[test]
fn every_bound_lets_in_what_is_inside_and_nothing_outside() {
    let mut refused = 0;
    for operation in Operation::ALL {
        for member in operation.members() {
            for (value, said) in edges(&member.rule) {
                let mut document = object(operation.members(), |_| true);
                document[member.name] = value.clone();
                let seen = send(*operation, &document);
                let at = format!("{}.{} = {value}", operation.name(), member.name);
                match (&said, &seen) {
                    (None, None) => {}
                    (Some(said), Some(seen)) => {
                        assert!(seen.contains(said.as_str()), "{at}: {seen}");
                        refused += 1;
                    }
                    (_, _) => panic!("{at}: {seen:?} instead of {said:?}"),
                }
            }
        }
    }
    assert!(refused > 450, "only {refused} values were out of bounds");
}

#[test]
fn what_reads_is_told_by_the_name_but_for_aws_own_exceptions() {
    for operation in Operation::ALL {
        let by_name = ["Get", "List", "Lookup", "Simulate"].iter().any(|verb| operation.name().starts_with(verb));
        // <https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html>
        let exception = matches!(operation, Operation::AssumeRole | Operation::GetSessionToken);
        assert_eq!(operation.read_only(), by_name != exception, "{operation:?}");
    }
}
