//! How well an item fits a phrase, and how sure that makes a link.

use super::index::Index;
use super::lexicon::{Kind, LEXICON};
use super::phrase::{Phrase, Said, names};
use serde::Deserialize;
use std::sync::LazyLock;

/// Lead over the second item from which it counts no more.
pub const MARGIN: f32 = 0.3;

/// Numbers of `weights.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Weights {
    /// Score from which a link is made.
    pub least: f32,
    /// Score of a phrase that is a name.
    pub exact: f32,
    /// Score of a phrase that names what a role gets.
    pub role: f32,
    /// Nearness of a word that only sounds like a known one.
    pub sound: f32,
    /// The logistic model: its constant, then one number a feature in their order.
    pub bias: f32,
    pub features: [f32; FEATURES],
}

impl Default for Weights {
    fn default() -> Self {
        Self { least: 1.0, exact: 1.0, role: 0.9, sound: 0.8, bias: 0.0, features: [0.0; FEATURES] }
    }
}

/// Fitted constants; a test reads the file.
pub static WEIGHTS: LazyLock<Weights> =
    LazyLock::new(|| toml::from_str(include_str!("weights.toml")).unwrap_or_default());

pub const FEATURES: usize = 10;

/// What a comparison found; each 0 to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Features {
    /// How far the item's names have the phrase's head.
    pub head: f32,
    /// How much of what the phrase says stands in the item's names.
    pub covered: f32,
    /// How much of the best name the phrase says.
    pub named: f32,
    /// The phrase names another product.
    pub veto: f32,
    /// One of both is dangerous and the other not.
    pub power: f32,
    /// Spelled as known.
    pub spelled: f32,
    /// Lead over the second item.
    pub margin: f32,
    /// Distinguishing words of the phrase that the item lacks.
    pub traits: f32,
    /// Words of no list that the item lacks.
    pub unknown: f32,
    /// Names of other things in the phrase.
    pub others: f32,
}

impl Features {
    pub fn exact() -> Self {
        Self { head: 1.0, covered: 1.0, named: 1.0, spelled: 1.0, margin: 1.0, ..Self::default() }
    }

    pub fn list(&self) -> [f32; FEATURES] {
        [
            self.head,
            self.covered,
            self.named,
            self.veto,
            self.power,
            self.spelled,
            self.margin,
            self.traits,
            self.unknown,
            self.others,
        ]
    }

    /// For ranking items of one phrase.
    pub fn raw(&self) -> f32 {
        0.3 * self.head + 0.4 * self.covered + 0.3 * self.named - 0.5 * self.veto - 0.5 * self.power
    }

    /// Calibrated, 0 to 1: of links given 0.9, nine in ten are right.
    pub fn score(&self) -> f32 {
        let sum: f32 = self.list().iter().zip(&WEIGHTS.features).map(|(f, w)| f * w).sum();
        1.0 / (1.0 + (-(sum + WEIGHTS.bias)).exp())
    }
}

/// Head closeness below which an item is something else.
const SAME: f32 = 0.5;

/// Compares; None where the item's names lack the head.
pub(super) fn compare(index: &Index, phrase: &Phrase, item: u32) -> Option<Features> {
    let whole = index.items.get(item as usize)?;
    let near = |said: u32| whole.concepts.iter().map(|c| LEXICON.closeness(said, *c)).fold(0.0, f32::max);
    let head = phrase.head?;
    let mut features = Features { head: near(phrase.main.get(head)?.concept), spelled: 1.0, ..Features::default() };
    if features.head < SAME {
        return None;
    }
    let (mut have, mut all) = (0.0, 0.0);
    for (i, said) in phrase.main.iter().enumerate().filter(|(_, s)| names(s.kind)) {
        let fit = near(said.concept);
        features.spelled = features.spelled.min(said.spelled);
        let weight = match said.kind {
            _ if i == head => 1.0,
            Kind::Trait => 0.5,
            Kind::Unknown => 0.35,
            _ => 0.8,
        };
        have += weight * fit;
        all += weight;
        if fit >= SAME || i == head {
            continue;
        }
        match said.kind {
            Kind::Product => features.veto = 1.0,
            Kind::Power => features.power = 1.0,
            Kind::Trait => features.traits = (features.traits + 0.5).min(1.0),
            Kind::Unknown => features.unknown = (features.unknown + 0.34).min(1.0),
            _ => features.others = (features.others + 0.5).min(1.0),
        }
    }
    features.covered = if all > 0.0 { have / all } else { 0.0 };
    let told: Vec<&Said> = phrase.main.iter().chain(&phrase.also).chain(&phrase.beside).collect();
    let says = |c: u32| told.iter().map(|s| LEXICON.closeness(s.concept, c)).fold(0.0, f32::max);
    let generic = phrase.main.iter().any(|s| s.kind == Kind::Generic);
    for name in whole.names.iter().filter_map(|n| index.names.get(*n as usize)) {
        let (mut have, mut all) = (0.0, 0.0);
        for (concept, kind) in &name.concepts {
            let common = 1.0 / (1.0 + 0.2 * (index.commonness(*concept).max(1) as f32).ln());
            let weight = match kind {
                Kind::Trait => 0.5 * common,
                Kind::Weak => 0.4,
                Kind::Usual => 0.2,
                Kind::Generic => 0.2,
                _ => common.max(0.4),
            };
            let fit = if *kind == Kind::Generic && generic { 1.0 } else { says(*concept) };
            have += weight * fit;
            all += weight;
        }
        if all > 0.0 {
            features.named = features.named.max(have / all);
        }
    }
    // What makes access dangerous is either said or not meant.
    let said_power = told.iter().any(|s| s.kind == Kind::Power);
    if whole.power && !said_power {
        features.power = 1.0;
    }
    // 'Admin rights for GitLab' are not those for the laptop.
    let elsewhere = phrase.beside.iter().any(|s| s.kind == Kind::Product && near(s.concept) < SAME);
    if whole.power && elsewhere {
        features.veto = 1.0;
    }
    Some(features)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fitted_numbers_are_read() {
        let weights: Weights = toml::from_str(include_str!("weights.toml")).unwrap();
        assert!((0.3..0.9).contains(&weights.least));
        assert!(Features::exact().score() > weights.least);
        assert!(Features::default().score() < weights.least);
    }
}
