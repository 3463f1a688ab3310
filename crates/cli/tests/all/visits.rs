//! One server for a world: who begins it, who joins it, when it ends, and what can be asked of it meanwhile.

use rolecall_lab::control::{
    EventsWanted,
    client::{Client, ControlError},
};
use std::{
    fs,
    net::TcpListener,
    path::Path,
    process::{Command, Output},
    sync::Barrier,
    thread,
    time::{Duration, Instant},
};

const WORLD: &str = r#"
[accounts.a]
id = "111111111111"

[[role]]
account = "a"
name = "worker"
trust = "worker.json"

[[vpc]]
account = "a"
region = "eu-west-1"
id = "vpc-v"
cidr = "10.0.0.0/16"

[[subnet]]
id = "subnet-s"
vpc = "vpc-v"
cidr = "10.0.1.0/24"

[[place]]
name = "task"
kind = "ecs-task"
account = "a"
subnet = "subnet-s"
address = "10.0.1.20"
role = "worker"

[[place]]
name = "bare"
kind = "ecs-task"
account = "a"
subnet = "subnet-s"
address = "10.0.1.21"

[[outage]]
name = "dark"
from = ["eu-west-1"]
to = "us-east-1"
start = "2020-01-01T00:00:00Z"
end = "2020-01-02T00:00:00Z"
"#;
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

struct Ground {
    world: tempfile::TempDir,
    data: tempfile::TempDir,
}

impl Ground {
    fn new() -> Self {
        let ground = Self { world: tempfile::tempdir().unwrap(), data: tempfile::tempdir().unwrap() };
        ground.write(WORLD);
        fs::write(ground.world.path().join("worker.json"), TRUST).unwrap();
        ground
    }

    fn write(&self, world: &str) {
        fs::write(self.world.path().join("world.toml"), world).unwrap();
    }

    fn come(&self, place: &str) -> Result<Client, ControlError> {
        self.come_to(self.world.path(), place)
    }

    fn come_to(&self, world: &Path, place: &str) -> Result<Client, ControlError> {
        let exe = Path::new(env!("CARGO_BIN_EXE_rolecall"));
        Client::join_or_start(self.data.path(), &world.canonicalize().unwrap(), place, exe)
    }

    fn log(&self) -> String {
        fs::read_to_string(self.data.path().join("server.log")).unwrap()
    }

    fn verb(&self, words: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rolecall"));
        command.args(words).arg("--data").arg(self.data.path()).env_remove("ROLECALL_MASTER_KEY").output().unwrap()
    }

    /// Waits until no server is left.
    fn deserted(&self) {
        #[expect(clippy::disallowed_methods, reason = "a test may look at the clock")]
        let begun = Instant::now();
        while !matches!(Client::connect(self.data.path()), Err(ControlError::NoServer { .. })) {
            assert!(begun.elapsed() < Duration::from_secs(20), "the server stays: {}", self.log());
            thread::sleep(Duration::from_millis(20));
        }
    }
}

