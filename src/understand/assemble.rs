//! From marks to requests: who is concerned, which facts are whose, and which of several is the value.

use super::calibrate;
use super::learned::Judged;
use super::mark::{Mark, Role, What};
use super::names::Form;
use super::page::Page;
use super::people::Mention;
use super::people::entity::Entities;
use super::{Hint, intent};
use crate::contract::{Category, Kind, Operation, Request};
use crate::message::Span;
use owner::{Owned, Owners};

mod facts;
mod needs;
mod owner;
mod when;

/// One person whom the message concerns, or the one without a name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Somebody {
    /// Mentions, best name first: source and span.
    pub mentions: Vec<(usize, Span)>,
    pub confidence: f32,
}

/// People times marks above which shared marks are left out.
const CROWD: usize = 2_000_000;
/// People of one message at most.
const PEOPLE: usize = 1_000;

/// The requests of a page, in the order of the text.
pub(crate) fn requests(
    page: &Page,
    marks: &[Mark],
    categories: &[(Category, f32)],
    hints: &mut Vec<Hint>,
) -> Vec<Request> {
    let Some((category, _)) = categories.first() else { return Vec::new() };
    let Some(base) = kind_of(*category) else { return Vec::new() };
    let mut people = people(page, marks);
    if people.is_empty() {
        people.push(Somebody { mentions: Vec::new(), confidence: 0.6 });
    }
    // 'his mailbox is kept until 31 July 2027': that day is the mailbox's.
    let kept: std::collections::HashSet<(usize, usize)> = marks
        .iter()
        .filter_map(|m| match &m.what {
            What::Need(need) if need.action == Some(crate::contract::Action::Retain) && m.confidence >= 0.5 => {
                match need.until {
                    Some(super::mark::Until::Date(i)) => Some((m.source, i)),
                    _ => None,
                }
            }
            _ => None,
        })
        .collect();
    let owners = Owners::of(page, &people);
    let margins = super::people::margins(page);
    let own_words = super::people::self_spoken(page);
    let owned: Vec<Owned> = marks
        .iter()
        .filter(|m| !matches!(m.what, What::Person { .. }))
        .filter(|m| {
            own_words || m.source != 0 || matches!(m.what, What::Need(_)) || !margins.iter().any(|s| s.contains(m.span))
        })
        .filter(|m| !matches!(m.what, What::Date { index, .. } if kept.contains(&(m.source, index))))
        .map(|mark| owners.own(page, mark))
        .collect();
    // Bounded work on hostile input: with very many people and marks only a person's own marks count.
    let crowded = people.len().saturating_mul(owned.len()) > CROWD;
    let (operation, _) = intent::operation(page);
    let mut requests = Vec::with_capacity(people.len());
    for (number, person) in people.iter().enumerate() {
        let mine: Vec<(&Owned, f32)> = owned
            .iter()
            .filter(|o| !crowded || o.who != owner::Who::All)
            .filter_map(|o| o.share(number).map(|s| (o, s)))
            .collect();
        let (kind, own_operation) =
            if people.len() > 1 { own_kind(page, &owners, number, base, operation) } else { (base, operation) };
        requests.push(facts::request(page, person, kind, own_operation, &mine, hints));
    }
    requests.retain(|r| r.person.name.is_some() || people.len() == 1);
    requests
}

/// The requests of people whose marks a model sorted already.
pub(super) fn judged(page: &Page, people: &[Judged], hints: &mut Vec<Hint>) -> Vec<Request> {
    let several = people.len() > 1;
    let mut requests = Vec::with_capacity(people.len());
    for judged in people {
        let owned: Vec<Owned> =
            judged.marks.iter().map(|mark| Owned { mark, who: owner::Who::Some(Vec::new()), near: 1.0 }).collect();
        let mine: Vec<(&Owned, f32)> = owned.iter().map(|o| (o, 1.0)).collect();
        requests.push(facts::request(page, &judged.person, judged.kind, judged.operation, &mine, hints));
    }
    requests.retain(|r| r.person.name.is_some() || !several);
    requests
}

