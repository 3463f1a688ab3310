//! Replies and faults, byte for byte.

use crate::{replies::written, samples};
use rolecall_wire::{
    Fault, FaultCode, Operation, Reply, Service,
    reply::{GetAccountSummary, ListRoles, LookupEvents, SummaryKey},
};
use std::{fs, path::Path};

/// What was written, by the name of its file in `golden`.
type Written = Vec<(String, Vec<u8>)>;

/// Compares with the golden files; what differs is left in the tests' scratch folder, to be looked at and copied.
fn check(written: Written) {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/protocol/golden"));
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let mut differing = Vec::new();
    for (name, bytes) in written {
        if fs::read(folder.join(&name)).ok().as_ref() != Some(&bytes) {
            fs::write(scratch.join(&name), bytes).unwrap();
            differing.push(name);
        }
    }
    assert!(differing.is_empty(), "{} has other {differing:?} than {}", scratch.display(), folder.display());
}

#[test]
fn replies_are_laid_out_as_aws_lays_them_out() {
    let laid_out = [
        Operation::AssumeRole,
        Operation::GetCallerIdentity,
        Operation::GetSessionToken,
        Operation::GetRole,
        Operation::ListUsers,
        Operation::ListRolePolicies,
        Operation::GetPolicyVersion,
        Operation::CreateVirtualMFADevice,
        Operation::UpdateRole,
        Operation::DeleteRole,
    ];
    let named = |reply: &Reply| (format!("{}.xml", reply.operation().name()), written(reply));
    let mut all: Written =
        samples::all().iter().filter(|reply| laid_out.contains(&reply.operation())).map(named).collect();
    assert_eq!(all.len(), laid_out.len());
    all.push(("ListRoles.empty.xml".into(), written(&Reply::ListRoles(ListRoles { roles: vec![], marker: None }))));
    let summary_map = vec![(SummaryKey::Users, 7), (SummaryKey::GlobalEndpointTokenVersion, 2)];
    all.push(named(&Reply::GetAccountSummary(GetAccountSummary { summary_map })));
    check(all);
}

#[test]
fn events_are_laid_out_as_aws_lays_them_out() {
    let some = samples::all().into_iter().find(|reply| reply.operation() == Operation::LookupEvents).unwrap();
    let none = Reply::LookupEvents(LookupEvents { events: vec![], next_token: None });
    check(vec![("LookupEvents.json".into(), written(&some)), ("LookupEvents.empty.json".into(), written(&none))]);
}

#[test]
fn faults_are_laid_out_as_aws_lays_them_out() {
    let denied = "User: arn:aws:iam::111111111111:user/\"<a>\" is not authorized to perform: sts:AssumeRole";
    let unknown = Operation::from_action(Service::Sts, Some("Assume"), None).unwrap_err();
    let untold = Operation::from_target(Service::CloudTrail, Some("CloudTrail_20131101.StopLogging")).unwrap_err();
    let faults = [
        ("AccessDenied.xml", Service::Sts, Fault::new(FaultCode::AccessDenied, denied)),
        ("AccessDenied.json", Service::CloudTrail, Fault::new(FaultCode::AccessDenied, denied)),
        ("ServiceFailure.xml", Service::Iam, Fault::new(FaultCode::ServiceFailure, "Try again")),
        ("InvalidAction.xml", Service::Sts, unknown),
        ("UnknownOperation.json", Service::CloudTrail, untold),
    ];
    let write = |(name, service, fault): (&str, Service, Fault)| {
        let mut out = Vec::new();
        fault.write(service, "4fc0d3ee-efef-11e9-9282-3b7bffe54a9b", &mut out);
        (name.to_owned(), out)
    };
    check(faults.into_iter().map(write).collect());
}
