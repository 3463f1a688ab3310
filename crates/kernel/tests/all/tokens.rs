//! Tokens: changed, spent, orphaned, beside another key, as large as they may be.

use crate::{
    house::{A, House, Said},
    sign::{self, Key, Scope},
};

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:user/nobody"},"Action":["sts:AssumeRole","sts:TagSession"]}}"#;
const INVALID: &str = "The security token included in the request is invalid";
/// The same for a key, which AWS ends with a full stop.
const UNKNOWN: &str = "The security token included in the request is invalid.";

fn house_with_role() -> House {
    let mut house = House::new();
    house.call("admin", "CreateRole", &[("RoleName", "app"), ("AssumeRolePolicyDocument", TRUST)]).done();
    house
}

fn assume(house: &mut House, more: &[(&str, &str)]) -> Said {
    let arn = format!("arn:aws:iam::{A}:role/app");
    let parameters: Vec<(&str, &str)> =
        [("RoleArn", &*arn), ("RoleSessionName", "night")].into_iter().chain(more.iter().copied()).collect();
    house.call("nobody", "AssumeRole", &parameters)
}

#[track_caller]
fn refused(said: &Said, code: &str, message: &str) {
    assert_eq!((said.status, said.code(), said.message()), (403, code, message));
    assert_eq!(said.events.len(), 0);
}

#[test]
fn a_token_changed_in_any_place_is_invalid() {
    let mut house = house_with_role();
    let key = assume(&mut house, &[]).done().credentials();
    let token = key.token.clone().unwrap();
    house.call_with(&key, "GetCallerIdentity", &[]).done();
    for place in 0..token.len() {
        let mut changed = token.clone().into_bytes();
        changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
        let changed = Key { token: Some(String::from_utf8(changed).unwrap()), ..key.clone() };
        refused(&house.call_with(&changed, "GetCallerIdentity", &[]), "InvalidClientTokenId", INVALID);
    }
    for changed in [String::new(), "x".to_owned(), token[..token.len() - 4].to_owned(), format!("{token}AAAA")] {
        let changed = Key { token: Some(changed), ..key.clone() };
        refused(&house.call_with(&changed, "GetCallerIdentity", &[]), "InvalidClientTokenId", INVALID);
    }
    let none = Key { token: None, ..key };
    refused(&house.call_with(&none, "GetCallerIdentity", &[]), "InvalidClientTokenId", UNKNOWN);
}

#[test]
fn a_token_belongs_to_its_key_and_its_secret() {
    let mut house = house_with_role();
    let one = assume(&mut house, &[]).done().credentials();
    let other = assume(&mut house, &[]).done().credentials();
    assert_ne!((&one.id, &one.secret), (&other.id, &other.secret));
    let swapped = Key { token: other.token.clone(), ..one.clone() };
    refused(&house.call_with(&swapped, "GetCallerIdentity", &[]), "InvalidClientTokenId", INVALID);
    let foreign = Key { secret: other.secret, ..one.clone() };
    assert_eq!(house.call_with(&foreign, "GetCallerIdentity", &[]).code(), "SignatureDoesNotMatch");
    let long_term = Key { token: one.token, ..house.callers["nobody"].clone() };
    refused(&house.call_with(&long_term, "GetCallerIdentity", &[]), "InvalidClientTokenId", UNKNOWN);
}

#[test]
fn a_token_ends_when_it_said_it_would() {
    let mut house = house_with_role();
    let key = assume(&mut house, &[("DurationSeconds", "900")]).done().credentials();
    house.now = house.now.plus_seconds(899);
    house.call_with(&key, "GetCallerIdentity", &[]).done();
    house.now = house.now.plus_seconds(1);
    let text = "The security token included in the request is expired";
    refused(&house.call_with(&key, "GetCallerIdentity", &[]), "ExpiredToken", text);
}

