//! Departments after their cue words or before 'team', 部.

use super::phrase::{boundary, clause_end, noun_end, skip_article};
use super::words::{is_department, is_department_zh, is_place, is_title_en};
use super::{Out, words_of};
use crate::message::Span;
use crate::message::fold::is_han;
use crate::understand::cues::Class;
use crate::understand::layout::tidy;
use crate::understand::mark::What;
use crate::understand::page::Source;

const ENDS: &[&str] = &[
    "team",
    "department",
    "dept",
    "crew",
    "group",
    "unit",
    "division",
    "section",
    "squad",
    "desk",
    "pod",
    "directorate",
    "practice",
    "function",
    "ward",
    "faculty",
    "people",
    "folks",
    "lab",
];

pub(super) fn prose(source: &Source, out: &mut Out) {
    let whole = Span::new(0, source.folded.len());
    for cue in source.cues.within(whole).filter(|c| c.class.has(Class::DEPARTMENT)) {
        if is_han(source.fold(cue.span.start)) {
            let mut from = cue.span.end;
            while matches!(source.fold(from), ' ' | ':' | '"' | '“') {
                from += 1;
            }
            if let Some(span) = han(source, from) {
                let strength = if cue.span.len() >= 2 { 0.75 } else { 0.55 };
                out.push(span, What::Department, strength);
            }
            continue;
        }
        let from = skip_article(source, cue.span.end);
        let from = if source.fold(from) == ':' { skip_article(source, from + 1) } else { from };
        if source.fold(from.saturating_sub(1)) == '\n' || from >= source.folded.len() {
            continue;
        }
        if is_han(source.fold(from)) {
            if let Some(span) = han(source, from) {
                out.push(span, What::Department, 0.6);
            }
            continue;
        }
        if let Some((span, confidence)) = english(source, from, words_of(source, cue.span).as_str()) {
            out.push(span, What::Department, confidence);
        }
    }
    for cue in source.cues.within(whole).filter(|c| c.class.has(Class::DEPARTMENT_SELF)) {
        let end = noun_end(source, cue.span.end, &["and", "&", "of"]);
        if end > cue.span.end + 2 && source.char(cue.span.start).is_uppercase() {
            out.push(tidy(&source.chars, Span::new(cue.span.start, end)), What::Department, 0.75);
        }
    }
    // 信息部的王小明, 财务部 王芳: a department right before a name.
    for name in source.names.iter().filter(|n| n.score >= 0.5 && is_han(source.fold(n.span.start))) {
        let mut end = name.span.start;
        if end > 0 && source.fold(end - 1) == '的' {
            end -= 1;
        }
        if let Some(span) = han_before(source, end) {
            out.push(span, What::Department, 0.6);
        }
    }
}

