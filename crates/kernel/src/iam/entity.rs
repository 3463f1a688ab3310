//! What roles, users, policies and MFA devices have in common: they are found, asked about, tagged and put back.

use super::{Task, quota, shared, tag};
use crate::authorize::Permit;
use rolecall_directory::{Account, Change, ManagedPolicy, MfaDevice, PolicyText, Role, Tag, User};
use rolecall_names::{AccountId, role_arn, user_arn};
use rolecall_policy::{Entry, Values, keys};
use rolecall_wire::{Fault, FaultCode, call};
use std::{collections::BTreeMap, sync::Arc};

/// Something of an account's that has an ARN and tags.
pub(crate) trait Entity: Clone + 'static {
    /// Its type as records name it.
    const TYPE: &'static str;
    /// The action that giving it tags takes.
    const TAGGING: &'static str;
    /// Whether keys of tags that differ in case are the same key.
    ///
    /// Source: IAM User Guide, "Tags for AWS Identity and Access Management resources".
    const FOLDS_TAG_KEYS: bool;

    /// The one that a call means by `handle`: a name, a policy's ARN, or a device's serial number.
    fn find<'t>(account: &'t Account, handle: &str) -> Option<&'t Arc<Self>>;
    fn arn_in(&self, account: &Account) -> String;
    /// The ARN under which permission is asked when there is none.
    fn absent_arn(account: &Account, handle: &str) -> String;
    /// AWS's word that there is none, for somebody who has permission.
    fn absent(task: &Task<'_>, handle: &str) -> Fault;
    fn tags(&self) -> &[Tag];
    fn tags_mut(&mut self) -> &mut Vec<Tag>;
    /// The change that makes the account hold it as it is.
    fn put(self, account: AccountId) -> Change;
}

/// A role or a user: an entity that policies hang on.
pub(crate) trait Holder: Entity {
    /// `role` or `user`, as AWS's sentences have it.
    const NOUN: &'static str;
    /// The quota of attached policies, by name.
    const ATTACHED_QUOTA: &'static str;
    /// How many characters its inline policies may have in sum.
    const INLINE_SIZE: usize;

    /// All of an account's, in the order of their names, behind the one of that name.
    fn all<'t>(account: &'t Account, after: Option<&str>) -> impl Iterator<Item = &'t Arc<Self>>;
    /// The ARN under which permission is asked for all of them below a path.
    fn below_arn(account: &Account, prefix: &str) -> String;
    fn name(&self) -> &str;
    fn path(&self) -> &str;
    fn inline(&self) -> &BTreeMap<Arc<str>, PolicyText>;
    fn inline_mut(&mut self) -> &mut BTreeMap<Arc<str>, PolicyText>;
    fn attached(&self) -> &[Arc<str>];
    fn attached_mut(&mut self) -> &mut Vec<Arc<str>>;
    fn boundary(&self) -> Option<&Arc<str>>;
    fn boundary_mut(&mut self) -> &mut Option<Arc<str>>;
}

/// The permit to make an entity under `arn`, with the tags it will have.
///
/// Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS Identity and Access
/// Management": whoever makes something with tags needs the permission to tag it too.
pub(super) fn makeable<E: Entity>(
    task: &mut Task<'_>,
    arn: &str,
    tags: &[call::Tag],
    boundary: Option<&str>,
) -> Result<(Permit, Vec<Tag>), Fault> {
    task.trail.resource(E::TYPE, arn);
    let tag_keys = shared::tag_keys(tags);
    let mut facts = shared::request_tags(tags, &tag_keys);
    facts.extend(boundary.map(|boundary| (keys::IAM_PERMISSIONS_BOUNDARY, Values::One(boundary))));
    let permit = task.ask(arn, &facts)?;
    if !tags.is_empty() {
        task.ask_to(E::TAGGING, arn, &facts)?;
    }
    Ok((permit, tag::kept::<E>(tags)?))
}

/// An entity that may or may not be there. It can be had with permission only.
pub(super) struct At<'t, E> {
    pub(super) arn: String,
    found: Option<&'t Arc<E>>,
    handle: &'t str,
}

