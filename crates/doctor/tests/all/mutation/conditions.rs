//! Conditions that do not hold: put into trust and identity policies, or changed in them.

use super::{
    scene::{Hands, Mutant, Scene, path, statement, statement_mut},
    trust::taking_turns,
};
use rolecall_doctor::Code;
use rolecall_policy::PolicyType;
use serde_json::{Value, json};

/// A condition that does not hold.
struct Unmet {
    operator: &'static str,
    key: &'static str,
    value: Value,
    code: Code,
    /// Whether the caller can bring it about by itself.
    own: bool,
}

pub(super) fn mutants(scene: &Scene<'_>, out: &mut Vec<Mutant>) {
    added(scene, out);
    several(scene, out);
    changed(scene, out);
    of_identity(scene, out);
}

/// Conditions on every kind of key, none of which the scene's request meets.
fn unmet(scene: &Scene<'_>) -> Vec<Unmet> {
    let endpoint = scene.endpoint();
    let user = scene.by_user();
    let has_device = scene.world.users.iter().any(|user| user.entity.id == scene.caller().id && user.mfa.is_some());
    let with_code = scene.hop.hop.mfa_serial.is_some();
    let of = |operator, key, value, code, own| Unmet { operator, key, value, code, own };
    let other = Code::ConditionMismatch;
    let mut all = vec![
        of("StringEquals", "sts:ExternalId", json!("right-4711"), Code::ExternalIdMismatch, true),
        of("StringEquals", "sts:externalid", json!(["one/two", "right"]), Code::ExternalIdMismatch, true),
        of("IpAddress", "aws:SourceIp", json!("192.0.2.99/32"), Code::SourceAddressMismatch, false),
        of("IpAddress", "aws:VpcSourceIp", json!(["192.0.2.0/24"]), Code::SourceAddressMismatch, false),
        of("StringEquals", "aws:SourceVpce", json!("vpce-0other"), Code::SourceVpcEndpointMismatch, false),
        of("StringEquals", "aws:SourceVpc", json!("vpc-other"), Code::SourceVpcEndpointMismatch, false),
        of("StringLike", "aws:userid", json!("AROAELSEELSEELSEELSEE:*"), Code::UserIdMismatch, false),
        of("StringEquals", "sts:RoleSessionName", json!("wanted-name"), other, true),
        of("StringLike", "sts:RoleSessionName", json!(["wanted-*", "other-name"]), other, true),
        of("StringEquals", "aws:PrincipalTag/clearance", json!("high"), other, false),
        of("StringEquals", "aws:ResourceTag/clearance", json!("high"), other, false),
        of("StringEquals", "aws:PrincipalOrgID", json!("o-zzzzzzzzzz"), other, false),
        of("StringEquals", "aws:PrincipalAccount", json!(["999999999999"]), other, false),
        of("ArnLike", "aws:PrincipalArn", json!("arn:aws:iam::*:role/nobody"), other, false),
        of("StringEquals", "aws:PrincipalType", json!("Anonymous"), other, false),
        of("DateLessThan", "aws:CurrentTime", json!("2020-01-01T00:00:00Z"), other, false),
        of("StringLike", "aws:UserAgent", json!("terraform*"), other, false),
        of("Bool", "aws:ViaAWSService", json!("true"), other, false),
        of("Bool", "aws:SecureTransport", json!(false), other, false),
        of("Null", "aws:PrincipalArn", json!("true"), other, false),
        of("StringNotEquals", "aws:PrincipalAccount", json!(scene.caller().account.value.to_string()), other, false),
        of(
            "StringEquals",
            "token.actions.githubusercontent.com:sub",
            json!("repo:acme/site:ref:refs/heads/main"),
            Code::FederationClaimMismatch,
            false,
        ),
        of(
            "StringEquals",
            "SAML:aud",
            json!("https://signin.aws.amazon.com/saml"),
            Code::FederationClaimMismatch,
            false,
        ),
    ];
    if scene.hop.hop.source_identity.is_none() {
        all.push(of("StringLike", "sts:SourceIdentity", json!("*"), Code::SourceIdentityMissing, false));
    }
    if !with_code {
        all.push(of("Bool", "aws:MultiFactorAuthPresent", json!("true"), Code::MfaMissing, user && has_device));
        all.push(of("NumericLessThan", "aws:MultiFactorAuthAge", json!("300"), Code::MfaMissing, user && has_device));
    }
    if endpoint.is_some() {
        // The way around the endpoint has no address of the internet here, or another one.
        all.push(of("IpAddress", "AWS:SourceIP", json!("198.51.100.99/32"), Code::SourceAddressMismatch, false));
    }
    // What the scene's statement asks for already is changed, not added.
    let document = scene.json(&scene.trust_file());
    let asked = statement(&document, scene.trust_statement())["Condition"].to_string().to_lowercase();
    all.retain(|unmet| !asked.contains(&unmet.key.to_lowercase()));
    all
}

fn insert(statement: &mut Value, unmet: &Unmet) {
    let block = &mut statement["Condition"];
    if block.is_null() {
        *block = json!({});
    }
    let operator = &mut block[unmet.operator];
    if operator.is_null() {
        *operator = json!({});
    }
    operator[unmet.key] = unmet.value.clone();
}

/// Whether the caller can meet the condition: it can where it is its own account's as well.
fn hands(scene: &Scene<'_>, unmet: &Unmet) -> Hands {
    // The name that is asked for here is another than the next role asks for in the caller's user id.
    let torn = unmet.key == "sts:RoleSessionName" && scene.name.ends_with("by-user-id#0");
    if unmet.own && !torn { Hands::Own } else { scene.of_target() }
}

