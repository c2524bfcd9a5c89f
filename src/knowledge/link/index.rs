//! The catalog by concepts: names read once, and the few items that a phrase is compared with.

use super::How;
use super::lexicon::{Kind, LEXICON, SPELLED};
use super::phrase::{self, Nothing, Phrase, Piece, Vocabulary};
use super::score::{self, Features, WEIGHTS};
use super::spelling::Spelling;
use crate::message::fold::is_han;
use pinyin::ToPinyin;
use std::collections::{HashMap, HashSet};

/// Items compared for one concept of a phrase, at most; those with the shortest names first.
const COMPARED: usize = 40;
/// Names of one concept that are looked through for the phrase's head, at most.
const SCANNED: usize = 1_500;
/// Characters of a Chinese word from which its sound alone is believed.
const SOUNDED: usize = 3;

/// One name of an item.
#[derive(Debug, Clone)]
pub(super) struct Name {
    pub item: u32,
    pub concepts: Vec<(u32, Kind)>,
}

/// All that the names of an item say.
#[derive(Debug, Clone, Default)]
pub(super) struct Whole {
    pub concepts: Vec<u32>,
    pub names: Vec<u32>,
    /// Every name of it says that it is dangerous.
    pub power: bool,
}

/// The names of a catalog's items, to be looked up.
#[derive(Debug, Clone, Default)]
pub struct Index {
    exact: HashMap<String, u32>,
    pub(super) names: Vec<Name>,
    pub(super) items: Vec<Whole>,
    postings: HashMap<u32, Vec<u32>>,
    words: HashMap<String, u32>,
    phrases: HashMap<String, Vec<u32>>,
    spelling: Spelling,
    sounds: HashMap<String, String>,
}

/// The best item for a phrase, before any threshold.
#[derive(Debug, Clone, Copy)]
pub struct Best {
    /// Its place in the catalog.
    pub item: usize,
    pub how: How,
    pub features: Features,
    /// Calibrated, 0 to 1.
    pub score: f32,
}

