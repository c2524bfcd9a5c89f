//! The trained part in candle: the upper layers and the heads, built of operations that have gradients.
//!
//! candle-nn's fused layer norm and its softmax over the last dimension have none and fail silently, hence the slow ones.

use super::base::Base;
use super::batch::{Batch, Targets};
use crate::model::Table;
use candle_core::{D, DType, Device, Result, Tensor, Var};
use std::collections::BTreeMap;
use std::ops::Range;

/// The trained part.
pub(super) struct Upper {
    pub variables: BTreeMap<String, Var>,
    layers: Range<usize>,
    heads: usize,
    epsilon: f32,
    questions: Vec<String>,
    /// Whether the marks are added here.
    marks: bool,
    pub standard: Standard,
}

/// What the last states are made alike by before the heads: by dimension, their mean and deviation. An encoder's states
/// have a large common part, beside which heads learn slowly.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Standard {
    pub mean: Vec<f32>,
    pub spread: Vec<f32>,
}

/// A head's part of the loss.
pub(super) struct Part {
    /// Weighted cross entropy, summed over the targets.
    pub sum: Tensor,
    pub count: usize,
}

impl Upper {
    /// `kind`: F32; the tests of gradients take F64.
    pub(super) fn new(base: &Base, kind: DType) -> Result<Self> {
        let variable = |t: &Table| {
            Var::from_tensor(&Tensor::from_slice(&t.values, t.shape.as_slice(), &Device::Cpu)?.to_dtype(kind)?)
        };
        let shape = base.encoder.manifest().shape;
        Ok(Self {
            variables: base.tensors.iter().map(|(n, t)| Ok((n.clone(), variable(t)?))).collect::<Result<_>>()?,
            layers: base.from..shape.layers,
            heads: shape.heads,
            epsilon: shape.epsilon,
            questions: base.questions.clone(),
            marks: base.from == base.marks_at,
            standard: Standard { mean: vec![0.0; shape.hidden], spread: vec![1.0; shape.hidden] },
        })
    }

    fn get(&self, name: &str) -> Result<&Tensor> {
        self.variables
            .get(name)
            .map(Var::as_tensor)
            .ok_or_else(|| candle_core::Error::Msg(format!("there is no {name} among what is trained")))
    }

    /// W x + b for rows of `x`.
    fn linear(&self, x: &Tensor, name: &str) -> Result<Tensor> {
        let weight = self.get(&format!("{name}.weight"))?;
        x.matmul(&weight.t()?)?.broadcast_add(self.get(&format!("{name}.bias"))?)
    }

    fn norm(&self, x: &Tensor, name: &str) -> Result<Tensor> {
        let (weight, bias) = (self.get(&format!("{name}.weight"))?, self.get(&format!("{name}.bias"))?);
        candle_nn::ops::layer_norm_slow(x, weight, bias, self.epsilon)
    }

    /// [B · L, hidden]: the states after the last layer.
    pub(super) fn states(&self, batch: &Batch) -> Result<Tensor> {
        let (count, length, hidden) = batch.states.dims3()?;
        let mut x = batch.states.clone();
        if self.marks && batch.marked {
            let rows = self.get("head.mark.weight")?.index_select(&batch.marks.0, 0)?;
            x = x.add(&rows.reshape((count, length, hidden))?.broadcast_mul(&batch.marks.1)?)?;
        }
        let mut x = x.reshape((count * length, hidden))?;
        let closed = batch.closed.reshape((count, 1, 1, length))?;
        let wide = hidden / self.heads;
        for i in self.layers.clone() {
            let at = format!("encoder.layer.{i}");
            let heads = |name: &str| {
                self.linear(&x, &format!("{at}.attention.self.{name}"))?
                    .reshape((count, length, self.heads, wide))?
                    .transpose(1, 2)?
                    .contiguous()
            };
            let (q, k, v) = (heads("query")?, heads("key")?, heads("value")?);
            let scores = (q.matmul(&k.transpose(2, 3)?.contiguous()?)? * (1.0 / (wide as f64).sqrt()))?;
            let mixed = softmax(&scores.broadcast_add(&closed)?, D::Minus1)?.matmul(&v)?;
            let mixed = mixed.transpose(1, 2)?.reshape((count * length, hidden))?;
            let attended = self.linear(&mixed, &format!("{at}.attention.output.dense"))?;
            x = self.norm(&x.add(&attended)?, &format!("{at}.attention.output.LayerNorm"))?;
            let inner = self.linear(&x, &format!("{at}.intermediate.dense"))?.gelu_erf()?;
            let outer = self.linear(&inner, &format!("{at}.output.dense"))?;
            x = self.norm(&x.add(&outer)?, &format!("{at}.output.LayerNorm"))?;
        }
        Ok(x)
    }

    /// Logits of each token's classes; `x`: the states after the last layer.
    pub(super) fn token_logits(&self, x: &Tensor, head: &str) -> Result<Tensor> {
        self.linear(&self.alike(x)?, &format!("head.{head}"))
    }

    /// By question the logits of its answers, a row for each pass.
    pub(super) fn whole_logits(&self, x: &Tensor, batch: &Batch) -> Result<BTreeMap<String, Tensor>> {
        let (count, length, hidden) = batch.states.dims3()?;
        let x = self.alike(x)?;
        let looks = self.linear(&x, "head.query")?.reshape((count, length, self.questions.len()))?;
        let looks = softmax(&looks.broadcast_add(&batch.closed.unsqueeze(2)?)?, 1)?;
        let seen = looks.transpose(1, 2)?.contiguous()?.matmul(&x.reshape((count, length, hidden))?)?;
        let answer = |(k, name): (usize, &String)| {
            let row = seen.narrow(1, k, 1)?.squeeze(1)?.contiguous()?;
            Ok((name.clone(), self.linear(&row, &format!("head.class.{name}"))?))
        };
        self.questions.iter().enumerate().map(answer).collect()
    }

