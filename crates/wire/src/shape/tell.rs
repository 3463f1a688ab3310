//! A call's input as CloudTrail tells it: one JSON object, members in the order of the table, names in lower camel case.

use super::{
    Member, Rule,
    node::{Node, Scalar},
    read::items,
};
use crate::{Input, Operation, json, shape::Check};

/// Members that a record never holds: one-time codes, signed assertions.
const UNTOLD: [&str; 4] = ["TokenCode", "AuthenticationCode1", "AuthenticationCode2", "ContextAssertion"];

impl Input {
    /// The input as `requestParameters` shows it, `None` when it holds no member of `operation`.
    ///
    /// It may be asked for before the input is known to be right: a value that is none of its type is told as text.
    #[must_use]
    pub fn told(&self, operation: Operation) -> Option<String> {
        let node = match self {
            Self::Query(params) => Node::Query(params.group()),
            Self::Json { document, .. } => Node::Json(document),
        };
        let mut out = Vec::with_capacity(256);
        let any = object(&node, operation.members(), &mut out);
        any.then(|| String::from_utf8(out).ok()).flatten()
    }
}

fn object(node: &Node<'_>, members: &'static [Member], out: &mut Vec<u8>) -> bool {
    let start = out.len();
    out.push(b'{');
    for member in members.iter().filter(|member| !UNTOLD.contains(&member.name)) {
        let before = out.len();
        if before > start + 1 {
            out.push(b',');
        }
        name(member.name, out);
        if !value(node, member.name, &member.rule, out) {
            out.truncate(before);
        }
    }
    out.push(b'}');
    out.len() > start + 2
}

fn name(name: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let mut letters = name.bytes();
    out.extend(letters.next().map(|first| first.to_ascii_lowercase()));
    out.extend(letters);
    out.extend_from_slice(b"\":");
}

fn value(node: &Node<'_>, name: &str, rule: &'static Rule, out: &mut Vec<u8>) -> bool {
    match rule {
        Rule::List(list) => {
            let Some(found) = items(node, name, &mut Check::new(crate::Service::Sts)) else { return false };
            out.push(b'[');
            let start = out.len();
            found.each(|_, element| {
                if out.len() > start {
                    out.push(b',');
                }
                let written = match list.of {
                    Rule::Structure(members) => object(&element, members, out) || out.ends_with(b"{}"),
                    other => value(&element, "", other, out),
                };
                if !written {
                    out.extend_from_slice(b"null");
                }
            });
            out.push(b']');
            true
        }
        Rule::Structure(_) => false,
        Rule::Text(_) | Rule::Integer { .. } | Rule::Boolean | Rule::Timestamp => match node.scalar(name) {
            None => false,
            Some(Scalar::Json(value)) => {
                json::write(value, out);
                true
            }
            Some(Scalar::Form(text)) => {
                let plain = match rule {
                    Rule::Integer { .. } => text.parse::<i32>().is_ok_and(|number| number.to_string() == text),
                    Rule::Boolean => matches!(text, "true" | "false"),
                    _ => false,
                };
                if plain {
                    out.extend_from_slice(text.as_bytes())
                } else {
                    json::write(&text, out)
                }
                true
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use crate::{Input, Operation, Service};

    fn told(body: &str) -> Option<String> {
        Input::read(Service::Sts, "", None, body.as_bytes()).unwrap().told(Operation::AssumeRole)
    }

    #[test]
    fn members_are_told_in_lower_camel_case_and_codes_are_not() {
        let body = "Action=AssumeRole&Version=2011-06-15&RoleArn=a%22b&DurationSeconds=900&TokenCode=123456\
                    &SerialNumber=x&Tags.member.1.Key=k&Tags.member.1.Value=v&TransitiveTagKeys.member.1=k\
                    &PolicyArns.member.1.arn=p";
        assert_eq!(
            told(body).unwrap(),
            r#"{"roleArn":"a\"b","policyArns":[{"arn":"p"}],"durationSeconds":900,"tags":[{"key":"k","value":"v"}],"transitiveTagKeys":["k"],"serialNumber":"x"}"#
        );
    }

    #[test]
    fn what_is_of_the_wrong_type_is_told_as_text() {
        assert_eq!(told("DurationSeconds=1e3").unwrap(), r#"{"durationSeconds":"1e3"}"#);
        assert_eq!(told("Action=AssumeRole"), None);
    }
}
