//! A labelled text as the message that the reader gets, with its offsets as they are.

use super::Labelled;
use crate::intake::{Envelope, Limits, json};
use crate::message::{Message, Origin, Segment, Span, ThreadKeys};

impl Labelled {
    /// As intake reads the contract's JSON form. Where intake would cut or change words (a signature, a quoted reply),
    /// the text stays as it is labelled, and all below the subject counts as the sender's own words.
    pub fn message(&self, limits: &Limits) -> Message {
        let cut = self.subject.as_ref().map_or(0, |s| s.chars().count());
        let body = Span::new(if cut > 0 { cut + 1 } else { 0 }, self.text.len());
        let posted = json::Posted {
            channel: Some(self.channel),
            id: Some(self.id.clone()),
            from: self.from.clone(),
            subject: self.subject.clone(),
            text: self.text.quote(body).to_owned(),
            received_at: Some(self.received_at.to_rfc3339()),
        };
        let envelope = Envelope { name: self.id.clone(), received_at: self.received_at };
        let from = match json::from_posted(posted, &envelope, limits) {
            Ok(message) if message.text.raw() == self.text.raw() => return message,
            Ok(message) => message.from,
            Err(_) => None,
        };
        let mut segments = vec![Segment { span: Span::new(0, cut), origin: Origin::Subject }];
        segments.push(Segment { span: body, origin: Origin::Own });
        segments.retain(|s| !s.span.is_empty());
        Message {
            id: self.id.clone(),
            channel: self.channel,
            received_at: self.received_at,
            from,
            to: Vec::new(),
            subject: self.subject.clone(),
            text: self.text.clone(),
            segments,
            quoted: Vec::new(),
            signature: None,
            attachments: Vec::new(),
            thread: ThreadKeys::default(),
            automatic: None,
            doubts: Vec::new(),
        }
    }
}
