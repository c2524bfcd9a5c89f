//! The word lists of `words.toml` and when a word of them is denied.

use crate::contract::{EmploymentType, Reason, WorkMode};
use crate::understand::mark::What;
use crate::understand::words::{Phrases, phrases};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::LazyLock;

/// A word of a list, found.
pub struct Found {
    /// Bytes of the folded words.
    pub bytes: Range<usize>,
    pub what: What,
    /// Often said of something else.
    pub weak: bool,
}

#[derive(Deserialize, Default)]
struct List {
    words: Vec<String>,
    #[serde(default)]
    weak: Vec<String>,
}

#[derive(Deserialize, Default)]
struct File {
    employment_type: BTreeMap<String, List>,
    work_mode: BTreeMap<String, List>,
    reason: BTreeMap<String, List>,
}

struct Lists {
    phrases: Phrases,
    /// What each phrase says, and whether weakly; a phrase may stand in two lists (驻场: who comes from outside, and works on site).
    says: Vec<Vec<(What, bool)>>,
}

static LISTS: LazyLock<Lists> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("words.toml")).unwrap_or_default();
    let mut words = Vec::new();
    let mut says: Vec<Vec<(What, bool)>> = Vec::new();
    let mut numbers: HashMap<String, usize> = HashMap::new();
    let mut add = |lists: BTreeMap<String, List>, of: &dyn Fn(&str) -> Option<What>| {
        for (name, list) in lists {
            let what = of(&name);
            for (phrase, weak) in
                list.weak.into_iter().map(|w| (w, true)).chain(list.words.into_iter().map(|w| (w, false)))
            {
                let number = *numbers.entry(phrase.clone()).or_insert_with(|| {
                    words.push(phrase);
                    says.push(Vec::new());
                    words.len() - 1
                });
                // Within one list the first counts: `weak` before `words`.
                if let (Some(what), Some(said)) = (&what, says.get_mut(number))
                    && !said.iter().any(|(w, _)| w == what)
                {
                    said.push((what.clone(), weak));
                }
            }
        }
    };
    add(file.employment_type, &|n| {
        Some(What::EmploymentType(match n {
            "full_time" => EmploymentType::FullTime,
            "part_time" => EmploymentType::PartTime,
            "intern" => EmploymentType::Intern,
            "contractor" => EmploymentType::Contractor,
            "temporary" => EmploymentType::Temporary,
            _ => return None,
        }))
    });
    add(file.work_mode, &|n| {
        Some(What::WorkMode(match n {
            "onsite" => WorkMode::Onsite,
            "remote" => WorkMode::Remote,
            "hybrid" => WorkMode::Hybrid,
            _ => return None,
        }))
    });
    add(file.reason, &|n| {
        Some(What::Reason(match n {
            "resignation" => Reason::Resignation,
            "dismissal" => Reason::Dismissal,
            "redundancy" => Reason::Redundancy,
            "retirement" => Reason::Retirement,
            "contract_end" => Reason::ContractEnd,
            "other" => Reason::Other,
            _ => return None,
        }))
    });
    Lists { phrases: phrases(&words), says }
});

/// The words of the lists in a folded text.
pub fn find(folded: &str) -> Vec<Found> {
    let mut found = Vec::new();
    for hit in LISTS.phrases.find(folded) {
        for (what, weak) in LISTS.says.get(hit.phrase).into_iter().flatten() {
            found.push(Found { bytes: hit.bytes.clone(), what: what.clone(), weak: *weak });
        }
    }
    found
}

/// Words that deny or leave open what follows them at once; a few words may stand between.
const DENIALS_EN: &[&str] =
    &["not", "isn't", "aren't", "wasn't", "no longer", "never", "neither", "nor", "instead of", "rather than", "no"];
const DENIALS_ZH: &[&str] = &["不是", "并非", "不属于", "非", "不算", "不再是", "没有", "不", "未"];
const BETWEEN_EN: &[&str] =
    &["a", "an", "the", "as", "being", "from", "on", "fully", "one", "our", "longer", "any", "working"];

/// Whether the words just before a hit deny it ('not a contractor', '不是实习生').
pub fn denied(folded: &str, hit: &Range<usize>) -> bool {
    let before = folded.get(..hit.start).unwrap_or("");
    if DENIALS_ZH.iter().any(|d| before.trim_end().ends_with(d)) {
        return true;
    }
    let start = before.char_indices().rev().nth(40).map_or(0, |(i, _)| i);
    let near = before.get(start..).unwrap_or("");
    let near = near.rsplit(['.', ',', ';', '\n', ':', '(']).next().unwrap_or("").trim_end();
    let mut words: Vec<&str> = near.split_whitespace().collect();
    while words.last().is_some_and(|w| BETWEEN_EN.contains(w)) {
        words.pop();
    }
    let tail = |n: usize| words.len().checked_sub(n).and_then(|k| words.get(k..)).map(|w| w.join(" "));
    [1, 2].into_iter().filter_map(tail).any(|t| DENIALS_EN.contains(&t.as_str()))
}
