//! One person's dates: first day, last day, the end of access.

use super::facts::Mine;
use crate::calendar::Calendar;
use crate::contract::{DateField, Field, Kind};
use crate::understand::attributes::speaks_of_change;
use crate::understand::dates::{Duration, Grain, Mention, Unit, Value};
use crate::understand::mark::{DateRole, Mark, What};
use crate::understand::page::Page;
use chrono::{Days, Months, NaiveDate};

#[derive(Default)]
pub(super) struct Dates {
    pub start: Option<DateField>,
    pub end: Option<DateField>,
    pub revoke: Option<Field<String>>,
}

pub(super) fn dates(page: &Page, kind: Kind, mine: &[Mine]) -> Dates {
    let mut dates = Dates::default();
    let with = |roles: &[DateRole]| best(mine, roles);
    let start_like = with(&[DateRole::Start]);
    let end_like = with(&[DateRole::End]);
    let revoke_like = with(&[DateRole::Revoke]);
    match kind {
        Kind::Onboarding | Kind::Transfer | Kind::Access => {
            let chosen =
                with(&[DateRole::Start, DateRole::Unknown]).or(if kind == Kind::Access { None } else { revoke_like });
            if let Some(mark) = chosen {
                let moved = moved(page, mark);
                dates.start = field(page, mark, moved);
                dates.end = if moved { None } else { range_end(page, mark) };
            }
            if let Some(mark) = end_like
                && dates.end.is_none()
            {
                dates.end = field(page, mark, true);
            }
            if kind == Kind::Access
                && dates.start.is_none()
                && dates.end.is_none()
                && let Some(mark) = revoke_like
            {
                dates.end = field(page, mark, true);
            }
            if dates.end.is_none() {
                dates.end = same_start(page, mine, dates.start.as_ref());
            }
            if dates.end.is_none() {
                dates.end = by_duration(page, mine, dates.start.as_ref());
            }
            if dates.start.as_ref().zip(dates.end.as_ref()).is_some_and(|(s, e)| e.value < s.value) {
                dates.end = None;
            }
        }
        Kind::Offboarding => {
            let chosen = with(&[DateRole::End, DateRole::Unknown]).or(start_like);
            let fallback = chosen.or(revoke_like);
            if let Some(mark) = fallback {
                dates.end = field(page, mark, true);
            }
            if let (Some(end), Some(mark)) = (dates.end.as_mut(), end_like) {
                other_ends(page, mine, mark, end);
            }
            dates.revoke = revoke(page, mine, revoke_like, dates.end.as_ref());
            if dates.revoke.is_none()
                && let Some(mark) = end_like
            {
                dates.revoke = instant_of(page, mark);
            }
            if dates.end.is_none()
                && let Some(at) = at_once(mine)
            {
                let day = page.message.received_at.date_naive();
                dates.end = evidence(page, at).map(|e| DateField {
                    value: day.to_string(),
                    confidence: page.fit.field("end_date", at.confidence * 0.8),
                    evidence: vec![e],
                    ambiguous: Vec::new(),
                    derivation: None,
                });
            }
        }
    }
    if kind == Kind::Access {
        dates.revoke = revoke(page, mine, revoke_like.filter(|m| instant(page, m).is_some()), None);
    }
    dates
}

fn evidence(page: &Page, mark: &Mark) -> Option<crate::contract::Span> {
    page.sources.get(mark.source).map(|s| s.text.evidence(mark.span, s.name))
}

/// The surest date mark with one of the roles; own before shared.
fn best<'a>(mine: &[Mine<'a>], roles: &[DateRole]) -> Option<&'a Mark> {
    mine.iter()
        .filter(|(o, _)| matches!(o.mark.what, What::Date { role, .. } if roles.contains(&role)))
        .max_by(|a, b| {
            let score = |(o, near): &Mine| {
                let vague = matches!(o.mark.what, What::Date { role: DateRole::Unknown, .. });
                o.mark.confidence + 0.5 * near - if vague { 0.1 } else { 0.0 }
            };
            score(a).total_cmp(&score(b)).then(b.0.mark.span.cmp(&a.0.mark.span))
        })
        .map(|(o, _)| o.mark)
}

fn mention<'p>(page: &'p Page, mark: &Mark) -> Option<&'p Mention> {
    let What::Date { index, .. } = mark.what else { return None };
    page.sources.get(mark.source)?.dates.mentions.get(index)
}

