//! Why a record is no call of a world, and what to add to the world where that would make it one.

use rolecall_names::AccountId;

/// Why a record cannot be run again in a world.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    /// `requestParameters` or `roleArn` is missing.
    #[error("the record does not say which role was asked for: it has no requestParameters.roleArn")]
    NoRole,
    /// `awsRegion` is none.
    #[error("the record is of the Region `{region}`, which is not known")]
    Region {
        /// `awsRegion`.
        region: Box<str>,
    },
    /// An AWS service made the call.
    #[error(
        "the call was made by {service}, an AWS service, and not by anybody in a world; look for the record of the call \
         that its session made"
    )]
    Service {
        /// `invokedBy`, or what stands for the address.
        service: Box<str>,
    },
    /// A root user made the call.
    #[error("the caller is the root user of {account}, and AWS lets no root user assume a role")]
    Root {
        /// The account.
        account: AccountId,
    },
    /// A caller whom no world holds.
    #[error("the caller is of the type {kind}, which no call of a world has; it can have sessions of roles and users")]
    Kind {
        /// `userIdentity.type`.
        kind: Box<str>,
    },
    /// `userIdentity` lacks what tells the caller.
    #[error("the record does not tell who called: its userIdentity has no {missing}")]
    Identity {
        /// The member that is missing.
        missing: &'static str,
    },
    /// The record is the role's account's, which shows of a foreign caller no more than an id.
    #[error(
        "this is the record that the role's account keeps. Of the caller it tells no more than {principal} in {account}, \
         an id that nobody in this world has. Take the record in the caller's own account (it has the same \
         sharedEventID), or give the caller that id in world.toml:\n\n{add}"
    )]
    Foreign {
        /// `principalId`.
        principal: Box<str>,
        /// `accountId`.
        account: AccountId,
        /// What to add.
        add: Box<str>,
    },
    /// An account that the world does not hold.
    #[error("{who} is in the account {account}, which this world does not hold. Add to world.toml:\n\n{add}")]
    Account {
        /// `the caller` or `the role`.
        who: &'static str,
        /// The account.
        account: AccountId,
        /// What to add.
        add: Box<str>,
    },
    /// A role or user that the world does not hold.
    #[error(
        "{who} is {arn}, which this world does not hold{}. Add to world.toml:\n\n{add}",
        nearest.as_ref().map(|name| format!("; there is {name}")).unwrap_or_default()
    )]
    Entity {
        /// `the caller` or `the role`.
        who: &'static str,
        /// Its ARN.
        arn: Box<str>,
        /// The one in that account whose name is nearest.
        nearest: Option<Box<str>>,
        /// What to add.
        add: Box<str>,
    },
    /// A VPC endpoint that the world does not hold.
    #[error(
        "the call came through {id}, which this world does not hold{}. Without it neither its VPC nor its policy is \
         known. Add to world.toml:\n\n{add}",
        if known.is_empty() { String::new() } else { format!("; of STS it has {}", known.join(", ")) }
    )]
    Endpoint {
        /// `vpcEndpointId`.
        id: Box<str>,
        /// The endpoints of STS that the world holds.
        known: Vec<Box<str>>,
        /// What to add.
        add: Box<str>,
    },
    /// The call cannot be written as one of the world's: a parameter that STS itself would not take.
    #[error("the call cannot be written as one of this world's:\n{problems}")]
    Unwritable {
        /// What is wrong with it.
        problems: Box<str>,
    },
    /// The world cannot be run.
    #[error("{problem}")]
    World {
        /// Why.
        problem: Box<str>,
    },
}
