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

pub use error::ReplayError;

use crate::{
    Case, CaseError, Explanation, RunError,
    record::{Agent, Record},
    run::Recorded,
};
use arrival::STAND_IN;
use rolecall_clients::Client;
use rolecall_names::{Arn, Instant};
use rolecall_world::World;

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
    /// Bytes of `world.toml` before what was written for the record.
    own_text: usize,
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
        let (client, stand_in) = made_by(record, client, &mut notes)?;
        let told = settings::told(&client, &arrived, stands.region, &mut notes);
        let composed = compose::compose(world, record, &stands, &client, &told, &mut notes)?;
        let place = composed.world.place(&stands.name);
        let session = place.and_then(|place| place.session_name.as_ref()).map(|name| name.value.clone());
        let recorded = Recorded {
            call: composed.call.as_str().into(),
            time: record.time,
            caller,
            place_session: session,
            way: None,
            user_agent: record.user_agent.clone(),
        };
        let mut replay = Self {
            world: composed.world,
            own_text: composed.own_text,
            recorded,
            client: Some(client),
            notes,
            outcome: agree::Outcome::of(record),
        };
        replay.hold_the_way(&arrived, stand_in, &stands.name);
        Ok(replay)
    }

    /// Where the world's own network leads elsewhere, or the client's habits are not known, the record's way holds.
    fn hold_the_way(&mut self, arrived: &arrival::Arrived, stand_in: bool, place: &str) {
        let own = self.case(self.recorded.time).ok().and_then(|case| {
            let call = self.world.call(&self.recorded.call)?;
            let run = case.run(call, self.client.as_ref()).ok()?;
            let hop = run.hops.into_iter().next_back()?;
            Some((hop.hop.endpoint.host == arrived.host, arrived.is(&hop.journey), hop.journey))
        });
        let (leads, journey) = match own {
            Some((same_host, same_way, journey)) => (same_host && same_way, Some(journey)),
            None => (false, None),
        };
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

    /// The client that made it, or that stands in for one that is not known.
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
        let gone = || RunError::NoPlace { place: self.recorded.call.to_string(), at: rolecall_world::At::start_of(rolecall_world::FileId::WORLD) };
        let call = self.world.call(&self.recorded.call).ok_or_else(gone)?;
        let mut explanation = case.explain(call, self.client.as_ref())?;
        compose::own_places(self, &mut explanation);
        let disagreement = agree::disagreement(&self.outcome, &explanation.run);
        Ok(Replayed { explanation, notes: self.notes.clone(), disagreement })
    }
}

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

/// The client that made the call, and whether another stands in for it.
fn made_by(record: &Record, given: Option<&Client>, notes: &mut Vec<Note>) -> Result<(Client, bool), ReplayError> {
    if let Some(client) = given {
        return Ok((client.clone(), false));
    }
    let agent = record.user_agent.as_deref().and_then(Agent::parse);
    let why = match agent.map(|agent| agent.client()) {
        Some(Ok(client)) => return Ok((client, false)),
        Some(Err(error)) => error.to_string(),
        None => match &record.user_agent {
            Some(agent) => format!("the agent {agent} names no client that is known"),
            None => "the record has no userAgent".to_owned(),
        },
    };
    let shown: String = why.chars().take(300).collect();
    notes.push(Note {
        id: "client-not-known",
        text: format!(
            "What the client does by default is not known: {shown}. {} stands in for it, and the way in the record holds; \
             fixes of the client's settings cannot be tried. --client NAME==VERSION says which it was.",
            STAND_IN.replace("==", " ")
        ),
    });
    let client = Client::parse(STAND_IN).map_err(|error| ReplayError::World { problem: error.to_string().into() })?;
    Ok((client, true))
}

