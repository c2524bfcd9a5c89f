//! Whether a read value is the labelled one.
//!
//! Texts are compared folded (NFKC, half-width, lower case, simplified) and without articles; people without titles.
//! - Numbers and addresses: equal letters and digits.
//! - Chinese: equal, or one holds the other and is at most twice as long; a person's name must be equal.
//! - English: six in ten of the label's words are read, and not more than twice as many words as it has, or two beyond.
//! - Days and instants: equal; where the labeller did not know them, their words overlap. Of `until`, whose words the
//!   contract does not give, any day will do then.

use super::facts::Fact;
use super::row::Row;
use crate::message::fold::{fold_str, is_han};
use crate::understand::labels::Value;
use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization;

/// Least share of the label's English words that must be read.
const SHARE: f64 = 0.6;
/// Most times that one of two Chinese texts may be as long as the other.
const TIMES: usize = 2;
/// English words that may be read beyond the label's, where twice as many are fewer.
const BEYOND: usize = 2;

const ARTICLES: [&str; 3] = ["a", "an", "the"];
const TITLES: [&str; 16] = [
    "mr",
    "mrs",
    "ms",
    "miss",
    "mx",
    "dr",
    "prof",
    "professor",
    "sir",
    "dame",
    "madam",
    "sr",
    "herr",
    "frau",
    "mme",
    "m",
];
const TITLES_ZH: [&str; 9] = ["先生", "女士", "小姐", "太太", "老师", "博士", "教授", "同学", "同事"];

/// Whether one of the label's values is what was read.
pub fn same(label: &Fact, read: &Fact) -> bool {
    label.row == read.row && label.values.iter().any(|l| read.values.iter().any(|r| agree(label, read, l, r)))
}

fn agree(label: &Fact, read: &Fact, l: &Value, r: &Value) -> bool {
    match (l, r) {
        (Value::Day(None), Value::Day(Some(_))) if !label.row.has_place() => true,
        (Value::Day(None), Value::Day(Some(_))) | (Value::Instant(None), Value::Instant(Some(_))) => {
            label.spans.iter().any(|a| read.spans.iter().any(|b| a.overlaps(*b)))
        }
        (Value::Instant(Some(l)), Value::Instant(Some(r))) => l == r,
        (Value::Day(Some(l)), Value::Day(Some(r))) => l == r,
        (Value::Words(l), Value::Words(r)) => match label.row {
            Row::EmployeeNumber | Row::Email | Row::Phone => letters(l) == letters(r),
            Row::Name | Row::NewName | Row::To | Row::Manager => texts(l, r, true),
            _ => texts(l, r, false),
        },
        (Value::Employment(l), Value::Employment(r)) => l == r,
        (Value::Mode(l), Value::Mode(r)) => l == r,
        (Value::Reason(l), Value::Reason(r)) => l == r,
        _ => false,
    }
}

/// Whether two mentions name one person.
pub fn person(label: &str, read: &str) -> bool {
    texts(label, read, true)
}

fn texts(label: &str, read: &str, person: bool) -> bool {
    let (l, r) = (plain(label), plain(read));
    if l == r {
        return true;
    }
    if l.chars().chain(r.chars()).any(is_han) {
        return chinese(&l, &r, person);
    }
    english(&l, &r, person)
}

