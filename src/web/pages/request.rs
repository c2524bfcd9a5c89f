//! One request of a case as inputs, each with its evidence, its doubts and other readings.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate};
use serde_json::Value;

use super::message::Anchors;
use super::offer::{Offer, facts};
use crate::contract::{Kind, Need, Operation, Request, Span, Triage};
use crate::knowledge::Knowledge;
use crate::triage::late::Late;
use crate::triage::role::suggestions;
use crate::web::fields::{self, SPECS, Shape, Spec, choices, name_of, pointer, spans};
use crate::web::form::{Form, TYPED};
use crate::web::runs::{calm, is_direction_control};
use crate::web::when;
use crate::web::words::Lang;

/// Below the first a value looks uncertain, below the second very much so (0 to 1).
const SURE: f32 = 0.8;
const UNSURE: f32 = 0.5;
/// Quotes shown below one field.
const QUOTES: usize = 3;
/// Characters of a quote shown below a field.
const QUOTE_CHARS: usize = 80;

pub struct RequestView {
    pub key: String,
    pub number: usize,
    /// As the queue will carry it; empty where it has none yet.
    pub id: String,
    pub title: String,
    pub kind: String,
    pub kinds: Vec<Choice>,
    pub operations: Vec<Choice>,
    pub fields: Vec<FieldView>,
    /// Fields that neither say nor miss anything.
    pub more: Vec<FieldView>,
    pub needs: Vec<NeedView>,
    pub needs_missing: bool,
    /// What the role gets and the message does not name.
    pub offers: Vec<Offer>,
}

pub struct Choice {
    pub name: String,
    pub words: String,
    pub chosen: bool,
}

pub struct FieldView {
    pub key: String,
    pub label: String,
    /// `text`, `day`, `instant`, `choice`.
    pub shape: &'static str,
    pub value: String,
    pub choices: Vec<Choice>,
    /// Name of the list of suggestions; empty for none.
    pub list: &'static str,
    pub missing: bool,
    /// What the technician typed and is not saved.
    pub mine: bool,
    pub fault: String,
    pub doubt: Doubt,
    pub quotes: Vec<QuoteView>,
    /// A date in words: inputs show it as the browser likes.
    pub note: String,
    pub derivation: String,
    /// Whether invisible characters turn the direction of the value.
    pub turned: bool,
    pub others: Vec<Other>,
    /// Offset of an instant, as `UTC+08:00`.
    pub zone: String,
}

/// How a confidence looks.
pub struct Doubt {
    /// `sure`, `unsure`, `weak`, or `none` where nothing is said.
    pub level: &'static str,
    /// 0 to 100.
    pub percent: u32,
}

impl Doubt {
    pub fn of(confidence: f32) -> Self {
        let level = match confidence {
            c if c >= SURE => "sure",
            c if c >= UNSURE => "unsure",
            _ => "weak",
        };
        Self { level, percent: (confidence.clamp(0.0, 1.0) * 100.0).round() as u32 }
    }

    fn none() -> Self {
        Self { level: "none", percent: 0 }
    }
}

pub struct QuoteView {
    pub words: String,
    /// The attachment; empty for the message's own text.
    pub source: String,
    /// Where it is marked on the page; empty where it is not.
    pub anchor: String,
    pub typed: bool,
}

/// Another reading of the same words.
pub struct Other {
    pub value: String,
    pub words: String,
}

pub struct NeedView {
    pub key: String,
    pub row: usize,
    pub parts: BTreeMap<&'static str, String>,
    pub actions: Vec<Choice>,
    pub categories: Vec<Choice>,
    pub item: String,
    /// What the catalog says of the item.
    pub facts: String,
    /// How sure the link is; sure where a person made it.
    pub link: Doubt,
    /// Why it cannot be there in time; empty where it can.
    pub late: String,
    pub doubt: Doubt,
    pub quotes: Vec<QuoteView>,
    pub mine: bool,
    pub faults: Vec<String>,
    /// Whether the rarer parts say something.
    pub open: bool,
}

impl NeedView {
    pub fn part(&self, name: &str) -> &str {
        self.parts.get(name).map_or("", String::as_str)
    }
}

/// What all requests of a page share.
pub struct Page<'a> {
    pub l: Lang,
    pub triage: &'a Triage,
    /// What was typed and is not saved.
    pub overlay: &'a Form,
    pub faults: &'a [(String, &'static str)],
    pub anchors: &'a Anchors,
    pub knowledge: &'a Knowledge,
    /// The sender's address.
    pub sender: Option<&'a str>,
}

