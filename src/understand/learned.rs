//! The learned reader: a bilingual encoder judges, with what the symbolic proposers marked as further input.
//!
//! One pass over the message gives its category and the names of the people concerned; where several people are
//! concerned, one more pass through the upper layers for each of them, with their mentions marked, gives their facts.

mod asked;
mod decode;
mod example;
pub mod features;
mod heads;
mod joined;
pub mod labels;
mod marks;
mod names;
mod scene;
mod windows;

pub use example::examples;
pub use marks::BY;

use super::assemble::Somebody;
use super::calibrate::{self, Fit};
use super::mark::Mark;
use super::page::Page;
use crate::contract::{Category, Flag, Kind, Language, Operation};
use crate::message::Span;
use crate::model::{Encoder, Error, Grain, Pass, States};
use heads::{Heads, Said};
use labels::{CATEGORIES, KINDS};
use scene::{Scene, Tokens};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use windows::Window;

/// More people than this are read from their own lines, not from the whole message each.
const CROWD: usize = 8;
/// Windows times people up to which every person is read in every window.
const ALL_WINDOWS: usize = 24;
/// Below this probability of being concerned a person of several is left out.
const LEAST_CONCERNED: f32 = 0.5;
/// Least probability of a flag that is raised.
const DOUBT: f32 = 0.5;
/// Confidence of the one person of a message who has no name in it.
const NOBODY: f32 = 0.6;

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
    /// Doubts, each with the sentence of the message's text that raises it.
    pub doubts: Vec<(Flag, Span)>,
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

    /// Name and version of the model.
    pub fn version(&self) -> String {
        let manifest = self.encoder.manifest();
        format!("{}-{}", manifest.name, manifest.version)
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
        let doubts = doubts(page, &sources, &windows, &said);
        let first = categories.first().map(|(c, _)| *c);
        if !first.is_some_and(|c| CATEGORIES.iter().take(KINDS.len()).any(|k| *k == c)) {
            return Reading { categories, people: Vec::new(), doubts };
        }
        let scene = Scene { page, sources: &sources, categories: &categories, symbols };
        let mut people = scene.people(&windows, &said);
        let people = if people.len() <= 1 {
            let person = people.pop().unwrap_or(Somebody { mentions: Vec::new(), confidence: NOBODY });
            let parts: Vec<(&Window, &Said)> = windows.iter().zip(&said).collect();
            vec![scene.judge(person, None, &parts)]
        } else {
            self.each(&scene, &windows, &below, people)
        };
        Reading { categories, people, doubts }
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
    fn each(&self, scene: &Scene, windows: &[Window], below: &[States], people: Vec<Somebody>) -> Vec<Judged> {
        let (page, sources) = (scene.page, scene.sources);
        let crowd = people.len() > CROWD;
        let mut own: Vec<Window> = Vec::new();
        // The person and the window of each pass.
        let mut plan: Vec<(usize, usize)> = Vec::new();
        for (number, person) in people.iter().enumerate() {
            if crowd {
                for window in scene::own_windows(page, sources, person) {
                    plan.push((number, own.len()));
                    own.push(window);
                }
                continue;
            }
            let all = windows.len() * people.len() <= ALL_WINDOWS;
            let named =
                |w: &Window| person.mentions.iter().any(|(s, span)| *s == w.source && scene::covers(sources, w, *span));
            plan.extend(windows.iter().enumerate().filter(|(_, w)| all || named(w)).map(|(i, _)| (number, i)));
        }
        let begun = if crowd { self.below(sources, &own) } else { Vec::new() };
        let (windows, below) = if crowd { (own.as_slice(), begun.as_slice()) } else { (windows, below) };
        let added: Vec<Vec<f32>> = plan
            .iter()
            .map(|(person, window)| {
                windows
                    .get(*window)
                    .map_or(Vec::new(), |w| self.heads.marked(&scene::marked(sources, w, &people, *person)))
            })
            .collect();
        let passes: Vec<Pass> =
            plan.iter().zip(&added).map(|((_, window), added)| Pass { window: *window, added }).collect();
        let said: Vec<Said> =
            self.encoder.above(below, self.marks_at, &passes).iter().map(|s| self.heads.read(s)).collect();
        let lines = scene::own_lines(page, &people);
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
            let own = lines.get(number).cloned().unwrap_or_default();
            out.push((concerned, scene.judge(person, Some(&own), &parts)));
        }
        let most = out.iter().map(|(p, _)| *p).fold(0.0, f32::max);
        out.into_iter().filter(|(p, _)| *p >= LEAST_CONCERNED.min(most)).map(|(_, judged)| judged).collect()
    }
}

/// The flags that some window of the message's own text raises.
fn doubts(page: &Page, sources: &[Tokens], windows: &[Window], said: &[Said]) -> Vec<(Flag, Span)> {
    let mut out = Vec::new();
    let (Some(source), Some(own)) = (page.sources.first(), sources.first()) else { return out };
    for (question, flag) in labels::FLAGS {
        for (window, said) in windows.iter().zip(said).filter(|(w, _)| w.source == 0) {
            let raised = said.answer(question).and_then(|p| p.get(1)).is_some_and(|p| *p >= DOUBT);
            let at = said.look(question).and_then(|i| window.picks.get(i)).and_then(|i| own.tokens.get(*i));
            if raised && let Some(token) = at {
                let sentence = source.sentence_at(token.span.start).and_then(|i| source.sentences.get(i));
                out.push((flag, sentence.copied().unwrap_or(token.span)));
                break;
            }
        }
    }
    out
}
