//! Understanding: proposers mark candidates with spans, the assembler groups them by person, proof drops what has no words.

pub mod dates;
pub mod mark;
pub mod page;

use crate::contract::{Category, Flag, Language, Request};

/// What was understood of one message, before triage.
#[derive(Debug, Clone)]
pub struct Reading {
    pub language: Language,
    /// Category guesses, likeliest first, with calibrated probabilities.
    pub categories: Vec<(Category, f32)>,
    /// One for each person and action, in the order of the text; empty for support, hr_question and other.
    pub requests: Vec<Request>,
    /// Doubts that the words themselves raise (injection, fraud, conflict, privileged access), with the words.
    pub hints: Vec<Hint>,
}

/// A doubt with the words that raise it and a sentence for the technician.
#[derive(Debug, Clone)]
pub struct Hint {
    pub flag: Flag,
    pub evidence: Vec<crate::contract::Span>,
    pub reason: String,
}

pub struct Reader;
impl Reader {
    pub fn new(_: dates::Settings, _: std::sync::Arc<crate::knowledge::Knowledge>) -> Self { Self }
    pub fn read(&self, _: &crate::message::Message) -> Reading {
        Reading { language: Language::En, categories: vec![(Category::Other, 0.5)], requests: vec![], hints: vec![] }
    }
}
