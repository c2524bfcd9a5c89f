//! A text with two faces: as it was written, and folded for matching, character by character.

use super::fold::fold;

/// A stretch of a text, in Unicode scalar values, end exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

impl Span {
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end: end.max(start) }
    }
    pub fn len(&self) -> usize {
        self.end - self.start
    }
    pub fn is_empty(&self) -> bool {
        self.start >= self.end
    }
    pub fn contains(&self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }
    pub fn overlaps(&self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }
    /// The smallest span that holds both.
    pub fn join(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// A text as written (`raw`) and folded (`folded`): the two have equally many characters, so that a
/// span found in one holds in the other. Folding makes full-width ASCII half-width, traditional
/// characters simplified, letters lower case, typographic quotes and dashes plain.
#[derive(Debug, Clone, Default)]
pub struct Text {
    raw: String,
    folded: String,
    /// Byte offset in `raw` of each character, and the length last; empty where byte and character agree.
    raw_at: Vec<u32>,
    /// The same for `folded`.
    folded_at: Vec<u32>,
}

impl Text {
    /// `raw` up to `u32::MAX` bytes; intake's limits keep texts far below that.
    pub fn new(raw: impl Into<String>) -> Self {
        let raw: String = raw.into();
        let folded: String = raw.chars().map(fold).collect();
        let raw_at = offsets(&raw);
        let folded_at = offsets(&folded);
        Self { raw, folded, raw_at, folded_at }
    }

    pub fn raw(&self) -> &str {
        &self.raw
    }

    pub fn folded(&self) -> &str {
        &self.folded
    }

    pub fn is_empty(&self) -> bool {
        self.raw.is_empty()
    }

    /// Characters (Unicode scalar values).
    pub fn len(&self) -> usize {
        if self.raw_at.is_empty() { self.raw.len() } else { self.raw_at.len() - 1 }
    }

    /// The words of a span as written; a span past the end is cut to it.
    pub fn quote(&self, span: Span) -> &str {
        slice(&self.raw, &self.raw_at, span)
    }

    /// The folded words of a span.
    pub fn folded_quote(&self, span: Span) -> &str {
        slice(&self.folded, &self.folded_at, span)
    }

    /// The span of a byte range of `folded()`, as a regex or an automaton found it.
    pub fn span_of_folded(&self, bytes: std::ops::Range<usize>) -> Span {
        Span::new(char_at(&self.folded_at, bytes.start), char_at(&self.folded_at, bytes.end))
    }

    /// The span of a byte range of `raw()`.
    pub fn span_of_raw(&self, bytes: std::ops::Range<usize>) -> Span {
        Span::new(char_at(&self.raw_at, bytes.start), char_at(&self.raw_at, bytes.end))
    }

    /// The byte range in `raw()` of a span.
    pub fn raw_range(&self, span: Span) -> std::ops::Range<usize> {
        byte_at(&self.raw_at, self.raw.len(), span.start)..byte_at(&self.raw_at, self.raw.len(), span.end)
    }

    /// The byte range in `folded()` of a span.
    pub fn folded_range(&self, span: Span) -> std::ops::Range<usize> {
        byte_at(&self.folded_at, self.folded.len(), span.start)..byte_at(&self.folded_at, self.folded.len(), span.end)
    }

    /// The span without white space at either end.
    pub fn trim(&self, span: Span) -> Span {
        let words = self.quote(span);
        let lead = words.chars().take_while(|c| c.is_whitespace()).count();
        let trail = words.chars().rev().take_while(|c| c.is_whitespace()).count();
        if lead + trail >= span.len() {
            Span::new(span.start, span.start)
        } else {
            Span::new(span.start + lead, span.end - trail)
        }
    }

    /// The contract's evidence for a span.
    pub fn evidence(&self, span: Span, source: Option<&str>) -> crate::contract::Span {
        let end = span.end.min(self.len());
        let start = span.start.min(end);
        crate::contract::Span {
            source: source.map(str::to_owned),
            start,
            end,
            quote: self.quote(Span { start, end }).to_owned(),
        }
    }
}

/// Byte offsets of the characters, and the length; empty for a pure ASCII text.
fn offsets(s: &str) -> Vec<u32> {
    if s.is_ascii() {
        return Vec::new();
    }
    let mut at: Vec<u32> = s.char_indices().map(|(i, _)| i as u32).collect();
    at.push(s.len() as u32);
    at
}

/// The character that a byte offset falls on (or the one it falls into).
fn char_at(at: &[u32], byte: usize) -> usize {
    if at.is_empty() {
        return byte;
    }
    match at.binary_search(&(byte as u32)) {
        Ok(i) => i,
        Err(i) => i.saturating_sub(1),
    }
}

fn byte_at(at: &[u32], len: usize, char: usize) -> usize {
    if at.is_empty() { char.min(len) } else { at.get(char).map_or(len, |b| *b as usize) }
}

fn slice<'a>(s: &'a str, at: &[u32], span: Span) -> &'a str {
    let (a, b) = (byte_at(at, s.len(), span.start), byte_at(at, s.len(), span.end));
    s.get(a..b).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn folded_words_lead_back_to_written_ones() {
        let text = Text::new("請開通ＶＰＮ：權限，謝謝");
        let at = text.folded().find("vpn").unwrap();
        let span = text.span_of_folded(at..at + 3);
        assert_eq!(text.quote(span), "ＶＰＮ");
        assert_eq!(span, Span::new(3, 6));
        assert!(text.folded().contains("权限,"));
    }

    proptest! {
        #[test]
        fn both_faces_have_equally_many_characters(s in "\\PC*") {
            let text = Text::new(s.clone());
            prop_assert_eq!(text.folded().chars().count(), s.chars().count());
            prop_assert_eq!(text.len(), s.chars().count());
            let all = Span::new(0, text.len());
            prop_assert_eq!(text.quote(all), s.as_str());
        }

        #[test]
        fn any_span_is_safe(s in "\\PC{0,20}", a in 0usize..40, b in 0usize..40) {
            let text = Text::new(s);
            let evidence = text.evidence(Span::new(a, b), None);
            let quote: String = text.raw().chars().skip(evidence.start).take(evidence.end - evidence.start).collect();
            prop_assert_eq!(quote, evidence.quote);
        }
    }
}
