//! Attention of one sequence: every token looks at every token, head by head, in 32-bit floats.

use super::cpu::Cpu;
use super::cpu::versions;
use super::rows::softmax;

/// Tokens whose keys are met together.
const KEYS: usize = 32;

/// Room for one head of one sequence, kept between calls.
#[derive(Default)]
pub(super) struct Room {
    /// Keys by dimension, then token, filled up to a multiple of 32.
    keys: Vec<f32>,
    /// Values by token, then dimension.
    values: Vec<f32>,
    /// Two queries' scores.
    scores: Vec<f32>,
}

/// The widths of a head that there are loops for.
pub(super) const WIDTHS: [usize; 3] = [16, 32, 64];

/// `qkv` has rows of queries, keys and values, each `hidden` wide; `out` gets rows of `hidden`.
pub(super) fn attend(cpu: Cpu, qkv: &[f32], hidden: usize, heads: usize, room: &mut Room, out: &mut [f32]) {
    match hidden / heads.max(1) {
        16 => attend_with::<16>(cpu, qkv, hidden, room, out),
        64 => attend_with::<64>(cpu, qkv, hidden, room, out),
        _ => attend_with::<32>(cpu, qkv, hidden, room, out),
    }
}

fn attend_with<const D: usize>(cpu: Cpu, qkv: &[f32], hidden: usize, room: &mut Room, out: &mut [f32]) {
    let tokens = qkv.len() / (3 * hidden);
    let padded = tokens.next_multiple_of(KEYS);
    let scale = 1.0 / (D as f32).sqrt();
    room.keys.resize(D * padded, 0.0);
    room.values.resize(tokens * D, 0.0);
    room.scores.resize(2 * padded, 0.0);
    for head in 0..hidden / D {
        let at = head * D;
        for (t, row) in qkv.chunks_exact(3 * hidden).enumerate() {
            for (d, key) in row[hidden + at..][..D].iter().enumerate() {
                room.keys[d * padded + t] = *key * scale;
            }
            room.values[t * D..][..D].copy_from_slice(&row[2 * hidden + at..][..D]);
        }
        for t in (0..tokens).step_by(2) {
            // The last token of an odd number is reckoned twice.
            let pair = [t, (t + 1).min(tokens - 1)];
            let queries = pair.map(|t| {
                let mut q = [0.0f32; D];
                q.copy_from_slice(&qkv[t * 3 * hidden + at..][..D]);
                q
            });
            score(cpu, &queries, &room.keys, padded, &mut room.scores);
            let (first, second) = room.scores.split_at_mut(padded);
            softmax(cpu, &mut first[..tokens]);
            softmax(cpu, &mut second[..tokens]);
            let mut mixed = [[0.0f32; D]; 2];
            mix(cpu, &first[..tokens], &second[..tokens], &room.values, &mut mixed);
            for (t, mixed) in pair.into_iter().zip(&mixed) {
                out[t * hidden + at..][..D].copy_from_slice(mixed);
            }
        }
    }
}

// `versions!` makes no generic functions, so each width has its own.
macro_rules! widths {
    ($($width:literal $score:ident $mix:ident),*) => {
        fn score<const D: usize>(cpu: Cpu, queries: &[[f32; D]; 2], keys: &[f32], padded: usize, scores: &mut [f32]) {
            $(if D == $width {
                return $score(cpu, queries.as_flattened(), keys, padded, scores);
            })*
        }

        fn mix<const D: usize>(cpu: Cpu, first: &[f32], second: &[f32], values: &[f32], out: &mut [[f32; D]; 2]) {
            $(if D == $width {
                return $mix(cpu, first, second, values, out.as_flattened_mut());
            })*
        }

        $(
            versions! {
                /// Products of two queries with all keys.
                fn $score(queries: &[f32], keys: &[f32], padded: usize, scores: &mut [f32]) {
                    let (first, second) = scores.split_at_mut(padded);
                    let (q0, q1) = queries.split_at($width);
                    let blocks = first.chunks_exact_mut(KEYS).zip(second.chunks_exact_mut(KEYS));
                    for (block, (out0, out1)) in blocks.enumerate() {
                        let (mut a, mut b) = ([0.0f32; KEYS], [0.0f32; KEYS]);
                        for d in 0..$width {
                            let keys = &keys[d * padded + block * KEYS..][..KEYS];
                            let (x, y) = (q0[d], q1[d]);
                            for k in 0..KEYS {
                                a[k] += x * keys[k];
                                b[k] += y * keys[k];
                            }
                        }
                        out0.copy_from_slice(&a);
                        out1.copy_from_slice(&b);
                    }
                }
            }

            versions! {
                /// Values weighed by two queries' scores.
                fn $mix(first: &[f32], second: &[f32], values: &[f32], out: &mut [f32]) {
                    let (mut a, mut b) = ([0.0f32; $width], [0.0f32; $width]);
                    for ((row, x), y) in values.chunks_exact($width).zip(first).zip(second) {
                        for d in 0..$width {
                            a[d] += *x * row[d];
                            b[d] += *y * row[d];
                        }
                    }
                    let (out0, out1) = out.split_at_mut($width);
                    out0.copy_from_slice(&a);
                    out1.copy_from_slice(&b);
                }
            }
        )*
    };
}

widths!(16 score16 mix16, 32 score32 mix32, 64 score64 mix64);
