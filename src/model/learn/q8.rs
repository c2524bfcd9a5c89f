//! Weights between 32-bit floats and the q8_0 blocks of a model folder.

use crate::model::matrix::{BLOCK, BLOCK_BYTES, half_float};
use candle_core::quantized::{GgmlDType, QTensor};
use candle_core::{Device, Result, Tensor};

/// Blocks as 32-bit floats.
pub(super) fn floats(blocks: &[u8]) -> Vec<f32> {
    let mut out = Vec::with_capacity(blocks.len() / BLOCK_BYTES * BLOCK);
    for block in blocks.chunks_exact(BLOCK_BYTES) {
        let step = half_float(block[0], block[1]);
        out.extend(block[2..].iter().map(|b| f32::from(*b as i8) * step));
    }
    out
}

/// The same layout as models/tools/prune.py writes; `values` are a multiple of 32.
pub(super) fn blocks(values: &[f32]) -> Result<Vec<u8>> {
    let tensor = Tensor::from_slice(values, values.len(), &Device::Cpu)?;
    Ok(QTensor::quantize(&tensor, GgmlDType::Q8_0)?.data()?.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::testing::{Random, q8_0};

    #[test]
    fn what_was_blocks_becomes_the_same_blocks_and_floats_lose_half_a_step() {
        let values = Random::new(3).floats(BLOCK * 40, 0.3);
        let written = blocks(&values).unwrap();
        assert_eq!(written.len(), values.len() / BLOCK * BLOCK_BYTES);
        for (row, read) in values.chunks(BLOCK).zip(floats(&written).chunks(BLOCK)) {
            let step = row.iter().fold(0.0f32, |t, x| t.max(x.abs())) / 127.0;
            // The step is itself rounded to 16 bits.
            assert!(row.iter().zip(read).all(|(x, y)| (x - y).abs() <= step * 0.57), "{row:?} {read:?}");
        }
        let coarse = floats(&q8_0(&values));
        let again = floats(&blocks(&coarse).unwrap());
        let far = coarse.iter().zip(&again).fold(0.0f32, |m, (x, y)| m.max((x - y).abs()));
        assert!(far < 0.002, "{far}");
        assert!(floats(&blocks(&[0.0; BLOCK]).unwrap()).iter().all(|x| *x == 0.0));
    }
}
