//! `type/subtype; name=value` of Content-Type and Content-Disposition, with RFC 2231 and its usual misreadings.

use super::{charset, encoded_word, fields, transfer};

/// Parameters of one header line that are kept.
const KEPT: usize = 64;

/// A media type or disposition, in lower case, and its parameters.
#[derive(Debug, Default)]
pub struct Typed {
    pub main: String,
    params: Vec<(String, Vec<u8>)>,
}

impl Typed {
    pub fn parse(value: &[u8]) -> Self {
        let value = fields::unfold(value);
        let mut parts = split(&value).into_iter();
        let main = parts.next().map(|m| String::from_utf8_lossy(&m).to_ascii_lowercase()).unwrap_or_default();
        let main: String = main.split_whitespace().collect();
        let params = parts
            .take(KEPT)
            .filter_map(|part| {
                let eq = memchr::memchr(b'=', &part)?;
                let name = String::from_utf8_lossy(part.get(..eq)?).trim().to_ascii_lowercase();
                Some((name, unquote(part.get(eq + 1..)?.trim_ascii())))
            })
            .collect();
        Self { main, params }
    }

    /// A parameter's raw words, for boundaries and switches.
    pub fn raw(&self, name: &str) -> Option<&[u8]> {
        self.params
            .iter()
            .find(|(n, _)| n == name || n.strip_suffix("*0").is_some_and(|n| n == name))
            .map(|(_, v)| v.as_slice())
    }

    pub fn word(&self, name: &str) -> Option<String> {
        self.raw(name).map(|v| String::from_utf8_lossy(v).trim().to_ascii_lowercase())
    }

    /// A parameter meant for people: `name*0*=gb2312''%D0%C2`, `name="=?utf-8?B?…?="`, raw bytes.
    pub fn text(&self, name: &str) -> Option<String> {
        let mut pieces: Vec<(u32, bool, &[u8])> = Vec::new();
        for (key, value) in &self.params {
            let Some(rest) = key.strip_prefix(name) else { continue };
            let (rest, encoded) = match rest.strip_suffix('*') {
                Some(rest) => (rest, true),
                None => (rest, false),
            };
            match rest.strip_prefix('*') {
                Some(number) => {
                    if let Ok(number) = number.parse::<u32>() {
                        pieces.push((number, encoded, value));
                    }
                }
                None if rest.is_empty() && encoded => pieces.push((0, true, value)),
                None => {}
            }
        }
        if pieces.is_empty() {
            let value = self.raw(name)?;
            return Some(plain(value));
        }
        // Stable: pieces of one number keep their order.
        pieces.sort_by_key(|p| p.0);
        let mut label = None;
        let mut bytes = Vec::new();
        for (i, (_, encoded, value)) in pieces.iter().enumerate() {
            let mut value = *value;
            if i == 0 && *encoded {
                let mut marks = value.splitn(3, |b| *b == b'\'');
                if let (Some(set), Some(_), Some(rest)) = (marks.next(), marks.next(), marks.next()) {
                    label = Some(String::from_utf8_lossy(set).into_owned());
                    value = rest;
                }
            }
            if *encoded { bytes.extend(percent(value)) } else { bytes.extend_from_slice(value) }
        }
        if memchr::memmem::find(&bytes, b"=?").is_some() {
            return Some(encoded_word::decode(&bytes));
        }
        Some(charset::decode(&bytes, label.as_deref()).text)
    }
}

/// A value that does not follow RFC 2231: an encoded word, percent-encoded UTF-8, or raw bytes.
fn plain(value: &[u8]) -> String {
    let text = encoded_word::decode(value);
    if text.contains('%')
        && let Ok(decoded) = String::from_utf8(percent(text.as_bytes()))
        && !decoded.is_ascii()
        && text.is_ascii()
    {
        return decoded;
    }
    text
}

