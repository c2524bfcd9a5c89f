//! Tokens: one pass over the text, each run of letters, run of digits or mark with its kind, value and place.

pub use super::kind::Kind;
use super::kind::{SEED, step};
use super::vocab::VOCAB;
use crate::message::fold::fold;
use std::ops::Range;

/// One token; 40 bytes.
#[derive(Debug, Clone, Copy)]
pub struct Tok {
    pub hash: u64,
    pub start: u32,
    pub end: u32,
    pub value: i32,
    pub kind: Kind,
    /// Digits of a number; letters of a word, at most 255.
    pub len: u8,
    /// A space or line break stands before.
    pub space: bool,
    /// A line break stands before.
    pub line: bool,
    /// The first letter is a capital.
    pub cap: bool,
    pub typo: bool,
    /// The last letter of a word, lower case, 0 where it is not ASCII.
    pub last: u8,
}

/// The tokens of `text[from..to]`, into `out`; `taken` are spans that no mention may touch, sorted.
pub fn lex(text: &str, span: Range<usize>, taken: &[Range<usize>], out: &mut Vec<Tok>) {
    out.clear();
    let bytes = text.as_bytes();
    let end = span.end.min(bytes.len());
    let mut i = span.start;
    let mut taken = taken.iter().skip_while(|r| r.end <= span.start).peekable();
    let (mut space, mut line) = (true, true);
    while i < end {
        while taken.peek().is_some_and(|r| r.end <= i) {
            taken.next();
        }
        if let Some(r) = taken.peek()
            && r.start <= i
        {
            out.push(Tok { space, line, ..mark(Kind::Taken, i, r.end.min(end)) });
            i = r.end.max(i + 1);
            (space, line) = (false, false);
            continue;
        }
        let (c, len) = char_at(text, i);
        let tok = match c {
            '\n' | '\r' => {
                (space, line) = (true, true);
                i += len;
                continue;
            }
            ' ' | '\t' | '\u{200B}' | '\u{FEFF}' => {
                space = true;
                i += len;
                continue;
            }
            '0'..='9' => number(text, i, end),
            'a'..='z' => word(text, i, end),
            _ if c.is_alphabetic() => word(text, i, end),
            _ => {
                let kind = match c {
                    '/' => Kind::Slash,
                    '-' => Kind::Dash,
                    '.' => Kind::Dot,
                    ',' => Kind::Comma,
                    ':' => Kind::Colon,
                    ';' => Kind::Semicolon,
                    '\'' => Kind::Apostrophe,
                    '(' | '[' => Kind::Open,
                    ')' | ']' => Kind::Close2,
                    '@' => Kind::AtSign,
                    '<' => Kind::Less,
                    '>' => Kind::Greater,
                    '=' => Kind::Equal,
                    '~' => Kind::Tilde,
                    '$' | '€' | '£' | '¥' => Kind::Money,
                    '%' | '‰' => Kind::Percent,
                    '#' => Kind::HashSign,
                    '+' => Kind::Plus,
                    '&' => Kind::Ampersand,
                    '_' => Kind::Underscore,
                    '!' | '?' => Kind::Query,
                    _ => Kind::Other,
                };
                mark(kind, i, i + len)
            }
        };
        i = (tok.end as usize).max(i + 1);
        out.push(Tok { space, line, ..tok });
        (space, line) = (false, false);
    }
    join(out);
}

/// The folded character at a byte, and its length in bytes.
#[inline]
fn char_at(text: &str, i: usize) -> (char, usize) {
    match text.as_bytes().get(i) {
        Some(&b) if b < 0x80 => (b.to_ascii_lowercase() as char, 1),
        _ => match text.get(i..).and_then(|s| s.chars().next()) {
            Some(c) => (fold(c), c.len_utf8()),
            None => (' ', 1),
        },
    }
}

fn mark(kind: Kind, start: usize, end: usize) -> Tok {
    let (start, end) = (start as u32, end as u32);
    Tok { hash: 0, start, end, value: 0, kind, len: 0, space: false, line: false, cap: false, typo: false, last: 0 }
}

fn number(text: &str, start: usize, end: usize) -> Tok {
    let (mut value, mut digits, mut i) = (0i32, 0u8, start);
    while i < end {
        let (c, len) = char_at(text, i);
        let Some(d) = c.to_digit(10) else { break };
        value = value.saturating_mul(10).saturating_add(d as i32);
        digits = digits.saturating_add(1);
        i += len;
    }
    Tok { value, len: digits, ..mark(Kind::Num, start, i) }
}

