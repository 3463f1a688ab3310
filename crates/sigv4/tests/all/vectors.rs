//! AWS's own signing test suite, as data: every request it signs is taken, in the header and in the query string.

use crate::support::Owned;
use rolecall_names::Instant;
use rolecall_sigv4::{Endpoint, Refusal, SigningKey, check_scope, check_time, parse, verify};
use serde_json::Value;
use std::{fs, path::Path};

/// Signed with the path as it is, which only S3 wants: elsewhere such a signature must not fit.
const FOR_S3_ALONE: [&str; 6] = [
    "get-relative-relative-unnormalized",
    "get-relative-unnormalized",
    "get-slash-dot-slash-unnormalized",
    "get-slash-pointless-dot-unnormalized",
    "get-slash-unnormalized",
    "get-slashes-unnormalized",
];

/// The session token is added to the URL after signing, as AWS IoT alone wants it: here it is part of what is signed.
const FOR_IOT_ALONE: (&str, &str) = ("post-sts-header-after", "query-signed-request.txt");

fn check(folder: &Path, file: &str) -> Result<(), Refusal> {
    let context: Value = serde_json::from_str(&fs::read_to_string(folder.join("context.json")).unwrap()).unwrap();
    let field = |pointer: &str| context.pointer(pointer).and_then(Value::as_str);
    let request = Owned::read(&fs::read_to_string(folder.join(file)).unwrap());
    let now: Instant = field("/timestamp").unwrap().parse().unwrap();
    request.borrowed(|request| {
        let presented = parse(request)?;
        assert_eq!(presented.access_key_id(), field("/credentials/access_key_id").unwrap());
        assert_eq!(presented.session_token(), field("/credentials/token"));
        assert_eq!(presented.instant(), now);
        assert_eq!(presented.is_presigned(), file.starts_with("query"));
        check_time(&presented, now)?;
        let (region, service) = (field("/region").unwrap(), field("/service").unwrap());
        check_scope(&presented, &Endpoint { region, service, global: false })?;
        let key = SigningKey::derive(field("/credentials/secret_access_key").unwrap().as_bytes(), &presented);
        verify(request, &presented, &key)
    })
}

fn run(suite: &str, at_least: usize) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(suite);
    let mut taken = 0;
    let mut wrong = Vec::new();
    for folder in fs::read_dir(root).unwrap() {
        let folder = folder.unwrap().path();
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        for file in ["header-signed-request.txt", "query-signed-request.txt"] {
            let outcome = check(&folder, file);
            let elsewhere = FOR_S3_ALONE.contains(&name.as_str()) || (name.as_str(), file) == FOR_IOT_ALONE;
            let wanted = if elsewhere { Err(Refusal::Mismatch) } else { Ok(()) };
            if outcome != wanted {
                wrong.push(format!("{name}/{file}: {outcome:?}"));
            }
            taken += usize::from(outcome.is_ok());
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(taken >= at_least, "only {taken} requests of {suite} were tried");
}

#[test]
fn every_hmac_request_of_the_suite_is_taken() {
    run("v4", 63);
}

#[test]
fn every_key_pair_request_of_the_suite_is_taken() {
    run("v4a", 63);
}

#[test]
fn a_key_pair_s_signature_fits_nothing_else() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/v4a/get-vanilla");
    let request = Owned::read(&fs::read_to_string(folder.join("header-signed-request.txt")).unwrap());
    let outcome = |request: &Owned, secret: &str| {
        request.borrowed(|request| {
            let presented = parse(request)?;
            verify(request, &presented, &SigningKey::derive(secret.as_bytes(), &presented))
        })
    };
    let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    assert_eq!(outcome(&request, secret), Ok(()));
    assert_eq!(outcome(&request, "another"), Err(Refusal::Mismatch));
    for (from, to) in
        [("us-east-1", "us-east-2"), ("AKIDEXAMPLE", "AKIDEXAMPLF"), ("123600Z", "123601Z"), ("3046", "3045")]
    {
        let mut changed = request.clone();
        for (_, value) in &mut changed.headers {
            *value = value.replace(from, to);
        }
        assert_eq!(outcome(&changed, secret), Err(Refusal::Mismatch), "{from} -> {to}");
    }
    let shared =
        Owned::read(&fs::read_to_string(folder.join("../../v4/get-vanilla/header-signed-request.txt")).unwrap());
    let key = shared.borrowed(|request| SigningKey::derive(secret.as_bytes(), &parse(request).unwrap()));
    let mixed = request.borrowed(|request| verify(request, &parse(request).unwrap(), &key));
    assert_eq!(mixed, Err(Refusal::Mismatch), "a shared key is no key pair");
}
