//! Intake: bytes from anywhere become messages, within bounds; what cannot be read is refused with a reason and kept.

use std::time::Duration;

pub mod attachment;
pub mod files;
pub mod json;
pub mod mbox;
pub mod parse;
pub mod plain;
pub mod shape;

/// Bounds on one input. Everything past them is refused or cut, and said so.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes of one message; more is refused. Default 50 MiB.
    pub message_bytes: usize,
    /// MIME parts of one message. Default 1,000.
    pub parts: usize,
    /// Levels of nesting, of MIME parts and of messages in messages. Default 20.
    pub depth: usize,
    /// Characters of the text that is understood. Default 200,000.
    pub text_chars: usize,
    /// Bytes of one attachment after decoding that is read for words. Default 20 MiB.
    pub attachment_bytes: usize,
    /// Characters read from one attachment. Default 200,000.
    pub attachment_chars: usize,
    /// Time for one message's attachments. Default 5 s.
    pub attachment_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message_bytes: 50 << 20,
            parts: 1_000,
            depth: 20,
            text_chars: 200_000,
            attachment_bytes: 20 << 20,
            attachment_chars: 200_000,
            attachment_time: Duration::from_secs(5),
        }
    }
}

/// Why an input was not read; the bytes are kept all the same.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the message has {bytes} bytes; the limit is {limit} (intake.message_bytes)")]
    TooLarge { bytes: usize, limit: usize },
    #[error("the message has more than {limit} parts (intake.parts)")]
    TooManyParts { limit: usize },
    #[error("the message is empty")]
    Empty,
    #[error("this is not {expected}: {reason}")]
    Malformed { expected: &'static str, reason: String },
    #[error("cannot read it: {0}")]
    Io(String),
}

/// What is known of an input beside its bytes.
#[derive(Debug, Clone)]
pub struct Envelope {
    /// Used as `message.id` where the input has none: a file's name.
    pub name: String,
    /// Used where the input has no date.
    pub received_at: chrono::DateTime<chrono::FixedOffset>,
}
