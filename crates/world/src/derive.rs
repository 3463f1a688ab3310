//! Ids and session names that a world leaves out: the same on every run, different for different things.

use rolecall_names::{AccountId, IdKind, UniqueId};
use sha2::{Digest, Sha256};
use std::net::{IpAddr, Ipv4Addr};

/// The unique id of the entity of `kind` with that account, path and name.
///
/// SHA-256 over `rolecall/unique-id`, the kind's four-letter prefix, the twelve digits, the path and the name, with
/// a zero byte behind each; the first 16 bytes of it, most significant first, are what [`UniqueId::new`] is given.
#[must_use]
pub fn derived_id(kind: IdKind, account: AccountId, path: &str, name: &str) -> UniqueId {
    let prefix = UniqueId::new(kind, 0);
    let prefix = prefix.as_str().get(..4).unwrap_or_default();
    UniqueId::new(kind, derived(&["rolecall/unique-id", prefix, &account.to_string(), path, name]))
}

/// The session name of a place that names none: for an ECS task 32 hexadecimal digits, for an EC2 instance `i-` and
/// 17 of them, for a Lambda function its name, which is the place's, for an EKS pod `eks-`, the cluster, the pod and a
/// UUID. `None` for what has no role of its own.
///
/// Source: Amazon ECS and EC2 User Guides; for the pod Amazon EKS API Reference, `AssumedRoleUser`
/// (`eks-clustername-podname-random UUID`; the cluster, which no world names, is `cluster`); the digits are derived as [`derived_id`] does, from
/// `rolecall/session-name`, the account and the place's name.
#[must_use]
pub fn derived_session_name(kind: crate::PlaceKind, account: AccountId, place: &str) -> Option<String> {
    let digits = derived(&["rolecall/session-name", &account.to_string(), place]);
    match kind {
        crate::PlaceKind::EcsTask => Some(format!("{digits:032x}")),
        crate::PlaceKind::Ec2 => Some(format!("i-{:017x}", digits >> (128 - 17 * 4))),
        crate::PlaceKind::Lambda => Some(place.to_owned()),
        crate::PlaceKind::EksPod => Some(pod_session_name(place, digits)),
        crate::PlaceKind::OnPremises | crate::PlaceKind::Internet => None,
    }
}

/// A session name has at most 64 characters (AWS STS API Reference, `AssumeRole`), of which the pod gets what is left.
fn pod_session_name(place: &str, digits: u128) -> String {
    const LEFT: usize = 64 - "eks-cluster--".len() - 36;
    let pod: String = place
        .chars()
        .take(LEFT)
        .map(|c| if c.is_ascii_alphanumeric() || c == '-' { c.to_ascii_lowercase() } else { '-' })
        .collect();
    let hex = format!("{digits:032x}");
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    // A UUID of chance says so in two of its digits (RFC 9562).
    let uuid = [part(0, 8), part(8, 12), &format!("4{}", part(13, 16)), &format!("8{}", part(17, 20)), part(20, 32)];
    format!("eks-cluster-{pod}-{}", uuid.join("-"))
}

/// The address that a Lambda function without a VPC is seen under: within TEST-NET-2 (RFC 5737), derived as
/// [`derived_id`] does, from `rolecall/address` and the place's name.
pub(crate) fn derived_address(place: &str) -> IpAddr {
    let [last, ..] = derived(&["rolecall/address", place]).to_le_bytes();
    IpAddr::V4(Ipv4Addr::new(198, 51, 100, last))
}

fn derived(parts: &[&str]) -> u128 {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.finalize().iter().take(16).fold(0, |sum, byte| (sum << 8) | u128::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PlaceKind;

    #[test]
    fn an_id_depends_on_everything_that_tells_entities_apart() {
        let account: AccountId = "111111111111".parse().unwrap();
        let other: AccountId = "222222222222".parse().unwrap();
        let id = derived_id(IdKind::Role, account, "/", "deploy");
        assert_eq!(id, derived_id(IdKind::Role, account, "/", "deploy"));
        let others = [
            derived_id(IdKind::Role, account, "/", "deployer"),
            derived_id(IdKind::Role, account, "/team/", "deploy"),
            derived_id(IdKind::Role, other, "/", "deploy"),
            derived_id(IdKind::User, account, "/", "deploy"),
        ];
        assert!(others.iter().all(|other| other.as_str().get(4..) != id.as_str().get(4..)), "{others:?}");
    }

    #[test]
    fn ids_never_change_from_one_release_to_the_next() {
        // Conditions on aws:userid are written with these: a change of the derivation would break worlds.
        let account: AccountId = "111111111111".parse().unwrap();
        assert_eq!(derived_id(IdKind::Role, account, "/", "deploy").as_str(), "AROATTNHJDKP6J6YW2MT5");
        assert_eq!(derived_session_name(PlaceKind::Ec2, account, "web").as_deref(), Some("i-12e6a5548b367d7fb"));
    }

    #[test]
    fn session_names_have_the_form_of_their_service() {
        let account: AccountId = "111111111111".parse().unwrap();
        let name = |kind| derived_session_name(kind, account, "web");
        assert_eq!(name(PlaceKind::EcsTask).map(|name| name.len()), Some(32));
        assert_eq!(name(PlaceKind::Ec2).map(|name| name.len()), Some(19));
        assert_eq!(name(PlaceKind::Lambda).as_deref(), Some("web"));
        assert_eq!(name(PlaceKind::Internet), None);
        let pod = name(PlaceKind::EksPod).unwrap();
        assert_eq!(pod, "eks-cluster-web-12e6a554-8b36-4d7f-8392-cbfb0e8c0d1f");
        let long = derived_session_name(PlaceKind::EksPod, account, &"Köln.batch ".repeat(9)).unwrap();
        assert_eq!(long.len(), 64);
        assert!(long.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'), "{long}");
    }
}
