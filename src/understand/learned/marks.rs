//! From tagged spans to marks, as the assembler reads them: dates by the date engine, things with what hangs on them.

use super::decode::Tagged;
use super::joined::{self, Piece};
use super::labels::{FIELDS, Field, VALUES, Value};
use crate::contract::{Action, NeedCategory};
use crate::message::Span;
use crate::understand::dates;
use crate::understand::mark::{DateRole, Mark, Need, Until, What};
use crate::understand::needs;
use crate::understand::page::{Page, Source};

/// What the learned reader's marks are signed with.
pub const BY: &str = "learned";

/// Least confidence of a proposer's mark that a piece is widened to.
const WIDER: f32 = 0.5;
/// Least share that an enumeration's value has among those of its sort.
const LEAST_VALUE: f32 = 0.4;

/// The marks of one pass over one source. `values`: for each tagged span the mean logarithms of `VALUES`; `symbols`: what
/// the proposers marked.
pub fn of(page: &Page, number: usize, tagged: &[(Tagged, Vec<f32>)], symbols: &[Mark]) -> Vec<Mark> {
    let Some(source) = page.sources.get(number) else { return Vec::new() };
    let pieces = tagged.iter().filter_map(|(t, values)| {
        let field = *FIELDS.get(t.label)?;
        Some(Piece { field, span: t.span, confidence: t.confidence, values: values.clone() })
    });
    let mut pieces = joined::join(source, pieces.collect());
    pieces.retain_mut(|piece| {
        piece.span = trimmed(source, piece.field, piece.span);
        if matches!(piece.field, Field::Need(_) | Field::Unwanted) {
            match joined::thing(source, piece.span) {
                Some(span) => piece.span = span,
                None => return false,
            }
        }
        !piece.span.is_empty()
    });
    widen(number, &mut pieces, symbols);
    let spans: Vec<(Field, Span, f32, &[f32])> =
        pieces.iter().map(|p| (p.field, p.span, p.confidence, p.values.as_slice())).collect();
    let injected = crate::understand::hints::injected(page, number);
    let mut marks = Vec::new();
    for (field, span, confidence, values) in &spans {
        if injected.iter().any(|i| i.overlaps(*span)) {
            continue;
        }
        let what = match field {
            Field::Start => date(source, *span, DateRole::Start),
            Field::End => date(source, *span, DateRole::End),
            Field::RevokeAt => {
                date(source, *span, DateRole::Revoke).or_else(|| at_once(source, number, *span, symbols))
            }
            Field::Title => Some(What::JobTitle),
            Field::Department => Some(What::Department),
            Field::Manager => Some(What::Manager),
            Field::Location => Some(What::Location),
            Field::EmployeeNumber => Some(What::EmployeeNumber),
            Field::EmploymentType | Field::WorkMode | Field::Reason => enumeration(*field, values),
            Field::Need(action) => Some(need(page, number, source, *span, Some(*action), &spans, symbols)),
            Field::Unwanted => Some(need(page, number, source, *span, None, &spans, symbols)),
            Field::Like => Some(like(source, *span)),
            Field::NewName => Some(What::NewName),
            Field::Email => Some(What::Email),
            Field::Phone => Some(What::Phone),
            Field::Until | Field::To => None,
        };
        if let Some(what) = what {
            marks.push(Mark { span: *span, source: number, what, confidence: *confidence, by: BY });
        }
    }
    marks
}

/// A piece inside what a proposer of its sort saw becomes that: proposers know where a noun phrase begins and ends.
fn widen(number: usize, pieces: &mut [Piece], symbols: &[Mark]) {
    let spans: Vec<Span> = pieces.iter().map(|p| p.span).collect();
    for (i, piece) in pieces.iter_mut().enumerate() {
        let sort = |what: &What| match piece.field {
            Field::Need(_) | Field::Unwanted => matches!(what, What::Need(need) if need.like.is_none()),
            Field::Department => matches!(what, What::Department),
            Field::Location => matches!(what, What::Location),
            _ => false,
        };
        let seen =
            symbols.iter().filter(|m| m.source == number && m.confidence >= WIDER && sort(&m.what)).map(|m| m.span);
        // Before a department or a place the words of its key may stand: these grow to the right alone.
        let left = matches!(piece.field, Field::Need(_) | Field::Unwanted);
        let wider = seen
            .filter(|s| left || s.start == piece.span.start)
            .filter(|s| s.contains(piece.span) && s.len() > piece.span.len() && s.len() <= 3 * piece.span.len() + 8)
            .max_by_key(|s| s.len());
        if let Some(wider) = wider
            && !spans.iter().enumerate().any(|(j, other)| j != i && other.overlaps(wider))
        {
            piece.span = wider;
        }
    }
}

/// A name without stray marks and the possessive.
pub fn name(source: &Source, span: Span) -> Span {
    trimmed(source, Field::NewName, span)
}

/// Without stray marks at the ends; a name without the possessive.
fn trimmed(source: &Source, field: Field, span: Span) -> Span {
    let mut span = crate::understand::layout::tidy(&source.chars, span);
    let opens = |c: char| matches!(c, '(' | '（' | '[' | '【' | '-' | '–' | '—' | '/' | '.');
    let closes = |c: char| matches!(c, ')' | '）' | ']' | '】' | '-' | '–' | '—' | '/' | '.');
    let has = |span: Span, c: [char; 2]| (span.start..span.end).any(|i| c.contains(&source.char(i)));
    while span.start < span.end && opens(source.char(span.start)) {
        span.start += 1;
    }
    while span.end > span.start && closes(source.char(span.end - 1)) {
        let last = source.char(span.end - 1);
        if matches!(last, ')' | '）') && has(span, ['(', '（']) || matches!(last, ']' | '】') && has(span, ['[', '【'])
        {
            break;
        }
        span.end -= 1;
    }
    if matches!(field, Field::Manager | Field::NewName | Field::To) && span.len() > 3 {
        let words = source.text.folded_quote(span);
        if words.ends_with("'s") || words.ends_with("’s") {
            span.end -= 2;
        }
    }
    span
}

