//! Policies that stand by themselves: the account's, and AWS's own, which can be read.

use super::{
    Task,
    entity::{At, Entity, makeable},
    quota, shared, told, version,
};
use crate::managed::{self, Managed};
use rolecall_directory::{Account, Change, ManagedPolicy, Origin, PolicyText, Versions};
use rolecall_names::{IdKind, Instant, UniqueId};
use rolecall_wire::{Fault, FaultCode, Reply, call, reply};
use sha2::{Digest, Sha256};
use std::{collections::HashMap, sync::Arc};

/// When AWS's policies are said to be made: the day AWS published most of those told here. Their ids and dates are
/// not part of what AWS documents about them.
pub(super) const AWS_CREATED: Instant = Instant::from_seconds(1_423_247_940);

pub(crate) fn create(task: &mut Task<'_>, input: &call::CreatePolicy) -> Result<Reply, Fault> {
    let account = task.account;
    let policy = ManagedPolicy {
        id: UniqueId::new(IdKind::Policy, task.work.circumstances.entropy.unique_id()),
        name: (&*input.policy_name).into(),
        path: input.path.as_deref().unwrap_or(shared::ROOT_PATH).into(),
        created: task.work.circumstances.now.whole_seconds(),
        description: input.description.as_deref().map(Into::into),
        text: PolicyText::new(&input.policy_document),
        tags: Vec::new(),
        origin: Origin::Api,
        versions: Versions::default(),
    };
    let arn = policy.arn_in(account);
    let (permit, tags) = makeable::<ManagedPolicy>(task, &arn, &input.tags, None)?;
    let text = checked(&input.policy_document)?;
    if account.policy(&input.policy_name).is_some() {
        let name = &input.policy_name;
        return Err(shared::exists(format!("A policy called {name} already exists. Duplicate names are not allowed.")));
    }
    if account.counts().2 >= quota::PER_ACCOUNT {
        return Err(quota::exceeded("PoliciesPerAccount", quota::PER_ACCOUNT));
    }
    let policy = ManagedPolicy { text, tags, ..policy };
    // The reply leaves out what GetPolicy tells.
    let given = (!input.tags.is_empty()).then(|| input.tags.clone());
    let shown = reply::Policy { description: None, tags: given, ..own(account, &policy, Use::default()) };
    task.trail.response = Some(told::policy(&shown));
    task.change(&permit, policy.put(account.id()));
    Ok(Reply::CreatePolicy(reply::CreatePolicy { policy: shown }))
}

pub(crate) fn get(task: &Task<'_>, input: &call::GetPolicy) -> Result<Reply, Fault> {
    let policy = match Readable::permitted(task, &input.policy_arn)? {
        Some(policy) => policy.shown(task.account, &Uses::of(task.account)),
        None => return Err(ManagedPolicy::absent(task, &input.policy_arn)),
    };
    Ok(Reply::GetPolicy(reply::GetPolicy { policy }))
}

pub(crate) fn list(task: &Task<'_>, input: &call::ListPolicies) -> Result<Reply, Fault> {
    let account = task.account;
    let prefix = input.path_prefix.as_deref().unwrap_or(shared::ROOT_PATH);
    // AWS asks for a path here, which only a policy for every resource fits.
    task.ask(&format!("policy path {prefix}"), &[])?;
    let marker = shared::after(input.marker.as_deref())?;
    let after = match &marker {
        Some(marker) => Some(marker.split_once('/').ok_or_else(shared::invalid_marker)?),
        None => None,
    };
    let scope = input.scope.unwrap_or(call::PolicyScope::All);
    let uses = Uses::of(account);
    // The account's come first, then AWS's; a marker tells which and the last name.
    let local = scope != call::PolicyScope::Aws && !matches!(after, Some((AWS, _)));
    let own = account
        .policies(after.filter(|(whose, _)| *whose == OWN).map(|(_, name)| name))
        .filter(|_| local)
        .map(Readable::Own);
    let aws = managed::all()
        .into_iter()
        .filter(|_| scope != call::PolicyScope::Local)
        .filter(|policy| !matches!(after, Some((AWS, name)) if *policy.name <= *name))
        .map(Readable::Aws);
    let wanted = own
        .chain(aws)
        .filter(|policy| policy.path().starts_with(prefix))
        .map(|policy| (policy, uses.of_policy(&policy.arn(account))))
        .filter(|(_, used)| match input.policy_usage_filter {
            None => true,
            Some(call::PolicyUsage::PermissionsPolicy) => used.attached > 0,
            Some(call::PolicyUsage::PermissionsBoundary) => used.bounds > 0,
        })
        .filter(|(_, used)| !input.only_attached.unwrap_or(false) || used.attached > 0);
    let (page, marker) = shared::page(wanted, input.max_items, |(policy, _)| policy.place());
    // A list leaves out description and tags (IAM API Reference, `ListPolicies`).
    let policies = page
        .into_iter()
        .map(|(policy, _)| reply::Policy { description: None, tags: None, ..policy.shown(account, &uses) })
        .collect();
    Ok(Reply::ListPolicies(reply::ListPolicies { policies, marker }))
}

