//! When a message was sent: from its header lines, and from the words above forwarded and quoted ones.

use std::collections::HashMap;
use std::sync::LazyLock;

use chrono::{DateTime, Datelike, Duration, FixedOffset, NaiveDate, NaiveTime, TimeZone};

use super::fields::Fields;
use crate::intake::Envelope;
use crate::message::fold::fold_str;

/// Mail is not older than this; a clock that lost its battery says 1970 or 1980.
const FIRST_YEAR: i32 = 1990;
/// Characters of a written date that are read.
const WRITTEN_CHARS: usize = 120;

/// When the message was sent, in the sender's offset, and a doubt if its own date could not be used.
pub fn received(fields: &Fields, envelope: &Envelope) -> (DateTime<FixedOffset>, Option<String>) {
    let plausible =
        |d: &DateTime<FixedOffset>| d.year() >= FIRST_YEAR && *d <= envelope.received_at + Duration::days(2);
    let own = fields.get("date").map(|v| header(v, envelope.received_at));
    if let Some(Some(date)) = own
        && plausible(&date)
    {
        return (date, None);
    }
    let relay = fields
        .all("received")
        .filter_map(|v| {
            let at = memchr::memrchr(b';', v)?;
            header(v.get(at + 1..)?, envelope.received_at)
        })
        .find(plausible);
    let (date, instead) = match relay {
        Some(date) => (date, "the last relay's time"),
        None => (envelope.received_at, "the time at which it came in"),
    };
    let doubt = match own {
        None => format!("The message has no date; {instead} stands instead."),
        Some(None) => format!("The message's date could not be read; {instead} stands instead."),
        Some(Some(wrong)) => {
            format!("The message says that it was sent on {}; {instead} stands instead.", wrong.format("%Y-%m-%d"))
        }
    };
    (date, Some(doubt))
}

/// A date as header lines write it, or nearly so.
pub fn header(value: &[u8], outer: DateTime<FixedOffset>) -> Option<DateTime<FixedOffset>> {
    let text = String::from_utf8_lossy(value.get(..400).unwrap_or(value));
    // mail-parser reads RFC 5322 alone: the day first, and the month as three letters.
    let has_month = text.split(|c: char| !c.is_ascii_alphabetic()).any(|w| {
        w.len() == 3
            && matches!(
                w.to_ascii_lowercase().as_str(),
                "jan" | "feb" | "mar" | "apr" | "may" | "jun" | "jul" | "aug" | "sep" | "oct" | "nov" | "dec"
            )
    });
    has_month
        .then(|| mail_parser::DateTime::parse_rfc822(&text))
        .flatten()
        .filter(|d| d.is_valid())
        .and_then(|d| {
            let seconds =
                (i32::from(d.tz_hour) * 3600 + i32::from(d.tz_minute) * 60) * if d.tz_before_gmt { -1 } else { 1 };
            let day = NaiveDate::from_ymd_opt(d.year.into(), d.month.into(), d.day.into())?;
            let time = NaiveTime::from_hms_opt(d.hour.into(), d.minute.into(), d.second.into())?;
            FixedOffset::east_opt(seconds)?.from_local_datetime(&day.and_time(time)).single()
        })
        .or_else(|| written(&text, outer))
}

/// Month names of the languages that mail programs write most, folded.
static MONTHS: LazyLock<HashMap<&'static str, u32>> = LazyLock::new(|| {
    let names: [&[&str]; 12] = [
        &["january", "jan", "januar", "janvier", "enero", "gennaio", "janeiro", "januari", "janv", "ene", "gen"],
        &[
            "february",
            "feb",
            "februar",
            "février",
            "fevrier",
            "febrero",
            "febbraio",
            "fevereiro",
            "februari",
            "fév",
            "févr",
            "fev",
        ],
        &["march", "mar", "märz", "maerz", "mrz", "mars", "marzo", "março", "maart", "mrt"],
        &["april", "apr", "avril", "abril", "aprile", "avr", "abr"],
        &["may", "mai", "mayo", "maggio", "maio", "mei", "maj", "mag"],
        &["june", "jun", "juni", "juin", "junio", "giugno", "junho", "giu"],
        &["july", "jul", "juli", "juillet", "julio", "luglio", "julho", "juil", "lug"],
        &["august", "aug", "août", "aout", "agosto", "augustus", "augusti", "ago"],
        &["september", "sep", "sept", "septembre", "septiembre", "settembre", "setembro", "set"],
        &["october", "oct", "oktober", "okt", "octobre", "octubre", "ottobre", "outubro", "ott", "out"],
        &["november", "nov", "novembre", "noviembre", "novembro"],
        &["december", "dec", "dezember", "dez", "décembre", "diciembre", "dicembre", "dezembro", "déc", "dic"],
    ];
    names.iter().zip(1..).flat_map(|(names, month)| names.iter().map(move |n| (*n, month))).collect()
});

