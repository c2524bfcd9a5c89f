//! What the symbols know of each character, as bits that the encoder gets with its tokens.

use crate::contract::Action;
use crate::message::{Origin, Span};
use crate::model::Token;
use crate::understand::mark::{DateRole, Mark, Role, What};
use crate::understand::page::{Page, Source};

/// The bits in their order; row i of the model's `head.feature.weight` is added to a token that has bit i. Trained
/// weights know them by their numbers: append, never reorder.
pub const NAMES: [&str; 24] = [
    "date",
    "key",
    "subject",
    "value",
    "cell",
    "heading",
    "name",
    "duration",
    "item",
    "forwarded",
    "margin",
    "concerned",
    "title",
    "department",
    "location",
    "manager",
    "start",
    "end",
    "revoke",
    "wanted",
    "taken",
    "unwanted",
    "class",
    "number",
];

/// Bits from this one on are opinions of proposers, the ones before it are the layout and what a word is. Training hides
/// opinions now and then, so that the model does not lean on them alone.
pub const OPINIONS: usize = 11;

/// Least score of words that are marked as somebody's name.
const NAME: f32 = 0.4;
/// Least confidence of an opinion.
const OPINION: f32 = 0.42;

fn bit(name: &str) -> u32 {
    NAMES.iter().position(|n| *n == name).map_or(0, |i| 1 << i)
}

/// The bits of each character of one source of a page.
pub fn of(page: &Page, number: usize, marks: &[Mark]) -> Vec<u32> {
    let Some(source) = page.sources.get(number) else { return Vec::new() };
    let mut bits = vec![0; source.chars.len()];
    let mut set = |span: Span, name: &str| {
        let bit = bit(name);
        if let Some(part) = bits.get_mut(span.start..span.end.min(source.chars.len())) {
            part.iter_mut().for_each(|b| *b |= bit);
        }
    };
    layout(page, number, source, &mut set);
    for mark in marks.iter().filter(|m| m.source == number && m.confidence >= OPINION) {
        if let Some(name) = opinion(&mark.what) {
            set(mark.span, name);
        }
    }
    bits
}

/// The bits of each token: those of its first and its last character.
pub fn by_token(bits: &[u32], tokens: &[Token]) -> Vec<u32> {
    let at = |i: usize| bits.get(i).copied().unwrap_or(0);
    tokens.iter().map(|t| at(t.span.start) | at(t.span.end.saturating_sub(1))).collect()
}

fn layout(page: &Page, number: usize, source: &Source, set: &mut impl FnMut(Span, &str)) {
    source.mention_spans.iter().for_each(|s| set(*s, "date"));
    source.duration_spans.iter().for_each(|s| set(*s, "duration"));
    source.names.iter().filter(|n| n.score >= NAME).for_each(|n| set(n.span, "name"));
    for field in &source.layout.fields {
        set(field.label, "key");
        set(field.value, "value");
    }
    for table in &source.layout.tables {
        if let Some(line) = source.lines.get(table.header_line) {
            set(*line, "heading");
        }
        table.rows.iter().flat_map(|r| &r.cells).for_each(|cell| set(*cell, "cell"));
    }
    source.layout.items.iter().for_each(|item| set(item.body, "item"));
    if number == 0 {
        set(page.subject(), "subject");
        for segment in &page.message.segments {
            if matches!(segment.origin, Origin::Forwarded(_)) {
                set(segment.span, "forwarded");
            }
        }
        crate::understand::people::margins(page).into_iter().for_each(|span| set(span, "margin"));
    }
}

/// The bit of a proposer's opinion.
fn opinion(what: &What) -> Option<&'static str> {
    Some(match what {
        What::Person { role: Role::Concerned } => "concerned",
        What::JobTitle => "title",
        What::Department => "department",
        What::Location => "location",
        What::Manager => "manager",
        What::Date { role: DateRole::Start, .. } | What::Duration { role: DateRole::Start, .. } => "start",
        What::Date { role: DateRole::End, .. } | What::Duration { role: DateRole::End, .. } => "end",
        What::Date { role: DateRole::Revoke, .. } | What::Immediately => "revoke",
        What::Need(need) => match need.action {
            Some(Action::Grant) => "wanted",
            Some(_) => "taken",
            None => "unwanted",
        },
        What::EmploymentType(_) | What::WorkMode(_) | What::Reason(_) => "class",
        What::EmployeeNumber | What::Email | What::Phone => "number",
        _ => return None,
    })
}
