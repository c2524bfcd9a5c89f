//! Messages: kept as they came, once each, and led to their case.

use chrono::Datelike;
use serde_json::json;
use sqlx::{FromRow, SqliteConnection};

use super::SqliteStore;
use super::change::Change;
use super::codec::{from_json, from_name, json as to_json, micros, name, offset, small, stamp, utc, variant, within};
use super::threads;
use crate::store::facts;
use crate::store::{
    CaseNumber, Content, Digest, EventKind, Incoming, MUSTER, MessageRecord, MessageState, Origin, StoreError, Stored,
};

pub async fn put(store: &SqliteStore, incoming: Incoming) -> Result<Stored, StoreError> {
    let hash = hash_of(&incoming.content);
    let mut change = Change::begin(store).await?;
    let stored = keep(&mut change, incoming, hash).await?;
    change.commit().await?;
    Ok(stored)
}

pub async fn put_many(store: &SqliteStore, incoming: Vec<Incoming>) -> Result<Vec<Stored>, StoreError> {
    let hashes: Vec<Digest> = incoming.iter().map(|one| hash_of(&one.content)).collect();
    let mut change = Change::begin(store).await?;
    let mut stored = Vec::with_capacity(incoming.len());
    for (one, hash) in incoming.into_iter().zip(hashes) {
        stored.push(keep(&mut change, one, hash).await?);
    }
    change.commit().await?;
    Ok(stored)
}

fn hash_of(content: &Content) -> Digest {
    match content {
        Content::Kept(bytes) => Digest::of(bytes),
        Content::Named { sha256, .. } => *sha256,
    }
}

async fn keep(change: &mut Change, incoming: Incoming, hash: Digest) -> Result<Stored, StoreError> {
    let known: Option<(i64, Option<i64>)> = sqlx::query_as("SELECT id, case_id FROM messages WHERE sha256 = $1")
        .bind(hash.to_string())
        .fetch_optional(change.db())
        .await?;
    let refused = incoming.refused.is_some();
    match known {
        Some((_, case @ Some(_))) => return Ok(Stored::Known { message: hash, case: case.map(CaseNumber) }),
        Some((_, None)) if refused => return Ok(Stored::Known { message: hash, case: None }),
        // Refused once, and now it can be read: the limits were raised, or the reader mended.
        _ => {}
    }
    if !refused && let Some((message, case)) = delivered_before(change.db(), &incoming).await? {
        return Ok(Stored::Known { message, case: Some(case) });
    }
    if refused {
        write(change, &incoming, hash, None, None).await?;
        return Ok(Stored::Refused { message: hash });
    }
    let found = threads::find(change.db(), &incoming).await?;
    let (case, joined) = match found.case {
        Some(case) => (case, true),
        None => (open(change.db(), &incoming).await?, false),
    };
    write(change, &incoming, hash, Some(case), known.map(|(id, _)| id)).await?;
    threads::keep(change.db(), &incoming, case).await?;
    if joined {
        sqlx::query("UPDATE cases SET updated_at = $2 WHERE id = $1")
            .bind(case.0)
            .bind(stamp(incoming.arrived_at))
            .execute(change.db())
            .await?;
    }
    let data = json!({ "message": hash, "door": incoming.origin.door, "doubt": found.doubt });
    change.event(case, EventKind::Arrived, MUSTER, micros(incoming.arrived_at), data).await?;
    Ok(if joined {
        Stored::Joined { message: hash, case, doubt: found.doubt }
    } else {
        Stored::Opened { message: hash, case }
    })
}

/// The same mail in other trace headers: the same Message-ID, and the same for a person who reads it.
async fn delivered_before(
    db: &mut SqliteConnection,
    incoming: &Incoming,
) -> Result<Option<(Digest, CaseNumber)>, StoreError> {
    let (Some(id), Some(content)) = (&incoming.message_id, &incoming.content_sha256) else {
        return Ok(None);
    };
    let row: Option<(String, i64)> = sqlx::query_as(
        "SELECT sha256, case_id FROM messages
         WHERE message_id = $1 AND channel = $2 AND content_sha256 = $3 AND case_id IS NOT NULL ORDER BY id LIMIT 1",
    )
    .bind(id)
    .bind(name(&incoming.channel)?)
    .bind(content.to_string())
    .fetch_optional(db)
    .await?;
    row.map(|(sha256, case)| Ok((sha256.parse()?, CaseNumber(case)))).transpose()
}

async fn open(db: &mut SqliteConnection, incoming: &Incoming) -> Result<CaseNumber, StoreError> {
    let at = stamp(incoming.arrived_at);
    let id: i64 = sqlx::query_scalar(
        "INSERT INTO cases (status, subject, requester, opened_at, updated_at)
         VALUES ('new', $1, $2, $3, $3) RETURNING id",
    )
    .bind(&incoming.subject)
    .bind(&incoming.from)
    .bind(at)
    .fetch_one(&mut *db)
    .await?;
    let number = CaseNumber(id);
    let search = facts::search(number, incoming.subject.as_deref(), &[], incoming.from.as_deref());
    sqlx::query("INSERT INTO case_words (case_id, words) VALUES ($1, $2)").bind(id).bind(search).execute(db).await?;
    Ok(number)
}

