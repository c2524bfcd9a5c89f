//! The stretches of a message that the encoder reads at a time.

use crate::message::Span;
use crate::model::Token;

/// Tokens of a window at most; longer ones were not learned from.
pub const MOST: usize = 384;
/// Tokens of one source that are read by the model; the symbols alone read what comes after.
const READ: usize = 16_384;
/// Tokens of the first line that stand above a person's own lines.
const HEAD: usize = 48;
/// Tokens of a person's own window in a crowd.
const OWN: usize = 160;

/// Some tokens of one source, in the order of the text.
#[derive(Debug, Clone)]
pub struct Window {
    pub source: usize,
    /// Numbers of the source's tokens.
    pub picks: Vec<usize>,
}

/// All tokens of a source in windows, cut at line ends where there are any in the last third.
pub fn all(source: usize, tokens: &[Token], lines: &[Span]) -> Vec<Window> {
    let count = tokens.len().min(READ);
    let mut out = Vec::new();
    let mut from = 0;
    while from < count {
        let mut to = (from + MOST).min(count);
        if to < count {
            let begins = |i: usize| {
                let at = tokens.get(i).map_or(0, |t| t.span.start);
                lines.binary_search_by_key(&at, |l| l.start).is_ok()
            };
            to = (from + MOST * 2 / 3..to).rev().find(|i| begins(*i)).unwrap_or(to);
        }
        out.push(Window { source, picks: (from..to).collect() });
        from = to;
    }
    out
}

/// A person's own lines of a source, with the line before each and the lines above (subject, column heads).
pub fn own(source: usize, tokens: &[Token], lines: &[Span], heads: &[usize], mentions: &[Span]) -> Option<Window> {
    let line_of = |at: usize| lines.partition_point(|l| l.end <= at).min(lines.len().saturating_sub(1));
    let mut wanted: Vec<usize> = mentions.iter().map(|m| line_of(m.start)).collect();
    wanted.sort_unstable();
    wanted.dedup();
    if wanted.is_empty() || lines.is_empty() {
        return None;
    }
    let in_line = |line: usize| {
        let span = lines.get(line).copied().unwrap_or(Span::new(0, 0));
        let from = tokens.partition_point(|t| t.span.end <= span.start);
        let to = tokens.partition_point(|t| t.span.start < span.end);
        from..to.max(from)
    };
    let mut picks: Vec<usize> = Vec::new();
    for head in std::iter::once(0).chain(heads.iter().copied()).filter(|h| !wanted.contains(h)) {
        picks.extend(in_line(head).take(HEAD));
    }
    for line in wanted {
        if picks.len() >= OWN {
            break;
        }
        picks.extend(in_line(line).take(OWN));
    }
    picks.sort_unstable();
    picks.dedup();
    picks.truncate(MOST);
    Some(Window { source, picks })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(count: usize) -> Vec<Token> {
        (0..count).map(|i| Token { id: 7, span: Span::new(2 * i, 2 * i + 1) }).collect()
    }

    #[test]
    fn windows_hold_every_token_once() {
        let tokens = tokens(1000);
        let lines: Vec<Span> = (0..100).map(|i| Span::new(20 * i, 20 * i + 19)).collect();
        let windows = all(0, &tokens, &lines);
        let picks: Vec<usize> = windows.iter().flat_map(|w| w.picks.clone()).collect();
        assert_eq!(picks, (0..1000).collect::<Vec<_>>());
        assert!(windows.iter().all(|w| w.picks.len() <= MOST));
        // Cut where a line begins.
        assert!(windows.iter().skip(1).all(|w| w.picks[0] % 10 == 0));
    }

    #[test]
    fn a_persons_own_window_has_heads_and_own_lines() {
        let tokens = tokens(1000);
        let lines: Vec<Span> = (0..100).map(|i| Span::new(20 * i, 20 * i + 19)).collect();
        let window = own(0, &tokens, &lines, &[2], &[Span::new(804, 807)]).unwrap();
        let lines: std::collections::BTreeSet<usize> = window.picks.iter().map(|p| p / 10).collect();
        assert_eq!(lines.into_iter().collect::<Vec<_>>(), [0, 2, 40]);
    }
}
