//! Vectors of passages kept on disk, so that only new and changed passages are read by the encoder.

use super::dense::Packed;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use std::io::{self, Read, Write};
use std::path::Path;

type Key = [u8; 32];

/// First bytes of the file; another version is not read, and written anew.
const MAGIC: &[u8; 8] = b"MUSTERV1";

/// Vectors of other pages that are kept beside those in use: the same user may ask of several folders in turn.
const SPARE: usize = 50_000;

/// Vectors by what they were made of.
#[derive(Debug, Clone, Default)]
pub struct Cache {
    model: Key,
    width: usize,
    held: HashMap<Key, Packed>,
}

impl Cache {
    /// An empty cache for the model of that identity.
    pub fn new(identity: &str, width: usize) -> Self {
        Self { model: Sha256::digest(identity).into(), width, held: HashMap::new() }
    }

    /// What the file holds for this model; a file of another model, or a broken one, counts as empty or ends early.
    pub fn read(identity: &str, width: usize, file: &Path) -> Self {
        let mut cache = Self::new(identity, width);
        if let Ok(file) = std::fs::File::open(file) {
            // A cut file gives what stands before the cut: each record stands alone.
            let _ = cache.take(&mut io::BufReader::new(file));
        }
        cache
    }

    fn take(&mut self, file: &mut impl Read) -> io::Result<()> {
        let mut head = [0; 8 + 32 + 4];
        file.read_exact(&mut head)?;
        if head[..8] != MAGIC[..] || head[8..40] != self.model || head[40..] != (self.width as u32).to_le_bytes() {
            return Ok(());
        }
        let mut record = vec![0u8; 32 + 4 + self.width];
        loop {
            file.read_exact(&mut record)?;
            let (Ok(key), Ok(step)) = (record[..32].try_into(), record[32..36].try_into()) else { return Ok(()) };
            let values = record[36..].iter().map(|b| *b as i8).collect();
            self.held.insert(key, Packed { step: f32::from_le_bytes(step), values });
        }
    }

    /// Writes the vectors of `used`, and some others that are held; first beside the file and then in its place.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn write<'t>(&self, file: &Path, used: impl Iterator<Item = &'t str>) -> io::Result<()> {
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let beside = file.with_extension(format!("{}.part", std::process::id()));
        let mut out = io::BufWriter::new(std::fs::File::create(&beside)?);
        out.write_all(MAGIC)?;
        out.write_all(&self.model)?;
        out.write_all(&(self.width as u32).to_le_bytes())?;
        let used: HashSet<Key> = used.map(key).collect();
        let spare = self.held.iter().filter(|(key, _)| !used.contains(*key)).take(SPARE);
        for (key, packed) in used.iter().filter_map(|key| self.held.get_key_value(key)).chain(spare) {
            out.write_all(key)?;
            out.write_all(&packed.step.to_le_bytes())?;
            out.write_all(&packed.values.iter().map(|v| *v as u8).collect::<Vec<u8>>())?;
        }
        out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        std::fs::rename(&beside, file)
    }

    pub fn get(&self, text: &str) -> Option<&Packed> {
        self.held.get(&key(text))
    }

    pub fn put(&mut self, text: &str, packed: Packed) {
        self.held.insert(key(text), packed);
    }
}

fn key(text: &str) -> Key {
    Sha256::digest(text).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_comes_back_for_the_same_model_alone() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("deep/vectors.bin");
        let mut cache = Cache::new("m 1", 3);
        cache.put("a", Packed { step: 0.5, values: vec![1, -2, 127] });
        cache.put("b", Packed { step: 0.25, values: vec![0, 0, 1] });
        cache.write(&file, ["a", "missing"].into_iter()).unwrap();
        let back = Cache::read("m 1", 3, &file);
        assert_eq!(back.get("a"), cache.get("a"));
        assert_eq!(back.get("b"), cache.get("b"), "of another folder");
        assert_eq!(Cache::read("m 2", 3, &file).get("a"), None);
        let bytes = std::fs::read(&file).unwrap();
        std::fs::write(&file, &bytes[..bytes.len() - 1]).unwrap();
        let cut = Cache::read("m 1", 3, &file);
        assert!(cut.get("a") == cache.get("a") && cut.get("b").is_none(), "the last record is cut, the first is whole");
    }
}
