//! Cases: their row, their file, and what technicians do beside approval.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};
use sqlx::{FromRow, SqliteConnection};

use super::SqliteStore;
use super::change::Change;
use super::codec::{from_json, from_name, identity, micros, prose, small, stamp, utc, variant, within};
use super::{messages, revisions};
use crate::store::facts;
use crate::store::{CaseFile, CaseNumber, CaseRow, Cursor, Decision, Event, EventKind, Status, StoreError};

#[derive(FromRow)]
pub struct Row {
    pub id: i64,
    status: String,
    pub rank: i64,
    pub due: String,
    category: Option<String>,
    language: Option<String>,
    confidence: Option<f64>,
    subject: Option<String>,
    requester: Option<String>,
    people: String,
    summary: String,
    flags: String,
    missing: String,
    assignee_group: Option<String>,
    assignee: Option<String>,
    opened_at: String,
    updated_at: String,
    revision: Option<i64>,
    hash: Option<String>,
    messages: i64,
}

impl Row {
    pub fn cursor(&self) -> Cursor {
        Cursor { rank: self.rank, due: self.due.parse().ok(), id: self.id }
    }

    pub fn case(self) -> Result<CaseRow, StoreError> {
        Ok(CaseRow {
            number: CaseNumber(self.id),
            status: variant("status", &self.status)?,
            subject: self.subject,
            requester: self.requester,
            people: from_json("people", &self.people)?,
            category: self.category.map(|name| from_name("category", &name)).transpose()?,
            priority: facts::priority(self.rank),
            due: self.due.parse::<NaiveDate>().ok(),
            language: self.language.map(|name| from_name("language", &name)).transpose()?,
            confidence: self.confidence.map(|confidence| confidence as f32),
            summary: self.summary,
            flags: from_json("flags", &self.flags)?,
            missing: from_json("missing fields", &self.missing)?,
            assignee_group: self.assignee_group,
            assignee: self.assignee,
            opened_at: utc(&self.opened_at)?,
            updated_at: utc(&self.updated_at)?,
            revision: self.revision.map(|number| small("revision number", number)).transpose()?,
            revision_hash: self.hash.map(|hash| hash.parse()).transpose()?,
            messages: small("number of messages", self.messages)?,
        })
    }
}

pub async fn file(store: &SqliteStore, number: CaseNumber) -> Result<CaseFile, StoreError> {
    let mut tx = store.readers.begin().await?;
    let row: Option<Row> = sqlx::query_as(
        "SELECT c.id, c.status, c.rank, c.due, c.category, c.language, c.confidence, c.subject, c.requester,
                c.people, c.summary, c.flags, c.missing, c.assignee_group, c.assignee, c.opened_at, c.updated_at,
                c.revision, r.hash, (SELECT COUNT(*) FROM messages m WHERE m.case_id = c.id) AS messages
         FROM cases c LEFT JOIN revisions r ON r.case_id = c.id AND r.number = c.revision WHERE c.id = $1",
    )
    .bind(number.0)
    .fetch_optional(&mut *tx)
    .await?;
    let case = row.ok_or(StoreError::NoCase(number))?.case()?;
    let latest = revisions::latest(&mut tx, number).await?.map(revisions::Row::revision).transpose()?;
    let mut messages: Vec<messages::Row> = sqlx::query_as(
        "SELECT sha256, size, door, name, channel, message_id, sender, subject, received_at, arrived_at, case_id,
                state, reason, doubts, tries
         FROM messages WHERE case_id = $1 ORDER BY id DESC LIMIT 1000",
    )
    .bind(number.0)
    .fetch_all(&mut *tx)
    .await?;
    let mut events: Vec<EventRow> = sqlx::query_as(
        "SELECT id, case_id, kind, who, at, data FROM events WHERE case_id = $1 ORDER BY id DESC LIMIT 2000",
    )
    .bind(number.0)
    .fetch_all(&mut *tx)
    .await?;
    messages.reverse();
    events.reverse();
    Ok(CaseFile {
        case,
        latest,
        messages: messages.into_iter().map(messages::Row::record).collect::<Result<_, _>>()?,
        events: events.into_iter().map(EventRow::event).collect::<Result<_, _>>()?,
    })
}

#[derive(FromRow)]
struct EventRow {
    id: i64,
    case_id: i64,
    kind: String,
    who: String,
    at: String,
    data: String,
}

impl EventRow {
    fn event(self) -> Result<Event, StoreError> {
        Ok(Event {
            id: self.id,
            case: CaseNumber(self.case_id),
            kind: variant("kind of event", &self.kind)?,
            who: self.who,
            at: utc(&self.at)?,
            data: from_json("event", &self.data)?,
        })
    }
}

