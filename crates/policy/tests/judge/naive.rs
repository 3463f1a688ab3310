//! Policy evaluation in the plainest possible way, each rule beside the page of the IAM User Guide it is from, unless
//! another guide is named.
//!
//! It reads policies as JSON values every time, builds every ARN as a string, and tries wildcards by trying everything.
//! It shares nothing with the engine but the words for requests.

use crate::support::{Asked, Given, Held};
use rolecall_names::Principal;
use serde_json::Value;
use std::net::IpAddr;

/// `allowed`, `implicitly-denied` or `explicitly-denied`, and which type of policy decided.
pub(crate) type Opinion = (&'static str, &'static str);

/// What a policy says: does it deny, and whom do its matching Allow statements name.
#[derive(Default)]
struct Said {
    denies: bool,
    allows: bool,
    /// For policies with principals: the caller's own names among those that were allowed.
    named: Vec<Name>,
}

/// How a principal was named by a statement that allows it.
#[derive(Clone, Copy, PartialEq)]
enum Name {
    Account,
    Role,
    UserBehindFederatedUser,
    Itself,
}

/// "Policy evaluation logic"; "Cross-account policy evaluation logic".
pub(crate) fn decide(asked: &Asked, given: &Given) -> Opinion {
    let action = asked.action.to_lowercase();
    // AWS STS API Reference, GetCallerIdentity and GetSessionToken: no permissions are required.
    if action == "sts:getcalleridentity" || action == "sts:getsessiontoken" {
        return ("allowed", "no-permission-needed");
    }
    let parts: Vec<&str> = asked.resource.splitn(6, ':').collect();
    let (service, owner, part) = match parts.as_slice() {
        ["arn", _, service, _, account, part] => (*service, *account, *part),
        _ => ("", "", ""),
    };
    let on_role = action.starts_with("sts:") && service == "iam" && part.starts_with("role/");
    let on_key = action.starts_with("kms:") && service == "kms" && part.starts_with("key/");
    let root = matches!(asked.principal, Principal::Root { .. });
    // AWS STS API Reference, AssumeRole: root users cannot call it.
    if root && action == "sts:assumerole" && on_role {
        return ("implicitly-denied", "root-may-not-assume");
    }

    let caller_account = asked.principal.account().map(|account| account.to_string());
    let owner_account = match asked.resource_account {
        Some(account) => Some(account.to_string()),
        None if owner.len() == 12 && owner.bytes().all(|byte| byte.is_ascii_digit()) => Some(owner.to_owned()),
        None => caller_account.clone(),
    };

    // AWS Organizations User Guide, "SCP evaluation" and "Resource control policies": service-linked roles are exempt.
    let linked = match &asked.principal {
        Principal::Role(session) => session.role_path.starts_with("/aws-service-role/"),
        _ => false,
    };
    let mut scp_denies = false;
    let mut scp_misses = false;
    if caller_account.is_some() && !linked {
        for level in &given.scp {
            let said = all(level, asked, given, "scp");
            scp_denies |= said.denies;
            scp_misses |= !said.allows;
        }
    }
    // AWS Organizations User Guide, "Resource control policies", "List of AWS services that support RCPs": those of the
    // list that the generator uses (Lambda is not on it), a resource, and not a service-linked role's trust policy.
    let rcp_service = ["s3", "sts", "kms", "sqs", "dynamodb"].contains(&action.split(':').next().unwrap_or(""));
    let rcp_applies = rcp_service
        && parts.len() == 6
        && parts[0] == "arn"
        && action != "kms:retiregrant"
        && !part.starts_with("role/aws-service-role/");
    let rcp_denies = !linked && rcp_applies && given.rcp.iter().any(|level| all(level, asked, given, "rcp").denies);
    let one = |policy: &Option<Value>, kind| policy.as_ref().map(|policy| one(policy, asked, given, kind));
    let endpoint = one(&given.vpc_endpoint, "vpc-endpoint");
    let resource = one(&given.resource, "resource").unwrap_or_default();
    let identity = all(&given.identity, asked, given, "identity");
    let boundary = one(&given.boundary, "boundary");
    let session = given.session.as_ref().map(|policies| all(policies, asked, given, "session"));

    // "The difference between explicit and implicit denies": a deny anywhere wins.
    let denies = |said: &Option<Said>| said.as_ref().is_some_and(|said| said.denies);
    for (denied, by) in [
        (scp_denies, "service-control"),
        (rcp_denies, "resource-control"),
        (denies(&endpoint), "vpc-endpoint"),
        (resource.denies, "resource"),
        (identity.denies, "identity"),
        (denies(&boundary), "boundary"),
        (denies(&session), "session"),
    ] {
        if denied {
            return ("explicitly-denied", by);
        }
    }
    // "Policy evaluation for requests within a single account": SCPs before everything that allows.
    if scp_misses {
        return ("implicitly-denied", "service-control");
    }
    let lacks = |said: &Option<Said>| said.as_ref().is_some_and(|said| !said.allows);
    if lacks(&endpoint) {
        return ("implicitly-denied", "vpc-endpoint");
    }
    // "How AWS enforcement code logic evaluates requests", session policies: without one, a role's session is allowed and
    // any other session is not. AWS STS API Reference, GetFederationToken: without session policies it has no permissions.
    let federated_user = matches!(asked.principal, Principal::FederatedUser { .. });
    let limited = || {
        if lacks(&boundary) {
            Some(("implicitly-denied", "boundary"))
        } else if lacks(&session) || (federated_user && session.is_none()) {
            Some(("implicitly-denied", "session"))
        } else {
            None
        }
    };
    if caller_account.is_none() {
        return if resource.allows { ("allowed", "resource") } else { ("implicitly-denied", "resource") };
    }
    // "Cross-account policy evaluation logic": both sides must allow.
    if caller_account != owner_account {
        if !resource.allows {
            return ("implicitly-denied", "resource");
        }
        if !identity.allows && !root {
            return ("implicitly-denied", "identity");
        }
        return limited().unwrap_or(("allowed", "resource"));
    }
    // "Policy evaluation for requests within a single account": resource-based policies, by the kind of principal.
    if resource.named.contains(&Name::Itself) {
        return ("allowed", "resource");
    }
    if resource.named.contains(&Name::Role) || resource.named.contains(&Name::UserBehindFederatedUser) {
        return limited().unwrap_or(("allowed", "resource"));
    }
    // The same page: role trust policies and KMS key policies must allow explicitly.
    if (on_role || on_key) && !resource.named.contains(&Name::Account) {
        return ("implicitly-denied", "resource");
    }
    if root {
        return limited().unwrap_or(("allowed", "root-user"));
    }
    if !identity.allows {
        return ("implicitly-denied", "identity");
    }
    limited().unwrap_or(("allowed", "identity"))
}

