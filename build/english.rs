//! The English vocabulary as `en/vocab.rs` searches it: a table of words by hash, and the phrases that words begin.

use crate::kind::{SEED, TABLES, step};
use crate::named::{Name, spoken};
use crate::strings;
use std::collections::HashMap;

/// A word's kind as the vocabulary keeps it: 0 none, 1 a named day, else 2 more than its place in `TABLES`.
const PLAIN: u8 = 0;
const NAMED: u8 = 1;
const FIRST_TABLE: u8 = 2;

#[derive(Clone, Copy)]
struct Entry {
    kind: u8,
    value: i16,
    /// A typing error away from the real name; of a named day: also a plain word.
    typo: bool,
    /// First phrase that begins with this word, and how many there are.
    first: u16,
    count: u16,
}

#[derive(Default)]
struct Vocab {
    words: HashMap<u64, Entry>,
    /// Eight bytes each: place in `rest` (4), words (1), kind and typo (1), value (2).
    phrases: Vec<u8>,
    phrase_count: u16,
    /// Hashes of the words of phrases after their first.
    rest: Vec<u64>,
}

pub fn tables(words: &toml::Table, names: &[Name]) -> [(&'static str, Vec<u8>); 4] {
    let mut all: Vec<(Vec<String>, u8, i16, bool)> = Vec::new();
    for (kind, (table, _)) in (FIRST_TABLE..).zip(TABLES) {
        for (value, list) in words.get(*table).and_then(|t| t.as_table()).into_iter().flatten() {
            let value = value.parse().unwrap_or_else(|_| panic!("en/words.toml: {table}.{value} is no number"));
            for phrase in strings(Some(list)) {
                all.push((phrase.split(' ').map(str::to_owned).collect(), kind, value, false));
            }
        }
    }
    // A weak name is flagged as a typo is: it needs a preposition or a year beside it.
    all.extend(names.iter().filter(|n| !n.chinese).map(|n| (spoken(&n.text), NAMED, n.place as i16, n.weak)));
    let mut vocab = Vocab::default();
    vocab.add(all);
    let typo = words.get("typo").and_then(|t| t.as_table());
    vocab.add_typos(typo);
    vocab.packed()
}

impl Vocab {
    fn add(&mut self, mut all: Vec<(Vec<String>, u8, i16, bool)>) {
        // Phrases of one first word together, the longest first.
        all.sort_by(|a, b| a.0.first().cmp(&b.0.first()).then(b.0.len().cmp(&a.0.len())));
        for (words, kind, value, typo) in all {
            let Some((first, rest)) = words.split_first() else { continue };
            let blank = Entry { kind: PLAIN, value: 0, typo: false, first: self.phrase_count, count: 0 };
            let entry = self.words.entry(hash(first)).or_insert(blank);
            if rest.is_empty() {
                // The earlier table wins a word that two tables hold.
                if entry.kind == PLAIN {
                    (entry.kind, entry.value, entry.typo) = (kind, value, typo);
                }
            } else {
                entry.count += 1;
                self.phrases.extend((self.rest.len() as u32).to_le_bytes());
                self.phrases.extend([rest.len() as u8, kind << 1 | u8::from(typo)]);
                self.phrases.extend(value.to_le_bytes());
                self.phrase_count = self.phrase_count.checked_add(1).expect("fewer than 65,536 phrases");
                self.rest.extend(rest.iter().map(|w| hash(w)));
            }
        }
    }

    fn add_typos(&mut self, table: Option<&toml::Table>) {
        let never: Vec<u64> = strings(table.and_then(|t| t.get("never"))).map(hash).collect();
        for name in strings(table.and_then(|t| t.get("names"))) {
            let Some(&entry) = self.words.get(&hash(name)) else { panic!("en/words.toml: no word {name}") };
            neighbours(name, |near| {
                if !never.contains(&near) {
                    let blank = Entry { kind: PLAIN, value: 0, typo: false, first: 0, count: 0 };
                    let slot = self.words.entry(near).or_insert(blank);
                    if slot.kind == PLAIN {
                        (slot.kind, slot.value, slot.typo) = (entry.kind, entry.value, true);
                    }
                }
            });
        }
    }

    /// Hash and entry by place: a power of two of places, half of them empty at least; a word stands at the place that its
    /// lowest bits name, or the next free one.
    fn packed(&self) -> [(&'static str, Vec<u8>); 4] {
        let places = (self.words.len() * 2).next_power_of_two();
        let mut slots: Vec<Option<(u64, Entry)>> = vec![None; places];
        let mut words: Vec<(u64, Entry)> = self.words.iter().map(|(h, e)| (*h, *e)).collect();
        words.sort_by_key(|(hash, _)| *hash);
        for (hash, entry) in words {
            assert_ne!(hash, 0, "0 marks an empty place");
            let mut at = hash as usize & (places - 1);
            while slots[at].is_some() {
                at = (at + 1) & (places - 1);
            }
            slots[at] = Some((hash, entry));
        }
        let (mut keys, mut entries) = (Vec::new(), Vec::new());
        for slot in slots {
            let (hash, e) = slot.unwrap_or((0, Entry { kind: PLAIN, value: 0, typo: false, first: 0, count: 0 }));
            keys.extend(hash.to_le_bytes());
            entries.extend([e.kind, u8::from(e.typo)]);
            entries.extend(e.value.to_le_bytes());
            entries.extend(e.first.to_le_bytes());
            entries.extend(e.count.to_le_bytes());
        }
        let rest = self.rest.iter().flat_map(|h| h.to_le_bytes()).collect();
        [("en.keys", keys), ("en.entries", entries), ("en.phrases", self.phrases.clone()), ("en.rest", rest)]
    }
}

fn hash(word: &str) -> u64 {
    word.bytes().fold(SEED, step)
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
