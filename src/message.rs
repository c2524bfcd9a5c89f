//! The message that every stage reads: its text, sender, forwarded parts, attachments and thread keys.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

pub use crate::contract::Channel;
pub use text::{Span, Text};

pub mod fold;
pub mod text;

/// One message as intake hands it on. Reading it never fails: what could not be read stands in `doubts`.
#[derive(Debug, Clone)]
pub struct Message {
    /// Message-ID without angle brackets, the source's own id, or the file's name.
    pub id: String,
    pub channel: Channel,
    /// In the sender's offset; every relative date resolves against it.
    pub received_at: DateTime<FixedOffset>,
    pub from: Option<Address>,
    pub to: Vec<Address>,
    pub subject: Option<String>,
    /// The subject, one newline, the newest own text, and forwarded content; evidence points into it.
    pub text: Text,
    /// The stretches of `text`, in order, without gaps that hold words.
    pub segments: Vec<Segment>,
    /// Quoted replies that were cut off, newest first; context, never evidence.
    pub quoted: Vec<Quoted>,
    /// The sender's signature block, cut off.
    pub signature: Option<String>,
    pub attachments: Vec<Attachment>,
    pub thread: ThreadKeys,
    /// Why this is a machine's own message (automatic reply, list, bounce), if it is.
    pub automatic: Option<Automatic>,
    /// What could not be read, in sentences for the technician.
    pub doubts: Vec<String>,
}

/// A person's address as a header wrote it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    pub name: Option<String>,
    pub email: Option<String>,
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (&self.name, &self.email) {
            (Some(name), Some(email)) => write!(f, "{name} <{email}>"),
            (Some(one), None) | (None, Some(one)) => f.write_str(one),
            (None, None) => Ok(()),
        }
    }
}

/// A stretch of the message's text.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    pub span: Span,
    pub origin: Origin,
}

/// Whose words a stretch of text holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Origin {
    Subject,
    /// The sender's own newest words.
    Own,
    /// Forwarded content, with its own header; it never has the outer sender's authority.
    Forwarded(Header),
}

/// The header lines that stood above forwarded or quoted words.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Header {
    pub from: Option<Address>,
    pub to: Option<String>,
    /// As an instant where the words could be read; in the inner offset if given, else the outer message's.
    pub date: Option<DateTime<FixedOffset>>,
    pub subject: Option<String>,
}

/// An older message that this one quoted.
#[derive(Debug, Clone, PartialEq)]
pub struct Quoted {
    pub header: Header,
    pub text: String,
}

/// A file that came with the message.
#[derive(Debug, Clone)]
pub struct Attachment {
    /// As the message named it; made unique within the message.
    pub name: String,
    /// Media type, lower case.
    pub media_type: String,
    /// Bytes after transfer decoding.
    pub bytes: usize,
    /// Lower-case hexadecimal.
    pub sha256: String,
    /// The words inside, for kinds that are read.
    pub text: Option<Text>,
    /// Why there is no text, or not all of it, as a sentence.
    pub note: Option<String>,
}

/// What leads a later message to its case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadKeys {
    pub in_reply_to: Vec<String>,
    pub references: Vec<String>,
    /// The first 22 bytes of Outlook's Thread-Index, as hexadecimal: the same for a whole conversation.
    pub conversation: Option<String>,
    /// The subject without Re:, Fwd:, 回复：, 转发： and case tags, folded.
    pub topic: Option<String>,
    /// A case tag in the subject, like `[MUS-000123]`.
    pub case_tag: Option<String>,
}

/// The kinds of mail that no person wrote to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Automatic {
    Reply,
    Bulk,
    Bounce,
    /// Sent by a program, though it may carry a real request (an HRIS, a web form).
    Generated,
}
