//! The small language in which the data files say on which day of a year a holiday falls.
//!
//! `MM-DD` · `nth M K W` (Kth weekday W of month M; K = -1: last) · `from M D W` (first weekday W on or after
//! M-D) · `to M D W` (last on or before) · `easter N` · `orthodox N` (days after it) · `lunar M D` · `eve` (除夕) ·
//! `term K` (0 小寒 … 23 冬至) · `hijri M D` · `hebrew M D` · `table KEY` (`moving.tsv`) · `hebrew independence` ·
//! `hebrew holocaust` · `monthly K W` (Kth weekday W of every month) · `stem K N S` and `branch K N B` (Nth day from term K
//! on whose heavenly stem is S, 1 甲 to 10 癸, or earthly branch B, 1 子 to 12 亥); then, if wanted, `+N` or `-N` days, `ifW+N` or
//! `ifW-N` (N days later or earlier where it falls on weekday W) and `xN`: lasts N days (`hijri M 1 x30`: the whole
//! month). W: 1 Monday to 7 Sunday.

use super::{easter, hebrew, hijri, lunar};
use chrono::{Datelike, Days, NaiveDate, TimeDelta};

#[derive(Debug, Clone, PartialEq, Eq)]
enum Base {
    Fixed(u32, u32),
    Nth {
        month: u32,
        nth: i32,
        weekday: u32,
    },
    Monthly {
        nth: i32,
        weekday: u32,
    },
    From {
        month: u32,
        day: u32,
        weekday: u32,
    },
    To {
        month: u32,
        day: u32,
        weekday: u32,
    },
    Easter(i64),
    Orthodox(i64),
    Lunar(u32, u32),
    LunarEve,
    Term(usize),
    Hijri(u32, u32),
    Hebrew(u32, u32),
    HebrewIndependence,
    HebrewHolocaust,
    /// The `nth` day from a term on with that place (from 0) in the cycle of ten stems or twelve branches.
    Cycle {
        term: usize,
        nth: i64,
        length: i64,
        place: i64,
    },
    Table(Box<[NaiveDate]>),
}

/// Which days of a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    base: Base,
    shift: i64,
    /// Weekday, and the days by which the day is moved where it falls on that one.
    moved: Vec<(u32, i64)>,
    /// Days that it lasts, 1 to 60.
    length: u64,
}

/// Days that follow no arithmetic here (Hindu and the like): a key and its days in a line, in order.
const MOVING: &str = include_str!("moving.tsv");

/// The days of a key of `moving.tsv`; none for an unknown key.
fn moving(key: &str) -> Vec<NaiveDate> {
    let lines = MOVING.lines().filter(|l| !l.starts_with('#')).filter_map(|l| l.split_once('\t'));
    let days = lines.filter(|(k, _)| *k == key).flat_map(|(_, days)| days.split(' '));
    days.filter_map(|d| d.parse().ok()).collect()
}

impl Rule {
    /// None for words outside the language.
    pub fn parse(text: &str) -> Option<Self> {
        let (mut shift, mut length, mut moved) = (0, 1, Vec::new());
        let mut words: Vec<&str> = text.split_whitespace().collect();
        while let Some(last) = words.last().filter(|_| words.len() > 1) {
            if let Some(n) = last.strip_prefix('x').and_then(|n| n.parse().ok()).filter(|n| (1..=60).contains(n)) {
                length = n;
            } else if let Some(on) = last.strip_prefix("if").and_then(moved_on) {
                moved.push(on);
            } else if let Some(n) = last.strip_prefix('+').and_then(|n| n.parse::<i64>().ok()) {
                shift = n;
            } else if let Some(n) = last.strip_prefix('-').and_then(|n| n.parse::<i64>().ok()).filter(|_| {
                // `easter -2` and `nth 5 -1 1` have their own signs.
                !matches!(words.first(), Some(&"easter" | &"orthodox")) || words.len() > 2
            }) {
                shift = -n;
            } else {
                break;
            }
            words.pop();
        }
        // A word too many is an error in the data, not a rule that goes on.
        let most = match *words.first()? {
            "nth" | "from" | "to" | "stem" | "branch" => 4,
            "lunar" | "hijri" | "hebrew" | "monthly" => 3,
            "easter" | "orthodox" | "term" | "table" => 2,
            _ => 1,
        };
        if words.len() > most {
            return None;
        }
        let number = |i: usize| words.get(i).and_then(|w| w.parse::<i64>().ok());
        let small = |i: usize| number(i).and_then(|n| u32::try_from(n).ok());
        let term = || usize::try_from(number(1)?).ok().filter(|i| *i < 24);
        let cycle = |length: i64| {
            let (nth, place) = (number(2).filter(|n| (1..=12).contains(n))?, number(3)?);
            (1..=length).contains(&place).then_some(Base::Cycle { term: term()?, nth, length, place: place - 1 })
        };
        let base = match *words.first()? {
            "nth" => Base::Nth { month: small(1)?, nth: i32::try_from(number(2)?).ok()?, weekday: small(3)? },
            "monthly" => Base::Monthly { nth: i32::try_from(number(1)?).ok()?, weekday: small(2)? },
            "from" => Base::From { month: small(1)?, day: small(2)?, weekday: small(3)? },
            "to" => Base::To { month: small(1)?, day: small(2)?, weekday: small(3)? },
            "easter" => Base::Easter(number(1).unwrap_or(0)),
            "orthodox" => Base::Orthodox(number(1).unwrap_or(0)),
            "lunar" => Base::Lunar(small(1)?, small(2)?),
            "eve" => Base::LunarEve,
            "term" => Base::Term(term()?),
            "stem" => cycle(10)?,
            "branch" => cycle(12)?,
            "hijri" => Base::Hijri(small(1)?, small(2)?),
            "hebrew" if words.get(1) == Some(&"independence") => Base::HebrewIndependence,
            "hebrew" if words.get(1) == Some(&"holocaust") => Base::HebrewHolocaust,
            "hebrew" => Base::Hebrew(small(1)?, small(2)?),
            "table" => Base::Table(moving(words.get(1)?).into()),
            fixed => {
                let (month, day) = fixed.split_once('-')?;
                let (month, day) = (month.parse().ok()?, day.parse().ok()?);
                NaiveDate::from_ymd_opt(2024, month, day)?;
                Base::Fixed(month, day)
            }
        };
        Some(Self { base, shift, moved, length })
    }

