//! One page: the words that a reader of the file sees, and what each part of them is.

use crate::contract::Language;
use crate::intake::attachment::{self, text};
use crate::intake::parse::charset::Doubt;
use crate::intake::parse::html;
use crate::intake::{Limits, shape::Shaped};
use crate::knowledge::rows::Fault;
use std::ops::Range;
use std::time::{Duration, Instant};

mod build;
mod language;
mod markdown;
mod plain;

/// Bytes of one page's file; a larger one is named and not read.
pub const FILE_BYTES: u64 = 50 << 20;
/// Bytes of text or markup of one page that are read; what comes after is named.
const TEXT_BYTES: usize = 8 << 20;
/// Time for one Word document or PDF.
const TIME: Duration = Duration::from_secs(20);
/// Endings of file names that are pages.
const ENDINGS: [&str; 9] = ["md", "markdown", "html", "htm", "xhtml", "docx", "docm", "pdf", "txt"];

/// A policy page as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Path below the page folder, parted by `/`; the key of the page everywhere.
    pub doc: String,
    /// What the page calls itself; else its first heading; else its file name without the ending. Never empty.
    pub title: String,
    /// The language that most of the words are in.
    pub lang: Language,
    /// The visible text, from which quotes are cut verbatim. For Markdown and plain text it is the file's own text,
    /// decoded; hidden words of a Markdown file stand in it, but in no block.
    pub text: String,
    /// In the order of the text; they do not overlap. Words outside of all blocks are not for readers.
    pub blocks: Vec<Block>,
}

/// A heading, a paragraph, one item of a list, one row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Bytes of the page's text, at character boundaries, without white space at its ends; never empty. The mark of
    /// a heading or list item (`##`, `-`, `1.`) stands before it.
    pub span: Range<usize>,
    /// The headings above, outermost first; a heading's own words are not among them.
    pub heading: Vec<String>,
    pub kind: Kind,
}

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// From 1, the page's own title, to 6.
    Heading(u8),
    Paragraph,
    ListItem,
    /// Cells are parted by TAB, in Markdown as the file parts them.
    TableRow,
    Code,
    Quote,
}

impl Page {
    /// The words of a block.
    pub fn words(&self, block: &Block) -> &str {
        self.text.get(block.span.clone()).unwrap_or("")
    }
}

/// Whether a file of that name is a page.
pub fn is_page(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(stem, e)| !stem.is_empty() && ENDINGS.contains(&&*e.to_ascii_lowercase()))
}

/// Reads one page. `doc`: its path below the page folder. Never fails and never panics: without a page there is a
/// fault, and a page of which not all could be read has one too.
pub fn read(doc: &str, bytes: &[u8]) -> (Option<Page>, Option<Fault>) {
    let fault = |reason: &str| Fault { file: doc.to_owned(), line: 0, reason: reason.to_owned() };
    if bytes.len() as u64 > FILE_BYTES {
        return (None, Some(fault(&too_large(bytes.len() as u64))));
    }
    if bytes.trim_ascii().is_empty() {
        return (None, Some(fault("the page is empty")));
    }
    let ending = doc.rsplit_once('.').map_or(String::new(), |(_, e)| e.to_ascii_lowercase());
    let (page, note) = match ending.as_str() {
        "docx" | "docm" | "pdf" => office(doc, bytes),
        _ => match words(&ending, bytes) {
            None => (None, Some("it does not look like text and is not read".to_owned())),
            Some((words, note)) => {
                let page = match ending.as_str() {
                    "md" | "markdown" => markdown::read(doc, words),
                    "html" | "htm" | "xhtml" => build::shaped(doc, html::read_shaped(&words)),
                    _ => plain::read(doc, words),
                };
                (Some(page), note)
            }
        },
    };
    match page {
        Some(page) if !page.blocks.is_empty() => (Some(page), note.map(|n| fault(&n))),
        Some(_) => (None, Some(fault(note.as_deref().unwrap_or("the page holds no words that a reader sees")))),
        None => (None, Some(fault(note.as_deref().unwrap_or("it cannot be read")))),
    }
}

/// Why a file is not read for its size.
pub fn too_large(bytes: u64) -> String {
    format!("the page has {} MiB; over {} it is not read", bytes.div_ceil(1 << 20), FILE_BYTES >> 20)
}

/// A Word document or PDF by the readers of attachments.
fn office(doc: &str, bytes: &[u8]) -> (Option<Page>, Option<String>) {
    let limits =
        Limits { attachment_bytes: FILE_BYTES as usize, attachment_chars: TEXT_BYTES / 4, ..Limits::default() };
    let (shaped, note) = attachment::read_shaped(doc, "", bytes, &limits, Instant::now() + TIME);
    let pdf = doc.to_ascii_lowercase().ends_with(".pdf");
    // A reason here goes on after the file's name.
    let reason = |note: String| {
        let mut chars = note.trim_end_matches('.').chars();
        chars.next().map_or(String::new(), |first| format!("{}{}", first.to_lowercase(), chars.as_str()))
    };
    (shaped.map(|s| build::shaped(doc, if pdf { with_items(s) } else { s })), note.map(reason))
}

/// Lines of a PDF that begin with the hyphen which its reader puts for a bullet are items.
fn with_items(mut shaped: Shaped) -> Shaped {
    for (line, words) in shaped.lines.iter_mut().zip(shaped.text.lines()) {
        if line.shape == crate::intake::shape::Shape::Paragraph && words.starts_with("- ") {
            line.shape = crate::intake::shape::Shape::Item(2);
        }
    }
    shaped
}

/// The file as text, and what is to be said of it.
fn words(ending: &str, bytes: &[u8]) -> Option<(String, Option<String>)> {
    let label = ending.contains("htm").then(|| charset_of(bytes)).flatten();
    let decoded = text::decode_labelled(bytes, label.as_deref())?;
    let (mut words, mut note) = (decoded.text, None);
    if decoded.doubt == Some(Doubt::BrokenBytes) {
        note = Some("some of its bytes mean nothing in its encoding; the rest is read".to_owned());
    }
    if words.len() > TEXT_BYTES {
        let cut = (0..=TEXT_BYTES).rev().find(|at| words.is_char_boundary(*at)).unwrap_or(0);
        words.truncate(cut);
        note = Some(format!("only its first {} MiB of text are read", TEXT_BYTES >> 20));
    }
    Some((words, note))
}

/// The charset that a page names in its head.
fn charset_of(bytes: &[u8]) -> Option<String> {
    let head: Vec<u8> = bytes.iter().take(4_096).map(u8::to_ascii_lowercase).collect();
    let at = memchr::memmem::find_iter(&head, b"charset").find_map(|at| {
        let rest = head.get(at + b"charset".len()..)?.trim_ascii_start();
        Some(rest.strip_prefix(b"=")?.trim_ascii_start())
    })?;
    let at = at.strip_prefix(b"\"").or_else(|| at.strip_prefix(b"'")).unwrap_or(at);
    let label: Vec<u8> =
        at.iter().copied().take_while(|b| b.is_ascii_alphanumeric() || b"-_:.".contains(b)).take(40).collect();
    String::from_utf8(label).ok().filter(|l| !l.is_empty())
}

#[cfg(test)]
mod tests;
