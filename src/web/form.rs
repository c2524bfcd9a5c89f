//! From an edit form to the understanding that a technician means, field by field; what was not touched stays.
//!
//! # Design
//! A form is a map from keys (`r0.start_date`, `r0.n1.text`) to text. [`flatten`] gives the keys and texts of an
//! understanding; the page fills its inputs with them; [`apply`] compares what came back with them, so that only
//! real changes touch a field. The same comparison tells what to keep for a technician whose form came too late.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate};
use serde_json::Value;

use super::fields::{SPECS, Shape, name_of, pointer};
use crate::contract::{Category, Need, Operation, Person, Request, Understanding};
use crate::knowledge::Knowledge;
use crate::message::text::Text;

mod need;
mod proof;
mod request;

/// Key and text of every input.
pub type Form = BTreeMap<String, String>;

/// `source` of evidence that is no quote of the message: the technician typed the value, and is its proof.
pub const TYPED: &str = "review";

/// Characters of a value that a form may hold; more is refused.
const VALUE_CHARS: usize = 2_000;
/// Requests of one case that a form may add to.
const MOST_REQUESTS: usize = 5_000;
/// How a form writes an instant: local time in the offset of the value or the message.
const LOCAL: &str = "%Y-%m-%dT%H:%M";

/// Parts of a need that a form holds.
pub const NEED_PARTS: &[&str] = &["action", "text", "catalog_id", "quantity", "category", "like", "to", "until"];

/// What evidence may be chosen from, and how words become days.
pub struct Sources<'a> {
    pub message: Text,
    /// Texts of attachments by name.
    pub attachments: BTreeMap<String, Text>,
    pub knowledge: &'a Knowledge,
    /// The likeliest first.
    pub days: &'a dyn Fn(&str) -> Vec<NaiveDate>,
}

