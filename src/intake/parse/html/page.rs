//! The page that is written while its tags go by.

use html5ever::{LocalName, tokenizer::Tag};

use super::colour::{Colour, Paint};
use super::sheet::Sheet;
use super::table::{CellText, Frame, Table};
use super::{RULE, Read, style};
use crate::intake::shape::{Line, Shaped};
use elements::is_block;

mod elements;
mod lines;

pub use elements::is_void;

/// Open elements that are remembered; deeper ones are read as if they were not there.
const OPEN: usize = 256;
/// Tables in tables that keep their rows.
const TABLES: usize = 12;
/// Columns of a row, and rows that one cell spans.
const COLUMNS: usize = 200;
const ROWSPAN: u32 = 200;
/// Bytes of a page's title.
const TITLE: usize = 400;

/// What happens while an element is open, and is undone when it closes.
#[derive(Debug, PartialEq)]
enum Effect {
    Hidden,
    Quote,
    Preformatted,
    List,
    ListMark,
    Table,
    Row,
    Cell {
        rows: u32,
    },
    Heading(u8),
    Code,
    /// Only its colours count.
    Painted,
    Nothing,
}

#[derive(Debug)]
struct Open {
    name: LocalName,
    effect: Effect,
    /// Elements of the same name and no effect that opened inside.
    inner: u32,
    paint: Paint,
}

#[derive(Debug)]
enum List {
    Bullets,
    Numbers(u32),
}

#[derive(Debug)]
pub struct Page {
    frames: Vec<Frame>,
    tables: Vec<Table>,
    lists: Vec<List>,
    open: Vec<Open>,
    /// Open elements that hide, and that keep white space.
    hidden: usize,
    preformatted: usize,
    /// A list's mark for the next word.
    mark: Option<String>,
    /// The words of Outlook's list mark, while it is open.
    collecting: Option<String>,
    repeated: usize,
    struck: bool,
    /// For pages of a handbook; None for mails.
    strict: Option<Sheet>,
    title: String,
    in_title: bool,
}

impl Default for Page {
    fn default() -> Self {
        Self {
            frames: vec![Frame::default()],
            tables: Vec::new(),
            lists: Vec::new(),
            open: Vec::new(),
            hidden: 0,
            preformatted: 0,
            mark: None,
            collecting: None,
            repeated: 0,
            struck: false,
            strict: None,
            title: String::new(),
            in_title: false,
        }
    }
}

impl Page {
    /// A page on which only what a reader sees is read.
    pub fn strict(sheet: Sheet) -> Self {
        let frame = Frame { unmarked: true, ..Frame::default() };
        Self { frames: vec![frame], strict: Some(sheet), ..Self::default() }
    }

    pub fn finish(self) -> Read {
        let struck = self.struck;
        Read { text: self.close_all().0, struck }
    }

    pub fn finish_shaped(mut self) -> Shaped {
        let title = std::mem::take(&mut self.title).split_whitespace().collect::<Vec<_>>().join(" ");
        let (text, lines) = self.close_all();
        Shaped { title, text, lines }
    }

    fn close_all(mut self) -> (String, Vec<Line>) {
        while !self.open.is_empty() {
            self.pop();
        }
        self.block();
        self.frames.pop().unwrap_or_default().finish()
    }

    /// Whether what is written now has the colour of its ground. Mails keep such words, to be flagged.
    fn faint(&self) -> bool {
        if self.strict.is_none() {
            return false;
        }
        let ink = self.open.iter().rev().find_map(|o| o.paint.ink);
        let ground = self.open.iter().rev().find_map(|o| o.paint.ground);
        ink.is_some_and(|ink| ink.vanishes_on(ground.unwrap_or(Colour::WHITE)))
    }

