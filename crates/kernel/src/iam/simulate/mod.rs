//! `SimulateCustomPolicy` and `SimulatePrincipalPolicy`: the engine's verdict on calls that nobody makes.
//!
//! Where AWS's simulator and AWS differ, this one keeps to AWS: a role's trust policy has its say in who assumes it,
//! and context keys that service control policies ask for are among the missing ones.
//! `docs/decisions/policy-simulation.md` has the list.

mod caller;
mod context;
mod exclusion;
mod result;
mod source;
mod weigh;

use super::{Task, entity::Holder, shared};
use crate::authorize;
use caller::Who;
use context::Given;
use rolecall_directory::{Role, User};
use rolecall_names::AccountId;
use rolecall_wire::{Fault, FaultCode, Reply, call, reply};
use source::Sources;
use weigh::Simulation;

/// How many statements and context keys one page of results may look at; there are fewer results on it when it must.
const WORK: usize = 200_000;

fn invalid(text: impl Into<String>) -> Fault {
    Fault::new(FaultCode::InvalidInput, text.into())
}

pub(crate) fn custom(task: &Task<'_>, input: &call::SimulateCustomPolicy) -> Result<Reply, Fault> {
    // No resource type: Service Authorization Reference, "Actions, resources, and condition keys for AWS Identity
    // and Access Management".
    task.ask("*", &[])?;
    let sources = Sources {
        identity: source::given("PolicyInputList", &input.policy_input_list)?,
        boundary: source::boundary(&input.permissions_boundary_policy_input_list)?,
        service_control: source::levels(&input.ordered_organization_policy_input_list)?,
    };
    let who = input.caller_arn.as_deref().map(|arn| caller::read(task, arn)).transpose()?;
    let asked = Asked {
        actions: &input.action_names,
        resources: &input.resource_arns,
        policy: input.resource_policy.as_deref(),
        owner: input.resource_owner.as_deref(),
        context: &input.context_entries,
        max_items: input.max_items,
        marker: input.marker.as_deref(),
    };
    let (evaluation_results, marker) = asked.run(task, sources, who)?;
    Ok(Reply::SimulateCustomPolicy(reply::SimulateCustomPolicy { evaluation_results, marker }))
}

pub(crate) fn principal(task: &Task<'_>, input: &call::SimulatePrincipalPolicy) -> Result<Reply, Fault> {
    let arn = &*input.policy_source_arn;
    let account = task.account;
    let exclusions = exclusion::read(&input.policy_exclusion_list);
    let sources = match caller::parts(arn).filter(|parts| parts.account == account.id()) {
        Some(parts) if parts.kind == "role" => of_holder::<Role>(task, input, parts.name, exclusions)?,
        Some(parts) if parts.kind == "user" => of_holder::<User>(task, input, parts.name, exclusions)?,
        Some(parts) if parts.kind == "group" => {
            task.ask(arn, &[])?;
            return Err(shared::no_such(format!("The group with name {} cannot be found.", parts.name)));
        }
        _ => {
            task.ask(arn, &[])?;
            return Err(caller::no_entity(arn));
        }
    };
    let who = caller::read(task, input.caller_arn.as_deref().unwrap_or(arn))?;
    let asked = Asked {
        actions: &input.action_names,
        resources: &input.resource_arns,
        policy: input.resource_policy.as_deref(),
        owner: input.resource_owner.as_deref(),
        context: &input.context_entries,
        max_items: input.max_items,
        marker: input.marker.as_deref(),
    };
    let (evaluation_results, marker) = asked.run(task, sources, Some(who))?;
    Ok(Reply::SimulatePrincipalPolicy(reply::SimulatePrincipalPolicy { evaluation_results, marker }))
}

