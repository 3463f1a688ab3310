//! From a call that failed to why: read from the kernel's trace and the network's journey, never from a sentence.

mod code;
mod nearest;
mod policy;
mod refusal;
mod trust;
mod words;

pub use code::Code;
pub(crate) use policy::held;
pub(crate) use refusal::{duration_limit, wanted_scope};
pub(crate) use words::{fact_text, listed};

use crate::{
    Case, Ended, HopRun, Run,
    edit::profiles,
    run::{place_of, region_of},
};
use rolecall_clients::At as ClientAt;
use rolecall_kernel::Weighing;
use rolecall_network::{Death, Element, Look, Naming, Why};
use rolecall_policy::{DocumentRef, Span};
use rolecall_world::{At, Destination, Entity, FileId, Policy, Route, Via};

/// One reason why a call fails.
#[derive(Debug, Clone)]
pub struct Cause {
    /// Which.
    pub code: Code,
    /// The sentence that tells it.
    pub text: String,
    /// Where in the world's files it stands; `None` for what came from the command line.
    pub at: Option<At>,
    /// What a fix has to know.
    pub(crate) clue: Clue,
}

/// What a fix has to know of a cause, beyond its code.
#[derive(Debug, Clone)]
pub(crate) enum Clue {
    /// A condition of a statement that allows everything else does not hold.
    Condition { document: DocumentRef, statement: usize, condition: usize },
    /// A statement denies.
    Deny { document: DocumentRef, statement: usize },
    /// No statement of that document, or of its kind, allows the action.
    Unallowed { document: DocumentRef, statement: Option<usize>, action: String },
    /// A statement allows everything, but not to the caller.
    Principal { statement: usize, value: Option<usize> },
    /// A statement allows the caller another action.
    Action { document: DocumentRef, statement: usize, action: String },
    /// The way ends somewhere.
    Death(Death),
    /// A key of a configuration file that was meant to be this one.
    Slip(&'static str),
    /// Nothing more than the code.
    Plain,
}

/// Where a document that was weighed stands in the world, and whose it is.
pub(crate) struct Found<'w> {
    pub(crate) policy: &'w Policy,
    /// The role or user it hangs on, where it does.
    pub(crate) entity: Option<&'w Entity>,
}

/// The causes of a run that failed, the first the one to mend first. None for one that was let in.
///
/// Slips in the call's own configuration come first where the client finds no way to credentials, and last where it does.
pub(crate) fn causes(case: &Case<'_>, run: &Run<'_>) -> Vec<Cause> {
    let mut found = failures(case, run);
    if !found.is_empty() {
        let at = if run.plan.is_err() { 0 } else { found.len() };
        found.splice(at..at, slips(case, run));
    }
    found
}

/// Keys in the call's configuration files that no client reads, and that look like ones they do.
fn slips(case: &Case<'_>, run: &Run<'_>) -> Vec<Cause> {
    let files = run.call.config.iter().chain(&run.call.credentials);
    let slips = files.flat_map(|file| {
        rolecall_clients::slips(case.world.files.text(file.file)).into_iter().map(move |slip| (file.file, slip))
    });
    let cause = |(file, slip): (FileId, rolecall_clients::Slip<'_>)| Cause {
        code: Code::ClientConfiguration,
        text: format!(
            "{} is no setting that clients read, and they say nothing of it; did you mean {}?",
            slip.key, slip.meant
        ),
        at: Some(At { file, span: Span::new(slip.at.start, slip.at.end) }),
        clue: Clue::Slip(slip.meant),
    };
    slips.map(cause).collect()
}

fn failures(case: &Case<'_>, run: &Run<'_>) -> Vec<Cause> {
    if let Err(refusal) = &run.plan {
        let at = Some(unknown_profile(case, run).unwrap_or_else(|| place_of(run.call, refusal.at)));
        let text = format!("{} {} refuses its own settings: {}", run.client.name(), run.client.version(), refusal.text);
        return vec![Cause { code: Code::ClientConfiguration, text, at, clue: Clue::Plain }];
    }
    let Some(hop) = run.last() else { return Vec::new() };
    match &hop.ended {
        Ended::Allowed => Vec::new(),
        Ended::Client(_) => Vec::new(),
        Ended::Unreachable(death) => vec![unreachable(case, run, hop, *death)],
        Ended::Denied(fault) | Ended::Rejected(fault) => match denied_weighing(hop) {
            Some(weighing) => policy::causes(case, run, hop, weighing),
            None => vec![refusal::cause(case, run, hop, fault)],
        },
    }
}

