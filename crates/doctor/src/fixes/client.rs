//! What the caller's own side can do: another endpoint, another setting, another parameter.

use super::{Candidate, Patient};
use crate::{
    Case, Cause, Code, Run,
    causes::{Clue, denied_weighing, duration_limit, wanted_scope},
    edit::{Edit, Table, quoted, set_in_profile},
    run::region_of,
};
use rolecall_clients::{At as ClientAt, EndpointKind};
use rolecall_names::{AccountId, Activation, Partition, Region};
use rolecall_world::{PlaceKind, World};

/// Fixes of a client that refuses its own settings.
pub(super) fn refused(case: &Case<'_>, run: &Run<'_>, cause: &Cause, out: &mut Vec<Candidate>) {
    let world = case.world;
    let account = run.place.account.as_ref().map(|account| account.value);
    let Some(account) = account.or_else(|| world.accounts.first().map(|account| account.id.value)) else { return };
    let table = Table::at(world, run.call.at);
    if let Some(at) = cause.at
        && world.files.excerpt(at).len() < 40
        && at != run.call.client.at
    {
        let quotes = world.files.excerpt(at).starts_with(['"', '\'']);
        let value = if quotes { quoted("regional") } else { "regional".to_owned() };
        out.push(Candidate {
            id: "valid-setting",
            text: "Set it to regional, one of the two values that clients take.".to_owned(),
            account,
            edits: vec![Edit::replace(world, at, value)],
            widens: None,
            rank: 10,
        });
    }
    if let Some(region) = region_of(world, run.place).or(Some(Region::US_EAST_1.name())) {
        out.push(Candidate {
            id: "region-in-code",
            text: format!("Give the client its Region: {region}."),
            account,
            edits: vec![table.set("region", &quoted(region))],
            widens: None,
            rank: 20,
        });
    }
    for key in ["options", "env"] {
        if let Some(edit) = table.remove(key) {
            out.push(Candidate {
                id: "without-settings",
                text: format!("Leave the call's {key} out, which the client refuses."),
                account,
                edits: vec![edit],
                widens: None,
                rank: 60,
            });
        }
    }
}

pub(super) fn candidates(patient: &Patient<'_, '_>, out: &mut Vec<Candidate>) {
    match patient.cause.code {
        Code::SourceAddressMismatch | Code::VpcEndpointPolicy => {
            let through = patient.hop.journey.ended.as_ref().is_ok_and(|arrival| arrival.vpc_endpoint.is_some());
            if through {
                global(patient, 20, out);
            } else {
                regional(patient, 20, out);
            }
        }
        Code::SourceVpcEndpointMismatch => regional(patient, 10, out),
        Code::EndpointUnreachable => unreachable(patient, out),
        Code::ExternalIdMismatch => wanted_value(patient, "external_id", "external_id", "the external id", out),
        Code::UserIdMismatch => session_name(patient, out),
        Code::MfaMissing => mfa(patient, out),
        Code::SourceIdentityMissing if matches!(patient.cause.clue, Clue::Condition { .. }) => {
            wanted_value(patient, "source_identity", "source_identity", "the source identity", out);
        }
        Code::ConditionMismatch => condition(patient, out),
        Code::TagSessionMissing => {
            let table = Table::at(patient.world(), patient.run.call.at);
            if let Some(edit) = table.remove("tags") {
                let mut edits = vec![edit];
                edits.extend(table.remove("transitive_tag_keys"));
                own(patient, "without-tags", "Call without session tags.", edits, 40, out);
            }
        }
        Code::SourceIdentityMissing => {
            let table = Table::at(patient.world(), patient.run.call.at);
            if let Some(edit) = table.remove("source_identity") {
                own(patient, "without-source-identity", "Call without a source identity.", vec![edit], 40, out);
            }
        }
        Code::SignatureScopeMismatch => scope(patient, out),
        Code::RegionDisabled | Code::TokenVersion | Code::PartitionMismatch => other_region(patient, out),
        Code::DurationOverLimit => {
            if let Some(limit) = duration_limit(patient.case, patient.hop) {
                let seconds = limit.seconds.to_string();
                let edit = parameter(patient, "duration_seconds", "duration_seconds", &seconds, &seconds);
                let text = format!("Ask for {seconds} seconds at most.");
                own(patient, "shorter-duration", &text, vec![edit], 10, out);
            }
        }
        Code::RoleMissing => nearest_role(patient, out),
        Code::ClockSkew => {
            let table = Table::at(patient.world(), patient.run.place.at);
            if let Some(edit) = table.remove("clock_skew_seconds") {
                own(patient, "set-the-clock", "Set the machine's clock, and keep it set (NTP).", vec![edit], 10, out);
            }
        }
        _ => {}
    }
}

