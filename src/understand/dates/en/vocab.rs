//! The vocabulary, compiled once: from a word's hash to its kind and value, and the phrases that a word begins.

use super::lex::{Kind, Tok};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

/// What a word or phrase means.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    pub kind: Kind,
    pub value: i16,
    /// A typing error away from the real name; of a named day: also a plain word.
    pub typo: bool,
    /// First phrase that begins with this word, and how many there are.
    first: u16,
    count: u16,
}

/// Words of a phrase after its first, as hashes; the longest phrases of a word stand first.
#[derive(Debug)]
struct Phrase {
    rest: Box<[u64]>,
    kind: Kind,
    value: i16,
    typo: bool,
}

#[derive(Debug)]
pub struct Vocab {
    words: HashMap<u64, Entry, BuildHasherDefault<Through>>,
    phrases: Vec<Phrase>,
    /// Keys of named days, by the value of their token.
    pub named: Vec<&'static str>,
}

pub static VOCAB: LazyLock<Vocab> = LazyLock::new(Vocab::build);

/// The keys are hashes already.
#[derive(Debug, Default)]
pub struct Through(u64);

impl Hasher for Through {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, _: &[u8]) {}
    fn write_u64(&mut self, n: u64) {
        self.0 = n;
    }
}

/// FNV-1a, 64 bits, over lower-case bytes; apostrophes are left out by the caller.
pub const SEED: u64 = 0xcbf2_9ce4_8422_2325;
#[inline]
pub fn step(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
}

pub fn hash(word: &str) -> u64 {
    word.bytes().fold(SEED, step)
}

/// Table name in `words.toml` and its kind.
const TABLES: &[(&str, Kind)] = &[
    ("month", Kind::Month),
    ("weekday", Kind::Weekday),
    ("weekdays", Kind::Weekdays),
    ("relative", Kind::Relative),
    ("tonight", Kind::Tonight),
    ("now", Kind::Now),
    ("immediately", Kind::Immediately),
    ("cardinal", Kind::Cardinal),
    ("hundred", Kind::Hundred),
    ("thousand", Kind::Thousand),
    ("ordinal", Kind::OrdWord),
    ("suffix", Kind::Suffix),
    ("unit", Kind::Unit),
    ("fiscal", Kind::Fiscal),
    ("season", Kind::Season),
    ("part", Kind::Part),
    ("clock", Kind::Clock),
    ("close", Kind::Close),
    ("endof", Kind::EndOf),
    ("startof", Kind::StartOf),
    ("meridiem", Kind::Meridiem),
    ("oclock", Kind::Oclock),
    ("mod", Kind::Mod),
    ("ago", Kind::Ago),
    ("in", Kind::In),
    ("within", Kind::Within),
    ("on", Kind::On),
    ("at", Kind::At),
    ("by", Kind::By),
    ("until", Kind::Until),
    ("through", Kind::Through),
    ("before", Kind::Before),
    ("after", Kind::After),
    ("from", Kind::From),
    ("since", Kind::Since),
    ("onward", Kind::Onward),
    ("orsooner", Kind::OrSooner),
    ("between", Kind::Between),
    ("for", Kind::For),
    ("to", Kind::To),
    ("of", Kind::Of),
    ("the", Kind::The),
    ("a", Kind::A),
    ("and", Kind::And),
    ("or", Kind::Or),
    ("half", Kind::Half),
    ("end", Kind::End),
    ("begin", Kind::Begin),
    ("middle", Kind::Middle),
    ("early", Kind::Early),
    ("late", Kind::Late),
    ("rest", Kind::Rest),
    ("every", Kind::Every),
    ("afternext", Kind::AfterNext),
    ("notice", Kind::Notice),
    ("weekof", Kind::WeekOf),
    ("todate", Kind::ToDate),
    ("days", Kind::AllWeek),
    ("closest", Kind::Closest),
    ("zone", Kind::Zone),
    ("was", Kind::Was),
    ("will", Kind::Will),
    ("label", Kind::Label),
    ("changed", Kind::Changed),
    ("follow", Kind::Follow),
    ("age", Kind::Age),
];

