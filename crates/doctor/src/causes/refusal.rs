//! Refusals that no policy decided: who signed, for where, for how long.

use super::{Cause, Clue, Code, chosen};
use crate::{
    Case, HopRun, Run, edit,
    run::{file_of, place_of},
};
use rolecall_clients::{At as ClientAt, EndpointKind, SessionName, Source};
use rolecall_names::{Activation, Region};
use rolecall_policy::Span;
use rolecall_sigv4::SKEW_SECONDS;
use rolecall_wire::{Fault, FaultCode};
use rolecall_world::{At, Located};

/// Why `fault` was the answer, where no question was answered with no.
pub(super) fn cause(case: &Case<'_>, run: &Run<'_>, hop: &HopRun, fault: &Fault) -> Cause {
    let (code, text, at) = found(case, run, hop, fault);
    Cause { code, text, at: Some(at), clue: Clue::Plain }
}

fn found(case: &Case<'_>, run: &Run<'_>, hop: &HopRun, fault: &Fault) -> (Code, String, At) {
    let endpoint = &hop.hop.endpoint;
    let chosen = chosen(run, hop);
    let of_hop = place_of(run.call, hop.hop.at);
    match fault.code {
        FaultCode::AccessDenied if hop.caller.arn.ends_with(":root") => {
            let text = "the caller is an account's root user, and AWS lets no root user assume a role".to_owned();
            (Code::RootCaller, text, of_hop)
        }
        FaultCode::AccessDenied => match &hop.hop.mfa_serial {
            Some(serial) => {
                let text = format!(
                    "the call answers for the MFA device {}, which is not one that {} holds",
                    serial.value, hop.caller.arn
                );
                (Code::MfaMissing, text, place_of(run.call, serial.at))
            }
            None => (Code::ParameterInvalid, format!("STS refuses the call: {}", fault.message), of_hop),
        },
        FaultCode::SignatureDoesNotMatch => scope_or_clock(case, run, hop, chosen, of_hop),
        FaultCode::InvalidClientTokenId => unknown(case, run, hop, chosen, of_hop),
        FaultCode::RegionDisabledException => {
            let role = case.role_by_arn(&hop.hop.role_arn.value);
            let account = role.map(|role| role.entity.account.value);
            let world = case.world.accounts.iter().find(|known| Some(known.id.value) == account);
            let at = world.and_then(|account| {
                account.deactivated.iter().find(|region| region.name() == endpoint.region).map(|region| region.at)
            });
            let text = format!(
                "the role's account, {}, has switched STS off in {}: the endpoint there makes no credentials for it",
                account.map_or_else(String::new, |account| case.account_name(account)),
                endpoint.region
            );
            (Code::RegionDisabled, text, at.unwrap_or(of_hop))
        }
        FaultCode::ValidationError => duration(case, run, hop, fault, of_hop),
        FaultCode::PackedPolicyTooLarge => {
            let at = run.call.policy.as_ref().map(|policy| policy.at).filter(|_| hop.own);
            (
                Code::PackedPolicyTooLarge,
                format!("the session does not fit into a token: {}", fault.message),
                at.unwrap_or(of_hop),
            )
        }
        _ => {
            let text = format!("STS does not take the call as it is: {}", fault.message);
            (Code::ParameterInvalid, text, misfit(run, hop).unwrap_or(of_hop))
        }
    }
}

fn scope_or_clock(case: &Case<'_>, run: &Run<'_>, hop: &HopRun, chosen: At, of_hop: At) -> (Code, String, At) {
    if let Some(skew) = run.place.clock_skew_seconds.as_ref().filter(|skew| skew.value.abs() > SKEW_SECONDS) {
        let (seconds, direction) = (skew.value.abs(), if skew.value < 0 { "behind" } else { "ahead" });
        let text = format!(
            "the caller's clock is {seconds} seconds {direction}; AWS takes signatures that are at most {} minutes off",
            SKEW_SECONDS / 60
        );
        return (Code::ClockSkew, text, skew.at);
    }
    let endpoint = &hop.hop.endpoint;
    let wanted = wanted_scope(hop);
    if endpoint.signing_region != wanted {
        let what = if endpoint.kind == EndpointKind::Global { "the global endpoint" } else { "that endpoint" };
        let text = format!(
            "the request goes to {} and is signed for {}; {what} takes signatures for {wanted} alone",
            endpoint.host, endpoint.signing_region
        );
        return (Code::SignatureScopeMismatch, text, chosen);
    }
    let text = "the secret access key is not the one that belongs to the access key id".to_owned();
    (Code::AccessKeyUnknown, text, key_at(case, run, "aws_secret_access_key").unwrap_or(of_hop))
}