impl<'t, E: Entity> At<'t, E> {
    pub(super) fn of(task: &Task<'t>, handle: &'t str) -> Self {
        let found = E::find(task.account, handle);
        let arn = match found {
            Some(entity) => entity.arn_in(task.account),
            None => E::absent_arn(task.account, handle),
        };
        Self { arn, found, handle }
    }

    /// The entity and the permit for what the call is named after, `more` being told beside its tags.
    ///
    /// Permission comes before existence: whoever may not ask does not learn what there is.
    pub(super) fn permitted(&self, task: &Task<'_>, more: &[Entry<'_>]) -> Result<(Permit, &'t Arc<E>), Fault> {
        let mut facts: Vec<Entry<'_>> = more.to_vec();
        facts.extend(self.found.into_iter().flat_map(|entity| shared::resource_tags(entity.tags())));
        let permit = task.ask(&self.arn, &facts)?;
        Ok((permit, self.found.ok_or_else(|| E::absent(task, self.handle))?))
    }

    /// The same for a call that changes the entity, which its record then names.
    pub(super) fn changeable(&self, task: &mut Task<'_>, more: &[Entry<'_>]) -> Result<(Permit, &'t Arc<E>), Fault> {
        task.trail.resource(E::TYPE, &self.arn);
        self.permitted(task, more)
    }
}

impl<'t, H: Holder> At<'t, H> {
    /// [`At::changeable`] for the calls that give and take permissions: they tell what bounds the entity.
    ///
    /// Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS Identity and Access
    /// Management": the actions with `iam:PermissionsBoundary`.
    pub(super) fn empowerable(&self, task: &mut Task<'_>, more: &[Entry<'_>]) -> Result<(Permit, &'t Arc<H>), Fault> {
        let mut facts: Vec<Entry<'_>> = more.to_vec();
        let boundary = self.found.and_then(|holder| holder.boundary());
        facts.extend(boundary.map(|arn| (keys::IAM_PERMISSIONS_BOUNDARY, Values::One(arn))));
        self.changeable(task, &facts)
    }
}

/// A page of the holders below a path, and its marker.
pub(super) fn page_below<'t, H: Holder>(
    task: &Task<'t>,
    prefix: Option<&str>,
    marker: Option<&str>,
    max_items: Option<i32>,
) -> Result<(Vec<&'t Arc<H>>, Option<String>), Fault> {
    let prefix = prefix.unwrap_or(shared::ROOT_PATH);
    task.ask(&H::below_arn(task.account, prefix), &[])?;
    let after = shared::after(marker)?;
    let below = H::all(task.account, after.as_deref()).filter(|holder| holder.path().starts_with(prefix));
    Ok(shared::page(below, max_items, |holder| holder.name().to_owned()))
}

/// Whether no policy hangs on `holder` any more, without which it cannot be deleted.
pub(super) fn bare<H: Holder>(holder: &H) -> Result<(), Fault> {
    if !holder.attached().is_empty() {
        return Err(shared::conflict("Cannot delete entity, must detach all policies first."));
    }
    if !holder.inline().is_empty() {
        return Err(shared::conflict("Cannot delete entity, must delete policies first."));
    }
    Ok(())
}

