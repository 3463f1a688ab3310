//! `AssumeRole`.

use super::{check_mfa, issue, tags::SessionTags};
use crate::{
    authenticate::Entity,
    authorize::Permit,
    outcome::Answer,
    session::{Holder, Session},
    trail::Trail,
    work::Work,
};
use rolecall_directory::{Account, PolicyText, Role, TokenVersion};
use rolecall_names::{Arn, session_arn};
use rolecall_policy::{Document, Entry, Key, Kind, Values, check, keys};
use rolecall_wire::{Fault, FaultCode, Reply, call, reply};
use smallvec::SmallVec;
use std::sync::Arc;

/// Seconds a session lasts when the call does not say; also the most that role chaining allows.
///
/// Source: STS API Reference, `AssumeRole`, `DurationSeconds`; IAM User Guide, "Role chaining".
const DEFAULT_SECONDS: i32 = 3600;

pub(crate) fn assume_role(work: &Work<'_>, input: &call::AssumeRole, trail: &mut Trail) -> Result<Answer, Fault> {
    trail.resource("AWS::IAM::Role", &input.role_arn);
    if matches!(work.caller.entity, Entity::Root) {
        return Err(Fault::new(FaultCode::AccessDenied, "Roles may not be assumed by root accounts."));
    }
    if Arn::parse(&input.role_arn).is_err() {
        return Err(Fault::new(FaultCode::ValidationError, format!("{} is invalid", input.role_arn)));
    }
    let session_policy = checked_policy(input)?;
    let session = work.caller.session.as_ref();
    let tags = SessionTags::join(input, session)?;
    let source_identity = source_identity(input, session)?;
    let with_mfa = check_mfa(work, input.serial_number.as_deref(), input.token_code.as_deref(), trail)?;

    let target = target(work, &input.role_arn);
    let trust = match target {
        Some((_, role)) => Some(work.sight.memo.document(&role.trust).ok_or_else(unreadable)?),
        None => None,
    };
    let asked = Asked { work, input, tags: &tags, source_identity: source_identity.as_deref(), with_mfa };
    let permit = asked.permit(target, trust.as_deref())?;
    // Nobody is let into a role that is not there: without a trust policy nothing was allowed.
    let (account, role) = target.ok_or_else(unreadable)?;
    trail.other_side = Some(account.id());

    let seconds = duration(work, input, role)?;
    let policy_arns = policy_arns(work, account, input)?;
    let issued = work.circumstances.now.whole_seconds();
    let version = match work.endpoint.kind {
        crate::event::EndpointType::Global => account.preferences().global_token,
        crate::event::EndpointType::Regional => TokenVersion::V2,
    };
    let packs = !tags.all.is_empty() || session_policy.is_some() || !policy_arns.is_empty();
    let made = Session {
        access_key_id: issue::key_id(work, account.id()),
        holder: Holder::Role { id: role.id, name: (&*input.role_session_name).into() },
        issued,
        expires: issued.plus_seconds(seconds),
        version,
        mfa: with_mfa.then_some(issued),
        source_identity: source_identity.clone(),
        tags: tags.all,
        transitive: tags.transitive,
        policy: session_policy,
        policy_arns,
        contexts: input
            .provided_contexts
            .iter()
            .filter_map(|context| {
                Some((context.provider_arn.as_deref()?.into(), context.context_assertion.as_deref()?.into()))
            })
            .collect(),
    };
    let credentials = issue::issue(work, &permit, account, &made, input.minimum_session_token_size)?;
    let assumed_role_id = format!("{}:{}", role.id, input.role_session_name);
    let arn = session_arn(account.partition(), account.id(), &role.name, &input.role_session_name);
    let packed = packs.then_some(credentials.packed_percent);
    trail.issued = Some(crate::event::Issued {
        assumed_role: Some((assumed_role_id.as_str().into(), arn.as_str().into())),
        source_identity: source_identity.clone(),
        packed_policy_size: packed,
        ..issue::told(&credentials)
    });
    Ok(Answer::Reply(Reply::AssumeRole(reply::AssumeRole {
        credentials: issue::shown(credentials),
        assumed_role_user: reply::AssumedRoleUser { assumed_role_id, arn },
        packed_policy_size: packed.and_then(|percent| i32::try_from(percent).ok()),
        source_identity: source_identity.map(|name| name.to_string()),
    })))
}

/// What the policies are asked: the same question under each of the actions that the call needs.
struct Asked<'a> {
    work: &'a Work<'a>,
    input: &'a call::AssumeRole,
    tags: &'a SessionTags,
    source_identity: Option<&'a str>,
    with_mfa: bool,
}

