//! Runs the case files: calls, and what must come of each.
//!
//! ```text
//! admin CreateUser UserName=bob                     a call: who, what, parameters
//!     200                                           its status; or `409 Code: the whole sentence`
//!     has <UserName>bob</UserName>                  what the body must hold, and `not` what it must not
//!     event /responseElements/user/userName bob     what the record holds at a JSON pointer, `null` for nothing
//!     let ID UserId                                 keeps an element's text: {ID} from now on
//!     keep s1                                       keeps the credentials of the reply: s1 calls from now on
//! wait 60                                           seconds
//! host sts.eu-west-1.amazonaws.com eu-west-1        where STS is called from now on, and the scope's Region
//! ```
//!
//! In a value `%20` is a blank, `{code SERIAL STEPS}` a device's code, `@name` a document of [`document`].

use crate::house::{A, ALLOW_ALL, B, House, Said};
use std::collections::{BTreeMap, BTreeSet};

/// Which operations were answered, and which refused for want of permission with a record of it.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) answered: BTreeSet<String>,
    pub(crate) refused: BTreeSet<String>,
}

/// Runs one case file.
#[track_caller]
pub(crate) fn check(name: &str, text: &str) -> Seen {
    let mut runner = Runner { house: House::new(), names: BTreeMap::new(), said: None, seen: Seen::default() };
    runner.names.insert("A".to_owned(), A.to_owned());
    runner.names.insert("B".to_owned(), B.to_owned());
    for (number, line) in text.lines().enumerate() {
        let line = line.split("  #").next().unwrap_or_default();
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let place = format!("{name}:{}: {line}", number + 1);
        if line.starts_with(' ') { runner.expect(line.trim(), &place) } else { runner.step(line, &place) }
    }
    runner.seen
}

struct Runner {
    house: House,
    names: BTreeMap<String, String>,
    said: Option<Said>,
    seen: Seen,
}

impl Runner {
    fn step(&mut self, line: &str, place: &str) {
        let line = self.filled(line);
        let words: Vec<&str> = line.split_whitespace().collect();
        match *words.as_slice() {
            ["wait", seconds] => self.house.now = self.house.now.plus_seconds(seconds.parse().unwrap()),
            ["host", host, region] => {
                self.house.host = host.to_owned();
                self.house.region = region.to_owned();
            }
            [caller, operation, ref parameters @ ..] => {
                let parameters: Vec<(String, String)> = parameters
                    .iter()
                    .map(|parameter| parameter.split_once('=').unwrap_or_else(|| panic!("{place}: no value")))
                    .map(|(name, value)| (name.to_owned(), document(value).replace("%20", " ")))
                    .collect();
                let borrowed: Vec<(&str, &str)> = parameters.iter().map(|(name, value)| (&**name, &**value)).collect();
                let said = self.house.call(caller, operation, &borrowed);
                self.note(operation, &said, place);
                self.said = Some(said);
            }
            _ => panic!("{place}: not understood"),
        }
    }

    /// Every call leaves a record that says what the caller was told.
    fn note(&mut self, operation: &str, said: &Said, place: &str) {
        let own = said.events.first().unwrap_or_else(|| panic!("{place}: no record ({:?})", said.fault));
        assert_eq!(own["eventName"], operation, "{place}");
        assert_eq!(own["errorCode"].as_str().unwrap_or_default(), said.code(), "{place}");
        assert_eq!(own["errorMessage"].as_str().unwrap_or_default(), said.message(), "{place}");
        match said.code() {
            "" => drop(self.seen.answered.insert(operation.to_owned())),
            "AccessDenied" | "AccessDeniedException" => {
                assert!(own["responseElements"].is_null(), "{place}");
                assert_eq!((said.events.len(), said.changes), (1, 0), "{place}");
                self.seen.refused.insert(operation.to_owned());
            }
            _ => {}
        }
    }

