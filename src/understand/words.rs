//! Phrases in a folded text: one automaton, longest match first, Latin words whole.

use crate::message::fold::{fold_str, is_han};
use aho_corasick::{AhoCorasick, MatchKind};
use std::ops::Range;

/// A phrase found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Bytes of the folded text.
    pub bytes: Range<usize>,
    /// The number of the phrase as it was given.
    pub phrase: usize,
}

/// A set of phrases, ready to be looked for.
#[derive(Debug, Clone)]
pub struct Phrases {
    automaton: Option<AhoCorasick>,
}

/// Makes a set of phrases. They are folded; a phrase that is empty never matches.
pub fn phrases<S: AsRef<str>>(words: &[S]) -> Phrases {
    let folded: Vec<String> = words.iter().map(|w| fold_str(w.as_ref())).collect();
    let automaton = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .kind(Some(aho_corasick::AhoCorasickKind::ContiguousNFA))
        .build(folded.iter().map(|w| if w.is_empty() { "\u{0}" } else { w.as_str() }))
        .ok();
    Phrases { automaton }
}

impl Phrases {
    /// The phrases of a folded text, leftmost and longest, not overlapping. A phrase that begins or ends with a
    /// Latin letter or a digit matches whole words only; a plural `s` may follow.
    pub fn find<'t>(&'t self, folded: &'t str) -> impl Iterator<Item = Hit> + 't {
        let mut at = 0;
        std::iter::from_fn(move || {
            let automaton = self.automaton.as_ref()?;
            while at <= folded.len() {
                let input = aho_corasick::Input::new(folded).range(at..);
                let m = automaton.find(input)?;
                let whole = whole_words(folded, m.range());
                match whole {
                    Some(bytes) => {
                        at = bytes.end.max(at + 1);
                        return Some(Hit { bytes, phrase: m.pattern().as_usize() });
                    }
                    // Go on behind this place; a word is skipped as a whole, so that time stays linear.
                    None => at = skip(folded, m.start()),
                }
            }
            None
        })
    }
}

/// The match's bytes, with a plural `s` if one follows, if the match does not begin or end inside a Latin word.
fn whole_words(text: &str, m: Range<usize>) -> Option<Range<usize>> {
    let inside = |c: char| c.is_alphanumeric() && !is_han(c);
    let before = text.get(..m.start)?.chars().next_back();
    let mut matched = text.get(m.clone())?.chars();
    let first = matched.next()?;
    let last = matched.next_back().unwrap_or(first);
    if inside(first) && before.is_some_and(inside) {
        return None;
    }
    let mut end = m.end;
    if inside(last) {
        let mut after = text.get(m.end..)?.chars();
        let next = after.next();
        if next == Some('s') && last.is_alphabetic() && last != 's' && !after.next().is_some_and(inside) {
            end += 1;
        } else if next.is_some_and(inside) {
            return None;
        }
    }
    Some(m.start..end)
}

/// The next place at which a phrase may begin, behind a match that was none.
fn skip(text: &str, start: usize) -> usize {
    let inside = |c: &char| c.is_alphanumeric() && !is_han(*c);
    let rest = text.get(start..).unwrap_or("");
    let mut chars = rest.chars();
    match chars.next() {
        Some(c) if inside(&c) => start + rest.chars().take_while(inside).map(char::len_utf8).sum::<usize>(),
        Some(c) => start + c.len_utf8(),
        None => start + 1,
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
        assert_eq!(found(&["remote", "remote access"], "remote accessory"), Vec::<String>::new());
    }
}
