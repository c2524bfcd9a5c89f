//! The items of a request's form: changed, taken away, added.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde_json::Value;

use super::{Editor, NEED_PARTS, VALUE_CHARS, need_parts, tidy};
use crate::contract::{Action, Need, NeedCategory, Request};
use crate::web::fields::Shape;

impl Editor<'_> {
    pub(super) fn needs(&self, request: &Request, faults: &mut Vec<(String, &'static str)>) -> Vec<Need> {
        let mut out = Vec::new();
        for (j, need) in request.needs.iter().enumerate() {
            let key = format!("{}.n{j}", self.prefix);
            // A row whose words were emptied is a row taken away.
            let emptied = self.form.get(&format!("{key}.text")).is_some_and(|text| text.trim().is_empty());
            if !self.form.contains_key(&format!("{key}.drop")) && !emptied {
                out.push(self.need(&key, Some(need), faults));
            }
        }
        let rows: BTreeSet<usize> = self.rows().filter(|row| *row >= request.needs.len()).collect();
        for row in rows {
            let key = format!("{}.n{row}", self.prefix);
            let named =
                |part: &str| self.form.get(&format!("{key}.{part}")).is_some_and(|text| !text.trim().is_empty());
            if (named("text") || named("catalog_id") || self.chosen(&key).is_some())
                && !self.form.contains_key(&format!("{key}.drop"))
            {
                out.push(self.need(&key, None, faults));
            }
        }
        out
    }

    /// Numbers of the rows of needs that the form holds.
    fn rows(&self) -> impl Iterator<Item = usize> {
        let start = format!("{}.n", self.prefix);
        let keys = self.form.range(start.clone()..).take_while(move |(key, _)| key.starts_with(&start));
        let prefix = self.prefix.len() + 2;
        keys.filter_map(move |(key, _)| key.get(prefix..)?.split('.').next()?.parse().ok())
    }

    fn need(&self, key: &str, old: Option<&Need>, faults: &mut Vec<(String, &'static str)>) -> Need {
        let before: BTreeMap<&str, String> = old.map(need_parts).into_iter().flatten().collect();
        let given = |part: &str| self.form.get(&format!("{key}.{part}")).map(|text| tidy(text));
        let part = |name: &str| given(name).or_else(|| before.get(name).cloned()).unwrap_or_default();
        let chosen = self.chosen(key);
        let same = NEED_PARTS.iter().all(|name| before.get(name).is_some_and(|was| tidy(was) == part(name)));
        if let (Some(old), true, None) = (old, same, &chosen) {
            return old.clone();
        }
        let optional = |text: String| (!text.is_empty()).then_some(text);
        let catalog = &self.sources.knowledge.catalog;
        let mut catalog_id = optional(part("catalog_id"));
        // A name picked or typed instead of the id leads to the id.
        if let Some(words) = &catalog_id
            && catalog.get(words).is_none()
            && let Some(item) = catalog.link(words)
        {
            catalog_id = Some(item.id.clone());
        }
        let mut text = part("text");
        if text.is_empty() {
            let item = catalog_id.as_deref().and_then(|id| catalog.get(id));
            let quote = chosen.as_ref().map(|span| span.quote.split_whitespace().collect::<Vec<_>>().join(" "));
            text =
                quote.or_else(|| item.map(|item| item.name.clone())).or_else(|| catalog_id.clone()).unwrap_or_default();
        }
        if catalog_id.is_none()
            && old.is_none_or(|old| old.text != text)
            && given("catalog_id").is_none_or(|id| id.is_empty())
        {
            catalog_id = catalog.link(&text).map(|item| item.id.clone());
        }
        let mut bad = |part: &str, why| faults.push((format!("{key}.{part}"), why));
        if text.chars().count() > VALUE_CHARS {
            bad("text", "fault.long");
        }
        let action = part("action");
        let action = serde_json::from_value(Value::String(if action.is_empty() { "grant".into() } else { action }));
        let action = action.unwrap_or_else(|_| {
            bad("action", "fault.choice");
            Action::Grant
        });
        let quantity = match part("quantity") {
            q if q.is_empty() => None,
            q => match q.parse::<u32>() {
                Ok(q) if q > 0 => Some(q),
                _ => {
                    bad("quantity", "fault.quantity");
                    None
                }
            },
        };
        let until = optional(part("until"));
        if until.as_deref().is_some_and(|day| day.parse::<NaiveDate>().is_err()) {
            bad("until", "fault.day");
        }
        let item = catalog_id.as_deref().and_then(|id| catalog.get(id));
        let relinked = catalog_id != old.and_then(|old| old.catalog_id.clone());
        let stated = serde_json::from_value(Value::String(part("category"))).ok();
        let category = match (item, relinked, stated) {
            (Some(item), true, _) => item.category,
            (_, _, Some(stated)) => stated,
            (Some(item), ..) => item.category,
            (None, ..) => NeedCategory::Other,
        };
        let kept = old.map(|old| old.evidence.clone()).unwrap_or_default();
        let reworded = old.is_none_or(|old| old.text != text);
        let evidence = if chosen.is_some() || reworded { self.proof(Shape::Text, &text, chosen, kept) } else { kept };
        Need {
            action,
            category,
            catalog_id,
            link_confidence: None,
            quantity,
            like: optional(part("like")),
            to: optional(part("to")),
            until,
            confidence: 1.0,
            evidence,
            text,
        }
    }
}
