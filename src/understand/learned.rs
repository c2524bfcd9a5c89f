//! The learned reader: a bilingual encoder judges, with what the symbolic proposers marked as further input.
//!
//! One pass over the message gives its category and the names of the people concerned; where several people are
//! concerned, one more pass through the upper layers for each of them, with their mentions marked, gives their facts.

mod decode;
pub mod features;
mod heads;
pub mod labels;
mod marks;
mod windows;

pub use marks::BY;

use super::assemble::{self, Somebody};
use super::calibrate::{self, Fit};
use super::mark::{Mark, Role, What};
use super::page::Page;
use crate::contract::{Category, Flag, Kind, Language, Operation};
use crate::message::Span;
use crate::model::{Encoder, Error, Grain, Pass, States, Token};
use decode::Tagged;
use heads::{Heads, Said};
use labels::{CATEGORIES, KINDS, NameForm, OPERATIONS};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use windows::Window;

/// More people than this are read from their own lines, not from the whole message each.
const CROWD: usize = 8;
/// Windows times people up to which every person is read in every window.
const ALL_WINDOWS: usize = 24;
/// Least probability of a mention that is a person concerned.
const LEAST_NAME: f32 = 0.35;
/// Below this probability of being concerned a person of several is left out.
const LEAST_CONCERNED: f32 = 0.35;
/// Weight of the category in the choice of a person's kind.
const KIND_BY_CATEGORY: f32 = 0.5;

/// A trained reader, shared by threads.
pub struct Learned {
    encoder: Encoder,
    heads: Heads,
    marks_at: usize,
    /// By language (`en`, `zh`).
    fit: BTreeMap<String, Arc<BTreeMap<String, [f32; 2]>>>,
}

/// `[calibration.en]`, `[calibration.zh]` of a manifest: by field slope and intercept on the logarithm of the odds.
#[derive(Deserialize, Default)]
struct Calibration {
    #[serde(default)]
    calibration: BTreeMap<String, BTreeMap<String, [f32; 2]>>,
}

/// A person concerned, with what the model says of them.
pub(crate) struct Judged {
    pub person: Somebody,
    pub kind: Kind,
    pub operation: Operation,
    pub marks: Vec<Mark>,
}

/// What the model says of a page.
pub(crate) struct Reading {
    pub categories: Vec<(Category, f32)>,
    /// None where the category asks for nothing.
    pub people: Vec<Judged>,
    /// Doubts, each with its probability.
    pub flags: Vec<(Flag, f32)>,
}

/// One source's tokens and their bits.
struct Tokens {
    tokens: Vec<Token>,
    bits: Vec<u32>,
}

