//! The words of needs: heads of item names and cues of actions, in one automaton.

use crate::contract::{Action, NeedCategory};
use crate::understand::words::{Phrases, phrases};
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// What a cue says of the thing beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    Do(Action),
    /// Named and not wanted.
    Not,
    /// Already so: nothing to do.
    Past,
    /// Turns the next cue into its contrary; says nothing alone.
    Neg,
    /// A contrast: what stood before says nothing of what follows.
    Break,
    /// Words that look like a thing or a cue and are none.
    Block,
    /// A tick.
    Yes,
    /// An empty box or a 'no'.
    No,
}

/// On which side of the thing a cue stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Pre,
    Post,
    Both,
    /// Before it, as the key of a form line or a heading: only with a colon or alone on the line.
    Key,
}

/// One sense of a phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cue {
    pub act: Act,
    pub side: Side,
    /// 1 weak to 3.
    pub strength: u8,
}

/// A word that is, or ends, the name of a thing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Head {
    pub category: NeedCategory,
    /// How often of a hundred times the word names a thing.
    pub precision: u8,
    /// The same where the word is the whole name.
    pub alone: u8,
    /// A list of things to hand out has it.
    pub listed: bool,
}

/// What a phrase may be.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    pub head: Option<Head>,
    pub cues: Vec<Cue>,
}

/// All phrases.
pub struct Lexicon {
    pub phrases: Phrases,
    pub entries: Vec<Entry>,
    stop: HashSet<&'static str>,
    none: HashSet<&'static str>,
}

pub static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let mut numbers: HashMap<&str, usize> = HashMap::with_capacity(8_192);
    let mut words: Vec<&str> = Vec::with_capacity(8_192);
    let mut entries: Vec<Entry> = Vec::with_capacity(8_192);
    let mut entry = |phrase: &'static str| -> usize {
        *numbers.entry(phrase).or_insert_with(|| {
            words.push(phrase);
            words.len() - 1
        })
    };
    let heads = [include_str!("heads_hand.tsv"), include_str!("heads.tsv")];
    for line in heads.iter().flat_map(|h| h.lines()).filter(|l| !l.starts_with('#')) {
        let mut cells = line.split('\t');
        let (Some(phrase), Some(category), Some(precision)) = (cells.next(), cells.next(), cells.next()) else {
            continue;
        };
        let category = match category {
            "d" => NeedCategory::Device,
            "s" => NeedCategory::Software,
            "a" => NeedCategory::Access,
            "f" => NeedCategory::Facility,
            _ => NeedCategory::Other,
        };
        let i = entry(phrase);
        entries.resize_with(entries.len().max(i + 1), Entry::default);
        if let Some(e) = entries.get_mut(i) {
            let precision = precision.parse().unwrap_or(50);
            let alone = cells.next().and_then(|a| a.parse().ok()).unwrap_or(precision);
            let listed = cells.next() == Some("1");
            e.head = Some(Head { category, precision, alone, listed });
        }
    }
    for line in include_str!("cues.tsv").lines().filter(|l| !l.starts_with('#')) {
        let mut cells = line.split('\t');
        let (Some(act), Some(side), Some(strength), Some(list)) =
            (cells.next(), cells.next(), cells.next(), cells.next())
        else {
            continue;
        };
        let act = match act {
            "grant" => Act::Do(Action::Grant),
            "revoke" => Act::Do(Action::Revoke),
            "recover" => Act::Do(Action::Recover),
            "delegate" => Act::Do(Action::Delegate),
            "retain" => Act::Do(Action::Retain),
            "not" => Act::Not,
            "past" => Act::Past,
            "neg" => Act::Neg,
            "break" => Act::Break,
            "yes" => Act::Yes,
            "no" => Act::No,
            _ => Act::Block,
        };
        let side = match side {
            "pre" => Side::Pre,
            "post" => Side::Post,
            "key" => Side::Key,
            _ => Side::Both,
        };
        let cue = Cue { act, side, strength: strength.parse().unwrap_or(1) };
        for phrase in list.split('|') {
            let i = entry(phrase);
            entries.resize_with(entries.len().max(i + 1), Entry::default);
            if let Some(e) = entries.get_mut(i)
                && !e.cues.contains(&cue)
            {
                e.cues.push(cue);
            }
        }
    }
    // A single Han character that is a cue is no head, and a word to pass over is nothing else.
    for (phrase, e) in words.iter().zip(&mut entries) {
        let block = e.cues.iter().any(|c| c.act == Act::Block);
        if block || !e.cues.is_empty() && phrase.chars().count() == 1 {
            e.head = None;
        }
    }
    Lexicon {
        phrases: phrases(&words),
        entries,
        stop: list(include_str!("stop.txt")),
        none: list(include_str!("none.txt")),
    }
});

fn list(text: &'static str) -> HashSet<&'static str> {
    text.lines().filter(|l| !l.starts_with('#')).flat_map(str::split_whitespace).collect()
}

impl Lexicon {
    /// Whether an English word never stands inside an item's name.
    pub fn ends_name(&self, word: &str) -> bool {
        self.stop.contains(word)
    }

    /// Whether a word alone may be an item.
    pub fn is_head(&self, word: &str) -> bool {
        self.phrases.number(word).and_then(|i| self.entries.get(i)).is_some_and(|e| e.head.is_some())
    }

    /// Whether a word is no item even where one is asked for.
    pub fn is_no_item(&self, word: &str) -> bool {
        self.none.contains(word)
    }
}
