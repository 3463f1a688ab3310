//! What an upgrade changes, as findings: a case for each client, each call, and each thing that could not be told.

use super::{CallChange, Case, ClientChange, Excerpt, Finding, Level, Report, Rule, Section, Spot, Untold, Upgrade};
use rolecall_names::Region;
use serde_json::Value;
use std::fmt::Write as _;

const MOVED: Rule = Rule {
    code: "default-endpoint-moved",
    meaning: "The new version of an AWS client calls another STS endpoint unless it is told which.",
};
const UNTOLD: Rule = Rule {
    code: "client-version-untold",
    meaning: "A lock file does not tell which version of an AWS client is used, or the client table does not have it.",
};
const FLIPPED: Rule = Rule { code: "call-flips", meaning: "A call has another outcome after the upgrade." };

impl Upgrade {
    /// The report for people and CI. `line` gives the text of a line of a file, where it is at hand.
    #[must_use]
    pub fn report(&self, line: &dyn Fn(&Spot) -> Option<String>) -> Report {
        let mut report = Report { verb: "upgrade", ..Report::default() };
        for client in self.clients.iter().filter(|client| !self.told_by_another(client)) {
            let name = client.step();
            report.cases.push(if client.moves {
                Case { name, findings: vec![self.finding(client, line)], remark: None }
            } else {
                Case { name, findings: Vec::new(), remark: Some(kept(client)) }
            });
        }
        for call in &self.calls {
            let findings = call.flips.then(|| flip(call)).into_iter().collect();
            report.cases.push(Case { name: format!("call {}", call.call), findings, remark: None });
        }
        for untold in &self.untold {
            report.cases.push(Case { name: untold.package.clone(), findings: vec![unsaid(untold)], remark: None });
        }
        report.sections = self.sections();
        report.summary = self.summary();
        report
    }

    /// boto3 is moved by its botocore: one thing, told once.
    fn told_by_another(&self, client: &ClientChange) -> bool {
        let file = |client: &ClientChange| client.at.as_ref().map(|at| at.file.clone());
        client.client == "botocore"
            && self.clients.iter().any(|other| {
                other.decided_by.as_deref() == Some("botocore")
                    && other.moves == client.moves
                    && file(other) == file(client)
            })
    }

    fn finding(&self, client: &ClientChange, line: &dyn Fn(&Spot) -> Option<String>) -> Finding {
        let ClientChange { to, before, after, .. } = client;
        let excerpt = client.at.as_ref().and_then(line).map(|line| {
            let length = u32::try_from(to.chars().count()).unwrap_or(u32::MAX);
            Excerpt { line, length }
        });
        // In a world the calls say what comes of it.
        let level = if self.world { Level::Warning } else { Level::Error };
        let message = format!("{} moves the default STS endpoint from {before} to {after}", client.step());
        Finding { rule: MOVED, level, message, at: client.at.clone(), excerpt, details: details(client) }
    }

    /// What is the same for all that move in one direction.
    fn sections(&self) -> Vec<Section> {
        let mut sections: Vec<Section> = Vec::new();
        let mut add = |heading: String, item: &str| match sections.iter_mut().find(|section| section.heading == heading)
        {
            Some(section) if section.items.iter().any(|known| known == item) => {}
            Some(section) => section.items.push(item.to_owned()),
            None => sections.push(Section { heading, items: vec![item.to_owned()] }),
        };
        let moved: Vec<&ClientChange> = self.clients.iter().filter(|client| client.moves).collect();
        for client in &moved {
            for breakage in &client.breaks {
                let heading = format!("What to look at, now that it is the {} endpoint that is called", client.after);
                add(heading, &breakage.text);
            }
        }
        for client in &moved {
            for way in &client.keeps {
                add(format!("To keep the {} endpoint with the new version", client.before), way);
            }
        }
        sections
    }

    fn summary(&self) -> String {
        let told = self.clients.iter().filter(|client| !self.told_by_another(client));
        let (mut clients, mut moved) = (0, 0);
        for client in told {
            clients += 1;
            moved += usize::from(client.moves);
        }
        let mut summary = match (clients, moved) {
            (0, _) => "No AWS client has another version.".to_owned(),
            (1, 0) => "1 AWS client has another version, and the same default STS endpoint.".to_owned(),
            (1, _) => "1 AWS client has another version, and another default STS endpoint.".to_owned(),
            (_, 0) => format!("{clients} AWS clients have other versions, and the same default STS endpoints."),
            _ => format!("{clients} AWS clients have other versions; {moved} of them another default STS endpoint."),
        };
        if self.world {
            let (calls, flips) = (self.calls.len(), self.calls.iter().filter(|call| call.flips).count());
            let _ = write!(summary, " Of {calls} calls {flips} flip.");
        }
        summary
    }
}

/// A client that has another version and the same default.
fn kept(client: &ClientChange) -> String {
    let unsettled = client.uncertain.as_ref().map(|what| format!("; not settled: {what}")).unwrap_or_default();
    format!("{} keeps the default STS endpoint, {}{unsettled}", client.step(), client.after)
}

fn details(client: &ClientChange) -> Vec<String> {
    let told = |mode: &str| match mode {
        "global" => "the global endpoint, sts.amazonaws.com, signed for us-east-1",
        _ => "the Region's endpoint, sts.<Region>.amazonaws.com, signed for that Region",
    };
    let mut details = vec![format!("before: {}", told(&client.before)), format!("after: {}", told(&client.after))];
    if !client.regions.is_empty() {
        details.push(where_it_differs(&client.regions));
    }
    if let Some(version) = &client.boundary {
        let name = client.decided_by.as_ref().unwrap_or(&client.client);
        let source = client.source.as_ref().map(|source| format!(" ({source})")).unwrap_or_default();
        details.push(format!("the version that moved it: {name} {version}{source}"));
    }
    details.extend(client.uncertain.as_ref().map(|what| format!("not settled: {what}")));
    details
}

/// The Regions, or those that are not among them if these are fewer.
fn where_it_differs(regions: &[String]) -> String {
    let others: Vec<&str> =
        Region::all().map(Region::name).filter(|name| !regions.iter().any(|it| it == name)).collect();
    match others.as_slice() {
        [] => "in: every Region".to_owned(),
        others if others.len() < regions.len() => format!("in: every Region but {}", others.join(", ")),
        _ => format!("in: {}", regions.join(", ")),
    }
}

fn flip(call: &CallChange) -> Finding {
    let text = |value: &Value| value.get("text").and_then(Value::as_str).map(str::to_owned);
    let CallChange { call: name, before, after, causes, fixes, .. } = call;
    let first = causes.first();
    let at = first.and_then(|cause| cause.get("at")).and_then(spot);
    let mut details: Vec<String> = causes.iter().filter_map(text).collect();
    details.extend(fixes.iter().filter_map(text).map(|fix| format!("to mend it: {fix}")));
    let message = format!("the call {name} was {before} and is {after}");
    Finding { rule: FLIPPED, level: Level::Error, message, at, excerpt: None, details }
}

fn spot(at: &Value) -> Option<Spot> {
    let number = |key| at.get(key).and_then(Value::as_u64).and_then(|number| u32::try_from(number).ok());
    Some(Spot { file: at.get("file")?.as_str()?.to_owned(), line: number("line")?, column: number("column")? })
}

fn unsaid(untold: &Untold) -> Finding {
    let message = format!("nothing is told about {}: {}", untold.package, untold.why);
    Finding {
        rule: UNTOLD,
        level: Level::Note,
        message,
        at: Some(untold.at.clone()),
        excerpt: None,
        details: Vec::new(),
    }
}
