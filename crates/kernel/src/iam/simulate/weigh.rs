//! One simulation: everything that is the same for all its actions, and the engine's verdict on one of them.

use super::{
    caller::Who,
    context::{Caller, Given, Placed},
    result::{Missing, OfResource},
    source::{self, Source, Sources},
};
use crate::{
    authorize,
    iam::{Task, trust},
};
use rolecall_directory::Role;
use rolecall_names::{AccountId, Arn, Principal};
use rolecall_policy::{Context, Decision, Document, Entry, Policies, PolicyType, Request, Step, Verdict, decide};
use rolecall_wire::{
    Fault, FaultCode,
    reply::{EvalDecision, MatchedStatement},
};
use std::sync::Arc;

/// A simulation, ready for its actions.
pub(super) struct Simulation<'s> {
    sources: Sources,
    caller: Option<Who<'s>>,
    /// Who calls when nobody is named: somebody of the account, under no name.
    principal: Principal,
    given: &'s Given<'s>,
    pub(super) resources: Vec<Resource<'s>>,
    directory: &'s rolecall_directory::Directory,
    /// Whether the resource's policy is one and the same, given by the call.
    policy: Option<Source>,
    /// What every policy but the resources' own asks for.
    keys: Missing,
}

/// One resource with what decides about it.
pub(super) struct Resource<'s> {
    pub(super) name: &'s str,
    account: AccountId,
    placed: Placed,
    held: Option<Held<'s>>,
    /// Where the resource's policy is not known: one that leaves the matter to the caller's account, so that the
    /// caller's side alone decides, as in AWS's simulator.
    delegates: Arc<Document>,
    resource_control: Vec<Vec<Arc<Document>>>,
}

/// A role that is held here, with its trust policy.
struct Held<'s> {
    role: &'s Role,
    trust: Source,
    keys: Missing,
}

impl<'s> Simulation<'s> {
    pub(super) fn new(
        task: &Task<'s>,
        sources: Sources,
        caller: Option<Who<'s>>,
        policy: Option<Source>,
        owner: Option<AccountId>,
        given: &'s Given<'s>,
        resources: &'s [String],
    ) -> Result<Self, Fault> {
        let sight = task.work.sight;
        let partition = task.account.partition();
        let principal = match &caller {
            Some(who) => who.principal.clone(),
            None => Principal::User {
                partition,
                account: task.account.id(),
                path: "/".into(),
                name: "".into(),
                id: rolecall_names::UniqueId::new(rolecall_names::IdKind::User, 0),
            },
        };
        let own = principal.account().unwrap_or(task.account.id());
        let delegates = Arc::new(delegating(own).ok_or_else(|| Fault::from_code(FaultCode::InternalFailure))?);
        let mut keys = Missing::default();
        let levels = sources.service_control.iter().flatten().flatten().map(|document| &**document);
        let listed = sources.identity.iter().chain(&sources.boundary).chain(&policy).map(|source| &*source.document);
        listed.chain(levels).for_each(|document| keys.ask(document));
        let resources = resources.iter().map(|name| {
            let arn = Arn::parse(name).ok();
            let held = match (&caller, &policy, arn) {
                // Without a caller's name nobody can ask a trust policy; a policy that is given stands before it.
                (Some(_), None, Some(arn)) => held(task, &arn)?,
                _ => None,
            };
            let account = arn.and_then(|arn| arn.account_id()).or(owner).unwrap_or(own);
            let resource_control = match &held {
                Some(_) => authorize::levels(&sight, account, |organization| &organization.resource_control)?
                    .into_iter()
                    .map(|level| level.into_vec())
                    .collect(),
                None => Vec::new(),
            };
            let placed = Placed::new(sight.directory, account);
            Ok(Resource { name, account, placed, held, delegates: delegates.clone(), resource_control })
        });
        let resources = resources.collect::<Result<_, Fault>>()?;
        Ok(Self { sources, caller, principal, given, resources, directory: sight.directory, policy, keys })
    }

