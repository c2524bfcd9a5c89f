//! Shares of a week and other patterns with numbers, from `patterns.toml`.

use crate::contract::{EmploymentType, WorkMode};
use crate::understand::mark::What;
use regex::Regex;
use serde::Deserialize;
use std::ops::Range;
use std::sync::LazyLock;

#[derive(Deserialize)]
struct Entry {
    says: String,
    trigger: Vec<String>,
    regex: String,
}

#[derive(Deserialize)]
struct File {
    pattern: Vec<Entry>,
}

struct Pattern {
    what: What,
    trigger: Vec<String>,
    /// Compiled when a text first holds a trigger: most messages hold none.
    regex: LazyLock<Option<Regex>, Box<dyn FnOnce() -> Option<Regex> + Send>>,
}

static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("patterns.toml")).unwrap_or(File { pattern: Vec::new() });
    file.pattern
        .into_iter()
        .filter_map(|entry| {
            let what = match entry.says.as_str() {
                "hybrid" => What::WorkMode(WorkMode::Hybrid),
                "part_time" => What::EmploymentType(EmploymentType::PartTime),
                _ => return None,
            };
            let source = entry.regex;
            let compile: Box<dyn FnOnce() -> Option<Regex> + Send> = Box::new(move || Regex::new(&source).ok());
            Some(Pattern { what, trigger: entry.trigger, regex: LazyLock::new(compile) })
        })
        .collect()
});

/// What the patterns find in a folded text; of two that overlap, the first in the file.
pub fn find(folded: &str) -> Vec<(Range<usize>, What)> {
    let mut found: Vec<(Range<usize>, What)> = Vec::new();
    for pattern in PATTERNS.iter() {
        if !pattern.trigger.iter().any(|t| folded.contains(t.as_str())) {
            continue;
        }
        let Some(regex) = pattern.regex.as_ref() else { continue };
        for m in regex.find_iter(folded) {
            if !found.iter().any(|(r, _)| r.start < m.end() && m.start() < r.end) {
                found.push((m.range(), pattern.what.clone()));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_of_the_file_compiles() {
        assert_eq!(PATTERNS.len(), 4);
        assert!(PATTERNS.iter().all(|p| p.regex.is_some()));
    }
}
