//! What a door hands to the store, and what became of it.

use chrono::{DateTime, FixedOffset, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::names::named;
use super::{CaseNumber, Digest};
use crate::contract::Channel;
use crate::message::{Message, ThreadKeys};

/// One input at a door: its bytes exactly as they came, and what intake read of them.
#[derive(Debug, Clone)]
pub struct Incoming {
    pub content: Content,
    pub origin: Origin,
    pub channel: Channel,
    /// The Message-ID, or the source's own id; none where the input had none of its own (a file's name is no id).
    pub message_id: Option<String>,
    pub subject: Option<String>,
    /// The sender, as `Name <address>`.
    pub from: Option<String>,
    /// In the sender's offset.
    pub received_at: DateTime<FixedOffset>,
    /// When it came in at the door.
    pub arrived_at: DateTime<Utc>,
    pub thread: ThreadKeys,
    /// Of what a person would read: tells a second delivery of one mail (other trace headers) from another mail
    /// with the same Message-ID.
    pub content_sha256: Option<Digest>,
    /// What could not be read, in sentences for the technician.
    pub doubts: Vec<String>,
    /// Why intake refused it, as a sentence. Refused inputs are kept, get no case and are not understood.
    pub refused: Option<String>,
}

/// The bytes, or only their name where they are past what is kept.
#[derive(Debug, Clone)]
pub enum Content {
    Kept(Vec<u8>),
    /// For refused inputs too large to keep; the door hashed and counted them as they streamed by.
    Named {
        sha256: Digest,
        size: u64,
    },
}

/// The door that an input came through, and its name there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Origin {
    /// `http`, `folder`, `maildir`, `import`, …
    pub door: String,
    /// The file's name, the id in the mailbox; empty where there is none.
    pub name: String,
}

impl Incoming {
    /// From a message that intake read. `origin.name` is the name that intake was given in its envelope: where the
    /// message's id is no more than that, it has no id of its own.
    pub fn read(bytes: Vec<u8>, message: &Message, origin: Origin, arrived_at: DateTime<Utc>) -> Self {
        let own_id = message.channel != Channel::File && message.id != origin.name && !message.id.is_empty();
        Self {
            content: Content::Kept(bytes),
            channel: message.channel,
            message_id: own_id.then(|| message.id.clone()),
            subject: message.subject.clone(),
            from: message.from.as_ref().map(ToString::to_string),
            received_at: message.received_at,
            arrived_at,
            thread: message.thread.clone(),
            content_sha256: Some(content_of(message)),
            doubts: message.doubts.clone(),
            refused: None,
            origin,
        }
    }

    /// An input that intake refused, with the sentence that says why.
    pub fn refused(content: Content, reason: impl Into<String>, origin: Origin, arrived_at: DateTime<Utc>) -> Self {
        Self {
            content,
            origin,
            channel: Channel::File,
            message_id: None,
            subject: None,
            from: None,
            received_at: arrived_at.fixed_offset(),
            arrived_at,
            thread: ThreadKeys::default(),
            content_sha256: None,
            doubts: Vec::new(),
            refused: Some(reason.into()),
        }
    }
}

/// The hash of what a person would read: sender, date, subject, text, attachments.
fn content_of(message: &Message) -> Digest {
    let from = message.from.as_ref().map(ToString::to_string).unwrap_or_default();
    let date = message.received_at.to_rfc3339();
    let subject = message.subject.as_deref().unwrap_or_default();
    let head = [from.as_str(), date.as_str(), subject, message.text.raw()];
    Digest::of_parts(head.into_iter().chain(message.attachments.iter().map(|a| a.sha256.as_str())))
}

/// What became of an input. In every case it is on the disk when this is returned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum Stored {
    /// A message that opened a case.
    Opened { message: Digest, case: CaseNumber },
    /// A message that joined a case that was there.
    Joined {
        message: Digest,
        case: CaseNumber,
        /// A sentence for the technician where the joining is doubtful: another mail with the same Message-ID,
        /// or keys of two cases.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        doubt: Option<String>,
    },
    /// The same bytes, or another delivery of the same mail: there is one record.
    Known {
        /// The record that is kept; its bytes may differ in trace headers from those just given.
        message: Digest,
        /// None: it was refused then as now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        case: Option<CaseNumber>,
    },
    /// Kept with its reason, without a case.
    Refused { message: Digest },
}

impl Stored {
    pub fn message(&self) -> Digest {
        match self {
            Self::Opened { message, .. }
            | Self::Joined { message, .. }
            | Self::Known { message, .. }
            | Self::Refused { message } => *message,
        }
    }

    pub fn case(&self) -> Option<CaseNumber> {
        match self {
            Self::Opened { case, .. } | Self::Joined { case, .. } => Some(*case),
            Self::Known { case, .. } => *case,
            Self::Refused { .. } => None,
        }
    }
}

named! {
    /// How far a message has come.
    MessageState {
        /// On the disk, not yet understood.
        Received = "received",
        Understood = "understood",
        /// Understanding it failed; the reason stands beside.
        Failed = "failed",
        /// Intake refused it; the reason stands beside.
        Refused = "refused",
    }
}

/// A message as it is kept; the bytes are fetched by themselves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MessageRecord {
    pub sha256: Digest,
    /// Bytes.
    pub size: u64,
    pub origin: Origin,
    pub channel: Channel,
    pub message_id: Option<String>,
    pub from: Option<String>,
    pub subject: Option<String>,
    /// RFC 3339 with the sender's offset.
    pub received_at: DateTime<FixedOffset>,
    pub arrived_at: DateTime<Utc>,
    pub case: Option<CaseNumber>,
    pub state: MessageState,
    /// Why it failed or was refused.
    pub reason: Option<String>,
    pub doubts: Vec<String>,
    /// How often understanding it was begun.
    pub tries: u32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Text;

    fn message(id: &str, channel: Channel, text: &str) -> Message {
        Message {
            id: id.to_owned(),
            channel,
            received_at: DateTime::UNIX_EPOCH.fixed_offset(),
            from: None,
            to: vec![],
            subject: None,
            text: Text::new(text),
            segments: vec![],
            quoted: vec![],
            signature: None,
            attachments: vec![],
            thread: ThreadKeys::default(),
            automatic: None,
            doubts: vec![],
        }
    }

    #[test]
    fn the_name_of_a_file_is_no_id_and_the_same_words_are_the_same_content() {
        let origin = || Origin { door: "folder".into(), name: "note.eml".into() };
        let read = |message| Incoming::read(vec![], &message, origin(), DateTime::UNIX_EPOCH);
        assert_eq!(read(message("note.eml", Channel::Mail, "a")).message_id, None);
        assert_eq!(read(message("1@x.example", Channel::File, "a")).message_id, None);
        let one = read(message("1@x.example", Channel::Mail, "a"));
        assert_eq!(one.message_id.as_deref(), Some("1@x.example"));
        assert_eq!(one.content_sha256, read(message("2@x.example", Channel::Mail, "a")).content_sha256);
        assert_ne!(one.content_sha256, read(message("1@x.example", Channel::Mail, "b")).content_sha256);
    }
}
