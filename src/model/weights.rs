//! Reads weights.safetensors into a network: names as in BERT's own files, shapes checked against the manifest.

use super::Error;
use super::cpu::Cpu;
use super::forward::{Layer, Network, Norm, Words};
use super::manifest::Shape;
use super::matrix::{BLOCK, BLOCK_BYTES, Matrix};
use candle_core::safetensors::SliceSafetensors;
use std::collections::BTreeMap;

/// A tensor of 32-bit floats, rows last.
#[derive(Debug, Clone)]
pub struct Table {
    pub shape: Vec<usize>,
    pub values: Vec<f32>,
}

/// The network, and the tensors named `head.*`. `words`: the file with the word embeddings, where that is another.
pub(super) fn read(
    bytes: &[u8],
    words: Option<&[u8]>,
    shape: Shape,
) -> Result<(Network, BTreeMap<String, Table>), Error> {
    let open = |bytes| SliceSafetensors::new(bytes).map(File).map_err(|e| Error::Weights(e.to_string()));
    let file = open(bytes)?;
    let apart = words.map(open).transpose()?;
    let hidden = shape.hidden;
    let layers =
        (0..shape.layers).map(|i| file.layer(&format!("encoder.layer.{i}"), shape)).collect::<Result<_, _>>()?;
    let from = shape.asking_from.unwrap_or(shape.layers);
    let asking =
        (from..shape.layers).map(|i| file.layer(&format!("asking.layer.{i}"), shape)).collect::<Result<_, _>>()?;
    let name = "embeddings.word_embeddings.weight";
    let holder = apart.as_ref().unwrap_or(&file);
    let words = Words {
        bytes: holder.bytes(name, &[shape.pieces, hidden], 1)?.to_vec(),
        steps: holder.floats("embeddings.word_embeddings.step", &[shape.pieces])?,
    };
    let mut positions = file.floats("embeddings.position_embeddings.weight", &[shape.positions, hidden])?;
    let kinds = file.any("embeddings.token_type_embeddings.weight")?;
    if kinds.shape.last() != Some(&hidden) || kinds.values.len() < hidden {
        let wanted = format!("rows of {hidden}");
        return Err(Error::Shape {
            name: "embeddings.token_type_embeddings.weight".into(),
            found: format!("{:?}", kinds.shape),
            wanted,
        });
    }
    for row in positions.chunks_exact_mut(hidden) {
        row.iter_mut().zip(&kinds.values).for_each(|(x, y)| *x += y);
    }
    let norm = file.norm("embeddings.LayerNorm", hidden)?;
    let mut heads = BTreeMap::new();
    for (name, _) in file.0.tensors() {
        if name.starts_with("head.") {
            heads.insert(name.clone(), file.any(&name)?);
        }
    }
    let network = Network {
        cpu: Cpu::best(),
        hidden,
        heads: shape.heads,
        epsilon: shape.epsilon,
        words,
        positions,
        norm,
        layers,
        asking,
    };
    Ok((network, heads))
}

struct File<'a>(SliceSafetensors<'a>);

impl File<'_> {
    fn layer(&self, prefix: &str, shape: Shape) -> Result<Layer, Error> {
        let (hidden, inner) = (shape.hidden, shape.inner);
        let linear =
            |name: &str, inputs: usize, outputs: usize| self.matrix(&[&format!("{prefix}.{name}")], inputs, outputs);
        let norm = |name: &str| self.norm(&format!("{prefix}.{name}.LayerNorm"), hidden);
        let own = ["query", "key", "value"].map(|n| format!("{prefix}.attention.self.{n}"));
        Ok(Layer {
            qkv: self.matrix(&own.each_ref().map(String::as_str), hidden, hidden)?,
            attention: linear("attention.output.dense", hidden, hidden)?,
            attention_norm: norm("attention.output")?,
            inner: linear("intermediate.dense", hidden, inner)?,
            outer: linear("output.dense", inner, hidden)?,
            outer_norm: norm("output")?,
        })
    }

    /// The bytes of a tensor whose shape and size of element are known.
    fn bytes(&self, name: &str, shape: &[usize], size: usize) -> Result<&[u8], Error> {
        let view = self.0.get(name).map_err(|_| Error::NoTensor(name.to_owned()))?;
        if view.shape() != shape || view.data().len() != shape.iter().product::<usize>() * size {
            let found = format!("{:?} values of type {:?}", view.shape(), view.dtype());
            let wanted = format!("{shape:?} values of {size} byte{}", if size == 1 { "" } else { "s" });
            return Err(Error::Shape { name: name.to_owned(), found, wanted });
        }
        Ok(view.data())
    }

    fn floats(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, Error> {
        Ok(floats(self.bytes(name, shape, 4)?))
    }

    fn any(&self, name: &str) -> Result<Table, Error> {
        let view = self.0.get(name).map_err(|_| Error::NoTensor(name.to_owned()))?;
        let shape = view.shape().to_vec();
        Ok(Table { values: self.floats(name, &shape)?, shape })
    }

    fn norm(&self, name: &str, width: usize) -> Result<Norm, Error> {
        Ok(Norm {
            weight: self.floats(&format!("{name}.weight"), &[width])?,
            bias: self.floats(&format!("{name}.bias"), &[width])?,
        })
    }

    /// Linear layers of equal shape as one matrix, the outputs one after another.
    fn matrix(&self, names: &[&str], inputs: usize, outputs: usize) -> Result<Matrix, Error> {
        let mut rows = Vec::new();
        let mut bias = Vec::new();
        for name in names {
            rows.push(self.bytes(&format!("{name}.weight"), &[outputs, inputs / BLOCK * BLOCK_BYTES], 1)?);
            bias.extend(self.floats(&format!("{name}.bias"), &[outputs])?);
        }
        Ok(Matrix::pack(inputs, &rows, bias))
    }
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()
}
