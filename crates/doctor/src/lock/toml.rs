//! Lock files that are TOML: `[[package]]` tables with a name and a version.

use super::{Ecosystem, Fault, Found, Malformed};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// Notes the pin of every table under one of `keys`. A package without a version is the project itself or a directory.
pub(super) fn packages(text: &str, ecosystem: Ecosystem, keys: &[&str], found: &mut Found) -> Result<(), Fault> {
    let whole = DeTable::parse(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        Fault::new(offset, Malformed::Toml(error.message().trim_end().to_owned()))
    })?;
    for listed in keys.iter().filter_map(|key| whole.get_ref().get(*key)) {
        let expected = || Fault::new(listed.span().start, Malformed::Expected("tables headed [[package]]"));
        for package in listed.get_ref().as_array().ok_or_else(expected)?.iter() {
            let fault = |what| Fault::new(package.span().start, Malformed::Expected(what));
            let table = package.get_ref().as_table().ok_or_else(|| fault("a table with a name and a version"))?;
            let name = table.get("name").ok_or_else(|| fault("a package with a name"))?;
            let name = text_of(name)?.0;
            let Some(version) = table.get("version") else { continue };
            let (version, offset) = text_of(version)?;
            found.pin(ecosystem, name, version, offset + quotes_at(text, offset));
        }
    }
    Ok(())
}

fn text_of<'v>(value: &'v Spanned<DeValue<'_>>) -> Result<(&'v str, usize), Fault> {
    let offset = value.span().start;
    let fault = || Fault::new(offset, Malformed::Expected("text in quotation marks"));
    Ok((value.get_ref().as_str().ok_or_else(fault)?, offset))
}

/// How many quotation marks open the string at `offset`.
fn quotes_at(text: &str, offset: usize) -> usize {
    let opened = text.get(offset..).unwrap_or_default();
    ["\"\"\"", "'''", "\"", "'"].iter().find(|mark| opened.starts_with(**mark)).map_or(0, |mark| mark.len())
}
