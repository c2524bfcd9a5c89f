//! The words of headings, from `headings.toml`, and what a subject's prefix and a handing-on phrase say.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::Means;
use crate::message::fold::{fold, fold_str};

/// What a header line names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Label {
    From,
    Date,
    To,
    Subject,
    Other,
}

pub struct Words {
    pub labels: HashMap<String, (Label, u32)>,
    pub markers: HashMap<String, Means>,
    pub between: Vec<(String, String)>,
    pub closers: Vec<String>,
    pub openers: Vec<String>,
    pub hands_on: Vec<String>,
    pub reply: Vec<String>,
    pub forward: Vec<String>,
}

#[derive(Deserialize)]
struct File {
    labels: HashMap<String, Strength>,
    markers: Markers,
    between: Between,
    attribution: Attribution,
    subject: Subject,
    hands_on: HandsOn,
}
#[derive(Deserialize)]
struct Strength {
    strong: Vec<String>,
    weak: Vec<String>,
}
#[derive(Deserialize)]
struct Markers {
    forward: Vec<String>,
    original: Vec<String>,
    replied: Vec<String>,
    above: Vec<String>,
}
#[derive(Deserialize)]
struct Between {
    forward: Vec<[String; 2]>,
}
#[derive(Deserialize)]
struct Attribution {
    closers: Vec<String>,
    openers: Vec<String>,
}
#[derive(Deserialize)]
struct Subject {
    reply: Vec<String>,
    forward: Vec<String>,
}
#[derive(Deserialize)]
struct HandsOn {
    phrases: Vec<String>,
}

pub static WORDS: LazyLock<Words> = LazyLock::new(|| {
    #[allow(clippy::expect_used, reason = "the file is part of the program and its test reads it")]
    let file: File = toml::from_str(include_str!("../headings.toml")).expect("headings.toml is well formed");
    let folded = |list: Vec<String>| list.iter().map(|w| fold_str(w)).collect::<Vec<_>>();
    let mut labels = HashMap::new();
    for (name, words) in file.labels {
        let label = match name.as_str() {
            "from" => Label::From,
            "date" => Label::Date,
            "to" => Label::To,
            "subject" => Label::Subject,
            _ => Label::Other,
        };
        for (list, strength) in [(words.weak, 1), (words.strong, 2)] {
            for word in list {
                labels.insert(tight(&word), (label, if label == Label::Other { strength - 1 } else { strength }));
            }
        }
    }
    let mut markers = HashMap::new();
    for (list, means) in [
        (file.markers.forward, Means::Forward),
        (file.markers.original, Means::Original),
        (file.markers.replied, Means::Replied),
        (file.markers.above, Means::Replied),
    ] {
        for word in list {
            markers.insert(tight(&word), means);
        }
    }
    Words {
        labels,
        markers,
        between: file.between.forward.into_iter().map(|[a, b]| (fold_str(&a), fold_str(&b))).collect(),
        closers: folded(file.attribution.closers),
        openers: folded(file.attribution.openers),
        hands_on: folded(file.hands_on.phrases),
        reply: folded(file.subject.reply),
        forward: folded(file.subject.forward),
    }
});

/// Folded, without white space and emphasis.
pub fn tight(words: &str) -> String {
    words.chars().filter(|c| !c.is_whitespace() && *c != '*').map(fold).collect()
}

/// What the words before a subject's colon say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prefix {
    Reply,
    Forward,
}

/// The first prefix of a subject, and what follows it: `RE: x`, `Fwd[2]: x`, `回复：x`.
pub fn prefix(subject: &str) -> Option<(Prefix, &str)> {
    let (at, colon) = subject.char_indices().take(14).find(|(_, c)| matches!(c, ':' | '\u{FF1A}'))?;
    let word = tight(subject.get(..at)?);
    // A count: `Re[2]`, `RE(3)`, `Re^2`.
    let word = word.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '[' | ']' | '(' | ')' | '^'));
    let kind = if WORDS.reply.iter().any(|w| w == word) {
        Prefix::Reply
    } else if WORDS.forward.iter().any(|w| w == word) {
        Prefix::Forward
    } else {
        return None;
    };
    Some((kind, subject.get(at + colon.len_utf8()..)?.trim_start()))
}

/// Whether own words hand the quoted ones on (`please action the request below`).
pub fn hands_on(own: &str) -> bool {
    let folded = fold_str(own);
    WORDS.hands_on.iter().any(|p| folded.contains(p.as_str()))
}
