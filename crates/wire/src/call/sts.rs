//! The calls of STS. <https://docs.aws.amazon.com/STS/latest/APIReference/>

use super::{Tag, rules};
use crate::FaultCode;
use crate::shape::{List, Member, Pattern, Rule, Text, elements, shape};

const ARN: Rule = Rule::text(20, 2048, Pattern::XmlText);
const SESSION_NAME: Rule = Rule::text(2, 64, Pattern::SessionName);
const SERIAL_NUMBER: Rule = Rule::text(9, 256, Pattern::SerialNumber);
const TOKEN_CODE: Rule = Rule::text(6, 6, Pattern::TokenCode);
const TOKEN_SIZE: Rule = Rule::Integer { min: 0, max: 4096 };
const SESSION_POLICY: Rule =
    Rule::Text(Text { min: Some(1), max: None, pattern: Some(Pattern::Document), one_of: &[] });
const POLICY_ARNS: Rule = Rule::List(List {
    min: None,
    max: None,
    of: &Rule::Structure(&[Member { name: "arn", required: false, rule: ARN, fault: FaultCode::ValidationError }]),
});

shape! {
    /// Asks for credentials of a role's session. <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>
    AssumeRole {
        /// The role's ARN.
        role_arn: String = "RoleArn" ARN,
        /// The session's name.
        role_session_name: String = "RoleSessionName" SESSION_NAME,
        /// Managed policies that limit the session.
        policy_arns: Vec<String> = "PolicyArns" POLICY_ARNS,
        /// A policy document that limits the session.
        policy: Option<String> = "Policy" SESSION_POLICY,
        /// How long the credentials are to last, in seconds.
        duration_seconds: Option<i32> = "DurationSeconds" Rule::Integer { min: 900, max: 43200 },
        /// Session tags.
        tags: Vec<Tag> = "Tags" rules::TAGS,
        /// Keys of the session tags that sessions assumed from this one inherit.
        transitive_tag_keys: Vec<String> = "TransitiveTagKeys" rules::TAG_KEYS,
        /// What the role's owner told the caller to send.
        external_id: Option<String> = "ExternalId" Rule::text(2, 1224, Pattern::ExternalId),
        /// The caller's MFA device.
        serial_number: Option<String> = "SerialNumber" SERIAL_NUMBER,
        /// The MFA device's code.
        token_code: Option<String> = "TokenCode" TOKEN_CODE,
        /// Who is behind the session, kept through every role chained from it.
        source_identity: Option<String> = "SourceIdentity" SESSION_NAME,
        /// Assertions of context providers.
        provided_contexts: Vec<ProvidedContext> = "ProvidedContexts" Rule::List(List {
            min: Some(1),
            max: Some(5),
            of: &Rule::Structure(ProvidedContext::MEMBERS),
        }),
        /// The least size of the session token, in characters.
        minimum_session_token_size: Option<i32> = "MinimumSessionTokenSize" TOKEN_SIZE,
    }
}

shape! {
    /// A signed assertion about the session. <https://docs.aws.amazon.com/STS/latest/APIReference/API_ProvidedContext.html>
    ProvidedContext {
        /// The provider's ARN.
        provider_arn: Option<String> = "ProviderArn" ARN,
        /// The assertion.
        context_assertion: Option<String> = "ContextAssertion" Rule::length(4, 2048),
    }
}

elements! { ProvidedContext }

shape! {
    /// Asks who is calling. <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>
    GetCallerIdentity {}
}

shape! {
    /// Asks for a user's temporary credentials. <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>
    GetSessionToken {
        /// How long the credentials are to last, in seconds.
        duration_seconds: Option<i32> = "DurationSeconds" Rule::Integer { min: 900, max: 129_600 },
        /// The user's MFA device.
        serial_number: Option<String> = "SerialNumber" SERIAL_NUMBER,
        /// The MFA device's code.
        token_code: Option<String> = "TokenCode" TOKEN_CODE,
        /// The least size of the session token, in characters.
        minimum_session_token_size: Option<i32> = "MinimumSessionTokenSize" TOKEN_SIZE,
    }
}

shape! {
    /// Asks for an access key's account. <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html>
    GetAccessKeyInfo {
        /// The key's id.
        access_key_id: String = "AccessKeyId" Rule::text(16, 128, Pattern::StsKeyId),
    }
}
