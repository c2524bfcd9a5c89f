//! The embedded queue: events leased for a time, in order within a request, counted, and parked when nobody takes them.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use sqlx::{FromRow, SqliteConnection};
use uuid::Uuid;

use super::SqliteStore;
use super::change::Change;
use super::codec::{corrupt, from_json, identity, micros, prose, small, stamp, utc, variant, within};
use crate::store::{
    CaseNumber, EventKind, LeaseAsk, Leased, MUSTER, Outgoing, OutgoingKind, Parked, QueueDepth, StoreError,
};

/// Seconds in a day: the longest delay of a nack.
const DAY: u32 = 86_400;
/// Expired events that one lease parks; the next one goes on.
const SWEEP: i64 = 1_000;

#[derive(FromRow)]
struct Row {
    id: i64,
    event_id: String,
    case_id: i64,
    kind: String,
    approved_at: String,
    data: String,
    attempts: i64,
}

impl Row {
    fn outgoing(&self) -> Result<Outgoing, StoreError> {
        Ok(Outgoing {
            id: uuid(&self.event_id)?,
            kind: variant("kind of queued event", &self.kind)?,
            at: utc(&self.approved_at)?,
            data: from_json("queued event", &self.data)?,
        })
    }
}

fn uuid(text: &str) -> Result<Uuid, StoreError> {
    text.parse().map_err(|e| corrupt("event id", e))
}

pub async fn lease(store: &SqliteStore, ask: LeaseAsk, now: DateTime<Utc>) -> Result<Vec<Leased>, StoreError> {
    let max = within("the number of events", ask.max, 1, 100)?;
    let seconds = within("the seconds of a lease", ask.seconds, 1, 3_600)?;
    let consumer = identity("the consumer's name", &ask.consumer)?;
    let now = micros(now);
    let expires_at = now + TimeDelta::seconds(seconds);
    let mut change = Change::begin(store).await?;
    park_expired(&mut change, store.settings.attempts, now).await?;
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT o.id, o.event_id, o.case_id, o.kind, o.approved_at, o.data, o.attempts
         FROM outbox o
         WHERE o.state IN ('ready', 'leased') AND o.due_at <= $1
           AND NOT EXISTS (SELECT 1 FROM outbox e
                           WHERE e.request_id = o.request_id AND e.id < o.id AND e.state NOT IN ('acked', 'dropped'))
         ORDER BY o.id LIMIT $2",
    )
    .bind(stamp(now))
    .bind(max)
    .fetch_all(change.db())
    .await?;
    let mut leased = Vec::with_capacity(rows.len());
    for row in rows {
        // Version 4: 122 random bits from the system, so that nobody guesses another's lease.
        let lease = Uuid::new_v4();
        sqlx::query(
            "UPDATE outbox SET state = 'leased', due_at = $2, attempts = attempts + 1, lease = $3, consumer = $4
             WHERE id = $1",
        )
        .bind(row.id)
        .bind(stamp(expires_at))
        .bind(lease.to_string())
        .bind(consumer)
        .execute(change.db())
        .await?;
        if row.attempts == 0 {
            let data = json!({ "event": row.event_id, "consumer": consumer });
            change.event(CaseNumber(row.case_id), EventKind::Emitted, consumer, now, data).await?;
        }
        let attempt = small("number of attempts", row.attempts)?.saturating_add(1);
        leased.push(Leased { lease, outgoing: row.outgoing()?, attempt, expires_at });
    }
    change.commit().await?;
    Ok(leased)
}

/// Parks what ran out of attempts by letting its last lease expire.
async fn park_expired(change: &mut Change, attempts: u32, now: DateTime<Utc>) -> Result<(), StoreError> {
    let expired: Vec<(i64, String, i64, i64)> = sqlx::query_as(
        "SELECT id, event_id, case_id, attempts FROM outbox
         WHERE state IN ('ready', 'leased') AND state = 'leased' AND due_at <= $1 AND attempts >= $2
         ORDER BY id LIMIT $3",
    )
    .bind(stamp(now))
    .bind(i64::from(attempts))
    .bind(SWEEP)
    .fetch_all(change.db())
    .await?;
    for (id, event, case, attempts) in expired {
        let reason = format!("leased {attempts} times, and never acknowledged in time");
        park(change, id, &event, CaseNumber(case), &reason, now).await?;
    }
    Ok(())
}

async fn park(
    change: &mut Change,
    id: i64,
    event: &str,
    case: CaseNumber,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    // The lease stays: a consumer that comes late with its ack is still believed.
    sqlx::query("UPDATE outbox SET state = 'parked', reason = $2, settled_at = $3 WHERE id = $1")
        .bind(id)
        .bind(reason)
        .bind(stamp(now))
        .execute(change.db())
        .await?;
    change.event(case, EventKind::Parked, MUSTER, now, json!({ "event": event, "reason": reason })).await
}

#[derive(FromRow)]
struct Held {
    id: i64,
    event_id: String,
    case_id: i64,
    state: String,
    attempts: i64,
    consumer: Option<String>,
}

async fn held(db: &mut SqliteConnection, lease: Uuid) -> Result<Held, StoreError> {
    let held: Option<Held> =
        sqlx::query_as("SELECT id, event_id, case_id, state, attempts, consumer FROM outbox WHERE lease = $1")
            .bind(lease.to_string())
            .fetch_optional(db)
            .await?;
    held.ok_or(StoreError::LeaseGone)
}