/// The day that a value stands for; `last`: of a range or a coarse one the last day.
pub(super) fn day(value: &Value, last: bool) -> Option<NaiveDate> {
    Some(match value {
        Value::Day(d) | Value::From(d) | Value::Until(d) => *d,
        Value::Instant(i) => i.date_naive(),
        Value::Range(a, b) => {
            if last {
                *b
            } else {
                *a
            }
        }
    })
}

fn field(page: &Page, mark: &Mark, last: bool) -> Option<DateField> {
    let mention = mention(page, mark)?;
    let mut readings = mention.readings.iter().filter_map(|r| day(&r.value, last).map(|d| (d, r)));
    let (value, reading) = readings.next()?;
    let mut ambiguous: Vec<String> = Vec::new();
    for (other, _) in readings {
        let other = other.to_string();
        if other != value.to_string() && !ambiguous.contains(&other) {
            ambiguous.push(other);
        }
    }
    let name = if last { "end_date" } else { "start_date" };
    Some(DateField {
        value: value.to_string(),
        confidence: page.fit.field(name, mark.confidence * (0.5 + 0.5 * reading.probability)),
        evidence: vec![evidence(page, mark)?],
        ambiguous,
        derivation: Some(reading.derivation.clone()).filter(|d| !d.is_empty()),
    })
}

/// Garden leave: the last day at work is the value, the end of employment another reading.
fn other_ends(page: &Page, mine: &[Mine], chosen: &Mark, end: &mut DateField) {
    let garden = page
        .sources
        .iter()
        .any(|s| ["garden", "带薪休假", "花园假", "带薪假"].iter().any(|g| s.text.folded().contains(g)));
    if !garden {
        return;
    }
    for (o, _) in mine {
        if o.mark != chosen
            && matches!(o.mark.what, What::Date { role: DateRole::End, .. })
            && let Some(other) = field(page, o.mark, true)
            && other.value != end.value
            && !end.ambiguous.contains(&other.value)
        {
            end.ambiguous.push(other.value);
        }
    }
}

/// Another mention that says both ends and starts on the same day: 'from 16 March until 12 June'.
fn same_start(page: &Page, mine: &[Mine], start: Option<&DateField>) -> Option<DateField> {
    let start = start?;
    mine.iter().filter(|(o, _)| matches!(o.mark.what, What::Date { role, .. } if role != DateRole::Other)).find_map(
        |(o, _)| {
            let end = range_end(page, o.mark)?;
            let first = field(page, o.mark, false)?;
            (first.value == start.value && end.value != start.value).then_some(end)
        },
    )
}

/// 'moved from A to B' in one mention: B is meant.
fn moved(page: &Page, mark: &Mark) -> bool {
    let range =
        mention(page, mark).and_then(|m| m.readings.first()).is_some_and(|r| matches!(r.value, Value::Range(..)));
    range && page.sources.get(mark.source).is_some_and(|s| speaks_of_change(s, mark.span))
}

/// The last day where one mention says both ends.
fn range_end(page: &Page, mark: &Mark) -> Option<DateField> {
    let mention = mention(page, mark)?;
    let fine = matches!(mention.grain, Grain::Day | Grain::Minute | Grain::Hour | Grain::PartOfDay);
    match mention.readings.first().map(|r| &r.value) {
        Some(Value::Range(a, b)) if fine && a != b => field(page, mark, true),
        _ => None,
    }
}

/// 'for six weeks' from the start: the last day inclusive, the day after it as the other reading.
fn by_duration(page: &Page, mine: &[Mine], start: Option<&DateField>) -> Option<DateField> {
    let start = start?;
    let first: NaiveDate = start.value.parse().ok()?;
    let (owned, _) = mine.iter().find(|(o, _)| matches!(o.mark.what, What::Duration { role: DateRole::End, .. }))?;
    let What::Duration { index, .. } = owned.mark.what else { return None };
    let duration = page.sources.get(owned.mark.source)?.dates.durations.get(index)?;
    let after = add(first, duration, &page.calendar)?;
    let last = after.pred_opt()?;
    // Five working days from Monday end on Friday.
    let last = if duration.unit == Unit::WorkingDay { page.calendar.previous_working(last) } else { last };
    if after <= first {
        return None;
    }
    let mut evidence = vec![evidence(page, owned.mark)?];
    evidence.extend(start.evidence.iter().cloned());
    Some(DateField {
        value: last.to_string(),
        confidence: page.fit.field("end_date", owned.mark.confidence * 0.9),
        evidence,
        ambiguous: vec![after.to_string()],
        derivation: Some(format!("{} + {} {} → {}", start.value, duration.amount, unit(duration.unit), last)),
    })
}

fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Day => "days",
        Unit::WorkingDay => "working days",
        Unit::Week => "weeks",
        Unit::Month => "months",
        Unit::Year => "years",
    }
}

/// The day after a duration that starts on `first`.
pub(super) fn add(first: NaiveDate, duration: &Duration, calendar: &Calendar) -> Option<NaiveDate> {
    let n = duration.amount;
    match duration.unit {
        Unit::Day => first.checked_add_days(Days::new(u64::from(n))),
        Unit::WorkingDay => Some(calendar.add_working_days(first, i32::try_from(n).ok()?)),
        Unit::Week => first.checked_add_days(Days::new(7 * u64::from(n))),
        Unit::Month => first.checked_add_months(Months::new(n)),
        Unit::Year => first.checked_add_months(Months::new(n.checked_mul(12)?)),
    }
}

fn instant(page: &Page, mark: &Mark) -> Option<String> {
    let mention = mention(page, mark)?;
    match mention.readings.first().map(|r| &r.value) {
        Some(Value::Instant(at)) => Some(at.to_rfc3339()),
        _ => None,
    }
}

fn instant_of(page: &Page, mark: &Mark) -> Option<Field<String>> {
    let value = instant(page, mark)?;
    Some(Field {
        value,
        confidence: page.fit.field("revoke_at", mark.confidence),
        evidence: vec![evidence(page, mark)?],
        entry: None,
    })
}

fn at_once<'a>(mine: &[Mine<'a>]) -> Option<&'a Mark> {
    mine.iter()
        .filter(|(o, _)| o.mark.what == What::Immediately)
        .max_by(|a, b| a.0.mark.confidence.total_cmp(&b.0.mark.confidence))
        .map(|(o, _)| o.mark)
}

/// '6 p.m. that day', 当天18:00, 'at noon': a time without a day of its own is on the last day.
fn on_the_day(page: &Page, mark: &Mark, end: Option<&DateField>) -> Option<Field<String>> {
    let end = end?;
    let day: NaiveDate = end.value.parse().ok()?;
    let source = page.sources.get(mark.source)?;
    let mention = mention(page, mark)?;
    let Some(Value::Instant(at)) = mention.readings.first().map(|r| &r.value) else { return None };
    let words = source.text.folded_quote(mark.span);
    let own_day =
        words.split(|c: char| !c.is_alphanumeric()).any(|w| {
            matches!(w, "today" | "tonight" | "now" | "tomorrow" | "morning" | "afternoon" | "evening")
                || [
                    "mon", "tue", "wed", "thu", "fri", "sat", "sun", "jan", "feb", "mar", "apr", "jun", "jul", "aug",
                    "sep", "oct", "nov", "dec",
                ]
                .iter()
                .any(|d| w.starts_with(d))
        }) || ["今", "明", "后天", "周", "星期", "礼拜", "月", "日", "号", "月底"].iter().any(|w| words.contains(w))
            && !words.contains("当日")
            && !words.contains("当天");
    if own_day || words.contains('/') || at.date_naive() == day {
        return None;
    }
    let moved = day.and_time(at.time()).and_local_timezone(*at.offset()).single()?;
    let mut evidence = vec![evidence(page, mark)?];
    evidence.extend(end.evidence.iter().cloned());
    Some(Field {
        value: moved.to_rfc3339(),
        confidence: page.fit.field("revoke_at", mark.confidence * 0.9),
        evidence,
        entry: None,
    })
}

/// A named instant, else 'immediately'.
fn revoke(page: &Page, mine: &[Mine], named: Option<&Mark>, end: Option<&DateField>) -> Option<Field<String>> {
    let instants: Vec<&Mine> = mine
        .iter()
        .filter(|(o, _)| {
            matches!(o.mark.what, What::Date { role: DateRole::Revoke, .. }) && instant(page, o.mark).is_some()
        })
        .collect();
    if let Some((o, _)) = instants.iter().max_by(|a, b| a.0.mark.confidence.total_cmp(&b.0.mark.confidence)) {
        return on_the_day(page, o.mark, end).or_else(|| instant_of(page, o.mark));
    }
    let _ = named;
    let at = at_once(mine)?;
    Some(Field {
        value: page.message.received_at.to_rfc3339(),
        confidence: page.fit.field("revoke_at", at.confidence),
        evidence: vec![evidence(page, at)?],
        entry: None,
    })
}
