//! The sources of the knowledge base: the organisation's folder, page folders, a directory service; looked at again
//! and again, and swapped as one.
//!
//! # Design
//! A [`Library`] holds the last good version of every part and the faults of newer ones that could not be used. A
//! [`Snapshot`] is what all parts say together; readers hold one as long as they like. Nothing here has a clock of its
//! own: whoever looks says what time it is.

use super::pages::Page;
use super::{FILES, Fault, Knowledge};
use chrono::{DateTime, Utc};
use shelf::Shelf;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::watch;

pub mod ldap;
mod page_folder;
pub mod part;
mod row_file;
mod shelf;
mod watched;

/// Folders of pages below the organisation's folder.
pub const PAGE_FOLDERS: [&str; 2] = ["pages", "policies"];

/// Where knowledge comes from.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The organisation's folder; pages stand in `pages/` and `policies/` below it.
    pub folder: Option<PathBuf>,
    /// Further folders of pages.
    pub page_folders: Vec<PathBuf>,
    /// Whether pages are left unread, by a program that answers no questions.
    pub without_pages: bool,
    pub ldap: Option<ldap::Settings>,
}

/// All parts as they stood at one moment.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// Rises with every change.
    pub number: u64,
    pub knowledge: Arc<Knowledge>,
    /// In the order of their paths; each path once.
    pub pages: Arc<Vec<Arc<Page>>>,
    pub sources: Vec<Source>,
}

/// One source, for the person who keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The file's name, the page folder's, or `ldap`.
    pub name: String,
    pub kind: Kind,
    pub state: State,
    /// Rows, pages or entries in use.
    pub count: usize,
    /// When the version in use was read.
    pub read_at: Option<DateTime<Utc>>,
    pub faults: Vec<Fault>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Rows,
    Pages,
    Directory,
}

/// How a source stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// The newest version is in use.
    Used,
    /// A newer version cannot be used, or the source is out of reach; the last good one stays in use.
    Kept,
    /// There is nothing.
    Absent,
}

impl State {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Used => "used",
            Self::Kept => "kept",
            Self::Absent => "absent",
        }
    }
}

/// All sources, with what is in use of each.
pub struct Library {
    settings: Settings,
    shelf: Mutex<Shelf>,
    now: watch::Sender<Arc<Snapshot>>,
}

impl Library {
    /// Reads everything once; a directory service gives what was kept of it on the disk.
    pub fn open(settings: Settings, now: DateTime<Utc>) -> Self {
        let mut shelf = Shelf::open(&settings);
        shelf.look(&settings, now, shelf::Patience::None);
        let first = shelf.snapshot(&settings, None);
        Self { settings, shelf: Mutex::new(shelf), now: watch::Sender::new(Arc::new(first)) }
    }

    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.now.borrow().clone()
    }

    /// Told of every new snapshot.
    pub fn subscribe(&self) -> watch::Receiver<Arc<Snapshot>> {
        self.now.subscribe()
    }

    /// Looks at all files; what is new and has settled since the look before is used. Answers whether anything changed.
    /// Blocks on the disk.
    pub fn look(&self, now: DateTime<Utc>) -> bool {
        let mut shelf = self.shelf();
        let changed = shelf.look(&self.settings, now, shelf::Patience::Settle);
        self.renew(&mut shelf, changed)
    }

    /// Asks the directory service, if there is one, and keeps its answer on the disk.
    pub async fn ask_directory(&self, now: DateTime<Utc>) -> bool {
        let Some(settings) = &self.settings.ldap else { return false };
        let answer = ldap::fetch(settings).await;
        let mut shelf = self.shelf();
        let changed = shelf.directory.take(settings, answer, now);
        self.renew(&mut shelf, changed.then_some(shelf::Change { rows: true, pages: false, faults: true }))
    }

    fn renew(&self, shelf: &mut Shelf, change: Option<shelf::Change>) -> bool {
        let Some(change) = change else { return false };
        let before = self.snapshot();
        let keep = (!change.rows).then_some(&before);
        let mut next = shelf.snapshot(&self.settings, keep.map(|s| &**s));
        if !change.pages {
            next.pages = before.pages.clone();
        }
        next.number = before.number + 1;
        self.now.send_replace(Arc::new(next));
        true
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        // A look that panicked leaves whole values behind; the next one goes over all of them.
        self.shelf.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