impl Asked<'_> {
    /// `sts:AssumeRole` first; then, where the call tags the session, names its source identity or hands on a
    /// context, the action of each. The refusal names the one that failed.
    ///
    /// Source: IAM User Guide, "Pass session tags in AWS STS" and "Monitor and control actions taken with assumed
    /// roles"; that inherited tags need `sts:TagSession` too: aws-cdk-cli issue 762.
    fn permit(&self, target: Option<(&Account, &Arc<Role>)>, trust: Option<&Document>) -> Result<Permit, Fault> {
        let input = self.input;
        let account = match target {
            Some((account, _)) => account.id(),
            None => {
                Arn::parse(&input.role_arn).ok().and_then(|arn| arn.account_id()).unwrap_or(self.work.caller.account)
            }
        };
        let tag_keys: SmallVec<[&str; 8]> = input.tags.iter().map(|tag| &*tag.key).collect();
        let transitive: SmallVec<[&str; 8]> = input.transitive_tag_keys.iter().map(|key| &**key).collect();
        let providers: SmallVec<[&str; 1]> =
            input.provided_contexts.iter().filter_map(|context| context.provider_arn.as_deref()).collect();
        let mut facts: SmallVec<[Entry<'_>; 16]> = SmallVec::new();
        facts.push((keys::STS_ROLE_SESSION_NAME, Values::One(&input.role_session_name)));
        if self.with_mfa {
            facts.push((keys::MFA_PRESENT, Values::One("true")));
            facts.push((keys::MFA_AGE, Values::One("0")));
        }
        if let Some(external_id) = &input.external_id {
            facts.push((keys::STS_EXTERNAL_ID, Values::One(external_id)));
        }
        if let Some(source_identity) = self.source_identity {
            facts.push((keys::STS_SOURCE_IDENTITY, Values::One(source_identity)));
        }
        for tag in &input.tags {
            facts.push((Key::tag(keys::REQUEST_TAG, &tag.key), Values::One(&tag.value)));
        }
        if !tag_keys.is_empty() {
            facts.push((keys::TAG_KEYS, Values::Many(&tag_keys)));
        }
        if !transitive.is_empty() {
            facts.push((keys::STS_TRANSITIVE_TAG_KEYS, Values::Many(&transitive)));
        }
        if !providers.is_empty() {
            facts.push((keys::STS_REQUEST_CONTEXT_PROVIDERS, Values::Many(&providers)));
        }
        // An inherited tag stands before the role's own of the same key, and the first one told counts.
        let of_role = target.map_or(&[][..], |(_, role)| &role.tags);
        for tag in self.tags.inherited().iter().chain(of_role) {
            facts.push((Key::tag(keys::RESOURCE_TAG, &tag.key), Values::One(&tag.value)));
            facts.push((Key::tag(keys::IAM_RESOURCE_TAG, &tag.key), Values::One(&tag.value)));
        }
        let ask = |action| self.work.ask(action, &input.role_arn, account, trust, &facts);
        let permit = ask("sts:AssumeRole")?;
        if !self.tags.all.is_empty() {
            ask("sts:TagSession")?;
        }
        if self.source_identity.is_some() {
            ask("sts:SetSourceIdentity")?;
        }
        if !providers.is_empty() {
            ask("sts:SetContext")?;
        }
        Ok(permit)
    }
}

/// The role with exactly this ARN, if it is held here.
fn target<'a>(work: &Work<'a>, role_arn: &str) -> Option<(&'a Account, &'a Arc<Role>)> {
    let arn = Arn::parse(role_arn).ok()?;
    let account = work.sight.directory.account(arn.account_id()?)?;
    let ("role", path, name) = arn.kind_path_name()? else { return None };
    let role = account.role(name).filter(|role| &*role.name == name && &*role.path == path)?;
    (arn.service == "iam" && arn.region.is_empty() && arn.partition == account.partition().as_str())
        .then_some((account, role))
}

fn unreadable() -> Fault {
    Fault::from_code(FaultCode::InternalFailure)
}

/// The source identity the session will carry: it sticks through the whole chain.
///
/// Text: reported by users of AWS, with the code `ValidationError`.
fn source_identity(input: &call::AssumeRole, session: Option<&Session>) -> Result<Option<Arc<str>>, Fault> {
    let held = session.and_then(|session| session.source_identity.clone());
    match (held, &input.source_identity) {
        (Some(held), Some(asked)) if *held != **asked => Err(Fault::new(
            FaultCode::ValidationError,
            "The source identity is already set for this assume role session",
        )),
        (Some(held), _) => Ok(Some(held)),
        (None, asked) => Ok(asked.as_deref().map(Into::into)),
    }
}

/// The inline session policy, checked as AWS checks it before it asks anybody's permission.
fn checked_policy(input: &call::AssumeRole) -> Result<Option<Arc<str>>, Fault> {
    let Some(text) = &input.policy else { return Ok(None) };
    check(Kind::Session, text)
        .map_err(|malformed| Fault::new(FaultCode::MalformedPolicyDocument, malformed.aws_message(text)))?;
    Ok(Some((&**text).into()))
}

/// The managed session policies: of AWS's or of the role's own account.
fn policy_arns(work: &Work<'_>, account: &Account, input: &call::AssumeRole) -> Result<Vec<Arc<str>>, Fault> {
    let known = |arn: &&String| crate::managed::by_arn(arn).is_none() && account.policy_by_arn(arn).is_none();
    if let Some(unknown) = input.policy_arns.iter().find(known) {
        let text = format!("Policy {unknown} does not exist or is not attachable.");
        return Err(Fault::new(FaultCode::ValidationError, text));
    }
    let compiles = |arn: &String| {
        let text: Option<&PolicyText> =
            crate::managed::by_arn(arn).or_else(|| account.policy_by_arn(arn).map(|policy| &policy.text));
        text.is_some_and(|text| work.sight.memo.document(text).is_some())
    };
    if !input.policy_arns.iter().all(compiles) {
        return Err(unreadable());
    }
    Ok(input.policy_arns.iter().map(|arn| Arc::from(&**arn)).collect())
}

fn duration(work: &Work<'_>, input: &call::AssumeRole, role: &Role) -> Result<i64, Fault> {
    let seconds = input.duration_seconds.unwrap_or(DEFAULT_SECONDS);
    let refused = |text| Err(Fault::new(FaultCode::ValidationError, text));
    if work.caller.is_role_session() && seconds > DEFAULT_SECONDS {
        return refused(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
        );
    }
    if i64::from(seconds) > i64::from(role.max_session_duration) {
        return refused("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
    }
    Ok(i64::from(seconds))
}
