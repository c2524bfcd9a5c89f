//! English expressions of time.

use super::{Found, Settings};
use chrono::{DateTime, FixedOffset};
use std::ops::Range;

/// Every English expression of time in `text`; none is read across a span of `taken` (sorted, bytes).
pub fn find(_text: &str, _reference: DateTime<FixedOffset>, _settings: &Settings, _taken: &[Range<usize>]) -> Found {
    Found::default()
}
