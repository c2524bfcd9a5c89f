//! One page: the words that a reader of the file sees, and what each part of them is.

use crate::contract::Language;
use std::ops::Range;

/// A policy page as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Path below the page folder, parted by `/`; the key of the page everywhere.
    pub doc: String,
    /// What the page calls itself; else its first heading; else its file name without the ending. Never empty.
    pub title: String,
    /// The language that most of the words are in.
    pub lang: Language,
    /// The visible text, from which quotes are cut verbatim. For Markdown and plain text it is the file's own text,
    /// decoded; hidden words of a Markdown file stand in it, but in no block.
    pub text: String,
    /// In the order of the text; they do not overlap. Words outside of all blocks are not for readers.
    pub blocks: Vec<Block>,
}

/// A heading, a paragraph, one item of a list, one row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Bytes of the page's text, at character boundaries, without white space at its ends; never empty. The mark of
    /// a heading or list item (`##`, `-`, `1.`) stands before it.
    pub span: Range<usize>,
    /// The headings above, outermost first; a heading's own words are not among them.
    pub heading: Vec<String>,
    pub kind: Kind,
}

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// From 1, the page's own title, to 6.
    Heading(u8),
    Paragraph,
    ListItem,
    /// Cells are parted by TAB, in Markdown as the file parts them.
    TableRow,
    Code,
    Quote,
}

impl Page {
    /// The words of a block.
    pub fn words(&self, block: &Block) -> &str {
        self.text.get(block.span.clone()).unwrap_or("")
    }
}
