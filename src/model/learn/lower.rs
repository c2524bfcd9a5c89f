//! The frozen part: hidden states before the first layer that is trained, by the encoder as it ships.

use super::Example;
use super::base::Base;
use crate::model::{Pass, States, Table, Window};

/// States of a message's passes.
pub(super) enum Lower {
    /// The marks come only now: all passes begin alike.
    Shared(States),
    /// For each pass its own.
    Own(Vec<States>),
}

/// For each example its states, on the encoder's threads.
pub(super) fn states(base: &Base, examples: &[&Example]) -> Vec<Lower> {
    let width = base.encoder.width();
    let feature = base.encoder.head("head.feature.weight");
    let mark = base.encoder.head("head.mark.weight");
    let added: Vec<Vec<f32>> = examples.iter().map(|e| rows(feature, width, &e.features, bits)).collect();
    let windows: Vec<Window<'_>> =
        examples.iter().zip(&added).map(|(e, added)| Window { ids: &e.ids, added }).collect();
    let below = base.encoder.below(&windows, base.marks_at);
    if base.from == base.marks_at {
        return below.into_iter().map(Lower::Shared).collect();
    }
    let own = examples.iter().enumerate().flat_map(|(window, e)| e.passes.iter().map(move |pass| (window, pass)));
    let marked: Vec<(usize, Vec<f32>)> =
        own.map(|(window, pass)| (window, rows(mark, width, &pass.marks, number))).collect();
    let passes: Vec<Pass<'_>> = marked.iter().map(|(window, added)| Pass { window: *window, added }).collect();
    let mut between = base.encoder.between(&below, base.marks_at..base.from, &passes).into_iter();
    examples.iter().map(|e| Lower::Own(between.by_ref().take(e.passes.len()).collect())).collect()
}

/// Rows to add, with the marks at the ends; none where there is nothing to add.
fn rows<T: Copy>(table: Option<&Table>, width: usize, of: &[T], chosen: fn(T) -> u32) -> Vec<f32> {
    let Some(table) = table.filter(|_| of.iter().any(|x| chosen(*x) != 0)) else { return Vec::new() };
    let mut out = vec![0.0; (of.len() + 2) * width];
    for (x, out) in of.iter().zip(out.chunks_exact_mut(width).skip(1)) {
        let mut left = chosen(*x);
        while left != 0 {
            let row = left.trailing_zeros() as usize;
            left &= left - 1;
            if let Some(row) = table.values.chunks_exact(width).nth(row) {
                out.iter_mut().zip(row).for_each(|(x, y)| *x += y);
            }
        }
    }
    out
}

fn bits(bits: u32) -> u32 {
    bits
}

/// A mark as the bit of its row; 0 adds nothing.
fn number(mark: u8) -> u32 {
    if mark == 0 { 0 } else { 1u32.checked_shl(mark.into()).unwrap_or(0) }
}
