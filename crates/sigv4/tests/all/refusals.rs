//! Requests that AWS refuses, each with the code, status and text it must get: `../refusals`, a file each.
//!
//! A file reads `STATUS CODE: MESSAGE`, an empty line, and the request; `OK` in the first line for one that is taken.
//! The server's clock stands at 2015-08-30T12:36:00Z; it is the STS of us-east-1, global where the Host says so.
use crate::support::Owned;
use rolecall_names::Instant;
use rolecall_sigv4::{Endpoint, Refusal, SigningKey, check_scope, check_time, parse, verify};
use std::{fs, path::Path};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

fn check(request: &Owned, global: bool) -> Result<(), Refusal> {
    let now: Instant = "2015-08-30T12:36:00Z".parse().unwrap();
    request.borrowed(|request| {
        let presented = parse(request)?;
        check_time(&presented, now)?;
        check_scope(&presented, &Endpoint { region: "us-east-1", service: "sts", global })?;
        verify(request, &presented, &SigningKey::derive(SECRET.as_bytes(), &presented))
    })
}

#[test]
fn every_refused_request_gets_the_words_of_aws() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/refusals");
    let mut wrong = String::new();
    let mut count = 0;
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let (wanted, request) = text.split_once("\n\n").unwrap();
        let global = request.contains("Host: sts.amazonaws.com\n");
        let got = match check(&Owned::read(request), global) {
            Ok(()) => "OK".to_owned(),
            Err(refusal) => {
                let fault = refusal.fault();
                format!("{} {}: {}", fault.status, fault.code, fault.message)
            }
        };
        if got.trim_end() != wanted {
            wrong += &format!("{}\n  wanted {wanted}\n  got    {got}\n", path.display());
        }
        count += 1;
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(count >= 30, "only {count} files");
}