    /// First and last day, inclusive, of each time it begins within that year, in order.
    pub fn in_year(&self, year: i32) -> Vec<(NaiveDate, NaiveDate)> {
        let one = |day: Option<NaiveDate>| day.into_iter().collect::<Vec<_>>();
        let days = match &self.base {
            Base::Fixed(month, day) => one(NaiveDate::from_ymd_opt(year, *month, *day)),
            Base::Nth { month, nth, weekday } => one(nth_weekday(year, *month, *nth, *weekday)),
            Base::Monthly { nth, weekday } => {
                (1..=12).filter_map(|month| nth_weekday(year, month, *nth, *weekday)).collect()
            }
            Base::From { month, day, weekday } => one(NaiveDate::from_ymd_opt(year, *month, *day).and_then(|d| {
                let ahead = (weekday + 7 - d.weekday().number_from_monday()) % 7;
                d.checked_add_days(Days::new(u64::from(ahead)))
            })),
            Base::To { month, day, weekday } => one(NaiveDate::from_ymd_opt(year, *month, *day).and_then(|d| {
                let back = (d.weekday().number_from_monday() + 7 - weekday) % 7;
                d.checked_sub_days(Days::new(u64::from(back)))
            })),
            Base::Easter(n) => one(easter::western(year).and_then(|d| shifted(d, *n))),
            Base::Orthodox(n) => one(easter::orthodox(year).and_then(|d| shifted(d, *n))),
            Base::Lunar(month, day) => (year - 1..=year)
                .filter_map(|y| lunar::to_solar(lunar::LunarDay { year: y, month: *month, leap: false, day: *day }))
                .filter(|d| d.year() == year)
                .collect(),
            Base::LunarEve => one(lunar::new_year(year).and_then(|d| d.pred_opt())),
            Base::Term(index) => one(lunar::term(year, *index)),
            Base::Cycle { term, nth, length, place } => one(lunar::term(year, *term).and_then(|d| {
                // Counted from 2000-01-01, the 730,120th day of the common era: 戊午, the fifth stem and the seventh branch.
                let offset = if *length == 10 { 4 } else { 2 };
                let today = (i64::from(d.num_days_from_ce()) + offset).rem_euclid(*length);
                shifted(d, (place - today).rem_euclid(*length) + (nth - 1) * length)
            })),
            Base::Hijri(month, day) => hijri::in_year(year, *month, *day).collect(),
            Base::Hebrew(month, day) => hebrew::in_year(year, *month, *day).collect(),
            Base::HebrewIndependence => one(hebrew::independence_day(year)),
            Base::HebrewHolocaust => one(hebrew::holocaust_day(year)),
            Base::Table(days) => one(days.iter().rfind(|d| d.year() == year).copied()),
        };
        days.into_iter()
            .filter_map(|d| {
                let from = shifted(d, self.shift)?;
                let weekday = from.weekday().number_from_monday();
                let moved = self.moved.iter().find(|(on, _)| *on == weekday).map_or(0, |(_, days)| *days);
                let from = shifted(from, moved)?;
                let mut to = from.checked_add_days(Days::new(self.length - 1))?;
                // A whole Islamic month has 29 or 30 days.
                if let (Base::Hijri(month, 1), 30) = (&self.base, self.length)
                    && hijri::in_year(to.year(), month % 12 + 1, 1).any(|next| next == to)
                {
                    to = to.pred_opt()?;
                }
                Some((from, to))
            })
            .collect()
    }
}

