//! The element-wise steps over rows of 32-bit floats: layer norm, GELU, softmax, and rows made whole numbers.

use super::cpu::versions;

/// Whole numbers reach to ± this, on both sides of a product: 1023² × 2048 inputs stay below 2³¹.
pub(super) const REACH: f32 = 1023.0;
/// Adding and taking away 1.5 × 2²³ rounds a float below 2²² to the nearest whole number, ties to even.
const ROUNDER: f32 = 12_582_912.0;
/// Sums run in this many lanes, whatever the processor, so that they round alike everywhere.
const LANES: usize = 16;

/// Rows as whole numbers: value ≈ number × step of its row.
#[derive(Debug, Default)]
pub(super) struct Whole {
    pub width: usize,
    pub numbers: Vec<i16>,
    pub steps: Vec<f32>,
}

impl Whole {
    pub(super) fn count(&self) -> usize {
        self.steps.len()
    }

    pub(super) fn resize(&mut self, rows: usize, width: usize) {
        self.width = width;
        self.numbers.resize(rows * width, 0);
        self.steps.resize(rows, 0.0);
    }
}

/// The nearest whole number of a float below 2¹⁵.
#[inline(always)]
pub(super) fn rounded(x: f32) -> i16 {
    ((x + ROUNDER).to_bits() as i32).wrapping_sub(ROUNDER.to_bits() as i32) as i16
}

#[inline(always)]
fn fold(row: &[f32], zero: f32, join: impl Fn(f32, f32) -> f32 + Copy) -> f32 {
    let mut lanes = [zero; LANES];
    let mut chunks = row.chunks_exact(LANES);
    for chunk in &mut chunks {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane = join(*lane, *value);
        }
    }
    for (lane, value) in lanes.iter_mut().zip(chunks.remainder()) {
        *lane = join(*lane, *value);
    }
    let mut half = LANES / 2;
    while half > 0 {
        for i in 0..half {
            lanes[i] = join(lanes[i], lanes[i + half]);
        }
        half /= 2;
    }
    lanes[0]
}

#[inline(always)]
fn larger(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

/// e^x for x ≤ 0 within 2 units in the last place or so; below −87 what −87 gives.
#[inline(always)]
fn exp(x: f32) -> f32 {
    let x = larger(x, -87.0);
    let shifted = x * std::f32::consts::LOG2_E + ROUNDER;
    let whole = shifted - ROUNDER;
    // ln 2 in two parts, the first exact in a few bits.
    let r = x - whole * 0.693_359_4 - whole * -2.121_944_4e-4;
    let series =
        1.0 + r * (1.0 + r * (0.5 + r * (1.0 / 6.0 + r * (1.0 / 24.0 + r * (1.0 / 120.0 + r * (1.0 / 720.0))))));
    let power = (shifted.to_bits() as i32).wrapping_sub(ROUNDER.to_bits() as i32).wrapping_add(127) << 23;
    series * f32::from_bits(power as u32)
}

/// x · Φ(x), with the error function of Abramowitz and Stegun 7.1.26 (error below 1.5 × 10⁻⁷).
#[inline(always)]
fn gelu_of(x: f32) -> f32 {
    let z = x.abs() * std::f32::consts::FRAC_1_SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * z);
    let series = t * (0.254_829_6 + t * (-0.284_496_74 + t * (1.421_413_8 + t * (-1.453_152 + t * 1.061_405_4))));
    let tail = series * exp(-z * z);
    // 1 + erf: 2 − tail on the right of zero, tail on the left.
    0.5 * x * if x < 0.0 { tail } else { 2.0 - tail }
}

versions! {
    /// GELU in place, the exact one of BERT.
    pub(super) fn gelu(values: &mut [f32]) {
        for x in values {
            *x = gelu_of(*x);
        }
    }
}

versions! {
    /// Each row less its greatest value, to the power of e, divided by the sum.
    pub(super) fn softmax(row: &mut [f32]) {
        let top = fold(row, f32::NEG_INFINITY, larger);
        for x in row.iter_mut() {
            *x = exp(*x - top);
        }
        let inverse = 1.0 / fold(row, 0.0, |a, b| a + b);
        for x in row.iter_mut() {
            *x *= inverse;
        }
    }
}

