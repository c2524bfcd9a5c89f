//! Which names stand for people whom the message concerns: each mention with its role.

use super::layout::Key;
use super::mark::{Mark, Proposer, Role, What};
use super::names::Form;
use super::page::Page;
use crate::message::Span;
use chain::chain;
use entity::Entities;
use listed::{again, listed, rows_of_names, sender};
use own::{Own, sender_entity, speaks_of_self};
use signoff::signatures;
use surroundings::weigh;
use values::{form_of, opens_with_name, people_in};

pub(crate) use chain::is_link;
pub(crate) use own::self_spoken;
pub(crate) use signoff::{margins, signed_off};
pub(crate) use surroundings::part_of_title;
pub(crate) use values::{cells, is_filled};

mod chain;
pub(crate) mod entity;
mod listed;
mod own;
mod signoff;
mod surroundings;
mod values;

/// The proposer of `Person` marks.
pub struct People;

/// One place where a person is named.
#[derive(Debug, Clone)]
pub(crate) struct Mention {
    pub source: usize,
    pub span: Span,
    pub form: Form,
    /// How surely the words are a name, 0 to 1.
    pub name: f32,
    /// For (positive) or against (negative) the person being concerned.
    pub weight: f32,
    /// A form, a table or a sign-off settles it.
    pub fixed: Option<Role>,
}

/// Weight from which a person is concerned.
const CONCERNED: f32 = 0.75;
/// The same for a name in Chinese: fewer words stand around it.
const CONCERNED_HAN: f32 = 0.6;

/// Least weight of the likeliest person where nobody reaches `CONCERNED`.
const HOPEFUL: f32 = 0.0;

/// Mentions of one message that are weighed.
const MENTIONS: usize = 4_000;

impl Proposer for People {
    fn name(&self) -> &'static str {
        "people"
    }

    fn propose(&self, page: &Page, marks: &mut Vec<Mark>) {
        let mut mentions = mentions(page);
        chain(page, &mut mentions);
        let entities = Entities::of(page, &mut mentions);
        let weights = entities.weights(&mentions);
        let named: Vec<bool> = entities.best_name(&mentions).iter().map(|n| *n >= 0.5).collect();
        let mut han = vec![false; weights.len()];
        for (m, e) in mentions.iter().zip(&entities.of) {
            if let Some(h) = han.get_mut(*e) {
                *h |= matches!(m.form, Form::Han | Form::HanFamiliar);
            }
        }
        let least = |e: usize| if han.get(e) == Some(&true) { CONCERNED_HAN } else { CONCERNED };
        let reaches = |e: usize| weights.get(e).copied().unwrap_or(0.0) >= least(e);
        let any = (0..weights.len()).any(reaches);
        let best = (0..weights.len())
            .filter(|e| named.get(*e) == Some(&true))
            .max_by(|a, b| {
                let w = |e: usize| weights.get(e).copied().unwrap_or(f32::NEG_INFINITY);
                w(*a).total_cmp(&w(*b))
            })
            .filter(|e| weights.get(*e).is_some_and(|w| *w >= HOPEFUL));
        let highest = (0..weights.len()).map(|e| weights.get(e).copied().unwrap_or(0.0)).fold(0.0, f32::max);
        let own = speaks_of_self(page);
        // Below these weights of whoever else is named, the sender's words about herself win.
        let limit = match own {
            Own::No => f32::NEG_INFINITY,
            Own::Weak => 0.95,
            Own::Introduced => 1.6,
            Own::Strong => 3.0,
        };
        // Where the sender has no name in the text, the one who is named stays concerned.
        let sender: Option<Option<usize>> = if highest < limit {
            sender_entity(page, &mentions, &entities).map(Some).or(if any { None } else { Some(None) })
        } else {
            None
        };
        for (i, mention) in mentions.iter().enumerate() {
            let Some(e) = entities.of.get(i).copied() else { continue };
            let weight = weights.get(e).copied().unwrap_or(0.0);
            let role = if let Some(sender) = sender {
                // The sender is the one concerned; whoever else is named is not.
                if sender == Some(e) { Role::Concerned } else { Role::Other }
            } else if mention.fixed == Some(Role::Other) {
                Role::Other
            } else if reaches(e) || !any && best == Some(e) {
                Role::Concerned
            } else if weight <= -0.5 {
                Role::Other
            } else {
                Role::Unknown
            };
            let confidence = match role {
                Role::Concerned => (0.55 + 0.08 * weight).clamp(0.4, 0.97) * mention.name.max(0.6),
                _ => mention.name,
            };
            marks.push(Mark {
                span: mention.span,
                source: mention.source,
                what: What::Person { role },
                confidence,
                by: self.name(),
            });
        }
    }
}

/// All mentions with what their own surroundings say.
fn mentions(page: &Page) -> Vec<Mention> {
    let mut all = Vec::new();
    let signed = signatures(page);
    for (number, source) in page.sources.iter().enumerate() {
        let mut taken: Vec<Span> = Vec::new();
        let values = cells(source);
        let mut elsewhere: Vec<Span> = values
            .iter()
            .filter(|(k, _)| {
                !matches!(k, Key::Name | Key::Applicant | Key::Remarks | Key::Kind | Key::Start | Key::End)
            })
            .map(|(_, v)| *v)
            .collect();
        elsewhere.sort_unstable();
        let has_name = values.iter().any(|(k, v)| *k == Key::Name && is_filled(source, *v));
        for (key, value) in values {
            let role = match key {
                Key::Name => Role::Concerned,
                Key::Applicant if has_name => Role::Other,
                Key::Applicant => Role::Unknown,
                Key::Manager | Key::OtherPerson | Key::Like | Key::NewName => Role::Other,
                // '入：张三', 'Leaver 张三': a kind of event as key, with a name as value.
                Key::Start | Key::End if opens_with_name(source, value) => Role::Concerned,
                _ => continue,
            };
            for span in people_in(source, value, key) {
                taken.push(span);
                let fixed = match key {
                    Key::Name => Some(Role::Concerned),
                    Key::Manager | Key::OtherPerson | Key::Like | Key::NewName => Some(Role::Other),
                    Key::Applicant if has_name => Some(Role::Other),
                    _ => None,
                };
                let form = form_of(source, span);
                let weight = if role == Role::Unknown { 1.0 } else { 0.0 };
                all.push(Mention { source: number, span, form, name: 0.9, weight, fixed });
            }
        }
        taken.sort_unstable();
        for name in &source.names {
            let i = taken.partition_point(|t| t.end <= name.span.start);
            if taken.get(i).is_some_and(|t| t.overlaps(name.span)) || all.len() >= MENTIONS {
                continue;
            }
            let mut mention = Mention {
                source: number,
                span: name.span,
                form: name.form,
                name: name.score,
                weight: 0.0,
                fixed: None,
            };
            let j = elsewhere.partition_point(|v| v.end <= name.span.start);
            if elsewhere.get(j).is_some_and(|v| v.contains(name.span)) {
                // In the value of a field that names something else.
                mention.fixed = Some(Role::Other);
                mention.weight = -0.3;
            } else {
                weigh(page, number, source, &mut mention, &signed);
            }
            all.push(mention);
        }
    }
    for (number, source) in page.sources.iter().enumerate() {
        listed(number, source, &mut all);
        rows_of_names(number, source, &mut all);
        if number == 0 {
            sender(page, source, &signed, &mut all);
        }
        again(number, source, &mut all);
    }
    all.sort_by_key(|m| (m.source, m.span));
    all
}