fn word(text: &str, start: usize, end: usize) -> Tok {
    let bytes = text.as_bytes();
    let (mut hash, mut letters, mut i) = (SEED, 0u8, start);
    while i < end {
        let b = bytes[i];
        if b.is_ascii_alphabetic() {
            hash = step(hash, b.to_ascii_lowercase());
            letters = letters.saturating_add(1);
            i += 1;
            continue;
        }
        if b < 0x80 && b != b'\'' {
            break;
        }
        let (c, len) = char_at(text, i);
        if c == '\'' {
            // Inside a word an apostrophe is left out.
            let next = if i + len < end { char_at(text, i + len).0 } else { ' ' };
            if !next.is_alphabetic() {
                break;
            }
        } else if c.is_ascii_alphabetic() {
            hash = step(hash, c as u8);
            letters = letters.saturating_add(1);
        } else if c.is_alphabetic() {
            let mut buffer = [0; 4];
            hash = c.encode_utf8(&mut buffer).bytes().fold(hash, step);
            letters = letters.saturating_add(1);
        } else {
            break;
        }
        i += len;
    }
    let cap = text.get(start..).and_then(|s| s.chars().next()).is_some_and(char::is_uppercase);
    let last = bytes.get(i.wrapping_sub(1)).map_or(0, |b| if b.is_ascii() { b.to_ascii_lowercase() } else { 0 });
    let mut tok = Tok { hash, len: letters, cap, last, ..mark(Kind::Word, start, i) };
    if let Some(entry) = VOCAB.get(hash) {
        (tok.kind, tok.value, tok.typo) = (entry.kind, i32::from(entry.value), entry.typo);
    }
    tok
}

/// Joins what belongs together: 'a.m.', 'c.o.b.', '3rd', and the phrases of the vocabulary.
fn join(toks: &mut Vec<Tok>) {
    let mut write = 0;
    let mut read = 0;
    while read < toks.len() {
        let mut tok = toks[read];
        let mut used = 1;
        if tok.hash != 0 {
            if tok.len == 1 && letter_dots(toks, read) >= 2 {
                let letters = letter_dots(toks, read);
                let mut hash = SEED;
                for n in 0..letters {
                    hash = step_word(hash, toks[read + 2 * n]);
                }
                if let Some(entry) = VOCAB.get(hash)
                    && entry.kind != Kind::Word
                {
                    // The last dot belongs to the abbreviation where one stands.
                    used = 2 * letters - 1;
                    let after = read + used;
                    if toks.get(after).is_some_and(|t| t.kind == Kind::Dot && !t.space) {
                        used += 1;
                    }
                    (tok.kind, tok.value, tok.hash) = (entry.kind, i32::from(entry.value), hash);
                    tok.end = toks[read + used - 1].end;
                }
            } else if tok.len == 1
                && let Some(end) = week_of(toks, read)
            {
                (tok.kind, tok.value, tok.end, used) = (Kind::WeekOf, end, toks[read + 2].end, 3);
            } else if let Some((kind, value, weak, n)) = VOCAB.phrase(toks, read)
                && !(kind == Kind::AfterNext && goes_on(toks, read + n))
            {
                (tok.kind, tok.value, used) = (kind, i32::from(value), n);
                tok.end = toks[read + n - 1].end;
                tok.typo = weak;
            }
        } else if tok.kind == Kind::Num
            && let Some(next) = toks.get(read + 1)
            && next.kind == Kind::Suffix
            && !next.line
            && (!next.space
                || tok.len <= 2 && toks.get(read + 2).is_some_and(|t| matches!(t.kind, Kind::Month | Kind::Of)))
        {
            tok.kind = Kind::Ord;
            tok.end = next.end;
            used = 2;
        }
        toks[write] = tok;
        write += 1;
        read += used;
    }
    toks.truncate(write);
}

/// How many single letters with a dot between each stand here ('c.o.b': 3); at most 4.
fn letter_dots(toks: &[Tok], at: usize) -> usize {
    let mut n = 1;
    while n < 4
        && toks.get(at + 2 * n - 1).is_some_and(|t| t.kind == Kind::Dot && !t.space)
        && toks.get(at + 2 * n).is_some_and(|t| t.hash != 0 && t.len == 1 && !t.space)
    {
        n += 1;
    }
    n
}

/// A one-letter token's hash, joined to a longer word's.
fn step_word(hash: u64, tok: Tok) -> u64 {
    // FNV-1a of one byte can be undone by trying the 26 letters; the letters of one-letter tokens are few.
    (b'a'..=b'z').find(|&b| step(SEED, b) == tok.hash).map_or(0, |b| step(hash, b))
}

/// 'w/c' and 'w/b' (0), 'w/e' (1): week commencing, beginning, ending.
fn week_of(toks: &[Tok], at: usize) -> Option<i32> {
    let letter = |i: usize| (b'a'..=b'z').find(|&b| toks.get(i).is_some_and(|t| step(SEED, b) == t.hash));
    if letter(at) != Some(b'w') || toks.get(at + 1)?.kind != Kind::Slash || toks.get(at + 2)?.space {
        return None;
    }
    match letter(at + 2)? {
        b'c' | b'b' | b's' => Some(0),
        b'e' => Some(1),
        _ => None,
    }
}

/// 'after next Friday' and 'before last week' are 'after' and 'next Friday', not 'after next'.
fn goes_on(toks: &[Tok], at: usize) -> bool {
    toks.get(at).is_some_and(|t| {
        matches!(
            t.kind,
            Kind::Weekday | Kind::Unit | Kind::Month | Kind::Num | Kind::Named | Kind::Cardinal | Kind::Fiscal
        )
    })
}