    pub fn open(&mut self, tag: &Tag) {
        let (shown, paint) = match &self.strict {
            None => (style::shown(tag), Paint::default()),
            Some(sheet) => sheet.shown(tag),
        };
        let name = &*tag.name;
        let strict = self.strict.is_some();
        if strict && name == "title" && self.hidden == 0 && self.title.is_empty() {
            self.in_title = true;
        }
        if self.hidden > 0 && !self.ends_hidden(name) {
            if !is_void(name) && !tag.self_closing {
                self.push(tag.name.clone(), Effect::Nothing);
            }
            return;
        }
        let mut effect = Effect::Nothing;
        match name {
            "br" => {
                self.line_break();
                return;
            }
            "hr" => {
                self.block();
                if !strict {
                    self.put_line(RULE);
                }
                return;
            }
            _ if is_void(name) => return,
            "script" | "style" | "title" | "template" | "svg" | "textarea" | "iframe" | "noembed" | "noframes"
            | "xmp" | "select" | "object" => {
                effect = Effect::Hidden;
            }
            "noscript" | "datalist" | "audio" | "video" | "canvas" if strict => effect = Effect::Hidden,
            "dialog" if strict && style::attribute(tag, "open").is_none() => effect = Effect::Hidden,
            "s" | "strike" | "del" => {
                self.struck = true;
                effect = Effect::Hidden;
            }
            "blockquote" => {
                self.block();
                effect = if shown.indented && style::attribute(tag, "type").is_none() {
                    Effect::Nothing
                } else {
                    Effect::Quote
                };
            }
            "pre" => {
                self.block();
                effect = if strict { Effect::Code } else { Effect::Preformatted };
            }
            "ul" | "ol" => {
                self.block();
                effect = Effect::List;
            }
            "li" => {
                self.block();
                self.item(tag);
            }
            "table" => {
                self.block();
                effect = Effect::Table;
            }
            "tr" => {
                self.close_down_to(&[Effect::Table]);
                effect = Effect::Row;
            }
            "td" | "th" => {
                self.close_down_to(&[Effect::Row, Effect::Table]);
                let rows = style::attribute(tag, "rowspan").and_then(|r| r.trim().parse().ok()).unwrap_or(1);
                effect = Effect::Cell { rows: u32::min(rows, ROWSPAN) };
            }
            "p" => {
                if shown.tight {
                    self.block()
                } else {
                    self.paragraph()
                }
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                // A heading ends where the next begins, whether or not it was closed.
                if self.open.last().is_some_and(|o| matches!(o.effect, Effect::Heading(_))) {
                    self.pop();
                }
                self.paragraph();
                if strict {
                    effect =
                        Effect::Heading(name.as_bytes().get(1).copied().map_or(1, |digit| digit.saturating_sub(b'0')));
                }
            }
            _ if is_block(name) => self.block(),
            _ => {}
        }
        let ends_p = is_block(name)
            || matches!(effect, Effect::Heading(_) | Effect::Code | Effect::List | Effect::Table | Effect::Quote)
            || name == "p";
        if strict && ends_p && self.open.last().is_some_and(|o| &*o.name == "p") {
            self.pop();
        }
        if shown.struck && effect == Effect::Nothing {
            self.struck = true;
            effect = Effect::Hidden;
        }
        if shown.hidden {
            effect = Effect::Hidden;
        }
        if shown.list_mark && effect == Effect::Nothing {
            effect = Effect::ListMark;
        }
        if shown.preformatted && effect == Effect::Nothing {
            effect = Effect::Preformatted;
        }
        if strict && effect == Effect::Nothing && paint != Paint::default() {
            effect = Effect::Painted;
        }
        if shown.signature && effect == Effect::Nothing && !strict {
            self.block();
            self.put_line("-- ");
        }
        if !tag.self_closing || is_block(name) {
            let numbers = effect == Effect::List && name == "ol";
            let depth = self.lists.len();
            self.push_painted(tag.name.clone(), effect, paint);
            if numbers
                && self.lists.len() > depth
                && let Some(list) = self.lists.last_mut()
            {
                let start: u32 = style::attribute(tag, "start").and_then(|s| s.trim().parse().ok()).unwrap_or(1);
                *list = List::Numbers(start.saturating_sub(1));
            }
        }
    }

    /// An element whose end tag may be missing hides no further than its like would in a browser.
    fn ends_hidden(&mut self, name: &str) -> bool {
        let Some(top) = self.open.last() else { return false };
        let ends = top.inner == 0
            && match &*top.name {
                "p" => name == "p" || is_block(name) || matches!(name, "table" | "ul" | "ol" | "hr"),
                "td" | "th" => matches!(name, "td" | "th" | "tr"),
                "tr" => name == "tr",
                "li" => name == "li",
                _ => false,
            };
        if ends {
            self.pop();
        }
        ends && self.hidden == 0
    }

    fn push(&mut self, name: LocalName, effect: Effect) {
        self.push_painted(name, effect, Paint::default());
    }

