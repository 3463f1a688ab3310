//! Calls and outages.

use super::entity::tags;
use crate::policies::{is_inside, policy};
use crate::reader::{
    Fields, Item, Reader, checked, instant, integer, new_name, number, parsed, place, reference, tables, text, told,
    variable, word,
};
use crate::{Call, Client, ConfigFile, Expectation, Expected, Kind, MfaAnswer, OptionValue, Outage, ProblemKind};
use rolecall_names::{Arn, Region};
use rolecall_policy::Kind as DocumentKind;
use toml::de::DeValue;

const MAX_VARIABLES: usize = 1000;

const EXPECTATIONS: &[(&str, Expectation)] = &[
    ("allowed", Expectation::Allowed),
    ("denied", Expectation::Denied),
    ("unreachable", Expectation::Unreachable),
    ("rejected", Expectation::Rejected),
];

/// `[[call]]`
pub(super) fn calls(reader: &mut Reader<'_>, document: &mut Fields<'_>) -> Vec<Call> {
    tables(reader, document, "call", |reader, fields| {
        let name = fields.need(reader, "name", new_name(Kind::Call));
        let place = fields.need(reader, "place", reference(&[Kind::Place]));
        let client = fields.need(reader, "client", told(Expected::Client, client));
        let region = fields.maybe(reader, "region", text);
        let env = fields.map(reader, "env", MAX_VARIABLES, variable);
        let config = config_file(reader, fields, "config");
        let credentials = config_file(reader, fields, "credentials");
        let profile = fields.maybe(reader, "profile", text);
        let options = fields.map(reader, "options", MAX_VARIABLES, option);
        let at_instant = fields.maybe(reader, "at", instant);
        let assume = fields.maybe(reader, "assume", checked(Expected::RoleArn, is_role_arn));
        let session_name = fields.maybe(reader, "session_name", checked(Expected::SessionName, is_session_name));
        let external_id = fields.maybe(reader, "external_id", checked(Expected::ExternalId, is_external_id));
        // Source: STS API Reference, `AssumeRole`, `DurationSeconds`.
        let duration_seconds = fields.maybe(reader, "duration_seconds", |reader, item| {
            integer(900, 43_200)(reader, item).and_then(|seconds| u32::try_from(seconds).ok())
        });
        let tags = tags(reader, fields);
        let transitive_tag_keys = fields.list(reader, "transitive_tag_keys", 50, text);
        let source_identity = fields.maybe(reader, "source_identity", checked(Expected::SessionName, is_session_name));
        let policy = fields.maybe(reader, "policy", policy(DocumentKind::Session));
        let mfa = fields.maybe(reader, "mfa", mfa);
        let expect = fields.maybe(reader, "expect", word(Expected::Outcome, EXPECTATIONS));
        if fields.raw("assume").is_none() && fields.raw("profile").is_none() {
            reader.fault(fields.at(), ProblemKind::MissingKey("assume"));
        }
        Some(Call {
            name: name?,
            place: place?,
            client: client?,
            region,
            env,
            config,
            credentials,
            profile,
            options,
            at_instant,
            assume,
            session_name,
            external_id,
            duration_seconds,
            tags,
            transitive_tag_keys,
            source_identity,
            policy: policy.map(|policy| policy.value),
            mfa,
            expect,
            at: fields.at(),
        })
    })
}

/// `[[outage]]`
pub(super) fn outages(reader: &mut Reader<'_>, document: &mut Fields<'_>) -> Vec<Outage> {
    tables(reader, document, "outage", |reader, fields| {
        let name = fields.need(reader, "name", new_name(Kind::Outage));
        if fields.raw("from").is_none() {
            reader.fault(fields.at(), ProblemKind::MissingKey("from"));
        }
        let from = fields.list(reader, "from", 100, parsed::<Region>(Expected::Region));
        let to = fields.need(reader, "to", parsed::<Region>(Expected::Region));
        let start = fields.need(reader, "start", instant);
        let end = fields.need(reader, "end", instant);
        let (start, end) = (start?, end?);
        if end.value <= start.value {
            reader.fault(end.at, ProblemKind::EndsBeforeStart);
        }
        Some(Outage { name: name?, from, to: to?, start, end })
    })
}

fn config_file(reader: &mut Reader<'_>, fields: &mut Fields<'_>, key: &'static str) -> Option<ConfigFile> {
    let file = fields.maybe(reader, key, |reader, item| {
        let path = checked(Expected::RelativePath, is_inside)(reader, item)?;
        reader.file(&path, place(item))
    })?;
    Some(ConfigFile { file: file.value, at: file.at })
}

fn option(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<OptionValue> {
    match item.get_ref() {
        DeValue::String(_) => variable(reader, item).map(OptionValue::Text),
        DeValue::Boolean(value) => Some(OptionValue::Boolean(*value)),
        DeValue::Integer(_) => {
            number(item).map(OptionValue::Integer).or_else(|| reader.expected(item, Expected::Scalar))
        }
        _ => reader.expected(item, Expected::Scalar),
    }
}

fn mfa(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<MfaAnswer> {
    match item.get_ref() {
        DeValue::Boolean(true) => Some(MfaAnswer::Own),
        // Source: STS API Reference, `AssumeRole`, `SerialNumber`.
        DeValue::String(serial) if (9..=256).contains(&serial.len()) => Some(MfaAnswer::Serial(serial.as_ref().into())),
        _ => reader.expected(item, Expected::MfaAnswer),
    }
}

/// `boto3==1.39.17`; which clients there are is not this crate's to know.
fn client(text: &str) -> Option<Client> {
    let (name, version) = text.split_once("==")?;
    let good_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"@/._:-".contains(&b));
    let good_version = version.starts_with(|c: char| c.is_ascii_digit())
        && version.bytes().all(|b| b.is_ascii_alphanumeric() || b".+-".contains(&b));
    (text.len() <= 256 && good_name && good_version).then(|| Client { name: name.into(), version: version.into() })
}

fn is_role_arn(text: &str) -> bool {
    Arn::parse(text).is_ok_and(|arn| {
        arn.service == "iam"
            && arn.account_id().is_some()
            && arn.kind_path_name().is_some_and(|(kind, _, name)| kind == "role" && super::entity::is_name(name))
    })
}

/// Source: STS API Reference, `AssumeRole`, `RoleSessionName` and `SourceIdentity`.
pub(super) fn is_session_name(text: &str) -> bool {
    (2..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_+=,.@-".contains(&b))
}

/// Source: STS API Reference, `AssumeRole`, `ExternalId`.
fn is_external_id(text: &str) -> bool {
    (2..=1224).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_+=,.@:/-".contains(&b))
}
