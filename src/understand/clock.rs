//! Times of day that stand without a date ('at 5 pm that day', 当天18:00), as mentions on the day beside them, else on the
//! receiving day.

use super::dates::{Bound, Found, Grain, Mention, Reading, Value};
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime};
use regex::Regex;
use std::sync::LazyLock;

/// Times of one text at most.
const MOST: usize = 200;
/// Bytes back to which a day may stand beside a time: 'Her last day is Friday. Please disable the account at 5 pm.'
const BESIDE: usize = 120;
/// Weights of the day beside the time, and of the receiving day with and without such a day.
const THAT_DAY: f32 = 0.5;
const RECEIVED: f32 = 0.5;
const RECEIVED_BESIDE: f32 = 0.25;

static TIME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x)
        # Bounds of ASCII words: in 账号18:00停用 the time stands between Chinese characters.
        (?-u:\b)(?P<h>\d{1,2})(?:[:.](?P<m>\d{2}))?\s?(?P<half>[ap])\.?m(?-u:\b)\.?
        | (?-u:\b)(?P<h24>[01]?\d|2[0-3]):(?P<m24>[0-5]\d)(?-u:\b)
        | \b(?P<noon>noon|midday|midnight)\b
        | (?P<part>凌晨|早上|上午|中午|下午|晚上|傍晚)?(?P<hz>\d{1,2}|十[一二]?|[一二两三四五六七八九])点(?P<mz>半|整)?
        | (?P<zero>零点|正午)",
    )
    .ok()
});

/// Adds the times that no mention covers. `folded` has as many characters as the text; `raw_of` maps its bytes.
pub(super) fn add(
    folded: &str,
    raw_of: impl Fn(std::ops::Range<usize>) -> std::ops::Range<usize>,
    received: DateTime<FixedOffset>,
    found: &mut Found,
) {
    let Some(regex) = TIME.as_ref() else { return };
    let mut more: Vec<Mention> = Vec::new();
    for capture in regex.captures_iter(folded).take(MOST) {
        let Some(whole) = capture.get(0) else { continue };
        let number = |name: &str| capture.name(name).map(|m| m.as_str()).and_then(han_number);
        let (hour, minute) = if let Some(h) = number("h") {
            let late = capture.name("half").is_some_and(|m| m.as_str() == "p");
            if h > 12 {
                continue;
            }
            (h % 12 + if late { 12 } else { 0 }, number("m").unwrap_or(0))
        } else if let Some(h) = number("h24") {
            (h, number("m24").unwrap_or(0))
        } else if let Some(word) = capture.name("noon") {
            (if word.as_str() == "midnight" { 0 } else { 12 }, 0)
        } else if let Some(h) = number("hz") {
            let late = capture.name("part").is_some_and(|m| matches!(m.as_str(), "下午" | "晚上" | "傍晚")) && h < 12;
            (h + if late { 12 } else { 0 }, if capture.name("mz").is_some_and(|m| m.as_str() == "半") { 30 } else { 0 })
        } else {
            (if capture.name("zero").is_some_and(|m| m.as_str() == "零点") { 0 } else { 12 }, 0)
        };
        let Some(time) = NaiveTime::from_hms_opt(hour, minute, 0) else { continue };
        let span = raw_of(whole.range());
        if found.mentions.iter().any(|m| m.span.start < span.end && span.start < m.span.end) {
            continue;
        }
        let on = |day: NaiveDate| day.and_time(time).and_local_timezone(*received.offset()).single();
        let reading = |day: NaiveDate, probability: f32| {
            Some(Reading { value: Value::Instant(on(day)?), probability, derivation: String::new() })
        };
        let today = received.date_naive();
        let beside = day_beside(found, span.start).filter(|day| *day != today);
        let readings: Vec<Reading> = match beside {
            Some(day) => [reading(day, THAT_DAY), reading(today, RECEIVED_BESIDE)].into_iter().flatten().collect(),
            None => reading(today, RECEIVED).into_iter().collect(),
        };
        if readings.is_empty() {
            continue;
        }
        more.push(Mention { span, readings, grain: Grain::Minute, bound: Bound::On, conflict: false });
    }
    if !more.is_empty() {
        found.mentions.append(&mut more);
        found.mentions.sort_by_key(|m| m.span.start);
    }
}

/// The day of the last mention that ends shortly before `at`.
fn day_beside(found: &Found, at: usize) -> Option<NaiveDate> {
    let mention = found.mentions.iter().rev().find(|m| m.span.end <= at)?;
    if at - mention.span.end > BESIDE {
        return None;
    }
    match mention.readings.first()?.value {
        Value::Day(day) => Some(day),
        Value::Until(day) | Value::From(day) if mention.grain == Grain::Day => Some(day),
        _ => None,
    }
}

fn han_number(word: &str) -> Option<u32> {
    if let Ok(n) = word.parse() {
        return Some(n);
    }
    let digit =
        |c: char| "零一二三四五六七八九".chars().position(|d| d == c).or((c == '两').then_some(2)).map(|n| n as u32);
    let mut chars = word.chars();
    match (chars.next()?, chars.next()) {
        ('十', None) => Some(10),
        ('十', Some(c)) => digit(c).map(|n| 10 + n),
        (c, None) => digit(c),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::understand::dates::{Engine, Lang};

    #[test]
    fn a_time_takes_the_day_beside_it_or_that_of_the_message() {
        let received = DateTime::parse_from_rfc3339("2026-03-03T09:30:00+01:00").unwrap();
        for (lang, text, want) in [
            (Lang::En, "her last day is friday. please disable the account at 5pm", "2026-03-06T17:00:00+01:00"),
            (Lang::En, "please disable the account at 5pm", "2026-03-03T17:00:00+01:00"),
            (Lang::Zh, "她最后一天是周五,账号18:00停用", "2026-03-06T18:00:00+01:00"),
        ] {
            let mut found = Engine::default().find(text, lang, received);
            add(text, |r| r, received, &mut found);
            let last = found.mentions.last().map(|m| m.readings[0].value.clone());
            let Some(Value::Instant(at)) = last else { panic!("{text}: {last:?}") };
            assert_eq!(at.to_rfc3339(), want, "{text}");
        }
    }
}
