//! Watched folders and Maildirs: files are taken in, are durable, and only then are moved away.

use super::service::{Delivery, Service};
use crate::intake::files::{self, Input};
use crate::store::{Digest, StoreError, Stored};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// Inputs of one file that are kept in one transaction.
const BATCH: usize = 200;
/// Bytes of them.
const BATCH_BYTES: usize = 16 << 20;
/// A file whose size stays the same this long is complete.
const SETTLED: Duration = Duration::from_millis(400);

/// Looks into the folders for ever.
pub async fn watch(service: Arc<Service>, folders: Vec<PathBuf>, maildirs: Vec<PathBuf>, every: Duration) {
    let mut sizes = HashMap::new();
    loop {
        for folder in &folders {
            look(&service, folder, &mut sizes, false).await;
        }
        for maildir in &maildirs {
            look(&service, &maildir.join("new"), &mut sizes, true).await;
        }
        tokio::time::sleep(every).await;
    }
}

/// One look into one folder. What fails is logged, stays where it is, and is tried again.
async fn look(service: &Arc<Service>, folder: &Path, sizes: &mut HashMap<PathBuf, u64>, maildir: bool) {
    let found = match waiting(folder, maildir) {
        Ok(found) => found,
        Err(error) => {
            tracing::warn!(folder = %folder.display(), %error, "cannot look into the folder");
            return;
        }
    };
    sizes.retain(|path, _| !path.starts_with(folder) || found.iter().any(|(p, _, _)| p == path));
    for (path, size, changed) in found {
        // Maildir deliveries are complete once they are in `new`.
        let quiet = SystemTime::now().duration_since(changed).is_ok_and(|d| d >= SETTLED);
        if !maildir && !(quiet && sizes.insert(path.clone(), size) == Some(size)) {
            continue;
        }
        let door = if maildir { "maildir" } else { "folder" };
        match take_file(service, &path, door, |_| ()).await {
            Ok(stored) => {
                sizes.remove(&path);
                let all_refused = !stored.is_empty() && stored.iter().all(|s| matches!(s, Stored::Refused { .. }));
                if let Err(error) = put_away(&path, maildir, all_refused) {
                    tracing::warn!(%error, "a file was taken in but cannot be moved away; it is known and not doubled");
                }
            }
            Err(error) => tracing::error!(%error, "a file could not be kept; it stays and is tried again"),
        }
    }
}

/// Takes in all messages of a file or folder; `seen` is told the number of each batch that is durable.
pub async fn take_file(
    service: &Arc<Service>,
    path: &Path,
    door: &'static str,
    mut seen: impl FnMut(usize),
) -> Result<Vec<Stored>, StoreError> {
    let mut inputs = files::open(path, service.pipeline.limits());
    let mut out = Vec::new();
    loop {
        let read = tokio::task::spawn_blocking(move || {
            let mut batch: Vec<Input> = Vec::new();
            let mut bytes = 0;
            while batch.len() < BATCH && bytes < BATCH_BYTES {
                let Some(input) = inputs.next() else { break };
                bytes += input.bytes.as_ref().map_or(0, Vec::len);
                batch.push(input);
            }
            (inputs, batch)
        });
        let (rest, batch) = read.await.map_err(|e| StoreError::Backend(Box::new(e)))?;
        inputs = rest;
        if batch.is_empty() {
            return Ok(out);
        }
        let count = batch.len();
        let deliveries = batch.into_iter().map(|input| delivery(input, door)).collect();
        out.extend(service.take_in(deliveries).await?);
        seen(count);
    }
}

fn delivery(input: Input, door: &'static str) -> Delivery {
    let named = input.named.map(|(sha256, size)| (Digest::from_bytes(sha256), size));
    Delivery { door, name: input.name, form: input.form, bytes: input.bytes, named }
}

/// Files that may be taken: readable kinds, not hidden; in a Maildir all of `new`.
fn waiting(folder: &Path, maildir: bool) -> std::io::Result<Vec<(PathBuf, u64, SystemTime)>> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(folder)?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Ok(facts) = entry.metadata() else { continue };
        let kind = Path::new(&name).extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
        let ours = maildir || matches!(kind.as_deref(), Some("eml" | "mbox" | "mbx" | "json" | "txt"));
        if facts.is_file() && !name.starts_with('.') && ours {
            out.push((entry.path(), facts.len(), facts.modified().unwrap_or(SystemTime::UNIX_EPOCH)));
        }
    }
    out.sort();
    Ok(out)
}

/// To `.done` or `.refused` below the folder; in a Maildir to `cur` with the flag S (seen).
fn put_away(path: &Path, maildir: bool, refused: bool) -> std::io::Result<()> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return Ok(()) };
    let name = name.to_string_lossy();
    let target = if maildir {
        let base = name.split(':').next().unwrap_or(&name).to_owned();
        folder.parent().unwrap_or(folder).join("cur").join(format!("{base}:2,S"))
    } else {
        let away = folder.join(if refused { ".refused" } else { ".done" });
        std::fs::create_dir_all(&away)?;
        let mut target = away.join(&*name);
        let mut n = 1;
        while target.exists() {
            n += 1;
            target = away.join(format!("{n}-{name}"));
        }
        target
    };
    std::fs::rename(path, target)
}
