//! Every operation offered: its name, its service, whether it only reads, and the faults its model declares.
//!
//! One table makes [`Operation`], [`Call`] and the way from one to the other, so that an operation cannot be half added.

use crate::{
    Fault, FaultCode, Input, Service, call,
    shape::{self, Member},
};

macro_rules! operations {
    ($( $service:ident { $( $name:ident $mode:ident [$($fault:ident),*]; )* } )*) => {
        /// An operation of one of the services. What is not here is answered as AWS answers an unknown operation.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Operation {
            $($(
                #[doc = concat!("`", stringify!($name), "`.")]
                $name,
            )*)*
        }

        impl Operation {
            /// Every operation, by service.
            pub const ALL: &[Self] = &[$($(Self::$name),*),*];

            /// The operation's name, which is also its action's name in a policy and its `eventName` in CloudTrail.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $($(Self::$name => stringify!($name),)*)* }
            }

            /// The service that offers the operation.
            #[must_use]
            pub const fn service(self) -> Service {
                match self { $($(Self::$name => Service::$service,)*)* }
            }

            /// CloudTrail's `readOnly`. AssumeRole counts as reading, GetSessionToken does not:
            /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html>
            #[must_use]
            pub const fn read_only(self) -> bool {
                match self { $($(Self::$name => operations!(@$mode),)*)* }
            }

            /// The faults that the operation's model declares, besides those any operation may answer.
            #[must_use]
            pub const fn declared_faults(self) -> &'static [FaultCode] {
                match self { $($(Self::$name => &[$(FaultCode::$fault),*],)*)* }
            }

            /// The operation's inputs and what each must satisfy: the table that [`Operation::decode`] itself uses.
            #[must_use]
            pub const fn members(self) -> &'static [Member] {
                match self { $($(Self::$name => call::$name::MEMBERS,)*)* }
            }

            /// The call that the input holds.
            ///
            /// # Errors
            /// `ValidationError` naming every member that breaks a constraint, or `MalformedInput` for one whose value
            /// is no value of its type.
            pub fn decode(self, input: &Input) -> Result<Call, Fault> {
                match self { $($(Self::$name => shape::decode(self.service(), input).map(Call::$name),)*)* }
            }
        }

        /// A call of one of the operations.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Call {
            $($(
                #[doc = concat!("`", stringify!($name), "`.")]
                $name(call::$name),
            )*)*
        }

        impl Call {
            /// The operation called.
            #[must_use]
            pub const fn operation(&self) -> Operation {
                match self { $($(Self::$name(_) => Operation::$name,)*)* }
            }
        }
    };
    (@reads) => { true };
    (@writes) => { false };
}

