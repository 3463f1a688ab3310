//! Requests and policies made from a string of bytes, so that a shrinker or a fuzzer can work on the bytes.
//!
//! It knows types: values in policies are made from what the request holds (the same, a pattern for it, its
//! neighbour), operators mostly fit their keys, and most statements nearly match. A byte of zero always stands for
//! the choice that matches, and so does the end of the bytes.

use crate::support::{Asked, Given, Held, principal};
use serde_json::{Map, Value, json};

/// The bytes, read as choices.
pub(crate) struct Choices<'a>(pub(crate) &'a [u8]);

impl Choices<'_> {
    fn byte(&mut self) -> u8 {
        match self.0.split_first() {
            Some((byte, rest)) => {
                self.0 = rest;
                *byte
            }
            None => 0,
        }
    }

    /// One of `count`, the first for a byte of zero.
    fn below(&mut self, count: usize) -> usize {
        usize::from(self.byte()) % count.max(1)
    }

    /// Yes once in `times`; no for a byte of zero.
    fn seldom(&mut self, times: u8) -> bool {
        self.byte() % times == times - 1
    }

    fn pick<'t, T>(&mut self, from: &'t [T]) -> &'t T {
        &from[self.below(from.len())]
    }
}

const HOME: &str = "111111111111";
const AWAY: &str = "222222222222";

#[rustfmt::skip]
fn principals() -> Vec<Value> {
    vec![
        json!({"arn": "arn:aws:sts::111111111111:assumed-role/deploy/night", "path": "/team/", "id": "AROAAAAAAAAAAAAAAAAAD"}),
        json!({"arn": "arn:aws:iam::111111111111:user/alice", "id": "AIDAAAAAAAAAAAAAAAAAB"}),
        json!("arn:aws:iam::111111111111:user/team/bob"),
        json!("arn:aws:sts::111111111111:federated-user/carol"),
        json!({"service": "ecs-tasks.amazonaws.com"}),
        json!({"federated": "arn:aws:iam::111111111111:oidc-provider/idp.example"}),
        json!("arn:aws:iam::111111111111:root"),
        json!("arn:aws:iam::222222222222:user/alice"),
        json!({"arn": "arn:aws:sts::111111111111:assumed-role/AWSServiceRoleForX/s", "path": "/aws-service-role/x.amazonaws.com/"}),
        json!({"anonymous": true}),
    ]
}

const ACTIONS: [(&str, &str); 10] = [
    ("sts:AssumeRole", "arn:aws:iam::ACCOUNT:role/path/target"),
    ("s3:GetObject", "arn:aws:s3:::bucket/home/alice/x:y"),
    ("sqs:SendMessage", "arn:aws:sqs:eu-west-1:ACCOUNT:jobs"),
    ("kms:Decrypt", "arn:aws:kms:eu-west-1:ACCOUNT:key/k-1"),
    ("sts:TagSession", "arn:aws:iam::ACCOUNT:role/target"),
    ("s3:ListAllMyBuckets", "*"),
    ("sts:GetCallerIdentity", "*"),
    ("sts:AssumeRoleWithWebIdentity", "arn:aws:iam::ACCOUNT:role/target"),
    ("dynamodb:GetItem", "arn:aws:dynamodb:eu-west-1:ACCOUNT:table/prod-x"),
    ("lambda:InvokeFunction", "arn:aws:lambda:eu-west-1:ACCOUNT:function:job:7"),
];

/// A condition key, the family of its operators, and values it can have.
const KEYS: [(&str, &str, &[&str]); 15] = [
    ("aws:username", "String", &["alice", "Alice", "al*ce"]),
    ("aws:PrincipalTag/team", "String", &["data", "Data", "d?ta", ""]),
    ("aws:SourceIp", "Ip", &["203.0.113.10", "10.0.1.20", "2001:db8::1"]),
    ("aws:PrincipalArn", "Arn", &["arn:aws:iam::111111111111:role/team/deploy", "arn:aws:iam::111111111111:user/a:b"]),
    ("aws:SecureTransport", "Bool", &["true", "false", "True"]),
    ("aws:CurrentTime", "Date", &["2024-08-29T08:32:00Z", "2024-08-29T01:32:00.5-07:00", "1724920320"]),
    ("aws:MultiFactorAuthAge", "Numeric", &["60", "60.0", "3600", "-1", "9007199254740993"]),
    ("a:bytes", "Binary", &["QQ==", "QUI=", "QUJD"]),
    ("sts:ExternalId", "String", &["ext-1", "ext:2/é"]),
    ("aws:PrincipalAccount", "String", &["111111111111", "222222222222", "*"]),
    ("aws:TagKeys", "String", &["team", "cost", "Cost", ""]),
    ("aws:PrincipalOrgPaths", "String", &["o-1/r-1/ou-1/", "o-1/r-1/"]),
    ("a:numbers", "Numeric", &["1", "2", "10"]),
    ("a:addresses", "Ip", &["10.0.0.1", "192.0.2.1"]),
    ("a:arns", "Arn", &["arn:aws:sns:eu-west-1:111111111111:t", "arn:aws:sns:::t"]),
];

