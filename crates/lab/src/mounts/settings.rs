//! The settings of a `config`, without what gives credentials.

use std::collections::{HashMap, HashSet};

/// Settings of `config` that are credentials, or make them without asking anybody inside.
///
/// Source: AWS SDKs and Tools Reference Guide, "Settings reference".
const CREDENTIALS: [&str; 6] = [
    "aws_access_key_id",
    "aws_secret_access_key",
    "aws_session_token",
    "credential_process",
    "web_identity_token_file",
    "login_session",
];

/// Settings that have a role be assumed by credentials of another profile's.
const ROLE: [&str; 6] =
    ["role_arn", "source_profile", "role_session_name", "external_id", "mfa_serial", "duration_seconds"];

/// More profiles than anybody has follow one another.
const MOST_SOURCES: usize = 32;

/// A line of a `config`.
struct Line<'c> {
    text: &'c str,
    /// The profile that it is in; `None` in any other section.
    profile: Option<&'c str>,
    /// The setting that it gives, or gives more of, in small letters; empty for none.
    setting: String,
    value: &'c str,
}

/// What is neither a comment nor empty. Python's tools take a colon for an equals sign, too, every carriage return for the
/// end of a line, and indented lines for more of the value before them, whatever comments are in between.
fn lines(config: &str) -> impl Iterator<Item = Line<'_>> {
    let (mut profile, mut setting, mut depth) = (None, String::new(), None);
    let lines = config.split(['\n', '\r']).filter(|text| !text.trim_start().starts_with(['#', ';']));
    lines.filter(|text| !text.trim().is_empty()).map(move |text| {
        let mut value = "";
        let own_depth = text.len() - text.trim_start().len();
        if let Some(header) = text.strip_prefix('[').and_then(|rest| Some(rest.rsplit_once(']')?.0)) {
            profile = named(header.trim());
            setting.clear();
            depth = None;
        } else {
            let (name, rest) = text.split_once(['=', ':']).unwrap_or((text, ""));
            let name = name.trim().to_ascii_lowercase();
            // A section may be indented as a whole: what is deeper than the setting before is more of its value.
            let is_bare = own_depth > 0 && !text.contains(['=', ':']);
            let is_more = is_bare || depth.is_some_and(|depth| own_depth > depth);
            if !is_more || is_credential(&name) || ROLE.contains(&name.as_str()) {
                setting = name;
                value = rest.trim();
                depth = depth.filter(|_| is_more).or(Some(own_depth));
            }
        }
        Line { text, profile, setting: setting.clone(), value }
    })
}

/// The profile that a section is of.
fn named(section: &str) -> Option<&str> {
    if section == "default" {
        return Some(section);
    }
    let name = section.strip_prefix("profile")?.strip_prefix([' ', '\t'])?.trim();
    let plain = ['"', '\''].iter().find_map(|quote| name.strip_prefix(*quote)?.strip_suffix(*quote));
    Some(plain.unwrap_or(name))
}

/// The settings of a `config` alone. A role whose source is left out is left out too: a tool that found it would end with an
/// error, instead of asking whoever hands out credentials in the place.
pub(super) fn settings(config: &str) -> String {
    let mut kept: Vec<Line<'_>> = lines(config).filter(|line| !is_credential(&line.setting)).collect();
    let mut known: HashMap<&str, HashMap<&str, &str>> = HashMap::new();
    for line in &kept {
        if let Some(profile) = line.profile {
            known.entry(profile).or_default().insert(&line.setting, line.value);
        }
    }
    let has_source = |profile: &str| {
        let mut at = profile;
        for _ in 0..MOST_SOURCES {
            let Some(settings) = known.get(at).filter(|settings| settings.contains_key("role_arn")) else {
                return false;
            };
            match settings.get("source_profile") {
                Some(source) => at = source,
                None => return settings.contains_key("credential_source"),
            }
        }
        false
    };
    let without: HashSet<String> =
        known.keys().filter(|profile| !has_source(profile)).map(|profile| (*profile).to_owned()).collect();
    let is_lost = |line: &Line<'_>| {
        ROLE.contains(&line.setting.as_str()) && line.profile.is_some_and(|profile| without.contains(profile))
    };
    kept.retain(|line| !is_lost(line));
    kept.iter().flat_map(|line| [line.text, "\n"]).collect()
}

