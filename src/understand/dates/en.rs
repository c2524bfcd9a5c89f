//! English expressions of time: tokens, then rules at each token that can begin a date, the longest first.

mod absolute;
mod edge;
mod kind;
mod length;
mod lex;
mod mention;
mod named;
mod nth;
mod number;
mod numeric;
mod offset;
mod parse;
mod period;
mod range;
mod relative;
mod stands;
mod time;
mod vocab;
mod weekday;

use super::{Found, Settings, Value};
use chrono::{DateTime, FixedOffset, NaiveDate};
use lex::{Kind, Tok, lex};
use mention::Step;
use parse::{Order, Parse};
use std::ops::Range;

/// Texts are read in pieces of at most this many bytes, cut between lines where there are lines, so that memory stays
/// bounded: 64 KiB of text are some 600 KiB of tokens.
const PIECE: usize = 64 * 1024;
/// A cue of the past or the future counts for this many tokens.
const CUE: usize = 6;

/// Bytes of the compiled words.
pub fn table_bytes() -> usize {
    vocab::VOCAB.bytes()
}

/// Every English expression of time in `text`; none is read across a span of `taken` (sorted, bytes).
pub fn find(text: &str, reference: DateTime<FixedOffset>, settings: &Settings, taken: &[Range<usize>]) -> Found {
    let mut found = Found::default();
    let mut toks = Vec::with_capacity((text.len().min(PIECE) / 4).max(16));
    let mut from = 0;
    while from < text.len() {
        let to = piece_end(text, from);
        lex(text, from..to, taken, &mut toks);
        read(text, &toks, reference, settings, &mut found);
        from = to;
    }
    found
}

/// Where the piece that begins at `from` ends: the last line, else the last word, else the last character in it.
fn piece_end(text: &str, from: usize) -> usize {
    if text.len() - from <= PIECE {
        return text.len();
    }
    let mut to = from + PIECE;
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    let piece = text.get(from..to).unwrap_or("");
    let cut = piece.rfind('\n').or_else(|| piece.rfind(' ')).filter(|cut| *cut > 0);
    from + cut.map_or(piece.len().max(1), |cut| cut + 1)
}

fn read(text: &str, toks: &[Tok], reference: DateTime<FixedOffset>, settings: &Settings, found: &mut Found) {
    let now = reference.naive_local();
    let mut parse = Parse {
        text,
        toks,
        now,
        today: now.date(),
        settings,
        order: Order::of(toks, settings),
        past: false,
        before: None,
    };
    let mut i = 0;
    // The token after the last cue of the past, 0 for none.
    let mut was = 0;
    while let Some(tok) = toks.get(i) {
        match tok.kind {
            Kind::Was => was = i + 1,
            Kind::Will => was = 0,
            Kind::Query | Kind::Semicolon => was = 0,
            Kind::Dot if toks.get(i + 1).is_none_or(|t| t.space) => was = 0,
            _ => {}
        }
        if !begins(toks, i) {
            i += 1;
            continue;
        }
        parse.past = was > 0 && i < was + CUE;
        match parse.step(i, reference) {
            Step::Mention(mention, end) => {
                if let Some(day) = anchor(&mention.readings) {
                    parse.before = Some(day);
                }
                found.mentions.push(mention);
                i = end.max(i + 1);
            }
            Step::Two(mentions, end) => {
                found.mentions.extend(mentions);
                i = end.max(i + 1);
            }
            Step::Duration(duration, end) => {
                found.durations.push(duration);
                i = end.max(i + 1);
            }
            Step::Skip(end) => i = end.max(i + 1),
        }
    }
}

/// The day that 'the following Monday' counts from.
fn anchor(readings: &[super::Reading]) -> Option<NaiveDate> {
    readings.first().map(|r| match r.value {
        Value::Day(d) | Value::Range(_, d) | Value::From(d) | Value::Until(d) => d,
        Value::Instant(t) => t.date_naive(),
    })
}

/// Whether a mention can begin at `i`; everything else is passed over.
#[inline]
fn begins(toks: &[Tok], i: usize) -> bool {
    let Some(t) = toks.get(i) else { return false };
    match t.kind {
        Kind::Word | Kind::Suffix => t.len <= 2 && toks.get(i + 1).is_some_and(|n| n.kind == Kind::Num && !n.space),
        Kind::Num
        | Kind::Ord
        | Kind::OrdWord
        | Kind::Cardinal
        | Kind::Thousand
        | Kind::A
        | Kind::Half
        | Kind::Month
        | Kind::Weekday
        | Kind::Weekdays
        | Kind::Relative
        | Kind::Tonight
        | Kind::Now
        | Kind::Immediately
        | Kind::Named
        | Kind::Part
        | Kind::Clock
        | Kind::Close
        | Kind::Unit
        | Kind::Fiscal
        | Kind::Season
        | Kind::EndOf
        | Kind::StartOf
        | Kind::WeekOf
        | Kind::ToDate
        | Kind::AllWeek
        | Kind::Mod
        | Kind::End
        | Kind::Begin
        | Kind::Middle
        | Kind::Early
        | Kind::Late
        | Kind::Rest
        | Kind::Every
        | Kind::In
        | Kind::Within
        | Kind::On
        | Kind::At
        | Kind::AtSign
        | Kind::By
        | Kind::Until
        | Kind::Through
        | Kind::Before
        | Kind::After
        | Kind::From
        | Kind::Since
        | Kind::Between
        | Kind::For
        | Kind::Of
        | Kind::The
        | Kind::Apostrophe
        | Kind::Less
        | Kind::Greater
        | Kind::Ago
        | Kind::Closest => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
