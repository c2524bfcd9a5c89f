//! The reader's state and the small steps that every part of it takes.

use super::super::{Settings, resolve};
use super::value::Cands;
use super::words::{Class, Words};
use crate::calendar::Calendar;
use chrono::{Datelike, NaiveDate, NaiveDateTime};
use std::cell::OnceCell;

/// Weight of the reading that lies ahead, and of the one behind, where only custom decides.
const AHEAD: f32 = 0.88;
const BEHIND: f32 = 0.1;
/// A day of the year so lately past (days) is the likelier one: its next time is most of a year away, and people
/// would say 明年.
const JUST_PAST: i64 = 31;

pub struct Reader<'a> {
    /// The folded text.
    pub t: &'a [char],
    pub w: &'static Words,
    pub now: NaiveDateTime,
    pub today: NaiveDate,
    pub settings: &'a Settings,
    /// The text has characters of traditional writing.
    traditional: bool,
    calendar: OnceCell<Calendar>,
}

impl<'a> Reader<'a> {
    pub fn new(t: &'a [char], now: NaiveDateTime, settings: &'a Settings, traditional: bool) -> Self {
        Self { t, w: Words::get(), now, today: now.date(), settings, traditional, calendar: OnceCell::new() }
    }

    /// Chinese text without a configured country is of the mainland.
    pub fn country(&self) -> &str {
        if self.settings.country.is_empty() { "CN" } else { &self.settings.country }
    }

    /// Where else the writer may live: traditional writing without a configured country is of Taiwan as often.
    pub fn other_country(&self) -> Option<&'static str> {
        (self.traditional && self.settings.country.is_empty()).then_some("TW")
    }

    pub fn calendar(&self) -> &Calendar {
        self.calendar.get_or_init(|| Calendar::of(self.country()))
    }

    pub fn c(&self, at: usize) -> Option<char> {
        #[cfg(test)]
        WORK.with(|w| w.set(w.get() + 1));
        self.t.get(at).copied()
    }

    pub fn before(&self, at: usize) -> Option<char> {
        at.checked_sub(1).and_then(|i| self.c(i))
    }

    pub fn word(&self, class: Class, at: usize) -> Option<(i32, usize)> {
        #[cfg(test)]
        WORK.with(|w| w.set(w.get() + 1));
        self.w.at(class, self.t, at)
    }

    pub fn is(&self, class: Class, at: usize) -> bool {
        self.w.is(class, self.t, at)
    }

    /// Whether a word of that class ends just before `at`.
    pub fn after(&self, class: Class, at: usize) -> bool {
        self.w.ends_before(class, self.t, at)
    }

    /// Past at most two blanks.
    pub fn blanks(&self, at: usize) -> usize {
        match (self.c(at), self.c(at + 1)) {
            (Some(' '), Some(' ')) => at + 2,
            (Some(' '), _) => at + 1,
            _ => at,
        }
    }

    /// Past blanks and one 的.
    pub fn of(&self, at: usize) -> usize {
        let at = self.blanks(at);
        match self.c(at) {
            Some('的' | '嘅') => self.blanks(at + 1),
            _ => at,
        }
    }

    /// The place after `c` if it stands there.
    pub fn eat(&self, c: char, at: usize) -> Option<usize> {
        (self.c(at) == Some(c)).then_some(at + 1)
    }

    /// The same in a said year; else the coming one likeliest, then the last one.
    pub fn by_year(&self, year: Option<i32>, f: impl Fn(i32) -> Option<(NaiveDate, NaiveDate)>) -> Cands {
        if let Some(year) = year {
            return f(year).map_or_else(Cands::default, |(a, b)| Cands::range(a, b));
        }
        let this = self.today.year();
        // Eight years hold every gap between two 29 Februaries.
        let ahead = (this - 1..=this + 8).filter_map(&f).find(|(_, to)| *to >= self.today);
        let behind = (this - 8..=this).rev().filter_map(&f).find(|(_, to)| *to < self.today);
        let lately = |c: (NaiveDate, NaiveDate)| c.0 == c.1 && (self.today - c.1).num_days() <= JUST_PAST;
        match (ahead, behind) {
            (Some(a), Some(b)) if lately(b) && (a.0 - self.today).num_days() > 200 => {
                Cands::default().or(b.0, b.1, 0.65, "just past").or(a.0, a.1, 0.3, "the next one")
            }
            _ => self.around(ahead, behind),
        }
    }

    /// The same in the coming month that has it, then the last.
    pub fn by_month(&self, f: impl Fn(i32, u32) -> Option<(NaiveDate, NaiveDate)>) -> Cands {
        let in_month = |n: i64| {
            let (y, m) = resolve::shift_month(self.today.year(), self.today.month(), n)?;
            f(y, m)
        };
        let ahead = (0..=3).filter_map(in_month).find(|(_, to)| *to >= self.today);
        let behind = (0..=3).filter_map(|n| in_month(-n)).find(|(_, to)| *to < self.today);
        self.around(ahead, behind)
    }

    fn around(&self, ahead: Option<(NaiveDate, NaiveDate)>, behind: Option<(NaiveDate, NaiveDate)>) -> Cands {
        let mut cands = Cands::default();
        if let Some((from, to)) = ahead {
            cands = cands.or(from, to, AHEAD, "the next one");
        }
        match behind {
            Some((from, to)) => cands.or(from, to, BEHIND, "the last one"),
            None => cands,
        }
    }
}

#[cfg(test)]
thread_local! {
    /// Looks at characters and words, so that a test can count work instead of time.
    pub static WORK: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}
