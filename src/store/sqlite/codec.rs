//! Between values and columns: times, names, JSON, and the checks on what callers give.

use chrono::{DateTime, FixedOffset, SecondsFormat, SubsecRound, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::store::StoreError;

/// Characters of a comment, a question or a reason; far more than a person writes.
const TEXT_CHARS: i64 = 20_000;
/// Characters of a name or an address.
const NAME_CHARS: i64 = 500;

/// A time as the store keeps it: whole microseconds.
pub fn micros(at: DateTime<Utc>) -> DateTime<Utc> {
    at.trunc_subsecs(6)
}

/// A time as text that sorts in order of time.
pub fn stamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

pub fn utc(text: &str) -> Result<DateTime<Utc>, StoreError> {
    Ok(offset(text)?.to_utc())
}

pub fn offset(text: &str) -> Result<DateTime<FixedOffset>, StoreError> {
    DateTime::parse_from_rfc3339(text).map_err(|e| corrupt("time", e))
}

pub fn corrupt(what: &'static str, why: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt { what, why: why.to_string() }
}

/// JSON text for a column.
pub fn json(what: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(what).map_err(|e| StoreError::NotStorable(e.to_string()))
}

pub fn from_json<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|e| corrupt(what, e))
}

/// The name that serde gives a variant: of the contract's enumerations.
pub fn name(variant: &impl Serialize) -> Result<String, StoreError> {
    match serde_json::to_value(variant) {
        Ok(serde_json::Value::String(name)) => Ok(name),
        other => Err(StoreError::NotStorable(format!("{other:?} is not a name"))),
    }
}

pub fn from_name<T: DeserializeOwned>(what: &'static str, name: &str) -> Result<T, StoreError> {
    serde_json::from_value(serde_json::Value::String(name.to_owned())).map_err(|e| corrupt(what, e))
}

/// A variant of one of the store's own enumerations.
pub fn variant<T: std::str::FromStr<Err = StoreError>>(what: &'static str, name: &str) -> Result<T, StoreError> {
    name.parse().map_err(|e: StoreError| corrupt(what, e))
}

pub fn small(what: &'static str, number: i64) -> Result<u32, StoreError> {
    u32::try_from(number).map_err(|e| corrupt(what, e))
}

pub fn within(what: &'static str, value: u32, low: u32, high: u32) -> Result<i64, StoreError> {
    let (value, low, high) = (i64::from(value), i64::from(low), i64::from(high));
    if (low..=high).contains(&value) { Ok(value) } else { Err(StoreError::OutOfBounds { what, low, high, value }) }
}

/// A person or consumer who acts.
pub fn identity<'t>(what: &'static str, text: &'t str) -> Result<&'t str, StoreError> {
    bounded(what, text, NAME_CHARS)
}

/// A comment, a question, a reason.
pub fn prose<'t>(what: &'static str, text: &'t str) -> Result<&'t str, StoreError> {
    bounded(what, text, TEXT_CHARS)
}

fn bounded<'t>(what: &'static str, text: &'t str, high: i64) -> Result<&'t str, StoreError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(StoreError::Empty { what });
    }
    let value = text.chars().count() as i64;
    if value > high { Err(StoreError::OutOfBounds { what, low: 1, high, value }) } else { Ok(text) }
}
