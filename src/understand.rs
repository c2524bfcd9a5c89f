//! Understanding: proposers mark candidates with spans, the assembler groups them by person, proof drops what has no words.

mod attributes;
mod cues;
pub mod dates;
pub mod enums;
pub mod hints;
pub mod intent;
mod language;
pub mod layout;
pub mod mark;
pub mod names;
pub mod needs;
pub mod page;
mod people;
mod sentence;
#[cfg(test)]
pub(crate) mod testing;
mod words;

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
