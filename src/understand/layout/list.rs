//! Lines that open with a bullet or a number.

use super::{Item, LineKind};
use crate::message::Span;

pub(super) fn find(chars: &[char], folded: &[char], lines: &[Span], kinds: &mut [LineKind]) -> Vec<Item> {
    let mut items = Vec::new();
    for (line, span) in lines.iter().enumerate() {
        if matches!(kinds.get(line), Some(LineKind::Table(_))) {
            continue;
        }
        let Some((length, numbered)) = mark(folded, *span) else { continue };
        let body = Span::new((span.start + length).min(span.end), span.end);
        let indent = (0..span.start)
            .rev()
            .take_while(|at| chars.get(*at).is_some_and(|c| *c != '\n' && c.is_whitespace()))
            .count();
        if let Some(kind) = kinds.get_mut(line) {
            *kind = LineKind::Item(items.len());
        }
        items.push(Item { line, body, indent, numbered });
    }
    items
}

/// Characters of the mark with its white space, and whether it is a number.
pub(super) fn mark(folded: &[char], line: Span) -> Option<(usize, bool)> {
    let at = |n: usize| if line.start + n < line.end { folded.get(line.start + n).copied() } else { None };
    let first = at(0)?;
    let space = |from: usize| (from..).take_while(|n| at(*n).is_some_and(char::is_whitespace)).count();
    if matches!(
        first,
        '•' | '●'
            | '○'
            | '▪'
            | '■'
            | '□'
            | '◆'
            | '◇'
            | '·'
            | '・'
            | '‧'
            | '☐'
            | '☑'
            | '✅'
            | '✔'
            | '►'
            | '▶'
            | '➢'
            | '»'
            | '※'
            | '–'
    ) {
        return Some((1 + space(1), false));
    }
    if matches!(first, '-' | '*' | '+' | '>') {
        let gap = space(1);
        // '-张三' without a space is common in Chinese; '*bold*' and '-5' are not bullets.
        let next = at(1)?;
        if gap > 0 || first == '-' && next.is_alphabetic() {
            return Some((1 + gap, false));
        }
        return None;
    }
    if matches!(first, '①'..='⑳' | '⑴'..='⒇' | '❶'..='❿') {
        return Some((1 + space(1), true));
    }
    let bracketed = first == '(';
    let from = usize::from(bracketed);
    let digits = (from..from + 3).take_while(|n| at(*n).is_some_and(|c| c.is_ascii_digit())).count();
    let han = (from..from + 3).take_while(|n| at(*n).is_some_and(|c| "一二三四五六七八九十".contains(c))).count();
    let letter = usize::from(at(from).is_some_and(|c| c.is_ascii_lowercase()));
    let (count, kind) = if digits > 0 {
        (digits, 'd')
    } else if han > 0 {
        (han, 'h')
    } else {
        (letter, 'l')
    };
    if count == 0 {
        return None;
    }
    let after = from + count;
    let close = at(after)?;
    let ok = match (kind, close) {
        (_, ')') => true,
        ('d', '.') => !at(after + 1).is_some_and(|c| c.is_ascii_digit()),
        ('d' | 'h', '、') => !bracketed,
        _ => false,
    };
    if !ok || bracketed && close != ')' {
        return None;
    }
    // '(二)' and '1)' may be followed by another stop: '1).'
    Some((after + 1 + space(after + 1), true))
}
