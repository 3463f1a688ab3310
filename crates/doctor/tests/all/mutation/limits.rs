//! Policies that limit without granting: boundaries, session policies, control policies, policies of VPC endpoints.

use super::{
    scene::{Hands, Mutant, Scene, path, push_statement, statement_mut},
    text::{Layout, Spot, Table, json_line, laid_out},
    trust::taking_turns,
};
use crate::support::Files;
use rolecall_doctor::Code;
use rolecall_policy::PolicyType;
use serde_json::{Value, json};

const FROM_ABOVE: Hands = Hands::Others("control policies are the management account's");

pub(super) fn mutants(scene: &Scene<'_>, out: &mut Vec<Mutant>) {
    if scene.is_limited() {
        limit(scene, PolicyType::Boundary, Code::PermissionsBoundary, Hands::Own, out);
        boundary_added(scene, out);
        if scene.run.hops.len() == 1 && scene.place().role.is_some() {
            limit(scene, PolicyType::Session, Code::SessionPolicy, Hands::Own, out);
            session_added(scene, out);
        }
    }
    let managed = scene.world.organization.as_ref().and_then(|organization| organization.management.as_ref());
    let caller_account = scene.caller().account.value;
    let bound = managed.is_none_or(|management| management.value != caller_account);
    if bound {
        limit(scene, PolicyType::ServiceControl, Code::ServiceControlPolicy, FROM_ABOVE, out);
        control_added(scene, "service_control_policy", Code::ServiceControlPolicy, out);
    }
    control_added(scene, "resource_control_policy", Code::ResourceControlPolicy, out);
    if let Some(endpoint) = scene.endpoint() {
        let own = scene.vpc().is_none_or(|vpc| vpc.account.value == caller_account);
        assert!(own, "in these worlds endpoints are their callers' own");
        limit(scene, PolicyType::VpcEndpoint, Code::VpcEndpointPolicy, Hands::Own, out);
        if endpoint.policy.is_none() {
            endpoint_policy_added(scene, &endpoint.id.value, out);
        }
    }
}

/// What no `AssumeRole` finds in a statement that allows.
fn elsewhere(scene: &Scene<'_>) -> Vec<(&'static str, &'static str, Value)> {
    let target = scene.hop.hop.role_arn.value.as_str();
    vec![
        ("another service", "Action", json!(["s3:*", "ec2:Describe*"])),
        ("another action", "Action", json!("sts:GetSessionToken")),
        ("another role", "Resource", json!(format!("{target}-old"))),
        ("everything but STS", "NotAction", json!(["sts:*"])),
        ("every role but this one", "NotResource", json!(target)),
    ]
}

/// The statements that allow, one at each level, each narrowed or denied beside.
fn limit(scene: &Scene<'_>, policy: PolicyType, code: Code, hands: Hands, out: &mut Vec<Mutant>) {
    for (level, (file, index)) in scene.grants(policy).into_iter().enumerate() {
        let name = format!("{} ({file})", policy.name());
        let number = index.to_string();
        let document = scene.json(&file);
        for (what, element, value) in taking_turns(scene, elsewhere(scene), 1) {
            let mut at = path(&document, &number, &[element]);
            if value.is_array() {
                at.push("0");
            }
            let changed = scene.with(&file, &at, |document| {
                let statement = statement_mut(document, index).as_object_mut().unwrap();
                let of =
                    if element.ends_with("Action") { ["Action", "NotAction"] } else { ["Resource", "NotResource"] };
                statement.retain(|key, _| !of.contains(&key.as_str()));
                statement.insert(element.to_owned(), value);
            });
            out.push(scene.mutant(&format!("the {name} allows {what}"), code, changed, hands));
        }
        if (scene.turn + level).is_multiple_of(2) {
            let mut deny = json!({ "Sid": "Broken", "Effect": "Deny", "Action": "sts:AssumeRole", "Resource": "*" });
            if policy == PolicyType::VpcEndpoint {
                deny["Principal"] = json!("*");
            }
            let mut document = scene.json(&file);
            let denied = push_statement(&mut document, deny.clone()).to_string();
            let changed = scene.with(&file, &["Statement", &denied], |document| {
                push_statement(document, deny);
            });
            out.push(scene.mutant(&format!("the {name} denies"), code, changed, hands));
        } else {
            let condition = json!({ "StringEquals": { "aws:PrincipalTag/clearance": "high" } });
            let at = path(&document, &number, &["Condition", "StringEquals", "aws:PrincipalTag/clearance"]);
            let changed = scene.with(&file, &at, |document| statement_mut(document, index)["Condition"] = condition);
            out.push(scene.mutant(&format!("the {name} asks for a tag"), code, changed, hands));
        }
    }
}

