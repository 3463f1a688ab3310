//! Entering a place: how long it takes, and what calls from inside cost beside the same calls over loopback.

use crate::{
    clock::Watch,
    process,
    sign::{Credentials, Signer, form},
};
use anyhow::{Context, Result, bail};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

/// The aims: milliseconds to enter, and what a call from inside may cost of one over loopback.
const ENTERING: Duration = Duration::from_millis(150);
const RATIO: f64 = 1.3;

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// How often a place is entered.
    #[arg(long, default_value_t = 30)]
    entries: usize,
    /// Calls of one round.
    #[arg(long, default_value_t = 1_000)]
    calls: usize,
    /// Calls of one round with a connection each.
    #[arg(long, default_value_t = 200)]
    connections: usize,
    /// Rounds of each kind, inside and over loopback in turn.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// The binary of rolecall; built with cargo when left out.
    #[arg(long)]
    binary: Option<PathBuf>,
    /// Where the world and the data are written.
    #[arg(long, default_value = "target/bench/enter")]
    directory: PathBuf,
}

/// The client, which is run in both places.
#[derive(Debug, clap::Args)]
pub(crate) struct Calls {
    /// What is connected to.
    #[arg(long)]
    connect: String,
    /// The name the server is called by.
    #[arg(long)]
    host: String,
    /// The authority that is trusted.
    #[arg(long)]
    authority: PathBuf,
    /// How many calls.
    #[arg(long)]
    count: usize,
    /// A connection for each.
    #[arg(long)]
    fresh: bool,
}

/// How long a server may take to come up, or to answer.
const PATIENCE: Duration = Duration::from_secs(30);

const KEY: (&str, &str) = ("AKIABENCHENTER000000", "AnybodyMayReadThisSecretItOpensNothing00");
const HOST: &str = "sts.us-east-1.amazonaws.com";

pub(crate) fn run(options: &Options) -> Result<()> {
    let binary = options.binary.clone().map_or_else(|| process::built("rolecall-cli"), Ok)?.canonicalize()?;
    let directory = &options.directory;
    fs::create_dir_all(directory)?;
    let directory = directory.canonicalize()?;
    let (world, data) = (directory.join("world"), directory.join("data"));
    // Of what somebody else may have in there, nothing.
    for own in [&world, &data].into_iter().filter(|own| own.exists()) {
        fs::remove_dir_all(own)?;
    }
    write_world(&world)?;
    let (server, tls) = Serve::start(&binary, &world, &data)?;

    say("| | fastest | middle | slowest | |\n|---|---|---|---|---|");
    let enter = || {
        let mut command = Command::new(&binary);
        command.args(["enter", "task", "--world"]).arg(&world).arg("--data").arg(&data).arg("--");
        command
    };
    let plain = rounds(options.entries, || timed(Command::new(&binary).arg("--version")))?;
    row("a process of rolecall", &plain, "");
    let entered = rounds(options.entries, || timed(enter().arg("true")))?;
    row("entering a place, its server running", &entered, &format!("aim: under {ENTERING:?}"));

    let this = std::env::current_exe()?;
    let authority = data.join("tls/ca.pem");
    let calls = |command: &mut Command, connect: &str, count: usize, fresh: bool| {
        command.args(["calls", "--connect", connect, "--host", HOST, "--count"]).arg(count.to_string());
        command.arg("--authority").arg(&authority);
        if fresh {
            command.arg("--fresh");
        }
        told(command)
    };
    for (what, count, fresh) in [
        ("calls over one connection", options.calls, false),
        ("calls with a connection each", options.connections, true),
    ] {
        let (mut inside, mut outside) = (Vec::new(), Vec::new());
        for _ in 0..options.rounds.max(1) {
            inside.push(calls(enter().arg(&this), &format!("{HOST}:443"), count, fresh)?);
            outside.push(calls(&mut Command::new(&this), &tls, count, fresh)?);
        }
        inside.sort();
        outside.sort();
        let ratio = middle(&inside).as_secs_f64() / middle(&outside).as_secs_f64();
        row(&format!("{count} {what}, loopback"), &outside, "");
        row(&format!("{count} {what}, from inside"), &inside, &format!("{ratio:.2} of loopback; aim: at most {RATIO}"));
    }
    drop(server);
    Ok(())
}

fn rounds(count: usize, mut one: impl FnMut() -> Result<Duration>) -> Result<Vec<Duration>> {
    let mut taken = (0..count.max(1)).map(|_| one()).collect::<Result<Vec<_>>>()?;
    taken.sort();
    Ok(taken)
}

fn timed(command: &mut Command) -> Result<Duration> {
    let watch = Watch::start();
    let status = command.stdout(Stdio::null()).status()?;
    let took = watch.elapsed();
    if status.success() { Ok(took) } else { bail!("{command:?}: {status}") }
}

/// The time that the client says its calls took.
fn told(command: &mut Command) -> Result<Duration> {
    let output = command.stderr(Stdio::inherit()).output()?;
    let text = String::from_utf8(output.stdout)?;
    let nanoseconds: u64 = text.trim().parse().with_context(|| format!("{command:?} said {text:?}"))?;
    Ok(Duration::from_nanos(nanoseconds))
}

