//! What people read: one call explained from the client to the fixes, and the calls of a world in a table.
//!
//! Plain lines, each sentence on its own, in the order in which a call happens. Nothing is told by colour or by shape
//! alone, so that it can be read aloud; no line is longer than the style's width unless a name in it is.

mod page;

use crate::{Case, Checked, Explanation};
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
    page.heading(&format!("{}: {:?}", &*found.run.call.name.value, found.outcome()));
    for cause in &found.causes {
        let at = cause.at.map_or_else(String::new, |at| format!(" ({})", case.world.files.locate(at)));
        page.sentence(&format!("{}{at}", cause.text));
    }
    for fix in &found.fixes {
        page.sentence(&fix.text);
    }
    page.finish()
}

/// Calls and whether they come to what is expected of them: a line each, then the cause of each that does not.
#[must_use]
pub fn check(case: &Case<'_>, calls: &[Checked<'_>], style: Style) -> String {
    let mut page = Page::new(style);
    for checked in calls {
        let holds = if checked.holds() { "holds" } else { "does not hold" };
        page.sentence(&format!("{} {holds}", &*checked.call.name.value));
        for cause in checked.causes.iter().take(1) {
            let at = cause.at.map_or_else(String::new, |at| format!(" ({})", case.world.files.locate(at)));
            page.sentence(&format!("{}{at}", cause.text));
        }
    }
    page.finish()
}
