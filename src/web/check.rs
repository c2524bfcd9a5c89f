//! Whether an understanding that a caller hands in can be kept: dates that are dates, evidence that is really there.

use chrono::{DateTime, NaiveDate};
use serde_json::Value;

use super::fields::{SPECS, Shape, pointer, spans};
use super::form::TYPED;
use crate::contract::{SCHEMA, Span, Understanding};
use crate::message::text::{Span as Stretch, Text};

/// Sentences that one answer holds; the first ones are enough to act on.
const MOST: usize = 10;

/// What is wrong with `given` as a change of `base`, in sentences that name the place by its JSON pointer.
pub fn faults(given: &Understanding, base: &Understanding) -> Vec<String> {
    let mut out = Vec::new();
    if given.schema != SCHEMA {
        out.push(format!("`/schema` must be `{SCHEMA}`"));
    }
    if given.message != base.message {
        out.push("`/message` is what came in and cannot be changed: send it as it was read".into());
    }
    if !(0.0..=1.0).contains(&given.triage.confidence) {
        out.push("`/triage/confidence` must lie between 0 and 1".into());
    }
    let text = Text::new(base.message.text.as_str());
    for (i, request) in given.requests.iter().enumerate() {
        let json = serde_json::to_value(request).unwrap_or(Value::Null);
        for spec in SPECS {
            let at = format!("/requests/{i}{}", pointer(spec.path));
            let Some(field) = json.pointer(&pointer(spec.path)) else { continue };
            let value = field.get("value").and_then(Value::as_str).unwrap_or_default();
            match spec.shape {
                Shape::Day if !day(value) => out.push(format!("`{at}/value` must be a day, written 2026-03-31")),
                Shape::Instant if DateTime::parse_from_rfc3339(value).is_err() => {
                    out.push(format!("`{at}/value` must be an instant, written 2026-03-31T17:00:00+08:00"));
                }
                Shape::Text if value.trim().is_empty() => {
                    out.push(format!("`{at}/value` is empty: leave the field out"))
                }
                _ => {}
            }
            let others = field.get("ambiguous").and_then(Value::as_array).into_iter().flatten();
            if others.filter_map(Value::as_str).any(|other| !day(other)) {
                out.push(format!("`{at}/ambiguous` must hold days, written 2026-03-31"));
            }
            proof(&at, confidence(field), &spans(field), &text, &mut out);
            if out.len() >= MOST {
                return out;
            }
        }
        for (j, need) in request.needs.iter().enumerate() {
            let at = format!("/requests/{i}/needs/{j}");
            if need.text.trim().is_empty() {
                out.push(format!("`{at}/text` is empty: name the item"));
            }
            if need.quantity == Some(0) {
                out.push(format!("`{at}/quantity` must be at least 1"));
            }
            if need.until.as_deref().is_some_and(|until| !day(until)) {
                out.push(format!("`{at}/until` must be a day, written 2026-03-31"));
            }
            proof(&at, need.confidence, &need.evidence, &text, &mut out);
            if out.len() >= MOST {
                return out;
            }
        }
    }
    out
}

fn day(text: &str) -> bool {
    text.len() == 10 && text.parse::<NaiveDate>().is_ok()
}

fn confidence(field: &Value) -> f32 {
    field.get("confidence").and_then(Value::as_f64).unwrap_or(-1.0) as f32
}

fn proof(at: &str, confidence: f32, spans: &[Span], text: &Text, out: &mut Vec<String>) {
    if !(0.0..=1.0).contains(&confidence) {
        out.push(format!("`{at}/confidence` must lie between 0 and 1"));
    }
    if spans.is_empty() {
        out.push(format!("`{at}/evidence` is empty: quote the words, or name the source `{TYPED}` for your own"));
    }
    // Words of attachments were checked when they were read; here they cannot be.
    let own = |span: &&Span| matches!(span.source.as_deref(), None | Some("text"));
    let there = |span: &Span| {
        span.start < span.end && span.end <= text.len() && text.quote(Stretch::new(span.start, span.end)) == span.quote
    };
    if spans.iter().filter(own).any(|span| !there(span)) {
        out.push(format!("`{at}/evidence` quotes words that do not stand at those offsets of `/message/text`"));
    }
}