fn is_credential(setting: &str) -> bool {
    CREDENTIALS.contains(&setting) || setting.starts_with("sso_")
}

/// The profiles of a `config`.
pub(super) fn profiles(config: &str) -> HashSet<String> {
    lines(config).filter_map(|line| line.profile.map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::{profiles, settings};

    #[test]
    fn settings_come_along_and_credentials_do_not() {
        let config = "[default]\nregion = eu-west-1\naws_access_key_id = AKIA\nAWS_Secret_Access_Key=x\n\
                      [profile a]\nsso_session = s\nsts_regional_endpoints = legacy\nrole_arn = arn\n\
                      credential_source = EcsContainer\ncredential_process = /bin/false\n";
        assert_eq!(
            settings(config),
            "[default]\nregion = eu-west-1\n[profile a]\nsts_regional_endpoints = legacy\nrole_arn = arn\n\
             credential_source = EcsContainer\n"
        );
    }

    #[test]
    fn keys_do_not_come_along_in_another_form() {
        let config = "[default]\naws_access_key_id: AKIA\ncredential_process : /bin/false\n\
                      aws_secret_access_key =\n    secret\n\t more\nregion = eu-west-1\ns3 =\n  addressing_style = path\n";
        assert_eq!(settings(config), "[default]\nregion = eu-west-1\ns3 =\n  addressing_style = path\n");
        let indented =
            "[default]\n  region = eu-west-1\n  aws_access_key_id = AKIA\n  role_arn = a\n  source_profile = b\n";
        assert_eq!(settings(indented), "[default]\n  region = eu-west-1\n");
        let first = "[a]\n  aws_access_key_id = AKIA\n  aws_secret_access_key = AKIA\n  region = r\n  output = text\n\
                     [profile b]\n  role_arn = a\n  credential_source = EcsContainer\n";
        assert_eq!(
            settings(first),
            "[a]\n  region = r\n  output = text\n[profile b]\n  role_arn = a\n  credential_source = EcsContainer\n"
        );
    }

    #[test]
    fn a_role_comes_along_with_its_source_alone() {
        let config = "[default]\nrole_arn = a\nsource_profile = base\nexternal_id = x\n  more\nregion = eu-west-1\n\
                      [profile base]\naws_access_key_id = AKIA\nregion = eu-west-1\n\
                      [profile task]\nrole_arn = b\ncredential_source = EcsContainer\n\
                      [profile \"on top\"]\nrole_arn = c\nsource_profile = task\nexternal_id = y\n\
                      [profile itself]\nrole_arn = d\nsource_profile = itself\n\
                      [profile away]\nrole_arn = e\nsource_profile = elsewhere\n\
                      [profile token]\nrole_arn = f\nweb_identity_token_file = /f\n";
        assert_eq!(
            settings(config),
            "[default]\nregion = eu-west-1\n[profile base]\nregion = eu-west-1\n\
             [profile task]\nrole_arn = b\ncredential_source = EcsContainer\n\
             [profile \"on top\"]\nrole_arn = c\nsource_profile = task\nexternal_id = y\n\
             [profile itself]\n[profile away]\n[profile token]\n"
        );
        let mut names: Vec<String> = profiles(config).into_iter().collect();
        names.sort();
        assert_eq!(names, ["away", "base", "default", "itself", "on top", "task", "token"]);
        assert!(profiles("[profile a] # b\n").contains("a"));
        assert!(profiles("[sso-session default]\n[profiles]\n[other]\n").is_empty());
    }
}
