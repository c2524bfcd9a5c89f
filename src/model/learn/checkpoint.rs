//! Where a run stands, in one file: written beside its name, then renamed, so that there is always a whole one.

use super::Error;
use super::adam::{Adam, Values};
use super::upper::{Standard, Upper};
use crate::model::Table;
use candle_core::{Device, Tensor};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::path::Path;

/// The file's name in the run's folder.
pub(super) const NAME: &str = "checkpoint.safetensors";

/// What is not a tensor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Run {
    /// Of reader, examples, settings and seed.
    pub of: String,
    pub step: usize,
    /// Spent so far, over all starts.
    pub seconds: f64,
}

pub(super) fn save(folder: &Path, run: &Run, upper: &Upper, adam: &Adam) -> Result<(), Error> {
    let file = folder.join(NAME);
    let fault = |why: String| Error::Checkpoint { file: file.clone(), why };
    let json = serde_json::to_vec(run).map_err(|e| fault(e.to_string()))?;
    let row = |values: &[f32]| Tensor::from_slice(values, values.len(), &Device::Cpu);
    let mut tensors = HashMap::from([
        ("run".to_owned(), Tensor::from_slice(&json, json.len(), &Device::Cpu)?),
        ("standard.mean".to_owned(), row(&upper.standard.mean)?),
        ("standard.spread".to_owned(), row(&upper.standard.spread)?),
    ]);
    for (name, variable) in &upper.variables {
        tensors.insert(format!("value.{name}"), variable.as_detached_tensor());
    }
    for (kind, moments) in [("first", &adam.first), ("second", &adam.second)] {
        for (name, values) in moments {
            tensors.insert(format!("{kind}.{name}"), row(values)?);
        }
    }
    let beside = folder.join("checkpoint.new");
    candle_core::safetensors::save(&tensors, &beside)?;
    File::open(&beside).and_then(|f| f.sync_all()).map_err(Error::file(&beside))?;
    std::fs::rename(&beside, &file).map_err(Error::file(&file))
}

/// Takes up the run of a folder, if there is one; it must be the run `of` the same.
pub(super) fn load(folder: &Path, of: &str, upper: &mut Upper, adam: &mut Adam) -> Result<Option<Run>, Error> {
    let file = folder.join(NAME);
    let bytes = match std::fs::read(&file) {
        Ok(bytes) => bytes,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(Error::file(&file)(e)),
    };
    let fault = |why: String| Error::Checkpoint { file: file.clone(), why };
    let tensors = candle_core::safetensors::load_buffer(&bytes, &Device::Cpu).map_err(|e| fault(e.to_string()))?;
    let json = tensors.get("run").ok_or_else(|| fault("it has no record of its run".into()))?.to_vec1::<u8>()?;
    let run: Run = serde_json::from_slice(&json).map_err(|e| fault(e.to_string()))?;
    if run.of != of {
        return Err(Error::OtherRun(folder.to_owned()));
    }
    let values = |name: &str| -> Result<Vec<f32>, Error> {
        let tensor = tensors.get(name).ok_or_else(|| fault(format!("it has no {name}")))?;
        Ok(tensor.flatten_all()?.to_vec1::<f32>()?)
    };
    let mut tables = BTreeMap::new();
    let mut moments = [Values::new(), Values::new()];
    for (name, variable) in &upper.variables {
        let sized = |found: Vec<f32>| {
            if found.len() == variable.elem_count() { Ok(found) } else { Err(fault(format!("the size of {name}"))) }
        };
        let table = Table { shape: variable.dims().to_vec(), values: sized(values(&format!("value.{name}"))?)? };
        tables.insert(name.clone(), table);
        for (kind, moments) in ["first", "second"].into_iter().zip(&mut moments) {
            let name = format!("{kind}.{name}");
            if tensors.contains_key(&name) {
                moments.insert(name.split_once('.').map_or("", |n| n.1).to_owned(), sized(values(&name)?)?);
            }
        }
    }
    let standard = Standard { mean: values("standard.mean")?, spread: values("standard.spread")? };
    if standard.mean.len() != upper.standard.mean.len() || standard.spread.len() != upper.standard.spread.len() {
        return Err(fault("the size of its mean".into()));
    }
    upper.set(&tables)?;
    upper.standard = standard;
    let [first, second] = moments;
    *adam = Adam { first, second, step: run.step };
    Ok(Some(run))
}
