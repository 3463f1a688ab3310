//! A record as one line, which is folded where a terminal is narrower.

use rolecall_doctor::text::clean;
use serde_json::Value;
use std::fmt::Write;
use textwrap::{Options, WordSeparator, WordSplitter};

/// Below the id, so that times stand out.
const INDENT: &str = "         ";

/// Lines, with the date above those of another day.
#[derive(Debug)]
pub(super) struct Lines {
    date: String,
    /// Columns of the terminal; `None` where nobody looks and a line stays whole.
    width: Option<usize>,
}

impl Lines {
    pub(super) fn new(width: Option<usize>) -> Self {
        Self { date: String::new(), width }
    }

    /// The line of a record, and the date's before it where it is another than before.
    pub(super) fn of(&mut self, record: &Value) -> String {
        let text = |pointer: &str| record.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        let (date, time) = text("/eventTime").split_once('T').unwrap_or_default();
        let mut told = String::new();
        // Writing into a String has no way to fail.
        if date != self.date {
            date.clone_into(&mut self.date);
            let _ = writeln!(told, "{date} (UTC)");
        }
        let outcome = match text("/errorCode") {
            "" => "ok",
            code => code,
        };
        let what = format!(
            "{} {:<8} {:<14} {:<17} {outcome:<12}",
            time.trim_end_matches('Z'),
            text("/eventID").get(..8).unwrap_or_default(),
            text("/awsRegion"),
            text("/eventName"),
        );
        let mut who = who(record);
        if let Some(role) = record.pointer("/requestParameters/roleArn").and_then(Value::as_str) {
            let _ = write!(who, " -> {}", short(role));
        }
        self.put(&mut told, [&what, &who, &way(record)].map(|part| clean(part)));
        told
    }

