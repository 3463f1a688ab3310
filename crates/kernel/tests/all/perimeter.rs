//! What a signature, an endpoint and a Region decide before anybody asks a policy.

use crate::{
    house::{A, B, House, Said},
    sign::{self, Key, Scope},
};
use rolecall_directory::TokenVersion;
use rolecall_names::Region;

const TRUST_NOBODY: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:user/nobody"},"Action":"sts:AssumeRole"}}"#;

fn region(name: &str) -> Region {
    name.parse().unwrap()
}

fn house_with_role() -> House {
    let mut house = House::new();
    let parameters = [("RoleName", "app"), ("AssumeRolePolicyDocument", TRUST_NOBODY)];
    house.call("admin", "CreateRole", &parameters).done();
    house
}

fn at(house: &mut House, host: &str, region: &str) {
    house.host = host.to_owned();
    house.region = region.to_owned();
}

fn assume(house: &mut House) -> Said {
    let arn = format!("arn:aws:iam::{A}:role/app");
    house.call("nobody", "AssumeRole", &[("RoleArn", &arn), ("RoleSessionName", "night")])
}

#[track_caller]
fn refused(said: &Said, status: u16, code: &str, message: &str) {
    assert_eq!((said.status, said.code(), said.message()), (status, code, message));
}

#[test]
fn a_wrong_signature_is_refused_and_leaves_no_record() {
    let mut house = House::new();
    let wrong = Key { secret: "wrong".to_owned(), ..house.callers["admin"].clone() };
    for operation in ["GetCallerIdentity", "ListUsers"] {
        let said = house.call_with(&wrong, operation, &[]);
        assert_eq!((said.status, said.code(), said.events.len()), (403, "SignatureDoesNotMatch", 0));
    }
    let unknown = Key { id: "AKIAIOSFODNN7EXAMPLE".to_owned(), ..wrong };
    let said = house.call_with(&unknown, "GetCallerIdentity", &[]);
    refused(&said, 403, "InvalidClientTokenId", "The security token included in the request is invalid.");
}

#[test]
fn an_inactive_or_deleted_key_is_unknown() {
    let mut house = House::new();
    let id = house.callers["nobody"].id.clone();
    for change in ["UpdateAccessKey", "DeleteAccessKey"] {
        let mut parameters = vec![("UserName", "nobody"), ("AccessKeyId", &*id)];
        if change == "UpdateAccessKey" {
            parameters.push(("Status", "Inactive"));
        }
        house.call("admin", change, &parameters).done();
        let said = house.call("nobody", "GetCallerIdentity", &[]);
        refused(&said, 403, "InvalidClientTokenId", "The security token included in the request is invalid.");
    }
}

#[test]
fn a_presigned_identity_is_told_and_recorded() {
    let mut house = House::new();
    let scope = Scope { region: "us-east-1", service: "sts", now: house.now };
    let parameters = [("Action", "GetCallerIdentity"), ("Version", "2011-06-15")];
    let host = house.host.clone();
    let query = sign::presigned(&house.callers["nobody"], scope, &host, &parameters);
    let headers = [("Host".to_owned(), host)];
    let said = house.send("GET", &query, &headers, "").done();
    assert_eq!(said.element("Arn").unwrap(), format!("arn:aws:iam::{A}:user/nobody"));
    assert_eq!(said.events[0]["userIdentity"]["userName"], "nobody");
    let said = house.send("GET", &query.replace("X-Amz-Signature=", "X-Amz-Signature=0"), &headers, "");
    assert_eq!((said.code(), said.events.len()), ("SignatureDoesNotMatch", 0));
    house.now = house.now.plus_seconds(16 * 60);
    assert_eq!(house.send("GET", &query, &headers, "").code(), "SignatureDoesNotMatch");
}

#[test]
fn the_global_endpoint_records_in_virginia_and_a_regional_one_where_it_is() {
    let mut house = house_with_role();
    let cases = [
        ("sts.amazonaws.com", "us-east-1", "global"),
        ("sts.us-east-1.amazonaws.com", "us-east-1", "regional"),
        ("sts.eu-west-1.amazonaws.com", "eu-west-1", "regional"),
        ("sts.eu-west-1.localhost:4566", "eu-west-1", "regional"),
    ];
    for (host, name, kind) in cases {
        at(&mut house, host, name);
        let said = assume(&mut house).done();
        assert_eq!(said.events[0]["awsRegion"], name, "{host}");
        assert_eq!(said.events[0]["additionalEventData"]["RequestDetails"]["endpointType"], kind, "{host}");
    }
    // Near Amazon's resolver the global endpoint is served in the Region, and still recorded in Virginia.
    at(&mut house, "sts.amazonaws.com", "us-east-1");
    house.way.global_served_in = region("eu-north-1");
    let said = assume(&mut house).done();
    assert_eq!(said.events[0]["awsRegion"], "us-east-1");
    assert_eq!(said.events[0]["additionalEventData"]["RequestDetails"]["awsServingRegion"], "eu-north-1");
}

#[test]
fn policies_see_the_endpoint_s_region() {
    let mut house = house_with_role();
    let trust = TRUST_NOBODY.replace(
        r#""sts:AssumeRole"}"#,
        r#""sts:AssumeRole","Condition":{"StringEquals":{"aws:RequestedRegion":"eu-west-1"}}}"#,
    );
    let parameters = [("RoleName", "app"), ("PolicyDocument", &*trust)];
    house.call("admin", "UpdateAssumeRolePolicy", &parameters).done();
    assert_eq!(assume(&mut house).code(), "AccessDenied");
    at(&mut house, "sts.eu-west-1.amazonaws.com", "eu-west-1");
    assume(&mut house).done();
}