/// A policy in a new file.
fn new_file(scene: &Scene<'_>, file: &str, statements: Value, at: &[&str]) -> (Files, Spot) {
    let document = json!({ "Version": "2012-10-17", "Statement": statements });
    let text = laid_out(&document, Layout::Wide);
    let at = (file.to_owned(), json_line(&text, at));
    let mut files = scene.files.clone();
    files.insert(file.to_owned(), text);
    (files, at)
}

fn boundary_added(scene: &Scene<'_>, out: &mut Vec<Mutant>) {
    if scene.caller().boundary.is_some() || scene.rests(3, 0) {
        return;
    }
    let allow = json!({ "Effect": "Allow", "Action": "s3:*", "Resource": "*" });
    let (mut files, at) = new_file(scene, "new-boundary.json", json!([allow]), &["Statement", "0", "Action"]);
    scene.caller_table().set(&mut files, "permissions_boundary", "\"new-boundary.json\"");
    out.push(scene.mutant("a permissions boundary was set", Code::PermissionsBoundary, (files, at), Hands::Own));
}

fn session_added(scene: &Scene<'_>, out: &mut Vec<Mutant>) {
    if scene.place().session_policy.is_some() || scene.rests(3, 1) {
        return;
    }
    let allow = json!({ "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::bucket/*"] });
    let (mut files, at) = new_file(scene, "new-session.json", json!([allow]), &["Statement", "0", "Action", "0"]);
    scene.place_table().set(&mut files, "session_policy", "\"new-session.json\"");
    out.push(scene.mutant("a session policy was set", Code::SessionPolicy, (files, at), Hands::Own));
}

