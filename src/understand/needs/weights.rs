//! How sure a candidate is: a logistic regression over what is known of it, its weights made by `models/needs/fit.py`.

use std::sync::LazyLock;

/// The cue is weak, middling, strong.
pub const STRENGTH: usize = 0;
pub const NEAR: usize = 3;
pub const ADJACENT: usize = 4;
pub const BEFORE: usize = 5;
pub const AFTER_ADJACENT: usize = 6;
pub const STRONG_ADJACENT: usize = 7;
pub const VALUE: usize = 8;
pub const CARRIED: usize = 9;
pub const CARRIED_BULLET: usize = 10;
pub const DEFAULT: usize = 11;
pub const DEFAULT_BULLET: usize = 12;
pub const UNKNOWN: usize = 13;
pub const ACCESSED: usize = 14;
pub const CAPITAL: usize = 15;
pub const UNKNOWN_CAPITAL: usize = 16;
pub const DIGIT: usize = 17;
pub const ONE_WORD: usize = 18;
pub const LONG: usize = 19;
pub const HAN: usize = 20;
pub const QUANTITY: usize = 21;
pub const MANY_KNOWN: usize = 22;
pub const SOME_KNOWN: usize = 23;
pub const IN_LIST: usize = 24;
pub const SUBJECT: usize = 25;
pub const ARTICLE: usize = 26;
pub const POSSESSIVE: usize = 27;
pub const PREPOSITION: usize = 28;
/// The message is of onboarding, offboarding, transfer, another kind.
pub const KIND: usize = 29;
pub const NO_REQUEST: usize = 33;
/// Grant, revoke, recover, delegate, retain, not wanted.
pub const ACT: usize = 34;
pub const LEAVER_GRANT: usize = 40;
pub const JOINER_LOSS: usize = 41;
pub const PRECISION: usize = 42;
pub const PRECISION_ALONE: usize = 43;
pub const PRECISION_UNGOVERNED: usize = 44;
pub const DELEGATE_ACCESS: usize = 45;
pub const DELEGATE_TO: usize = 46;
pub const RECOVER_BODY: usize = 47;
pub const REVOKE_ACCESS: usize = 48;
pub const NOT_ADJACENT: usize = 49;
pub const RETAIN_ADJACENT: usize = 50;
pub const LISTED: usize = 51;
pub const LISTED_NEAR: usize = 52;
/// How many features there are.
pub const COUNT: usize = 53;

/// What is known of a candidate, by the numbers above.
#[derive(Debug, Clone, Copy)]
pub struct Features(pub [f32; COUNT]);

impl Default for Features {
    fn default() -> Self {
        Self([0.0; COUNT])
    }
}

/// The weights in the features' order, and the constant last.
static WEIGHTS: LazyLock<Vec<f32>> = LazyLock::new(|| {
    include_str!("weights.tsv")
        .lines()
        .filter(|l| !l.starts_with('#'))
        .filter_map(|l| l.split('\t').nth(1)?.parse().ok())
        .collect()
});

/// Probability that a candidate with these features is a thing, and this happens with it.
pub fn confidence(features: &Features) -> f32 {
    let constant = WEIGHTS.get(COUNT).copied().unwrap_or(0.0);
    let sum: f32 = features.0.iter().zip(WEIGHTS.iter()).map(|(f, w)| f * w).sum();
    1.0 / (1.0 + (-sum - constant).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_feature_has_a_weight() {
        assert_eq!(WEIGHTS.len(), COUNT + 1);
    }
}
