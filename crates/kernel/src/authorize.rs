//! May they? The one place where a [`Permit`] comes into being.

use crate::{
    authenticate::{Caller, Entity},
    circumstances::Circumstances,
    managed,
    sight::Sight,
};
use rolecall_directory::{ControlPolicy, Organization, PolicyText};
use rolecall_names::AccountId;
use rolecall_policy::{Context, DecidedBy, Decision, Document, Policies, PolicyType, Request, Verdict, decide};
use rolecall_wire::{Fault, FaultCode};
use smallvec::SmallVec;
use std::sync::Arc;

/// Proof that a request was weighed against every policy that applies and allowed. Whatever makes credentials or
/// changes the directory asks for one, and only this module can make one.
#[derive(Debug)]
pub(crate) struct Permit(());

impl Permit {
    /// For the two operations that need no permission: `GetCallerIdentity` and `GetSessionToken`.
    ///
    /// Source: STS API Reference, the page of each.
    pub(crate) fn without_permission() -> Self {
        Self(())
    }
}

/// Something that is asked for.
pub(crate) struct Question<'a> {
    /// `sts:AssumeRole`.
    pub(crate) action: &'a str,
    /// The ARN of what it is done to; `*` for nothing in particular.
    pub(crate) resource: &'a str,
    /// Whose resource it is.
    pub(crate) resource_account: AccountId,
    /// The resource's own policy: a role's trust policy for `sts:AssumeRole`.
    pub(crate) resource_policy: Option<&'a Document>,
    /// The facts policies can ask about.
    pub(crate) context: Context<'a>,
}

pub(crate) type Documents = SmallVec<[Arc<Document>; 6]>;
pub(crate) type Levels = SmallVec<[Documents; 4]>;

/// Everything that binds one caller, compiled, for as many questions as a request asks.
pub(crate) struct Binding {
    identity: Documents,
    boundary: Option<Arc<Document>>,
    session: Option<Documents>,
    service_control: Levels,
    vpc_endpoint: Option<Arc<Document>>,
}

/// A policy that is in force and cannot be read: nothing is allowed on the strength of a guess.
fn unreadable() -> Fault {
    Fault::from_code(FaultCode::InternalFailure)
}

impl Binding {
    pub(crate) fn of(sight: &Sight<'_>, circumstances: &Circumstances, caller: &Caller) -> Result<Self, Fault> {
        let empty = Default::default();
        let (inline, attached, boundary): (&std::collections::BTreeMap<Arc<str>, PolicyText>, &[Arc<str>], _) =
            match &caller.entity {
                Entity::Root => (&empty, &[], None),
                Entity::User(user) => (&user.inline, &user.attached, user.boundary.as_deref()),
                Entity::Role(role) => (&role.inline, &role.attached, role.boundary.as_deref()),
            };
        let mut identity = Documents::new();
        for text in inline.values() {
            identity.push(compiled(sight, text)?);
        }
        for arn in attached {
            identity.push(managed_policy(sight, caller.account, arn)?);
        }
        let boundary = boundary.map(|arn| managed_policy(sight, caller.account, arn)).transpose()?;
        Ok(Self {
            identity,
            boundary,
            session: session_policies(sight, caller)?,
            service_control: service_control(sight, caller.account)?,
            vpc_endpoint: match &circumstances.way.vpc_endpoint {
                Some((_, Some(policy))) => Some(compiled(sight, policy)?),
                _ => None,
            },
        })
    }

    /// Weighs `question` for `caller`.
    pub(crate) fn weigh(&self, sight: &Sight<'_>, caller: &Caller, question: &Question<'_>) -> Result<Decision, Fault> {
        let resource_control = levels(sight, question.resource_account, |organization| &organization.resource_control)?;
        let identity = borrowed(&self.identity);
        let session = self.session.as_ref().map(borrowed);
        let scp: SmallVec<[_; 4]> = self.service_control.iter().map(borrowed).collect();
        let scp: SmallVec<[&[&Document]; 4]> = scp.iter().map(|level| &**level).collect();
        let rcp: SmallVec<[_; 4]> = resource_control.iter().map(borrowed).collect();
        let rcp: SmallVec<[&[&Document]; 4]> = rcp.iter().map(|level| &**level).collect();
        let policies = Policies {
            identity: &identity,
            boundary: self.boundary.as_deref(),
            session: session.as_deref(),
            resource: question.resource_policy,
            scp: &scp,
            rcp: &rcp,
            vpc_endpoint: self.vpc_endpoint.as_deref(),
        };
        let request = Request {
            principal: &caller.principal,
            action: question.action,
            resource: question.resource,
            resource_account: Some(question.resource_account),
            context: &question.context,
        };
        let decision = decide(&request, &policies);
        if let Some(witness) = sight.witness {
            witness.note(question, &policies, &decision);
        }
        Ok(decision)
    }

    /// Weighs `question` and gives the permit, or AWS's refusal.
    pub(crate) fn ask(&self, sight: &Sight<'_>, caller: &Caller, question: &Question<'_>) -> Result<Permit, Fault> {
        let decision = self.weigh(sight, caller, question)?;
        if decision.is_allowed() { Ok(Permit(())) } else { Err(denied(caller, question, &decision)) }
    }
}

fn borrowed(documents: &Documents) -> SmallVec<[&Document; 6]> {
    documents.iter().map(|document| &**document).collect()
}

pub(crate) fn compiled(sight: &Sight<'_>, text: &PolicyText) -> Result<Arc<Document>, Fault> {
    sight.memo.document(text).ok_or_else(unreadable)
}

