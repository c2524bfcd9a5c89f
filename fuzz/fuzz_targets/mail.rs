//! The message reader: any bytes end in a message whose stretches fit its text, or in a refusal.

#![no_main]

use chrono::DateTime;
use libfuzzer_sys::fuzz_target;
use muster::intake::{Envelope, Limits, parse};
use muster::message::Span;

fuzz_target!(|bytes: &[u8]| {
    let received_at = DateTime::UNIX_EPOCH.fixed_offset() + chrono::TimeDelta::days(20_500);
    let envelope = Envelope { name: "fuzz.eml".to_owned(), received_at };
    let limits = Limits { parts: 100, text_chars: 10_000, ..Limits::default() };
    let Ok(message) = parse::mail(bytes, &envelope, &limits) else { return };
    let text = &message.text;
    assert!(text.len() <= limits.text_chars);
    let mut at = 0;
    for segment in &message.segments {
        assert!(at <= segment.span.start && segment.span.start <= segment.span.end && segment.span.end <= text.len());
        assert!(text.quote(Span::new(at, segment.span.start)).trim().is_empty());
        at = segment.span.end;
    }
    assert!(!message.id.is_empty());
});