/// From this key on, keys have several values.
const FIRST_MANY: usize = 10;

/// A request and the policies for it.
pub(crate) fn case(choices: &mut Choices<'_>) -> (Asked, Given) {
    let asked = asked(choices);
    let mut maker = Maker { choices, asked: &asked };
    let given = maker.given();
    (asked, given)
}

fn asked(choices: &mut Choices<'_>) -> Asked {
    let principals = principals();
    let who = choices.pick(&principals).clone();
    let (action, resource) = *choices.pick(&ACTIONS);
    let account = if choices.seldom(2) { AWAY } else { HOME };
    let resource = resource.replace("ACCOUNT", account);
    let resource_account = choices.seldom(6).then(|| account.parse().unwrap());
    let mut context = Vec::new();
    for (index, (key, _, values)) in KEYS.iter().enumerate() {
        if choices.seldom(4) {
            continue;
        }
        let key = if choices.seldom(8) { key.to_uppercase() } else { (*key).to_owned() };
        let held = if index < FIRST_MANY {
            Held::One((*choices.pick(values)).to_owned())
        } else {
            let count = (choices.below(3) + 1) % 3;
            Held::Many((0..count).map(|_| (*choices.pick(values)).to_owned()).collect())
        };
        context.push((key, held));
    }
    Asked { principal: principal(&who), action: action.to_owned(), resource, resource_account, context }
}

struct Maker<'a, 'b> {
    choices: &'a mut Choices<'b>,
    asked: &'a Asked,
}

impl Maker<'_, '_> {
    fn given(&mut self) -> Given {
        let mut given = Given { identity: self.documents("identity"), ..Given::default() };
        given.resource = (!self.choices.seldom(4)).then(|| self.document("resource"));
        given.boundary = self.choices.seldom(3).then(|| self.document("boundary"));
        given.session = self.choices.seldom(3).then(|| self.documents("session"));
        given.vpc_endpoint = self.choices.seldom(4).then(|| self.document("vpc-endpoint"));
        if self.choices.seldom(3) {
            given.scp = (0..=self.choices.below(2)).map(|_| self.documents("scp")).collect();
        }
        if self.choices.seldom(4) {
            given.rcp = (0..=self.choices.below(2)).map(|_| self.documents("rcp")).collect();
        }
        given
    }

    fn documents(&mut self, kind: &str) -> Vec<Value> {
        let count = (self.choices.below(4) + 1) % 4;
        (0..count).map(|_| self.document(kind)).collect()
    }

    fn document(&mut self, kind: &str) -> Value {
        let mut document = Map::new();
        match self.choices.below(8) {
            6 => drop(document.insert("Version".to_owned(), json!("2008-10-17"))),
            7 => {}
            _ => drop(document.insert("Version".to_owned(), json!("2012-10-17"))),
        }
        let count = 1 + self.choices.below(3);
        let statements: Vec<Value> = (0..count).map(|_| self.statement(kind)).collect();
        let statements = match statements.as_slice() {
            [one] if self.choices.seldom(3) => one.clone(),
            _ => Value::Array(statements),
        };
        document.insert("Statement".to_owned(), statements);
        Value::Object(document)
    }

    fn statement(&mut self, kind: &str) -> Value {
        let mut statement = Map::new();
        let effect = if self.choices.seldom(5) { "Deny" } else { "Allow" };
        statement.insert("Effect".to_owned(), json!(effect));
        let name = if self.choices.seldom(6) { "NotAction" } else { "Action" };
        let actions = self.some(2, |maker| json!(maker.action()));
        statement.insert(name.to_owned(), actions);
        if kind != "resource" || self.choices.seldom(2) {
            let name = if self.choices.seldom(6) { "NotResource" } else { "Resource" };
            let resources = self.some(2, |maker| json!(maker.resource()));
            statement.insert(name.to_owned(), resources);
        }
        if matches!(kind, "resource" | "vpc-endpoint" | "rcp") && !self.choices.seldom(20) {
            let name = if self.choices.seldom(6) { "NotPrincipal" } else { "Principal" };
            let principals = self.principal();
            statement.insert(name.to_owned(), principals);
        }
        if self.choices.seldom(2) {
            let condition = self.condition();
            statement.insert("Condition".to_owned(), condition);
        }
        Value::Object(statement)
    }

