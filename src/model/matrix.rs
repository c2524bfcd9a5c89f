//! A linear layer in whole numbers: weights packed once at load, products exact on every processor.
//!
//! Weights come as q8_0 blocks and are held as 11-bit numbers with one step a row, which loses less than the 8 bits
//! did; activations likewise, one step a token (`rows::whole`). Sums of products are exact in 32 bits, so that any
//! tiling and any processor give the same result. Measured against candle's q8_0 matmul: see benches/encoder.rs.

use super::cpu::{Cpu, Level, versions};
use super::rows::{REACH, Whole, rounded};

/// Outputs that are reckoned together: one AVX-512 register of 32-bit sums, two of AVX2.
const OUTPUTS: usize = 16;
/// Values in a q8_0 block, and its bytes: a 16-bit step, then signed bytes.
pub(super) const BLOCK: usize = 32;
pub(super) const BLOCK_BYTES: usize = 2 + BLOCK;
/// More inputs could overflow the sums.
pub(super) const MOST_INPUTS: usize = 2048;

/// Two inputs' weights for each of 16 outputs, side by side: what one multiply-add of pairs takes.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Pairs([i16; 2 * OUTPUTS]);

/// y = W x + b.
pub(super) struct Matrix {
    inputs: usize,
    outputs: usize,
    /// Panels of 16 outputs, each `inputs / 2` long; the last is filled up with zeros.
    panels: Vec<Pairs>,
    /// For each output; filled up like the panels.
    steps: Vec<f32>,
    bias: Vec<f32>,
}

impl Matrix {
    /// Packs q8_0 rows; `rows` may come from several tensors, one after another. Each row has `inputs` values, a
    /// multiple of 32 and at most `MOST_INPUTS`; `bias` has one value a row.
    pub(super) fn pack(inputs: usize, rows: &[&[u8]], bias: Vec<f32>) -> Self {
        let row_bytes = inputs / BLOCK * BLOCK_BYTES;
        let rows: Vec<&[u8]> = rows.iter().flat_map(|r| r.chunks_exact(row_bytes.max(1))).collect();
        let outputs = rows.len();
        let padded = outputs.next_multiple_of(OUTPUTS);
        let half = inputs / 2;
        let mut panels = vec![Pairs([0; 2 * OUTPUTS]); padded / OUTPUTS * half];
        let mut steps = vec![0.0; padded];
        let mut numbers = vec![0; inputs];
        for (n, row) in rows.iter().enumerate() {
            unpack(Cpu::best(), row, &mut numbers, &mut steps[n]);
            let panel = &mut panels[n / OUTPUTS * half..][..half];
            let at = n % OUTPUTS * 2;
            for (pairs, two) in panel.iter_mut().zip(numbers.chunks_exact(2)) {
                pairs.0[at..at + 2].copy_from_slice(two);
            }
        }
        let mut bias = bias;
        bias.resize(padded, 0.0);
        Self { inputs, outputs, panels, steps, bias }
    }

    pub(super) fn outputs(&self) -> usize {
        self.outputs
    }

    /// W x + b for each row of `x`, into `out` (rows of `outputs`, written whole).
    ///
    /// # Panics
    /// When the widths do not fit; they were checked when the weights were read.
    pub(super) fn multiply(&self, cpu: Cpu, x: &Whole, out: &mut [f32]) {
        assert!(x.width == self.inputs && x.numbers.len() == x.count() * x.width, "a row does not fit the matrix");
        assert!(out.len() == x.count() * self.outputs, "the result does not fit the matrix");
        let most = match cpu.level() {
            Level::Avx512 => 12,
            _ => 6,
        };
        for (p, panel) in self.panels.chunks_exact((self.inputs / 2).max(1)).enumerate() {
            let first = p * OUTPUTS;
            let columns = OUTPUTS.min(self.outputs - first);
            let ends = Ends { steps: lane(&self.steps, first), bias: lane(&self.bias, first), columns };
            let mut row = 0;
            while row < x.count() {
                let tile = most.min(x.count() - row);
                let numbers = &x.numbers[row * x.width..(row + tile) * x.width];
                let rows = &mut out[row * self.outputs..(row + tile) * self.outputs];
                let rows = Rows { numbers, steps: &x.steps[row..row + tile], out: rows, width: self.outputs, first };
                match cpu.level() {
                    // SAFETY: a `Cpu` names only instructions that were found on this processor.
                    #[cfg(target_arch = "x86_64")]
                    Level::Avx512 => unsafe { x86::avx512(panel, rows, ends) },
                    #[cfg(target_arch = "x86_64")]
                    // SAFETY: as above.
                    Level::Avx2 => unsafe { x86::avx2(panel, rows, ends) },
                    _ => plain(panel, rows, ends),
                }
                row += tile;
            }
        }
    }
}

