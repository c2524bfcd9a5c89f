//! The people directory: entries by number, address and name.

use super::check;
use super::link::beside::{Beside, goes_with};
use super::link::directory::Directory;
use super::link::names::Mention;
use super::rows::{self, Fault};
use crate::message::fold::fold_str;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

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
    directory: Directory,
    /// Employee numbers of people who have reports.
    managers: HashSet<String>,
}

/// Whom a mention means.
#[derive(Debug, Clone)]
pub enum Whom<'k> {
    Nobody,
    One {
        entry: &'k Entry,
        /// 0 to 1: the whole name 1, less for nicknames, initials, one name alone, spelling.
        score: f32,
    },
    /// Nothing beside the name tells them apart; never guessed.
    Several(Vec<&'k Entry>),
}

impl<'k> Whom<'k> {
    pub fn one(&self) -> Option<&'k Entry> {
        match self {
            Self::One { entry, .. } => Some(entry),
            _ => None,
        }
    }
}

/// Strengths that lie this close are equal.
const EQUAL: f32 = 0.04;
/// Strength from which a mention means somebody.
const LEAST: f32 = 0.6;
/// Lead in what is said beside the name from which it decides.
const TELLS: f32 = 0.75;
/// People of one name that are told apart, at most.
const NAMESAKES: usize = 50;

impl People {
    pub fn parse(text: &str, faults: &mut Vec<Fault>) -> Self {
        let rows = rows::csv_rows("people.csv", text, faults);
        Self::of(check::people(rows, faults))
    }

    /// The directory of these entries; of two with one number or address the first is found by it.
    pub fn of(entries: Vec<Entry>) -> Self {
        let directory = Directory::of(&entries);
        let managers = entries.iter().filter(|e| !e.manager.is_empty()).map(|e| fold_str(&e.manager)).collect();
        let mut people = Self { entries, directory, managers, ..Self::default() };
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

    /// Whom a mention means: 'Bob', 'R. Marsh', '老郭', 'Mr Lin', 'xiaowen.lin', with what is said beside it.
    pub fn find(&self, mention: &str, beside: &Beside) -> Whom<'_> {
        let mut found = self.directory.find(&self.entries, mention);
        let Some(best) = found.first().map(|f| f.strength).filter(|s| *s >= LEAST) else { return Whom::Nobody };
        found.retain(|f| f.strength >= best - EQUAL);
        if found.len() > NAMESAKES {
            return Whom::Several(found.iter().take(NAMESAKES).filter_map(|f| self.entries.get(f.entry)).collect());
        }
        let mut all: Vec<(&Entry, f32)> =
            found.iter().filter_map(|f| self.entries.get(f.entry).map(|e| (e, f.strength))).collect();
        if all.len() > 1
            && let Some(position) = Mention::of(mention).position
            && all.iter().any(|(e, _)| goes_with(Some(position), e) == Some(true))
        {
            all.retain(|(e, _)| goes_with(Some(position), e) == Some(true));
        }
        if let [(entry, score)] = all.as_slice() {
            return Whom::One { entry, score: *score };
        }
        let mut told: Vec<(&Entry, f32)> = all.iter().map(|(e, _)| (*e, beside.fits(e))).collect();
        told.sort_by(|a, b| b.1.total_cmp(&a.1));
        match told.as_slice() {
            [(entry, first), (_, second), ..] if *first > 0.0 && first - second >= TELLS => {
                Whom::One { entry, score: best * 0.95 }
            }
            _ => Whom::Several(all.into_iter().map(|(e, _)| e).collect()),
        }
    }

    /// Whether somebody reports to the entry.
    pub fn manages(&self, entry: &Entry) -> bool {
        self.managers.contains(&fold_str(&entry.employee_number))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mention_means_one_nobody_or_several() {
        let people = People::parse(include_str!("../../fixtures/org/people.csv"), &mut Vec::new());
        let number = |mention: &str, beside: &Beside| match people.find(mention, beside) {
            Whom::Nobody => "nobody".to_owned(),
            Whom::One { entry, .. } => entry.employee_number.clone(),
            Whom::Several(all) => format!("{} people", all.len()),
        };
        let none = Beside::default();
        assert_eq!(number("Guo Jian Guo", &none), "E-1013");
        assert_eq!(number("Dominick Farr", &none), "E-1039");
        assert_eq!(number("王磊", &none), "2 people");
        assert_eq!(number("王磊", &Beside { department: Some("Sales"), ..none }), "E-1025");
        assert_eq!(number("Owen Marsh", &none), "nobody");
        assert_eq!(number("", &none), "nobody");
    }
}