fn english(source: &Source, from: usize, cue: &str) -> Option<(Span, f32)> {
    let end = noun_end(source, from, &["and", "&", "of", "desk", "line", "people", "back", "up"]);
    let span = tidy(&source.chars, Span::new(from, end));
    if span.is_empty() || span.start != from {
        return None;
    }
    let words = words_of(source, span);
    let list: Vec<&str> = words.split_whitespace().collect();
    // 'Accounts Payable team': the words before 'team'.
    if let Some(i) = list.iter().position(|w| ENDS.contains(w)) {
        if i == 0 || i > 5 {
            // 'Ward 7', 'Unit 4'.
            if let (0, Some(number)) = (i, list.get(1))
                && source.char(span.start).is_uppercase()
                && number.len() <= 3
            {
                let length = list.first().map_or(0, |w| w.chars().count()) + 1 + number.chars().count();
                return Some((Span::new(span.start, span.start + length), 0.7));
            }
            return None;
        }
        let length: usize = list.iter().take(i).map(|w| w.chars().count() + 1).sum::<usize>().saturating_sub(1);
        let part = Span::new(span.start, span.start + length);
        let head = words_of(source, part);
        if [
            "same",
            "whole",
            "new",
            "other",
            "it",
            "hr",
            "your",
            "day",
            "next",
            "right",
            "sending",
            "project",
            "following",
            "these",
            "two",
            "three",
            "it service",
            "service",
            "help",
            "first",
            "second",
        ]
        .contains(&head.as_str())
        {
            return None;
        }
        return Some((part, 0.8));
    }
    if is_department(&words) && !(words.len() <= 3 && source.char(span.start).is_lowercase()) && cue != "on"
        || is_department(&words) && cue == "on" && source.char(span.start).is_uppercase()
    {
        return Some((span, 0.75));
    }
    // Cut at 'and', at the last capitalised word.
    let capital = source.char(span.start).is_uppercase();
    if !capital || is_place(&words) || is_title_en(&words) || list.len() > 4 {
        return None;
    }
    let mut length = 0;
    let mut at = span.start;
    for word in &list {
        let n = word.chars().count();
        let ok = source.char(at).is_uppercase()
            || matches!(*word, "and" | "&" | "of")
            || word.chars().all(|c| c.is_ascii_digit());
        if !ok {
            break;
        }
        length = at + n - span.start;
        at += n + 1;
    }
    let part = tidy(&source.chars, Span::new(span.start, span.start + length));
    let head = words_of(source, part);
    let first = head.split_whitespace().next().unwrap_or("");
    let known = first.split('-').all(crate::understand::names::lists::is_word) || is_department(&head);
    let person = source.names_in(part).iter().any(|n| n.score >= 0.5);
    if person
        || part.is_empty()
        || is_place(&head)
        || matches!(
            head.as_str(),
            "monday"
                | "tuesday"
                | "wednesday"
                | "thursday"
                | "friday"
                | "march"
                | "april"
                | "may"
                | "june"
                | "hr"
                | "it"
                | "uk"
                | "us"
                | "usa"
                | "eu"
                | "i"
        )
        || head.starts_with("q") && head.len() == 2
    {
        return None;
    }
    let last = head.split_whitespace().last().unwrap_or("");
    if [
        "hall",
        "room",
        "building",
        "floor",
        "house",
        "street",
        "road",
        "office",
        "quad",
        "cafe",
        "canteen",
        "park",
        "lane",
        "portal",
        "system",
        "drive",
        "folder",
        "mailbox",
        "inbox",
        "calendar",
        "spreadsheet",
        "form",
        "list",
        "annex",
        "annexe",
        "tower",
        "annual",
        "programme",
        "program",
    ]
    .contains(&last)
    {
        return None;
    }
    let plain_word = matches!(head.as_str(), "it" | "hr" | "ops") && source.char(part.start).is_lowercase();
    if plain_word || cue == "on" && !is_department(&head) {
        return None;
    }
    let strong = matches!(
        cue,
        "joins"
            | "joins the"
            | "joining"
            | "join"
            | "join the"
            | "joining the"
            | "in"
            | "in the"
            | "to"
            | "to the"
            | "for the"
            | "assigned to"
            | "within"
            | "transfers to"
            | "moves to"
            | "moving to"
            | "move to"
            | "goes to"
            | "department"
            | "department:"
            | "team is"
            | "works in"
            | "with"
            | "on the"
            | "seconded to"
            | "over to"
    );
    let place_like = !known && list.len() == 1;
    let base = if strong { 0.55 } else { 0.4 };
    Some((
        part,
        if place_like {
            base - 0.2
        } else if known {
            base + 0.1
        } else {
            base
        },
    ))
}

/// A Chinese department that starts at `from`.
pub(super) fn han(source: &Source, from: usize) -> Option<Span> {
    if !(is_han(source.fold(from)) || source.fold(from).is_ascii_alphanumeric()) {
        return None;
    }
    let end = boundary(source, from, clause_end(source, from)).min(from + 16);
    // 新成立的私域运营部: the words of newness are no part of the name.
    let from = (from..end.min(from + 6)).rev().find(|i| source.fold(*i) == '的').map_or(from, |i| i + 1);
    let mut best = None;
    for length in 2..=(end - from) {
        let span = Span::new(from, from + length);
        let words = words_of(source, span);
        if words.contains(['的', '了', '请', '把', '我', '你', '他', '她', '这', '那', '和', '与', '每', '哪'])
            && !is_department(&words)
        {
            break;
        }
        let next = source.fold(span.end);
        if is_department(&words) || is_department_zh(&words) && !"门队室组科员长分类".contains(next) {
            best = Some(span);
        }
    }
    best.map(|b| tidy(&source.chars, b))
}

/// A Chinese department that ends at `end`.
fn han_before(source: &Source, end: usize) -> Option<Span> {
    let mut start = end;
    while start > 0 && end - start < 12 {
        let c = source.fold(start - 1);
        if !(is_han(c) || c.is_ascii_alphanumeric()) || "的是在请把将给为和与叫让由向从到及即我".contains(c)
        {
            break;
        }
        start -= 1;
    }
    (start..end.saturating_sub(1)).map(|s| Span::new(s, end)).find(|s| {
        let words = words_of(source, *s);
        is_department(&words) || is_department_zh(&words)
    })
}
