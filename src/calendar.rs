//! Working days, public holidays and computed named days; facts that dates and triage share.

pub mod country;
pub mod easter;
pub mod guess;
pub mod hebrew;
pub mod hijri;
pub mod lunar;
pub mod named;
pub mod rule;

use chrono::{Datelike, Days, NaiveDate};
use country::Country;
use std::sync::Arc;

/// Working days that `add_working_days` goes at most: ten years of calendar days.
const MOST_WORKING_DAYS: i32 = 3_660;
/// Calendar days that one question looks at, at most: a hundred years.
const MOST_DAYS: i64 = 36_600;

/// The working-day calendar of one country: weekends, public holidays, make-up workdays.
#[derive(Debug, Clone)]
pub struct Calendar {
    country: Arc<str>,
    facts: &'static Country,
}

/// A public holiday or a make-up workday.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Special {
    pub day: NaiveDate,
    /// Off although it may be a weekday; otherwise worked although it may be a weekend.
    pub off: bool,
    pub name_en: &'static str,
    /// Empty where the source has no Chinese name.
    pub name_zh: &'static str,
}

impl Calendar {
    /// `country`: ISO 3166 alpha-2, any case. An unknown country has weekends only.
    pub fn of(country: &str) -> Self {
        let code = country.trim().to_ascii_uppercase();
        let facts = Country::of(&code);
        Self { country: code.into(), facts }
    }

    pub fn country(&self) -> &str {
        &self.country
    }

    /// Whether people work on that day.
    pub fn is_working(&self, day: NaiveDate) -> bool {
        match self.facts.special(day) {
            Some(special) => !special.off,
            None if self.facts.computed_off(day) => false,
            None => !self.facts.is_weekend(day),
        }
    }

    /// Whether the day is a public holiday (or part of an official break), published or computed.
    pub fn is_holiday(&self, day: NaiveDate) -> bool {
        self.facts.special(day).map_or_else(|| self.facts.computed_off(day), |special| special.off)
    }

    /// Whether the day is a weekly day off by the country's custom, holidays and make-up days aside.
    pub fn is_weekend(&self, day: NaiveDate) -> bool {
        self.facts.is_weekend(day)
    }

    /// The published holiday or make-up workday on that day; computed holidays have no name here.
    pub fn special(&self, day: NaiveDate) -> Option<&Special> {
        self.facts.special(day)
    }

    /// The `n`th working day after `from` (n ≥ 1) or before it (n ≤ -1); 0: `from` itself.
    /// `n` counts up to ±3,660; more is cut to that.
    pub fn add_working_days(&self, from: NaiveDate, n: i32) -> NaiveDate {
        let n = n.clamp(-MOST_WORKING_DAYS, MOST_WORKING_DAYS);
        let (mut day, mut left) = (from, n.abs());
        for _ in 0..MOST_DAYS {
            if left == 0 {
                break;
            }
            let Some(next) = step(day, n > 0) else { break };
            day = next;
            left -= i32::from(self.is_working(day));
        }
        day
    }

    /// Working days after `from` up to and including `to`; negative when `to` lies before `from`.
    /// More than a hundred years are counted as a hundred.
    pub fn working_days_between(&self, from: NaiveDate, to: NaiveDate) -> i32 {
        let (low, high, sign) = if from <= to { (from, to, 1) } else { (to, from, -1) };
        let span = (high - low).num_days().min(MOST_DAYS);
        // Counting back from `from`, the days are those before it down to `to`; the mirror of counting on.
        let first = if sign == 1 { 1 } else { 0 };
        let mut count = 0;
        for offset in first..first + span {
            if let Some(day) = low.checked_add_days(Days::new(offset as u64)) {
                count += i32::from(self.is_working(day));
            }
        }
        sign * count
    }

    /// The first working day on or after `day`.
    pub fn next_working(&self, day: NaiveDate) -> NaiveDate {
        if self.is_working(day) { day } else { self.add_working_days(day, 1) }
    }

    /// The last working day on or before `day`.
    pub fn previous_working(&self, day: NaiveDate) -> NaiveDate {
        if self.is_working(day) { day } else { self.add_working_days(day, -1) }
    }

    /// The unbroken run of days off around a day (holiday and adjoining weekend); None on a working day.
    pub fn days_off_around(&self, day: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
        if self.is_working(day) {
            return None;
        }
        let reach = |forward: bool| {
            let mut edge = day;
            // A run of days off longer than a month does not happen.
            for _ in 0..31 {
                match step(edge, forward) {
                    Some(next) if !self.is_working(next) => edge = next,
                    _ => break,
                }
            }
            edge
        };
        Some((reach(false), reach(true)))
    }

