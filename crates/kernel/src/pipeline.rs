//! The way of a request, from its bytes to what it brings about.

use crate::{
    arrive::{Endpoint, Lost, arrive},
    authenticate::{Caller, authenticate, refused, signed},
    authorize::{Binding, Permit, Question},
    circumstances::{Circumstances, HttpRequest},
    dispatch::dispatch,
    facts::{self, Facts, ResourceTexts, Texts},
    memo::Memo,
    outcome::{Answer, Outcome},
    session::KeyRing,
    trail::Trail,
};
use rolecall_directory::{Account, Directory};
use rolecall_names::AccountId;
use rolecall_policy::{Context, Document, Entry};
use rolecall_sigv4::Presented;
use rolecall_wire::{Fault, FaultCode, Input, Operation, Service, TARGET_HEADER};

/// What the kernel looks at: nothing here changes while a request is worked on.
#[derive(Clone, Copy)]
pub struct Sight<'a> {
    /// Everything the deployment holds.
    pub directory: &'a Directory,
    /// The keys that seal and open tokens.
    pub ring: &'a KeyRing,
    /// What was computed before.
    pub memo: &'a Memo,
}

/// One authenticated call, with everything around it.
pub(crate) struct Work<'a> {
    pub(crate) sight: Sight<'a>,
    pub(crate) circumstances: &'a Circumstances,
    pub(crate) endpoint: Endpoint,
    pub(crate) request: HttpRequest<'a>,
    pub(crate) caller: &'a Caller,
    binding: Binding,
    texts: Texts,
}

/// Answers `request`. Pure: the same arguments give the same outcome, and nothing else is touched but the memo.
#[must_use]
pub fn handle(sight: &Sight<'_>, request: &HttpRequest<'_>, circumstances: &Circumstances) -> Outcome {
    let raw = signed(request);
    let presented = rolecall_sigv4::parse(&raw);
    let host = request.header("host").unwrap_or_default();
    let scope = presented.as_ref().ok().map(Presented::scope);
    let endpoint = arrive(host, scope.map(|scope| (&*scope.service, &*scope.region)));
    let outcome = |service, answer| Outcome {
        service,
        answer,
        changes: Vec::new(),
        events: Vec::new(),
        request_id: circumstances.entropy.request_id(),
    };
    let (endpoint, presented) = match (endpoint, presented) {
        (Ok(endpoint), Ok(presented)) => (endpoint, presented),
        (endpoint, Err(refusal)) => {
            let service = endpoint.map_or(Service::Sts, |endpoint| endpoint.service);
            return outcome(service, Answer::Fault(refused(refusal)));
        }
        (Err(lost), Ok(presented)) => {
            let service = Service::from_signing_name(&presented.scope().service).unwrap_or(Service::Sts);
            return outcome(service, Answer::Fault(misdirected(lost)));
        }
    };
    let caller = match authenticate(sight, request, circumstances, &endpoint, &presented) {
        Ok(caller) => caller,
        Err(fault) => return outcome(endpoint.service, Answer::Fault(fault)),
    };
    let input = Input::read(endpoint.service, request.query, request.header(TARGET_HEADER), request.body)
        .and_then(|input| input.operation(endpoint.service).map(|operation| (input, operation)));
    let (input, operation) = match input {
        Ok(known) => known,
        // A request for nothing that exists leaves no record.
        Err(fault) => return outcome(endpoint.service, Answer::Fault(fault)),
    };
    let mut trail = Trail::default();
    trail.parameters = input.told(operation);
    let done = work(sight, request, circumstances, endpoint, &caller, operation, &input, &mut trail);
    let (changes, events) = trail.close(operation, request, circumstances, &endpoint, &caller, done.as_ref().err());
    let answer = done.unwrap_or_else(Answer::Fault);
    Outcome { changes, events, ..outcome(endpoint.service, answer) }
}

#[expect(clippy::too_many_arguments, reason = "the one joint where everything about a request comes together")]
fn work(
    sight: &Sight<'_>,
    request: &HttpRequest<'_>,
    circumstances: &Circumstances,
    endpoint: Endpoint,
    caller: &Caller,
    operation: Operation,
    input: &Input,
    trail: &mut Trail,
) -> Result<Answer, Fault> {
    let call = operation.decode(input)?;
    let work = Work {
        sight: *sight,
        circumstances,
        endpoint,
        request: *request,
        caller,
        binding: Binding::of(sight, circumstances, caller)?,
        texts: Texts::new(sight, circumstances, caller),
    };
    dispatch(&work, call, trail)
}

impl<'a> Work<'a> {
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
        let of_resource = ResourceTexts::new(&self.sight, account);
        let lists = facts::Lists::new(&self.texts, &of_resource);
        // The first value told of a key counts, so that what one call knows better stands before what all know.
        let mut facts: Facts<'_> = more.iter().copied().collect();
        facts.extend(facts::common(
            &self.sight,
            &self.texts,
            &lists,
            &self.request,
            self.circumstances,
            &self.endpoint,
            self.caller,
        ));
        of_resource.tell(&self.sight, account, &lists, &mut facts);
        let question = Question {
            action,
            resource,
            resource_account: account,
            resource_policy: policy,
            context: Context::new(&facts),
        };
        self.binding.ask(&self.sight, self.caller, &question)
    }
}

/// What is answered where no endpoint is meant: AWS has no server there, so this is the nearest of its sentences.
fn misdirected(lost: Lost) -> Fault {
    match lost {
        Lost::NoSuchRegion => {
            Fault::new(FaultCode::SignatureDoesNotMatch, "Credential should be scoped to a valid region.")
        }
        Lost::NoSuchService => {
            Fault::new(FaultCode::SignatureDoesNotMatch, "Credential should be scoped to correct service: 'sts'.")
        }
    }
}
