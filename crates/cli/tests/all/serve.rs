//! `rolecall serve`: how it begins, how it ends, and what it says when it does neither.

use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, Command, Output, Stdio},
};

const WORLD: &str = "[accounts.a]\nid = \"111111111111\"\n\n[[role]]\naccount = \"a\"\nname = \"r\"\ntrust = \"r.json\"\n\n\
                     [[user]]\naccount = \"a\"\nname = \"alice\"\n\
                     access_key = { id = \"AKIAEXAMPLEEXAMPLE00\", secret = \"anybody-may-read-this-secret\" }\n";
const TRUST: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}"#;

fn command(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolecall"));
    command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(data).env_remove("ROLECALL_MASTER_KEY");
    command
}

fn world(text: &str) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("world.toml"), text).unwrap();
    fs::write(directory.path().join("r.json"), TRUST).unwrap();
    directory
}

/// Starts it, waits until it is ready, and gives the line that said so.
fn started(command: &mut Command) -> (Child, String) {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (child, line)
}

fn stopped(mut child: Child) -> Option<i32> {
    let id = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
    child.wait().unwrap().code()
}

fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(output.stdout.is_empty(), "it said it was ready: {output:?}");
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn an_empty_directory_gets_an_account_and_credentials_for_its_owner_alone() {
    let data = tempfile::tempdir().unwrap();
    let (child, line) = started(command(data.path()).args(["--account", "123456789012"]));
    assert!(line.starts_with("ready http://127.0.0.1:"), "{line}");
    let path = data.path().join("credentials");
    let credentials = fs::read_to_string(&path).unwrap();
    assert!(credentials.starts_with("[default]\naws_access_key_id = AKIA"), "{credentials}");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(stopped(child), Some(0));
    // The same key after a restart: whoever has it goes on.
    let (child, _) = started(&mut command(data.path()));
    assert_eq!(fs::read_to_string(&path).unwrap(), credentials);
    assert_eq!(stopped(child), Some(0));
}

#[test]
fn a_world_has_a_profile_for_each_account_and_each_user_with_a_key() {
    let (data, world) = (tempfile::tempdir().unwrap(), world(WORLD));
    let (child, _) = started(command(data.path()).arg("--world").arg(world.path()));
    let credentials = fs::read_to_string(data.path().join("credentials")).unwrap();
    let profiles: Vec<&str> = credentials.lines().filter(|line| line.starts_with('[')).collect();
    assert_eq!(profiles, ["[a]", "[a.alice]"]);
    assert!(credentials.contains("aws_access_key_id = AKIAEXAMPLEEXAMPLE00"));
    assert_eq!(stopped(child), Some(0));
}

#[test]
fn a_world_that_cannot_be_used_is_told_by_file_line_and_column() {
    let data = tempfile::tempdir().unwrap();
    for (text, told) in [
        (WORLD.replace("account = \"a\"\nname = \"r\"", "account = \"b\"\nname = \"r\""), "world.toml:5:"),
        (WORLD.replace("trust = \"r.json\"", "trust = \"gone.json\""), "world.toml:7:"),
        (WORLD.replace("[[role]]", "[[rolle]]"), "role"),
        ("[accounts".to_owned(), "world.toml:1:"),
    ] {
        let world = world(&text);
        let said = refused(&command(data.path()).arg("--world").arg(world.path()).output().unwrap());
        assert!(said.contains(told), "{told:?} is not in {said}");
    }
    let said = refused(&command(data.path()).args(["--world", "/nowhere/at/all"]).output().unwrap());
    assert!(said.contains("world.toml"), "{said}");
}

#[test]
fn what_the_api_made_first_the_world_cannot_have() {
    let data = tempfile::tempdir().unwrap();
    let (child, _) = started(command(data.path()).args(["--account", "111111111111"]));
    assert_eq!(stopped(child), Some(0));
    let world = world(WORLD);
    let said = refused(&command(data.path()).arg("--world").arg(world.path()).output().unwrap());
    assert!(said.contains("world.toml:2:") && said.contains("111111111111"), "{said}");
}

#[test]
fn a_store_opens_with_its_own_master_key_alone() {
    let (data, keys) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (right, wrong) = (keys.path().join("right"), keys.path().join("wrong"));
    fs::write(&right, [1; 32]).unwrap();
    fs::write(&wrong, [2; 32]).unwrap();
    let (child, _) = started(command(data.path()).arg("--master-key-file").arg(&right));
    assert!(!data.path().join("master.key").exists(), "a key was made although one was given");
    assert_eq!(stopped(child), Some(0));
    let said = refused(&command(data.path()).arg("--master-key-file").arg(&wrong).output().unwrap());
    assert!(said.contains("master key does not open this store"), "{said}");
    let hex = "01".repeat(32);
    let (child, _) = started(command(data.path()).env("ROLECALL_MASTER_KEY", hex));
    assert_eq!(stopped(child), Some(0));
    let credentials = tempfile::tempdir().unwrap();
    fs::copy(&right, credentials.path().join("rolecall-master-key")).unwrap();
    let (child, _) = started(command(data.path()).env("CREDENTIALS_DIRECTORY", credentials.path()));
    assert_eq!(stopped(child), Some(0));
}

#[test]
fn a_directory_in_use_and_an_address_in_use_are_said_to_be() {
    let (data, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (child, line) = started(&mut command(data.path()));
    let said = refused(&command(data.path()).output().unwrap());
    assert!(said.contains("another process uses this data directory"), "{said}");
    let address = line.trim().trim_start_matches("ready http://").to_owned();
    let mut second = Command::new(env!("CARGO_BIN_EXE_rolecall"));
    let said = refused(&second.args(["serve", "--listen", &address, "--data"]).arg(other.path()).output().unwrap());
    assert!(said.contains(&format!("cannot listen on {address}")), "{said}");
    assert_eq!(stopped(child), Some(0));
}

#[test]
fn load_balancers_are_named_by_address_or_block_and_only_where_they_are_listened_for() {
    let data = tempfile::tempdir().unwrap();
    for (arguments, told) in [
        (&["--proxy-from", "10.0.0.0/8"][..], "--proxy-listen"),
        (&["--proxy-listen", "127.0.0.1:0", "--proxy-from", "10.0.0.0/33"], "CIDR block"),
        (&["--proxy-listen", "127.0.0.1:0", "--proxy-from", "balancer"], "CIDR block"),
        (&["--proxy-listen", "127.0.0.1:0", "--tls-certificate", "c", "--tls-key", "k"], "--tls-listen"),
    ] {
        let said = refused(&command(data.path()).args(arguments).output().unwrap());
        assert!(said.contains(told), "{told:?} is not in {said}");
    }
    let named = ["--proxy-listen", "127.0.0.1:0", "--proxy-tls-listen", "127.0.0.1:0", "--proxy-from", "10.0.0.7"];
    let (child, line) = started(command(data.path()).args(named).args(["--proxy-from", "fd00::/8"]));
    assert!(line.starts_with("ready "), "{line}");
    assert_eq!(stopped(child), Some(0));
}