    /// Whether official data for that year is built in; past it, weekends and computed holidays only.
    pub fn has_data_for(&self, year: i32) -> bool {
        self.facts.years().is_some_and(|years| years.contains(&year))
    }
}

fn step(day: NaiveDate, forward: bool) -> Option<NaiveDate> {
    let next = if forward { day.succ_opt() } else { day.pred_opt() };
    next.filter(|d| (1..=9999).contains(&d.year()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(s: &str) -> NaiveDate {
        s.parse().unwrap()
    }

    #[test]
    fn chinese_make_up_days_are_worked() {
        let cn = Calendar::of("cn");
        assert!(cn.is_working(d("2026-10-10")), "Saturday worked for the National Day week");
        assert!(!cn.is_working(d("2026-10-07")));
        assert!(!cn.is_working(d("2026-10-11")));
        assert_eq!(cn.add_working_days(d("2026-09-30"), 1), d("2026-10-08"));
        assert_eq!(cn.add_working_days(d("2026-10-08"), -1), d("2026-09-30"));
        assert_eq!(cn.working_days_between(d("2026-09-30"), d("2026-10-12")), 4);
        assert_eq!(cn.working_days_between(d("2026-10-12"), d("2026-09-30")), -4);
        assert_eq!(cn.days_off_around(d("2026-10-03")), Some((d("2026-10-01"), d("2026-10-07"))));
    }

    #[test]
    fn weekends_differ_by_country() {
        let friday = d("2026-03-06");
        for (code, works) in [("US", true), ("AE", true), ("SA", false), ("IL", false), ("ZZ", true), ("", true)] {
            assert_eq!(Calendar::of(code).is_working(friday), works, "{code}");
        }
        assert!(!Calendar::of("AE").is_working(d("2021-03-05")), "before 2022 the Friday was off");
        assert!(Calendar::of("SA").is_working(d("2026-03-08")), "Sunday is worked");
    }

    #[test]
    fn zero_and_huge_steps_are_bounded() {
        let us = Calendar::of("US");
        assert_eq!(us.add_working_days(d("2026-07-04"), 0), d("2026-07-04"));
        assert_eq!(us.add_working_days(d("2026-01-01"), i32::MAX), us.add_working_days(d("2026-01-01"), 3_660));
        us.add_working_days(NaiveDate::MAX, 5);
        us.add_working_days(NaiveDate::MIN, -5);
        us.working_days_between(NaiveDate::MIN, NaiveDate::MAX);
    }

    #[test]
    fn past_the_data_computed_holidays_count() {
        let (us, cn, gb) = (Calendar::of("US"), Calendar::of("CN"), Calendar::of("GB"));
        assert!(us.has_data_for(2028) && !us.has_data_for(2029));
        assert!(cn.has_data_for(2007) && cn.has_data_for(2026) && !cn.has_data_for(2027));
        assert!(!us.is_working(d("2029-11-22")), "Thanksgiving");
        assert!(!us.is_working(d("2032-07-05")), "Independence Day on a Sunday is observed on Monday");
        assert!(!cn.is_working(d("2027-10-07")) && cn.is_working(d("2027-10-08")));
        assert!(!cn.is_working(d("2027-02-08")), "third day of the lunar year");
        assert!(!gb.is_working(d("2030-04-22")), "Easter Monday");
        assert!(!gb.is_working(d("2032-12-28")), "Boxing Day on a Sunday, Christmas on a Saturday");
    }

    #[test]
    fn a_country_is_read_in_under_a_millisecond() {
        // Generous for a debug build on a shared machine; release takes well under a tenth.
        let start = std::time::Instant::now();
        assert!(!Calendar::of("TH").is_working(d("2026-04-13")));
        assert!(start.elapsed().as_millis() < 50);
    }

    #[test]
    fn days_worked_in_exchange_are_in_the_data_of_other_countries() {
        assert!(Calendar::of("TW").is_working(d("2025-02-08")));
        assert!(!Calendar::of("TW").is_working(d("2025-01-27")));
        assert!(Calendar::of("RU").is_working(d("2024-12-28")));
        assert!(!Calendar::of("RU").is_working(d("2024-01-06")), "a holiday moved elsewhere stays off itself");
    }
}
