//! Which group handles a message: the first route whose every condition holds.

use super::rows::{self, Fault};
use crate::contract::{Category, Flag, Priority};
use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
pub struct Route {
    pub category: Option<Category>,
    /// ISO 3166 alpha-2, of the site concerned or the sender.
    pub country: Option<String>,
    pub priority: Option<Priority>,
    pub flag: Option<Flag>,
    pub group: String,
}

/// One `[[group]]`.
#[derive(Debug, Clone, Deserialize)]
pub struct Group {
    pub name: String,
    #[serde(default)]
    pub name_zh: String,
    #[serde(default)]
    pub email: String,
    #[serde(default)]
    pub lead: String,
}

#[derive(Debug, Clone, Default)]
pub struct Routing {
    pub fallback: Option<String>,
    pub routes: Vec<Route>,
    pub groups: Vec<Group>,
}

impl Routing {
    pub fn parse(text: &str, faults: &mut Vec<Fault>) -> Self {
        let document = rows::toml_document("routing.toml", text, faults);
        Self {
            fallback: document.as_ref().and_then(|d| d.get("fallback")?.as_str().map(str::to_owned)),
            routes: rows::toml_rows("routing.toml", text, "route", faults),
            groups: rows::toml_rows("routing.toml", text, "group", faults),
        }
    }

    /// The group of the first route whose every condition holds.
    pub fn rule(
        &self,
        category: Category,
        country: Option<&str>,
        priority: Priority,
        flags: &[Flag],
    ) -> Option<String> {
        let fits = |r: &&Route| {
            r.category.is_none_or(|c| c == category)
                && r.priority.is_none_or(|p| p == priority)
                && r.flag.is_none_or(|f| flags.contains(&f))
                && r.country.as_deref().is_none_or(|c| country.is_some_and(|k| k.eq_ignore_ascii_case(c)))
        };
        self.routes.iter().find(fits).map(|r| r.group.clone())
    }
}
