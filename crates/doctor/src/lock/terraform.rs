//! `.terraform.lock.hcl`, as `terraform init` and `tofu init` write it.

use super::{Ecosystem, Fault, Found, Malformed, place::offset_in};

/// Reads a dependency lock file: blocks headed `provider "HOST/NAMESPACE/TYPE"`, each with a `version`.
///
/// Source: Terraform documentation, "Dependency Lock File".
pub(super) fn providers(text: &str, found: &mut Found) -> Result<(), Fault> {
    let mut provider: Option<&str> = None;
    for line in text.lines() {
        let code = line.trim();
        let fault = |what| Fault::new(offset_in(text, code), Malformed::Expected(what));
        if code.is_empty() || code.starts_with('#') || code.starts_with("//") {
            continue;
        }
        match provider {
            None => {
                let heading = code.strip_prefix("provider").and_then(|rest| rest.trim().strip_suffix('{'));
                let named = heading.and_then(|rest| quoted(rest.trim()));
                provider = Some(named.ok_or_else(|| fault("a block headed provider \"registry.terraform.io/…\" {"))?);
            }
            Some(_) if code == "}" => provider = None,
            Some(name) => {
                let value =
                    code.split_once('=').filter(|(key, _)| key.trim() == "version").map(|(_, value)| value.trim());
                if let Some(value) = value {
                    let version = quoted(value).ok_or_else(|| fault("a version in quotation marks"))?;
                    found.pin(Ecosystem::Terraform, name, version, offset_in(text, version));
                }
            }
        }
    }
    Ok(())
}

fn quoted(text: &str) -> Option<&str> {
    text.strip_prefix('"')?.strip_suffix('"')
}
