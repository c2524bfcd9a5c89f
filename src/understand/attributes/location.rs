//! Places after their cue words or before 'office', 办公室.

use super::phrase::{boundary, clause_end, noun_end, skip_article};
use super::words::{is_department, is_department_zh, is_place, is_place_zh};
use super::{Out, words_of};
use crate::message::Span;
use crate::message::fold::is_han;
use crate::understand::cues::Class;
use crate::understand::layout::tidy;
use crate::understand::mark::What;
use crate::understand::page::Source;

const ENDS: &[&str] = &[
    "office",
    "site",
    "campus",
    "branch",
    "plant",
    "factory",
    "depot",
    "store",
    "warehouse",
    "hub",
    "hq",
    "headquarters",
    "location",
    "building",
    "clinic",
    "hospital",
    "studio",
    "shop",
    "yard",
    "hotel",
    "terminal",
    "place",
    "base",
];
/// Ends that belong to the name.
const KEPT: &[&str] = &[
    "hq",
    "headquarters",
    "plant",
    "depot",
    "hospital",
    "campus",
    "warehouse",
    "branch",
    "store",
    "yard",
    "building",
    "terminal",
    "hub",
    "studio",
    "hotel",
    "clinic",
    "factory",
];

pub(super) fn prose(source: &Source, out: &mut Out) {
    let whole = Span::new(0, source.folded.len());
    for cue in source.cues.within(whole).filter(|c| c.class.has(Class::LOCATION)) {
        let cue_words = words_of(source, cue.span);
        if is_han(source.fold(cue.span.start)) {
            let mut from = cue.span.end;
            while matches!(source.fold(from), ' ' | ':' | '"') {
                from += 1;
            }
            if let Some(span) = han(source, from, cue.span.len() >= 2) {
                out.push(span, What::Location, if cue.span.len() >= 2 { 0.75 } else { 0.6 });
            } else if !is_han(source.fold(from))
                && source.char(from).is_uppercase()
                && let Some((span, c)) = english(source, from, "base")
            {
                out.push(span, What::Location, c);
            }
            continue;
        }
        let from = skip_article(source, cue.span.end);
        let from = if source.fold(from) == ':' { skip_article(source, from + 1) } else { from };
        if from >= source.folded.len() {
            continue;
        }
        if is_han(source.fold(from)) {
            if let Some(span) = han(source, from, false) {
                out.push(span, What::Location, 0.6);
            }
            continue;
        }
        if let Some((span, confidence)) = english(source, from, &cue_words) {
            out.push(span, What::Location, confidence);
        }
    }
}

fn strong(cue: &str) -> bool {
    cue.contains("based")
        || cue.contains("located")
        || cue.contains("station")
        || cue.contains("relocat")
        || matches!(
            cue,
            "out of"
                | "works from"
                | "working from"
                | "works out of"
                | "working out of"
                | "location"
                | "location is"
                | "base"
                | "base is"
                | "site is"
                | "place of work"
                | "workplace"
                | "posted to"
                | "sits at"
                | "works at"
        )
}

