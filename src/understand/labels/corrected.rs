//! The contract's form: an understanding as a technician corrected it; its evidence spans are the labels.

use super::{Fault, Key, Label, Labelled, Name, Part, Person, flags, places, value};
use crate::contract::{Action, DateField, Field, Need, Request, Span as Evidence, Understanding};
use crate::message::{Text, fold};
use chrono::DateTime;
use serde::Serialize;

/// The understanding with its spans and values checked.
pub(super) fn labelled(read: Understanding) -> Result<Labelled, Fault> {
    let facts = read.message;
    let text = Text::new(facts.text);
    let received_at = DateTime::parse_from_rfc3339(&facts.received_at).map_err(|_| Fault::Value {
        at: "message.received_at".into(),
        value: format!("{:?}", facts.received_at),
        wanted: "an instant like 2026-03-10T09:00:00+08:00",
    })?;
    // Only a subject that the text begins with is one of its lines.
    let subject = facts.subject.filter(|s| {
        let rest = text.raw().strip_prefix(s.as_str());
        !s.is_empty() && rest.is_some_and(|r| r.is_empty() || r.starts_with('\n'))
    });
    let mut people = Vec::with_capacity(read.requests.len());
    for (i, request) in read.requests.iter().enumerate() {
        people.push(person(&text, i, request, facts.from.as_deref())?);
    }
    Ok(Labelled {
        id: facts.id,
        skeleton: None,
        language: facts.language,
        channel: facts.channel,
        received_at,
        from: facts.from,
        subject,
        category: read.triage.category,
        flags: flags(&read.triage.flags),
        people,
        text,
    })
}

/// Puts labels together, with the place in the line for faults.
struct Labels<'t> {
    text: &'t Text,
    request: usize,
    found: Vec<Label>,
}

impl Labels<'_> {
    fn add(&mut self, key: Key, name: &str, said: &str, evidence: &[Evidence]) -> Result<(), Fault> {
        let at = format!("requests[{}].{name}", self.request);
        for span in places(self.text, evidence, &at)? {
            let value = value(key, Some(said), said, || at.clone())?;
            self.found.push(Label { span, key, value });
        }
        Ok(())
    }

    fn words(&mut self, key: Key, name: &str, field: &Option<Field<String>>) -> Result<(), Fault> {
        field.as_ref().map_or(Ok(()), |f| self.add(key, name, &f.value, &f.evidence))
    }

    fn date(&mut self, key: Key, name: &str, field: &Option<DateField>) -> Result<(), Fault> {
        field.as_ref().map_or(Ok(()), |f| self.add(key, name, &f.value, &f.evidence))
    }

    fn choice<T: Serialize>(&mut self, key: Key, name: &str, field: &Option<Field<T>>) -> Result<(), Fault> {
        let Some(field) = field else { return Ok(()) };
        let said = serde_json::to_value(&field.value).map_err(|e| Fault::Form(e.to_string()))?;
        self.add(key, name, said.as_str().unwrap_or_default(), &field.evidence)
    }

    /// A need that copies a person's is a `like`, whatever its action. The contract gives `to` and `until` no evidence.
    fn need(&mut self, number: usize, need: &Need) -> Result<(), Fault> {
        let key = match need.action {
            _ if need.like.is_some() => Key::Like,
            Action::Grant => Key::Grant,
            Action::Revoke => Key::Revoke,
            Action::Recover => Key::Recover,
            Action::Delegate => Key::Delegate,
            Action::Retain => Key::Retain,
        };
        let name = format!("needs[{number}]");
        self.add(key, &name, &need.text, &need.evidence)?;
        for (key, said) in [(Key::To, &need.to), (Key::Until, &need.until)] {
            if let Some(said) = said {
                let at = || format!("requests[{}].{name}", self.request);
                let value = value(key, Some(said), said, at)?;
                self.found.push(Label { span: None, key, value });
            }
        }
        Ok(())
    }
}

fn person(text: &Text, number: usize, request: &Request, from: Option<&str>) -> Result<Person, Fault> {
    let Request { person, .. } = request;
    let mut labels = Labels { text, request: number, found: Vec::new() };
    labels.date(Key::Start, "start_date", &request.start_date)?;
    labels.date(Key::End, "end_date", &request.end_date)?;
    labels.words(Key::RevokeAt, "revoke_at", &request.revoke_at)?;
    labels.choice(Key::EmploymentType, "employment_type", &request.employment_type)?;
    labels.choice(Key::WorkMode, "work_mode", &request.work_mode)?;
    labels.choice(Key::Reason, "reason", &request.reason)?;
    labels.words(Key::Title, "job_title", &request.job_title)?;
    labels.words(Key::Department, "department", &request.department)?;
    labels.words(Key::Manager, "manager", &request.manager)?;
    labels.words(Key::Location, "location", &request.location)?;
    labels.words(Key::EmployeeNumber, "person.employee_number", &person.employee_number)?;
    labels.words(Key::Email, "person.email", &person.email)?;
    labels.words(Key::Phone, "person.phone", &person.phone)?;
    labels.words(Key::NewName, "person.new_name", &person.new_name)?;
    for (i, need) in request.needs.iter().enumerate() {
        labels.need(i, need)?;
    }
    let mut names = Vec::new();
    if let Some(name) = &person.name {
        let at = format!("requests[{number}].person.name");
        names.extend(places(text, &name.evidence, &at)?.into_iter().map(|span| Name {
            span,
            part: Part::Name,
            words: name.value.clone(),
        }));
    }
    let writer = match (&person.name, from) {
        (Some(name), Some(from)) => fold::stands_in(&fold::fold_str(from), &fold::fold_str(&name.value)),
        _ => false,
    };
    Ok(Person { kind: request.kind, operation: request.operation, writer, names, labels: labels.found })
}

#[cfg(test)]
mod tests {
    use super::super::Value;
    use super::*;

    #[test]
    fn a_choice_is_labelled_by_its_word_in_the_contract() {
        let text = Text::new("she is permanent");
        let mut labels = Labels { text: &text, request: 0, found: Vec::new() };
        let evidence = vec![Evidence { source: None, start: 7, end: 16, quote: "permanent".into() }];
        let field = Field { value: crate::contract::EmploymentType::FullTime, confidence: 0.5, evidence, entry: None };
        labels.choice(Key::EmploymentType, "employment_type", &Some(field)).unwrap();
        assert_eq!(labels.found[0].value, Value::Employment(crate::contract::EmploymentType::FullTime));
    }
}