/// `6-1`: Saturday, the day before.
fn moved_on(text: &str) -> Option<(u32, i64)> {
    let at = text.find(['+', '-'])?;
    let (weekday, days) = text.split_at_checked(at)?;
    Some((weekday.parse().ok().filter(|w| (1..=7).contains(w))?, days.parse().ok()?))
}

fn shifted(day: NaiveDate, n: i64) -> Option<NaiveDate> {
    day.checked_add_signed(TimeDelta::try_days(n)?)
}

/// The `nth` weekday of a month (-1: the last); `weekday` 1 Monday to 7 Sunday. None where the month has no such.
pub fn nth_weekday(year: i32, month: u32, nth: i32, weekday: u32) -> Option<NaiveDate> {
    if !(1..=7).contains(&weekday) || nth == 0 {
        return None;
    }
    let first = NaiveDate::from_ymd_opt(year, month, 1)?;
    let lead = (weekday + 7 - first.weekday().number_from_monday()) % 7;
    if nth > 0 {
        let day = u32::try_from(nth).ok()?.checked_sub(1)?.checked_mul(7)?.checked_add(1 + lead)?;
        NaiveDate::from_ymd_opt(year, month, day)
    } else {
        let last = (29..=31).rev().find_map(|d| NaiveDate::from_ymd_opt(year, month, d).map(|_| d)).unwrap_or(28);
        let fifth = 1 + lead + 28;
        let end = if fifth <= last { fifth } else { fifth - 7 };
        NaiveDate::from_ymd_opt(year, month, end.checked_sub(7 * (nth.unsigned_abs().checked_sub(1)?))?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(rule: &str, year: i32) -> Option<String> {
        Rule::parse(rule)?.in_year(year).first().map(|(a, b)| if a == b { a.to_string() } else { format!("{a}/{b}") })
    }

    #[test]
    fn rules_mean_what_they_say() {
        for (rule, year, want) in [
            ("12-25", 2026, "2026-12-25"),
            ("nth 11 4 4", 2026, "2026-11-26"),
            ("nth 11 4 4 +1", 2026, "2026-11-27"),
            ("nth 5 -1 1", 2026, "2026-05-25"),
            ("to 5 24 1", 2026, "2026-05-18"),
            ("from 6 20 6", 2026, "2026-06-20"),
            ("easter -2", 2026, "2026-04-03"),
            ("easter", 2026, "2026-04-05"),
            ("orthodox 1", 2013, "2013-05-06"),
            ("lunar 8 15", 2026, "2026-09-25"),
            ("lunar 12 8", 2026, "2026-01-26"),
            ("eve", 2026, "2026-02-16"),
            ("term 6", 2026, "2026-04-05"),
            ("stem 11 3 7", 2025, "2025-07-20"),
            ("stem 11 4 7", 2026, "2026-07-25"),
            ("stem 14 1 7", 2026, "2026-08-14"),
            ("stem 10 1 3", 2024, "2024-06-11"),
            ("branch 12 1 8", 2024, "2024-07-06"),
            ("monthly 2 2", 2026, "2026-01-13"),
            ("10-16 if6-1 if7+1", 2026, "2026-10-16"),
            ("10-16 if6-1 if7+1", 2027, "2027-10-15"),
            ("10-16 if6-1 if7+1", 2022, "2022-10-17"),
            ("hebrew 5 9 if6+1", 2022, "2022-08-07"),
            ("01-01 +255", 2024, "2024-09-12"),
            ("lunar 1 1 x7", 2026, "2026-02-17/2026-02-23"),
            ("hebrew 7 10", 2026, "2026-09-21"),
            ("hijri 9 1 x30", 2026, "2026-02-18/2026-03-19"),
        ] {
            assert_eq!(first(rule, year).as_deref(), Some(want), "{rule}");
        }
        assert_eq!(Rule::parse("13-40"), None);
        assert_eq!(Rule::parse("soon"), None);
        assert_eq!(Rule::parse("stem 11 3 11"), None);
        assert_eq!(Rule::parse("10-16 if8+1"), None);
        assert_eq!(Rule::parse("monthly 2 2").map(|r| r.in_year(2026).len()), Some(12));
        assert_eq!(first("02-29", 2026), None);
    }
}