fn all(policies: &[Value], asked: &Asked, given: &Given, kind: &str) -> Said {
    let mut together = Said::default();
    for policy in policies {
        let said = one(policy, asked, given, kind);
        together.denies |= said.denies;
        together.allows |= said.allows;
        together.named.extend(said.named);
    }
    together
}

fn one(policy: &Value, asked: &Asked, given: &Given, kind: &str) -> Said {
    let mut said = Said::default();
    // "IAM JSON policy elements: Version": variables only in 2012-10-17.
    let variables = policy.get("Version").and_then(Value::as_str) == Some("2012-10-17");
    for statement in list(policy.get("Statement")) {
        let deny = statement.get("Effect").and_then(Value::as_str) == Some("Deny");
        if !action(&statement, asked) || !resource(&statement, asked, kind, variables) {
            continue;
        }
        let Some(names) = principal(&statement, asked, given, kind, deny) else { continue };
        if !condition(&statement, asked, deny, variables) {
            continue;
        }
        if deny {
            said.denies = true;
        } else {
            said.allows = true;
            said.named.extend(names);
        }
    }
    said
}

/// One value or a list of them.
fn list(value: Option<&Value>) -> Vec<Value> {
    match value {
        None => Vec::new(),
        Some(Value::Array(values)) => values.clone(),
        Some(one) => vec![one.clone()],
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// "IAM JSON policy elements: Action" and "NotAction": no case, wildcards anywhere.
fn action(statement: &Value, asked: &Asked) -> bool {
    let matches = |name: &str| {
        list(statement.get(name))
            .iter()
            .any(|pattern| wild(&characters(&text(pattern).to_lowercase()), &plain(&asked.action.to_lowercase())))
    };
    if statement.get("Action").is_some() {
        matches("Action")
    } else {
        !list(statement.get("NotAction")).is_empty() && !matches("NotAction")
    }
}

/// "IAM JSON policy elements: Resource" and "NotResource".
fn resource(statement: &Value, asked: &Asked, kind: &str, variables: bool) -> bool {
    let wanted = |name: &str| {
        let mut matched = false;
        let mut unresolved = false;
        for pattern in list(statement.get(name)) {
            let pattern = text(&pattern);
            match resource_pattern(&pattern, asked, variables) {
                None => unresolved = true,
                Some(pattern) => matched |= resource_like(&pattern, &asked.resource),
            }
        }
        (matched, unresolved)
    };
    if statement.get("Resource").is_some() {
        return wanted("Resource").0;
    }
    if statement.get("NotResource").is_some() {
        let (matched, unresolved) = wanted("NotResource");
        return !matched && !unresolved && !list(statement.get("NotResource")).is_empty();
    }
    // "Roles terms and concepts": a trust policy has no resource, it is the role's.
    kind == "resource"
}

/// "Variables and tags": in a resource only behind the fifth colon.
fn resource_pattern(pattern: &str, asked: &Asked, variables: bool) -> Option<Vec<Sign>> {
    let parts: Vec<&str> = pattern.splitn(6, ':').collect();
    if !variables || parts.len() < 6 {
        return Some(characters(pattern));
    }
    let mut signs = Vec::new();
    for part in parts.iter().take(5) {
        signs.extend(characters(part));
        signs.push(Sign::Exactly(':'));
    }
    signs.extend(fill(parts.last()?, asked)?);
    Some(signs)
}

/// "AWS JSON policy elements: Principal" and "NotPrincipal". `None` when the statement is not for the caller.
fn principal(statement: &Value, asked: &Asked, given: &Given, kind: &str, deny: bool) -> Option<Vec<Name>> {
    if let Some(principals) = statement.get("Principal") {
        let names = listed(principals, asked);
        return (!names.is_empty()).then_some(names);
    }
    if let Some(principals) = statement.get("NotPrincipal") {
        let names = listed(principals, asked);
        if !deny {
            return names.is_empty().then_some(vec![Name::Itself]);
        }
        // "NotPrincipal": list the account, the role and the session. "Permissions boundaries": it always denies those.
        let everyone = list_of(principals, "AWS").iter().any(|name| name == "*");
        let has = |name: Name| names.contains(&name);
        let spared = match &asked.principal {
            Principal::Root { .. } => has(Name::Itself),
            Principal::User { .. } => has(Name::Account) && has(Name::Itself),
            Principal::Role(_) => has(Name::Account) && has(Name::Role) && has(Name::Itself),
            Principal::FederatedUser { .. } => has(Name::Account) && has(Name::Itself),
            Principal::Service { .. } | Principal::Federated { .. } => has(Name::Itself),
            Principal::Anonymous => false,
        };
        let spared = given.boundary.is_none() && (spared || everyone);
        return (!spared).then_some(vec![Name::Itself]);
    }
    // Only policies attached to somebody can do without.
    (kind != "resource" && kind != "vpc-endpoint").then_some(vec![Name::Itself])
}

fn list_of(principals: &Value, kind: &str) -> Vec<String> {
    match principals {
        Value::String(all) if kind == "AWS" => vec![all.clone()],
        _ => list(principals.get(kind)).iter().map(text).collect(),
    }
}

/// Under which of its names the caller is listed.
fn listed(principals: &Value, asked: &Asked) -> Vec<Name> {
    let caller = &asked.principal;
    let mut names = Vec::new();
    for name in list_of(principals, "AWS") {
        if name == "*" {
            names.push(Name::Itself);
        }
        if let Some(account) = caller.account() {
            let partition = caller.partition().map(|partition| partition.to_string()).unwrap_or_default();
            let root = format!("arn:{partition}:iam::{account}:root");
            if name == account.to_string() || name == root {
                names.push(if matches!(caller, Principal::Root { .. }) { Name::Itself } else { Name::Account });
            }
        }
        match caller {
            Principal::User { id, .. } if Some(&name) == caller.arn().as_ref() || name == id.to_string() => {
                names.push(Name::Itself);
            }
            Principal::Role(session) => {
                if name == session.role_arn() || name == session.role_id.to_string() {
                    names.push(Name::Role);
                }
                if name == session.arn() {
                    names.push(Name::Itself);
                }
            }
            Principal::FederatedUser { issuer, .. } => {
                if Some(&name) == caller.arn().as_ref() {
                    names.push(Name::Itself);
                }
                if name == **issuer && !name.ends_with(":root") {
                    names.push(Name::UserBehindFederatedUser);
                }
            }
            _ => {}
        }
    }
    let (kind, own) = match caller {
        Principal::Service { name } => ("Service", name),
        Principal::Federated { provider } => ("Federated", provider),
        _ => return names,
    };
    if list_of(principals, kind).iter().any(|name| name == "*" || *name == **own) {
        names.push(Name::Itself);
    }
    names
}

/// "Conditions with multiple context keys or values".
fn condition(statement: &Value, asked: &Asked, deny: bool, variables: bool) -> bool {
    let Some(operators) = statement.get("Condition").and_then(Value::as_object) else { return true };
    operators.iter().all(|(operator, keys)| {
        keys.as_object().is_none_or(|keys| {
            keys.iter().all(|(key, values)| {
                let values: Vec<String> = list(Some(values)).iter().map(text).collect();
                holds(operator, key, &values, asked, deny, variables)
            })
        })
    })
}

fn held<'a>(key: &str, asked: &'a Asked) -> Option<&'a Held> {
    asked.context.iter().find(|(known, _)| known.to_lowercase() == key.to_lowercase()).map(|(_, held)| held)
}

