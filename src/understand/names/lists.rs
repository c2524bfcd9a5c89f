//! The word and name lists, loaded once.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

struct Latin {
    given: HashSet<&'static str>,
    /// Given names that are English words too.
    doubtful: HashSet<&'static str>,
    surnames: HashSet<&'static str>,
    words: HashSet<&'static str>,
}

static LATIN: LazyLock<Latin> = LazyLock::new(|| {
    let mut given = include_str!("given_latin.txt").lines().filter(|l| !l.starts_with('#'));
    let mut set = || given.next().unwrap_or("").split(' ').collect::<HashSet<_>>();
    let (sure, doubtful) = (set(), set());
    let words = |s: &'static str| s.lines().filter(|l| !l.starts_with('#')).flat_map(|l| l.split(' ')).collect();
    Latin {
        given: sure,
        doubtful,
        surnames: words(include_str!("surnames_latin.txt")),
        words: words(include_str!("words_en.txt")),
    }
});

/// Loads both lists, if that was not done before.
pub fn prepare() {
    LazyLock::force(&LATIN);
    LazyLock::force(&CHINESE);
}

/// Lower case.
pub fn is_given(word: &str) -> bool {
    LATIN.given.contains(word) || LATIN.doubtful.contains(word)
}

/// A given name that is no English word.
pub fn is_sure_given(word: &str) -> bool {
    LATIN.given.contains(word)
}

pub fn is_surname(word: &str) -> bool {
    LATIN.surnames.contains(word)
}

/// A word that stands in lower case in office mail.
pub fn is_word(word: &str) -> bool {
    LATIN.words.contains(word) || word.strip_suffix("'s").is_some_and(|w| LATIN.words.contains(w))
}

/// What the Chinese lists know, as natural logarithms of probabilities.
pub struct Chinese {
    /// Words and single characters.
    pub words: HashMap<&'static str, f32>,
    pub surnames: HashMap<&'static str, f32>,
    pub given: HashMap<&'static str, f32>,
    /// First and second character of two-character given names.
    pub first: HashMap<char, f32>,
    pub second: HashMap<char, f32>,
    /// Characters that spell foreign names.
    pub spelling: HashSet<char>,
    /// Foreign names spelt in Chinese.
    pub foreign: HashSet<&'static str>,
}

/// Tokens in jieba's count, the denominator of its word frequencies.
const TOKENS: f32 = 60_101_967.0;

pub static CHINESE: LazyLock<Chinese> = LazyLock::new(|| {
    let rows = |s: &'static str| s.lines().filter(|l| !l.starts_with('#')).filter_map(|l| l.split_once('\t'));
    let mut words = HashMap::with_capacity(24_000);
    for (letter, list) in rows(include_str!("words_zh.txt")) {
        let bucket = letter.bytes().next().unwrap_or(b'a').saturating_sub(b'a') as f32;
        let log = ((bucket / 1.3).exp2() / TOKENS).ln();
        words.extend(list.split(' ').map(|w| (w, log)));
    }
    let mut surnames = HashMap::new();
    for line in include_str!("surnames_zh.txt").lines().filter(|l| !l.starts_with('#')) {
        let mut cells = line.split('\t');
        if let (Some(surname), _, Some(weight)) = (cells.next(), cells.next(), cells.next()) {
            let weight: f32 = weight.parse().unwrap_or(0.01);
            surnames.insert(surname, (weight.max(0.02) / 100.0).ln());
        }
    }
    let mut given = HashMap::with_capacity(8_000);
    let mut counts: (HashMap<char, f32>, HashMap<char, f32>) = Default::default();
    let mut total = 0.0;
    for (letter, list) in rows(include_str!("given_zh.txt")) {
        let weight = f32::from(letter.bytes().next().unwrap_or(b'a').saturating_sub(b'a') + 1);
        for name in list.split(' ') {
            given.insert(name, weight);
            total += weight;
            let mut chars = name.chars();
            if let (Some(a), Some(b)) = (chars.next(), chars.next()) {
                *counts.0.entry(a).or_default() += weight;
                *counts.1.entry(b).or_default() += weight;
            }
        }
    }
    for log in given.values_mut() {
        *log = (*log / total).ln();
    }
    let log = |m: HashMap<char, f32>| m.into_iter().map(|(c, w)| (c, (w / total).ln())).collect();
    let mut spelling = include_str!("transliteration_zh.txt").lines().filter(|l| !l.starts_with('#'));
    Chinese {
        words,
        surnames,
        given,
        first: log(counts.0),
        second: log(counts.1),
        spelling: spelling.next().unwrap_or("").chars().collect(),
        foreign: spelling.next().unwrap_or("").split(' ').filter(|w| w.chars().count() >= 2).collect(),
    }
});
