//! The doctor on a large world: `check` and `upgrade` over every call of it, `explain` of one, each as a process.

use crate::{clock::Watch, process};
use anyhow::{Context, Result, bail};
use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Accounts of the world.
    #[arg(long, default_value_t = 1_000)]
    accounts: usize,
    /// Roles of each account.
    #[arg(long, default_value_t = 100)]
    roles: usize,
    /// Calls of the world.
    #[arg(long, default_value_t = 10_000)]
    calls: usize,
    /// How often each is run; the middle one counts.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// The binary of rolecall; built with cargo when left out.
    #[arg(long)]
    binary: Option<PathBuf>,
    /// Where the world is written.
    #[arg(long, default_value = "target/bench/world")]
    world: PathBuf,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let binary = match &options.binary {
        Some(binary) => binary.clone(),
        None => process::built("rolecall-cli")?,
    };
    write(options)?;
    let world = options.world.to_str().context("the world's path is no text")?;
    let verbs: [(&str, Vec<&str>); 3] = [
        ("check", vec!["check", "--world", world]),
        ("upgrade", vec!["upgrade", "--world", world, "--client", "boto3==1.40.0"]),
        ("explain, a story", vec!["explain", "daily-batch", "--world", "examples/story-1"]),
    ];
    say(&format!(
        "{} accounts of {} roles each, {} calls\n\n| verb | fastest | middle | slowest |\n|---|---|---|---|",
        options.accounts, options.roles, options.calls
    ));
    for (name, arguments) in verbs {
        let mut taken = (0..options.rounds.max(1)).map(|_| once(&binary, &arguments)).collect::<Result<Vec<_>>>()?;
        taken.sort();
        let at = |index: usize| taken.get(index).copied().unwrap_or_default();
        say(&format!("| {name} | {:?} | {:?} | {:?} |", at(0), at(taken.len() / 2), at(taken.len() - 1)));
    }
    Ok(())
}

fn once(binary: &Path, arguments: &[&str]) -> Result<Duration> {
    let watch = Watch::start();
    let status = Command::new(binary).args(arguments).stdout(Stdio::null()).status()?;
    let took = watch.elapsed();
    match status.code() {
        Some(0 | 1) => Ok(took),
        _ => bail!("{} {}: {status}", binary.display(), arguments.join(" ")),
    }
}

/// A world in which every call goes through one NAT gateway, and would go through an endpoint after an upgrade.
fn write(options: &Options) -> Result<()> {
    let Options { accounts, roles, calls, world, .. } = options;
    fs::create_dir_all(world)?;
    let mut text = String::new();
    for account in 0..*accounts {
        writeln!(text, "[accounts.a{account}]\nid = \"{:012}\"\n", account + 1)?;
    }
    for account in 0..*accounts {
        for role in 0..*roles {
            let trust = account % 50;
            writeln!(
                text,
                "[[role]]\naccount = \"a{account}\"\nname = \"role-{role}\"\ntrust = \"trust-{trust}.json\"\npolicies = \
                 [\"assume.json\"]\n"
            )?;
        }
    }
    text.push_str(NETWORK);
    let places = (*accounts).min(100);
    for place in 0..places {
        writeln!(
            text,
            "[[place]]\nname = \"place-{place}\"\naccount = \"a{place}\"\nkind = \"ec2\"\nsubnet = \
             \"subnet-private\"\naddress = \"10.0.1.{}\"\nrole = \"role-{}\"\n",
            place + 100,
            place % roles
        )?;
    }
    for call in 0..*calls {
        writeln!(
            text,
            "[[call]]\nname = \"call-{call}\"\nplace = \"place-{}\"\nclient = \"boto3==1.39.17\"\nregion = \
             \"ap-northeast-1\"\nassume = \"arn:aws:iam::{:012}:role/role-{}\"\nsession_name = \"s{call}\"\nexpect = \
             \"allowed\"\n",
            call % places,
            call % accounts + 1,
            call % roles
        )?;
    }
    fs::write(world.join("world.toml"), text)?;
    fs::write(world.join("assume.json"), ASSUME)?;
    for trust in 0..50 {
        let roots: Vec<String> =
            (0..places).map(|account| format!("\"arn:aws:iam::{:012}:root\"", account + 1)).collect();
        fs::write(world.join(format!("trust-{trust}.json")), TRUST.replace("ROOTS", &roots.join(", ")))?;
    }
    Ok(())
}

const NETWORK: &str = r#"
[[vpc]]
account = "a0"
region = "ap-northeast-1"
id = "vpc-1"
cidr = "10.0.0.0/16"

[[internet_gateway]]
id = "igw-1"
vpc = "vpc-1"

[[subnet]]
id = "subnet-public"
vpc = "vpc-1"
cidr = "10.0.0.0/24"
routes = [{ to = "0.0.0.0/0", via = "igw-1" }]

[[nat_gateway]]
id = "nat-1"
subnet = "subnet-public"
public_ip = "203.0.113.10"

[[subnet]]
id = "subnet-private"
vpc = "vpc-1"
cidr = "10.0.1.0/24"
routes = [{ to = "0.0.0.0/0", via = "nat-1" }]

[[vpc_endpoint]]
id = "vpce-0sts"
vpc = "vpc-1"
service = "com.amazonaws.ap-northeast-1.sts"
addresses = { subnet-private = "10.0.1.77" }

"#;

const ASSUME: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [{ "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*" }]
}
"#;

const TRUST: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": { "AWS": [ROOTS] },
      "Action": "sts:AssumeRole",
      "Condition": { "IpAddress": { "aws:SourceIp": "203.0.113.10/32" } }
    }
  ]
}
"#;

#[expect(clippy::print_stdout, reason = "the table is what this is run for")]
fn say(text: &str) {
    println!("{text}");
}
