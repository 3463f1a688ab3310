//! Java's: Gradle's lock files, and Maven's `pom.xml`, which pins because Maven has no lock file.

use super::{Ecosystem, Fault, Found, Malformed, OpenKind, place::offset_in};
use quick_xml::{Reader, events::Event};
use std::collections::HashMap;

/// Elements of a `pom.xml` that may stand within each other.
const MAX_DEPTH: usize = 64;

/// How many properties may stand for each other until a version is reached.
const MAX_PROPERTIES: usize = 8;

/// Reads a `gradle.lockfile`: `group:name:version=configuration,configuration` on each line.
pub(super) fn gradle(text: &str, found: &mut Found) -> Result<(), Fault> {
    for line in text.lines() {
        let code = line.trim();
        // `empty=` lists configurations that have no dependencies.
        if code.is_empty() || code.starts_with('#') || code.starts_with("empty=") {
            continue;
        }
        let module = code.split('=').next().unwrap_or_default();
        let parts = module.rsplit_once(':').filter(|(name, _)| name.contains(':'));
        let (name, version) = parts.ok_or_else(|| {
            let what = "a module and where it is used, as in software.amazon.awssdk:sts:2.31.0=runtimeClasspath";
            Fault::new(offset_in(text, code), Malformed::Expected(what))
        })?;
        found.pin(Ecosystem::Maven, name, version, offset_in(text, version));
    }
    Ok(())
}

/// A piece of text in an element, trimmed.
#[derive(Debug, Clone, Copy, Default)]
struct Piece<'t> {
    text: &'t str,
    offset: usize,
}

#[derive(Debug, Default)]
struct Dependency<'t> {
    group: Piece<'t>,
    artifact: Piece<'t>,
    version: Piece<'t>,
}

/// Reads a `pom.xml`: dependencies, managed ones and imported ones too, whose version it says itself.
///
/// Source: Maven documentation, "POM Reference".
pub(super) fn pom(text: &str, found: &mut Found) -> Result<(), Fault> {
    let mut reader = Reader::from_str(text);
    let mut path: Vec<&str> = Vec::new();
    let mut properties: HashMap<&str, Piece<'_>> = HashMap::new();
    let mut open: Option<Dependency<'_>> = None;
    let mut read: Vec<Dependency<'_>> = Vec::new();
    loop {
        let start = position(reader.buffer_position());
        let event = reader
            .read_event()
            .map_err(|error| Fault::new(position(reader.error_position()), Malformed::Xml(error.to_string())))?;
        let end = position(reader.buffer_position());
        match event {
            Event::Start(_) => {
                if path.len() == MAX_DEPTH {
                    return Err(Fault::new(start, Malformed::Depth(MAX_DEPTH)));
                }
                let name = element(text.get(start..end).unwrap_or_default());
                if path.is_empty() && name != "project" {
                    return Err(Fault::new(start, Malformed::Expected("the element <project>")));
                }
                if name == "dependency" {
                    open = Some(Dependency::default());
                }
                path.push(name);
            }
            Event::End(_) => {
                let closed = path.pop();
                if closed == Some("dependency") {
                    read.extend(open.take());
                }
            }
            Event::Text(_) => {
                let trimmed = text.get(start..end).unwrap_or_default().trim();
                let piece = Piece { text: trimmed, offset: offset_in(text, trimmed) };
                note(&path, piece, open.as_mut(), &mut properties);
            }
            Event::Eof if path.is_empty() => break,
            Event::Eof => return Err(Fault::new(end, Malformed::Expected("the end of every element"))),
            _ => {}
        }
    }
    for Dependency { group, artifact, version } in read {
        let name = format!("{}:{}", resolved(group, &properties).text, resolved(artifact, &properties).text);
        let version = resolved(version, &properties);
        // Without a version it takes the one that a parent or an imported BOM says.
        if version.text.is_empty() || name.len() > 512 {
            continue;
        }
        if version.text.contains(['$', '[', '(', ',']) {
            let range = version.text.to_owned();
            found.open(OpenKind::Loose { ecosystem: Ecosystem::Maven, name, range }, version.offset);
        } else {
            found.pin(Ecosystem::Maven, &name, version.text, version.offset);
        }
    }
    Ok(())
}

fn position(of_reader: u64) -> usize {
    usize::try_from(of_reader).unwrap_or(usize::MAX)
}

/// The name in `<name attribute="…">`.
fn element(tag: &str) -> &str {
    let inner = tag.trim_start_matches('<');
    inner.split(|letter: char| letter.is_whitespace() || matches!(letter, '>' | '/')).next().unwrap_or_default()
}

/// Puts a piece of text where the path of elements says.
fn note<'t>(
    path: &[&'t str],
    piece: Piece<'t>,
    open: Option<&mut Dependency<'t>>,
    properties: &mut HashMap<&'t str, Piece<'t>>,
) {
    if piece.text.is_empty() {
        return;
    }
    match (path, open) {
        (["project", "properties", name], _) => {
            properties.insert(name, piece);
        }
        ([.., "dependency", "groupId"], Some(open)) => open.group = piece,
        ([.., "dependency", "artifactId"], Some(open)) => open.artifact = piece,
        ([.., "dependency", "version"], Some(open)) => open.version = piece,
        _ => {}
    }
}

/// What `${name}` stands for, as far as this file says.
fn resolved<'t>(piece: Piece<'t>, properties: &HashMap<&'t str, Piece<'t>>) -> Piece<'t> {
    let mut piece = piece;
    for _ in 0..MAX_PROPERTIES {
        let name = piece.text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
        let Some(value) = name.and_then(|name| properties.get(name)) else { break };
        piece = *value;
    }
    piece
}
