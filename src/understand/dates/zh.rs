//! Chinese expressions of time: simplified, traditional, Cantonese; numerals of every width.
//!
//! A text is folded character by character and read once from left to right. At each character that may begin an
//! expression, small readers try in a fixed order; each looks a bounded way ahead, so time grows with the text's length.

mod beside;
mod class;
mod counted;
mod day;
mod feast;
mod holiday;
mod join;
mod length;
mod number;
mod numeric;
mod period;
mod range;
mod reader;
mod show;
mod time;
mod value;
mod words;

use super::{Found, Settings};
use crate::message::fold::{fold, is_han};
use chrono::{DateTime, FixedOffset};
use join::Hit;
use reader::Reader;

/// Every Chinese expression of time in `text`.
pub fn find(text: &str, reference: DateTime<FixedOffset>, settings: &Settings) -> Found {
    let chars: Vec<char> = text.chars().map(fold).collect();
    let traditional = text.chars().zip(&chars).any(|(raw, folded)| raw != *folded && is_han(raw));
    let reader = Reader::new(&chars, reference.naive_local(), settings, traditional);
    // Byte offset of the character reached so far, moved along with it.
    let mut bytes = Bytes { text: text.char_indices(), at: 0, byte: 0, len: text.len() };
    let mut found = Found::default();
    let mut at = 0;
    while let Some(c) = reader.c(at) {
        if !reader.w.may_start(c) {
            at += 1;
            continue;
        }
        at = match reader.hit(at) {
            Some(Hit::Mention(joined)) => {
                let (start, end) = (joined.piece.start, joined.piece.end);
                let span = bytes.of(start)..bytes.of(end);
                if let Some(mention) = show::mention(&reader, &joined, text, span, reference) {
                    found.mentions.push(mention);
                }
                end.max(at + 1)
            }
            Some(Hit::Length(start, length)) => {
                if let Some((amount, unit)) = length.amount() {
                    let span = bytes.of(start)..bytes.of(length.end);
                    found.durations.push(super::Duration { span, amount, unit });
                }
                length.end.max(at + 1)
            }
            Some(Hit::Skip(end)) => end.max(at + 1),
            None => past(&chars, at),
        };
    }
    found
}

/// Reads the calendars now instead of at the first text that needs them.
pub fn prepare() {
    use crate::calendar::{Calendar, lunar};
    fold('一');
    lunar::new_year(2026);
    lunar::term(2026, 0);
    Calendar::of("CN").has_data_for(2026);
}

/// Bytes of the compiled words.
pub fn table_bytes() -> usize {
    words::Words::get().bytes()
}

/// Past a character that begins nothing; a run of digits and the marks within it is passed as one.
fn past(chars: &[char], at: usize) -> usize {
    let digit = |i: usize| chars.get(i).is_some_and(|c| c.is_ascii_digit());
    if !digit(at) {
        return at + 1;
    }
    let mut end = at;
    while digit(end) || digit(end + 1) && chars.get(end).is_some_and(|c| matches!(c, '.' | '-' | '/' | ':' | ',')) {
        end += 1;
    }
    end.max(at + 1)
}

/// Byte offsets of characters asked for in ascending order.
struct Bytes<'a> {
    text: std::str::CharIndices<'a>,
    at: usize,
    byte: usize,
    len: usize,
}

impl Bytes<'_> {
    fn of(&mut self, char: usize) -> usize {
        while self.at < char {
            self.at += 1;
            let _ = self.text.next();
        }
        self.byte = self.text.clone().next().map_or(self.len, |(byte, _)| byte);
        self.byte
    }
}

#[cfg(test)]
mod tests;