impl Page<'_> {
    pub fn view(&self, i: usize, id: Option<&String>, request: &Request, late: &[Late]) -> RequestView {
        let key = format!("r{i}");
        let json = serde_json::to_value(request).unwrap_or(Value::Null);
        let core = core(request.kind);
        // A change or a question says only what it is about.
        let whole = request.operation == Operation::Create;
        let (mut shown, mut more) = (Vec::new(), Vec::new());
        for spec in SPECS {
            let field = json.pointer(&pointer(spec.path));
            let view = self.field(&key, *spec, field, request);
            let says = field.is_some() || view.missing || view.mine || (whole && core.contains(&spec.path));
            if says { shown.push(view) } else { more.push(view) }
        }
        let name = request.person.name.as_ref().map(|name| calm(&name.value));
        RequestView {
            number: i + 1,
            id: id.cloned().unwrap_or_default(),
            title: name.unwrap_or_else(|| self.l.w("case.nobody").to_owned()),
            kind: name_of(&request.kind),
            kinds: self.choices("kind", &format!("{key}.kind"), &name_of(&request.kind)),
            operations: self.choices("operation", &format!("{key}.operation"), &name_of(&request.operation)),
            fields: shown,
            more,
            needs: self.needs(&key, request, late),
            offers: self.offers(request),
            needs_missing: request.needs.is_empty() && self.missing("needs", request),
            key,
        }
    }

    /// What stands in an input: what was typed, else what is known.
    fn value(&self, key: &str, known: String) -> (String, bool) {
        match self.overlay.get(key) {
            Some(typed) if *typed != known => (typed.clone(), true),
            _ => (known, false),
        }
    }

    fn choices(&self, list: &str, key: &str, known: &str) -> Vec<Choice> {
        let (now, _) = self.value(key, known.to_owned());
        let one =
            |name: &&str| Choice { name: (*name).to_owned(), words: self.l.of_name(list, name), chosen: *name == now };
        choices(list).iter().map(one).collect()
    }

    fn missing(&self, path: &str, request: &Request) -> bool {
        request.operation == Operation::Create && self.triage.missing.iter().any(|name| name == path)
    }

    fn fault(&self, key: &str) -> String {
        let fault = self.faults.iter().find(|(at, _)| at == key);
        fault.map(|(_, why)| self.l.w(why).to_owned()).unwrap_or_default()
    }

    fn field(&self, request_key: &str, spec: Spec, field: Option<&Value>, request: &Request) -> FieldView {
        let l = self.l;
        let key = format!("{request_key}.{}", spec.path);
        let text = |name: &str| field.and_then(|f| f.get(name)).and_then(Value::as_str).unwrap_or_default().to_owned();
        let raw = text("value");
        let known = match spec.shape {
            Shape::Instant => local_instant(&raw),
            _ => raw.clone(),
        };
        let (value, mine) = self.value(&key, known);
        let day = |text: &str| text.parse::<NaiveDate>().ok();
        let (shape, list) = match spec.shape {
            Shape::Text => ("text", ""),
            Shape::Day => ("day", ""),
            Shape::Instant => ("instant", ""),
            Shape::Choice(list) => ("choice", list),
        };
        let others = field.and_then(|f| f.get("ambiguous")).and_then(Value::as_array).into_iter().flatten();
        let others = others
            .filter_map(Value::as_str)
            .filter_map(|other| Some(Other { value: other.to_owned(), words: when::day(l, day(other)?) }));
        let confidence = field.and_then(|f| f.get("confidence")).and_then(Value::as_f64);
        FieldView {
            label: field_words(l, spec.path),
            shape,
            choices: if list.is_empty() { Vec::new() } else { self.choices(list, &key, &value) },
            list: match spec.path {
                "department" => "departments",
                "location" => "locations",
                "manager" => "people",
                _ => "",
            },
            missing: field.is_none() && self.missing(spec.path, request),
            fault: self.fault(&key),
            doubt: confidence.map_or_else(Doubt::none, |c| Doubt::of(c as f32)),
            quotes: field.map(|f| self.quotes(&spans(f), &value)).unwrap_or_default(),
            turned: value.contains(is_direction_control),
            note: day(&value).filter(|_| spec.shape == Shape::Day).map(|d| when::day(l, d)).unwrap_or_default(),
            derivation: text("derivation"),
            others: others.collect(),
            zone: DateTime::parse_from_rfc3339(&raw).map(|at| format!("UTC{}", at.offset())).unwrap_or_default(),
            value,
            mine,
            key,
        }
    }

    /// The words behind a value, where they say more than the value itself.
    fn quotes(&self, spans: &[Span], value: &str) -> Vec<QuoteView> {
        let one = |span: &Span| {
            let typed = span.source.as_deref() == Some(TYPED);
            let source = span.source.clone().filter(|source| !typed && source != "text").unwrap_or_default();
            let anchor = self.anchors.get(&(source.clone(), span.start)).cloned().unwrap_or_default();
            let mut words: String = span.quote.chars().take(QUOTE_CHARS).collect();
            if words.len() < span.quote.len() {
                words.push('…');
            }
            QuoteView { words, source, anchor, typed }
        };
        let telling = |span: &&Span| span.quote != value || span.source.is_some();
        spans.iter().filter(telling).take(QUOTES).map(one).collect()
    }

    fn offers(&self, request: &Request) -> Vec<Offer> {
        let items = suggestions(self.knowledge, request, self.sender);
        items.into_iter().map(|item| Offer::of(self.l, item)).collect()
    }

    fn needs(&self, request_key: &str, request: &Request, late: &[Late]) -> Vec<NeedView> {
        let mut rows: Vec<NeedView> =
            request.needs.iter().enumerate().map(|(j, need)| self.need(request_key, j, Some(need))).collect();
        for one in late {
            if let Some(row) = rows.get_mut(one.need) {
                row.late = one.words(self.l.chinese());
            }
        }
        // Rows that were typed and are not saved, and a blank one.
        let start = format!("{request_key}.n");
        let typed = self.overlay.range(start.clone()..).take_while(|(key, _)| key.starts_with(&start));
        let typed = typed.filter_map(|(key, _)| key.get(start.len()..)?.split('.').next()?.parse::<usize>().ok());
        // Bounded, since the form names the rows.
        let last = typed.max().unwrap_or(0).min(request.needs.len() + 50);
        for j in request.needs.len()..=last.max(request.needs.len()) {
            rows.push(self.need(request_key, j, None));
        }
        if rows.last().is_some_and(|row| row.mine) {
            rows.push(self.need(request_key, rows.len(), None));
        }
        rows
    }

    fn need(&self, request_key: &str, j: usize, need: Option<&Need>) -> NeedView {
        let key = format!("{request_key}.n{j}");
        let known = |part: &str| -> String {
            let Some(need) = need else { return String::new() };
            let text = |part: &Option<String>| part.clone().unwrap_or_default();
            match part {
                "text" => need.text.clone(),
                "catalog_id" => text(&need.catalog_id),
                "quantity" => need.quantity.map(|q| q.to_string()).unwrap_or_default(),
                "like" => text(&need.like),
                "to" => text(&need.to),
                "until" => text(&need.until),
                _ => String::new(),
            }
        };
        let mut mine = false;
        let mut parts = BTreeMap::new();
        for part in ["text", "catalog_id", "quantity", "like", "to", "until"] {
            let (value, typed) = self.value(&format!("{key}.{part}"), known(part));
            mine |= typed;
            parts.insert(part, value);
        }
        let action = need.map(|need| name_of(&need.action)).unwrap_or_else(|| "grant".into());
        let category = need.map(|need| name_of(&need.category)).unwrap_or_else(|| "other".into());
        let item = parts.get("catalog_id").and_then(|id| self.knowledge.catalog.get(id));
        let facts = item.map(|item| facts(self.l, item)).unwrap_or_default();
        let item = item.map(|item| item_words(self.l, &item.name, &item.name_zh)).unwrap_or_default();
        let faults = ["action", "text", "quantity", "until"].iter().map(|part| self.fault(&format!("{key}.{part}")));
        NeedView {
            row: j,
            actions: self.choices("action", &format!("{key}.action"), &action),
            categories: self.choices("need_category", &format!("{key}.category"), &category),
            item,
            facts,
            link: need.and_then(|n| n.link_confidence).filter(|_| !mine).map_or_else(Doubt::none, Doubt::of),
            late: String::new(),
            doubt: need.map_or_else(Doubt::none, |need| Doubt::of(need.confidence)),
            quotes: need.map(|need| self.quotes(&need.evidence, &need.text)).unwrap_or_default(),
            faults: faults.filter(|fault| !fault.is_empty()).collect(),
            open: ["like", "to", "until"].iter().any(|part| parts.get(part).is_some_and(|text| !text.is_empty()))
                || need.is_some_and(|need| need.action == crate::contract::Action::Delegate),
            parts,
            mine,
            key,
        }
    }
}

