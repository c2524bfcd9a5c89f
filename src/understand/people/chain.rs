//! Names that are counted up share what stands before the first and behind the last.

use super::Mention;
use super::surroundings::is_sender;
use crate::message::Span;
use crate::understand::page::{Page, Source};

/// Whether only a link stands between two names: 'and', ',', '、', 和.
pub(crate) fn is_link(source: &Source, from: usize, to: usize) -> bool {
    if to < from || to - from > 12 {
        return false;
    }
    let gap: String = source.folded.get(from..to).unwrap_or_default().iter().collect();
    let bare = gap.trim();
    matches!(
        bare,
        "," | "、"
            | "和"
            | "与"
            | "及"
            | "以及"
            | "&"
            | "and"
            | "/"
            | ", and"
            | ",and"
            | "+"
            | "跟"
            | "同"
            | "or"
            | "plus"
            | ";"
            | "and also"
            | "as well as"
            | "还有"
            | "，"
            | ",还有"
            | "·"
    ) || bare.is_empty() && gap.contains(['\u{3000}'])
}

/// Names that are counted up share what stands before the first and behind the last.
pub(super) fn chain(page: &Page, mentions: &mut [Mention]) {
    let mut from = 0;
    while from < mentions.len() {
        let mut to = from + 1;
        while to < mentions.len() {
            let (Some(a), Some(b)) = (mentions.get(to - 1), mentions.get(to)) else { break };
            // 'as agreed with Jason Veale, Hiral Mráz needs …': a comma does not chain what cues part.
            let parted = (a.weight <= -0.8 && b.weight >= 0.3 || b.weight <= -0.8 && a.weight >= 0.3)
                && page
                    .sources
                    .get(a.source)
                    .is_some_and(|s| s.text.folded_quote(Span::new(a.span.end, b.span.start)).trim() == ",");
            let linked = a.source == b.source
                && !parted
                && !page.sources.get(a.source).is_some_and(|s| is_sender(page, s, a.span))
                && a.name >= 0.35
                && b.name >= 0.35
                && page.sources.get(a.source).is_some_and(|s| is_link(s, skip_brackets(s, a.span.end), b.span.start));
            if !linked {
                break;
            }
            to += 1;
        }
        if to - from > 1
            && let Some(group) = mentions.get_mut(from..to)
            && group.iter().all(|m| m.fixed.is_none())
        {
            let low = group.iter().map(|m| m.weight).fold(f32::INFINITY, f32::min);
            let high = group.iter().map(|m| m.weight).fold(f32::NEG_INFINITY, f32::max);
            let shared = if low < -0.8 { low } else { high };
            for m in group {
                m.weight = shared;
                m.name = m.name.max(0.5);
            }
        }
        from = to;
    }
}

pub(super) fn skip_brackets(source: &Source, at: usize) -> usize {
    if source.fold(at) != '(' {
        return at;
    }
    (at..source.folded.len().min(at + 40)).find(|i| source.fold(*i) == ')').map_or(at, |i| i + 1)
}
