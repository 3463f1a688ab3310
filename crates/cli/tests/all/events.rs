//! `rolecall events` where nobody has called yet, and where there is nothing: what it says, and that it makes nothing.
//! What it tells of calls is tested with real clients.

use std::{
    fs,
    path::Path,
    process::{Command, Output, Stdio},
};

fn rolecall(words: &[&str], data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolecall"));
    command.args(words).arg("--data").arg(data).env_remove("ROLECALL_MASTER_KEY");
    command
}

fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn a_directory_without_a_log_is_left_as_it_is() {
    let data = tempfile::tempdir().unwrap();
    fs::write(data.path().join("letter.txt"), "not ours").unwrap();
    let said = refused(&rolecall(&["events"], data.path()).output().unwrap());
    assert!(said.contains("no server has used it yet"), "{said}");
    let said = refused(&rolecall(&["events", "--follow"], data.path()).output().unwrap());
    assert!(said.contains("a server is needed to follow"), "{said}");
    let names: Vec<_> = fs::read_dir(data.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["letter.txt"]);
    assert!(refused(&rolecall(&["events"], &data.path().join("gone")).output().unwrap()).contains("no server"));
    let said = refused(&Command::new(env!("CARGO_BIN_EXE_rolecall")).arg("events").output().unwrap());
    assert_eq!(said, "rolecall: say whose data with --world DIR or --data DIR\n");
}

#[test]
fn an_empty_history_is_read_with_the_servers_key_alone() {
    let data = tempfile::tempdir().unwrap();
    let keys = tempfile::tempdir().unwrap();
    let (right, wrong) = (keys.path().join("right"), keys.path().join("wrong"));
    fs::write(&right, [1; 32]).unwrap();
    fs::write(&wrong, [2; 32]).unwrap();
    let mut serve = rolecall(&["serve", "--listen", "127.0.0.1:0"], data.path());
    let mut server =
        serve.arg("--master-key-file").arg(&right).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    std::io::Read::read_exact(server.stdout.as_mut().unwrap(), &mut [0; 5]).unwrap();
    // The server needs no key to be asked.
    let said = rolecall(&["events"], data.path()).output().unwrap();
    assert_eq!((said.status.code(), said.stdout.len()), (Some(0), 0), "{said:?}");
    let said = refused(&rolecall(&["events", "compare", "last", "last~1"], data.path()).output().unwrap());
    assert_eq!(said, "rolecall: no record's id begins with last; `rolecall events` shows them\n");
    server.kill().unwrap();
    server.wait().unwrap();
    let said = rolecall(&["events"], data.path()).arg("--master-key-file").arg(&right).output().unwrap();
    assert_eq!((said.status.code(), said.stdout.len()), (Some(0), 0), "{said:?}");
    let said = refused(&rolecall(&["events"], data.path()).arg("--master-key-file").arg(&wrong).output().unwrap());
    assert!(said.contains("master key does not open this store"), "{said}");
}
