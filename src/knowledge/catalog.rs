//! The service catalog, and the link from the words of a need to an item.

use super::link::How;
use super::link::index::{Best, Index};
use super::link::score::WEIGHTS;
use super::rows::{self, Fault};
use crate::contract::NeedCategory;
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
    by_id: HashMap<String, usize>,
    index: Index,
}

/// An item that words were linked to.
#[derive(Debug, Clone, Copy)]
pub struct Link<'c> {
    pub item: &'c Item,
    /// Calibrated, 0 to 1: of links given 0.9, nine in ten are right.
    pub score: f32,
    pub how: How,
}

impl Catalog {
    pub fn parse(text: &str, faults: &mut Vec<Fault>) -> Self {
        Self::of(rows::toml_rows("catalog.toml", text, "item", faults))
    }

    /// A catalog of items that were read before.
    pub fn of(items: Vec<Item>) -> Self {
        let mut by_id = HashMap::with_capacity(items.len());
        for (i, item) in items.iter().enumerate() {
            by_id.entry(item.id.clone()).or_insert(i);
        }
        let names = items.iter().map(|item| {
            let own = [item.name.as_str(), item.name_zh.as_str()];
            own.into_iter().chain(item.aliases.iter().map(String::as_str)).collect()
        });
        let index = Index::of(names);
        Self { items, by_id, index }
    }

    pub fn items(&self) -> &[Item] {
        &self.items
    }

    pub fn get(&self, id: &str) -> Option<&Item> {
        self.by_id.get(id).and_then(|i| self.items.get(*i))
    }

    /// The item that the words name, whoever asks.
    pub fn link(&self, words: &str) -> Option<&Item> {
        self.find(words, &[]).map(|link| link.item)
    }

    /// The item that the words name, with its score. `usual`: ids of what the person's role gets, for
    /// 'the usual laptop'.
    pub fn find(&self, words: &str, usual: &[&str]) -> Option<Link<'_>> {
        let best = self.best(words, usual).filter(|best| best.score >= WEIGHTS.least)?;
        self.items.get(best.item).map(|item| Link { item, score: best.score, how: best.how })
    }

    /// The likeliest item whatever its score, for measuring and fitting.
    pub fn best(&self, words: &str, usual: &[&str]) -> Option<Best> {
        let usual: Vec<usize> = usual.iter().filter_map(|id| self.by_id.get(*id).copied()).collect();
        self.index.best(words, &usual)
    }
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