/// A fix that the caller's own account makes, and that lets in nobody but the caller.
fn own(patient: &Patient<'_, '_>, id: &'static str, text: &str, edits: Vec<Edit>, rank: u8, out: &mut Vec<Candidate>) {
    let account = patient.own_account();
    out.push(Candidate { id, text: text.to_owned(), account, edits, widens: None, rank });
}

fn table<'p>(patient: &Patient<'p, '_>) -> Table<'p> {
    Table::at(patient.case.world, patient.run.call.at)
}

/// Sets a parameter of the `AssumeRole` that failed: in the call itself, or in the profile that makes it.
fn parameter(patient: &Patient<'_, '_>, key: &str, profile_key: &str, value: &str, in_profile: &str) -> Edit {
    match (patient.hop.hop.at, patient.run.call.config) {
        (ClientAt::Config(span), Some(config)) if !patient.hop.own => {
            set_in_profile(patient.world(), config.file, span.start as usize, profile_key, in_profile)
        }
        _ => table(patient).set(key, value),
    }
}

/// Calls the global endpoint, which leaves the VPC by its routes.
fn global(patient: &Patient<'_, '_>, rank: u8, out: &mut Vec<Candidate>) {
    let client = patient.run.client.name();
    let table = table(patient);
    if patient.hop.hop.endpoint.kind == EndpointKind::Global {
        return;
    }
    if takes_aws_global(client) {
        let text = "Name the global endpoint for this one client: the Region aws-global, which is signed for us-east-1. \
                    It works today and touches one caller; AWS advises Regional endpoints.";
        own(patient, "global-endpoint-in-code", text, vec![table.set("region", "\"aws-global\"")], rank, out);
    } else {
        let edits = vec![
            table.set("region", "\"us-east-1\""),
            table.set_member("options", "endpoint_url", "\"https://sts.amazonaws.com\""),
        ];
        let text = "Name the global endpoint and its signing Region, us-east-1, for this one client. It works today and \
                    touches one caller; AWS advises Regional endpoints.";
        own(patient, "global-endpoint-in-code", text, edits, rank, out);
    }
    let edit = table.set_member("env", "AWS_STS_REGIONAL_ENDPOINTS", "\"legacy\"");
    let text = "Set AWS_STS_REGIONAL_ENDPOINTS=legacy (or sts_regional_endpoints = legacy in the profile). Every client \
                that reads the same environment or file goes to the global endpoint then.";
    own(patient, "legacy-setting", text, vec![edit], rank + 10, out);
}

/// Clients that take the Region `aws-global`.
///
/// Source: AWS SDKs and Tools Reference Guide, "AWS STS Regional endpoints".
fn takes_aws_global(client: &str) -> bool {
    matches!(
        client,
        "boto3" | "botocore" | "aws-cli" | "aws-sdk-js" | "aws-sdk-java" | "aws-sdk-kotlin" | "aws-sdk-php"
    )
}

