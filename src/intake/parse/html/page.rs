//! The page that is written while its tags go by.

use html5ever::{LocalName, tokenizer::Tag};

use super::colour::{Colour, Paint};
use super::sheet::Sheet;
use super::table::{CellText, Frame, Table};
use super::{RULE, Read, style};
use crate::intake::shape::{Line, Shape, Shaped};

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
                    effect = Effect::Heading(name.bytes().nth(1).map_or(1, |digit| digit.saturating_sub(b'0')));
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

    fn end_row(&mut self) {
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

    fn item(&mut self, tag: &Tag) {
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
    fn block(&mut self) {
        let shape = self.shape();
        self.end_block(shape);
    }

    /// The same, for the last line of an element that is closed already.
    fn block_of(&mut self, effect: &Effect) {
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
    fn paragraph(&mut self) {
        self.block();
        if self.mark.is_none()
            && let Some(frame) = self.frames.last_mut()
        {
            frame.gap = !frame.lines.is_empty();
        }
    }

    fn line_break(&mut self) {
        let shape = self.shape();
        let Some(frame) = self.frames.last_mut() else { return };
        frame.space = false;
        let line = std::mem::take(&mut frame.line);
        frame.now.shape = shape.unwrap_or(frame.now.shape);
        frame.put(&line);
        frame.now.joined = !line.is_empty() || shape == Some(Shape::Code);
    }

    fn put_line(&mut self, line: &str) {
        if let Some(frame) = self.frames.last_mut() {
            frame.put(line);
        }
    }
}

pub fn is_void(name: &str) -> bool {
    matches!(
        name,
        "img" | "meta" | "link" | "input" | "col" | "wbr" | "base" | "area" | "source" | "embed" | "br" | "hr"
    )
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "div"
            | "section"
            | "article"
            | "header"
            | "footer"
            | "center"
            | "dl"
            | "dt"
            | "dd"
            | "form"
            | "fieldset"
            | "address"
            | "main"
            | "nav"
            | "aside"
            | "figure"
            | "tbody"
            | "caption"
            | "body"
            | "html"
    )
}
