//! Role bundles: what people of a role usually get.

use super::rows::{self, Fault};
use crate::message::fold::fold_str;
use serde::Deserialize;

/// One `[[bundle]]`; it matches when every list present under `match` matches.
#[derive(Debug, Clone, Deserialize)]
pub struct Bundle {
    pub name: String,
    #[serde(rename = "match", default)]
    pub when: When,
    /// Catalog ids.
    pub items: Vec<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub struct When {
    pub department: Option<Vec<String>>,
    /// Any of these words stands in the title.
    pub title: Option<Vec<String>>,
    pub employment_type: Option<Vec<String>>,
    pub location: Option<Vec<String>>,
}

/// What is known of a person, for finding bundles.
#[derive(Debug, Clone, Copy, Default)]
pub struct Profile<'a> {
    pub department: Option<&'a str>,
    pub title: Option<&'a str>,
    pub employment_type: Option<&'a str>,
    pub location: Option<&'a str>,
}

#[derive(Debug, Clone, Default)]
pub struct Bundles(Vec<Bundle>);

impl Bundles {
    pub fn parse(text: &str, faults: &mut Vec<Fault>) -> Self {
        Self(rows::toml_rows("bundles.toml", text, "bundle", faults))
    }

    pub fn all(&self) -> &[Bundle] {
        &self.0
    }

    /// The bundles of such a person; an attribute that is not known matches no list that asks for it.
    pub fn of(&self, profile: Profile) -> Vec<&Bundle> {
        let title = profile.title.map(fold_str);
        let one = |list: &Option<Vec<String>>, value: Option<&str>| match list {
            None => true,
            Some(list) => value.is_some_and(|v| list.iter().any(|l| fold_str(l) == fold_str(v))),
        };
        let titled = |list: &Option<Vec<String>>| match list {
            None => true,
            Some(words) => title.as_ref().is_some_and(|t| words.iter().any(|w| t.contains(&fold_str(w)))),
        };
        let fits = |b: &&Bundle| {
            one(&b.when.department, profile.department)
                && one(&b.when.employment_type, profile.employment_type)
                && one(&b.when.location, profile.location)
                && titled(&b.when.title)
        };
        self.0.iter().filter(fits).collect()
    }

    /// Ids of what such a person gets, each once: the bundles that ask for most come first.
    pub fn items_of(&self, profile: Profile) -> Vec<&str> {
        let mut bundles = self.of(profile);
        bundles.sort_by_key(|b| std::cmp::Reverse(b.when.asks()));
        let mut items: Vec<&str> = Vec::new();
        for item in bundles.iter().flat_map(|b| &b.items) {
            if !items.contains(&item.as_str()) {
                items.push(item);
            }
        }
        items
    }
}

impl When {
    /// How special the bundle is: a title tells more than a department, that more than how people are employed.
    fn asks(&self) -> u32 {
        let one = |list: &Option<Vec<String>>, weight| if list.is_some() { weight } else { 0 };
        one(&self.title, 4) + one(&self.department, 2) + one(&self.location, 1) + one(&self.employment_type, 1)
    }
}
