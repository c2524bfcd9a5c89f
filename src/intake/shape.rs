//! What a line of a document is: heading, paragraph, list item, table row.

/// What a line is; told by the file's markup, never guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shape {
    /// Level, from 1 to 6.
    Heading(u8),
    #[default]
    Paragraph,
    /// Bytes of the mark (`- `, `3. `) that stands before the item's words.
    Item(usize),
    /// Cells parted by TAB.
    Row,
    Code,
    Quote,
}

/// One line of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Line {
    pub shape: Shape,
    /// It goes on with the line above: only a line break stands between.
    pub joined: bool,
}

/// A text whose lines say what they are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shaped {
    /// What the document calls itself; empty where it does not.
    pub title: String,
    pub text: String,
    /// One for each line of the text.
    pub lines: Vec<Line>,
}