    fn expect(&mut self, line: &str, place: &str) {
        let line = &*self.filled(line);
        let said = self.said.as_ref().unwrap();
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "has" => assert!(said.body.contains(rest), "{place}\n{}", said.body),
            "not" => assert!(!said.body.contains(rest), "{place}\n{}", said.body),
            "event" => {
                let (pointer, wanted) = rest.split_once(' ').unwrap();
                let found = said.events[0].pointer(pointer).cloned().unwrap_or_default();
                let found = found.as_str().map_or_else(|| found.to_string(), str::to_owned);
                assert_eq!(found, wanted, "{place}\n{}", said.events[0]);
            }
            "let" => {
                let (name, element) = rest.split_once(' ').unwrap();
                let text = said.element(element).unwrap_or_else(|| panic!("{place}\n{}", said.body));
                self.names.insert(name.to_owned(), text);
            }
            "keep" => {
                let key = said.credentials();
                self.house.callers.insert(rest.to_owned(), key);
            }
            status => {
                let told = match &said.fault {
                    None => said.status.to_string(),
                    Some((code, message)) => format!("{} {code}: {message}", said.status),
                };
                let wanted = if rest.is_empty() { status.to_owned() } else { line.to_owned() };
                assert_eq!(told, wanted, "{place}\n{}", said.body);
            }
        }
    }

    /// With what stands in braces filled in.
    fn filled(&self, line: &str) -> String {
        let mut out = line.to_owned();
        for (name, text) in &self.names {
            out = out.replace(&format!("{{{name}}}"), text);
        }
        while let Some((before, rest)) = out.split_once("{code ") {
            let (inside, after) = rest.split_once('}').unwrap();
            let (serial, steps) = inside.split_once(' ').unwrap();
            out = format!("{before}{}{after}", self.house.code(serial, steps.parse().unwrap()));
        }
        out
    }
}

/// A value, or the document that `@name` stands for.
fn document(value: &str) -> String {
    let trust = |principal: &str, more: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"{principal}"}},"Action":["sts:AssumeRole","sts:TagSession","sts:SetSourceIdentity"]{more}}}]}}"#
        )
    };
    let allow = |action: &str, resource: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"{action}","Resource":"{resource}"}}]}}"#
        )
    };
    let Some(name) = value.strip_prefix('@') else { return value.to_owned() };
    match name.split_once(':').unwrap_or((name, "")) {
        ("all", _) => ALLOW_ALL.to_owned(),
        // @allow:ACTION or @allow:ACTION|RESOURCE
        ("allow", what) => match what.split_once('|') {
            Some((action, resource)) => allow(action, resource),
            None => allow(what, "*"),
        },
        // @trust:PRINCIPAL or @trust:PRINCIPAL|CONDITION
        ("trust", who) => match who.split_once('|') {
            Some((who, condition)) => trust(who, &format!(r#","Condition":{condition}"#)),
            None => trust(who, ""),
        },
        // A policy of so many characters that count, and more that do not.
        ("sized", size) => {
            const EACH: usize = 200;
            let mut left = size.parse::<usize>().unwrap() - allow("s3:GetObject", "arn:aws:s3:::").len() - 2;
            let mut buckets = String::new();
            while left >= EACH {
                buckets.push_str(&format!(r#"","arn:aws:s3:::{}"#, "x".repeat(EACH - 16)));
                left -= EACH;
            }
            let all = allow("s3:GetObject", &format!("arn:aws:s3:::{}{buckets}", "x".repeat(left)));
            let all = all.replacen(r#""Resource":""#, r#""Resource":[""#, 1).replacen(r#""}]}"#, r#""]}]}"#, 1);
            all.replacen('{', "{\n  ", 1)
        }
        // A trust policy of so many characters that count.
        ("trust-sized", size) => {
            let condition = |id: &str| format!(r#"{{"StringEquals":{{"sts:ExternalId":"{id}"}}}}"#);
            let whole = |id: &str| trust(A, &format!(r#","Condition":{}"#, condition(id)));
            whole(&"x".repeat(size.parse::<usize>().unwrap() - whole("").len()))
        }
        _ => panic!("no document is called {name}"),
    }
}