fn plain(words: &str) -> String {
    let folded = fold_str(&words.nfkc().collect::<String>());
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Letters and digits alone.
fn letters(words: &str) -> String {
    plain(words).chars().filter(|c| c.is_alphanumeric()).collect()
}

fn chinese(l: &str, r: &str, person: bool) -> bool {
    let bare = |words: &str| {
        let words = letters(words);
        let title = TITLES_ZH.iter().find_map(|t| words.strip_suffix(t).filter(|rest| person && !rest.is_empty()));
        title.map_or(words.clone(), str::to_owned)
    };
    let (l, r) = (bare(l), bare(r));
    let (long, short) = if l.chars().count() >= r.chars().count() { (&l, &r) } else { (&r, &l) };
    l == r
        || !person
            && !short.is_empty()
            && long.contains(short.as_str())
            && long.chars().count() <= TIMES * short.chars().count()
}

fn english(l: &str, r: &str, person: bool) -> bool {
    let words = |text: &str| {
        let all = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned);
        let kept =
            |w: &String| !ARTICLES.contains(&w.as_str()) && (!person || w != "s" && !TITLES.contains(&w.as_str()));
        let all: BTreeSet<String> = all.collect();
        let bare: BTreeSet<String> = all.iter().filter(|w| kept(w)).cloned().collect();
        if bare.is_empty() { all } else { bare }
    };
    let (l, r) = (words(l), words(r));
    let both = l.intersection(&r).count();
    both > 0 && both as f64 >= SHARE * l.len() as f64 && r.len() <= (TIMES * l.len()).max(l.len() + BEYOND)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Span;

    fn fact(row: Row, value: Value, span: (usize, usize)) -> Fact {
        Fact { row, values: vec![value], spans: vec![Span::new(span.0, span.1)], confidence: None }
    }

    fn words(row: Row, label: &str, read: &str) -> bool {
        let of = |w: &str| fact(row, Value::Words(w.into()), (0, 1));
        same(&of(label), &of(read))
    }

    #[test]
    fn texts_meet_where_a_technician_would_not_correct_them() {
        assert!(words(Row::Department, "the Finance", "FINANCE"));
        assert!(words(Row::Grant, "second monitor", "second 27-inch monitor"));
        assert!(!words(Row::Grant, "second monitor", "monitor arm"), "half of the words");
        assert!(!words(Row::Grant, "laptop", "laptop, a badge and the Snowflake licence"), "four words beyond");
        assert!(words(Row::Grant, "笔记本", "笔记本电脑"));
        assert!(!words(Row::Grant, "电脑", "财务部共享电脑"), "more than twice as long");
        assert!(words(Row::Grant, "ＶＰＮ　权限", "VPN权限"));
        assert!(!words(Row::Department, "财务部", "市场部"));
    }

    #[test]
    fn people_lose_titles_and_nothing_else() {
        assert!(words(Row::Manager, "Dr. Priya Shah", "Priya Shah"));
        assert!(words(Row::Name, "陈晓", "陈晓女士"));
        assert!(!words(Row::Name, "李明", "李明华"), "another person");
        assert!(!words(Row::Name, "Tom Ash", "Tom Birch"));
        assert!(!words(Row::JobTitle, "老师", "教授"), "a title is a job's name");
    }

    #[test]
    fn numbers_are_exact() {
        assert!(words(Row::EmployeeNumber, "E-1042", "e1042"));
        assert!(!words(Row::EmployeeNumber, "10423", "1042"));
        assert!(words(Row::Phone, "+44 20 7946 0012", "+442079460012"));
    }

    #[test]
    fn an_unknown_day_is_told_by_its_words() {
        let day = |d: &str| Value::Day(d.parse().ok());
        let known = fact(Row::StartDate, day("2026-03-16"), (4, 10));
        assert!(same(&known, &fact(Row::StartDate, day("2026-03-16"), (50, 60))));
        assert!(!same(&known, &fact(Row::StartDate, day("2026-03-17"), (4, 10))));
        let unknown = fact(Row::StartDate, Value::Day(None), (4, 10));
        assert!(same(&unknown, &fact(Row::StartDate, day("2026-03-17"), (9, 12))));
        assert!(!same(&unknown, &fact(Row::StartDate, day("2026-03-17"), (10, 12))));
        assert!(!same(&unknown, &fact(Row::EndDate, day("2026-03-17"), (4, 10))), "another field");
        assert!(same(&fact(Row::Until, Value::Day(None), (4, 10)), &fact(Row::Until, day("2026-03-17"), (90, 99))));
    }
}
