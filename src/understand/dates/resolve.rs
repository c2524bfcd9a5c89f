//! Calendar arithmetic that every language shares: checked, and `None` outside the years that Muster reads.

use chrono::{DateTime, Datelike, Days, FixedOffset, NaiveDate, NaiveDateTime, Weekday};

/// First and last year of a date that counts, inclusive; outside, a number is no year.
pub const YEARS: std::ops::RangeInclusive<i32> = 1900..=2200;

/// First and last day, both inclusive.
pub type Span = (NaiveDate, NaiveDate);

/// The day itself when its year counts.
pub fn checked(day: NaiveDate) -> Option<NaiveDate> {
    YEARS.contains(&day.year()).then_some(day)
}

pub fn ymd(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, day).and_then(checked)
}

pub fn add_days(day: NaiveDate, n: i64) -> Option<NaiveDate> {
    let moved = match n >= 0 {
        true => day.checked_add_days(Days::new(n as u64)),
        false => day.checked_sub_days(Days::new(n.unsigned_abs())),
    };
    moved.and_then(checked)
}

pub fn add_weeks(day: NaiveDate, n: i64) -> Option<NaiveDate> {
    add_days(day, n.checked_mul(7)?)
}

/// Same day of another month; the last day where that month is shorter (31 January + 1 month: 28 February).
pub fn add_months(day: NaiveDate, n: i64) -> Option<NaiveDate> {
    let (year, month) = shift_month(day.year(), day.month(), n)?;
    ymd(year, month, day.day().min(days_in_month(year, month)?))
}

/// The same day of another year; 29 February becomes 28 February.
pub fn add_years(day: NaiveDate, n: i64) -> Option<NaiveDate> {
    add_months(day, n.checked_mul(12)?)
}

/// Year and month `n` months later; `None` outside the years that count.
pub fn shift_month(year: i32, month: u32, n: i64) -> Option<(i32, u32)> {
    let index = i64::from(year).checked_mul(12)?.checked_add(i64::from(month) - 1)?.checked_add(n)?;
    let year = i32::try_from(index.div_euclid(12)).ok()?;
    YEARS.contains(&year).then_some((year, index.rem_euclid(12) as u32 + 1))
}

/// 28 to 31.
pub fn days_in_month(year: i32, month: u32) -> Option<u32> {
    Some(match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if NaiveDate::from_ymd_opt(year, 2, 29).is_some() => 29,
        2 => 28,
        _ => return None,
    })
}

pub fn last_of_month(year: i32, month: u32) -> Option<NaiveDate> {
    ymd(year, month, days_in_month(year, month)?)
}

pub fn month(year: i32, month: u32) -> Option<Span> {
    Some((ymd(year, month, 1)?, last_of_month(year, month)?))
}

pub fn year(year: i32) -> Option<Span> {
    Some((ymd(year, 1, 1)?, ymd(year, 12, 31)?))
}

/// `n` from 1 counts from the month's start, from -1 from its end; a fifth that the month lacks is `None`.
pub fn nth_weekday(year: i32, month: u32, weekday: Weekday, n: i32) -> Option<NaiveDate> {
    let last = days_in_month(year, month)? as i32;
    let day = if n > 0 {
        let first = ymd(year, month, 1)?;
        1 + days_until(first.weekday(), weekday) as i32 + n.checked_sub(1)?.checked_mul(7)?
    } else if n < 0 {
        let end = last_of_month(year, month)?;
        last - days_until(weekday, end.weekday()) as i32 + n.checked_add(1)?.checked_mul(7)?
    } else {
        return None;
    };
    (1..=last).contains(&day).then(|| ymd(year, month, day as u32)).flatten()
}

/// Days from one weekday forward to another, 0 to 6.
pub fn days_until(from: Weekday, to: Weekday) -> i64 {
    (i64::from(to.num_days_from_monday()) - i64::from(from.num_days_from_monday())).rem_euclid(7)
}

/// Monday to Sunday of the week that lies `n` weeks from the week of `day`.
pub fn week(day: NaiveDate, n: i64) -> Option<Span> {
    let monday = add_days(day, n.checked_mul(7)? - i64::from(day.weekday().num_days_from_monday()))?;
    Some((monday, add_days(monday, 6)?))
}

