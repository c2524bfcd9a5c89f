//! The learned reader's folder: what was trained in the layout it came in, everything else as it was.

use super::Error;
use super::base::Base;
use super::example::hex;
use super::q8;
use crate::model::Table;
use candle_core::{Device, Tensor};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const WEIGHTS: &str = "weights.safetensors";
const MANIFEST: &str = "manifest.toml";

/// What is trained, as a reader of the written folder will see it: layers through q8_0 blocks and back.
pub(super) fn as_written(base: &Base, trained: &BTreeMap<String, Table>) -> Result<BTreeMap<String, Table>, Error> {
    let mut out = trained.clone();
    for name in &base.packed {
        if let Some(table) = out.get_mut(name) {
            table.values = q8::floats(&q8::blocks(&table.values)?);
        }
    }
    Ok(out)
}

/// Writes the folder beside its name, then renames it. `training` is the manifest's section of that name.
pub(super) fn folder(
    base: &Base,
    trained: &BTreeMap<String, Table>,
    training: toml::Table,
    out: &Path,
) -> Result<(), Error> {
    let manifest = base.encoder.manifest();
    let from = manifest.folder();
    let beside = beside(out);
    // What a killed run left.
    if beside.exists() {
        std::fs::remove_dir_all(&beside).map_err(Error::file(&beside))?;
    }
    std::fs::create_dir_all(&beside).map_err(Error::file(&beside))?;
    for entry in std::fs::read_dir(from).map_err(Error::file(from))?.flatten() {
        let name = entry.file_name();
        if entry.path().is_file() && name != MANIFEST && name != WEIGHTS {
            std::fs::copy(entry.path(), beside.join(&name)).map_err(Error::file(beside.join(&name)))?;
        }
    }
    let mut tensors = candle_core::safetensors::load_buffer(&manifest.file(WEIGHTS)?, &Device::Cpu)?;
    for (name, table) in trained {
        let tensor = if base.packed.contains(name) {
            let rows = table.shape.first().copied().unwrap_or(0);
            let blocks = q8::blocks(&table.values)?;
            let width = blocks.len() / rows.max(1);
            Tensor::from_vec(blocks, (rows, width), &Device::Cpu)?
        } else {
            Tensor::from_slice(&table.values, table.shape.as_slice(), &Device::Cpu)?
        };
        tensors.insert(name.clone(), tensor);
    }
    candle_core::safetensors::save(&tensors, beside.join(WEIGHTS))?;
    let text = described(base, training, &beside, out)?;
    std::fs::write(beside.join(MANIFEST), text).map_err(Error::file(beside.join(MANIFEST)))?;
    std::fs::rename(&beside, out).map_err(Error::file(out))
}

/// The base's manifest with what is new: name and version of the folder, how it was made, its hashes.
fn described(base: &Base, training: toml::Table, beside: &Path, out: &Path) -> Result<String, Error> {
    let manifest = base.encoder.manifest();
    let file = manifest.folder().join(MANIFEST);
    let fault = |why: String| Error::Manifest { file: file.clone(), why };
    let text = std::fs::read_to_string(&file).map_err(Error::file(&file))?;
    let mut table: toml::Table = toml::from_str(&text).map_err(|e| fault(e.to_string()))?;
    table.insert("version".into(), version(&manifest.name, &manifest.version, out).into());
    let made = format!(
        "muster train, from {} {}: layers {} and up, and the heads",
        manifest.name, manifest.version, base.from
    );
    table.insert("made".into(), made.into());
    if let (Some(words), Some(section)) = (&manifest.words, table.get_mut("words").and_then(toml::Value::as_table_mut))
    {
        section.insert("folder".into(), elsewhere(manifest.folder(), &words.folder, out).display().to_string().into());
    }
    // Figures were measured with the base.
    table.remove("figures");
    table.insert("training".into(), training.into());
    let files = table.get_mut("files").and_then(toml::Value::as_table_mut);
    for (name, hash) in files.ok_or_else(|| fault("it has no [files]".into()))? {
        let bytes = std::fs::read(beside.join(name)).map_err(Error::file(beside.join(name)))?;
        *hash = hex(&Sha256::digest(&bytes)).into();
    }
    let body = toml::to_string(&table).map_err(|e| fault(e.to_string()))?;
    Ok(format!("# What is in this folder and how it was made. Written by muster train.\n{body}"))
}

fn beside(out: &Path) -> PathBuf {
    named(out, ".new")
}

/// The path with something more at the end of its name.
pub(super) fn named(path: &Path, more: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(more);
    path.with_file_name(name)
}

/// What the folder's name says after the model's name; where it says nothing, the base's version, marked.
fn version(name: &str, base: &str, out: &Path) -> String {
    let folder = out.file_name().unwrap_or_default().to_string_lossy();
    let own = folder.strip_prefix(name).and_then(|rest| rest.strip_prefix('-')).filter(|v| !v.is_empty());
    own.map_or_else(|| format!("{base}-local"), str::to_owned)
}

/// The folder of the words as seen from the new folder.
fn elsewhere(from: &Path, words: &Path, out: &Path) -> PathBuf {
    let parent = |path: &Path| {
        let parent = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        parent.canonicalize().ok()
    };
    let base = from.canonicalize().unwrap_or_else(|_| from.to_owned());
    if base.parent().is_some_and(|p| Some(p) == parent(out).as_deref()) {
        return words.to_owned();
    }
    let words = base.join(words);
    words.canonicalize().unwrap_or(words)
}
