//! The unmodified SDKs and CLIs that the tests in `tests/clients` drive, each in a place of its own under `target/clients`.
//!
//! To test another version, enter it in one of the tables. What the tests find:
//!
//! | variable | what it holds |
//! |---|---|
//! | `ROLECALL_BIN` | the `rolecall` binary under test |
//! | `ROLECALL_VENVS` | a folder with a virtual environment per row of [`VENVS`], `NAME/bin/python` |
//! | `ROLECALL_NODE` | a folder with a `node_modules` of [`NPM_PACKAGES`] |
//! | `ROLECALL_GO` | a folder with the programs of [`GO_PROGRAMS`] |
//! | `ROLECALL_JAVA` | a folder with what [`JAVA_PROGRAMS`] is built to: `habits.jar`, and `lib` for what it needs; [`JAVA_PLACE`] likewise in its `place` |
//! | `ROLECALL_RUST_CLIENT` | the binary of `tests/clients/rust`, when that package is there; the one for places is beside it |
//!
//! What could not be installed is not there, and has been named: the tests skip what needs it, saying so.

use crate::{Failure, process};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A virtual environment: its name and what pip puts in it.
struct Venv {
    name: &'static str,
    requirements: &'static [&'static str],
}

/// Runs the tests themselves.
const RUNNER: &str = "runner";

/// The boundary in each client is where its default endpoint moved: boto3 1.40.0, AWS CLI v1 1.42.0.
const VENVS: &[Venv] = &[
    Venv {
        name: RUNNER,
        requirements: &["pytest==9.2.0", "pytest-xdist==3.8.0", "boto3==1.44.5", "jsonschema==4.25.1"],
    },
    Venv { name: "boto3-1.39.17", requirements: &["boto3==1.39.17"] },
    Venv { name: "boto3-1.40.0", requirements: &["boto3==1.40.0"] },
    Venv { name: "boto3-1.44.5", requirements: &["boto3==1.44.5"] },
    Venv { name: "awscli-1.41.17", requirements: &["awscli==1.41.17"] },
    Venv { name: "awscli-1.46.3", requirements: &["awscli==1.46.3"] },
];

/// botocore alone, for the comparison of habits: each where something changed that matters to STS, and the newest.
const BOTOCORES: &[&str] = &["1.13.2", "1.23.0", "1.29.0", "1.31.0", "1.36.0", "1.39.17", "1.40.0", "1.44.5"];

const NPM_PACKAGES: &[&str] =
    &["@aws-sdk/client-sts@3.1169.0", "@aws-sdk/client-cloudtrail@3.1137.0", "aws-sdk@2.1693.0"];

/// A Go module with two programs per version of the SDK, one of habits and one for places; the module says which versions.
const GO_PROGRAMS: &str = "tests/clients/programs/habits/go";

/// A Maven project with a program per version of the SDK; the project says which versions.
const JAVA_PROGRAMS: &str = "tests/clients/programs/habits/java";

/// The same for places. A project of its own, because that of habits replaces the SDKs' way to the network.
const JAVA_PLACE: &str = "tests/clients/programs/place/java";

/// Where everything was put, and what is missing.
pub(crate) struct Clients {
    venvs: PathBuf,
    node: PathBuf,
    go: PathBuf,
    java: PathBuf,
    rust: Option<PathBuf>,
    missing: Vec<String>,
}

impl Clients {
    /// One plain sentence for each client that the tests will go without.
    pub(crate) fn missing(&self) -> &[String] {
        &self.missing
    }

    /// The interpreter that runs pytest, when it could be installed.
    pub(crate) fn runner(&self) -> Option<PathBuf> {
        Some(python_of(&self.venvs.join(RUNNER))).filter(|python| python.exists())
    }

    /// Tells the tests where to find what.
    pub(crate) fn tell(&self, command: &mut Command) {
        command.env("ROLECALL_VENVS", &self.venvs).env("ROLECALL_NODE", &self.node).env("ROLECALL_GO", &self.go);
        command.env("ROLECALL_JAVA", &self.java);
        if let Some(rust) = &self.rust {
            command.env("ROLECALL_RUST_CLIENT", rust);
        }
    }
}

