//! A case: its number, its status, its row in the list, and the whole file.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;

use super::names::named;
use super::{Digest, Event, MessageRecord, Revision, StoreError};
use crate::contract::{Category, Flag, Language, Priority};

/// A case's number, written `MUS-000123`; also its place in order of opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CaseNumber(pub(crate) i64);

impl CaseNumber {
    pub const PREFIX: &str = "MUS-";
}

impl fmt::Display for CaseNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:06}", Self::PREFIX, self.0)
    }
}

impl FromStr for CaseNumber {
    type Err = StoreError;

    /// Reads `MUS-000123`, and `mus-123` as people type it.
    fn from_str(text: &str) -> Result<Self, StoreError> {
        let (prefix, digits) = text.trim().split_at_checked(Self::PREFIX.len()).ok_or(StoreError::NotACaseNumber)?;
        // Twelve digits: far more than there will be, far less than would overflow.
        let plain = (1..=12).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        if !prefix.eq_ignore_ascii_case(Self::PREFIX) || !plain {
            return Err(StoreError::NotACaseNumber);
        }
        match digits.parse() {
            Ok(number) if number > 0 => Ok(Self(number)),
            _ => Err(StoreError::NotACaseNumber),
        }
    }
}

impl Serialize for CaseNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for CaseNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl utoipa::PartialSchema for CaseNumber {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .pattern(Some("^MUS-[0-9]{6,12}$"))
            .examples(["MUS-000123"])
            .into()
    }
}

impl ToSchema for CaseNumber {}

named! {
    /// Where a case stands.
    Status {
        /// Waits for a technician.
        New = "new",
        /// The requester was asked for more.
        Waiting = "waiting",
        /// Approved in its latest revision, and on the queue.
        Approved = "approved",
        Rejected = "rejected",
        /// Closed: the work is done, or a question was answered.
        Done = "done",
        /// Newsletters, automatic replies, chatter.
        NotARequest = "not_a_request",
        /// No message of it could be understood.
        Failed = "failed",
    }
}

/// One line of the queue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CaseRow {
    pub number: CaseNumber,
    pub status: Status,
    /// Subject of the message that opened it.
    pub subject: Option<String>,
    pub requester: Option<String>,
    /// Names of the persons concerned, in the order of the requests.
    pub people: Vec<String>,
    /// None until the case is understood; so are the fields below.
    pub category: Option<Category>,
    pub priority: Option<Priority>,
    /// The earliest date that a request turns on.
    pub due: Option<NaiveDate>,
    pub language: Option<Language>,
    /// 0 to 1, of the category.
    pub confidence: Option<f32>,
    pub summary: String,
    pub flags: Vec<Flag>,
    pub missing: Vec<String>,
    pub assignee_group: Option<String>,
    pub assignee: Option<String>,
    pub opened_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// Number and hash of the latest revision; an approval names that hash.
    pub revision: Option<u32>,
    pub revision_hash: Option<Digest>,
    /// Messages in the case.
    pub messages: u32,
}

/// A case with everything that a page shows of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CaseFile {
    pub case: CaseRow,
    /// What is understood now; none until then.
    pub latest: Option<Revision>,
    /// In order of arrival; the newest 1,000.
    pub messages: Vec<MessageRecord>,
    /// In order of time; the newest 2,000.
    pub events: Vec<Event>,
}

/// Which cases to list. Empty means all.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    pub status: Vec<Status>,
    pub category: Option<Category>,
    pub priority: Option<Priority>,
    pub assignee: Option<String>,
    pub assignee_group: Option<String>,
    /// Words found in number, subject, persons or requester; width, case, traditional and simplified alike.
    pub text: Option<String>,
}

/// Where the next page begins; written as an opaque word for URLs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// 1 to 4: the priority; 5: not understood yet.
    pub(crate) rank: i64,
    pub(crate) due: Option<NaiveDate>,
    pub(crate) id: i64,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.due {
            Some(due) => write!(f, "{}.{due}.{}", self.rank, self.id),
            None => write!(f, "{}..{}", self.rank, self.id),
        }
    }
}

impl FromStr for Cursor {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        let mut parts = text.split('.');
        let (Some(rank), Some(due), Some(id), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
            return Err(StoreError::NotACursor);
        };
        let number = |part: &str| part.parse::<i64>().map_err(|_| StoreError::NotACursor);
        let due = match due {
            "" => None,
            day => Some(day.parse().map_err(|_| StoreError::NotACursor)?),
        };
        Ok(Self { rank: number(rank)?, due, id: number(id)? })
    }
}

/// One page of the queue: by priority, then due date, then age; cases not yet understood come last.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    pub rows: Vec<CaseRow>,
    /// Give it to get the page after; none on the last one.
    pub next: Option<Cursor>,
}

/// How many cases there are of each status.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Counts {
    pub new: u64,
    pub waiting: u64,
    pub approved: u64,
    pub rejected: u64,
    pub done: u64,
    pub not_a_request: u64,
    pub failed: u64,
    /// Messages on the disk that are still to be understood.
    pub to_understand: u64,
    /// Inputs that intake refused.
    pub refused: u64,
}

impl Counts {
    pub fn of(&self, status: Status) -> u64 {
        match status {
            Status::New => self.new,
            Status::Waiting => self.waiting,
            Status::Approved => self.approved,
            Status::Rejected => self.rejected,
            Status::Done => self.done,
            Status::NotARequest => self.not_a_request,
            Status::Failed => self.failed,
        }
    }
}

/// What a technician decides beside approval, which is its own act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "decision", rename_all = "snake_case")]
pub enum Decision {
    /// From new, waiting or failed.
    Reject { reason: String },
    /// From new, waiting or failed, to waiting: the requester was asked for more.
    Ask {
        text: String,
        /// Names of the fields asked for.
        #[serde(default)]
        fields: Vec<String>,
    },
    /// From new, waiting or failed.
    NotARequest,
    /// From new, waiting, approved or failed: the work is done, or the question answered.
    Done,
    /// Back to new, from anything but new. What was emitted stays emitted: only another approval changes it.
    Reopen { reason: String },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_number_reads_back_and_hostile_ones_do_not() {
        assert_eq!(CaseNumber(7).to_string(), "MUS-000007");
        assert_eq!("mus-7".parse::<CaseNumber>().unwrap(), CaseNumber(7));
        assert_eq!("MUS-1234567".parse::<CaseNumber>().unwrap().to_string(), "MUS-1234567");
        for bad in ["", "7", "MUS-", "MUS-0", "MUS--1", "MUS-+1", "MUS-99999999999999999999", "案件一二三", "MUS-１"]
        {
            assert!(bad.parse::<CaseNumber>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_cursor_reads_back() {
        for due in [None, NaiveDate::from_ymd_opt(2026, 12, 1)] {
            let cursor = Cursor { rank: 1, due, id: 42 };
            assert_eq!(cursor.to_string().parse::<Cursor>().unwrap(), cursor);
        }
        for bad in ["", "1.2", "1.2.3", "1.2.3.4", "a..c", "1.2026-13-01.3"] {
            assert!(bad.parse::<Cursor>().is_err(), "{bad}");
        }
    }
}