fn english(source: &Source, from: usize, cue: &str) -> Option<(Span, f32)> {
    let end = noun_end(source, from, &["and", "of", "&", "st", "up", "line"]);
    let span = tidy(&source.chars, Span::new(from, end));
    if span.is_empty() || span.start != from || source.dates_in(span) {
        return None;
    }
    let strong = strong(cue);
    let list: Vec<String> = words_of(source, span).split_whitespace().map(str::to_owned).collect();
    // The capitalised words at the front.
    let mut at = span.start;
    let mut capitals = 0;
    for word in &list {
        let c = source.char(at);
        if !(c.is_uppercase()
            || c.is_ascii_digit() && capitals > 0
            || matches!(word.as_str(), "of" | "&" | "upon" | "de" | "la"))
        {
            break;
        }
        capitals += 1;
        at += word.chars().count() + 1;
    }
    let cut = |n: usize| -> Span {
        let length: usize = list.iter().take(n).map(|w| w.chars().count() + 1).sum();
        tidy(&source.chars, Span::new(span.start, span.start + length.saturating_sub(1)))
    };
    if capitals > 0 {
        // The longest known place at the front.
        for n in (1..=capitals.min(4)).rev() {
            let part = cut(n);
            if is_place(&words_of(source, part)) {
                let follows = list.get(n).map(String::as_str);
                let kept = follows.filter(|w| KEPT.contains(w)).is_some();
                let whole = if kept { cut(n + 1) } else { part };
                return Some((whole, if strong || follows.is_some_and(|w| ENDS.contains(&w)) { 0.9 } else { 0.75 }));
            }
        }
        let name = cut(capitals);
        let words = words_of(source, name);
        if list.get(capitals).is_some_and(|w| ENDS.contains(&w.as_str())) {
            let kept = list.get(capitals).is_some_and(|w| KEPT.contains(&w.as_str()));
            return Some((if kept { cut(capitals + 1) } else { name }, 0.8));
        }
        // 'Skerry Point Office': a capitalised end.
        if list.get(capitals - 1).is_some_and(|w| ENDS.contains(&w.as_str())) {
            let kept = list.get(capitals - 1).is_some_and(|w| KEPT.contains(&w.as_str())) || capitals == 1;
            return Some((if kept { name } else { cut(capitals - 1) }, 0.75));
        }
        let person = source.names_in(name).iter().any(|n| n.score >= 0.7);
        if strong && !is_department(&words) {
            return Some((name, 0.75));
        }
        let one = words.split_whitespace().next().unwrap_or("");
        let common = crate::understand::names::lists::is_word(one);
        if matches!(
            cue,
            "in" | "at"
                | "at our"
                | "in our"
                | "to our"
                | "for our"
                | "from our"
                | "moves to"
                | "moving to"
                | "posted to"
                | "in the"
                | "at the"
        ) && !common
            && !person
            && !is_department(&words)
            && words.len() > 3
        {
            return Some((name, if cue.starts_with("at") || cue.ends_with("our") { 0.6 } else { 0.5 }));
        }
        return None;
    }
    // 'our riverside office', 'the fifth floor'.
    let i = list.iter().position(|w| ENDS.contains(&w.as_str()) || w == "floor")?;
    let floor = list.get(i).is_some_and(|w| w == "floor");
    if i == 0 || i > 3 || !(strong || floor || cue.ends_with("our") || cue == "at the" || cue == "to the") {
        return None;
    }
    let words: Vec<&str> = list.iter().take(i).map(String::as_str).collect();
    if [
        "same", "new", "home", "whole", "main", "back", "front", "head", "post", "it", "hr", "his", "her", "open",
        "first", "right", "usual", "other",
    ]
    .contains(&words.join(" ").as_str())
        && !floor
    {
        return None;
    }
    let kept = floor || list.get(i).is_some_and(|w| KEPT.contains(&w.as_str()));
    Some((if kept { cut(i + 1) } else { cut(i) }, 0.6))
}

/// Whether the cue names a place for sure, whatever follows: 工作地点, 常驻, base.
fn before_is_fixed(source: &Source, from: usize) -> bool {
    let lead: String = source.folded.get(from.saturating_sub(8)..from).unwrap_or_default().iter().collect();
    let lead = lead.trim_end_matches([' ', ':', '在', '是', '为']);
    ["工作地点", "办公地点", "工作地", "上班地点", "地点", "常驻", "派驻", "改驻", "base", "驻点", "母港", "改坐"]
        .iter()
        .any(|c| lead.ends_with(c))
}

/// A Chinese place that starts at `from`.
fn han(source: &Source, from: usize, strong: bool) -> Option<Span> {
    if !(is_han(source.fold(from)) || source.fold(from).is_ascii_alphanumeric()) {
        return None;
    }
    let end = boundary(source, from, clause_end(source, from)).min(from + 16);
    let mut best: Option<Span> = None;
    for length in 2..=end.saturating_sub(from) {
        let span = Span::new(from, from + length);
        let words = words_of(source, span);
        if words.contains(['的', '了', '请', '把', '我', '你', '他', '她', '这', '每', '给', '开']) {
            break;
        }
        let next = source.fold(span.end);
        if is_place_zh(&words) && (strong || !is_department_zh(&words)) && !"员长部".contains(next) {
            best = Some(span);
        }
    }
    if let Some(span) = best {
        // 上海张江: the rest of a short clause belongs to the place.
        let clause = tidy(&source.chars, Span::new(from, end));
        if strong
            && clause.len() <= 8
            && clause.len() > span.len()
            && super::beside::starts_with_city(&words_of(source, clause))
        {
            return Some(clause);
        }
        // 上海办公室 → 上海; 办公室 alone is no place.
        let words = words_of(source, span);
        for end in ["办公室", "办公"] {
            if let Some(head) = words.strip_suffix(end) {
                let n = head.chars().count();
                return (n >= 2).then(|| Span::new(span.start, span.start + n));
            }
        }
        return Some(span);
    }
    let clause = tidy(&source.chars, Span::new(from, end));
    let words = words_of(source, clause);
    let n = words.chars().count();
    for tail in ["办公", "上班", "工作", "常驻"] {
        if let Some(head) = words.strip_suffix(tail)
            && (2..=12).contains(&head.chars().count())
            && !["家", "家里", "现场", "公司", "单位", "这里", "那边", "远程"].contains(&head)
        {
            return Some(Span::new(clause.start, clause.start + head.chars().count()));
        }
    }
    let fixed = strong && before_is_fixed(source, from);
    (fixed
        && (2..=12).contains(&n)
        && !words.contains(['不', '要', '先', '有', '下'])
        && !is_department(&words)
        && !words.ends_with("部"))
    .then_some(clause)
}
