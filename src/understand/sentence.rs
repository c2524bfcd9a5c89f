//! Lines and sentences of a text, as spans of characters.

use crate::message::Span;
use crate::message::fold::{fold, is_han};

/// A line at least this wide (columns; Han counts two) may have been broken by a mail program: RFC 5322 advises 78.
const WRAPPED_COLUMNS: usize = 58;

/// Words before a full stop that do not end a sentence.
const ABBREVIATIONS: &[&str] = &[
    "mr", "mrs", "ms", "dr", "prof", "st", "sr", "jr", "rev", "hon", "sgt", "capt", "lt", "col", "eng", "ing", "dipl",
    "e.g", "i.e", "eg", "ie", "etc", "no", "nr", "vs", "approx", "inc", "ltd", "dept", "mgr", "ext", "tel", "attn",
    "fr", "p.m", "a.m", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "mon",
    "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun", "messrs", "mx", "asst", "bldg", "rm",
];

/// The lines that hold something, without surrounding white space.
pub fn lines(chars: &[char]) -> Vec<Span> {
    let mut lines = Vec::new();
    let mut start = 0;
    for end in chars.iter().enumerate().filter(|(_, c)| matches!(c, '\n' | '\r')).map(|(i, _)| i).chain([chars.len()]) {
        push_trimmed(chars, start, end, &mut lines);
        start = end + 1;
    }
    lines
}

/// The sentences: lines, cut at their marks, and joined where a mail program broke a line.
pub fn sentences(chars: &[char], lines: &[Span]) -> Vec<Span> {
    let mut sentences = Vec::new();
    let mut open: Option<usize> = None;
    for (i, line) in lines.iter().enumerate() {
        let mut start = open.take().unwrap_or(line.start);
        let mut at = line.start;
        while at < line.end {
            if let Some(end) = ends_at(chars, at, *line) {
                push_trimmed(chars, start, end, &mut sentences);
                start = end;
                at = end;
            } else {
                at += 1;
            }
        }
        let rest = chars.get(start..line.end).is_some_and(|c| c.iter().any(|c| !c.is_whitespace()));
        if !rest {
            continue;
        }
        match lines.get(i + 1) {
            Some(next) if goes_on(chars, *line, *next) => open = Some(start),
            _ => push_trimmed(chars, start, line.end, &mut sentences),
        }
    }
    sentences
}

/// Where a sentence ends if its mark stands at `at`.
fn ends_at(chars: &[char], at: usize, line: Span) -> Option<usize> {
    let c = *chars.get(at)?;
    let next = |n: usize| if at + n < line.end { chars.get(at + n).copied() } else { None };
    let closes = match c {
        '。' | '！' | '？' | '；' | '!' | '?' | ';' | '．' | '…' => true,
        // Leaders: 'Ada Roe ...... Leeds'.
        '.' if at >= 3 && (1..=3).all(|n| chars.get(at - n) == Some(&'.')) => false,
        '.' => match next(1) {
            None => true,
            Some(n) if n.is_whitespace() => !is_abbreviation(chars, at, line.start),
            Some(n) if is_han(n) => at > line.start && chars.get(at - 1).is_some_and(|p| is_han(*p)),
            Some('"' | '\'' | '”' | '’' | ')') => true,
            Some(_) => false,
        },
        _ => false,
    };
    if !closes {
        return None;
    }
    let mut end = at + 1;
    while end < line.end
        && chars.get(end).is_some_and(|c| {
            matches!(c, '.' | '!' | '?' | '。' | '！' | '？' | '"' | '\'' | '”' | '’' | ')' | '）' | '…')
        })
    {
        end += 1;
    }
    Some(end)
}

/// Whether the word before a full stop is an abbreviation, an initial or a list number.
fn is_abbreviation(chars: &[char], at: usize, line_start: usize) -> bool {
    let mut start = at;
    while start > line_start
        && at - start < 8
        && chars.get(start - 1).is_some_and(|c| c.is_alphanumeric() && !is_han(*c) || *c == '.')
    {
        start -= 1;
    }
    let word: String = chars.get(start..at).unwrap_or_default().iter().map(|c| fold(*c)).collect();
    let letters = word.chars().count();
    if letters == 1 {
        let c = chars.get(start).copied().unwrap_or(' ');
        // An initial ('J. Smith'), or the number of a list item at the line's start ('1. Ada').
        return c.is_uppercase() && c != 'I' || c.is_ascii_digit() && start == line_start;
    }
    if letters == 2 && word.chars().all(|c| c.is_ascii_digit()) {
        return start == line_start;
    }
    ABBREVIATIONS.contains(&word.as_str())
}

/// Whether the next line goes on with this line's sentence.
fn goes_on(chars: &[char], line: Span, next: Span) -> bool {
    let Some(gap) = chars.get(line.end..next.start) else { return false };
    if gap.iter().filter(|c| **c == '\n').count() != 1 {
        return false;
    }
    let Some(words) = chars.get(line.start..line.end) else { return false };
    let columns: usize = words.iter().map(|c| if is_han(*c) { 2 } else { 1 }).sum();
    if columns < WRAPPED_COLUMNS || words.iter().any(|c| matches!(c, '\t' | '|' | '｜')) {
        return false;
    }
    let Some(words) = chars.get(next.start..next.end) else { return false };
    let Some(first) = words.first() else { return false };
    if words.iter().any(|c| matches!(c, '\t' | '|' | '｜'))
        || !(first.is_alphanumeric() || matches!(first, '(' | '（' | '"' | '“'))
    {
        return false;
    }
    // 'Key: value' and '1. …' start something new.
    let head: Vec<char> = words.iter().take(24).copied().collect();
    if let Some(colon) = head.iter().position(|c| matches!(c, ':' | '：'))
        && head.iter().take(colon).filter(|c| c.is_whitespace()).count() < 3
    {
        return false;
    }
    if first.is_ascii_digit()
        && head.iter().find(|c| !c.is_ascii_digit()).is_some_and(|c| matches!(c, '.' | ')' | '、' | '）' | '．'))
    {
        return false;
    }
    true
}

fn push_trimmed(chars: &[char], mut start: usize, mut end: usize, into: &mut Vec<Span>) {
    while start < end && chars.get(start).is_none_or(|c| c.is_whitespace()) {
        start += 1;
    }
    while end > start && chars.get(end - 1).is_none_or(|c| c.is_whitespace()) {
        end -= 1;
    }
    if end > start {
        into.push(Span::new(start, end));
    }
}
