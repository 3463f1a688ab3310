//! Which kind of lock file it is, by its name and, where tools share a name, by its text.

use std::fmt;

/// Whose packages a pin is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ecosystem {
    /// Python's, from PyPI.
    PyPi,
    /// JavaScript's, from npm.
    Npm,
    /// Go modules.
    Go,
    /// Ruby's, from RubyGems.
    RubyGems,
    /// PHP's, from Packagist.
    Packagist,
    /// Rust's, from crates.io.
    Cargo,
    /// .NET's, from NuGet.
    NuGet,
    /// Java's and Kotlin's, from Maven repositories.
    Maven,
    /// Terraform's and OpenTofu's providers.
    Terraform,
    /// Container images, the tag being the version.
    Image,
    /// Alpine Linux's packages.
    Apk,
    /// Archives fetched by a URL that has the version in it.
    Download,
}

impl Ecosystem {
    /// A word for it, as in `pypi`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PyPi => "pypi",
            Self::Npm => "npm",
            Self::Go => "go",
            Self::RubyGems => "rubygems",
            Self::Packagist => "packagist",
            Self::Cargo => "cargo",
            Self::NuGet => "nuget",
            Self::Maven => "maven",
            Self::Terraform => "terraform",
            Self::Image => "image",
            Self::Apk => "apk",
            Self::Download => "download",
        }
    }
}

impl fmt::Display for Ecosystem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A kind of lock file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `requirements.txt`, `constraints.txt` and their like.
    Requirements,
    /// `Pipfile.lock`.
    PipfileLock,
    /// `poetry.lock`, `uv.lock`, `pdm.lock`, `pylock.toml`: tables of packages in TOML.
    PythonToml,
    /// `Cargo.lock`.
    CargoLock,
    /// `package-lock.json` and `npm-shrinkwrap.json`.
    NpmLock,
    /// `yarn.lock` of Yarn 1.
    YarnClassic,
    /// `yarn.lock` of Yarn 2 and later.
    YarnBerry,
    /// `pnpm-lock.yaml`.
    PnpmLock,
    /// `go.mod`.
    GoMod,
    /// `Gemfile.lock`.
    GemfileLock,
    /// `composer.lock`.
    ComposerLock,
    /// `packages.lock.json` of NuGet.
    NuGetLock,
    /// `gradle.lockfile`.
    GradleLock,
    /// `pom.xml`.
    Pom,
    /// `.terraform.lock.hcl`.
    TerraformLock,
    /// A Dockerfile.
    Dockerfile,
}

/// For people, in a sentence.
pub(super) const KNOWN_NAMES: &str = "poetry.lock, uv.lock, pdm.lock, pylock.toml, Pipfile.lock, requirements*.txt, \
    constraints*.txt, package-lock.json, npm-shrinkwrap.json, yarn.lock, pnpm-lock.yaml, go.mod, Gemfile.lock, \
    composer.lock, Cargo.lock, packages.lock.json, pom.xml, gradle.lockfile, .terraform.lock.hcl, Dockerfile";

impl Kind {
    /// The kind of the file called `name`, which may be a path. The text settles which of two tools wrote it.
    #[must_use]
    pub fn of(name: &str, text: &str) -> Option<Self> {
        let path = name.replace('\\', "/").to_ascii_lowercase();
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", &path));
        Some(match file {
            "poetry.lock" | "uv.lock" | "pdm.lock" => Self::PythonToml,
            "pipfile.lock" => Self::PipfileLock,
            "cargo.lock" => Self::CargoLock,
            "package-lock.json" | "npm-shrinkwrap.json" | ".package-lock.json" => Self::NpmLock,
            // Yarn 2 and later write YAML, which begins with a mapping of this name.
            "yarn.lock" if text.lines().any(|line| line.starts_with("__metadata:")) => Self::YarnBerry,
            "yarn.lock" => Self::YarnClassic,
            "pnpm-lock.yaml" => Self::PnpmLock,
            "go.mod" => Self::GoMod,
            "gemfile.lock" | "gems.locked" => Self::GemfileLock,
            "composer.lock" => Self::ComposerLock,
            "packages.lock.json" => Self::NuGetLock,
            "gradle.lockfile" | "buildscript-gradle.lockfile" => Self::GradleLock,
            "pom.xml" => Self::Pom,
            ".terraform.lock.hcl" => Self::TerraformLock,
            _ if is_pylock(file) => Self::PythonToml,
            _ if is_dockerfile(file) => Self::Dockerfile,
            // Gradle before 6.8 wrote a file for each configuration: `gradle/dependency-locks/runtimeClasspath.lockfile`.
            _ if file.ends_with(".lockfile") => Self::GradleLock,
            // NuGet writes packages.PROJECT.lock.json where several projects share a folder.
            _ if file.starts_with("packages.") && file.ends_with(".lock.json") => Self::NuGetLock,
            _ if is_requirements(folder, file) => Self::Requirements,
            _ => return None,
        })
    }
}

/// Source: packaging.python.org, specification "pylock.toml": `pylock.toml` or `pylock.NAME.toml`.
fn is_pylock(file: &str) -> bool {
    file == "pylock.toml" || (file.starts_with("pylock.") && file.ends_with(".toml"))
}

fn is_dockerfile(file: &str) -> bool {
    file == "dockerfile" || file == "containerfile" || file.starts_with("dockerfile.") || file.ends_with(".dockerfile")
}

/// `requirements.txt`, `requirements-dev.txt`, `dev-requirements.txt`, `requirements/prod.txt`, `constraints.txt`, …
fn is_requirements(folder: &str, file: &str) -> bool {
    let Some(stem) = file.strip_suffix(".txt") else { return false };
    let named = |text: &str| text.contains("requirements") || text.contains("constraints");
    named(stem) || named(folder.rsplit('/').next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_kinds() {
        for (name, kind) in [
            ("poetry.lock", Some(Kind::PythonToml)),
            ("services/api/uv.lock", Some(Kind::PythonToml)),
            ("pylock.dev.toml", Some(Kind::PythonToml)),
            ("requirements-dev.txt", Some(Kind::Requirements)),
            ("requirements/prod.txt", Some(Kind::Requirements)),
            ("dev-requirements.txt", Some(Kind::Requirements)),
            (r"infra\constraints.txt", Some(Kind::Requirements)),
            ("api.Dockerfile", Some(Kind::Dockerfile)),
            ("Dockerfile.build", Some(Kind::Dockerfile)),
            ("gradle/dependency-locks/runtimeClasspath.lockfile", Some(Kind::GradleLock)),
            ("packages.Api.lock.json", Some(Kind::NuGetLock)),
            ("notes.txt", None),
            ("package.json", None),
            ("", None),
        ] {
            assert_eq!(Kind::of(name, ""), kind, "{name}");
        }
    }

    #[test]
    fn a_yarn_lock_tells_its_generation_by_its_text() {
        assert_eq!(Kind::of("yarn.lock", "# yarn lockfile v1\n"), Some(Kind::YarnClassic));
        assert_eq!(Kind::of("yarn.lock", "# This file\n\n__metadata:\n  version: 8\n"), Some(Kind::YarnBerry));
    }
}
