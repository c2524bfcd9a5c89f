//! Cue words: where phrases stand that tell what the words beside them are.

use crate::message::fold::is_han;
use crate::message::{Span, Text};
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use std::collections::HashMap;
use std::sync::LazyLock;

/// A set of classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Class(u32);

macro_rules! classes {
    ($($name:ident = $word:literal, $bit:literal;)*) => {
        impl Class {
            $(pub const $name: Class = Class(1 << $bit);)*
            fn named(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$name),)* _ => None }
            }
        }
    };
}

classes! {
    PERSON = "person", 0;
    SUBJECT = "subject", 1;
    OTHER = "other", 2;
    NOT_SUBJECT = "notsubject", 3;
    SELF = "self", 4;
    I_AM = "iam", 5;
    ALL = "all", 6;
    HE = "he", 7;
    FORMER = "former", 8;
    LATTER = "latter", 9;
    TITLE = "title", 10;
    DEPARTMENT = "department", 11;
    DEPARTMENT_END = "departmentend", 12;
    LOCATION = "location", 13;
    LOCATION_END = "locationend", 14;
    MANAGER = "manager", 15;
    MANAGER_BEFORE = "managerbefore", 16;
    START = "start", 17;
    END = "end", 18;
    REVOKE = "revoke", 19;
    OTHER_DATE = "otherdate", 20;
    CHANGED = "changed", 21;
    NEW_NAME = "newname", 22;
    EMPLOYEE = "employee", 23;
    IMMEDIATELY = "immediately", 24;
    DEPARTMENT_SELF = "departmentself", 26;
    TITLE_END = "titleend", 27;
    // NEUTRAL keeps a word inside it from being read by itself: the leave of 'sick leave'.
    NEUTRAL = "neutral", 25;
}

impl Class {
    pub fn has(self, other: Class) -> bool {
        self.0 & other.0 != 0
    }
    fn with(self, other: Class) -> Class {
        Class(self.0 | other.0)
    }
}

/// One phrase in the text.
#[derive(Debug, Clone, Copy)]
pub struct Cue {
    pub span: Span,
    pub class: Class,
}

struct Engine {
    automaton: Option<AhoCorasick>,
    classes: Vec<Class>,
}

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let mut all: HashMap<&str, Class> = HashMap::new();
    for line in include_str!("cues.tsv").lines().filter(|l| !l.starts_with('#')) {
        if let Some((class, words)) = line.split_once('\t')
            && let Some(class) = Class::named(class)
        {
            for word in words.split('|').filter(|w| !w.is_empty()) {
                let entry = all.entry(word).or_default();
                *entry = entry.with(class);
            }
        }
    }
    let mut phrases: Vec<(&str, Class)> = all.into_iter().collect();
    phrases.sort_unstable_by_key(|(p, _)| *p);
    let automaton =
        AhoCorasick::builder().kind(Some(AhoCorasickKind::ContiguousNFA)).build(phrases.iter().map(|(p, _)| p)).ok();
    Engine { automaton, classes: phrases.iter().map(|(_, c)| *c).collect() }
});

/// The cues of one text. Of several that start at one place, and of several that end at one place, the longest counts.
#[derive(Debug, Default)]
pub struct Cues {
    /// By start, one for each start.
    starts: Vec<Cue>,
    /// Those of `starts` that are not part of a longer one.
    outer: Vec<Cue>,
    /// By end, one for each end.
    ends: Vec<Cue>,
}

impl Cues {
    pub fn of(text: &Text, folded: &[char]) -> Self {
        let Some(automaton) = &ENGINE.automaton else { return Self::default() };
        let mut all: Vec<Cue> = Vec::new();
        for found in automaton.find_overlapping_iter(text.folded()) {
            let span = text.span_of_folded(found.range());
            if whole(folded, span) {
                let class = ENGINE.classes.get(found.pattern().as_usize()).copied().unwrap_or_default();
                all.push(Cue { span, class });
            }
        }
        let mut starts = all.clone();
        starts.sort_unstable_by_key(|c| (c.span.start, std::cmp::Reverse(c.span.end)));
        starts.dedup_by_key(|c| c.span.start);
        let mut ends = all;
        ends.sort_unstable_by_key(|c| (c.span.end, c.span.start));
        ends.dedup_by_key(|c| c.span.end);
        let mut outer: Vec<Cue> = Vec::with_capacity(starts.len());
        for cue in &starts {
            // 'my employee id' does not hide 'employee id'; 'sick leave' hides 'leave'.
            let hidden = outer.iter().rev().take(4).any(|o| o.span.contains(cue.span) && !o.class.has(Class::SELF));
            if !hidden {
                outer.push(*cue);
            }
        }
        Self { starts, outer, ends }
    }

    /// The longest cue that starts right there.
    pub fn starting_at(&self, at: usize) -> Option<Cue> {
        self.starts.binary_search_by_key(&at, |c| c.span.start).ok().and_then(|i| self.starts.get(i)).copied()
    }

    /// The longest cue that ends right there.
    pub fn ending_at(&self, at: usize) -> Option<Cue> {
        self.ends.binary_search_by_key(&at, |c| c.span.end).ok().and_then(|i| self.ends.get(i)).copied()
    }

    /// The cues that lie within a span, by start, without those that are part of a longer one.
    pub fn within(&self, span: Span) -> impl Iterator<Item = Cue> + '_ {
        let from = self.outer.partition_point(|c| c.span.start < span.start);
        self.outer
            .get(from..)
            .unwrap_or_default()
            .iter()
            .take_while(move |c| c.span.start < span.end)
            .filter(move |c| c.span.end <= span.end)
            .copied()
    }
}

/// Whether a match is not part of a longer Latin word or number.
fn whole(folded: &[char], span: Span) -> bool {
    let letter = |i: usize| folded.get(i).is_some_and(|c| c.is_alphanumeric() && !is_han(*c));
    let inside_start = span.start > 0 && letter(span.start) && letter(span.start - 1);
    let inside_end = span.end > 0 && letter(span.end - 1) && letter(span.end);
    !inside_start && !inside_end
}
