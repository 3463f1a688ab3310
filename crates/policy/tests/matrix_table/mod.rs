//! The decision matrix: caller x what the resource's policy names x identity x boundary x session x SCP.

use crate::support::{Asked, Given, decide, principal};
use serde_json::{Value, json};
use std::fmt::Write as _;

const ALICE: &str = "arn:aws:iam::111111111111:user/alice";
const SESSION: &str = "arn:aws:sts::111111111111:assumed-role/deploy/night";
const CAROL: &str = "arn:aws:sts::111111111111:federated-user/carol";

const CALLERS: [(&str, &str); 6] = [
    ("user", ALICE),
    ("session", SESSION),
    ("federated", CAROL),
    ("root", "arn:aws:iam::111111111111:root"),
    ("foreign-user", "arn:aws:iam::222222222222:user/eve"),
    ("foreign-session", "arn:aws:sts::222222222222:assumed-role/other/day"),
];

/// What the resource's policy says, if it says anything: effect and principal.
const NAMED: [(&str, Option<(&str, &str)>); 11] = [
    ("no policy", None),
    ("the user", Some(("Allow", ALICE))),
    ("the role", Some(("Allow", "arn:aws:iam::111111111111:role/deploy"))),
    ("the session", Some(("Allow", SESSION))),
    ("the federated user", Some(("Allow", CAROL))),
    ("the account", Some(("Allow", "111111111111"))),
    ("the foreign account", Some(("Allow", "222222222222"))),
    ("the foreign role", Some(("Allow", "arn:aws:iam::222222222222:role/other"))),
    ("everyone", Some(("Allow", "*"))),
    ("somebody else", Some(("Allow", "333333333333"))),
    ("deny to everyone", Some(("Deny", "*"))),
];

const TARGETS: [(&str, &str); 3] = [
    ("sts:AssumeRole", "arn:aws:iam::111111111111:role/target"),
    ("sqs:SendMessage", "arn:aws:sqs:eu-west-1:111111111111:jobs"),
    ("kms:Decrypt", "arn:aws:kms:eu-west-1:111111111111:key/k"),
];

/// What a policy of the caller's says. The first stands for none at all.
const SAYS: [&str; 4] = ["-", "allow", "silent", "deny"];

fn policy(says: &str) -> Value {
    let (effect, action) = match says {
        "allow" => ("Allow", "*"),
        "deny" => ("Deny", "*"),
        _ => ("Allow", "none:None"),
    };
    json!({"Version": "2012-10-17", "Statement": [{"Effect": effect, "Action": action, "Resource": "*"}]})
}

/// One letter for a verdict and who decided it.
fn letter(verdict: &str, by: &str) -> char {
    let index = |of: &str| {
        let order =
            ["service-control", "resource-control", "vpc-endpoint", "resource", "identity", "boundary", "session"];
        order.iter().position(|known| known == &by).and_then(|index| of.chars().nth(index))
    };
    match verdict {
        "allowed" if by == "root-user" => 'O',
        "allowed" => index("???RI??").unwrap_or('?'),
        "implicitly-denied" if by == "root-may-not-assume" => 'x',
        "implicitly-denied" => index("c?vribs").unwrap_or('?'),
        _ => index("1234567").unwrap_or('?'),
    }
}

/// The whole matrix as text.
pub(crate) fn matrix() -> String {
    let mut out = String::from(
        "# Allowed by: R resource policy, I identity policy, O root user.\n\
         # Nothing allows in: c SCP, r resource policy, i identity policy, b boundary, s session policy; x root may not assume.\n\
         # Denied by: 1 SCP, 4 resource policy, 5 identity policy, 6 boundary, 7 session policy.\n\
         # A line: action, caller, whom the resource's policy names, identity policy.\n\
         # Its four groups: boundary none, allow, silent, deny; in a group, SCP none, allow, silent, deny;\n\
         # in each of those four letters, session policy none, allow, silent, deny.\n",
    );
    for (action, resource) in TARGETS {
        for (caller, arn) in CALLERS {
            for (name, named) in NAMED {
                for identity in ["silent", "allow", "deny"] {
                    let _ = write!(out, "{action:<16} {caller:<16} {name:<20} {identity:<7}");
                    line(&mut out, (action, resource), arn, named, identity);
                    out.push('\n');
                }
            }
        }
    }
    out
}

fn line(out: &mut String, (action, resource): (&str, &str), arn: &str, named: Option<(&str, &str)>, identity: &str) {
    let asked = Asked {
        principal: principal(&json!(arn)),
        action: action.to_owned(),
        resource: resource.to_owned(),
        resource_account: None,
        context: Vec::new(),
    };
    let some = |says: &str| (says != "-").then(|| policy(says));
    for boundary in SAYS {
        out.push(' ');
        for scp in SAYS {
            out.push(' ');
            for session in SAYS {
                let given = Given {
                    identity: vec![policy(identity)],
                    resource: named.map(|(effect, name)| {
                        let statement =
                            json!({"Effect": effect, "Principal": {"AWS": name}, "Action": "*", "Resource": "*"});
                        json!({"Version": "2012-10-17", "Statement": [statement]})
                    }),
                    boundary: some(boundary),
                    session: some(session).map(|policy| vec![policy]),
                    scp: some(scp).map(|policy| vec![policy]).into_iter().collect(),
                    ..Given::default()
                };
                let decision = decide(&asked, &given);
                out.push(letter(decision.verdict.as_str(), decision.decided_by.as_str()));
            }
        }
    }
}