/// That weekday of the week `n` weeks from the week of `day`; weeks begin on Monday. Next Friday, 下周五: `n` 1.
pub fn weekday_of_week(day: NaiveDate, weekday: Weekday, n: i64) -> Option<NaiveDate> {
    add_days(week(day, n)?.0, i64::from(weekday.num_days_from_monday()))
}

/// The nearest such weekday, `day` itself included.
pub fn weekday_on_or_after(day: NaiveDate, weekday: Weekday) -> Option<NaiveDate> {
    add_days(day, days_until(day.weekday(), weekday))
}

/// The nearest such weekday after `day`.
pub fn weekday_after(day: NaiveDate, weekday: Weekday) -> Option<NaiveDate> {
    weekday_on_or_after(add_days(day, 1)?, weekday)
}

/// The nearest such weekday, `day` itself included.
pub fn weekday_on_or_before(day: NaiveDate, weekday: Weekday) -> Option<NaiveDate> {
    add_days(day, -days_until(weekday, day.weekday()))
}

/// The nearest such weekday before `day`.
pub fn weekday_before(day: NaiveDate, weekday: Weekday) -> Option<NaiveDate> {
    weekday_on_or_before(add_days(day, -1)?, weekday)
}

/// Monday to Sunday of an ISO week, 1 to 53.
pub fn iso_week(year: i32, week: u32) -> Option<Span> {
    let monday = NaiveDate::from_isoywd_opt(year, week, Weekday::Mon).and_then(checked)?;
    Some((monday, add_days(monday, 6)?))
}

/// Quarter 1 to 4 of the year that begins in `first_month` of `year` (1 for calendar years).
pub fn quarter(year: i32, quarter: u32, first_month: u32) -> Option<Span> {
    if !(1..=4).contains(&quarter) || !(1..=12).contains(&first_month) {
        return None;
    }
    let (y, m) = shift_month(year, first_month, i64::from(quarter - 1) * 3)?;
    let (ly, lm) = shift_month(y, m, 2)?;
    Some((ymd(y, m, 1)?, last_of_month(ly, lm)?))
}

/// The year that begins in `first_month` of `year`.
pub fn fiscal_year(year: i32, first_month: u32) -> Option<Span> {
    Some((quarter(year, 1, first_month)?.0, quarter(year, 4, first_month)?.1))
}

/// Year and quarter (1 to 4) of a day, with years that begin in `first_month`.
pub fn quarter_of(day: NaiveDate, first_month: u32) -> Option<(i32, u32)> {
    let (year, month) = shift_month(day.year(), day.month(), 1 - i64::from(first_month))?;
    Some((year, (month - 1) / 3 + 1))
}

/// A day and month without a year: the nearest from `day` on (itself included), and the nearest before.
pub fn day_of_year(day: NaiveDate, month: u32, of_month: u32) -> (Option<NaiveDate>, Option<NaiveDate>) {
    // Eight years hold every gap between two 29 Februaries (1896, 1904; 2096, 2104).
    let year = day.year();
    let ahead = (0..=8).filter_map(|n| ymd(year + n, month, of_month)).find(|d| *d >= day);
    let behind = (0..=8).filter_map(|n| ymd(year - n, month, of_month)).find(|d| *d < day);
    (ahead, behind)
}

/// A bare day of the month: the nearest from `day` on (itself included), and the nearest before.
pub fn day_of_month(day: NaiveDate, of_month: u32) -> (Option<NaiveDate>, Option<NaiveDate>) {
    let on = |n: i64| {
        let (y, m) = shift_month(day.year(), day.month(), n)?;
        ymd(y, m, of_month)
    };
    // No two neighbouring months both lack a day up to 31; two steps each way suffice.
    let ahead = (0..=2).filter_map(on).find(|d| *d >= day);
    let behind = (0..=2).filter_map(|n| on(-n)).find(|d| *d < day);
    (ahead, behind)
}

/// A two-digit year: 00 to 69 in this century of the reader, 70 to 99 in the last (POSIX `strptime`).
pub fn two_digit_year(n: u32) -> Option<i32> {
    match n {
        0..=69 => Some(2000 + n as i32),
        70..=99 => Some(1900 + n as i32),
        _ => None,
    }
}

