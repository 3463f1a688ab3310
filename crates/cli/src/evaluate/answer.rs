//! From a line to its answer.

use super::{
    context::Context,
    line::{Asked, LineError, Object, id_of},
    principal,
    stream::Line,
};
use rolecall_policy::{
    Context as Keys, Decision, Effect, Misses, Places, Policies, PolicyType, Request, Values, Weighed,
    WeighedCondition, decide, explain,
};
use serde::{Serialize, Serializer, ser::SerializeStruct};
use serde_json::value::RawValue;
use std::{borrow::Cow, io};

/// The most bytes shown of what a request holds under one key. A policy can ask for the same key very often.
const SHOWN: usize = 2_048;

/// Answers `line`.
///
/// # Errors
/// When `out` takes no more.
pub(super) fn write(line: &Line, out: &mut impl io::Write) -> io::Result<()> {
    let answered = text(line).and_then(|text| {
        let Object(asked) = serde_json::from_str(text)?;
        judge(&asked, out)
    });
    match answered {
        Ok(written) => written?,
        Err(error) => serde_json::to_writer(&mut *out, &Refusal { id: id_of(&line.bytes), error: error.to_string() })?,
    }
    out.write_all(b"\n")
}

fn text(line: &Line) -> Result<&str, LineError> {
    if line.cut {
        return Err(LineError::TooLong);
    }
    str::from_utf8(&line.bytes).map_err(|_| LineError::NotUtf8)
}

/// Judges what is asked and writes the answer. All that can be wrong with the line shows before the first byte.
fn judge(line: &Asked<'_>, out: &mut impl io::Write) -> Result<io::Result<()>, LineError> {
    let Asked { id, request: Object(asked), policies: Object(texts) } = line;
    asked.check()?;
    let context = Context::read(asked.context)?;
    let principal = principal::read(asked.principal, &context)?;
    let resource_account = asked.owner()?;
    let documents = texts.read()?;
    Ok(context.lend(|entries| {
        documents.lend(|policies| {
            let request = Request {
                principal: &principal,
                action: &asked.action,
                resource: &asked.resource,
                resource_account,
                context: &Keys::new(entries),
            };
            let decision = decide(&request, policies);
            let answer = Answer {
                id: *id,
                verdict: decision.verdict.as_str(),
                decided_by: decision.decided_by.as_str(),
                trace: Trace { decision: &decision, request: &request, policies },
            };
            serde_json::to_writer(out, &answer).map_err(io::Error::from)
        })
    }))
}

#[derive(Serialize)]
struct Refusal {
    id: Option<Box<RawValue>>,
    error: String,
}

#[derive(Serialize)]
struct Answer<'a> {
    id: Option<&'a RawValue>,
    verdict: &'static str,
    decided_by: &'static str,
    trace: Trace<'a>,
}

struct Trace<'a> {
    decision: &'a Decision,
    request: &'a Request<'a>,
    policies: &'a Policies<'a>,
}

impl Serialize for Trace<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut places: Option<(rolecall_policy::DocumentRef, Places<'_>)> = None;
        let weighed = explain(self.decision, self.request, self.policies);
        serializer.collect_seq(weighed.iter().map(|weighed| {
            let document = weighed.step.document;
            // Steps of one document follow one another.
            if places.as_ref().is_none_or(|(known, _)| *known != document) {
                places = None;
            }
            let (_, places) = places.get_or_insert_with(|| (document, Places::new(weighed.document.text())));
            Step::new(weighed, places)
        }))
    }
}

/// A statement that was weighed.
struct Step<'a> {
    weighed: &'a Weighed<'a>,
    place: rolecall_policy::Position,
    conditions: Vec<Condition<'a>>,
}

impl<'a> Step<'a> {
    fn new(weighed: &'a Weighed<'a>, places: &mut Places<'_>) -> Self {
        let place = places.of(weighed.statement.span());
        let conditions = weighed.conditions.iter().enumerate();
        let conditions =
            conditions.map(|(index, condition)| Condition::new(weighed, index, condition, places)).collect();
        Self { weighed, place, conditions }
    }
}

impl Serialize for Step<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Weighed { step, statement, .. } = self.weighed;
        let by_level = matches!(step.document.policy, PolicyType::ServiceControl | PolicyType::ResourceControl);
        let sid = statement.sid();
        let members = 9 + usize::from(by_level) + usize::from(sid.is_some());
        let mut out = serializer.serialize_struct("Step", members)?;
        out.serialize_field("policy", step.document.policy.as_str())?;
        if by_level {
            out.serialize_field("level", &step.document.level)?;
        }
        out.serialize_field("index", &step.document.index)?;
        out.serialize_field("statement", &step.statement)?;
        if let Some(sid) = sid {
            out.serialize_field("sid", sid)?;
        }
        out.serialize_field("line", &self.place.line)?;
        out.serialize_field("column", &self.place.column)?;
        out.serialize_field("effect", if statement.effect() == Effect::Deny { "deny" } else { "allow" })?;
        out.serialize_field("matched", &step.matched())?;
        out.serialize_field("missed", &missed(step.misses))?;
        out.serialize_field("conditions", &self.conditions)?;
        out.end()
    }
}

fn missed(misses: Misses) -> Vec<&'static str> {
    let kinds = [
        (misses.principal(), "principal"),
        (misses.action(), "action"),
        (misses.resource(), "resource"),
        (misses.condition(), "condition"),
    ];
    kinds.into_iter().filter_map(|(missed, name)| missed.then_some(name)).collect()
}

/// One condition of a statement whose action matched.
#[derive(Serialize)]
struct Condition<'a> {
    operator: &'a str,
    key: &'a str,
    line: u32,
    column: u32,
    outcome: &'static str,
    request: Option<Shown<'a>>,
    policy: Vec<&'a str>,
}

impl<'a> Condition<'a> {
    fn new(weighed: &Weighed<'a>, index: usize, condition: &WeighedCondition<'a>, places: &mut Places<'_>) -> Self {
        let view = condition.condition;
        let place = places.of(view.span());
        let absent = match index {
            0..31 => weighed.step.absent >> index & 1 == 1,
            _ => condition.held.is_none_or(Values::is_empty),
        };
        Self {
            operator: view.operator(),
            key: view.key(),
            line: place.line,
            column: place.column,
            outcome: match (condition.met, absent) {
                (true, _) => "met",
                (false, true) => "absent",
                (false, false) => "different",
            },
            request: condition.held.map(Shown::of),
            policy: view.values().collect(),
        }
    }
}

/// What the request holds under a key.
#[derive(Serialize)]
#[serde(untagged)]
enum Shown<'a> {
    One(Cow<'a, str>),
    Many(Vec<Cow<'a, str>>),
}

impl<'a> Shown<'a> {
    fn of(values: Values<'a>) -> Self {
        match values {
            Values::One(value) => Self::One(cut(value, SHOWN)),
            Values::Many(values) => {
                let mut left = SHOWN;
                let mut shown = Vec::new();
                for value in values {
                    shown.push(cut(value, left));
                    // What stands around a value in the answer counts as well: empty values are not free.
                    left = left.saturating_sub(value.len() + 3);
                    if left == 0 {
                        break;
                    }
                }
                if shown.len() < values.len() {
                    shown.push(Cow::Borrowed("…"));
                }
                Self::Many(shown)
            }
        }
    }
}

fn cut(value: &str, most: usize) -> Cow<'_, str> {
    if value.len() <= most {
        return Cow::Borrowed(value);
    }
    let head = value.get(..value.floor_char_boundary(most)).unwrap_or_default();
    Cow::Owned(format!("{head}…"))
}
