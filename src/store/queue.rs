//! What approval puts on the queue, and what consumers lease from it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::CaseNumber;
use super::names::named;
use crate::contract::{Priority, Request};

named! {
    /// What a queued event tells of its request.
    OutgoingKind {
        /// First approval of the request.
        Approved = "approved",
        /// A change to one that was emitted, or that the message itself calls an amendment.
        Amended = "amended",
        Cancelled = "cancelled",
    }
}

/// One approved request, as the queue carries it: `data` of the CloudEvent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ApprovedRequest {
    pub request_id: String,
    pub case_id: CaseNumber,
    pub approved_by: String,
    pub approved_at: DateTime<Utc>,
    pub priority: Priority,
    pub requester: Option<String>,
    #[serde(flatten)]
    pub request: Request,
}

/// One event of the outbox, frozen at approval.
#[derive(Debug, Clone, PartialEq)]
pub struct Outgoing {
    /// The idempotency key; the same over all retries.
    pub id: Uuid,
    pub kind: OutgoingKind,
    /// When it was approved.
    pub at: DateTime<Utc>,
    pub data: ApprovedRequest,
}

/// An event handed to a consumer for a time.
#[derive(Debug, Clone, PartialEq)]
pub struct Leased {
    /// Unguessable; needed to ack or nack.
    pub lease: Uuid,
    pub outgoing: Outgoing,
    /// 1 for the first.
    pub attempt: u32,
    pub expires_at: DateTime<Utc>,
}

/// What a consumer asks for.
#[derive(Debug, Clone)]
pub struct LeaseAsk {
    /// Events, 1 to 100.
    pub max: u32,
    /// 1 to 3,600.
    pub seconds: u32,
    /// Who asks, for the history.
    pub consumer: String,
}

/// An event that was given up after the last attempt; it holds back later events of the same request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Parked {
    #[schema(value_type = String)]
    pub id: Uuid,
    pub kind: OutgoingKind,
    pub case: CaseNumber,
    pub request_id: String,
    pub attempts: u32,
    pub reason: String,
    pub approved_at: DateTime<Utc>,
    pub parked_at: DateTime<Utc>,
}

/// How many events stand where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QueueDepth {
    /// Waiting for a consumer, for their time, or for an earlier event of the same request.
    pub ready: u64,
    pub leased: u64,
    pub acked: u64,
    pub parked: u64,
    pub dropped: u64,
}
