//! The replies: one struct an operation that answers something, written exactly as AWS lays it out.
//!
//! Fields are named as AWS names the members. A list that goes on has a `marker`, and `IsTruncated` follows from it.

mod cloudtrail;
mod iam;
mod sts;

pub use cloudtrail::*;
pub use iam::*;
pub use sts::*;

use crate::{Operation, json, xml::Xml};

/// A part of a reply, as XML elements.
trait Elements {
    fn write(&self, xml: &mut Xml<'_>);
}

macro_rules! replies {
    (xml { $( $name:ident )* } json { $( $json:ident )* } empty_result { $( $empty:ident )* } no_result { $( $done:ident )* }) => {
        /// What an operation answers.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Reply {
            $(
                #[doc = concat!("`", stringify!($name), "`.")]
                $name($name),
            )*
            $(
                #[doc = concat!("`", stringify!($json), "`.")]
                $json($json),
            )*
            $(
                #[doc = concat!("`", stringify!($empty), "`, whose result has no members.")]
                $empty,
            )*
            $(
                #[doc = concat!("`", stringify!($done), "`, which answers nothing but that it is done.")]
                $done,
            )*
        }

        impl Reply {
            /// The operation answered.
            #[must_use]
            pub const fn operation(&self) -> Operation {
                match self {
                    $(Self::$name(_) => Operation::$name,)*
                    $(Self::$json(_) => Operation::$json,)*
                    $(Self::$empty => Operation::$empty,)*
                    $(Self::$done => Operation::$done,)*
                }
            }

            /// Appends the reply's body as the operation's service lays it out.
            pub fn write(&self, request_id: &str, out: &mut Vec<u8>) {
                match self {
                    $(Self::$name(reply) => respond(self.operation(), request_id, out, |xml| {
                        xml.within(concat!(stringify!($name), "Result"), |xml| reply.write(xml));
                    }),)*
                    $(Self::$json(reply) => json::write(reply, out),)*
                    $(Self::$empty => respond(self.operation(), request_id, out, |xml| {
                        xml.empty(concat!(stringify!($empty), "Result"));
                    }),)*
                    $(Self::$done => respond(self.operation(), request_id, out, |_| ()),)*
                }
            }
        }
    };
}

replies! {
    xml {
        AssumeRole GetCallerIdentity GetSessionToken GetAccessKeyInfo

        CreateRole GetRole ListRoles UpdateRoleDescription
        CreateUser GetUser ListUsers
        CreateAccessKey ListAccessKeys GetAccessKeyLastUsed
        GetRolePolicy ListRolePolicies GetUserPolicy ListUserPolicies
        CreatePolicy GetPolicy ListPolicies GetPolicyVersion ListPolicyVersions CreatePolicyVersion
        ListAttachedRolePolicies ListAttachedUserPolicies
        ListRoleTags ListUserTags ListPolicyTags ListMFADeviceTags
        CreateVirtualMFADevice ListMFADevices ListVirtualMFADevices
        GetAccountSummary
        SimulateCustomPolicy SimulatePrincipalPolicy
    }
    json { LookupEvents }
    empty_result { UpdateRole }
    no_result {
        DeleteRole UpdateAssumeRolePolicy UpdateUser DeleteUser UpdateAccessKey DeleteAccessKey
        PutRolePolicy DeleteRolePolicy PutUserPolicy DeleteUserPolicy DeletePolicy DeletePolicyVersion SetDefaultPolicyVersion
        AttachRolePolicy DetachRolePolicy AttachUserPolicy DetachUserPolicy
        PutRolePermissionsBoundary DeleteRolePermissionsBoundary
        PutUserPermissionsBoundary DeleteUserPermissionsBoundary
        TagRole UntagRole TagUser UntagUser TagPolicy UntagPolicy TagMFADevice UntagMFADevice
        EnableMFADevice DeactivateMFADevice DeleteVirtualMFADevice SetSecurityTokenServicePreferences
    }
}

fn respond(operation: Operation, request_id: &str, out: &mut Vec<u8>, result: impl FnOnce(&mut Xml<'_>)) {
    Xml::new(out).response(operation.name(), operation.service().namespace(), |xml| {
        result(xml);
        xml.within("ResponseMetadata", |xml| xml.text("RequestId", request_id));
    });
}