fn kind_of(category: Category) -> Option<Kind> {
    Some(match category {
        Category::Onboarding => Kind::Onboarding,
        Category::Offboarding => Kind::Offboarding,
        Category::Transfer => Kind::Transfer,
        Category::Access => Kind::Access,
        Category::Support | Category::HrQuestion | Category::Other => return None,
    })
}

/// The people concerned, in the order of their first mention.
pub(super) fn people(page: &Page, marks: &[Mark]) -> Vec<Somebody> {
    let mut mentions: Vec<Mention> = Vec::new();
    let mut sure: Vec<(usize, Span, f32)> = Vec::new();
    for mark in marks {
        let What::Person { role } = mark.what else { continue };
        if role == Role::Concerned {
            sure.push((mark.source, mark.span, mark.confidence));
        }
        let Some(source) = page.sources.get(mark.source) else { continue };
        let han = crate::message::fold::is_han(source.char(mark.span.start));
        let spaced =
            source.chars.get(mark.span.start..mark.span.end).unwrap_or_default().iter().any(|c| c.is_whitespace());
        let listed = source
            .names
            .binary_search_by_key(&mark.span, |n| n.span)
            .ok()
            .and_then(|i| source.names.get(i))
            .map(|n| n.form);
        let form = listed.unwrap_or(match (han, spaced) {
            (true, _) if mark.span.len() <= 2 => Form::HanFamiliar,
            (true, _) => Form::Han,
            (false, true) => Form::Latin,
            (false, false) => Form::LatinSingle,
        });
        mentions.push(Mention {
            source: mark.source,
            span: mark.span,
            form,
            name: mark.confidence,
            weight: 0.0,
            fixed: Some(role),
        });
    }
    sure.sort_unstable_by_key(|s| (s.0, s.1));
    mentions.sort_by_key(|m| (m.source, m.span));
    let entities = Entities::of(page, &mut mentions);
    let mut found: Vec<Option<Somebody>> = vec![None; entities.count];
    let mut order: Vec<usize> = Vec::new();
    for (mention, e) in mentions.iter().zip(&entities.of) {
        if mention.fixed != Some(Role::Concerned) {
            continue;
        }
        let Some(slot) = found.get_mut(*e) else { continue };
        let at = sure.binary_search_by_key(&(mention.source, mention.span), |s| (s.0, s.1)).ok();
        let confidence = at.and_then(|i| sure.get(i)).map_or(0.5, |s| s.2);
        match slot {
            None => {
                order.push(*e);
                *slot = Some(Somebody { mentions: vec![(mention.source, mention.span)], confidence });
            }
            Some(s) => {
                s.mentions.push((mention.source, mention.span));
                s.confidence = s.confidence.max(confidence);
            }
        }
    }
    let forms: std::collections::HashMap<(usize, Span), Form> =
        mentions.iter().map(|m| ((m.source, m.span), m.form)).collect();
    order
        .into_iter()
        .filter_map(|e| found.get_mut(e).and_then(Option::take))
        .map(|mut s| {
            // A full name before a short one, the body before the subject where they are equally full.
            let subject = page.subject();
            s.mentions.sort_by_key(|(source, span)| {
                let full = matches!(forms.get(&(*source, *span)), Some(Form::Latin | Form::Han));
                (!full, *source, subject.contains(*span) && *source == 0, *span)
            });
            s
        })
        .take(PEOPLE)
        .collect()
}

/// Kind and operation of one of several people: what their own words tell, else the message's.
fn own_kind(page: &Page, owners: &Owners, person: usize, base: Kind, operation: Operation) -> (Kind, Operation) {
    let mut kind = base;
    let mut op = operation;
    let mut best = calibrate::OWN_KIND;
    if let Some(said) = owners.said_kind(page, person) {
        return (said, operation);
    }
    for (source, span) in owners.stretches(page, person) {
        if let Some((k, p)) = intent::kind_of(page, source, span)
            && p > best
        {
            best = p;
            kind = k;
        }
    }
    if kind != base
        && let Some((source, span)) = owners.stretches(page, person).first().copied()
    {
        let (own, p) = intent::operation_of(page, source, span);
        if p > 0.7 {
            op = own;
        }
    }
    (kind, op)
}
