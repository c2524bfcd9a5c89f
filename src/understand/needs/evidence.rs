//! What is known of a candidate, as the features that its confidence is computed from.

use super::phrase::Phrase;
use super::scope::Governed;
use super::tokens::Pieces;
use super::weights::{self, Features};
use crate::contract::{Action, Category, NeedCategory};
use crate::understand::page::Source;

/// Where a candidate stands.
#[derive(Clone, Copy)]
pub struct Place {
    /// A heading says what happens.
    pub carried: bool,
    pub bullet: bool,
    pub whole_line: bool,
    pub value: bool,
    pub known: usize,
    pub in_list: bool,
    pub subject: bool,
    /// Somebody is named who receives it.
    pub receiver: bool,
}

/// What is known of a candidate, for its confidence.
pub fn features(
    source: &Source,
    kind: Category,
    pieces: &Pieces,
    p: &Phrase,
    governed: Option<&Governed>,
    action: Option<Action>,
    place: Place,
) -> Features {
    let mut f = Features::default();
    let mut set = |name: usize, on: bool| f.0[name] = f32::from(u8::from(on));
    match governed {
        Some(g) => {
            set(weights::STRENGTH + usize::from(g.strength.clamp(1, 3)) - 1, true);
            set(weights::NEAR, g.near);
            set(weights::ADJACENT, g.adjacent);
            set(weights::BEFORE, g.before);
            set(weights::AFTER_ADJACENT, !g.before && g.adjacent);
            set(weights::STRONG_ADJACENT, g.strength == 3 && g.adjacent);
        }
        None if place.value => set(weights::VALUE, true),
        None if place.carried => {
            set(weights::CARRIED, true);
            set(weights::CARRIED_BULLET, place.bullet);
        }
        None => {
            set(weights::DEFAULT, true);
            set(weights::DEFAULT_BULLET, place.bullet && place.whole_line);
        }
    }
    let words = source.text.quote(p.span);
    let count = p.tokens.1 - p.tokens.0;
    set(weights::UNKNOWN, p.head.is_none());
    set(weights::ACCESSED, p.accessed);
    set(weights::CAPITAL, words.chars().any(char::is_uppercase));
    set(weights::UNKNOWN_CAPITAL, p.head.is_none() && words.chars().any(char::is_uppercase));
    set(weights::DIGIT, words.chars().any(|c| c.is_ascii_digit()));
    set(weights::ONE_WORD, count == 1);
    set(weights::LONG, count >= 5);
    set(weights::HAN, words.chars().any(crate::message::fold::is_han));
    set(weights::QUANTITY, p.quantity.is_some());
    set(weights::MANY_KNOWN, place.known >= 3);
    set(weights::SOME_KNOWN, place.known == 2);
    set(weights::IN_LIST, place.in_list);
    set(weights::SUBJECT, place.subject);
    set(weights::ARTICLE, p.tokens.0 > 0 && matches!(pieces.word(source, p.tokens.0 - 1), "a" | "an"));
    set(
        weights::POSSESSIVE,
        p.tokens.0 > 0 && matches!(pieces.word(source, p.tokens.0 - 1), "his" | "her" | "their" | "的" | "他" | "她"),
    );
    set(
        weights::PREPOSITION,
        p.tokens.0 > 0
            && matches!(
                pieces.word(source, p.tokens.0 - 1).trim(),
                "in" | "on" | "at" | "from" | "by" | "of" | "per" | "via" | "在" | "从" | "到" | "按"
            ),
    );
    let other = !matches!(kind, Category::Onboarding | Category::Offboarding | Category::Transfer | Category::Access);
    set(
        weights::KIND
            + match kind {
                Category::Onboarding => 0,
                Category::Offboarding => 1,
                Category::Transfer => 2,
                _ => 3,
            },
        true,
    );
    set(weights::NO_REQUEST, other);
    let act = match action {
        Some(Action::Grant) => 0,
        Some(Action::Revoke) => 1,
        Some(Action::Recover) => 2,
        Some(Action::Delegate) => 3,
        Some(Action::Retain) => 4,
        None => 5,
    };
    set(weights::ACT + act, true);
    set(weights::LEAVER_GRANT, kind == Category::Offboarding && act == 0);
    set(weights::JOINER_LOSS, kind == Category::Onboarding && matches!(act, 1..=4));
    let category = p.head.map(|h| h.category);
    let kept = matches!(category, Some(NeedCategory::Access | NeedCategory::Software));
    set(weights::DELEGATE_ACCESS, act == 3 && kept);
    set(weights::DELEGATE_TO, act == 3 && place.receiver);
    set(weights::RECOVER_BODY, act == 2 && category.is_some() && !kept);
    set(weights::REVOKE_ACCESS, act == 1 && kept);
    set(weights::NOT_ADJACENT, act == 5 && governed.is_some_and(|g| g.adjacent && g.near));
    set(weights::RETAIN_ADJACENT, act == 4 && governed.is_some_and(|g| g.adjacent && g.near));
    let listed = p.head.is_some_and(|h| h.listed);
    set(weights::LISTED, listed);
    set(weights::LISTED_NEAR, listed && governed.is_some_and(|g| g.adjacent && g.near && g.strength >= 2));
    let precision = p.head.map_or(0.0, |h| f32::from(if p.alone { h.alone } else { h.precision }) / 100.0);
    f.0[weights::PRECISION] = precision;
    f.0[weights::PRECISION_ALONE] = if p.alone { precision } else { 0.0 };
    f.0[weights::PRECISION_UNGOVERNED] = if governed.is_none() { precision } else { 0.0 };
    f
}
