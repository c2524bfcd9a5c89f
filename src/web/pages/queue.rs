//! The queue: cases by priority and due date, with tabs by status, search and filters.

use askama::Template;
use axum::extract::Query;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, FixedOffset};
use serde::Deserialize;

use super::{Chrome, Visit, page};
use crate::knowledge::routing::Routing;
use crate::store::{CaseRow, Counts, Cursor, Digest, Filter, Status, StoreError};
use crate::web::fields::{choices, name_of};
use crate::web::identity::encode;
use crate::web::runs::calm;
use crate::web::when;
use crate::web::words::Lang;

/// Cases on one page.
const ROWS: u32 = 50;
/// Names of persons in one row; the rest is counted.
const PEOPLE: usize = 3;
/// Flags that mean somebody may want to do harm.
const GRAVE: &[&str] = &["suspected_fraud", "prompt_injection", "unauthorized_requester", "unverified_sender"];

/// What the address says.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// A status, or `all`; `new` where it is left out.
    status: String,
    q: String,
    category: String,
    priority: String,
    group: String,
    /// `1`: only mine.
    mine: String,
    after: String,
}

#[derive(Template)]
#[template(path = "queue.html")]
struct Queue {
    chrome: Chrome,
    asked: Asked,
    categories: Vec<Choice>,
    priorities: Vec<Choice>,
    /// Whether any filter is set.
    filtered: bool,
    part: Part,
}

/// What the page fetches again to stay up to date.
#[derive(Template)]
#[template(path = "queue_rows.html")]
struct Part {
    l: Lang,
    tabs: Vec<Tab>,
    rows: Vec<RowView>,
    /// Address of the page after.
    next: Option<String>,
    first: Option<String>,
    empty: &'static str,
    counts: Counts,
    /// Address that fetches this part alone.
    again: String,
    all_statuses: bool,
}

pub struct Choice {
    pub name: &'static str,
    pub words: String,
    pub chosen: bool,
}

struct Tab {
    href: String,
    words: String,
    count: u64,
    here: bool,
}

struct RowView {
    number: String,
    status: &'static str,
    status_words: String,
    priority: Option<String>,
    priority_words: String,
    due: Option<String>,
    left: String,
    press: &'static str,
    category: Option<String>,
    category_words: String,
    people: Vec<String>,
    more_people: usize,
    /// Stands for the persons where there are none.
    subject: String,
    /// The second line.
    sub: String,
    requester: String,
    missing: Vec<String>,
    flags: Vec<FlagView>,
    group: Option<String>,
    group_href: String,
    assignee: Option<String>,
    age: String,
    opened: String,
    messages: u32,
    unsure: bool,
}

pub struct FlagView {
    pub words: String,
    pub grave: bool,
}

impl FlagView {
    pub fn of(l: Lang, flag: &crate::contract::Flag) -> Self {
        let name = name_of(flag);
        Self { words: l.of_name("flag", &name), grave: GRAVE.contains(&name.as_str()) }
    }
}

pub async fn show(visit: Visit, Query(asked): Query<Asked>) -> Response {
    let part = match part(&visit, &asked).await {
        Ok(part) => part,
        Err(error) => return visit.failure(&error),
    };
    let l = visit.l;
    let choice =
        |page: &str, name: &'static str, now: &str| Choice { name, words: l.of_name(page, name), chosen: name == now };
    let categories = choices("category").iter().map(|name| choice("category", name, &asked.category)).collect();
    let priorities =
        ["P1", "P2", "P3", "P4"].into_iter().map(|name| choice("priority", name, &asked.priority)).collect();
    let filtered =
        [&asked.q, &asked.category, &asked.priority, &asked.group, &asked.mine].iter().any(|f| !f.is_empty());
    let chrome = visit.chrome(l.w("queue.title"), "queue");
    page(StatusCode::OK, &Queue { chrome, categories, priorities, filtered, asked, part })
}

/// The rows and tabs alone, or 304 where nothing changed.
pub async fn rows(visit: Visit, headers: HeaderMap, Query(asked): Query<Asked>) -> Response {
    let part = match part(&visit, &asked).await {
        Ok(part) => part,
        Err(error) => return crate::web::problem::Problem::from(error).into_response(),
    };
    let response = page(StatusCode::OK, &part);
    // Rendering is cheap; sending and laying out again is what disturbs the reader.
    let tag = part.render().map(|html| format!("\"{}\"", Digest::of(html))).unwrap_or_default();
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    if known {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response();
    }
    ([(header::ETAG, tag)], response).into_response()
}

