//! A message laid out for reading: its texts with lines, sentences and dates found once.

use super::dates::Found;
use crate::contract::Language;
use crate::message::{Message, Span, Text};

/// What every proposer reads.
#[derive(Debug)]
pub struct Page<'a> {
    pub message: &'a Message,
    pub language: Language,
    /// The message's text first, then each attachment with words.
    pub sources: Vec<Source<'a>>,
}

#[derive(Debug)]
pub struct Source<'a> {
    /// None: the message's own text; else the attachment's name.
    pub name: Option<&'a str>,
    pub text: &'a Text,
    /// Without line ends and surrounding white space; empty lines left out.
    pub lines: Vec<Span>,
    /// Sentences and clauses that stand alone (ended by . ! ? 。！？； or a line end); never across lines of a form or table.
    pub sentences: Vec<Span>,
    /// Date mentions and durations, their byte spans those of `text.raw()`.
    pub dates: Found,
}