#[derive(Debug, Clone, Copy, PartialEq)]
enum Token {
    /// Value, and how many digits wrote it.
    Number(u32, usize),
    Month(u32),
    Year,
    MonthMark,
    Pm,
    Am,
    /// Minutes east of Greenwich.
    Offset(i32),
    Colon,
    /// `/`, `.` or `-` between numbers.
    Mark(char),
}

/// A date as mail programs write it above older messages: `Tuesday, 10 March 2026 17:21`, `2026年3月9日 星期一 上午10:05`,
/// `09.03.2026 um 10:05`, `3/9/2026 5:21 PM`. `outer` gives the offset that is not written, and decides
/// between day and month: an older message is older.
pub fn written(words: &str, outer: DateTime<FixedOffset>) -> Option<DateTime<FixedOffset>> {
    let short: String = words.chars().take(WRITTEN_CHARS).collect();
    let tokens = tokens(&fold_str(&short));
    let mut day = None;
    let mut clock: Option<(u32, u32, u32)> = None;
    let (mut pm, mut am) = (false, false);
    let mut offset = None;
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let next = |i: usize| tokens.get(at + i).copied();
        match *token {
            Token::Pm => pm = true,
            Token::Am => am = true,
            Token::Offset(minutes) => offset = offset.or(Some(minutes)),
            Token::Number(hour, _) if clock.is_none() && next(1) == Some(Token::Colon) => {
                if let Some(Token::Number(minute, 1..=2)) = next(2) {
                    let second = match (next(3), next(4)) {
                        (Some(Token::Colon), Some(Token::Number(second, _))) => Some(second),
                        _ => None,
                    };
                    clock = Some((hour, minute, second.unwrap_or(0)));
                    at += if second.is_some() { 4 } else { 2 };
                }
            }
            Token::Number(a, digits) if day.is_none() => {
                let found = match (next(1), next(2), next(3), next(4)) {
                    // 2026年3月9日
                    (
                        Some(Token::Year),
                        Some(Token::Number(m, _)),
                        Some(Token::MonthMark),
                        Some(Token::Number(d, _)),
                    ) => Some((vec![(a as i32, m, d)], 4)),
                    // 9 March 2026, 9. März 2026
                    (Some(Token::Month(m)), Some(Token::Number(y, _)), _, _) => Some((vec![(year(y), m, a)], 2)),
                    (Some(Token::Mark(_)), Some(Token::Month(m)), Some(Token::Mark(_)), Some(Token::Number(y, _))) => {
                        Some((vec![(year(y), m, a)], 4))
                    }
                    (Some(Token::Mark('.')), Some(Token::Month(m)), Some(Token::Number(y, _)), _) => {
                        Some((vec![(year(y), m, a)], 3))
                    }
                    (
                        Some(Token::Mark(x)),
                        Some(Token::Number(b, _)),
                        Some(Token::Mark(y)),
                        Some(Token::Number(c, long)),
                    ) if x == y => Some((numeric(a, digits, b, c, long, x), 4)),
                    _ => None,
                };
                if let Some((readings, length)) = found {
                    day = Some(readings);
                    at += length;
                }
            }
            // March 9, 2026
            Token::Month(m) if day.is_none() => {
                if let (Some(Token::Number(d, _)), Some(Token::Number(y, 4))) = (next(1), next(2)) {
                    day = Some(vec![(year(y), m, d)]);
                    at += 2;
                }
            }
            _ => {}
        }
        at += 1;
    }
    let (mut hour, minute, second) = clock.unwrap_or((0, 0, 0));
    if pm && hour < 12 {
        hour += 12;
    } else if am && hour == 12 {
        hour = 0;
    }
    let time = NaiveTime::from_hms_opt(hour, minute, second)?;
    let offset = offset.and_then(|m| FixedOffset::east_opt(m * 60)).unwrap_or(*outer.offset());
    let readings = day?.into_iter().filter_map(|(y, m, d)| {
        let date = NaiveDate::from_ymd_opt(y, m, d).filter(|d| (FIRST_YEAR..=2200).contains(&d.year()))?;
        offset.from_local_datetime(&date.and_time(time)).single()
    });
    let late = outer + Duration::days(1);
    // The latest reading that is not later than the outer message; else the first.
    let readings: Vec<_> = readings.collect();
    readings.iter().filter(|d| **d <= late).max().or(readings.first()).copied()
}