/// "Condition operators", "Set operators for multivalued context keys".
fn holds(operator: &str, key: &str, values: &[String], asked: &Asked, deny: bool, variables: bool) -> bool {
    let lower = operator.to_lowercase();
    let (set, rest) = match lower.split_once(':') {
        Some((set, rest)) => (set, rest),
        None => ("", lower.as_str()),
    };
    let (base, if_exists) = match rest.strip_suffix("ifexists") {
        Some(base) => (base, true),
        None => (rest, false),
    };
    let known = [
        "stringequals",
        "stringnotequals",
        "stringequalsignorecase",
        "stringnotequalsignorecase",
        "stringlike",
        "stringnotlike",
        "numericequals",
        "numericnotequals",
        "numericlessthan",
        "numericlessthanequals",
        "numericgreaterthan",
        "numericgreaterthanequals",
        "dateequals",
        "datenotequals",
        "datelessthan",
        "datelessthanequals",
        "dategreaterthan",
        "dategreaterthanequals",
        "bool",
        "binaryequals",
        "ipaddress",
        "notipaddress",
        "arnequals",
        "arnnotequals",
        "arnlike",
        "arnnotlike",
        "null",
    ];
    if !known.contains(&base) || !["", "foranyvalue", "forallvalues"].contains(&set) || (base == "null" && if_exists) {
        return deny;
    }
    let (positive, negated) = match base {
        "notipaddress" => ("ipaddress".to_owned(), true),
        other => (other.replace("not", ""), other.contains("not")),
    };
    let held: Vec<String> = match held(key, asked) {
        None => Vec::new(),
        Some(Held::One(value)) => vec![value.clone()],
        Some(Held::Many(values)) => values.clone(),
    };
    let many = matches!(self::held(key, asked), Some(Held::Many(_)));
    if positive == "null" {
        return values.iter().any(|value| value.eq_ignore_ascii_case(&held.is_empty().to_string()));
    }
    let matches = |held: &String| {
        let found: Vec<Option<bool>> =
            values.iter().map(|value| compare(&positive, value, held, asked, variables)).collect();
        if found.contains(&Some(true)) {
            !negated
        } else if found.contains(&None) {
            false
        } else {
            negated
        }
    };
    // "Creating a condition with multiple keys or values": for all values is true and for any value is false when the
    // values "resolve to a null data set, such as an empty string".
    let null = held.iter().all(String::is_empty) && held.len() < 2;
    match set {
        "forallvalues" => null || held.iter().all(matches),
        "foranyvalue" => !null && held.iter().any(matches),
        _ if held.is_empty() => negated || if_exists,
        _ => !many && held.iter().all(matches),
    }
}

