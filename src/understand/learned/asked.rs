//! What the tags passed over and something else vouches for: enumerations that a whole pass answers with, and values of
//! forms and tables.

use super::heads::Said;
use super::labels::{FIELDS, Field, VALUES, Value};
use super::windows::Window;
use crate::contract::Kind;
use crate::message::Span;
use crate::model::Token;
use crate::understand::mark::{DateRole, Mark, What};
use crate::understand::page::Page;

/// From this probability on a pass's answer looks for its words.
const ANSWERED: f32 = 0.6;
/// Least probability of a word that carries on the likeliest one, and of that one itself.
const CARRIED: f32 = 0.12;
const LIKELIEST: f32 = 0.08;
/// Characters of such words at most.
const LONGEST: usize = 24;

/// The questions that ask for an enumeration, with its field and the first of its values in `VALUES`.
const QUESTIONS: [(&str, Field, usize); 3] =
    [("employment_type", Field::EmploymentType, 0), ("work_mode", Field::WorkMode, 5), ("reason", Field::Reason, 8)];

/// Enumerations that one pass answers with and has not tagged: the likeliest words for them, with the answer as value.
pub fn enumerations(page: &Page, tokens: &[Token], window: &Window, said: &Said, marks: &mut Vec<Mark>) {
    let Some(source) = page.sources.get(window.source) else { return };
    for (question, field, first) in QUESTIONS {
        let tagged = marks.iter().any(|m| {
            matches!(
                (&m.what, field),
                (What::EmploymentType(_), Field::EmploymentType)
                    | (What::WorkMode(_), Field::WorkMode)
                    | (What::Reason(_), Field::Reason)
            )
        });
        let answer = said.answer(question).unwrap_or_default().iter().enumerate();
        let Some((value, p)) = answer.max_by(|a, b| a.1.total_cmp(b.1)) else { continue };
        if tagged || value == 0 || *p < ANSWERED {
            continue;
        }
        let Some(label) = FIELDS.iter().position(|f| *f == field) else { continue };
        let likely = |i: usize| {
            let row = said.tags.get(i);
            let of = |state: usize| row.and_then(|r| r.get(state)).map_or(0.0, |p| p.exp());
            of(1 + 2 * label) + of(2 + 2 * label)
        };
        let best = (0..tokens.len()).map(|i| (i, likely(i))).fold((0, 0.0), |a, b| if b.1 > a.1 { b } else { a });
        if best.1 < LIKELIEST {
            continue;
        }
        let (mut from, mut to) = (best.0, best.0 + 1);
        while from > 0 && likely(from - 1) >= CARRIED {
            from -= 1;
        }
        while to < tokens.len() && likely(to) >= CARRIED {
            to += 1;
        }
        let (Some(start), Some(end)) = (tokens.get(from), tokens.get(to - 1)) else { continue };
        let span =
            crate::understand::layout::tidy(&source.chars, word(source, Span::new(start.span.start, end.span.end)));
        let what = match VALUES.get(first + value - 1) {
            Some(Value::Employment(v)) => What::EmploymentType(*v),
            Some(Value::Mode(v)) => What::WorkMode(*v),
            Some(Value::Reason(v)) => What::Reason(*v),
            None => continue,
        };
        if !span.is_empty() && span.len() <= LONGEST {
            marks.push(Mark {
                span,
                source: window.source,
                what,
                confidence: 0.5 * (p + best.1.sqrt()),
                by: super::BY,
            });
        }
    }
}

/// Whole words of Latin script.
fn word(source: &crate::understand::page::Source, mut span: Span) -> Span {
    let inside = |i: usize| {
        let c = source.fold(i);
        c.is_alphanumeric() && !crate::message::fold::is_han(c)
    };
    while span.start > 0 && inside(span.start) && inside(span.start - 1) {
        span.start -= 1;
    }
    while span.end < source.chars.len() && inside(span.end - 1) && inside(span.end) {
        span.end += 1;
    }
    span
}

/// Confidence of a form's value that the tags passed over.
const FORM: f32 = 0.85;

/// Values of forms and table cells that the symbols read, where the model has none of that sort. `own`: the stretches that
/// speak of this person alone; everything where there is but one.
pub fn forms(symbols: &[Mark], own: Option<&[(usize, Span)]>, marks: &mut Vec<Mark>) {
    let mine = |m: &Mark| own.is_none_or(|own| own.iter().any(|(s, span)| *s == m.source && span.contains(m.span)));
    let mut more: Vec<Mark> = Vec::new();
    for symbol in symbols.iter().filter(|m| m.by == "fields" && mine(m)) {
        let single = matches!(
            symbol.what,
            What::JobTitle
                | What::Department
                | What::Location
                | What::Manager
                | What::EmployeeNumber
                | What::EmploymentType(_)
                | What::WorkMode(_)
                | What::Reason(_)
                | What::Email
                | What::Phone
        );
        let sort = std::mem::discriminant(&symbol.what);
        let known = |m: &Mark| {
            std::mem::discriminant(&m.what) == sort || m.source == symbol.source && m.span.overlaps(symbol.span)
        };
        if single && !marks.iter().chain(&more).any(known) {
            more.push(Mark { confidence: symbol.confidence.min(FORM), by: super::BY, ..symbol.clone() });
        }
    }
    marks.extend(more);
}

/// Share of a proposer's confidence in a date that the tags passed over.
const DATED: f32 = 0.7;

/// The day that this kind of request turns on, and the instant at which a leaver's access ends, where the tags passed over
/// them and a proposer is sure.
pub fn dates(kind: Kind, symbols: &[Mark], own: Option<&[(usize, Span)]>, marks: &mut Vec<Mark>) {
    let mine = |m: &Mark| own.is_none_or(|own| own.iter().any(|(s, span)| *s == m.source && span.contains(m.span)));
    let roles: &[DateRole] = match kind {
        Kind::Onboarding | Kind::Transfer => &[DateRole::Start],
        Kind::Offboarding => &[DateRole::End, DateRole::Revoke],
        Kind::Access => &[],
    };
    for role in roles {
        let said = |m: &Mark| match m.what {
            What::Date { role: r, .. } | What::Duration { role: r, .. } => r == *role,
            What::Immediately => *role == DateRole::Revoke,
            _ => false,
        };
        if marks.iter().any(said) {
            continue;
        }
        let sure = symbols
            .iter()
            .filter(|m| matches!(m.what, What::Date { role: r, .. } if r == *role) && m.confidence >= 0.5 && mine(m))
            .filter(|m| !marks.iter().any(|o| o.source == m.source && o.span.overlaps(m.span)))
            .max_by(|a, b| a.confidence.total_cmp(&b.confidence));
        // One date that nothing else claims is the day that a joiner starts or a leaver leaves.
        let only = || {
            let mut free = symbols
                .iter()
                .filter(|m| matches!(m.what, What::Date { role: DateRole::Unknown | DateRole::Other, .. }) && mine(m))
                .filter(|m| !marks.iter().any(|o| o.source == m.source && o.span.overlaps(m.span)));
            let first = free.next().filter(|m| matches!(m.what, What::Date { role: DateRole::Unknown, .. }))?;
            (*role != DateRole::Revoke && free.next().is_none()).then_some(first)
        };
        if let Some(symbol) = sure.or_else(only) {
            let what = match symbol.what {
                What::Date { index, .. } => What::Date { index, role: *role },
                _ => continue,
            };
            marks.push(Mark { confidence: DATED * symbol.confidence, by: super::BY, what, ..symbol.clone() });
        }
    }
}
