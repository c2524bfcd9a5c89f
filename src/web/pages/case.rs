//! One case: the message beside its fields, what is doubtful about it, what can be decided, and its history.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::ask::{Ask, ask};
use super::history::{self, Entry};
use super::message::{self, MessageView};
use super::queue::{FlagView, short_sender};
use super::request::{self, Choice, Doubt, RequestView, field_words, item_words};
use super::{Chrome, Visit, page};
use crate::contract::{Language, MessageFacts, Understanding};
use crate::store::{CaseFile, CaseNumber, Digest, Filter, Revision, Status, StoreError};
use crate::web::fields::name_of;
use crate::web::form::Form;
use crate::web::port::Look;
use crate::web::runs::calm;
use crate::web::when;
use crate::web::words::Lang;

/// Requests on one page; the rest is paged.
const REQUESTS: usize = 20;
/// Names in a list of suggestions; a longer directory is not listed.
const SUGGESTED: usize = 300;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Number of the first request shown.
    from: usize,
    /// What was just done.
    said: String,
}

/// What a page shows beside the case itself.
#[derive(Default)]
pub struct Extra {
    pub status: Option<StatusCode>,
    /// Why something was not done.
    pub sentence: String,
    /// What was typed and is not saved.
    pub overlay: Form,
    pub faults: Vec<(String, &'static str)>,
    /// Whether approval waits for a second word.
    pub confirm: bool,
    pub said: String,
    pub from: usize,
    pub draft: Draft,
}

/// Words that were typed into a panel and not taken.
#[derive(Default, Clone)]
pub struct Draft {
    /// The panel that stays open: `reject`, `ask`, `reopen`, `comment`.
    pub panel: String,
    pub text: String,
}

#[derive(Template)]
#[template(path = "case.html")]
struct Case {
    chrome: Chrome,
    number: String,
    status: &'static str,
    status_words: String,
    subject: String,
    summary: String,
    priority: String,
    priority_words: String,
    priority_reasons: Vec<String>,
    due: String,
    left: String,
    press: &'static str,
    category_words: String,
    categories: Vec<Choice>,
    confidence: Doubt,
    requester: String,
    group: String,
    assignee: String,
    flags: Vec<Flagged>,
    missing: Vec<String>,
    hash: String,
    revision: u32,
    edited_by: String,
    message: Option<MessageView>,
    messages: Vec<MessageLine>,
    failed: String,
    requests: Vec<RequestView>,
    total: usize,
    pages: Vec<PageLink>,
    kinds: Vec<Choice>,
    catalog: Vec<(String, String)>,
    departments: Vec<String>,
    locations: Vec<String>,
    people: Vec<String>,
    groups: Vec<String>,
    can: Can,
    ask: Ask,
    draft: Draft,
    history: Vec<Entry>,
    sentence: String,
    unsaved: bool,
    confirm: bool,
    said: String,
    next: String,
}

/// A flag with the reasons that are known for it.
struct Flagged {
    flag: FlagView,
    reasons: Vec<String>,
}

struct MessageLine {
    subject: String,
    from: String,
    when: String,
    size: String,
    sha256: String,
    state: String,
    here: bool,
}

struct PageLink {
    href: String,
    words: String,
    here: bool,
}

/// What the case's status allows.
struct Can {
    approve: bool,
    refuse: bool,
    done: bool,
    reopen: bool,
}

pub async fn show(visit: Visit, Path(number): Path<String>, Query(asked): Query<Asked>) -> Response {
    let extra = Extra { said: asked.said, from: asked.from, ..Extra::default() };
    match number.parse() {
        Ok(number) => render(&visit, number, extra).await,
        Err(error) => visit.failure(&error),
    }
}

/// The page of a case with whatever else there is to say.
pub async fn render(visit: &Visit, number: CaseNumber, extra: Extra) -> Response {
    match build(visit, number, extra).await {
        Ok((status, case)) => page(status, &case),
        Err(error) => visit.failure(&error),
    }
}

/// A message of a case looked at afresh. A message that cannot be looked at hides nothing else.
pub async fn look(visit: &Visit, file: &CaseFile, sha256: Digest) -> Option<Look> {
    let record = file.messages.iter().find(|record| record.sha256 == sha256)?;
    let bytes = visit.web.store.bytes(sha256).await.ok()?;
    visit.web.desk.look(record, bytes).await
}

async fn build(visit: &Visit, number: CaseNumber, extra: Extra) -> Result<(StatusCode, Case), StoreError> {
    let l = visit.l;
    let file = visit.web.store.case(number).await?;
    let latest = file.latest.as_ref();
    let shown = latest.map(|revision| revision.message).or_else(|| file.messages.first().map(|record| record.sha256));
    let look = match shown {
        Some(sha256) => look(visit, &file, sha256).await,
        None => None,
    };
    let understood = latest.map(|revision| &revision.understanding);
    let requests = understood.map(|u| u.requests.as_slice()).unwrap_or_default();
    let from = if extra.from < requests.len() { extra.from - extra.from % REQUESTS } else { 0 };
    let slice = requests.get(from..(from + REQUESTS).min(requests.len())).unwrap_or_default();
    let evidence = request::evidence(from, slice);
    let facts = understood.map(|u| u.message.clone()).or_else(|| look.as_ref().map(facts));
    let record = file.messages.iter().find(|record| Some(record.sha256) == shown);
    let (message, anchors) = match (&facts, shown) {
        (Some(facts), Some(sha256)) => {
            let (view, anchors) = message::view(l, facts, record, look.as_ref(), &evidence, sha256);
            (Some(view), anchors)
        }
        _ => (None, Default::default()),
    };
    let knowledge = visit.web.desk.knowledge();
    let views = understood.map(|u| {
        let shared = request::Page {
            l,
            triage: &u.triage,
            overlay: &extra.overlay,
            faults: &extra.faults,
            anchors: &anchors,
            knowledge: &knowledge,
            sender: u.message.from.as_deref().map(crate::triage::address),
        };
        let ids = latest.map(|revision| revision.request_ids.as_slice()).unwrap_or_default();
        let one = |(i, request)| {
            let late = visit.web.desk.late(u, request);
            shared.view(from + i, ids.get(from + i), request, &late)
        };
        slice.iter().enumerate().map(one).collect::<Vec<_>>()
    });
    let next = match extra.said.as_str() {
        "" | "saved" | "same" | "assigned" | "commented" => String::new(),
        _ => next_case(visit, number).await?,
    };
    let now = visit.web.clock();
    let row = &file.case;
    let settled = matches!(row.status, Status::Approved | Status::Rejected | Status::Done | Status::NotARequest);
    let priority = row.priority.map(|priority| name_of(&priority)).unwrap_or_default();
    let category = row.category.map(|category| name_of(&category)).unwrap_or_default();
    let names = |pairs: Vec<(&str, &str)>| -> Vec<String> {
        let all: Vec<String> = pairs.iter().map(|(name, zh)| item_words(l, name, zh)).collect();
        if all.len() > SUGGESTED { Vec::new() } else { all }
    };
    let subject = row.subject.as_deref().filter(|subject| !subject.trim().is_empty()).map(calm);
    let subject = subject.unwrap_or_else(|| l.w("case.no_subject").into());
    let choice = |page: &'static str, now: &str| -> Vec<Choice> {
        let one = |name: &&str| Choice { name: (*name).into(), words: l.of_name(page, name), chosen: *name == now };
        crate::web::fields::choices(page).iter().map(one).collect()
    };
    let case = Case {
        chrome: visit.chrome(format!("{number} {subject}"), "queue"),
        number: number.to_string(),
        status: row.status.as_str(),
        status_words: l.of_name("status", row.status.as_str()),
        summary: calm(&row.summary),
        priority_words: if priority.is_empty() { String::new() } else { l.of_name("priority", &priority) },
        priority,
        priority_reasons: understood.map(|u| u.triage.priority_reasons.clone()).unwrap_or_default(),
        due: row.due.map(|due| when::day(l, due)).unwrap_or_default(),
        left: row.due.filter(|_| !settled).map(|due| when::left(l, due, now.date_naive())).unwrap_or_default(),
        press: row.due.filter(|_| !settled).map_or("later", |due| when::press(due, now.date_naive())),
        category_words: if category.is_empty() { l.w("queue.unread").into() } else { l.of_name("category", &category) },
        categories: choice("category", &category),
        confidence: Doubt::of(row.confidence.unwrap_or(1.0)),
        requester: calm(row.requester.as_deref().or_else(|| facts.as_ref()?.from.as_deref()).unwrap_or_default()),
        group: row.assignee_group.clone().unwrap_or_default(),
        assignee: row.assignee.clone().unwrap_or_default(),
        flags: flags(l, understood, look.as_ref()),
        missing: row.missing.iter().map(|name| field_words(l, name)).collect(),
        hash: latest.map(|revision| revision.hash.to_string()).unwrap_or_default(),
        revision: latest.map_or(0, |revision| revision.number),
        edited_by: latest.and_then(|revision| revision.edited_by.clone()).unwrap_or_default(),
        messages: lines(visit, &file, shown),
        failed: failed(&file),
        total: requests.len(),
        pages: pages(number, from, requests.len()),
        kinds: choice("kind", ""),
        catalog: knowledge
            .catalog
            .items()
            .iter()
            .map(|item| (item.id.clone(), item_words(l, &item.name, &item.name_zh)))
            .collect(),
        departments: names(
            knowledge.places.departments.iter().map(|d| (d.name.as_str(), d.name_zh.as_str())).collect(),
        ),
        locations: names(knowledge.places.locations.iter().map(|d| (d.name.as_str(), d.name_zh.as_str())).collect()),
        people: names(knowledge.people.all().iter().map(|p| (p.name.as_str(), p.name_zh.as_str())).collect()),
        groups: names(knowledge.routing.groups.iter().map(|g| (g.name.as_str(), "")).collect()),
        can: can(row.status, latest),
        ask: ask(visit, number, facts.as_ref(), latest, row.requester.as_deref()),
        draft: extra.draft,
        history: history::entries(l, &file.events, *now.offset()),
        unsaved: !extra.overlay.is_empty(),
        sentence: extra.sentence,
        confirm: extra.confirm,
        said: said(l, &extra.said),
        requests: views.unwrap_or_default(),
        message,
        subject,
        next,
    };
    Ok((extra.status.unwrap_or(StatusCode::OK), case))
}

