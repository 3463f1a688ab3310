//! A record as one line.

use serde_json::Value;
use std::fmt::Write;

/// Lines, with the date above those of another day.
#[derive(Debug, Default)]
pub(super) struct Lines {
    date: String,
}

impl Lines {
    /// The line of a record, and the date's before it where it is another than before.
    pub(super) fn of(&mut self, record: &Value) -> String {
        let text = |pointer: &str| record.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        let (date, time) = text("/eventTime").split_once('T').unwrap_or_default();
        let mut line = String::new();
        // Writing into a String has no way to fail.
        if date != self.date {
            date.clone_into(&mut self.date);
            let _ = writeln!(line, "{date} (UTC)");
        }
        let outcome = match text("/errorCode") {
            "" => "ok",
            code => code,
        };
        let _ = write!(
            line,
            "{} {:<8} {:<14} {outcome} {}: {}",
            time.trim_end_matches('Z'),
            text("/eventID").get(..8).unwrap_or_default(),
            text("/awsRegion"),
            text("/eventName"),
            who(record),
        );
        if let Some(role) = record.pointer("/requestParameters/roleArn").and_then(Value::as_str) {
            let _ = write!(line, " -> {}", short(role));
        }
        let _ = write!(line, ", from {}", text("/sourceIPAddress"));
        if let "" = text("/vpcEndpointId") {
        } else {
            let _ = write!(line, " by {}", text("/vpcEndpointId"));
        }
        match text("/tlsDetails/clientProvidedHostHeader") {
            "" => {}
            host => {
                let _ = write!(line, " at {host}");
            }
        }
        line.push('\n');
        line
    }
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

    #[test]
    fn a_line_tells_who_did_what_from_where_and_how_it_ended() {
        let mut lines = Lines::default();
        let refused = json!({
            "eventTime": "2026-11-25T06:31:42Z", "eventID": "3f2a91c4-0000-4000-8000-000000000000",
            "awsRegion": "ap-northeast-1", "eventName": "AssumeRole", "errorCode": "AccessDenied",
            "userIdentity": { "type": "AssumedRole", "arn": "arn:aws:sts::111111111111:assumed-role/role-a/yyyyyyyy" },
            "requestParameters": { "roleArn": "arn:aws:iam::222222222222:role/role-b" },
            "sourceIPAddress": "10.0.1.20", "vpcEndpointId": "vpce-0sts",
            "tlsDetails": { "clientProvidedHostHeader": "sts.ap-northeast-1.amazonaws.com" },
        });
        assert_eq!(
            lines.of(&refused),
            "2026-11-25 (UTC)\n06:31:42 3f2a91c4 ap-northeast-1 AccessDenied AssumeRole: \
             111111111111:assumed-role/role-a/yyyyyyyy -> 222222222222:role/role-b, from 10.0.1.20 by vpce-0sts at \
             sts.ap-northeast-1.amazonaws.com\n"
        );
        let plain = json!({
            "eventTime": "2026-11-25T06:31:43Z", "eventID": "aaaaaaaa-0000-4000-8000-000000000000",
            "awsRegion": "us-east-1", "eventName": "GetCallerIdentity",
            "userIdentity": { "type": "Root", "principalId": "111111111111" }, "sourceIPAddress": "127.0.0.1",
        });
        assert_eq!(
            lines.of(&plain),
            "06:31:43 aaaaaaaa us-east-1      ok GetCallerIdentity: 111111111111, from 127.0.0.1\n"
        );
    }
}