pub async fn ack(store: &SqliteStore, lease: Uuid, now: DateTime<Utc>) -> Result<(), StoreError> {
    let now = micros(now);
    let mut change = Change::begin(store).await?;
    let held = held(change.db(), lease).await?;
    match held.state.as_str() {
        "acked" => return Ok(()),
        // Late, but nobody else has it: better believed than delivered twice.
        "leased" | "parked" => {}
        _ => return Err(StoreError::LeaseGone),
    }
    sqlx::query("UPDATE outbox SET state = 'acked', settled_at = $2, reason = NULL WHERE id = $1")
        .bind(held.id)
        .bind(stamp(now))
        .execute(change.db())
        .await?;
    let consumer = held.consumer.unwrap_or_default();
    let data = json!({ "event": held.event_id, "consumer": consumer });
    change.event(CaseNumber(held.case_id), EventKind::Acked, &consumer, now, data).await?;
    change.commit().await
}

pub async fn nack(
    store: &SqliteStore,
    lease: Uuid,
    delay: u32,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let delay = within("the seconds of a delay", delay, 0, DAY)?;
    let reason = prose("the reason", reason)?;
    let now = micros(now);
    let mut change = Change::begin(store).await?;
    let held = held(change.db(), lease).await?;
    if held.state != "leased" {
        return Err(StoreError::LeaseGone);
    }
    if held.attempts >= i64::from(store.settings.attempts) {
        park(&mut change, held.id, &held.event_id, CaseNumber(held.case_id), reason, now).await?;
        return change.commit().await;
    }
    sqlx::query("UPDATE outbox SET state = 'ready', due_at = $2, lease = NULL, reason = $3 WHERE id = $1")
        .bind(held.id)
        .bind(stamp(now + TimeDelta::seconds(delay)))
        .bind(reason)
        .execute(change.db())
        .await?;
    change.commit().await
}

#[derive(FromRow)]
struct ParkedRow {
    event_id: String,
    kind: String,
    case_id: i64,
    request_id: String,
    attempts: i64,
    reason: Option<String>,
    approved_at: String,
    settled_at: Option<String>,
}

pub async fn parked(store: &SqliteStore, limit: u32) -> Result<Vec<Parked>, StoreError> {
    let limit = within("the number of events", limit, 1, 1_000)?;
    let rows: Vec<ParkedRow> = sqlx::query_as(
        "SELECT event_id, kind, case_id, request_id, attempts, reason, approved_at, settled_at
         FROM outbox WHERE state = 'parked' ORDER BY id LIMIT $1",
    )
    .bind(limit)
    .fetch_all(&store.readers)
    .await?;
    let one = |row: ParkedRow| {
        Ok(Parked {
            id: uuid(&row.event_id)?,
            kind: variant::<OutgoingKind>("kind of queued event", &row.kind)?,
            case: CaseNumber(row.case_id),
            request_id: row.request_id,
            attempts: small("number of attempts", row.attempts)?,
            reason: row.reason.unwrap_or_default(),
            approved_at: utc(&row.approved_at)?,
            parked_at: utc(&row.settled_at.unwrap_or_default())?,
        })
    };
    rows.into_iter().map(one).collect()
}

pub async fn requeue(store: &SqliteStore, event: Uuid, who: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    let who = identity("the name of who requeues", who)?;
    let now = micros(now);
    let mut change = Change::begin(store).await?;
    let case: Option<i64> = sqlx::query_scalar(
        "UPDATE outbox SET state = 'ready', due_at = $2, attempts = 0, lease = NULL, settled_at = NULL
         WHERE event_id = $1 AND state = 'parked' RETURNING case_id",
    )
    .bind(event.to_string())
    .bind(stamp(now))
    .fetch_optional(change.db())
    .await?;
    let case = CaseNumber(case.ok_or(StoreError::NotParked(event))?);
    change.event(case, EventKind::Requeued, who, now, json!({ "event": event })).await?;
    change.commit().await
}

pub async fn discard(
    store: &SqliteStore,
    event: Uuid,
    who: &str,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (who, reason) = (identity("the name of who discards", who)?, prose("the reason", reason)?);
    let now = micros(now);
    let mut change = Change::begin(store).await?;
    let case: Option<i64> = sqlx::query_scalar(
        "UPDATE outbox SET state = 'dropped', reason = $2, settled_at = $3, lease = NULL
         WHERE event_id = $1 AND state = 'parked' RETURNING case_id",
    )
    .bind(event.to_string())
    .bind(reason)
    .bind(stamp(now))
    .fetch_optional(change.db())
    .await?;
    let case = CaseNumber(case.ok_or(StoreError::NotParked(event))?);
    let data: Value = json!({ "event": event, "reason": reason });
    change.event(case, EventKind::Dropped, who, now, data).await?;
    change.commit().await
}

pub async fn depth(store: &SqliteStore, now: DateTime<Utc>) -> Result<QueueDepth, StoreError> {
    let states: Vec<(String, i64)> = sqlx::query_as(
        "SELECT CASE WHEN state = 'leased' AND due_at <= $1 THEN 'ready' ELSE state END AS place, COUNT(*)
         FROM outbox GROUP BY place",
    )
    .bind(stamp(now))
    .fetch_all(&store.readers)
    .await?;
    let mut depth = QueueDepth::default();
    for (state, count) in states {
        let slot = match state.as_str() {
            "ready" => &mut depth.ready,
            "leased" => &mut depth.leased,
            "acked" => &mut depth.acked,
            "parked" => &mut depth.parked,
            _ => &mut depth.dropped,
        };
        *slot += u64::try_from(count).unwrap_or_default();
    }
    Ok(depth)
}
