//! What each date is for: the first day, the last day, the end of access, or nothing that is asked.

use super::Out;
use crate::contract::Kind;
use crate::message::Span;
use crate::message::fold::is_han;
use crate::understand::cues::{Class, Cue};
use crate::understand::dates::{Bound, Grain, Value};
use crate::understand::layout::Key;
use crate::understand::mark::{DateRole, What};
use crate::understand::page::{Page, Source};
use crate::understand::people::cells;

/// Characters that are looked at on each side of a date.
const REACH: usize = 60;

pub(super) fn roles(page: &Page, source: &Source, out: &mut Out) {
    let keyed: Vec<(Span, DateRole)> = {
        let mut keyed: Vec<(Span, DateRole)> = cells(source)
            .into_iter()
            .filter_map(|(key, span)| {
                let role = match key {
                    Key::Start => DateRole::Start,
                    Key::End => DateRole::End,
                    Key::Period => DateRole::Start,
                    Key::RevokeAt => DateRole::Revoke,
                    Key::Ignored | Key::Old => DateRole::Other,
                    _ => return None,
                };
                Some((span, role))
            })
            .collect();
        keyed.sort_unstable_by_key(|k| k.0);
        keyed
    };
    let in_key = |span: Span| {
        let i = keyed.partition_point(|k| k.0.end <= span.start);
        keyed.get(i).filter(|k| k.0.contains(span)).copied()
    };
    let signed = if out.source == 0 { crate::understand::people::signed_off(page) } else { None };
    for (index, (mention, span)) in source.dates.mentions.iter().zip(&source.mention_spans).enumerate() {
        if let Some((cell, role)) = in_key(*span) {
            let second = index > 0 && source.mention_spans.get(index - 1).is_some_and(|m| cell.contains(*m));
            let ranged = matches!(role, DateRole::Start) && second && joined_by_to(source, cell, *span);
            let role = if ranged { DateRole::End } else { role };
            // '3 May (sent 2 May)': only the first of a plain value counts.
            if !second || ranged {
                out.push(*span, What::Date { index, role }, 0.95);
            }
            continue;
        }
        if signed.is_some_and(|s| s.contains(*span)) {
            out.push(*span, What::Date { index, role: DateRole::Other }, 0.8);
            continue;
        }
        let (role, confidence) = role_of(source, *span, mention.readings.first().map(|r| &r.value), mention.bound);
        // 今年, 'this quarter' date nothing; a month or a week gives way to a day.
        let coarse = match mention.grain {
            _ if !matches!(mention.readings.first().map(|r| &r.value), Some(Value::Range(..))) => 1.0,
            Grain::Year | Grain::Quarter => 0.4,
            Grain::Month | Grain::Week => 0.75,
            _ => 1.0,
        };
        let day = mention.readings.first().and_then(|r| first_day(&r.value));
        let past = day.is_some_and(|d| {
            d < page.message.received_at.date_naive().checked_sub_days(chrono::Days::new(1)).unwrap_or(d)
        });
        let said_past = past && source.text.folded_quote(*span).chars().all(|c| !c.is_ascii_digit());
        let wide = matches!(mention.readings.first().map(|r| &r.value), Some(Value::Range(..)));
        let role = if said_past && role != DateRole::End || wide && mention.grain == Grain::Year {
            DateRole::Other
        } else {
            role
        };
        out.push(*span, What::Date { index, role }, confidence * coarse);
    }
    for (index, span) in source.duration_spans.iter().enumerate() {
        let role = match in_key(*span) {
            Some((_, role)) => {
                if role == DateRole::Start {
                    DateRole::End
                } else {
                    role
                }
            }
            None => duration_role(source, *span),
        };
        out.push(*span, What::Duration { index, role }, 0.7);
    }
}

