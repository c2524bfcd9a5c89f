//! The names of people concerned: the model's mentions made whole by what the symbols see, and the same words elsewhere.

use super::BY;
use super::decode::Tagged;
use super::labels::{NAMES, NameForm};
use super::marks;
use crate::message::Span;
use crate::message::fold::is_han;
use crate::understand::layout::Key;
use crate::understand::mark::{Mark, Role, What};
use crate::understand::page::{Page, Source};

/// Least probability of a mention that is a person concerned.
const LEAST: f32 = 0.35;
/// Least score of a name that the symbols see, to widen a mention to it.
const SEEN: f32 = 0.5;
/// Confidence of a name in a cell or form value that asks for one.
const ASKED: f32 = 0.8;

/// `found`: tagged names with their sources; `symbols`: the proposers' marks.
pub fn of(page: &Page, found: Vec<(usize, Tagged)>, symbols: &[Mark]) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    for (number, tagged) in found {
        let Some(source) = page.sources.get(number) else { continue };
        let full = NAMES.get(tagged.label) == Some(&NameForm::Full);
        let span = whole(source, marks::name(source, tagged.span));
        if tagged.confidence < LEAST || span.is_empty() {
            continue;
        }
        if let Some(last) = marks.last_mut()
            && last.source == number
        {
            if last.span.overlaps(span) {
                continue;
            }
            if turned(source, last.span, span) || apart(source, last.span, span) {
                last.span.end = span.end;
                continue;
            }
        }
        if full || span.len() > 1 {
            marks.push(mark(number, span, tagged.confidence));
        }
    }
    asked(page, symbols, &mut marks);
    again(page, &mut marks);
    marks
}

fn mark(source: usize, span: Span, confidence: f32) -> Mark {
    Mark { span, source, what: What::Person { role: Role::Concerned }, confidence, by: BY }
}

/// A single character of a Chinese name, or one word of a Latin one that the symbols see as longer by a surname.
fn whole(source: &Source, span: Span) -> Span {
    let wider =
        source.names_in(span).iter().filter(|n| n.score >= SEEN && n.span.contains(span)).map(|n| n.span).next();
    match wider {
        Some(wider) if is_han(source.char(span.start)) => {
            if span.len() == 1 && wider.len() <= 4 {
                wider
            } else {
                span
            }
        }
        // 'Priya' of 'Priya Sharma', cut short between two words.
        Some(wider) if wider.start == span.start && source.char(span.end) == ' ' && wider.len() <= span.len() + 24 => {
            wider
        }
        _ => span,
    }
}

/// 'Hargis, Dwayne': a surname before the given name, alone in its line, cell or item.
fn turned(source: &Source, surname: Span, given: Span) -> bool {
    if source.text.quote(Span::new(surname.end, given.start)) != ", " {
        return false;
    }
    let one = |span: Span| !source.text.quote(span).contains(' ') && !is_han(source.char(span.start));
    let edge = |c: char| matches!(c, '\n' | '\t' | '|' | ';' | '-' | '–' | '(' | ':' | '\0');
    let before = (0..surname.start).rev().map(|i| source.char(i)).find(|c| *c != ' ').unwrap_or('\n');
    let after = (given.end..source.chars.len()).map(|i| source.char(i)).find(|c| *c != ' ').unwrap_or('\n');
    // Two blanks part columns.
    let parted = source.char(given.end) == ' ' && source.char(given.end + 1) == ' ';
    one(surname) && (edge(before) || matches!(before, '*' | '.' | ')' | '•')) && (edge(after) || parted)
}

/// '褚' '青青': one name that was cut apart.
fn apart(source: &Source, first: Span, second: Span) -> bool {
    first.end == second.start
        && is_han(source.char(first.start))
        && is_han(source.char(second.start))
        && first.len() + second.len() <= 4
        && first.len().min(second.len()) <= 2
}

/// Names in cells and form values that ask for the person's name, as the symbols read them.
fn asked(page: &Page, symbols: &[Mark], marks: &mut Vec<Mark>) {
    for (number, source) in page.sources.iter().enumerate() {
        let mut places: Vec<Span> =
            source.layout.fields.iter().filter(|f| f.key == Some(Key::Name)).map(|f| f.value).collect();
        for table in &source.layout.tables {
            let columns = table.heads.iter().enumerate().filter(|(_, h)| **h == Some(Key::Name)).map(|(i, _)| i);
            for column in columns {
                places.extend(table.rows.iter().filter_map(|row| row.cells.get(column)).copied());
            }
        }
        places.sort_unstable();
        let concerned = symbols.iter().filter(|m| {
            m.source == number && matches!(m.what, What::Person { role: Role::Concerned }) && m.confidence >= SEEN
        });
        for symbol in concerned {
            let at = places.partition_point(|p| p.end <= symbol.span.start);
            let inside = places.get(at).is_some_and(|p| p.contains(symbol.span));
            if inside && !marks.iter().any(|m| m.source == number && m.span.overlaps(symbol.span)) {
                marks.push(mark(number, symbol.span, ASKED));
            }
        }
    }
}

/// The same words elsewhere in the text name the same person.
fn again(page: &Page, marks: &mut Vec<Mark>) {
    let mut words: Vec<(String, f32)> = Vec::new();
    for mark in marks.iter() {
        let Some(source) = page.sources.get(mark.source) else { continue };
        let own = source.text.folded_quote(mark.span).to_owned();
        let long = own.chars().count() >= if own.is_ascii() { 4 } else { 2 };
        if long && !words.iter().any(|(w, _)| *w == own) && words.len() < 64 {
            words.push((own, mark.confidence));
        }
    }
    let mut more = Vec::new();
    for (number, source) in page.sources.iter().enumerate() {
        for (word, confidence) in &words {
            for (at, _) in source.text.folded().match_indices(word.as_str()).take(200) {
                let span = source.text.span_of_folded(at..at + word.len());
                let edge = |i: Option<usize>| {
                    i.is_none_or(|i| {
                        let c = source.fold(i);
                        !c.is_alphanumeric() || is_han(c)
                    })
                };
                let taken = |m: &Mark| m.source == number && m.span.overlaps(span);
                if edge(span.start.checked_sub(1)) && edge(Some(span.end)) && !marks.iter().chain(&more).any(taken) {
                    more.push(mark(number, span, *confidence));
                }
            }
        }
    }
    marks.extend(more);
    marks.sort_by_key(|m| (m.source, m.span));
}
