//! Policy documents in files of their own, each read and checked once however many tables name it.

use crate::reader::{Item, Reader};
use crate::{At, Expected, FileId, ProblemKind, reader};
use rolecall_directory::PolicyText;
use rolecall_policy::{Document, Kind, check};
use std::{collections::HashMap, sync::Arc};

/// A policy that a table of `world.toml` names by its file.
#[derive(Debug, Clone)]
pub struct Policy {
    /// The file's name without `.json`: what the policy is called.
    pub name: Arc<str>,
    /// Where the table names it.
    pub at: At,
    /// The file.
    pub file: FileId,
    /// The document, with positions in the file.
    pub document: Arc<Document>,
    /// The same as the directory keeps it.
    pub text: PolicyText,
}

/// Documents read so far; `None` for those refused.
#[derive(Default)]
pub(crate) struct Cache(HashMap<(FileId, Kind), Option<Checked>>);

/// A document that AWS would save.
#[derive(Clone)]
struct Checked {
    document: Arc<Document>,
    text: PolicyText,
}

/// Reads the path of a policy that is to be saved as `kind`, and the policy.
pub(crate) fn policy(kind: Kind) -> impl FnMut(&mut Reader<'_>, &Item<'_>) -> Option<Policy> {
    move |reader, item| {
        let path = reader::checked(Expected::PolicyPath, |path| policy_name(path).is_some())(reader, item)?;
        let at = reader::place(item);
        let file = reader.file(&path, at)?;
        let Checked { document, text } = document(reader, file, kind)?;
        Some(Policy { name: policy_name(&path)?.into(), at, file, document, text })
    }
}

fn document(reader: &mut Reader<'_>, file: FileId, kind: Kind) -> Option<Checked> {
    if let Some(known) = reader.policies.0.get(&(file, kind)) {
        return known.clone();
    }
    let text = reader.files.text(file);
    let read = match check(kind, text) {
        Ok(document) => Some(Checked { document: Arc::new(document), text: PolicyText::new(text) }),
        Err(malformed) => {
            reader.fault(At { file, span: malformed.span }, ProblemKind::Policy(malformed));
            None
        }
    };
    reader.policies.0.insert((file, kind), read.clone());
    read
}

/// What a policy is called after its file: a name that IAM takes (IAM API Reference, `PutRolePolicy`, `PolicyName`).
fn policy_name(path: &str) -> Option<&str> {
    let name = path.rsplit('/').next()?.strip_suffix(".json")?;
    let good =
        (1..=128).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_+=,.@-".contains(&b));
    (good && is_inside(path)).then_some(name)
}

/// Whether a path is relative, plain, and does not lead out of the directory it starts from.
pub(crate) fn is_inside(path: &str) -> bool {
    path.len() <= 512
        && !path.contains(['\\', ':'])
        && !path.contains(char::is_control)
        && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_inside_the_world() {
        for good in ["a.json", "policies/a.b.json"] {
            assert!(is_inside(good), "{good}");
        }
        for bad in
            ["", "/a.json", "../a.json", "a/../b.json", "./a.json", "a//b.json", "a\\b.json", "c:a.json", "a\0.json"]
        {
            assert!(!is_inside(bad), "{bad}");
        }
    }

    #[test]
    fn a_policy_is_called_after_its_file() {
        assert_eq!(policy_name("policies/role-a.assume-b.json"), Some("role-a.assume-b"));
        for bad in [".json", "a.txt", "a b.json", "arn:aws:iam::aws:policy/ReadOnlyAccess"] {
            assert_eq!(policy_name(bad), None, "{bad}");
        }
    }
}
