//! Why it fails, at its line, with the request's value beside the policy's.

use super::{page::Page, snippet, words::sentence};
use crate::{
    Case, Cause, Code, Explanation, HopRun, Run,
    causes::{Clue, denied_weighing, fact_text, held},
};
use rolecall_policy::DocumentRef;

pub(super) fn causes(page: &mut Page, case: &Case<'_>, found: &Explanation<'_>) {
    let count = found.causes.len();
    for (index, cause) in found.causes.iter().enumerate() {
        let number = if count > 1 { format!(" {} of {count}", index + 1) } else { String::new() };
        page.heading(&format!("Cause{number}: {}", cause.code));
        page.sentence(&sentence(&cause.text));
        if let Some(habit) = habit(&found.run, cause) {
            page.sentence(&habit);
        }
        if let Some(at) = cause.at {
            page.gap();
            snippet::show(page, case, at, &label(case, &found.run, cause));
        }
    }
}

/// What led to the endpoint, where the way the call took is what stands against it.
fn habit(run: &Run<'_>, cause: &Cause) -> Option<String> {
    let by_way =
        matches!(cause.code, Code::SourceAddressMismatch | Code::SourceVpcEndpointMismatch | Code::VpcEndpointPolicy);
    let endpoint = &run.last()?.hop.endpoint;
    let because = endpoint.because.first().filter(|_| by_way)?;
    Some(format!("The call takes this way because it goes to {}: {}.", endpoint.host, because.text))
}

/// What to say under the place that is marked.
fn label(case: &Case<'_>, run: &Run<'_>, cause: &Cause) -> String {
    let Some(hop) = run.last() else { return "the client does not take this".to_owned() };
    match &cause.clue {
        Clue::Condition { document, statement, condition } => {
            condition_label(case, run, hop, (*document, *statement, *condition))
                .unwrap_or_else(|| "does not hold".to_owned())
        }
        Clue::Deny { .. } => denied_weighing(hop)
            .map_or_else(|| "this denies it".to_owned(), |weighing| format!("this denies {}", weighing.action)),
        Clue::Unallowed { action, .. } | Clue::Action { action, .. } => format!("the call needs {action}"),
        Clue::Principal { .. } => format!("the caller is {}", hop.caller.principal_arn),
        Clue::Death(_) => "the way ends here".to_owned(),
        Clue::Plain => "this is why".to_owned(),
    }
}

/// What the request holds under a condition's key.
fn condition_label(
    case: &Case<'_>,
    run: &Run<'_>,
    hop: &HopRun,
    (document, statement, condition): (DocumentRef, usize, usize),
) -> Option<String> {
    let weighing = denied_weighing(hop)?;
    let found = case.document(run, hop, weighing, document)?;
    let view = found.policy.document.statement(statement)?;
    let key = view.conditions().nth(condition)?.key();
    Some(match held(weighing, key) {
        Some(fact) => format!("the request has {}", fact_text(fact)),
        None => format!("the request has no {key}"),
    })
}
