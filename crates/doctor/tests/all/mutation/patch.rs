//! Applies unified diffs, as `patch` does and the doctor does not.

use crate::support::Files;

/// The files as `diff` says, each hunk at exactly the line it names.
pub(super) fn patched(files: &Files, diff: &str) -> Result<Files, String> {
    let mut out = files.clone();
    let mut lines = diff.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        let old = line.strip_prefix("--- ").ok_or(format!("no file heading: {line:?}"))?.trim_end();
        let new = lines.next().and_then(|line| line.strip_prefix("+++ b/")).ok_or("no second heading")?.trim_end();
        let before = match old.strip_prefix("a/") {
            Some(name) if name == new => files.get(name).ok_or(format!("{name} is not there"))?.as_str(),
            None if old == "/dev/null" && !files.contains_key(new) => "",
            _ => return Err(format!("{old} becomes {new}")),
        };
        let before: Vec<&str> = before.split_inclusive('\n').collect();
        let (mut after, mut done) = (String::new(), 0);
        while let Some(heading) = lines.next_if(|line| line.starts_with("@@ ")) {
            let (start, mut olds, mut news) = ranges(heading).ok_or(format!("no hunk: {heading:?}"))?;
            // Of an empty range the line before it is told.
            let start = if olds == 0 { start } else { start - 1 };
            after.extend(before.get(done..start).ok_or("hunks overlap")?.iter().copied());
            done = start;
            while olds + news > 0 {
                let line = lines.next().ok_or("the hunk is cut off")?;
                let bare = lines.next_if(|line| line.starts_with('\\')).is_some();
                let (kind, text) = line.split_at(1);
                let text = if bare { text.strip_suffix('\n').ok_or("no newline to take away")? } else { text };
                if kind != "+" {
                    let known = before.get(done).copied();
                    if known != Some(text) {
                        return Err(format!("{new}:{}: {known:?} is not {text:?}", done + 1));
                    }
                    (done, olds) = (done + 1, olds - 1);
                }
                if kind != "-" {
                    after.push_str(text);
                    news -= 1;
                }
            }
        }
        after.extend(before[done..].iter().copied());
        out.insert(new.to_owned(), after);
    }
    Ok(out)
}

/// `@@ -12,5 +12,6 @@`
fn ranges(heading: &str) -> Option<(usize, usize, usize)> {
    let inner = heading.strip_prefix("@@ -")?.split(" @@").next()?;
    let (old, new) = inner.split_once(" +")?;
    let range = |text: &str| -> Option<(usize, usize)> {
        match text.split_once(',') {
            Some((start, count)) => Some((start.parse().ok()?, count.parse().ok()?)),
            None => Some((text.parse().ok()?, 1)),
        }
    };
    let ((start, olds), (_, news)) = (range(old)?, range(new)?);
    Some((start, olds, news))
}

#[test]
fn a_diff_is_applied_where_it_says_and_nowhere_else() {
    let files = Files::from([("a".to_owned(), "1\n2\n3\n4".to_owned())]);
    let diff = "--- a/a\n+++ b/a\n@@ -2,3 +2,3 @@\n 2\n-3\n-4\n\\ No newline at end of file\n+three\n+4\n\
                --- /dev/null\n+++ b/b\n@@ -0,0 +1 @@\n+new\n";
    let out = patched(&files, diff).unwrap();
    assert_eq!(out["a"], "1\n2\nthree\n4\n");
    assert_eq!(out["b"], "new\n");
    assert!(patched(&files, "--- a/a\n+++ b/a\n@@ -1 +1 @@\n-2\n+1\n").is_err());
    assert!(patched(&files, "--- a/c\n+++ b/c\n@@ -1 +1 @@\n-2\n+1\n").is_err());
}
