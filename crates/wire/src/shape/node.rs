//! One view of a call's content, whether it came as form parameters or as JSON.

use super::check::Path;
use crate::params::{Elements, Group};
use serde_json::Value;

/// A structure of the input, and where it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) node: Node<'a>,
    pub(crate) path: &'a Path<'a>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Node<'a> {
    Query(Group<'a>),
    Json(&'a Value),
}

/// A member's value, before it is known to be of the right type.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scalar<'a> {
    /// From a form: the text of any type.
    Form(&'a str),
    /// From JSON.
    Json(&'a Value),
}

/// A member's list.
#[derive(Debug)]
pub(crate) enum Items<'a> {
    Query(Group<'a>, Elements),
    Json(&'a [Value]),
}

impl<'a> Node<'a> {
    /// A member's value; the empty name is the node's own value, an element of a list of strings.
    pub(crate) fn scalar(&self, name: &str) -> Option<Scalar<'a>> {
        match self {
            Self::Query(group) => group.get(name).map(Scalar::Form),
            Self::Json(value) if name.is_empty() => Some(Scalar::Json(value)),
            Self::Json(value) => value.get(name).filter(|value| !value.is_null()).map(Scalar::Json),
        }
    }
}
