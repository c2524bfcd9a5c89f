//! A revision: one state of what is understood of a case, by a machine or by a person, never changed afterwards.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::names::named;
use super::{CaseNumber, Digest};
use crate::contract::Understanding;

/// One revision as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Revision {
    pub case: CaseNumber,
    /// 1 is the first.
    pub number: u32,
    /// SHA-256 of the understanding as canonical JSON; an approval binds to it.
    pub hash: Digest,
    /// The message that it was read from, and that evidence points into.
    pub message: Digest,
    pub understanding: Understanding,
    /// The id of each request, in their order: `MUS-000001-1`. Stable over revisions.
    /// Empty for a revision that never became the case's latest.
    pub request_ids: Vec<String>,
    pub requester: Option<String>,
    /// Versions of the models and prompts that read it; for an edit those of the revision that was edited.
    pub reader: String,
    /// The person who edited; none for a machine's reading.
    pub edited_by: Option<String>,
    pub at: DateTime<Utc>,
}

/// A machine's reading of one message.
#[derive(Debug, Clone)]
pub struct Reading {
    pub message: Digest,
    pub understanding: Understanding,
    /// Versions of the models and prompts, for the record.
    pub reader: String,
    /// Who asks, where that is not `message.from`: the sender of forwarded words.
    pub requester: Option<String>,
    pub effect: Effect,
}

named! {
    /// What a reading does to its case.
    Effect {
        /// It becomes the case's latest revision; the case is `new` and waits for a technician.
        Review = "review",
        /// It becomes the case's latest revision, and the case is put away as `not_a_request`: a newsletter.
        /// In a case that has a revision from another message, or that a person acted on, it counts as `note`.
        PutAway = "put_away",
        /// It is kept beside the latest revision and changes nothing: a reply that only says thanks.
        /// On a case that has no revision yet it counts as `review`.
        Note = "note",
    }
}

/// A technician's correction of what is understood.
#[derive(Debug, Clone)]
pub struct Edit {
    pub case: CaseNumber,
    /// Hash of the revision that the technician saw; another one by now is an error, and nothing is lost.
    pub base: Digest,
    pub understanding: Understanding,
    pub who: String,
}

/// What became of a reading or an edit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Revised {
    pub case: CaseNumber,
    pub number: u32,
    pub hash: Digest,
    /// Whether it is the case's latest now. A machine's reading never displaces a person's edit of the same message.
    pub latest: bool,
    /// False: the same understanding was there already, and no revision was added.
    pub added: bool,
}

/// One field that a person corrected: a labelled example.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Correction {
    pub id: i64,
    pub case: CaseNumber,
    /// The message that the example is about.
    pub message: Digest,
    /// The revision that was corrected.
    pub revision: u32,
    /// Its reader, so that accuracy can be told by model.
    pub reader: String,
    /// JSON pointer to the field as the corrected understanding has it, as the former one had it where the field
    /// was taken away: `/requests/0/start_date`, `/triage/category`.
    pub path: String,
    /// The whole field with its evidence; null where there was none.
    pub before: serde_json::Value,
    pub after: serde_json::Value,
    pub who: String,
    pub at: DateTime<Utc>,
}