    fn alike(&self, x: &Tensor) -> Result<Tensor> {
        let row = |values: &[f32]| Tensor::from_slice(values, values.len(), &Device::Cpu)?.to_dtype(x.dtype());
        x.broadcast_sub(&row(&self.standard.mean)?)?.broadcast_div(&row(&self.standard.spread)?)
    }

    /// The parts of the loss by head; a question's is named `class.NAME`.
    pub(super) fn parts(&self, batch: &Batch) -> Result<BTreeMap<String, Part>> {
        let x = self.states(batch)?;
        let mut out = BTreeMap::new();
        for (head, targets) in &batch.tokens {
            let places = Tensor::from_slice(&targets.places, targets.places.len(), &Device::Cpu)?;
            let logits = self.token_logits(&x.index_select(&places, 0)?, head)?;
            out.insert(head.clone(), part(&logits, targets)?);
        }
        if !batch.whole.is_empty() {
            let answers = self.whole_logits(&x, batch)?;
            for (question, targets) in &batch.whole {
                let Some(logits) = answers.get(question) else { continue };
                let places = Tensor::from_slice(&targets.places, targets.places.len(), &Device::Cpu)?;
                out.insert(format!("class.{question}"), part(&logits.index_select(&places, 0)?, targets)?);
            }
        }
        Ok(out)
    }

    /// Makes the states that the heads see alike, and the heads such that they give the same as before.
    pub(super) fn standardise(&mut self, standard: Standard) -> Result<()> {
        let folded = self.folded()?;
        let mut moved = folded.clone();
        for (name, weight) in &folded {
            let Some(head) = linear_head(name) else { continue };
            let Some(bias) = moved.get_mut(&format!("{head}.bias")) else { continue };
            for (row, bias) in weight.values.chunks_exact(standard.mean.len()).zip(&mut bias.values) {
                *bias += row.iter().zip(&standard.mean).map(|(w, m)| w * m).sum::<f32>();
            }
            if let Some(weight) = moved.get_mut(name) {
                for row in weight.values.chunks_exact_mut(standard.spread.len()) {
                    row.iter_mut().zip(&standard.spread).for_each(|(w, s)| *w *= s);
                }
            }
        }
        self.set(&moved)?;
        self.standard = standard;
        Ok(())
    }

    /// What is trained, as it is written: heads that take the states as they are.
    pub(super) fn folded(&self) -> Result<BTreeMap<String, Table>> {
        let mut out = self.tables()?;
        let Standard { mean, spread } = &self.standard;
        for name in self.variables.keys() {
            let Some(head) = linear_head(name) else { continue };
            let Some(weight) = out.get_mut(name) else { continue };
            for row in weight.values.chunks_exact_mut(spread.len()) {
                row.iter_mut().zip(spread).for_each(|(w, s)| *w /= s);
            }
            let common = |row: &[f32]| row.iter().zip(mean).map(|(w, m)| w * m).sum::<f32>();
            let common: Vec<f32> = weight.values.chunks_exact(mean.len()).map(common).collect();
            if let Some(bias) = out.get_mut(&format!("{head}.bias")) {
                bias.values.iter_mut().zip(common).for_each(|(b, c)| *b -= c);
            }
        }
        Ok(out)
    }

    /// The variables as they are.
    pub(super) fn tables(&self) -> Result<BTreeMap<String, Table>> {
        let table = |(name, variable): (&String, &Var)| {
            let values = variable.to_dtype(DType::F32)?.flatten_all()?.to_vec1::<f32>()?;
            Ok((name.clone(), Table { shape: variable.dims().to_vec(), values }))
        };
        self.variables.iter().map(table).collect()
    }

    pub(super) fn set(&self, tables: &BTreeMap<String, Table>) -> Result<()> {
        for (name, table) in tables {
            if let Some(variable) = self.variables.get(name) {
                let tensor = Tensor::from_slice(&table.values, table.shape.as_slice(), &Device::Cpu)?;
                variable.set(&tensor.to_dtype(variable.dtype())?)?;
            }
        }
        Ok(())
    }
}

/// `head.tag` of `head.tag.weight`: the heads that take the last states.
fn linear_head(name: &str) -> Option<&str> {
    name.strip_suffix(".weight").filter(|n| n.starts_with("head.") && *n != "head.mark")
}

/// Softmax whose greatest value is a constant: its gradient would cancel out.
fn softmax<I: candle_core::shape::Dim + Copy>(x: &Tensor, over: I) -> Result<Tensor> {
    let raised = x.broadcast_sub(&x.detach().max_keepdim(over)?)?.exp()?;
    raised.broadcast_div(&raised.sum_keepdim(over)?)
}

fn part(logits: &Tensor, targets: &Targets) -> Result<Part> {
    let count = targets.places.len();
    let classes = Tensor::from_slice(&targets.classes, (count, 1), &Device::Cpu)?;
    let weights = Tensor::from_slice(&targets.weights, count, &Device::Cpu)?.to_dtype(logits.dtype())?;
    let logits = logits.broadcast_sub(&logits.detach().max_keepdim(1)?)?;
    let whole = logits.exp()?.sum_keepdim(1)?.log()?;
    let missed = whole.sub(&logits.gather(&classes, 1)?)?.squeeze(1)?;
    Ok(Part { sum: missed.mul(&weights)?.sum_all()?, count })
}
