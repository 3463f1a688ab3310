//! Every reply, read back by a parser and laid beside the output that the model describes.

use crate::{
    model::{Model, required},
    samples,
};
use quick_xml::{Reader, events::Event};
use rolecall_wire::{Operation, Protocol, Reply};
use serde_json::Value;
use std::collections::BTreeSet;

/// An element read back.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) namespace: String,
    pub(crate) text: String,
    pub(crate) children: Vec<Element>,
}

/// Parses a document as clients do: entities resolved, text between elements dropped.
pub(crate) fn parse(bytes: &[u8]) -> Element {
    let mut reader = Reader::from_reader(bytes);
    let mut open = vec![Element::default()];
    loop {
        let start = |start: &quick_xml::events::BytesStart<'_>| Element {
            name: start.name().as_ref().to_owned(),
            namespace: start
                .try_get_attribute("xmlns")
                .unwrap()
                .map(|attribute| attribute.value.into_owned())
                .unwrap_or_default(),
            ..Element::default()
        };
        match reader.read_event().unwrap() {
            Event::Start(element) => open.push(start(&element)),
            Event::Empty(element) => open.last_mut().unwrap().children.push(start(&element)),
            Event::End(_) => {
                let mut done = open.pop().unwrap();
                if !done.children.is_empty() {
                    assert_eq!(done.text.trim(), "", "text beside elements in {}", done.name);
                    done.text.clear();
                }
                open.last_mut().unwrap().children.push(done);
            }
            Event::Text(text) => open.last_mut().unwrap().text.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                let resolved = match reference.resolve_char_ref().unwrap() {
                    Some(c) => c.to_string(),
                    None => match &*reference {
                        "amp" => "&".into(),
                        "lt" => "<".into(),
                        "gt" => ">".into(),
                        "quot" => "\"".into(),
                        other => panic!("entity {other}"),
                    },
                };
                open.last_mut().unwrap().text.push_str(&resolved);
            }
            Event::Eof => break,
            other => panic!("unexpected {other:?}"),
        }
    }
    assert_eq!(open.len(), 1, "unclosed elements");
    let mut roots = open.pop().unwrap().children;
    assert_eq!(roots.len(), 1, "one root");
    roots.remove(0)
}

pub(crate) fn written(reply: &Reply) -> Vec<u8> {
    let mut out = Vec::new();
    reply.write("c6104cbe-af31-11e0-8154-cbc7ccf896c7", &mut out);
    out
}

/// Members of outputs that are not written, each with its reason.
const LEFT_OUT: [(&str, &str); 1] = [("SourceRoleTemplate", "roles made from a template are not offered")];

fn check_structure(model: &Model, shape: &Value, element: &Element, at: &str) {
    let members = shape["members"].as_object().unwrap();
    let present: BTreeSet<&str> = element.children.iter().map(|child| child.name.as_str()).collect();
    assert_eq!(present.len(), element.children.len(), "{at} repeats a member");
    assert!(required(shape).is_subset(&present), "{at} lacks one of {:?}", required(shape));
    for name in members.keys().filter(|name| !LEFT_OUT.iter().any(|(left_out, _)| left_out == name)) {
        assert!(present.contains(name.as_str()), "{at} lacks {name}");
    }
    for child in &element.children {
        let Some(member) = members.get(&child.name) else { panic!("{at} has no {}", child.name) };
        check_value(model, model.shape(&member["shape"]), child, &format!("{at}.{}", child.name));
    }
}

