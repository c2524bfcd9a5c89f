//! The people directory by the parts of names, and the entries that a mention may mean.

use super::names::{self, Mention};
use super::spelling::Spelling;
use crate::knowledge::people::Entry;
use crate::message::fold::{fold_str, is_han};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

/// Letters from which a misspelled part of a name is forgiven.
const SPELLED: usize = 5;
/// Letters from which the same holds for the sound of a Chinese name, where every other syllable is a name too.
const SPELLED_SOUND: usize = 7;
/// Entries that one mention is compared with, at most.
const MOST: usize = 60;

/// An entry that a mention may mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// Its place in the directory.
    pub entry: usize,
    /// 0 to 1: the whole name 1, less for nicknames, initials, one name alone, spelling.
    pub strength: f32,
}

/// What a key is; part of its hash.
#[derive(Debug, Clone, Copy)]
enum Part {
    /// One Latin word of a name.
    Word,
    /// All Latin words, written together.
    Together,
    /// A Latin family name.
    Family,
    /// A whole Chinese name or alias.
    Han,
    HanGiven,
    HanFamily,
    /// What stands before the at sign.
    Local,
}

/// Hashed keys in order, each with its entry.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    keys: Vec<(u64, u32)>,
    spelling: Spelling,
}

/// One way in which an entry's name is written.
struct Written {
    words: Vec<String>,
    /// From Chinese characters by their sound.
    sounded: bool,
    alias: bool,
}

impl Directory {
    pub fn of(entries: &[Entry]) -> Self {
        let mut keys = Vec::with_capacity(entries.len() * 12);
        let mut spelled = Vec::new();
        for (i, entry) in entries.iter().enumerate() {
            let mut put = |part, key: &str| {
                if !key.is_empty() {
                    keys.push((hash(part, key), i as u32));
                }
            };
            for written in written(entry) {
                let all = &written.words;
                for word in all {
                    put(Part::Word, word);
                    if word.chars().count() >= SPELLED {
                        spelled.push(word.clone());
                    }
                }
                if all.len() > 1 {
                    put(Part::Together, &all.concat());
                    for cut in 1..all.len() {
                        let (a, b) = all.split_at(cut);
                        put(Part::Together, &format!("{}{}", b.concat(), a.concat()));
                    }
                }
            }
            for family in families(entry) {
                put(Part::Family, &family);
            }
            if let Some((local, _)) = entry.email.split_once('@') {
                put(Part::Local, &fold_str(local));
            }
            for han in han(entry) {
                put(Part::Han, &han);
            }
            if let Some((family, given)) = names::parted(&entry.name_zh) {
                put(Part::HanFamily, &family);
                put(Part::HanGiven, &given);
            }
        }
        keys.sort_unstable();
        keys.dedup();
        Self { keys, spelling: Spelling::of(spelled, SPELLED) }
    }

    fn with(&self, part: Part, key: &str) -> &[(u64, u32)] {
        let hash = hash(part, key);
        let from = self.keys.partition_point(|(h, _)| *h < hash);
        let rest = self.keys.get(from..).unwrap_or_default();
        rest.get(..rest.partition_point(|(h, _)| *h == hash)).unwrap_or_default()
    }

    /// Everybody whom the mention may mean, the strongest first.
    pub fn find(&self, entries: &[Entry], text: &str) -> Vec<Found> {
        let mention = Mention::of(text);
        let mut found: Vec<Found> = Vec::new();
        let mut add = |list: &[(u64, u32)], strength: f32| {
            for (_, entry) in list.iter().take(MOST) {
                let entry = *entry as usize;
                match found.iter_mut().find(|f| f.entry == entry) {
                    Some(known) => known.strength = known.strength.max(strength),
                    None => found.push(Found { entry, strength }),
                }
            }
        };
        // An address or its local part is one person's, whoever else has the name.
        let local = text.trim();
        if !local.contains(char::is_whitespace) {
            let local = local.split_once('@').map_or(local, |(l, _)| l);
            let own = self.with(Part::Local, &fold_str(local));
            if let [(_, entry)] = own
                && local.contains(['.', '_'])
            {
                return vec![Found { entry: *entry as usize, strength: 1.0 }];
            }
            add(own, 1.0);
        }
        if !mention.whole.is_empty() {
            add(self.with(Part::Han, &mention.whole), 1.0);
            if mention.family {
                add(self.with(Part::HanFamily, &mention.han), 0.75);
            } else {
                add(self.with(Part::Han, &mention.han), 1.0);
                add(self.with(Part::HanGiven, &mention.han), 0.8);
            }
        }
        if let [word] = mention.words.as_slice() {
            if mention.family {
                add(self.with(Part::Family, word), 0.8);
            } else {
                add(self.with(Part::Word, word), 0.8);
                add(self.with(Part::Together, word), 0.95);
                for other in names::nicknames(word) {
                    add(self.with(Part::Word, other), 0.75);
                }
            }
        } else if mention.words.len() > 1 {
            add(self.with(Part::Together, &mention.words.concat()), 1.0);
        }
        // An entry without characters, named in characters.
        if let Some((family, given)) = names::sound(&mention.han).filter(|_| !mention.family) {
            let list: Vec<(u64, u32)> = self
                .with(Part::Together, &format!("{family}{given}"))
                .iter()
                .filter(|(_, e)| entries.get(*e as usize).is_some_and(|e| e.name_zh.is_empty()))
                .copied()
                .collect();
            add(&list, 0.9);
        }
        if found.is_empty() && !mention.words.is_empty() {
            found = self.likely(entries, &mention);
        }
        for one in &mut found {
            // A name that the entry has itself, against one that only sounds like it.
            if one.strength == 1.0 && entries.get(one.entry).is_some_and(|e| only_sounds(e, &mention)) {
                one.strength = 0.95;
            }
        }
        found.sort_by(|a, b| b.strength.total_cmp(&a.strength).then(a.entry.cmp(&b.entry)));
        found
    }

