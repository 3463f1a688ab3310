//! NuGet's `packages.lock.json`.

use super::{Ecosystem, Fault, Found, json};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Reads a `packages.lock.json`: for each target framework its packages. Projects among them have no version.
pub(super) fn packages(text: &str, found: &mut Found) -> Result<(), Fault> {
    #[derive(serde::Deserialize)]
    struct File<'t> {
        #[serde(borrow)]
        dependencies: BTreeMap<String, BTreeMap<String, Package<'t>>>,
    }
    #[derive(serde::Deserialize)]
    struct Package<'t> {
        #[serde(borrow)]
        resolved: Option<&'t RawValue>,
    }
    let file: File<'_> = json::read(text, text)?;
    for (name, package) in file.dependencies.into_values().flatten() {
        let Some(resolved) = package.resolved else { continue };
        let (version, offset) = json::string(text, resolved, "a version in quotation marks")?;
        found.pin(Ecosystem::NuGet, &name, &version, offset);
    }
    Ok(())
}