/// The facts of a message that was not understood, for showing it.
fn facts(look: &Look) -> MessageFacts {
    let message = &look.message;
    MessageFacts {
        id: message.id.clone(),
        channel: message.channel,
        received_at: message.received_at.to_rfc3339(),
        language: Language::Other,
        from: message.from.as_ref().map(ToString::to_string),
        subject: message.subject.clone(),
        text: message.text.raw().to_owned(),
    }
}

fn flags(l: Lang, understood: Option<&Understanding>, look: Option<&Look>) -> Vec<Flagged> {
    let flags = understood.map(|u| u.triage.flags.as_slice()).unwrap_or_default();
    let one = |flag: &crate::contract::Flag| {
        let reasons = look.map(|look| look.reasons.as_slice()).unwrap_or_default();
        let mut words: Vec<String> = reasons.iter().filter(|r| r.flag == *flag).map(|r| r.words.clone()).collect();
        words.dedup();
        words.truncate(5);
        if words.is_empty() {
            words.push(l.of_name("flag_why", &name_of(flag)));
        }
        Flagged { flag: FlagView::of(l, flag), reasons: words }
    };
    flags.iter().map(one).collect()
}

fn lines(visit: &Visit, file: &CaseFile, shown: Option<Digest>) -> Vec<MessageLine> {
    let l = visit.l;
    let one = |record: &crate::store::MessageRecord| MessageLine {
        subject: record.subject.as_deref().map_or_else(|| l.w("case.no_subject").into(), calm),
        from: short_sender(record.from.as_deref().unwrap_or_default()),
        when: when::moment(l, record.received_at.to_utc(), *record.received_at.offset()),
        size: when::size(record.size),
        sha256: record.sha256.to_string(),
        state: l.of_name("state", record.state.as_str()),
        here: Some(record.sha256) == shown,
    };
    file.messages.iter().map(one).collect()
}

