//! What happened to a case: who, when, what, in words.

use chrono::FixedOffset;
use serde_json::Value;

use super::request::field_words;
use crate::store::{Event, EventKind, MUSTER};
use crate::web::when;
use crate::web::words::Lang;

/// Paths named for one edit; the rest is counted.
const PATHS: usize = 6;

pub struct Entry {
    pub kind: &'static str,
    pub words: String,
    pub who: String,
    /// Whether the program itself did it.
    pub machine: bool,
    pub when: String,
    pub iso: String,
    /// What was written or changed; empty for nothing.
    pub detail: String,
}

pub fn entries(l: Lang, events: &[Event], offset: FixedOffset) -> Vec<Entry> {
    let one = |event: &Event| Entry {
        kind: event.kind.as_str(),
        words: l.of_name("event", event.kind.as_str()),
        machine: event.who == MUSTER,
        who: event.who.clone(),
        when: when::moment(l, event.at, offset),
        iso: event.at.to_rfc3339(),
        detail: detail(l, event),
    };
    events.iter().rev().map(one).collect()
}

fn detail(l: Lang, event: &Event) -> String {
    let text = |name: &str| event.data.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    match event.kind {
        EventKind::Arrived => text("doubt"),
        EventKind::Commented | EventKind::Asked => text("text"),
        EventKind::Assigned => {
            [text("group"), text("assignee")].iter().filter(|t| !t.is_empty()).cloned().collect::<Vec<_>>().join(" · ")
        }
        EventKind::Edited => paths(l, event.data.get("paths")),
        EventKind::Approved => {
            let events = event.data.get("events").and_then(Value::as_array).map_or(0, Vec::len);
            l.n("history.events", events)
        }
        EventKind::Understood => text("reader"),
        EventKind::Emitted | EventKind::Acked => text("consumer"),
        _ => text("reason"),
    }
}

/// What triage works out from the requests: nobody typed it.
const FOLLOWS: &[&str] =
    &["/triage/priority", "/triage/missing", "/triage/summary", "/triage/flags", "/triage/assignee_group"];

/// The names of the fields that an edit changed.
fn paths(l: Lang, paths: Option<&Value>) -> String {
    let all: Vec<&str> = paths.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let mut names: Vec<String> = Vec::new();
    for path in all.iter().filter(|path| !FOLLOWS.contains(path)) {
        let name = field_of(l, path);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let more = names.len().saturating_sub(PATHS);
    names.truncate(PATHS);
    let mut words = l.list(&names);
    if more > 0 {
        words.push_str(&l.n("history.more", more));
    }
    words
}

/// `/requests/0/person/name` is a name, `/requests/0/needs/2` an item, `/requests/0` a request.
fn field_of(l: Lang, path: &str) -> String {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        ["requests", _] => l.w("history.request").to_owned(),
        ["requests", _, "needs", ..] => l.w("field.needs").to_owned(),
        ["requests", _, rest @ ..] => field_words(l, &rest.join(".")),
        [.., last] => field_words(l, last),
        [] => path.to_owned(),
    }
}
