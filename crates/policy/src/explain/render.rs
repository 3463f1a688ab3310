//! The reasons on the policy files themselves, as a compiler shows what is wrong with a program.

use crate::explain::{Weighed, WeighedCondition, explain};
use crate::{DecidedBy, Decision, DocumentRef, Policies, Request, Span, Values, Verdict};
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};
use std::fmt::Write as _;

/// As many statements of one document are shown; the rest is counted.
const STATEMENTS: usize = 20;
/// As many documents are shown.
const DOCUMENTS: usize = 20;
/// As many characters of a value are shown.
const CHARACTERS: usize = 120;

/// The decision for people: a headline, and under it every statement with what of it did not match.
///
/// `file` names the file each document is from.
#[must_use]
pub fn diagnose(
    decision: &Decision,
    request: &Request<'_>,
    policies: &Policies<'_>,
    file: impl Fn(DocumentRef) -> String,
) -> String {
    let reasons = explain(decision, request, policies);
    let mut groups = vec![Group::with_title(headline(decision, request))];
    let documents: Vec<&[Weighed<'_>]> =
        reasons.chunk_by(|one, next| one.step.document == next.step.document).collect();
    for statements in documents.iter().take(DOCUMENTS) {
        let Some(first) = statements.first() else { continue };
        let annotations = statements.iter().take(STATEMENTS).flat_map(|weighed| annotations(weighed, request));
        let snippet = Snippet::source(first.document.text())
            .path(file(first.step.document))
            .annotations(annotations.collect::<Vec<_>>());
        let mut group = Level::NOTE.secondary_title(first.step.document.policy.name()).element(snippet);
        if statements.len() > STATEMENTS {
            let more = format!("{} more statements", statements.len() - STATEMENTS);
            group = group.element(Level::NOTE.message(more));
        }
        groups.push(group);
    }
    if documents.len() > DOCUMENTS {
        groups.push(Group::with_title(
            Level::NOTE.secondary_title(format!("{} more documents", documents.len() - DOCUMENTS)),
        ));
    }
    Renderer::plain().render(&groups)
}

fn headline<'a>(decision: &Decision, request: &Request<'_>) -> annotate_snippets::Title<'a> {
    let what = format!("{} on {}", cut(request.action), cut(request.resource));
    let text = match (decision.verdict, decision.decided_by) {
        (Verdict::Allowed, DecidedBy::Policy(policy)) => format!("{what} is allowed by the {}", policy.name()),
        (Verdict::Allowed, _) => format!("{what} is allowed"),
        (Verdict::ImplicitlyDenied, DecidedBy::Policy(policy)) => format!("no {} allows {what}", policy.name()),
        (Verdict::ExplicitlyDenied, DecidedBy::Policy(policy)) => {
            format!("{what} is denied by an explicit deny in the {}", policy.name())
        }
        (_, DecidedBy::RootMayNotAssume) => format!("{what} is denied: a root user may not assume a role"),
        _ => format!("{what} is denied"),
    };
    let level = if decision.is_allowed() { Level::INFO } else { Level::ERROR };
    level.primary_title(text)
}

/// What is said about one statement, each beside the element it is about.
fn annotations<'a>(weighed: &Weighed<'a>, request: &Request<'_>) -> Vec<Annotation<'a>> {
    let Weighed { step, statement, conditions, .. } = weighed;
    let (kind, spans) = if step.matched() {
        (AnnotationKind::Primary, statement.element_spans())
    } else {
        (AnnotationKind::Context, statement.element_spans())
    };
    let mut notes = Vec::new();
    let mut note = |span: Span, label: String| notes.push(kind.span(span.range()).label(label));
    let whole = Span::new(statement.span().start, statement.span().start + 1);
    if step.matched() {
        let verb = if step.denies { "denies" } else { "allows" };
        note(spans.effect, format!("this statement {verb} it"));
    }
    if step.misses.action() {
        note(spans.action.unwrap_or(whole), format!("does not take in {}", cut(request.action)));
    }
    if step.misses.resource() {
        note(spans.resource.unwrap_or(whole), format!("does not take in {}", cut(request.resource)));
    }
    if step.misses.principal() {
        let caller = request.principal.arn().unwrap_or_else(|| format!("{:?}", request.principal));
        note(spans.principal.unwrap_or(whole), format!("does not take in {}", cut(&caller)));
    }
    for condition in conditions.iter().filter(|condition| !condition.met) {
        note(condition.condition.span(), unmet(condition));
    }
    notes
}

/// The policy's values beside the request's.
fn unmet(weighed: &WeighedCondition<'_>) -> String {
    let condition = &weighed.condition;
    let mut label = format!("{} wants", condition.operator());
    for (index, value) in condition.values().take(8).enumerate() {
        let _ = write!(label, "{} {:?}", if index == 0 { "" } else { "," }, cut(value));
    }
    label.push_str(match weighed.held {
        None => "; the request has no such key",
        Some(Values::One(_)) => "; the request has",
        Some(Values::Many([])) => "; the request has an empty set",
        Some(Values::Many(_)) => "; the request has the set",
    });
    for (index, value) in weighed.held.into_iter().flat_map(Values::iter).take(8).enumerate() {
        let _ = write!(label, "{} {:?}", if index == 0 { "" } else { "," }, cut(value));
    }
    label
}

fn cut(text: &str) -> &str {
    text.char_indices().nth(CHARACTERS).and_then(|(at, _)| text.get(..at)).unwrap_or(text)
}
