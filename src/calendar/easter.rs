//! Easter Sunday, western and orthodox, of a year of the Gregorian calendar.

use chrono::{Days, NaiveDate};

/// By the anonymous Gregorian computus (Meeus, Jones and Butcher); years 1583 to 9999.
pub fn western(year: i32) -> Option<NaiveDate> {
    if !(1583..=9999).contains(&year) {
        return None;
    }
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let month = (h + l - 7 * m + 114) / 31;
    let day = (h + l - 7 * m + 114) % 31 + 1;
    NaiveDate::from_ymd_opt(year, month as u32, day as u32)
}

/// By the Julian computus (Meeus), in the Gregorian calendar; years 1583 to 9999.
pub fn orthodox(year: i32) -> Option<NaiveDate> {
    if !(1583..=9999).contains(&year) {
        return None;
    }
    let d = (19 * (year % 19) + 15) % 30;
    let e = (2 * (year % 4) + 4 * (year % 7) - d + 34) % 7;
    let (month, day) = ((d + e + 114) / 31, (d + e + 114) % 31 + 1);
    // Days by which the Julian calendar lags.
    let lag = year / 100 - year / 400 - 2;
    NaiveDate::from_ymd_opt(year, month as u32, day as u32)?.checked_add_days(Days::new(lag as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_easters() {
        for (year, west, east) in [
            (2013, "2013-03-31", "2013-05-05"),
            (2018, "2018-04-01", "2018-04-08"),
            (2024, "2024-03-31", "2024-05-05"),
            (2025, "2025-04-20", "2025-04-20"),
            (2026, "2026-04-05", "2026-04-12"),
            (2038, "2038-04-25", "2038-04-25"),
        ] {
            assert_eq!(western(year), west.parse().ok());
            assert_eq!(orthodox(year), east.parse().ok());
        }
        assert_eq!(western(-4), None);
    }
}
