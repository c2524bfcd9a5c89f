//! One page as it is judged: its tokens, what the symbols marked, and from there to people with their marks.

use super::decode::{self, Tagged};
use super::heads::Said;
use super::labels::{self, KINDS, OPERATIONS};
use super::windows::{self, Window};
use super::{Judged, asked, marks, names};
use crate::contract::{Category, Kind};
use crate::message::Span;
use crate::model::Token;
use crate::understand::assemble::{self, Somebody};
use crate::understand::mark::Mark;
use crate::understand::page::Page;
use std::collections::BTreeMap;

/// Weight of the category in the choice of a person's kind.
const KIND_BY_CATEGORY: f32 = 0.7;

/// One source's tokens and their bits.
pub struct Tokens {
    pub tokens: Vec<Token>,
    pub bits: Vec<u32>,
}

/// What is judged.
pub struct Scene<'s> {
    pub page: &'s Page<'s>,
    pub sources: &'s [Tokens],
    pub categories: &'s [(Category, f32)],
    pub symbols: &'s [Mark],
}

impl Scene<'_> {
    /// The people concerned, as the unmarked passes name them.
    pub fn people(&self, windows: &[Window], said: &[Said]) -> Vec<Somebody> {
        let found = windows.iter().zip(said).flat_map(|(window, said)| {
            let (tokens, chars) = picked(self.page, self.sources, window).unwrap_or_default();
            let tagged = decode::decode(chars, &tokens, &said.names, false);
            tagged.into_iter().map(|t| (window.source, t)).collect::<Vec<_>>()
        });
        assemble::people(self.page, &names::of(self.page, found.collect(), self.symbols))
    }

    /// `own`: the lines that name this person of several alone.
    pub fn judge(&self, person: Somebody, own: Option<&[(usize, Span)]>, parts: &[(&Window, &Said)]) -> Judged {
        let (page, sources, symbols) = (self.page, self.sources, self.symbols);
        let kind = best(KINDS, parts, "kind", |kind, p| {
            let of = self.categories.iter().find(|(c, _)| *c == category_of(*kind)).map_or(0.0, |(_, p)| *p);
            p.max(1e-6).ln() + KIND_BY_CATEGORY * of.max(1e-6).ln()
        });
        let operation = best(OPERATIONS, parts, "operation", |_, p| p);
        let mut marks = Vec::new();
        for number in 0..sources.len() {
            let mut tagged: Vec<(Tagged, Vec<f32>)> = Vec::new();
            for (window, said) in parts.iter().filter(|(w, _)| w.source == number) {
                tagged.extend(spans(page, sources, window, said));
            }
            marks.extend(marks::of(page, number, &tagged, symbols));
        }
        for (window, said) in parts {
            let (tokens, _) = picked(page, sources, window).unwrap_or_default();
            asked::enumerations(page, &tokens, window, said, &mut marks);
        }
        asked::forms(symbols, own, &mut marks);
        asked::dates(kind, symbols, own, &mut marks);
        Judged { person, kind, operation, marks }
    }
}

fn category_of(kind: Kind) -> Category {
    match kind {
        Kind::Onboarding => Category::Onboarding,
        Kind::Offboarding => Category::Offboarding,
        Kind::Transfer => Category::Transfer,
        Kind::Access => Category::Access,
    }
}

/// The likeliest of a question's answers over several windows, the first counting most.
fn best<T: Copy, const N: usize>(
    of: [T; N],
    parts: &[(&Window, &Said)],
    question: &str,
    score: impl Fn(&T, f32) -> f32,
) -> T {
    let mut sums = [0.0f32; N];
    let mut whole = 0.0;
    for (i, (_, said)) in parts.iter().enumerate() {
        let weight = 1.0 / (i + 1) as f32;
        whole += weight;
        let answer = said.answer(question).unwrap_or_default();
        sums.iter_mut().zip(answer).for_each(|(sum, p)| *sum += weight * p);
    }
    let scored = of.iter().zip(&sums).map(|(t, p)| (*t, score(t, p / f32::max(whole, f32::MIN_POSITIVE))));
    scored.reduce(|a, b| if b.1 > a.1 { b } else { a }).map_or(of[0], |(t, _)| t)
}