/// A new control policy on an account, or at the root.
fn control_added(scene: &Scene<'_>, kind: &str, code: Code, out: &mut Vec<Mutant>) {
    let service = code == Code::ServiceControlPolicy;
    if scene.rests(2, usize::from(service)) {
        return;
    }
    let account = if service { scene.caller().account.value } else { scene.target().entity.account.value };
    let account = scene.world.accounts.iter().find(|known| known.id.value == account).unwrap();
    let target = match (scene.turn / 2 % 2, &scene.world.organization) {
        (0, Some(_)) => "root",
        _ => &*account.name.value,
    };
    // What binds an earlier role of the chain as well fails there.
    let own = scene.run.hops.iter().position(|hop| std::ptr::eq(hop, scene.hop)).unwrap();
    let earlier = &scene.run.hops[..own];
    let bound = |hop: &rolecall_doctor::HopRun| match service {
        true => hop.caller.account == account.id.value,
        false => hop.hop.role_arn.value.contains(&account.id.value.to_string()),
    };
    if earlier.iter().any(bound) {
        return;
    }
    let resource = scene.hop.hop.role_arn.value.as_str();
    let mut kinds = vec![
        ("denies", json!({ "Effect": "Deny", "Action": "sts:AssumeRole", "Resource": "*" }), &["Statement", "0"][..]),
        (
            "denies the role",
            json!({ "Effect": "Deny", "Action": ["sts:*"], "Resource": [resource] }),
            &["Statement", "0"],
        ),
        (
            "denies whoever comes from elsewhere",
            json!({
                "Effect": "Deny",
                "Action": "sts:AssumeRole",
                "Resource": "*",
                "Condition": { "NotIpAddressIfExists": { "aws:SourceIp": "192.0.2.0/24" } }
            }),
            &["Statement", "0"],
        ),
        (
            "denies other Regions",
            json!({
                "Effect": "Deny",
                "Action": "sts:AssumeRole",
                "Resource": "*",
                "Condition": { "StringNotEquals": { "aws:RequestedRegion": "sa-east-1" } }
            }),
            &["Statement", "0"],
        ),
    ];
    let managed = scene.world.organization.as_ref().and_then(|organization| organization.management.as_ref());
    let above = match managed {
        Some(management) if management.value == scene.caller().account.value => Hands::Own,
        Some(_) => FROM_ABOVE,
        None => of_account(scene, service),
    };
    // Beside another that allows, one that allows less changes nothing.
    if service && !scene.files["world.toml"].contains(&format!("targets = [\"{target}\"]")) {
        let allow = json!({ "Effect": "Allow", "Action": ["s3:*"], "Resource": "*" });
        kinds.push(("allows something else", allow, &["Statement", "0", "Action", "0"]));
    }
    for (what, mut statement, at) in taking_turns(scene, kinds, 1) {
        if !service {
            statement["Principal"] = json!("*");
        }
        let hands = if what.contains("Regions") && roams(scene) { Hands::Own } else { above };
        let mut statements = vec![statement];
        if what.starts_with("denies") && service {
            // As on AWS, where FullAWSAccess stays attached beside it.
            statements.push(json!({ "Effect": "Allow", "Action": "*", "Resource": "*" }));
        }
        let (mut files, spot) = new_file(scene, "new-control.json", json!(statements), at);
        let table = format!("\n[[{kind}]]\ntargets = [\"{target}\"]\npolicy = \"new-control.json\"\n");
        files.get_mut("world.toml").unwrap().push_str(&table);
        out.push(scene.mutant(&format!("a new {kind} at {target} {what}"), code, (files, spot), hands));
    }
}

/// Whether the caller gets to other Regions of the partition.
fn roams(scene: &Scene<'_>) -> bool {
    let closed = ["closed/", "ways/own-dns", "ways/peered", "places/connected", "places/function-in-vpc"];
    let elsewhere = ["regions/gov", "regions/china"];
    !closed.iter().chain(&elsewhere).any(|name| scene.name.starts_with(name))
}

/// Without an organization a control policy is its account's.
fn of_account(scene: &Scene<'_>, service: bool) -> Hands {
    if service || !scene.cross() { Hands::Own } else { Hands::Others("the policy is the other account's") }
}

fn endpoint_policy_added(scene: &Scene<'_>, id: &str, out: &mut Vec<Mutant>) {
    let table = Table::new("[[vpc_endpoint]]", "id", id);
    let target = scene.hop.hop.role_arn.value.as_str();
    let kinds = vec![
        ("another service", json!({ "Action": "s3:*", "Resource": "*" }), vec!["Statement", "0", "Action"]),
        (
            "another role",
            json!({ "Action": "sts:AssumeRole", "Resource": format!("{target}-old") }),
            vec!["Statement", "0", "Resource"],
        ),
        (
            "another organization",
            json!({
                "Action": "*",
                "Resource": "*",
                "Condition": { "StringEquals": { "aws:PrincipalOrgID": "o-zzzzzzzzzz" } }
            }),
            vec!["Statement", "0", "Condition", "StringEquals", "aws:PrincipalOrgID"],
        ),
    ];
    for (what, mut statement, at) in taking_turns(scene, kinds, 1) {
        statement["Effect"] = json!("Allow");
        statement["Principal"] = json!("*");
        let (mut files, at) = new_file(scene, "new-endpoint.json", json!([statement]), &at);
        table.set(&mut files, "policy", "\"new-endpoint.json\"");
        let what = format!("the endpoint has a policy for {what}");
        out.push(scene.mutant(&what, Code::VpcEndpointPolicy, (files, at), Hands::Own));
    }
}