/// Whether the policy's value matches the request's; `None` when a variable of it cannot be filled.
fn compare(operator: &str, value: &str, held: &str, asked: &Asked, variables: bool) -> Option<bool> {
    let filled = |value: &str| if variables { fill(value, asked) } else { Some(characters(value)) };
    let literal = |value: &str| -> Option<String> {
        // Stars and question marks stand for themselves.
        let signs = if variables { fill(value, asked)? } else { characters(value) };
        Some(signs.iter().map(|sign| sign.as_character()).collect())
    };
    Some(match operator {
        "stringequals" => literal(value)? == held,
        "stringequalsignorecase" => literal(value)?.to_lowercase() == held.to_lowercase(),
        "stringlike" => wild(&filled(value)?, &plain(held)),
        "arnequals" | "arnlike" => arn_like(&filled(value)?, held),
        "bool" => {
            let truth = |text: &str| text.to_lowercase().parse::<bool>().ok();
            truth(&literal(value)?).is_some_and(|wanted| truth(held) == Some(wanted))
        }
        "binaryequals" => ordered(bytes(held), bytes(value), |left, right| left == right),
        "ipaddress" => in_range(value, held),
        "numericequals" => ordered(number(held), number(value), |left, right| left == right),
        "numericlessthan" => ordered(number(held), number(value), |left, right| left < right),
        "numericlessthanequals" => ordered(number(held), number(value), |left, right| left <= right),
        "numericgreaterthan" => ordered(number(held), number(value), |left, right| left > right),
        "numericgreaterthanequals" => ordered(number(held), number(value), |left, right| left >= right),
        "dateequals" => ordered(date(held), date(value), |left, right| left == right),
        "datelessthan" => ordered(date(held), date(value), |left, right| left < right),
        "datelessthanequals" => ordered(date(held), date(value), |left, right| left <= right),
        "dategreaterthan" => ordered(date(held), date(value), |left, right| left > right),
        "dategreaterthanequals" => ordered(date(held), date(value), |left, right| left >= right),
        _ => false,
    })
}

