//! Refusals that no policy decided: who signed, for where, for how long.

use super::{Cause, Clue, Code};
use crate::{Case, HopRun, Run, run::place_of};
use rolecall_clients::EndpointKind;
use rolecall_names::{Activation, Region};
use rolecall_sigv4::SKEW_SECONDS;
use rolecall_wire::{Fault, FaultCode};
use rolecall_world::At;

/// Why `fault` was the answer, where no question was answered with no.
pub(super) fn cause(case: &Case<'_>, run: &Run<'_>, hop: &HopRun, fault: &Fault) -> Cause {
    let (code, text, at) = found(case, run, hop, fault);
    Cause { code, text, at: Some(at), clue: Clue::Plain }
}

fn found(case: &Case<'_>, run: &Run<'_>, hop: &HopRun, fault: &Fault) -> (Code, String, At) {
    let endpoint = &hop.hop.endpoint;
    let chosen = endpoint.because.first().map_or(run.call.client.at, |because| place_of(run.call, because.at));
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
        FaultCode::SignatureDoesNotMatch => scope_or_clock(run, hop, chosen, of_hop),
        FaultCode::InvalidClientTokenId => unknown(case, run, hop, chosen),
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
            (Code::PackedPolicyTooLarge, format!("the session does not fit into a token: {}", fault.message), of_hop)
        }
        _ => (Code::ParameterInvalid, format!("STS does not take the call as it is: {}", fault.message), of_hop),
    }
}

fn scope_or_clock(run: &Run<'_>, hop: &HopRun, chosen: At, of_hop: At) -> (Code, String, At) {
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
    (Code::AccessKeyUnknown, text, of_hop)
}

/// The Region that an endpoint wants in the scope of a signature.
pub(crate) fn wanted_scope(hop: &HopRun) -> &str {
    match hop.hop.endpoint.kind {
        EndpointKind::Global => Region::US_EAST_1.name(),
        EndpointKind::Regional | EndpointKind::Vpce | EndpointKind::Custom => &hop.hop.endpoint.region,
    }
}

fn unknown(case: &Case<'_>, run: &Run<'_>, hop: &HopRun, chosen: At) -> (Code, String, At) {
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
    (Code::AccessKeyUnknown, text, place_of(run.call, hop.hop.at))
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
    (Code::ParameterInvalid, format!("STS does not take the call as it is: {}", fault.message), of_hop)
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
