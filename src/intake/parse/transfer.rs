//! Content-Transfer-Encoding undone: base64 and quoted-printable, as broken as they come.

use std::borrow::Cow;

/// The bytes behind a transfer encoding, and whether it was damaged; an unknown encoding is taken as none.
pub fn decode<'a>(bytes: &'a [u8], encoding: &str) -> (Cow<'a, [u8]>, bool) {
    match encoding.trim() {
        "base64" => match mail_parser::decoders::base64::base64_decode(bytes) {
            Some(decoded) => (Cow::Owned(decoded), false),
            None => (Cow::Owned(base64(bytes)), true),
        },
        "quoted-printable" => (Cow::Owned(quoted_printable(bytes, false)), false),
        _ => (Cow::Borrowed(bytes), false),
    }
}

/// Base64; characters outside its alphabet are skipped.
pub fn base64(bytes: &[u8]) -> Vec<u8> {
    mail_parser::decoders::base64::base64_decode(bytes).unwrap_or_else(|| {
        let clean: Vec<u8> =
            bytes.iter().copied().filter(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=')).collect();
        mail_parser::decoders::base64::base64_decode(&clean).unwrap_or_default()
    })
}

/// Quoted-printable; an equals sign that begins nothing stays. `word` reads `_` as a space, as RFC 2047 does.
pub fn quoted_printable(bytes: &[u8], word: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&b) = bytes.get(at) {
        at += 1;
        match b {
            b'_' if word => out.push(b' '),
            b'=' => {
                let hex = |i: usize| bytes.get(i).and_then(|b| (*b as char).to_digit(16));
                if let (Some(high), Some(low)) = (hex(at), hex(at + 1)) {
                    out.push((high << 4 | low) as u8);
                    at += 2;
                    continue;
                }
                // A soft line break, perhaps with white space before its end.
                let blanks = bytes
                    .get(at..)
                    .unwrap_or_default()
                    .iter()
                    .take_while(|b| matches!(b, b' ' | b'\t' | b'\r'))
                    .take(80)
                    .count();
                match bytes.get(at + blanks) {
                    Some(b'\n') => at += blanks + 1,
                    None => at += blanks,
                    Some(_) => out.push(b'='),
                }
            }
            _ => out.push(b),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_encodings_give_what_they_can() {
        assert_eq!(quoted_printable(b"a=3D1 =\r\nb=\n=E4=BD=A0 50=% =", false), "a=1 b你 50=% ".as_bytes());
        assert_eq!(base64(b"SGVs\r\nbG8*h"), b"Hello!");
        assert_eq!(base64(b"SGVsbG8"), b"Hello");
    }
}
