//! Which function does which operation: one `match` over all of them, so that none can be left out.

use crate::{
    cloudtrail,
    iam::{Task, account, attach, boundary, device, inline, key, managed, role, simulate, tag, user, version},
    outcome::Answer,
    sts,
    trail::Trail,
    work::Work,
};
use rolecall_directory::{ManagedPolicy, MfaDevice, Role, User};
use rolecall_wire::{Call, Fault, Reply, reply};

/// Does what `call` asks.
pub(crate) fn dispatch(work: &Work<'_>, call: Call, trail: &mut Trail) -> Result<Answer, Fault> {
    let operation = call.operation();
    let task = &mut Task::new(work, operation, trail)?;
    let reply = match &call {
        Call::AssumeRole(input) => return sts::assume_role(work, input, task.trail()),
        Call::GetCallerIdentity(_) => return Ok(sts::get_caller_identity(work)),
        Call::GetSessionToken(input) => return sts::get_session_token(work, input, task.trail()),
        Call::GetAccessKeyInfo(input) => return sts::get_access_key_info(work, input),
        Call::LookupEvents(input) => return cloudtrail::lookup_events(work, input.clone()),

        Call::CreateRole(input) => role::create(task, input),
        Call::GetRole(input) => role::get(task, input),
        Call::ListRoles(input) => role::list(task, input),
        Call::UpdateRole(input) => role::update(task, input),
        Call::UpdateRoleDescription(input) => role::update_description(task, input),
        Call::UpdateAssumeRolePolicy(input) => role::update_trust(task, input),
        Call::DeleteRole(input) => role::delete(task, input),

        Call::CreateUser(input) => user::create(task, input),
        Call::GetUser(input) => user::get(task, input),
        Call::ListUsers(input) => user::list(task, input),
        Call::UpdateUser(input) => user::update(task, input),
        Call::DeleteUser(input) => user::delete(task, input),

        Call::CreateAccessKey(input) => key::create(task, input),
        Call::ListAccessKeys(input) => key::list(task, input),
        Call::UpdateAccessKey(input) => key::update(task, input),
        Call::DeleteAccessKey(input) => key::delete(task, input),
        Call::GetAccessKeyLastUsed(input) => return key::last_used(task, input),

        Call::PutRolePolicy(input) => {
            inline::put::<Role>(task, &input.role_name, &input.policy_name, &input.policy_document)
                .map(|()| Reply::PutRolePolicy)
        }
        Call::GetRolePolicy(input) => inline::get::<Role>(task, &input.role_name, &input.policy_name).map(
            |inline::Inline { holder, name, document }| {
                Reply::GetRolePolicy(reply::GetRolePolicy {
                    role_name: holder,
                    policy_name: name,
                    policy_document: document,
                })
            },
        ),
        Call::ListRolePolicies(input) => {
            inline::list::<Role>(task, &input.role_name, input.marker.as_deref(), input.max_items)
                .map(|(policy_names, marker)| Reply::ListRolePolicies(reply::ListRolePolicies { policy_names, marker }))
        }
        Call::DeleteRolePolicy(input) => {
            inline::delete::<Role>(task, &input.role_name, &input.policy_name).map(|()| Reply::DeleteRolePolicy)
        }
        Call::PutUserPolicy(input) => {
            inline::put::<User>(task, &input.user_name, &input.policy_name, &input.policy_document)
                .map(|()| Reply::PutUserPolicy)
        }
        Call::GetUserPolicy(input) => inline::get::<User>(task, &input.user_name, &input.policy_name).map(
            |inline::Inline { holder, name, document }| {
                Reply::GetUserPolicy(reply::GetUserPolicy {
                    user_name: holder,
                    policy_name: name,
                    policy_document: document,
                })
            },
        ),
        Call::ListUserPolicies(input) => {
            inline::list::<User>(task, &input.user_name, input.marker.as_deref(), input.max_items)
                .map(|(policy_names, marker)| Reply::ListUserPolicies(reply::ListUserPolicies { policy_names, marker }))
        }
        Call::DeleteUserPolicy(input) => {
            inline::delete::<User>(task, &input.user_name, &input.policy_name).map(|()| Reply::DeleteUserPolicy)
        }

        Call::CreatePolicy(input) => managed::create(task, input),
        Call::GetPolicy(input) => managed::get(task, input),
        Call::ListPolicies(input) => managed::list(task, input),
        Call::DeletePolicy(input) => managed::delete(task, input),
        Call::GetPolicyVersion(input) => version::get(task, input),
        Call::ListPolicyVersions(input) => version::list(task, input),
        Call::CreatePolicyVersion(input) => version::create(task, input),
        Call::DeletePolicyVersion(input) => version::delete(task, input),
        Call::SetDefaultPolicyVersion(input) => version::set_default(task, input),

        Call::AttachRolePolicy(input) => {
            attach::attach::<Role>(task, &input.role_name, &input.policy_arn).map(|()| Reply::AttachRolePolicy)
        }
        Call::DetachRolePolicy(input) => {
            attach::detach::<Role>(task, &input.role_name, &input.policy_arn).map(|()| Reply::DetachRolePolicy)
        }
        Call::ListAttachedRolePolicies(input) => attach::list::<Role>(
            task,
            &input.role_name,
            input.path_prefix.as_deref(),
            input.marker.as_deref(),
            input.max_items,
        )
        .map(|(attached_policies, marker)| {
            Reply::ListAttachedRolePolicies(reply::ListAttachedRolePolicies { attached_policies, marker })
        }),
        Call::AttachUserPolicy(input) => {
            attach::attach::<User>(task, &input.user_name, &input.policy_arn).map(|()| Reply::AttachUserPolicy)
        }
        Call::DetachUserPolicy(input) => {
            attach::detach::<User>(task, &input.user_name, &input.policy_arn).map(|()| Reply::DetachUserPolicy)
        }
        Call::ListAttachedUserPolicies(input) => attach::list::<User>(
            task,
            &input.user_name,
            input.path_prefix.as_deref(),
            input.marker.as_deref(),
            input.max_items,
        )
        .map(|(attached_policies, marker)| {
            Reply::ListAttachedUserPolicies(reply::ListAttachedUserPolicies { attached_policies, marker })
        }),

        Call::PutRolePermissionsBoundary(input) => {
            boundary::put::<Role>(task, &input.role_name, &input.permissions_boundary)
                .map(|()| Reply::PutRolePermissionsBoundary)
        }
        Call::DeleteRolePermissionsBoundary(input) => {
            boundary::delete::<Role>(task, &input.role_name).map(|()| Reply::DeleteRolePermissionsBoundary)
        }
        Call::PutUserPermissionsBoundary(input) => {
            boundary::put::<User>(task, &input.user_name, &input.permissions_boundary)
                .map(|()| Reply::PutUserPermissionsBoundary)
        }
        Call::DeleteUserPermissionsBoundary(input) => {
            boundary::delete::<User>(task, &input.user_name).map(|()| Reply::DeleteUserPermissionsBoundary)
        }

        Call::TagRole(input) => tag::put::<Role>(task, &input.role_name, &input.tags).map(|()| Reply::TagRole),
        Call::UntagRole(input) => {
            tag::remove::<Role>(task, &input.role_name, &input.tag_keys).map(|()| Reply::UntagRole)
        }
        Call::ListRoleTags(input) => {
            tag::list::<Role>(task, &input.role_name, input.marker.as_deref(), input.max_items)
                .map(|(tags, marker)| Reply::ListRoleTags(reply::ListRoleTags { tags, marker }))
        }
        Call::TagUser(input) => tag::put::<User>(task, &input.user_name, &input.tags).map(|()| Reply::TagUser),
        Call::UntagUser(input) => {
            tag::remove::<User>(task, &input.user_name, &input.tag_keys).map(|()| Reply::UntagUser)
        }
        Call::ListUserTags(input) => {
            tag::list::<User>(task, &input.user_name, input.marker.as_deref(), input.max_items)
                .map(|(tags, marker)| Reply::ListUserTags(reply::ListUserTags { tags, marker }))
        }
        Call::TagPolicy(input) => {
            tag::put::<ManagedPolicy>(task, &input.policy_arn, &input.tags).map(|()| Reply::TagPolicy)
        }
        Call::UntagPolicy(input) => {
            tag::remove::<ManagedPolicy>(task, &input.policy_arn, &input.tag_keys).map(|()| Reply::UntagPolicy)
        }
        Call::ListPolicyTags(input) => {
            tag::list::<ManagedPolicy>(task, &input.policy_arn, input.marker.as_deref(), input.max_items)
                .map(|(tags, marker)| Reply::ListPolicyTags(reply::ListPolicyTags { tags, marker }))
        }
        Call::TagMFADevice(input) => {
            tag::put::<MfaDevice>(task, &input.serial_number, &input.tags).map(|()| Reply::TagMFADevice)
        }
        Call::UntagMFADevice(input) => {
            tag::remove::<MfaDevice>(task, &input.serial_number, &input.tag_keys).map(|()| Reply::UntagMFADevice)
        }
        Call::ListMFADeviceTags(input) => {
            tag::list::<MfaDevice>(task, &input.serial_number, input.marker.as_deref(), input.max_items)
                .map(|(tags, marker)| Reply::ListMFADeviceTags(reply::ListMFADeviceTags { tags, marker }))
        }

        Call::CreateVirtualMFADevice(input) => device::create(task, input),
        Call::EnableMFADevice(input) => device::enable(task, input),
        Call::ListMFADevices(input) => device::list_held(task, input),
        Call::ListVirtualMFADevices(input) => device::list(task, input),
        Call::DeactivateMFADevice(input) => device::deactivate(task, input),
        Call::DeleteVirtualMFADevice(input) => device::delete(task, input),

        Call::SetSecurityTokenServicePreferences(input) => account::set_token_version(task, input),
        Call::GetAccountSummary(_) => account::summary(task),
        Call::SimulateCustomPolicy(input) => simulate::custom(task, input),
        Call::SimulatePrincipalPolicy(input) => simulate::principal(task, input),
    };
    reply.map(Answer::Reply)
}