pub async fn events(store: &SqliteStore, after: i64, limit: u32) -> Result<Vec<Event>, StoreError> {
    let limit = within("the number of events", limit, 1, 1_000)?;
    let rows: Vec<EventRow> =
        sqlx::query_as("SELECT id, case_id, kind, who, at, data FROM events WHERE id > $1 ORDER BY id LIMIT $2")
            .bind(after)
            .bind(limit)
            .fetch_all(&store.readers)
            .await?;
    rows.into_iter().map(EventRow::event).collect()
}

pub async fn status(db: &mut SqliteConnection, case: CaseNumber) -> Result<Status, StoreError> {
    let status: Option<String> =
        sqlx::query_scalar("SELECT status FROM cases WHERE id = $1").bind(case.0).fetch_optional(db).await?;
    variant("status", &status.ok_or(StoreError::NoCase(case))?)
}

/// Sets a case's status, or only notes that it was touched.
pub async fn set_status(
    db: &mut SqliteConnection,
    case: CaseNumber,
    status: Option<Status>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE cases SET status = COALESCE($2, status), updated_at = $3 WHERE id = $1")
        .bind(case.0)
        .bind(status.map(Status::as_str))
        .bind(stamp(now))
        .execute(db)
        .await?;
    Ok(())
}

pub async fn assign(
    store: &SqliteStore,
    case: CaseNumber,
    group: Option<String>,
    assignee: Option<String>,
    who: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let who = identity("the name of who assigns", who)?;
    let group = group.as_deref().map(|group| identity("the group", group)).transpose()?;
    let assignee = assignee.as_deref().map(|assignee| identity("the assignee", assignee)).transpose()?;
    let now = micros(now);
    let mut change = Change::begin(store).await?;
    status(change.db(), case).await?;
    sqlx::query("UPDATE cases SET assignee_group = $2, assignee = $3, assigned = 1, updated_at = $4 WHERE id = $1")
        .bind(case.0)
        .bind(group)
        .bind(assignee)
        .bind(stamp(now))
        .execute(change.db())
        .await?;
    change.event(case, EventKind::Assigned, who, now, json!({ "group": group, "assignee": assignee })).await?;
    change.commit().await
}

pub async fn comment(
    store: &SqliteStore,
    case: CaseNumber,
    text: &str,
    who: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (text, who) = (prose("the comment", text)?, identity("the name of who comments", who)?);
    let now = micros(now);
    let mut change = Change::begin(store).await?;
    status(change.db(), case).await?;
    set_status(change.db(), case, None, now).await?;
    change.event(case, EventKind::Commented, who, now, json!({ "text": text })).await?;
    change.commit().await
}

pub async fn decide(
    store: &SqliteStore,
    case: CaseNumber,
    decision: Decision,
    who: &str,
    now: DateTime<Utc>,
) -> Result<Status, StoreError> {
    use Status::*;
    let who = identity("the name of who decides", who)?;
    let open: &[Status] = &[New, Waiting, Failed];
    let (allowed, wanted, to, kind, data): (&[Status], &'static str, Status, EventKind, Value) = match &decision {
        Decision::Reject { reason } => {
            let reason = prose("the reason", reason)?;
            (open, "rejected", Rejected, EventKind::Rejected, json!({ "reason": reason }))
        }
        Decision::Ask { text, fields } => {
            let text = prose("the question", text)?;
            (open, "sent back with a question", Waiting, EventKind::Asked, json!({ "text": text, "fields": fields }))
        }
        Decision::NotARequest => (open, "put away", NotARequest, EventKind::NotARequest, json!({})),
        Decision::Done => (&[New, Waiting, Approved, Failed], "closed", Done, EventKind::Done, json!({})),
        Decision::Reopen { reason } => {
            let reason = prose("the reason", reason)?;
            let closed: &[Status] = &[Waiting, Approved, Rejected, Done, NotARequest, Failed];
            (closed, "reopened", New, EventKind::Reopened, json!({ "reason": reason }))
        }
    };
    let now = micros(now);
    let mut change = Change::begin(store).await?;
    let status = status(change.db(), case).await?;
    if !allowed.contains(&status) {
        return Err(StoreError::WrongStatus { case, status, wanted, instead: instead(status) });
    }
    set_status(change.db(), case, Some(to), now).await?;
    change.event(case, kind, who, now, data).await?;
    change.commit().await?;
    Ok(to)
}

/// What to do with a case whose status does not allow what was wanted.
pub fn instead(status: Status) -> &'static str {
    match status {
        Status::Approved => "edit it and approve the change, or reopen it first",
        Status::Rejected | Status::Done | Status::NotARequest => "reopen it first",
        Status::New | Status::Waiting => "it is open already",
        Status::Failed => "fill it in by hand, or have it understood again, first",
    }
}