/// Calls the endpoint of the Region the place is in.
fn regional(patient: &Patient<'_, '_>, rank: u8, out: &mut Vec<Candidate>) {
    let Some(region) = region_of(patient.world(), patient.run.place) else { return };
    let table = table(patient);
    let url = format!("https://sts.{region}.{}", suffix(region));
    let told = quoted(&url);
    let edits = vec![table.set_member("options", "endpoint_url", &told), table.set("region", &quoted(region))];
    let text = format!("Name the Region's endpoint for this one client: {url}.");
    own(patient, "regional-endpoint-url", &text, edits, rank + 5, out);
    let edits = vec![
        table.set_member("env", "AWS_STS_REGIONAL_ENDPOINTS", "\"regional\""),
        table.set("region", &quoted(region)),
    ];
    let text = "Set AWS_STS_REGIONAL_ENDPOINTS=regional (or sts_regional_endpoints = regional in the profile): the \
                default of newer clients, and AWS's advice. Every other AWS SDK that reads the same environment or file \
                goes to its Region's endpoint then too.";
    own(patient, "regional-setting", text, edits, rank, out);
    let edits = vec![table.set("region", &quoted(region))];
    let text = format!("Call the endpoint of the Region that the call is made in: region {region}.");
    own(patient, "own-region", &text, edits, rank + 2, out);
}

fn suffix(region: &str) -> &'static str {
    region.parse::<Region>().map_or("amazonaws.com", |region| region.partition().dns_suffix())
}

fn unreachable(patient: &Patient<'_, '_>, out: &mut Vec<Candidate>) {
    regional(patient, 10, out);
    let table = table(patient);
    let world = patient.world();
    // The endpoint's own name, which needs no private DNS.
    if let Some(subnet) = &patient.run.place.subnet
        && let Some(subnet) = world.subnet(&subnet.value)
    {
        let endpoints = world.endpoints.iter().filter(|endpoint| endpoint.vpc.value == subnet.vpc.value);
        for endpoint in endpoints.take(2) {
            if let Some(region) = endpoint.service.value.split('.').nth(2)
                && endpoint.service.value.ends_with(".sts")
            {
                let url = format!("https://{}-00000000.sts.{region}.vpce.{}", &*endpoint.id.value, suffix(region));
                let edits = vec![
                    table.set_member("options", "endpoint_url", &quoted(&url)),
                    table.set("region", &quoted(region)),
                ];
                let text = format!(
                    "Name the VPC endpoint itself for this one client: {url} (its DNS name is in the console)."
                );
                own(patient, "vpc-endpoint-url", &text, edits, 30, out);
            }
        }
    }
    if let Some(edit) = table.remove("options") {
        own(patient, "without-endpoint-url", "Leave the endpoint's URL to the client.", vec![edit], 20, out);
    }
    // Another Region's endpoint: for a workload inside a Region AWS advises against it.
    let outside = matches!(patient.run.place.kind, PlaceKind::OnPremises | PlaceKind::Internet);
    let here = &patient.hop.hop.endpoint.region;
    let others = ["us-west-2", "eu-west-1", "us-east-1"].into_iter().filter(|region| region != here);
    for region in others {
        let text = format!(
            "Call another Region's endpoint, such as {region}. {}",
            if outside {
                "Callers outside AWS may do so."
            } else {
                "AWS advises workloads inside a Region against it."
            }
        );
        let mut edits = vec![table.set("region", &quoted(region))];
        if !matches!(patient.run.client.name(), "aws-cli") {
            edits.push(table.set_member(
                "options",
                "endpoint_url",
                &quoted(&format!("https://sts.{region}.amazonaws.com")),
            ));
        }
        own(patient, "another-region", &text, edits, if outside { 15 } else { 80 }, out);
    }
}

/// The one literal value that the condition wants.
fn wanted(patient: &Patient<'_, '_>) -> Option<String> {
    let Clue::Condition { document, statement, condition } = &patient.cause.clue else { return None };
    let weighing = denied_weighing(patient.hop)?;
    let found = patient.case.document(patient.run, patient.hop, weighing, *document)?;
    let view = found.policy.document.statement(*statement)?;
    let condition = view.conditions().nth(*condition)?;
    let pattern = condition.operator().to_ascii_lowercase().contains("like");
    let literal = |value: &&str| !(value.contains("${") || pattern && value.contains(['*', '?']));
    condition.values().find(literal).map(str::to_owned)
}

