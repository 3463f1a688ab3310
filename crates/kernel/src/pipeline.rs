//! The way of a request, from its bytes to what it brings about.

use crate::{
    HttpRequest,
    arrive::{Endpoint, Lost, arrive},
    authenticate::{Caller, authenticate, refused},
    circumstances::Circumstances,
    dispatch::dispatch,
    outcome::{Answer, Outcome},
    sight::Sight,
    trail::Trail,
    work::Work,
};
use rolecall_names::Region;
use rolecall_sigv4::Presented;
use rolecall_wire::{Fault, FaultCode, Input, Operation, Service, TARGET_HEADER};

/// Answers `request`. Pure: the same arguments give the same outcome, and nothing else is touched but the memo.
#[must_use]
pub fn handle(sight: &Sight<'_>, request: &HttpRequest<'_>, circumstances: &Circumstances) -> Outcome {
    let presented = rolecall_sigv4::parse(request);
    let host = request.header("host").unwrap_or_default();
    let scope = presented.as_ref().ok().map(Presented::scope);
    let endpoint = arrive(host, scope.map(|scope| (&*scope.service, one_region(&scope.region))));
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
    let work = Work::new(*sight, circumstances, endpoint, *request, caller);
    dispatch(&work, call, trail)
}

/// The Region that a scope names. SigV4a names a set of them: its first that is a name, or us-east-1 where all are patterns.
fn one_region(named: &str) -> &str {
    if !named.contains([',', '*']) {
        return named;
    }
    named.split(',').map(str::trim).find(|region| !region.contains('*')).unwrap_or(Region::US_EAST_1.name())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_of_regions_stands_for_its_first_name() {
        for (set, region) in
            [("eu-west-1", "eu-west-1"), ("*", "us-east-1"), ("us-*, eu-west-1,eu-west-2", "eu-west-1"), ("", "")]
        {
            assert_eq!(one_region(set), region, "{set}");
        }
    }
}
