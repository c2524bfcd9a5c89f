//! Linking: from the words of a message to what the organisation's folder knows.
//!
//! # Design
//! A mention is cut into units (`units`), and the longest known forms among them become concepts (`lexicon`,
//! `phrase`): 'second 27-inch screen' and '副屏' are one concept. Items are indexed by the concepts of their names
//! (`index`); what shares the mention's head is compared (`score`), and a logistic model fitted on labelled phrases
//! says how sure the link is. Below `Weights::least` nothing is linked: a wrong link costs more than none.
//!
//! People are found by the parts of their names (`names`, `directory`); what is said beside a name (`beside`) may tell
//! namesakes apart, and where it does not, nobody is chosen.

pub mod beside;
pub mod directory;
pub mod index;
pub mod lexicon;
pub mod names;
pub mod phrase;
pub mod score;
pub mod spelling;
pub mod units;

/// How an item was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// The words are one of its names.
    Exact,
    /// The words mean one of its names.
    Likeness,
    /// The words name what such a person usually gets.
    Role,
}
