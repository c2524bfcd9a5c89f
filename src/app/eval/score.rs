//! One message judged: what of its labels was read, what was missed, what was read beyond them.

use super::facts::{self, Asked, Fact};
use super::pair::{self, exact, one_person};
use super::row::Row;
use crate::contract::{Category, Flag, Language, Operation, Understanding};
use crate::message::{Span, Text};
use crate::understand::labels::{FLAGS, Labelled, Value};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// How often something was read and how often it was right.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    pub right: u64,
    pub read: u64,
    pub labelled: u64,
    /// Right ones whose words stand somewhere in the text, in the label and in the reading.
    pub placed: u64,
    /// Those of `placed` that stand at exactly the labelled place.
    pub exact: u64,
}

impl Count {
    pub fn add(&mut self, other: Count) {
        self.right += other.right;
        self.read += other.read;
        self.labelled += other.labelled;
        self.placed += other.placed;
        self.exact += other.exact;
    }
}

/// A value said with a confidence. `row`: None for the category.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sure {
    pub row: Option<Row>,
    pub confidence: f32,
    pub right: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Right,
    /// Another value than the labelled one.
    Wrong,
    Missed,
    /// Nothing of the sort is labelled.
    Extra,
}

/// One value for the eye.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    pub verdict: Verdict,
    pub row: Row,
    pub label: Option<String>,
    pub read: Option<String>,
    pub confidence: Option<f32>,
    pub label_spans: Vec<Span>,
    pub read_spans: Vec<Span>,
}

/// One message against its reading.
#[derive(Debug, Clone)]
pub struct Scored {
    pub language: Language,
    pub category: Category,
    pub said: Category,
    pub said_with: f32,
    pub counts: BTreeMap<Row, Count>,
    /// Requests that were found, and those of them whose operation is right.
    pub operations: (u64, u64),
    pub sure: Vec<Sure>,
    /// Whether it is labelled, whether it was raised.
    pub flags: Vec<(Flag, bool, bool)>,
    /// Things named as not wanted, and those of them that were read as needs.
    pub unwanted: (u64, u64),
    pub items: Vec<Item>,
}

impl Scored {
    /// Nothing for a technician to correct: category, requests and all values.
    pub fn whole(&self) -> bool {
        self.said == self.category && self.counts.values().all(|c| c.right == c.read && c.right == c.labelled)
    }

    /// The sum of all fields.
    pub fn fields(&self) -> Count {
        let mut sum = Count::default();
        self.counts.iter().filter(|(row, _)| row.is_field()).for_each(|(_, c)| sum.add(*c));
        sum
    }

    fn count(&mut self, row: Row, count: Count) {
        self.counts.entry(row).or_default().add(count);
    }
}

const READ: Count = Count { right: 0, read: 1, labelled: 0, placed: 0, exact: 0 };
const LABELLED: Count = Count { right: 0, read: 0, labelled: 1, placed: 0, exact: 0 };
const RIGHT: Count = Count { right: 1, read: 1, labelled: 1, placed: 0, exact: 0 };

/// Holds what was read against the labels.
pub fn score(labelled: &Labelled, read: &Understanding) -> Scored {
    let triage = &read.triage;
    let right = triage.category == labelled.category;
    let mut scored = Scored {
        language: labelled.language,
        category: labelled.category,
        said: triage.category,
        said_with: triage.confidence,
        counts: BTreeMap::new(),
        operations: (0, 0),
        sure: vec![Sure { row: None, confidence: triage.confidence, right }],
        flags: FLAGS.iter().map(|f| (*f, labelled.flags.contains(f), triage.flags.contains(f))).collect(),
        unwanted: (0, 0),
        items: Vec::new(),
    };
    let labels: Vec<Asked> = labelled.people.iter().map(facts::labelled).collect();
    let reads: Vec<Asked> = read.requests.iter().map(facts::read).collect();
    let pairs = pair::requests(&labels, &reads);
    for (l, (label, person)) in labels.iter().zip(&labelled.people).enumerate() {
        let partner = pairs.iter().find(|p| p.0 == l).and_then(|p| reads.get(p.1));
        let not = facts::unwanted(person);
        scored.unwanted.0 += not.len() as u64;
        match partner {
            Some(read) => {
                let needs = || read.facts.iter().filter(|f| f.row.is_need()).flat_map(|f| &f.spans);
                scored.unwanted.1 += not.iter().filter(|n| needs().any(|s| s.overlaps(**n))).count() as u64;
                both(&mut scored, &labelled.text, label, read);
            }
            None => alone(&mut scored, &labelled.text, label, Verdict::Missed),
        }
    }
    for (r, read) in reads.iter().enumerate() {
        if pairs.iter().all(|p| p.1 != r) {
            alone(&mut scored, &labelled.text, read, Verdict::Extra);
        }
    }
    scored
}

