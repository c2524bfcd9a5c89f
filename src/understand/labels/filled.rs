//! The generator's form: a filled skeleton with its spans.

use super::{Fault, Key, Label, Labelled, Name, Part, Person, flags, place, value};
use crate::contract::{Category, Channel, Flag, Kind, Language, Operation};
use crate::message::{Span, Text};
use chrono::{DateTime, FixedOffset};
use serde::Deserialize;

/// One line as it is written.
#[derive(Deserialize)]
pub(super) struct Line {
    id: String,
    skeleton: Option<String>,
    language: Language,
    channel: Channel,
    received_at: DateTime<FixedOffset>,
    /// Characters of the subject line; 0: none.
    #[serde(default)]
    subject_chars: usize,
    text: String,
    category: Category,
    #[serde(default)]
    flags: Vec<Flag>,
    #[serde(default)]
    people: Vec<Someone>,
}

#[derive(Deserialize)]
struct Someone {
    kind: Kind,
    operation: Operation,
    #[serde(default, rename = "self")]
    writer: bool,
    #[serde(default)]
    names: Vec<(usize, usize, Part)>,
    #[serde(default)]
    spans: Vec<(usize, usize, Key, Option<String>)>,
}

/// The line with its spans and values checked.
pub(super) fn labelled(line: Line) -> Result<Labelled, Fault> {
    let text = Text::new(line.text);
    let subject = subject(&text, line.subject_chars)?;
    let people = line.people.iter().enumerate().map(|(i, p)| person(&text, i, p)).collect::<Result<_, _>>()?;
    Ok(Labelled {
        id: line.id,
        skeleton: line.skeleton,
        language: line.language,
        channel: line.channel,
        received_at: line.received_at,
        from: None,
        subject,
        category: line.category,
        flags: flags(&line.flags),
        people,
        text,
    })
}

fn subject(text: &Text, chars: usize) -> Result<Option<String>, Fault> {
    if chars == 0 {
        return Ok(None);
    }
    let ends = chars == text.len() || text.quote(Span::new(chars, chars + 1)) == "\n";
    if chars > text.len() || !ends {
        return Err(Fault::Subject { said: chars });
    }
    Ok(Some(text.quote(Span::new(0, chars)).to_owned()))
}

fn person(text: &Text, number: usize, someone: &Someone) -> Result<Person, Fault> {
    let mut names = Vec::with_capacity(someone.names.len());
    for (i, (start, end, part)) in someone.names.iter().enumerate() {
        let span = place(text, *start, *end, || format!("people[{number}].names[{i}]"))?;
        names.push(Name { span: Some(span), part: *part, words: text.quote(span).trim().to_owned() });
    }
    let mut labels = Vec::with_capacity(someone.spans.len());
    for (i, (start, end, key, said)) in someone.spans.iter().enumerate() {
        let at = || format!("people[{number}].spans[{i}]");
        let span = place(text, *start, *end, at)?;
        labels.push(Label { span: Some(span), key: *key, value: value(*key, said.as_deref(), text.quote(span), at)? });
    }
    Ok(Person { kind: someone.kind, operation: someone.operation, writer: someone.writer, names, labels })
}
