//! The last answer of a directory service, in memory and on the disk.

use super::{LdapFault, Raw, Settings, entry, merge};
use crate::knowledge::people::Entry;
use crate::knowledge::rows::{Fault, Row};
use crate::knowledge::sources::{Kind, Source, State};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::path::Path;

/// What is in use of the directory service.
#[derive(Debug, Default)]
pub struct Directory {
    entries: Vec<Entry>,
    faults: Vec<Fault>,
    read_at: Option<DateTime<Utc>>,
    /// Why there is no newer answer.
    trouble: Option<Fault>,
}

/// The file on the disk.
#[derive(Serialize, Deserialize)]
struct Copy {
    /// Which service, base and filter answered; a copy of another is not used.
    of: String,
    read_at: DateTime<Utc>,
    entries: Vec<Raw>,
}

impl Directory {
    /// What was kept of an earlier answer.
    pub fn kept(settings: &Settings) -> Self {
        let copy = settings.copy.as_ref().and_then(|path| std::fs::read(path).ok());
        let copy = copy.and_then(|bytes| serde_json::from_slice::<Copy>(&bytes).ok());
        match copy.filter(|c| c.of == key(settings)) {
            Some(copy) => {
                let (entries, faults) = entry::people(&copy.entries, &settings.attributes);
                let trouble =
                    Some(Fault::new("ldap", 0, format!("not asked since the start; {}", stays(copy.read_at))));
                Self { entries, faults, read_at: Some(copy.read_at), trouble }
            }
            None => Self::default(),
        }
    }

    /// Takes an answer, or says why there is none; answers whether anything changed.
    pub fn take(&mut self, settings: &Settings, answer: Result<Vec<Raw>, LdapFault>, now: DateTime<Utc>) -> bool {
        let answer = answer.map_err(|e| e.to_string()).and_then(|raws| {
            let (entries, faults) = entry::people(&raws, &settings.attributes);
            if entries.is_empty() && !self.entries.is_empty() {
                return Err("the directory service answered with nobody".to_owned());
            }
            Ok((raws, entries, faults))
        });
        match answer {
            Ok((raws, entries, faults)) => {
                let mut changed = entries != self.entries || faults != self.faults || self.trouble.is_some();
                changed |= self.read_at.is_none();
                (self.entries, self.faults, self.read_at, self.trouble) = (entries, faults, Some(now), None);
                if let Some(path) = &settings.copy {
                    let copy = Copy { of: key(settings), read_at: now, entries: raws };
                    if let Err(error) = write(path, &copy) {
                        let reason = format!("the answer cannot be kept in {}: {error}", path.display());
                        self.faults.push(Fault::new("ldap", 0, reason));
                        changed = true;
                    }
                }
                changed
            }
            Err(reason) => {
                let reason = match self.read_at {
                    Some(at) => format!("{reason}; {}", stays(at)),
                    None => reason,
                };
                let trouble = Some(Fault::new("ldap", 0, reason));
                let changed = trouble != self.trouble;
                self.trouble = trouble;
                changed
            }
        }
    }

    /// The rows of `people.csv` and these together.
    pub fn merged(&self, rows: Vec<Row<Entry>>, wins: bool) -> Vec<Row<Entry>> {
        if self.entries.is_empty() { rows } else { merge::merged(rows, &self.entries, wins) }
    }

    /// `faults`: those of all rows in use.
    pub fn source(&self, _: &Settings, faults: &[Fault]) -> Source {
        let state = match (self.read_at, &self.trouble) {
            (Some(_), None) => State::Used,
            (Some(_), Some(_)) => State::Kept,
            (None, _) => State::Absent,
        };
        let merged = faults.iter().filter(|f| f.file == "ldap");
        Source {
            name: "ldap".into(),
            kind: Kind::Directory,
            state,
            count: self.entries.len(),
            read_at: self.read_at,
            faults: self.trouble.iter().chain(&self.faults).chain(merged).cloned().collect(),
        }
    }
}

fn stays(at: DateTime<Utc>) -> String {
    format!("the answer of {} stays in use", at.format("%Y-%m-%d %H:%M UTC"))
}

fn key(settings: &Settings) -> String {
    format!("{} {} {}{}", settings.url, settings.base, settings.filter, settings.attributes.filter)
}

/// Written as one, readable by the owner alone: it holds people.
fn write(path: &Path, copy: &Copy) -> std::io::Result<()> {
    let folder = path.parent().filter(|f| !f.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let temporary = folder.join(format!(".{}.new", uuid::Uuid::new_v4().simple()));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&temporary).and_then(|mut file| {
        file.write_all(&serde_json::to_vec(copy)?)?;
        file.sync_all()?;
        std::fs::rename(&temporary, path)
    });
    if written.is_err() {
        let _ = std::fs::remove_file(&temporary);
    }
    written
}
