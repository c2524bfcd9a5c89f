//! The words that prove what a technician wrote: selected ones, found ones, those of before, or their own.

use super::{Editor, TYPED};
use crate::contract::Span;
use crate::message::text::Span as Stretch;
use crate::web::fields::Shape;

impl Editor<'_> {
    /// The words that prove a value: chosen ones, else the value itself where the text holds it, else those that
    /// proved the former value, else the technician's word.
    pub(super) fn proof(&self, shape: Shape, value: &str, chosen: Option<Span>, old: Vec<Span>) -> Vec<Span> {
        if let Some(span) = chosen {
            return vec![span];
        }
        if shape == Shape::Text
            && let Some(span) = self.found(value)
        {
            return vec![span];
        }
        let quoted: Vec<Span> = old.into_iter().filter(|span| span.source.as_deref() != Some(TYPED)).collect();
        if quoted.is_empty() { vec![typed(value)] } else { quoted }
    }

    /// The value as a whole word of the message, where it stands there.
    fn found(&self, value: &str) -> Option<Span> {
        let text = &self.sources.message;
        // One letter stands anywhere and proves nothing.
        if value.chars().count() < 2 {
            return None;
        }
        let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        let at = text.raw().match_indices(value).map(|(at, _)| at).find(|at| {
            let before = text.raw().get(..*at).and_then(|s| s.chars().next_back());
            let after = text.raw().get(at + value.len()..).and_then(|s| s.chars().next());
            !(latin(before) && latin(value.chars().next()) || latin(after) && latin(value.chars().next_back()))
        })?;
        let span = text.span_of_raw(at..at + value.len());
        Some(Span { source: None, start: span.start, end: span.end, quote: text.quote(span).to_owned() })
    }

    /// The words that the technician selected for this input: `12-25`, `3-9@list.xlsx`.
    pub(super) fn chosen(&self, key: &str) -> Option<Span> {
        let words = self.form.get(&format!("{key}.ev"))?;
        let (range, source) = match words.split_once('@') {
            Some((range, source)) => (range, Some(source.to_owned())),
            None => (words.as_str(), None),
        };
        let (start, end) = range.split_once('-')?;
        let (start, end): (usize, usize) = (start.trim().parse().ok()?, end.trim().parse().ok()?);
        let text = match &source {
            Some(name) => self.sources.attachments.get(name)?,
            None => &self.sources.message,
        };
        if start >= end || end > text.len() {
            return None;
        }
        let quote = text.quote(Stretch::new(start, end)).to_owned();
        Some(Span { source, start, end, quote })
    }
}

/// Evidence that is the technician's own word.
pub fn typed(value: &str) -> Span {
    Span { source: Some(TYPED.into()), start: 0, end: value.chars().count(), quote: value.to_owned() }
}