fn both(scored: &mut Scored, text: &Text, label: &Asked, read: &Asked) {
    let found = label.kind == read.kind && (label.names.is_empty() || one_person(label, read));
    request(scored, Row::Request, found, (asks(label), asks(read)));
    let same = label.operation == read.operation;
    request(scored, Row::Operation, same, (operation(label.operation), operation(read.operation)));
    scored.operations.0 += 1;
    scored.operations.1 += u64::from(same);

    let matches = pair::facts(&label.facts, &read.facts);
    for (fact, found) in read.facts.iter().zip(&matches) {
        scored.count(fact.row, READ);
        let partner = found.and_then(|l| label.facts.get(l));
        if let Some(confidence) = fact.confidence {
            scored.sure.push(Sure { row: Some(fact.row), confidence, right: partner.is_some() });
        }
        let other = || label.facts.iter().find(|l| l.row == fact.row && !fact.row.is_many());
        let (verdict, beside) = match (partner, other()) {
            (Some(label), _) => {
                let placed = fact.row.has_place() && !label.spans.is_empty() && !fact.spans.is_empty();
                let exact = placed && exact(label, fact);
                let count = Count { right: 1, placed: placed.into(), exact: exact.into(), ..Count::default() };
                scored.count(fact.row, count);
                (Verdict::Right, Some(label))
            }
            (None, Some(label)) => (Verdict::Wrong, Some(label)),
            (None, None) => (Verdict::Extra, None),
        };
        scored.items.push(item(text, verdict, beside, Some(fact)));
    }
    for (l, fact) in label.facts.iter().enumerate() {
        scored.count(fact.row, LABELLED);
        let shown = matches.contains(&Some(l)) || !fact.row.is_many() && read.facts.iter().any(|r| r.row == fact.row);
        if !shown {
            scored.items.push(item(text, Verdict::Missed, Some(fact), None));
        }
    }
}

/// A fact about the request itself.
fn request(scored: &mut Scored, row: Row, right: bool, (label, read): (String, String)) {
    let mut count = RIGHT;
    count.right = right.into();
    scored.count(row, count);
    scored.items.push(Item {
        verdict: if right { Verdict::Right } else { Verdict::Wrong },
        row,
        label: Some(label),
        read: Some(read),
        confidence: None,
        label_spans: Vec::new(),
        read_spans: Vec::new(),
    });
}

/// A request that has no partner on the other side.
fn alone(scored: &mut Scored, text: &Text, asked: &Asked, verdict: Verdict) {
    let extra = verdict == Verdict::Extra;
    let count = if extra { READ } else { LABELLED };
    scored.count(Row::Request, count);
    scored.count(Row::Operation, count);
    let what = Some(asks(asked));
    let (label, read) = if extra { (None, what) } else { (what, None) };
    let spans = || asked.mentions.clone();
    scored.items.push(Item {
        verdict,
        row: Row::Request,
        label,
        read,
        confidence: None,
        label_spans: if extra { Vec::new() } else { spans() },
        read_spans: if extra { spans() } else { Vec::new() },
    });
    for fact in &asked.facts {
        scored.count(fact.row, count);
        if let Some(confidence) = fact.confidence.filter(|_| extra) {
            scored.sure.push(Sure { row: Some(fact.row), confidence, right: false });
        }
        let (label, read) = if extra { (None, Some(fact)) } else { (Some(fact), None) };
        scored.items.push(item(text, verdict, label, read));
    }
}

fn item(text: &Text, verdict: Verdict, label: Option<&Fact>, read: Option<&Fact>) -> Item {
    Item {
        verdict,
        row: label.or(read).map_or(Row::Request, |f| f.row),
        label: label.map(|f| words(text, f)),
        read: read.map(|f| words(text, f)),
        confidence: read.and_then(|f| f.confidence),
        label_spans: label.map(|f| f.spans.clone()).unwrap_or_default(),
        read_spans: read.map(|f| f.spans.clone()).unwrap_or_default(),
    }
}

/// The value as it is shown; an unknown day by its words.
fn words(text: &Text, fact: &Fact) -> String {
    let of = |value: &Value| match value {
        Value::Words(words) => Some(words.clone()),
        Value::Day(day) => day.map(|d| d.to_string()),
        Value::Instant(at) => at.map(|t| t.to_rfc3339()),
        Value::Employment(v) => Some(name(v)),
        Value::Mode(v) => Some(name(v)),
        Value::Reason(v) => Some(name(v)),
    };
    let first = fact.spans.first();
    fact.values.iter().find_map(of).or_else(|| first.map(|s| text.quote(*s).to_owned())).unwrap_or_default()
}

fn asks(asked: &Asked) -> String {
    let who = asked.names.first().map_or("nobody named", String::as_str);
    format!("{} of {who}", name(&asked.kind))
}

fn operation(operation: Operation) -> String {
    name(&operation)
}

/// The contract's word for a value of one of its lists.
pub fn name<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(Json::String(word)) => word,
        _ => String::new(),
    }
}
