//! Mends tagged spans where the text itself says how far a name goes: what was cut apart, and what is no thing.

use super::labels::Field;
use crate::message::Span;
use crate::message::fold::is_han;
use crate::understand::needs;
use crate::understand::page::Source;
use regex::Regex;
use std::sync::LazyLock;

/// A tagged span on its way to a mark.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    pub field: Field,
    pub span: Span,
    pub confidence: f32,
    /// The mean logarithms of the enumerations' values.
    pub values: Vec<f32>,
}

/// Joins what one blank or a dash cuts apart: 'Bloomberg' 'Anywhere', 'Assistant Manager' '- Trade Finance'.
pub fn join(source: &Source, pieces: Vec<Piece>) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        if let Some(last) = out.last_mut()
            && last.field == piece.field
            && last.span.end <= piece.span.start
            && joins(source, piece.field, Span::new(last.span.end, piece.span.start))
        {
            let (a, b) = (last.span.len() as f32, piece.span.len() as f32);
            last.confidence = (last.confidence * a + piece.confidence * b) / (a + b).max(1.0);
            last.span.end = piece.span.end;
            continue;
        }
        out.push(piece);
    }
    out
}

fn joins(source: &Source, field: Field, gap: Span) -> bool {
    let between = source.text.quote(gap);
    let latin = |i: usize| !is_han(source.char(i));
    if gap.start == 0 || !latin(gap.start - 1) || !latin(gap.end) {
        return between.is_empty() && matches!(field, Field::Title | Field::Department | Field::Location);
    }
    match field {
        Field::Title => matches!(between, "" | " " | " - " | " – " | ", " | " / " | "/"),
        Field::Need(_) | Field::Unwanted | Field::Department | Field::Location | Field::Manager => {
            matches!(between, "" | " " | "-" | "/")
        }
        _ => false,
    }
}

static MEASURED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"^(?:再|另|各|也|还|先|要|配|给|开|领|发)*(?:[一二两三四五六七八九十\d]+|几)[台个部套把张支件条份块只副双]",
    )
    .ok()
});

/// A thing without the article or the number and measure before it; nothing where no thing is left.
pub fn thing(source: &Source, span: Span) -> Option<Span> {
    let mut span = span;
    loop {
        let words = source.text.folded_quote(span);
        let first = words.split(' ').next().unwrap_or_default();
        if first.len() < words.len() && first.is_ascii() && needs::ends_name(first) {
            let left = words.get(first.len()..).unwrap_or_default();
            span.start += first.chars().count() + (left.chars().count() - left.trim_start().chars().count());
            continue;
        }
        if let Some(m) = MEASURED.as_ref().and_then(|r| r.find(words))
            && m.end() < words.len()
        {
            span.start += words.get(..m.end()).map_or(0, |w| w.chars().count());
            continue;
        }
        break;
    }
    let words = source.text.folded_quote(span);
    let letters = words.chars().filter(|c| c.is_alphanumeric()).count();
    let measure = MEASURED.as_ref().is_some_and(|r| r.find(words).is_some_and(|m| m.end() == words.len()));
    let nothing = letters == 0
        || needs::ends_name(words)
        || words.is_ascii() && letters < 2
        || measure
        || letters == 1 && words.chars().any(is_han) && !needs::is_head(words);
    (!nothing).then_some(span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Action;
    use crate::understand::dates::{Engine, Settings};
    use crate::understand::page::Page;
    use crate::understand::testing::message;

    fn with<T>(body: &str, work: impl Fn(&Source, usize) -> T) -> T {
        let m = message("x", body);
        let page = Page::new(&m, &Engine::new(Settings::default()));
        work(&page.sources[0], 2)
    }

    fn things(body: &str) -> Option<String> {
        with(body, |source, from| {
            let span = Span::new(from, source.chars.len());
            thing(source, span).map(|s| source.text.quote(s).to_owned())
        })
    }

    #[test]
    fn a_thing_has_no_article_and_no_measure() {
        assert_eq!(things("the small laptop").as_deref(), Some("small laptop"));
        assert_eq!(things("一台旧笔记本").as_deref(), Some("旧笔记本"));
        assert_eq!(things("access").as_deref(), Some("access"));
        for nothing in ["a", "the", "access to the", "一台", "配", "-"] {
            let found = things(nothing);
            assert!(found.is_none() || nothing.starts_with("access"), "{nothing}: {found:?}");
        }
    }

    #[test]
    fn what_a_blank_cuts_apart_is_one() {
        let piece =
            |field, start, end| Piece { field, span: Span::new(start, end), confidence: 0.8, values: Vec::new() };
        let grant = Field::Need(Action::Grant);
        with("Bloomberg Anywhere, Jira", |source, _| {
            let joined = join(source, vec![piece(grant, 2, 11), piece(grant, 12, 20), piece(grant, 22, 26)]);
            let spans: Vec<Span> = joined.iter().map(|p| p.span).collect();
            assert_eq!(spans, [Span::new(2, 20), Span::new(22, 26)]);
        });
        with("Assistant Manager - Trade Finance", |source, _| {
            let joined = join(source, vec![piece(Field::Title, 2, 19), piece(Field::Title, 22, 35)]);
            assert_eq!(joined.len(), 1);
        });
    }
}