/// The question that was answered with no.
pub(crate) fn denied_weighing(hop: &HopRun) -> Option<&Weighing> {
    hop.weighings.last().filter(|weighing| !weighing.decision.is_allowed())
}

/// Where the call names a profile that its files do not have.
fn unknown_profile(case: &Case<'_>, run: &Run<'_>) -> Option<At> {
    let call = run.call;
    let named = call.profile.as_ref()?;
    let files = call.config.iter().chain(&call.credentials);
    let known = files.flat_map(|file| profiles(case.world.files.text(file.file))).any(|known| known == &*named.value);
    (!known).then_some(named.at)
}

fn unreachable(case: &Case<'_>, run: &Run<'_>, hop: &HopRun, death: Death) -> Cause {
    let endpoint = &hop.hop.endpoint;
    let looks = match death.how {
        Look::NoAnswer => "nothing answers, and the client waits until its time is over",
        Look::NameNotFound => "the name does not resolve",
        Look::Unreachable => "the machine itself knows no way there",
        Look::Refused => "the connection is refused at once",
    };
    let id = hop.journey.hops.last().map(|hop| hop.id.to_string()).unwrap_or_default();
    let region = region_of(case.world, run.place);
    let why = match death.why {
        Why::UnknownHost => format!("there is no such name as {}", endpoint.host),
        Why::NoDnsServer => "the VPC has no DNS server".to_owned(),
        Why::DnsSupportOff => "Amazon's resolver is switched off in the VPC".to_owned(),
        Why::AddressFamily => format!("{} has no address of a family that the place has", endpoint.host),
        Why::NoRoute => format!("no route leads from here to the address of {}", endpoint.host),
        Why::Blackhole => "the route from here leads to something that is gone (blackhole)".to_owned(),
        Why::GatewayEndpoint => {
            format!("the route from here leads to the gateway endpoint {id}, which does not serve STS")
        }
        Why::SecurityGroupEgress => format!("no rule of the place's security group ({id}) lets the call out"),
        Why::SecurityGroupIngress => format!("no rule of the VPC endpoint's security group ({id}) lets the call in"),
        Why::PlaceSecurityGroup => format!("no rule of the security group ({id}) of whoever is there lets the call in"),
        Why::NetworkAcl => format!("the network ACL {id} drops the call"),
        Why::NetworkAclReply => format!("the network ACL {id} drops the answer"),
        Why::NoPublicAddress => {
            "the way leads through an internet gateway, and the place has no public address".to_owned()
        }
        Why::NatWithoutInternet => format!("the subnet of the NAT gateway {id} has itself no way to the internet"),
        Why::GatewayFamily => format!("{id} does not carry this family of addresses"),
        Why::NotTransitive => format!("{id} leads no further than into the peered VPC"),
        Why::NoReturnRoute => format!("the peered subnet has no route back through {id}"),
        Why::NothingListens => {
            format!("that is an address of {id}, where nothing listens on port {}", endpoint.port)
        }
        Why::NothingThere => "nothing has that address".to_owned(),
        Why::NotConnected => "that address is in a network that the place is not connected to".to_owned(),
        Why::Outage => {
            format!("the way between {} and {} is broken (outage {id})", region.unwrap_or("here"), endpoint.region)
        }
    };
    let habit = match endpoint.because.first() {
        Some(because) => {
            format!("the call goes to {} because {}; ", endpoint.host, because.text)
        }
        None => String::new(),
    };
    let named = matches!(death.why, Why::NothingListens | Why::PlaceSecurityGroup);
    let (passed_over, at) = match over(case, run, hop) {
        Some((why, element)) => (why, element),
        None => (String::new(), death.at),
    };
    Cause {
        code: Code::EndpointUnreachable,
        text: format!("{habit}{passed_over}{why}, so {looks}"),
        // Where nothing listens, nothing is wrong with the place but that it was named.
        at: case.world.position(run.place, at).filter(|_| !named).or_else(|| Some(chosen(run, hop))),
        clue: Clue::Death(death),
    }
}