/// What a request of each kind usually says, whether or not this one does.
fn core(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Onboarding => {
            &["person.name", "start_date", "job_title", "department", "manager", "location", "employment_type"]
        }
        Kind::Offboarding => &["person.name", "end_date", "revoke_at", "reason"],
        Kind::Transfer => &["person.name", "start_date", "job_title", "department", "manager", "location"],
        Kind::Access => &["person.name", "start_date", "end_date"],
    }
}

/// A field's name in words; one that the interface does not know stays as it is.
pub fn field_words(l: Lang, path: &str) -> String {
    let key = format!("field.{}", path.replace('.', "_"));
    match l.w(&key) {
        words if words == key => path.to_owned(),
        words => words.to_owned(),
    }
}

/// The name of a catalog's item in the interface's language.
pub fn item_words(l: Lang, name: &str, name_zh: &str) -> String {
    if l.chinese() && !name_zh.is_empty() { name_zh.to_owned() } else { name.to_owned() }
}

fn local_instant(value: &str) -> String {
    DateTime::parse_from_rfc3339(value)
        .map(|at| at.naive_local().format("%Y-%m-%dT%H:%M").to_string())
        .unwrap_or_else(|_| value.to_owned())
}

/// The evidence of the requests shown, with keys as the page has them.
pub fn evidence(from: usize, requests: &[Request]) -> Vec<super::message::Evidence> {
    let one = |(i, request): (usize, &Request)| {
        fields::evidence(request).into_iter().map(move |(key, spans)| (format!("r{}.{key}", from + i), spans))
    };
    requests.iter().enumerate().flat_map(one).collect()
}
