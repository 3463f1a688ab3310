//! Reading values of each type, and refusing what is none.

use super::{
    Check, Member, Place, Rule, Shape,
    check::Path,
    node::{Items, Node, Scalar},
};
use crate::{Fault, FaultCode, Input, Service};
use rolecall_names::Instant;
use serde_json::Value;

// AWS's words for a value of the wrong kind, as CloudFront (laurilehmijoki/s3_website#320) and CloudWatch
// (jclouds/legacy-jclouds#274) have answered them.
const LIST_EXPECTED: &str = "Unexpected list element termination";
const STRUCTURE_EXPECTED: &str = "Unexpected complex element termination";

/// Reads a whole call.
pub(crate) fn decode<S: Shape>(service: Service, input: &Input) -> Result<S, Fault> {
    let node = match input {
        Input::Query(params) => Node::Query(params.group()),
        Input::Json { document, .. } => Node::Json(document),
    };
    let mut check = Check::new(service);
    let read = S::read(&Place { node, path: &Path::Call }, &mut check);
    match (check.finish(), read) {
        (Some(fault), _) => Err(fault),
        (None, Some(call)) => Ok(call),
        (None, None) => Err(Fault::from_code(FaultCode::InternalFailure)),
    }
}

/// A type that a field of a call can have.
pub(crate) trait Field: Sized {
    /// Whether the type itself demands a value.
    const REQUIRED: bool;

    /// The member's value, or `None` once `check` has noted why not.
    fn read(place: &Place<'_>, member: &'static Member, check: &mut Check) -> Option<Self>;
}

/// A type that an element of a list can have.
pub(crate) trait Element: Sized {
    /// The element, or `None` once `check` has noted why not.
    fn read(place: &Place<'_>, rule: &'static Rule, check: &mut Check) -> Option<Self>;

    /// What is checked of the elements together.
    fn all(_: &[Self], _: &Path<'_>, _: &'static Rule, _: &mut Check) -> Option<()> {
        Some(())
    }
}

impl<V: Scalars> Field for Option<V> {
    const REQUIRED: bool = false;

    fn read(place: &Place<'_>, member: &'static Member, check: &mut Check) -> Option<Self> {
        match place.node.scalar(member.name) {
            None => Some(None),
            Some(scalar) => V::read(scalar, &Path::Member(place.path, member), &member.rule, check).map(Some),
        }
    }
}

/// A member that must be there, for any type one value can have.
pub(crate) fn required<V: Scalars>(place: &Place<'_>, member: &'static Member, check: &mut Check) -> Option<V> {
    let path = Path::Member(place.path, member);
    match place.node.scalar(member.name) {
        None => {
            check.missing(&path);
            None
        }
        Some(scalar) => V::read(scalar, &path, &member.rule, check),
    }
}

impl Field for String {
    const REQUIRED: bool = true;

    fn read(place: &Place<'_>, member: &'static Member, check: &mut Check) -> Option<Self> {
        required(place, member, check)
    }
}

impl<E: Element> Field for Vec<E> {
    const REQUIRED: bool = false;

    fn read(place: &Place<'_>, member: &'static Member, check: &mut Check) -> Option<Self> {
        let Rule::List(rule) = &member.rule else {
            return None;
        };
        let path = Path::Member(place.path, member);
        let Some(items) = items(&place.node, member.name, check) else {
            if member.required {
                check.missing(&path);
                return None;
            }
            return Some(Self::new());
        };
        check.list(items.count(), &path, rule)?;
        let mut read = Self::new();
        let mut good = Some(());
        items.each(|index, node| {
            let element = Path::Element(&path, index);
            match E::read(&Place { node, path: &element }, rule.of, check) {
                Some(element) => read.push(element),
                None => good = None,
            }
        });
        good.and_then(|()| E::all(&read, &path, rule.of, check)).map(|()| read)
    }
}

pub(super) fn items<'a>(node: &Node<'a>, name: &str, check: &mut Check) -> Option<Items<'a>> {
    match node {
        Node::Query(group) => {
            let Some(elements) = group.members(name) else {
                check.malformed(LIST_EXPECTED);
                return None;
            };
            match (elements.count(), group.get(name)) {
                (0, None) => None,
                // `Tags=` is how clients send a list without elements.
                (_, None | Some("")) => Some(Items::Query(*group, elements)),
                (_, Some(_)) => {
                    check.malformed(LIST_EXPECTED);
                    None
                }
            }
        }
        Node::Json(value) => match value.get(name) {
            None | Some(Value::Null) => None,
            Some(Value::Array(values)) => Some(Items::Json(values)),
            Some(_) => {
                check.malformed("");
                None
            }
        },
    }
}

impl Items<'_> {
    fn count(&self) -> usize {
        match self {
            Self::Query(_, elements) => elements.count(),
            Self::Json(values) => values.len(),
        }
    }

    pub(super) fn each(&self, mut visit: impl FnMut(u64, Node<'_>)) {
        match self {
            Self::Query(group, elements) => {
                for (index, group) in group.each(elements) {
                    visit(index, Node::Query(group));
                }
            }
            Self::Json(values) => {
                for (index, value) in (1..).zip(*values) {
                    visit(index, Node::Json(value));
                }
            }
        }
    }
}

