//! `muster import`: files into the store, and understood, with a progress bar.

use super::doors;
use super::service::Service;
use crate::store::Stored;
use indicatif::{ProgressBar, ProgressStyle};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What became of the inputs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Imported {
    pub opened: u64,
    pub joined: u64,
    pub known: u64,
    pub refused: u64,
}

impl std::fmt::Display for Imported {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { opened, joined, known, refused } = self;
        write!(f, "{opened} new cases, {joined} joined to a case, {known} known already, {refused} refused")
    }
}

/// Takes in everything under `paths`, then understands what waits. `quiet` draws no bar.
pub async fn run(service: &Arc<Service>, paths: &[PathBuf], quiet: bool) -> anyhow::Result<Imported> {
    let bytes = paths.iter().map(|p| size(p, 0)).sum();
    let bar = if quiet { ProgressBar::hidden() } else { ProgressBar::new(bytes) };
    bar.set_style(ProgressStyle::with_template("taking in {bar:30} {bytes}/{total_bytes} {msg}").unwrap_or_else(|_| ProgressStyle::default_bar()));
    let mut out = Imported::default();
    let mut count = 0;
    for path in paths {
        let stored = doors::take_file(service, path, "import", |batch| {
            count += batch;
            bar.set_message(format!("{count} messages"));
        })
        .await?;
        bar.inc(size(path, 0));
        for one in stored {
            match one {
                Stored::Opened { .. } => out.opened += 1,
                Stored::Joined { .. } => out.joined += 1,
                Stored::Known { .. } => out.known += 1,
                Stored::Refused { .. } => out.refused += 1,
            }
        }
    }
    bar.finish_and_clear();
    let waiting = if quiet { ProgressBar::hidden() } else { ProgressBar::new_spinner() };
    waiting.set_message("understanding");
    waiting.enable_steady_tick(std::time::Duration::from_millis(120));
    service.understand_waiting().await?;
    waiting.finish_and_clear();
    Ok(out)
}

/// Bytes below a path, for the bar alone.
fn size(path: &Path, depth: usize) -> u64 {
    let Ok(facts) = std::fs::metadata(path) else { return 0 };
    if !facts.is_dir() || depth > 16 {
        return facts.len();
    }
    std::fs::read_dir(path).into_iter().flatten().flatten().map(|e| size(&e.path(), depth + 1)).sum()
}