fn wanted_value(patient: &Patient<'_, '_>, key: &str, profile_key: &str, what: &str, out: &mut Vec<Candidate>) {
    let Some(value) = wanted(patient) else { return };
    let edit = parameter(patient, key, profile_key, &quoted(&value), &value);
    own(patient, "send-what-is-wanted", &format!("Send {what} that the policy wants: {value}."), vec![edit], 10, out);
}

/// The session's name in the caller's user id: it is set where the session before was made.
fn session_name(patient: &Patient<'_, '_>, out: &mut Vec<Candidate>) {
    let Some(value) = wanted(patient) else { return };
    let Some((id, name)) = value.split_once(':') else { return };
    if !patient.hop.caller.user_id.starts_with(id) {
        return;
    }
    let world = patient.world();
    let made_by = patient.run.hops.len().checked_sub(2).and_then(|before| patient.run.hops.get(before));
    match (made_by.map(|hop| (hop.hop.at, &hop.hop.profile)), patient.run.call.config) {
        (Some((ClientAt::Config(span), profile)), Some(config)) => {
            let edit = set_in_profile(world, config.file, span.start as usize, "role_session_name", name);
            let profile = profile.as_deref().unwrap_or("source");
            let text = format!(
                "Set role_session_name = {name} on the source profile ({profile}), which makes the calling session. On the \
                 target's profile it would change nothing."
            );
            own(patient, "role-session-name", &text, vec![edit], 10, out);
        }
        (None, _) => {
            let edit = Table::at(world, patient.run.place.at).set("session_name", &quoted(name));
            let text = match patient.case.recorded(patient.run.call) {
                // A record shows the session that calls, and not who made it.
                Some(_) => format!(
                    "Have the calling session named {name} where it is made: by role_session_name on the source profile, \
                     not on the target's, or by RoleSessionName in the call before. Clear the CLI's cache, which holds the \
                     old session."
                ),
                None => format!("Have the place's session called {name}."),
            };
            own(patient, "role-session-name", &text, vec![edit], 10, out);
        }
        (Some(_), _) => {}
    }
}

fn mfa(patient: &Patient<'_, '_>, out: &mut Vec<Candidate>) {
    let users = &patient.world().users;
    let user = users.iter().find(|user| user.entity.id.as_str() == patient.hop.caller.user_id);
    let Some(device) = user.and_then(|user| user.mfa.as_ref()) else { return };
    let serial = device.serial.to_string();
    let edit = parameter(patient, "mfa", "mfa_serial", &quoted(&serial), &serial);
    let text = format!("Give an MFA code with the call: serial number {serial}.");
    own(patient, "mfa-code", &text, vec![edit], 10, out);
}

/// Conditions on what the call itself says.
fn condition(patient: &Patient<'_, '_>, out: &mut Vec<Candidate>) {
    let Clue::Condition { document, statement, condition } = &patient.cause.clue else { return };
    let Some(weighing) = denied_weighing(patient.hop) else { return };
    let Some(found) = patient.case.document(patient.run, patient.hop, weighing, *document) else { return };
    let Some(view) = found.policy.document.statement(*statement) else { return };
    let Some(condition) = view.conditions().nth(*condition) else { return };
    let key = condition.key().to_ascii_lowercase();
    if key == "sts:rolesessionname" {
        wanted_value(patient, "session_name", "role_session_name", "the session name", out);
    } else if let Some(tag) = condition.key().get("aws:RequestTag/".len()..)
        && key.starts_with("aws:requesttag/")
        && let Some(value) = wanted(patient)
        && patient.hop.own
    {
        let edit = table(patient).set_member("tags", &quoted(tag), &quoted(&value));
        own(patient, "send-the-tag", &format!("Tag the session with {tag} = {value}."), vec![edit], 10, out);
    } else if key == "aws:requestedregion"
        && let Some(region) = wanted(patient)
    {
        let edit = table(patient).set("region", &quoted(&region));
        own(patient, "call-the-region", &format!("Call the endpoint of {region}."), vec![edit], 10, out);
    } else if key == "aws:securetransport" {
        let edit = table(patient).remove("options");
        out.extend(edit.map(|edit| Candidate {
            id: "over-tls",
            text: "Call over TLS.".to_owned(),
            account: patient.own_account(),
            edits: vec![edit],
            widens: None,
            rank: 10,
        }));
    }
}

