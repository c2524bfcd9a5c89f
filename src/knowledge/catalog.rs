//! The service catalog, and the link from the words of a need to an item.

use super::rows::{self, Fault};
use crate::contract::NeedCategory;
use crate::message::fold::{fold_str, is_han};
use serde::Deserialize;
use std::collections::HashMap;

/// One `[[item]]`.
#[derive(Debug, Clone, Deserialize)]
pub struct Item {
    pub id: String,
    pub name: String,
    #[serde(default)]
    pub name_zh: String,
    #[serde(default)]
    pub aliases: Vec<String>,
    pub category: NeedCategory,
    /// asset, licence, account, entitlement, consumable or service.
    #[serde(default)]
    pub kind: String,
    #[serde(default)]
    pub owner_group: String,
    /// Working days.
    #[serde(default)]
    pub lead_time_days: u32,
    #[serde(default)]
    pub approval: bool,
    #[serde(default)]
    pub privileged: bool,
    #[serde(default)]
    pub stock: bool,
}

#[derive(Debug, Clone, Default)]
pub struct Catalog {
    items: Vec<Item>,
    /// Folded names and aliases.
    by_word: HashMap<String, usize>,
}

/// Characters of a need's words that are looked into for a name; longer ones are no name.
const WORDS: usize = 60;

impl Catalog {
    pub fn parse(text: &str, faults: &mut Vec<Fault>) -> Self {
        let mut catalog = Self { items: rows::toml_rows("catalog.toml", text, "item", faults), ..Self::default() };
        for (i, item) in catalog.items.iter().enumerate() {
            for word in [&item.name, &item.name_zh].into_iter().chain(&item.aliases) {
                let word = key(word);
                if !word.is_empty() {
                    catalog.by_word.entry(word).or_insert(i);
                }
            }
        }
        catalog
    }

    pub fn items(&self) -> &[Item] {
        &self.items
    }

    pub fn get(&self, id: &str) -> Option<&Item> {
        self.items.iter().find(|i| i.id == id)
    }

    /// The item that the words name: they are one of its names, or hold exactly one item's longest name.
    pub fn link(&self, words: &str) -> Option<&Item> {
        let words = key(words);
        if let Some(i) = self.by_word.get(&words) {
            return self.items.get(*i);
        }
        if words.chars().count() > WORDS {
            return None;
        }
        let mut best: Option<(usize, usize)> = None;
        let mut tie = false;
        for (name, item) in &self.by_word {
            let long = name.chars().count();
            if long < 2 || !holds(&words, name) {
                continue;
            }
            match best {
                Some((length, other)) if long < length || other == *item => {}
                Some((length, _)) if long == length => tie = true,
                _ => {
                    best = Some((long, *item));
                    tie = false;
                }
            }
        }
        best.filter(|_| !tie).and_then(|(_, i)| self.items.get(i))
    }
}

/// Whether `name` stands in `words` as words (Latin) or as characters (Han).
fn holds(words: &str, name: &str) -> bool {
    words.match_indices(name).any(|(at, _)| {
        let before = words.get(..at).and_then(|s| s.chars().next_back());
        let after = words.get(at + name.len()..).and_then(|s| s.chars().next());
        let open = |outer: Option<char>, inner: Option<char>| match (outer, inner) {
            (Some(o), Some(i)) => !o.is_alphanumeric() || is_han(o) || is_han(i),
            _ => true,
        };
        open(before, name.chars().next()) && open(after, name.chars().next_back())
    })
}

fn key(words: &str) -> String {
    fold_str(words).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lead_to_items_in_both_languages() {
        let text = include_str!("../../fixtures/org/catalog.toml");
        let catalog = Catalog::parse(text, &mut Vec::new());
        let id = |words: &str| catalog.link(words).map(|i| i.id.as_str());
        assert_eq!(id("laptop"), Some("laptop-standard"));
        assert_eq!(id("ＬＡＰＴＯＰ"), Some("laptop-standard"));
        assert_eq!(id("筆記型電腦"), Some("laptop-standard"));
        assert_eq!(id("a rocket"), None);
        assert_eq!(id("slaptops"), None);
    }
}
