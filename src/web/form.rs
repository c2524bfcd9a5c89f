//! From an edit form to the understanding that a technician means, field by field; what was not touched stays.
//!
//! # Design
//! A form is a map from keys (`r0.start_date`, `r0.n1.text`) to text. [`flatten`] gives the keys and texts of an
//! understanding; the page fills its inputs with them; [`apply`] compares what came back with them, so that only
//! real changes touch a field. The same comparison tells what to keep for a technician whose form came too late.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use serde_json::{Map, Value, json};

use super::fields::{SPECS, Shape, Spec, choices, name_of, pointer, spans};
use crate::contract::{Category, Need, Person, Request, Span, Understanding};
use crate::knowledge::Knowledge;
use crate::message::text::{Span as Stretch, Text};

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
                    operation: crate::contract::Operation::Create,
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

impl Editor<'_> {
    fn request(&self, request: &Request, faults: &mut Vec<(String, &'static str)>) -> Request {
        let mut json = serde_json::to_value(request).unwrap_or(Value::Null);
        for name in ["kind", "operation"] {
            let key = format!("{}.{name}", self.prefix);
            if let Some(chosen) = self.form.get(&key).map(|text| text.trim()) {
                if choices(name).contains(&chosen) {
                    put(&mut json, name, Some(chosen.into()));
                } else {
                    faults.push((key, "fault.choice"));
                }
            }
        }
        for spec in SPECS {
            let key = format!("{}.{}", self.prefix, spec.path);
            let old = json.pointer(&pointer(spec.path)).cloned();
            match self.field(*spec, &key, old.as_ref()) {
                Ok(None) => {}
                Ok(Some(changed)) => put(&mut json, spec.path, changed),
                Err(why) => faults.push((key, why)),
            }
        }
        let needs = self.needs(request, faults);
        put(&mut json, "needs", serde_json::to_value(needs).ok());
        // What was put together here from checked parts reads back; if not, the technician's state stays as it was.
        serde_json::from_value(json).unwrap_or_else(|error| {
            tracing::error!(%error, "an edited request does not read back");
            request.clone()
        })
    }

    /// Ok(None): as it was. Ok(Some(None)): taken away.
    #[allow(clippy::type_complexity)]
    fn field(&self, spec: Spec, key: &str, old: Option<&Value>) -> Result<Option<Option<Value>>, &'static str> {
        let Some(given) = self.form.get(key) else { return Ok(None) };
        let mut text = tidy(given);
        if text.chars().count() > VALUE_CHARS {
            return Err("fault.long");
        }
        let chosen = self.chosen(key);
        if let (true, Some(span)) = (text.is_empty(), &chosen) {
            text = match spec.shape {
                Shape::Text => span.quote.split_whitespace().collect::<Vec<_>>().join(" "),
                Shape::Day => (self.sources.days)(&span.quote).first().map(ToString::to_string).unwrap_or_default(),
                Shape::Instant | Shape::Choice(_) => String::new(),
            };
            if text.is_empty() {
                return Err("fault.unread");
            }
        }
        let before = self.was.get(key).map(|was| tidy(was)).unwrap_or_default();
        if text == before && chosen.is_none() {
            return Ok(None);
        }
        if text.is_empty() {
            return Ok(Some(None));
        }
        let value = self.value(spec.shape, &text, old)?;
        let spans = self.proof(spec.shape, &value, chosen, old.map(spans).unwrap_or_default());
        let mut field = json!({ "value": value, "confidence": 1.0, "evidence": spans });
        if spec.shape == Shape::Day
            && let Some(others) = other_readings(old, &value)
        {
            put(&mut field, "ambiguous", Some(others));
        }
        Ok(Some(Some(field)))
    }

    fn value(&self, shape: Shape, text: &str, old: Option<&Value>) -> Result<String, &'static str> {
        match shape {
            Shape::Text => Ok(text.to_owned()),
            Shape::Choice(list) if choices(list).contains(&text) => Ok(text.to_owned()),
            Shape::Choice(_) => Err("fault.choice"),
            Shape::Day => text.parse::<NaiveDate>().map(|day| day.to_string()).map_err(|_| "fault.day"),
            Shape::Instant => {
                let whole = |text: &str| DateTime::parse_from_rfc3339(text).ok();
                if let Some(at) = whole(text) {
                    return Ok(at.to_rfc3339());
                }
                let seconds = || NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S");
                let local =
                    NaiveDateTime::parse_from_str(text, LOCAL).or_else(|_| seconds()).map_err(|_| "fault.instant")?;
                let before = old.and_then(|field| field.get("value")).and_then(Value::as_str);
                let offset = before.and_then(whole).or_else(|| whole(&self.base.message.received_at));
                let offset = offset.map(|at| *at.offset()).ok_or("fault.instant")?;
                let at = local.and_local_timezone(offset).single().ok_or("fault.instant")?;
                Ok(at.to_rfc3339())
            }
        }
    }

    /// The words that prove a value: chosen ones, else the value itself where the text holds it, else those that
    /// proved the former value, else the technician's word.
    fn proof(&self, shape: Shape, value: &str, chosen: Option<Span>, old: Vec<Span>) -> Vec<Span> {
        if let Some(span) = chosen {
            return vec![span];
        }
        if shape == Shape::Text
            && let Some(span) = self.found(value)
        {
            return vec![span];
        }
        let quoted: Vec<Span> = old.into_iter().filter(|span| span.source.as_deref() != Some(TYPED)).collect();
        if quoted.is_empty() { vec![typed(value)] } else { quoted }
    }

    /// The value as a whole word of the message, where it stands there.
    fn found(&self, value: &str) -> Option<Span> {
        let text = &self.sources.message;
        // One letter stands anywhere and proves nothing.
        if value.chars().count() < 2 {
            return None;
        }
        let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        let at = text.raw().match_indices(value).map(|(at, _)| at).find(|at| {
            let before = text.raw().get(..*at).and_then(|s| s.chars().next_back());
            let after = text.raw().get(at + value.len()..).and_then(|s| s.chars().next());
            !(latin(before) && latin(value.chars().next()) || latin(after) && latin(value.chars().next_back()))
        })?;
        let span = text.span_of_raw(at..at + value.len());
        Some(Span { source: None, start: span.start, end: span.end, quote: text.quote(span).to_owned() })
    }

    /// The words that the technician selected for this input: `12-25`, `3-9@list.xlsx`.
    fn chosen(&self, key: &str) -> Option<Span> {
        let words = self.form.get(&format!("{key}.ev"))?;
        let (range, source) = match words.split_once('@') {
            Some((range, source)) => (range, Some(source.to_owned())),
            None => (words.as_str(), None),
        };
        let (start, end) = range.split_once('-')?;
        let (start, end): (usize, usize) = (start.trim().parse().ok()?, end.trim().parse().ok()?);
        let text = match &source {
            Some(name) => self.sources.attachments.get(name)?,
            None => &self.sources.message,
        };
        if start >= end || end > text.len() {
            return None;
        }
        let quote = text.quote(Stretch::new(start, end)).to_owned();
        Some(Span { source, start, end, quote })
    }

    fn needs(&self, request: &Request, faults: &mut Vec<(String, &'static str)>) -> Vec<Need> {
        let mut out = Vec::new();
        for (j, need) in request.needs.iter().enumerate() {
            let key = format!("{}.n{j}", self.prefix);
            // A row whose words were emptied is a row taken away.
            let emptied = self.form.get(&format!("{key}.text")).is_some_and(|text| text.trim().is_empty());
            if !self.form.contains_key(&format!("{key}.drop")) && !emptied {
                out.push(self.need(&key, Some(need), faults));
            }
        }
        let rows: BTreeSet<usize> = self.rows().filter(|row| *row >= request.needs.len()).collect();
        for row in rows {
            let key = format!("{}.n{row}", self.prefix);
            let named =
                |part: &str| self.form.get(&format!("{key}.{part}")).is_some_and(|text| !text.trim().is_empty());
            if (named("text") || named("catalog_id") || self.chosen(&key).is_some())
                && !self.form.contains_key(&format!("{key}.drop"))
            {
                out.push(self.need(&key, None, faults));
            }
        }
        out
    }

    /// Numbers of the rows of needs that the form holds.
    fn rows(&self) -> impl Iterator<Item = usize> {
        let start = format!("{}.n", self.prefix);
        let keys = self.form.range(start.clone()..).take_while(move |(key, _)| key.starts_with(&start));
        let prefix = self.prefix.len() + 2;
        keys.filter_map(move |(key, _)| key.get(prefix..)?.split('.').next()?.parse().ok())
    }

    fn need(&self, key: &str, old: Option<&Need>, faults: &mut Vec<(String, &'static str)>) -> Need {
        let before: BTreeMap<&str, String> = old.map(need_parts).into_iter().flatten().collect();
        let given = |part: &str| self.form.get(&format!("{key}.{part}")).map(|text| tidy(text));
        let part = |name: &str| given(name).or_else(|| before.get(name).cloned()).unwrap_or_default();
        let chosen = self.chosen(key);
        let same = NEED_PARTS.iter().all(|name| before.get(name).is_some_and(|was| tidy(was) == part(name)));
        if let (Some(old), true, None) = (old, same, &chosen) {
            return old.clone();
        }
        let optional = |text: String| (!text.is_empty()).then_some(text);
        let catalog = &self.sources.knowledge.catalog;
        let mut catalog_id = optional(part("catalog_id"));
        // A name picked or typed instead of the id leads to the id.
        if let Some(words) = &catalog_id
            && catalog.get(words).is_none()
            && let Some(item) = catalog.link(words)
        {
            catalog_id = Some(item.id.clone());
        }
        let mut text = part("text");
        if text.is_empty() {
            let item = catalog_id.as_deref().and_then(|id| catalog.get(id));
            let quote = chosen.as_ref().map(|span| span.quote.split_whitespace().collect::<Vec<_>>().join(" "));
            text =
                quote.or_else(|| item.map(|item| item.name.clone())).or_else(|| catalog_id.clone()).unwrap_or_default();
        }
        if catalog_id.is_none()
            && old.is_none_or(|old| old.text != text)
            && given("catalog_id").is_none_or(|id| id.is_empty())
        {
            catalog_id = catalog.link(&text).map(|item| item.id.clone());
        }
        let mut bad = |part: &str, why| faults.push((format!("{key}.{part}"), why));
        if text.chars().count() > VALUE_CHARS {
            bad("text", "fault.long");
        }
        let action = part("action");
        let action = serde_json::from_value(Value::String(if action.is_empty() { "grant".into() } else { action }));
        let action = action.unwrap_or_else(|_| {
            bad("action", "fault.choice");
            crate::contract::Action::Grant
        });
        let quantity = match part("quantity") {
            q if q.is_empty() => None,
            q => match q.parse::<u32>() {
                Ok(q) if q > 0 => Some(q),
                _ => {
                    bad("quantity", "fault.quantity");
                    None
                }
            },
        };
        let until = optional(part("until"));
        if until.as_deref().is_some_and(|day| day.parse::<NaiveDate>().is_err()) {
            bad("until", "fault.day");
        }
        let item = catalog_id.as_deref().and_then(|id| catalog.get(id));
        let relinked = catalog_id != old.and_then(|old| old.catalog_id.clone());
        let stated = serde_json::from_value(Value::String(part("category"))).ok();
        let category = match (item, relinked, stated) {
            (Some(item), true, _) => item.category,
            (_, _, Some(stated)) => stated,
            (Some(item), ..) => item.category,
            (None, ..) => crate::contract::NeedCategory::Other,
        };
        let kept = old.map(|old| old.evidence.clone()).unwrap_or_default();
        let reworded = old.is_none_or(|old| old.text != text);
        let evidence = if chosen.is_some() || reworded { self.proof(Shape::Text, &text, chosen, kept) } else { kept };
        Need {
            action,
            category,
            catalog_id,
            quantity,
            like: optional(part("like")),
            to: optional(part("to")),
            until,
            confidence: 1.0,
            evidence,
            text,
        }
    }
}

/// Evidence that is the technician's own word.
fn typed(value: &str) -> Span {
    Span { source: Some(TYPED.into()), start: 0, end: value.chars().count(), quote: value.to_owned() }
}

/// Where one of a date's other readings was chosen: the rest, with the former value among them.
fn other_readings(old: Option<&Value>, value: &str) -> Option<Value> {
    let old = old?;
    let others = old.get("ambiguous")?.as_array()?;
    if !others.iter().any(|day| day.as_str() == Some(value)) {
        return None;
    }
    let former = old.get("value").cloned();
    let rest = others.iter().filter(|day| day.as_str() != Some(value)).cloned();
    Some(former.into_iter().chain(rest).collect())
}

/// Sets or takes away what stands at a dotted path.
fn put(json: &mut Value, path: &str, value: Option<Value>) {
    let mut at = json;
    let mut names = path.split('.').peekable();
    while let Some(name) = names.next() {
        if names.peek().is_some() {
            let Some(map) = at.as_object_mut() else { return };
            at = map.entry(name).or_insert_with(|| Value::Object(Map::new()));
        } else if let Some(map) = at.as_object_mut() {
            match value {
                Some(value) => map.insert(name.to_owned(), value),
                None => map.remove(name),
            };
            return;
        }
    }
}

#[cfg(test)]
mod tests {
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
