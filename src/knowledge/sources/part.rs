//! Parts of the organisation's folder by name, as the API reads and writes them: checked first, written as one.

use super::shelf::Patience;
use super::{FILES, Library, PAGE_FOLDERS, Source, row_file};
use crate::knowledge::Fault;
use crate::knowledge::pages::read;
use crate::knowledge::rows;
use chrono::{DateTime, Utc};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Bytes of a part's name.
const NAME_BYTES: usize = 400;
/// Folders on the way to a page.
const DEPTH: usize = 8;
/// Faults that a refusal names.
const NAMED: usize = 10;

/// Why a part cannot be read or written, as a sentence.
#[derive(Debug, thiserror::Error)]
pub enum PartError {
    #[error("no organisation's folder is configured (knowledge.folder)")]
    NoFolder,
    #[error("`{0}` is no part of the knowledge base; parts are {files}, and pages like pages/leave.md", files = FILES.join(", "))]
    NoPart(String),
    #[error("there is no {0}")]
    NotThere(String),
    #[error("nothing was changed, for the file could not be used: {}", sentence(.0))]
    Refused(Vec<Fault>),
    #[error("the folder cannot be written: {0}")]
    Io(#[from] std::io::Error),
}

fn sentence(faults: &[Fault]) -> String {
    let mut said: Vec<String> = faults.iter().take(NAMED).map(Fault::to_string).collect();
    if faults.len() > NAMED {
        said.push(format!("and {} more", faults.len() - NAMED));
    }
    said.join("; ")
}

/// A part that may exist.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Rows(&'static str),
    /// Folder and path below it.
    Page(&'static str, String),
}

impl Part {
    /// Only names that stay below the folder, whatever the system makes of them.
    fn parse(name: &str) -> Result<Self, PartError> {
        let wrong = || PartError::NoPart(name.chars().filter(|c| !c.is_control()).take(80).collect());
        if let Some(file) = FILES.into_iter().find(|f| *f == name) {
            return Ok(Self::Rows(file));
        }
        let (root, doc) = name.split_once('/').ok_or_else(wrong)?;
        let root = PAGE_FOLDERS.into_iter().find(|r| *r == root).ok_or_else(wrong)?;
        let plain = |step: &str| {
            !step.is_empty()
                && step.len() <= 200
                && !step.starts_with(['.', '~', '#', ' '])
                && !step.ends_with(['.', ' '])
                && !step.chars().any(|c| c.is_control() || matches!(c, '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|'))
        };
        let steps = doc.split('/').count();
        if name.len() > NAME_BYTES || steps > DEPTH || !doc.split('/').all(plain) || !read::is_page(doc) {
            return Err(wrong());
        }
        Ok(Self::Page(root, doc.to_owned()))
    }

    fn path(&self, folder: &Path) -> PathBuf {
        match self {
            Self::Rows(name) => folder.join(name),
            Self::Page(root, doc) => doc.split('/').fold(folder.join(root), |path, step| path.join(step)),
        }
    }

    fn source(&self) -> &str {
        match self {
            Self::Rows(name) => name,
            Self::Page(root, _) => root,
        }
    }
}

impl Library {
    fn place(&self, name: &str) -> Result<(Part, PathBuf, PathBuf), PartError> {
        let part = Part::parse(name)?;
        let folder = self.settings().folder.clone().ok_or(PartError::NoFolder)?;
        let path = part.path(&folder);
        Ok((part, folder, path))
    }

    /// The bytes of a part as it stands in the folder. Blocks on the disk, as the next two do.
    pub fn get(&self, name: &str) -> Result<Vec<u8>, PartError> {
        let (_, folder, path) = self.place(name)?;
        within(&folder, &path)?;
        match std::fs::read(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Err(PartError::NotThere(name.to_owned())),
            read => Ok(read?),
        }
    }

