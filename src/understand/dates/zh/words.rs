//! The words of `words.toml` and the named days, found by first character: longest word of a class at a place.

use crate::calendar::named;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What sort of word; one for each table of `words.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    Year,
    Day,
    DayPart,
    Relative,
    WeekNoun,
    Weekday,
    NotWeekday,
    MonthNoun,
    LunarMonth,
    LunarMark,
    SolarMark,
    Era,
    Part,
    MonthPart,
    YearPart,
    QuarterPart,
    HalfYear,
    HalfMonth,
    HalfWeek,
    QuarterNoun,
    Weekend,
    Unit,
    Offset,
    Span,
    Bound,
    Lead,
    NotBound,
    To,
    And,
    Between,
    DaySection,
    EndOfWork,
    Filler,
    Every,
    Ordinal,
    WorkingDay,
    Beside,
    Break,
    WeakAfter,
    Counted,
    NotNumberDay,
    NumberBefore,
    CodeBefore,
    FractionOf,
    Idiom,
    Event,
    BreakOver,
    Past,
    Settled,
    SetAfter,
    EnglishWeekday,
    /// A named day; the value is its place in `Words::keys`, with `WEAK` added for weak names.
    #[serde(skip)]
    Named,
}

/// Added to the value of a weak named day.
pub const WEAK: i32 = 1 << 20;

#[derive(Debug)]
struct Entry {
    class: Class,
    /// The characters after the first.
    rest: Box<[char]>,
    value: i32,
}

/// Where a mention may begin.
const STARTS: [Class; 23] = [
    Class::Year,
    Class::Day,
    Class::DayPart,
    Class::Relative,
    Class::WeekNoun,
    Class::LunarMonth,
    Class::LunarMark,
    Class::SolarMark,
    Class::Era,
    Class::MonthPart,
    Class::YearPart,
    Class::QuarterPart,
    Class::HalfYear,
    Class::HalfMonth,
    Class::HalfWeek,
    Class::Weekend,
    Class::Span,
    Class::Lead,
    Class::Every,
    Class::Ordinal,
    Class::Idiom,
    Class::Named,
    Class::Break,
];

pub struct Words {
    /// By code point of the first character (basic plane): one more than the place in `buckets`; 0: none.
    first: Box<[u16]>,
    buckets: Vec<Vec<Entry>>,
    /// Whether a mention may begin with that character.
    starts: Box<[bool]>,
    /// Keys of the named days.
    pub keys: Vec<&'static str>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    // The data is part of the program: a test holds that it parses, and an empty table is the harmless rest.
    let tables: BTreeMap<Class, BTreeMap<String, i32>> =
        serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/understand.dates.zh.words.json")))
            .unwrap_or_default();
    let mut words = Words {
        first: vec![0; 0x1_0000].into(),
        buckets: Vec::new(),
        starts: vec![false; 0x1_0000].into(),
        keys: Vec::new(),
    };
    for (class, table) in &tables {
        for (text, value) in table {
            words.add(*class, text, *value);
        }
    }
    for word in named::words().iter().filter(|w| w.chinese) {
        // The words come in the order of their keys.
        if words.keys.last() != Some(&word.key) {
            words.keys.push(word.key);
        }
        let place = words.keys.len() - 1;
        words.add(Class::Named, &word.text, place as i32 + if word.weak { WEAK } else { 0 });
    }
    for bucket in &mut words.buckets {
        bucket.sort_by_key(|e| (e.class, std::cmp::Reverse(e.rest.len())));
    }
    for digit in "0123456789〇零一二两三四五六七八九十廿卅半q闰".chars() {
        if let Some(slot) = words.starts.get_mut(digit as usize) {
            *slot = true;
        }
    }
    words
});

impl Words {
    pub fn get() -> &'static Self {
        &WORDS
    }

    fn add(&mut self, class: Class, text: &str, value: i32) {
        let mut chars = text.chars();
        let Some(head) = chars.next() else { return };
        let Some(slot) = self.first.get_mut(head as usize) else { return };
        if *slot == 0 {
            self.buckets.push(Vec::new());
            *slot = self.buckets.len() as u16;
        }
        if let Some(bucket) = self.buckets.get_mut(*slot as usize - 1) {
            bucket.push(Entry { class, rest: chars.collect(), value });
        }
        if STARTS.contains(&class)
            && let Some(start) = self.starts.get_mut(head as usize)
        {
            *start = true;
        }
    }

    pub fn may_start(&self, c: char) -> bool {
        self.starts.get(c as usize).copied().unwrap_or(false)
    }

    /// The longest word of that class at `at`: its value and the place after it.
    pub fn at(&self, class: Class, text: &[char], at: usize) -> Option<(i32, usize)> {
        let head = *text.get(at)?;
        let bucket = self.buckets.get((*self.first.get(head as usize)? as usize).checked_sub(1)?)?;
        let tail = text.get(at + 1..)?;
        of_class(bucket, class).iter().find(|e| tail.starts_with(&e.rest)).map(|e| (e.value, at + 1 + e.rest.len()))
    }

    pub fn is(&self, class: Class, text: &[char], at: usize) -> bool {
        self.at(class, text, at).is_some()
    }

    /// Every word of that class at `at`, longest first.
    pub fn all<'a>(
        &'a self,
        class: Class,
        text: &'a [char],
        at: usize,
    ) -> impl Iterator<Item = (i32, usize)> + use<'a> {
        let bucket = text
            .get(at)
            .and_then(|head| self.first.get(*head as usize))
            .and_then(|n| self.buckets.get((*n as usize).checked_sub(1)?));
        let tail = text.get(at + 1..).unwrap_or(&[]);
        bucket
            .map_or(&[][..], |b| of_class(b, class))
            .iter()
            .filter(move |e| tail.starts_with(&e.rest))
            .map(move |e| (e.value, at + 1 + e.rest.len()))
    }

    /// Whether a word of that class ends just before `at`; such words have at most four characters.
    pub fn ends_before(&self, class: Class, text: &[char], at: usize) -> bool {
        (at.saturating_sub(8)..at).any(|from| self.all(class, text, from).any(|(_, end)| end == at))
    }
}

/// The words of one class in a bucket, which has the classes in order: 国 begins hundreds of named days.
fn of_class(bucket: &[Entry], class: Class) -> &[Entry] {
    let from = bucket.partition_point(|e| e.class < class);
    let to = bucket.partition_point(|e| e.class <= class);
    bucket.get(from..to).unwrap_or(&[])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_parses_and_is_folded() {
        let tables: BTreeMap<Class, BTreeMap<String, i32>> = toml::from_str(include_str!("words.toml")).unwrap();
        assert_eq!(tables.len(), 51);
        for word in tables.values().flat_map(|t| t.keys()) {
            assert_eq!(*word, crate::message::fold::fold_str(word), "not folded");
        }
    }

    #[test]
    fn the_longest_word_wins() {
        let text: Vec<char> = "大后天之后".chars().collect();
        let words = Words::get();
        assert_eq!(words.at(Class::Day, &text, 0), Some((3, 3)));
        assert_eq!(words.at(Class::Bound, &text, 3), Some((3, 5)));
        assert_eq!(words.at(Class::Bound, &text, 9), None);
        assert!(words.ends_before(Class::Day, &text, 3));
    }
}
