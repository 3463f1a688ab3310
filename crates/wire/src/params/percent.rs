//! Percent-decoding, strict: a `%` that two hexadecimal digits do not follow is an error, never a literal.

/// Appends the decoded text; `None` for a broken escape.
pub(super) fn decode(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        match byte {
            b'%' => {
                let (digits, after) = after.split_first_chunk::<2>()?;
                let [high, low] = digits.map(|digit| char::from(digit).to_digit(16));
                out.push((high? << 4 | low?) as u8);
                rest = after;
            }
            b'+' => {
                out.push(b' ');
                rest = after;
            }
            _ => {
                let plain = rest.iter().position(|b| matches!(b, b'%' | b'+')).unwrap_or(rest.len());
                let (literal, after) = rest.split_at(plain);
                out.extend_from_slice(literal);
                rest = after;
            }
        }
    }
    Some(())
}
