//! Who signed a request: key, secret, token and signature.

use crate::{
    HttpRequest,
    arrive::Endpoint,
    circumstances::Circumstances,
    event::{EndpointType, Identity, SessionFacts},
    memo::ScopeKey,
    session::{Holder, Session},
    sight::Sight,
};
use rolecall_directory::{Account, KeyOwner, Role, Tag, TokenVersion, User};
use rolecall_names::{AccessKeyId, AccountId, Activation, Instant, Principal, Region};
use rolecall_sigv4::{Presented, Refusal, SigningKey};
use rolecall_wire::{Fault, FaultCode, Service};
use std::sync::Arc;

/// Somebody whose signature was right.
pub(crate) struct Caller {
    pub(crate) principal: Arc<Principal>,
    pub(crate) account: AccountId,
    pub(crate) access_key_id: AccessKeyId,
    /// What the caller's own policies and tags hang on.
    pub(crate) entity: Entity,
    /// Set for temporary credentials.
    pub(crate) session: Option<Session>,
}

/// The user or role behind a caller.
pub(crate) enum Entity {
    Root,
    User(Arc<User>),
    Role(Arc<Role>),
}

impl Caller {
    pub(crate) fn arn(&self) -> String {
        self.principal.arn().unwrap_or_default()
    }

    pub(crate) fn identity(&self) -> Identity {
        Identity::Full {
            principal: self.principal.clone(),
            access_key_id: Some(self.access_key_id),
            session: self.session.as_ref().map(|session| SessionFacts {
                created: session.issued,
                mfa: session.mfa.is_some() && !matches!(session.holder, Holder::Role { .. }),
                source_identity: session.source_identity.clone(),
            }),
        }
    }

    /// The tags that `aws:PrincipalTag` shows: the entity's own, overlaid by the session's.
    pub(crate) fn tags(&self) -> impl Iterator<Item = &Tag> {
        let own: &[Tag] = match &self.entity {
            Entity::Root => &[],
            Entity::User(user) => &user.tags,
            Entity::Role(role) => &role.tags,
        };
        let session = self.session.as_ref().map_or(&[][..], |session| &session.tags);
        session
            .iter()
            .chain(own.iter().filter(move |tag| !session.iter().any(|over| over.key.eq_ignore_ascii_case(&tag.key))))
    }

    pub(crate) fn is_role_session(&self) -> bool {
        matches!(self.entity, Entity::Role(_))
    }
}

/// The caller behind the signature that `presented` holds.
///
/// The order is AWS's: time and scope before the key is looked up, the token before the signature.
pub(crate) fn authenticate(
    sight: &Sight<'_>,
    request: &HttpRequest<'_>,
    circumstances: &Circumstances,
    endpoint: &Endpoint,
    presented: &Presented<'_>,
) -> Result<Caller, Fault> {
    rolecall_sigv4::check_time(presented, circumstances.now).map_err(refused)?;
    check_scope(presented, endpoint)?;
    let access_key_id: AccessKeyId = presented.access_key_id().parse().map_err(|_| refused(Refusal::UnknownKey))?;
    if access_key_id.is_temporary() {
        by_token(sight, request, circumstances, endpoint, presented, access_key_id)
    } else {
        by_key(sight, request, endpoint, presented, access_key_id)
    }
}

fn check_scope(presented: &Presented<'_>, endpoint: &Endpoint) -> Result<(), Fault> {
    let scope = presented.scope();
    let region = if endpoint.any_scope { &scope.region } else { endpoint.region.name() };
    let expected = rolecall_sigv4::Endpoint {
        region,
        service: endpoint.service.signing_name(),
        global: endpoint.kind == EndpointType::Global,
    };
    rolecall_sigv4::check_scope(presented, &expected).map_err(refused)
}

fn by_key(
    sight: &Sight<'_>,
    request: &HttpRequest<'_>,
    endpoint: &Endpoint,
    presented: &Presented<'_>,
    access_key_id: AccessKeyId,
) -> Result<Caller, Fault> {
    let unknown = || refused(Refusal::UnknownKey);
    // A token beside a long-term key is a token that does not belong to the key.
    if presented.session_token().is_some() {
        return Err(refused(Refusal::UnknownKey));
    }
    let key = sight.directory.key(&access_key_id).filter(|key| key.active).ok_or_else(unknown)?;
    let account = sight.directory.account(key.account).ok_or_else(unknown)?;
    reaches(account, endpoint.region)?;
    let remembered = ScopeKey::of(presented);
    let secret = key.secret.reveal();
    let signing = sight.memo.signing_key(remembered, secret, || SigningKey::derive(secret.as_bytes(), presented));
    verify(request, presented, &signing.1)?;
    let (principal, entity) = match key.owner {
        KeyOwner::Root => (root(account), Entity::Root),
        KeyOwner::User(id) => {
            let (_, user) = sight.directory.user(&id).ok_or_else(unknown)?;
            (user_principal(account, user), Entity::User(user.clone()))
        }
    };
    Ok(Caller { principal: Arc::new(principal), account: account.id(), access_key_id, entity, session: None })
}

