//! Dates, times and spans of time as people read them in either language.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, Utc};

use super::words::Lang;

const WEEKDAYS_ZH: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];

/// `Mon 2 Mar 2026`, `2026年3月2日 周一`.
pub fn day(lang: Lang, day: NaiveDate) -> String {
    if lang.chinese() {
        format!("{}年{}月{}日 {}", day.year(), day.month(), day.day(), weekday(lang, day))
    } else {
        day.format("%a %-d %b %Y").to_string()
    }
}

/// Without the year where it is this one: `Mon 2 Mar`, `3月2日 周一`.
pub fn short_day(lang: Lang, that: NaiveDate, today: NaiveDate) -> String {
    match (that.year() == today.year(), lang.chinese()) {
        (false, _) => day(lang, that),
        (true, true) => format!("{}月{}日 {}", that.month(), that.day(), weekday(lang, that)),
        (true, false) => that.format("%a %-d %b").to_string(),
    }
}

/// `Monday`, `周一`.
pub fn weekday(lang: Lang, day: NaiveDate) -> String {
    if lang.chinese() {
        let number = day.weekday().num_days_from_monday() as usize;
        WEEKDAYS_ZH.get(number).copied().unwrap_or_default().to_owned()
    } else {
        day.format("%A").to_string()
    }
}

/// Time left until a day: `overdue by 3 days`, `today`, `tomorrow`, `in 5 days`.
pub fn left(lang: Lang, due: NaiveDate, today: NaiveDate) -> String {
    match (due - today).num_days() {
        0 => lang.w("when.today").into(),
        1 => lang.w("when.tomorrow").into(),
        days if days < 0 => lang.n("when.overdue", -days),
        days => lang.n("when.in_days", days),
    }
}

/// How pressing a due date is, for its colour.
pub fn press(due: NaiveDate, today: NaiveDate) -> &'static str {
    match (due - today).num_days() {
        ..=-1 => "past",
        0..=1 => "now",
        2..=7 => "soon",
        _ => "later",
    }
}

/// How long ago: `just now`, `5 min`, `3 h`, `2 days`.
pub fn ago(lang: Lang, then: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let minutes = (now - then).num_minutes();
    match minutes {
        ..1 => lang.w("when.just_now").into(),
        1..60 => lang.n("when.minutes", minutes),
        60..1440 => lang.n("when.hours", minutes / 60),
        _ => lang.n("when.days", minutes / 1440),
    }
}

/// `Mon 2 Mar 2026, 14:05`, in the offset given.
pub fn moment(lang: Lang, at: DateTime<Utc>, offset: FixedOffset) -> String {
    let local = at.with_timezone(&offset);
    let time = local.format("%H:%M");
    let day = day(lang, local.date_naive());
    if lang.chinese() { format!("{day} {time}") } else { format!("{day}, {time}") }
}

/// Bytes as people read them: `812 B`, `3.4 KB`, `12 MB`.
pub fn size(bytes: u64) -> String {
    let steps = [("B", 1u64), ("KB", 1 << 10), ("MB", 1 << 20), ("GB", 1 << 30)];
    let (unit, step) = steps.into_iter().rev().find(|(_, step)| bytes >= *step).unwrap_or(("B", 1));
    let amount = bytes as f64 / step as f64;
    if step == 1 || amount >= 10.0 { format!("{amount:.0} {unit}") } else { format!("{amount:.1} {unit}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn days_are_worded_in_both_languages() {
        assert_eq!(day(Lang::En, d("2026-03-02")), "Mon 2 Mar 2026");
        assert_eq!(day(Lang::Zh, d("2026-03-02")), "2026年3月2日 周一");
        assert_eq!(short_day(Lang::En, d("2026-03-02"), d("2026-01-01")), "Mon 2 Mar");
        assert_eq!(short_day(Lang::En, d("2027-03-02"), d("2026-01-01")), "Tue 2 Mar 2027");
        assert_eq!(left(Lang::En, d("2026-03-02"), d("2026-03-02")), "today");
        assert_eq!(left(Lang::En, d("2026-03-01"), d("2026-03-02")), "1 day overdue");
        assert_eq!(left(Lang::Zh, d("2026-03-07"), d("2026-03-02")), "还剩 5 天");
    }

    #[test]
    fn sizes_have_units() {
        assert_eq!(size(0), "0 B");
        assert_eq!(size(1536), "1.5 KB");
        assert_eq!(size(104_857_600), "100 MB");
    }
}
