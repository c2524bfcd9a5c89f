//! The store: messages as they came, what is understood of them, cases, history, audit and queue, behind one trait.
//!
//! # Design
//! One object-safe trait (`Arc<dyn Store>` is [`Shared`]), so that pages and doors need not know the database.
//! No clock inside: whoever calls says what time it is. Identities are strings (a name or an address). Every
//! function that changes something is one transaction, and what it did is on the disk when it returns.
//! Every change to a case writes an event; every event writes an audit entry.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

pub use audit::{AuditEntry, AuditNote, AuditReport};
pub use case::{CaseFile, CaseNumber, CaseRow, Counts, Cursor, Decision, Filter, Page, Status};
pub use digest::Digest;
pub use error::{ErrorClass, StoreError};
pub use event::{Event, EventKind};
pub use incoming::{Content, Incoming, MessageRecord, MessageState, Origin, Stored};
pub use queue::{ApprovedRequest, LeaseAsk, Leased, Outgoing, OutgoingKind, Parked, QueueDepth};
pub use revision::{Correction, Edit, Effect, Reading, Revised, Revision};
pub use sqlite::{Settings, SqliteStore};

pub mod audit;
mod canonical;
pub mod case;
mod diff;
pub mod digest;
pub mod error;
pub mod event;
pub mod examples;
mod facts;
pub mod incoming;
mod matching;
mod names;
pub mod queue;
pub mod revision;
pub mod sqlite;

/// The name under which the program itself acts.
pub const MUSTER: &str = "muster";

/// The answer of a store, on its way.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// A store that pages, doors and workers share.
pub type Shared = Arc<dyn Store>;