    /// Statements and keys that one action is weighed against.
    pub(super) fn work(&self) -> usize {
        let levels = self.sources.service_control.iter().flatten().flatten();
        let listed = self.sources.identity.iter().chain(&self.sources.boundary).chain(&self.policy);
        let all = self.keys.count()
            + levels.map(|document| document.statement_count()).sum::<usize>()
            + listed.map(|source| source.document.statement_count()).sum::<usize>();
        let own = |resource: &Resource<'_>| {
            resource.held.as_ref().map_or(1, |held| held.trust.document.statement_count() + held.keys.count())
        };
        self.resources.iter().map(|resource| all + own(resource)).sum()
    }

    pub(super) fn has_organization(&self) -> bool {
        // Neither kind of an organization's policies binds a role that is linked to a service.
        let linked =
            matches!(&self.principal, Principal::Role(session) if session.role_path.starts_with("/aws-service-role/"));
        self.sources.service_control.is_some() && !linked
    }

    /// The engine's verdict on `action` on `resource`, in the simulator's words.
    pub(super) fn weigh(&self, action: &str, resource: &Resource<'_>) -> OfResource {
        let caller = self.caller.as_ref().map(|who| Caller::new(self.directory, who));
        let paths = caller.as_ref().map(Caller::paths).unwrap_or_default();
        let resource_paths: Vec<&str> = resource.placed.paths().collect();
        let mut entries: Vec<Entry<'_>> = self.given.entries().collect();
        if let Some(caller) = &caller {
            caller.tell(&paths, &mut entries);
        }
        let held = resource.held.as_ref().filter(|_| assumes(action));
        if resource.name != "*" {
            resource.placed.tell(&resource_paths, held.map(|held| held.role), &mut entries);
        }
        let context = Context::new(&entries);
        let own = self.policy.as_ref().or(held.map(|held| &held.trust));
        let stand_in = (resource.name != "*").then_some(&*resource.delegates);

        let identity: Vec<&Document> = self.sources.identity.iter().map(|source| &*source.document).collect();
        let levels = self.sources.service_control.as_deref().unwrap_or_default();
        let scp = borrowed(levels);
        let scp: Vec<&[&Document]> = scp.iter().map(Vec::as_slice).collect();
        let rcp = borrowed(if held.is_some() { &resource.resource_control } else { &[] });
        let rcp: Vec<&[&Document]> = rcp.iter().map(Vec::as_slice).collect();
        let policies = Policies {
            identity: &identity,
            boundary: self.sources.boundary.as_ref().map(|source| &*source.document),
            session: None,
            resource: own.map(|source| &*source.document).or(stand_in),
            scp: &scp,
            rcp: &rcp,
            vpc_endpoint: None,
        };
        let request = Request {
            principal: &self.principal,
            action,
            resource: resource.name,
            resource_account: Some(resource.account),
            context: &context,
        };
        let decision = decide(&request, &policies);
        let mut missing = self.keys.of(&context);
        if let Some(held) = held {
            missing.extend(held.keys.of(&context));
        }
        let across = self.principal.account() != Some(resource.account);
        let mut details = vec![(source::IDENTITY, side(&decision, PolicyType::Identity))];
        details.extend(own.map(|_| (source::RESOURCE, side(&decision, PolicyType::Resource))));
        OfResource {
            decision: word(decision.verdict),
            statements: self.statements(&decision, own),
            missing,
            by_organization: self.has_organization().then(|| all_levels_allow(&decision, levels.len())),
            by_boundary: self
                .sources
                .boundary
                .as_ref()
                .map(|_| side(&decision, PolicyType::Boundary) == EvalDecision::Allowed),
            details: match (across, resource.name) {
                (true, _) => Some(details),
                (false, "*") => None,
                (false, _) => Some(Vec::new()),
            },
        }
    }

    /// The statements that made the decision: of identity-based policies and the resource's own only, as on AWS.
    fn statements(&self, decision: &Decision, own: Option<&Source>) -> Vec<MatchedStatement> {
        let denies = match decision.verdict {
            Verdict::Allowed => false,
            Verdict::ExplicitlyDenied => true,
            Verdict::ImplicitlyDenied => return Vec::new(),
        };
        let of_step = |step: &Step| {
            let source = match step.document.policy {
                PolicyType::Identity => self.sources.identity.get(usize::from(step.document.index)),
                PolicyType::Resource => own,
                _ => None,
            };
            source.and_then(|source| source.statement(step.statement))
        };
        decision.trace.iter().filter(|step| step.matched() && step.denies == denies).filter_map(of_step).collect()
    }
}

fn borrowed(levels: &[Vec<Arc<Document>>]) -> Vec<Vec<&Document>> {
    levels.iter().map(|level| level.iter().map(|document| &**document).collect()).collect()
}

/// `sts:AssumeRole` and its kin, which a role's trust policy has a say in.
fn assumes(action: &str) -> bool {
    action.split_once(':').is_some_and(|(service, _)| service.eq_ignore_ascii_case("sts"))
}

/// The role with exactly this ARN, if it is held here.
fn held<'s>(task: &Task<'s>, arn: &Arn<'_>) -> Result<Option<Held<'s>>, Fault> {
    let sight = task.work.sight;
    let account = arn.account_id().and_then(|account| sight.directory.account(account));
    let Some((account, ("role", path, name))) = account.zip(arn.kind_path_name()) else { return Ok(None) };
    let exact = |role: &&Arc<Role>| *role.path == *path && *role.name == *name;
    let Some(role) = account.role(name).filter(exact) else { return Ok(None) };
    if arn.service != "iam" || !arn.region.is_empty() || arn.partition != account.partition().as_str() {
        return Ok(None);
    }
    let document = authorize::compiled(&sight, &role.trust)?;
    let mut keys = Missing::default();
    keys.ask(&document);
    let shown = trust::shown(sight.directory, &role.trust);
    let trust = Source::new(arn.to_string(), source::RESOURCE, document).shown_as(&shown);
    Ok(Some(Held { role, trust, keys }))
}

/// A policy that leaves everything to the policies of `account`.
fn delegating(account: AccountId) -> Option<Document> {
    let text = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{{"AWS":"{account}"}},"Action":"*","Resource":"*"}}}}"#
    );
    Document::parse(&text).ok()
}

fn word(verdict: Verdict) -> EvalDecision {
    match verdict {
        Verdict::Allowed => EvalDecision::Allowed,
        Verdict::ImplicitlyDenied => EvalDecision::ImplicitDeny,
        Verdict::ExplicitlyDenied => EvalDecision::ExplicitDeny,
    }
}

/// What the policies of one type say for themselves.
fn side(decision: &Decision, policy: PolicyType) -> EvalDecision {
    let matched = || decision.trace.iter().filter(|step| step.document.policy == policy && step.matched());
    if matched().any(|step| step.denies) {
        EvalDecision::ExplicitDeny
    } else if matched().next().is_some() {
        EvalDecision::Allowed
    } else {
        EvalDecision::ImplicitDeny
    }
}

fn all_levels_allow(decision: &Decision, levels: usize) -> bool {
    let steps = || decision.trace.iter().filter(|step| step.document.policy == PolicyType::ServiceControl);
    let allows = |level: usize| steps().any(|step| usize::from(step.document.level) == level && step.matched());
    !steps().any(|step| step.denies && step.matched()) && (0..levels).all(allows)
}