/// Why a case was not understood, if it was not.
fn failed(file: &CaseFile) -> String {
    if file.latest.is_some() {
        return String::new();
    }
    file.messages.iter().find_map(|record| record.reason.clone()).unwrap_or_default()
}

fn pages(number: CaseNumber, from: usize, total: usize) -> Vec<PageLink> {
    if total <= REQUESTS {
        return Vec::new();
    }
    let one = |start: usize| PageLink {
        href: format!("/cases/{number}?from={start}"),
        words: format!("{}–{}", start + 1, (start + REQUESTS).min(total)),
        here: start == from,
    };
    (0..total).step_by(REQUESTS).map(one).collect()
}

fn can(status: Status, latest: Option<&Revision>) -> Can {
    let open = matches!(status, Status::New | Status::Waiting);
    Can {
        approve: open && latest.is_some_and(|revision| !revision.understanding.requests.is_empty()),
        refuse: open || status == Status::Failed,
        done: !matches!(status, Status::Rejected | Status::Done),
        reopen: status != Status::New,
    }
}

/// What was just done, in words; an unknown name says nothing.
fn said(l: Lang, name: &str) -> String {
    match name {
        "saved" => l.w("said.saved"),
        "same" => l.w("said.same"),
        "approved" => l.w("said.approved"),
        "rejected" => l.w("said.rejected"),
        "asked" => l.w("said.asked"),
        "not_a_request" => l.w("said.not_a_request"),
        "done" => l.w("said.done"),
        "reopened" => l.w("said.reopened"),
        "assigned" => l.w("said.assigned"),
        "commented" => l.w("said.commented"),
        _ => "",
    }
    .to_owned()
}

/// The most urgent other case that waits.
async fn next_case(visit: &Visit, number: CaseNumber) -> Result<String, StoreError> {
    let filter = Filter { status: vec![Status::New], ..Filter::default() };
    let found = visit.web.store.cases(filter, None, 2).await?;
    let other = found.rows.iter().find(|row| row.number != number);
    Ok(other.map(|row| row.number.to_string()).unwrap_or_default())
}
