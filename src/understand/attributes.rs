//! Facts about people in forms, tables and prose: titles, departments, places, managers, numbers, dates.

use super::mark::{Mark, Proposer, What};
use super::page::{Page, Source};
use crate::message::Span;

mod beside;
mod dates;
mod department;
mod identifier;
mod location;
mod manager;
mod newname;
mod phrase;
mod title;
pub(crate) mod words;

/// The proposer of facts in prose, lists and headless tables.
pub struct Attributes;

impl Proposer for Attributes {
    fn name(&self) -> &'static str {
        "attributes"
    }

    fn propose(&self, page: &Page, marks: &mut Vec<Mark>) {
        for (number, source) in page.sources.iter().enumerate() {
            let out = &mut Out { source: number, by: self.name(), marks };
            title::prose(source, out);
            department::prose(source, out);
            location::prose(source, out);
            manager::prose(source, out);
            identifier::prose(page, source, out);
            newname::prose(source, out);
            beside::names(source, out);
            beside::loose(source, out);
            beside::heading(source, out);
            dates::roles(page, source, out);
            dates::at_once(source, out);
        }
    }
}

/// Where the readers of one source put their marks.
pub(crate) struct Out<'a> {
    pub source: usize,
    pub by: &'static str,
    pub marks: &'a mut Vec<Mark>,
}

impl Out<'_> {
    pub fn push(&mut self, span: Span, what: What, confidence: f32) {
        if !span.is_empty() || matches!(what, What::Immediately) {
            self.marks.push(Mark { span, source: self.source, what, confidence, by: self.by });
        }
    }
}

pub(crate) use beside::classify;
pub(crate) use dates::speaks_of_change;
pub(crate) use identifier::{emails, phones};

/// An employee number as a form's value.
pub(crate) fn number(source: &Source, at: usize) -> Option<Span> {
    identifier::token(source, at, 1)
}

/// The lower-case words of a span.
pub(crate) fn words_of(source: &Source, span: Span) -> String {
    source.folded.get(span.start..span.end.min(source.folded.len())).unwrap_or_default().iter().collect()
}
