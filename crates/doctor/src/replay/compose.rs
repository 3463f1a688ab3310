//! The record's call in the world's own words, behind the world's own text.

use super::{Note, Replay, ReplayError, place::Stands, place::free_name, settings::Told};
use crate::{Explanation, Fix, edit::quoted, record::Record};
use rolecall_clients::Client;
use rolecall_world::{At, FileError, FileId, WORLD_FILE, World};
use similar::TextDiff;
use std::fmt::Write as _;

/// A world with a call more.
pub(super) struct Composed {
    pub(super) world: World,
    pub(super) call: String,
    /// Bytes of `world.toml` before what was added.
    pub(super) own_text: usize,
}

/// Begins what is added; nobody writes such a line.
const MARK: &str = "# From a record of CloudTrail:";

/// Characters of an event's id that name the call.
const ID: usize = 8;

pub(super) fn compose(
    world: &World,
    record: &Record,
    stands: &Stands,
    client: &Client,
    told: &Told,
    notes: &mut Vec<Note>,
) -> Result<Composed, ReplayError> {
    let mut text = world.files.text(FileId::WORLD).to_owned();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    let own_text = text.len();
    let call = free_name(&name(record), |name| world.call(name).is_some());
    let policy = record.request.as_ref().and_then(|request| request.policy.as_deref());
    let policy_file = free_name("recorded-session-policy.json", |name| world.files.find(name).is_some());
    let _ = writeln!(text, "{MARK}");
    if let Some(table) = &stands.table {
        let _ = writeln!(text, "{table}");
    }
    text.push_str(&table(record, &call, stands, client, told, policy.map(|_| &*policy_file), notes));
    let read = World::read(&|path| match path {
        WORLD_FILE => Ok(text.clone()),
        path if path == policy_file && policy.is_some() => Ok(policy.unwrap_or_default().to_owned()),
        path => world.files.find(path).map(|id| world.files.text(id).to_owned()).ok_or(FileError::Missing),
    });
    match read {
        Ok(world) => Ok(Composed { world, call, own_text }),
        Err(problems) => Err(ReplayError::Unwritable { problems: problems.to_string().trim_end().into() }),
    }
}

/// `record-1a2b3c4d`, after the event's id.
fn name(record: &Record) -> String {
    let id = record.event_id.as_deref().or(record.request_id.as_deref()).unwrap_or_default();
    let short: String = id.chars().filter(char::is_ascii_alphanumeric).take(ID).collect();
    if short.is_empty() { "record".to_owned() } else { format!("record-{}", short.to_ascii_lowercase()) }
}

fn table(
    record: &Record,
    call: &str,
    stands: &Stands,
    client: &Client,
    told: &Told,
    policy_file: Option<&str>,
    notes: &mut Vec<Note>,
) -> String {
    let mut out = format!("[[call]]\nname = {}\nplace = {}\n", quoted(call), quoted(&stands.name));
    let _ = writeln!(out, "client = {}", quoted(&format!("{}=={}", client.name(), client.version())));
    out.push_str(&told.lines);
    let _ = writeln!(out, "at = {}", quoted(&record.time.iso8601()));
    let Some(request) = &record.request else { return out };
    let texts = [
        ("assume", &request.role_arn),
        ("session_name", &request.session_name),
        ("external_id", &request.external_id),
        ("source_identity", &request.source_identity),
        ("mfa", &request.mfa_serial),
    ];
    for (key, value) in texts {
        if let Some(value) = value {
            let _ = writeln!(out, "{key} = {}", quoted(value));
        }
    }
    if let Some(seconds) = request.duration_seconds {
        let _ = writeln!(out, "duration_seconds = {seconds}");
    }
    if !request.tags.is_empty() {
        let tags = request.tags.iter().map(|tag| format!("{} = {}", quoted(&tag.key), quoted(&tag.value)));
        let _ = writeln!(out, "tags = {{ {} }}", tags.collect::<Vec<_>>().join(", "));
    }
    if !request.transitive_tag_keys.is_empty() {
        let keys = request.transitive_tag_keys.iter().map(|key| quoted(key));
        let _ = writeln!(out, "transitive_tag_keys = [{}]", keys.collect::<Vec<_>>().join(", "));
    }
    if let Some(file) = policy_file {
        let _ = writeln!(out, "policy = {}", quoted(file));
    }
    if !request.policy_arns.is_empty() {
        notes.push(Note {
            id: "policy-arns",
            text: format!(
                "The call passes managed session policies ({}), which are left out: they bound what the new session may do, \
                 not whether it is given.",
                request.policy_arns.join(", ")
            ),
        });
    }
    out
}

/// Takes back what points into the text that was added, and tells fixes of the call as what they are.
pub(super) fn own_places(replay: &Replay, explanation: &mut Explanation<'_>) {
    let Some(own_text) = replay.recorded.own_text else { return };
    let added = |at: &At| at.file == FileId::WORLD && at.span.start as usize >= own_text;
    for cause in &mut explanation.causes {
        cause.at = cause.at.filter(|at| !added(at));
    }
    for fix in &mut explanation.fixes {
        own_files(&replay.world, own_text, fix);
    }
}

/// The call is nobody's file: of a fix that changes it, what it changes is told, and the world's file left as it was.
fn own_files(world: &World, own_text: usize, fix: &mut Fix) {
    let Some(after) = fix.files.get(WORLD_FILE) else { return };
    let before = world.files.text(FileId::WORLD);
    let (own_before, added_before) = before.split_at_checked(own_text).unwrap_or((before, ""));
    let cut = after.rfind(MARK).unwrap_or(after.len());
    let (own_after, added_after) = after.split_at_checked(cut).unwrap_or((after, ""));
    let mut diff = String::new();
    let mut tell = |old: &str, new: &str, before: &str, after: &str| {
        if before != after {
            let lines = TextDiff::from_lines(before, after);
            diff.push_str(&lines.unified_diff().context_radius(2).header(old, new).to_string());
        }
    };
    for (file, text) in &fix.files {
        if file == WORLD_FILE {
            continue;
        }
        let old = world.files.find(file).map(|id| world.files.text(id));
        let from = if old.is_some() { format!("a/{file}") } else { "/dev/null".to_owned() };
        tell(&from, &format!("b/{file}"), old.unwrap_or_default(), text);
    }
    tell("a/world.toml", "b/world.toml", own_before, own_after);
    tell("the recorded call", "the call to make", added_before, added_after);
    let own_after = (own_before != own_after).then(|| own_after.to_owned());
    fix.diff = diff;
    match own_after {
        Some(text) => drop(fix.files.insert(WORLD_FILE.to_owned(), text)),
        None => drop(fix.files.remove(WORLD_FILE)),
    }
}