/// A local time in the reference's own offset.
pub fn instant(local: NaiveDateTime, offset: FixedOffset) -> Option<DateTime<FixedOffset>> {
    checked(local.date())?;
    local.and_local_timezone(offset).single()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(s: &str) -> NaiveDate {
        s.parse().unwrap()
    }

    #[test]
    fn weekdays_of_a_month_count_from_both_ends() {
        assert_eq!(nth_weekday(2026, 3, Weekday::Mon, 1), Some(d("2026-03-02")));
        assert_eq!(nth_weekday(2026, 3, Weekday::Sun, 1), Some(d("2026-03-01")));
        assert_eq!(nth_weekday(2026, 3, Weekday::Sun, -1), Some(d("2026-03-29")));
        assert_eq!(nth_weekday(2026, 3, Weekday::Tue, -1), Some(d("2026-03-31")));
        assert_eq!(nth_weekday(2026, 3, Weekday::Wed, 5), None);
        assert_eq!(nth_weekday(2026, 13, Weekday::Wed, 1), None);
        assert_eq!(nth_weekday(2026, 3, Weekday::Wed, i32::MAX), None);
    }

    #[test]
    fn months_clamp_and_years_end() {
        assert_eq!(add_months(d("2026-01-31"), 1), Some(d("2026-02-28")));
        assert_eq!(add_months(d("2026-03-31"), -13), Some(d("2025-02-28")));
        assert_eq!(add_years(d("2024-02-29"), 1), Some(d("2025-02-28")));
        assert_eq!(add_days(d("2200-12-31"), 1), None);
        assert_eq!(add_days(d("1900-01-01"), -1), None);
        assert_eq!(add_days(d("2026-01-01"), i64::MAX), None);
        assert_eq!(add_days(d("2026-01-01"), i64::MIN), None);
        assert_eq!(add_weeks(d("2026-01-01"), i64::MAX), None);
        assert_eq!(add_years(d("2026-01-01"), i64::MIN), None);
    }

    #[test]
    fn weekdays_turn_on_the_reference() {
        let tue = d("2026-03-03");
        assert_eq!(weekday_of_week(tue, Weekday::Fri, 1), Some(d("2026-03-13")));
        assert_eq!(weekday_on_or_after(tue, Weekday::Fri), Some(d("2026-03-06")));
        assert_eq!(weekday_on_or_after(tue, Weekday::Tue), Some(tue));
        assert_eq!(weekday_after(tue, Weekday::Tue), Some(d("2026-03-10")));
        assert_eq!(weekday_before(tue, Weekday::Tue), Some(d("2026-02-24")));
        assert_eq!(weekday_on_or_before(tue, Weekday::Mon), Some(d("2026-03-02")));
        assert_eq!(week(tue, -1), Some((d("2026-02-23"), d("2026-03-01"))));
    }

    #[test]
    fn days_without_a_year_have_two_neighbours() {
        assert_eq!(day_of_year(d("2026-03-03"), 3, 3), (Some(d("2026-03-03")), Some(d("2025-03-03"))));
        assert_eq!(day_of_year(d("2026-03-03"), 2, 29), (Some(d("2028-02-29")), Some(d("2024-02-29"))));
        assert_eq!(day_of_year(d("2026-03-03"), 2, 30), (None, None));
        assert_eq!(day_of_month(d("2026-02-03"), 31), (Some(d("2026-03-31")), Some(d("2026-01-31"))));
        assert_eq!(day_of_month(d("2026-02-03"), 32), (None, None));
    }

    #[test]
    fn quarters_and_iso_weeks() {
        assert_eq!(quarter(2026, 4, 4), Some((d("2027-01-01"), d("2027-03-31"))));
        assert_eq!(quarter_of(d("2026-03-03"), 4), Some((2025, 4)));
        assert_eq!(quarter_of(d("2026-03-03"), 1), Some((2026, 1)));
        assert_eq!(iso_week(2026, 12), Some((d("2026-03-16"), d("2026-03-22"))));
        assert_eq!(iso_week(2025, 53), None);
        assert_eq!(fiscal_year(2026, 4), Some((d("2026-04-01"), d("2027-03-31"))));
    }
}
