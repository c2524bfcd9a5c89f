//! An event: one thing that happened to a case, written once and never changed.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::CaseNumber;
use super::names::named;

named! {
    /// What happened.
    EventKind {
        /// A message came in. Data: `message`, `doubt`.
        Arrived = "arrived",
        /// A machine read a message. Data: `message`, `revision`, `hash`, `reader`, `latest`.
        Understood = "understood",
        /// Understanding failed. Data: `message`, `reason`.
        Failed = "failed",
        /// A person corrected it. Data: `revision`, `hash`, `paths`.
        Edited = "edited",
        /// Data: `group`, `assignee`.
        Assigned = "assigned",
        /// Data: `text`.
        Commented = "commented",
        /// Data: `text`, `fields`.
        Asked = "asked",
        /// Data: `revision`, `hash`, `events`: the id, type and request of each event put on the queue.
        Approved = "approved",
        /// Data: `reason`.
        Rejected = "rejected",
        NotARequest = "not_a_request",
        Done = "done",
        /// Data: `reason`.
        Reopened = "reopened",
        /// Handed to a consumer for the first time. Data: `event`, `consumer`.
        Emitted = "emitted",
        /// The consumer took it. Data: `event`, `consumer`.
        Acked = "acked",
        /// Given up after the last attempt. Data: `event`, `reason`.
        Parked = "parked",
        /// A person put a parked event back on the queue. Data: `event`.
        Requeued = "requeued",
        /// A person took a parked event off the queue for good. Data: `event`, `reason`.
        Dropped = "dropped",
    }
}

/// One event as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Event {
    /// Ascending over all cases.
    pub id: i64,
    pub case: CaseNumber,
    pub kind: EventKind,
    /// A person's name or address, a consumer, or `muster` for the program itself.
    pub who: String,
    pub at: DateTime<Utc>,
    #[schema(value_type = Object)]
    pub data: serde_json::Value,
}
