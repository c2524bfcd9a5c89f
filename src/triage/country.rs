//! Whose working days count: the configured country, the site concerned, the sender's site, or a guess from language and offset.

use super::Settings;
use crate::calendar::guess::guess;
use crate::contract::{Request, Understanding};
use crate::knowledge::Knowledge;
use crate::message::Message;
use crate::understand::Reading;
use chrono::{DateTime, FixedOffset};

pub fn of(settings: &Settings, knowledge: &Knowledge, message: &Message, reading: &Reading) -> String {
    let email = message.from.as_ref().and_then(|f| f.email.as_deref());
    settings
        .country
        .clone()
        .or_else(|| known(knowledge, &reading.requests, email))
        .unwrap_or_else(|| guess(reading.language, message.text.raw(), message.received_at).to_owned())
}

pub fn of_facts(
    settings: &Settings,
    knowledge: &Knowledge,
    understanding: &Understanding,
    received_at: DateTime<FixedOffset>,
) -> String {
    let from = understanding.message.from.as_deref();
    let email = from.map(|f| f.rsplit_once('<').map_or(f, |(_, e)| e.trim_end_matches('>')));
    settings
        .country
        .clone()
        .or_else(|| known(knowledge, &understanding.requests, email))
        .unwrap_or_else(|| guess(understanding.message.language, &understanding.message.text, received_at).to_owned())
}

fn known(knowledge: &Knowledge, requests: &[Request], sender: Option<&str>) -> Option<String> {
    let named = requests.iter().filter_map(|r| r.location.as_ref()).find_map(|l| knowledge.places.location(&l.value));
    let own = || {
        let entry = knowledge.people.by_email(sender?)?;
        knowledge.places.location(&entry.location)
    };
    let place = named.or_else(own)?;
    let country = if place.calendar.is_empty() { &place.country } else { &place.calendar };
    (!country.is_empty()).then(|| country.clone())
}