/// Where the key stands that the credentials begin with, or its secret.
fn key_at(case: &Case<'_>, run: &Run<'_>, setting: &str) -> Option<At> {
    let access_key_id = match &run.plan.as_ref().ok()?.start {
        Source::StaticKeys { access_key_id, .. } => access_key_id,
        Source::Environment { access_key_id } => access_key_id.as_ref()?,
        _ => return None,
    };
    let (ClientAt::Config(span) | ClientAt::Credentials(span)) = access_key_id.at else {
        return Some(place_of(run.call, access_key_id.at));
    };
    let file = file_of(run.call, access_key_id.at)?;
    let range = edit::setting(case.world.files.text(file), span.start as usize, setting)?;
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Some(At { file, span: Span::new(offset(range.start), offset(range.end)) })
}

/// The Region that an endpoint wants in the scope of a signature.
pub(crate) fn wanted_scope(hop: &HopRun) -> &str {
    match hop.hop.endpoint.kind {
        EndpointKind::Global => Region::US_EAST_1.name(),
        EndpointKind::Regional | EndpointKind::Vpce | EndpointKind::Custom => &hop.hop.endpoint.region,
    }
}

fn unknown(case: &Case<'_>, run: &Run<'_>, hop: &HopRun, chosen: At, of_hop: At) -> (Code, String, At) {
    let endpoint = &hop.hop.endpoint;
    let account = case.directory.account(hop.caller.account);
    let region: Option<Region> = endpoint.region.parse().ok();
    if let (Some(account), Some(region)) = (account, region) {
        if account.partition() != region.partition() {
            let text = format!(
                "{} is an endpoint of the partition {}, and the caller's account is in {}: credentials are not known \
                 outside of their partition",
                endpoint.host,
                region.partition(),
                account.partition()
            );
            return (Code::PartitionMismatch, text, chosen);
        }
        let opted_in = account.preferences().opted_in.contains(&region);
        if region.activation() == Activation::OptIn && !opted_in {
            let named = case.world.accounts.iter().find(|known| known.id.value == account.id());
            let text = format!(
                "the account {} has not switched on {region}, an opt-in Region: its credentials are not known there",
                case.account_name(account.id())
            );
            return (Code::RegionDisabled, text, named.map_or(chosen, |account| account.id.at));
        }
        if region.activation() == Activation::OptIn && hop.first_version {
            let text = format!(
                "the session comes from the global endpoint and has a token of version 1, which {region}, an opt-in \
                 Region, does not take"
            );
            return (Code::TokenVersion, text, chosen);
        }
    }
    let text = "the access key is none of an account in this world".to_owned();
    (Code::AccessKeyUnknown, text, key_at(case, run, "aws_access_key_id").unwrap_or(of_hop))
}

fn duration(case: &Case<'_>, run: &Run<'_>, hop: &HopRun, fault: &Fault, of_hop: At) -> (Code, String, At) {
    if let Some((seconds, at)) = hop.hop.duration_seconds
        && let Some(limit) = duration_limit(case, hop)
        && seconds > limit.seconds
    {
        let text = match limit.chaining {
            true => format!(
                "the call asks for {seconds} seconds; a role that is assumed with another role's session gives {} at most",
                limit.seconds
            ),
            false => format!("the call asks for {seconds} seconds; the role's longest session is {}", limit.seconds),
        };
        return (Code::DurationOverLimit, text, place_of(run.call, at));
    }
    let text = format!("STS does not take the call as it is: {}", fault.message);
    (Code::ParameterInvalid, text, misfit(run, hop).unwrap_or(of_hop))
}