fn added(scene: &Scene<'_>, out: &mut Vec<Mutant>) {
    let (file, index) = (scene.trust_file(), scene.trust_statement());
    for unmet in taking_turns(scene, unmet(scene), 2) {
        let number = index.to_string();
        let document = scene.json(&file);
        let at = path(&document, &number, &["Condition", unmet.operator, unmet.key]);
        let changed = scene.with(&file, &at, |document| insert(statement_mut(document, index), &unmet));
        let what = format!("the trust policy asks for {} {}", unmet.operator, unmet.key);
        out.push(scene.mutant(&what, unmet.code, changed, hands(scene, &unmet)));
    }
}

/// Two conditions in one statement, both unmet: a fix mends both.
fn several(scene: &Scene<'_>, out: &mut Vec<Mutant>) {
    let (file, index) = (scene.trust_file(), scene.trust_statement());
    if scene.rests(2, 0) {
        return;
    }
    let all = taking_turns(scene, unmet(scene), 3);
    let [first, second, third] = all.as_slice() else { return };
    let second = if first.key.eq_ignore_ascii_case(second.key) { third } else { second };
    let number = index.to_string();
    let mut document = scene.json(&file);
    insert(statement_mut(&mut document, index), first);
    insert(statement_mut(&mut document, index), second);
    // The first in the file is the first cause.
    let block = statement(&document, index)["Condition"].as_object().unwrap();
    let keys =
        block.iter().flat_map(|(operator, keys)| keys.as_object().unwrap().keys().map(move |key| (operator, key)));
    let one = |(operator, key): (&String, &String)| {
        [first, second].into_iter().find(|unmet| unmet.operator == operator && unmet.key == key)
    };
    let earliest = keys.filter_map(one).next().unwrap();
    let at = path(&document, &number, &["Condition", earliest.operator, earliest.key]);
    let changed = scene.with(&file, &at, |document| {
        insert(statement_mut(document, index), first);
        insert(statement_mut(document, index), second);
    });
    let hands = match (hands(scene, first), hands(scene, second)) {
        (Hands::Own, Hands::Own) => Hands::Own,
        (Hands::Others(why), _) | (_, Hands::Others(why)) => Hands::Others(why),
    };
    let what =
        format!("the trust policy asks for {} {} and {} {}", first.operator, first.key, second.operator, second.key);
    out.push(scene.mutant(&what, earliest.code, changed, hands));
}

/// A value for the key that no request has.
fn wrong_value(key: &str) -> Option<(Value, Code)> {
    Some(match key.to_lowercase().as_str() {
        "aws:sourceip" => (json!("203.0.113.99/32"), Code::SourceAddressMismatch),
        "aws:vpcsourceip" => (json!("10.250.0.0/16"), Code::SourceAddressMismatch),
        "aws:sourcevpce" => (json!("vpce-0gone"), Code::SourceVpcEndpointMismatch),
        "aws:sourcevpc" => (json!("vpc-gone"), Code::SourceVpcEndpointMismatch),
        "sts:externalid" => (json!("another/one"), Code::ExternalIdMismatch),
        "aws:userid" => (json!("AROAELSEELSEELSEELSEE:my-session"), Code::UserIdMismatch),
        "aws:principalorgid" => (json!("o-zzzzzzzzzz"), Code::ConditionMismatch),
        "aws:principalarn" => (json!("arn:aws:iam::999999999999:role/x"), Code::ConditionMismatch),
        "aws:requesttag/project" => (json!("gemini"), Code::ConditionMismatch),
        "aws:principaltag/team" => (json!("finance"), Code::ConditionMismatch),
        "sts:sourceidentity" => (json!("lee"), Code::SourceIdentityMissing),
        "sts:rolesessionname" => (json!("lee"), Code::ConditionMismatch),
        _ => return None,
    })
}

/// Each condition that the statement has, with another value.
fn changed(scene: &Scene<'_>, out: &mut Vec<Mutant>) {
    let (file, index) = (scene.trust_file(), scene.trust_statement());
    let document = scene.json(&file);
    let Some(block) = statement(&document, index)["Condition"].as_object() else { return };
    for (operator, keys) in block {
        for key in keys.as_object().unwrap().keys() {
            let Some((value, code)) = wrong_value(key) else { continue };
            let number = index.to_string();
            let at = path(&document, &number, &["Condition", operator, key]);
            let changed = scene.with(&file, &at, |document| {
                statement_mut(document, index)["Condition"][operator][key] = value;
            });
            let own = matches!(
                key.to_lowercase().as_str(),
                "sts:externalid" | "aws:requesttag/project" | "sts:rolesessionname" | "sts:sourceidentity"
            );
            let hands = if own { Hands::Own } else { scene.of_target() };
            out.push(scene.mutant(&format!("the trust policy's {key} is another"), code, changed, hands));
        }
    }
}

/// The same keys in identity policies.
fn of_identity(scene: &Scene<'_>, out: &mut Vec<Mutant>) {
    if !scene.needs_identity() || scene.rests(2, 1) {
        return;
    }
    let Some((file, index)) = scene.grant(PolicyType::Identity) else { return };
    for unmet in taking_turns(scene, unmet(scene), 1) {
        let number = index.to_string();
        let document = scene.json(&file);
        let at = path(&document, &number, &["Condition", unmet.operator, unmet.key]);
        let changed = scene.with(&file, &at, |document| insert(statement_mut(document, index), &unmet));
        let what = format!("the identity policy asks for {} {}", unmet.operator, unmet.key);
        out.push(scene.mutant(&what, unmet.code, changed, Hands::Own));
    }
}
