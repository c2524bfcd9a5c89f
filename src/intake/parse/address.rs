//! Addresses: of From and To header lines, and of the words above forwarded messages.

use mail_parser::{HeaderValue, parsers::MessageStream};

use super::encoded_word;
use crate::message::Address;

/// Addresses of one header line that are kept.
const KEPT: usize = 500;

/// The addresses of a From, To or Cc line.
pub fn header(value: &[u8]) -> Vec<Address> {
    let mut text = encoded_word::decode_quoting(value);
    text.push('\n');
    let HeaderValue::Address(parsed) = MessageStream::new(text.as_bytes()).parse_address() else { return Vec::new() };
    parsed
        .iter()
        .take(KEPT)
        .map(|addr| clean(addr.name.as_deref(), addr.address.as_deref()))
        .filter(|a| a.name.is_some() || a.email.is_some())
        .collect()
}

/// The address in words that a mail program wrote: `"Roe, Jane" <jane@acme.example>`, `Jane Roe [mailto:jane@acme.example]`,
/// `Jane Roe/HR/Acme`, `张三(jane@acme.example)`, a bare address or a bare name.
pub fn written(words: &str) -> Option<Address> {
    let words = words.trim().trim_end_matches([';', ',', '，', '；']).trim();
    // Only the first of several; a comma before the address belongs to the name.
    let close = words.find(['>', ']', ')', '）', '＞']);
    let words = match close {
        Some(close) => words.get(..close).unwrap_or(words),
        None => words.split([';', '；']).next().unwrap_or(words),
    };
    if words.is_empty() {
        return None;
    }
    match words.rfind(['<', '[', '(', '（', '＜']) {
        Some(open) if close.is_some() => {
            let name = words.get(..open).unwrap_or_default();
            let inside = words.get(open..).unwrap_or_default().trim_start_matches(['<', '[', '(', '（', '＜']);
            let inside = inside.trim().trim_start_matches("mailto:").trim();
            if inside.contains('@') { some(clean(Some(name), Some(inside))) } else { some(clean(Some(name), None)) }
        }
        _ if is_email(words) => some(clean(None, Some(words))),
        _ => {
            // `Jane Roe jane@acme.example`
            let email = words.split_whitespace().find(|w| is_email(w.trim_matches(['<', '"', '\''])));
            match email {
                Some(email) => {
                    some(clean(Some(&words.replacen(email, "", 1)), Some(email.trim_matches(['<', '"', '\'']))))
                }
                None => some(clean(Some(words), None)),
            }
        }
    }
}

fn some(address: Address) -> Option<Address> {
    (address.name.is_some() || address.email.is_some()).then_some(address)
}

fn is_email(word: &str) -> bool {
    let mut halves = word.splitn(2, '@');
    match (halves.next(), halves.next()) {
        (Some(local), Some(domain)) => {
            !local.is_empty() && domain.contains('.') && !word.contains(char::is_whitespace) && !domain.contains('@')
        }
        _ => false,
    }
}

fn clean(name: Option<&str>, email: Option<&str>) -> Address {
    let tidy = |s: &str| {
        let s = s.trim().trim_matches(['"', '\'', '\u{201c}', '\u{201d}', '*', ',', '，']).trim();
        (!s.is_empty()).then(|| s.to_owned())
    };
    let email = email.and_then(tidy);
    let name = name.and_then(tidy);
    match (name, email) {
        // A lone word without an at sign is a name; a name that repeats the address is none.
        (None, Some(email)) if !email.contains('@') => Address { name: Some(email), email: None },
        (Some(name), Some(email)) if name.eq_ignore_ascii_case(&email) => Address { name: None, email: Some(email) },
        (name, email) => Address { name, email },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(address: Option<&Address>) -> (Option<&str>, Option<&str>) {
        address.map_or((None, None), |a| (a.name.as_deref(), a.email.as_deref()))
    }

    #[test]
    fn header_lines() {
        for (value, name, email) in [
            (&b"=?utf-8?B?5byg5LiJ?= <san@acme.example>"[..], Some("张三"), Some("san@acme.example")),
            (b"\"=?utf-8?B?5byg5LiJ?=\" <san@acme.example>", Some("张三"), Some("san@acme.example")),
            (b"=?utf-8?Q?Roe=2C_Jane?= <jane@acme.example>, x@y.example", Some("Roe, Jane"), Some("jane@acme.example")),
            (b"\"Roe, Jane\" <jane@acme.example>", Some("Roe, Jane"), Some("jane@acme.example")),
            (b"jane@acme.example (Jane Roe)", Some("Jane Roe"), Some("jane@acme.example")),
            (b"<jane@acme.example>", None, Some("jane@acme.example")),
            ("张三 <san@acme.example>".as_bytes(), Some("张三"), Some("san@acme.example")),
            (b"\xd5\xc5\xc8\xfd <san@acme.example>", Some("张三"), Some("san@acme.example")),
            (b"webform", Some("webform"), None),
        ] {
            let found = header(value);
            assert_eq!(both(found.first()), (name, email), "{}", String::from_utf8_lossy(value));
        }
    }

    #[test]
    fn written_ones() {
        for (words, name, email) in [
            ("Jane Roe <jane@acme.example>", Some("Jane Roe"), Some("jane@acme.example")),
            ("Roe, Jane [mailto:jane@acme.example]", Some("Roe, Jane"), Some("jane@acme.example")),
            ("\"张三\"<san@acme.example>;", Some("张三"), Some("san@acme.example")),
            ("张三（san@acme.example）", Some("张三"), Some("san@acme.example")),
            ("Jane Roe/HR/Acme", Some("Jane Roe/HR/Acme"), None),
            ("jane@acme.example", None, Some("jane@acme.example")),
            ("jane@acme.example <jane@acme.example>", None, Some("jane@acme.example")),
        ] {
            let found = written(words);
            assert_eq!(both(found.as_ref()), (name, email), "{words}");
        }
        assert_eq!(written(" ; "), None);
    }
}
