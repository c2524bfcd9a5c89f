//! Why a model folder cannot be used, in sentences for the person who put it there.

use std::path::PathBuf;

/// What is wrong with a model folder, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("cannot read {}: {source}; a model folder holds manifest.toml, weights.safetensors and tokenizer.json", file.display())]
    Missing { file: PathBuf, source: std::io::Error },
    #[error("{} is not a manifest of an encoder: {source}", file.display())]
    Manifest { file: PathBuf, source: toml::de::Error },
    #[error("the manifest names no SHA-256 for {0}; write the folder again with models/tools/prune.py")]
    NoHash(String),
    #[error("{} has the SHA-256 {found}, but the manifest says {wanted}: the file was changed or cut short; fetch the folder again", file.display())]
    Hash { file: PathBuf, found: String, wanted: String },
    #[error("the manifest's shape cannot be run: {0}")]
    Unfit(String),
    #[error("weights.safetensors cannot be read as tensors: {0}")]
    Weights(String),
    #[error("weights.safetensors holds no tensor {0}; its layers and the manifest's must agree")]
    NoTensor(String),
    #[error("the tensor {name} holds {found}, but the manifest's shape calls for {wanted}")]
    Shape { name: String, found: String, wanted: String },
    #[error("tokenizer.json cannot be used: {0}")]
    Tokenizer(String),
}
