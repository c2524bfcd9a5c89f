//! A joined mention in the engine's terms: values, weights, and the derivation that a person reads.

use super::super::derive::{Derivation, derivation};
use super::super::{Mention, Reading, Value, resolve};
use super::join::{Edge, Joined};
use super::reader::Reader;
use super::value::{Cand, Form};
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, TimeDelta};
use std::ops::Range;

/// None where no reading is left.
pub fn mention(
    reader: &Reader<'_>,
    joined: &Joined,
    text: &str,
    span: Range<usize>,
    reference: DateTime<FixedOffset>,
) -> Option<Mention> {
    let words = text.get(span.clone())?;
    let mut readings: Vec<Reading> = Vec::with_capacity(3);
    for cand in joined.piece.cands.settled().iter() {
        for (value, share) in values(reader, joined, cand, reference) {
            if readings.iter().any(|r| r.value == value) {
                continue;
            }
            let derivation = derived(reader, joined, words, &value, cand.note);
            readings.push(Reading { value, probability: cand.p * share, derivation });
        }
    }
    if readings.is_empty() {
        return None;
    }
    readings.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    readings.truncate(3);
    Some(Mention { span, readings, grain: joined.piece.grain, bound: joined.bound, conflict: joined.piece.conflict })
}

/// What a candidate says with its bound; the shares sum to 1.
fn values(reader: &Reader<'_>, joined: &Joined, c: Cand, reference: DateTime<FixedOffset>) -> Vec<(Value, f32)> {
    let calendar = reader.calendar();
    let one = |value: Option<Value>| value.map(|v| (v, 1.0)).into_iter().collect();
    if joined.piece.rest && matches!(joined.edge, Edge::UntilStart | Edge::FromEnd) {
        // 国庆前, 春节后: the working day beside the days off; and the plain neighbour of the day.
        let (from, to) = calendar.days_off_around(c.from).unwrap_or((c.from, c.to));
        let (likely, plain) = if joined.edge == Edge::UntilStart {
            (
                resolve::checked(calendar.add_working_days(from, -1)).map(Value::Until),
                resolve::add_days(c.from, -1).map(Value::Until),
            )
        } else {
            (
                resolve::checked(calendar.add_working_days(to, 1)).map(Value::From),
                resolve::add_days(c.to, 1).map(Value::From),
            )
        };
        return likely.map(|v| (v, 0.7)).into_iter().chain(plain.map(|v| (v, 0.3))).collect();
    }
    match joined.edge {
        Edge::FromStart => one(Some(Value::From(c.from))),
        Edge::FromEnd => one(resolve::add_days(c.to, 1).map(Value::From)),
        Edge::UntilStart => one(resolve::add_days(c.from, -1).map(Value::Until)),
        Edge::UntilEnd => one(Some(Value::Until(c.to))),
        Edge::Closed if c.from != c.to => one(Some(Value::Range(c.from, c.to))),
        Edge::Closed => one(Some(day_or_instant(joined, c.from, reference))),
    }
}

fn day_or_instant(joined: &Joined, day: NaiveDate, reference: DateTime<FixedOffset>) -> Value {
    if let Some(minutes) = joined.piece.minutes_from_now {
        let then = TimeDelta::try_minutes(minutes).and_then(|d| reference.checked_add_signed(d));
        return then.map_or(Value::Day(day), Value::Instant);
    }
    let instant = joined.time().and_then(|t| t.minute).and_then(|minute| {
        let clock = NaiveTime::from_hms_opt(minute / 60, minute % 60, 0)?;
        resolve::instant(day.and_time(clock), *reference.offset())
    });
    instant.map_or(Value::Day(day), Value::Instant)
}

/// The derivation of a value; a day that is written out needs no day of sending.
fn derived(reader: &Reader<'_>, joined: &Joined, words: &str, value: &Value, why: &str) -> String {
    let absolute = joined.piece.form == Form::Fixed && words.bytes().filter(u8::is_ascii_digit).count() >= 6;
    let sent = (!absolute).then_some(reader.today);
    derivation(Derivation { words, sent, value, why, conflict: joined.piece.conflict })
}