fn first_day(value: &Value) -> Option<chrono::NaiveDate> {
    match value {
        Value::Day(d) | Value::From(d) | Value::Until(d) | Value::Range(d, _) => Some(*d),
        Value::Instant(at) => Some(at.date_naive()),
    }
}

fn joined_by_to(source: &Source, cell: Span, second: Span) -> bool {
    let i = source.mention_spans.iter().rposition(|m| m.end <= second.start && m.start >= cell.start);
    let Some(first) = i.and_then(|i| source.mention_spans.get(i)) else { return false };
    let gap = super::words_of(source, Span::new(first.end, second.start));
    gap.contains("to")
        || gap.contains("until")
        || gap.contains('-')
        || gap.contains('至')
        || gap.contains('到')
        || gap.contains('~')
        || gap.contains('—')
        || gap.contains("till")
        || gap.contains('/')
}

/// The role by the nearest cue in the same sentence.
fn role_of(source: &Source, span: Span, value: Option<&Value>, bound: Bound) -> (DateRole, f32) {
    // 'move the start from 16 March to 23 March' is no period: the second day is the new one.
    if matches!(value, Some(Value::Range(..))) && speaks_of_change(source, span) {
        return (DateRole::Unknown, 0.85);
    }
    let sentence = source.sentence_at(span.start).and_then(|i| source.sentences.get(i)).copied().unwrap_or(span);
    let from = sentence.start.max(span.start.saturating_sub(REACH));
    let to = sentence.end.min(span.end + REACH);
    let left: Vec<Cue> = source.cues.within(Span::new(from, span.start)).collect();
    let right: Vec<Cue> = source.cues.within(Span::new(span.end, to)).collect();
    let mut best: [f32; 4] = [0.0; 4];
    let instant = matches!(value, Some(Value::Instant(_)));
    let mut add = |cue: &Cue, distance: f32, side: f32| {
        let long = (cue.span.len() as f32).min(8.0);
        let han = is_han(source.fold(cue.span.start));
        let words = super::words_of(source, cue.span);
        // Prepositions bind to whatever stands before them; a word of joining or leaving says what it is.
        let generic = matches!(
            words.as_str(),
            "to" | "for"
                | "by"
                | "before"
                | "from"
                | "until"
                | "through"
                | "till"
                | "thru"
                | "til"
                | "end"
                | "out"
                | "gone"
                | "done"
                | "here"
                | "ends"
                | "at"
                | "needed"
                | "到"
                | "至"
                | "前"
                | "之前"
                | "起"
                | "自"
                | "从"
                | "止"
                | "来"
                | "开始"
        );
        // … and only to the date right behind them.
        if generic && !han && distance > 2.5 {
            return;
        }
        let side = if generic {
            side * 0.9
        } else if words.contains("last") || words.contains("最后") || words.contains("final") {
            side * 1.35
        } else if matches!(words.as_str(), "终止" | "解除" | "ends") {
            side * 0.8
        } else {
            side
        };
        let weight = side * (1.0 + if han { 0.25 * long } else { 0.06 * long })
            / (1.0 + distance * if han { 0.25 } else { 0.12 });
        for (slot, class) in [(0, Class::START), (1, Class::END), (2, Class::REVOKE), (3, Class::OTHER_DATE)] {
            if cue.class.has(class)
                && let Some(b) = best.get_mut(slot)
            {
                *b = b.max(weight);
            }
        }
    };
    let changed_at = skip_left(source, span.start);
    for cue in left.iter().rev().take(14) {
        // The 'to' of 'moved to' says that the day is new, not that it is the last.
        if cue.span.end == changed_at && cue.class.has(Class::CHANGED) && speaks_of_change(source, span) {
            continue;
        }
        let gap = Span::new(cue.span.end, span.start);
        add(cue, cost(source, gap), 1.0);
    }
    for cue in right.iter().take(10) {
        let gap = Span::new(span.end, cue.span.start);
        let han = is_han(source.fold(cue.span.start));
        add(cue, cost(source, gap), if han { 1.1 } else { 0.55 });
    }
    let [mut start, mut end, mut revoke, mut other] = best;
    match bound {
        Bound::Until => end += 0.5,
        Bound::From => start += 0.5,
        Bound::By | Bound::Before => start += 0.1,
        Bound::On | Bound::After => {}
    }
    if instant {
        revoke += 0.35;
    } else {
        revoke *= 0.5;
    }
    // 'moved from 3 May to 10 May': the first is no answer, the second is.
    if replaced(source, &left, &right, span) {
        other += 2.0;
    }
    if let Some(cue) = source.cues.ending_at(skip_left(source, span.start))
        && cue.class.has(Class::CHANGED)
        && (is_han(source.fold(cue.span.start)) || speaks_of_change(source, span))
    {
        // 改到, 'moved to': the new value of whatever the message is about.
        let named = start.max(end) > 0.9 && (start - end).abs() > 0.4;
        if other < 1.0 && !named {
            return (DateRole::Unknown, 0.85);
        }
        other *= 0.3;
    }
    if words_before(
        source,
        span,
        &["not", "not on", "rather than", "instead of", "不是", "而不是", "而非", "原定", "原来的", "原"],
    ) {
        other += 1.5;
    }
    let roles = [(DateRole::Start, start), (DateRole::End, end), (DateRole::Revoke, revoke), (DateRole::Other, other)];
    let top = roles.iter().copied().fold((DateRole::Unknown, 0.25), |a, b| if b.1 > a.1 { b } else { a });
    let sum: f32 = roles.iter().map(|r| r.1).sum();
    if top.0 == DateRole::Unknown && matches!(value, Some(Value::Range(a, b)) if a != b && bound != Bound::Until) {
        return (DateRole::Start, 0.6);
    }
    if top.0 == DateRole::Unknown { (top.0, 0.4) } else { (top.0, (0.5 + 0.45 * top.1 / sum.max(0.1)).min(0.95)) }
}