/// Installs what is missing. A failure is a sentence in [`Clients::missing`], never the end of the run.
pub(crate) fn prepare(root: &Path) -> Clients {
    let home = root.join("target/clients");
    let mut clients = Clients {
        venvs: home.join("venvs"),
        node: home.join("node"),
        go: home.join("go"),
        java: home.join("java"),
        rust: None,
        missing: Vec::new(),
    };
    // Installing keeps one core busy and waits in between.
    let (missing, (missing_too, rust)) = std::thread::scope(|scope| {
        let others = scope.spawn(|| compiled(root, &clients));
        (interpreted(&clients.venvs), others.join().unwrap_or_default())
    });
    clients.missing = missing;
    clients.missing.extend(missing_too);
    clients.rust = rust;
    for sentence in &clients.missing {
        println!("clients: {sentence}");
    }
    clients
}

/// What is written in Python; what could not be installed.
fn interpreted(venvs: &Path) -> Vec<String> {
    let mut missing = Vec::new();
    for venv in VENVS {
        if let Err(why) = make_venv(&venvs.join(venv.name), venv.requirements) {
            missing.push(format!("{} cannot be tested: {why}", venv.name));
        }
    }
    for version in BOTOCORES {
        let requirement = format!("botocore=={version}");
        if let Err(why) = make_venv(&venvs.join(format!("botocore-{version}")), &[&requirement]) {
            missing.push(format!("the habits of {requirement} cannot be compared: {why}"));
        }
    }
    missing
}

/// What is written in anything else; what could not be installed, and the binary in Rust.
fn compiled(root: &Path, clients: &Clients) -> (Vec<String>, Option<PathBuf>) {
    let mut missing = Vec::new();
    if let Err(why) = install_npm(&clients.node) {
        missing.push(format!("the AWS SDK for JavaScript cannot be tested: {why}"));
    }
    if let Err(why) = build_go(&root.join(GO_PROGRAMS), &clients.go) {
        missing.push(format!("the habits of the AWS SDK for Go cannot be compared: {why}"));
    }
    if let Err(why) = build_java(root, JAVA_PROGRAMS, &clients.java, "habits.jar") {
        missing.push(format!("the habits of the AWS SDK for Java cannot be compared: {why}"));
    }
    // After the one above, which empties its folder before it builds.
    if let Err(why) = build_java(root, JAVA_PLACE, &clients.java.join("place"), "place.jar") {
        missing.push(format!("the AWS SDK for Java cannot be tested in places: {why}"));
    }
    let mut rust = None;
    if root.join("tests/clients/rust/Cargo.toml").exists() {
        match build_rust(root, &root.join("target/clients")) {
            Ok(binary) => rust = Some(binary),
            Err(why) => missing.push(format!("the AWS SDK for Rust cannot be tested: {why}")),
        }
    }
    (missing, rust)
}

/// A Python with pip that is ours to use.
///
/// # Errors
/// When there is no Python 3 with venv.
pub(crate) fn tools_python(root: &Path) -> Result<PathBuf, Failure> {
    let venv = root.join("target/tools/python");
    make_venv(&venv, &[]).map_err(Failure::Broken)?;
    Ok(python_of(&venv))
}

fn python_of(venv: &Path) -> PathBuf {
    venv.join("bin/python")
}

/// Makes the environment, unless it is there with these very requirements.
fn make_venv(venv: &Path, requirements: &[&str]) -> Result<(), String> {
    let wanted = requirements.join("\n");
    let stamp = venv.join("requirements");
    if fs::read_to_string(&stamp).is_ok_and(|held| held == wanted) && python_of(venv).exists() {
        return Ok(());
    }
    let _ = fs::remove_dir_all(venv);
    let made = quietly(Command::new("python3").args(["-m", "venv"]).arg(venv)).and_then(|()| {
        if requirements.is_empty() {
            return Ok(());
        }
        println!("clients: installing {}", requirements.join(" "));
        quietly(
            Command::new(python_of(venv))
                .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
                .args(requirements),
        )
    });
    match made.and_then(|()| fs::write(&stamp, &wanted).map_err(|error| error.to_string())) {
        Ok(()) => Ok(()),
        Err(why) => {
            // Half an environment would pass for a whole one.
            let _ = fs::remove_dir_all(venv);
            Err(why)
        }
    }
}