/// The date engine's mention that the span covers most of, or its duration.
fn date(source: &Source, span: Span, role: DateRole) -> Option<What> {
    let shared = |m: &Span| m.end.min(span.end).saturating_sub(m.start.max(span.start));
    let exact = |i: usize| {
        source
            .dates
            .mentions
            .get(i)
            .and_then(|m| m.readings.first())
            .is_some_and(|r| matches!(r.value, dates::Value::Instant(_)))
    };
    let best = source
        .mention_spans
        .iter()
        .enumerate()
        .filter(|(_, m)| shared(m) > 0)
        .max_by_key(|(i, m)| (role == DateRole::Revoke && exact(*i), shared(m)));
    if let Some((index, _)) = best {
        return Some(What::Date { index, role });
    }
    let lengths = source.duration_spans.iter().enumerate().filter(|(_, m)| shared(m) > 0);
    lengths.max_by_key(|(_, m)| shared(m)).map(|(index, _)| What::Duration { index, role })
}

fn at_once(source: &Source, number: usize, span: Span, symbols: &[Mark]) -> Option<What> {
    let said = symbols.iter().any(|m| m.source == number && m.what == What::Immediately && m.span.overlaps(span));
    let cue = || source.cues.within(span).any(|c| c.class.has(crate::understand::cues::Class::IMMEDIATELY));
    (said || cue()).then_some(What::Immediately)
}

fn enumeration(field: Field, values: &[f32]) -> Option<What> {
    let own = |v: &Value| {
        matches!(
            (field, v),
            (Field::EmploymentType, Value::Employment(_))
                | (Field::WorkMode, Value::Mode(_))
                | (Field::Reason, Value::Reason(_))
        )
    };
    let mine = || VALUES.iter().zip(values).filter(|(v, _)| own(v)).map(|(v, p)| (*v, p.exp()));
    let sum: f32 = mine().map(|(_, p)| p).sum();
    let (value, p) = mine().max_by(|a, b| a.1.total_cmp(&b.1))?;
    (p >= LEAST_VALUE * sum).then_some(match value {
        Value::Employment(v) => What::EmploymentType(v),
        Value::Mode(v) => What::WorkMode(v),
        Value::Reason(v) => What::Reason(v),
    })
}

/// A thing, with quantity, sort, receiver and term: those that the proposer saw, or that stand in its sentence.
fn need(
    page: &Page,
    number: usize,
    source: &Source,
    span: Span,
    action: Option<Action>,
    spans: &[(Field, Span, f32, &[f32])],
    symbols: &[Mark],
) -> What {
    let seen = symbols.iter().filter(|m| m.source == number && m.span.overlaps(span)).find_map(|m| match &m.what {
        What::Need(need) => Some(need.clone()),
        _ => None,
    });
    let seen = seen.or_else(|| {
        needs::items(page, number, span, action.or(Some(Action::Grant))).into_iter().find_map(|m| match m.what {
            What::Need(need) => Some(need),
            _ => None,
        })
    });
    let fallback = match action {
        Some(Action::Recover) => NeedCategory::Device,
        Some(Action::Revoke | Action::Delegate | Action::Retain) => NeedCategory::Access,
        _ => NeedCategory::Other,
    };
    let sentence = source.sentence_at(span.start).and_then(|i| source.sentences.get(i)).copied().unwrap_or(span);
    let behind = |wanted: Field| {
        let own = spans.iter().filter(|(f, s, _, _)| *f == wanted && sentence.contains(*s));
        own.map(|(_, s, _, _)| *s).min_by_key(|s| {
            if s.start >= span.end { s.start - span.end } else { 2 * (span.start - s.start.min(span.start)) }
        })
    };
    let to = (action == Some(Action::Delegate))
        .then(|| behind(Field::To).or_else(|| needs::receiver(source, sentence, span)))
        .flatten();
    let until = (action == Some(Action::Retain))
        .then(|| {
            let said = behind(Field::Until).and_then(|s| date(source, s, DateRole::Unknown)).and_then(|w| match w {
                What::Date { index, .. } => Some(Until::Date(index)),
                What::Duration { index, .. } => Some(Until::Duration(index)),
                _ => None,
            });
            said.or_else(|| needs::until(source, sentence, span))
        })
        .flatten();
    What::Need(Need {
        action,
        category: seen.as_ref().map_or(fallback, |n| n.category),
        quantity: seen.and_then(|n| n.quantity),
        like: None,
        to,
        until,
        catalog_id: None,
    })
}

/// 'same access as Tom': the words, with the name in them.
fn like(source: &Source, span: Span) -> What {
    let person = needs::like_in(source, span)
        .or_else(|| source.names_in(span).iter().filter(|n| span.contains(n.span)).map(|n| n.span).next_back());
    What::Need(Need {
        action: Some(Action::Grant),
        category: NeedCategory::Access,
        quantity: None,
        like: Some(person.unwrap_or(span)),
        to: None,
        until: None,
        catalog_id: None,
    })
}
