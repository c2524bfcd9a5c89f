//! Approval: a person's word for one exact revision, and the events that follow from it, in one transaction.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::SqliteConnection;
use uuid::{NoContext, Timestamp, Uuid};

use super::SqliteStore;
use super::cases::{instead, set_status, status};
use super::change::Change;
use super::codec::{corrupt, identity, json as to_json, micros, stamp, variant};
use super::revisions::latest;
use crate::contract::{Operation, Request};
use crate::store::{
    ApprovedRequest, CaseNumber, Digest, EventKind, Outgoing, OutgoingKind, Status, StoreError, canonical,
};

pub async fn approve(
    store: &SqliteStore,
    case: CaseNumber,
    revision: Digest,
    who: &str,
    now: DateTime<Utc>,
) -> Result<Vec<Outgoing>, StoreError> {
    let who = identity("the name of who approves", who)?;
    let now = micros(now);
    let mut change = Change::begin(store).await?;
    let current = latest(change.db(), case).await?.ok_or(StoreError::NotUnderstood(case))?.revision()?;
    if current.hash != revision {
        return Err(StoreError::Stale { case, latest: current.number });
    }
    let status = status(change.db(), case).await?;
    if !matches!(status, Status::New | Status::Waiting) {
        return Err(StoreError::WrongStatus { case, status, wanted: "approved", instead: instead(status) });
    }
    let understanding = current.understanding;
    if understanding.requests.len() != current.request_ids.len() {
        return Err(corrupt("revision", "it has not as many ids as requests"));
    }
    let (mut outgoing, mut repeated) = (Vec::new(), false);
    for (request, request_id) in understanding.requests.into_iter().zip(current.request_ids) {
        let values = canonical::values(&request)?;
        let last = emitted(change.db(), &request_id).await?;
        let kind = match kind(&request, values, last) {
            Ok(kind) => kind,
            Err(Silent::Repeated) => {
                repeated = true;
                continue;
            }
            Err(Silent::Inquiry) => continue,
        };
        let data = ApprovedRequest {
            request_id,
            case_id: case,
            approved_by: who.to_owned(),
            approved_at: now,
            priority: understanding.triage.priority,
            requester: current.requester.clone(),
            request,
        };
        let event = Outgoing { id: event_id(now), kind, at: now, data };
        queue(change.db(), &event, values).await?;
        outgoing.push(event);
    }
    if outgoing.is_empty() {
        let why = match repeated {
            true => "its requests went out before with the same values; close it as done",
            false => "it holds no request; close it as done, or as not a request",
        };
        return Err(StoreError::NothingToEmit { case, why });
    }
    set_status(change.db(), case, Some(Status::Approved), now).await?;
    let listed: Vec<_> = outgoing
        .iter()
        .map(|event| json!({ "event": event.id, "type": event.kind, "request": event.data.request_id }))
        .collect();
    let data = json!({ "revision": current.number, "hash": revision, "events": listed });
    change.event(case, EventKind::Approved, who, now, data).await?;
    change.commit().await?;
    Ok(outgoing)
}

/// Why a request sends nothing.
enum Silent {
    Inquiry,
    Repeated,
}

/// What the queue is to be told of a request, given what it was told last.
fn kind(request: &Request, values: Digest, last: Option<(OutgoingKind, Digest)>) -> Result<OutgoingKind, Silent> {
    use OutgoingKind::*;
    match (request.operation, last) {
        (Operation::Inquire, _) => Err(Silent::Inquiry),
        (Operation::Cancel, Some((Cancelled, _))) => Err(Silent::Repeated),
        (Operation::Cancel, _) => Ok(Cancelled),
        // Taken back and asked for again.
        (_, Some((Cancelled, _))) => Ok(Approved),
        (_, Some((_, before))) if before == values => Err(Silent::Repeated),
        (_, Some(_)) | (Operation::Amend, None) => Ok(Amended),
        (Operation::Create, None) => Ok(Approved),
    }
}

/// What the queue was told last of a request, and with which values. What was dropped was not told.
async fn emitted(db: &mut SqliteConnection, request_id: &str) -> Result<Option<(OutgoingKind, Digest)>, StoreError> {
    let row: Option<(String, String)> = sqlx::query_as(
        "SELECT kind, said FROM outbox WHERE request_id = $1 AND state <> 'dropped' ORDER BY id DESC LIMIT 1",
    )
    .bind(request_id)
    .fetch_optional(db)
    .await?;
    row.map(|(kind, said)| Ok((variant("kind of queued event", &kind)?, said.parse()?))).transpose()
}

async fn queue(db: &mut SqliteConnection, event: &Outgoing, values: Digest) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO outbox (event_id, case_id, request_id, kind, approved_at, data, said, state, due_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'ready', $5)",
    )
    .bind(event.id.to_string())
    .bind(event.data.case_id.0)
    .bind(&event.data.request_id)
    .bind(event.kind.as_str())
    .bind(stamp(event.at))
    .bind(to_json(&event.data)?)
    .bind(values.to_string())
    .execute(db)
    .await?;
    Ok(())
}

/// Made once, at approval, and kept over all retries.
fn event_id(now: DateTime<Utc>) -> Uuid {
    let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
    Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, now.timestamp_subsec_nanos()))
}
