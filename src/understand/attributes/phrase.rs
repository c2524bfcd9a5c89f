//! Where a phrase that follows a cue ends.

use super::words_of;
use crate::message::Span;
use crate::message::fold::is_han;
use crate::understand::page::Source;

/// English words that end a noun phrase.
const STOPS: &[&str] = &[
    "in",
    "at",
    "with",
    "from",
    "on",
    "starting",
    "reporting",
    "based",
    "to",
    "who",
    "whose",
    "until",
    "till",
    "under",
    "joining",
    "within",
    "effective",
    "as",
    "is",
    "are",
    "was",
    "will",
    "has",
    "have",
    "and",
    "but",
    "so",
    "she",
    "he",
    "they",
    "we",
    "i",
    "please",
    "by",
    "working",
    "next",
    "this",
    "tomorrow",
    "today",
    "replacing",
    "covering",
    "instead",
    "leaving",
    "leaves",
    "starts",
    "joins",
    "out",
    "for",
    "reports",
    "needs",
    "need",
    "then",
    "when",
    "where",
    "which",
    "that",
    "about",
    "because",
    "after",
    "before",
    "since",
    "via",
    "now",
    "again",
    "begins",
    "beginning",
    "part-time",
    "full-time",
    "permanent",
    "pls",
    "plz",
    "per",
    "while",
    "rather",
    "also",
    "only",
    "taking",
    "moves",
    "moving",
    "located",
    "not",
    "or",
    "can",
    "could",
    "would",
    "should",
    "would",
    "following",
    "during",
    "over",
    "into",
    "onto",
    "does",
    "do",
    "did",
    "gets",
    "get",
    "goes",
    "going",
    "stays",
    "if",
    "manager",
    "line",
    "its",
    "it's",
    "it",
    "her",
    "his",
    "their",
    "our",
    "your",
    "my",
    "like",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "there",
    "here",
    "just",
    "same",
    "both",
    "all",
    "up",
    "back",
    "off",
];

/// The end of the line, sentence mark, bracket or dash that closes whatever started at `from`.
pub fn clause_end(source: &Source, from: usize) -> usize {
    let mut at = from;
    let limit = source.folded.len().min(from + 120);
    while at < limit {
        let c = source.fold(at);
        let next = source.fold(at + 1);
        let stop = match c {
            '\n' | ',' | ';' | '!' | '?' | '。' | '(' | ')' | '|' | '\t' | '、' | '【' | '】' | '"' | '—' | '→'
            | '[' | ']' | '<' | '>' | '·' => true,
            ':' => true,
            '.' => next.is_whitespace() || at + 1 >= source.folded.len() || is_han(next),
            '-' => source.fold(at.wrapping_sub(1)).is_whitespace() && next.is_whitespace(),
            '/' => source.fold(at.wrapping_sub(1)).is_whitespace(),
            _ if c.is_whitespace() => next.is_whitespace(),
            _ => false,
        };
        if stop {
            break;
        }
        at += 1;
    }
    at
}

/// The end of an English noun phrase that starts at `from`: before a stop word, a date, a name, or the clause's end.
/// `keep`: stop words that this kind of phrase may hold.
pub fn noun_end(source: &Source, from: usize, keep: &[&str]) -> usize {
    let limit = boundary(source, from, clause_end(source, from));
    let mut at = from;
    let mut end = from;
    while at < limit {
        while at < limit && source.fold(at).is_whitespace() {
            at += 1;
        }
        let start = at;
        while at < limit && !source.fold(at).is_whitespace() {
            at += 1;
        }
        if start == at {
            break;
        }
        let word = words_of(source, Span::new(start, at));
        if start > from && STOPS.contains(&word.as_str()) && !keep.contains(&word.as_str()) {
            break;
        }
        end = at;
    }
    end
}

/// Not past the next date or name.
pub fn boundary(source: &Source, from: usize, limit: usize) -> usize {
    let mut limit = limit;
    let i = source.mention_spans.partition_point(|m| m.end <= from);
    if let Some(m) = source.mention_spans.get(i)
        && m.start > from
    {
        limit = limit.min(m.start);
    }
    let i = source.names.partition_point(|n| n.span.start <= from);
    if let Some(name) = source.names.get(i..).unwrap_or_default().iter().find(|n| n.score >= 0.6) {
        limit = limit.min(name.span.start);
    }
    limit
}

/// Skips spaces and an article.
pub fn skip_article(source: &Source, from: usize) -> usize {
    let mut at = from;
    while source.fold(at) == ' ' {
        at += 1;
    }
    for article in [
        "the new ", "a new ", "the ", "a ", "an ", "our new ", "our ", "your ", "her ", "his ", "their ", "my ", "new ",
    ] {
        let n = article.chars().count();
        if source.folded.get(at..at + n).is_some_and(|w| w.iter().collect::<String>() == article) {
            return at + n;
        }
    }
    at
}

/// The end of a run of Chinese words (letters and digits too) from `from`, not past a date, a name or a mark.
pub fn han_end(source: &Source, from: usize) -> usize {
    boundary(source, from, clause_end(source, from)).min(from + 24)
}
