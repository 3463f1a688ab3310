//! The calls of a world and what was expected of them.

use super::{
    Style,
    page::{Page, Paint},
    words::sentence,
};
use crate::{Case, Checked, json::outcome};
use unicode_width::UnicodeWidthStr;

/// The widest a name may make its column.
const NAME: usize = 40;

/// Calls and whether they come to what is expected of them: a line each, then the cause of each that does not.
#[must_use]
pub fn check(case: &Case<'_>, calls: &[Checked<'_>], style: Style) -> String {
    let mut page = Page::new(style);
    let names = calls.iter().map(|checked| checked.call.name.value.width());
    let width = names.max().unwrap_or_default().clamp("call".len(), NAME);
    row(&mut page, width, ["call", "outcome", "expected", ""], Paint::Heading);
    for checked in calls {
        let (holds, paint) = if checked.holds() { ("holds", Paint::Good) } else { ("does not hold", Paint::Bad) };
        let name = &*checked.call.name.value;
        row(&mut page, width, [name, outcome(checked.outcome), outcome(checked.expected), holds], paint);
    }
    let failed: Vec<&Checked<'_>> = calls.iter().filter(|checked| !checked.holds()).collect();
    for checked in &failed {
        let name = &*checked.call.name.value;
        let (is, wanted) = (outcome(checked.outcome), outcome(checked.expected));
        let code = checked.causes.first().map_or_else(String::new, |cause| format!(": {}", cause.code));
        page.heading(&format!("{name} is {is}, not {wanted}{code}"));
        match checked.causes.first() {
            Some(cause) => {
                page.sentence(&sentence(&cause.text));
                if let Some(at) = cause.at {
                    page.labelled("because", &case.world.files.locate(at).to_string(), Paint::Plain);
                }
            }
            None => page.sentence("Nothing stands against it: the call is let in."),
        }
        if let Some(expected) = &checked.call.expect {
            page.labelled("expected", &case.world.files.locate(expected.at).to_string(), Paint::Plain);
        }
    }
    page.gap();
    let summary = match (calls.len(), failed.len()) {
        (0, _) => "No call of this world says what is expected of it.".to_owned(),
        (1, 0) => "The one expectation holds.".to_owned(),
        (all, 0) => format!("All {all} expectations hold."),
        (all, failed) => format!("{failed} of {all} expectations do not hold."),
    };
    page.wrapped("", "", &summary, if failed.is_empty() { Paint::Good } else { Paint::Bad });
    page.finish()
}

/// One line of the table; the paint is of its last column, and of all of the head.
fn row(page: &mut Page, width: usize, [name, outcome, expected, holds]: [&str; 4], paint: Paint) {
    let pad = |text: &str, width: usize| format!("{text}{}  ", " ".repeat(width.saturating_sub(text.width())));
    let words = format!("{}{}{}", pad(name, width), pad(outcome, 11), pad(expected, 11));
    let first = if paint == Paint::Heading { paint } else { Paint::Plain };
    page.line(&[(first, &words), (paint, holds)]);
}
