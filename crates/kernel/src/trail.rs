//! What a call leaves for its record while it is worked on.

use crate::{
    HttpRequest,
    arrive::Endpoint,
    authenticate::Caller,
    authorize::Permit,
    circumstances::Circumstances,
    event::{Arrival, EndpointType, Event, Failure, Identity, Issued},
};
use rolecall_directory::Change;
use rolecall_names::AccountId;
use rolecall_wire::{Fault, Operation, Service};
use std::{borrow::Cow, sync::Arc};

/// What a call changes and what its record tells of it.
#[derive(Default)]
pub(crate) struct Trail {
    changes: Vec<Change>,
    pub(crate) parameters: Option<String>,
    pub(crate) response: Option<String>,
    pub(crate) issued: Option<Issued>,
    pub(crate) resources: Vec<(Cow<'static, str>, Arc<str>)>,
    /// The account, other than the caller's, that is told as well once the call succeeds.
    pub(crate) other_side: Option<AccountId>,
}

impl Trail {
    /// Notes a change that a permit stands for.
    pub(crate) fn change(&mut self, _: &Permit, change: Change) {
        self.changes.push(change);
    }

    /// Notes that a one-time code is spent, which it is even when the call is then refused.
    pub(crate) fn spend(&mut self, change: Change) {
        self.changes.push(change);
    }

    pub(crate) fn resource(&mut self, kind: &'static str, arn: &str) {
        self.resources.push((kind.into(), arn.into()));
    }

    /// The changes, and a record for each account that is to know.
    pub(crate) fn close(
        self,
        operation: Operation,
        request: &HttpRequest<'_>,
        circumstances: &Circumstances,
        endpoint: &Endpoint,
        caller: &Caller,
        fault: Option<&Fault>,
    ) -> (Vec<Change>, Vec<Event>) {
        let service = operation.service();
        let way = &circumstances.way;
        let serving_region = match endpoint.kind {
            EndpointType::Global if service == Service::Sts => way.global_served_in,
            _ => endpoint.region,
        };
        let other_side = self.other_side.filter(|other| fault.is_none() && *other != caller.account);
        let shared_id = other_side.map(|_| circumstances.entropy.shared_id());
        let own = Event {
            time: circumstances.now,
            source: service.event_source().into(),
            name: operation.name().into(),
            read_only: operation.read_only(),
            recipient: caller.account,
            region: endpoint.region,
            endpoint: (service == Service::Sts).then_some(endpoint.kind),
            identity: caller.identity(),
            arrival: Arrival {
                source: way.source,
                vpc_endpoint: way.vpc_endpoint.as_ref().map(|(endpoint, _)| endpoint.clone()),
                tls: way.tls.clone(),
                serving_region,
            },
            user_agent: shortened(request.header("user-agent").unwrap_or_default()),
            host: shortened(request.header("host").unwrap_or_default()),
            request_id: circumstances.entropy.request_id(),
            shared_id,
            parameters: self.parameters,
            response: self.response,
            issued: self.issued,
            failure: fault
                .map(|fault| Failure { code: fault.code.name(service).into(), message: shortened(&fault.message) }),
            resources: self.resources,
        };
        let other = other_side.map(|account| Event {
            recipient: account,
            identity: Identity::Account {
                principal_id: caller.principal.user_id().unwrap_or_default().into(),
                account: caller.account,
            },
            ..own.clone()
        });
        (self.changes, [Some(own), other].into_iter().flatten().collect())
    }
}

/// What a caller sent is kept up to the length CloudTrail keeps: 1 KB for errors and agents.
///
/// Source: AWS CloudTrail User Guide, "CloudTrail record contents", `errorMessage`, `userAgent`.
fn shortened(text: &str) -> Arc<str> {
    text.get(..text.floor_char_boundary(1024)).unwrap_or_default().into()
}
