//! Why the store refused or failed, in sentences for the person who can act on them.

use super::{CaseNumber, Digest, Status};

/// Refusals say what to do next; failures say whether trying again helps.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    // What was asked for is not there.
    #[error("there is no case {0}")]
    NoCase(CaseNumber),
    #[error("there is no message with the SHA-256 {0}")]
    NoMessage(Digest),
    #[error("the bytes of message {0} were not kept: it was refused for its size")]
    NotKept(Digest),
    #[error("there is no revision {number} of case {case}")]
    NoRevision { case: CaseNumber, number: u32 },
    #[error("there is no parked event {0}; it may have been requeued or dropped already")]
    NotParked(uuid::Uuid),

    // What was asked for is not allowed now.
    #[error("case {case} changed after you read it: revision {latest} is now the latest; look at it and decide again")]
    Stale { case: CaseNumber, latest: u32 },
    #[error("case {0} has not been understood yet, so there is nothing to decide on")]
    NotUnderstood(CaseNumber),
    #[error("case {case} is {status} and cannot be {wanted}; {instead}")]
    WrongStatus { case: CaseNumber, status: Status, wanted: &'static str, instead: &'static str },
    #[error("nothing would be sent for case {case}: {why}")]
    NothingToEmit { case: CaseNumber, why: &'static str },
    #[error("the edit of case {0} changes nothing")]
    NoChange(CaseNumber),
    #[error("message {0} was refused by intake and cannot be understood")]
    RefusedMessage(Digest),
    #[error("this lease is over: it expired and the event was leased again, parked, or given back")]
    LeaseGone,

    // What was asked for makes no sense.
    #[error("{what} must lie between {low} and {high}, and is {value}")]
    OutOfBounds { what: &'static str, low: i64, high: i64, value: i64 },
    #[error("{what} must not be empty")]
    Empty { what: &'static str },
    #[error("`{name}` is not a {of}")]
    UnknownName { of: &'static str, name: String },
    #[error("a SHA-256 is written as 64 hexadecimal digits")]
    NotADigest,
    #[error("a case number looks like MUS-000123")]
    NotACaseNumber,
    #[error("a page's cursor is copied from the page before it; this is not one")]
    NotACursor,
    #[error("this understanding cannot be stored: {0}")]
    NotStorable(String),

    // The store itself.
    #[error("the disk that holds the store is full; free some space, nothing that was acknowledged is lost")]
    Full,
    #[error("the store can only be read; check the permissions of its file and folder")]
    ReadOnly,
    #[error("another process keeps the store busy; try again")]
    Busy,
    #[error("the store's {what} does not read back: {why}")]
    Corrupt { what: &'static str, why: String },
    #[error("cannot open the store {path}: {why}")]
    Open { path: String, why: String },
    #[error("the store was made by a newer Muster (its schema is {found}, this program knows {known}); use that one")]
    Newer { found: i64, known: i64 },
    #[error("the store failed")]
    Backend(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// How a door or a page should answer an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorClass {
    /// 404: it is not there.
    Missing,
    /// 409: it is not allowed now; look again.
    Conflict,
    /// 400: the caller's mistake.
    Invalid,
    /// 503: the store cannot take it now; the caller keeps what they have and tries again.
    Unavailable,
    /// 500.
    Broken,
}

impl StoreError {
    pub fn class(&self) -> ErrorClass {
        use StoreError::*;
        match self {
            NoCase(_) | NoMessage(_) | NotKept(_) | NoRevision { .. } | NotParked(_) => ErrorClass::Missing,
            Stale { .. }
            | NotUnderstood(_)
            | WrongStatus { .. }
            | NothingToEmit { .. }
            | NoChange(_)
            | RefusedMessage(_)
            | LeaseGone => ErrorClass::Conflict,
            OutOfBounds { .. }
            | Empty { .. }
            | UnknownName { .. }
            | NotADigest
            | NotACaseNumber
            | NotACursor
            | NotStorable(_) => ErrorClass::Invalid,
            Full | ReadOnly | Busy => ErrorClass::Unavailable,
            Corrupt { .. } | Open { .. } | Newer { .. } | Backend(_) => ErrorClass::Broken,
        }
    }
}
