//! One request's part of a form: its fields.

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use serde_json::{Map, Value, json};

use super::{Editor, LOCAL, VALUE_CHARS, tidy};
use crate::contract::Request;
use crate::web::fields::{SPECS, Shape, Spec, choices, pointer, spans};

impl Editor<'_> {
    pub(super) fn request(&self, request: &Request, faults: &mut Vec<(String, &'static str)>) -> Request {
        let mut json = serde_json::to_value(request).unwrap_or(Value::Null);
        for name in ["kind", "operation"] {
            let key = format!("{}.{name}", self.prefix);
            if let Some(chosen) = self.form.get(&key).map(|text| text.trim()) {
                if choices(name).contains(&chosen) {
                    put(&mut json, name, Some(chosen.into()));
                } else {
                    faults.push((key, "fault.choice"));
                }
            }
        }
        for spec in SPECS {
            let key = format!("{}.{}", self.prefix, spec.path);
            let old = json.pointer(&pointer(spec.path)).cloned();
            match self.field(*spec, &key, old.as_ref()) {
                Ok(None) => {}
                Ok(Some(changed)) => put(&mut json, spec.path, changed),
                Err(why) => faults.push((key, why)),
            }
        }
        let needs = self.needs(request, faults);
        put(&mut json, "needs", serde_json::to_value(needs).ok());
        // What was put together here from checked parts reads back; if not, the technician's state stays as it was.
        serde_json::from_value(json).unwrap_or_else(|error| {
            tracing::error!(%error, "an edited request does not read back");
            request.clone()
        })
    }

    /// Ok(None): as it was. Ok(Some(None)): taken away.
    #[allow(clippy::type_complexity)]
    fn field(&self, spec: Spec, key: &str, old: Option<&Value>) -> Result<Option<Option<Value>>, &'static str> {
        let Some(given) = self.form.get(key) else { return Ok(None) };
        let mut text = tidy(given);
        if text.chars().count() > VALUE_CHARS {
            return Err("fault.long");
        }
        let chosen = self.chosen(key);
        if let (true, Some(span)) = (text.is_empty(), &chosen) {
            text = match spec.shape {
                Shape::Text => span.quote.split_whitespace().collect::<Vec<_>>().join(" "),
                Shape::Day => (self.sources.days)(&span.quote).first().map(ToString::to_string).unwrap_or_default(),
                Shape::Instant | Shape::Choice(_) => String::new(),
            };
            if text.is_empty() {
                return Err("fault.unread");
            }
        }
        let before = self.was.get(key).map(|was| tidy(was)).unwrap_or_default();
        if text == before && chosen.is_none() {
            return Ok(None);
        }
        if text.is_empty() {
            return Ok(Some(None));
        }
        let value = self.value(spec.shape, &text, old)?;
        let spans = self.proof(spec.shape, &value, chosen, old.map(spans).unwrap_or_default());
        let mut field = json!({ "value": value, "confidence": 1.0, "evidence": spans });
        if spec.shape == Shape::Day
            && let Some(others) = other_readings(old, &value)
        {
            put(&mut field, "ambiguous", Some(others));
        }
        Ok(Some(Some(field)))
    }

    fn value(&self, shape: Shape, text: &str, old: Option<&Value>) -> Result<String, &'static str> {
        match shape {
            Shape::Text => Ok(text.to_owned()),
            Shape::Choice(list) if choices(list).contains(&text) => Ok(text.to_owned()),
            Shape::Choice(_) => Err("fault.choice"),
            Shape::Day => text.parse::<NaiveDate>().map(|day| day.to_string()).map_err(|_| "fault.day"),
            Shape::Instant => {
                let whole = |text: &str| DateTime::parse_from_rfc3339(text).ok();
                if let Some(at) = whole(text) {
                    return Ok(at.to_rfc3339());
                }
                let seconds = || NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S");
                let local =
                    NaiveDateTime::parse_from_str(text, LOCAL).or_else(|_| seconds()).map_err(|_| "fault.instant")?;
                let before = old.and_then(|field| field.get("value")).and_then(Value::as_str);
                let offset = before.and_then(whole).or_else(|| whole(&self.base.message.received_at));
                let offset = offset.map(|at| *at.offset()).ok_or("fault.instant")?;
                let at = local.and_local_timezone(offset).single().ok_or("fault.instant")?;
                Ok(at.to_rfc3339())
            }
        }
    }
}

/// Where one of a date's other readings was chosen: the rest, with the former value among them.
fn other_readings(old: Option<&Value>, value: &str) -> Option<Value> {
    let old = old?;
    let others = old.get("ambiguous")?.as_array()?;
    if !others.iter().any(|day| day.as_str() == Some(value)) {
        return None;
    }
    let former = old.get("value").cloned();
    let rest = others.iter().filter(|day| day.as_str() != Some(value)).cloned();
    Some(former.into_iter().chain(rest).collect())
}

/// Sets or takes away what stands at a dotted path.
pub fn put(json: &mut Value, path: &str, value: Option<Value>) {
    let mut at = json;
    let mut names = path.split('.').peekable();
    while let Some(name) = names.next() {
        if names.peek().is_some() {
            let Some(map) = at.as_object_mut() else { return };
            at = map.entry(name).or_insert_with(|| Value::Object(Map::new()));
        } else if let Some(map) = at.as_object_mut() {
            match value {
                Some(value) => map.insert(name.to_owned(), value),
                None => map.remove(name),
            };
            return;
        }
    }
}
