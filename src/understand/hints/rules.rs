//! The rules of `rules.toml`: which sentences raise which doubt.

use crate::contract::Flag;
use crate::message::Span;
use crate::understand::page::Page;
use regex::Regex;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

#[derive(Deserialize)]
struct Entry {
    name: String,
    /// None: the rule counts only as a part of others.
    flag: Option<Flag>,
    trigger: Vec<String>,
    regex: String,
    /// One of these must hold somewhere in the text too.
    #[serde(default)]
    and: Vec<String>,
}

#[derive(Deserialize)]
struct Reason {
    en: String,
    zh: String,
}

#[derive(Deserialize)]
struct File {
    rule: Vec<Entry>,
    reasons: BTreeMap<String, Reason>,
}

struct Rule {
    name: String,
    flag: Option<Flag>,
    and: Vec<String>,
    /// Compiled when a text first holds a trigger: most messages hold none.
    regex: LazyLock<Option<Regex>, Box<dyn FnOnce() -> Option<Regex> + Send>>,
}

struct Rules {
    rules: Vec<Rule>,
    reasons: BTreeMap<String, Reason>,
    /// Every trigger of every rule.
    triggers: Option<aho_corasick::AhoCorasick>,
    /// The rule of each trigger.
    of: Vec<usize>,
}

static RULES: LazyLock<Rules> = LazyLock::new(|| {
    let file: File =
        toml::from_str(include_str!("rules.toml")).unwrap_or(File { rule: Vec::new(), reasons: BTreeMap::new() });
    let mut triggers = Vec::new();
    let mut of = Vec::new();
    let mut rules = Vec::new();
    for (i, entry) in file.rule.into_iter().enumerate() {
        of.extend(std::iter::repeat_n(i, entry.trigger.len()));
        triggers.extend(entry.trigger);
        let source = entry.regex;
        let compile: Box<dyn FnOnce() -> Option<Regex> + Send> = Box::new(move || Regex::new(&source).ok());
        rules.push(Rule { name: entry.name, flag: entry.flag, and: entry.and, regex: LazyLock::new(compile) });
    }
    Rules { rules, reasons: file.reasons, triggers: aho_corasick::AhoCorasick::new(&triggers).ok(), of }
});

/// The sentences of a source that raise a doubt.
pub fn find(page: &Page, source: usize) -> Vec<(Flag, Span)> {
    let Some(text) = page.sources.get(source) else { return Vec::new() };
    let Some(triggers) = &RULES.triggers else { return Vec::new() };
    let folded = text.text.folded();
    let mut tried = vec![false; RULES.rules.len()];
    for m in triggers.find_overlapping_iter(folded) {
        if let Some(t) = RULES.of.get(m.pattern().as_usize()).and_then(|i| tried.get_mut(*i)) {
            *t = true;
        }
    }
    let mut held: Vec<(&Rule, Span)> = Vec::new();
    for (rule, _) in RULES.rules.iter().zip(&tried).filter(|(_, t)| **t) {
        let Some(regex) = rule.regex.as_ref() else { continue };
        for sentence in &text.sentences {
            if regex.is_match(text.text.folded_quote(*sentence)) {
                held.push((rule, *sentence));
            }
        }
    }
    let holds = |name: &String| held.iter().any(|(r, _)| r.name == *name);
    let mut found: Vec<(Flag, Span)> = held
        .iter()
        .filter(|(r, _)| r.and.is_empty() || r.and.iter().any(holds))
        .filter_map(|(r, span)| r.flag.map(|f| (f, *span)))
        .collect();
    found.sort_by_key(|(_, span)| *span);
    found.dedup();
    found
}

/// The sentence that tells a technician what a flag means.
pub fn reason(flag: Flag, chinese: bool) -> &'static str {
    let name = match flag {
        Flag::PromptInjection => "prompt_injection",
        Flag::SuspectedFraud => "suspected_fraud",
        Flag::PrivilegedAccess => "privileged_access",
        Flag::Conflict => "conflict",
        Flag::NeedsHuman => "needs_human",
        _ => "",
    };
    RULES.reasons.get(name).map_or("", |r| if chinese { r.zh.as_str() } else { r.en.as_str() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_of_the_file_compiles_and_has_its_parts() {
        assert!(!RULES.rules.is_empty());
        for rule in &RULES.rules {
            assert!(rule.regex.is_some(), "{}", rule.name);
            assert!(rule.and.iter().all(|a| RULES.rules.iter().any(|r| r.name == *a)), "{}", rule.name);
            assert!(rule.flag.is_none_or(|f| !reason(f, true).is_empty() && !reason(f, false).is_empty()));
        }
    }
}