fn ordered<T>(left: Option<T>, right: Option<T>, relation: impl Fn(T, T) -> bool) -> bool {
    match (left, right) {
        (Some(left), Some(right)) => relation(left, right),
        _ => false,
    }
}

/// Base64, RFC 4648: six bits a letter, and what does not fill a byte at the end is dropped.
fn bytes(text: &str) -> Option<Vec<u8>> {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    if !text.len().is_multiple_of(4) {
        return None;
    }
    let unpadded = text.strip_suffix("==").or_else(|| text.strip_suffix('=')).unwrap_or(text);
    let mut bits = Vec::new();
    for letter in unpadded.chars() {
        let value = LETTERS.find(letter)?;
        bits.extend((0..6).rev().map(|bit| value >> bit & 1));
    }
    Some(bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |byte, bit| byte << 1 | *bit as u8)).collect())
}

/// "Numeric condition operators": integers and decimals, here as a count of 10^-18.
fn number(text: &str) -> Option<i128> {
    const PLACES: usize = 18;
    let (minus, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(whole) || !all_digits(part) || part.len() > PLACES {
        return None;
    }
    let number: i128 = format!("{whole}{part:0<PLACES$}").parse().ok()?;
    Some(if minus { -number } else { number })
}

/// "Date condition operators": seconds since 1970, or one of the W3C's forms of a date (NOTE-datetime: months, days, and
/// times of day to the minute, to the second and finer). AWS also takes a year before Christ.
fn date(text: &str) -> Option<i128> {
    if let Some(year) = text.strip_prefix('-').and_then(|year| year.parse::<i16>().ok()) {
        let date = jiff::civil::Date::new(-year, 1, 1).ok()?;
        return Some(date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_nanosecond());
    }
    if let Ok(seconds) = text.parse::<i64>() {
        return (seconds >= 0).then_some(i128::from(seconds) * 1_000_000_000);
    }
    let full = match (text.len(), text.split_once('T')) {
        (7, None) => format!("{text}-01T00:00:00Z"),
        (10, None) => format!("{text}T00:00:00Z"),
        (_, Some((day, time))) if time.len() > 5 && !time[5..].starts_with(':') => {
            format!("{day}T{}:00{}", &time[..5], &time[5..])
        }
        _ => text.to_owned(),
    };
    full.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_nanosecond)
}

