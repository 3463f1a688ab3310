//! Keys in configuration files that no client reads and that look like ones they do: clients pass over them in silence.

use crate::{Span, nearest::nearest};

/// A key that was probably meant to be another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slip<'t> {
    /// The key as it is written.
    pub key: &'t str,
    /// The key that was probably meant.
    pub meant: &'static str,
    /// Where it stands.
    pub at: Span,
}

/// Shorter keys are like too many others.
const SHORTEST: usize = 5;

/// The settings of profiles that some client reads.
///
/// Source: AWS SDKs and Tools Reference Guide, "Settings reference"; AWS CLI User Guide, "Configuration and credential file
/// settings in the AWS CLI".
#[rustfmt::skip]
const KNOWN: [&str; 64] = [
    "account_id_endpoint_mode", "api_versions", "auth_scheme_preference", "aws_access_key_id", "aws_account_id",
    "aws_secret_access_key", "aws_security_token", "aws_session_token", "ca_bundle", "cli_auto_prompt", "cli_binary_format",
    "cli_error_format", "cli_follow_urlparam", "cli_history", "cli_pager", "cli_timestamp_format", "credential_process",
    "credential_source", "defaults_mode", "disable_request_compression", "duration_seconds",
    "ec2_metadata_service_endpoint", "ec2_metadata_service_endpoint_mode", "ec2_metadata_v1_disabled",
    "endpoint_discovery_enabled", "endpoint_url", "external_id", "ignore_configured_endpoint_urls", "login_session",
    "max_attempts", "metadata_service_num_attempts", "metadata_service_timeout", "mfa_serial", "output",
    "parameter_validation", "region", "request_checksum_calculation", "request_min_compression_size_bytes",
    "response_checksum_validation", "retry_mode", "role_arn", "role_session_name", "s3", "s3_disable_express_session_auth",
    "s3_disable_multiregion_access_points", "s3_us_east_1_regional_endpoint", "s3_use_arn_region", "s3api", "sdk_ua_app_id",
    "services", "signature_version", "sigv4a_signing_region_set", "source_profile", "sso_account_id",
    "sso_region", "sso_registration_scopes", "sso_role_name", "sso_session", "sso_start_url", "sts_regional_endpoints",
    "tcp_keepalive", "use_dualstack_endpoint", "use_fips_endpoint", "web_identity_token_file",
];

/// Every key of a profile in `text` that is none and looks like one, in their order.
#[must_use]
pub fn slips(text: &str) -> Vec<Slip<'_>> {
    let mut found = Vec::new();
    let (mut at, mut profile) = (0, false);
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        if let Some(heading) = line.trim_start().strip_prefix('[') {
            profile = !heading.starts_with("services") && !heading.starts_with("sso-session");
            continue;
        }
        // What is moved in belongs to the key above, such as `s3 =`.
        if !profile || line.starts_with([' ', '\t', '#', ';']) {
            continue;
        }
        let Some((key, _)) = line.split_once('=') else { continue };
        let key = key.trim_end();
        let folded = key.to_ascii_lowercase();
        if key.len() < SHORTEST || KNOWN.contains(&folded.as_str()) {
            continue;
        }
        if let Some(meant) = nearest(&folded, KNOWN.into_iter()) {
            let start = u32::try_from(start).unwrap_or(u32::MAX);
            let end = u32::try_from(key.len()).map_or(u32::MAX, |length| start.saturating_add(length));
            found.push(Slip { key, meant, at: Span { start, end } });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_told_with_what_was_meant() {
        let text = "[default]\nregion = eu-west-1\n[profile a]\nrole_arnn = x\nSource_Profile = b\nmfa-serial = y\n";
        let told: Vec<_> = slips(text).into_iter().map(|slip| (slip.key, slip.meant, slip.at.of(text))).collect();
        assert_eq!(told, [("role_arnn", "role_arn", "role_arnn"), ("mfa-serial", "mfa_serial", "mfa-serial")]);
    }

    #[test]
    fn what_is_no_profile_s_or_like_nothing_is_left_alone() {
        let text = "role_arnn = x\n[services s]\nsts =\n  endpoint_ur = x\n[sso-session x]\nsso_start_ur = y\n[profile a]\n\
                    s3 =\n  max_attempt = 3\nteam_color = blue\n# role_arnn = x\n";
        assert_eq!(slips(text), []);
    }

    #[test]
    fn the_known_are_in_order_and_none_twice() {
        assert!(KNOWN.is_sorted_by(|one, next| one < next));
    }
}
