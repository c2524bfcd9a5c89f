//! The people directory: entries by number, address and name.

use super::check;
use super::rows::{self, Fault};
use crate::message::fold::fold_str;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// One row of `people.csv`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub employee_number: String,
    pub name: String,
    /// In Chinese characters.
    #[serde(default)]
    pub name_zh: String,
    #[serde(default)]
    pub email: String,
    /// The manager's employee number.
    #[serde(default)]
    pub manager: String,
    #[serde(default)]
    pub title: String,
    #[serde(default)]
    pub department: String,
    #[serde(default)]
    pub location: String,
    #[serde(default)]
    pub employment_type: String,
    /// `active` or `left`.
    #[serde(default)]
    pub status: String,
    /// `YYYY-MM-DD`.
    #[serde(default)]
    pub start_date: String,
    #[serde(default)]
    pub end_date: String,
    /// Nicknames and other spellings, parted by `;`.
    #[serde(default)]
    pub aliases: String,
}

/// The directory with its look-up tables.
#[derive(Debug, Clone, Default)]
pub struct People {
    entries: Vec<Entry>,
    by_email: HashMap<String, usize>,
    by_number: HashMap<String, usize>,
    by_name: HashMap<String, Vec<usize>>,
}

impl People {
    pub fn parse(text: &str, faults: &mut Vec<Fault>) -> Self {
        let rows = rows::csv_rows("people.csv", text, faults);
        Self::of(check::people(rows, faults))
    }

    /// The directory of these entries; of two with one number or address the first is found by it.
    pub fn of(entries: Vec<Entry>) -> Self {
        let mut people = Self { entries, ..Self::default() };
        for (i, entry) in people.entries.iter().enumerate() {
            if !entry.email.is_empty() {
                people.by_email.entry(fold_str(&entry.email)).or_insert(i);
            }
            people.by_number.entry(fold_str(&entry.employee_number)).or_insert(i);
            for name in [entry.name.as_str(), entry.name_zh.as_str()].into_iter().chain(entry.aliases.split(';')) {
                let name = name_key(name);
                if !name.is_empty() {
                    let places = people.by_name.entry(name).or_default();
                    if !places.contains(&i) {
                        places.push(i);
                    }
                }
            }
        }
        people
    }

    pub fn all(&self) -> &[Entry] {
        &self.entries
    }

    pub fn by_email(&self, email: &str) -> Option<&Entry> {
        self.by_email.get(&fold_str(email)).and_then(|i| self.entries.get(*i))
    }

    pub fn by_number(&self, number: &str) -> Option<&Entry> {
        self.by_number.get(&fold_str(number)).and_then(|i| self.entries.get(*i))
    }

    /// Everybody of that name or alias; two people of one name are two answers.
    pub fn by_name(&self, name: &str) -> Vec<&Entry> {
        let found = self.by_name.get(&name_key(name)).into_iter().flatten();
        found.filter_map(|i| self.entries.get(*i)).collect()
    }

    /// Whether `entry` reports to `manager`, directly or through others.
    pub fn reports_to(&self, entry: &Entry, manager: &Entry) -> bool {
        let mut at = entry;
        // Deeper than any company; also ends a circle.
        for _ in 0..20 {
            match self.by_number(&at.manager) {
                Some(above) if above.employee_number == manager.employee_number => return true,
                Some(above) => at = above,
                None => return false,
            }
        }
        false
    }
}

/// A name for comparison: folded, without white space at the ends, inner runs of it as one space.
fn name_key(name: &str) -> String {
    fold_str(name).split_whitespace().collect::<Vec<_>>().join(" ")
}
