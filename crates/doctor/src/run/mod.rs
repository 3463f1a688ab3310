//! Runs one call of a world: from the client's settings over the network to the kernel, hop by hop.
//!
//! What STS answers is what the server's own pipeline answers, on the request that the client would send.

mod credentials;
mod ended;
mod error;
mod recorded;
mod request;
mod settings;

pub use credentials::{Caller, place_session};
pub use ended::{Ended, HopRun, Run};
pub use error::RunError;
pub use recorded::OfRecord;
pub(crate) use recorded::{Recorded, RecordedCaller, RecordedHolder, RecordedWay, SessionTold};
pub(crate) use settings::{file_of, place_of, region_of};

use crate::Case;
use credentials::Credentials;
use request::Asked;
use rolecall_clients::{Client, ClientError, ExplicitCall, Hop, plan};
use rolecall_kernel::{
    Answer, Sight, Way, Witness,
    event::{TlsDetails, VpcEndpoint},
    mfa,
};
use rolecall_directory::PolicyText;
use rolecall_names::{Arn, Instant, Region};
use rolecall_wire::Reply;
use rolecall_world::{Call, Endpoint, Expectation, MfaAnswer, World};
use settings::Told;

impl<'w> Case<'w> {
    /// Runs `call`, with `client` in the place of the one it names, if one is given.
    ///
    /// # Errors
    /// [`RunError`] when the world does not say enough.
    pub fn run(&self, call: &'w Call, client: Option<&Client>) -> Result<Run<'w>, RunError> {
        self.look(call, client, true)
    }

    /// What `call` comes to, without its reasons.
    ///
    /// # Errors
    /// As [`Case::run`].
    pub fn outcome(&self, call: &'w Call, client: Option<&Client>) -> Result<Expectation, RunError> {
        self.look(call, client, false).map(|run| run.outcome())
    }

    fn look(&self, call: &'w Call, client: Option<&Client>, reasons: bool) -> Result<Run<'w>, RunError> {
        let world = self.world;
        let place = self
            .place(&call.place.value)
            .ok_or_else(|| RunError::NoPlace { place: call.place.to_string(), at: call.place.at })?;
        let client = match client {
            Some(client) => client.clone(),
            None => Client::new(&call.client.value.name, &call.client.value.version)
                .map_err(|source| RunError::Client { source, at: call.client.at })?,
        };
        let recorded = self.recorded(call);
        let said = call.at_instant.as_ref().map(|at| at.value);
        let at = recorded.map(|recorded| recorded.time).or(said).unwrap_or(self.now);
        let numbers = settings::numbers(call);
        let told = Told::new(world, call, place, &numbers);
        let told = if recorded.is_some() { told.with_credentials() } else { told };
        let own_serial = self.own_serial(call, &told);
        let explicit = call.assume.as_ref().map(|arn| ExplicitCall {
            role_arn: &arn.value,
            session_name: call.session_name.as_ref().map(|name| &*name.value),
            external_id: call.external_id.as_ref().map(|id| &*id.value),
            duration_seconds: call.duration_seconds.as_ref().map(|seconds| seconds.value),
            mfa_serial: own_serial.as_deref(),
            source_identity: call.source_identity.as_ref().map(|name| &*name.value),
        });
        let planned = match plan(&client, &told.settings(), explicit.as_ref()) {
            Ok(planned) => Ok(planned),
            Err(ClientError::Refused(refusal)) => Err(refusal),
            Err(source) => return Err(RunError::Option { source, at: call.at }),
        };
        let record = recorded.map(Recorded::told);
        let mut run = Run { call, place, client, at, plan: planned, hops: Vec::new(), record };
        let Ok(planned) = run.plan.clone() else { return Ok(run) };
        if planned.hops.is_empty() {
            return Err(RunError::NothingToAssume { at: call.at });
        }
        self.holds_targets(call, &planned.hops)?;
        let mut credentials = match recorded {
            Some(recorded) => recorded.credentials(self, place)?,
            None => credentials::first(self, call, place, &planned.start, at)?,
        };
        let count = planned.hops.len();
        for (index, hop) in planned.hops.into_iter().enumerate() {
            let own = explicit.is_some() && index + 1 == count;
            let (done, made) = self.hop(&run, hop, index, own, &credentials, reasons)?;
            let ended = done.ended.outcome();
            run.hops.push(done);
            match (ended, made) {
                (Expectation::Allowed, Some(made)) => credentials = made,
                _ => break,
            }
        }
        Ok(run)
    }

    /// Roles of accounts that are not there are nobody's to be let into, or kept out of.
    fn holds_targets(&self, call: &Call, hops: &[Hop]) -> Result<(), RunError> {
        for named in hops.iter().map(|hop| &hop.role_arn) {
            let account = Arn::parse(&named.value).ok().and_then(|arn| arn.account_id());
            if let Some(account) = account.filter(|account| self.directory.account(*account).is_none()) {
                let (arn, at) = (named.value.clone(), place_of(call, named.at));
                return Err(RunError::ForeignTarget { arn, account, at });
            }
        }
        Ok(())
    }

    /// The serial number of the device that the call answers with, where it answers for MFA itself.
    fn own_serial(&self, call: &Call, told: &Told<'_>) -> Option<String> {
        match &call.mfa.as_ref()?.value {
            MfaAnswer::Serial(serial) => Some(serial.to_string()),
            MfaAnswer::Own => {
                // Whoever calls holds the device of the user whose key the settings lead to, or of the only user there.
                let settings = told.settings();
                let named = settings.credentials.into_iter().chain(settings.config);
                let texts: Vec<&str> = named.chain(settings.env.iter().map(|(_, value)| *value)).collect();
                let mut holders = self.world.users.iter().filter(|user| {
                    user.mfa.is_some()
                        && user
                            .access_key
                            .as_ref()
                            .is_some_and(|key| texts.iter().any(|text| text.contains(key.id.value.as_str())))
                });
                Some(holders.next()?.mfa.as_ref()?.serial.to_string())
            }
        }
    }

    fn hop(
        &self,
        run: &Run<'w>,
        hop: Hop,
        index: usize,
        own: bool,
        credentials: &Credentials,
        reasons: bool,
    ) -> Result<(HopRun, Option<Credentials>), RunError> {
        let recorded = self.recorded(run.call).filter(|_| own);
        let (hop, journey) = match recorded.and_then(|recorded| recorded.way.as_ref()) {
            Some(way) => (Hop { endpoint: way.endpoint.clone(), ..hop }, way.journey.clone()),
            None => {
                let unbuilt = |source| RunError::Network { source, at: run.place.at };
                let standing = self.world.standing(&self.network, run.place).map_err(unbuilt)?;
                let journey = self.network.travel(&standing, &hop.endpoint.host, hop.endpoint.port, run.at);
                (hop, journey)
            }
        };
        let first_version = credentials.first_version;
        let mut done = HopRun {
            hop,
            own,
            caller: credentials.caller.clone(),
            first_version,
            journey,
            ended: Ended::Allowed,
            weighings: Vec::new(),
            event: None,
            shared_event: None,
        };
        let arrival = match &done.journey.ended {
            Ok(arrival) => arrival,
            Err(death) => {
                done.ended = Ended::Unreachable(*death);
                return Ok((done, None));
            }
        };
        let way = Way {
            source: arrival.source_ip,
            vpc_endpoint: arrival
                .vpc_endpoint
                .and_then(|index| vpc_endpoint(self.world, self.world.endpoints.get(index)?)),
            tls: (done.hop.endpoint.scheme == "https").then(tls),
            global_served_in: arrival.serving_region.unwrap_or(Region::US_EAST_1),
        };
        let asked = Asked {
            own: own.then_some(run.call),
            token_code: done.hop.mfa_serial.as_ref().map(|serial| self.code(&serial.value, run.at)),
        };
        let body = request::body(&done.hop, &asked, run.at);
        let circumstances = request::circumstances(run.at, way, &run.call.name.value, index);
        let witness = Witness::default();
        let sight = Sight {
            directory: &self.directory,
            ring: &self.ring,
            memo: &self.memo,
            witness: reasons.then_some(&witness),
        };
        let skew = run.place.clock_skew_seconds.as_ref().map_or(0, |skew| skew.value);
        let signed_at = run.at.plus_seconds(skew);
        let agent = match recorded.and_then(|recorded| recorded.user_agent.as_deref()) {
            Some(agent) => agent.to_owned(),
            None => format!("{}/{}", run.client.name(), run.client.version()),
        };
        let outcome =
            request::answered(&sight, &agent, &done.hop.endpoint, credentials, &body, signed_at, &circumstances);
        done.weighings = witness.into_inner();
        let mut events = outcome.events.into_iter();
        (done.event, done.shared_event) = (events.next(), events.next());
        let made = match outcome.answer {
            Answer::Reply(Reply::AssumeRole(reply)) => Some(self.made(&done, reply)),
            Answer::Fault(fault) => {
                let denied = matches!(fault.code, rolecall_wire::FaultCode::AccessDenied);
                done.ended = if denied { Ended::Denied(fault) } else { Ended::Rejected(fault) };
                None
            }
            Answer::Reply(_) | Answer::View(_) => None,
        };
        Ok((done, made))
    }

    fn made(&self, done: &HopRun, reply: rolecall_wire::reply::AssumeRole) -> Credentials {
        let credentials = reply.credentials;
        let role = self.role_by_arn(&done.hop.role_arn.value);
        let account = role.map_or(done.caller.account, |role| role.entity.account.value);
        Credentials {
            access_key_id: credentials.access_key_id.to_string(),
            secret: credentials.secret_access_key,
            first_version: self
                .ring
                .open(&credentials.session_token)
                .is_ok_and(|(session, _)| session.version == rolecall_directory::TokenVersion::V1),
            token: Some(credentials.session_token),
            caller: Caller {
                arn: reply.assumed_role_user.arn,
                user_id: reply.assumed_role_user.assumed_role_id,
                account,
                principal_arn: done.hop.role_arn.value.clone(),
            },
        }
    }

    /// A right code of the device with that serial number; of none, six digits that nobody has.
    fn code(&self, serial: &str, at: Instant) -> String {
        let devices = self.world.users.iter().filter_map(|user| user.mfa.as_ref());
        let device = devices.into_iter().find(|device| *device.serial.value == *serial);
        let seed = device.and_then(|device| mfa::decode_seed(device.seed.reveal()));
        seed.map_or_else(|| "000000".to_owned(), |seed| mfa::code_at(&seed, at.seconds().div_euclid(MFA_STEP)))
    }
}

/// Seconds that a one-time code is shown for. Source: RFC 6238.
const MFA_STEP: i64 = 30;

/// What a connection of today's clients is secured with.
fn tls() -> TlsDetails {
    TlsDetails { version: "TLSv1.3".into(), cipher_suite: "TLS_AES_128_GCM_SHA256".into(), key_exchange: None }
}

/// A VPC endpoint of `world` with its policy, as the kernel is told of it; `None` where its VPC is none of the world's.
#[must_use]
pub fn vpc_endpoint(world: &World, endpoint: &Endpoint) -> Option<(VpcEndpoint, Option<PolicyText>)> {
    let vpc = world.vpc(&endpoint.vpc.value)?;
    let told = VpcEndpoint {
        id: (&*endpoint.id.value).into(),
        vpc: (&*endpoint.vpc.value).into(),
        account: vpc.account.value,
    };
    Some((told, endpoint.policy.as_ref().map(|policy| policy.text.clone())))
}