fn install_npm(node: &Path) -> Result<(), String> {
    let wanted = NPM_PACKAGES.join("\n");
    let stamp = node.join("packages");
    if fs::read_to_string(&stamp).is_ok_and(|held| held == wanted) && node.join("node_modules").exists() {
        return Ok(());
    }
    let _ = fs::remove_dir_all(node);
    fs::create_dir_all(node).map_err(|error| error.to_string())?;
    fs::write(node.join("package.json"), r#"{ "private": true, "type": "module" }"#)
        .map_err(|error| error.to_string())?;
    println!("clients: installing {}", NPM_PACKAGES.join(" "));
    quietly(
        Command::new("npm")
            .current_dir(node)
            .args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"])
            .args(NPM_PACKAGES),
    )?;
    fs::write(&stamp, &wanted).map_err(|error| error.to_string())
}

/// Builds what has changed; Go's own cache knows what that is.
fn build_go(programs: &Path, into: &Path) -> Result<(), String> {
    fs::create_dir_all(into).map_err(|error| error.to_string())?;
    println!("clients: building {GO_PROGRAMS}");
    quietly(Command::new("go").current_dir(programs).args(["build", "-mod=readonly", "-o"]).arg(into).arg("./..."))
}

/// Builds the project, unless that was done with these very sources.
fn build_java(root: &Path, project: &str, into: &Path, made: &str) -> Result<(), String> {
    let folder = root.join(project);
    let wanted = text_of(&folder)?;
    let stamp = into.join("sources");
    if fs::read_to_string(&stamp).is_ok_and(|held| held == wanted) && into.join(made).exists() {
        return Ok(());
    }
    let _ = fs::remove_dir_all(into);
    fs::create_dir_all(into).map_err(|error| error.to_string())?;
    println!("clients: building {project}");
    let target = format!("-Dinto={}", into.display());
    quietly(Command::new("mvn").current_dir(&folder).args(["--quiet", "--batch-mode", "package", &target]))?;
    fs::write(&stamp, &wanted).map_err(|error| error.to_string())
}

/// The texts of all files in a folder, in the order of their names.
fn text_of(folder: &Path) -> Result<String, String> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| error.to_string())? {
        entries.push(entry.map_err(|error| error.to_string())?.path());
    }
    entries.sort();
    let mut text = String::new();
    for path in entries {
        if path.is_dir() {
            text.push_str(&text_of(&path)?);
        } else {
            text.push_str(&fs::read_to_string(&path).map_err(|error| error.to_string())?);
        }
    }
    Ok(text)
}

fn build_rust(root: &Path, home: &Path) -> Result<PathBuf, String> {
    println!("clients: building tests/clients/rust");
    let target = home.join("rust");
    quietly(
        Command::new(process::cargo_binary())
            .current_dir(root.join("tests/clients/rust"))
            .env("CARGO_TARGET_DIR", &target)
            .args(["build", "--quiet", "--locked"]),
    )?;
    // The first binary's name is the package's.
    let text = fs::read_to_string(root.join("tests/clients/rust/Cargo.toml")).map_err(|error| error.to_string())?;
    let name = package_name(&text).ok_or("tests/clients/rust/Cargo.toml names no package")?;
    Ok(target.join("debug").join(name))
}

fn package_name(manifest: &str) -> Option<String> {
    let manifest: toml::Table = manifest.parse().ok()?;
    Some(manifest.get("package")?.get("name")?.as_str()?.to_owned())
}

fn quietly(command: &mut Command) -> Result<(), String> {
    match process::output(command) {
        Ok(_) => Ok(()),
        Err(Failure::Broken(why)) => Err(why),
        Err(Failure::Findings(count)) => Err(format!("{count} findings")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_tells_the_binary() {
        assert_eq!(package_name("[package]\nname = \"client\"\n").as_deref(), Some("client"));
        assert_eq!(package_name("[workspace]"), None);
    }

    #[test]
    fn names_in_the_tables_are_told_apart() {
        let mut names: Vec<&str> = VENVS.iter().map(|venv| venv.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), VENVS.len());
    }
}
