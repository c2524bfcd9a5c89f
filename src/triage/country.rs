//! Whose working days count: the configured country, the site concerned, the sender's site, or a guess from language and offset.

use super::Settings;
use crate::contract::{Language, Request, Understanding};
use crate::knowledge::Knowledge;
use crate::message::Message;
use crate::understand::Reading;
use chrono::{DateTime, FixedOffset, Offset};

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

/// Characters that only traditional writing has, frequent in any text.
const TRADITIONAL: &[char] =
    &['個', '這', '時', '會', '來', '說', '門', '們', '為', '請', '辦', '電', '開', '聽', '與', '職'];

/// The likeliest country of a writer: offsets in hours of the larger populations of each language.
pub fn guess(language: Language, text: &str, received_at: DateTime<FixedOffset>) -> &'static str {
    let minutes = received_at.offset().fix().local_minus_utc() / 60;
    let chinese = matches!(language, Language::Zh | Language::Mixed);
    if chinese && minutes == 8 * 60 {
        return if text.contains(TRADITIONAL) { "TW" } else { "CN" };
    }
    match minutes {
        -600..=-180 => "US",
        // Central European time; its summer is also eastern winter, which is rarer.
        60 if (4..=10).contains(&month(received_at)) => "GB",
        60 | 120 => "DE",
        330 => "IN",
        480 => "SG",
        540 => "JP",
        570..=660 => "AU",
        720..=780 => "NZ",
        _ if chinese => "CN",
        _ => "GB",
    }
}

fn month(at: DateTime<FixedOffset>) -> u32 {
    chrono::Datelike::month(&at)
}
