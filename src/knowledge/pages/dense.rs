//! Meanings to passages: an embedding of each passage in 8 bits, searched in full. A hundred thousand take milliseconds.

/// Embeddings in the order of the passages.
#[derive(Debug, Clone, Default)]
pub struct Vectors {
    width: usize,
    values: Vec<i8>,
    /// What one step of each vector is worth.
    steps: Vec<f32>,
}

/// One embedding in 8 bits.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Packed {
    pub step: f32,
    pub values: Vec<i8>,
}

impl Packed {
    pub fn of(vector: &[f32]) -> Self {
        let most = vector.iter().fold(0.0f32, |m, x| m.max(x.abs()));
        let step = most / 127.0;
        let inverse = if step > 0.0 { 1.0 / step } else { 0.0 };
        Self { step, values: vector.iter().map(|x| (x * inverse).round() as i8).collect() }
    }
}

impl Vectors {
    pub fn new(width: usize) -> Self {
        Self { width, ..Self::default() }
    }

    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// Adds one at the end. A vector of another width is taken as one that is like nothing.
    pub fn push(&mut self, packed: &Packed) {
        if packed.values.len() == self.width {
            self.values.extend_from_slice(&packed.values);
            self.steps.push(packed.step);
        } else {
            self.values.resize(self.values.len() + self.width, 0);
            self.steps.push(0.0);
        }
    }

    /// The product of the question's embedding with each vector, in order.
    pub fn products(&self, question: &[f32]) -> Vec<f32> {
        if self.width == 0 || question.len() != self.width {
            return vec![0.0; self.len()];
        }
        let question = Packed::of(question);
        let wide: Vec<i16> = question.values.iter().map(|x| i16::from(*x)).collect();
        let mut sums = vec![0i32; self.len()];
        sum(&self.values, &wide, &mut sums);
        sums.iter().zip(&self.steps).map(|(sum, step)| *sum as f32 * step * question.step).collect()
    }
}

/// The product of each row with `wide`, in whole numbers: the same on every processor.
fn sum(rows: &[i8], wide: &[i16], sums: &mut [i32]) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has what the function was compiled for.
        return unsafe { sum_avx2(rows, wide, sums) };
    }
    sum_any(rows, wide, sums);
}

/// `sum_any`, compiled for AVX2, which is three times as fast.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn sum_avx2(rows: &[i8], wide: &[i16], sums: &mut [i32]) {
    sum_any(rows, wide, sums);
}

#[inline(always)]
fn sum_any(rows: &[i8], wide: &[i16], sums: &mut [i32]) {
    for (row, sum) in rows.chunks_exact(wide.len()).zip(sums) {
        // i16 products summed in i32: the compiler makes vector instructions of it.
        *sum = row.iter().zip(wide).map(|(a, b)| i32::from(i16::from(*a)) * i32::from(*b)).sum();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_bits_hold_the_order() {
        let mut vectors = Vectors::new(4);
        for v in [[1.0, 0.0, 0.0, 0.0], [0.6, 0.8, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]] {
            vectors.push(&Packed::of(&v));
        }
        vectors.push(&Packed::of(&[1.0]));
        let products = vectors.products(&[0.8, 0.6, 0.0, 0.0]);
        let wanted = [0.8, 0.96, 0.0, 0.0];
        assert!(products.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 0.01), "{products:?}");
        assert_eq!(vectors.products(&[1.0]), [0.0; 4]);
    }
}
