//! Settings that the client itself refuses.

use super::names::distance;
use crate::{
    Case, Cause, Run,
    edit::{Edit, Table, profiles, quoted, set_in_profile},
    fixes::Candidate,
    run::region_of,
};
use rolecall_names::{AccountId, Region};
use rolecall_world::{At, ConfigFile};

/// So many profiles are tried.
const PROFILES: usize = 6;

/// Longer than any setting that a word can mend.
const SHORT: usize = 80;

/// The key that was meant, in the place of the one that is none.
pub(in crate::fixes) fn slip(
    case: &Case<'_>,
    run: &Run<'_>,
    cause: &Cause,
    meant: &'static str,
    out: &mut Vec<Candidate>,
) {
    let caller = run.hops.first().map(|hop| hop.caller.account);
    let place = run.place.account.as_ref().map(|account| account.value);
    let any = case.world.accounts.first().map(|account| account.id.value);
    if let (Some(account), Some(at)) = (caller.or(place).or(any), cause.at) {
        let edits = vec![Edit::replace(case.world, at, meant)];
        let text = format!("Call the setting {meant}.");
        out.push(Candidate { id: "correct-the-key", text, account, edits, widens: None, rank: 3 });
    }
}

pub(in crate::fixes) fn refused(case: &Case<'_>, run: &Run<'_>, cause: &Cause, out: &mut Vec<Candidate>) {
    let world = case.world;
    let account = run.place.account.as_ref().map(|account| account.value);
    let Some(account) = account.or_else(|| world.accounts.first().map(|account| account.id.value)) else { return };
    let at = cause.at.filter(|at| *at != run.call.client.at && world.files.excerpt(*at).len() < SHORT);
    let mut refused = Refused { case, run, account, out };
    if let Some(at) = at {
        let text = "Set it to regional, one of the two values that clients take.".to_owned();
        refused.word(at, "regional", ("valid-setting", text), 10);
        refused.profile(at);
        refused.secret(at);
    }
    let table = Table::at(world, run.call.at);
    let region = region_of(world, run.place).unwrap_or(Region::US_EAST_1.name());
    let text = format!("Give the client its Region: {region}.");
    refused.push(("region-in-code", text), vec![table.set("region", &quoted(region))], 20);
    for key in ["options", "env"] {
        if let Some(edit) = table.remove(key) {
            let text = format!("Leave the call's {key} out, which the client refuses.");
            refused.push(("without-settings", text), vec![edit], 60);
        }
    }
}

struct Refused<'r, 'w> {
    case: &'r Case<'w>,
    run: &'r Run<'w>,
    account: AccountId,
    out: &'r mut Vec<Candidate>,
}

impl Refused<'_, '_> {
    fn push(&mut self, (id, text): (&'static str, String), edits: Vec<Edit>, rank: u16) {
        self.out.push(Candidate { id, text, account: self.account, edits, widens: None, rank });
    }

    /// Another word in the place of the one that is refused, in quotation marks where it has them.
    fn word(&mut self, at: At, word: &str, told: (&'static str, String), rank: u16) {
        let world = self.case.world;
        let quotes = world.files.excerpt(at).starts_with(['"', '\'']);
        let value = if quotes { quoted(word) } else { word.to_owned() };
        self.push(told, vec![Edit::replace(world, at, value)], rank);
    }

    fn files(&self) -> impl Iterator<Item = ConfigFile> {
        self.run.call.config.into_iter().chain(self.run.call.credentials)
    }

    /// A profile that is there, the nearest by name first.
    fn profile(&mut self, at: At) {
        let world = self.case.world;
        let named = world.files.excerpt(at).trim_matches('"');
        let texts = self.files().map(|file| world.files.text(file.file));
        let mut known: Vec<&str> = texts.flat_map(profiles).filter(|known| *known != named).collect();
        known.sort_by_key(|known| distance(known, named));
        known.dedup();
        for name in known.into_iter().take(PROFILES) {
            self.word(at, name, ("name-the-profile", format!("Name a profile that is there: {name}.")), 15);
        }
    }

    /// The secret that goes with a key that stands there alone.
    fn secret(&mut self, at: At) {
        let world = self.case.world;
        let key = self.case.user_by_key(world.files.excerpt(at)).and_then(|user| user.access_key.as_ref());
        let Some(key) = key else { return };
        let place = at.span.start as usize;
        let edit = set_in_profile(world, at.file, place, "aws_secret_access_key", key.secret.reveal());
        let text = format!("Give {} the secret access key that belongs to it.", key.id.value);
        self.push(("right-secret", text), vec![edit], 10);
    }
}
