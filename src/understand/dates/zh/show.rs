//! A joined mention in the engine's terms: values, weights, and the derivation that a person reads.

use super::super::{Mention, Reading, Value, resolve};
use super::join::{Edge, Joined};
use super::reader::Reader;
use super::value::{Cand, Form};
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveTime, TimeDelta};
use std::fmt::Write;
use std::ops::Range;

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

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
            let derivation = derivation(reader, joined, words, &value, cand.note);
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

/// "'下周五' + sent Tue 3 Mar 2026 → Fri 13 Mar 2026".
fn derivation(reader: &Reader<'_>, joined: &Joined, words: &str, value: &Value, note: &str) -> String {
    let mut out = String::with_capacity(words.len() + 64);
    out.push('\'');
    out.push_str(words);
    out.push('\'');
    let absolute = joined.piece.form == Form::Fixed && words.bytes().filter(u8::is_ascii_digit).count() >= 6;
    if !absolute {
        out.push_str(" + sent ");
        day(&mut out, reader.today);
    }
    out.push_str(" → ");
    match value {
        Value::Day(d) => day(&mut out, *d),
        Value::Instant(t) => {
            day(&mut out, t.date_naive());
            let local = t.naive_local();
            let _ = write!(out, " {:02}:{:02}", chrono::Timelike::hour(&local), chrono::Timelike::minute(&local));
        }
        Value::Range(a, b) => {
            day(&mut out, *a);
            out.push_str(" to ");
            day(&mut out, *b);
        }
        Value::From(d) => {
            out.push_str("from ");
            day(&mut out, *d);
        }
        Value::Until(d) => {
            out.push_str("until ");
            day(&mut out, *d);
        }
    }
    if !note.is_empty() {
        out.push_str(" (");
        out.push_str(note);
        out.push(')');
    }
    if joined.piece.conflict {
        out.push_str("; weekday and date disagree");
    }
    out
}

fn day(out: &mut String, d: NaiveDate) {
    let weekday = WEEKDAYS.get(d.weekday().num_days_from_monday() as usize).copied().unwrap_or("");
    let month = MONTHS.get(d.month0() as usize).copied().unwrap_or("");
    let _ = write!(out, "{weekday} {} {month} {}", d.day(), d.year());
}