fn middle(sorted: &[Duration]) -> Duration {
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

fn row(what: &str, sorted: &[Duration], remark: &str) {
    let at = |index: usize| sorted.get(index).copied().unwrap_or_default();
    let (fastest, slowest) = (at(0), at(sorted.len().saturating_sub(1)));
    say(&format!("| {what} | {fastest:.1?} | {:.1?} | {slowest:.1?} | {remark} |", middle(sorted)));
}

/// The calls of one round, as the hidden subcommand; prints how long they took.
pub(crate) fn calls(options: &Calls) -> Result<()> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(&options.authority)?)?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let config = Arc::new(config);
    let connect = || -> Result<StreamOwned<ClientConnection, TcpStream>> {
        let stream = TcpStream::connect(&options.connect)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let name = ServerName::try_from(options.host.clone())?;
        Ok(StreamOwned::new(ClientConnection::new(config.clone(), name)?, stream))
    };
    let (access_key_id, secret) = (KEY.0.to_owned(), KEY.1.to_owned());
    let signer = Signer::new(Credentials { access_key_id, secret, session_token: None }, &options.host, "sts");
    let role = form("arn:aws:iam::111111111111:role/target");
    let request = signer.post(&format!("Action=AssumeRole&Version=2011-06-15&RoleArn={role}&RoleSessionName=bench"));
    // Once before, so that nobody pays for what is done once.
    let mut connection = connect()?;
    call(&mut connection, &request)?;
    let watch = Watch::start();
    for _ in 0..options.count {
        if options.fresh {
            connection = connect()?;
        }
        call(&mut connection, &request)?;
    }
    say(&watch.elapsed().as_nanos().to_string());
    Ok(())
}

fn call(connection: &mut (impl Read + Write), request: &[u8]) -> Result<()> {
    connection.write_all(request)?;
    let (mut reply, mut piece) = (Vec::new(), [0; 8192]);
    loop {
        let read = connection.read(&mut piece)?;
        reply.extend_from_slice(piece.get(..read).unwrap_or_default());
        if let Some(head) = memchr::memmem::find(&reply, b"\r\n\r\n") {
            let text = str::from_utf8(reply.get(..head).unwrap_or_default())?.to_ascii_lowercase();
            let length = text.lines().find_map(|line| line.strip_prefix("content-length:"));
            let length: usize = length.context("a reply without a length")?.trim().parse()?;
            if reply.len() >= head + 4 + length {
                if !text.starts_with("http/1.1 200") {
                    bail!("{}", String::from_utf8_lossy(&reply));
                }
                return Ok(());
            }
        }
        if read == 0 {
            bail!("the connection ended within a reply");
        }
    }
}

/// The server both kinds of calls go to.
struct Serve(Child);

impl Serve {
    fn start(binary: &Path, world: &Path, data: &Path) -> Result<(Self, String)> {
        let mut command = Command::new(binary);
        command.args(["serve", "--listen", "127.0.0.1:0", "--tls-listen", "127.0.0.1:0", "--log-json", "--world"]);
        command.arg(world).arg("--data").arg(data).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        let lines = child.stderr.take().map(|stderr| BufReader::new(stderr).lines()).into_iter().flatten();
        let lines = lines.map_while(Result::ok);
        let address = |line: &String| {
            let line = line.contains("\"serving\"").then_some(line)?;
            Some(line.split_once("\"tls\":\"")?.1.split('"').next()?.to_owned())
        };
        let server = Self(child);
        let (tell, told) = std::sync::mpsc::channel();
        // What is logged later has to go somewhere, too.
        std::thread::spawn(move || lines.filter_map(|line| address(&line)).for_each(|found| drop(tell.send(found))));
        let found = told.recv_timeout(PATIENCE).context("the server did not come up")?;
        Ok((server, found))
    }
}

impl Drop for Serve {
    fn drop(&mut self) {
        process::end(&mut self.0);
    }
}

fn write_world(world: &Path) -> Result<()> {
    fs::create_dir_all(world)?;
    let text = WORLD.replace("KEY", KEY.0).replace("SECRET", KEY.1);
    fs::write(world.join("world.toml"), text)?;
    fs::write(world.join("trust.json"), TRUST)?;
    fs::write(world.join("assume.json"), ASSUME)?;
    Ok(())
}

const WORLD: &str = r#"
[accounts.main]
id = "111111111111"

[[user]]
account = "main"
name = "bench"
policies = ["assume.json"]
access_key = { id = "KEY", secret = "SECRET" }

[[role]]
account = "main"
name = "target"
trust = "trust.json"

[[vpc]]
account = "main"
region = "us-east-1"
id = "vpc-1"
cidr = "10.0.0.0/16"

[[subnet]]
id = "subnet-1"
vpc = "vpc-1"
cidr = "10.0.1.0/24"
routes = []

[[vpc_endpoint]]
id = "vpce-0sts"
vpc = "vpc-1"
service = "com.amazonaws.us-east-1.sts"
addresses = { subnet-1 = "10.0.1.77" }

[[place]]
name = "task"
account = "main"
kind = "ecs-task"
subnet = "subnet-1"
address = "10.0.1.20"
"#;

const TRUST: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111111111111:user/bench" }, "Action": "sts:AssumeRole" }
  ]
}
"#;

const ASSUME: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [{ "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*" }]
}
"#;

#[expect(clippy::print_stdout, reason = "the table is what this is run for")]
fn say(text: &str) {
    println!("{text}");
}
