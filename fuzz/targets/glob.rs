//! A pattern and a text, with a zero byte between them: StringLike against the textbook's table.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rolecall_names::Principal;
use rolecall_policy::{Context, Document, Policies, Request, Values, decide, keys};

/// Which beginnings of the text each beginning of the pattern matches, row by row.
fn textbook(pattern: &str, text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let mut row = vec![false; text.len() + 1];
    row[0] = true;
    for sign in pattern.chars() {
        let mut next = vec![false; text.len() + 1];
        for at in 0..=text.len() {
            next[at] = match sign {
                '*' => row[at] || (at > 0 && next[at - 1]),
                '?' => at > 0 && row[at - 1],
                letter => at > 0 && row[at - 1] && text[at - 1] == letter,
            };
        }
        row = next;
    }
    row[text.len()]
}

fuzz_target!(|input: &str| {
    let Some((pattern, text)) = input.split_once('\0') else { return };
    if pattern.len() > 2_000 || text.len() > 2_000 {
        return;
    }
    let document = serde_json::json!({
        "Version": "2008-10-17",
        "Statement": {
            "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*",
            "Condition": { "StringLike": { "aws:UserAgent": pattern } },
        },
    });
    let document = Document::parse(&document.to_string()).expect("a document");
    let entries = [(keys::USER_AGENT, Values::One(text))];
    let request = Request {
        principal: &Principal::Anonymous,
        action: "s3:GetObject",
        resource: "arn:aws:s3:::bucket/key",
        resource_account: None,
        context: &Context::new(&entries),
    };
    let policies = Policies { resource: Some(&document), ..Policies::default() };
    assert_eq!(decide(&request, &policies).is_allowed(), textbook(pattern, text), "{pattern:?} {text:?}");
});
