//! RFC 2047: encoded words in header values, broken in the usual ways.

use super::{charset, fields, transfer};

/// A header value as text. Words split in the middle of a character, without spaces between, inside
/// quotes, with spaces inside, without padding, and raw 8-bit text are all read.
pub fn decode(value: &[u8]) -> String {
    pieces(value).into_iter().map(|p| p.text).collect()
}

/// A header value for an address parser: what encoded words said is quoted, so that a comma in it parts nothing.
pub fn decode_quoting(value: &[u8]) -> String {
    let mut out = String::new();
    let mut quoted = false;
    for piece in pieces(value) {
        if piece.encoded && !quoted {
            out.push('"');
            push_escaped(&mut out, &piece.text);
            out.push('"');
        } else if piece.encoded {
            push_escaped(&mut out, &piece.text);
        } else {
            let mut escaped = false;
            for c in piece.text.chars() {
                match c {
                    '\\' if !escaped => escaped = true,
                    '"' if !escaped => quoted = !quoted,
                    _ => escaped = false,
                }
                out.push(c);
            }
        }
    }
    out
}

fn push_escaped(out: &mut String, text: &str) {
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
}

struct Piece {
    text: String,
    encoded: bool,
}

struct Word<'a> {
    charset: &'a [u8],
    base64: bool,
    payload: &'a [u8],
    end: usize,
}

fn pieces(value: &[u8]) -> Vec<Piece> {
    let value = fields::unfold(value.get(..fields::VALUE_BYTES).unwrap_or(value));
    if memchr::memmem::find(&value, b"=?").is_none() {
        let text = charset::guess(&value).text;
        return vec![Piece { text, encoded: false }];
    }
    let mut pieces = Vec::new();
    let mut run: Vec<Word> = Vec::new();
    let (mut plain, mut at) = (0, 0);
    while let Some(found) = memchr::memmem::find(value.get(at..).unwrap_or_default(), b"=?") {
        let start = at + found;
        let Some(word) = word_at(&value, start) else {
            at = start + 2;
            continue;
        };
        let between = value.get(plain..start).unwrap_or_default();
        let blank = between.iter().all(u8::is_ascii_whitespace);
        if !blank || run.is_empty() {
            flush(&mut pieces, &mut run);
            if !between.is_empty() {
                pieces.push(Piece { text: charset::guess(between).text, encoded: false });
            }
        }
        at = word.end;
        plain = word.end;
        run.push(word);
    }
    flush(&mut pieces, &mut run);
    let tail = value.get(plain..).unwrap_or_default();
    if !tail.is_empty() {
        pieces.push(Piece { text: charset::guess(tail).text, encoded: false });
    }
    pieces
}

fn word_at(value: &[u8], start: usize) -> Option<Word<'_>> {
    let rest = value.get(start + 2..)?;
    // The longest charset label has 45 characters.
    let mark = memchr::memchr(b'?', rest.get(..60).unwrap_or(rest))?;
    let label = rest.get(..mark)?;
    let label = label.split(|b| *b == b'*').next().unwrap_or(label);
    if label.is_empty() || !label.iter().all(|b| b.is_ascii_graphic()) {
        return None;
    }
    let base64 = match rest.get(mark + 1)? {
        b'b' | b'B' => true,
        b'q' | b'Q' => false,
        _ => return None,
    };
    if rest.get(mark + 2) != Some(&b'?') {
        return None;
    }
    let payload = rest.get(mark + 3..)?;
    let length = memchr::memmem::find(payload, b"?=")?;
    Some(Word { charset: label, base64, payload: payload.get(..length)?, end: start + 2 + mark + 3 + length + 2 })
}

/// Adjacent words of one charset are decoded together: many programs cut between the bytes of one character.
fn flush(pieces: &mut Vec<Piece>, run: &mut Vec<Word>) {
    let mut words = run.drain(..).peekable();
    while let Some(first) = words.next() {
        let mut bytes = Vec::new();
        let mut base64: Vec<u8> = Vec::new();
        let mut word = Some(first);
        let mut label: &[u8] = b"";
        while let Some(w) = word {
            label = w.charset;
            if w.base64 {
                base64.extend(w.payload.iter().filter(|b| !b.is_ascii_whitespace()));
                // A group of four cut in two goes on in the next word.
                if base64.len().is_multiple_of(4) || base64.ends_with(b"=") {
                    bytes.extend(transfer::base64(&base64));
                    base64.clear();
                }
            } else {
                bytes.extend(transfer::base64(&std::mem::take(&mut base64)));
                bytes.extend(transfer::quoted_printable(w.payload, true));
            }
            word = words.next_if(|n| n.charset.eq_ignore_ascii_case(label));
        }
        bytes.extend(transfer::base64(&base64));
        let label = String::from_utf8_lossy(label);
        pieces.push(Piece { text: charset::decode(&bytes, Some(&label)).text, encoded: true });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_however_broken() {
        for (value, text) in [
            ("plain", "plain"),
            ("=?utf-8?B?5paw5ZGY5bel?=", "新员工"),
            // Cut inside a character.
            ("=?utf-8?B?5paw5Q==?= =?utf-8?B?kZjlt6U=?=", "新员工"),
            // Cut inside a group of four.
            ("=?utf-8?B?5paw5ZG?=\r\n =?utf-8?B?Y5bel?=", "新员工"),
            ("=?utf-8?Q?=E6=96=B0?==?utf-8?Q?=E5=91=98?=", "新员"),
            ("Re: =?gb2312?B?0MK5pA==?= new", "Re: 新工 new"),
            ("=?UTF-8?Q?two words_here?=", "two words here"),
            ("=?us-ascii*en?Q?a_b?= =?x", "a b =?x"),
            ("=?utf-8?Q??=", ""),
            ("a =?broken", "a =?broken"),
        ] {
            assert_eq!(decode(value.as_bytes()), text, "{value}");
        }
        assert_eq!(decode(b"\xd0\xc2\xd4\xb1\xb9\xa4\xc8\xeb\xd6\xb0"), "新员工入职");
    }
}