versions! {
    /// A row of q8_0 blocks as whole numbers of one step.
    fn unpack(row: &[u8], numbers: &mut [i16], step: &mut f32) {
        let mut top = 0.0f32;
        for block in row.chunks_exact(BLOCK_BYTES) {
            let most = block[2..].iter().fold(0, |most: u8, b| most.max((*b as i8).unsigned_abs()));
            top = top.max(half_float(block[0], block[1]).abs() * f32::from(most));
        }
        // Infinities in a file that was made wrongly count as nothing, like zeros.
        let usable = top > 0.0 && top.is_finite();
        *step = if usable { top / REACH } else { 0.0 };
        for (block, numbers) in row.chunks_exact(BLOCK_BYTES).zip(numbers.chunks_exact_mut(BLOCK)) {
            let scale = if usable { half_float(block[0], block[1]) * (REACH / top) } else { 0.0 };
            for (number, byte) in numbers.iter_mut().zip(&block[2..]) {
                *number = rounded(f32::from(*byte as i8) * scale);
            }
        }
    }
}

fn lane(values: &[f32], first: usize) -> [f32; OUTPUTS] {
    let mut out = [0.0; OUTPUTS];
    out.copy_from_slice(&values[first..first + OUTPUTS]);
    out
}

/// A few rows of whole numbers and where their results go: columns from `first` of rows `width` wide.
struct Rows<'a> {
    numbers: &'a [i16],
    steps: &'a [f32],
    out: &'a mut [f32],
    width: usize,
    first: usize,
}

/// How the sums of a panel become results.
#[derive(Clone, Copy)]
struct Ends {
    steps: [f32; OUTPUTS],
    bias: [f32; OUTPUTS],
    /// Fewer than 16 in the last panel.
    columns: usize,
}

impl Rows<'_> {
    /// Writes the results of row `m`.
    #[inline(always)]
    fn put(&mut self, m: usize, sums: &[i32; OUTPUTS], ends: &Ends) {
        let step = self.steps[m];
        let mut values = [0.0f32; OUTPUTS];
        for n in 0..OUTPUTS {
            values[n] = sums[n] as f32 * (step * ends.steps[n]) + ends.bias[n];
        }
        let out = &mut self.out[m * self.width + self.first..][..ends.columns];
        match <&mut [f32; OUTPUTS]>::try_from(&mut *out) {
            Ok(full) => *full = values,
            Err(_) => out.copy_from_slice(&values[..ends.columns]),
        }
    }
}