impl Learned {
    /// Opens a reader's folder.
    ///
    /// # Errors
    /// When a file is missing or changed, or is not what this program reads.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let encoder = Encoder::open(folder)?;
        let heads = Heads::of(&encoder)?;
        let shape = encoder.manifest().shape;
        let marks_at = encoder.manifest().reader.as_ref().map_or(0, |r| r.marks_at);
        if marks_at > shape.layers {
            return Err(Error::Unfit(format!("marks_at = {marks_at} of {} layers", shape.layers)));
        }
        let file = folder.join("manifest.toml");
        let text = std::fs::read_to_string(&file).map_err(|source| Error::Missing { file: file.clone(), source })?;
        let found: Calibration = toml::from_str(&text).map_err(|source| Error::Manifest { file, source })?;
        let fit = found.calibration.into_iter().map(|(language, table)| (language, Arc::new(table))).collect();
        Ok(Self { encoder, heads, marks_at, fit })
    }

    pub fn encoder(&self) -> &Encoder {
        &self.encoder
    }

    pub(crate) fn fit(&self, language: Language) -> Fit {
        let key = if matches!(language, Language::Zh | Language::Mixed) { "zh" } else { "en" };
        self.fit.get(key).map_or_else(|| Fit::Odds(Arc::default()), |table| Fit::Odds(Arc::clone(table)))
    }

    /// Reads a page; `symbols`: all marks of the proposers.
    pub(crate) fn read(&self, page: &Page, symbols: &[Mark]) -> Reading {
        let sources: Vec<Tokens> = (0..page.sources.len()).map(|n| self.tokens(page, n, symbols)).collect();
        let windows: Vec<Window> = page
            .sources
            .iter()
            .zip(&sources)
            .enumerate()
            .flat_map(|(number, (source, own))| windows::all(number, &own.tokens, &source.lines))
            .collect();
        let below = self.below(&sources, &windows);
        let plain: Vec<Pass> = (0..windows.len()).map(|window| Pass { window, added: &[] }).collect();
        let said: Vec<Said> =
            self.encoder.above(&below, self.marks_at, &plain).iter().map(|s| self.heads.read(s)).collect();
        let categories = self.categories(page, &windows, &said);
        let flags = said.first().map(|s| flags(s)).unwrap_or_default();
        let first = categories.first().map(|(c, _)| *c);
        if !first.is_some_and(|c| CATEGORIES.iter().take(KINDS.len()).any(|k| *k == c)) {
            return Reading { categories, people: Vec::new(), flags };
        }
        let mut people = assemble::people(page, &names(page, &sources, &windows, &said));
        let people = if people.len() <= 1 {
            let person = people.pop().unwrap_or(Somebody { mentions: Vec::new(), confidence: 0.6 });
            let parts: Vec<(&Window, &Said)> = windows.iter().zip(&said).collect();
            vec![self.judge(page, &sources, person, &parts, &categories, symbols)]
        } else {
            self.each(page, &sources, &windows, &below, people, &categories, symbols)
        };
        Reading { categories, people, flags }
    }

    fn tokens(&self, page: &Page, number: usize, symbols: &[Mark]) -> Tokens {
        let Some(source) = page.sources.get(number) else { return Tokens { tokens: Vec::new(), bits: Vec::new() } };
        let tokens = self.encoder.tokens(source.text.raw(), Grain::Pieces);
        let by_character = features::of(page, number, symbols);
        let bits = features::by_token(&by_character, &tokens);
        Tokens { tokens, bits }
    }

    fn below(&self, sources: &[Tokens], windows: &[Window]) -> Vec<States> {
        let parts: Vec<(Vec<u32>, Vec<f32>)> = windows
            .iter()
            .map(|w| {
                let own = |f: &dyn Fn(&Tokens, usize) -> Option<u32>| -> Vec<u32> {
                    let source = sources.get(w.source);
                    w.picks.iter().filter_map(|i| source.and_then(|s| f(s, *i))).collect()
                };
                let ids = own(&|s, i| s.tokens.get(i).map(|t| t.id));
                let bits = own(&|s, i| s.bits.get(i).copied());
                (ids, self.heads.added(&bits))
            })
            .collect();
        let windows: Vec<crate::model::Window> =
            parts.iter().map(|(ids, added)| crate::model::Window { ids, added }).collect();
        self.encoder.below(&windows, self.marks_at)
    }

    /// The mean of the windows of the message's own text, the first counting double.
    fn categories(&self, page: &Page, windows: &[Window], said: &[Said]) -> Vec<(Category, f32)> {
        let mut sums = vec![0.0; CATEGORIES.len()];
        for (number, (_, said)) in windows.iter().zip(said).filter(|(w, _)| w.source == 0).enumerate() {
            let weight = if number == 0 { 2.0 } else { 1.0 };
            let answer = said.answer("category").unwrap_or_default();
            sums.iter_mut().zip(answer).for_each(|(sum, p)| *sum += weight * p);
        }
        let whole: f32 = sums.iter().sum();
        let line = self.fit(page.language).line("category");
        let mut found: Vec<(Category, f32)> =
            CATEGORIES.iter().zip(&sums).map(|(c, p)| (*c, p / whole.max(f32::MIN_POSITIVE))).collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1));
        if let Some(((_, best), rest)) = found.split_first_mut() {
            // The likeliest is calibrated, the others share what is left.
            let left = 1.0 - *best;
            *best = calibrate::odds(line, *best);
            rest.iter_mut().for_each(|(_, p)| *p *= (1.0 - *best) / left.max(f32::MIN_POSITIVE));
        }
        found
    }

    /// Several people, each in passes of their own.
    #[allow(clippy::too_many_arguments)]
    fn each(
        &self,
        page: &Page,
        sources: &[Tokens],
        windows: &[Window],
        below: &[States],
        people: Vec<Somebody>,
        categories: &[(Category, f32)],
        symbols: &[Mark],
    ) -> Vec<Judged> {
        let crowd = people.len() > CROWD;
        let mut own: Vec<Window> = Vec::new();
        // The person and the window of each pass.
        let mut plan: Vec<(usize, usize)> = Vec::new();
        for (number, person) in people.iter().enumerate() {
            if crowd {
                for window in own_windows(page, sources, person) {
                    plan.push((number, own.len()));
                    own.push(window);
                }
                continue;
            }
            let all = windows.len() * people.len() <= ALL_WINDOWS;
            let named =
                |w: &Window| person.mentions.iter().any(|(s, span)| *s == w.source && covers(sources, w, *span));
            plan.extend(windows.iter().enumerate().filter(|(_, w)| all || named(w)).map(|(i, _)| (number, i)));
        }
        let begun = if crowd { self.below(sources, &own) } else { Vec::new() };
        let (windows, below) = if crowd { (own.as_slice(), begun.as_slice()) } else { (windows, below) };
        let added: Vec<Vec<f32>> = plan
            .iter()
            .map(|(person, window)| {
                windows.get(*window).map_or(Vec::new(), |w| self.heads.marked(&marked(sources, w, &people, *person)))
            })
            .collect();
        let passes: Vec<Pass> =
            plan.iter().zip(&added).map(|((_, window), added)| Pass { window: *window, added }).collect();
        let said: Vec<Said> =
            self.encoder.above(below, self.marks_at, &passes).iter().map(|s| self.heads.read(s)).collect();
        let mut out: Vec<(f32, Judged)> = Vec::with_capacity(people.len());
        for (number, person) in people.into_iter().enumerate() {
            let parts: Vec<(&Window, &Said)> = plan
                .iter()
                .zip(&said)
                .filter(|((p, _), _)| *p == number)
                .filter_map(|((_, window), said)| windows.get(*window).map(|w| (w, said)))
                .collect();
            let concerned =
                parts.iter().filter_map(|(_, s)| s.answer("concerned")?.get(1).copied()).fold(0.0, f32::max);
            out.push((concerned, self.judge(page, sources, person, &parts, categories, symbols)));
        }
        let most = out.iter().map(|(p, _)| *p).fold(0.0, f32::max);
        out.into_iter().filter(|(p, _)| *p >= LEAST_CONCERNED.min(most)).map(|(_, judged)| judged).collect()
    }

    fn judge(
        &self,
        page: &Page,
        sources: &[Tokens],
        person: Somebody,
        parts: &[(&Window, &Said)],
        categories: &[(Category, f32)],
        symbols: &[Mark],
    ) -> Judged {
        let kind = best(&KINDS, parts, "kind", |kind, p| {
            let of = categories.iter().find(|(c, _)| *c == category_of(*kind)).map_or(0.0, |(_, p)| *p);
            p.max(1e-6).ln() + KIND_BY_CATEGORY * of.max(1e-6).ln()
        });
        let operation = best(&OPERATIONS, parts, "operation", |_, p| p);
        let mut marks = Vec::new();
        for number in 0..sources.len() {
            let mut tagged: Vec<(Tagged, Vec<f32>)> = Vec::new();
            for (window, said) in parts.iter().filter(|(w, _)| w.source == number) {
                tagged.extend(spans(page, sources, window, said));
            }
            marks.extend(marks::of(page, number, &tagged, symbols));
        }
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
fn best<T: Copy>(of: &[T], parts: &[(&Window, &Said)], question: &str, score: impl Fn(&T, f32) -> f32) -> T {
    let mut sums = vec![0.0f32; of.len()];
    let mut whole = 0.0;
    for (i, (_, said)) in parts.iter().enumerate() {
        let weight = 1.0 / (i + 1) as f32;
        whole += weight;
        let answer = said.answer(question).unwrap_or_default();
        sums.iter_mut().zip(answer).for_each(|(sum, p)| *sum += weight * p);
    }
    let scored = of.iter().zip(&sums).map(|(t, p)| (*t, score(t, p / f32::max(whole, f32::MIN_POSITIVE))));
    // There is no empty list of answers; the fold begins with the first.
    scored.reduce(|a, b| if b.1 > a.1 { b } else { a }).map_or(of[0], |(t, _)| t)
}

fn flags(said: &Said) -> Vec<(Flag, f32)> {
    labels::FLAGS.iter().filter_map(|(q, flag)| Some((*flag, said.answer(q)?.get(1).copied()?))).collect()
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

/// The names of people concerned, as marks.
fn names(page: &Page, sources: &[Tokens], windows: &[Window], said: &[Said]) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    for (window, said) in windows.iter().zip(said) {
        let Some((tokens, chars)) = picked(page, sources, window) else { continue };
        let Some(source) = page.sources.get(window.source) else { continue };
        for found in decode::decode(chars, &tokens, &said.names, false) {
            let span = marks::name(source, found.span);
            let full = labels::NAMES.get(found.label) == Some(&NameForm::Full);
            if found.confidence < LEAST_NAME || span.is_empty() || !full && span.len() < 2 {
                continue;
            }
            marks.push(Mark {
                span,
                source: window.source,
                what: What::Person { role: Role::Concerned },
                confidence: found.confidence,
                by: BY,
            });
        }
    }
    again(page, &mut marks);
    marks
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
                        !c.is_alphanumeric() || crate::message::fold::is_han(c)
                    })
                };
                let taken = |m: &Mark| m.source == number && m.span.overlaps(span);
                if edge(span.start.checked_sub(1)) && edge(Some(span.end)) && !marks.iter().chain(&more).any(taken) {
                    more.push(Mark {
                        span,
                        source: number,
                        what: What::Person { role: Role::Concerned },
                        confidence: *confidence,
                        by: BY,
                    });
                }
            }
        }
    }
    marks.extend(more);
    marks.sort_by_key(|m| (m.source, m.span));
}

fn covers(sources: &[Tokens], window: &Window, span: Span) -> bool {
    let token = |i: Option<&usize>| i.and_then(|i| sources.get(window.source)?.tokens.get(*i)).map(|t| t.span);
    token(window.picks.first()).is_some_and(|t| t.start < span.end)
        && token(window.picks.last()).is_some_and(|t| t.end > span.start)
}

/// 1 on the tokens that name the person, 2 on those that name others.
fn marked(sources: &[Tokens], window: &Window, people: &[Somebody], person: usize) -> Vec<u8> {
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

/// A person's own lines in each source that names them.
fn own_windows(page: &Page, sources: &[Tokens], person: &Somebody) -> Vec<Window> {
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
