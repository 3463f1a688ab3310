//! What an account can switch: Regions, their STS, token versions, the longest session of a role.

use super::{Candidate, Patient};
use crate::{
    Code,
    causes::duration_limit,
    edit::{Edit, Table, quoted},
};
use rolecall_world::Account;

pub(super) fn candidates(patient: &Patient<'_, '_>, out: &mut Vec<Candidate>) {
    let region = &patient.hop.hop.endpoint.region;
    let world = patient.world();
    let account = |id| world.accounts.iter().find(|account: &&Account| account.id.value == id);
    let mut push = |id, text: String, account: &Account, edits: Vec<Edit>, rank| {
        out.push(Candidate { id, text, account: account.id.value, edits, widens: None, rank });
    };
    match patient.cause.code {
        Code::RegionDisabled => {
            let target = account(patient.target_account());
            let off = target.and_then(|account| {
                let place = account.deactivated.iter().position(|off| off.name() == region)?;
                Some((account, place))
            });
            if let Some((account, place)) = off {
                let rest = account.deactivated.iter().enumerate().filter(|(index, _)| *index != place);
                let rest: Vec<String> = rest.map(|(_, region)| quoted(region.name())).collect();
                let edit = Table::at(world, account.name.at).set_member(
                    "sts",
                    "deactivated_regions",
                    &format!("[{}]", rest.join(", ")),
                );
                push("activate-sts", format!("Activate STS in {region}."), account, vec![edit], 10);
            } else if let Some(account) = account(patient.own_account()) {
                let mut regions: Vec<String> = account.opted_in.iter().map(|region| quoted(region.name())).collect();
                regions.push(quoted(region));
                let edit =
                    Table::at(world, account.name.at).set("opted_in_regions", &format!("[{}]", regions.join(", ")));
                push("opt-in", format!("Switch on {region} for the account."), account, vec![edit], 10);
            }
        }
        Code::TokenVersion => {
            // The account whose session it is: the one that made it.
            if let Some(account) = account(patient.own_account()) {
                let edit = Table::at(world, account.name.at).set_member("sts", "global_endpoint_token", "\"v2Token\"");
                let text = "Let the global endpoint give tokens of version 2, which are good in all Regions \
                            (SetSecurityTokenServicePreferences). They are longer: what stores them must have room.";
                push("second-token-version", text.to_owned(), account, vec![edit], 10);
            }
        }
        Code::DurationOverLimit => {
            let role = patient.case.role_by_arn(&patient.hop.hop.role_arn.value);
            let limit = duration_limit(patient.case, patient.hop).filter(|limit| !limit.chaining);
            if let (Some(role), Some(_), Some((seconds, _))) = (role, limit, patient.hop.hop.duration_seconds)
                && let Some(account) = account(role.entity.account.value)
            {
                let edit = Table::at(world, role.entity.at).set("max_session_duration", &seconds.to_string());
                let text = format!("Let the role's sessions last {seconds} seconds (MaxSessionDuration).");
                push("longer-sessions", text, account, vec![edit], 30);
            }
        }
        _ => {}
    }
}
