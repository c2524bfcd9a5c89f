//! The model folders that ship: where they are found, and the reader among them.

use crate::config::{Config, ConfigError};
use crate::understand::learned::Learned;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The shipped reader's folder, below a folder of models.
pub(super) const READER: &str = "reader-1";

/// The reader that the configuration names, or the shipped one where it is found; None: the symbols read alone.
///
/// # Errors
/// When a reader is there, or is named, and cannot be read.
pub fn open(config: &Config) -> Result<Option<Arc<Learned>>, ConfigError> {
    let folder = match &config.reader {
        Some(folder) if folder.as_os_str().is_empty() || folder == Path::new("symbols") => return Ok(None),
        Some(folder) => Some(folder.clone()),
        None => shipped(READER),
    };
    let open = |folder: PathBuf| {
        let opened = Learned::open(&folder).map_err(|e| ConfigError::Reader(folder, e.to_string()))?;
        Ok(Arc::new(opened))
    };
    folder.map(open).transpose()
}

/// What is said once where no reader was named and none is found.
pub const MISSING: &str = "there is no reader in models: the symbols read alone, and miss more";

/// Whether a reader is looked for and not there.
pub fn is_missing(config: &Config) -> bool {
    config.reader.is_none() && shipped(READER).is_none()
}

/// A shipped model: in `models` below the working folder, beside the program, or above `target/release`.
pub fn shipped(name: &str) -> Option<PathBuf> {
    let program = std::env::current_exe().ok();
    let above = program.iter().flat_map(|p| p.ancestors().skip(1).take(3)).map(|p| p.join("models"));
    std::iter::once(PathBuf::from("models"))
        .chain(above)
        .map(|p| p.join(name))
        .find(|p| p.join("manifest.toml").is_file())
}
