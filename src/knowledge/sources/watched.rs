//! One file that is looked at again and again: told new by its content, taken when it has settled.

use sha2::{Digest, Sha256};
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::time::{Duration, SystemTime};

/// File systems keep times this coarsely: a file changed so shortly before it was read may have changed after.
const COARSE: Duration = Duration::from_secs(3);
/// Looks after which a file is read again whatever its time and size say.
const TRUST: u32 = 200;

type Hash = [u8; 32];

/// What is known of a file.
#[derive(Debug, Default)]
pub struct Watched {
    /// Size and time of change when it was read last, and whether they can be relied on.
    stamp: Option<(u64, Option<SystemTime>, bool)>,
    /// The content in use.
    used: Option<Hash>,
    /// New content that the look before saw for the first time.
    pending: Option<Hash>,
    /// Content that could not be used.
    refused: Option<Hash>,
    looks: u32,
}

/// What a look saw.
pub enum Seen {
    Same,
    /// The content in use is back after one that could not be used.
    Back,
    /// New content that may still be written to.
    Settling,
    Gone,
    Unreadable(String),
    New(Vec<u8>, Hash),
}

impl Watched {
    /// Looks at the file. `settle`: new content counts only when two looks saw the same.
    pub fn look(&mut self, path: &Path, limit: u64, settle: bool) -> Seen {
        self.looks = self.looks.wrapping_add(1);
        let facts = match std::fs::metadata(path) {
            Ok(facts) if facts.is_file() => facts,
            Ok(_) => return Seen::Gone,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Seen::Gone,
            Err(error) => return Seen::Unreadable(error.to_string()),
        };
        let (size, changed) = (facts.len(), facts.modified().ok());
        let known = self.stamp.is_some_and(|(s, c, sure)| sure && s == size && c == changed);
        if known && self.pending.is_none() && !self.looks.is_multiple_of(TRUST) {
            return Seen::Same;
        }
        let sure = changed.is_some_and(|c| SystemTime::now().duration_since(c).is_ok_and(|age| age > COARSE));
        if size > limit {
            self.stamp = Some((size, changed, sure));
            self.pending = None;
            return Seen::Unreadable(format!(
                "it has {} MiB; over {} it is not read",
                size.div_ceil(1 << 20),
                limit >> 20
            ));
        }
        let mut bytes = Vec::new();
        let read = std::fs::File::open(path).and_then(|file| file.take(limit + 1).read_to_end(&mut bytes));
        if let Err(error) = read {
            return Seen::Unreadable(error.to_string());
        }
        let hash: Hash = Sha256::digest(&bytes).into();
        self.stamp = Some((size, changed, sure));
        if self.used == Some(hash) {
            self.pending = None;
            return if self.refused.take().is_some() { Seen::Back } else { Seen::Same };
        }
        if self.refused == Some(hash) {
            self.pending = None;
            return Seen::Same;
        }
        if settle && self.pending != Some(hash) {
            self.pending = Some(hash);
            return Seen::Settling;
        }
        self.pending = None;
        Seen::New(bytes, hash)
    }

    /// The content is in use from now on.
    pub fn used(&mut self, hash: Hash) {
        (self.used, self.refused) = (Some(hash), None);
    }

    /// The content cannot be used; it is not looked at again until it changes.
    pub fn refused(&mut self, hash: Hash) {
        self.refused = Some(hash);
    }
}
