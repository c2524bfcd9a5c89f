//! Sums over messages: precision, recall and F1 by field, accuracies, calibration, for each language and for all.

use super::calibration::{self, Calibration};
use super::row::Row;
use super::score::{Count, Scored, name};
use crate::contract::{Category, Language};
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

/// Languages in the order of the columns.
const LANGUAGES: [Language; 4] = [Language::En, Language::Zh, Language::Mixed, Language::Other];

/// What came of reading.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The model folder, `the shipped reader`, or `symbols`.
    pub reader: String,
    pub messages: u64,
    /// One for each language that occurs, then `all` where there are several.
    pub parts: Vec<Part>,
    /// By labelled category: how often each was said.
    pub confusion: BTreeMap<String, BTreeMap<String, u64>>,
}

/// The figures of one language, or of all.
#[derive(Debug, Clone, Serialize)]
pub struct Part {
    /// `en`, `zh`, `mixed`, `other`, or `all`.
    pub name: String,
    pub messages: u64,
    /// Messages in which a technician would correct nothing but flags.
    pub whole: Share,
    pub category: Share,
    /// Of requests that were found.
    pub operation: Share,
    /// All fields together.
    pub all: Figures,
    pub needs: Figures,
    pub rows: BTreeMap<&'static str, Figures>,
    pub flags: Figures,
    pub by_flag: BTreeMap<String, Figures>,
    /// Things named as not wanted that were read as needs all the same.
    pub unwanted: Share,
    pub by_category: BTreeMap<String, ByCategory>,
    /// Of all fields and the category.
    pub calibration: Calibration,
    pub by_field: BTreeMap<&'static str, Calibration>,
}

/// The messages of one labelled category.
#[derive(Debug, Clone, Serialize)]
pub struct ByCategory {
    pub messages: u64,
    pub category: Share,
    pub whole: Share,
    pub all: Figures,
}

/// So many of so many.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Share {
    pub part: u64,
    pub of: u64,
}

impl Share {
    pub fn value(&self) -> Option<f64> {
        ratio(self.part, self.of)
    }

    fn count<T>(items: &[T], holds: impl Fn(&T) -> bool) -> Self {
        Self { part: items.iter().filter(|i| holds(i)).count() as u64, of: items.len() as u64 }
    }
}

impl Serialize for Share {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut out = to.serialize_struct("Share", 3)?;
        out.serialize_field("share", &self.value())?;
        out.serialize_field("part", &self.part)?;
        out.serialize_field("of", &self.of)?;
        out.end()
    }
}

/// How well something is read. A share of nothing is None.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Figures {
    pub f1: Option<f64>,
    pub precision: Option<f64>,
    pub recall: Option<f64>,
    /// Of right values, the share at exactly the labelled place.
    pub exact_span: Option<f64>,
    pub right: u64,
    pub read: u64,
    pub labelled: u64,
}

impl From<Count> for Figures {
    fn from(c: Count) -> Self {
        Self {
            f1: ratio(2 * c.right, c.read + c.labelled),
            precision: ratio(c.right, c.read),
            recall: ratio(c.right, c.labelled),
            exact_span: ratio(c.exact, c.placed),
            right: c.right,
            read: c.read,
            labelled: c.labelled,
        }
    }
}

fn ratio(part: u64, of: u64) -> Option<f64> {
    (of > 0).then(|| part as f64 / of as f64)
}

/// Sums up.
pub fn report(reader: String, scored: &[Scored]) -> Report {
    let all: Vec<&Scored> = scored.iter().collect();
    let of = |language: Language| all.iter().copied().filter(|s| s.language == language).collect::<Vec<_>>();
    let mut parts: Vec<Part> = LANGUAGES
        .into_iter()
        .map(|language| (language, of(language)))
        .filter(|(_, messages)| !messages.is_empty())
        .map(|(language, messages)| part(name(&language), &messages))
        .collect();
    if parts.len() != 1 {
        parts.push(part("all".into(), &all));
    }
    let mut confusion: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
    for one in scored {
        *confusion.entry(name(&one.category)).or_default().entry(name(&one.said)).or_default() += 1;
    }
    Report { reader, messages: scored.len() as u64, parts, confusion }
}

