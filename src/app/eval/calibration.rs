//! Whether confidences mean what they say: of values said with 0.8, eight in ten should be right.

use super::score::Sure;
use serde::Serialize;

/// Equal stretches of confidence that are looked at together.
pub const BINS: usize = 10;
/// From here on a value is said surely.
pub const SURE: f32 = 0.9;

/// One stretch of confidence.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Bin {
    pub said: u64,
    pub right: u64,
    /// The mean confidence of what was said, 0 to 1.
    pub confidence: f64,
}

impl Bin {
    /// The share that is right, 0 to 1.
    pub fn accuracy(&self) -> f64 {
        self.right as f64 / self.said.max(1) as f64
    }
}

/// The confidences of one field, or of all.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Calibration {
    pub said: u64,
    /// Expected calibration error: the mean distance of confidence from accuracy, by bins, 0 to 1. None: nothing said.
    pub error: Option<f64>,
    /// The share said with at least 0.9.
    pub sure: Option<f64>,
    /// How many of those are right.
    pub sure_right: Option<f64>,
    pub bins: Vec<Bin>,
}

pub fn of<'a>(said: impl Iterator<Item = &'a Sure>) -> Calibration {
    let mut bins = [Bin::default(); BINS];
    let (mut all, mut sure, mut sure_right) = (0u64, 0u64, 0u64);
    for one in said {
        all += 1;
        if one.confidence >= SURE {
            sure += 1;
            sure_right += u64::from(one.right);
        }
        let number = (one.confidence.clamp(0.0, 1.0) * BINS as f32) as usize;
        if let Some(bin) = bins.get_mut(number.min(BINS - 1)) {
            bin.said += 1;
            bin.right += u64::from(one.right);
            bin.confidence += f64::from(one.confidence);
        }
    }
    let mut error = 0.0;
    for bin in bins.iter_mut().filter(|b| b.said > 0) {
        bin.confidence /= bin.said as f64;
        error += bin.said as f64 * (bin.confidence - bin.accuracy()).abs();
    }
    let share = |part: u64, of: u64| (of > 0).then(|| part as f64 / of as f64);
    Calibration {
        said: all,
        error: (all > 0).then(|| error / all as f64),
        sure: share(sure, all),
        sure_right: share(sure_right, sure),
        bins: bins.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_is_the_mean_distance_of_confidence_and_accuracy() {
        let say = |confidence, right| Sure { row: None, confidence, right };
        // Bin 9 says 0.95 and is right in one of two; bin 5 says 0.55 twice and is right once; 1.0 falls into bin 9.
        let said = [say(0.9, true), say(1.0, false), say(0.55, true), say(0.55, false)];
        let got = of(said.iter());
        assert_eq!((got.said, got.bins[9].said, got.bins[5].said), (4, 2, 2));
        let want = (2.0 * (0.95 - 0.5) + 2.0 * (0.55 - 0.5)) / 4.0;
        assert!((got.error.unwrap() - want).abs() < 1e-6, "{got:?}");
        assert_eq!((got.sure, got.sure_right), (Some(0.5), Some(0.5)));
        assert_eq!(of([].iter()).error, None);
    }
}
