//! Confidences: from what a proposer says to how often such a value is right, by field.

use serde::Deserialize;
use std::collections::HashMap;
use std::sync::LazyLock;

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

/// The confidence of a value, 0 to 1.
pub fn field(field: &str, confidence: f32) -> f32 {
    let (slope, intercept) = TABLE.fit.get(field).copied().unwrap_or((1.0, 0.0));
    let value = (slope * confidence + intercept).clamp(0.02, 0.99);
    // Three digits: more would pretend.
    (value * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surer_marks_never_make_less_sure_values() {
        assert!(TABLE.fit.len() > 8);
        for name in TABLE.fit.keys() {
            let (low, high) = (field(name, 0.5), field(name, 0.95));
            assert!(low < high && low > 0.0 && high <= 0.99, "{name}: {low} {high}");
        }
    }
}