operations! {
    Sts {
        AssumeRole reads [MalformedPolicyDocument, PackedPolicyTooLarge, RegionDisabledException, ExpiredTokenException];
        GetCallerIdentity reads [];
        GetSessionToken writes [RegionDisabledException];
        GetAccessKeyInfo reads [];
    }
    Iam {
        CreateRole writes [LimitExceeded, InvalidInput, EntityAlreadyExists, MalformedPolicyDocument, ConcurrentModification, ServiceFailure];
        GetRole reads [NoSuchEntity, ServiceFailure];
        ListRoles reads [ServiceFailure];
        UpdateRole writes [UnmodifiableEntity, NoSuchEntity, ServiceFailure];
        UpdateRoleDescription writes [NoSuchEntity, UnmodifiableEntity, ServiceFailure];
        DeleteRole writes [NoSuchEntity, DeleteConflict, LimitExceeded, UnmodifiableEntity, ConcurrentModification, ServiceFailure];
        UpdateAssumeRolePolicy writes [NoSuchEntity, MalformedPolicyDocument, LimitExceeded, UnmodifiableEntity, ServiceFailure];

        CreateUser writes [LimitExceeded, EntityAlreadyExists, NoSuchEntity, InvalidInput, ConcurrentModification, ServiceFailure];
        GetUser reads [NoSuchEntity, ServiceFailure];
        ListUsers reads [ServiceFailure];
        UpdateUser writes [NoSuchEntity, LimitExceeded, EntityAlreadyExists, EntityTemporarilyUnmodifiable, ConcurrentModification, ServiceFailure];
        DeleteUser writes [LimitExceeded, NoSuchEntity, DeleteConflict, ConcurrentModification, ServiceFailure];

        CreateAccessKey writes [NoSuchEntity, LimitExceeded, ServiceFailure];
        ListAccessKeys reads [NoSuchEntity, ServiceFailure];
        UpdateAccessKey writes [NoSuchEntity, LimitExceeded, ServiceFailure, InvalidInput];
        DeleteAccessKey writes [NoSuchEntity, LimitExceeded, ServiceFailure];
        GetAccessKeyLastUsed reads [];

        PutRolePolicy writes [LimitExceeded, MalformedPolicyDocument, NoSuchEntity, UnmodifiableEntity, ServiceFailure];
        GetRolePolicy reads [NoSuchEntity, ServiceFailure];
        ListRolePolicies reads [NoSuchEntity, ServiceFailure];
        DeleteRolePolicy writes [NoSuchEntity, LimitExceeded, UnmodifiableEntity, ServiceFailure];
        PutUserPolicy writes [LimitExceeded, MalformedPolicyDocument, NoSuchEntity, ServiceFailure];
        GetUserPolicy reads [NoSuchEntity, ServiceFailure];
        ListUserPolicies reads [NoSuchEntity, ServiceFailure];
        DeleteUserPolicy writes [NoSuchEntity, LimitExceeded, ServiceFailure];

        CreatePolicy writes [InvalidInput, LimitExceeded, EntityAlreadyExists, MalformedPolicyDocument, ConcurrentModification, ServiceFailure];
        GetPolicy reads [NoSuchEntity, InvalidInput, ServiceFailure];
        ListPolicies reads [ServiceFailure];
        DeletePolicy writes [NoSuchEntity, LimitExceeded, InvalidInput, DeleteConflict, ServiceFailure];
        GetPolicyVersion reads [NoSuchEntity, InvalidInput, ServiceFailure];
        ListPolicyVersions reads [NoSuchEntity, InvalidInput, ServiceFailure];
        CreatePolicyVersion writes [NoSuchEntity, MalformedPolicyDocument, InvalidInput, LimitExceeded, ServiceFailure];
        DeletePolicyVersion writes [NoSuchEntity, LimitExceeded, InvalidInput, DeleteConflict, ServiceFailure];
        SetDefaultPolicyVersion writes [NoSuchEntity, InvalidInput, LimitExceeded, ServiceFailure];

        AttachRolePolicy writes [NoSuchEntity, LimitExceeded, InvalidInput, UnmodifiableEntity, PolicyNotAttachable, ServiceFailure];
        DetachRolePolicy writes [NoSuchEntity, LimitExceeded, InvalidInput, UnmodifiableEntity, ServiceFailure];
        ListAttachedRolePolicies reads [NoSuchEntity, InvalidInput, ServiceFailure];
        AttachUserPolicy writes [NoSuchEntity, LimitExceeded, InvalidInput, PolicyNotAttachable, ServiceFailure];
        DetachUserPolicy writes [NoSuchEntity, LimitExceeded, InvalidInput, ServiceFailure];
        ListAttachedUserPolicies reads [NoSuchEntity, InvalidInput, ServiceFailure];
        PutRolePermissionsBoundary writes [NoSuchEntity, InvalidInput, UnmodifiableEntity, PolicyNotAttachable, ServiceFailure];
        DeleteRolePermissionsBoundary writes [NoSuchEntity, UnmodifiableEntity, ServiceFailure];
        PutUserPermissionsBoundary writes [NoSuchEntity, InvalidInput, PolicyNotAttachable, ServiceFailure];
        DeleteUserPermissionsBoundary writes [NoSuchEntity, ServiceFailure];

        TagRole writes [NoSuchEntity, LimitExceeded, InvalidInput, ConcurrentModification, ServiceFailure];
        UntagRole writes [NoSuchEntity, ConcurrentModification, ServiceFailure];
        ListRoleTags reads [NoSuchEntity, ServiceFailure];
        TagUser writes [NoSuchEntity, LimitExceeded, InvalidInput, ConcurrentModification, ServiceFailure];
        UntagUser writes [NoSuchEntity, ConcurrentModification, ServiceFailure];
        ListUserTags reads [NoSuchEntity, ServiceFailure];
        TagPolicy writes [NoSuchEntity, LimitExceeded, InvalidInput, ConcurrentModification, ServiceFailure];
        UntagPolicy writes [NoSuchEntity, InvalidInput, ConcurrentModification, ServiceFailure];
        ListPolicyTags reads [NoSuchEntity, ServiceFailure, InvalidInput];
        TagMFADevice writes [InvalidInput, NoSuchEntity, LimitExceeded, ConcurrentModification, ServiceFailure];
        UntagMFADevice writes [NoSuchEntity, InvalidInput, ConcurrentModification, ServiceFailure];
        ListMFADeviceTags reads [NoSuchEntity, InvalidInput, ServiceFailure];

        CreateVirtualMFADevice writes [LimitExceeded, InvalidInput, EntityAlreadyExists, ConcurrentModification, ServiceFailure];
        EnableMFADevice writes [EntityAlreadyExists, EntityTemporarilyUnmodifiable, InvalidAuthenticationCode, LimitExceeded, NoSuchEntity, ServiceFailure, ConcurrentModification];
        ListMFADevices reads [NoSuchEntity, ServiceFailure];
        ListVirtualMFADevices reads [];
        DeactivateMFADevice writes [EntityTemporarilyUnmodifiable, NoSuchEntity, LimitExceeded, ServiceFailure, ConcurrentModification];
        DeleteVirtualMFADevice writes [NoSuchEntity, DeleteConflict, LimitExceeded, ServiceFailure, ConcurrentModification];

        SetSecurityTokenServicePreferences writes [ServiceFailure];
        GetAccountSummary reads [ServiceFailure];

        SimulateCustomPolicy reads [InvalidInput, PolicyEvaluation];
        SimulatePrincipalPolicy reads [NoSuchEntity, InvalidInput, PolicyEvaluation];
    }
    CloudTrail {
        LookupEvents reads [InvalidLookupAttributesException, InvalidTimeRangeException, InvalidMaxResultsException, InvalidNextTokenException, InvalidEventCategoryException, UnsupportedOperationException, OperationNotPermittedException];
    }
}

impl Operation {
    /// The operation that a Query request names.
    ///
    /// # Errors
    /// `MissingAction` without an action; `InvalidAction` for an operation or a version that is not offered.
    pub fn from_action(service: Service, action: Option<&str>, version: Option<&str>) -> Result<Self, Fault> {
        let Some(action) = action.filter(|action| !action.is_empty()) else {
            return Err(Fault::new(FaultCode::MissingAction, "Missing Action"));
        };
        if version == Some(service.version())
            && let Some(found) = Self::named(service, action)
        {
            return Ok(found);
        }
        let version = version.unwrap_or("NO_VERSION_SPECIFIED");
        Err(Fault::new(FaultCode::InvalidAction, format!("Could not find operation {action} for version {version}")))
    }

    /// The operation of a service by its name.
    #[must_use]
    pub fn named(service: Service, name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|known| known.name() == name && known.service() == service)
    }
}
