//! Understanding: proposers mark candidates with spans, the assembler groups them by person, proof drops what has no words.

mod assemble;
mod attributes;
mod calibrate;
mod clock;
mod cues;
pub mod dates;
pub mod enums;
mod fields;
mod ground;
pub mod hints;
pub mod intent;
mod judge;
pub mod labels;
mod language;
pub mod layout;
pub mod learned;
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
use crate::knowledge::Knowledge;
use crate::message::Message;
use learned::Learned;
use mark::{Mark, Proposer, What};
use page::Page;
use std::sync::Arc;

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

/// The compiled reader: built once, shared by threads.
pub struct Reader {
    dates: dates::Engine,
    proposers: Vec<Box<dyn Proposer>>,
    /// None: the symbols read alone.
    learned: Option<Arc<Learned>>,
}

impl Reader {
    /// Loads the word tables, the largest beside each other, so that a program that reads one message starts soon.
    pub fn new(settings: dates::Settings, _knowledge: Option<Arc<Knowledge>>) -> Self {
        std::thread::scope(|scope| {
            scope.spawn(needs::prepare);
            dates::prepare();
            names::prepare();
        });
        Self {
            dates: dates::Engine::new(settings),
            proposers: vec![
                Box::new(people::People),
                Box::new(fields::Fields),
                Box::new(attributes::Attributes),
                Box::new(enums::Enums),
                Box::new(needs::Needs),
                Box::new(intent::Intent),
            ],
            learned: None,
        }
    }

    /// Lets a trained model judge what the symbols propose.
    #[must_use]
    pub fn with_model(self, learned: Option<Arc<Learned>>) -> Self {
        Self { learned, ..self }
    }

    /// The message laid out for reading.
    pub fn page<'m>(&self, message: &'m Message) -> Page<'m> {
        Page::new(message, &self.dates)
    }

    /// All marks of a page.
    pub fn marks(&self, page: &Page) -> Vec<Mark> {
        let mut marks = Vec::new();
        for proposer in &self.proposers {
            proposer.propose(page, &mut marks);
        }
        marks
    }

    /// Reads a message. The same message always gives the same reading.
    pub fn read(&self, message: &Message) -> Reading {
        let mut page = self.page(message);
        let marks = self.marks(&page);
        let needs: Vec<Mark> = marks.iter().filter(|m| matches!(m.what, What::Need(_))).cloned().collect();
        let Some(learned) = &self.learned else {
            let categories = judge::categories(&page, &marks, intent::categories(&page));
            let mut hints = hints::find(&page, &needs);
            let mut requests = assemble::requests(&page, &marks, &categories, &mut hints);
            ground::prove(&page, &mut requests);
            return Reading { language: page.language, categories, requests, hints };
        };
        page.fit = learned.fit(page.language);
        let judged = learned.read(&page, &marks);
        let mut hints = hints::find(&page, &needs);
        for (flag, span) in judged.doubts {
            if !hints.iter().any(|h| h.flag == flag) {
                hints.extend(hints::doubt(&page, flag, span));
            }
        }
        let mut requests = assemble::judged(&page, &judged.people, &mut hints);
        ground::prove(&page, &mut requests);
        Reading { language: page.language, categories: judged.categories, requests, hints }
    }
}

#[cfg(test)]
mod tests;
