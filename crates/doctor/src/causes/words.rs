//! Values in sentences.

use rolecall_kernel::Fact;

/// As many values are listed.
const LISTED: usize = 4;

/// `a, b or c`; of very many the first few.
pub(crate) fn listed<'v>(values: impl IntoIterator<Item = &'v str>) -> String {
    let values: Vec<&str> = values.into_iter().collect();
    let shown = values.get(..LISTED.min(values.len())).unwrap_or_default();
    match (shown, values.len()) {
        ([], _) => "nothing".to_owned(),
        ([one], 1) => (*one).to_owned(),
        ([rest @ .., last], count) if count <= LISTED => format!("{} or {last}", rest.join(", ")),
        (shown, count) => format!("{} or one of {} more", shown.join(", "), count - LISTED),
    }
}

/// What a key holds.
pub(crate) fn fact_text(fact: &Fact) -> String {
    match fact {
        Fact::One(value) => value.to_string(),
        Fact::Many(values) if values.is_empty() => "an empty set".to_owned(),
        Fact::Many(values) => values.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_read_as_people_say_them() {
        for (values, text) in [
            (&[][..], "nothing"),
            (&["a"], "a"),
            (&["a", "b"], "a or b"),
            (&["a", "b", "c"], "a, b or c"),
            (&["a", "b", "c", "d", "e", "f"], "a, b, c, d or one of 2 more"),
        ] {
            assert_eq!(listed(values.iter().copied()), text);
        }
    }
}
