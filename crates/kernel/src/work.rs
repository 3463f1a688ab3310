//! One authenticated call, and how its permission is asked for.

use crate::{
    HttpRequest,
    arrive::Endpoint,
    authenticate::Caller,
    authorize::{Binding, Permit, Question},
    circumstances::Circumstances,
    facts::{self, Facts, ResourceTexts, Texts},
    sight::Sight,
};
use rolecall_directory::Account;
use rolecall_names::AccountId;
use rolecall_policy::{Context, Document, Entry};
use rolecall_wire::{Fault, FaultCode};
use std::cell::OnceCell;

/// One authenticated call, with everything around it.
pub(crate) struct Work<'a> {
    pub(crate) sight: Sight<'a>,
    pub(crate) circumstances: &'a Circumstances,
    pub(crate) endpoint: Endpoint,
    pub(crate) request: HttpRequest<'a>,
    pub(crate) caller: &'a Caller,
    bound: OnceCell<Bound>,
}

/// What a question needs of the caller, made for the first that is asked: some calls ask none.
struct Bound {
    binding: Binding,
    texts: Texts,
}

impl<'a> Work<'a> {
    /// The call of `caller`.
    pub(crate) fn new(
        sight: Sight<'a>,
        circumstances: &'a Circumstances,
        endpoint: Endpoint,
        request: HttpRequest<'a>,
        caller: &'a Caller,
    ) -> Self {
        Self { sight, circumstances, endpoint, request, caller, bound: OnceCell::new() }
    }

    fn bound(&self) -> Result<&Bound, Fault> {
        if let Some(bound) = self.bound.get() {
            return Ok(bound);
        }
        let binding = Binding::of(&self.sight, self.circumstances, self.caller)?;
        let texts = Texts::new(&self.sight, self.circumstances, self.caller);
        Ok(self.bound.get_or_init(|| Bound { binding, texts }))
    }

    /// The caller's account.
    pub(crate) fn account(&self) -> Result<&'a Account, Fault> {
        // The account was there when the caller was authenticated on this same directory.
        self.sight.directory.account(self.caller.account).ok_or_else(|| Fault::from_code(FaultCode::InternalFailure))
    }

    /// Asks whether the caller may do `action` to `resource`, a resource of `account`, with what is known of every
    /// request and `more`.
    pub(crate) fn ask(
        &self,
        action: &str,
        resource: &str,
        account: AccountId,
        policy: Option<&Document>,
        more: &[Entry<'_>],
    ) -> Result<Permit, Fault> {
        let Bound { binding, texts } = self.bound()?;
        let of_resource = ResourceTexts::new(&self.sight, account);
        let lists = facts::Lists::new(texts, &of_resource);
        // The first value told of a key counts, so that what one call knows better stands before what all know.
        let mut facts: Facts<'_> = more.iter().copied().collect();
        facts::common(
            &self.sight,
            texts,
            &lists,
            &self.request,
            self.circumstances,
            &self.endpoint,
            self.caller,
            &mut facts,
        );
        of_resource.tell(&self.sight, account, &lists, &mut facts);
        let question = Question {
            action,
            resource,
            resource_account: account,
            resource_policy: policy,
            context: Context::new(&facts),
        };
        binding.ask(&self.sight, self.caller, &question)
    }
}
