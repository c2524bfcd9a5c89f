//! The pass through the layers. Sequences lie one after another without padding: the linear layers work token by
//! token, and only attention knows where a sequence ends. So a text's result never depends on its neighbours.

use super::attention::{Room, attend};
use super::cpu::Cpu;
use super::matrix::Matrix;
use super::rows::{Whole, gelu, norm, whole};

/// Tokens whose wide inner activations are held at a time: they stay within a processor's second cache.
const INNER_ROWS: usize = 48;

/// Weights of a layer norm.
pub(super) struct Norm {
    pub weight: Vec<f32>,
    pub bias: Vec<f32>,
}

/// One layer: attention, then two linear layers with GELU between, a layer norm after each.
pub(super) struct Layer {
    /// Queries, keys and values in one.
    pub qkv: Matrix,
    pub attention: Matrix,
    pub attention_norm: Norm,
    pub inner: Matrix,
    pub outer: Matrix,
    pub outer_norm: Norm,
}

/// Word embeddings: signed bytes, with a step for each row.
pub(super) struct Words {
    pub bytes: Vec<u8>,
    pub steps: Vec<f32>,
}

/// All that the pass needs.
pub(super) struct Network {
    pub cpu: Cpu,
    pub hidden: usize,
    pub heads: usize,
    pub epsilon: f32,
    pub words: Words,
    /// A row for each position, with the row of token type 0 added already.
    pub positions: Vec<f32>,
    pub norm: Norm,
    pub layers: Vec<Layer>,
    /// What questions go through in place of the last layers; empty where they share all.
    pub asking: Vec<Layer>,
}

/// One sequence: its tokens with the marks at both ends, no longer than there are positions, and what is added to
/// their embeddings (empty, or a row for each token).
pub(super) struct Sequence<'a> {
    pub ids: Vec<u32>,
    pub added: &'a [f32],
}

impl Network {
    /// Hidden states after the last layer: a row for each token, the sequences one after another. `asks`: through the
    /// layers of questions.
    pub(super) fn forward(&self, sequences: &[Sequence<'_>], asks: bool) -> Vec<f32> {
        let own = if asks { self.asking.as_slice() } else { &[] };
        let shared = &self.layers[..self.layers.len().saturating_sub(own.len())];
        let mut x = self.embed(sequences);
        self.through(&lengths(sequences), shared.iter().chain(own), &mut x);
        x
    }

    /// Hidden states before layer `at`.
    pub(super) fn below(&self, sequences: &[Sequence<'_>], at: usize) -> Vec<f32> {
        let mut x = self.embed(sequences);
        self.through(&lengths(sequences), self.layers.iter().take(at), &mut x);
        x
    }

    /// From the hidden states before the first of some layers, of sequences of these lengths, to those after the last.
    pub(super) fn between(&self, lengths: &[usize], layers: std::ops::Range<usize>, x: &mut [f32]) {
        self.through(lengths, self.layers.iter().take(layers.end).skip(layers.start), x);
    }

    fn through<'l>(&self, lengths: &[usize], layers: impl Iterator<Item = &'l Layer>, x: &mut [f32]) {
        let (cpu, hidden) = (self.cpu, self.hidden);
        let tokens: usize = lengths.iter().sum();
        let mut numbers = Whole::default();
        let mut qkv = vec![0.0; tokens * 3 * hidden];
        let mut out = vec![0.0; tokens * hidden];
        let mut inner = Vec::new();
        let mut room = Room::default();
        for layer in layers {
            product(cpu, &layer.qkv, x, hidden, &mut numbers, &mut qkv);
            let mut at = 0;
            for length in lengths {
                let (from, to) = (at * hidden, (at + length) * hidden);
                attend(cpu, &qkv[3 * from..3 * to], hidden, self.heads, &mut room, &mut out[from..to]);
                at += length;
            }
            // The attention's own place is free once it is made whole, and takes the product.
            numbers.resize(tokens, hidden);
            whole(cpu, &out, &mut numbers);
            layer.attention.multiply(cpu, &numbers, &mut out);
            norm(cpu, x, &out, &layer.attention_norm.weight, &layer.attention_norm.bias, self.epsilon);
            for (x, out) in x.chunks_mut(INNER_ROWS * hidden).zip(out.chunks_mut(INNER_ROWS * hidden)) {
                inner.resize(x.len() / hidden * layer.inner.outputs(), 0.0);
                product(cpu, &layer.inner, x, hidden, &mut numbers, &mut inner);
                gelu(cpu, &mut inner);
                product(cpu, &layer.outer, &inner, layer.inner.outputs(), &mut numbers, out);
                norm(cpu, x, out, &layer.outer_norm.weight, &layer.outer_norm.bias, self.epsilon);
            }
        }
    }

    fn embed(&self, sequences: &[Sequence<'_>]) -> Vec<f32> {
        let hidden = self.hidden;
        let mut x = Vec::new();
        let mut places = Vec::new();
        for sequence in sequences {
            for (t, id) in sequence.ids.iter().enumerate() {
                let row = *id as usize;
                let bytes = &self.words.bytes[row * hidden..][..hidden];
                let step = self.words.steps[row];
                x.extend(bytes.iter().map(|b| f32::from(*b as i8) * step));
                places.extend_from_slice(&self.positions[t * hidden..][..hidden]);
            }
            let from = places.len() - sequence.ids.len() * hidden;
            for (place, more) in places[from..].iter_mut().zip(sequence.added) {
                *place += more;
            }
        }
        norm(self.cpu, &mut x, &places, &self.norm.weight, &self.norm.bias, self.epsilon);
        x
    }
}

fn lengths(sequences: &[Sequence<'_>]) -> Vec<usize> {
    sequences.iter().map(|s| s.ids.len()).collect()
}

fn product(cpu: Cpu, matrix: &Matrix, x: &[f32], width: usize, numbers: &mut Whole, out: &mut [f32]) {
    numbers.resize(x.len() / width, width);
    whole(cpu, x, numbers);
    matrix.multiply(cpu, numbers, out);
}