pub(crate) fn delete(task: &mut Task<'_>, input: &call::DeletePolicy) -> Result<Reply, Fault> {
    let (permit, policy) = At::<ManagedPolicy>::of(task, &input.policy_arn).changeable(task, &[])?;
    let used = Uses::of(task.account).of_policy(&input.policy_arn);
    if used.attached > 0 || used.bounds > 0 {
        // Text: rebuy-de/aws-nuke pull request 819.
        return Err(Fault::new(FaultCode::DeleteConflict, "Cannot delete a policy attached to entities."));
    }
    if !policy.versions.others.is_empty() {
        // Text: aws-samples/aws-security-reference-architecture-examples, which met it.
        let text = "This policy has more than one version. Before you delete a policy, you must delete the policy's \
                    versions. The default version is deleted with the policy.";
        return Err(Fault::new(FaultCode::DeleteConflict, text));
    }
    task.change(&permit, Change::DeletePolicy { account: task.account.id(), name: policy.name.clone() });
    Ok(Reply::DeletePolicy)
}

/// A document that is to become a policy's, within the size of one.
pub(super) fn checked(document: &str) -> Result<PolicyText, Fault> {
    let text = shared::checked_identity(document)?;
    if quota::size(document) > quota::POLICY_SIZE {
        return Err(quota::exceeded("PolicySize", quota::POLICY_SIZE));
    }
    Ok(text)
}

/// How often a policy is used, and as what.
#[derive(Clone, Copy, Default)]
struct Use {
    attached: i32,
    bounds: i32,
}

/// What every policy of an account is used for, counted in one walk over its roles and users.
struct Uses<'a>(HashMap<&'a str, Use>);

impl<'a> Uses<'a> {
    fn of(account: &'a Account) -> Self {
        let mut uses: HashMap<&str, Use> = HashMap::new();
        let mut count = |attached: &'a [Arc<str>], boundary: &'a Option<Arc<str>>| {
            for arn in attached {
                uses.entry(arn).or_default().attached += 1;
            }
            if let Some(arn) = boundary {
                uses.entry(arn).or_default().bounds += 1;
            }
        };
        account.roles(None).for_each(|role| count(&role.attached, &role.boundary));
        account.users(None).for_each(|user| count(&user.attached, &user.boundary));
        Self(uses)
    }

    fn of_policy(&self, arn: &str) -> Use {
        self.0.get(arn).copied().unwrap_or_default()
    }
}

/// Whose policy a marker names.
const OWN: &str = "own";
const AWS: &str = "aws";

/// A policy that the account can read.
#[derive(Clone, Copy)]
pub(super) enum Readable<'a> {
    Own(&'a Arc<ManagedPolicy>),
    Aws(&'static Managed),
}

impl<'a> Readable<'a> {
    /// The policy with that ARN, if there is one, once the caller may read it.
    pub(super) fn permitted(task: &Task<'a>, arn: &str) -> Result<Option<Self>, Fault> {
        let own = task.account.policy_by_arn(arn);
        let facts: Vec<_> = own.into_iter().flat_map(|policy| shared::resource_tags(&policy.tags)).collect();
        task.ask(arn, &facts)?;
        Ok(own.map(Self::Own).or_else(|| shared::aws_policy(task.account, arn).map(Self::Aws)))
    }

    fn arn(self, account: &Account) -> String {
        match self {
            Self::Own(policy) => policy.arn_in(account),
            Self::Aws(policy) => policy.arn(account.partition()),
        }
    }

    fn path(&self) -> &str {
        match self {
            Self::Own(policy) => &policy.path,
            Self::Aws(policy) => &policy.path,
        }
    }

    /// Where it stands among all, as a marker tells it.
    fn place(&self) -> String {
        match self {
            Self::Own(policy) => format!("{OWN}/{}", policy.name),
            Self::Aws(policy) => format!("{AWS}/{}", policy.name),
        }
    }

    fn shown(self, account: &Account, uses: &Uses<'_>) -> reply::Policy {
        let arn = self.arn(account);
        let used = uses.of_policy(&arn);
        match self {
            Self::Own(policy) => own(account, policy, used),
            Self::Aws(policy) => reply::Policy {
                policy_name: policy.name.clone(),
                policy_id: id_of(&policy.name),
                arn,
                path: policy.path.clone(),
                default_version_id: version::id(1),
                attachment_count: used.attached,
                permissions_boundary_usage_count: used.bounds,
                is_attachable: true,
                description: None,
                create_date: AWS_CREATED,
                update_date: AWS_CREATED,
                tags: Some(Vec::new()),
            },
        }
    }
}

fn own(account: &Account, policy: &ManagedPolicy, used: Use) -> reply::Policy {
    reply::Policy {
        policy_name: policy.name.to_string(),
        policy_id: policy.id,
        arn: policy.arn_in(account),
        path: policy.path.to_string(),
        default_version_id: version::id(policy.versions.in_force),
        attachment_count: used.attached,
        permissions_boundary_usage_count: used.bounds,
        is_attachable: true,
        description: policy.description.as_deref().map(str::to_owned),
        create_date: policy.created,
        update_date: version::latest(policy),
        tags: Some(shared::shown_tags(&policy.tags)),
    }
}

/// An id for one of AWS's policies: the same in every deployment and at every time.
fn id_of(name: &str) -> UniqueId {
    let digest = Sha256::digest(name.as_bytes());
    UniqueId::new(IdKind::Policy, digest.iter().take(16).fold(0, |sum, byte| (sum << 8) | u128::from(*byte)))
}
