//! The local model: a small bilingual encoder, run on the CPU from a folder of `models/`.
//!
//! Nothing is fetched at run time. A folder is written by models/tools/prune.py and opened with `Encoder::open`. Linear
//! layers run in whole numbers with the widest instructions of the processor (`matrix`), the rest in 32-bit floats whose
//! order of sums is fixed, so that a text's result is the same bits on every machine, in any batch and on any thread.

mod attention;
mod cpu;
mod encoder;
mod error;
mod forward;
pub mod learn;
mod manifest;
mod matrix;
mod rows;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod tokens;
mod weights;

pub use encoder::{Encoder, Pass, States, Window};
pub use error::Error;
pub use manifest::{Base, Manifest, Pair, Pool, ReaderShape, Shape};
pub use tokens::{Grain, Token};
pub use weights::Table;