    /// Entries that have every word of the mention in some form: shortened, as an initial, misspelled.
    fn likely(&self, entries: &[Entry], mention: &Mention) -> Vec<Found> {
        let mut lists: Vec<Vec<u32>> = Vec::new();
        for word in mention.words.iter().filter(|w| w.chars().count() > 1) {
            let mut list: Vec<u32> = self.with(Part::Word, word).iter().map(|(_, e)| *e).collect();
            for other in names::nicknames(word) {
                list.extend(self.with(Part::Word, other).iter().map(|(_, e)| *e));
            }
            if let Some((meant, _)) = self.spelling.meant(word) {
                list.extend(self.with(Part::Word, meant).iter().map(|(_, e)| *e));
            }
            list.sort_unstable();
            list.dedup();
            lists.push(list);
        }
        lists.sort_by_key(Vec::len);
        let Some((rarest, others)) = lists.split_first() else { return Vec::new() };
        let all = rarest.iter().filter(|e| others.iter().all(|l| l.binary_search(e).is_ok()));
        let judge = |e: &u32| {
            let strength = written(entries.get(*e as usize)?).iter().map(|w| fit(mention, w)).fold(0.0, f32::max);
            (strength > 0.0).then_some(Found { entry: *e as usize, strength })
        };
        all.take(MOST).filter_map(judge).collect()
    }
}

/// How well one written form has every word of the mention; 0 where one is missing.
fn fit(mention: &Mention, written: &Written) -> f32 {
    let mut free: Vec<&String> = written.words.iter().collect();
    let mut strength: f32 = if mention.words.len() > 1 { 0.95 } else { 0.8 };
    for word in &mention.words {
        let judged = free.iter().enumerate().map(|(i, known)| (i, alike(word, known, written.sounded)));
        let Some((i, best)) = judged.max_by(|a, b| a.1.total_cmp(&b.1)).filter(|(_, s)| *s > 0.0) else { return 0.0 };
        free.remove(i);
        strength *= best;
    }
    strength
}

/// How far two words are one name.
fn alike(said: &str, known: &str, sounded: bool) -> f32 {
    if said == known {
        return 1.0;
    }
    let long = said.chars().count();
    if long == 1 {
        return if known.starts_with(said) { 0.9 } else { 0.0 };
    }
    if names::nicknames(said).contains(&known) {
        return 0.97;
    }
    let least = if sounded { SPELLED_SOUND } else { SPELLED };
    let bound = if long >= 9 { 2 } else { 1 };
    let near = long >= least && said.chars().next() == known.chars().next();
    if near && strsim::osa_distance(said, known) <= bound { 0.88 } else { 0.0 }
}

/// Whether only the sound of the entry's characters is the mention.
fn only_sounds(entry: &Entry, mention: &Mention) -> bool {
    if mention.words.len() < 2 || entry.name_zh.is_empty() {
        return false;
    }
    let said: String = mention.words.concat();
    let mut forms = written(entry).into_iter().filter(|w| !w.sounded);
    !forms.any(|w| {
        (0..w.words.len()).any(|cut| {
            let (a, b) = w.words.split_at(cut);
            said == format!("{}{}", b.concat(), a.concat())
        })
    })
}

/// The ways in which an entry's name is written in Latin letters.
fn written(entry: &Entry) -> Vec<Written> {
    let mut out = Vec::new();
    let mut push = |name: &str, alias: bool, sounded: bool| {
        let words = names::words(name);
        if !words.is_empty() {
            out.push(Written { words, alias, sounded });
        }
    };
    let sounded = !entry.name_zh.is_empty();
    push(&entry.name, false, sounded);
    for alias in entry.aliases.split(';') {
        push(alias, true, false);
    }
    for name in [entry.name.as_str()].into_iter().chain(entry.aliases.split(';')) {
        if let Some(undotted) = names::undotted(name) {
            push(&undotted, true, false);
        }
    }
    if let Some((family, given)) = names::sound(&entry.name_zh) {
        push(&format!("{family} {given}"), false, true);
    }
    out
}

/// The family names that an entry may be called by.
fn families(entry: &Entry) -> Vec<String> {
    let all = written(entry);
    let local = entry.email.split('@').next().unwrap_or_default();
    // 'meiling.tan@' tells which word of 'Tan Mei Ling' the family's is.
    let told = local.rsplit(['.', '_']).next().map(|w| names::words(w).concat()).unwrap_or_default();
    let mut out: Vec<String> = Vec::new();
    for w in &all {
        let known = w.words.iter().find(|word| **word == told);
        let place = if w.sounded && !w.alias { w.words.first() } else { w.words.last() };
        let family = known.or(place).filter(|_| w.words.len() > 1 || known.is_some());
        if let Some(family) = family
            && !out.contains(family)
        {
            out.push(family.clone());
        }
    }
    out
}

/// Whole Chinese names and aliases, folded.
fn han(entry: &Entry) -> Vec<String> {
    let names = [entry.name_zh.as_str(), entry.name.as_str()].into_iter().chain(entry.aliases.split(';'));
    let folded = names.map(|n| fold_str(n).chars().filter(|c| is_han(*c)).collect::<String>());
    folded.filter(|n| !n.is_empty()).collect()
}

fn hash(part: Part, key: &str) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one((part as u8, key))
}
