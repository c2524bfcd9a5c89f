//! Managers: a name after 'reports to', 汇报给, or before 'is the line manager', 带.

use super::Out;
use crate::message::Span;
use crate::message::fold::is_han;
use crate::understand::cues::Class;
use crate::understand::mark::What;
use crate::understand::names::{Form, strip_titles};
use crate::understand::page::Source;

/// Words between the cue and the name: titles, 'is', 'will be', 'again', a colon.
const BETWEEN: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "miss",
    "dr",
    "prof",
    "professor",
    "mx",
    "mr.",
    "mrs.",
    "ms.",
    "dr.",
    "prof.",
    "is",
    "will",
    "be",
    "to",
    "now",
    "directly",
    "the",
    "our",
    "sister",
    "again",
    "captain",
    "chef",
    "both",
];

pub(super) fn prose(source: &Source, out: &mut Out) {
    for name in source.names.iter().filter(|n| n.score >= 0.3) {
        let span = strip_titles(&source.chars, &source.folded, name.span);
        if after_cue(source, name.span) {
            let sure = if matches!(name.form, Form::LatinSingle) { 0.6 } else { 0.8 };
            out.push(span, What::Manager, sure);
        } else if before_cue(source, name.span) {
            out.push(span, What::Manager, 0.65);
        }
    }
}

fn after_cue(source: &Source, name: Span) -> bool {
    let mut at = name.start;
    // 汇报给厂长殷实: a title between the cue and the name.
    if is_han(source.fold(name.start)) && name.start > 2 {
        let titled = (2..=6.min(name.start)).find(|n| {
            let title = super::words_of(source, Span::new(name.start - n, name.start));
            let superior = super::words::is_title_zh(&title) || title.ends_with(['长', '总']);
            superior
                && title.chars().all(is_han)
                && source
                    .cues
                    .ending_at(name.start - n)
                    .is_some_and(|c| c.class.has(Class::MANAGER) && c.span.len() >= 2)
        });
        if titled.is_some() {
            return true;
        }
    }
    for _ in 0..4 {
        while at > 0 && matches!(source.fold(at - 1), ' ' | ':' | '"' | '(' | '\u{a0}' | '.' | '*') {
            at -= 1;
        }
        if let Some(cue) = source.cues.ending_at(at)
            && cue.class.has(Class::MANAGER)
        {
            if crate::understand::people::part_of_title(source, cue.span) {
                return false;
            }
            let words = super::words_of(source, cue.span);
            let one = cue.span.len() == 1 && is_han(source.fold(cue.span.start));
            if !one && words != "under" && words != "line" && words != "works for" {
                // '向他的经理汇报' has no name; a cue of a role needs its person to follow at once.
                return true;
            }
            if !one {
                return true;
            }
            // 由张三带, 归李四管, 跟王五, 向赵六汇报.
            let after: String = source.folded.get(name.end..name.end + 4).unwrap_or_default().iter().collect();
            let before = source.fold(cue.span.start.wrapping_sub(1));
            let clause_start = !is_han(before) || "后边前面起也先以并都均统一另".contains(before);
            return match words.as_str() {
                "向" => after.starts_with("汇报") || after.starts_with("报告"),
                "由" => {
                    after.starts_with('带')
                        || after.starts_with("管")
                        || after.starts_with("指导")
                        || after.starts_with("老师")
                        || after.starts_with("安排")
                        || after.starts_with("主管")
                        || after.starts_with("负责带")
                        || after.starts_with("直接管")
                }
                "归" => true,
                "跟" | "听" => {
                    clause_start
                        && (after.starts_with('学')
                            || after.starts_with('干')
                            || after.starts_with('带')
                            || after.starts_with("指挥")
                            || after.starts_with("安排")
                            || !is_han(after.chars().next().unwrap_or(' ')))
                }
                _ => false,
            };
        }
        // Step over one word between.
        let mut start = at;
        while start > 0
            && (source.fold(start - 1).is_alphabetic() && !is_han(source.fold(start - 1))
                || source.fold(start - 1) == '.')
        {
            start -= 1;
        }
        let word = super::words_of(source, Span::new(start, at));
        if word.is_empty() || !BETWEEN.contains(&word.as_str()) {
            return false;
        }
        at = start;
    }
    false
}

fn before_cue(source: &Source, name: Span) -> bool {
    let mut at = name.end;
    while matches!(source.fold(at), ' ' | ',' | ')' | '(') && at < name.end + 2 {
        at += 1;
    }
    let Some(cue) = source.cues.starting_at(at).filter(|c| c.class.has(Class::MANAGER_BEFORE)) else { return false };
    let words = super::words_of(source, cue.span);
    if is_han(source.fold(cue.span.start)) && cue.span.len() <= 2 {
        // '张三带电脑' is no manager: 带 and 管 must close the clause or take a person.
        let next = source.fold(cue.span.end);
        let before = source.fold(name.start.wrapping_sub(1));
        return matches!(words.as_str(), "带" | "管" | "带教" | "指导" | "管理")
            && (!is_han(next) || "她他它这着".contains(next))
            || words == "汇报" && before == '向';
    }
    true
}
