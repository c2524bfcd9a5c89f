//! Messages for unit tests of understanding, made in one line.

use crate::message::{Address, Channel, Message, Origin, Segment, Span, Text, ThreadKeys};
use chrono::DateTime;

/// A mail received on Tuesday 3 March 2026, 10:00 +01:00, from `Jo Sender <jo@firm.example>`.
pub(crate) fn message(subject: &str, body: &str) -> Message {
    message_at(subject, body, "2026-03-03T10:00:00+01:00")
}

/// The same at another time.
pub(crate) fn message_at(subject: &str, body: &str, at: &str) -> Message {
    let text = Text::new(format!("{subject}\n{body}"));
    let cut = subject.chars().count();
    Message {
        id: "t@firm.example".into(),
        channel: Channel::Mail,
        received_at: DateTime::parse_from_rfc3339(at).expect("the test's own time"),
        from: Some(Address { name: Some("Jo Sender".into()), email: Some("jo@firm.example".into()) }),
        to: Vec::new(),
        subject: Some(subject.into()),
        segments: vec![
            Segment { span: Span::new(0, cut), origin: Origin::Subject },
            Segment { span: Span::new(cut + 1, text.len()), origin: Origin::Own },
        ],
        text,
        quoted: Vec::new(),
        signature: None,
        attachments: Vec::new(),
        thread: ThreadKeys::default(),
        automatic: None,
        doubts: Vec::new(),
    }
}