fn part(name: String, messages: &[&Scored]) -> Part {
    let mut rows: BTreeMap<Row, Count> = BTreeMap::new();
    for (row, count) in messages.iter().flat_map(|s| &s.counts) {
        rows.entry(*row).or_default().add(*count);
    }
    let sum = |wanted: fn(Row) -> bool| {
        let mut sum = Count::default();
        rows.iter().filter(|(row, _)| wanted(**row)).for_each(|(_, c)| sum.add(*c));
        Figures::from(sum)
    };
    let (flags, by_flag) = flags(messages);
    let operations = messages.iter().fold((0, 0), |a, s| (a.0 + s.operations.0, a.1 + s.operations.1));
    let unwanted = messages.iter().fold((0, 0), |a, s| (a.0 + s.unwanted.0, a.1 + s.unwanted.1));
    let said = || messages.iter().flat_map(|s| &s.sure);
    let field = |row: Option<Row>| calibration::of(said().filter(|s| s.row == row));
    let mut by_field = BTreeMap::from([("category", field(None))]);
    by_field.extend(Row::ALL.into_iter().map(|r| (r.name(), field(Some(r)))).filter(|(_, c)| c.said > 0));
    Part {
        name,
        messages: messages.len() as u64,
        whole: Share::count(messages, |s| s.whole()),
        category: Share::count(messages, |s| s.said == s.category),
        operation: Share { part: operations.1, of: operations.0 },
        all: sum(Row::is_field),
        needs: sum(Row::is_need),
        rows: rows.into_iter().map(|(row, count)| (row.name(), count.into())).collect(),
        flags,
        by_flag,
        unwanted: Share { part: unwanted.1, of: unwanted.0 },
        by_category: by_category(messages),
        calibration: calibration::of(said()),
        by_field,
    }
}

fn flags(messages: &[&Scored]) -> (Figures, BTreeMap<String, Figures>) {
    let mut all = Count::default();
    let mut each: BTreeMap<String, Count> = BTreeMap::new();
    for (flag, labelled, raised) in messages.iter().flat_map(|s| &s.flags) {
        let right = u64::from(*labelled && *raised);
        let count = Count { right, read: (*raised).into(), labelled: (*labelled).into(), ..Count::default() };
        all.add(count);
        each.entry(name(flag)).or_default().add(count);
    }
    (all.into(), each.into_iter().map(|(k, c)| (k, c.into())).collect())
}

fn by_category(messages: &[&Scored]) -> BTreeMap<String, ByCategory> {
    let mut groups: BTreeMap<Category, Vec<&Scored>> = BTreeMap::new();
    for one in messages {
        groups.entry(one.category).or_default().push(one);
    }
    let figures = |group: Vec<&Scored>| {
        let mut sum = Count::default();
        group.iter().for_each(|s| sum.add(s.fields()));
        ByCategory {
            messages: group.len() as u64,
            category: Share::count(&group, |s| s.said == s.category),
            whole: Share::count(&group, |s| s.whole()),
            all: sum.into(),
        }
    };
    groups.into_iter().map(|(category, group)| (name(&category), figures(group))).collect()
}

impl Report {
    /// The part of all messages.
    pub fn all(&self) -> Option<&Part> {
        self.parts.last()
    }

    /// The figure that a floor's key names; None: there is no such key. The inner None: nothing was measured.
    pub fn figure(&self, key: &str) -> Option<Option<f64>> {
        let split = key.split_once('.').filter(|(l, _)| LANGUAGES.iter().any(|known| name(known) == *l));
        let (part, key) = match split {
            Some((language, key)) => (self.parts.iter().find(|p| p.name == language), key),
            None => (self.all(), key),
        };
        let of = |figure: fn(&Part) -> Option<f64>| Some(part.and_then(figure));
        match key {
            "f1" => of(|p| p.all.f1),
            "precision" => of(|p| p.all.precision),
            "recall" => of(|p| p.all.recall),
            "category" => of(|p| p.category.value()),
            // The accuracy among found requests, which the summary shows; not the row's F1.
            "operation" => of(|p| p.operation.value()),
            "flags" => of(|p| p.flags.f1),
            "whole" => of(|p| p.whole.value()),
            "needs" => of(|p| p.needs.f1),
            _ => {
                let row = Row::ALL.into_iter().find(|r| r.name() == key)?;
                Some(part.and_then(|p| p.rows.get(row.name())).and_then(|f| f.f1))
            }
        }
    }
}
