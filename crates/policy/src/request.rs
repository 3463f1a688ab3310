//! What is asked, and the policies that have a say in it.

use crate::{Context, Document};
use rolecall_names::{AccountId, Principal};

/// One action of one principal on one resource.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Who asks.
    pub principal: &'a Principal,
    /// What for, such as `sts:AssumeRole`; case does not matter.
    pub action: &'a str,
    /// On what: an ARN, or `*` for actions that have no resource.
    pub resource: &'a str,
    /// The account that owns the resource; `None` takes it from the ARN, and from the principal where the ARN
    /// names none (an S3 bucket's does not).
    pub resource_account: Option<AccountId>,
    /// The condition keys.
    pub context: &'a Context<'a>,
}

/// The policies that apply to a request. The default is none at all.
#[derive(Debug, Clone, Copy, Default)]
pub struct Policies<'a> {
    /// Attached to the principal: inline, managed, and a user's groups'.
    pub identity: &'a [&'a Document],
    /// The principal's permissions boundary; `None` when it has none.
    pub boundary: Option<&'a Document>,
    /// The session's policies, inline and managed together; `None` when the session was made without.
    pub session: Option<&'a [&'a Document]>,
    /// The resource's own policy; for `sts:AssumeRole` and its kin the role's trust policy.
    pub resource: Option<&'a Document>,
    /// Service control policies of the principal's account, a level each: root, organizational units, account.
    /// No levels: none apply (no organization, the management account). A level without policies denies.
    pub scp: &'a [&'a [&'a Document]],
    /// Resource control policies of the resource's account, a level each. `RCPFullAWSAccess` may be left out.
    pub rcp: &'a [&'a [&'a Document]],
    /// The policy of the VPC endpoint the request came through; `None` when it came another way.
    pub vpc_endpoint: Option<&'a Document>,
}
