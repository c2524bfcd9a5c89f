//! Labelled messages: what a careful reader finds in a text, one JSON line each; for measuring and for training.
//!
//! Two forms are read: the generator's (`filled`), and an understanding of the contract as a technician corrected it
//! (`corrected`). All offsets are Unicode scalar values into `text`, end exclusive.

use crate::contract::{
    Category, Channel, EmploymentType, Flag, Kind, Language, Operation, Reason, SCHEMA, Span as Evidence, WorkMode,
};
use crate::message::{Span, Text};
use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::Deserialize;

mod corrected;
mod filled;
mod message;
#[cfg(test)]
mod tests;

/// The flags that the words of a message raise, and that labels therefore tell of; others follow from knowledge.
pub const FLAGS: [Flag; 3] = [Flag::PromptInjection, Flag::SuspectedFraud, Flag::PrivilegedAccess];

/// One labelled message.
#[derive(Debug, Clone)]
pub struct Labelled {
    pub id: String,
    /// What it was filled from; messages of one skeleton are much alike. Absent for real ones.
    pub skeleton: Option<String>,
    pub language: Language,
    pub channel: Channel,
    /// Relative dates of the text resolve against it.
    pub received_at: DateTime<FixedOffset>,
    /// The sender as a name, an address, or `Name <address>`, where one is known.
    pub from: Option<String>,
    /// The first line of `text`, where that is a subject.
    pub subject: Option<String>,
    pub text: Text,
    pub category: Category,
    /// Of `FLAGS`, in their order.
    pub flags: Vec<Flag>,
    /// One for each person and action; empty for support, hr_question and other.
    pub people: Vec<Person>,
}

/// What a message asks for one person.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    pub kind: Kind,
    pub operation: Operation,
    /// Whether the person wrote the message.
    pub writer: bool,
    /// Every mention.
    pub names: Vec<Name>,
    pub labels: Vec<Label>,
}

/// A mention of a person.
#[derive(Debug, Clone, PartialEq)]
pub struct Name {
    /// None: a technician typed it, it stands in no text.
    pub span: Option<Span>,
    pub part: Part,
    pub words: String,
}

/// How much of a name a mention gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// The name as a request should hold it.
    Name,
    /// A given name, a nickname, a surname with a title, on later mention.
    First,
}

/// Words that say something of a person.
#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    /// None: the value stands in no text, because a technician typed it or the contract gives it no evidence.
    pub span: Option<Span>,
    pub key: Key,
    pub value: Value,
}

/// What labelled words say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Key {
    Start,
    End,
    #[serde(rename = "revokeat")]
    RevokeAt,
    /// How long a retained thing is kept.
    Until,
    Title,
    #[serde(rename = "dept")]
    Department,
    #[serde(rename = "mgr")]
    Manager,
    #[serde(rename = "loc")]
    Location,
    #[serde(rename = "emp")]
    EmployeeNumber,
    Email,
    Phone,
    NewName,
    #[serde(rename = "et")]
    EmploymentType,
    #[serde(rename = "wm")]
    WorkMode,
    Reason,
    Grant,
    Revoke,
    Recover,
    Retain,
    Delegate,
    /// The whole phrase 'same access as Tom'.
    Like,
    /// Who receives a delegation.
    To,
    /// Named, and not wanted.
    Not,
}

/// What a label's words mean.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// The words themselves, or a value that differs from them by a title or by punctuation.
    Words(String),
    /// None: the labeller did not know the day.
    Day(Option<NaiveDate>),
    /// None: the labeller did not know the instant.
    Instant(Option<DateTime<FixedOffset>>),
    Employment(EmploymentType),
    Mode(WorkMode),
    Reason(Reason),
}

/// Why a line is no labelled message. `at` names the place in the line, like `people[0].spans[2] (start)`.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Fault {
    #[error("this is no labelled message: {0}")]
    Form(String),
    #[error("the schema is {0:?}; only {SCHEMA:?} is known")]
    Schema(String),
    #[error("`subject_chars` is {said}, but character {said} of the text is no line break")]
    Subject { said: usize },
    #[error("{at}: {start} to {end} is no stretch of words of the text, which has {chars} characters")]
    Span { at: String, start: usize, end: usize, chars: usize },
    #[error("{at}: the text has {there:?} at {start} to {end}, not {said:?}")]
    Quote { at: String, start: usize, end: usize, there: String, said: String },
    #[error("{at}: the value is {value}; it must be {wanted}")]
    Value { at: String, value: String, wanted: &'static str },
}