fn said(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn two_who_begin_at_once_get_one_server_which_ends_with_the_last() {
    let ground = Ground::new();
    let together = Barrier::new(4);
    let clients: Vec<Client> = thread::scope(|scope| {
        let come = || {
            together.wait();
            ground.come("task").unwrap()
        };
        let coming: Vec<_> = (0..4).map(|_| scope.spawn(come)).collect();
        coming.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let log = ground.log();
    assert_eq!(log.matches(" serving ").count(), 1, "{log}");
    let mut clients = clients.into_iter();
    let mut last = clients.next().unwrap();
    drop(clients);
    thread::sleep(Duration::from_millis(300));
    assert_eq!(last.outages().unwrap().len(), 1);
    drop(last);
    ground.deserted();
}

#[test]
fn whoever_comes_while_a_server_ends_gets_the_next() {
    let ground = Ground::new();
    // Each stays as long as a server's look takes, more or less, so that some come at the worst moment.
    thread::scope(|scope| {
        for visitor in 0..3 {
            let ground = &ground;
            scope.spawn(move || {
                for visit in 0..8 {
                    let mut client = ground.come("task").unwrap();
                    client.credentials("task").unwrap();
                    drop(client);
                    thread::sleep(Duration::from_millis(20 + 17 * (visitor + visit)));
                }
            });
        }
    });
    ground.deserted();
}

#[test]
fn a_visit_shorter_than_any_look_ends_the_server_as_well() {
    let ground = Ground::new();
    drop(ground.come("task").unwrap());
    ground.deserted();
}

#[test]
fn what_is_wrong_with_a_world_is_told_to_who_comes() {
    let ground = Ground::new();
    ground.write("[accounts");
    let error = ground.come("task").unwrap_err();
    assert!(matches!(error, ControlError::Stillborn { .. }), "{error}");
    assert!(error.to_string().contains("world.toml:1:"), "{error}");
    ground.write(WORLD);
    let client = ground.come("task").unwrap();
    // The world is read again for everybody who comes, and what was wrong harms nobody who is there.
    ground.write(&WORLD.replace("trust = \"worker.json\"", "trust = \"gone.json\""));
    let error = ground.come("task").unwrap_err();
    assert!(matches!(&error, ControlError::Refused(why) if why.contains("world.toml:8:")), "{error}");
    ground.write(&WORLD.replace("name = \"task\"", "name = \"job\""));
    let error = ground.come("task").unwrap_err();
    assert!(error.to_string().contains("has no place task"), "{error}");
    ground.come("job").unwrap().credentials("job").unwrap();
    let other = Ground::new();
    let error = ground.come_to(other.world.path(), "task").unwrap_err().to_string();
    assert!(error.contains("serves the world in") && error.contains("--data"), "{error}");
    drop(client);
    ground.deserted();
}

#[test]
fn a_place_is_handed_a_session_of_its_role_and_no_record_is_left() {
    let ground = Ground::new();
    let mut client = ground.come("task").unwrap();
    let (one, two) = (client.credentials("task").unwrap(), client.credentials("task").unwrap());
    assert!(one.access_key_id.starts_with("ASIA") && one.access_key_id != two.access_key_id);
    assert_ne!(one.session_token, two.session_token);
    assert_eq!(one.expires().millis() - one.issued().millis(), 6 * 3600 * 1000);
    assert_eq!(
        (one.role_arn.as_str(), one.account.as_str()),
        ("arn:aws:iam::111111111111:role/worker", "111111111111")
    );
    for (place, told) in [("bare", "the place bare has no role"), ("gone", "there is no place gone")] {
        assert_eq!(client.credentials(place).unwrap_err().to_string(), told);
    }
    let mut records = 0;
    let all = EventsWanted { limit: 10, ..EventsWanted::default() };
    client
        .another()
        .unwrap()
        .events(all, |_| {
            records += 1;
            true
        })
        .unwrap();
    assert_eq!(records, 0);
}

#[test]
fn a_header_that_is_none_is_refused() {
    let ground = Ground::new();
    let mut client = ground.come("task").unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    for header in [&b""[..], b"GET / HTTP/1.1\r\n\r\n", b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c"] {
        let error = client.listen(&listener, &[header.to_vec()]).unwrap_err();
        assert!(matches!(error, ControlError::Refused(_)), "{error}");
    }
}

#[test]
fn outages_are_listed_and_switched_by_name() {
    let ground = Ground::new();
    let (status, _, error) = said(&ground.verb(&["outage", "on", "dark"]));
    assert_eq!(status, Some(2));
    assert!(error.contains("no server runs") && error.contains("rolecall enter PLACE --world DIR"), "{error}");
    let client = ground.come("task").unwrap();
    let listed = || said(&ground.verb(&["outage", "list"])).1;
    let rest = "(2020-01-01T00:00:00Z to 2020-01-02T00:00:00Z)\n  us-east-1 cannot be reached from eu-west-1\n";
    assert_eq!(listed(), format!("dark: off, by its times {rest}"));
    assert_eq!(said(&ground.verb(&["outage", "on", "dark"])), (Some(0), String::new(), String::new()));
    assert_eq!(listed(), format!("dark: on, switched by hand {rest}"));
    let json = said(&ground.verb(&["outage", "list", "--json"])).1;
    let document: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(document["outages"][0]["on"], true);
    let (status, _, error) = said(&ground.verb(&["outage", "off", "dim"]));
    assert_eq!((status, error.as_str()), (Some(2), "rolecall: the world has no outage dim; it has: dark\n"));
    // Somebody else who comes changes nothing; a world without it does, and tells who watches.
    let (tell, told) = std::sync::mpsc::channel();
    let watching = client.another().unwrap();
    thread::spawn(move || watching.watch(|switched| tell.send(switched.len()).is_ok()));
    let hear = || told.recv_timeout(Duration::from_secs(10)).unwrap();
    assert_eq!(hear(), 1);
    drop(ground.come("task").unwrap());
    assert!(listed().starts_with("dark: on"));
    ground.write(WORLD.split("[[outage]]").next().unwrap());
    drop(ground.come("task").unwrap());
    assert_eq!(hear(), 0);
    assert_eq!(listed(), "the world has no [[outage]]\n");
    let (status, _, error) = said(&ground.verb(&["outage", "on", "dark"]));
    assert_eq!((status, error.as_str()), (Some(2), "rolecall: the world has no [[outage]]\n"));
}
