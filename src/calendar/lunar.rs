//! The Chinese lunar calendar and the 24 solar terms, from compact tables for 1900 to 2100.

use chrono::{Datelike, Days, NaiveDate};
use std::sync::LazyLock;

/// A day of the lunar calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LunarDay {
    /// The lunar year, named by the solar year in which it begins; 1899 to 2101.
    pub year: i32,
    /// 1 to 12.
    pub month: u32,
    /// A leap month repeats the month before it.
    pub leap: bool,
    /// 1 to 30.
    pub day: u32,
}

struct Year {
    start: NaiveDate,
    /// The month that is repeated; 0: none.
    leap: u32,
    /// Months of 30 days, the first lowest, the leap month in its place.
    long: u32,
}

/// The first year of `lunar.tsv`.
const FIRST: i32 = 1899;
/// The first year of `terms.tsv`.
const FIRST_TERMS: i32 = 1900;

static YEARS: LazyLock<Vec<Year>> = LazyLock::new(|| {
    include_str!("lunar.tsv")
        .lines()
        .filter(|l| !l.starts_with('#'))
        .filter_map(|l| {
            let mut fields = l.split('\t').skip(1);
            Some(Year {
                start: fields.next()?.parse().ok()?,
                leap: fields.next()?.parse().ok()?,
                long: fields.next()?.parse().ok()?,
            })
        })
        .collect()
});

/// The day of the month of each term, by year.
static TERMS: LazyLock<Vec<[u8; 24]>> = LazyLock::new(|| {
    let mut base = [0u8; 24];
    let mut years = Vec::new();
    for line in include_str!("terms.tsv").lines().filter(|l| !l.starts_with('#')) {
        let Some((head, rest)) = line.split_once('\t') else { continue };
        if head == "base" {
            for (slot, word) in base.iter_mut().zip(rest.split(' ')) {
                *slot = word.parse().unwrap_or(1);
            }
        } else {
            let mut days = base;
            for (slot, digit) in days.iter_mut().zip(rest.bytes()) {
                *slot += digit.saturating_sub(b'0');
            }
            years.push(days);
        }
    }
    years
});

fn year(y: i32) -> Option<&'static Year> {
    usize::try_from(y.checked_sub(FIRST)?).ok().and_then(|i| YEARS.get(i))
}

/// Place of a month in its year, from 0.
fn place(y: &Year, month: u32, leap: bool) -> Option<u32> {
    if !(1..=12).contains(&month) || leap && y.leap != month {
        return None;
    }
    Some(month - 1 + u32::from(leap || y.leap != 0 && month > y.leap))
}

fn month_days(y: &Year, place: u32) -> u32 {
    29 + (y.long >> place & 1)
}

/// The solar day of a lunar day; None where the lunar year has no such day.
pub fn to_solar(lunar: LunarDay) -> Option<NaiveDate> {
    let y = year(lunar.year)?;
    let at = place(y, lunar.month, lunar.leap)?;
    if lunar.day == 0 || lunar.day > month_days(y, at) {
        return None;
    }
    let before: u32 = (0..at).map(|p| month_days(y, p)).sum();
    y.start.checked_add_days(Days::new(u64::from(before + lunar.day - 1)))
}

/// The lunar day of a solar day.
pub fn from_solar(day: NaiveDate) -> Option<LunarDay> {
    let (number, y) =
        [day.year(), day.year() - 1].into_iter().filter_map(|n| Some((n, year(n)?))).find(|(_, y)| y.start <= day)?;
    let mut left = u32::try_from((day - y.start).num_days()).ok()?;
    let months = if y.leap == 0 { 12 } else { 13 };
    for at in 0..months {
        let days = month_days(y, at);
        if left < days {
            let leap = y.leap != 0 && at == y.leap;
            let month = if y.leap != 0 && at >= y.leap { at } else { at + 1 };
            return Some(LunarDay { year: number, month, leap, day: left + 1 });
        }
        left -= days;
    }
    None
}

/// Days of a lunar month, 29 or 30.
pub fn days_in_month(lunar_year: i32, month: u32, leap: bool) -> Option<u32> {
    let y = year(lunar_year)?;
    Some(month_days(y, place(y, month, leap)?))
}

/// The leap month of a lunar year.
pub fn leap_month(lunar_year: i32) -> Option<u32> {
    year(lunar_year).map(|y| y.leap).filter(|l| *l != 0)
}

/// 春节 in a solar year.
pub fn new_year(solar_year: i32) -> Option<NaiveDate> {
    year(solar_year).map(|y| y.start)
}

/// Names of the solar terms in the order of `term`.
pub const TERM_NAMES: [&str; 24] = [
    "小寒", "大寒", "立春", "雨水", "惊蛰", "春分", "清明", "谷雨", "立夏", "小满", "芒种", "夏至", "小暑", "大暑",
    "立秋", "处暑", "白露", "秋分", "寒露", "霜降", "立冬", "小雪", "大雪", "冬至",
];

/// The day of a solar term: `index` 0 小寒 to 23 冬至; solar years 1900 to 2100.
pub fn term(solar_year: i32, index: usize) -> Option<NaiveDate> {
    let days = usize::try_from(solar_year.checked_sub(FIRST_TERMS)?).ok().and_then(|i| TERMS.get(i))?;
    NaiveDate::from_ymd_opt(solar_year, index as u32 / 2 + 1, u32::from(*days.get(index)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_new_years() {
        for day in [
            "1900-01-31",
            "1949-01-29",
            "1985-02-20",
            "2000-02-05",
            "2013-02-10",
            "2020-01-25",
            "2023-01-22",
            "2024-02-10",
            "2025-01-29",
            "2026-02-17",
            "2027-02-06",
            "2028-01-26",
            "2033-01-31",
            "2034-02-19",
            "2050-01-23",
        ] {
            let day: NaiveDate = day.parse().unwrap();
            assert_eq!(new_year(day.year()), Some(day));
        }
    }

    #[test]
    fn known_leap_months() {
        for (y, leap) in [(2017, 6), (2020, 4), (2023, 2), (2025, 6), (2028, 5), (2031, 3), (2033, 11), (2036, 6)] {
            assert_eq!(leap_month(y), Some(leap));
        }
        assert_eq!(leap_month(2026), None);
    }

    #[test]
    fn there_and_back_for_two_centuries() {
        let mut day: NaiveDate = "1900-01-31".parse().unwrap();
        let end: NaiveDate = "2101-01-01".parse().unwrap();
        while day < end {
            let lunar = from_solar(day).unwrap();
            assert_eq!(to_solar(lunar), Some(day), "{lunar:?}");
            day = day.succ_opt().unwrap();
        }
    }

    #[test]
    fn known_terms() {
        for (y, i, want) in
            [(2013, 6, "2013-04-04"), (2026, 6, "2026-04-05"), (2026, 23, "2026-12-22"), (2024, 2, "2024-02-04")]
        {
            assert_eq!(term(y, i), want.parse().ok());
        }
        assert_eq!(term(2026, 24), None);
        assert_eq!(term(1800, 0), None);
    }

    #[test]
    fn the_mid_autumn_of_a_leap_year() {
        let day = to_solar(LunarDay { year: 2025, month: 8, leap: false, day: 15 });
        assert_eq!(day, "2025-10-06".parse().ok());
        assert_eq!(to_solar(LunarDay { year: 2026, month: 8, leap: true, day: 15 }), None);
    }
}
