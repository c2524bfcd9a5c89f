//! The policy pages: files in several formats become [`Page`]s, which the index cuts into passages and answers quote.

pub mod answer;
pub mod answers;
pub mod cache;
mod dense;
pub mod index;
mod lexical;
pub mod passages;
pub mod read;
pub mod retriever;
mod words;

pub use answer::{Answer, Source, Way};
pub use answers::Answers;
pub use cache::Cache;
pub use dense::Packed;
pub use index::Index;
pub use read::{Block, Kind, Page};
pub use retriever::Retriever;
