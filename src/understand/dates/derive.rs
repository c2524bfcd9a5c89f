//! The sentence that shows a person how a reading came about: "'next Friday' + sent Tue 3 Mar 2026 → Fri 13 Mar 2026".

use super::Value;
use chrono::{Datelike, NaiveDate, Timelike};

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/// Words of a mention that are quoted, in characters; longer ones end in '…'.
const QUOTED: usize = 80;

/// What a derivation tells.
#[derive(Debug, Clone, Copy)]
pub struct Derivation<'a> {
    pub words: &'a str,
    /// The day of sending; None where the words need none ('2026-03-16').
    pub sent: Option<NaiveDate>,
    pub value: &'a Value,
    /// Shown in brackets where there is something to say.
    pub why: &'a str,
    /// Weekday and date disagree, and the sentence is to say so.
    pub conflict: bool,
}

/// The words, the day of sending, the value, and why.
pub fn derivation(of: Derivation<'_>) -> String {
    let Derivation { words, sent, value, why, conflict } = of;
    let cut = words.char_indices().nth(QUOTED).map_or(words.len(), |(byte, _)| byte);
    let mut out = String::with_capacity(cut + why.len() + 64);
    out.push('\'');
    out.push_str(words.get(..cut).unwrap_or(""));
    if cut < words.len() {
        out.push('…');
    }
    out.push('\'');
    if let Some(sent) = sent {
        out.push_str(" + sent ");
        day(&mut out, sent);
    }
    out.push_str(" → ");
    match value {
        Value::Day(d) => day(&mut out, *d),
        Value::Instant(t) => {
            day(&mut out, t.date_naive());
            out.push(' ');
            two(&mut out, t.hour());
            out.push(':');
            two(&mut out, t.minute());
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
    if !why.is_empty() {
        out.push_str(" (");
        out.push_str(why);
        out.push(')');
    }
    if conflict {
        out.push_str("; weekday and date disagree");
    }
    out
}

/// 'Fri 13 Mar 2026', without the formatting machinery: a reading has about a microsecond.
pub fn day(out: &mut String, day: NaiveDate) {
    out.push_str(WEEKDAYS.get(day.weekday().num_days_from_monday() as usize).unwrap_or(&""));
    out.push(' ');
    number(out, day.day());
    out.push(' ');
    out.push_str(MONTHS.get(day.month0() as usize).unwrap_or(&""));
    out.push(' ');
    number(out, day.year().unsigned_abs());
}

fn two(out: &mut String, n: u32) {
    if n < 10 {
        out.push('0');
    }
    number(out, n);
}

fn number(out: &mut String, n: u32) {
    if n >= 10 {
        number(out, n / 10);
    }
    out.push((b'0' + (n % 10) as u8) as char);
}
