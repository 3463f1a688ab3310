//! `signature`: what checking one signature costs, step by step.

use crate::{
    clock::{Watch, now},
    cores::{Cores, pinned},
    sign::{Credentials, Signer},
};
use anyhow::{Context, Result};
use comfy_table::{CellAlignment, Table, presets};
use rolecall_sigv4::{Endpoint, Request, SigningKey, check_scope, check_time, parse, verify};
use std::{hint::black_box, net::SocketAddr};

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// How often each step is taken in one round; of five rounds the quickest counts.
    #[arg(long, default_value_t = 100_000)]
    times: u32,
}

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const BODY: &str = "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A222222222222%3Arole%2Frole-b\
    &RoleSessionName=bench-00000000&ExternalId=7Q2kT9-bench";

pub(crate) fn run(options: &Options) -> Result<()> {
    pinned(Cores::choose()?.server, || steps(options))?
}

#[expect(clippy::print_stdout, reason = "the table is what the command is run for")]
fn steps(options: &Options) -> Result<()> {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN);
    table.set_header(["signed AssumeRole", "read", "time and scope", "verify", "derive the key"]);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    for (name, token) in [("by a user", None), ("by a session", Some("x".repeat(600)))] {
        let bytes = signed(token)?;
        let (head, body) = bytes.split_once("\r\n\r\n").context("a head")?;
        let headers: Vec<(&str, &str)> = head.split("\r\n").filter_map(|line| line.split_once(": ")).collect();
        let request = Request { method: "POST", path: "/", query: "", headers: &headers, body: body.as_bytes() };
        let presented = parse(&request)?;
        let key = SigningKey::derive(SECRET.as_bytes(), &presented);
        verify(&request, &presented, &key)?;
        let (now, endpoint) = (now(), Endpoint { region: "us-east-1", service: "sts", global: true });
        let time = |step: &mut dyn FnMut()| each(options.times, step);
        table.add_row([
            name.to_owned(),
            time(&mut || drop(black_box(parse(black_box(&request))))),
            time(&mut || drop(black_box((check_time(&presented, now), check_scope(&presented, &endpoint))))),
            time(&mut || drop(black_box(verify(black_box(&request), &presented, &key)))),
            time(&mut || drop(black_box(SigningKey::derive(SECRET.as_bytes(), &presented)))),
        ]);
    }
    println!("{table}");
    Ok(())
}

/// A request as text, signed now.
fn signed(session_token: Option<String>) -> Result<String> {
    let credentials =
        Credentials { access_key_id: "AKIAIOSFODNN7EXAMPLE".into(), secret: SECRET.into(), session_token };
    let address: SocketAddr = "127.0.0.1:4566".parse()?;
    Ok(String::from_utf8(Signer::new(credentials, address, "sts").post(BODY))?)
}

/// Nanoseconds of one step.
fn each(times: u32, step: &mut dyn FnMut()) -> String {
    let round = |step: &mut dyn FnMut()| {
        let watch = Watch::start();
        (0..times).for_each(|_| step());
        watch.elapsed()
    };
    let best = (0..5).map(|_| round(step)).min().unwrap_or_default();
    format!("{} ns", best.as_nanos() / u128::from(times.max(1)))
}
