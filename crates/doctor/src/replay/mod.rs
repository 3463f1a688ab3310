//! A recorded call, run again in a world: the same caller, the same parameters, the same arrival, put to the kernel.
//!
//! The record is written as a `[[call]]` behind the world's own text, so that causes and fixes are found as for any
//! other call. Where the world's network leads the call where the record has it come from, it is the world's network
//! that is run, and fixes of client and network are proven on it too; where it does not, the record's arrival holds.

mod agree;
mod arrival;
mod caller;
mod compose;
mod error;
mod place;
mod settings;
mod tell;

pub use error::ReplayError;
pub use tell::{json, text};

use crate::{
    Case, CaseError, Explanation, RunError,
    record::{Agent, Record},
    run::{Recorded, RecordedCaller},
};
use arrival::STAND_IN;
use rolecall_clients::Client;
use rolecall_names::{Arn, Instant};
use rolecall_network::Journey;
use rolecall_world::{At, Call, FileId, Located, World};

/// Something that whoever reads an explanation of a record should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What it is about, in kebab-case.
    pub id: &'static str,
    /// Sentences with their full stops.
    pub text: String,
}

/// A record made ready to be run again.
#[derive(Debug, Clone)]
pub struct Replay {
    world: World,
    recorded: Recorded,
    client: Option<Client>,
    notes: Vec<Note>,
    outcome: agree::Outcome,
}

/// A record, explained.
#[derive(Debug, Clone)]
pub struct Replayed<'r> {
    /// How it goes in the world, why, and what would mend it. Positions in what was written for the record are none.
    pub explanation: Explanation<'r>,
    /// What was taken to be so, and what the record leaves open.
    pub notes: Vec<Note>,
    /// In which way the world comes to something else than AWS did, where it does.
    pub disagreement: Option<String>,
}

impl Replay {
    /// Makes `record` a call of `world`. `client` made it, where one is given; else the one that its agent names.
    ///
    /// # Errors
    /// [`ReplayError`] when the record tells too little, or the world holds not what it tells of.
    pub fn new(world: &World, record: &Record, client: Option<&Client>) -> Result<Self, ReplayError> {
        let mut notes = Vec::new();
        let broken = |error: &dyn std::fmt::Display| ReplayError::World { problem: error.to_string().into() };
        let case = Case::new(world, record.time).map_err(|error| broken(&error))?;
        let role_arn = record.role_arn().ok_or(ReplayError::NoRole)?;
        let caller = caller::caller(&case, record, &mut notes)?;
        target(&case, record, role_arn)?;
        let arrived = arrival::arrived(world, record, &mut notes)?;
        let stands = place::stands(&case, &arrived, &caller, record.time, &mut notes);
        let outcome = agree::Outcome::of(record);
        let made_by = made_by(record, client);
        if stands.table.is_none() {
            // Of a client that no table has, the world's own call may say which it is.
            let client = made_by.as_ref().ok();
            let known = Known { world, record, arrived: &arrived, place: &stands.name, client };
            if let Some(replay) = known.replay(caller.clone(), outcome.clone(), notes.clone()) {
                return Ok(replay);
            }
        }
        let (client, stand_in) = match made_by {
            Ok(client) => (client, false),
            Err(why) => (stand_in(&why, &mut notes)?, true),
        };
        let told = settings::told(&client, &arrived, stands.region, &mut notes);
        let composed = compose::compose(world, record, &stands, &client, &told, &mut notes)?;
        let mut recorded = recorded(&composed.world, record, &composed.call, &stands.name, caller);
        recorded.own_text = Some(composed.own_text);
        recorded.client_known = !stand_in;
        let mut replay = Self { world: composed.world, recorded, client: Some(client), notes, outcome };
        replay.hold_the_way(&arrived, stand_in, &stands.name);
        Ok(replay)
    }

