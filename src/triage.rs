//! Triage: category, priority by working days, what is missing, what is suspicious, who handles it, a summary.

use crate::calendar::Calendar;
use crate::contract::{self, Category, Language, MessageFacts, Triage, Understanding};
use crate::knowledge::Knowledge;
use crate::message::{Address, Message};
use crate::understand::Reading;
use std::sync::Arc;

mod category;
mod country;
mod flags;
mod missing;
mod priority;
mod summary;

pub use missing::Required;

/// How the sender was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// A person or a checking server vouches for the sender.
    Trusted,
    Unverified,
}

/// What triage goes by beside the message.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// ISO 3166 alpha-2 of the calendar; None: from the site concerned, the sender, the language and the offset.
    pub country: Option<String>,
    /// Needed fields by kind.
    pub required: Required,
}

/// A triaged message, and the reasons behind its flags in words.
#[derive(Debug, Clone)]
pub struct Triaged {
    pub understanding: Understanding,
    pub reasons: Vec<Reason>,
}

/// Why a flag was raised.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    pub flag: contract::Flag,
    pub words: String,
    pub evidence: Vec<contract::Span>,
}

/// Settings and knowledge, ready for any number of messages.
#[derive(Debug, Clone)]
pub struct Desk {
    settings: Settings,
    knowledge: Arc<Knowledge>,
}

impl Desk {
    pub fn new(settings: Settings, knowledge: Arc<Knowledge>) -> Self {
        Self { settings, knowledge }
    }

    /// Never fails: whatever could not be decided stands in the flags or is missing.
    pub fn triage(&self, message: &Message, mut reading: Reading, sender: Sender) -> Triaged {
        let (category, confidence) = category::of(&reading);
        let chinese = speaks_chinese(&reading);
        for request in &mut reading.requests {
            for need in &mut request.needs {
                if need.catalog_id.is_none() {
                    need.catalog_id = self.knowledge.catalog.link(&need.text).map(|i| i.id.clone());
                }
            }
        }
        let country = country::of(&self.settings, &self.knowledge, message, &reading);
        let urgency = priority::of(&reading.requests, category, message.received_at, &Calendar::of(&country), chinese);
        let reasons = flags::of(&self.knowledge, message, &reading, sender, chinese);
        let mut flags: Vec<contract::Flag> = reasons.iter().map(|r| r.flag).collect();
        flags.sort();
        flags.dedup();
        let triage = Triage {
            category,
            confidence,
            priority: urgency.priority,
            priority_reasons: urgency.reasons,
            assignee_group: self.knowledge.routing.group(category, Some(&country), urgency.priority, &flags),
            missing: self.settings.required.missing(&reading.requests),
            flags,
            summary: summary::of(category, &reading.requests, message.subject.as_deref(), chinese),
        };
        let understanding = Understanding {
            schema: contract::SCHEMA.into(),
            message: facts(message, reading.language),
            triage,
            requests: reading.requests,
        };
        Triaged { understanding, reasons }
    }

    /// What it links and judges by.
    pub fn knowledge(&self) -> &Arc<Knowledge> {
        &self.knowledge
    }

    /// Triage again after a person changed the requests: priority, missing, summary and route follow the
    /// facts; flags that words raised stay, those that facts raised are judged anew.
    pub fn retriage(&self, understanding: &mut Understanding, received_at: chrono::DateTime<chrono::FixedOffset>) {
        let chinese = matches!(understanding.message.language, Language::Zh | Language::Mixed);
        let category = match understanding.requests.first() {
            Some(first) => category::of_kind(first.kind),
            None => understanding.triage.category,
        };
        let country = country::of_facts(&self.settings, &self.knowledge, understanding, received_at);
        let calendar = Calendar::of(&country);
        let urgency = priority::of(&understanding.requests, category, received_at, &calendar, chinese);
        flags::renew(&mut understanding.triage.flags, &understanding.requests, received_at);
        let triage = &mut understanding.triage;
        triage.category = category;
        triage.priority = urgency.priority;
        triage.priority_reasons = urgency.reasons;
        triage.missing = self.settings.required.missing(&understanding.requests);
        triage.assignee_group = self.knowledge.routing.group(category, Some(&country), triage.priority, &triage.flags);
        triage.summary =
            summary::of(category, &understanding.requests, understanding.message.subject.as_deref(), chinese);
    }
}

/// The date that a message's requests turn on, the earliest first: what the queue calls due.
pub fn due(understanding: &Understanding) -> Option<chrono::NaiveDate> {
    understanding.requests.iter().filter_map(priority::turns_on).min()
}

fn speaks_chinese(reading: &Reading) -> bool {
    matches!(reading.language, Language::Zh | Language::Mixed)
}

fn facts(message: &Message, language: Language) -> MessageFacts {
    MessageFacts {
        id: message.id.clone(),
        channel: message.channel,
        received_at: message.received_at.to_rfc3339(),
        language,
        from: message.from.as_ref().map(Address::to_string).filter(|f| !f.is_empty()),
        subject: message.subject.clone(),
        text: message.text.raw().to_owned(),
    }
}

/// The queue's assignee for messages that nobody claims.
pub const fn asks_for_something(category: Category) -> bool {
    matches!(category, Category::Onboarding | Category::Offboarding | Category::Transfer | Category::Access)
}
