//! What people read: one call explained from the client to the fixes, and the calls of a world in a table.
//!
//! Plain lines, in the order in which a call happens. Nothing is told by colour or by shape alone, so that it can be read
//! aloud; no line is longer than the style's width unless a name, a diff or a source line in it is.

mod answer;
mod call;
mod cause;
mod check;
mod fix;
mod page;
mod secret;
mod snippet;
mod way;
mod words;

pub use check::check;
pub use page::clean;

use crate::{Case, Ended, Explanation};
use page::Page;

/// How a text is to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether headings, marks and diffs are coloured, with ANSI escape codes. The words are the same.
    pub colour: bool,
    /// The columns of a line.
    pub width: usize,
}

impl Default for Style {
    /// Without colour, 80 columns.
    fn default() -> Self {
        Self { colour: false, width: 80 }
    }
}

/// A call explained: how it went, why it failed, and what would mend it. Ends with a newline.
#[must_use]
pub fn explanation(case: &Case<'_>, found: &Explanation<'_>, style: Style) -> String {
    let mut page = Page::new(style);
    let run = &found.run;
    let (headline, paint) = answer::headline(case, run);
    page.wrapped("", "", &headline, paint);
    call::call(&mut page, case, run);
    if let Some(hop) = run.last() {
        way::way(&mut page, case, run, hop);
        call::caller(&mut page, case, run, hop);
        answer::answer(&mut page, run, hop);
        answer::record(&mut page, case, hop);
        if matches!(hop.ended, Ended::Allowed) {
            answer::let_in(&mut page, case, run, hop);
        }
    }
    cause::causes(&mut page, case, found);
    if !found.causes.is_empty() {
        fix::fixes(&mut page, case, found);
    }
    page.finish()
}
