//! Islamic months: the published Umm al-Qura calendar where it reaches, the tabular calendar elsewhere.

use chrono::{Datelike, Days, NaiveDate};
use std::sync::LazyLock;

struct Year {
    start: NaiveDate,
    /// Months of 30 days, Muharram lowest.
    long: u16,
}

/// The first year of `hijri.tsv`.
const FIRST: i32 = 1343;

static YEARS: LazyLock<Vec<Year>> = LazyLock::new(|| {
    include_str!("hijri.tsv")
        .lines()
        .filter(|l| !l.starts_with('#'))
        .filter_map(|l| {
            let mut fields = l.split('\t').skip(1);
            Some(Year { start: fields.next()?.parse().ok()?, long: fields.next()?.parse().ok()? })
        })
        .collect()
});

/// The Gregorian day of a day of an Islamic year; month 1 to 12, day 1 to 30; years 1 to 9000 AH.
pub fn to_solar(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    if !(1..=9000).contains(&year) || !(1..=12).contains(&month) || !(1..=30).contains(&day) {
        return None;
    }
    let published = usize::try_from(year - FIRST).ok().and_then(|i| YEARS.get(i));
    let Some(y) = published else {
        // The tabular calendar with leap years 2, 5, 7, 10, 13, 16, 18, 21, 24, 26, 29; civil epoch 16 July 622 (Julian).
        let n = year as i64;
        let days = (n - 1) * 354 + (3 + 11 * n) / 30 + (59 * (month as i64 - 1) + 1) / 2 + day as i64 - 1;
        return NaiveDate::from_ymd_opt(622, 7, 19)?.checked_add_days(Days::new(u64::try_from(days).ok()?));
    };
    let before: u32 = (0..month - 1).map(|m| 29 + u32::from(y.long >> m & 1)).sum();
    (day <= 29 + u32::from(y.long >> (month - 1) & 1))
        .then(|| y.start.checked_add_days(Days::new(u64::from(before + day - 1))))?
}

/// The Gregorian days of a day of the Islamic year within a Gregorian year: one, or two, seldom none.
pub fn in_year(gregorian: i32, month: u32, day: u32) -> impl Iterator<Item = NaiveDate> {
    let about = (i64::from(gregorian) - 622) * 33 / 32;
    (about - 1..=about + 2)
        .filter_map(move |y| to_solar(i32::try_from(y).ok()?, month, day))
        .filter(move |d| d.year() == gregorian)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_days() {
        for (y, m, d, want) in [
            (1434, 10, 1, "2013-08-08"),
            (1435, 1, 1, "2013-11-04"),
            (1447, 9, 1, "2026-02-18"),
            (1456, 9, 1, "2034-11-12"),
        ] {
            assert_eq!(to_solar(y, m, d), want.parse().ok(), "{y}-{m}-{d}");
        }
    }

    #[test]
    fn the_tables_join_within_a_day_or_two() {
        // 1 Muharram 1501, tabular, against the end of the published table.
        let last = to_solar(1500, 12, 29).unwrap();
        let next = to_solar(1501, 1, 1).unwrap();
        assert!((1..=3).contains(&(next - last).num_days()), "{last} {next}");
    }

    #[test]
    fn two_in_one_year() {
        let days: Vec<_> = in_year(2030, 9, 1).collect();
        assert_eq!(days.len(), 2, "{days:?}");
    }
}
