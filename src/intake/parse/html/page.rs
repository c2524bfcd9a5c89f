//! The page that is written while its tags go by.

use html5ever::{LocalName, tokenizer::Tag};

use super::{RULE, Read, style};

/// Open elements that are remembered; deeper ones are read as if they were not there.
const OPEN: usize = 256;
/// Tables in tables that keep their rows.
const TABLES: usize = 12;
/// Quotation marks before a line.
const QUOTES: usize = 8;
/// A data table's cell has at most so many lines and characters; a longer one lays out a page.
const CELL_LINES: usize = 6;
const CELL_CHARS: usize = 400;
/// Columns of a row, and rows that one cell spans.
const COLUMNS: usize = 200;
const ROWSPAN: u32 = 200;
/// Bytes that spanning cells may repeat on one page: without a bound, a small page makes a huge text.
const REPEATED: usize = 256 << 10;

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
    Cell { rows: u32 },
    Nothing,
}

#[derive(Debug)]
struct Open {
    name: LocalName,
    effect: Effect,
    /// Elements of the same name and no effect that opened inside.
    inner: u32,
}

/// Where lines are written: the page, or a table's cell.
#[derive(Debug, Default)]
struct Frame {
    lines: String,
    line: String,
    /// White space that is written once a word follows.
    space: bool,
    /// An empty line that is written once a line follows.
    gap: bool,
    quotes: usize,
    has_table: bool,
}

#[derive(Debug, Default)]
struct Table {
    cells: Vec<CellText>,
    /// Cells of rows above that reach into the next ones: column, rows left, text.
    spans: Vec<(usize, u32, String)>,
}

#[derive(Debug)]
struct CellText {
    text: String,
    layout: bool,
    rows: u32,
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
        }
    }
}

impl Page {
    pub fn finish(mut self) -> Read {
        while !self.open.is_empty() {
            self.pop();
        }
        self.block();
        let text = self.frames.pop().map(|f| f.lines).unwrap_or_default();
        Read { text: text.trim_matches('\n').to_owned(), struck: self.struck }
    }

    pub fn text(&mut self, text: &str) {
        if self.hidden > 0 {
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
        }
        if std::mem::take(&mut frame.space) {
            frame.line.push(' ');
        }
        frame.line.extend(word.chars().map(|c| if c == '\u{A0}' { ' ' } else { c }));
    }

    pub fn open(&mut self, tag: &Tag) {
        let shown = style::shown(tag);
        let name = &*tag.name;
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
                self.put_line(RULE);
                return;
            }
            _ if is_void(name) => return,
            "script" | "style" | "title" | "template" | "svg" | "textarea" | "iframe" | "noembed" | "noframes"
            | "xmp" | "select" | "object" => {
                effect = Effect::Hidden;
            }
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
                effect = Effect::Preformatted;
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
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.paragraph(),
            _ if is_block(name) => self.block(),
            _ => {}
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
        if shown.signature && effect == Effect::Nothing {
            self.block();
            self.put_line("-- ");
        }
        if !tag.self_closing || is_block(name) {
            let numbers = effect == Effect::List && name == "ol";
            let depth = self.lists.len();
            self.push(tag.name.clone(), effect);
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
            Effect::Cell { .. } => self.frames.push(Frame::default()),
            Effect::Row | Effect::Nothing => {}
        }
        self.open.push(Open { name, effect, inner: 0 });
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
                    table.cells.push(CellText {
                        text: frame.lines.trim_matches('\n').to_owned(),
                        layout: frame.has_table,
                        rows,
                    });
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
        let full = cells.iter().filter(|c| !c.text.trim().is_empty()).count();
        let layout = cells
            .iter()
            .any(|c| c.layout || c.text.lines().count() > CELL_LINES || c.text.chars().nth(CELL_CHARS).is_some());
        if full < 2 || layout {
            for cell in cells {
                for line in cell.text.lines() {
                    self.put_line(line);
                }
            }
            return;
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
            if cell.rows > 1 && self.repeated < REPEATED {
                self.repeated += text.len();
                table.spans.push((column, cell.rows - 1, text.clone()));
            }
        }
        table.spans.sort_by_key(|s| s.0);
        let row = texts.join("\t");
        self.put_line(row.trim_end_matches(['\t', ' ']));
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
        let Some(frame) = self.frames.last_mut() else { return };
        frame.space = false;
        if !frame.line.is_empty() {
            let line = std::mem::take(&mut frame.line);
            frame.put(&line);
        }
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
        let Some(frame) = self.frames.last_mut() else { return };
        frame.space = false;
        let line = std::mem::take(&mut frame.line);
        frame.put(&line);
    }

    fn put_line(&mut self, line: &str) {
        if let Some(frame) = self.frames.last_mut() {
            frame.put(line);
        }
    }
}

impl Frame {
    fn put(&mut self, line: &str) {
        let quotes = self.quotes.min(QUOTES);
        let keep = if line == "-- " { line } else { line.trim_end() };
        if std::mem::take(&mut self.gap) && !keep.is_empty() && !self.lines.ends_with("\n\n") {
            self.write(quotes, "");
        }
        self.write(quotes, keep);
    }

    fn write(&mut self, quotes: usize, line: &str) {
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
    /// Puts in the cells that reach down from rows above, as far as the row has come.
    fn fill_spans(&mut self) {
        while let Some(at) = self.spans.iter().position(|s| s.0 == self.cells.len()) {
            let Some(span) = self.spans.get_mut(at) else { break };
            let (rows, text) = (span.1, span.2.clone());
            self.spans.remove(at);
            self.cells.push(CellText { text, layout: false, rows });
        }
    }
}

fn is_void(name: &str) -> bool {
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