fn year(y: u32) -> i32 {
    if y < 100 { 2000 + y as i32 } else { y as i32 }
}

/// `a/b/c`: year first, or either order of day and month.
fn numeric(a: u32, digits: usize, b: u32, c: u32, long: usize, mark: char) -> Vec<(i32, u32, u32)> {
    if digits == 4 {
        return vec![(a as i32, b, c)];
    }
    if long != 4 && long != 2 {
        return Vec::new();
    }
    let c = year(c);
    match mark {
        '.' => vec![(c, b, a)],
        _ => vec![(c, a, b), (c, b, a)],
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let mut out = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        if c.is_ascii_digit() {
            let mut value = c.to_digit(10).unwrap_or(0);
            let mut digits = 1;
            while let Some((_, d)) = chars.next_if(|(_, d)| d.is_ascii_digit()) {
                value = value.saturating_mul(10).saturating_add(d.to_digit(10).unwrap_or(0));
                digits += 1;
            }
            out.push(Token::Number(value, digits));
            continue;
        }
        if c.is_alphabetic() && !crate::message::fold::is_han(c) {
            let mut end = start + c.len_utf8();
            while let Some((i, d)) = chars.next_if(|(_, d)| d.is_alphabetic() && !crate::message::fold::is_han(*d)) {
                end = i + d.len_utf8();
            }
            let word = text.get(start..end).unwrap_or_default();
            match word {
                "pm" | "p" => out.push(Token::Pm),
                "am" if out.iter().any(|t| matches!(t, Token::Colon)) => out.push(Token::Am),
                "gmt" | "utc" | "z" => {
                    // `GMT+8`, `UTC+08:00`, or Greenwich itself.
                    let rest: String = text.get(end..).unwrap_or_default().chars().take(7).collect();
                    out.push(Token::Offset(signed(&rest).unwrap_or(0)));
                    if rest.starts_with(['+', '-']) {
                        while chars.next_if(|(_, d)| matches!(d, '+' | '-' | ':') || d.is_ascii_digit()).is_some() {}
                    }
                }
                "h" => out.push(Token::Colon),
                "eet" => out.push(Token::Offset(120)),
                "cet" => out.push(Token::Offset(60)),
                "cest" | "eest" => out.push(Token::Offset(120 + if word == "eest" { 60 } else { 0 })),
                "bst" => out.push(Token::Offset(60)),
                "est" => out.push(Token::Offset(-300)),
                "edt" => out.push(Token::Offset(-240)),
                "cdt" => out.push(Token::Offset(-300)),
                "pst" => out.push(Token::Offset(-480)),
                "pdt" => out.push(Token::Offset(-420)),
                "jst" => out.push(Token::Offset(540)),
                _ => {
                    if let Some(month) = MONTHS.get(word) {
                        out.push(Token::Month(*month));
                    }
                }
            }
            continue;
        }
        match c {
            '年' => out.push(Token::Year),
            '月' => out.push(Token::MonthMark),
            '下' | '晚' => out.push(Token::Pm),
            // 上午 and 凌晨; 早上 ends in the same character.
            '上' | '凌' | '早' if !matches!(out.last(), Some(Token::Pm)) => out.push(Token::Am),
            ':' | '时' | '点' => out.push(Token::Colon),
            '+' | '-' => {
                let rest: String = text.get(start..).unwrap_or_default().chars().take(7).collect();
                let timed = out.iter().any(|t| matches!(t, Token::Colon));
                match signed(&rest).filter(|_| timed) {
                    Some(minutes) => {
                        out.push(Token::Offset(minutes));
                        while chars.next_if(|(_, d)| *d == ':' || d.is_ascii_digit()).is_some() {}
                    }
                    None => out.push(Token::Mark(c)),
                }
            }
            '/' | '.' => out.push(Token::Mark(c)),
            _ => {}
        }
    }
    out
}

