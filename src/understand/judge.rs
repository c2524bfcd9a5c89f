//! A second opinion on the category: the model's guess weighed by what was found (people, dates, things).

use super::cues::Class;
use super::mark::{DateRole, Mark, Role, What};
use super::page::Page;
use super::people;
use crate::contract::Category;
use crate::message::Span;
use crate::message::fold::is_han;

/// Factors on the model's probabilities; set by hand on filled skeletons, each only as strong as its sign is rare.
const NOBODY: f32 = 0.6;
const NOTHING: f32 = 0.6;
const SOMEBODY: f32 = 0.5;
const LEAVING: f32 = 1.5;

/// The category guesses, likeliest first, summing to 1.
pub(crate) fn categories(page: &Page, marks: &[Mark], guesses: Vec<(Category, f32)>) -> Vec<(Category, f32)> {
    let named = marks.iter().any(|m| matches!(m.what, What::Person { role: Role::Concerned }) && m.confidence >= 0.4);
    let own = people::self_spoken(page);
    let things =
        marks.iter().filter(|m| matches!(&m.what, What::Need(n) if n.action.is_some()) && m.confidence >= 0.5).count();
    let dated = marks.iter().any(|m| {
        matches!(m.what, What::Date { role: DateRole::Start | DateRole::End | DateRole::Revoke, .. })
            && m.confidence >= 0.5
    });
    let facts = marks
        .iter()
        .filter(|m| {
            matches!(m.what, What::JobTitle | What::Department | What::EmployeeNumber | What::Manager)
                && m.confidence >= 0.6
        })
        .count();
    let (starts, ends) = moves(page);
    let factor = |category: Category| -> f32 {
        let mut f = 1.0;
        match category {
            Category::Onboarding | Category::Offboarding | Category::Transfer | Category::Access => {
                if !named && !own {
                    f *= NOBODY;
                }
                if things == 0 && !dated && facts == 0 {
                    f *= NOTHING;
                }
                if category == Category::Offboarding && ends > 2 * starts {
                    f *= LEAVING;
                }
                if category == Category::Offboarding && ends == 0 && starts > 0 {
                    f /= LEAVING;
                }
                if category == Category::Onboarding && ends > 0 && starts == 0 {
                    f /= LEAVING;
                }
            }
            Category::Other | Category::Support | Category::HrQuestion => {
                if named && (things > 0 || dated) {
                    f *= SOMEBODY;
                }
                if named && things > 0 && dated {
                    f *= SOMEBODY;
                }
            }
        }
        f
    };
    let mut weighed: Vec<(Category, f32)> = guesses.into_iter().map(|(c, p)| (c, p * factor(c))).collect();
    let sum: f32 = weighed.iter().map(|(_, p)| p).sum();
    if sum > f32::MIN_POSITIVE {
        for (_, p) in &mut weighed {
            *p /= sum;
        }
    }
    weighed.sort_by(|a, b| b.1.total_cmp(&a.1));
    weighed
}

/// Words that surely speak of starting, and of leaving.
fn moves(page: &Page) -> (usize, usize) {
    let Some(source) = page.sources.first() else { return (0, 0) };
    let (mut starts, mut ends) = (0, 0);
    for cue in source.cues.within(Span::new(0, source.folded.len())) {
        let long = cue.span.len() >= if is_han(source.fold(cue.span.start)) { 2 } else { 6 };
        if !long {
            continue;
        }
        match (cue.class.has(Class::START), cue.class.has(Class::END)) {
            (true, false) => starts += 1,
            (false, true) => ends += 1,
            _ => {}
        }
    }
    (starts, ends)
}
