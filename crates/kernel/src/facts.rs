//! The condition keys of a request: every fact a policy can ask about, borrowed from what is at hand.

use crate::{
    HttpRequest,
    arrive::Endpoint,
    authenticate::{Caller, mfa_of},
    circumstances::Circumstances,
    sight::Sight,
};
use rolecall_names::{AccountId, Principal};
use rolecall_policy::{Entry, Key, Values, keys};
use smallvec::SmallVec;

/// The texts that condition values are borrowed from, made once a request.
pub(crate) struct Texts {
    now: String,
    epoch: String,
    source: String,
    principal_arn: Option<String>,
    account: String,
    user_id: Option<String>,
    token_issued: Option<String>,
    mfa_age: Option<String>,
    org_path: Option<String>,
    vpce_account: Option<String>,
}

impl Texts {
    pub(crate) fn new(sight: &Sight<'_>, circumstances: &Circumstances, caller: &Caller) -> Self {
        let now = circumstances.now;
        let way = &circumstances.way;
        let organization = sight.directory.organization();
        Self {
            now: now.iso8601(),
            epoch: now.seconds().to_string(),
            source: way.source.to_string(),
            principal_arn: caller.principal.principal_arn(),
            account: caller.account.to_string(),
            user_id: caller.principal.user_id(),
            token_issued: caller.session.as_ref().map(|session| session.issued.iso8601()),
            mfa_age: mfa_of(caller).flatten().map(|since| (now.seconds() - since.seconds()).max(0).to_string()),
            org_path: organization.and_then(|organization| organization.path(caller.account)),
            vpce_account: way.vpc_endpoint.as_ref().map(|(endpoint, _)| endpoint.account.to_string()),
        }
    }
}

/// The values of keys that hold several, which policies tell apart from keys that hold one.
pub(crate) struct Lists<'a> {
    principal_org_paths: Option<&'a str>,
    resource_org_paths: Option<&'a str>,
}

impl<'a> Lists<'a> {
    pub(crate) fn new(texts: &'a Texts, resource: &'a ResourceTexts) -> Self {
        Self { principal_org_paths: texts.org_path.as_deref(), resource_org_paths: resource.org_path.as_deref() }
    }
}

/// Keys and values, in the order they were told.
pub(crate) type Facts<'a> = SmallVec<[Entry<'a>; 32]>;

/// What is known of every request, whatever it asks.
///
/// Source: IAM User Guide, "AWS global condition context keys"; which of them STS supplies over a VPC endpoint:
/// the same page's lists of services (STS is in none of those of `aws:SourceVpcArn`, `aws:VpceAccount`,
/// `aws:VpceOrgID`, IAM is in all three).
#[expect(clippy::too_many_arguments, reason = "each is where some of the facts come from")]
pub(crate) fn common<'a>(
    sight: &'a Sight<'_>,
    texts: &'a Texts,
    lists: &'a Lists<'a>,
    request: &HttpRequest<'a>,
    circumstances: &'a Circumstances,
    endpoint: &Endpoint,
    caller: &'a Caller,
    facts: &mut Facts<'a>,
) {
    let mut tell = |key: Key<'a>, value: &'a str| facts.push((key, Values::One(value)));
    tell(keys::CURRENT_TIME, &texts.now);
    tell(keys::EPOCH_TIME, &texts.epoch);
    tell(keys::REQUESTED_REGION, endpoint.region.name());
    tell(keys::SECURE_TRANSPORT, if circumstances.way.tls.is_some() { "true" } else { "false" });
    tell(keys::VIA_AWS_SERVICE, "false");
    tell(keys::PRINCIPAL_IS_AWS_SERVICE, "false");
    tell(keys::PRINCIPAL_ACCOUNT, &texts.account);
    if let Some(agent) = request.header("user-agent") {
        tell(keys::USER_AGENT, agent);
    }
    if let Some(referer) = request.header("referer") {
        tell(keys::REFERER, referer);
    }
    match &circumstances.way.vpc_endpoint {
        None => tell(keys::SOURCE_IP, &texts.source),
        Some((via, _)) => {
            tell(keys::VPC_SOURCE_IP, &texts.source);
            tell(keys::SOURCE_VPCE, &via.id);
            tell(keys::SOURCE_VPC, &via.vpc);
            if endpoint.service == rolecall_wire::Service::Iam
                && let Some(account) = &texts.vpce_account
            {
                tell(keys::VPCE_ACCOUNT, account);
            }
        }
    }
    for (key, value) in [
        (keys::PRINCIPAL_ARN, texts.principal_arn.as_deref()),
        (keys::PRINCIPAL_TYPE, caller.principal.kind()),
        (keys::USER_ID, texts.user_id.as_deref()),
        (keys::TOKEN_ISSUE_TIME, texts.token_issued.as_deref()),
        (keys::MFA_AGE, texts.mfa_age.as_deref()),
    ] {
        if let Some(value) = value {
            tell(key, value);
        }
    }
    if let Principal::User { name, .. } = &*caller.principal {
        tell(keys::USERNAME, name);
    }
    if let Some(present) = mfa_of(caller) {
        tell(keys::MFA_PRESENT, if present.is_some() { "true" } else { "false" });
    }
    if let Some(source_identity) = caller.session.as_ref().and_then(|session| session.source_identity.as_deref()) {
        tell(keys::SOURCE_IDENTITY, source_identity);
    }
    for tag in caller.tags() {
        tell(Key::tag(keys::PRINCIPAL_TAG, &tag.key), &tag.value);
    }
    if let Some(organization) = sight.directory.organization()
        && organization.has(caller.account)
        && let Some(id) = &organization.id
    {
        tell(keys::PRINCIPAL_ORG_ID, id);
        facts.push((keys::PRINCIPAL_ORG_PATHS, Values::Many(lists.principal_org_paths.as_slice())));
    }
}

/// What is known of a resource by its account alone.
pub(crate) struct ResourceTexts {
    account: String,
    org_path: Option<String>,
}

impl ResourceTexts {
    pub(crate) fn new(sight: &Sight<'_>, account: AccountId) -> Self {
        let org_path = sight.directory.organization().and_then(|organization| organization.path(account));
        Self { account: account.to_string(), org_path }
    }

    pub(crate) fn tell<'a>(
        &'a self,
        sight: &'a Sight<'_>,
        account: AccountId,
        lists: &'a Lists<'a>,
        facts: &mut Facts<'a>,
    ) {
        facts.push((keys::RESOURCE_ACCOUNT, Values::One(&self.account)));
        if let Some(organization) = sight.directory.organization()
            && organization.has(account)
            && let Some(id) = &organization.id
        {
            facts.push((keys::RESOURCE_ORG_ID, Values::One(id)));
            facts.push((keys::RESOURCE_ORG_PATHS, Values::Many(lists.resource_org_paths.as_slice())));
        }
    }
}