/// Tagged spans of a window, each with the mean logarithms of the enumerations' values.
fn spans(page: &Page, sources: &[Tokens], window: &Window, said: &Said) -> Vec<(Tagged, Vec<f32>)> {
    let Some((tokens, chars)) = picked(page, sources, window) else { return Vec::new() };
    decode::decode(chars, &tokens, &said.tags, true)
        .into_iter()
        .map(|t| {
            let rows = said.values.get(t.tokens.0..t.tokens.1).unwrap_or_default();
            let mut mean = vec![0.0; labels::VALUES.len()];
            for row in rows {
                mean.iter_mut().zip(row).for_each(|(m, x)| *m += x / rows.len() as f32);
            }
            (t, mean)
        })
        .collect()
}

fn picked<'p>(page: &'p Page, sources: &[Tokens], window: &Window) -> Option<(Vec<Token>, &'p [char])> {
    let own = sources.get(window.source)?;
    let tokens = window.picks.iter().filter_map(|i| own.tokens.get(*i).copied()).collect();
    Some((tokens, &page.sources.get(window.source)?.chars))
}

pub fn covers(sources: &[Tokens], window: &Window, span: Span) -> bool {
    let token = |i: Option<&usize>| i.and_then(|i| sources.get(window.source)?.tokens.get(*i)).map(|t| t.span);
    token(window.picks.first()).is_some_and(|t| t.start < span.end)
        && token(window.picks.last()).is_some_and(|t| t.end > span.start)
}

/// 1 on the tokens that name the person, 2 on those that name others.
pub fn marked(sources: &[Tokens], window: &Window, people: &[Somebody], person: usize) -> Vec<u8> {
    let Some(own) = sources.get(window.source) else { return Vec::new() };
    let mut named: Vec<(Span, u8)> = people
        .iter()
        .enumerate()
        .flat_map(|(number, somebody)| {
            let mark = if number == person { 1 } else { 2 };
            somebody.mentions.iter().filter(|(s, _)| *s == window.source).map(move |(_, span)| (*span, mark))
        })
        .collect();
    named.sort_unstable_by_key(|(span, _)| *span);
    window
        .picks
        .iter()
        .map(|i| {
            let Some(token) = own.tokens.get(*i) else { return 0 };
            let at = named.partition_point(|(span, _)| span.end <= token.span.start);
            named.get(at).filter(|(span, _)| span.overlaps(token.span)).map_or(0, |(_, mark)| *mark)
        })
        .collect()
}

/// For each person the lines that name them and nobody else.
pub fn own_lines(page: &Page, people: &[Somebody]) -> Vec<Vec<(usize, Span)>> {
    let mut by_line: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
    for (number, person) in people.iter().enumerate() {
        for (source, span) in &person.mentions {
            if let Some(line) = page.sources.get(*source).and_then(|s| s.line_at(span.start)) {
                by_line.entry((*source, line)).or_default().push(number);
            }
        }
    }
    let mut out = vec![Vec::new(); people.len()];
    for ((source, line), mut named) in by_line {
        named.dedup();
        let span = page.sources.get(source).and_then(|s| s.lines.get(line));
        if let ([one], Some(span)) = (named.as_slice(), span)
            && let Some(own) = out.get_mut(*one)
        {
            own.push((source, *span));
        }
    }
    out
}

/// A person's own lines in each source that names them.
pub fn own_windows(page: &Page, sources: &[Tokens], person: &Somebody) -> Vec<Window> {
    page.sources
        .iter()
        .zip(sources)
        .enumerate()
        .filter_map(|(number, (source, own))| {
            let mentions: Vec<Span> =
                person.mentions.iter().filter(|(s, _)| *s == number).map(|(_, span)| *span).collect();
            let heads: Vec<usize> = source.layout.tables.iter().map(|t| t.header_line).take(2).collect();
            windows::own(number, &own.tokens, &source.lines, &heads, &mentions)
        })
        .collect()
}