    /// One, or a list of up to `most` and one.
    fn some(&mut self, most: usize, mut make: impl FnMut(&mut Self) -> Value) -> Value {
        if !self.choices.seldom(3) {
            return make(self);
        }
        let count = 1 + self.choices.below(most + 1);
        Value::Array((0..count).map(|_| make(self)).collect())
    }

    fn action(&mut self) -> String {
        let action = self.asked.action.clone();
        let (service, name) = action.split_once(':').unwrap_or((&action, ""));
        match self.choices.below(10) {
            0 | 1 => action,
            2 => "*".to_owned(),
            3 => format!("{service}:*"),
            4 => action.to_uppercase(),
            5 => self.blur(&action),
            6 => format!("{service}:{}*", name.get(..3).unwrap_or(name)),
            7 => format!("{service}:*{}", name.get(3..).unwrap_or(name)),
            8 => "sqs:*".to_owned(),
            _ => self.choices.pick(&ACTIONS).0.to_owned(),
        }
    }

    fn resource(&mut self) -> String {
        let resource = self.asked.resource.clone();
        match self.choices.below(10) {
            0 | 1 => "*".to_owned(),
            2 => resource,
            3 | 4 => self.blur(&resource),
            5 => format!("{}*", resource.get(..resource.len() / 2).unwrap_or(&resource)),
            6 if self.choices.seldom(4) => "arn:aws:sqs:*:${aws:PrincipalAccount}:${a:none, 'jobs'}".to_owned(),
            6 => "arn:aws:s3:::bucket/home/${aws:username}/*".to_owned(),
            7 => "arn:aws:*:*:*:*".to_owned(),
            8 if self.choices.seldom(2) => self.short(&resource),
            8 => "arn:aws:iam::111111111111:role/${aws:PrincipalTag/team, 'path'}/*".to_owned(),
            _ => self.choices.pick(&ACTIONS).1.replace("ACCOUNT", HOME),
        }
    }

    /// `arn` with a star in the place of what stands between two of its colons and a letter around them.
    fn short(&mut self, arn: &str) -> String {
        let letters: Vec<char> = arn.chars().collect();
        let from = self.choices.below(letters.len());
        let to = (from + self.choices.below(letters.len())).min(letters.len());
        let head: String = letters.iter().take(from).collect();
        let tail: String = letters.iter().skip(to).collect();
        let star = self.choices.pick(&["*", "?", "*:", ":*", "?*"]);
        format!("{head}{star}{tail}")
    }

    /// `text` with a wildcard somewhere, or one letter changed.
    fn blur(&mut self, text: &str) -> String {
        let mut letters: Vec<char> = text.chars().collect();
        if letters.is_empty() {
            return "*".to_owned();
        }
        let at = self.choices.below(letters.len());
        match self.choices.below(5) {
            0 => letters[at] = '?',
            1 => letters[at] = '*',
            2 => letters.insert(at, '*'),
            3 => drop(letters.drain(at..)),
            _ => letters[at] = if letters[at] == 'x' { 'y' } else { 'x' },
        }
        letters.into_iter().collect()
    }

    fn principal(&mut self) -> Value {
        if self.choices.seldom(6) {
            return json!("*");
        }
        let mut principals = Map::new();
        let names = self.some(3, |maker| json!(maker.principal_name()));
        principals.insert("AWS".to_owned(), names);
        if self.choices.seldom(2) {
            let services = ["ecs-tasks.amazonaws.com", "ec2.amazonaws.com", "*"];
            principals.insert("Service".to_owned(), json!(self.choices.pick(&services)));
        }
        if self.choices.seldom(2) {
            let providers = ["arn:aws:iam::111111111111:oidc-provider/idp.example", "accounts.google.com", "*"];
            principals.insert("Federated".to_owned(), json!(self.choices.pick(&providers)));
        }
        Value::Object(principals)
    }

    fn principal_name(&mut self) -> String {
        let caller = &self.asked.principal;
        let account = caller.account().map_or_else(|| HOME.to_owned(), |account| account.to_string());
        match self.choices.below(10) {
            0 => caller.arn().unwrap_or_else(|| "*".to_owned()),
            1 => caller.principal_arn().unwrap_or_else(|| "*".to_owned()),
            2 => account,
            3 => format!("arn:aws:iam::{account}:root"),
            4 => caller.user_id().map_or(account, |id| id.split(':').next().unwrap_or_default().to_owned()),
            5 => "*".to_owned(),
            6 => AWAY.to_owned(),
            7 => "arn:aws:iam::111111111111:user/alice".to_owned(),
            8 => "arn:aws:iam::111111111111:role/deploy".to_owned(),
            _ => "arn:aws:iam::111111111111:user/*".to_owned(),
        }
    }

