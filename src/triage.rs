//! Triage: category, priority by working days, what is missing, what is suspicious, who handles it, a summary.

use crate::calendar::Calendar;
use crate::contract::{self, Category, Flag, Language, MessageFacts, Priority, Request, Triage, Understanding};
use crate::knowledge::Knowledge;
use crate::message::{Address, Message};
use crate::understand::Reading;
use chrono::{DateTime, FixedOffset};
use std::sync::Arc;

mod category;
mod country;
mod flags;
pub mod late;
mod link;
mod missing;
mod priority;
pub mod role;
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
        let doubtful = link::link(&self.knowledge, message, &mut reading.requests, chinese);
        let country = country::of(&self.settings, &self.knowledge, message, &reading);
        let mut urgency =
            priority::of(&reading.requests, category, message.received_at, &Calendar::of(&country), chinese);
        let late = self.late(&reading.requests, message.received_at, &country);
        urgency.reasons.extend(late::reasons(&late, chinese));
        let mut reasons = flags::of(&self.knowledge, message, &reading, sender, chinese);
        reasons.extend(doubtful);
        let mut flags: Vec<contract::Flag> = reasons.iter().map(|r| r.flag).collect();
        flags.sort();
        flags.dedup();
        let triage = Triage {
            category,
            confidence,
            priority: urgency.priority,
            priority_reasons: urgency.reasons,
            assignee_group: self.group(category, &country, urgency.priority, &flags, &reading.requests),
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
        let mut urgency = priority::of(&understanding.requests, category, received_at, &calendar, chinese);
        let late = self.late(&understanding.requests, received_at, &country);
        urgency.reasons.extend(late::reasons(&late, chinese));
        let flags = &mut understanding.triage.flags;
        flags::renew(flags, &self.knowledge, &understanding.requests, received_at);
        let triage = &mut understanding.triage;
        triage.category = category;
        triage.priority = urgency.priority;
        triage.priority_reasons = urgency.reasons;
        triage.missing = self.settings.required.missing(&understanding.requests);
        triage.assignee_group = self.group(category, &country, triage.priority, &triage.flags, &understanding.requests);
        triage.summary =
            summary::of(category, &understanding.requests, understanding.message.subject.as_deref(), chinese);
    }
}

impl Desk {
    /// Of each request in turn, the needs that cannot be there in time.
    fn late(&self, requests: &[Request], received_at: DateTime<FixedOffset>, country: &str) -> Vec<late::Late> {
        let today = received_at.date_naive();
        requests.iter().flat_map(|r| late::of(&self.knowledge, r, today, country)).collect()
    }

    /// The needs of one request of an understanding that cannot be there in time.
    pub fn late_of(&self, understanding: &Understanding, request: &Request) -> Vec<late::Late> {
        let Ok(received_at) = DateTime::parse_from_rfc3339(&understanding.message.received_at) else {
            return Vec::new();
        };
        let country = country::of_facts(&self.settings, &self.knowledge, understanding, received_at);
        late::of(&self.knowledge, request, received_at.date_naive(), &country)
    }

    /// The route's group; where no route says one, that which owns most of the items; else the fallback.
    fn group(
        &self,
        category: Category,
        country: &str,
        priority: Priority,
        flags: &[Flag],
        requests: &[Request],
    ) -> Option<String> {
        let routing = &self.knowledge.routing;
        routing
            .rule(category, Some(country), priority, flags)
            .or_else(|| {
                let items = requests.iter().flat_map(|r| role::granted(&self.knowledge, r));
                let mut counts: Vec<(&str, usize)> = Vec::new();
                for group in items.map(|i| i.owner_group.as_str()).filter(|g| !g.is_empty()) {
                    match counts.iter_mut().find(|(g, _)| *g == group) {
                        Some((_, n)) => *n += 1,
                        None => counts.push((group, 1)),
                    }
                }
                // The first named of equals.
                let most = counts.iter().map(|(_, n)| *n).max()?;
                counts.iter().find(|(_, n)| *n == most).map(|(g, _)| (*g).to_owned())
            })
            .or_else(|| routing.fallback.clone())
    }
}

/// The address of `Name <address>`.
pub fn address(from: &str) -> &str {
    from.rsplit_once('<').map_or(from, |(_, e)| e.trim_end_matches('>'))
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