    /// Whether the world's own network leads the call where the record has it come from, and where it leads.
    fn own_way(&self, arrived: &arrival::Arrived) -> (bool, Option<Journey>) {
        let hop = self.case(self.recorded.time).ok().and_then(|case| {
            let call = self.world.call(&self.recorded.call)?;
            let run = case.run(call, self.client.as_ref()).ok()?;
            // A chain is several records; this one is of its last call alone.
            let [hop] = <[_; 1]>::try_from(run.hops).ok()?;
            hop.own.then_some(hop)
        });
        let leads = hop.as_ref().is_some_and(|hop| hop.hop.endpoint.host == arrived.host && arrived.is(&hop.journey));
        (leads, hop.map(|hop| hop.journey))
    }

    /// Where the world's own network leads elsewhere, or the client's habits are not known, the record's way holds.
    fn hold_the_way(&mut self, arrived: &arrival::Arrived, stand_in: bool, place: &str) {
        let (leads, journey) = self.own_way(arrived);
        if leads && !stand_in {
            return;
        }
        if let Some(journey) = journey.filter(|_| !leads) {
            let instead = match &journey.ended {
                Ok(arrival) => format!("would arrive from {}", arrival.source_ip),
                Err(_) => "would not arrive at all".to_owned(),
            };
            self.notes.push(Note {
                id: "other-way",
                text: format!(
                    "In this world's network the call to {} {instead}. The record holds; fixes that would change the way \
                     cannot be tried until the world's network is as AWS has it.",
                    arrived.host
                ),
            });
        }
        self.recorded.way = Some(arrived.way(&self.world, place));
    }

    /// The world, with the record's call behind everything else.
    #[must_use]
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The call's name in it.
    #[must_use]
    pub fn call(&self) -> &str {
        &self.recorded.call
    }

    /// The client that made it, or that stands in for one that is not known; `None` for the one that the call names.
    #[must_use]
    pub fn client(&self) -> Option<&Client> {
        self.client.as_ref()
    }

    /// Makes the world ready, `now` being the current time for calls that do not say when they are made.
    ///
    /// # Errors
    /// As [`Case::new`].
    pub fn case(&self, now: Instant) -> Result<Case<'_>, CaseError> {
        Case::recording(&self.world, now, self.recorded.clone())
    }

    /// Runs the call and says why it fails. `case` is what [`Replay::case`] gave.
    ///
    /// # Errors
    /// [`RunError`] when the world does not say enough.
    pub fn explain<'r>(&'r self, case: &Case<'r>) -> Result<Replayed<'r>, RunError> {
        let gone = || RunError::NothingToAssume { at: At::start_of(FileId::WORLD) };
        let call = self.world.call(&self.recorded.call).ok_or_else(gone)?;
        let mut explanation = case.explain(call, self.client.as_ref())?;
        compose::own_places(self, &mut explanation);
        let disagreement = agree::disagreement(&self.outcome, &explanation.run);
        Ok(Replayed { explanation, notes: self.notes.clone(), disagreement })
    }
}

fn recorded(world: &World, record: &Record, call: &str, place: &str, caller: RecordedCaller) -> Recorded {
    let place = world.place(place);
    Recorded {
        call: call.into(),
        time: record.time,
        caller,
        place_session: place.and_then(|place| place.session_name.as_ref()).map(|name| name.value.clone()),
        way: None,
        user_agent: record.user_agent.clone(),
        client_known: true,
        own_text: None,
    }
}

/// A record whose call the world may have already.
struct Known<'k> {
    world: &'k World,
    record: &'k Record,
    arrived: &'k arrival::Arrived,
    place: &'k str,
    /// What made the call; the world's own call says it, where it is not known.
    client: Option<&'k Client>,
}

