//! Learning from further labelled messages: the upper layers and the heads of a reader, on the CPU.
//!
//! The layers below `from_layer` stay as they are and run once in whole numbers (`lower`); their states are kept in
//! memory, or in a file where they are many (`states`). The layers above and all heads are trained in 32-bit floats
//! (`upper`) by AdamW (`adam`), and written back in the reader's own layout (`write`). A run that is killed goes on from
//! its last checkpoint; what it learns depends on the examples, the settings and the seed alone.

mod adam;
mod base;
mod batch;
mod checkpoint;
mod error;
mod example;
mod lower;
mod plan;
mod proof;
mod q8;
mod run;
mod states;
#[cfg(test)]
mod tests;
mod upper;
mod write;

pub use error::Error;
pub use example::{Example, Pass, TokenTarget, WholeTarget};
pub use run::{Change, Material, Outcome, Progress, Settings, learn};
