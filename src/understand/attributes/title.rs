//! Job titles after their cue words: 'as a commis chef', 担任测试工程师.

use super::phrase::{clause_end, han_end, noun_end, skip_article};
use super::words::{is_title_en, is_title_zh};
use super::{Out, words_of};
use crate::message::Span;
use crate::message::fold::is_han;
use crate::understand::cues::Class;
use crate::understand::layout::tidy;
use crate::understand::mark::What;
use crate::understand::page::Source;

pub(super) fn prose(source: &Source, out: &mut Out) {
    before_post(source, out);
    let whole = Span::new(0, source.folded.len());
    for cue in source.cues.within(whole).filter(|c| c.class.has(Class::TITLE)) {
        let han_cue = is_han(source.fold(cue.span.start));
        let from = skip_article(source, cue.span.end);
        let from = if source.fold(from) == ':' { skip_article(source, from + 1) } else { from };
        if from >= source.folded.len() {
            continue;
        }
        if is_han(source.fold(from)) || han_cue {
            let words = words_of(source, cue.span);
            let explicit =
                ["岗", "职", "担任", "title", "头衔", "改任", "调任", "升任"].iter().any(|w| words.contains(w));
            if let Some(span) = han_title(source, from, han_cue && explicit) {
                out.push(span, What::JobTitle, 0.75);
            }
            continue;
        }
        // 改做 Scrum Master
        if han_cue && !(cue.span.len() >= 2 && source.char(from).is_uppercase()) {
            continue;
        }
        // 'our SCADA Lead', 'will be Quality Inspector': without an article only capitals tell.
        let bare = matches!(
            words_of(source, cue.span).as_str(),
            "our"
                | "will be"
                | "is to be"
                | "to be"
                | "has been the"
                | "take the"
                | "been the"
                | "goes up to"
                | "call her"
                | "call him"
                | "calls her"
                | "calls him"
                | "new title"
        );
        let ours = words_of(source, cue.span) == "our"
            && english_title(source, from).is_some_and(|(s, _)| words_of(source, s).contains(' '));
        if bare && !ours && !source.char(from).is_uppercase() && words_of(source, cue.span) != "goes up to" {
            continue;
        }
        if let Some((span, sure)) = english_title(source, from) {
            out.push(
                span,
                What::JobTitle,
                if bare {
                    0.6
                } else if sure {
                    0.8
                } else {
                    0.6
                },
            );
        }
    }
}

/// 'the Senior Aquarist post', 'Microbiologist role': a title before such a word.
fn before_post(source: &Source, out: &mut Out) {
    for cue in source.cues.within(Span::new(0, source.folded.len())).filter(|c| c.class.has(Class::TITLE_END)) {
        let end = cue.span.start.saturating_sub(1);
        if source.fold(end) != ' ' {
            continue;
        }
        let mut start = end;
        let mut words = 0;
        while start > 0 && words < 5 {
            let mut s = start;
            while s > 0 && source.fold(s - 1) == ' ' && s == start && words > 0 {
                s -= 1;
            }
            let word_end = s;
            while s > 0 && (source.fold(s - 1).is_alphanumeric() || matches!(source.fold(s - 1), '-' | '&' | '\'')) {
                s -= 1;
            }
            let word = words_of(source, Span::new(s, word_end));
            if s == word_end
                || matches!(
                    word.as_str(),
                    "the"
                        | "a"
                        | "an"
                        | "our"
                        | "new"
                        | "of"
                        | "for"
                        | "fill"
                        | "in"
                        | "as"
                        | "this"
                        | "that"
                        | "same"
                        | "to"
                        | "her"
                        | "his"
                        | "their"
                        | "vacant"
                        | "open"
                        | "filled"
                        | "take"
                        | "up"
                        | "from"
                        | "on"
                )
            {
                break;
            }
            start = s;
            words += 1;
        }
        let span = tidy(&source.chars, Span::new(start, end));
        if words > 0 && is_title_en(&words_of(source, span)) {
            out.push(span, What::JobTitle, 0.7);
        }
    }
}

/// A title that starts at `from`, and whether it is in capitals or known for sure.
fn english_title(source: &Source, from: usize) -> Option<(Span, bool)> {
    let end = noun_end(source, from, &["and", "&", "or", "line", "manager", "back", "up"]);
    let mut span = tidy(&source.chars, Span::new(from, end));
    let words = words_of(source, span);
    let mut count = words.split_whitespace().count();
    // 'Lecturer in Hydrology', 'Head of People', 'Director for Asia'.
    if matches!(words.split_whitespace().last(), Some("lecturer" | "professor" | "reader" | "fellow" | "specialist")) {
        let longer = noun_end(source, from, &["and", "&", "in", "of"]);
        span = tidy(&source.chars, Span::new(from, longer));
    }
    // 'health and safety officer' but not 'cook and needs a knife'.
    let mut words = words_of(source, span);
    if let Some(cut) = words.find(" and ")
        && !is_title_en(&words)
    {
        let chars = words.get(..cut).map_or(0, |w| w.chars().count());
        span = Span::new(span.start, span.start + chars);
        words = words_of(source, span);
        count = words.split_whitespace().count();
    }
    if !(1..=7).contains(&count) || !is_title_en(&words) {
        return None;
    }
    Some((span, source.char(span.start).is_uppercase()))
}

/// The shortest stretch from `from` that ends like a title and stands before a boundary; the whole clause after a strong cue.
pub(super) fn han_title(source: &Source, from: usize, strong: bool) -> Option<Span> {
    let end = han_end(source, from);
    let span = tidy(&source.chars, Span::new(from, end));
    let words = words_of(source, span);
    if words.chars().count() <= 12 && is_title_zh(&words) {
        return Some(span);
    }
    // Cut at the first inner title tail that a particle or verb follows: 测试工程师的, 店员到岗.
    for length in 2..=span.len().min(12) {
        let part = Span::new(span.start, span.start + length);
        if is_title_zh(&words_of(source, part)) && ends_here(source, part.end) {
            return Some(part);
        }
    }
    let short = (2..=8).contains(&words.chars().count());
    let plain = words.chars().all(|c| is_han(c) || c.is_ascii_alphanumeric() || c == ' ');
    let weak_words = ["的", "了", "请", "需", "不", "要", "是", "在", "到", "下", "改", "换", "变", "好", "给"];
    (strong
        && short
        && plain
        && span.end == tidy(&source.chars, Span::new(from, clause_end(source, from))).end
        && !weak_words.iter().any(|w| words.contains(w)))
    .then_some(span)
}

/// Whether a Chinese noun can end there.
pub(super) fn ends_here(source: &Source, at: usize) -> bool {
    let c = source.fold(at);
    !is_han(c) || "的于将自从起到在和与及兼一岗已要请给开需先由归也入报上等跟向并因离".contains(c)
}