async fn part(visit: &Visit, asked: &Asked) -> Result<Part, StoreError> {
    let l = visit.l;
    let all = asked.status == "all";
    let status = if asked.status.is_empty() { Status::New } else { asked.status.parse().unwrap_or(Status::New) };
    let parsed = |name: &str| serde_json::Value::String(name.to_owned());
    let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let filter = Filter {
        status: if all { Vec::new() } else { vec![status] },
        // A name that is none filters nothing.
        category: serde_json::from_value(parsed(&asked.category)).ok(),
        priority: serde_json::from_value(parsed(&asked.priority)).ok(),
        assignee: (asked.mine == "1").then(|| visit.asker.name.clone()),
        assignee_group: some(&asked.group),
        text: some(&asked.q),
    };
    let after = asked.after.parse::<Cursor>().ok();
    let counts = visit.web.store.counts().await?;
    let found = visit.web.store.cases(filter, after, ROWS).await?;
    let now = visit.web.clock();
    let tabs = Status::ALL.iter().map(|one| Tab {
        href: address("/", asked, one.as_str(), ""),
        words: l.of_name("status", one.as_str()),
        count: counts.of(*one),
        here: !all && *one == status,
    });
    let every = Tab {
        href: address("/", asked, "all", ""),
        words: l.w("queue.all").into(),
        count: Status::ALL.iter().map(|one| counts.of(*one)).sum(),
        here: all,
    };
    let mut tabs: Vec<Tab> = tabs.collect();
    tabs.push(every);
    let filtered =
        [&asked.q, &asked.category, &asked.priority, &asked.group, &asked.mine].iter().any(|f| !f.is_empty());
    Ok(Part {
        l,
        tabs,
        rows: found.rows.iter().map(|row| view(l, row, asked, now, &visit.web.desk.knowledge().routing)).collect(),
        next: found.next.map(|cursor| address("/", asked, &asked.status, &cursor.to_string())),
        first: after.map(|_| address("/", asked, &asked.status, "")),
        empty: match (filtered, status) {
            (true, _) => "filtered",
            (false, Status::New) if !all => "new",
            _ => "other",
        },
        counts,
        again: address("/rows", asked, &asked.status, &asked.after),
        all_statuses: all,
    })
}

/// An address that keeps the filters.
fn address(path: &str, asked: &Asked, status: &str, after: &str) -> String {
    let pairs = [
        ("status", status),
        ("q", asked.q.trim()),
        ("category", &asked.category),
        ("priority", &asked.priority),
        ("group", &asked.group),
        ("mine", &asked.mine),
        ("after", after),
    ];
    let set = pairs.iter().filter(|(_, value)| !value.is_empty());
    let query: Vec<String> = set.map(|(name, value)| format!("{name}={}", encode(value))).collect();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
}

fn view(l: Lang, row: &CaseRow, asked: &Asked, now: DateTime<FixedOffset>, routing: &Routing) -> RowView {
    let today = now.date_naive();
    let settled = matches!(row.status, Status::Approved | Status::Rejected | Status::Done | Status::NotARequest);
    let priority = row.priority.map(|priority| name_of(&priority));
    let category = row.category.map(|category| name_of(&category));
    let subject = row.subject.as_deref().filter(|subject| !subject.trim().is_empty()).map(calm);
    let group_href = row
        .assignee_group
        .as_deref()
        .map(|group| address("/", &Asked { group: group.to_owned(), ..asked.clone() }, &asked.status, ""));
    RowView {
        number: row.number.to_string(),
        status: row.status.as_str(),
        status_words: l.of_name("status", row.status.as_str()),
        priority_words: priority.as_deref().map(|name| l.of_name("priority", name)).unwrap_or_default(),
        priority,
        due: row.due.map(|due| when::short_day(l, due, today)),
        // What is settled does not press any more.
        left: row.due.filter(|_| !settled).map(|due| when::left(l, due, today)).unwrap_or_default(),
        press: row.due.filter(|_| !settled).map_or("later", |due| when::press(due, today)),
        category_words: match &category {
            Some(name) => l.of_name("category", name),
            None => l.w("queue.unread").into(),
        },
        category,
        people: row.people.iter().take(PEOPLE).map(|name| calm(name)).collect(),
        more_people: row.people.len().saturating_sub(PEOPLE),
        sub: match &subject {
            Some(subject) if !row.people.is_empty() => subject.clone(),
            _ => calm(&row.summary),
        },
        subject: subject.unwrap_or_else(|| l.w("case.no_subject").into()),
        requester: short_sender(row.requester.as_deref().unwrap_or_default()),
        missing: row.missing.iter().map(|name| super::request::field_words(l, name)).collect(),
        flags: row.flags.iter().map(|flag| FlagView::of(l, flag)).collect(),
        group: row.assignee_group.as_deref().map(|group| group_words(l, routing, group)),
        group_href: group_href.unwrap_or_default(),
        assignee: row.assignee.clone(),
        age: when::ago(l, row.opened_at, now.to_utc()),
        opened: when::moment(l, row.opened_at, *now.offset()),
        messages: row.messages,
        unsure: row.confidence.is_some_and(|confidence| confidence < 0.5),
    }
}

/// A group's name in the interface's language.
fn group_words(l: Lang, routing: &Routing, group: &str) -> String {
    let known = routing.groups.iter().find(|known| known.name == group);
    known.map_or_else(|| group.to_owned(), |known| super::request::item_words(l, &known.name, &known.name_zh))
}

/// The name of `Name <address>`, else the address.
pub fn short_sender(sender: &str) -> String {
    let sender = calm(sender);
    match sender.split_once('<') {
        Some((name, _)) if !name.trim().is_empty() => name.trim().trim_matches('"').to_owned(),
        Some((_, address)) => address.trim_end_matches('>').to_owned(),
        None => sender,
    }
}