#[test]
fn the_sessions_of_what_is_deleted_end_and_a_namesake_has_no_part_in_them() {
    let mut house = house_with_role();
    let role = assume(&mut house, &[]).done().credentials();
    let user = house.call("nobody", "GetSessionToken", &[]).done().credentials();
    house.call("admin", "DeleteRole", &[("RoleName", "app")]).done();
    refused(&house.call_with(&role, "GetCallerIdentity", &[]), "InvalidClientTokenId", INVALID);
    house.call("admin", "CreateRole", &[("RoleName", "app"), ("AssumeRolePolicyDocument", TRUST)]).done();
    refused(&house.call_with(&role, "GetCallerIdentity", &[]), "InvalidClientTokenId", INVALID);
    house.call_with(&user, "GetCallerIdentity", &[]).done();
    let id = house.callers["nobody"].id.clone();
    house.call("admin", "DeleteAccessKey", &[("UserName", "nobody"), ("AccessKeyId", &id)]).done();
    house.call("admin", "DeleteUser", &[("UserName", "nobody")]).done();
    refused(&house.call_with(&user, "GetCallerIdentity", &[]), "InvalidClientTokenId", INVALID);
}

#[test]
fn a_code_given_to_assume_role_counts_for_the_trust_policy_once_and_is_spent_even_when_refused() {
    let mut house = house_with_role();
    let trust = TRUST.replace(
        r#""sts:TagSession"]}"#,
        r#""sts:TagSession"],"Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}"#,
    );
    house.call("admin", "UpdateAssumeRolePolicy", &[("RoleName", "app"), ("PolicyDocument", &trust)]).done();
    let serial = with_device(&mut house, "nobody");
    assert_eq!(assume(&mut house, &[]).code(), "AccessDenied");
    let code = house.code(&serial, 1);
    let given = [("SerialNumber", &*serial), ("TokenCode", &*code)];
    let said = assume(&mut house, &given).done();
    assert!(said.events[0]["requestParameters"]["tokenCode"].is_null());
    // A role's session does not tell that there was a code.
    let said = house.call_with(&said.credentials(), "GetCallerIdentity", &[]).done();
    assert_eq!(said.events[0]["userIdentity"]["sessionContext"]["attributes"]["mfaAuthenticated"], "false");
    let spent = "MultiFactorAuthentication failed with invalid MFA one time pass code.";
    assert_eq!(assume(&mut house, &given).message(), spent);

    house.now = house.now.plus_seconds(60);
    let code = house.code(&serial, 0);
    let given = [("SerialNumber", &*serial), ("TokenCode", &*code)];
    let other = [("RoleArn", "arn:aws:iam::111111111111:role/none"), ("RoleSessionName", "night")];
    let said = house.call("nobody", "AssumeRole", &[other, given].concat());
    assert_eq!((said.code(), said.changes), ("AccessDenied", 1));
    assert_eq!(assume(&mut house, &given).message(), spent);
    // Another user's device proves nothing.
    let text = "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number \
                is valid and associated with this user.";
    assert_eq!(house.call("admin", "GetSessionToken", &given).message(), text);
}

/// The serial number of a device that `user` holds; the codes up to now are spent.
fn with_device(house: &mut House, user: &str) -> String {
    let serial = format!("arn:aws:iam::{A}:mfa/phone");
    house.call("admin", "CreateVirtualMFADevice", &[("VirtualMFADeviceName", "phone")]).done();
    let (first, second) = (house.code(&serial, -1), house.code(&serial, 0));
    let codes = [("AuthenticationCode1", &*first), ("AuthenticationCode2", &*second)];
    let parameters: Vec<_> = [("UserName", user), ("SerialNumber", &*serial)].into_iter().chain(codes).collect();
    house.call("admin", "EnableMFADevice", &parameters).done();
    serial
}