fn by_token(
    sight: &Sight<'_>,
    request: &HttpRequest<'_>,
    circumstances: &Circumstances,
    endpoint: &Endpoint,
    presented: &Presented<'_>,
    access_key_id: AccessKeyId,
) -> Result<Caller, Fault> {
    let invalid = || refused(Refusal::InvalidToken);
    let token = presented.session_token().ok_or_else(|| refused(Refusal::UnknownKey))?;
    let (session, secret) = sight.ring.open(token).map_err(|_| invalid())?;
    if session.access_key_id != access_key_id {
        return Err(invalid());
    }
    let account = access_key_id.account().and_then(|id| sight.directory.account(id)).ok_or_else(invalid)?;
    reaches(account, endpoint.region)?;
    if session.version == TokenVersion::V1 && endpoint.region.activation() == Activation::OptIn {
        return Err(invalid());
    }
    if session.expires <= circumstances.now {
        return Err(refused(Refusal::ExpiredToken));
    }
    // IAM does not know the token of a user or root who gave no MFA code (STS API Reference, `GetSessionToken`; the
    // answer: 99designs/aws-vault issues 15, 328 and 1056).
    let own = matches!(session.holder, Holder::User(_) | Holder::Root);
    if endpoint.service == Service::Iam && own && session.mfa.is_none() {
        return Err(invalid());
    }
    verify(request, presented, &SigningKey::derive(secret.as_bytes(), presented))?;
    let (principal, entity) = match &session.holder {
        Holder::Root => (root(account), Entity::Root),
        Holder::User(id) => {
            let (_, user) = sight.directory.user(id).ok_or_else(invalid)?;
            (user_principal(account, user), Entity::User(user.clone()))
        }
        Holder::Role { id, name } => {
            let (_, role) = sight.directory.role(id).ok_or_else(invalid)?;
            let principal = Principal::Role(rolecall_names::Session {
                partition: account.partition(),
                account: account.id(),
                role_path: role.path.clone(),
                role_name: role.name.clone(),
                role_id: *id,
                name: name.clone(),
            });
            (principal, Entity::Role(role.clone()))
        }
    };
    Ok(Caller { principal: Arc::new(principal), account: account.id(), access_key_id, entity, session: Some(session) })
}

/// Credentials work where their account is known: in its partition, and in opt-in Regions it has switched on.
fn reaches(account: &Account, region: Region) -> Result<(), Fault> {
    let known = account.partition() == region.partition()
        && (region.activation() != Activation::OptIn || account.preferences().opted_in.contains(&region));
    if known { Ok(()) } else { Err(refused(Refusal::UnknownKey)) }
}

fn verify(request: &HttpRequest<'_>, presented: &Presented<'_>, key: &SigningKey) -> Result<(), Fault> {
    rolecall_sigv4::verify(request, presented, key).map_err(refused)
}

fn root(account: &Account) -> Principal {
    Principal::Root { partition: account.partition(), account: account.id() }
}

fn user_principal(account: &Account, user: &User) -> Principal {
    Principal::User {
        partition: account.partition(),
        account: account.id(),
        path: user.path.clone(),
        name: user.name.clone(),
        id: user.id,
    }
}

/// What AWS answers to a refused signature.
pub(crate) fn refused(refusal: Refusal) -> Fault {
    let code = match refusal {
        Refusal::Unsigned => FaultCode::MissingAuthenticationToken,
        Refusal::NoAlgorithm
        | Refusal::NotAPair(_)
        | Refusal::IncompleteHeader { .. }
        | Refusal::IncompleteQuery(_)
        | Refusal::Date(_)
        | Refusal::Algorithm(_)
        | Refusal::Credential(_)
        | Refusal::RegionlessCredential(_) => FaultCode::IncompleteSignature,
        Refusal::SignedTwice
        | Refusal::HostNotSigned
        | Refusal::Scope(_)
        | Refusal::Expired { .. }
        | Refusal::NotYetCurrent { .. }
        | Refusal::Mismatch => FaultCode::SignatureDoesNotMatch,
        Refusal::UnknownKey | Refusal::InvalidToken => FaultCode::InvalidClientTokenId,
        Refusal::ExpiredToken => FaultCode::ExpiredToken,
        Refusal::MalformedQuery => FaultCode::MalformedQueryString,
    };
    Fault::new(code, refusal.to_string())
}

/// When an MFA code was last checked for the caller, and whether that is told at all.
///
/// Long-term keys tell nothing; a user's session tells yes or no; a role's session tells no, even where the code
/// was given with the `AssumeRole` that began it (IAM User Guide, "AWS global condition context keys",
/// `aws:MultiFactorAuthPresent`; aws-sdk-java-v2 issue 2554).
pub(crate) fn mfa_of(caller: &Caller) -> Option<Option<Instant>> {
    caller.session.as_ref().map(|session| match session.holder {
        Holder::Role { .. } => None,
        Holder::User(_) | Holder::Root => session.mfa,
    })
}
