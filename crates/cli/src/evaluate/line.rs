//! One line of the input: its members, and the reasons why it cannot be used.

use super::{context::ContextError, policies::Texts, principal::PrincipalError};
use rolecall_names::AccountId;
use rolecall_policy::ParseError;
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor, value::MapAccessDeserializer},
};
use serde_json::value::RawValue;
use std::{borrow::Cow, fmt, marker::PhantomData};

/// A line. Members beside these are the writer's own affair, such as what a test expects.
#[derive(Deserialize)]
pub(super) struct Asked<'a> {
    #[serde(borrow, default)]
    pub(super) id: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) request: Object<AskedRequest<'a>>,
    #[serde(borrow)]
    pub(super) policies: Object<Texts<'a>>,
}

/// What only an object can be. A list of values in the right order would do for serde otherwise.
pub(super) struct Object<T>(pub(super) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Only<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Only<T> {
            type Value = T;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map))
            }
        }
        deserializer.deserialize_map(Only(PhantomData)).map(Self)
    }
}

/// Its `request`. A member that is not known is an error: a slip of the pen must not loosen a verdict.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AskedRequest<'a> {
    #[serde(borrow)]
    pub(super) principal: &'a RawValue,
    #[serde(borrow)]
    pub(super) action: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) resource: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(super) resource_account: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) context: Option<&'a RawValue>,
}

/// Why a line cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum LineError {
    #[error("the line is longer than {} bytes", super::stream::LONGEST_LINE)]
    TooLong,
    #[error("the line is not UTF-8")]
    NotUtf8,
    #[error("{}", on_one_line(.0))]
    Json(#[from] serde_json::Error),
    #[error("request.principal: {0}")]
    Principal(#[from] PrincipalError),
    #[error("request.action: an action reads service:Operation")]
    Action,
    #[error("request.resource: a resource is an ARN or \"*\"")]
    Resource,
    #[error("request.resource_account: an account id has twelve digits")]
    ResourceAccount,
    #[error("request.context: {0}")]
    Context(#[from] ContextError),
    #[error("policies.{at}: line {line}, column {column}: {error}")]
    Policy { at: String, line: u32, column: u32, error: ParseError },
    #[error("policies.{at}: a policy is an object, or a string that holds one")]
    NotAPolicy { at: String },
}

impl AskedRequest<'_> {
    /// The resource's account, where it is given.
    pub(super) fn owner(&self) -> Result<Option<AccountId>, LineError> {
        let owner = self.resource_account.as_deref().map(str::parse).transpose();
        owner.map_err(|_| LineError::ResourceAccount)
    }

    /// Refuses what cannot be an action or a resource.
    pub(super) fn check(&self) -> Result<(), LineError> {
        let action = self.action.split_once(':');
        if !action.is_some_and(|(service, operation)| !service.is_empty() && !operation.is_empty()) {
            return Err(LineError::Action);
        }
        if self.resource != "*" && rolecall_names::Arn::parse(&self.resource).is_err() {
            return Err(LineError::Resource);
        }
        Ok(())
    }
}

/// What serde_json says, its place in front and without the number of a line that is always the first.
fn on_one_line(error: &serde_json::Error) -> String {
    let (text, column) = (error.to_string(), error.column());
    let said = text.rsplit_once(" at line ").map_or(text.as_str(), |(said, _)| said);
    format!("column {column}: {said}")
}

/// The `id` of a line that may be broken behind it.
pub(super) fn id_of(line: &[u8]) -> Option<Box<RawValue>> {
    let mut found = None;
    let mut json = serde_json::Deserializer::from_slice(line);
    // The line is known to be of no use; what is wrong with it has been said.
    let _ = FindId(&mut found).deserialize(&mut json);
    found
}

struct FindId<'f>(&'f mut Option<Box<RawValue>>);

impl<'de> DeserializeSeed<'de> for FindId<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for FindId<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(name) = members.next_key::<Cow<'de, str>>()? {
            if name == "id" {
                *self.0 = Some(members.next_value()?);
                return Ok(());
            }
            members.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}
