//! The customary variants of the names of days, by the groups of `variants.toml`; never over a listed name.

use crate::named::{Name, spoken};
use crate::strings;
use std::collections::{HashMap, HashSet};

/// Words of which each may stand for the other.
struct Group {
    at: String,
    /// Characters that the rest of the name has at least.
    rest: usize,
    /// Characters after which the words are others.
    not_after: String,
    words: Vec<String>,
    /// Only the first word is replaced.
    one_way: bool,
}

pub struct Variants {
    chinese: Vec<Group>,
    english: Vec<Group>,
    /// The first character of the line of each character.
    sounds: HashMap<char, char>,
}

/// Syllables from which a foreign name is known by its sounds, and from which the word 节 after it may be missing.
const SOUNDED: usize = 4;
const SOUNDED_ALONE: usize = 5;
/// Dots between the parts of foreign names; the first is the one that named.toml has.
const DOTS: [&str; 5] = ["·", "・", "‧", "•", "."];
const WEEKDAYS: [char; 8] = ['一', '二', '三', '四', '五', '六', '日', '天'];

impl Variants {
    pub fn of(table: &toml::Table) -> Self {
        let groups = |language: &str| {
            let list = table.get(language).and_then(|l| l.as_array()).into_iter().flatten();
            list.filter_map(|g| g.as_table()).map(Group::of).collect()
        };
        let lines = table.get("sounds").and_then(|s| s.get("same"));
        let mut sounds = HashMap::new();
        for line in strings(lines) {
            let first = line.chars().next().expect("a line of sounds has characters");
            for c in line.chars() {
                assert!(sounds.insert(c, first).is_none(), "variants.toml: {c} stands in two lines of sounds");
            }
        }
        Self { chinese: groups("chinese"), english: groups("english"), sounds }
    }

    pub fn add_chinese(&self, names: &mut Vec<Name>) {
        let known: HashSet<String> = names.iter().filter(|n| n.chinese).map(|n| n.text.clone()).collect();
        let mut added: HashSet<String> = HashSet::new();
        let mut more: Vec<Name> = Vec::new();
        for name in names.iter().filter(|n| n.chinese && !n.weak) {
            // A variant of a variant is one too: 世界X日 of 国际X节. Two steps.
            let mut forms = self.forms(&name.text);
            for form in forms.clone() {
                forms.extend(self.forms(&form));
            }
            for text in forms {
                if !known.contains(&text) && added.insert(text.clone()) {
                    more.push(Name { text, ..name.clone() });
                }
            }
        }
        names.extend(more);
    }

    /// One step away.
    fn forms(&self, name: &str) -> Vec<String> {
        let mut forms = Vec::new();
        for group in &self.chinese {
            // 诞生日 ends in 生日 too: the longest word counts.
            let words = group.words.iter().take(if group.one_way { 1 } else { usize::MAX });
            let cuts = words.filter_map(|word| Some((word, group.cut(name, word)?)));
            let Some((word, (head, tail))) = cuts.max_by_key(|(word, _)| word.len()) else { continue };
            forms.extend(group.words.iter().filter(|w| *w != word).map(|other| format!("{head}{other}{tail}")));
        }
        // 马丁·路德·金: the dot of foreign names is left out, or typed as another dot.
        if name.contains(DOTS[0]) {
            forms.extend([""].iter().chain(&DOTS[1..]).map(|dot| name.replace(DOTS[0], dot)));
        }
        forms
    }

    pub fn add_english(&self, names: &mut Vec<Name>) {
        let mut known: HashSet<String> =
            names.iter().filter(|n| !n.chinese).map(|n| spoken(&n.text).join(" ")).collect();
        let mut more = Vec::new();
        for name in names.iter().filter(|n| !n.chinese) {
            for group in &self.english {
                for (i, from) in group.words.iter().enumerate().take(if group.one_way { 1 } else { usize::MAX }) {
                    for (_, to) in group.words.iter().enumerate().filter(|(j, _)| *j != i) {
                        let text = match name.text.strip_prefix(from.as_str()) {
                            Some(rest) => format!("{to}{rest}"),
                            None => name.text.replace(&format!(" {from}"), &format!(" {to}")),
                        };
                        if known.insert(spoken(&text).join(" ")) {
                            more.push(Name { text, ..name.clone() });
                        }
                    }
                }
            }
        }
        names.extend(more);
    }

    /// Foreign names by their sounds: each syllable as the first character of its line, without dots; place by text.
    /// A text that two days would share is left out.
    pub fn sounded(&self, names: &[Name]) -> Vec<(String, usize)> {
        let mut all: HashMap<String, Option<usize>> = HashMap::new();
        for name in names.iter().filter(|n| n.chinese && !n.weak && !n.too) {
            let plain: String = name.text.chars().filter(|c| !DOTS.iter().any(|d| d.starts_with(*c))).collect();
            let stem = plain.strip_suffix(['节', '日']).unwrap_or(&plain);
            let length = stem.chars().count();
            let Some(sound) = stem.chars().map(|c| self.sounds.get(&c).copied()).collect::<Option<String>>() else {
                continue;
            };
            let mut keep = |text: String| {
                let slot = all.entry(text).or_insert(Some(name.place));
                *slot = slot.filter(|place| *place == name.place);
            };
            if length >= SOUNDED {
                keep(format!("{sound}节"));
                keep(format!("{sound}日"));
            }
            if length >= SOUNDED_ALONE {
                keep(sound);
            }
        }
        let mut list: Vec<(String, usize)> = all.into_iter().filter_map(|(text, place)| Some((text, place?))).collect();
        list.sort();
        list
    }

    /// Each character of `sounds` with the first of its line, in order.
    pub fn sounds(&self) -> Vec<(char, char)> {
        let mut list: Vec<(char, char)> = self.sounds.iter().map(|(c, first)| (*c, *first)).collect();
        list.sort();
        list
    }
}

impl Group {
    fn of(table: &toml::Table) -> Self {
        let words = |key: &str| strings(table.get(key)).map(str::to_owned).collect::<Vec<_>>();
        let (same, from) = (words("same"), words("from"));
        let text = |key: &str| table.get(key).and_then(|v| v.as_str()).unwrap_or("").to_owned();
        assert!(same.is_empty() != from.is_empty(), "variants.toml: a group has either `same` or `from`");
        Self {
            at: text("at"),
            not_after: text("not_after"),
            rest: table.get("rest").and_then(|r| r.as_integer()).unwrap_or(0) as usize,
            one_way: same.is_empty(),
            words: if same.is_empty() { from } else { same },
        }
    }

    /// What stands before and after the word where the group replaces it.
    fn cut<'a>(&self, name: &'a str, word: &str) -> Option<(&'a str, &'a str)> {
        let (head, tail) = match self.at.as_str() {
            "end" => (name.strip_suffix(word)?, ""),
            "begin" => ("", name.strip_prefix(word)?),
            // 圣周 is a week; only a weekday has another noun.
            "weekday" => {
                let (head, tail) = name.split_once(word)?;
                let mut rest = tail.chars();
                let weekday = rest.next().is_some_and(|c| WEEKDAYS.contains(&c)) && rest.next().is_none();
                weekday.then_some((head, tail))?
            }
            other => panic!("variants.toml: at = {other:?} means nothing"),
        };
        if head.chars().last().is_some_and(|c| self.not_after.contains(c)) {
            return None;
        }
        (head.chars().count() + tail.chars().count() >= self.rest + usize::from(self.at == "weekday"))
            .then_some((head, tail))
    }
}