/// What kept the name from leading to an endpoint of the VPC, where nothing else leads out of it.
fn over(case: &Case<'_>, run: &Run<'_>, hop: &HopRun) -> Option<(String, Element)> {
    let Naming::Public { passed_over: Some(element) } = hop.journey.naming else { return None };
    let subnet = case.world.subnet(&run.place.subnet.as_ref()?.value)?;
    let address = hop.journey.answers.first()?;
    let leads_out = |route: &Route| match &route.to.value {
        Destination::Cidr(network) => network.contains(address) && route.via.value != Via::Blackhole,
        Destination::PrefixList(_) => false,
    };
    if subnet.routes.iter().any(|route| leads_out(route)) {
        return None;
    }
    let why = match element {
        Element::PrivateDns(index) => {
            let id = &case.world.endpoints.get(index)?.id.value;
            format!("the private DNS names of {id} are off, and the name leads to a public address; ")
        }
        Element::DnsHostnames(_) => {
            "enableDnsHostnames of the VPC is off, and so the private name of its endpoint leads nowhere; ".to_owned()
        }
        Element::DnsServers(_) => {
            "the VPC asks a DNS server that does not know the private name of its endpoint; ".to_owned()
        }
        _ => return None,
    };
    Some((why, element))
}

/// Where it was set which endpoint the call goes to; for what the client does by itself, where its version is.
pub(crate) fn chosen(run: &Run<'_>, hop: &HopRun) -> At {
    let because = &hop.hop.endpoint.because;
    let set = because.iter().find(|because| because.at != ClientAt::Default).or_else(|| because.first());
    set.map_or(run.call.client.at, |because| place_of(run.call, because.at))
}

impl<'w> Case<'w> {
    /// The role or user who calls in `hop`.
    pub(crate) fn caller_entity(&self, hop: &HopRun) -> Option<&'w Entity> {
        if let Some(role) = self.role_by_arn(&hop.caller.principal_arn) {
            return Some(&role.entity);
        }
        let users = &self.world.users;
        users.iter().map(|user| &user.entity).find(|entity| entity.id.as_str() == hop.caller.user_id)
    }

    /// Where the document that a step of the trace refers to stands.
    pub(crate) fn document(
        &self,
        run: &Run<'w>,
        hop: &HopRun,
        weighing: &Weighing,
        reference: DocumentRef,
    ) -> Option<Found<'w>> {
        use rolecall_policy::PolicyType;
        let text = weighing.document(reference).map(|document| document.text());
        let same = |policy: &&Policy| Some(policy.text.as_str()) == text;
        let entity = self.caller_entity(hop);
        let of_caller = |policy| Found { policy, entity };
        let of_nobody = |policy| Found { policy, entity: None };
        match reference.policy {
            PolicyType::Resource => {
                let role = self.role_by_arn(&hop.hop.role_arn.value)?;
                Some(Found { policy: &role.trust, entity: Some(&role.entity) })
            }
            PolicyType::Identity => entity?.policies.iter().find(same).map(of_caller),
            PolicyType::Boundary => entity?.boundary.as_ref().map(of_caller),
            PolicyType::Session => run.place.session_policy.as_ref().map(of_nobody),
            PolicyType::VpcEndpoint => {
                let index = hop.journey.ended.as_ref().ok()?.vpc_endpoint?;
                let policy = self.world.endpoints.get(index)?.policy.as_ref()?;
                Some(of_nobody(policy))
            }
            PolicyType::ServiceControl | PolicyType::ResourceControl => {
                let all = match reference.policy {
                    PolicyType::ServiceControl => &self.world.service_control,
                    _ => &self.world.resource_control,
                };
                let policy = all.iter().map(|control| &control.policy).find(same)?;
                Some(of_nobody(policy))
            }
        }
    }
}