/// What a form makes of an understanding.
#[derive(Debug, Clone)]
pub struct Applied {
    pub understanding: Understanding,
    /// Keys of inputs that could not be read, each with a word of `words.toml` that says why.
    pub faults: Vec<(String, &'static str)>,
}

/// Every input of an understanding's form with its text.
pub fn flatten(understanding: &Understanding) -> Form {
    let mut form = Form::new();
    form.insert("category".into(), name_of(&understanding.triage.category));
    for (i, request) in understanding.requests.iter().enumerate() {
        form.insert(format!("r{i}.kind"), name_of(&request.kind));
        form.insert(format!("r{i}.operation"), name_of(&request.operation));
        let json = serde_json::to_value(request).unwrap_or(Value::Null);
        for spec in SPECS {
            let value = json.pointer(&pointer(spec.path)).and_then(|field| field.get("value")).and_then(Value::as_str);
            let text = value.map(|value| written(spec.shape, value)).unwrap_or_default();
            form.insert(format!("r{i}.{}", spec.path), text);
        }
        for (j, need) in request.needs.iter().enumerate() {
            for (part, text) in need_parts(need) {
                form.insert(format!("r{i}.n{j}.{part}"), text);
            }
        }
    }
    form
}

/// A value as its input writes it.
fn written(shape: Shape, value: &str) -> String {
    match shape {
        Shape::Instant => match DateTime::parse_from_rfc3339(value) {
            Ok(at) => at.naive_local().format(LOCAL).to_string(),
            Err(_) => value.to_owned(),
        },
        _ => value.to_owned(),
    }
}

fn need_parts(need: &Need) -> [(&'static str, String); 8] {
    let text = |part: &Option<String>| part.clone().unwrap_or_default();
    [
        ("action", name_of(&need.action)),
        ("text", need.text.clone()),
        ("catalog_id", text(&need.catalog_id)),
        ("quantity", need.quantity.map(|q| q.to_string()).unwrap_or_default()),
        ("category", name_of(&need.category)),
        ("like", text(&need.like)),
        ("to", text(&need.to)),
        ("until", text(&need.until)),
    ]
}

/// Puts an item that the page suggested for a request into the form, as a row of the technician's own.
pub fn take_offer(form: &mut Form, request_key: &str, id: &str, knowledge: &Knowledge) {
    let Some(item) = knowledge.catalog.get(id) else { return };
    let start = format!("{request_key}.n");
    let rows = form.keys().filter_map(|k| k.strip_prefix(&start)?.split('.').next()?.parse::<usize>().ok());
    let row = rows.max().map_or(0, |last| last.saturating_add(1));
    for (part, value) in [("text", item.name.as_str()), ("catalog_id", id), ("action", "grant")] {
        form.insert(format!("{start}{row}.{part}"), value.to_owned());
    }
}

/// The inputs that say something else than `base` does: what a technician changed.
pub fn changes(base: &Understanding, form: &Form) -> Form {
    let was = flatten(base);
    let differs = |key: &str, text: &str| match was.get(key) {
        Some(old) => tidy(old) != tidy(text),
        None => !text.trim().is_empty() && !key.ends_with(".action") && !key.ends_with(".category"),
    };
    form.iter()
        .filter(|(key, text)| key.as_str() != "base" && differs(key, text))
        .map(|(k, t)| (k.clone(), t.clone()))
        .collect()
}

/// Line ends and outer blanks are the browser's, not the technician's.
fn tidy(text: &str) -> String {
    text.trim().replace("\r\n", "\n")
}

/// Carries out what the form says.
pub fn apply(base: &Understanding, form: &Form, sources: &Sources) -> Applied {
    let was = flatten(base);
    let mut out = Applied { understanding: base.clone(), faults: Vec::new() };
    let mut requests = Vec::with_capacity(base.requests.len());
    for (i, request) in base.requests.iter().enumerate() {
        if form.contains_key(&format!("r{i}.drop")) {
            continue;
        }
        let editor = Editor { prefix: format!("r{i}"), was: &was, form, sources, base };
        requests.push(editor.request(request, &mut out.faults));
    }
    if let Some(kind) = form.get("new.kind").map(|kind| kind.trim()).filter(|kind| !kind.is_empty()) {
        match (serde_json::from_value(kind.into()), requests.len() < MOST_REQUESTS) {
            (Ok(kind), true) => {
                let blank = Request {
                    kind,
                    operation: Operation::Create,
                    person: Person::default(),
                    employment_type: None,
                    start_date: None,
                    end_date: None,
                    revoke_at: None,
                    job_title: None,
                    department: None,
                    manager: None,
                    location: None,
                    work_mode: None,
                    reason: None,
                    needs: Vec::new(),
                };
                let editor = Editor { prefix: "new".into(), was: &was, form, sources, base };
                requests.push(editor.request(&blank, &mut out.faults));
            }
            _ => out.faults.push(("new.kind".into(), "fault.choice")),
        }
    }
    if requests.is_empty()
        && let Some(category) = form.get("category")
    {
        match serde_json::from_value::<Category>(category.as_str().into()) {
            Ok(category) if category != out.understanding.triage.category => {
                out.understanding.triage.category = category;
                out.understanding.triage.confidence = 1.0;
            }
            Ok(_) => {}
            Err(_) => out.faults.push(("category".into(), "fault.choice")),
        }
    }
    out.understanding.requests = requests;
    out
}

/// One request's part of a form.
struct Editor<'a> {
    prefix: String,
    was: &'a Form,
    form: &'a Form,
    sources: &'a Sources<'a>,
    base: &'a Understanding,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::proof::typed;
    use super::request::put;
    use super::*;

    const TEXT: &str = "New starter\nJane Roe starts on 3/4 as Analyst in Leeds. She needs a laptop and a badge.";

    fn base() -> Understanding {
        let span = |quote: &str| {
            let at = TEXT.find(quote).unwrap();
            json!({ "start": at, "end": at + quote.len(), "quote": quote })
        };
        let field = |value: &str, quote: &str| json!({ "value": value, "confidence": 0.8, "evidence": [span(quote)] });
        let mut day = field("2026-04-03", "3/4");
        put(&mut day, "ambiguous", Some(json!(["2026-03-04"])));
        put(&mut day, "derivation", Some(json!("3/4 read day first")));
        serde_json::from_value(json!({
            "schema": crate::contract::SCHEMA,
            "message": { "id": "1", "channel": "mail", "received_at": "2026-03-01T09:00:00+01:00", "language": "en", "from": null, "subject": "New starter", "text": TEXT },
            "triage": { "category": "onboarding", "confidence": 0.9, "priority": "P3", "assignee_group": null, "missing": [], "flags": [] },
            "requests": [{
                "kind": "onboarding", "operation": "create",
                "person": { "name": field("Jane Roe", "Jane Roe") },
                "start_date": day,
                "job_title": field("Analyst", "Analyst"),
                "needs": [
                    { "action": "grant", "category": "device", "text": "laptop", "catalog_id": null, "confidence": 0.7, "evidence": [span("laptop")] },
                    { "action": "grant", "category": "facility", "text": "badge", "catalog_id": null, "confidence": 0.7, "evidence": [span("badge")] }
                ]
            }]
        }))
        .unwrap()
    }

    fn applied(form: &Form) -> Applied {
        let knowledge = Knowledge::default();
        let days = |words: &str| if words == "3/4" { vec!["2026-03-04".parse().unwrap()] } else { Vec::new() };
        let sources =
            Sources { message: Text::new(TEXT), attachments: BTreeMap::new(), knowledge: &knowledge, days: &days };
        apply(&base(), form, &sources)
    }

    fn with(changes: &[(&str, &str)]) -> Applied {
        let mut form = flatten(&base());
        form.extend(changes.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())));
        applied(&form)
    }

    #[test]
    fn a_form_that_was_not_touched_changes_nothing() {
        assert_eq!(with(&[]).understanding, base());
        assert_eq!(changes(&base(), &flatten(&base())), Form::new());
        assert_eq!(applied(&Form::new()).understanding, base());
    }

    #[test]
    fn a_typed_value_is_proved_by_the_message_where_it_stands_there_else_by_the_technician() {
        let after = with(&[("r0.location", "Leeds"), ("r0.department", "Finance")]).understanding;
        let location = after.requests[0].location.clone().unwrap();
        assert_eq!(
            (location.value.as_str(), location.confidence, location.evidence[0].quote.as_str()),
            ("Leeds", 1.0, "Leeds")
        );
        let department = after.requests[0].department.clone().unwrap();
        assert_eq!(department.evidence, [typed("Finance")]);
        assert_eq!(after.requests[0].person, base().requests[0].person);
    }

    #[test]
    fn another_reading_of_a_date_keeps_its_words_and_the_former_reading() {
        let after = with(&[("r0.start_date", "2026-03-04")]).understanding;
        let day = after.requests[0].start_date.clone().unwrap();
        assert_eq!(day.value, "2026-03-04");
        assert_eq!(day.ambiguous, ["2026-04-03"]);
        assert_eq!(day.evidence[0].quote, "3/4");
    }

    #[test]
    fn selected_words_become_the_value() {
        let at = TEXT.find("Leeds").unwrap();
        let after = with(&[("r0.location", ""), ("r0.location.ev", &format!("{at}-{}", at + 5))]).understanding;
        assert_eq!(after.requests[0].location.as_ref().unwrap().value, "Leeds");
        let at = TEXT.find("3/4").unwrap();
        let after = with(&[("r0.end_date", ""), ("r0.end_date.ev", &format!("{at}-{}", at + 3))]).understanding;
        assert_eq!(after.requests[0].end_date.as_ref().unwrap().value, "2026-03-04");
        let out = with(&[("r0.location.ev", "5-9999999"), ("r0.location", "")]);
        assert_eq!(out.understanding, base());
    }

    #[test]
    fn an_instant_is_read_in_the_senders_offset() {
        let after = with(&[("r0.revoke_at", "2026-03-09T17:00")]).understanding;
        assert_eq!(after.requests[0].revoke_at.as_ref().unwrap().value, "2026-03-09T17:00:00+01:00");
        assert_eq!(flatten(&after)["r0.revoke_at"], "2026-03-09T17:00");
    }

    #[test]
    fn needs_are_added_changed_and_taken_away() {
        let after = with(&[
            ("r0.n0.quantity", "2"),
            ("r0.n1.drop", "on"),
            ("r0.n2.text", "desk"),
            ("r0.n2.action", "grant"),
            ("r0.n3.text", " "),
        ]);
        assert_eq!(after.faults, []);
        let needs = &after.understanding.requests[0].needs;
        assert_eq!(needs.len(), 2);
        assert_eq!((needs[0].quantity, needs[0].evidence[0].quote.as_str()), (Some(2), "laptop"));
        assert_eq!((needs[1].text.as_str(), needs[1].evidence[0].source.as_deref()), ("desk", Some(TYPED)));
    }

    #[test]
    fn requests_are_added_and_taken_away() {
        let after = with(&[("r0.drop", "on"), ("new.kind", "access"), ("new.person.name", "Jane Roe")]).understanding;
        assert_eq!(after.requests.len(), 1);
        assert_eq!(name_of(&after.requests[0].kind), "access");
        assert_eq!(after.requests[0].person.name.as_ref().unwrap().evidence[0].quote, "Jane Roe");
    }

    #[test]
    fn what_cannot_be_read_is_named_and_the_rest_stays() {
        let out = with(&[
            ("r0.start_date", "soon"),
            ("r0.employment_type", "pirate"),
            ("r0.n0.quantity", "-1"),
            ("r0.n0.until", "x"),
            ("r0.kind", "party"),
            ("r0.manager", &"x".repeat(3000)),
            ("r0.revoke_at", "noon"),
        ]);
        let named: Vec<&str> = out.faults.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(
            named,
            [
                "r0.kind",
                "r0.start_date",
                "r0.revoke_at",
                "r0.manager",
                "r0.employment_type",
                "r0.n0.quantity",
                "r0.n0.until"
            ]
        );
        assert_eq!(out.understanding.requests[0].start_date, base().requests[0].start_date);
    }

    #[test]
    fn changes_tell_what_a_late_form_meant() {
        let mut form = flatten(&base());
        form.insert("r0.location".into(), "Leeds".into());
        form.insert("r0.n2.action".into(), "grant".into());
        form.insert("base".into(), "abc".into());
        assert_eq!(changes(&base(), &form).into_keys().collect::<Vec<_>>(), ["r0.location"]);
    }
}
