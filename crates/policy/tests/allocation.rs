//! Deciding touches the heap for nobody.

mod support;

use rolecall_policy::{Document, Policies, decide};
use serde_json::json;
use support::Asked;

#[test]
fn a_cross_account_assume_role_with_every_policy_type_allocates_nothing() {
    let trust = Document::parse(
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:role/role-a"},
            "Action":"sts:AssumeRole","Condition":{"IpAddress":{"aws:VpcSourceIp":"10.0.0.0/16"},
            "StringEquals":{"aws:SourceVpce":"vpce-0sts","sts:RoleSessionName":"${aws:PrincipalTag/team}"}}}}"#,
    )
    .unwrap();
    let all = Document::parse(r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#)
        .unwrap();
    let asked = Asked {
        principal: support::principal(&json!("arn:aws:sts::111111111111:assumed-role/role-a/daily-batch")),
        action: "sts:AssumeRole".to_owned(),
        resource: "arn:aws:iam::222222222222:role/role-b".to_owned(),
        resource_account: None,
        context: support::context(Some(&json!({
            "aws:VpcSourceIp": "10.0.1.20", "aws:SourceVpce": "vpce-0sts",
            "sts:RoleSessionName": "data", "aws:PrincipalTag/team": "data",
        }))),
    };
    let level: &[&Document] = &[&all];
    let policies = Policies {
        identity: level,
        boundary: Some(&all),
        session: Some(level),
        resource: Some(&trust),
        scp: &[level, level, level],
        ..Policies::default()
    };
    support::with_request(&asked, |request| {
        let mut allowed = false;
        let counted = allocation_counter::measure(|| allowed = decide(request, &policies).is_allowed());
        assert!(allowed);
        assert_eq!(counted.count_total, 0);
    });
}