impl Index {
    /// `items`: the names of each item, its own before its aliases.
    pub fn of<'a>(items: impl Iterator<Item = Vec<&'a str>>) -> Self {
        let mut index = Self::default();
        let rows: Vec<Vec<&str>> = items.collect();
        // An item's own name leads to it, whoever else has it as an alias.
        for least in [0, 2] {
            for (i, names) in rows.iter().enumerate() {
                let own = if least == 0 { names.get(..2.min(names.len())) } else { names.get(2..) };
                for name in own.into_iter().flatten() {
                    let key = phrase::whole_key(name);
                    if !key.is_empty() {
                        index.exact.entry(key).or_insert(i as u32);
                    }
                }
            }
        }
        for (i, names) in rows.iter().enumerate() {
            index.add(i as u32, names);
        }
        for list in index.postings.values_mut() {
            list.sort_by_key(|n| index.names.get(*n as usize).map_or(0, |n| n.concepts.len()));
        }
        let own = index.words.keys().filter(|w| w.is_ascii()).cloned();
        index.spelling = Spelling::of(own.chain(LEXICON.words.iter().cloned()), SPELLED);
        let han = index.words.keys().filter(|w| w.chars().all(is_han)).map(String::as_str);
        // In a fixed order: of two words of one sound the first is meant.
        let mut spoken: Vec<&str> = han.chain(LEXICON.chinese()).collect();
        spoken.sort_unstable();
        for word in spoken {
            if let Some(sound) = sound(word) {
                index.sounds.entry(sound).or_insert_with(|| word.to_owned());
            }
        }
        index
    }

    fn add(&mut self, item: u32, names: &[&str]) {
        let mut whole = Whole { power: true, ..Whole::default() };
        let mut seen = HashSet::new();
        for name in names {
            let mut concepts: Vec<(u32, Kind)> = Vec::new();
            for piece in phrase::pieces(name, &Nothing) {
                let (concept, kind) = match piece {
                    Piece::Said(said) => (said.concept, said.kind),
                    Piece::Unknown(word) => {
                        let next = (LEXICON.concepts.len() + self.words.len()) as u32;
                        (*self.words.entry(word).or_insert(next), Kind::Unknown)
                    }
                    _ => continue,
                };
                if !concepts.iter().any(|(c, _)| *c == concept) {
                    concepts.push((concept, kind));
                }
            }
            LEXICON.join(&mut concepts, |c| c.0, |c, whole| *c = (whole, LEXICON.kind(whole)));
            // A name of nothing but 'access' and 'new' is found as it stands or not at all.
            if !concepts.iter().any(|(_, k)| phrase::names(*k)) || !seen.insert(concepts.clone()) {
                continue;
            }
            let number = self.names.len() as u32;
            whole.power &= concepts.iter().any(|(_, k)| *k == Kind::Power);
            whole.names.push(number);
            for (concept, _) in &concepts {
                if !whole.concepts.contains(concept) {
                    whole.concepts.push(*concept);
                }
                for c in std::iter::once(*concept).chain(LEXICON.wider(*concept)) {
                    let list = self.postings.entry(c).or_default();
                    if list.last() != Some(&number) {
                        list.push(number);
                    }
                }
            }
            let key = phrase::whole_key(name);
            if LEXICON.get(&key).is_none() && concepts.len() > 1 {
                self.phrases.entry(key).or_insert_with(|| concepts.iter().map(|(c, _)| *c).collect());
            }
            self.names.push(Name { item, concepts });
        }
        whole.power &= !whole.names.is_empty();
        self.items.push(whole);
    }

    /// The item that has exactly these words as a name.
    pub fn exact(&self, words: &str) -> Option<usize> {
        self.exact.get(&phrase::whole_key(words)).map(|i| *i as usize)
    }

    /// The best item for the words. `usual`: what the person's role gets, the most special bundle first.
    pub fn best(&self, words: &str, usual: &[usize]) -> Option<Best> {
        let phrase = phrase::read(words, self);
        let role = phrase.usual && !usual.is_empty();
        if let Some(item) = self.exact(words) {
            return Some(Best { item, how: How::Exact, features: Features::exact(), score: WEIGHTS.exact });
        }
        if role && let Some(best) = self.of_role(&phrase, usual) {
            return Some(best);
        }
        let head = phrase.main.get(phrase.head?)?.concept;
        let mut first: Option<(u32, Features)> = None;
        let mut second = 0.0f32;
        for item in self.candidates(&phrase, head) {
            let Some(features) = score::compare(self, &phrase, item) else { continue };
            match &first {
                Some((_, f)) if f.raw() >= features.raw() => second = second.max(features.raw()),
                Some((_, f)) => {
                    second = second.max(f.raw());
                    first = Some((item, features));
                }
                None => first = Some((item, features)),
            }
        }
        let (item, mut features) = first?;
        features.margin = (features.raw() - second).clamp(0.0, score::MARGIN) / score::MARGIN;
        Some(Best { item: item as usize, how: How::Likeness, features, score: features.score() })
    }

    /// Items to compare: those that have the head and another word of the phrase, then those whose names say little
    /// beside the head. However many monitors a catalog has, few are looked at.
    fn candidates(&self, phrase: &Phrase, head: u32) -> Vec<u32> {
        let mut out: Vec<u32> = Vec::with_capacity(2 * COMPARED);
        let heads: Vec<u32> = std::iter::once(head).chain(LEXICON.wider(head)).collect();
        let item = |name: &u32| self.names.get(*name as usize).map(|n| n.item);
        let mut others: Vec<u32> =
            phrase.main.iter().chain(&phrase.also).chain(&phrase.beside).map(|s| s.concept).collect();
        others.retain(|c| !heads.contains(c));
        others.sort_by_key(|c| self.commonness(*c));
        for concept in others {
            let list = self.postings.get(&concept).into_iter().flatten().take(SCANNED);
            let both = list.filter_map(item).filter(|i| {
                let concepts = self.items.get(*i as usize).map_or(&[][..], |w| w.concepts.as_slice());
                concepts.iter().any(|c| heads.contains(c))
            });
            out.extend(both.take(COMPARED));
        }
        for concept in heads {
            out.extend(self.postings.get(&concept).into_iter().flatten().take(COMPARED).filter_map(item));
        }
        let mut seen = HashSet::with_capacity(out.len());
        out.retain(|i| seen.insert(*i));
        out
    }

    /// The item of the role that the words name, be it by a wider word: 'the usual laptop', 'the usual SAP access'.
    fn of_role(&self, phrase: &Phrase, usual: &[usize]) -> Option<Best> {
        let mut best: Option<(usize, Features)> = None;
        for item in usual {
            let Some(features) = score::compare(self, phrase, *item as u32) else { continue };
            // Of what a role gets, the part that is said is enough; the first of equals is the most special bundle's.
            let fits = features.veto == 0.0 && features.power == 0.0 && features.covered >= 0.5;
            if fits && best.as_ref().is_none_or(|(_, f)| features.covered > f.covered + 0.2) {
                best = Some((*item, features));
            }
        }
        best.map(|(item, features)| Best { item, how: How::Role, features, score: WEIGHTS.role })
    }

    /// Items that have a concept in a name; how common it is.
    pub(super) fn commonness(&self, concept: u32) -> usize {
        self.postings.get(&concept).map_or(0, Vec::len)
    }
}

impl Vocabulary for Index {
    fn name(&self, key: &str) -> Option<&[u32]> {
        self.phrases.get(key).map(Vec::as_slice)
    }

    fn word(&self, key: &str) -> Option<u32> {
        self.words.get(key).copied()
    }

    fn respell(&self, word: &str) -> Option<(String, f32)> {
        if word.chars().all(is_han) {
            let sound = (word.chars().count() >= SOUNDED).then(|| sound(word)).flatten()?;
            return self.sounds.get(&sound).map(|w| (w.clone(), WEIGHTS.sound));
        }
        if word.chars().count() < SPELLED || !word.chars().all(char::is_alphabetic) {
            return None;
        }
        if let Some(meant) = self.sounds.get(word) {
            return Some((meant.clone(), WEIGHTS.sound));
        }
        self.spelling.meant(word).map(|(w, near)| (w.to_owned(), near))
    }
}

/// The pinyin of a Chinese word, written together without tones; None for short words, which sound like many.
fn sound(word: &str) -> Option<String> {
    if word.chars().count() < 2 {
        return None;
    }
    let mut out = String::new();
    for one in word.to_pinyin() {
        out.push_str(one?.plain());
    }
    (out.len() >= SPELLED).then_some(out)
}