/// Writes the message and its bytes; over the row of the same bytes where they had been refused.
async fn write(
    change: &mut Change,
    incoming: &Incoming,
    hash: Digest,
    case: Option<CaseNumber>,
    over: Option<i64>,
) -> Result<(), StoreError> {
    let size = match &incoming.content {
        Content::Kept(bytes) => bytes.len() as u64,
        Content::Named { size, .. } => *size,
    };
    let mut doubts = incoming.doubts.clone();
    let mut received_at = incoming.received_at;
    // Years of more than four digits do not read back as RFC 3339.
    if !(0..=9999).contains(&received_at.year()) {
        doubts.push("the date in the header is impossible; the time of arrival stands instead".to_owned());
        received_at = incoming.arrived_at.fixed_offset();
    }
    let state = if incoming.refused.is_some() { MessageState::Refused } else { MessageState::Received };
    let sql = match over {
        None => {
            "INSERT INTO messages (sha256, content_sha256, size, door, name, channel, message_id, sender, subject,
                                   received_at, arrived_at, doubts, case_id, state, reason)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) RETURNING id"
        }
        Some(_) => {
            "UPDATE messages SET content_sha256 = $2, size = $3, door = $4, name = $5, channel = $6, message_id = $7,
                                 sender = $8, subject = $9, received_at = $10, arrived_at = $11, doubts = $12,
                                 case_id = $13, state = $14, reason = $15
             WHERE sha256 = $1 RETURNING id"
        }
    };
    let id: i64 = sqlx::query_scalar(sql)
        .bind(hash.to_string())
        .bind(incoming.content_sha256.map(|hash| hash.to_string()))
        .bind(i64::try_from(size).unwrap_or(i64::MAX))
        .bind(&incoming.origin.door)
        .bind(&incoming.origin.name)
        .bind(name(&incoming.channel)?)
        .bind(&incoming.message_id)
        .bind(&incoming.from)
        .bind(&incoming.subject)
        .bind(received_at.to_rfc3339())
        .bind(stamp(incoming.arrived_at))
        .bind(to_json(&doubts)?)
        .bind(case.map(|case| case.0))
        .bind(state.as_str())
        .bind(&incoming.refused)
        .fetch_one(change.db())
        .await?;
    if let Content::Kept(bytes) = &incoming.content {
        sqlx::query("INSERT INTO bodies (message, bytes) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(id)
            .bind(bytes.as_slice())
            .execute(change.db())
            .await?;
    }
    Ok(())
}

#[derive(FromRow)]
pub struct Row {
    sha256: String,
    size: i64,
    door: String,
    name: String,
    channel: String,
    message_id: Option<String>,
    sender: Option<String>,
    subject: Option<String>,
    received_at: String,
    arrived_at: String,
    case_id: Option<i64>,
    state: String,
    reason: Option<String>,
    doubts: String,
    tries: i64,
}

impl Row {
    pub fn record(self) -> Result<MessageRecord, StoreError> {
        Ok(MessageRecord {
            sha256: self.sha256.parse()?,
            size: u64::try_from(self.size).unwrap_or_default(),
            origin: Origin { door: self.door, name: self.name },
            channel: from_name("channel", &self.channel)?,
            message_id: self.message_id,
            from: self.sender,
            subject: self.subject,
            received_at: offset(&self.received_at)?,
            arrived_at: utc(&self.arrived_at)?,
            case: self.case_id.map(CaseNumber),
            state: variant("message state", &self.state)?,
            reason: self.reason,
            doubts: from_json("doubts", &self.doubts)?,
            tries: small("tries", self.tries)?,
        })
    }
}

pub async fn message(store: &SqliteStore, sha256: Digest) -> Result<MessageRecord, StoreError> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT sha256, size, door, name, channel, message_id, sender, subject, received_at, arrived_at, case_id,
                state, reason, doubts, tries
         FROM messages WHERE sha256 = $1",
    )
    .bind(sha256.to_string())
    .fetch_optional(&store.readers)
    .await?;
    row.ok_or(StoreError::NoMessage(sha256))?.record()
}

pub async fn bytes(store: &SqliteStore, sha256: Digest) -> Result<Vec<u8>, StoreError> {
    let row: Option<(Option<Vec<u8>>,)> =
        sqlx::query_as("SELECT b.bytes FROM messages m LEFT JOIN bodies b ON b.message = m.id WHERE m.sha256 = $1")
            .bind(sha256.to_string())
            .fetch_optional(&store.readers)
            .await?;
    row.ok_or(StoreError::NoMessage(sha256))?.0.ok_or(StoreError::NotKept(sha256))
}

pub async fn refused(store: &SqliteStore, limit: u32) -> Result<Vec<MessageRecord>, StoreError> {
    let limit = within("the number of messages", limit, 1, 1_000)?;
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT sha256, size, door, name, channel, message_id, sender, subject, received_at, arrived_at, case_id,
                state, reason, doubts, tries
         FROM messages WHERE state = 'refused' ORDER BY id DESC LIMIT $1",
    )
    .bind(limit)
    .fetch_all(&store.readers)
    .await?;
    rows.into_iter().map(Row::record).collect()
}