    fn push_painted(&mut self, name: LocalName, effect: Effect, paint: Paint) {
        if effect == Effect::Nothing {
            if let Some(same) = self.open.iter_mut().rev().find(|o| o.name == name) {
                same.inner = same.inner.saturating_add(1);
            }
            return;
        }
        if self.open.len() >= OPEN {
            return;
        }
        let effect = match effect {
            Effect::Table if self.tables.len() >= TABLES => return,
            // A row or cell outside a table is a line.
            Effect::Row if !self.in_table() => return,
            Effect::Cell { .. } if !self.in_table() => {
                self.block();
                return;
            }
            other => other,
        };
        match &effect {
            Effect::Hidden => self.hidden += 1,
            Effect::Preformatted => self.preformatted += 1,
            Effect::Quote => {
                if let Some(frame) = self.frames.last_mut() {
                    frame.quotes += 1;
                }
            }
            Effect::List => self.lists.push(List::Bullets),
            Effect::ListMark => self.collecting = Some(String::new()),
            Effect::Table => {
                if let Some(frame) = self.frames.last_mut() {
                    frame.has_table = true;
                }
                self.tables.push(Table::default());
            }
            Effect::Cell { .. } => {
                let cell = self.frames.last().map(Frame::cell).unwrap_or_default();
                self.frames.push(cell);
            }
            Effect::Code => self.preformatted += 1,
            Effect::Row | Effect::Heading(_) | Effect::Painted | Effect::Nothing => {}
        }
        self.open.push(Open { name, effect, inner: 0, paint });
    }

    /// Whether the innermost table's rows are open to what comes now, with no cell between.
    fn in_table(&self) -> bool {
        self.open
            .iter()
            .rev()
            .find(|o| matches!(o.effect, Effect::Table | Effect::Cell { .. }))
            .is_some_and(|o| o.effect == Effect::Table)
    }

    pub fn close(&mut self, name: &LocalName) {
        let plain = &**name;
        self.in_title = false;
        if self.hidden == 0 {
            match plain {
                "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.block(),
                "br" => self.line_break(),
                _ if is_block(plain) || matches!(plain, "li" | "ul" | "ol" | "blockquote" | "pre") => self.block(),
                _ => {}
            }
        }
        // A stray end tag inside a cell closes nothing outside it.
        let is_table = matches!(plain, "table" | "tr" | "td" | "th" | "tbody" | "body" | "html");
        let found = self.open.iter_mut().enumerate().rev().find_map(|(i, open)| {
            if open.name == *name {
                return Some(Some((i, open)));
            }
            (!is_table && matches!(open.effect, Effect::Cell { .. })).then_some(None)
        });
        match found.flatten() {
            Some((_, open)) if open.inner > 0 => open.inner -= 1,
            Some((at, _)) => {
                while self.open.len() > at {
                    self.pop();
                }
            }
            None => {}
        }
    }

    /// Closes elements until one of these is on top; only within the innermost table.
    fn close_down_to(&mut self, stops: &[Effect]) {
        if !self.open.iter().any(|o| o.effect == Effect::Table) {
            return;
        }
        while let Some(top) = self.open.last() {
            if stops.contains(&top.effect) || top.effect == Effect::Table {
                break;
            }
            self.pop();
        }
    }

    fn pop(&mut self) {
        let Some(open) = self.open.pop() else { return };
        match open.effect {
            Effect::Hidden => self.hidden = self.hidden.saturating_sub(1),
            Effect::Preformatted => self.preformatted = self.preformatted.saturating_sub(1),
            Effect::Code => {
                // What is left of the line is code still.
                self.block();
                self.preformatted = self.preformatted.saturating_sub(1);
            }
            Effect::Heading(_) => self.block_of(&open.effect),
            Effect::Painted => {}
            Effect::Quote => {
                self.block();
                if let Some(frame) = self.frames.last_mut() {
                    frame.quotes = frame.quotes.saturating_sub(1);
                }
            }
            Effect::List => {
                self.block();
                self.mark = None;
                self.lists.pop();
            }
            Effect::ListMark => {
                let mark = self.collecting.take().unwrap_or_default();
                let mark = mark.replace('\u{A0}', " ");
                let mark = mark.trim();
                let numbered = mark.chars().any(|c| c.is_ascii_digit()) || mark.ends_with(['.', ')', '、', '）']);
                self.mark = Some(if numbered { format!("{mark} ") } else { "- ".to_owned() });
            }
            Effect::Cell { rows } => {
                self.block();
                self.mark = None;
                if self.frames.len() > 1
                    && let (Some(frame), Some(table)) = (self.frames.pop(), self.tables.last_mut())
                    && table.cells.len() < COLUMNS
                {
                    table.fill_spans();
                    let layout = frame.has_table;
                    let (text, shapes) = frame.finish();
                    table.cells.push(CellText { text, shapes, layout, rows });
                }
            }
            Effect::Row => self.end_row(),
            Effect::Table => {
                // Cells without a row.
                self.end_row();
                self.tables.pop();
                self.block();
            }
            Effect::Nothing => {}
        }
    }
}
