//! Plain text: a file, standard input, or the text of a JSON message.

use super::{Envelope, Limits, Refusal};
use crate::contract::Channel;
use crate::message::{Address, Message, Origin, Segment, Span, Text, ThreadKeys};
use chrono::{DateTime, FixedOffset};

/// What is known of a message whose text is at hand.
#[derive(Debug)]
pub struct Draft {
    pub id: String,
    pub channel: Channel,
    pub received_at: DateTime<FixedOffset>,
    pub from: Option<Address>,
    pub subject: Option<String>,
    pub text: String,
}

/// Reads a plain text in UTF-8, or as the bytes suggest.
pub fn message(bytes: &[u8], envelope: &Envelope, limits: &Limits) -> Result<Message, Refusal> {
    if bytes.len() > limits.message_bytes {
        return Err(Refusal::TooLarge { bytes: bytes.len(), limit: limits.message_bytes });
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Refusal::Empty);
    }
    let text = String::from_utf8_lossy(bytes).into_owned();
    Ok(build(
        Draft {
            id: envelope.name.clone(),
            channel: Channel::File,
            received_at: envelope.received_at,
            from: None,
            subject: None,
            text,
        },
        limits,
    ))
}

/// A message from its parts.
pub fn build(draft: Draft, limits: &Limits) -> Message {
    let mut doubts = Vec::new();
    let body = cut(draft.text, limits, &mut doubts);
    let subject = draft.subject.as_deref().map(str::trim).filter(|s| !s.is_empty());
    let mut segments = Vec::new();
    let text = match subject {
        Some(subject) => {
            let end = subject.chars().count();
            segments.push(Segment { span: Span::new(0, end), origin: Origin::Subject });
            segments.push(Segment { span: Span::new(end + 1, end + 1 + body.chars().count()), origin: Origin::Own });
            format!("{subject}\n{body}")
        }
        None => {
            segments.push(Segment { span: Span::new(0, body.chars().count()), origin: Origin::Own });
            body
        }
    };
    Message {
        id: draft.id,
        channel: draft.channel,
        received_at: draft.received_at,
        from: draft.from,
        to: Vec::new(),
        subject: draft.subject,
        text: Text::new(text),
        segments,
        quoted: Vec::new(),
        signature: None,
        attachments: Vec::new(),
        thread: ThreadKeys::default(),
        automatic: None,
        doubts,
    }
}

/// The text up to the limit of characters.
fn cut(text: String, limits: &Limits, doubts: &mut Vec<String>) -> String {
    match text.char_indices().nth(limits.text_chars) {
        Some((at, _)) => {
            doubts.push(format!("only the first {} characters were read (intake.text_chars)", limits.text_chars));
            text.get(..at).unwrap_or_default().to_owned()
        }
        None => text,
    }
}
