//! One person's request: the best of the marks that are theirs, each with its proof.

use super::owner::{Owned, Who};
use super::{Somebody, needs, when};
use crate::contract::{Field, Flag, Kind, Operation, Person, Request};
use crate::message::Span;
use crate::understand::Hint;
use crate::understand::calibrate;
use crate::understand::learned::BY;
use crate::understand::mark::{Mark, What};
use crate::understand::names::strip_titles;
use crate::understand::page::Page;

/// A mark with how far it is this person's.
pub(super) type Mine<'a> = (&'a Owned<'a>, f32);

pub(super) fn request(
    page: &Page,
    person: &Somebody,
    kind: Kind,
    operation: Operation,
    mine: &[Mine],
    hints: &mut Vec<Hint>,
) -> Request {
    let name = person.mentions.first().and_then(|(source, span)| {
        let s = page.sources.get(*source)?;
        let span = strip_titles(&s.chars, &s.folded, *span);
        text_field(page, *source, span, page.fit.field("name", person.confidence))
    });
    let text = |what: fn(&What) -> bool, field: &'static str, hints: &mut Vec<Hint>| -> Option<Field<String>> {
        let best = best(page, person, mine, what)?;
        conflict(page, mine, best, what, hints);
        text_field(page, best.source, trimmed(page, best, field), page.fit.field(field, best.confidence))
    };
    let employee_number = text(|w| matches!(w, What::EmployeeNumber), "employee_number", hints);
    let email = text(|w| matches!(w, What::Email), "email", hints);
    let phone = text(|w| matches!(w, What::Phone), "phone", hints);
    let new_name = if kind == Kind::Transfer || kind == Kind::Access {
        text(|w| matches!(w, What::NewName), "new_name", hints)
    } else {
        None
    };
    let kind = if new_name.is_some() { Kind::Transfer } else { kind };
    let job_title = text(|w| matches!(w, What::JobTitle), "job_title", hints);
    let department = text(|w| matches!(w, What::Department), "department", hints);
    // The model has weighed already what the rules below keep apart.
    let judged = mine.iter().any(|(o, _)| o.mark.by == BY);
    let manager = if !judged && (kind == Kind::Offboarding || kind == Kind::Access) {
        from_form(mine, |w| matches!(w, What::Manager))
    } else {
        best(page, person, mine, |w| matches!(w, What::Manager))
    };
    let manager = manager.and_then(|m| text_field(page, m.source, m.span, page.fit.field("manager", m.confidence)));
    // A leaver's new place is none of ours: only a place said of the post counts.
    let location = text(|w| matches!(w, What::Location), "location", hints)
        .filter(|l| kind != Kind::Offboarding || judged || l.confidence >= calibrate::LEAVER_PLACE);
    let employment_type = enumerated(page, mine, "employment_type", |w| match w {
        What::EmploymentType(v) => Some(*v),
        _ => None,
    });
    let work_mode = enumerated(page, mine, "work_mode", |w| match w {
        What::WorkMode(v) => Some(*v),
        _ => None,
    });
    let reason = enumerated(page, mine, "reason", |w| match w {
        What::Reason(v) => Some(*v),
        _ => None,
    })
    .filter(|_| kind == Kind::Offboarding);
    let dates = when::dates(page, kind, mine);
    Request {
        kind,
        operation,
        person: Person { name, new_name, email, phone, employee_number },
        employment_type,
        start_date: dates.start,
        end_date: dates.end,
        revoke_at: dates.revoke,
        job_title,
        department,
        manager,
        location,
        work_mode,
        reason,
        needs: needs::of(page, kind, mine),
    }
}

/// The mark with the highest confidence; a person's own before everybody's.
fn best<'a>(page: &Page, person: &Somebody, mine: &[Mine<'a>], what: fn(&What) -> bool) -> Option<&'a Mark> {
    mine.iter()
        .filter(|(o, _)| {
            what(&o.mark.what)
                && (o.mark.by == BY || o.mark.confidence >= calibrate::LEAST)
                && usable(page, person, mine, o.mark)
        })
        .max_by(|a, b| score(a).total_cmp(&score(b)).then(b.0.mark.span.cmp(&a.0.mark.span)))
        .map(|(o, _)| o.mark)
}

fn from_form<'a>(mine: &[Mine<'a>], what: fn(&What) -> bool) -> Option<&'a Mark> {
    mine.iter().filter(|(o, _)| o.mark.by == "fields" && what(&o.mark.what)).map(|(o, _)| o.mark).next()
}

fn score((owned, near): &Mine) -> f32 {
    owned.mark.confidence + 0.3 * near + if owned.who == Who::All { 0.0 } else { 0.1 }
}