/// `+0800`, `-05:30`, `+8` in minutes.
fn signed(text: &str) -> Option<i32> {
    let sign = match text.chars().next()? {
        '+' => 1,
        '-' => -1,
        _ => return None,
    };
    let digits: String =
        text.chars().skip(1).take_while(|c| c.is_ascii_digit() || *c == ':').filter(|c| *c != ':').collect();
    let (hours, minutes) = match digits.len() {
        1 | 2 => (digits.parse::<i32>().ok()?, 0),
        4 => (digits.get(..2)?.parse().ok()?, digits.get(2..)?.parse().ok()?),
        _ => return None,
    };
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outer() -> DateTime<FixedOffset> {
        DateTime::parse_from_rfc3339("2026-03-12T11:00:00+08:00").unwrap()
    }

    #[test]
    fn programs_write_dates_so() {
        for (words, date) in [
            ("Monday, 9 March 2026 17:21", "2026-03-09T17:21:00+08:00"),
            ("Mon, Mar 9, 2026 at 5:21 PM", "2026-03-09T17:21:00+08:00"),
            ("Mon, 9 Mar 2026 at 17:21", "2026-03-09T17:21:00+08:00"),
            ("March 9, 2026 at 5:21:30 PM GMT+1", "2026-03-09T17:21:30+01:00"),
            ("2026年3月9日 星期一 下午 5:21", "2026-03-09T17:21:00+08:00"),
            ("2026年03月09日(星期一) 上午10:05", "2026-03-09T10:05:00+08:00"),
            ("2026-03-09 17:21:00 +0000", "2026-03-09T17:21:00+00:00"),
            ("2026/3/9 17:21", "2026-03-09T17:21:00+08:00"),
            ("09.03.2026 um 17:21", "2026-03-09T17:21:00+08:00"),
            ("Montag, 9. März 2026 17:21", "2026-03-09T17:21:00+08:00"),
            // The third of September is still to come.
            ("09/03/2026 17:21", "2026-03-09T17:21:00+08:00"),
            ("03/09/2026 05:21 PM", "2026-03-09T17:21:00+08:00"),
            ("01 January 2019 at 12:00:00 EET", "2019-01-01T12:00:00+02:00"),
            ("Mon, 09 Mar 2026 17:21:00 -0500 (CDT)", "2026-03-09T17:21:00-05:00"),
        ] {
            assert_eq!(written(words, outer()).map(|d| d.to_rfc3339()).as_deref(), Some(date), "{words}");
        }
        assert_eq!(written("as soon as possible", outer()), None);
        assert_eq!(written("2026-02-30 10:00", outer()), None);
    }

    #[test]
    fn an_absurd_date_gives_way_and_says_so() {
        let envelope = Envelope { name: String::new(), received_at: outer() };
        let read = |text: &str| {
            let (fields, _) = super::super::fields::split(text.as_bytes());
            let (date, doubt) = received(&fields, &envelope);
            (date.to_rfc3339(), doubt)
        };
        assert_eq!(read("Date: Tue, 10 Mar 2026 08:47:13 -0330\n"), ("2026-03-10T08:47:13-03:30".into(), None));
        let (date, doubt) =
            read("Received: by x; Tue, 10 Mar 2026 08:47:13 +0000\nDate: Thu, 1 Jan 1970 00:00:00 +0000\n");
        assert_eq!(date, "2026-03-10T08:47:13+00:00");
        insta::assert_snapshot!(doubt.unwrap(), @"The message says that it was sent on 1970-01-01; the last relay's time stands instead.");
        let (date, doubt) = read("Date: Tue, 10 Mar 2099 08:47:13 +0000\n");
        assert_eq!(date, outer().to_rfc3339());
        insta::assert_snapshot!(doubt.unwrap(), @"The message says that it was sent on 2099-03-10; the time at which it came in stands instead.");
        insta::assert_snapshot!(read("Subject: x\n").1.unwrap(), @"The message has no date; the time at which it came in stands instead.");
        insta::assert_snapshot!(read("Date: soon\n").1.unwrap(), @"The message's date could not be read; the time at which it came in stands instead.");
    }
}
