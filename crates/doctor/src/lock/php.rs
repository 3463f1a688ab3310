//! `composer.lock`.

use super::{Ecosystem, Fault, Found, json};
use serde_json::value::RawValue;

/// Reads a `composer.lock`: packages, and those for development.
pub(super) fn composer(text: &str, found: &mut Found) -> Result<(), Fault> {
    #[derive(serde::Deserialize)]
    struct File<'t> {
        #[serde(borrow)]
        packages: Vec<Package<'t>>,
        #[serde(borrow, default, rename = "packages-dev")]
        development: Option<Vec<Package<'t>>>,
    }
    #[derive(serde::Deserialize)]
    struct Package<'t> {
        #[serde(borrow)]
        name: &'t RawValue,
        #[serde(borrow)]
        version: &'t RawValue,
    }
    let file: File<'_> = json::read(text, text)?;
    for package in file.packages.iter().chain(file.development.iter().flatten()) {
        let (name, _) = json::string(text, package.name, "a name in quotation marks")?;
        let (version, offset) = json::string(text, package.version, "a version in quotation marks")?;
        let number = version.strip_prefix('v').unwrap_or(&version);
        found.pin(Ecosystem::Packagist, &name, number, offset + version.len() - number.len());
    }
    Ok(())
}