fn plain(panel: &[Pairs], mut rows: Rows<'_>, ends: Ends) {
    for m in 0..rows.steps.len() {
        let row = &rows.numbers[m * panel.len() * 2..][..panel.len() * 2];
        let mut sums = [0i32; OUTPUTS];
        for (pairs, x) in panel.iter().zip(row.chunks_exact(2)) {
            let (a, b) = (i32::from(x[0]), i32::from(x[1]));
            for (sum, w) in sums.iter_mut().zip(pairs.0.chunks_exact(2)) {
                *sum += a * i32::from(w[0]) + b * i32::from(w[1]);
            }
        }
        rows.put(m, &sums, &ends);
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    //! The same products with vector instructions: some rows of numbers against one panel at a time.

    use super::{Ends, OUTPUTS, Pairs, Rows};
    use std::arch::x86_64::*;

    /// Up to 6 rows: 12 registers of sums, 2 of weights, 1 of numbers.
    #[target_feature(enable = "avx2")]
    pub(super) fn avx2(panel: &[Pairs], rows: Rows<'_>, ends: Ends) {
        match rows.steps.len() {
            1 => avx2_rows::<1>(panel, rows, ends),
            2 => avx2_rows::<2>(panel, rows, ends),
            3 => avx2_rows::<3>(panel, rows, ends),
            4 => avx2_rows::<4>(panel, rows, ends),
            5 => avx2_rows::<5>(panel, rows, ends),
            _ => avx2_rows::<6>(panel, rows, ends),
        }
    }

    #[target_feature(enable = "avx2")]
    fn avx2_rows<const M: usize>(panel: &[Pairs], mut rows: Rows<'_>, ends: Ends) {
        let half = panel.len();
        assert!(rows.steps.len() == M && rows.numbers.len() == M * half * 2);
        let numbers = rows.numbers.as_ptr().cast::<i32>();
        let mut sums = [[_mm256_setzero_si256(); 2]; M];
        for (k, pairs) in panel.iter().enumerate() {
            let weights = pairs.0.as_ptr().cast::<__m256i>();
            // SAFETY: `Pairs` is 64 bytes long and aligned to 64.
            let (left, right) = unsafe { (_mm256_load_si256(weights), _mm256_load_si256(weights.add(1))) };
            for (m, sum) in sums.iter_mut().enumerate() {
                // SAFETY: k < half and m < M, and there are M × half pairs of numbers (asserted above).
                let pair = _mm256_set1_epi32(unsafe { numbers.add(m * half + k).read_unaligned() });
                sum[0] = _mm256_add_epi32(sum[0], _mm256_madd_epi16(pair, left));
                sum[1] = _mm256_add_epi32(sum[1], _mm256_madd_epi16(pair, right));
            }
        }
        for (m, sum) in sums.iter().enumerate() {
            let mut whole = [0i32; OUTPUTS];
            let to = whole.as_mut_ptr().cast::<__m256i>();
            // SAFETY: `whole` is 64 bytes long.
            unsafe {
                _mm256_storeu_si256(to, sum[0]);
                _mm256_storeu_si256(to.add(1), sum[1]);
            }
            rows.put(m, &whole, &ends);
        }
    }

    /// Up to 12 rows: 12 registers of sums, 1 of weights; the numbers come straight from memory.
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")]
    pub(super) fn avx512(panel: &[Pairs], rows: Rows<'_>, ends: Ends) {
        match rows.steps.len() {
            1 => avx512_rows::<1>(panel, rows, ends),
            2 => avx512_rows::<2>(panel, rows, ends),
            3 => avx512_rows::<3>(panel, rows, ends),
            4 => avx512_rows::<4>(panel, rows, ends),
            5 => avx512_rows::<5>(panel, rows, ends),
            6 => avx512_rows::<6>(panel, rows, ends),
            7 => avx512_rows::<7>(panel, rows, ends),
            8 => avx512_rows::<8>(panel, rows, ends),
            9 => avx512_rows::<9>(panel, rows, ends),
            10 => avx512_rows::<10>(panel, rows, ends),
            11 => avx512_rows::<11>(panel, rows, ends),
            _ => avx512_rows::<12>(panel, rows, ends),
        }
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")]
    fn avx512_rows<const M: usize>(panel: &[Pairs], mut rows: Rows<'_>, ends: Ends) {
        let half = panel.len();
        assert!(rows.steps.len() == M && rows.numbers.len() == M * half * 2);
        let numbers = rows.numbers.as_ptr().cast::<i32>();
        let mut sums = [_mm512_setzero_si512(); M];
        for (k, pairs) in panel.iter().enumerate() {
            // SAFETY: `Pairs` is 64 bytes long and aligned to 64.
            let weights = unsafe { _mm512_load_si512(pairs.0.as_ptr().cast()) };
            for (m, sum) in sums.iter_mut().enumerate() {
                // SAFETY: k < half and m < M, and there are M × half pairs of numbers (asserted above).
                let pair = _mm512_set1_epi32(unsafe { numbers.add(m * half + k).read_unaligned() });
                *sum = _mm512_dpwssd_epi32(*sum, pair, weights);
            }
        }
        for (m, sum) in sums.iter().enumerate() {
            let mut whole = [0i32; OUTPUTS];
            // SAFETY: `whole` is 64 bytes long.
            unsafe { _mm512_storeu_si512(whole.as_mut_ptr().cast(), *sum) };
            rows.put(m, &whole, &ends);
        }
    }
}

/// A 16-bit float, little-endian.
#[inline(always)]
pub(super) fn half_float(low: u8, high: u8) -> f32 {
    let bits = u32::from(u16::from_le_bytes([low, high]));
    let sign = (bits & 0x8000) << 16;
    let (exponent, fraction) = ((bits >> 10) & 0x1F, bits & 0x3FF);
    let value = match exponent {
        0 => fraction as f32 / 16_777_216.0,
        31 => f32::INFINITY,
        _ => f32::from_bits(((exponent + 112) << 23) | (fraction << 13)),
    };
    f32::from_bits(value.to_bits() | sign)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::rows::whole;
    use crate::model::testing::{Random, q8_0};

    #[test]
    fn half_floats_are_read_as_ieee_says() {
        for (bytes, value) in
            [([0x00, 0x3C], 1.0), ([0x00, 0xC0], -2.0), ([0xFF, 0x7B], 65504.0), ([0x01, 0x00], 5.960_464_5e-8)]
        {
            assert_eq!(half_float(bytes[0], bytes[1]), value);
        }
    }

    #[test]
    fn products_are_exact_alike_on_every_processor_and_near_the_floats() {
        let mut random = Random::new(7);
        // 23 rows and 37 outputs: no whole number of tiles or panels.
        let (rows, inputs, outputs) = (23, 96, 37);
        let weights: Vec<f32> = random.floats(outputs * inputs, 0.1);
        let bias = random.floats(outputs, 0.5);
        let x = random.floats(rows * inputs, 2.0);
        let matrix = Matrix::pack(inputs, &[&q8_0(&weights)], bias.clone());
        assert_eq!(matrix.outputs(), outputs);
        let run = |cpu: Cpu| {
            let mut numbers = Whole::default();
            numbers.resize(rows, inputs);
            whole(cpu, &x, &mut numbers);
            let mut out = vec![f32::NAN; rows * outputs];
            matrix.multiply(cpu, &numbers, &mut out);
            out
        };
        let plain = run(Cpu::PLAIN);
        for cpu in Cpu::all() {
            assert_eq!(run(cpu), plain, "{cpu}");
        }
        for m in 0..rows {
            for n in 0..outputs {
                let pairs = x[m * inputs..][..inputs].iter().zip(&weights[n * inputs..][..inputs]);
                let exact = pairs.map(|(a, b)| a * b).sum::<f32>() + bias[n];
                assert!((plain[m * outputs + n] - exact).abs() < 0.03, "{} for {exact}", plain[m * outputs + n]);
            }
        }
    }

    #[test]
    fn the_largest_numbers_do_not_overflow() {
        let matrix = Matrix::pack(MOST_INPUTS, &[&q8_0(&vec![-1.0; MOST_INPUTS])], vec![0.0]);
        for cpu in Cpu::all() {
            let mut numbers = Whole::default();
            numbers.resize(1, MOST_INPUTS);
            whole(cpu, &vec![1.0; MOST_INPUTS], &mut numbers);
            let mut out = [0.0];
            matrix.multiply(cpu, &numbers, &mut out);
            assert!((out[0] + 2048.0).abs() < 2.0, "{cpu}: {}", out[0]);
        }
    }
}
