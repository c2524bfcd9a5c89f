//! Cue words of kinds and operations, from `cues.toml`: what a few words nearly always say.

use super::features::mix;
use crate::contract::{Category, Kind, Operation};
use crate::message::{Span, Text};
use crate::understand::words::{Phrases, phrases};
use serde::Deserialize;
use std::sync::LazyLock;

/// What a cue says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Says {
    Operation(Operation),
    Kind(Kind),
    /// Another category than the four kinds.
    About(Category),
}

/// A cue found in a text.
pub struct Cue {
    pub span: Span,
    pub says: Says,
    /// 0 to 1: how often, of the times it stands in a skeleton, it says so.
    pub weight: f32,
}

#[derive(Deserialize)]
struct Entry {
    operation: Option<Operation>,
    kind: Option<Kind>,
    about: Option<Category>,
    /// Neither: words that would be taken for a cue and are none.
    weight: f32,
    words: Vec<String>,
}

#[derive(Deserialize)]
struct File {
    cue: Vec<Entry>,
}

struct Cues {
    phrases: Phrases,
    says: Vec<(Option<Says>, f32)>,
}

static CUES: LazyLock<Cues> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("cues.toml")).unwrap_or(File { cue: Vec::new() });
    let mut says = Vec::new();
    let mut words = Vec::new();
    for entry in file.cue {
        let what = entry.operation.map(Says::Operation).or(entry.kind.map(Says::Kind)).or(entry.about.map(Says::About));
        for phrase in entry.words {
            words.push(phrase);
            says.push((what, entry.weight));
        }
    }
    Cues { phrases: phrases(&words), says }
});

/// The cues of a text, in its order.
pub fn find(text: &Text) -> Vec<Cue> {
    let mut found = Vec::new();
    for hit in CUES.phrases.find(text.folded()) {
        if let Some((Some(says), weight)) = CUES.says.get(hit.phrase) {
            found.push(Cue { span: text.span_of_folded(hit.bytes), says: *says, weight: *weight });
        }
    }
    found
}

/// Hands the features that cues make to `take`: which of them stand in a folded text, which comes first, and which stand together.
pub fn features(folded: &str, seed: u32, mut take: impl FnMut(u32)) {
    let mut seen = [false; COUNT];
    let mut first = None;
    for hit in CUES.phrases.find(folded) {
        let Some((Some(says), _)) = CUES.says.get(hit.phrase) else { continue };
        let i = says.number();
        if let Some(s) = seen.get_mut(i) {
            *s = true;
        }
        if i < KINDS && first.is_none() {
            first = Some(i);
        }
    }
    // Numbers below a thousand are no hashes of words.
    for (i, _) in seen.iter().enumerate().filter(|(_, s)| **s) {
        take(mix(i as u32, seed + 2));
        for (j, _) in seen.iter().enumerate().skip(i + 1).filter(|(_, s)| **s) {
            take(mix((100 + i * COUNT + j) as u32, seed + 2));
        }
    }
    for (i, _) in seen.iter().enumerate().take(KINDS).filter(|(_, s)| !**s) {
        take(mix(60 + i as u32, seed + 2));
    }
    if let Some(i) = first {
        take(mix(40 + i as u32, seed + 2));
    }
}

/// Kinds and other categories; operations follow.
const KINDS: usize = 7;
const COUNT: usize = 11;

impl Says {
    fn number(self) -> usize {
        match self {
            Says::Kind(Kind::Onboarding) => 0,
            Says::Kind(Kind::Offboarding) => 1,
            Says::Kind(Kind::Transfer) => 2,
            Says::Kind(Kind::Access) => 3,
            Says::About(Category::Support) => 4,
            Says::About(Category::HrQuestion) => 5,
            Says::About(Category::Access) => 3,
            Says::About(_) => 6,
            Says::Operation(Operation::Create) => 7,
            Says::Operation(Operation::Amend) => 8,
            Says::Operation(Operation::Cancel) => 9,
            Says::Operation(Operation::Inquire) => 10,
        }
    }
}
