//! The account as a whole.

use crate::shape::{choice, shape};

choice! {
    /// The kind of token that the global endpoint issues.
    /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetSecurityTokenServicePreferences.html>
    TokenVersion {
        /// Valid in Regions that are enabled by default.
        V1 "v1Token",
        /// Valid in all Regions.
        V2 "v2Token",
    }
}

shape! {
    /// Chooses the global endpoint's tokens.
    /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetSecurityTokenServicePreferences.html>
    SetSecurityTokenServicePreferences {
        /// The kind of token.
        global_endpoint_token_version: TokenVersion = "GlobalEndpointTokenVersion" TokenVersion::RULE,
    }
}

shape! {
    /// Asks how much there is of everything. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html>
    GetAccountSummary {}
}
