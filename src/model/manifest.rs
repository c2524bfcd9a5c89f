//! The manifest of a model folder: what the model is, whence it comes, its shape, and the hash of every file.

use super::Error;
use super::attention::WIDTHS;
use super::matrix::{BLOCK, MOST_INPUTS};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// `manifest.toml`, as models/tools/prune.py writes it.
#[derive(Debug, Clone, Deserialize)]
pub struct Manifest {
    pub name: String,
    pub version: String,
    /// How the folder was made.
    #[serde(default)]
    pub made: String,
    #[serde(default)]
    pub note: String,
    pub base: Base,
    pub shape: Shape,
    #[serde(default)]
    pub pair: Pair,
    /// Where the word embeddings and the tokenizer lie, if not here: readers share them.
    #[serde(default)]
    pub words: Option<Elsewhere>,
    /// What a reader of messages has beside the layers.
    #[serde(default)]
    pub reader: Option<ReaderShape>,
    /// SHA-256 in hexadecimal, by file name.
    pub files: BTreeMap<String, String>,
    #[serde(skip)]
    folder: PathBuf,
}

/// The model that this one was made from.
#[derive(Debug, Clone, Deserialize)]
pub struct Base {
    pub licence: String,
    pub origin: String,
    #[serde(default)]
    pub sha256: String,
}

/// Another model folder.
#[derive(Debug, Clone, Deserialize)]
pub struct Elsewhere {
    /// From this folder on, like `../words-1`.
    pub folder: PathBuf,
}

/// How a reader of messages is asked.
#[derive(Debug, Clone, Deserialize)]
pub struct ReaderShape {
    /// Before this layer the marks of people are added; the layers below run once a message.
    pub marks_at: usize,
    /// The questions to a whole pass, in the order of the rows of `head.query.weight`.
    pub questions: Vec<String>,
}

/// A folder of word embeddings: its files and their hashes.
#[derive(Debug, Deserialize)]
struct WordsManifest {
    files: BTreeMap<String, String>,
}

/// The measures of the network.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Shape {
    pub layers: usize,
    /// Width of a token's state; a multiple of 32, at most 2048.
    pub hidden: usize,
    /// From this layer on questions go through layers of their own (`asking.layer.*`); none where they share all.
    #[serde(default)]
    pub asking_from: Option<usize>,
    /// Attention heads; each 16, 32 or 64 wide.
    pub heads: usize,
    /// Width between the two linear layers; a multiple of 32, at most 2048.
    pub inner: usize,
    /// The most tokens of a sequence, with its two marks.
    pub positions: usize,
    /// Entries of the vocabulary.
    pub pieces: usize,
    /// Added to the variance by layer norm.
    pub epsilon: f32,
}

/// The pair head.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub struct Pair {
    pub pool: Pool,
}

/// How the states of a sequence become one row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pool {
    /// The mean of all tokens.
    #[default]
    Mean,
    /// The first token, `<s>`.
    First,
}

impl Manifest {
    /// Reads `folder`/manifest.toml.
    ///
    /// # Errors
    /// When the file is not there, is no manifest, or describes a network that there is no code for.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        let file = folder.join("manifest.toml");
        let text = std::fs::read_to_string(&file).map_err(|source| Error::Missing { file: file.clone(), source })?;
        let mut manifest: Self = toml::from_str(&text).map_err(|source| Error::Manifest { file, source })?;
        manifest.folder = folder.to_owned();
        manifest.shape.check()?;
        Ok(manifest)
    }

    /// The bytes of one of the folder's files, after their hash has been compared.
    ///
    /// # Errors
    /// When the manifest does not name the file, when it cannot be read, or is not the one that was hashed.
    pub fn file(&self, name: &str) -> Result<Vec<u8>, Error> {
        hashed(&self.folder, &self.files, name)
    }

    /// The same for the folder that holds the words: this one, or the one that `words` names.
    ///
    /// # Errors
    /// As `file`, and when that folder has no manifest.
    pub fn words_file(&self, name: &str) -> Result<Vec<u8>, Error> {
        let Some(words) = &self.words else { return self.file(name) };
        let folder = self.folder.join(&words.folder);
        let file = folder.join("manifest.toml");
        let text = std::fs::read_to_string(&file).map_err(|source| Error::Missing { file: file.clone(), source })?;
        let manifest: WordsManifest = toml::from_str(&text).map_err(|source| Error::Manifest { file, source })?;
        hashed(&folder, &manifest.files, name)
    }

    /// Where it was read from.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

fn hashed(folder: &Path, files: &BTreeMap<String, String>, name: &str) -> Result<Vec<u8>, Error> {
    let wanted = files.get(name).ok_or_else(|| Error::NoHash(name.to_owned()))?;
    let file = folder.join(name);
    let bytes = std::fs::read(&file).map_err(|source| Error::Missing { file: file.clone(), source })?;
    let found: String = Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
    if found.eq_ignore_ascii_case(wanted) {
        Ok(bytes)
    } else {
        Err(Error::Hash { file, found, wanted: wanted.clone() })
    }
}

impl Shape {
    fn check(&self) -> Result<(), Error> {
        let unfit = |why: String| Err(Error::Unfit(why));
        for (what, width) in [("hidden", self.hidden), ("inner", self.inner)] {
            if width == 0 || !width.is_multiple_of(BLOCK) || width > MOST_INPUTS {
                return unfit(format!("{what} = {width} is not a multiple of {BLOCK} up to {MOST_INPUTS}"));
            }
        }
        if self.heads == 0 || !self.hidden.is_multiple_of(self.heads) || !WIDTHS.contains(&(self.hidden / self.heads)) {
            return unfit(format!(
                "hidden = {} over heads = {} does not give heads 16, 32 or 64 wide",
                self.hidden, self.heads
            ));
        }
        if !(1..=64).contains(&self.layers)
            || !(3..=4096).contains(&self.positions)
            || !(4..=1_000_000).contains(&self.pieces)
        {
            return unfit(format!(
                "layers = {}, positions = {}, pieces = {}",
                self.layers, self.positions, self.pieces
            ));
        }
        if self.asking_from.is_some_and(|from| from >= self.layers) {
            return unfit(format!("asking_from = {:?} of {} layers", self.asking_from, self.layers));
        }
        if !(self.epsilon > 0.0 && self.epsilon < 1.0) {
            return unfit(format!("epsilon = {}", self.epsilon));
        }
        Ok(())
    }
}
