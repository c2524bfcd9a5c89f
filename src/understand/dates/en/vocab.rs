//! The vocabulary, compiled by the build script: from a word's hash to its kind and value, and the phrases that a word begins.

use super::kind::{Kind, TABLES};
use super::lex::Tok;

/// What a word or phrase means.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    pub kind: Kind,
    /// Of a named day: its place in `calendar::named`.
    pub value: i16,
    /// A typing error away from the real name; of a named day: also a plain word.
    pub typo: bool,
    /// First phrase that begins with this word, and how many there are.
    first: u16,
    count: u16,
}

/// The tables lie in the program as `build/english.rs` writes them: numbers with the lowest byte first.
#[derive(Debug)]
pub struct Vocab {
    /// Hashes of words, 0 for none: a power of two of places, each hash at the place that its lowest bits name, or
    /// after it with no empty place between.
    keys: &'static [[u8; 8]],
    /// Of the word at the same place: kind, typo, value (2), first (2), count (2).
    entries: &'static [[u8; 8]],
    /// Place of the words after the first in `rest` (4), how many (1), kind and typo (1), value (2); the longest phrases
    /// of a word stand first.
    phrases: &'static [[u8; 8]],
    rest: &'static [[u8; 8]],
}

pub static VOCAB: Vocab = Vocab {
    keys: include_bytes!(concat!(env!("OUT_DIR"), "/en.keys")).as_chunks().0,
    entries: include_bytes!(concat!(env!("OUT_DIR"), "/en.entries")).as_chunks().0,
    phrases: include_bytes!(concat!(env!("OUT_DIR"), "/en.phrases")).as_chunks().0,
    rest: include_bytes!(concat!(env!("OUT_DIR"), "/en.rest")).as_chunks().0,
};

impl Vocab {
    #[inline]
    pub fn get(&self, hash: u64) -> Option<Entry> {
        let last = self.keys.len() - 1;
        let mut at = hash as usize & last;
        loop {
            match u64::from_le_bytes(*self.keys.get(at)?) {
                0 => return None,
                key if key == hash => return self.entries.get(at).map(|e| Entry::of(*e)),
                _ => at = (at + 1) & last,
            }
        }
    }

    /// The longest phrase whose words are the tokens from `at` on: its kind, value, weakness and number of tokens.
    pub fn phrase(&self, toks: &[Tok], at: usize) -> Option<(Kind, i16, bool, usize)> {
        let entry = self.get(toks.get(at)?.hash)?;
        let from = usize::from(entry.first);
        'next: for phrase in self.phrases.get(from..from + usize::from(entry.count))? {
            let [a, b, c, d, words, flags, v, w] = *phrase;
            let from = u32::from_le_bytes([a, b, c, d]) as usize;
            let mut j = at + 1;
            for word in self.rest.get(from..from + usize::from(words))? {
                // A longer phrase may reach past the end of the text; a shorter one may still fit.
                let Some(mut tok) = toks.get(j) else { continue 'next };
                let short = toks.get(j - 1).is_some_and(|t| t.len <= 3);
                let plural = toks.get(j - 1).is_some_and(|t| t.last == b's');
                if tok.kind == Kind::Dash || tok.kind == Kind::Apostrophe && plural || tok.kind == Kind::Dot && short {
                    j += 1;
                    match toks.get(j) {
                        Some(t) => tok = t,
                        None => continue 'next,
                    }
                }
                if tok.hash != u64::from_le_bytes(*word) || tok.line {
                    continue 'next;
                }
                j += 1;
            }
            return Some((kind(flags >> 1), i16::from_le_bytes([v, w]), flags & 1 == 1, j - at));
        }
        None
    }

    /// Bytes of the tables.
    pub fn bytes(&self) -> usize {
        [self.keys, self.entries, self.phrases, self.rest].into_iter().map(size_of_val).sum()
    }
}

impl Entry {
    #[inline]
    fn of([table, typo, v, w, f, g, c, d]: [u8; 8]) -> Self {
        Self {
            kind: kind(table),
            typo: typo != 0,
            value: i16::from_le_bytes([v, w]),
            first: u16::from_le_bytes([f, g]),
            count: u16::from_le_bytes([c, d]),
        }
    }
}

/// 0: none of its own, 1: a named day, else 2 more than the place of its table.
#[inline]
fn kind(table: u8) -> Kind {
    match table {
        0 => Kind::Word,
        1 => Kind::Named,
        n => TABLES.get(usize::from(n) - 2).map_or(Kind::Word, |(_, kind)| *kind),
    }
}
