//! The linear model: weights made by `models/intent/train.py`, and what they say of a text.

use super::features::{self, Token};
use crate::contract::{Category, Operation};
use serde::Deserialize;
use std::sync::LazyLock;

static WEIGHTS: &[u8] = include_bytes!("../../../models/intent/weights.bin");
static MANIFEST: &str = include_str!("../../../models/intent/manifest.toml");

/// Features found below which the words of a part say nothing of its kind.
pub const TELLING: usize = 6;

/// Longest text that is looked at, in bytes of the folded text: a bound on time; requests stand at the top.
const LOOKED_AT: usize = 24_000;

/// Least number of features that the score is divided by the root of, as in training.
const FEW: usize = 4;

/// Most features that count, as in training.
const MANY: usize = 600;

#[derive(Deserialize)]
struct Manifest {
    features: usize,
    categories: Vec<Category>,
    operations: Vec<Operation>,
    step: Vec<f32>,
    bias: Vec<f32>,
    category_temperature: f32,
    operation_temperature: f32,
}

struct Model {
    manifest: Manifest,
    /// Open addressing by the hash's low bits: the feature's number and one, or 0.
    slots: Vec<u16>,
    keys: Vec<u32>,
    outputs: usize,
}

static MODEL: LazyLock<Option<Model>> = LazyLock::new(|| {
    let manifest: Manifest = toml::from_str(MANIFEST).ok()?;
    let n = manifest.features;
    let outputs = manifest.categories.len() + manifest.operations.len();
    if n >= usize::from(u16::MAX)
        || WEIGHTS.len() != n * (4 + outputs)
        || manifest.step.len() != outputs
        || manifest.bias.len() != outputs
    {
        return None;
    }
    let keys: Vec<u32> =
        WEIGHTS.chunks_exact(4).take(n).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
    let mut slots = vec![0u16; (2 * n).next_power_of_two()];
    let mask = slots.len() - 1;
    for (i, key) in keys.iter().enumerate() {
        let mut at = *key as usize & mask;
        while slots.get(at).is_some_and(|s| *s != 0) {
            at = (at + 1) & mask;
        }
        if let Some(slot) = slots.get_mut(at) {
            *slot = i as u16 + 1;
        }
    }
    Some(Model { manifest, slots, keys, outputs })
});

impl Model {
    fn find(&self, hash: u32) -> Option<u16> {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            match self.slots.get(at) {
                None | Some(0) => return None,
                Some(i) if self.keys.get(usize::from(*i) - 1) == Some(&hash) => return Some(*i - 1),
                Some(_) => at = (at + 1) & mask,
            }
        }
    }
}

/// What the model says of one text.
pub struct Judged {
    /// Features of the text that the model knows.
    pub features: usize,
    /// One for each category, then for each operation.
    logits: Vec<f32>,
}

/// Judges a folded subject and body.
pub fn judge(subject: &str, body: &str) -> Judged {
    let Some(model) = MODEL.as_ref() else { return Judged { features: 0, logits: Vec::new() } };
    let mut found: Vec<u16> = Vec::with_capacity(256);
    let mut tokens: Vec<Token> = Vec::with_capacity(256);
    features::tokens(subject, &mut tokens);
    let mut take = |h| found.extend(model.find(h));
    features::ngrams(&tokens, 1, &mut take);
    features::ngrams(&tokens, 2, &mut take);
    super::cues::features(subject, 2, &mut take);
    tokens.clear();
    let cut = body.char_indices().map(|(i, _)| i).take_while(|i| *i <= LOOKED_AT).last().unwrap_or(0);
    let body = if body.len() <= LOOKED_AT { body } else { body.get(..cut).unwrap_or("") };
    features::tokens(body, &mut tokens);
    features::ngrams(&tokens, 1, &mut take);
    super::cues::features(body, 1, &mut take);
    found.sort_unstable();
    found.dedup();
    found.truncate(MANY);
    let weights = WEIGHTS.get(4 * model.keys.len()..).unwrap_or_default();
    let mut sums = vec![0i32; model.outputs];
    for i in &found {
        let at = usize::from(*i) * model.outputs;
        if let Some(row) = weights.get(at..at + model.outputs) {
            for (sum, w) in sums.iter_mut().zip(row) {
                *sum += i32::from(*w as i8);
            }
        }
    }
    let scale = 1.0 / (found.len().max(FEW) as f32).sqrt();
    let m = &model.manifest;
    let logits =
        sums.iter().zip(&m.step).zip(&m.bias).map(|((s, step), bias)| *s as f32 * step * scale + bias).collect();
    Judged { features: found.len(), logits }
}

impl Judged {
    /// Every category with its probability, in the model's order.
    pub fn categories(&self) -> impl Iterator<Item = (Category, f32)> {
        let (labels, temperature) = MODEL
            .as_ref()
            .map_or((&[][..], 1.0), |m| (m.manifest.categories.as_slice(), m.manifest.category_temperature));
        let p = softmax(self.logits.get(..labels.len()).unwrap_or_default(), temperature);
        labels.iter().copied().zip(p)
    }

    /// Every operation with its probability, in the model's order.
    pub fn operations(&self) -> impl Iterator<Item = (Operation, f32)> {
        let (skip, labels, temperature) = MODEL.as_ref().map_or((0, &[][..], 1.0), |m| {
            (m.manifest.categories.len(), m.manifest.operations.as_slice(), m.manifest.operation_temperature)
        });
        let p = softmax(self.logits.get(skip..).unwrap_or_default(), temperature);
        labels.iter().copied().zip(p)
    }
}

fn softmax(logits: &[f32], temperature: f32) -> Vec<f32> {
    let top = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let exp: Vec<f32> = logits.iter().map(|l| ((l - top) / temperature).exp()).collect();
    let sum: f32 = exp.iter().sum();
    exp.iter().map(|e| e / sum).collect()
}
