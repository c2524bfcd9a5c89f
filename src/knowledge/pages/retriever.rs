//! The learned retriever: passages and questions to embeddings that meet where one answers the other.
//!
//! Passages go through the base encoder and a linear map, questions through layers of their own; rows for 'no page says
//! this' stand beside the passages. models/retriever/ says how it was learned.

use super::dense::Packed;
use crate::model::{Encoder, Error};
use std::path::Path;

/// An open retriever.
pub struct Retriever {
    encoder: Encoder,
    /// The map of passages, row by row, and what is added after it.
    map: Vec<f32>,
    shift: Vec<f32>,
    /// Rows for 'no page says this', of length 1, one after another.
    none: Vec<f32>,
    /// Logits are products divided by this.
    temperature: f32,
}

/// A question as the retriever sees it.
#[derive(Debug, Clone)]
pub struct Question {
    /// Of length 1.
    pub vector: Vec<f32>,
    /// The logit that no page says this, against the products' own divided by the temperature.
    pub none: f32,
}

impl Retriever {
    /// Reads a model folder.
    ///
    /// # Errors
    /// When a file is missing or changed, or when the folder holds another kind of model.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let encoder = Encoder::open(folder)?;
        let width = encoder.width();
        let head = |name: &str, multiple: usize| {
            let table = encoder.head(name).ok_or_else(|| Error::NoTensor(name.to_owned()))?;
            if table.values.is_empty() || !table.values.len().is_multiple_of(multiple) {
                let found = format!("{:?}", table.shape);
                return Err(Error::Shape { name: name.to_owned(), found, wanted: format!("rows of {multiple}") });
            }
            Ok(table.values.clone())
        };
        let map = head("head.passage.weight", width * width)?;
        let shift = head("head.passage.bias", width)?;
        let mut none = head("head.none", width)?;
        none.chunks_exact_mut(width).for_each(unit);
        let temperature = head("head.temperature", 1)?.first().copied().unwrap_or(1.0).max(1e-3);
        Ok(Self { map, shift, none, temperature, encoder })
    }

    /// What the vectors of passages depend on: vectors of another model must not be used.
    pub fn identity(&self) -> String {
        let manifest = self.encoder.manifest();
        manifest.files.values().fold(format!("{} {}", manifest.name, manifest.version), |all, sha| all + " " + sha)
    }

    pub fn width(&self) -> usize {
        self.encoder.width()
    }

    pub fn temperature(&self) -> f32 {
        self.temperature
    }

    /// The vectors of passages, each with the headings above it.
    pub fn passages(&self, texts: &[String]) -> Vec<Packed> {
        let texts: Vec<String> = texts.iter().map(|t| format!("passage: {t}")).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        self.encoder.embed(&texts).iter().map(|v| Packed::of(&self.mapped(v))).collect()
    }

    pub fn question(&self, text: &str) -> Question {
        let vector = self.encoder.embed_questions(&[&format!("query: {text}")]).pop().unwrap_or_default();
        let logits = self.none.chunks_exact(self.width()).map(|row| dot(row, &vector) / self.temperature);
        Question { none: log_sum(logits), vector }
    }

    fn mapped(&self, vector: &[f32]) -> Vec<f32> {
        let rows = self.map.chunks_exact(self.width()).zip(&self.shift);
        let mut out: Vec<f32> = rows.map(|(row, shift)| dot(row, vector) + shift).collect();
        unit(&mut out);
        out
    }
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn unit(v: &mut [f32]) {
    let length = dot(v, v).sqrt();
    if length > 0.0 {
        v.iter_mut().for_each(|x| *x /= length);
    }
}

/// The logarithm of the sum of exponentials.
pub fn log_sum(logits: impl Iterator<Item = f32> + Clone) -> f32 {
    let most = logits.clone().fold(f32::NEG_INFINITY, f32::max);
    if most == f32::NEG_INFINITY {
        return most;
    }
    most + logits.map(|x| (x - most).exp()).sum::<f32>().ln()
}