macro_rules! holder {
    ($entity:ident $change:ident $field:ident $find:ident $all:ident $arn:ident $noun:literal $type:literal $tagging:literal $quota:literal $size:expr) => {
        impl Entity for $entity {
            const TYPE: &'static str = $type;
            const TAGGING: &'static str = $tagging;
            const FOLDS_TAG_KEYS: bool = true;

            fn find<'t>(account: &'t Account, handle: &str) -> Option<&'t Arc<Self>> {
                account.$find(handle)
            }
            fn arn_in(&self, account: &Account) -> String {
                self.arn(account.partition(), account.id())
            }
            fn absent_arn(account: &Account, handle: &str) -> String {
                $arn(account.partition(), account.id(), shared::ROOT_PATH, handle)
            }
            fn absent(_: &Task<'_>, handle: &str) -> Fault {
                shared::no_such(format!(concat!("The ", $noun, " with name {} cannot be found."), handle))
            }
            fn tags(&self) -> &[Tag] {
                &self.tags
            }
            fn tags_mut(&mut self) -> &mut Vec<Tag> {
                &mut self.tags
            }
            fn put(self, account: AccountId) -> Change {
                Change::$change { account, $field: Arc::new(self) }
            }
        }

        impl Holder for $entity {
            const NOUN: &'static str = $noun;
            const ATTACHED_QUOTA: &'static str = $quota;
            const INLINE_SIZE: usize = $size;

            fn all<'t>(account: &'t Account, after: Option<&str>) -> impl Iterator<Item = &'t Arc<Self>> {
                account.$all(after)
            }
            fn below_arn(account: &Account, prefix: &str) -> String {
                $arn(account.partition(), account.id(), prefix, "")
            }
            fn name(&self) -> &str {
                &self.name
            }
            fn path(&self) -> &str {
                &self.path
            }
            fn inline(&self) -> &BTreeMap<Arc<str>, PolicyText> {
                &self.inline
            }
            fn inline_mut(&mut self) -> &mut BTreeMap<Arc<str>, PolicyText> {
                &mut self.inline
            }
            fn attached(&self) -> &[Arc<str>] {
                &self.attached
            }
            fn attached_mut(&mut self) -> &mut Vec<Arc<str>> {
                &mut self.attached
            }
            fn boundary(&self) -> Option<&Arc<str>> {
                self.boundary.as_ref()
            }
            fn boundary_mut(&mut self) -> &mut Option<Arc<str>> {
                &mut self.boundary
            }
        }
    };
}

holder! { Role PutRole role role roles role_arn "role" "AWS::IAM::Role" "TagRole" "PoliciesPerRole" quota::ROLE_INLINE_SIZE }
holder! { User PutUser user user users user_arn "user" "AWS::IAM::User" "TagUser" "PoliciesPerUser" quota::USER_INLINE_SIZE }

impl Entity for ManagedPolicy {
    const TYPE: &'static str = "AWS::IAM::Policy";
    const TAGGING: &'static str = "TagPolicy";
    const FOLDS_TAG_KEYS: bool = false;

    fn find<'t>(account: &'t Account, handle: &str) -> Option<&'t Arc<Self>> {
        account.policy_by_arn(handle)
    }
    fn arn_in(&self, account: &Account) -> String {
        self.arn(account.partition(), account.id())
    }
    fn absent_arn(_: &Account, handle: &str) -> String {
        handle.to_owned()
    }
    fn absent(task: &Task<'_>, handle: &str) -> Fault {
        if let Err(fault) = shared::valid_policy_arn(handle) {
            return fault;
        }
        if shared::aws_policy(task.account, handle).is_some() {
            // AWS's own policies belong to AWS: nobody else's permissions reach them.
            let text = format!(
                "User: {} is not authorized to perform: iam:{} on resource: policy {handle}",
                task.work.caller.arn(),
                task.operation.name()
            );
            return Fault::new(FaultCode::AccessDenied, text);
        }
        shared::no_such(format!("Policy {handle} was not found."))
    }
    fn tags(&self) -> &[Tag] {
        &self.tags
    }
    fn tags_mut(&mut self) -> &mut Vec<Tag> {
        &mut self.tags
    }
    fn put(self, account: AccountId) -> Change {
        Change::PutPolicy { account, policy: Arc::new(self) }
    }
}

impl Entity for MfaDevice {
    const TYPE: &'static str = "AWS::IAM::VirtualMFADevice";
    const TAGGING: &'static str = "TagMFADevice";
    const FOLDS_TAG_KEYS: bool = false;

    fn find<'t>(account: &'t Account, handle: &str) -> Option<&'t Arc<Self>> {
        account.device(handle)
    }
    fn arn_in(&self, _: &Account) -> String {
        self.serial.to_string()
    }
    fn absent_arn(_: &Account, handle: &str) -> String {
        handle.to_owned()
    }
    fn absent(_: &Task<'_>, handle: &str) -> Fault {
        shared::no_such(format!("MFA Device with serial number {handle} does not exist."))
    }
    fn tags(&self) -> &[Tag] {
        &self.tags
    }
    fn tags_mut(&mut self) -> &mut Vec<Tag> {
        &mut self.tags
    }
    fn put(self, account: AccountId) -> Change {
        Change::PutDevice { account, device: Arc::new(self) }
    }
}
