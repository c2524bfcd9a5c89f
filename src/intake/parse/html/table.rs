//! Where lines are written: the page itself, or a cell of a table that becomes part of a row.

use crate::intake::shape::{Line, Shape};

/// Quotation marks before a line.
const QUOTES: usize = 8;
/// A data table's cell has at most so many lines and characters; a longer one lays out a page.
const CELL_LINES: usize = 6;
const CELL_CHARS: usize = 400;
/// Bytes that spanning cells may repeat on one page: without a bound, a small page makes a huge text.
const REPEATED: usize = 256 << 10;

/// Where lines are written: the page, or a table's cell.
#[derive(Debug, Default)]
pub struct Frame {
    pub lines: String,
    pub line: String,
    /// White space that is written once a word follows.
    pub space: bool,
    /// An empty line that is written once a line follows.
    pub gap: bool,
    pub quotes: usize,
    pub has_table: bool,
    /// Whether quotations bear no mark.
    pub unmarked: bool,
    /// What the line is that is being written.
    pub now: Line,
    /// One for each line of `lines`.
    pub shapes: Vec<Line>,
}

/// A table while its rows go by.
#[derive(Debug, Default)]
pub struct Table {
    pub cells: Vec<CellText>,
    /// Cells of rows above that reach into the next ones: column, rows left, text.
    pub spans: Vec<(usize, u32, String)>,
}

/// A cell that is closed.
#[derive(Debug)]
pub struct CellText {
    pub text: String,
    /// One for each line of the text.
    pub shapes: Vec<Line>,
    pub layout: bool,
    pub rows: u32,
}

impl Frame {
    /// The frame of a cell inside this one.
    pub fn cell(&self) -> Self {
        Self { unmarked: self.unmarked, ..Self::default() }
    }

    /// The lines without empty ones at the ends, and what they are.
    pub fn finish(self) -> (String, Vec<Line>) {
        let text = self.lines.trim_start_matches('\n');
        let before = self.lines.len() - text.len();
        let text = text.trim_end_matches('\n').to_owned();
        let shapes = self.shapes.get(before..).unwrap_or(&[]);
        let shapes = shapes.get(..text.lines().count().min(shapes.len())).unwrap_or(shapes).to_vec();
        (text, shapes)
    }

    pub fn put(&mut self, line: &str) {
        let quotes = self.quotes.min(QUOTES);
        let keep = if line == "-- " { line } else { line.trim_end() };
        if std::mem::take(&mut self.gap) && !keep.is_empty() && !self.lines.ends_with("\n\n") {
            self.write(quotes, "", Line::default());
        }
        let shape = std::mem::take(&mut self.now);
        self.write(quotes, keep, shape);
    }

    fn write(&mut self, quotes: usize, line: &str, mut shape: Line) {
        if quotes > 0 && shape.shape == Shape::Paragraph {
            shape.shape = Shape::Quote;
        }
        self.shapes.push(shape);
        let quotes = if self.unmarked { 0 } else { quotes };
        for i in 0..quotes {
            self.lines.push('>');
            if i + 1 < quotes || !line.is_empty() {
                self.lines.push(' ');
            }
        }
        self.lines.push_str(line);
        self.lines.push('\n');
    }
}

impl Table {
    /// A data row as one line; `None` where the cells only lay out a page. `repeated` counts what spanning cells repeat.
    pub fn row(&mut self, cells: &[CellText], repeated: &mut usize) -> Option<String> {
        let full = cells.iter().filter(|c| !c.text.trim().is_empty()).count();
        let layout = cells
            .iter()
            .any(|c| c.layout || c.text.lines().count() > CELL_LINES || c.text.chars().nth(CELL_CHARS).is_some());
        if full < 2 || layout {
            return None;
        }
        let texts: Vec<String> = cells
            .iter()
            .map(|c| {
                c.text
                    .lines()
                    .map(str::trim)
                    .filter(|l| !l.is_empty())
                    .collect::<Vec<_>>()
                    .join("; ")
                    .replace('\t', " ")
            })
            .collect();
        for (column, (cell, text)) in cells.iter().zip(&texts).enumerate() {
            if cell.rows > 1 && *repeated < REPEATED {
                *repeated += text.len();
                self.spans.push((column, cell.rows - 1, text.clone()));
            }
        }
        self.spans.sort_by_key(|s| s.0);
        Some(texts.join("\t").trim_end_matches(['\t', ' ']).to_owned())
    }

    /// Puts in the cells that reach down from rows above, as far as the row has come.
    pub fn fill_spans(&mut self) {
        while let Some(at) = self.spans.iter().position(|s| s.0 == self.cells.len()) {
            let Some(span) = self.spans.get_mut(at) else { break };
            let (rows, text) = (span.1, span.2.clone());
            self.spans.remove(at);
            self.cells.push(CellText { text, shapes: Vec::new(), layout: false, rows });
        }
    }
}