#[test]
fn iam_knows_the_token_of_a_user_s_own_session_only_with_an_mfa_code() {
    let mut house = House::new();
    for caller in ["admin", "root"] {
        let plain = house.call(caller, "GetSessionToken", &[]).done().credentials();
        refused(&house.call_with(&plain, "ListUsers", &[]), "InvalidClientTokenId", INVALID);
        house.call_with(&plain, "GetCallerIdentity", &[]).done();
    }
    let serial = with_device(&mut house, "admin");
    let code = house.code(&serial, 1);
    let parameters = [("SerialNumber", &*serial), ("TokenCode", &*code)];
    let with_code = house.call("admin", "GetSessionToken", &parameters).done().credentials();
    house.call_with(&with_code, "ListUsers", &[]).done();
}

/// Tags that a compressor can do little about: `count` of them, as long as they may be.
fn tags(count: usize) -> Vec<(String, String)> {
    use sha2::{Digest, Sha256};
    let noise = |seed: usize, length: usize| -> String {
        let digests =
            (0..8u8).flat_map(|part| Sha256::digest([seed.to_be_bytes().as_slice(), &[part]].concat()).to_vec());
        digests.map(|byte| char::from(b'a' + byte % 26)).take(length).collect()
    };
    (1..=count)
        .flat_map(|tag| {
            let (key, value) = (format!("Tags.member.{tag}.Key"), format!("Tags.member.{tag}.Value"));
            [(key, noise(tag, 128)), (value, noise(1000 + tag, 256))]
        })
        .collect()
}

#[test]
fn the_largest_token_fits_a_header_and_a_presigned_url_and_a_larger_one_is_refused() {
    let mut house = house_with_role();
    let mut largest: Option<(Key, u32)> = None;
    let mut too_large = None;
    for count in 1..=50 {
        let tags = tags(count);
        let borrowed: Vec<(&str, &str)> = tags.iter().map(|(name, value)| (&**name, &**value)).collect();
        let said = assume(&mut house, &borrowed);
        if said.fault.is_some() {
            too_large = Some(said);
            break;
        }
        largest = Some((said.credentials(), said.element("PackedPolicySize").unwrap().parse().unwrap()));
    }
    let said = too_large.unwrap();
    assert_eq!((said.status, said.code()), (400, "PackedPolicyTooLarge"));
    assert!(said.message().starts_with("Packed policy consumes 1"), "{}", said.message());
    let (key, percent) = largest.unwrap();
    let token = key.token.clone().unwrap();
    assert!((3500..=4096).contains(&token.len()) && (80..=100).contains(&percent), "{} {percent}", token.len());
    house.call_with(&key, "GetCallerIdentity", &[]).done();
    let scope = Scope { region: "us-east-1", service: "sts", now: house.now };
    let parameters = [("Action", "GetCallerIdentity"), ("Version", "2011-06-15")];
    let host = house.host.clone();
    let query = sign::presigned(&key, scope, &host, &parameters);
    house.send("GET", &query, &[("host".to_owned(), host)], "").done();
}

#[test]
fn a_reply_tells_how_large_its_token_is_and_how_much_of_the_room_that_takes() {
    let mut house = house_with_role();
    for (least, utilization) in [("0", None), ("2048", Some("50")), ("2049", Some("51")), ("4096", Some("100"))] {
        let session = house.call("nobody", "GetSessionToken", &[("MinimumSessionTokenSize", least)]);
        for said in [assume(&mut house, &[("MinimumSessionTokenSize", least)]), session] {
            let said = said.done();
            let token = said.credentials().token.unwrap();
            assert!(token.len() >= least.parse().unwrap(), "{least}: {}", token.len());
            assert_eq!(said.element("SessionTokenSize"), Some(token.len().to_string()), "{least}");
            let told = said.element("SessionTokenUtilization").unwrap();
            assert_eq!(told, (token.len() * 100).div_ceil(4096).to_string(), "{least}");
            assert!(utilization.is_none_or(|wanted| wanted == told), "{least}: {told}");
        }
    }
}
