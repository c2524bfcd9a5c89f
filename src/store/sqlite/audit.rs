//! The chain of audit entries: how they are hashed, read, and checked against the events.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::SqliteStore;
use super::change::Change;
use super::codec::{from_json, identity, micros, stamp, utc, within};
use crate::store::canonical::canonical;
use crate::store::{AuditEntry, AuditNote, AuditReport, Digest, StoreError};

/// Entries read at a time while the chain is walked.
const STRIDE: i64 = 1_000;

/// What the first entry names as the one before it.
pub fn start() -> Digest {
    Digest::from_bytes([0; 32])
}

/// The hash of an entry: over all of its columns and the hash before.
#[expect(clippy::too_many_arguments, reason = "one for each column that the hash covers")]
pub fn chained(
    id: i64,
    at: &str,
    who: &str,
    action: &str,
    about: Option<&str>,
    event: Option<i64>,
    data: &str,
    previous: Digest,
) -> Digest {
    let (id, previous) = (id.to_string(), previous.to_string());
    let event = event.map(|id| id.to_string()).unwrap_or_default();
    Digest::of_parts([id.as_str(), at, who, action, about.unwrap_or_default(), &event, data, &previous])
}

/// The hash of an event: over all of its columns.
pub fn event_hash(id: i64, case: i64, kind: &str, who: &str, at: &str, data: &str) -> Digest {
    Digest::of_parts([id.to_string().as_str(), case.to_string().as_str(), kind, who, at, data])
}

pub async fn note(store: &SqliteStore, note: AuditNote, now: DateTime<Utc>) -> Result<(), StoreError> {
    let who = identity("the name of who acts", &note.who)?;
    let action = identity("the action", &note.action)?;
    let mut change = Change::begin(store).await?;
    let about = note.about.as_deref();
    change.audit(&stamp(micros(now)), who, action, about, None, &canonical(&note.data)).await?;
    change.commit().await
}

#[derive(FromRow)]
struct Row {
    id: i64,
    at: String,
    who: String,
    action: String,
    about: Option<String>,
    data: String,
    previous: String,
    hash: String,
}

pub async fn entries(store: &SqliteStore, after: i64, limit: u32) -> Result<Vec<AuditEntry>, StoreError> {
    let limit = within("the number of entries", limit, 1, 1_000)?;
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, at, who, action, about, data, previous, hash FROM audit WHERE id > $1 ORDER BY id LIMIT $2",
    )
    .bind(after)
    .bind(limit)
    .fetch_all(&store.readers)
    .await?;
    let entry = |row: Row| {
        Ok(AuditEntry {
            id: row.id,
            at: utc(&row.at)?,
            who: row.who,
            action: row.action,
            about: row.about,
            data: from_json("audit entry", &row.data)?,
            previous: row.previous.parse()?,
            hash: row.hash.parse()?,
        })
    };
    rows.into_iter().map(entry).collect()
}

/// An entry beside the event that it vouches for.
#[derive(FromRow)]
struct Link {
    id: i64,
    at: String,
    who: String,
    action: String,
    about: Option<String>,
    event: Option<i64>,
    data: String,
    previous: String,
    hash: String,
    case_id: Option<i64>,
    kind: Option<String>,
    event_who: Option<String>,
    event_at: Option<String>,
    event_data: Option<String>,
}

impl Link {
    /// What is wrong with this entry, as the chain stands before it.
    fn wrong(&self, last: i64, previous: Digest) -> Option<String> {
        let Self { id, at, who, action, about, event, data, .. } = self;
        if *id != last + 1 {
            return Some(format!("entry {} is missing", last + 1));
        }
        if self.previous != previous.to_string() {
            return Some("it does not name the hash of the entry before it".to_owned());
        }
        if self.hash != chained(*id, at, who, action, about.as_deref(), *event, data, previous).to_string() {
            return Some("its content does not give its hash".to_owned());
        }
        let event = (*event)?;
        let (Some(case), Some(kind), Some(who), Some(at), Some(text)) =
            (self.case_id, &self.kind, &self.event_who, &self.event_at, &self.event_data)
        else {
            return Some(format!("event {event}, which it vouches for, is missing"));
        };
        let hash = event_hash(event, case, kind, who, at, text);
        let proof = canonical(&serde_json::json!({ "event": event, "sha256": hash }));
        (proof != *data).then(|| format!("event {event}, which it vouches for, was changed"))
    }
}

pub async fn verify(store: &SqliteStore) -> Result<AuditReport, StoreError> {
    // One transaction: the chain as it is at one moment, while others go on writing.
    let mut tx = store.readers.begin().await?;
    // Read from below the first id: an entry slipped in before it shows as well.
    let (mut after, mut last, mut head) = (i64::MIN, 0, start());
    loop {
        let links: Vec<Link> = sqlx::query_as(
            "SELECT a.id, a.at, a.who, a.action, a.about, a.event, a.data, a.previous, a.hash,
                    e.case_id, e.kind, e.who AS event_who, e.at AS event_at, e.data AS event_data
             FROM audit a LEFT JOIN events e ON e.id = a.event
             WHERE a.id > $1 ORDER BY a.id LIMIT $2",
        )
        .bind(after)
        .bind(STRIDE)
        .fetch_all(&mut *tx)
        .await?;
        if links.is_empty() {
            break;
        }
        for link in links {
            if let Some(why) = link.wrong(last, head) {
                return Ok(AuditReport::Broken { entry: link.id, why });
            }
            (after, last) = (link.id, link.id);
            head = link.hash.parse()?;
        }
    }
    let unvouched: Option<i64> = sqlx::query_scalar(
        "SELECT e.id FROM events e LEFT JOIN audit a ON a.event = e.id WHERE a.id IS NULL ORDER BY e.id LIMIT 1",
    )
    .fetch_optional(&mut *tx)
    .await?;
    Ok(match unvouched {
        Some(event) => AuditReport::Broken {
            entry: last + 1,
            why: format!("event {event} has no audit entry: it was added by another hand, or entries were cut off"),
        },
        None => AuditReport::Whole { entries: u64::try_from(last).unwrap_or_default(), head },
    })
}
