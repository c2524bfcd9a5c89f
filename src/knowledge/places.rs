//! Departments and locations with their aliases.

use super::rows::{self, Fault};
use crate::message::fold::fold_str;
use serde::Deserialize;

/// One `[[department]]`.
#[derive(Debug, Clone, Deserialize)]
pub struct Department {
    pub name: String,
    #[serde(default)]
    pub name_zh: String,
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Employee number.
    #[serde(default)]
    pub head: String,
}

/// One `[[location]]`.
#[derive(Debug, Clone, Deserialize)]
pub struct Location {
    pub name: String,
    #[serde(default)]
    pub name_zh: String,
    #[serde(default)]
    pub aliases: Vec<String>,
    /// ISO 3166 alpha-2.
    #[serde(default)]
    pub country: String,
    /// IANA name.
    #[serde(default)]
    pub time_zone: String,
    /// The working-day calendar to count by; ISO 3166 alpha-2.
    #[serde(default)]
    pub calendar: String,
}

#[derive(Debug, Clone, Default)]
pub struct Places {
    pub departments: Vec<Department>,
    pub locations: Vec<Location>,
}

impl Places {
    pub fn parse(departments: &str, locations: &str, faults: &mut Vec<Fault>) -> Self {
        Self {
            departments: rows::toml_rows("departments.toml", departments, "department", faults),
            locations: rows::toml_rows("locations.toml", locations, "location", faults),
        }
    }

    /// The department of that name or alias, whatever its case and script.
    pub fn department(&self, words: &str) -> Option<&Department> {
        let words = fold_str(words.trim());
        self.departments.iter().find(|d| names(&d.name, &d.name_zh, &d.aliases).any(|n| fold_str(n) == words))
    }

    /// The location of that name or alias; the words may hold it ('Bristol office', '上海张江').
    pub fn location(&self, words: &str) -> Option<&Location> {
        let words = fold_str(words.trim());
        let is = |l: &&Location| names(&l.name, &l.name_zh, &l.aliases).any(|n| fold_str(n) == words);
        let holds =
            |l: &&Location| [&l.name, &l.name_zh].into_iter().any(|n| !n.is_empty() && words.contains(&fold_str(n)));
        self.locations.iter().find(is).or_else(|| self.locations.iter().find(holds))
    }
}

fn names<'a>(name: &'a str, zh: &'a str, aliases: &'a [String]) -> impl Iterator<Item = &'a str> {
    [name, zh].into_iter().chain(aliases.iter().map(String::as_str)).filter(|n| !n.is_empty())
}
