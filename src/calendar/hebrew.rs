//! The Jewish calendar: the solar day of a day of a Jewish month, by the fixed arithmetic calendar.

use chrono::{Datelike, Days, NaiveDate};

/// Months are counted from Nisan (1) to Adar (12), Adar II (13); Tishri is 7. Day 1 to 30; years 1 to 9999 AM.
pub fn to_solar(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    if !(1..=9999).contains(&year) || !(1..=13).contains(&month) || !(1..=30).contains(&day) {
        return None;
    }
    let length = new_year(year + 1) - new_year(year);
    // Tishri comes first, then the months to the last Adar, then Nisan to Elul.
    let mut days = i64::from(day) - 1;
    let last = if leap(year) { 13 } else { 12 };
    let order = (7..=last).chain(1..=6);
    for m in order {
        if m == month {
            // 1 Tishri 1 AM is 7 September 3761 BCE (Gregorian: proleptic -3760); the day of the common era
            // of its eve is -1373428 (Reingold and Dershowitz, epoch -1373427).
            let common = new_year(year) + days - 1_373_427;
            return NaiveDate::from_num_days_from_ce_opt(i32::try_from(common).ok()?);
        }
        days += match m {
            2 | 4 | 6 | 10 => 29,
            13 => 29,
            12 if !leap(year) => 29,
            8 => 29 + i64::from(length % 10 == 5),
            9 => 30 - i64::from(length % 10 == 3),
            _ => 30,
        };
    }
    None
}

/// The last Adar, in which Purim falls.
pub fn adar(year: i32) -> u32 {
    if leap(year) { 13 } else { 12 }
}

/// The days of a month and day within a Gregorian year. Month 12 stands for the last Adar.
pub fn in_year(gregorian: i32, month: u32, day: u32) -> impl Iterator<Item = NaiveDate> {
    (gregorian + 3760..=gregorian + 3761).filter_map(move |y| {
        let month = if month == 12 { adar(y) } else { month };
        to_solar(y, month, day).filter(|d| d.year() == gregorian)
    })
}

/// Israel's Independence Day of a Gregorian year: 5 Iyar, moved off the sabbath's neighbourhood.
pub fn independence_day(gregorian: i32) -> Option<NaiveDate> {
    let day = in_year(gregorian, 2, 5).next()?;
    match day.weekday().num_days_from_monday() {
        0 => day.checked_add_days(Days::new(1)),
        4 => day.checked_sub_days(Days::new(1)),
        5 => day.checked_sub_days(Days::new(2)),
        _ => Some(day),
    }
}

/// Holocaust Remembrance Day: 27 Nisan, moved off Friday and Sunday.
pub fn holocaust_day(gregorian: i32) -> Option<NaiveDate> {
    let day = in_year(gregorian, 1, 27).next()?;
    match day.weekday().num_days_from_monday() {
        4 => day.checked_sub_days(Days::new(1)),
        6 => day.checked_add_days(Days::new(1)),
        _ => Some(day),
    }
}

fn leap(year: i32) -> bool {
    (7 * i64::from(year) + 1).rem_euclid(19) < 7
}

/// Days from the epoch to 1 Tishri, with the postponements.
fn new_year(year: i32) -> i64 {
    let delay = |y: i64| {
        let months = (235 * y - 234).div_euclid(19);
        let parts = 12_084 + 13_753 * months;
        let day = 29 * months + parts.div_euclid(25_920);
        if (3 * (day + 1)).rem_euclid(7) < 3 { day + 1 } else { day }
    };
    let y = i64::from(year);
    let (before, this, after) = (delay(y - 1), delay(y), delay(y + 1));
    this + if after - this == 356 {
        2
    } else if this - before == 382 {
        1
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_days() {
        for (gregorian, month, day, want) in [
            (2013, 7, 10, "2013-09-14"),
            (2018, 9, 25, "2018-12-03"),
            (2018, 1, 15, "2018-03-31"),
            (2024, 12, 14, "2024-03-24"),
            (2026, 12, 14, "2026-03-03"),
            (2026, 1, 15, "2026-04-02"),
            (2026, 7, 1, "2026-09-12"),
            (2026, 7, 10, "2026-09-21"),
            (2026, 9, 25, "2026-12-05"),
            (2026, 5, 9, "2026-07-23"),
        ] {
            assert_eq!(in_year(gregorian, month, day).next(), want.parse().ok(), "{gregorian} {month} {day}");
        }
        assert_eq!(independence_day(2018), "2018-04-19".parse().ok());
        assert_eq!(independence_day(2026), "2026-04-22".parse().ok());
    }
}