/// "IP address condition operators": bit by bit.
fn in_range(range: &str, held: &str) -> bool {
    let (network, length) = range.split_once('/').unwrap_or((range, ""));
    let bits = |text: &str| -> Option<Vec<bool>> {
        let bytes = match text.parse::<IpAddr>().ok()? {
            IpAddr::V4(address) => address.octets().to_vec(),
            IpAddr::V6(address) => address.octets().to_vec(),
        };
        Some(bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1 == 1)).collect())
    };
    let (Some(network), Some(held)) = (bits(network), bits(held)) else { return false };
    let length = match length {
        "" if range.contains('/') => return false,
        "" => network.len(),
        digits => match digits.parse::<usize>() {
            Ok(length) if length <= network.len() => length,
            _ => return false,
        },
    };
    network.len() == held.len() && network.iter().take(length).eq(held.iter().take(length))
}

/// "Amazon Resource Name (ARN) condition operators": six parts, each by itself; the star alone is any ARN.
fn arn_like(pattern: &[Sign], text: &str) -> bool {
    let texts: Vec<&str> = text.splitn(6, ':').collect();
    let mut patterns: Vec<&[Sign]> = pattern.splitn(6, |sign| *sign == Sign::Exactly(':')).collect();
    if pattern == [Sign::Many] {
        patterns = vec![pattern; 6];
    }
    texts.len() == 6
        && patterns.len() == 6
        && patterns.iter().zip(&texts).all(|(pattern, text)| wild(pattern, &plain(text)))
}

/// "IAM JSON policy elements: Resource": wildcards work within the segments of an ARN, the last of which may hold colons
/// of its own; a star that ends a segment "can expand to match beyond the colon boundaries". The star alone is
/// everything, and an ARN that is too short goes on with stars, as AWS shows it when it refuses one.
fn resource_like(pattern: &[Sign], text: &str) -> bool {
    if pattern == [Sign::Many] {
        return true;
    }
    let segments: Vec<&[Sign]> = pattern.splitn(6, |sign| *sign == Sign::Exactly(':')).collect();
    let exact = pattern.iter().all(|sign| matches!(sign, Sign::Exactly(_)));
    if exact && segments[0] != characters("arn").as_slice() {
        return pattern.iter().map(|sign| sign.as_character()).eq(text.chars());
    }
    if text.splitn(6, ':').count() < 6 {
        return false;
    }
    let mut longer = pattern.to_vec();
    for _ in segments.len()..6 {
        longer.extend(characters(":*"));
    }
    [pattern.to_vec(), longer].iter().any(|pattern| wild(&bounded(pattern), &plain(text)))
}