/// The parameter that is not of the form that STS takes, or does not go with the others or with the session it is sent
/// with.
fn misfit(run: &Run<'_>, hop: &HopRun) -> Option<At> {
    let call = run.call;
    if let SessionName::Given(name) = &hop.hop.session_name
        && !is_session_name(&name.value)
    {
        return Some(place_of(call, name.at));
    }
    if let Some(id) = hop.hop.external_id.as_ref().filter(|id| !is_external_id(&id.value)) {
        return Some(place_of(call, id.at));
    }
    let same = |one: &str, other: &str| one.eq_ignore_ascii_case(other);
    let untagged = |key: &&Located<Box<str>>| !call.tags.iter().any(|tag| same(&tag.key, key));
    let untagged = call.transitive_tag_keys.iter().find(untagged).map(|key| key.at);
    untagged.or_else(|| call.source_identity.as_ref().map(|name| name.at)).filter(|_| hop.own)
}

/// Source: STS API Reference, `AssumeRole`, `RoleSessionName`.
pub(crate) fn is_session_name(text: &str) -> bool {
    (2..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte))
}

/// Source: STS API Reference, `AssumeRole`, `ExternalId`.
fn is_external_id(text: &str) -> bool {
    (2..=1224).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+=,.@:/-".contains(&byte))
}

/// The longest session that a hop can have.
pub(crate) struct DurationLimit {
    pub(crate) seconds: u32,
    /// Whether it is role chaining that sets it.
    pub(crate) chaining: bool,
}

/// Source: IAM User Guide, "Role chaining": one hour.
const CHAINED: u32 = 3600;

pub(crate) fn duration_limit(case: &Case<'_>, hop: &HopRun) -> Option<DurationLimit> {
    let role = case.role_by_arn(&hop.hop.role_arn.value)?;
    let chaining = hop.caller.arn.contains(":assumed-role/") && role.max_session_duration >= CHAINED;
    let seconds = if chaining { CHAINED } else { role.max_session_duration };
    Some(DurationLimit { seconds, chaining })
}

#[cfg(test)]
mod tests {
    use crate::{Case, Code, Ended, causes::causes, fixes::fixes};
    use rolecall_wire::{Fault, FaultCode};
    use rolecall_world::{FileError, World};

    const WORLD: &str = r#"
[accounts.main]
id = "111111111111"

[[user]]
account = "main"
name = "one"
access_key = { id = "AKIAONEONEONEONE0000", secret = "AnybodyMayReadThisSecretItOpensNothing00" }

[[role]]
account = "main"
name = "target"
trust = "trust.json"

[[place]]
name = "laptop"
kind = "internet"
public_ip = "198.51.100.7"

[[call]]
name = "call"
place = "laptop"
client = "boto3==1.40.0"
region = "eu-west-1"
env = { AWS_ACCESS_KEY_ID = "AKIAONEONEONEONE0000", AWS_SECRET_ACCESS_KEY = "AnybodyMayReadThisSecretItOpensNothing00" }
assume = "arn:aws:iam::111111111111:role/target"
session_name = "one"
"#;
    const TRUST: &str = r#"{ "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": { "AWS": "arn:aws:iam::111111111111:user/one" } } }"#;

    /// No world has keys of a root user, so its answer takes the place of another caller's. Nobody can mend it: AWS lets
    /// no root user assume a role, whatever policies say, and with other credentials it is another call.
    #[test]
    fn a_root_user_is_told_so_and_offered_nothing() {
        let read = |path: &str| match path {
            "world.toml" => Ok(WORLD.to_owned()),
            "trust.json" => Ok(TRUST.to_owned()),
            _ => Err(FileError::Missing),
        };
        let world = World::read(&read).unwrap();
        let case = Case::new(&world, "2026-11-25T12:00:00Z".parse().unwrap()).unwrap();
        let mut run = case.run(&world.calls[0], None).unwrap();
        let hop = &mut run.hops[0];
        assert!(matches!(hop.ended, Ended::Allowed));
        hop.caller.arn = "arn:aws:iam::111111111111:root".to_owned();
        hop.weighings.clear();
        // As the kernel answers: its own tests hold that sentence.
        hop.ended = Ended::Denied(Fault::new(FaultCode::AccessDenied, "Roles may not be assumed by root accounts."));
        let found = causes(&case, &run);
        assert_eq!(found.iter().map(|cause| cause.code).collect::<Vec<_>>(), [Code::RootCaller]);
        assert_eq!(world.files.locate(found[0].at.unwrap()).line, 26);
        assert!(fixes(&case, &run, None, &found).is_empty());
    }
}
