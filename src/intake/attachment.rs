//! The words inside an attached file, and a sentence if there are none or not all.

use super::Limits;
use super::parse::html;
use super::shape::Shaped;
use crate::message::Text;
use kind::Kind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;
use words::Words;

mod archive;
mod cfb;
mod csv;
mod docx;
mod ics;
mod kind;
mod ods;
mod pdf;
pub mod text;
mod words;
mod xls;
mod xlsx;
mod xml;

/// Reads the words of one attached file. Never fails and never panics: without words there is a note.
/// `deadline` bounds the time of all attachments of one message.
pub fn read(
    name: &str,
    media_type: &str,
    bytes: &[u8],
    limits: &Limits,
    deadline: Instant,
) -> (Option<Text>, Option<String>) {
    let (shaped, note) = read_shaped(name, media_type, bytes, limits, deadline);
    (shaped.map(|s| Text::new(s.text)), note)
}

/// The same, with what each line is as far as the file's markup says so.
pub fn read_shaped(
    name: &str,
    media_type: &str,
    bytes: &[u8],
    limits: &Limits,
    deadline: Instant,
) -> (Option<Shaped>, Option<String>) {
    if bytes.is_empty() {
        return (None, Some(sentence("the file is empty")));
    }
    if bytes.len() > limits.attachment_bytes {
        let (has, limit) = (bytes.len(), limits.attachment_bytes);
        let why = format!("it has {has} bytes; over {limit} it is not read (intake.attachment_bytes)");
        return (None, Some(sentence(&why)));
    }
    if Instant::now() >= deadline {
        let why = "the time for attachments was over; it is not read (intake.attachment_time)";
        return (None, Some(sentence(why)));
    }
    let mut words = Words::new(limits.attachment_chars, deadline);
    // The libraries below are given nothing that they could abort on; that one of them panics all the
    // same must cost this file alone.
    let ended = catch_unwind(AssertUnwindSafe(|| into(&mut words, name, media_type, bytes)))
        .unwrap_or_else(|_| Err("the file is damaged; not all of it could be read".into()));
    let (shaped, cut) = words.finish_shaped();
    let note = match (ended, cut) {
        (Err(why), _) => Some(why),
        (Ok(()), Some(cut)) => Some(cut),
        (Ok(()), None) if shaped.text.is_empty() => Some("it holds no words that could be read".into()),
        (Ok(()), None) => None,
    };
    ((!shaped.text.is_empty()).then_some(shaped), note.as_deref().map(sentence))
}

/// A reason as a sentence of its own.
fn sentence(why: &str) -> String {
    let mut chars = why.chars();
    chars.next().map_or(String::new(), |first| format!("{}{}.", first.to_uppercase(), chars.as_str()))
}

/// Puts the file's words into `words`; the error says, as a sentence, what was not read.
fn into(words: &mut Words, name: &str, media_type: &str, bytes: &[u8]) -> Result<(), String> {
    match kind::of(name, media_type, bytes) {
        Kind::Text => text::read(words, bytes),
        Kind::Csv(delimiter) => csv::read(words, bytes, delimiter),
        Kind::Html => page(words, bytes),
        Kind::Calendar => ics::read(words, bytes),
        Kind::Card => ics::read_cards(words, bytes),
        Kind::Docx => docx::read(words, bytes),
        Kind::Xlsx => xlsx::read(words, bytes),
        Kind::Xls => xls::read(words, bytes),
        Kind::Ods => ods::read(words, bytes),
        Kind::Pdf => pdf::read(words, bytes),
        Kind::Encrypted => Err("it is encrypted and is not read".into()),
        Kind::Other(what) => Err(not_read(&what)),
    }
}

/// A web page, or what a program calls a workbook and is one.
fn page(words: &mut Words, bytes: &[u8]) -> Result<(), String> {
    /// Bytes of markup; what comes after is cut, for the reader has no clock.
    const MARKUP_BYTES: usize = 4 << 20;
    let markup =
        text::decode(bytes.get(..MARKUP_BYTES).unwrap_or(bytes)).ok_or("it does not look like text and is not read")?;
    for line in html::read(&markup).text.lines() {
        if words.done() {
            break;
        }
        words.line(line);
    }
    if bytes.len() > MARKUP_BYTES { Err(format!("only its first {} MiB are read", MARKUP_BYTES >> 20)) } else { Ok(()) }
}

fn not_read(what: &str) -> String {
    format!("a file of the kind {what} is not read")
}

#[cfg(test)]
mod tests;