    fn put(&self, told: &mut String, [what, who, way]: [std::borrow::Cow<'_, str>; 3]) {
        let whole = format!("{what} {who}, {way}");
        let Some(width) = self.width.filter(|width| textwrap::core::display_width(&whole) > *width) else {
            told.push_str(&whole);
            told.push('\n');
            return;
        };
        told.push_str(what.trim_end());
        told.push('\n');
        // Names, ARNs and hosts stay in one piece even where they do not fit.
        let options = Options::new(width)
            .initial_indent(INDENT)
            .subsequent_indent(INDENT)
            .break_words(false)
            .word_separator(WordSeparator::AsciiSpace)
            .word_splitter(WordSplitter::NoHyphenation);
        for part in [who, way] {
            for line in textwrap::wrap(&part, &options) {
                told.push_str(&line);
                told.push('\n');
            }
        }
    }
}

/// From where, through what, to which endpoint.
fn way(record: &Value) -> String {
    let text = |pointer: &str| record.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let mut way = format!("from {}", text("/sourceIPAddress"));
    match text("/vpcEndpointId") {
        "" => {}
        endpoint => way.extend([" by ", endpoint]),
    }
    let kind = text("/additionalEventData/RequestDetails/endpointType");
    let kind = match text("/additionalEventData/RequestDetails/awsServingRegion") {
        region if kind == "global" => format!("global, served in {region}"),
        _ => kind.to_owned(),
    };
    match (text("/tlsDetails/clientProvidedHostHeader"), &*kind) {
        ("", "") => {}
        // Records tell the host of calls over TLS alone.
        ("", kind) => way.extend([" to an endpoint (", kind, ")"]),
        (host, "") => way.extend([" to ", host]),
        (host, kind) => way.extend([" to ", host, " (", kind, ")"]),
    }
    way
}

fn who(record: &Value) -> String {
    let of = |name: &str| record.pointer(&format!("/userIdentity/{name}")).and_then(Value::as_str);
    match (of("arn"), of("principalId"), of("type")) {
        (Some(arn), ..) => short(arn),
        (None, Some(id), _) => id.to_owned(),
        (None, None, Some(kind)) => kind.to_owned(),
        (None, None, None) => "nobody".to_owned(),
    }
}

/// An ARN by its account and what follows it.
fn short(arn: &str) -> String {
    let mut parts = arn.splitn(6, ':').skip(4);
    match (parts.next(), parts.next()) {
        (Some(account), Some(rest)) => format!("{account}:{rest}"),
        _ => arn.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refused() -> Value {
        json!({
            "eventTime": "2026-11-25T06:31:42Z", "eventID": "3f2a91c4-0000-4000-8000-000000000000",
            "awsRegion": "ap-northeast-1", "eventName": "AssumeRole", "errorCode": "AccessDenied",
            "userIdentity": { "type": "AssumedRole", "arn": "arn:aws:sts::111111111111:assumed-role/role-a/yyyyyyyy" },
            "requestParameters": { "roleArn": "arn:aws:iam::222222222222:role/role-b" },
            "sourceIPAddress": "10.0.1.20", "vpcEndpointId": "vpce-0sts",
            "additionalEventData": { "RequestDetails": { "awsServingRegion": "ap-northeast-1", "endpointType": "regional" } },
            "tlsDetails": { "clientProvidedHostHeader": "sts.ap-northeast-1.amazonaws.com" },
        })
    }

    #[test]
    fn a_line_tells_who_did_what_from_where_and_how_it_ended() {
        let mut lines = Lines::new(None);
        assert_eq!(
            lines.of(&refused()),
            "2026-11-25 (UTC)\n06:31:42 3f2a91c4 ap-northeast-1 AssumeRole        AccessDenied \
             111111111111:assumed-role/role-a/yyyyyyyy -> 222222222222:role/role-b, from 10.0.1.20 by vpce-0sts to \
             sts.ap-northeast-1.amazonaws.com (regional)\n"
        );
        let plain = json!({
            "eventTime": "2026-11-25T06:31:43Z", "eventID": "aaaaaaaa-0000-4000-8000-000000000000",
            "awsRegion": "us-east-1", "eventName": "GetCallerIdentity",
            "additionalEventData": { "RequestDetails": { "awsServingRegion": "eu-west-1", "endpointType": "global" } },
            "userIdentity": { "type": "Root", "principalId": "111111111111" }, "sourceIPAddress": "127.0.0.1",
        });
        assert_eq!(
            lines.of(&plain),
            "06:31:43 aaaaaaaa us-east-1      GetCallerIdentity ok           111111111111, from 127.0.0.1 to an \
             endpoint (global, served in eu-west-1)\n"
        );
    }

    #[test]
    fn a_narrow_terminal_gets_lines_that_fit() {
        let told = Lines::new(Some(100)).of(&refused());
        assert_eq!(
            told,
            "2026-11-25 (UTC)\n\
             06:31:42 3f2a91c4 ap-northeast-1 AssumeRole        AccessDenied\n         \
             111111111111:assumed-role/role-a/yyyyyyyy -> 222222222222:role/role-b\n         \
             from 10.0.1.20 by vpce-0sts to sts.ap-northeast-1.amazonaws.com (regional)\n"
        );
        assert!(Lines::new(Some(70)).of(&refused()).lines().all(|line| line.len() <= 70));
        // A wide one gets it whole.
        assert_eq!(Lines::new(Some(250)).of(&refused()), Lines::new(None).of(&refused()));
    }

    #[test]
    fn what_a_caller_chose_moves_no_terminal() {
        let mut record = refused();
        record["tlsDetails"]["clientProvidedHostHeader"] = "a\u{1b}[2J\u{202e}b\nc".into();
        record["requestParameters"]["roleArn"] = "\u{7}".into();
        for width in [None, Some(100)] {
            let told = Lines::new(width).of(&record);
            assert!(!told.contains(|letter: char| letter != '\n' && letter.is_control()), "{told:?}");
            assert!(told.contains("a\\u{1b}[2J\\u{202e}b c"), "{told:?}");
        }
    }
}
