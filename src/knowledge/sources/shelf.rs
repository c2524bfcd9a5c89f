//! The last good version of every part, and the snapshot that they make together.

use super::ldap::Directory;
use super::page_folder::PageFolder;
use super::row_file::RowFile;
use super::{FILES, PAGE_FOLDERS, Settings, Snapshot, Source};
use crate::knowledge::rows::Fault;
use crate::knowledge::{Knowledge, Texts};
use chrono::{DateTime, Utc};
use std::collections::HashSet;
use std::sync::Arc;

pub struct Shelf {
    pub files: Vec<RowFile>,
    pub folders: Vec<PageFolder>,
    pub directory: Directory,
    /// Faults of the rows in use.
    faults: Vec<Fault>,
    /// What is wrong with the organisation's folder as a whole.
    folder_fault: Option<Fault>,
}

/// Whether new content must settle before it is used.
#[derive(Debug, Clone, Copy)]
pub enum Patience<'p> {
    /// The first look takes everything as it is.
    None,
    Settle,
    /// This part alone is taken at once: it was written by us.
    AtOnce(&'p str),
}

/// What a look changed.
#[derive(Debug, Clone, Copy)]
pub struct Change {
    pub rows: bool,
    pub pages: bool,
    pub faults: bool,
}

impl Shelf {
    pub fn open(settings: &Settings) -> Self {
        let own = settings
            .folder
            .iter()
            .flat_map(|folder| PAGE_FOLDERS.map(|name| PageFolder::new(name.to_owned(), folder.join(name), true)));
        let further = settings.page_folders.iter();
        let further = further.map(|path| PageFolder::new(path.display().to_string(), path.clone(), false));
        Self {
            files: FILES.map(RowFile::new).into(),
            folders: own.chain(further).filter(|_| !settings.without_pages).collect(),
            directory: settings.ldap.as_ref().map(Directory::kept).unwrap_or_default(),
            faults: Vec::new(),
            folder_fault: None,
        }
    }

    /// Looks at everything; None where nothing changed.
    pub fn look(&mut self, settings: &Settings, now: DateTime<Utc>, patience: Patience) -> Option<Change> {
        let settle = !matches!(patience, Patience::None);
        let at_once = if let Patience::AtOnce(part) = patience { Some(part) } else { None };
        let mut change = Change { rows: false, pages: false, faults: false };
        if let Some(folder) = &settings.folder {
            let name = folder.display().to_string();
            let fault = (!folder.is_dir()).then(|| Fault::new(&name, 0, "there is no such folder"));
            change.faults |= fault != self.folder_fault;
            let gone = fault.is_some();
            self.folder_fault = fault;
            // A folder that is out of reach says nothing of its files.
            for (file, name) in self.files.iter_mut().zip(FILES).filter(|_| !gone) {
                match file.look(folder, settle && at_once != Some(name), now) {
                    Some(true) => (change.rows, change.faults) = (true, true),
                    Some(false) => change.faults = true,
                    None => {}
                }
            }
        }
        for folder in &mut self.folders {
            let at_once = at_once.and_then(|part| part.strip_prefix(folder.name.as_str())?.strip_prefix('/'));
            match folder.look(settle, at_once, now) {
                Some(true) => (change.pages, change.faults) = (true, true),
                Some(false) => change.faults = true,
                None => {}
            }
        }
        (change.rows || change.pages || change.faults).then_some(change)
    }

    /// What all parts say. `keep`: a snapshot whose rows still hold.
    pub fn snapshot(&mut self, settings: &Settings, keep: Option<&Snapshot>) -> Snapshot {
        let knowledge = match keep {
            Some(before) => before.knowledge.clone(),
            None => {
                let mut texts = Texts::default();
                for (file, name) in self.files.iter().zip(FILES) {
                    texts.set(name, file.text.clone());
                }
                let wins = settings.ldap.as_ref().is_none_or(|l| l.wins);
                let (knowledge, faults) = Knowledge::build(&texts, |rows, _| self.directory.merged(rows, wins));
                self.faults = faults;
                Arc::new(knowledge)
            }
        };
        let (mut pages, mut seen, mut doubled) = (Vec::new(), HashSet::new(), Vec::new());
        for (at, folder) in self.folders.iter().enumerate() {
            for page in folder.pages() {
                if seen.insert(page.doc.as_str()) {
                    pages.push(page.clone());
                } else {
                    let reason = "a page of that path stands in an earlier folder; this one is not used";
                    doubled.push((at, Fault::new(&page.doc, 0, reason)));
                }
            }
        }
        pages.sort_by(|a, b| a.doc.cmp(&b.doc));
        let mut sources: Vec<Source> = Vec::new();
        if settings.folder.is_some() {
            sources.extend(self.files.iter().map(|f| f.source(&self.faults)));
            if let (Some(fault), Some(first)) = (&self.folder_fault, sources.first_mut()) {
                first.faults.insert(0, fault.clone());
            }
        }
        for (at, folder) in self.folders.iter().enumerate() {
            let mut source = folder.source();
            source.faults.extend(doubled.iter().filter(|(i, _)| *i == at).map(|(_, f)| f.clone()));
            sources.push(source);
        }
        sources.extend(settings.ldap.as_ref().map(|l| self.directory.source(l, &self.faults)));
        Snapshot { number: 0, knowledge, pages: Arc::new(pages), sources }
    }
}
