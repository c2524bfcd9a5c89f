//! How a text is laid out: form lines, tables, list items; found once, for every proposer.

use crate::message::Span;
pub use key::Key;

mod form;
pub mod key;
mod list;
mod table;

/// The structure of one text.
#[derive(Debug, Default)]
pub struct Layout {
    /// In the order of the text; the cells of tables are not among them.
    pub fields: Vec<Field>,
    pub tables: Vec<Table>,
    /// Lines with a bullet or a number, in the order of the text.
    pub items: Vec<Item>,
    /// For each line: whether it is part of a table, is a form line, is an item.
    pub kinds: Vec<LineKind>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    Prose,
    /// Holds at least one field with a known key.
    Form,
    /// The number of the table.
    Table(usize),
    /// The number of the item.
    Item(usize),
}

/// `key: value`.
#[derive(Debug, Clone)]
pub struct Field {
    /// None: what stands before the colon is no key that we know.
    pub key: Option<Key>,
    pub label: Span,
    /// Empty where nothing was filled in.
    pub value: Span,
    /// The number of the line on which the key stands.
    pub line: usize,
}

#[derive(Debug)]
pub struct Table {
    /// What each column means.
    pub heads: Vec<Option<Key>>,
    pub header_line: usize,
    pub rows: Vec<Row>,
}

#[derive(Debug)]
pub struct Row {
    pub line: usize,
    /// One for each head, trimmed; empty spans where a cell is empty or missing.
    pub cells: Vec<Span>,
}

/// A line that opens with a bullet or a number.
#[derive(Debug, Clone)]
pub struct Item {
    pub line: usize,
    /// The words after the mark.
    pub body: Span,
    /// White space before the mark, in characters.
    pub indent: usize,
    pub numbered: bool,
}

impl Layout {
    /// `chars`: as written; `folded`: equally many; `lines`: trimmed and not empty.
    pub fn of(chars: &[char], folded: &[char], lines: &[Span]) -> Self {
        let mut kinds = vec![LineKind::Prose; lines.len()];
        let tables = table::find(chars, folded, lines, &mut kinds);
        let items = list::find(chars, folded, lines, &mut kinds);
        let fields = form::find(chars, folded, lines, &mut kinds, &items);
        Self { fields, tables, items, kinds }
    }
}

/// The part of a slice that a span covers.
pub(crate) fn part(chars: &[char], span: Span) -> &[char] {
    chars.get(span.start..span.end.min(chars.len())).unwrap_or_default()
}

/// A span without white space, quotes and stray separators at its ends.
pub(crate) fn tidy(chars: &[char], mut span: Span) -> Span {
    let stray = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                ',' | '，'
                    | ';'
                    | '；'
                    | '、'
                    | '|'
                    | '｜'
                    | '"'
                    | '“'
                    | '”'
                    | '\''
                    | '*'
                    | '_'
                    | '`'
                    | '。'
                    | ':'
                    | '：'
                    | '!'
                    | '！'
                    | '│'
                    | '='
                    | '\u{200b}'
                    | '\u{feff}'
            )
    };
    while span.start < span.end && chars.get(span.start).is_none_or(|c| stray(*c)) {
        span.start += 1;
    }
    while span.end > span.start && chars.get(span.end - 1).is_none_or(|c| stray(*c)) {
        span.end -= 1;
    }
    span
}