fn check_value(model: &Model, shape: &Value, element: &Element, at: &str) {
    match shape["type"].as_str().unwrap() {
        "structure" => check_structure(model, shape, element, at),
        "list" => {
            assert!(!element.children.is_empty(), "{at}: a sample has at least one element");
            for child in &element.children {
                assert_eq!(child.name, "member", "{at}");
                check_value(model, model.shape(&shape["member"]["shape"]), child, at);
            }
        }
        "map" => {
            let keys = model.shape(&shape["key"]["shape"])["enum"].as_array();
            assert!(!element.children.is_empty(), "{at}: a sample has an entry");
            assert!(keys.is_none_or(|keys| keys.len() == element.children.len()), "{at}: a sample has every key");
            for entry in &element.children {
                let parts: Vec<&str> = entry.children.iter().map(|child| child.name.as_str()).collect();
                assert_eq!((entry.name.as_str(), parts.as_slice()), ("entry", &["key", "value"][..]), "{at}");
                let key = Value::from(entry.children[0].text.as_str());
                assert!(keys.is_none_or(|keys| keys.contains(&key)), "{at}: {key}");
            }
        }
        "integer" => assert!(element.text.parse::<i32>().is_ok(), "{at}: {:?}", element.text),
        "boolean" => assert!(matches!(element.text.as_str(), "true" | "false"), "{at}: {:?}", element.text),
        "timestamp" => assert_eq!(element.text, "2026-02-11T17:01:54Z", "{at}"),
        "string" | "blob" => assert!(element.children.is_empty(), "{at}"),
        other => panic!("{at}: a {other}"),
    }
}

#[test]
fn every_operation_has_a_reply() {
    let replies: Vec<Operation> = samples::all().iter().map(Reply::operation).collect();
    for operation in Operation::ALL {
        assert!(replies.contains(operation), "no sample of {operation:?}");
    }
}

#[test]
fn every_reply_reads_back_as_the_models_output() {
    for reply in samples::all().iter().filter(|reply| reply.operation().service().protocol() == Protocol::Query) {
        let operation = reply.operation();
        let model = Model::of(operation.service());
        let root = parse(&written(reply));
        assert_eq!(root.name, format!("{}Response", operation.name()));
        assert_eq!(root.namespace, operation.service().namespace());
        let (metadata, results) = root.children.split_last().unwrap();
        assert_eq!(metadata.name, "ResponseMetadata");
        assert_eq!(metadata.children[0].text, "c6104cbe-af31-11e0-8154-cbc7ccf896c7");
        let output = &model.operation(operation)["output"];
        match results {
            [] => assert!(output.is_null(), "{} has a result", operation.name()),
            [result] => {
                assert_eq!(Value::from(result.name.as_str()), output["resultWrapper"]);
                check_structure(&model, model.shape(&output["shape"]), result, operation.name());
            }
            more => panic!("{}: {} results", operation.name(), more.len()),
        }
    }
}

#[test]
fn looked_up_events_read_back_as_the_models_output() {
    let model = Model::of(rolecall_wire::Service::CloudTrail);
    let sample = samples::all().into_iter().find(|reply| reply.operation() == Operation::LookupEvents).unwrap();
    let read: Value = serde_json::from_slice(&written(&sample)).unwrap();
    let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<BTreeSet<String>>();
    let members = |shape: &str| names(&model.shape(&Value::from(shape))["members"]);
    assert_eq!(names(&read), members("LookupEventsResponse"));
    assert_eq!(names(&read["Events"][0]), members("Event"));
    assert_eq!(names(&read["Events"][0]["Resources"][0]), members("Resource"));
    assert_eq!(read["Events"][0]["EventTime"], 1_770_829_314);
    assert_eq!(read["Events"][0]["ReadOnly"], "true");
}

#[test]
fn what_belongs_to_the_root_has_no_user_name() {
    for mut reply in samples::all() {
        match &mut reply {
            Reply::CreateAccessKey(reply) => reply.access_key.user_name = None,
            Reply::ListAccessKeys(reply) => reply.access_key_metadata[0].user_name = None,
            Reply::ListMFADevices(reply) => reply.mfa_devices[0].user_name = None,
            _ => continue,
        }
        let text = String::from_utf8(written(&reply)).unwrap();
        assert!(!text.contains("UserName"), "{text}");
    }
}