impl Known<'_> {
    /// The call of the world that asks for the same from the same place and takes the same way: then fixes change the
    /// world's own files.
    fn replay(&self, caller: RecordedCaller, outcome: agree::Outcome, notes: Vec<Note>) -> Option<Replay> {
        let mut same: Vec<&Call> = self.world.calls.iter().filter(|call| self.asks_the_same(call)).collect();
        let own = |call: &&Call| self.client.is_none_or(|client| *call.client.value.version == *client.version());
        same.sort_by_key(|call| !own(call));
        let replays = same.into_iter().take(KNOWN_CALLS).map(|call| Replay {
            world: self.world.clone(),
            recorded: recorded(self.world, self.record, &call.name.value, self.place, caller.clone()),
            client: self.client.cloned(),
            notes: notes.clone(),
            outcome: outcome.clone(),
        });
        let mut found = replays.into_iter().find(|replay| replay.own_way(self.arrived).0)?;
        let call = found.call().to_owned();
        let mut text = format!("It is the world's call {call}: the same place, role, parameters and way.");
        if self.client.is_none() {
            text.push_str(" The record's agent names no client that is known, and that call's is taken.");
        }
        found.notes.push(Note { id: "known-call", text });
        Some(found)
    }

    fn asks_the_same(&self, call: &Call) -> bool {
        let Some(request) = &self.record.request else { return false };
        let same = |own: &Option<Located<Box<str>>>, told: &Option<Box<str>>| {
            own.as_ref().map(|own| &*own.value) == told.as_deref()
        };
        let tags = || call.tags.iter().map(|tag| (&*tag.key, &*tag.value));
        *call.place.value == *self.place
            && same(&call.assume, &request.role_arn)
            && same(&call.external_id, &request.external_id)
            && same(&call.source_identity, &request.source_identity)
            // What the call leaves to its client, the client chose.
            && (call.session_name.is_none() || same(&call.session_name, &request.session_name))
            && call.duration_seconds.as_ref().is_none_or(|own| Some(own.value) == request.duration_seconds)
            && call.mfa.is_some() == request.mfa_serial.is_some()
            && call.policy.is_some() == request.policy.is_some()
            && call.tags.len() == request.tags.len()
            && request.tags.iter().all(|tag| tags().any(|own| own == (&*tag.key, &*tag.value)))
            && call.transitive_tag_keys.len() == request.transitive_tag_keys.len()
    }
}

/// So many calls that ask for the same are tried.
const KNOWN_CALLS: usize = 8;

/// The role asked for is in an account that the world holds, and is there if AWS let the caller in.
fn target(case: &Case<'_>, record: &Record, role_arn: &str) -> Result<(), ReplayError> {
    let parsed = Arn::parse(role_arn).ok();
    let named = parsed.as_ref().and_then(|arn| Some((arn.account_id()?, arn.kind_path_name()?.2)));
    let Some((account, name)) = named else { return Ok(()) };
    caller::held(case, "the role", account)?;
    if record.is_success() && case.role_by_arn(role_arn).is_none() {
        let roles = case.world.roles.iter().map(|role| &role.entity);
        return Err(ReplayError::Entity {
            who: "the role",
            arn: role_arn.into(),
            nearest: caller::nearest(roles, account, name),
            add: caller::role_table(case, account, name, caller::path_of(role_arn)).into(),
        });
    }
    Ok(())
}

/// The client that made the call, or why it is not known.
fn made_by(record: &Record, given: Option<&Client>) -> Result<Client, String> {
    if let Some(client) = given {
        return Ok(client.clone());
    }
    match (record.user_agent.as_deref().map(Agent::parse), &record.user_agent) {
        (Some(Some(agent)), _) => agent.client().map_err(|error| error.to_string()),
        (_, Some(agent)) => Err(format!("the agent {agent} names no client that is known")),
        (_, None) => Err("the record has no userAgent".to_owned()),
    }
}

/// Characters of a reason that are shown: agents are long.
const SHOWN: usize = 300;

/// A client in the place of one that is not known.
fn stand_in(why: &str, notes: &mut Vec<Note>) -> Result<Client, ReplayError> {
    let shown: String = why.chars().take(SHOWN).collect();
    notes.push(Note {
        id: "client-not-known",
        text: format!(
            "What the client does by default is not known: {shown}. The way in the record holds; fixes of the client's \
             settings cannot be tried. --client NAME==VERSION says which it was."
        ),
    });
    Client::parse(STAND_IN).map_err(|error| ReplayError::World { problem: error.to_string().into() })
}