impl Vocab {
    fn build() -> Self {
        let mut all: Vec<(Vec<String>, Kind, i16, bool)> = Vec::new();
        let words: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/understand.dates.en.words.json")))
                .unwrap_or_default();
        for (table, kind) in TABLES {
            for (value, list) in words.get(*table).and_then(|t| t.as_object()).into_iter().flatten() {
                let Ok(value) = value.parse::<i16>() else { continue };
                for phrase in strings(Some(list)) {
                    all.push((phrase.split(' ').map(str::to_owned).collect(), *kind, value, false));
                }
            }
        }
        let mut named = Vec::new();
        for word in crate::calendar::named::words().iter().filter(|w| !w.chinese) {
            let plain: String = word.text.chars().filter(|c| *c != '\'').collect();
            let parts: Vec<String> =
                plain.split(|c: char| !c.is_alphanumeric()).filter(|p| !p.is_empty()).map(str::to_owned).collect();
            // The words come in the order of their keys.
            if named.last() != Some(&word.key) {
                named.push(word.key);
            }
            let at = named.len() - 1;
            // A weak name is flagged as a typo is: it needs a preposition or a year beside it.
            all.push((parts, Kind::Named, at as i16, word.weak));
        }
        let mut table = Self::compile(all, named);
        let typo = words.get("typo").and_then(|t| t.as_object());
        let never: Vec<u64> = strings(typo.and_then(|t| t.get("never"))).map(hash).collect();
        for name in strings(typo.and_then(|t| t.get("names"))) {
            let Some(&entry) = table.get(hash(name)) else { continue };
            neighbours(name, |near| {
                if !never.contains(&near) {
                    let blank = Entry { kind: Kind::Word, value: 0, typo: false, first: 0, count: 0 };
                    let slot = table.words.entry(near).or_insert(blank);
                    if slot.kind == Kind::Word {
                        (slot.kind, slot.value, slot.typo) = (entry.kind, entry.value, true);
                    }
                }
            });
        }
        table
    }

    fn compile(mut all: Vec<(Vec<String>, Kind, i16, bool)>, named: Vec<&'static str>) -> Self {
        // Phrases of one first word together, the longest first.
        all.sort_by(|a, b| a.0.first().cmp(&b.0.first()).then(b.0.len().cmp(&a.0.len())));
        let mut table = Self { words: HashMap::default(), phrases: Vec::new(), named };
        for (words, kind, value, typo) in all {
            let Some((first, rest)) = words.split_first() else { continue };
            let blank = Entry { kind: Kind::Word, value: 0, typo: false, first: table.phrases.len() as u16, count: 0 };
            let entry = table.words.entry(hash(first)).or_insert(blank);
            if rest.is_empty() {
                // The earlier table wins a word that two tables hold.
                if entry.kind == Kind::Word {
                    (entry.kind, entry.value, entry.typo) = (kind, value, typo);
                }
            } else {
                entry.count += 1;
                table.phrases.push(Phrase { rest: rest.iter().map(|w| hash(w)).collect(), kind, value, typo });
            }
        }
        table
    }

    #[inline]
    pub fn get(&self, hash: u64) -> Option<&Entry> {
        self.words.get(&hash)
    }

    /// The longest phrase whose words are the tokens from `at` on: its kind, value and number of tokens.
    pub fn phrase(&self, toks: &[Tok], at: usize) -> Option<(Kind, i16, bool, usize)> {
        let entry = self.get(toks.get(at)?.hash)?;
        if entry.count == 0 {
            return None;
        }
        let from = entry.first as usize;
        'next: for phrase in self.phrases.get(from..from + entry.count as usize)? {
            let mut j = at + 1;
            for &word in &phrase.rest {
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
                if tok.hash != word || tok.line {
                    continue 'next;
                }
                j += 1;
            }
            return Some((phrase.kind, phrase.value, phrase.typo, j - at));
        }
        None
    }
    /// Bytes on the heap, roughly.
    #[cfg(test)]
    pub fn bytes(&self) -> usize {
        let phrases: usize = self.phrases.iter().map(|p| p.rest.len() * 8 + size_of::<Phrase>()).sum();
        self.words.capacity() * (size_of::<(u64, Entry)>() + 1) + phrases
    }
}

fn strings(list: Option<&serde_json::Value>) -> impl Iterator<Item = &str> {
    list.and_then(|l| l.as_array()).into_iter().flatten().filter_map(|v| v.as_str())
}

/// The hash of every word one letter away: left out, added, changed, or swapped with its neighbour.
fn neighbours(name: &str, mut keep: impl FnMut(u64)) {
    let of = |parts: [&[u8]; 3]| parts.into_iter().flatten().fold(SEED, |h, b| step(h, *b));
    let bytes = name.as_bytes();
    for i in 0..bytes.len() {
        let (head, tail) = bytes.split_at(i);
        let Some((&here, rest)) = tail.split_first() else { continue };
        keep(of([head, rest, &[]]));
        if let Some((&next, after)) = rest.split_first() {
            keep(of([head, &[next, here], after]));
        }
        for letter in b'a'..=b'z' {
            keep(of([head, &[letter], rest]));
            keep(of([head, &[letter], tail]));
        }
    }
    // A letter added at the end only doubles the last: 'fridays' is a plural, 'augusta' a name.
    keep(of([bytes, bytes.get(bytes.len().saturating_sub(1)..).unwrap_or(&[]), &[]]));
}