/// How far two places are apart for a reader: characters, and much more over a comma, a name or another date.
fn cost(source: &Source, gap: Span) -> f32 {
    let mut cost = 0.0;
    for at in gap.start..gap.end {
        cost += match source.fold(at) {
            ',' | '、' | ';' | ')' | '(' => 6.0,
            ':' | '-' => 1.0,
            ' ' => 0.3,
            c if is_han(c) => 1.6,
            _ => 1.0,
        };
    }
    let dates = source
        .mention_spans
        .iter()
        .skip(source.mention_spans.partition_point(|m| m.start < gap.start))
        .take_while(|m| m.end <= gap.end)
        .count();
    cost + 14.0 * dates as f32
}

fn skip_left(source: &Source, mut at: usize) -> usize {
    while at > 0 && matches!(source.fold(at - 1), ' ' | ':' | '"' | '(') {
        at -= 1;
    }
    at
}

fn words_before(source: &Source, span: Span, list: &[&str]) -> bool {
    let at = skip_left(source, span.start);
    list.iter().any(|w| {
        let n = w.chars().count();
        at >= n
            && source.text.folded_quote(Span::new(at - n, at)) == *w
            && (is_han(source.fold(at - n)) || at == n || !source.fold(at - n - 1).is_alphanumeric())
    })
}

