//! A sentence as words, single Han characters and marks, with the lexicon's hits on them.

use super::lexicon::{Entry, LEXICON};
use crate::message::Span;
use crate::message::fold::is_han;
use crate::understand::page::Source;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Letters, perhaps with digits, in an alphabet.
    Word,
    /// Digits only.
    Number,
    Han,
    Mark(char),
}

/// A word, a Han character or a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    pub span: Span,
    pub sort: Sort,
    /// White space stands before it.
    pub gap: bool,
    /// The number of the hit that covers it.
    pub hit: Option<usize>,
    /// Part of a date, a duration, a person's name or an address: never of a thing's name.
    pub taken: bool,
}

/// A phrase of the lexicon on whole tokens.
#[derive(Debug, Clone)]
pub struct Hit {
    /// The first token and the one behind the last.
    pub tokens: (usize, usize),
    pub entry: &'static Entry,
}

/// A sentence in pieces.
#[derive(Debug, Default)]
pub struct Pieces {
    pub tokens: Vec<Token>,
    pub hits: Vec<Hit>,
}

/// Phrases found in a whole source: spans and entries, in its order.
pub fn phrases(source: &Source) -> Vec<(Span, &'static Entry)> {
    LEXICON
        .phrases
        .find(source.text.folded())
        .filter_map(|hit| Some((source.text.span_of_folded(hit.bytes), LEXICON.entries.get(hit.phrase)?)))
        .collect()
}

/// Cuts a span of a source into pieces; `phrases` are those of the whole source.
/// `taken`: what other proposers marked, in the source's order.
pub fn pieces(source: &Source, span: Span, phrases: &[(Span, &'static Entry)], taken: &[Span]) -> Pieces {
    let mut tokens = cut(source, span);
    let mut hits = Vec::new();
    let first = phrases.partition_point(|(s, _)| s.start < span.start);
    let mut at = 0;
    for (hit, entry) in phrases.iter().skip(first).take_while(|(s, _)| s.start < span.end) {
        while tokens.get(at).is_some_and(|t| t.span.end <= hit.start) {
            at += 1;
        }
        let mut end = at;
        while tokens.get(end).is_some_and(|t| t.span.start < hit.end) {
            end += 1;
        }
        // A hit that begins inside a word (e-mail address, path) is none.
        if end > at
            && tokens.get(at).is_some_and(|t| t.span.start == hit.start)
            && tokens.get(end - 1).is_some_and(|t| t.span.end == hit.end)
        {
            for t in tokens.iter_mut().take(end).skip(at) {
                t.hit = Some(hits.len());
            }
            hits.push(Hit { tokens: (at, end), entry });
        }
    }
    for others in [source.mention_spans.as_slice(), source.duration_spans.as_slice(), taken] {
        let first = others.partition_point(|o| o.end <= span.start);
        for other in others.iter().skip(first).take_while(|o| o.start < span.end) {
            let from = tokens.partition_point(|t| t.span.end <= other.start);
            for t in tokens.iter_mut().skip(from).take_while(|t| t.span.start < other.end) {
                t.taken = true;
            }
        }
    }
    Pieces { tokens, hits }
}

fn cut(source: &Source, span: Span) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(span.len() / 4 + 4);
    let letter = |i: usize| {
        let c = source.fold(i);
        i < span.end && c.is_alphanumeric() && !is_han(c)
    };
    let (mut i, mut gap) = (span.start, true);
    while i < span.end {
        let c = source.fold(i);
        if c.is_whitespace() {
            gap = true;
            i += 1;
            continue;
        }
        let start = i;
        let sort = if is_han(c) {
            i += 1;
            Sort::Han
        } else if letter(i) || matches!(c, '#' | '.' | '\\') && gap && letter(i + 1) {
            let mut number = true;
            while letter(i)
                || i == start
                || matches!(source.fold(i), '-' | '\'' | '.' | '_' | '@' | '&' | '#' | '\\') && letter(i + 1)
            {
                number &= source.fold(i).is_ascii_digit() || source.fold(i) == '.';
                i += 1;
            }
            // Inches: 27".
            if number && source.fold(i) == '"' && i < span.end {
                number = false;
                i += 1;
            }
            if number { Sort::Number } else { Sort::Word }
        } else if c == '[' && source.fold(i + 2) == ']' && i + 2 < span.end {
            i += 3;
            Sort::Mark('[')
        } else if c == '[' && source.fold(i + 1) == ']' && i + 1 < span.end {
            i += 2;
            Sort::Mark('[')
        } else {
            i += 1;
            Sort::Mark(c)
        };
        tokens.push(Token { span: Span::new(start, i), sort, gap, hit: None, taken: false });
        gap = false;
    }
    tokens
}

impl Pieces {
    /// The folded word of a token.
    pub fn word<'s>(&self, source: &'s Source, token: usize) -> &'s str {
        self.tokens.get(token).map_or("", |t| source.text.folded_quote(t.span))
    }

    /// The mark at a token, if it is one.
    pub fn mark(&self, token: usize) -> Option<char> {
        match self.tokens.get(token)?.sort {
            Sort::Mark(c) => Some(c),
            _ => None,
        }
    }
}

/// Phrases found in a part of a source.
pub fn phrases_within(source: &Source, span: Span) -> Vec<(Span, &'static Entry)> {
    let start = source.text.folded_range(span).start;
    LEXICON
        .phrases
        .find(source.text.folded_quote(span))
        .filter_map(|hit| {
            let bytes = hit.bytes.start + start..hit.bytes.end + start;
            Some((source.text.span_of_folded(bytes), LEXICON.entries.get(hit.phrase)?))
        })
        .collect()
}
