//! What the pages and the API need from above: reading inputs, triage after an edit, knowledge. The app fulfils it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::contract::{Request, Understanding};
use crate::knowledge::Knowledge;
use crate::knowledge::pages::Answers;
use crate::knowledge::sources::Library;
use crate::message::Message;
use crate::store::{CaseNumber, Digest, MessageRecord, StoreError};
use crate::triage::Reason;
use crate::triage::late::Late;

/// An answer on its way.
pub type Coming<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The stages below the web, wired.
pub trait Desk: Send + Sync + 'static {
    /// Reads one input and keeps it; it is on the disk when this returns. Understanding it may follow later.
    fn ingest(&self, input: Input) -> Coming<'_, Result<Receipt, StoreError>>;

    /// Priority, missing fields, flags, route and summary after a person changed the requests.
    fn retriage(&self, understanding: &mut Understanding);

    /// A fresh look at a kept message, for the page: its parts, attachments, and the reasons behind its flags.
    /// None where it cannot be read.
    fn look<'a>(&'a self, record: &'a MessageRecord, bytes: Vec<u8>) -> Coming<'a, Option<Look>>;

    /// The days that these words may mean, likeliest first. `received_at`: RFC 3339, what 'tomorrow' counts from.
    fn days(&self, words: &str, received_at: &str) -> Vec<NaiveDate>;

    /// The knowledge base as it stands now.
    fn knowledge(&self) -> Arc<Knowledge>;

    /// The sources of the knowledge base.
    fn library(&self) -> Arc<Library>;

    /// Answers from the policy pages.
    fn answers(&self) -> Arc<Answers>;

    /// The needs of one request that cannot be there in time.
    fn late(&self, understanding: &Understanding, request: &Request) -> Vec<Late> {
        let _ = (understanding, request);
        Vec::new()
    }

    fn build(&self) -> Build;
}

/// One input as a door received it.
#[derive(Debug, Clone)]
pub struct Input {
    pub bytes: Vec<u8>,
    pub format: Format,
    /// `http`, `page`.
    pub door: &'static str,
    /// The file's name; empty where there is none.
    pub name: String,
}

/// What the sender says that an input is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// RFC 5322 with MIME.
    Mail,
    /// The contract's JSON.
    Json,
    /// Plain text.
    Text,
}

/// What became of an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Receipt {
    Kept {
        sha256: Digest,
        case: Option<CaseNumber>,
    },
    /// It was there already; the digest is that of the record that is kept.
    Known {
        sha256: Digest,
        case: Option<CaseNumber>,
    },
    /// Kept with its reason, and not understood.
    Refused {
        sha256: Digest,
        reason: String,
    },
}

/// What a fresh look at a message's bytes shows.
#[derive(Debug, Clone)]
pub struct Look {
    pub message: Message,
    pub reasons: Vec<Reason>,
}

/// Which program answers.
#[derive(Debug, Clone, Default)]
pub struct Build {
    pub version: String,
}
