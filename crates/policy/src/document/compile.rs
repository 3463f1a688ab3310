//! How each value will be compared, settled once the document's version is known.

use crate::condition::{Test, address};
use crate::document::model::{Pattern, Text, Value};
use crate::document::read::Reader;
use crate::document::{Range, Version};
use crate::pattern::{has_variable, has_wildcard};

/// Gives every value that was read its [`Pattern`].
pub(super) fn compile(reader: &mut Reader<'_>) {
    let variables = reader.version == Some(Version::V2012);
    let mut values = std::mem::take(&mut reader.values);
    let statements = std::mem::take(&mut reader.statements);
    let conditions = std::mem::take(&mut reader.conditions);
    for statement in &statements {
        for value in run(&mut values, statement.action.unwrap_or_default().range) {
            action(reader, value);
        }
        for value in run(&mut values, statement.resource.unwrap_or_default().range) {
            value.pattern = resource(value.text.of(reader.text, &reader.extra), variables);
        }
        for condition in conditions.get(statement.conditions.get()).unwrap_or_default() {
            let test = condition.operator.map(|operator| operator.test);
            for value in run(&mut values, condition.values) {
                value.pattern =
                    test.map_or(Pattern::Never, |test| condition_value(reader, value.text, test, variables));
            }
        }
    }
    reader.values = values;
    reader.statements = statements;
    reader.conditions = conditions;
}

fn run(values: &mut [Value], range: Range) -> &mut [Value] {
    values.get_mut(range.get()).unwrap_or_default()
}

/// Actions compare without regard to case: the request's is brought to lower case, and so is this.
fn action(reader: &mut Reader<'_>, value: &mut Value) {
    let text = value.text.of(reader.text, &reader.extra);
    value.pattern = match text {
        "*" => Pattern::Any,
        other if has_wildcard(other) => Pattern::Glob,
        _ => Pattern::Exact,
    };
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        let lower = text.to_ascii_lowercase();
        let start = reader.extra.len();
        reader.extra.push_str(&lower);
        value.text = Text::in_extra(start, reader.extra.len());
    }
}

/// Variables count only in the part behind the fifth colon (IAM User Guide, "IAM policy elements: Variables and
/// tags", "Resource element"). An ARN that is too short is filled up with `*`, as AWS shows it when it refuses one.
fn resource(text: &str, variables: bool) -> Pattern {
    if text == "*" {
        return Pattern::Any;
    }
    let parts = text.splitn(6, ':').collect::<smallvec::SmallVec<[&str; 6]>>();
    if variables && parts.get(5).is_some_and(|part| has_variable(part)) {
        return Pattern::Template;
    }
    let head_is_plain = parts.iter().take(5).all(|part| !has_wildcard(part));
    match (parts.len() == 6, head_is_plain) {
        (true, true) if parts.get(5).is_some_and(|part| has_wildcard(part)) => Pattern::Glob,
        (true, true) => Pattern::Exact,
        _ if parts.first() == Some(&"arn") || has_wildcard(text) => Pattern::Arn,
        _ => Pattern::Exact,
    }
}

fn condition_value(reader: &mut Reader<'_>, text: Text, test: Test, variables: bool) -> Pattern {
    let text = text.of(reader.text, &reader.extra);
    let template = variables && has_variable(text);
    match test {
        Test::StringEquals | Test::StringEqualsIgnoreCase | Test::Bool | Test::StringLike | Test::Arn if template => {
            Pattern::Template
        }
        Test::StringLike if text == "*" => Pattern::Any,
        Test::StringLike if has_wildcard(text) => Pattern::Glob,
        Test::Arn if text == "*" => Pattern::Arn,
        Test::Arn => match text.splitn(6, ':').count() {
            6 if has_wildcard(text) => Pattern::Arn,
            6 => Pattern::Exact,
            _ => Pattern::Never,
        },
        Test::Address => match address::net(text) {
            Some(net) => {
                reader.nets.push(net);
                Pattern::Net(reader.nets.len() as u32 - 1)
            }
            None => Pattern::Never,
        },
        _ => Pattern::Exact,
    }
}
