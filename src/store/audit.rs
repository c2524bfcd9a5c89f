//! The audit: entries chained by hash, so that a change to any of them shows.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Digest;

/// One entry as it is kept. Every event of a case has its entry, with the event's hash; looks and sign-ins have
/// entries of their own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AuditEntry {
    /// 1 is the first; without gaps.
    pub id: i64,
    pub at: DateTime<Utc>,
    pub who: String,
    /// An event's kind, or what the caller named: `looked`, `signed_in`.
    pub action: String,
    /// The case's number, or what else it is about.
    pub about: Option<String>,
    #[schema(value_type = Object)]
    pub data: serde_json::Value,
    /// Hash of the entry before; 64 zeros for the first.
    pub previous: Digest,
    pub hash: Digest,
}

/// An entry to be written that belongs to no event.
#[derive(Debug, Clone)]
pub struct AuditNote {
    pub who: String,
    pub action: String,
    pub about: Option<String>,
    pub data: serde_json::Value,
}

/// What walking the chain found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum AuditReport {
    /// Keep `head` outside the store: it proves later that nothing was cut off at the end.
    Whole { entries: u64, head: Digest },
    Broken {
        /// The first entry that does not hold.
        entry: i64,
        /// A sentence that says what is wrong with it.
        why: String,
    },
}
