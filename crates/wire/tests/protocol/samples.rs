//! A reply of every operation, with every member filled in.

use rolecall_names::{AccessKeyId, IdKind, Instant, UniqueId};
use rolecall_wire::{
    Reply,
    call::{KeyStatus, Tag},
    reply::*,
};

fn instant() -> Instant {
    "2026-02-11T17:01:54Z".parse().unwrap()
}

fn key_id() -> AccessKeyId {
    "ASIAIOSFODNN7EXAMPLE".parse().unwrap()
}

fn tags() -> Vec<Tag> {
    vec![Tag { key: "team".into(), value: "R&D".into() }, Tag { key: "empty".into(), value: String::new() }]
}

fn credentials() -> Credentials {
    Credentials {
        access_key_id: key_id(),
        secret_access_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".into(),
        session_token: "IQoJb3JpZ2luX2VjEXAMPLE//////////wEaCXVzLWVhc3QtMSJH=".into(),
        expiration: instant(),
    }
}

fn role() -> Role {
    Role {
        path: "/team/".into(),
        role_name: "deploy".into(),
        role_id: UniqueId::new(IdKind::Role, 1),
        arn: "arn:aws:iam::111111111111:role/team/deploy".into(),
        create_date: instant(),
        assume_role_policy_document: Some(r#"{"Version":"2012-10-17","Statement":[]}"#.into()),
        description: Some("Deploys <everything>\r\n".into()),
        max_session_duration: Some(7200),
        permissions_boundary: Some("arn:aws:iam::111111111111:policy/bound".into()),
        tags: tags(),
        role_last_used: Some(RoleLastUsed { last_used_date: Some(instant()), region: Some("eu-west-1".into()) }),
    }
}

fn user() -> User {
    User {
        path: Some("/".into()),
        user_name: Some("alice".into()),
        user_id: "AIDAAAAAAAAAAAAAAAAAA".into(),
        arn: "arn:aws:iam::111111111111:user/alice".into(),
        create_date: instant(),
        password_last_used: Some(instant()),
        permissions_boundary: Some("arn:aws:iam::111111111111:policy/bound".into()),
        tags: tags(),
    }
}

fn policy() -> Policy {
    Policy {
        policy_name: "read".into(),
        policy_id: UniqueId::new(IdKind::Policy, 2),
        arn: "arn:aws:iam::111111111111:policy/read".into(),
        path: "/".into(),
        default_version_id: "v1".into(),
        attachment_count: 3,
        permissions_boundary_usage_count: 1,
        is_attachable: true,
        description: Some("Reads".into()),
        create_date: instant(),
        update_date: instant(),
        tags: Some(tags()),
    }
}

fn version() -> PolicyVersion {
    PolicyVersion {
        document: Some(r#"{"Statement": ["a+b ~ü"]}"#.into()),
        version_id: "v1".into(),
        is_default_version: true,
        create_date: instant(),
    }
}

fn attached() -> Vec<AttachedPolicy> {
    vec![AttachedPolicy { policy_name: "read".into(), policy_arn: "arn:aws:iam::111111111111:policy/read".into() }]
}

fn device() -> VirtualMFADevice {
    VirtualMFADevice {
        serial_number: "arn:aws:iam::111111111111:mfa/alice".into(),
        base32_string_seed: Some("JBSWY3DPEHPK3PXP".into()),
        qr_code_png: Some(b"\x89PNG".to_vec()),
        user: Some(user()),
        enable_date: Some(instant()),
        tags: tags(),
    }
}

/// The marker of a list that goes on.
fn more() -> Option<String> {
    Some("EXAMPLEkakv9BCuUNFDtxWSyfzetYwEx2ADc8dnzfvERF5S6YMvXKx41t6gCl".into())
}

fn simulated() -> Vec<EvaluationResult> {
    let matched_statements = vec![MatchedStatement {
        source_policy_id: "PolicyInputList.1".into(),
        source_policy_type: "IAM Policy",
        start_position: Position { line: 3, column: 19 },
        end_position: Position { line: 9, column: 10 },
    }];
    let missing_context_values = vec!["aws:SourceIp".to_owned()];
    let eval_decision_details = Some(vec![("IAM Policy", EvalDecision::Allowed)]);
    vec![EvaluationResult {
        eval_action_name: "sts:AssumeRole".into(),
        eval_resource_name: "arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}".into(),
        eval_decision: EvalDecision::ExplicitDeny,
        matched_statements: matched_statements.clone(),
        missing_context_values: missing_context_values.clone(),
        allowed_by_organizations: Some(true),
        allowed_by_permissions_boundary: Some(false),
        eval_decision_details: eval_decision_details.clone(),
        resource_specific_results: vec![ResourceSpecificResult {
            eval_resource_name: "arn:aws:iam::111111111111:role/deploy".into(),
            eval_resource_decision: EvalDecision::ImplicitDeny,
            matched_statements,
            missing_context_values,
            eval_decision_details,
            allowed_by_permissions_boundary: Some(false),
        }],
    }]
}

/// One reply of every operation.
pub(crate) fn all() -> Vec<Reply> {
    let mut all = vec![
        Reply::AssumeRole(AssumeRole {
            credentials: credentials(),
            assumed_role_user: AssumedRoleUser {
                assumed_role_id: "AROAAAAAAAAAAAAAAAAAA:night".into(),
                arn: "arn:aws:sts::111111111111:assumed-role/deploy/night".into(),
            },
            packed_policy_size: Some(16),
            source_identity: Some("alice".into()),
        }),
        Reply::GetCallerIdentity(GetCallerIdentity {
            user_id: "AIDAAAAAAAAAAAAAAAAAA".into(),
            account: "111111111111".parse().unwrap(),
            arn: "arn:aws:iam::111111111111:user/alice".into(),
        }),
        Reply::GetSessionToken(GetSessionToken { credentials: credentials() }),
        Reply::GetAccessKeyInfo(GetAccessKeyInfo { account: "000000000000".parse().unwrap() }),
        Reply::LookupEvents(LookupEvents {
            events: vec![Event {
                event_id: "1d7b6d5e-0000-4000-8000-000000000001".into(),
                event_name: "AssumeRole".into(),
                read_only: true,
                access_key_id: Some("AKIAIOSFODNN7EXAMPLE".into()),
                event_time: instant(),
                event_source: "sts.amazonaws.com".into(),
                username: Some("alice".into()),
                resources: vec![Resource {
                    resource_type: "AWS::IAM::Role".into(),
                    resource_name: "arn:aws:iam::111111111111:role/team/deploy".into(),
                }],
                cloud_trail_event: "{\"eventVersion\":\"1.11\",\"userAgent\":\"a \\\"b\\\"\\u0001\"}".into(),
            }],
            next_token: more(),
        }),
    ];
    all.extend(roles_and_users());
    all.extend(policies_and_tags());
    all.extend(devices_and_account());
    all.extend(done());
    all
}

fn roles_and_users() -> Vec<Reply> {
    vec![
        Reply::CreateRole(CreateRole { role: role() }),
        Reply::GetRole(GetRole { role: role() }),
        Reply::ListRoles(ListRoles { roles: vec![role(), role()], marker: more() }),
        Reply::UpdateRoleDescription(UpdateRoleDescription { role: role() }),
        Reply::CreateUser(CreateUser { user: user() }),
        Reply::GetUser(GetUser { user: user() }),
        Reply::ListUsers(ListUsers { users: vec![user()], marker: more() }),
        Reply::CreateAccessKey(CreateAccessKey {
            access_key: AccessKey {
                user_name: Some("alice".into()),
                access_key_id: key_id(),
                status: KeyStatus::Active,
                secret_access_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".into(),
                create_date: Some(instant()),
            },
        }),
        Reply::ListAccessKeys(ListAccessKeys {
            access_key_metadata: vec![AccessKeyMetadata {
                user_name: Some("alice".into()),
                access_key_id: key_id(),
                status: KeyStatus::Inactive,
                create_date: instant(),
            }],
            marker: more(),
        }),
        Reply::GetAccessKeyLastUsed(GetAccessKeyLastUsed {
            user_name: Some("alice".into()),
            access_key_last_used: AccessKeyLastUsed {
                last_used_date: Some(instant()),
                service_name: "iam".into(),
                region: "us-east-1".into(),
            },
        }),
    ]
}

fn policies_and_tags() -> Vec<Reply> {
    let document = r#"{"Version":"2012-10-17"}"#;
    vec![
        Reply::GetRolePolicy(GetRolePolicy {
            role_name: "deploy".into(),
            policy_name: "inline".into(),
            policy_document: document.into(),
        }),
        Reply::GetUserPolicy(GetUserPolicy {
            user_name: "alice".into(),
            policy_name: "inline".into(),
            policy_document: document.into(),
        }),
        Reply::ListRolePolicies(ListRolePolicies { policy_names: vec!["a".into(), "b".into()], marker: more() }),
        Reply::ListUserPolicies(ListUserPolicies { policy_names: vec!["a".into()], marker: more() }),
        Reply::CreatePolicy(CreatePolicy { policy: policy() }),
        Reply::GetPolicy(GetPolicy { policy: policy() }),
        Reply::ListPolicies(ListPolicies { policies: vec![policy()], marker: more() }),
        Reply::GetPolicyVersion(GetPolicyVersion { policy_version: version() }),
        Reply::CreatePolicyVersion(CreatePolicyVersion { policy_version: version() }),
        Reply::ListPolicyVersions(ListPolicyVersions { versions: vec![version()], marker: more() }),
        Reply::ListAttachedRolePolicies(ListAttachedRolePolicies { attached_policies: attached(), marker: more() }),
        Reply::ListAttachedUserPolicies(ListAttachedUserPolicies { attached_policies: attached(), marker: more() }),
        Reply::ListRoleTags(ListRoleTags { tags: tags(), marker: more() }),
        Reply::ListUserTags(ListUserTags { tags: tags(), marker: more() }),
        Reply::ListPolicyTags(ListPolicyTags { tags: tags(), marker: more() }),
        Reply::ListMFADeviceTags(ListMFADeviceTags { tags: tags(), marker: more() }),
    ]
}

fn devices_and_account() -> Vec<Reply> {
    vec![
        Reply::CreateVirtualMFADevice(CreateVirtualMFADevice { virtual_mfa_device: device() }),
        Reply::ListMFADevices(ListMFADevices {
            mfa_devices: vec![MFADevice {
                user_name: Some("alice".into()),
                serial_number: "arn:aws:iam::111111111111:mfa/alice".into(),
                enable_date: instant(),
            }],
            marker: more(),
        }),
        Reply::ListVirtualMFADevices(ListVirtualMFADevices { virtual_mfa_devices: vec![device()], marker: more() }),
        Reply::SimulateCustomPolicy(SimulateCustomPolicy { evaluation_results: simulated(), marker: more() }),
        Reply::SimulatePrincipalPolicy(SimulatePrincipalPolicy { evaluation_results: simulated(), marker: more() }),
        Reply::GetAccountSummary(GetAccountSummary { summary_map: SummaryKey::ALL.iter().copied().zip(0..).collect() }),
    ]
}

fn done() -> Vec<Reply> {
    use Reply::*;
    vec![
        UpdateRole,
        DeleteRole,
        UpdateAssumeRolePolicy,
        UpdateUser,
        DeleteUser,
        UpdateAccessKey,
        DeleteAccessKey,
        PutRolePolicy,
        DeleteRolePolicy,
        PutUserPolicy,
        DeleteUserPolicy,
        DeletePolicy,
        DeletePolicyVersion,
        SetDefaultPolicyVersion,
        AttachRolePolicy,
        DetachRolePolicy,
        AttachUserPolicy,
        DetachUserPolicy,
        PutRolePermissionsBoundary,
        DeleteRolePermissionsBoundary,
        PutUserPermissionsBoundary,
        DeleteUserPermissionsBoundary,
        TagRole,
        UntagRole,
        TagUser,
        UntagUser,
        TagPolicy,
        UntagPolicy,
        TagMFADevice,
        UntagMFADevice,
        EnableMFADevice,
        DeactivateMFADevice,
        DeleteVirtualMFADevice,
        SetSecurityTokenServicePreferences,
    ]
}
