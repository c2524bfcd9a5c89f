//! Passes of like lengths side by side, as tensors.

use super::plan::Item;
use super::states::Kept;
use super::{Error, Example};
use candle_core::{DType, Device, Tensor};
use std::collections::BTreeMap;

/// What is added to the attention of filled-up places: e to this power is nothing.
const NOWHERE: f32 = -1e4;

/// A batch: B passes, each filled up to L tokens.
pub(super) struct Batch {
    /// [B, L, hidden]: what the frozen part gave.
    pub states: Tensor,
    /// [B, L]: 0, or `NOWHERE` at filled-up places.
    pub closed: Tensor,
    /// [B · L] rows of the marks, and [B, L, 1] whether there is one.
    pub marks: (Tensor, Tensor),
    pub marked: bool,
    /// By head of tokens; places in B · L.
    pub tokens: BTreeMap<String, Targets>,
    /// By question; places in B.
    pub whole: BTreeMap<String, Targets>,
}

/// What is wanted where, and how much it counts.
#[derive(Default)]
pub(super) struct Targets {
    pub places: Vec<u32>,
    pub classes: Vec<u32>,
    pub weights: Vec<f32>,
}

impl Targets {
    fn push(&mut self, place: usize, class: u32, weight: f32) {
        self.places.push(place as u32);
        self.classes.push(class);
        self.weights.push(weight);
    }
}

pub(super) fn batch(items: &[Item], examples: &[Example], kept: &mut Kept, kind: DType) -> Result<Batch, Error> {
    let width = kept.width();
    let length = items.iter().map(|i| examples[i.example].ids.len() + 2).max().unwrap_or(0);
    let mut states = vec![0.0; items.len() * length * width];
    let mut closed = vec![NOWHERE; items.len() * length];
    let mut marks = vec![0u32; items.len() * length];
    let (mut tokens, mut whole) = (BTreeMap::<String, Targets>::new(), BTreeMap::<String, Targets>::new());
    for (b, item) in items.iter().enumerate() {
        let own = kept.get(item.example, item.pass)?;
        let at = b * length;
        states[at * width..][..own.len()].copy_from_slice(&own);
        closed[at..][..own.len() / width].fill(0.0);
        let pass = &examples[item.example].passes[item.pass];
        for (i, mark) in pass.marks.iter().enumerate() {
            marks[at + 1 + i] = u32::from(*mark);
        }
        for target in pass.tokens.iter().filter(|t| t.weight > 0.0) {
            let out = tokens.entry(target.head.clone()).or_default();
            for (i, class) in target.classes.iter().enumerate() {
                if let Ok(class) = u32::try_from(*class) {
                    out.push(at + 1 + i, class, target.weight);
                }
            }
        }
        for target in pass.whole.iter().filter(|t| t.weight > 0.0) {
            whole.entry(target.question.clone()).or_default().push(b, target.class, target.weight);
        }
    }
    tokens.retain(|_, t| !t.places.is_empty());
    let cpu = &Device::Cpu;
    let marked = marks.iter().any(|m| *m > 0);
    let there: Vec<f32> = marks.iter().map(|m| if *m > 0 { 1.0 } else { 0.0 }).collect();
    let shape = (items.len(), length);
    Ok(Batch {
        states: Tensor::from_vec(states, (items.len(), length, width), cpu)?.to_dtype(kind)?,
        closed: Tensor::from_vec(closed, shape, cpu)?.to_dtype(kind)?,
        marks: (
            Tensor::from_vec(marks, items.len() * length, cpu)?,
            Tensor::from_vec(there, (items.len(), length, 1), cpu)?.to_dtype(kind)?,
        ),
        marked,
        tokens,
        whole,
    })
}