impl Element for String {
    fn read(place: &Place<'_>, rule: &'static Rule, check: &mut Check) -> Option<Self> {
        // A list of structures of one member is a list of that member.
        if let Rule::Structure([only]) = rule {
            return structure(place, check).and_then(|()| <Self as Field>::read(place, only, check));
        }
        match place.node.scalar("") {
            Some(Scalar::Form(text)) => Some(text.to_owned()),
            Some(Scalar::Json(Value::String(text))) => Some(text.clone()),
            Some(Scalar::Json(_)) => {
                check.malformed("");
                None
            }
            None => {
                check.malformed(LIST_EXPECTED);
                None
            }
        }
    }

    fn all(read: &[Self], path: &Path<'_>, rule: &'static Rule, check: &mut Check) -> Option<()> {
        match rule {
            Rule::Text(rule) => check.texts(read, path, rule),
            _ => Some(()),
        }
    }
}

/// A structure that is a member and may be left out.
pub(crate) fn part_of<S: Shape>(place: &Place<'_>, member: &'static Member, check: &mut Check) -> Option<Option<S>> {
    let path = Path::Member(place.path, member);
    match place.node {
        Node::Query(group) => {
            if group.get(member.name).is_some_and(|value| !value.is_empty()) {
                check.malformed(STRUCTURE_EXPECTED);
                return None;
            }
            let below = group.below(member.name);
            if below.is_empty() {
                return Some(None);
            }
            S::read(&Place { node: Node::Query(group.of(&below)), path: &path }, check).map(Some)
        }
        Node::Json(value) => match value.get(member.name) {
            None | Some(Value::Null) => Some(None),
            Some(value @ Value::Object(_)) => S::read(&Place { node: Node::Json(value), path: &path }, check).map(Some),
            Some(_) => {
                check.malformed("");
                None
            }
        },
    }
}

/// Refuses a plain value where a structure must be.
pub(crate) fn structure(place: &Place<'_>, check: &mut Check) -> Option<()> {
    match (place.node, place.node.scalar("")) {
        (Node::Query(_), None | Some(Scalar::Form(""))) | (Node::Json(Value::Object(_)), _) => Some(()),
        (Node::Query(_), _) => {
            check.malformed(STRUCTURE_EXPECTED);
            None
        }
        (Node::Json(_), _) => {
            check.malformed("");
            None
        }
    }
}

/// A type that one value on the wire can have.
pub(crate) trait Scalars: Sized {
    fn read(scalar: Scalar<'_>, path: &Path<'_>, rule: &'static Rule, check: &mut Check) -> Option<Self>;
}

/// Refuses a value that is none of its type: in a form in AWS's words for the type, in JSON without any.
fn mistyped<T>(scalar: Scalar<'_>, words: &'static str, check: &mut Check) -> Option<T> {
    check.malformed(if matches!(scalar, Scalar::Form(_)) { words } else { "" });
    None
}

impl Scalars for String {
    fn read(scalar: Scalar<'_>, path: &Path<'_>, rule: &'static Rule, check: &mut Check) -> Option<Self> {
        let text = match scalar {
            Scalar::Form(text) => text,
            Scalar::Json(Value::String(text)) => text,
            Scalar::Json(_) => return mistyped(scalar, "", check),
        };
        let Rule::Text(rule) = rule else { return None };
        check.text(text, path, rule).map(|()| text.to_owned())
    }
}

impl Scalars for i32 {
    fn read(scalar: Scalar<'_>, path: &Path<'_>, rule: &'static Rule, check: &mut Check) -> Option<Self> {
        let number = match scalar {
            Scalar::Form(text) => text.parse::<Self>().map(i64::from).ok(),
            Scalar::Json(value) => value.as_i64(),
        };
        let (Some(number), Rule::Integer { min, max }) = (number, rule) else {
            return mistyped(scalar, "integer must follow xsd1.1 definition", check);
        };
        check.integer(number, path, *min, *max)
    }
}

impl Scalars for bool {
    fn read(scalar: Scalar<'_>, _: &Path<'_>, _: &'static Rule, check: &mut Check) -> Option<Self> {
        match scalar {
            Scalar::Form("true") => Some(true),
            Scalar::Form("false") => Some(false),
            Scalar::Json(Value::Bool(flag)) => Some(*flag),
            _ => mistyped(scalar, "boolean must follow xsd1.1 definition", check),
        }
    }
}

impl Scalars for Instant {
    fn read(scalar: Scalar<'_>, _: &Path<'_>, _: &'static Rule, check: &mut Check) -> Option<Self> {
        match scalar {
            Scalar::Form(text) => text.parse().ok(),
            Scalar::Json(Value::Number(number)) => {
                // Milliseconds of every instant AWS can mean are far inside what a double holds exactly.
                number.as_f64().map(|seconds| Self::from_millis((seconds * 1000.0).round() as i64))
            }
            Scalar::Json(_) => None,
        }
        .or_else(|| mistyped(scalar, "timestamp must follow ISO8601", check))
    }
}
