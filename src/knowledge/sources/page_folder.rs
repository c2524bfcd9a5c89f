//! One folder of pages, with its subfolders: the last good version of each page.

use super::watched::{Seen, Watched};
use super::{Kind, Source, State};
use crate::knowledge::Fault;
use crate::knowledge::pages::{Page, read};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Pages of one folder; more are named and not read.
const PAGES: usize = 100_000;
/// Levels of subfolders, which also ends a circle of links.
const DEPTH: usize = 12;
/// Looks that must miss a page before it counts as taken away: a program that saves may take it away for a moment.
const MISSED: u8 = 2;

/// A folder and what is in use of it.
#[derive(Debug)]
pub struct PageFolder {
    /// `pages`, `policies`, or the path as configured.
    pub name: String,
    path: PathBuf,
    /// Whether it may be missing.
    optional: bool,
    /// By the path below the folder.
    held: BTreeMap<String, Held>,
    read_at: Option<DateTime<Utc>>,
    trouble: Vec<Fault>,
}

#[derive(Debug, Default)]
struct Held {
    watched: Watched,
    page: Option<Arc<Page>>,
    fault: Option<Fault>,
    missed: u8,
}

impl PageFolder {
    pub fn new(name: String, path: PathBuf, optional: bool) -> Self {
        Self { name, path, optional, held: BTreeMap::new(), read_at: None, trouble: Vec::new() }
    }

    /// Looks at all pages; answers whether the pages in use changed, or None where nothing did. `now_or_never`: the
    /// page that is taken without settling.
    pub fn look(&mut self, settle: bool, at_once: Option<&str>, now: DateTime<Utc>) -> Option<bool> {
        let (mut pages_changed, mut said) = (false, false);
        let mut trouble = Vec::new();
        let found = match walk(&self.path) {
            Ok(found) => found,
            Err(_) if self.optional && self.held.is_empty() => return None,
            Err(error) => {
                let kept = if self.held.is_empty() { "" } else { "; its pages stay in use as they were" };
                trouble.push(Fault::new(&self.name, 0, format!("the folder cannot be read: {error}{kept}")));
                return self.say(trouble).then_some(false);
            }
        };
        if found.len() > PAGES {
            trouble.push(Fault::new(
                &self.name,
                0,
                format!("only the first {PAGES} of {} pages are read", found.len()),
            ));
        }
        let found: BTreeMap<String, PathBuf> = found.into_iter().take(PAGES).collect();
        for (doc, path) in &found {
            let held = self.held.entry(doc.clone()).or_default();
            held.missed = 0;
            let settle = settle && at_once != Some(doc);
            let fault = match held.watched.look(path, read::FILE_BYTES, settle) {
                Seen::Same | Seen::Settling | Seen::Gone => continue,
                Seen::Back => None,
                Seen::Unreadable(reason) => Some(Fault::new(doc, 0, reason)),
                Seen::New(bytes, hash) => {
                    let (page, fault) = read::read(doc, &bytes);
                    match page {
                        Some(page) => {
                            held.page = Some(Arc::new(page));
                            held.watched.used(hash);
                            pages_changed = true;
                        }
                        None => held.watched.refused(hash),
                    }
                    fault
                }
            };
            let fault = fault.map(|mut f| {
                if held.page.is_some() && !pages_changed {
                    f.reason.push_str("; the last good version of the page stays in use");
                }
                f
            });
            said |= fault != held.fault;
            held.fault = fault;
        }
        self.held.retain(|doc, held| {
            if !found.contains_key(doc) {
                held.missed = held.missed.saturating_add(1);
            }
            let gone = held.missed >= MISSED || (held.missed > 0 && (!settle || at_once == Some(doc)));
            pages_changed |= gone && held.page.is_some();
            said |= gone;
            !gone
        });
        said |= self.say(trouble);
        if pages_changed || self.read_at.is_none() {
            self.read_at = Some(now);
        }
        (pages_changed || said).then_some(pages_changed)
    }

    fn say(&mut self, trouble: Vec<Fault>) -> bool {
        let new = trouble != self.trouble;
        self.trouble = trouble;
        new
    }

    /// The pages in use, in the order of their paths.
    pub fn pages(&self) -> impl Iterator<Item = &Arc<Page>> {
        self.held.values().filter_map(|h| h.page.as_ref())
    }

    pub fn source(&self) -> Source {
        let faults = self.held.values().filter_map(|h| h.fault.clone());
        let state = match (self.read_at, self.trouble.is_empty()) {
            (Some(_), true) => State::Used,
            (Some(_), false) => State::Kept,
            (None, _) => State::Absent,
        };
        Source {
            name: self.name.clone(),
            kind: Kind::Pages,
            state,
            count: self.pages().count(),
            read_at: self.read_at,
            faults: self.trouble.iter().cloned().chain(faults).collect(),
        }
    }
}

/// Paths below the folder, parted by `/`, of all files that are pages; hidden files and those that programs write
/// while they save are passed over.
fn walk(root: &Path) -> std::io::Result<Vec<(String, PathBuf)>> {
    let mut out = Vec::new();
    let mut folders = vec![(root.to_owned(), String::new(), 0)];
    while let Some((folder, prefix, depth)) = folders.pop() {
        // A subfolder that cannot be read must not look as if its pages were taken away.
        let entries = std::fs::read_dir(&folder)?;
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with(['.', '~', '#']) {
                continue;
            }
            let path = entry.path();
            let doc = format!("{prefix}{name}");
            if path.is_dir() {
                if depth < DEPTH {
                    folders.push((path, format!("{doc}/"), depth + 1));
                }
            } else if read::is_page(&name) {
                out.push((doc, path));
            }
        }
        if out.len() > 2 * PAGES {
            break;
        }
    }
    out.sort();
    Ok(out)
}
