//! Privileged access that a message asks for: words of `privileged.toml` in, or next to, a granted need.

use crate::contract::Action;
use crate::message::Span;
use crate::understand::mark::{Mark, What};
use crate::understand::page::Page;
use crate::understand::words::{Phrases, phrases};
use serde::Deserialize;
use std::sync::LazyLock;

#[derive(Deserialize, Default)]
struct File {
    words: Vec<String>,
    none: Vec<String>,
}

struct Lists {
    phrases: Phrases,
    /// Phrases with a lower number name privileged access; the others none.
    privileged: usize,
}

static LISTS: LazyLock<Lists> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("privileged.toml")).unwrap_or_default();
    let privileged = file.words.len();
    let all: Vec<String> = file.words.into_iter().chain(file.none).collect();
    Lists { phrases: phrases(&all), privileged }
});

/// Farthest that privileged words may stand from a granted need, in characters of the same sentence.
const NEAR: usize = 16;

/// Words before an administrator's name that ask for the role, where no need was found ('make Tom storage administrator').
const ASKS: &[&str] = &[
    "make ", "give ", "grant ", "needs ", "need ", "add ", "assign ", "elevate ", "授予", "加入", "开通", "申请", "给",
];

/// Words before it that make it a position or deny it.
const POSITION: &[&str] = &[
    "as ",
    "as a",
    "as an",
    "as our",
    "as the",
    "title:",
    "position:",
    "role:",
    "岗位",
    "职位",
    "职务",
    "担任",
    "no ",
    "not ",
    "without ",
    "new ",
    "our ",
    "the ",
    "your ",
    "dear ",
    "系统",
    "请",
    "由",
    "联系",
    "不",
    "非",
    "无",
];

/// The stretches of a source that ask for privileged access.
pub fn find(page: &Page, source: usize, needs: &[Mark], injected: &[Span]) -> Vec<Span> {
    let Some(text) = page.sources.get(source) else { return Vec::new() };
    let folded = text.text.folded();
    let mut found = Vec::new();
    for hit in LISTS.phrases.find(folded) {
        if hit.phrase >= LISTS.privileged {
            continue;
        }
        let span = text.text.span_of_folded(hit.bytes.clone());
        if injected.iter().any(|i| i.overlaps(span)) {
            continue;
        }
        let sentence = text.sentence_at(span.start);
        let near = |n: &&Mark| {
            n.source == source
                && (n.span.overlaps(span)
                    || (text.sentence_at(n.span.start) == sentence
                        && n.span.start < span.end + NEAR
                        && span.start < n.span.end + NEAR))
        };
        // The need that holds the words decides; else the nearest.
        let holder =
            needs.iter().find(|n| n.source == source && n.span.overlaps(span)).or_else(|| needs.iter().find(near));
        let granted = match holder.map(|m| &m.what) {
            Some(What::Need(need)) => need.action == Some(Action::Grant),
            _ => {
                let start = sentence.and_then(|i| text.sentences.get(i)).map_or(span.start, |s| s.start);
                let before = text.text.folded_quote(Span::new(start, span.start));
                ASKS.iter().any(|a| before.contains(a)) && !POSITION.iter().any(|p| before.ends_with(p))
            }
        };
        if granted {
            found.push(span);
        }
    }
    found
}