pub(crate) fn managed_policy(sight: &Sight<'_>, account: AccountId, arn: &str) -> Result<Arc<Document>, Fault> {
    if let Some(text) = managed::by_arn(arn) {
        return compiled(sight, text);
    }
    let policy =
        sight.directory.account(account).and_then(|account| account.policy_by_arn(arn)).ok_or_else(unreadable)?;
    compiled(sight, &policy.text)
}

fn session_policies(sight: &Sight<'_>, caller: &Caller) -> Result<Option<Documents>, Fault> {
    let Some(session) = &caller.session else { return Ok(None) };
    if session.policy.is_none() && session.policy_arns.is_empty() {
        return Ok(None);
    }
    let mut documents = Documents::new();
    if let Some(text) = &session.policy {
        documents.push(compiled(sight, &PolicyText::new(text))?);
    }
    for arn in &session.policy_arns {
        // A policy deleted since allows nothing more.
        if let Ok(document) = managed_policy(sight, caller.account, arn) {
            documents.push(document);
        }
    }
    Ok(Some(documents))
}

/// Service control policies bind every account but the management account.
pub(crate) fn service_control(sight: &Sight<'_>, account: AccountId) -> Result<Levels, Fault> {
    let exempt = sight.directory.organization().is_some_and(|organization| organization.management == Some(account));
    if exempt { Ok(Levels::new()) } else { levels(sight, account, |organization| &organization.service_control) }
}

/// The documents at each level above `account` where any is attached. A level with none holds the AWS-managed
/// policy that allows everything, so it binds nothing and is left out.
pub(crate) fn levels(
    sight: &Sight<'_>,
    account: AccountId,
    kind: impl Fn(&Organization) -> &[ControlPolicy],
) -> Result<Levels, Fault> {
    let mut found = Levels::new();
    let Some(organization) = sight.directory.organization() else { return Ok(found) };
    if kind(organization).is_empty() {
        return Ok(found);
    }
    for level in organization.placement(account).levels {
        let mut documents = Documents::new();
        for policy in Organization::attached(kind(organization), &level) {
            documents.push(compiled(sight, &policy.text)?);
        }
        if !documents.is_empty() {
            found.push(documents);
        }
    }
    Ok(found)
}

/// The resource as a refusal names it. IAM calls a role or user that may be there by its name and puts the word before
/// a policy's ARN; what is to be made, what is asked of all of a kind, and every other service goes by the ARN. A version
/// is made of a policy that is there.
///
/// Source: answers of AWS in aws-cdk issue 27067, vercel issue 786 and terraform-aws-eks issue 2517; for versions AWS's
/// workshop on permissions boundaries.
fn shown<'a>(question: &Question<'a>) -> std::borrow::Cow<'a, str> {
    let arn = question.resource;
    let makes = question.action.starts_with("iam:Create") && question.action != "iam:CreatePolicyVersion";
    let named = if question.action.starts_with("iam:") && !makes {
        rolecall_names::Arn::parse(arn).ok().and_then(|arn| arn.kind_path_name())
    } else {
        None
    };
    match named {
        Some((kind @ ("role" | "user"), _, name)) => format!("{kind} {name}").into(),
        Some(("policy", ..)) => format!("policy {arn}").into(),
        _ => arn.into(),
    }
}

/// The sentence AWS answers with.
///
/// `sts:AssumeRole` and its companions get the plain sentence unless a policy denies in so many words: that is what
/// AWS really returns (facts of record, 2020 to 2026); everything else says which kind of policy decided.
///
/// Source: IAM User Guide, "Troubleshoot access denied error messages".
fn denied(caller: &Caller, question: &Question<'_>, decision: &Decision) -> Fault {
    let mut text = format!(
        "User: {} is not authorized to perform: {} on resource: {}",
        caller.arn(),
        question.action,
        shown(question)
    );
    let policy = match decision.decided_by {
        DecidedBy::Policy(policy) => policy,
        DecidedBy::RootMayNotAssume => {
            return Fault::new(FaultCode::AccessDenied, "Roles may not be assumed by root accounts.");
        }
        DecidedBy::RootUser | DecidedBy::NoPermissionNeeded => PolicyType::Identity,
    };
    let of_sts = question.action.starts_with("sts:");
    match decision.verdict {
        Verdict::ExplicitlyDenied => {
            text.push_str(match (policy, of_sts) {
                (PolicyType::ServiceControl, _) => " with an explicit deny in a service control policy",
                (PolicyType::ResourceControl, _) => " with an explicit deny in a resource control policy",
                (PolicyType::VpcEndpoint, _) => " with an explicit deny in a VPC endpoint policy",
                (PolicyType::Resource, true) => " with an explicit deny in the role trust policy",
                (PolicyType::Resource, false) => " with an explicit deny in a resource-based policy",
                (PolicyType::Identity, _) => " with an explicit deny in an identity-based policy",
                (PolicyType::Boundary, _) => " with an explicit deny in a permissions boundary",
                (PolicyType::Session, _) => " with an explicit deny in a session policy",
            });
        }
        Verdict::ImplicitlyDenied if !of_sts => {
            let kind = match policy {
                PolicyType::ServiceControl => "service control",
                PolicyType::ResourceControl => "resource control",
                PolicyType::VpcEndpoint => "VPC endpoint",
                PolicyType::Resource => "resource-based",
                PolicyType::Identity => "identity-based",
                PolicyType::Boundary => "permissions boundary",
                PolicyType::Session => "session",
            };
            let noun = if matches!(policy, PolicyType::Boundary) { "" } else { " policy" };
            text.push_str(&format!(" because no {kind}{noun} allows the {} action", question.action));
        }
        Verdict::ImplicitlyDenied | Verdict::Allowed => {}
    }
    Fault::new(FaultCode::AccessDenied, text)
}
