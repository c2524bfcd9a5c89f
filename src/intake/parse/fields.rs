//! The header lines of one entity: names and raw values, split from its body.

use std::ops::Range;

/// Bytes of header lines that are kept; a mail's header has a few KiB, the longest chains of relays some 60.
const KEPT_BYTES: usize = 256 << 10;
/// Header lines that are kept; the longest real ones have some 200.
const KEPT_LINES: usize = 2_000;
/// Bytes of one value that are read.
pub const VALUE_BYTES: usize = 64 << 10;

/// Header lines in their order; names in lower case.
#[derive(Debug, Default)]
pub struct Fields<'a> {
    lines: Vec<(String, &'a [u8])>,
}

impl<'a> Fields<'a> {
    /// The first value of that name, white space trimmed, lines still folded.
    pub fn get(&self, name: &str) -> Option<&'a [u8]> {
        self.all(name).next()
    }

    pub fn all(&self, name: &str) -> impl Iterator<Item = &'a [u8]> + use<'a, '_> {
        let name = name.to_owned();
        self.lines.iter().filter(move |(n, _)| *n == name).map(|(_, v)| *v)
    }

    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The first value as text without decoding, in lower case: for words of a protocol.
    pub fn word(&self, name: &str) -> Option<String> {
        self.get(name).map(|v| String::from_utf8_lossy(v).trim().to_ascii_lowercase())
    }

    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}

/// Splits an entity into its header lines and its body. Linear; a missing empty line is forgiven.
pub fn split(entity: &[u8]) -> (Fields<'_>, &[u8]) {
    let mut fields = Fields::default();
    let mut at = 0;
    let mut open: Option<(String, Range<usize>)> = None;
    let body = loop {
        let Some(rest) = entity.get(at..).filter(|r| !r.is_empty()) else { break entity.len() };
        let end = memchr::memchr(b'\n', rest).map_or(entity.len(), |i| at + i + 1);
        let line = trim_end(entity.get(at..end).unwrap_or_default());
        if line.is_empty() {
            break end;
        }
        if matches!(line.first(), Some(b' ' | b'\t')) {
            match open.as_mut() {
                Some((_, range)) => range.end = at + line.len(),
                // A line of white space before any header line says nothing.
                None if line.iter().all(u8::is_ascii_whitespace) => {}
                None => break at,
            }
        } else if let Some(colon) = name_end(line) {
            keep(&mut fields, entity, open.take());
            let name = String::from_utf8_lossy(line.get(..colon).unwrap_or_default()).trim_end().to_ascii_lowercase();
            open = Some((name, at + colon + 1..at + line.len()));
        } else if !is_mbox_mark(line) && !junk_between(entity, end) {
            // No header line, and none after it: the empty line is missing.
            break at;
        }
        at = end;
    };
    keep(&mut fields, entity, open.take());
    (fields, entity.get(body..).unwrap_or_default())
}

fn keep<'a>(fields: &mut Fields<'a>, entity: &'a [u8], line: Option<(String, Range<usize>)>) {
    if let Some((name, range)) = line
        && fields.lines.len() < KEPT_LINES
        && range.start < KEPT_BYTES
    {
        let value = entity.get(range).unwrap_or_default();
        fields.lines.push((name, value.get(..VALUE_BYTES).unwrap_or(value).trim_ascii()));
    }
}

/// Where the name of a header line ends, if this is one.
fn name_end(line: &[u8]) -> Option<usize> {
    let colon = memchr::memchr(b':', line.get(..80).unwrap_or(line))?;
    let name = line.get(..colon)?.trim_ascii_end();
    (!name.is_empty() && name.iter().all(|b| b.is_ascii_graphic())).then_some(colon)
}

/// The line that separates messages in an mbox, perhaps escaped.
fn is_mbox_mark(line: &[u8]) -> bool {
    line.starts_with(b"From ") || line.starts_with(b">From ")
}

/// Whether a broken line stands between header lines: the next one is a header line of a usual name.
fn junk_between(entity: &[u8], next: usize) -> bool {
    let rest = entity.get(next..).unwrap_or_default();
    let line = rest.get(..memchr::memchr(b'\n', rest).unwrap_or(rest.len())).unwrap_or_default();
    name_end(line).and_then(|colon| line.get(..colon)).is_some_and(|name| {
        let name = name.to_ascii_lowercase();
        name.starts_with(b"x-")
            || name.starts_with(b"content-")
            || [&b"from"[..], b"to", b"date", b"subject", b"received", b"message-id", b"mime-version"]
                .contains(&name.as_slice())
    })
}

fn trim_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// A value on one line: line breaks before white space go, as do stray control characters.
pub fn unfold(value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len());
    for &b in value {
        match b {
            b'\r' | b'\n' => {}
            b'\t' => out.push(b' '),
            // ISO-2022-JP switches by ESC, so ESC stays.
            0..=31 if b != 0x1b => {}
            _ => out.push(b),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folded_lines_are_one_value() {
        let (fields, body) = split(b"From x\r\nSubject: a\r\n b\r\nTo : c\r\n\r\nbody");
        assert_eq!(unfold(fields.get("subject").unwrap()), b"a b");
        assert_eq!(fields.get("to"), Some(&b"c"[..]));
        assert_eq!(body, b"body");
    }

    #[test]
    fn a_missing_empty_line_starts_the_body() {
        let (fields, body) = split(b"Subject: a\nHello there\nNote: no header\n");
        assert_eq!(fields.get("subject"), Some(&b"a"[..]));
        assert_eq!(body, b"Hello there\nNote: no header\n");
        let (fields, _) = split(b"Subject: a\nbroken line\nFrom: b\n\nx");
        assert_eq!(fields.get("from"), Some(&b"b"[..]));
    }
}