/// Reads one line of either form.
pub fn parse(line: &str) -> Result<Labelled, Fault> {
    #[derive(Deserialize)]
    struct Peek {
        schema: Option<String>,
    }
    let form = |e: serde_json::Error| Fault::Form(e.to_string());
    match serde_json::from_str::<Peek>(line).map_err(form)?.schema {
        None => filled::labelled(serde_json::from_str(line).map_err(form)?),
        Some(schema) if schema == SCHEMA => corrected::labelled(serde_json::from_str(line).map_err(form)?),
        Some(other) => Err(Fault::Schema(other)),
    }
}

/// The span, if words stand there.
fn place(text: &Text, start: usize, end: usize, at: impl Fn() -> String) -> Result<Span, Fault> {
    let fits = start < end && end <= text.len();
    if !fits || text.quote(Span::new(start, end)).trim().is_empty() {
        return Err(Fault::Span { at: at(), start, end, chars: text.len() });
    }
    Ok(Span::new(start, end))
}

/// The meaning of a label's value: what is written beside it, else its words.
fn value(key: Key, said: Option<&str>, words: &str, at: impl Fn() -> String) -> Result<Value, Fault> {
    let wrong = |wanted: &'static str| Fault::Value {
        at: at(),
        value: said.map_or_else(|| "null".to_owned(), |s| format!("{s:?}")),
        wanted,
    };
    Ok(match key {
        Key::Start | Key::End | Key::Until => Value::Day(match said {
            None => None,
            Some(day) => Some(day.parse().map_err(|_| wrong("a day like 2026-03-16, or null"))?),
        }),
        Key::RevokeAt => Value::Instant(match said {
            None => None,
            Some(instant) => Some(
                DateTime::parse_from_rfc3339(instant)
                    .map_err(|_| wrong("an instant like 2026-03-27T17:00:00+00:00, or null"))?,
            ),
        }),
        Key::EmploymentType => Value::Employment(
            one_of(said).ok_or_else(|| wrong("full_time, part_time, intern, contractor or temporary"))?,
        ),
        Key::WorkMode => Value::Mode(one_of(said).ok_or_else(|| wrong("onsite, remote or hybrid"))?),
        Key::Reason => Value::Reason(
            one_of(said)
                .ok_or_else(|| wrong("resignation, dismissal, redundancy, retirement, contract_end or other"))?,
        ),
        _ => Value::Words(said.unwrap_or(words).split_whitespace().collect::<Vec<_>>().join(" ")),
    })
}

fn one_of<T: for<'a> Deserialize<'a>>(said: Option<&str>) -> Option<T> {
    use serde::de::IntoDeserializer;
    let said: serde::de::value::StrDeserializer<'_, serde::de::value::Error> = said?.into_deserializer();
    T::deserialize(said).ok()
}

/// Those of `FLAGS` that are said.
fn flags(said: &[Flag]) -> Vec<Flag> {
    FLAGS.into_iter().filter(|f| said.contains(f)).collect()
}

/// Where the contract's evidence stands in the text. Evidence that a technician typed gives one None; evidence that
/// stands in attachments alone gives nothing, because a labelled line does not hold their words.
fn places(text: &Text, evidence: &[Evidence], at: &str) -> Result<Vec<Option<Span>>, Fault> {
    let mut found = Vec::new();
    let mut typed = false;
    for (i, e) in evidence.iter().enumerate() {
        match e.source.as_deref() {
            None | Some("text") => {
                let at = || format!("{at}.evidence[{i}]");
                let span = place(text, e.start, e.end, at)?;
                let there = text.quote(span);
                if there != e.quote {
                    let (there, said) = (there.to_owned(), e.quote.clone());
                    return Err(Fault::Quote { at: at(), start: e.start, end: e.end, there, said });
                }
                found.push(Some(span));
            }
            Some("review") => typed = true,
            Some(_) => {}
        }
    }
    if found.is_empty() && typed {
        found.push(None);
    }
    Ok(found)
}
