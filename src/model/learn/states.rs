//! The frozen part's states, kept for the whole run: in memory, or in a file where they are many.

use super::Error;
use super::lower::Lower;
use crate::model::States;
use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Rows of states by example and pass.
pub(super) struct Kept {
    width: usize,
    store: Store,
    /// In values: where they begin, and how many.
    places: HashMap<(usize, usize), (u64, usize)>,
    length: u64,
}

enum Store {
    Memory(Vec<f32>),
    Disk { file: File, path: PathBuf },
}

impl Kept {
    /// `bytes`: what all states will take; from `most` on they go to `file`.
    pub(super) fn new(width: usize, bytes: u64, most: u64, file: &Path) -> Result<Self, Error> {
        let store = if bytes <= most {
            Store::Memory(Vec::new())
        } else {
            let mut options = File::options();
            let opened = options.create(true).truncate(true).read(true).write(true).open(file);
            Store::Disk { file: opened.map_err(Error::file(file))?, path: file.to_owned() }
        };
        Ok(Self { width, store, places: HashMap::new(), length: 0 })
    }

    pub(super) fn put(&mut self, example: usize, passes: usize, lower: &Lower) -> Result<(), Error> {
        match lower {
            Lower::Shared(states) => {
                let place = self.append(states)?;
                self.places.extend((0..passes).map(|pass| ((example, pass), place)));
            }
            Lower::Own(own) => {
                for (pass, states) in own.iter().enumerate() {
                    let place = self.append(states)?;
                    self.places.insert((example, pass), place);
                }
            }
        }
        Ok(())
    }

    fn append(&mut self, states: &States) -> Result<(u64, usize), Error> {
        let values: Vec<f32> = states.rows().flatten().copied().collect();
        let place = (self.length, values.len());
        self.length += values.len() as u64;
        match &mut self.store {
            Store::Memory(all) => all.extend(values),
            Store::Disk { file, path } => {
                let bytes: Vec<u8> = values.iter().flat_map(|x| x.to_le_bytes()).collect();
                file.seek(SeekFrom::End(0)).and_then(|_| file.write_all(&bytes)).map_err(Error::file(&*path))?;
            }
        }
        Ok(place)
    }

    /// The rows of a pass, one after another; empty where it was not put.
    pub(super) fn get(&mut self, example: usize, pass: usize) -> Result<Vec<f32>, Error> {
        let Some((from, count)) = self.places.get(&(example, pass)).copied() else { return Ok(Vec::new()) };
        match &mut self.store {
            Store::Memory(all) => {
                let from = from as usize;
                Ok(all.get(from..from + count).unwrap_or_default().to_vec())
            }
            Store::Disk { file, path } => {
                let mut bytes = vec![0; count * 4];
                file.seek(SeekFrom::Start(from * 4))
                    .and_then(|_| file.read_exact(&mut bytes))
                    .map_err(Error::file(&*path))?;
                Ok(bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect())
            }
        }
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    #[cfg(test)]
    pub(super) fn on_disk(&self) -> bool {
        matches!(self.store, Store::Disk { .. })
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        if let Store::Disk { path, .. } = &self.store {
            // Left behind, it would be written over by the next run.
            let _ = std::fs::remove_file(path);
        }
    }
}
