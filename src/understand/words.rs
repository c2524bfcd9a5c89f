//! Phrases in a folded text: a sorted list walked letter by letter, longest match first, Latin words whole.

use crate::message::fold::{fold_str, is_han};
use std::collections::HashMap;
use std::ops::Range;

/// A phrase found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Bytes of the folded text.
    pub bytes: Range<usize>,
    /// The number of the phrase as it was given.
    pub phrase: usize,
}

/// A set of phrases, ready to be looked for. Sorted, because an automaton of thousands of phrases takes longer to
/// build (15 ms) than most runs take to read their messages.
#[derive(Debug, Clone, Default)]
pub struct Phrases {
    /// The folded phrases in the order of their bytes, with their numbers.
    sorted: Vec<(String, usize)>,
    /// Where the phrases that begin with a character stand.
    first: HashMap<char, Range<usize>>,
}

/// Makes a set of phrases. They are folded; an empty phrase never matches, and of two equal ones the first counts.
pub fn phrases<S: AsRef<str>>(words: &[S]) -> Phrases {
    let mut sorted: Vec<(String, usize)> =
        words.iter().enumerate().map(|(i, w)| (fold_str(w.as_ref()), i)).filter(|(w, _)| !w.is_empty()).collect();
    sorted.sort_unstable();
    let mut first: HashMap<char, Range<usize>> = HashMap::with_capacity(2_048);
    for (i, (phrase, _)) in sorted.iter().enumerate() {
        if let Some(c) = phrase.chars().next() {
            first.entry(c).or_insert(i..i).end = i + 1;
        }
    }
    Phrases { sorted, first }
}

/// A character that a Latin word goes on with.
fn inside(c: char) -> bool {
    c.is_alphanumeric() && !is_han(c)
}

impl Phrases {
    /// The number of a folded phrase.
    pub fn number(&self, phrase: &str) -> Option<usize> {
        let at = self.sorted.partition_point(|(p, _)| p.as_str() < phrase);
        self.sorted.get(at).filter(|(p, _)| p == phrase).map(|(_, number)| *number)
    }

    /// The phrases of a folded text, leftmost and longest, not overlapping. A phrase that begins or ends with a
    /// Latin letter or a digit matches whole words only; a plural `s` may follow.
    pub fn find<'t>(&'t self, folded: &'t str) -> impl Iterator<Item = Hit> + 't {
        let mut at = 0;
        let mut before: Option<char> = None;
        std::iter::from_fn(move || {
            loop {
                let c = folded.get(at..)?.chars().next()?;
                let open = !(inside(c) && before.is_some_and(inside));
                if open && let Some(hit) = self.longest(folded, at, c) {
                    before = folded.get(..hit.bytes.end).and_then(|t| t.chars().next_back());
                    at = hit.bytes.end;
                    return Some(hit);
                }
                before = Some(c);
                at += c.len_utf8();
            }
        })
    }

    /// The longest phrase that begins at a place and ends where a word ends.
    fn longest(&self, text: &str, start: usize, c: char) -> Option<Hit> {
        let range = self.first.get(&c)?.clone();
        let mut left = self.sorted.get(range)?;
        let bytes = text.as_bytes();
        let mut length = c.len_utf8();
        let mut best = None;
        loop {
            // Of phrases with a common beginning the shortest sorts first.
            if let Some((phrase, number)) = left.first()
                && phrase.len() == length
                && let Some(end) = word_end(text, start + length)
            {
                best = Some(Hit { bytes: start..end, phrase: *number });
            }
            let Some(next) = bytes.get(start + length) else { break };
            let byte = |p: &(String, usize)| p.0.as_bytes().get(length).copied();
            let from = left.partition_point(|p| byte(p) < Some(*next));
            let to = left.partition_point(|p| byte(p) <= Some(*next));
            match left.get(from..to) {
                Some(rest) if !rest.is_empty() => left = rest,
                _ => break,
            }
            length += 1;
        }
        best
    }
}

/// Where a match that ends here ends: here, or behind a plural `s`; None inside a Latin word.
fn word_end(text: &str, end: usize) -> Option<usize> {
    let last = text.get(..end)?.chars().next_back()?;
    if !inside(last) {
        return Some(end);
    }
    let mut after = text.get(end..)?.chars();
    match after.next() {
        Some('s') if last.is_alphabetic() && last != 's' && !after.next().is_some_and(inside) => Some(end + 1),
        Some(next) if inside(next) => None,
        _ => Some(end),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(words: &[&str], text: &str) -> Vec<String> {
        phrases(words).find(text).map(|h| text[h.bytes].to_owned()).collect()
    }

    #[test]
    fn latin_words_are_whole_and_plurals_found() {
        assert_eq!(found(&["pass", "laptop"], "two laptops, a pass and a password, passes"), ["laptops", "pass"]);
    }

    #[test]
    fn a_longer_phrase_that_is_no_whole_word_gives_way() {
        assert_eq!(found(&["vpn", "门禁", "门禁卡"], "开通vpn和门禁卡"), ["vpn", "门禁卡"]);
        assert_eq!(found(&["remote", "remote access"], "remote accessory"), ["remote"]);
    }
}