#[test]
fn a_deactivated_region_makes_no_credentials_for_the_role_s_account() {
    let mut house = house_with_role();
    house.prefer(|preferences| preferences.deactivated.extend([region("us-west-1")]));
    at(&mut house, "sts.us-west-1.amazonaws.com", "us-west-1");
    let text = format!(
        "STS is not activated in this region for account:{A}. Your account administrator can activate STS in this \
         region using the IAM Console."
    );
    let said = assume(&mut house);
    refused(&said, 403, "RegionDisabledException", &text);
    assert_eq!(said.events[0]["errorCode"], "RegionDisabledException");
    refused(&house.call("nobody", "GetSessionToken", &[]), 403, "RegionDisabledException", &text);
    // Nothing else is switched off.
    house.call("nobody", "GetCallerIdentity", &[]).done();
    at(&mut house, "sts.us-west-2.amazonaws.com", "us-west-2");
    assume(&mut house).done();
}

#[test]
fn an_opt_in_region_knows_the_account_once_it_opted_in_and_then_version_2_tokens_only() {
    let mut house = house_with_role();
    let invalid = "The security token included in the request is invalid";
    at(&mut house, "sts.ap-east-1.amazonaws.com", "ap-east-1");
    let said = house.call("nobody", "GetCallerIdentity", &[]);
    refused(&said, 403, "InvalidClientTokenId", &format!("{invalid}."));
    house.prefer(|preferences| preferences.opted_in.extend([region("ap-east-1")]));
    house.call("nobody", "GetCallerIdentity", &[]).done();
    for (version, works) in [(TokenVersion::V1, false), (TokenVersion::V2, true)] {
        house.prefer(|preferences| preferences.global_token = version);
        at(&mut house, "sts.amazonaws.com", "us-east-1");
        let session = assume(&mut house).done().credentials();
        house.callers.insert("session".to_owned(), session);
        at(&mut house, "sts.ap-east-1.amazonaws.com", "ap-east-1");
        let said = house.call("session", "GetCallerIdentity", &[]);
        if works { drop(said.done()) } else { refused(&said, 403, "InvalidClientTokenId", invalid) }
    }
    // A Regional endpoint's tokens are good everywhere.
    house.prefer(|preferences| preferences.global_token = TokenVersion::V1);
    at(&mut house, "sts.eu-west-1.amazonaws.com", "eu-west-1");
    let session = assume(&mut house).done().credentials();
    house.callers.insert("session".to_owned(), session);
    at(&mut house, "sts.ap-east-1.amazonaws.com", "ap-east-1");
    house.call("session", "GetCallerIdentity", &[]).done();
}

#[test]
fn a_scope_of_another_region_is_refused() {
    let mut house = House::new();
    at(&mut house, "sts.amazonaws.com", "eu-west-1");
    let said = house.call("nobody", "GetCallerIdentity", &[]);
    let text = "Credential should be scoped to a valid region, not 'eu-west-1'.";
    assert_eq!((said.status, said.code()), (403, "SignatureDoesNotMatch"));
    assert!(said.message().contains(text), "{}", said.message());
    at(&mut house, "sts.moon-1.amazonaws.com", "moon-1");
    let said = house.call("nobody", "GetCallerIdentity", &[]);
    refused(&said, 403, "SignatureDoesNotMatch", "Credential should be scoped to a valid region.");
}

#[test]
fn an_unknown_operation_is_refused_and_leaves_no_record() {
    let mut house = House::new();
    let scope = Scope { region: "us-east-1", service: "iam", now: house.now };
    let form = ("content-type", "application/x-www-form-urlencoded");
    let body = "Action=CreateGroup&Version=2010-05-08&GroupName=g";
    let headers = sign::headers(&house.callers["admin"], scope, "iam.amazonaws.com", &[form], body);
    let said = house.send("POST", "", &headers, body);
    let text = "Could not find operation CreateGroup for version 2010-05-08";
    refused(&said, 400, "InvalidAction", text);
    assert_eq!(said.events.len(), 0);
}

#[test]
fn both_sides_of_a_cross_account_role_get_a_record_of_the_same_event() {
    let mut house = House::new();
    let trust = TRUST_NOBODY.replace("arn:aws:iam::111111111111:user/nobody", A);
    house.call("admin-b", "CreateRole", &[("RoleName", "guest"), ("AssumeRolePolicyDocument", &trust)]).done();
    let arn = format!("arn:aws:iam::{B}:role/guest");
    let parameters = [("RoleArn", &*arn), ("RoleSessionName", "night")];
    let said = house.call("admin", "AssumeRole", &parameters).done();
    let [own, other] = &said.events[..] else { panic!("{} records", said.events.len()) };
    assert_eq!((&own["recipientAccountId"], &other["recipientAccountId"]), (&A.into(), &B.into()));
    assert_eq!(own["sharedEventID"], other["sharedEventID"]);
    assert!(own["sharedEventID"].is_string());
    assert_eq!(own["requestID"], other["requestID"]);
    assert_eq!(own["userIdentity"]["userName"], "admin");
    assert_eq!(other["userIdentity"]["type"], "AWSAccount");
    assert_eq!(other["userIdentity"]["accountId"], A);
    assert!(other["userIdentity"]["arn"].is_null());
    // What is denied is nobody's business but the caller's.
    let said = house.call("nobody", "AssumeRole", &parameters);
    assert_eq!((said.code(), said.events.len()), ("AccessDenied", 1));
    assert_eq!(said.events[0]["recipientAccountId"], A);
    assert!(said.events[0]["sharedEventID"].is_null());
}