/// The wildcards of the first five segments, kept to their segments but for a star at the end of one.
fn bounded(pattern: &[Sign]) -> Vec<Sign> {
    let mut colons = 0;
    let mut signs = Vec::new();
    for (at, sign) in pattern.iter().enumerate() {
        let ends = pattern.get(at + 1).is_none_or(|next| *next == Sign::Exactly(':'));
        colons += usize::from(*sign == Sign::Exactly(':'));
        signs.push(match sign {
            Sign::Many if colons < 5 && !ends => Sign::ManyOfSegment,
            Sign::Single if colons < 5 => Sign::SingleOfSegment,
            other => *other,
        });
    }
    signs
}

/// A character of a pattern.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Sign {
    Exactly(char),
    Single,
    Many,
    /// The same, for any character but a colon.
    SingleOfSegment,
    ManyOfSegment,
}

impl Sign {
    const fn as_character(self) -> char {
        match self {
            Self::Exactly(character) => character,
            Self::Single | Self::SingleOfSegment => '?',
            Self::Many | Self::ManyOfSegment => '*',
        }
    }
}

fn characters(pattern: &str) -> Vec<Sign> {
    pattern
        .chars()
        .map(|character| match character {
            '*' => Sign::Many,
            '?' => Sign::Single,
            other => Sign::Exactly(other),
        })
        .collect()
}

fn plain(text: &str) -> Vec<char> {
    text.chars().collect()
}

/// "Variables and tags": what is put in is plain text; a variable that is missing, or has several values, has none.
fn fill(value: &str, asked: &Asked) -> Option<Vec<Sign>> {
    let mut signs = Vec::new();
    let mut rest = value;
    while let Some(at) = rest.find("${") {
        let (front, behind) = (&rest[..at], &rest[at + 2..]);
        signs.extend(characters(front));
        let end = behind.find(['}', ',']);
        let (key, default, after) = match end {
            Some(end) if end > 0 && behind[end..].starts_with('}') => (&behind[..end], None, &behind[end + 1..]),
            Some(end) if behind[end..].starts_with(", '") && behind[end + 3..].contains("'}") => {
                let close = end + 3 + behind[end + 3..].find("'}")?;
                (&behind[..end], Some(&behind[end + 3..close]), &behind[close + 2..])
            }
            _ => {
                signs.extend(characters("${"));
                rest = behind;
                continue;
            }
        };
        let found = match (key, held(key, asked)) {
            ("*" | "?" | "$", _) if default.is_none() => Some(key.to_owned()),
            (_, Some(Held::One(value))) => Some(value.clone()),
            _ => default.map(str::to_owned),
        };
        signs.extend(found?.chars().map(Sign::Exactly));
        rest = after;
    }
    signs.extend(characters(rest));
    Some(signs)
}

/// Every way to place the stars, row by row.
fn wild(pattern: &[Sign], text: &[char]) -> bool {
    let mut reach = vec![false; text.len() + 1];
    reach[0] = true;
    for sign in pattern {
        let mut next = vec![false; text.len() + 1];
        for at in 0..=text.len() {
            next[at] = match sign {
                Sign::Many => reach[at] || (at > 0 && next[at - 1]),
                Sign::ManyOfSegment => reach[at] || (at > 0 && next[at - 1] && text[at - 1] != ':'),
                Sign::Single => at > 0 && reach[at - 1],
                Sign::SingleOfSegment => at > 0 && reach[at - 1] && text[at - 1] != ':',
                Sign::Exactly(character) => at > 0 && reach[at - 1] && text[at - 1] == *character,
            };
        }
        reach = next;
    }
    reach[text.len()]
}
