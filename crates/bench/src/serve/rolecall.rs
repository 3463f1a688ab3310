//! Rolecall itself: built, started on an empty data directory, given a user and a role to assume.

use super::{
    operation::{Caller, assume_role},
    table::say,
};
use crate::{
    http::exchange,
    process::{Server, built, disk_use},
    sign::{Credentials, Signer, form},
};
use anyhow::{Context, Result, bail};
use std::{fs, path::Path, process::Command, time::Duration};

const EXTERNAL_ID: &str = "7Q2kT9-bench";

/// The server under measurement.
#[derive(Debug)]
pub(crate) struct Rolecall {
    server: Server,
    root: Credentials,
}

impl Rolecall {
    pub(crate) fn start(binary: Option<&Path>, data: &Path, core: usize) -> Result<Self> {
        let binary = binary.map_or_else(|| built("rolecall-cli"), |given| Ok(given.to_owned()))?;
        if data.exists() {
            fs::remove_dir_all(data).with_context(|| format!("emptying {}", data.display()))?;
        }
        fs::create_dir_all(data)?;
        let mut command = Command::new(&binary);
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(data);
        // What it would log of each call goes to its standard error; warnings are enough here.
        command.env("RUST_LOG", "warn");
        let server = Server::start(&mut command, core)?;
        let root = read_credentials(&data.join("credentials"))?;
        Ok(Self { server, root })
    }

    pub(crate) fn server(&self) -> &Server {
        &self.server
    }

    /// Makes a user who may assume a role, and a role that trusts the user on condition of an external id.
    pub(crate) fn caller(&self) -> Result<Caller> {
        let iam = |body: &str| self.call(&self.root, "iam", &format!("{body}&Version=2010-05-08"));
        let created = iam("Action=CreateUser&UserName=bench")?;
        let user_arn = between(&created, "Arn")?;
        let account = user_arn.split(':').nth(4).context("an ARN without an account")?;
        let role_arn = format!("arn:aws:iam::{account}:role/bench-target");
        let trust = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"{user_arn}"}},"Action":"sts:AssumeRole","Condition":{{"StringEquals":{{"sts:ExternalId":"{EXTERNAL_ID}"}}}}}}]}}"#
        );
        let may = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"{role_arn}"}}]}}"#
        );
        iam(&format!("Action=CreateRole&RoleName=bench-target&AssumeRolePolicyDocument={}", form(&trust)))?;
        iam(&format!("Action=PutUserPolicy&UserName=bench&PolicyName=assume&PolicyDocument={}", form(&may)))?;
        let user = credentials(&iam("Action=CreateAccessKey&UserName=bench")?)?;
        let session = credentials(&self.call(&user, "sts", &assume_role(&role_arn, EXTERNAL_ID, "bench"))?)?;
        Ok(Caller { user, session, role_arn, external_id: EXTERNAL_ID.to_owned() })
    }

    fn call(&self, by: &Credentials, service: &str, body: &str) -> Result<String> {
        let address = self.server.address;
        let request = Signer::new(by.clone(), address, service).post(body);
        match exchange(address, &request)? {
            (200, text) => Ok(text),
            (status, text) => bail!("{status} {text} (to {body})"),
        }
    }

    /// Waits until the data directory has stopped growing and shrinking, for a minute at most.
    pub(crate) fn settle(&self, data: &Path) -> Result<()> {
        let mut before = disk_use(data)?;
        for _ in 0..30 {
            std::thread::sleep(Duration::from_secs(2));
            let now = disk_use(data)?;
            if now == before {
                return Ok(());
            }
            before = now;
        }
        say("the data directory was still changing after a minute");
        Ok(())
    }
}

/// Reads the `default` profile, the first of an AWS credentials file.
fn read_credentials(file: &Path) -> Result<Credentials> {
    let text = fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    let value = |wanted: &str| {
        let found = text.lines().find_map(|line| {
            let (name, value) = line.split_once('=')?;
            (name.trim() == wanted).then(|| value.trim().to_owned())
        });
        found.with_context(|| format!("no {wanted} in {}", file.display()))
    };
    Ok(Credentials {
        access_key_id: value("aws_access_key_id")?,
        secret: value("aws_secret_access_key")?,
        session_token: None,
    })
}

/// The credentials in an answer of CreateAccessKey or AssumeRole.
fn credentials(answer: &str) -> Result<Credentials> {
    Ok(Credentials {
        access_key_id: between(answer, "AccessKeyId")?.to_owned(),
        secret: between(answer, "SecretAccessKey")?.to_owned(),
        session_token: between(answer, "SessionToken").ok().map(str::to_owned),
    })
}

/// The text of the first element of that name.
fn between<'a>(answer: &'a str, element: &str) -> Result<&'a str> {
    let found = answer
        .split_once(&format!("<{element}>"))
        .and_then(|(_, rest)| rest.split_once(&format!("</{element}>")))
        .map(|(text, _)| text.trim());
    found.with_context(|| format!("no {element} in {answer}"))
}
