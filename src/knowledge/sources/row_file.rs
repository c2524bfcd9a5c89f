//! One file of rows: its last good version, and why a newer one is not used.

use super::watched::{Seen, Watched};
use super::{Kind, Source, State};
use crate::knowledge::people::Entry;
use crate::knowledge::requesters::Requesters;
use crate::knowledge::rows::{self, Fault};
use crate::knowledge::{bundles, catalog, places, routing};
use chrono::{DateTime, Utc};
use std::path::Path;

/// A file of [`super::FILES`].
#[derive(Debug, Default)]
pub struct RowFile {
    name: &'static str,
    watched: Watched,
    pub text: String,
    pub rows: usize,
    read_at: Option<DateTime<Utc>>,
    /// Why the file as it is now is not in use.
    trouble: Vec<Fault>,
}

/// What a text of rows is worth.
pub struct Judged {
    pub rows: usize,
    pub faults: Vec<Fault>,
    /// It ends in the middle of a row, or most of its rows cannot be read.
    pub torn: bool,
}

impl RowFile {
    pub fn new(name: &'static str) -> Self {
        Self { name, ..Self::default() }
    }

    /// Looks at the file; answers whether the text in use changed, or None where nothing did.
    pub fn look(&mut self, folder: &Path, settle: bool, now: DateTime<Utc>) -> Option<bool> {
        let fault = |line, reason: String| Fault::new(self.name, line, reason);
        let trouble = match self.watched.look(&folder.join(self.name), rows::FILE_BYTES, settle) {
            Seen::Same | Seen::Settling => return None,
            Seen::Back => Vec::new(),
            Seen::Gone if self.read_at.is_none() => return None,
            Seen::Gone => vec![fault(0, format!("the file is gone; {}", self.stays()))],
            Seen::Unreadable(reason) if self.read_at.is_none() => vec![fault(0, reason)],
            Seen::Unreadable(reason) => vec![fault(0, format!("{reason}; {}", self.stays()))],
            Seen::New(bytes, hash) => match self.accepted(&bytes) {
                Ok((text, rows)) => {
                    (self.text, self.rows) = (text, rows);
                    (self.read_at, self.trouble) = (Some(now), Vec::new());
                    self.watched.used(hash);
                    return Some(true);
                }
                Err(faults) => {
                    self.watched.refused(hash);
                    faults
                }
            },
        };
        if trouble == self.trouble {
            return None;
        }
        self.trouble = trouble;
        Some(false)
    }

    /// The text and its number of rows; or why they are not to be used in place of the version in use.
    fn accepted(&self, bytes: &[u8]) -> Result<(String, usize), Vec<Fault>> {
        let text = rows::decode(bytes).map_err(|reason| {
            let kept = if self.rows == 0 { String::new() } else { format!("; {}", self.stays()) };
            vec![Fault::new(self.name, 0, format!("{reason}{kept}"))]
        })?;
        let judged = judge(self.name, &text);
        if self.rows == 0 || (judged.rows > 0 && !judged.torn) {
            return Ok((text, judged.rows));
        }
        let mut faults = judged.faults;
        faults.truncate(20);
        let why =
            if judged.rows == 0 { "the file holds no row that can be used" } else { "the file looks half-written" };
        faults.push(Fault::new(self.name, 0, format!("{why}; {}", self.stays())));
        Err(faults)
    }

    fn stays(&self) -> String {
        match self.read_at {
            Some(at) => format!("the version of {} stays in use", at.format("%Y-%m-%d %H:%M UTC")),
            None => "nothing is in use".to_owned(),
        }
    }

    /// Forgets the file: it was taken away on purpose.
    pub fn forget(&mut self) {
        *self = Self::new(self.name);
    }

    /// `faults`: those of the version in use.
    pub fn source(&self, faults: &[Fault]) -> Source {
        let own = faults.iter().filter(|f| f.file == self.name);
        let state = match (self.read_at, self.trouble.is_empty()) {
            (Some(_), true) => State::Used,
            (Some(_), false) => State::Kept,
            (None, _) => State::Absent,
        };
        Source {
            name: self.name.to_owned(),
            kind: Kind::Rows,
            state,
            count: self.rows,
            read_at: self.read_at,
            faults: self.trouble.iter().chain(own).cloned().collect(),
        }
    }
}

/// Reads a text as the file of that name would be.
pub fn judge(name: &str, text: &str) -> Judged {
    let mut faults = Vec::new();
    let f = &mut faults;
    let rows = match name {
        "people.csv" => rows::csv_rows::<Entry>(name, text, f).len(),
        "departments.toml" => rows::toml_rows::<places::Department>(name, text, "department", f).len(),
        "locations.toml" => rows::toml_rows::<places::Location>(name, text, "location", f).len(),
        "catalog.toml" => rows::toml_rows::<catalog::Item>(name, text, "item", f).len(),
        "bundles.toml" => rows::toml_rows::<bundles::Bundle>(name, text, "bundle", f).len(),
        "routing.toml" => {
            rows::toml_rows::<routing::Route>(name, text, "route", f).len()
                + rows::toml_rows::<routing::Group>(name, text, "group", f).len()
        }
        "requesters.toml" => usize::from(!Requesters::parse(text, f).is_empty() && f.is_empty()),
        _ => 0,
    };
    let torn = name == "people.csv" && {
        let lines = text.lines().filter(|l| !l.trim().is_empty()).count();
        let last = text.lines().count();
        let cut = !text.ends_with('\n') && faults.iter().any(|f| f.line == last);
        cut || text.matches('"').count() % 2 == 1 || rows * 2 < lines.saturating_sub(1)
    };
    Judged { rows, faults, torn }
}
