//! The date engine: text, language, reference instant and settings in; mentions with spans, ranked readings and derivations out.

pub mod command;
pub mod derive;
pub mod en;
pub mod resolve;
pub mod zh;

use crate::message::fold::is_han;
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime};
use std::ops::Range;

/// How dates are read where the words leave a choice.
#[derive(Debug, Clone)]
pub struct Settings {
    pub day_order: DayOrder,
    /// ISO 3166 alpha-2 of the calendar whose holidays and working days count.
    pub country: String,
    /// 'COB', 'end of day'; local time.
    pub close_of_business: NaiveTime,
    /// 下班; local time.
    pub xiaban: NaiveTime,
    /// First month of the fiscal year, 1 to 12.
    pub fiscal_year_start: u32,
}

/// 03/04: which number is the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayOrder {
    /// From the language, the other dates of the text, and impossible months.
    Auto,
    DayFirst,
    MonthFirst,
}

/// The language hint of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lang {
    En,
    Zh,
}

/// What a mention means.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Day(NaiveDate),
    Instant(DateTime<FixedOffset>),
    /// Both ends inclusive.
    Range(NaiveDate, NaiveDate),
    /// From that day on.
    From(NaiveDate),
    /// Until that day, inclusive.
    Until(NaiveDate),
}

/// One way to read a mention.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    pub value: Value,
    /// 0 to 1; the readings of one mention sum to at most 1.
    pub probability: f32,
    /// For a person: "'next Friday' + sent Tue 3 Mar 2026 → Fri 13 Mar 2026".
    pub derivation: String,
}

/// How fine a mention is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grain {
    Minute,
    Hour,
    PartOfDay,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

/// Words that stand for a date.
#[derive(Debug, Clone, PartialEq)]
pub struct Mention {
    /// Bytes of the given text, on character boundaries.
    pub span: Range<usize>,
    /// Likeliest first; never empty.
    pub readings: Vec<Reading>,
    pub grain: Grain,
    /// How the words bind the day: 'by Friday', '周五前'.
    pub bound: Bound,
    /// Weekday and day disagree: both are among the readings.
    pub conflict: bool,
}

/// The preposition's sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    On,
    /// No later than.
    By,
    Before,
    From,
    Until,
    After,
}

/// A length of time that stands alone ('for six weeks', '驻场三个月'): a date only when its start is known.
#[derive(Debug, Clone, PartialEq)]
pub struct Duration {
    /// Bytes of the given text.
    pub span: Range<usize>,
    pub amount: u32,
    pub unit: Unit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Day,
    WorkingDay,
    Week,
    Month,
    Year,
}

/// All that a text says about time.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// In the order of the text, not overlapping.
    pub mentions: Vec<Mention>,
    pub durations: Vec<Duration>,
}

/// The compiled engine: built once, shared by threads, linear in the text's length.
#[derive(Debug, Clone)]
pub struct Engine {
    settings: Settings,
}

impl Default for Engine {
    fn default() -> Self {
        Self::new(Settings::default())
    }
}

/// Reads the calendars now instead of at the first text that needs them. The words need nothing: the build script
/// compiles them to tables that are searched where they lie.
pub fn prepare() {
    zh::prepare();
}

/// Bytes of the compiled words in the program, for both languages.
pub fn table_bytes() -> usize {
    en::table_bytes() + zh::table_bytes()
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            day_order: DayOrder::Auto,
            country: String::new(),
            close_of_business: NaiveTime::from_hms_opt(17, 0, 0).unwrap_or_default(),
            xiaban: NaiveTime::from_hms_opt(18, 0, 0).unwrap_or_default(),
            fiscal_year_start: 1,
        }
    }
}

impl Engine {
    pub fn new(settings: Settings) -> Self {
        Self { settings }
    }

    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The same engine for a writer of that country, unless the settings name one.
    pub fn in_country(&self, country: &str) -> Self {
        let mut engine = self.clone();
        if engine.settings.country.is_empty() {
            engine.settings.country = country.to_owned();
        }
        engine
    }

    /// Every expression of time in `text`, read against `reference` in its own offset.
    ///
    /// English alone where nothing is Chinese. Else Chinese first, and English over what Chinese left; in a text
    /// whose language is English, Chinese keeps only what has Han characters ('王伟 starts 3/4').
    pub fn find(&self, text: &str, lang: Lang, reference: DateTime<FixedOffset>) -> Found {
        let han = !text.is_ascii() && text.chars().any(is_han);
        if !han && lang == Lang::En {
            return en::find(text, reference, &self.settings, &[]);
        }
        let mut found = zh::find(text, reference, &self.settings);
        if lang == Lang::En {
            let chinese = |span: &Range<usize>| text.get(span.clone()).is_some_and(|s| s.chars().any(is_han));
            found.mentions.retain(|m| chinese(&m.span));
            found.durations.retain(|d| chinese(&d.span));
        }
        let spans = found.mentions.iter().map(|m| m.span.clone());
        let mut taken: Vec<Range<usize>> = spans.chain(found.durations.iter().map(|d| d.span.clone())).collect();
        taken.sort_by_key(|r| r.start);
        let english = en::find(text, reference, &self.settings, &taken);
        found.mentions.extend(english.mentions);
        found.durations.extend(english.durations);
        found.mentions.sort_by_key(|m| m.span.start);
        found.durations.sort_by_key(|d| d.span.start);
        found
    }
}
