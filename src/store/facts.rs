//! What a case's row in the list says, taken from its latest understanding.

use chrono::NaiveDate;

use super::CaseNumber;
use crate::contract::{Kind, Priority, Request, Understanding};
use crate::message::fold::fold_str;

/// Characters of a case that the search looks through.
const SEARCH_CHARS: usize = 4_000;

/// `YYYY-MM-DD` that sorts after every date.
pub const NO_DUE: &str = "9999-99-99";

/// The day that a request turns on: the last one for a leaver, the first one for everybody else.
pub fn turns_on(request: &Request) -> Option<NaiveDate> {
    let day = |text: &str| text.get(..10).and_then(|day| day.parse::<NaiveDate>().ok());
    match request.kind {
        Kind::Offboarding => (request.revoke_at.as_ref().and_then(|f| day(&f.value)))
            .or_else(|| request.end_date.as_ref().and_then(|f| day(&f.value))),
        _ => request.start_date.as_ref().and_then(|f| day(&f.value)),
    }
}

/// The earliest day that any request turns on.
pub fn due(understanding: &Understanding) -> Option<NaiveDate> {
    understanding.requests.iter().filter_map(turns_on).min()
}

/// Names of the persons, once each, in the order of the requests.
pub fn people(understanding: &Understanding) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    let named = |request: &Request| {
        let person = &request.person;
        let field = person.name.as_ref().or(person.email.as_ref()).or(person.employee_number.as_ref());
        field.map(|field| field.value.clone())
    };
    understanding.requests.iter().filter_map(named).filter(|name| seen.insert(name.clone())).collect()
}

/// 1 to 4; most urgent first.
pub fn rank(priority: Priority) -> i64 {
    match priority {
        Priority::P1 => 1,
        Priority::P2 => 2,
        Priority::P3 => 3,
        Priority::P4 => 4,
    }
}

pub fn priority(rank: i64) -> Option<Priority> {
    match rank {
        1 => Some(Priority::P1),
        2 => Some(Priority::P2),
        3 => Some(Priority::P3),
        4 => Some(Priority::P4),
        _ => None,
    }
}

/// The folded words that the search looks through.
pub fn search(number: CaseNumber, subject: Option<&str>, people: &[String], requester: Option<&str>) -> String {
    let mut text = format!("{number}\n{}\n{}", subject.unwrap_or_default(), requester.unwrap_or_default());
    for name in people {
        text.push('\n');
        text.push_str(name);
    }
    fold_str(&text).chars().filter(|c| *c != '\0').take(SEARCH_CHARS).collect()
}

/// The words searched for, folded; the last one takes what is over. An empty word is found everywhere.
pub fn words(query: Option<&str>) -> [String; 4] {
    let folded = fold_str(query.unwrap_or_default()).replace('\0', "");
    let mut words: [String; 4] = Default::default();
    for (i, word) in folded.split_whitespace().take(64).enumerate() {
        let last = words.len() - 1;
        if let Some(slot) = words.get_mut(i.min(last)) {
            if !slot.is_empty() {
                slot.push(' ');
            }
            slot.push_str(word);
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn searching_folds_and_keeps_all_words() {
        assert_eq!(words(Some("  Ｊane ROE ")), ["jane", "roe", "", ""]);
        assert_eq!(words(Some("a b c d e")), ["a", "b", "c", "d e"]);
        assert_eq!(words(None), ["", "", "", ""]);
        let text = search(CaseNumber(3), Some("入職 王小明"), &["Jane Roe".into()], None);
        assert!(text.contains("入职") && text.contains("jane roe") && text.contains("mus-000003"), "{text}");
    }
}