    /// Checks the bytes, writes them as one, and uses them at once. Bytes that nothing could be used of change nothing.
    pub fn put(&self, name: &str, bytes: &[u8], now: DateTime<Utc>) -> Result<Source, PartError> {
        let (part, folder, path) = self.place(name)?;
        check(&part, name, bytes)?;
        let beside = path.parent().unwrap_or(&folder);
        within(&folder, &path)?;
        std::fs::create_dir_all(beside)?;
        let temporary = beside.join(format!(".{}.new", uuid::Uuid::new_v4().simple()));
        let written = write(&temporary, bytes).and_then(|()| std::fs::rename(&temporary, &path));
        if let Err(error) = written {
            let _ = std::fs::remove_file(&temporary);
            return Err(error.into());
        }
        Ok(self.look_at(&part, name, now))
    }

    /// Takes a part away.
    pub fn delete(&self, name: &str, now: DateTime<Utc>) -> Result<Source, PartError> {
        let (part, folder, path) = self.place(name)?;
        within(&folder, &path)?;
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(PartError::NotThere(name.to_owned())),
            removed => removed?,
        }
        if let Part::Rows(file) = part {
            let mut shelf = self.shelf();
            if let Some(held) = shelf.files.iter_mut().zip(FILES).find(|(_, f)| *f == file).map(|(held, _)| held) {
                held.forget();
            }
            self.renew(&mut shelf, Some(super::shelf::Change { rows: true, pages: false, faults: true }));
        }
        Ok(self.look_at(&part, name, now))
    }

    fn look_at(&self, part: &Part, name: &str, now: DateTime<Utc>) -> Source {
        let mut shelf = self.shelf();
        let change = shelf.look(self.settings(), now, Patience::AtOnce(name));
        self.renew(&mut shelf, change);
        drop(shelf);
        let found = self.snapshot().sources.iter().find(|s| s.name == part.source()).cloned();
        found.unwrap_or(Source {
            name: part.source().to_owned(),
            kind: super::Kind::Rows,
            state: super::State::Absent,
            count: 0,
            read_at: None,
            faults: Vec::new(),
        })
    }
}

/// Refuses what would leave the part empty, or is torn.
fn check(part: &Part, name: &str, bytes: &[u8]) -> Result<(), PartError> {
    match part {
        Part::Page(_, doc) => match read::read(doc, bytes) {
            (Some(_), _) => Ok(()),
            (None, fault) => Err(PartError::Refused(fault.into_iter().collect())),
        },
        Part::Rows(file) => {
            let text = rows::decode(bytes).map_err(|reason| PartError::Refused(vec![Fault::new(name, 0, reason)]))?;
            let judged = row_file::judge(file, &text);
            if judged.rows > 0 && !judged.torn {
                return Ok(());
            }
            let mut faults = judged.faults;
            if faults.is_empty() {
                faults.push(Fault::new(name, 0, "the file holds no row"));
            }
            Err(PartError::Refused(faults))
        }
    }
}

/// Whether the place is really below the folder, links followed.
fn within(folder: &Path, path: &Path) -> Result<(), PartError> {
    let real = path.ancestors().skip(1).find_map(|above| above.canonicalize().ok());
    let linked = std::fs::symlink_metadata(path).is_ok_and(|facts| !facts.is_file());
    let root = folder.canonicalize()?;
    if linked || !real.is_some_and(|real| real.starts_with(root)) {
        return Err(PartError::NoPart(path.strip_prefix(folder).unwrap_or(path).display().to_string()));
    }
    Ok(())
}

/// Writes a file through to the disk.
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = std::fs::File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_below_the_folder() {
        assert_eq!(Part::parse("people.csv").unwrap(), Part::Rows("people.csv"));
        assert_eq!(Part::parse("pages/hr/年假.md").unwrap(), Part::Page("pages", "hr/年假.md".into()));
        for wrong in [
            "",
            "/",
            "people.csv/",
            "../people.csv",
            "pages/../people.csv",
            "pages/..",
            "pages//a.md",
            "pages/a.exe",
            "pages/.a.md",
            "pages/a\\..\\b.md",
            "/etc/passwd",
            "pages/c:a.md",
            "pages/a\0.md",
            "pages/~a.md",
            "pages/.md",
            "other/a.md",
            "pages/a/b/c/d/e/f/g/h/i.md",
            "People.csv",
            "pages/%2e%2e/a.md\n",
        ] {
            assert!(Part::parse(wrong).is_err(), "{wrong:?}");
        }
    }
}
