//! The reader that learning begins with: its frozen part as it runs, its trainable part in 32-bit floats.

use super::{Error, q8};
use crate::model::matrix::{BLOCK, BLOCK_BYTES};
use crate::model::{Encoder, Shape, Table};
use candle_core::safetensors::SliceSafetensors;
use std::collections::BTreeMap;
use std::path::Path;

/// A reader's folder, read.
pub(super) struct Base {
    pub encoder: Encoder,
    /// The layer that training begins with.
    pub from: usize,
    /// Before this layer the marks of people are added.
    pub marks_at: usize,
    pub questions: Vec<String>,
    /// The heads that give each token a class.
    pub token_heads: Vec<String>,
    /// What is trained.
    pub tensors: BTreeMap<String, Table>,
    /// Which of them lie in q8_0 blocks.
    pub packed: Vec<String>,
}

/// Layers from this one on are trained where nothing else is said, or from `marks_at` on where that is later.
const FROM: usize = 9;
/// Heads that are no heads of tokens.
const OTHER_HEADS: [&str; 4] = ["feature", "mark", "query", "pair"];

impl Base {
    pub(super) fn open(folder: &Path, from: Option<usize>) -> Result<Self, Error> {
        let encoder = Encoder::open(folder)?;
        let lacks = |what: &str| Error::NoReader { folder: folder.to_owned(), what: what.to_owned() };
        let manifest = encoder.manifest();
        let reader = manifest.reader.clone().ok_or_else(|| lacks("manifest has no [reader]"))?;
        let shape = manifest.shape;
        let from = from.unwrap_or_else(|| FROM.max(reader.marks_at).min(shape.layers.saturating_sub(1)));
        if !(reader.marks_at..shape.layers).contains(&from) {
            return Err(Error::FromLayer { from, least: reader.marks_at, layers: shape.layers });
        }
        let bytes = manifest.file("weights.safetensors")?;
        let mut base = Self {
            from,
            marks_at: reader.marks_at,
            questions: reader.questions,
            token_heads: Vec::new(),
            tensors: BTreeMap::new(),
            packed: Vec::new(),
            encoder,
        };
        base.read(&bytes, shape)?;
        base.check(&lacks)?;
        Ok(base)
    }

    fn read(&mut self, bytes: &[u8], shape: Shape) -> Result<(), Error> {
        let file = SliceSafetensors::new(bytes)?;
        for (name, view) in file.tensors() {
            if let Some(rest) = name.strip_prefix("encoder.layer.") {
                let layer = rest.split('.').next().and_then(|n| n.parse::<usize>().ok());
                if layer.is_none_or(|n| n < self.from || n >= shape.layers) {
                    continue;
                }
                // The encoder was opened, so types and shapes are as they should be.
                if let [rows, width] = view.shape() {
                    let shape = vec![*rows, width / BLOCK_BYTES * BLOCK];
                    self.packed.push(name.clone());
                    self.tensors.insert(name, Table { shape, values: q8::floats(view.data()) });
                } else {
                    self.tensors.insert(name, table(view.shape(), view.data()));
                }
            } else if let Some(rest) = name.strip_prefix("head.") {
                let head = rest.split('.').next().unwrap_or_default();
                let token_head = rest.strip_suffix(".weight").filter(|h| !h.contains('.') && !OTHER_HEADS.contains(h));
                self.token_heads.extend(token_head.map(str::to_owned));
                // Below its layer a mark has no gradient.
                if !matches!(head, "feature" | "pair") && (head != "mark" || self.from == self.marks_at) {
                    self.tensors.insert(name, table(view.shape(), view.data()));
                }
            }
        }
        Ok(())
    }

    /// Every head has a weight and a bias that go together.
    fn check(&self, lacks: &impl Fn(&str) -> Error) -> Result<(), Error> {
        let hidden = self.encoder.width();
        let pair = |name: &str, rows: Option<usize>| {
            let get = |kind: &str| self.tensors.get(&format!("head.{name}.{kind}"));
            match (get("weight"), get("bias")) {
                (Some(weight), Some(bias))
                    if weight.shape == [bias.values.len(), hidden]
                        && rows.is_none_or(|r| r == bias.values.len())
                        && !bias.values.is_empty() =>
                {
                    Ok(())
                }
                _ => Err(lacks(&format!("weights lack head.{name}.weight and .bias of {hidden} columns that fit"))),
            }
        };
        pair("query", Some(self.questions.len()))?;
        self.questions.iter().try_for_each(|q| pair(&format!("class.{q}"), None))?;
        self.token_heads.iter().try_for_each(|h| pair(h, None))?;
        for name in ["feature", "mark"] {
            let table = self.encoder.head(&format!("head.{name}.weight"));
            if table.is_none_or(|t| t.shape.len() != 2 || t.shape[1] != hidden || (name == "mark" && t.shape[0] != 3)) {
                return Err(lacks(&format!("weights lack a head.{name}.weight of {hidden} columns")));
            }
        }
        Ok(())
    }

    /// How many classes a head of tokens or, as `class.NAME`, a question has.
    pub(super) fn classes(&self, name: &str) -> Option<usize> {
        let head = name.strip_prefix("class.").map_or(&self.token_heads, |_| &self.questions);
        let known = head.iter().any(|h| h == name.strip_prefix("class.").unwrap_or(name));
        self.tensors.get(&format!("head.{name}.bias")).filter(|_| known).map(|t| t.values.len())
    }
}

fn table(shape: &[usize], bytes: &[u8]) -> Table {
    let values = bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
    Table { shape: shape.to_vec(), values }
}
