//! Work: messages that wait to be understood, handed out for a time.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::SqliteStore;
use super::change::Change;
use super::codec::{micros, prose, stamp, within};
use super::messages::Row;
use crate::store::{CaseNumber, Digest, EventKind, MUSTER, MessageRecord, MessageState, StoreError};

/// Times that a message is handed out before it counts as one that kills its reader.
const TRIES: i64 = 5;
/// Times after which it is handed out alone, so that it takes no others with it.
const ALONE: i64 = 2;

pub async fn take(
    store: &SqliteStore,
    max: u32,
    seconds: u32,
    now: DateTime<Utc>,
) -> Result<Vec<MessageRecord>, StoreError> {
    let max = within("the number of messages", max, 1, 1_000)?;
    let seconds = within("the seconds to understand them", seconds, 1, 3_600)?;
    let (now, until) = (micros(now), stamp(micros(now) + TimeDelta::seconds(seconds)));
    let mut change = Change::begin(store).await?;
    give_up(&mut change, now).await?;
    let due: Vec<(i64, i64)> = sqlx::query_as(
        "SELECT id, tries FROM messages
         WHERE state = 'received' AND (taken_until IS NULL OR taken_until <= $1) ORDER BY id LIMIT $2",
    )
    .bind(stamp(now))
    .bind(max)
    .fetch_all(change.db())
    .await?;
    // Those above suspicion together; a suspect only when it is first, and alone.
    let suspect = |(_, tries): &&(i64, i64)| *tries >= ALONE;
    let ids: Vec<i64> = match due.first() {
        Some(first) if suspect(&first) => vec![first.0],
        _ => due.iter().take_while(|one| !suspect(one)).map(|(id, _)| *id).collect(),
    };
    let mut records = Vec::with_capacity(ids.len());
    for id in ids {
        let row: Row = sqlx::query_as(
            "UPDATE messages SET tries = tries + 1, taken_until = $2 WHERE id = $1
             RETURNING sha256, size, door, name, channel, message_id, sender, subject, received_at, arrived_at,
                       case_id, state, reason, doubts, tries",
        )
        .bind(id)
        .bind(&until)
        .fetch_one(change.db())
        .await?;
        records.push(row.record()?);
    }
    change.commit().await?;
    Ok(records)
}

/// Marks as failed what was handed out too often.
async fn give_up(change: &mut Change, now: DateTime<Utc>) -> Result<(), StoreError> {
    let hopeless: Vec<String> = sqlx::query_scalar(
        "SELECT sha256 FROM messages
         WHERE state = 'received' AND tries >= $1 AND (taken_until IS NULL OR taken_until <= $2)",
    )
    .bind(TRIES)
    .bind(stamp(now))
    .fetch_all(change.db())
    .await?;
    for sha256 in hopeless {
        let reason = format!("understanding was begun {TRIES} times and never ended");
        fail(change, sha256.parse()?, &reason, now).await?;
    }
    Ok(())
}

pub async fn release(store: &SqliteStore) -> Result<u64, StoreError> {
    let mut change = Change::begin(store).await?;
    let released =
        sqlx::query("UPDATE messages SET taken_until = NULL WHERE state = 'received' AND taken_until IS NOT NULL")
            .execute(change.db())
            .await?;
    change.commit().await?;
    Ok(released.rows_affected())
}

pub async fn failed(store: &SqliteStore, sha256: Digest, reason: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    let reason = prose("the reason", reason)?;
    let mut change = Change::begin(store).await?;
    fail(&mut change, sha256, reason, micros(now)).await?;
    change.commit().await
}

async fn fail(change: &mut Change, sha256: Digest, reason: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    let case: Option<Option<i64>> = sqlx::query_scalar("SELECT case_id FROM messages WHERE sha256 = $1")
        .bind(sha256.to_string())
        .fetch_optional(change.db())
        .await?;
    let case = case.ok_or(StoreError::NoMessage(sha256))?.ok_or(StoreError::RefusedMessage(sha256))?;
    sqlx::query("UPDATE messages SET state = $2, reason = $3, taken_until = NULL WHERE sha256 = $1")
        .bind(sha256.to_string())
        .bind(MessageState::Failed.as_str())
        .bind(reason)
        .execute(change.db())
        .await?;
    // The answer that a case waited for may be in there: a technician must look.
    sqlx::query(
        "UPDATE cases SET updated_at = $2, status = CASE
             WHEN revision IS NULL AND status = 'new' THEN 'failed'
             WHEN status = 'waiting' THEN 'new'
             ELSE status END
         WHERE id = $1",
    )
    .bind(case)
    .bind(stamp(now))
    .execute(change.db())
    .await?;
    let data = json!({ "message": sha256, "reason": reason });
    change.event(CaseNumber(case), EventKind::Failed, MUSTER, now, data).await
}

pub async fn again(store: &SqliteStore, sha256: Digest) -> Result<(), StoreError> {
    let mut change = Change::begin(store).await?;
    let state: Option<String> = sqlx::query_scalar("SELECT state FROM messages WHERE sha256 = $1")
        .bind(sha256.to_string())
        .fetch_optional(change.db())
        .await?;
    match state.as_deref() {
        None => return Err(StoreError::NoMessage(sha256)),
        Some("refused") => return Err(StoreError::RefusedMessage(sha256)),
        Some(_) => {}
    }
    sqlx::query(
        "UPDATE messages SET state = 'received', reason = NULL, tries = 0, taken_until = NULL WHERE sha256 = $1",
    )
    .bind(sha256.to_string())
    .execute(change.db())
    .await?;
    change.commit().await
}