/// What a user or role has, what is given beside it, and without what is to be left out.
fn of_holder<H: Holder>(
    task: &Task<'_>,
    input: &call::SimulatePrincipalPolicy,
    name: &str,
    exclusions: Result<exclusion::Exclusions<'_>, Fault>,
) -> Result<Sources, Fault> {
    let arn = &*input.policy_source_arn;
    let holder = H::find(task.account, name).filter(|holder| holder.arn_in(task.account) == arn);
    let facts: Vec<_> = holder.map(|holder| shared::resource_tags(holder.tags()).collect()).unwrap_or_default();
    task.ask(arn, &facts)?;
    let holder = holder.ok_or_else(|| H::absent(task, name))?;
    let exclusions = exclusions?;
    let sight = &task.work.sight;
    let mut identity = source::of_holder(sight, task.account, &**holder, &exclusions)?;
    identity.extend(source::given("PolicyInputList", &input.policy_input_list)?);
    let boundary = match source::boundary(&input.permissions_boundary_policy_input_list)? {
        Some(given) => Some(given),
        None => holder
            .boundary()
            .filter(|_| !exclusions.boundary)
            .map(|arn| source::managed(sight, task.account, arn))
            .transpose()?,
    };
    let member = sight.directory.organization().is_some_and(|organization| organization.has(task.account.id()));
    let service_control = match member && !exclusions.service_control {
        true => Some(authorize::service_control(sight, task.account.id())?),
        false => None,
    };
    Ok(Sources {
        identity,
        boundary,
        service_control: service_control.map(|levels| levels.into_iter().map(|level| level.into_vec()).collect()),
    })
}

/// What both calls ask.
struct Asked<'a> {
    actions: &'a [String],
    resources: &'a [String],
    policy: Option<&'a str>,
    owner: Option<&'a str>,
    context: &'a [call::ContextEntry],
    max_items: Option<i32>,
    marker: Option<&'a str>,
}

impl Asked<'_> {
    /// Simulates as many actions as fit on the page.
    fn run(
        &self,
        task: &Task<'_>,
        sources: Sources,
        who: Option<Who<'_>>,
    ) -> Result<(Vec<reply::EvaluationResult>, Option<String>), Fault> {
        if let Some(action) = self.actions.iter().find(|action| !is_action(action)) {
            return Err(invalid(format!("Invalid action name: {action}")));
        }
        // AWS's words: aws-containers/amazon-ecs-exec-checker issue 35.
        if let Some(resource) =
            self.resources.iter().find(|text| *text != "*" && rolecall_names::Arn::parse(text).is_err())
        {
            return Err(invalid(format!("ResourceNames are not in a valid ARN format: {resource}.")));
        }
        if self.policy.is_some() && who.is_none() {
            return Err(invalid("CallerArn is required when a ResourcePolicy is given."));
        }
        let given = Given::read(self.context)?;
        let all = ["*".to_owned()];
        let resources = if self.resources.is_empty() { &all[..] } else { self.resources };
        let simulation = Simulation::new(
            task,
            sources,
            who,
            self.policy.map(source::resource).transpose()?,
            self.owner.map(owner).transpose()?,
            &given,
            resources,
        )?;
        let each = simulation.work();
        if each > WORK {
            return Err(invalid("The simulation is too large: ask about fewer resources at once."));
        }
        let first = match shared::after(self.marker)? {
            Some(marker) => marker.parse::<usize>().map_err(|_| shared::invalid_marker())?,
            None => 0,
        };
        let room = i32::try_from(WORK / each.max(1)).unwrap_or(i32::MAX);
        let limit = self.max_items.unwrap_or(shared::PAGE).min(room);
        let left = self.actions.iter().enumerate().skip(first);
        let (page, marker) = shared::page(left, Some(limit), |(index, _)| (index + 1).to_string());
        let results = page.into_iter().map(|(_, action)| simulation.result(action)).collect();
        Ok((results, marker))
    }
}

/// Source: IAM API Reference, `ActionNames`: with the service, and without wildcards.
fn is_action(text: &str) -> bool {
    let named = |part: &str| !part.is_empty() && !part.contains(['*', '?', ':']);
    text.split_once(':').is_some_and(|(service, operation)| named(service) && named(operation))
}

/// The account of `arn:aws:iam::…:root`. AWS's words: boto/botocore issue 1346.
fn owner(text: &str) -> Result<AccountId, Fault> {
    let arn = rolecall_names::Arn::parse(text).ok();
    let account = arn.filter(|arn| arn.service == "iam" && arn.resource == "root").and_then(|arn| arn.account_id());
    account.ok_or_else(|| invalid(format!("'{text}' is not a valid as a Resource Owner.")))
}
