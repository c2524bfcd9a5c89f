//! Confidences: from what a proposer says to how often such a value is right, by field.

use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, LazyLock};

/// Least confidence of a mark that may become a text value.
pub const LEAST: f32 = 0.42;
/// Least confidence of an enumeration's mark.
pub const LEAST_ENUM: f32 = 0.5;
/// Least confidence of a need's mark.
pub const LEAST_NEED: f32 = 0.42;
/// Least confidence of a leaver's place.
pub const LEAVER_PLACE: f32 = 0.5;
/// From this probability on a person's own words overrule the message's kind.
pub const OWN_KIND: f32 = 0.8;

#[derive(Deserialize)]
struct Table {
    /// By field: slope and intercept of the share of right values over the mark's confidence.
    fit: HashMap<String, (f32, f32)>,
}

static TABLE: LazyLock<Table> =
    LazyLock::new(|| toml::from_str(include_str!("calibrate.toml")).unwrap_or(Table { fit: HashMap::new() }));

/// From the confidence of a mark to that of a value.
#[derive(Debug, Clone)]
pub(crate) enum Fit {
    /// The symbols' own: a straight line for each field.
    Symbols,
    /// A model's, in one language: by field slope and intercept on the logarithm of the odds.
    Odds(Arc<BTreeMap<String, [f32; 2]>>),
}

impl Fit {
    /// The confidence of a value, 0 to 1, in three digits: more would pretend.
    pub fn field(&self, field: &str, confidence: f32) -> f32 {
        let value = match self {
            Self::Symbols => {
                let (slope, intercept) = TABLE.fit.get(field).copied().unwrap_or((1.0, 0.0));
                slope * confidence + intercept
            }
            Self::Odds(table) => odds(table.get(field).copied(), confidence),
        };
        (value.clamp(0.02, 0.99) * 1000.0).round() / 1000.0
    }

    /// The bend of a field's odds, where a model has one.
    pub fn line(&self, field: &str) -> Option<[f32; 2]> {
        match self {
            Self::Symbols => None,
            Self::Odds(table) => table.get(field).copied(),
        }
    }
}

/// A probability with its odds bent.
pub(crate) fn odds(line: Option<[f32; 2]>, probability: f32) -> f32 {
    let p = probability.clamp(1e-4, 1.0 - 1e-4);
    let [slope, intercept] = line.unwrap_or([1.0, 0.0]);
    let bent = slope * (p / (1.0 - p)).ln() + intercept;
    1.0 / (1.0 + (-bent).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surer_marks_never_make_less_sure_values() {
        assert!(TABLE.fit.len() > 8);
        for name in TABLE.fit.keys() {
            let (low, high) = (Fit::Symbols.field(name, 0.5), Fit::Symbols.field(name, 0.95));
            assert!(low < high && low > 0.0 && high <= 0.99, "{name}: {low} {high}");
        }
    }

    #[test]
    fn odds_are_bent_and_never_turned() {
        let fit = Fit::Odds(Arc::new([("name".to_owned(), [0.5, 0.2])].into()));
        assert_eq!(fit.field("other", 0.8), 0.8);
        let said: Vec<f32> = [0.0, 0.3, 0.6, 0.9, 1.0].iter().map(|p| fit.field("name", *p)).collect();
        assert!(said.is_sorted() && said[0] > 0.0 && said[4] <= 0.99, "{said:?}");
    }
}