    fn condition(&mut self) -> Value {
        let mut operators = Map::new();
        for _ in 0..=self.choices.below(2) {
            let index = self.choices.below(KEYS.len());
            let (key, family, values) = KEYS[index];
            let operator = self.operator(family, index >= FIRST_MANY);
            if operators.keys().any(|known: &String| known.eq_ignore_ascii_case(&operator)) {
                continue;
            }
            let key = if self.choices.seldom(8) { key.to_lowercase() } else { key.to_owned() };
            let values = self.some(2, |maker| maker.value(&key, family, values, &operator));
            operators.insert(operator, json!({ key: values }));
        }
        Value::Object(operators)
    }

    fn operator(&mut self, family: &str, many: bool) -> String {
        let any = ["String", "Numeric", "Date", "Bool", "Binary", "Ip", "Arn"];
        let family = if self.choices.seldom(12) { self.choices.pick(&any) } else { &family };
        let names: &[&str] = match *family {
            "Numeric" => &[
                "NumericEquals",
                "NumericLessThan",
                "NumericLessThanEquals",
                "NumericGreaterThan",
                "NumericGreaterThanEquals",
                "NumericNotEquals",
            ],
            "Date" => &[
                "DateEquals",
                "DateLessThan",
                "DateLessThanEquals",
                "DateGreaterThan",
                "DateGreaterThanEquals",
                "DateNotEquals",
            ],
            "Bool" => &["Bool"],
            "Binary" => &["BinaryEquals"],
            "Ip" => &["IpAddress", "NotIpAddress"],
            "Arn" => &["ArnLike", "ArnEquals", "ArnNotLike", "ArnNotEquals"],
            _ => &[
                "StringLike",
                "StringEquals",
                "StringEqualsIgnoreCase",
                "StringNotLike",
                "StringNotEquals",
                "StringNotEqualsIgnoreCase",
            ],
        };
        let mut name = (*self.choices.pick(names)).to_owned();
        if self.choices.seldom(12) {
            name = "Null".to_owned();
        } else if self.choices.seldom(5) {
            name.push_str("IfExists");
        }
        if self.choices.seldom(40) {
            name = "StringMatches".to_owned();
        }
        let set = if many { !self.choices.seldom(6) } else { self.choices.seldom(8) };
        if set {
            let prefix = if self.choices.seldom(2) { "ForAllValues:" } else { "ForAnyValue:" };
            name.insert_str(0, prefix);
        }
        if self.choices.seldom(10) { name.to_lowercase() } else { name }
    }

    fn value(&mut self, key: &str, family: &str, values: &[&str], operator: &str) -> Value {
        if operator.contains("Null") {
            return json!(*self.choices.pick(&["false", "true", "False"]));
        }
        let found = self.asked.context.iter().find(|(known, _)| known.eq_ignore_ascii_case(key));
        let held = match found {
            Some((_, Held::One(value))) => value.clone(),
            Some((_, Held::Many(values))) if !values.is_empty() => self.choices.pick(values).clone(),
            _ => (*self.choices.pick(values)).to_owned(),
        };
        match (self.choices.below(6), family) {
            (0, _) => json!(held),
            (1, "Ip") => json!(*self.choices.pick(&["10.0.0.0/8", "203.0.113.77/24", "0.0.0.0/0", "::/0", "nowhere"])),
            (1 | 2, "Bool") => json!(self.choices.seldom(2)),
            (1, "Numeric") => json!("9007199254740992"),
            (2, "Numeric") => json!(i32::from(self.choices.byte()) - 1),
            (1, "Date") => json!(*self.choices.pick(&[
                "2024-08-29T08:32:00.5Z",
                "2024-08-29",
                "2024-08",
                "2024-08-29T08:32Z",
                "2024-08-29T10:32+02:00",
                "2024-02-29T23:59:59Z",
            ])),
            (2, "Date") => json!(1_724_920_320_u32),
            (1 | 2, _) => json!(self.blur(&held)),
            (3, _) => json!(*self.choices.pick(&[
                "*",
                "${aws:username}",
                "${aws:PrincipalTag/team}*",
                "${aws:missing}",
                "${aws:username, 'none'}",
                "${*}",
                "a${?}",
                "${aws:TagKeys}",
                "arn:aws:*:*:*:${aws:username}",
                "${open",
                "",
            ])),
            _ => json!(*self.choices.pick(values)),
        }
    }
}
