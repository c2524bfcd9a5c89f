//! Where the page's lines begin and end, and what each of them is.

use super::super::style;
use super::super::table::CellText;
use super::{Effect, List, Page, TITLE};
use crate::intake::shape::{Line, Shape};
use html5ever::tokenizer::Tag;

impl Page {
    pub fn text(&mut self, text: &str) {
        if self.in_title && self.title.len() < TITLE {
            self.title.push_str(text);
        }
        if self.hidden > 0 || self.faint() {
            return;
        }
        if let Some(mark) = self.collecting.as_mut() {
            if mark.len() < 40 {
                mark.push_str(text);
            }
            return;
        }
        if self.preformatted > 0 {
            for (i, part) in text.split('\n').enumerate() {
                if i > 0 {
                    self.line_break();
                }
                self.word(part.trim_end_matches('\r'));
            }
            return;
        }
        for (i, word) in text.split([' ', '\n', '\t', '\r', '\u{0C}']).enumerate() {
            if i > 0
                && let Some(frame) = self.frames.last_mut()
            {
                frame.space = !frame.line.is_empty();
            }
            self.word(word);
        }
    }

    fn word(&mut self, word: &str) {
        if word.is_empty() {
            return;
        }
        let mark = self.mark.take();
        let Some(frame) = self.frames.last_mut() else { return };
        if let Some(mark) = mark {
            frame.line.push_str(&mark);
            frame.space = false;
            frame.now.shape = Shape::Item(frame.line.len());
        }
        if std::mem::take(&mut frame.space) {
            frame.line.push(' ');
        }
        frame.line.extend(word.chars().map(|c| if c == '\u{A0}' { ' ' } else { c }));
    }

    pub(super) fn end_row(&mut self) {
        let Some(table) = self.tables.last_mut() else { return };
        if table.cells.is_empty() {
            return;
        }
        table.fill_spans();
        let cells = std::mem::take(&mut table.cells);
        let lines: Vec<(String, Line)> = match table.row(&cells, &mut self.repeated) {
            Some(row) => vec![(row, Line { shape: Shape::Row, joined: false })],
            None => {
                let shaped = |c: &CellText, i: usize| c.shapes.get(i).copied().unwrap_or_default();
                let of = |c: &CellText| {
                    c.text.lines().enumerate().map(|(i, l)| (l.to_owned(), shaped(c, i))).collect::<Vec<_>>()
                };
                cells.iter().flat_map(of).collect()
            }
        };
        for (line, shape) in lines {
            if let Some(frame) = self.frames.last_mut() {
                frame.now = shape;
            }
            self.put_line(&line);
        }
    }

    pub(super) fn item(&mut self, tag: &Tag) {
        let indent = "  ".repeat(self.lists.len().saturating_sub(1).min(8));
        let start = self.open.iter().rev().find(|o| o.effect == Effect::List).is_some();
        self.mark = Some(match self.lists.last_mut() {
            Some(List::Numbers(last)) if start => {
                *last = style::attribute(tag, "value")
                    .and_then(|v| v.trim().parse().ok())
                    .unwrap_or(last.saturating_add(1));
                format!("{indent}{last}. ")
            }
            _ => format!("{indent}- "),
        });
    }

    /// Ends the line, if one is begun.
    pub(super) fn block(&mut self) {
        let shape = self.shape();
        self.end_block(shape);
    }

    /// The same, for the last line of an element that is closed already.
    pub(super) fn block_of(&mut self, effect: &Effect) {
        let shape = if let Effect::Heading(level) = effect { Some(Shape::Heading(*level)) } else { self.shape() };
        self.end_block(shape);
    }

    fn end_block(&mut self, shape: Option<Shape>) {
        let Some(frame) = self.frames.last_mut() else { return };
        frame.space = false;
        if !frame.line.is_empty() {
            let line = std::mem::take(&mut frame.line);
            frame.now.shape = shape.unwrap_or(frame.now.shape);
            frame.put(&line);
        }
        frame.now = Line::default();
    }

    /// What the open elements make of a line; None: a paragraph, or what its mark makes of it.
    fn shape(&self) -> Option<Shape> {
        self.strict.as_ref()?;
        let inner = self.open.iter().rev().take_while(|o| !matches!(o.effect, Effect::Cell { .. }));
        inner.into_iter().find_map(|o| match o.effect {
            Effect::Heading(level) => Some(Shape::Heading(level)),
            Effect::Code => Some(Shape::Code),
            _ => None,
        })
    }

    /// Ends the line, and leaves an empty one before the next.
    pub(super) fn paragraph(&mut self) {
        self.block();
        if self.mark.is_none()
            && let Some(frame) = self.frames.last_mut()
        {
            frame.gap = !frame.lines.is_empty();
        }
    }

    pub(super) fn line_break(&mut self) {
        let shape = self.shape();
        let Some(frame) = self.frames.last_mut() else { return };
        frame.space = false;
        let line = std::mem::take(&mut frame.line);
        frame.now.shape = shape.unwrap_or(frame.now.shape);
        frame.put(&line);
        frame.now.joined = !line.is_empty() || shape == Some(Shape::Code);
    }

    pub(super) fn put_line(&mut self, line: &str) {
        if let Some(frame) = self.frames.last_mut() {
            frame.put(line);
        }
    }
}