/// Not the words of a person's name, nor of a surer mark of another sort.
fn usable(page: &Page, person: &Somebody, mine: &[Mine], mark: &Mark) -> bool {
    if !matches!(mark.what, What::JobTitle | What::Department | What::Location) || mark.by == "fields" || mark.by == BY
    {
        return true;
    }
    if person.mentions.iter().any(|(s, span)| *s == mark.source && span.overlaps(mark.span)) {
        return false;
    }
    // In another field's value: 'Location: Leeds' says nothing of a department.
    if let Some(source) = page.sources.get(mark.source) {
        let fields = &source.layout.fields;
        let i = fields.partition_point(|f| f.value.end <= mark.span.start);
        if fields.get(i).is_some_and(|f| {
            f.key.is_some_and(|k| {
                !matches!(
                    k,
                    crate::understand::layout::Key::Remarks
                        | crate::understand::layout::Key::Name
                        | crate::understand::layout::Key::Kind
                )
            }) && f.value.contains(mark.span)
        }) {
            return false;
        }
    }
    !mine.iter().any(|(o, _)| {
        let other = o.mark;
        other.source == mark.source
            && other.span.overlaps(mark.span)
            && std::mem::discriminant(&other.what) != std::mem::discriminant(&mark.what)
            && match other.what {
                What::JobTitle | What::Department | What::Location => {
                    other.confidence > mark.confidence + 0.001
                        || other.confidence == mark.confidence && other.span.len() > mark.span.len()
                }
                What::Manager => other.span.contains(mark.span) || mark.span.contains(other.span),
                _ => false,
            }
    })
}

/// Two form values for one thing of one person: the technician decides.
fn conflict(page: &Page, mine: &[Mine], best: &Mark, what: fn(&What) -> bool, hints: &mut Vec<Hint>) {
    if best.by != "fields" {
        return;
    }
    let quote = |m: &Mark| page.sources.get(m.source).map_or("", |s| s.text.folded_quote(m.span));
    let other = mine.iter().map(|(o, _)| o).find(|o| {
        let m = o.mark;
        m.by == "fields"
            && what(&m.what)
            && o.who != Who::All
            && !quote(m).contains(quote(best))
            && !quote(best).contains(quote(m))
    });
    if let Some(other) = other
        && mine.len() < 200
    {
        let evidence = [best, other.mark]
            .iter()
            .filter_map(|m| page.sources.get(m.source).map(|s| s.text.evidence(m.span, s.name)))
            .collect();
        hints.push(Hint {
            flag: Flag::Conflict,
            evidence,
            reason: if page.language == crate::contract::Language::Zh {
                "同一项有两个不同的值。".into()
            } else {
                "Two different values stand for one field.".into()
            },
        });
    }
}

/// 'Finance team' → 'Finance', but for names that need the word.
fn trimmed(page: &Page, mark: &Mark, field: &str) -> Span {
    let Some(source) = page.sources.get(mark.source) else { return mark.span };
    let words = source.text.folded_quote(mark.span);
    let tails: &[&str] = match field {
        "department" => &[" team", " department", " dept", " dept."],
        "location" => &[" office", " site"],
        _ => &[],
    };
    let mut span = crate::understand::layout::tidy(&source.chars, mark.span);
    for tail in tails {
        if let Some(head) = words.strip_suffix(tail)
            && head.chars().count() >= 2
        {
            span.end = span.start + head.chars().count();
            break;
        }
    }
    for lead in ["the ", "our ", "your "] {
        if source.text.folded_quote(span).starts_with(lead) {
            span.start += lead.len();
        }
    }
    span
}

pub(super) fn text_field(page: &Page, source: usize, span: Span, confidence: f32) -> Option<Field<String>> {
    let s = page.sources.get(source)?;
    let span = s.text.trim(span);
    if span.is_empty() {
        return None;
    }
    // A value over a line break is one line.
    let value = s.text.quote(span).split_whitespace().collect::<Vec<_>>().join(" ");
    Some(Field { value, confidence, evidence: vec![s.text.evidence(span, s.name)], entry: None })
}

fn enumerated<T: Copy + PartialEq>(
    page: &Page,
    mine: &[Mine],
    field: &'static str,
    of: impl Fn(&What) -> Option<T>,
) -> Option<Field<T>> {
    let (owned, value) = mine
        .iter()
        .filter_map(|m| of(&m.0.mark.what).map(|v| (m, v)))
        .filter(|(m, _)| m.0.mark.by == BY || m.0.mark.confidence >= calibrate::LEAST_ENUM)
        .max_by(|a, b| score(a.0).total_cmp(&score(b.0)).then(b.0.0.mark.span.cmp(&a.0.0.mark.span)))?;
    let mark = owned.0.mark;
    let source = page.sources.get(mark.source)?;
    Some(Field {
        value,
        confidence: page.fit.field(field, mark.confidence),
        evidence: vec![source.text.evidence(mark.span, source.name)],
        entry: None,
    })
}