fn scope(patient: &Patient<'_, '_>, out: &mut Vec<Candidate>) {
    let wanted = wanted_scope(patient.hop).to_owned();
    let table = table(patient);
    let text = format!("Sign for {wanted}: give the client that Region beside the URL.");
    own(patient, "signing-region", &text, vec![table.set("region", &quoted(&wanted))], 10, out);
    if let Some(edit) = table.remove("options") {
        own(patient, "without-endpoint-url", "Leave the endpoint's URL to the client.", vec![edit], 20, out);
    }
}

/// A Region in which the credentials are known.
fn other_region(patient: &Patient<'_, '_>, out: &mut Vec<Candidate>) {
    let table = table(patient);
    let partition = patient.case.directory.account(patient.own_account()).map(rolecall_directory::Account::partition);
    let here = region_of(patient.world(), patient.run.place).and_then(|region| region.parse::<Region>().ok());
    let usable = |region: &Region| {
        Some(region.partition()) == partition
            && region.activation() != Activation::OptIn
            && region.name() != patient.hop.hop.endpoint.region
    };
    let default = partition.and_then(default_region);
    for region in here.into_iter().chain(default).filter(usable) {
        let mut edits = vec![table.set("region", &quoted(region.name()))];
        edits.extend(table.remove("options"));
        let text = format!("Call the endpoint of {region}, where the credentials are known and STS is on.");
        own(patient, "another-region", &text, edits, 20, out);
    }
}

fn default_region(partition: Partition) -> Option<Region> {
    let name = match partition {
        Partition::Aws => "us-east-1",
        Partition::AwsCn => "cn-north-1",
        Partition::AwsUsGov => "us-gov-west-1",
        Partition::AwsEusc => "eusc-de-east-1",
        Partition::AwsIso => "us-iso-east-1",
        Partition::AwsIsoB => "us-isob-east-1",
        Partition::AwsIsoE => "eu-isoe-west-1",
        Partition::AwsIsoF => "us-isof-south-1",
    };
    name.parse().ok()
}

/// So many names are tried.
const NAMES: usize = 3;

fn nearest_role(patient: &Patient<'_, '_>, out: &mut Vec<Candidate>) {
    let asked = &patient.hop.hop.role_arn.value;
    let account = rolecall_names::Arn::parse(asked).ok().and_then(|arn| arn.account_id());
    let mut arns = role_arns(patient.world(), patient.case, account);
    arns.sort_by_key(|arn| distance(arn, asked));
    for arn in arns.into_iter().take(NAMES) {
        let edit = parameter(patient, "assume", "role_arn", &quoted(&arn), &arn);
        own(patient, "name-the-role", &format!("Name a role that is there: {arn}."), vec![edit], 10, out);
    }
}

fn role_arns(world: &World, case: &Case<'_>, account: Option<AccountId>) -> Vec<String> {
    let roles = world.roles.iter().map(|role| &role.entity).filter(|entity| Some(entity.account.value) == account);
    let arn = |entity: &rolecall_world::Entity| {
        let partition = case.directory.account(entity.account.value)?.partition();
        Some(rolecall_names::role_arn(partition, entity.account.value, &entity.path, &entity.name))
    };
    roles.filter_map(arn).collect()
}

/// How far two texts are from each other: letters that have to be changed, added or taken away.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().take(512).collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, letter) in one.chars().take(512).enumerate() {
        let mut diagonal = index;
        let mut left = index + 1;
        let mut next = vec![left];
        for (above, known) in row.iter().skip(1).zip(&other) {
            let cost = diagonal + usize::from(*known != letter);
            left = cost.min(above + 1).min(left + 1);
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_differ_by_a_letter_are_near() {
        for (one, other, expected) in
            [("role-b", "role-b", 0), ("role-b", "role-c", 1), ("", "abc", 3), ("kitten", "sitting", 3)]
        {
            assert_eq!(distance(one, other), expected);
        }
    }
}