/// What Muster keeps.
pub trait Store: Send + Sync + 'static {
    // Messages: durable first, understood after.

    /// Keeps one input. It is on the disk when this returns; only then may the door acknowledge it.
    fn put(&self, incoming: Incoming) -> Answer<'_, Stored>;
    /// Keeps many in one transaction: all or none. Answers in the order given.
    fn put_many(&self, incoming: Vec<Incoming>) -> Answer<'_, Vec<Stored>>;
    fn message(&self, sha256: Digest) -> Answer<'_, MessageRecord>;
    /// The bytes exactly as they came.
    fn bytes(&self, sha256: Digest) -> Answer<'_, Vec<u8>>;
    /// Inputs that intake refused, newest first. `limit`: 1 to 1,000.
    fn refused(&self, limit: u32) -> Answer<'_, Vec<MessageRecord>>;

    // Understanding: work that can be repeated, and never lost.

    /// Takes up to `max` (1 to 1,000) messages that wait to be understood, oldest first, for `seconds` (1 to 3,600).
    /// Whoever does not bring a reading or a failure by then loses them to the next. One that was taken twice without
    /// either may have killed its reader, and is handed out alone; after five times it is marked as failed instead.
    fn take(&self, max: u32, seconds: u32, now: DateTime<Utc>) -> Answer<'_, Vec<MessageRecord>>;
    /// Lets go of all that was taken: called at the start of the only process that understands. Answers how many.
    fn release(&self) -> Answer<'_, u64>;
    /// Adds a machine's reading as a revision of the message's case; may be repeated.
    fn understood(&self, reading: Reading, now: DateTime<Utc>) -> Answer<'_, Revised>;
    /// Adds many in one transaction: all or none. Answers in the order given.
    fn understood_many(&self, readings: Vec<Reading>, now: DateTime<Utc>) -> Answer<'_, Vec<Revised>>;
    /// Understanding failed; a case without any revision becomes `failed`.
    fn failed(&self, sha256: Digest, reason: &str, now: DateTime<Utc>) -> Answer<'_, ()>;
    /// Puts a message back to be understood once more (a better reader, a mended failure).
    fn again(&self, sha256: Digest) -> Answer<'_, ()>;

    // Cases.

    /// One page, by priority, due date, age. `limit`: 1 to 200.
    fn cases(&self, filter: Filter, after: Option<Cursor>, limit: u32) -> Answer<'_, Page>;
    fn counts(&self) -> Answer<'_, Counts>;
    /// The row, the latest revision, the messages and the events of a case.
    fn case(&self, number: CaseNumber) -> Answer<'_, CaseFile>;
    fn revision(&self, case: CaseNumber, number: u32) -> Answer<'_, Revision>;
    /// All of a case, oldest first.
    fn revisions(&self, case: CaseNumber) -> Answer<'_, Vec<Revision>>;
    /// A technician's change: a new revision, and one correction for each field. An approved case is `new` again.
    fn edit(&self, edit: Edit, now: DateTime<Utc>) -> Answer<'_, Revised>;
    /// Corrections after that id (0: from the first), oldest first. `limit`: 1 to 1,000.
    fn corrections(&self, after: i64, limit: u32) -> Answer<'_, Vec<Correction>>;
    /// Sets group and person; none takes either away.
    fn assign(
        &self,
        case: CaseNumber,
        group: Option<String>,
        assignee: Option<String>,
        who: &str,
        now: DateTime<Utc>,
    ) -> Answer<'_, ()>;
    fn comment(&self, case: CaseNumber, text: &str, who: &str, now: DateTime<Utc>) -> Answer<'_, ()>;
    /// Reject, ask, put away, close, reopen; answers the status that the case has then.
    fn decide(&self, case: CaseNumber, decision: Decision, who: &str, now: DateTime<Utc>) -> Answer<'_, Status>;
    /// Approves exactly the revision with that hash, and puts its requests on the queue, in one transaction.
    /// A request whose values were emitted before as they are now is not emitted again; an inquiry never is.
    /// A request that a later revision no longer has is left as it was emitted: to take it back, cancel it.
    fn approve(&self, case: CaseNumber, revision: Digest, who: &str, now: DateTime<Utc>) -> Answer<'_, Vec<Outgoing>>;
    /// Events of all cases after that id (0: from the first), for live pages. `limit`: 1 to 1,000.
    fn events(&self, after: i64, limit: u32) -> Answer<'_, Vec<Event>>;

    // The queue. Events of one request are handed out in order: a later one waits until the earlier is acked.

    fn lease(&self, ask: LeaseAsk, now: DateTime<Utc>) -> Answer<'_, Vec<Leased>>;
    /// The consumer has it. Repeating it is no error.
    fn ack(&self, lease: Uuid, now: DateTime<Utc>) -> Answer<'_, ()>;
    /// The consumer could not take it: to be tried again after `delay` seconds (0 to 86,400), with its reason.
    fn nack(&self, lease: Uuid, delay: u32, reason: &str, now: DateTime<Utc>) -> Answer<'_, ()>;
    /// Events given up, oldest first. `limit`: 1 to 1,000.
    fn parked(&self, limit: u32) -> Answer<'_, Vec<Parked>>;
    /// Puts a parked event back, with its attempts counted from nothing.
    fn requeue(&self, event: Uuid, who: &str, now: DateTime<Utc>) -> Answer<'_, ()>;
    /// Takes a parked event off the queue for good, so that later ones of its request can go.
    fn discard(&self, event: Uuid, who: &str, reason: &str, now: DateTime<Utc>) -> Answer<'_, ()>;
    fn depth(&self, now: DateTime<Utc>) -> Answer<'_, QueueDepth>;

    // The audit.

    /// Writes an entry that belongs to no change: a look, a sign-in.
    fn note(&self, note: AuditNote, now: DateTime<Utc>) -> Answer<'_, ()>;
    /// Entries after that id (0: from the first). `limit`: 1 to 1,000.
    fn audit(&self, after: i64, limit: u32) -> Answer<'_, Vec<AuditEntry>>;
    /// Walks the whole chain, and holds the events against it.
    fn verify_audit(&self) -> Answer<'_, AuditReport>;
}