versions! {
    /// Layer norm of `values` + `added` into `values`; rows as wide as `weight`.
    pub(super) fn norm(values: &mut [f32], added: &[f32], weight: &[f32], bias: &[f32], epsilon: f32) {
        let width = weight.len();
        for (row, more) in values.chunks_exact_mut(width).zip(added.chunks_exact(width)) {
            for (x, y) in row.iter_mut().zip(more) {
                *x += *y;
            }
            let mean = fold(row, 0.0, |a, b| a + b) / width as f32;
            for x in row.iter_mut() {
                *x -= mean;
            }
            let mut squares = [0.0f32; LANES];
            let mut chunks = row.chunks_exact(LANES);
            for chunk in &mut chunks {
                for (lane, x) in squares.iter_mut().zip(chunk) {
                    *lane += *x * *x;
                }
            }
            for (lane, x) in squares.iter_mut().zip(chunks.remainder()) {
                *lane += *x * *x;
            }
            let spread = fold(&squares, 0.0, |a, b| a + b) / width as f32;
            let inverse = 1.0 / (spread + epsilon).sqrt();
            for ((x, w), b) in row.iter_mut().zip(weight).zip(bias) {
                *x = *x * inverse * *w + *b;
            }
        }
    }
}

versions! {
    /// Rows of `values` as whole numbers of ± `REACH`; `out` has been sized.
    pub(super) fn whole(values: &[f32], out: &mut Whole) {
        let width = out.width.max(1);
        let rows = values.chunks_exact(width).zip(out.numbers.chunks_exact_mut(width));
        for ((row, numbers), step) in rows.zip(out.steps.iter_mut()) {
            let top = fold(row, 0.0, |a, b| larger(a.abs(), b.abs()));
            // A row of zeros stays zeros; one with an infinity has no meaning, and becomes zeros too.
            let inverse = if top > 0.0 && top < f32::MAX { REACH / top } else { 0.0 };
            *step = if inverse > 0.0 { top / REACH } else { 0.0 };
            for (number, x) in numbers.iter_mut().zip(row) {
                *number = rounded(*x * inverse);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::cpu::Cpu;

    #[test]
    fn exp_and_gelu_are_right_to_six_digits() {
        for i in -8700..=0 {
            let x = i as f32 / 100.0;
            let (got, exact) = (f64::from(exp(x)), f64::from(x).exp());
            assert!((got - exact).abs() <= exact * 4e-7 * f64::from(1.0 - x).max(1.0), "e^{x}: {got} for {exact}");
        }
        // Φ by the sum of its series in 64 bits.
        let phi = |x: f64| {
            let (mut term, mut sum, mut n) = (x, x, 1.0);
            while term.abs() > 1e-18 {
                term *= x * x / (2.0 * n + 1.0);
                sum += term;
                n += 1.0;
            }
            0.5 + sum * (-x * x / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt()
        };
        for i in -500..=500 {
            let x = i as f32 / 100.0;
            let exact = f64::from(x) * phi(f64::from(x));
            assert!((f64::from(gelu_of(x)) - exact).abs() < 1e-6, "gelu {x}: {} for {exact}", gelu_of(x));
        }
    }

    #[test]
    fn every_version_gives_the_same_bits() {
        // 203 values: no whole number of lanes. Odd, wide and tiny ones among them.
        let row: Vec<f32> =
            (0..203).map(|i| ((i * 7919 % 1000) as f32 - 500.0) * 0.013 * (1.0 + (i % 5) as f32)).collect();
        let weight = vec![1.25; 203];
        let run = |cpu: Cpu| {
            let (mut a, mut b, mut c) = (row.clone(), row.clone(), row.clone());
            gelu(cpu, &mut a);
            softmax(cpu, &mut b);
            norm(cpu, &mut c, &row, &weight, &row, 1e-12);
            let mut w = Whole::default();
            w.resize(1, 203);
            whole(cpu, &row, &mut w);
            let bits: Vec<u32> = [a, b, c].concat().iter().map(|x| x.to_bits()).collect();
            (bits, w.numbers, w.steps[0].to_bits())
        };
        let plain = run(Cpu::PLAIN);
        for cpu in Cpu::all() {
            assert_eq!(run(cpu), plain, "{cpu}");
        }
    }

    #[test]
    fn whole_numbers_keep_a_row_within_half_a_step() {
        let row = [0.5f32, -2.0, 1.999, 0.0, 0.001];
        let mut out = Whole::default();
        out.resize(2, 5);
        whole(Cpu::best(), &[row, [0.0; 5]].concat(), &mut out);
        assert_eq!((out.numbers[1], out.numbers[3]), (-1023, 0));
        for (number, x) in out.numbers.iter().zip(row) {
            assert!((f32::from(*number) * out.steps[0] - x).abs() <= out.steps[0] * 0.501);
        }
        assert_eq!((&out.numbers[5..], out.steps[1]), ([0; 5].as_slice(), 0.0));
    }
}