/// Whether this date is the one that a later one replaces: 'from X to Y', X 改到 Y.
fn replaced(source: &Source, left: &[Cue], right: &[Cue], span: Span) -> bool {
    let next = source.mention_spans.get(source.mention_spans.partition_point(|m| m.start < span.end));
    let Some(next) = next.filter(|n| n.start - span.end <= 24) else { return false };
    let between = Span::new(span.end, next.start);
    let text = super::words_of(source, between);
    if text.contains('\n') {
        return false;
    }
    let changed = right.iter().any(|c| c.span.end <= next.start && c.class.has(Class::CHANGED));
    if !changed {
        return false;
    }
    if is_han(text.trim().chars().next().unwrap_or(' ')) && !text.trim().starts_with("to") {
        return text.contains('改')
            || text.contains('顺')
            || text.contains('延')
            || text.contains("推迟")
            || text.contains("提前")
            || text.contains("调整")
            || text.contains("变")
            || text.contains("更正")
            || text.contains("挪")
            || text.contains("应");
    }
    // English 'from A to B' is a period unless a word of change stands before.
    let _ = left;
    speaks_of_change(source, span)
        || text.trim().starts_with("but")
        || text.trim().starts_with("now")
        || text.contains("instead")
        || text.contains("rather")
}

/// Whether the sentence up to the date speaks of moving a date: 'postponed from', 'start moves to'.
pub(crate) fn speaks_of_change(source: &Source, span: Span) -> bool {
    let moved = [
        "moved",
        "move",
        "moving",
        "changed",
        "change",
        "postponed",
        "postpone",
        "brought",
        "pushed",
        "push",
        "shifted",
        "delayed",
        "delay",
        "correct",
        "extend",
        "extended",
        "amend",
        "put back",
        "slipped",
        "slips",
        "later",
        "earlier",
        "bring",
    ];
    let sentence = source.sentence_at(span.start).and_then(|i| source.sentences.get(i)).copied().unwrap_or(span);
    let lead = super::words_of(source, Span::new(sentence.start.max(span.start.saturating_sub(160)), span.start));
    moved.iter().any(|m| lead.split(|c: char| !c.is_alphabetic()).any(|w| w == *m))
}

/// 'for six weeks', 实习三个月, '邮箱保留三个月'.
fn duration_role(source: &Source, span: Span) -> DateRole {
    let sentence = source.sentence_at(span.start).and_then(|i| source.sentences.get(i)).copied().unwrap_or(span);
    let around = super::words_of(
        source,
        Span::new(sentence.start.max(span.start.saturating_sub(24)), sentence.end.min(span.end + 12)),
    );
    let not = [
        "保留",
        "留",
        "keep",
        "kept",
        "retain",
        "retention",
        "forward",
        "notice",
        "probation",
        "试用",
        "experience",
        "after",
        "years of",
        "ago",
        "转发",
        "经验",
        "within",
        "working for us",
        "has been",
        "been with",
        "preserve",
        "之内",
        "内完成",
        "after ",
        "served",
        "工作了",
        "干了",
        "every",
        "每",
        " a week",
        "per week",
        "weekly",
        "一周",
        "days a",
        "hours",
        "之后",
        "后",
        "hold",
        "open for",
        "archive",
        "归档",
    ];
    if not.iter().any(|n| around.contains(n)) { DateRole::Other } else { DateRole::End }
}

/// 'immediately', 立即 beside a word of cutting off.
pub(super) fn at_once(source: &Source, out: &mut Out) {
    for cue in source.cues.within(Span::new(0, source.folded.len())).filter(|c| c.class.has(Class::IMMEDIATELY)) {
        let sentence =
            source.sentence_at(cue.span.start).and_then(|i| source.sentences.get(i)).copied().unwrap_or(cue.span);
        let near =
            Span::new(sentence.start.max(cue.span.start.saturating_sub(80)), sentence.end.min(cue.span.end + 80));
        let cut = source.cues.within(near).any(|c| c.class.has(Class::REVOKE));
        let words = super::words_of(source, cue.span);
        let soft = matches!(
            words.as_str(),
            "asap"
                | "as soon as possible"
                | "尽快"
                | "赶紧"
                | "即日"
                | "immediate"
                | "now please"
                | "速"
                | "火速"
                | "第一时间"
        );
        let effect = words.contains("effect");
        if (cut || effect) && !soft {
            out.push(cue.span, What::Immediately, if effect { 0.85 } else { 0.75 });
        }
    }
    let _ = Kind::Offboarding;
}
