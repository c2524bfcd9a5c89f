//! Forgiving a misspelled word: one letter too few, too many, wrong or swapped; two in a long word.

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

/// Letters from which two mistakes are forgiven.
const TWO: usize = 9;

/// Words, to be found by what is left when one letter is taken out.
#[derive(Debug, Clone, Default)]
pub struct Spelling {
    words: Vec<String>,
    /// Hash of a word or of it without one letter, and the word.
    left: HashMap<u64, Vec<u32>, BuildHasherDefault<DefaultHasher>>,
}

/// Words with the same remains that are compared, at most.
const MOST: usize = 64;

impl Spelling {
    /// Words of fewer letters than `least` are left out.
    pub fn of(words: impl IntoIterator<Item = String>, least: usize) -> Self {
        let mut spelling = Self::default();
        let mut words: Vec<String> = words.into_iter().filter(|w| w.chars().count() >= least).collect();
        words.sort();
        words.dedup();
        for (i, word) in words.iter().enumerate() {
            for hash in remains(word) {
                let list = spelling.left.entry(hash).or_default();
                if list.len() < MOST {
                    list.push(i as u32);
                }
            }
        }
        spelling.words = words;
        spelling
    }

    /// The known word that is meant, with its nearness (0 to 1); None where two are equally near.
    pub fn meant(&self, word: &str) -> Option<(&str, f32)> {
        let mut best: Option<(usize, &str)> = None;
        let mut tie = false;
        let long = word.chars().count();
        let bound = if long >= TWO { 2 } else { 1 };
        for hash in remains(word) {
            for i in self.left.get(&hash).into_iter().flatten() {
                let Some(known) = self.words.get(*i as usize) else { continue };
                // Nobody mistypes the first letter and means it.
                if known.chars().next() != word.chars().next() || best.is_some_and(|(_, b)| b == known) {
                    continue;
                }
                let distance = strsim::osa_distance(word, known);
                if distance > bound {
                    continue;
                }
                match best {
                    Some((d, _)) if d < distance => {}
                    Some((d, _)) if d == distance => tie = true,
                    _ => {
                        best = Some((distance, known));
                        tie = false;
                    }
                }
            }
        }
        let (distance, known) = best.filter(|_| !tie)?;
        Some((known, 1.0 - distance as f32 / long.max(1) as f32))
    }
}

/// Hashes of a word and of it without each one letter.
fn remains(word: &str) -> impl Iterator<Item = u64> + '_ {
    let hasher = BuildHasherDefault::<DefaultHasher>::default();
    let whole = hasher.hash_one(word.as_bytes());
    let without = word.char_indices().map(move |(at, c)| {
        let mut rest = Vec::with_capacity(word.len());
        rest.extend_from_slice(word.as_bytes().get(..at).unwrap_or_default());
        rest.extend_from_slice(word.as_bytes().get(at + c.len_utf8()..).unwrap_or_default());
        hasher.hash_one(rest.as_slice())
    });
    std::iter::once(whole).chain(without)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_mistake_is_forgiven_and_a_guess_is_not_made() {
        let words = ["snowflake", "monitor", "salesforce", "station", "hatter", "hitter"].map(str::to_owned);
        let spelling = Spelling::of(words, 5);
        let meant = |w: &str| spelling.meant(w).map(|(w, _)| w);
        assert_eq!(meant("snowflke"), Some("snowflake"));
        assert_eq!(meant("moniter"), Some("monitor"));
        assert_eq!(meant("staion"), Some("station"));
        assert_eq!(meant("slaesforce"), Some("salesforce"));
        assert_eq!(meant("hotter"), None);
        assert_eq!(meant("donitor"), None);
        assert_eq!(meant("printer"), None);
    }
}