fn percent(value: &[u8]) -> Vec<u8> {
    // Percent signs are quoted-printable's equals signs; an equals sign here means itself.
    let swapped: Vec<u8> = value
        .iter()
        .flat_map(|b| {
            match b {
                b'%' => &b"="[..],
                b'=' => b"=3D",
                b => std::slice::from_ref(b),
            }
            .iter()
            .copied()
        })
        .collect();
    transfer::quoted_printable(&swapped, false)
}

/// Splits at semicolons outside quotes and comments; comments go.
fn split(value: &[u8]) -> Vec<Vec<u8>> {
    let mut parts = vec![Vec::new()];
    let (mut quoted, mut escaped, mut comments) = (false, false, 0u32);
    for &b in value {
        let inside = quoted || comments > 0;
        let was_escaped = std::mem::take(&mut escaped);
        match b {
            b'\\' if inside && !was_escaped => escaped = true,
            b'"' if !was_escaped && comments == 0 => quoted = !quoted,
            b'(' if !quoted && !was_escaped => {
                comments += 1;
                continue;
            }
            b')' if comments > 0 && !was_escaped => {
                comments -= 1;
                continue;
            }
            b';' if !inside => {
                if parts.len() > KEPT {
                    break;
                }
                parts.push(Vec::new());
                continue;
            }
            _ => {}
        }
        if comments == 0
            && let Some(part) = parts.last_mut()
        {
            part.push(b);
        }
    }
    parts
}

fn unquote(value: &[u8]) -> Vec<u8> {
    let Some(inner) = value.strip_prefix(b"\"") else { return value.to_vec() };
    let inner = inner.strip_suffix(b"\"").unwrap_or(inner);
    let mut out = Vec::with_capacity(inner.len());
    let mut bytes = inner.iter().peekable();
    while let Some(&b) = bytes.next() {
        // `\"` and `\\` are escapes; other backslashes are parts of a Windows path or of a Big5 character.
        if b == b'\\' && matches!(bytes.peek(), Some(b'"' | b'\\')) {
            out.extend(bytes.next());
        } else {
            out.push(b);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_in_every_spelling() {
        for value in [
            &b"attachment; filename*=UTF-8''%E6%96%B0%E5%91%98%E5%B7%A5.xlsx"[..],
            b"attachment; filename*0*=UTF-8''%E6%96%B0%E5; filename*1*=%91%98%E5%B7%A5; filename*2=.xlsx",
            b"attachment; filename*1*=%E5%B7%A5.xlsx; filename*0*=utf-8''%E6%96%B0%E5%91%98",
            b"attachment; filename=\"=?utf-8?B?5paw5ZGY5belLnhsc3g=?=\"",
            b"attachment; filename=\"=?gb2312?B?0MLUsbmkLnhsc3g=?=\"",
            b"attachment; filename=\"\xd0\xc2\xd4\xb1\xb9\xa4.xlsx\"",
            b"attachment; filename=%E6%96%B0%E5%91%98%E5%B7%A5.xlsx",
            b"attachment; filename*0=\"=?utf-8?B?5paw5ZGY\"; filename*1=\"5belLnhsc3g=?=\"",
            b"Attachment (a; comment); filename*=gb2312'zh'%D0%C2%D4%B1%B9%A4.xlsx; filename=x",
        ] {
            let typed = Typed::parse(value);
            assert_eq!(typed.main, "attachment");
            assert_eq!(typed.text("filename").as_deref(), Some("新员工.xlsx"), "{}", String::from_utf8_lossy(value));
        }
    }

    #[test]
    fn types_and_boundaries() {
        let typed = Typed::parse(b"Multipart/Mixed;\r\n\tboundary=\"a;b=\\\"c\"; charset = UTF-8 ");
        assert_eq!(typed.main, "multipart/mixed");
        assert_eq!(typed.raw("boundary"), Some(&b"a;b=\"c"[..]));
        assert_eq!(typed.word("charset").as_deref(), Some("utf-8"));
        assert_eq!(Typed::parse(b"").main, "");
    }
}
