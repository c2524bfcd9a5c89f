//! AdamW over plain floats: its moments are written to checkpoints, which candle-nn's does not allow.

use super::upper::Upper;
use candle_core::{Device, Result, Tensor};
use std::collections::BTreeMap;

/// Gradients or moments by variable.
pub(super) type Values = BTreeMap<String, Vec<f32>>;

const FIRST: f32 = 0.9;
const SECOND: f32 = 0.98;
const EPSILON: f32 = 1e-8;
/// Share of the rate that matrices shrink by at each step.
const DECAY: f32 = 0.01;
/// Heads learn this many times as fast as layers.
const HEADS: f32 = 4.0;
/// The gradient of all variables together is no longer than this.
const LONGEST: f64 = 1.0;
/// Steps of warm-up, or a tenth of all where that is less.
const WARM: usize = 30;

#[derive(Default)]
pub(super) struct Adam {
    pub first: Values,
    pub second: Values,
    /// Steps that were made.
    pub step: usize,
}

/// The rate of a step (from 0): up in a line, then down in a line to a fiftieth.
pub(super) fn rate(step: usize, steps: usize, top: f64) -> f64 {
    let warm = WARM.min(steps / 10).max(1);
    let up = (step + 1) as f64 / warm as f64;
    let down = 1.0 - step as f64 / steps.max(1) as f64;
    top * (up.min(1.0) * down).max(0.02)
}

/// Shortens the gradients together; gives back how long they were.
pub(super) fn clip(gradients: &mut Values) -> f64 {
    let length = gradients.values().flatten().map(|x| f64::from(*x) * f64::from(*x)).sum::<f64>().sqrt();
    if length > LONGEST {
        let scale = (LONGEST / length) as f32;
        gradients.values_mut().flatten().for_each(|x| *x *= scale);
    }
    length
}

impl Adam {
    /// One step; a variable without a gradient stays as it is.
    pub(super) fn learn(&mut self, upper: &Upper, gradients: &Values, rate: f64) -> Result<()> {
        self.step += 1;
        let count = self.step as i32;
        let (first_whole, second_whole) = (1.0 - FIRST.powi(count), 1.0 - SECOND.powi(count));
        for (name, gradient) in gradients {
            let Some(variable) = upper.variables.get(name) else { continue };
            let rate = rate as f32 * if name.starts_with("head.") { HEADS } else { 1.0 };
            let decay = if variable.rank() == 2 { rate * DECAY } else { 0.0 };
            let mut values = variable.flatten_all()?.to_vec1::<f32>()?;
            let first = self.first.entry(name.clone()).or_insert_with(|| vec![0.0; values.len()]);
            let second = self.second.entry(name.clone()).or_insert_with(|| vec![0.0; values.len()]);
            for (((x, g), m), v) in values.iter_mut().zip(gradient).zip(first).zip(second) {
                *m = FIRST * *m + (1.0 - FIRST) * g;
                *v = SECOND * *v + (1.0 - SECOND) * g * g;
                *x -= decay * *x + rate * (*m / first_whole) / ((*v / second_whole).sqrt() + EPSILON);
            }
            variable.set(&Tensor::from_vec(values, variable.dims(), &Device::Cpu)?)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_rises_and_falls_and_long_gradients_are_shortened() {
        let rates: Vec<f64> = (0..300).map(|step| rate(step, 300, 1.0)).collect();
        assert!(rates[0] < 0.04 && rates[29] > 0.9 && rates[30] <= 0.9 && rates[299] <= 0.02 && rates[299] > 0.0);
        assert!(rates[..29].windows(2).all(|w| w[0] < w[1]) && rates[30..].windows(2).all(|w| w[0] >= w[1]));
        let mut long = Values::from([("a".into(), vec![3.0]), ("b".into(), vec![0.0, 4.0])]);
        assert_eq!(clip(&mut long), 5.0);
        assert!((long["a"][0] - 0.6).abs() < 1e-6 && (long["b"][1] - 0.8).abs() < 1e-6);
        let mut short = Values::from([("a".into(), vec![0.3])]);
        clip(&mut short);
        assert_eq!(short["a"], [0.3]);
    }
}
