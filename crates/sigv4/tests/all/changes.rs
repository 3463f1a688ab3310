//! What was signed is taken; what was changed on the way is not; what makes no sense is refused without a panic.

use crate::support::{Owned, Signer, quote};
use proptest::prelude::*;
use rolecall_names::Instant;
use rolecall_sigv4::{Endpoint, Refusal, SigningKey, check_scope, check_time, parse, verify};

/// Checks as a server would that knows one key only.
fn check(request: &Owned, key: &str, secret: &str) -> Result<(), Refusal> {
    request.borrowed(|request| {
        let presented = parse(request)?;
        check_time(&presented, Instant::from_seconds(1_440_938_160))?;
        check_scope(&presented, &Endpoint { region: "us-east-1", service: "sts", global: true })?;
        if presented.access_key_id() != key {
            return Err(Refusal::UnknownKey);
        }
        verify(request, &presented, &SigningKey::derive(secret.as_bytes(), &presented))
    })
}

fn text() -> impl Strategy<Value = String> {
    "[ -~]{0,20}|\\PC{0,6}"
}

fn parameter() -> impl Strategy<Value = String> {
    (text(), text()).prop_map(|(name, value)| format!("{}={}", quote(name.as_bytes()), quote(value.as_bytes())))
}

prop_compose! {
    fn unsigned()(
        method in "GET|POST",
        path in "/([a-zA-Z0-9%~:@-]{1,8}/?){0,3}",
        query in proptest::collection::vec(parameter(), 0..6),
        extra in proptest::collection::vec(("X-[A-Z][a-z]{1,5}", "[!-~]{0,9}( {1,3}[!-~]{1,9}){0,3}"), 0..5),
        body in proptest::collection::vec(any::<u8>(), 0..200),
    ) -> Owned {
        let mut headers = vec![("Host".to_owned(), "sts.amazonaws.com".to_owned())];
        headers.extend(extra);
        Owned { method, path, query: query.join("&"), headers, body }
    }
}

fn signer() -> impl Strategy<Value = Signer> {
    ("AKIA[A-Z2-7]{16}", "[!-~]{1,64}").prop_map(|(access_key_id, secret)| Signer {
        access_key_id,
        secret,
        timestamp: "20150830T123600Z".into(),
        region: "us-east-1".into(),
        service: "sts".into(),
    })
}

/// Puts another character at one place of one part; `false` where that changes nothing that is signed.
fn change(request: &mut Owned, part: prop::sample::Index, place: prop::sample::Index, flip: u8) -> bool {
    let mut texts: Vec<(&mut String, bool)> =
        vec![(&mut request.method, false), (&mut request.path, false), (&mut request.query, false)];
    for (name, value) in &mut request.headers {
        texts.extend([(name, true), (value, false)]);
    }
    let part = part.index(texts.len() + 1);
    let Some((text, is_name)) = texts.get_mut(part) else {
        let body = &mut request.body;
        return !body.is_empty() && {
            let at = place.index(body.len());
            body[at] ^= flip;
            true
        };
    };
    let mut chars: Vec<char> = text.chars().collect();
    if chars.is_empty() {
        return false;
    }
    let at = place.index(chars.len());
    chars[at] = if chars[at] == 'x' { 'y' } else { 'x' };
    let changed = String::from_iter(chars);
    let told = !*is_name || !changed.eq_ignore_ascii_case(text);
    **text = changed;
    told
}

proptest! {
    #[test]
    fn what_a_signer_signs_is_taken(mut request in unsigned(), signer in signer(), presign: bool) {
        if presign { signer.presign(&mut request) } else { signer.sign(&mut request) }
        prop_assert_eq!(check(&request, &signer.access_key_id, &signer.secret), Ok(()), "{:?}", request);
    }

    #[test]
    fn another_secret_is_refused(mut request in unsigned(), signer in signer(), presign: bool) {
        if presign { signer.presign(&mut request) } else { signer.sign(&mut request) }
        prop_assert_eq!(check(&request, &signer.access_key_id, &format!("{}x", signer.secret)), Err(Refusal::Mismatch));
    }

    #[test]
    fn a_change_of_one_byte_is_refused(
        mut request in unsigned(), signer in signer(), presign: bool, part: prop::sample::Index, place: prop::sample::Index,
        flip in 1u8..,
    ) {
        if presign { signer.presign(&mut request) } else { signer.sign(&mut request) }
        let before = request.clone();
        prop_assume!(change(&mut request, part, place, flip));
        prop_assert!(check(&request, &signer.access_key_id, &signer.secret).is_err(), "{:?} -> {:?}", before, request);
    }

    #[test]
    fn nonsense_is_refused_without_a_panic(
        method in "\\PC{0,5}", path in "\\PC{0,20}", query in "(X-Amz-[A-Za-z]{1,12}=|[%&=+;a-f0-9]|\\PC){0,40}",
        authorization in "(AWS4-HMAC-SHA256 |AWS4-ECDSA-P256-SHA256 )?(Credential=|SignedHeaders=|Signature=|[,/;=a-z0-9 ]|\\PC){0,40}",
        names in proptest::collection::vec(("host|date|x-amz-date|authorization|\\PC{0,8}", "20150830T123600Z|\\PC{0,20}"), 0..6),
        body in proptest::collection::vec(any::<u8>(), 0..50),
    ) {
        let mut headers = names;
        headers.push(("Authorization".into(), authorization));
        let request = Owned { method, path, query, headers, body };
        prop_assert!(check(&request, "key", "secret").is_err());
        let presigned = Owned { headers: Vec::new(), ..request };
        prop_assert!(check(&presigned, "key", "secret").is_err());
    }
}

#[test]
fn counts_have_limits_and_stay_quick_below_them() {
    let signer = Signer {
        access_key_id: "AKIAIOSFODNN7EXAMPLE".into(),
        secret: "secret".into(),
        timestamp: "20150830T123600Z".into(),
        region: "us-east-1".into(),
        service: "sts".into(),
    };
    let with = |headers: usize, parameters: usize| {
        let mut request = Owned { method: "GET".into(), path: "/".into(), ..Owned::default() };
        request.header("host", "sts.amazonaws.com");
        (0..headers).for_each(|n| request.header(&format!("x-{n:05}"), "v"));
        request.query = (0..parameters).map(|n| format!("p{n}=v")).collect::<Vec<_>>().join("&");
        signer.sign(&mut request);
        check(&request, &signer.access_key_id, "secret")
    };
    assert_eq!(with(100, 1000), Ok(()));
    assert_eq!(with(200, 0), Err(Refusal::Mismatch));
    assert_eq!(with(0, 2000), Err(Refusal::MalformedQuery));
}
