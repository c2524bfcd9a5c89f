//! What labels and readings say, in one form to be held against each other.

use super::row::Row;
use crate::contract::{self, DateField, Field, Kind, Operation, Request};
use crate::message::{Span, fold};
use crate::understand::labels::{Key, Part, Person, Value};
use chrono::DateTime;

/// One value of a request. Of a labelled one, each of `values` is right: it is said several times.
#[derive(Debug, Clone)]
pub struct Fact {
    pub row: Row,
    pub values: Vec<Value>,
    /// Where it stands in the message's text.
    pub spans: Vec<Span>,
    /// 0 to 1; None for labels, and for what carries no confidence of its own.
    pub confidence: Option<f32>,
}

/// What is asked for one person.
#[derive(Debug, Clone)]
pub struct Asked {
    pub kind: Kind,
    pub operation: Operation,
    /// All mentions, short ones too.
    pub names: Vec<String>,
    pub mentions: Vec<Span>,
    pub facts: Vec<Fact>,
}

/// What the labels of one person say.
pub fn labelled(person: &Person) -> Asked {
    let mut facts: Vec<Fact> = Vec::new();
    let whole = |part: &Part| person.names.iter().filter(|n| n.part == *part).collect::<Vec<_>>();
    let names = [Part::Name, Part::First].iter().map(whole).find(|n| !n.is_empty()).unwrap_or_default();
    for name in names {
        add(&mut facts, Row::Name, Value::Words(name.words.clone()), name.span);
    }
    for label in &person.labels {
        if let Some(row) = Row::of_key(label.key) {
            add(&mut facts, row, label.value.clone(), label.span);
        }
    }
    facts.sort_by_key(|f| f.row);
    Asked {
        kind: person.kind,
        operation: person.operation,
        names: person.names.iter().map(|n| n.words.clone()).collect(),
        mentions: person.names.iter().filter_map(|n| n.span).collect(),
        facts,
    }
}

/// Where a request names things that are not wanted, by the labels.
pub fn unwanted(person: &Person) -> Vec<Span> {
    person.labels.iter().filter(|l| l.key == Key::Not).filter_map(|l| l.span).collect()
}

/// A value that a request holds once, said again, is one fact; so is a need in the very same words.
fn add(facts: &mut Vec<Fact>, row: Row, value: Value, span: Option<Span>) {
    let same = |f: &&mut Fact| f.row == row && (!row.is_many() || f.values.iter().any(|v| alike(v, &value)));
    match facts.iter_mut().find(same) {
        Some(fact) => {
            fact.values.push(value);
            fact.spans.extend(span);
        }
        None => facts.push(Fact { row, values: vec![value], spans: span.into_iter().collect(), confidence: None }),
    }
}

fn alike(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Words(a), Value::Words(b)) => fold::fold_str(a) == fold::fold_str(b),
        _ => a == b,
    }
}

/// What the reader says of one person.
pub fn read(request: &Request) -> Asked {
    let mut facts = Vec::new();
    let person = &request.person;
    for (row, field) in [
        (Row::Name, &person.name),
        (Row::JobTitle, &request.job_title),
        (Row::Department, &request.department),
        (Row::Manager, &request.manager),
        (Row::Location, &request.location),
        (Row::EmployeeNumber, &person.employee_number),
        (Row::Email, &person.email),
        (Row::Phone, &person.phone),
        (Row::NewName, &person.new_name),
    ] {
        facts.extend(field.as_ref().map(|f| of(row, Value::Words(f.value.clone()), f)));
    }
    for (row, field) in [(Row::StartDate, &request.start_date), (Row::EndDate, &request.end_date)] {
        facts.extend(field.as_ref().map(|f| date(row, f)));
    }
    let instant = |f: &Field<String>| Value::Instant(DateTime::parse_from_rfc3339(&f.value).ok());
    facts.extend(request.revoke_at.as_ref().map(|f| of(Row::RevokeAt, instant(f), f)));
    facts.extend(request.employment_type.as_ref().map(|f| of(Row::EmploymentType, Value::Employment(f.value), f)));
    facts.extend(request.work_mode.as_ref().map(|f| of(Row::WorkMode, Value::Mode(f.value), f)));
    facts.extend(request.reason.as_ref().map(|f| of(Row::Reason, Value::Reason(f.value), f)));
    for need in &request.needs {
        let row = if need.like.is_some() { Row::Like } else { Row::of_action(need.action) };
        let spans = places(&need.evidence);
        let fact = |row, value| Fact { row, values: vec![value], spans: spans.clone(), confidence: None };
        facts.push(Fact { confidence: Some(need.confidence), ..fact(row, Value::Words(need.text.clone())) });
        facts.extend(need.to.as_ref().map(|to| fact(Row::To, Value::Words(to.clone()))));
        facts.extend(need.until.as_ref().map(|day| fact(Row::Until, Value::Day(day.parse().ok()))));
    }
    facts.sort_by_key(|f| f.row);
    Asked {
        kind: request.kind,
        operation: request.operation,
        names: person.name.iter().map(|n| n.value.clone()).collect(),
        mentions: person.name.iter().flat_map(|n| places(&n.evidence)).collect(),
        facts,
    }
}

fn of<T>(row: Row, value: Value, field: &Field<T>) -> Fact {
    Fact { row, values: vec![value], spans: places(&field.evidence), confidence: Some(field.confidence) }
}

fn date(row: Row, field: &DateField) -> Fact {
    Fact {
        row,
        values: vec![Value::Day(field.value.parse().ok())],
        spans: places(&field.evidence),
        confidence: Some(field.confidence),
    }
}

fn places(evidence: &[contract::Span]) -> Vec<Span> {
    let own = |e: &&contract::Span| e.source.as_deref().is_none_or(|s| s == "text");
    evidence.iter().filter(own).map(|e| Span::new(e.start, e.end)).collect()
}
