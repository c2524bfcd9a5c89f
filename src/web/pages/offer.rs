//! What the catalog says of an item, and what a role's bundle would add, for the page.

use crate::knowledge::catalog::Item;
use crate::web::words::Lang;

use super::request::item_words;

/// An item that the role usually gets and the message does not name.
pub struct Offer {
    pub id: String,
    pub name: String,
    pub facts: String,
}

impl Offer {
    pub fn of(l: Lang, item: &Item) -> Self {
        Self { id: item.id.clone(), name: item_words(l, &item.name, &item.name_zh), facts: facts(l, item) }
    }
}

/// Owner, lead time, approval, stock and privilege of an item, in words.
pub fn facts(l: Lang, item: &Item) -> String {
    let mut parts: Vec<String> = Vec::new();
    if !item.owner_group.is_empty() {
        parts.push(item.owner_group.clone());
    }
    if item.lead_time_days > 0 {
        parts.push(l.n("case.takes", item.lead_time_days));
    }
    if item.approval {
        parts.push(l.w("case.needs_approval").to_owned());
    }
    if item.stock {
        parts.push(l.w("case.in_stock").to_owned());
    }
    if item.privileged {
        parts.push(l.w("case.privileged").to_owned());
    }
    parts.join(" · ")
}
