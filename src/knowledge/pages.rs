//! The policy pages: files in several formats become [`Page`]s, which the index cuts into passages and answers quote.

pub mod read;

pub use read::{Block, Kind, Page};
