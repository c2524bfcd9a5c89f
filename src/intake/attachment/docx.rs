//! Word documents: paragraphs as lines, list items after a hyphen, one line for each table row.

use super::archive::Archive;
use super::words::{Words, one_line};
use super::xml::{Step, Steps, Tag};
use crate::intake::shape::Shape;
use std::collections::{HashMap, HashSet};

/// Cells of one row, with the spans of merged ones.
const CELLS: usize = 256;

pub fn read(words: &mut Words, bytes: &[u8]) -> Result<(), String> {
    let mut archive = Archive::open(bytes)?;
    let main = archive.main_part().unwrap_or_else(|| "word/document.xml".into());
    let body = archive.part(&main)?.ok_or("the file has no document inside")?;
    let styles = archive.part("word/styles.xml").ok().flatten().unwrap_or_default();
    let mut reading = Reading { listed: list_styles(&styles), headings: heading_styles(&styles), ..Reading::default() };
    let mut steps = Steps::new(&body);
    while !words.done() {
        match steps.next() {
            Step::Start(tag) => reading.start(&tag),
            Step::End(name) => reading.end(&name, words),
            Step::Text(text) => reading.text(&text),
            Step::Stop { broken } => {
                let whole = reading.close(words);
                return if broken || !whole {
                    Err("the document is damaged; not all of it is read".into())
                } else {
                    Ok(())
                };
            }
        }
    }
    Ok(())
}

/// Identifiers of the paragraph styles that put a bullet or a number before the paragraph.
fn list_styles(styles: &str) -> HashSet<String> {
    let mut steps = Steps::new(styles);
    let (mut listed, mut style, mut heading) = (HashSet::new(), String::new(), false);
    loop {
        match steps.next() {
            Step::Start(tag) => match tag.name() {
                "style" => (style, heading) = (tag.get("styleId").unwrap_or_default(), false),
                // Numbered headings are headings, not items.
                "outlineLvl" => heading = true,
                "numPr" if !style.is_empty() => {
                    listed.insert(style.clone());
                }
                _ => {}
            },
            Step::End(name) if name == "style" && heading => {
                listed.remove(&style);
            }
            Step::Stop { .. } => return listed,
            _ => {}
        }
    }
}

/// Levels of the paragraph styles that are headings, by identifier; `Title` counts as the first level.
fn heading_styles(styles: &str) -> HashMap<String, u8> {
    let mut steps = Steps::new(styles);
    let (mut levels, mut bases) = (HashMap::new(), HashMap::new());
    let mut style = String::new();
    loop {
        match steps.next() {
            Step::Start(tag) => match tag.name() {
                "style" => style = tag.get("styleId").unwrap_or_default(),
                "name" if !style.is_empty() => {
                    let name = tag.get("val").unwrap_or_default().to_ascii_lowercase();
                    let level = name.strip_prefix("heading ").and_then(|n| n.trim().parse::<u8>().ok());
                    if let Some(level) = level.or((name == "title").then_some(1)) {
                        levels.insert(style.clone(), level.clamp(1, 6));
                    }
                }
                "outlineLvl" if !style.is_empty() => {
                    if let Some(level) = outline(&tag) {
                        levels.entry(style.clone()).or_insert(level);
                    }
                }
                "basedOn" if !style.is_empty() => {
                    bases.insert(style.clone(), tag.get("val").unwrap_or_default());
                }
                _ => {}
            },
            Step::End(name) if name == "style" => style.clear(),
            Step::Stop { .. } => break,
            _ => {}
        }
    }
    // A style of the organisation's own that stands on a heading is one.
    for style in bases.keys().filter(|s| !levels.contains_key(*s)).cloned().collect::<Vec<_>>() {
        let chain = std::iter::successors(bases.get(&style), |s| bases.get(*s)).take(10);
        let level = chain.into_iter().find_map(|s| levels.get(s).copied());
        levels.extend(level.map(|l| (style, l)));
    }
    levels
}

/// The level that an outline mark gives; the tenth is that of plain text.
fn outline(tag: &Tag) -> Option<u8> {
    tag.get("val").and_then(|v| v.parse::<u8>().ok()).filter(|l| *l < 9).map(|l| (l + 1).min(6))
}

#[derive(Default)]
struct Reading {
    listed: HashSet<String>,
    headings: HashMap<String, u8>,
    /// Open paragraphs; a text box opens one inside another.
    paragraphs: Vec<Paragraph>,
    tables: Vec<Table>,
    /// Depth inside content that the reader of the document does not see.
    skipped: usize,
    in_run: bool,
    in_text: bool,
    hidden: bool,
    checkbox: Option<bool>,
}

#[derive(Default)]
struct Paragraph {
    text: String,
    /// The level of the list item that it is.
    item: Option<usize>,
    /// The level of the heading that it is.
    heading: Option<u8>,
}

#[derive(Default)]
struct Table {
    row: Vec<String>,
    cell: String,
    span: usize,
    /// The cell goes on with the one above it.
    merged: bool,
    /// The row above, for cells merged downwards.
    above: Vec<String>,
}

/// Deleted and moved-away text, the second form of drawings, and phonetic marks above characters.
const SKIPPED: [&str; 5] = ["del", "moveFrom", "Fallback", "rt", "sectPr"];

impl Reading {
    fn start(&mut self, tag: &Tag) {
        let name = tag.name();
        if self.skipped > 0 || SKIPPED.contains(&name) {
            self.skipped += usize::from(SKIPPED.contains(&name));
            return;
        }
        match name {
            "p" => self.paragraphs.push(Paragraph::default()),
            "outlineLvl" => {
                if let (Some(paragraph), Some(level)) = (self.paragraphs.last_mut(), outline(tag)) {
                    paragraph.heading = Some(level);
                }
            }
            "pStyle" => {
                let style = tag.get("val").unwrap_or_default();
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    paragraph.heading = self.headings.get(&style).copied();
                }
                let item = self.listed.contains(&style);
                if let Some(paragraph) = self.paragraphs.last_mut().filter(|_| item) {
                    paragraph.item.get_or_insert(0);
                }
            }
            "ilvl" => self.item(tag.get("val").and_then(|l| l.parse().ok()).unwrap_or(0)),
            "numId" if tag.get("val").as_deref() == Some("0") => {
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    paragraph.item = None;
                }
            }
            "numId" => {
                let level = self.paragraphs.last().and_then(|p| p.item).unwrap_or(0);
                self.item(level);
            }
            "r" => (self.in_run, self.hidden) = (true, false),
            "vanish" if self.in_run => self.hidden = tag.on(),
            "t" => self.in_text = true,
            "tab" if self.in_run => self.push("\t"),
            "br" | "cr" if self.in_run => self.push("\n"),
            "noBreakHyphen" if self.in_run => self.push("-"),
            "sym" => self.push(symbol(&tag.get("char").unwrap_or_default())),
            "checkBox" => self.checkbox = Some(false),
            "checked" | "default" if self.checkbox.is_some() => self.checkbox = Some(tag.on()),
            "tbl" => self.tables.push(Table::default()),
            "tc" => {
                if let Some(table) = self.tables.last_mut() {
                    (table.cell, table.span, table.merged) = (String::new(), 1, false);
                }
            }
            "gridSpan" => {
                if let Some(table) = self.tables.last_mut() {
                    table.span = tag.get("val").and_then(|n| n.parse().ok()).unwrap_or(1).clamp(1, CELLS);
                }
            }
            "vMerge" => {
                if let Some(table) = self.tables.last_mut() {
                    table.merged = tag.get("val").as_deref() != Some("restart");
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &str, words: &mut Words) {
        if self.skipped > 0 {
            self.skipped -= usize::from(SKIPPED.contains(&name));
            return;
        }
        match name {
            "p" => {
                let Some(paragraph) = self.paragraphs.pop() else { return };
                let mut shape = paragraph.heading.map_or(Shape::Paragraph, Shape::Heading);
                let line = match paragraph.item {
                    Some(level) if !paragraph.text.trim().is_empty() => {
                        let mark = format!("{}- ", "  ".repeat(level.min(8)));
                        if paragraph.heading.is_none() {
                            shape = Shape::Item(mark.len());
                        }
                        format!("{mark}{}", paragraph.text.trim_start())
                    }
                    _ => paragraph.text,
                };
                match self.tables.last_mut() {
                    Some(table) => {
                        table.cell.push_str(line.trim());
                        table.cell.push('\n');
                    }
                    None => words.shaped_line(&line, shape),
                }
            }
            "r" => self.in_run = false,
            "t" => self.in_text = false,
            "checkBox" => {
                if let Some(on) = self.checkbox.take() {
                    self.push(if on { "☑" } else { "☐" });
                }
            }
            "tc" => {
                let Some(table) = self.tables.last_mut() else { return };
                let mut cell = one_line(&std::mem::take(&mut table.cell));
                if table.merged && cell.is_empty() {
                    cell = table.above.get(table.row.len()).cloned().unwrap_or_default();
                }
                if table.row.len() < CELLS {
                    table.row.push(cell);
                    let span = table.span.min(CELLS.saturating_sub(table.row.len()) + 1);
                    table.row.extend(std::iter::repeat_n(String::new(), span.saturating_sub(1)));
                }
            }
            "tr" => {
                let nested = self.tables.len() > 1;
                let Some(table) = self.tables.last_mut() else { return };
                table.above = std::mem::take(&mut table.row);
                if !nested {
                    words.row(&table.above);
                    return;
                }
                // A table inside a cell becomes lines of the cell.
                let line =
                    table.above.iter().filter(|c| !c.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" ");
                let outer = self.tables.len().saturating_sub(2);
                if let Some(outer) = self.tables.get_mut(outer) {
                    outer.cell.push_str(&line);
                    outer.cell.push('\n');
                }
            }
            "tbl" => drop(self.tables.pop()),
            _ => {}
        }
    }

    /// Writes what is still open in a document that was cut; whether nothing was.
    fn close(&mut self, words: &mut Words) -> bool {
        let open: Vec<String> = self.paragraphs.drain(..).map(|p| p.text).collect();
        let whole = open.is_empty() && self.tables.is_empty();
        for mut table in self.tables.drain(..) {
            table.row.push(table.cell);
            words.row(&table.row);
        }
        open.iter().for_each(|text| words.line(text));
        whole
    }

    fn text(&mut self, text: &str) {
        if self.skipped == 0 && self.in_text && !self.hidden {
            self.push(text);
        }
    }

    fn push(&mut self, text: &str) {
        if let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.text.push_str(text);
        }
    }

    fn item(&mut self, level: usize) {
        if let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.item = Some(level);
        }
    }
}

/// The boxes and ticks of forms, which Word keeps as code points of the Wingdings font.
fn symbol(code: &str) -> &'static str {
    match code.to_ascii_uppercase().as_str() {
        "F06F" | "F0A8" | "F071" | "F072" => "☐",
        "F0FE" | "F052" => "☑",
        "F0FD" | "F054" | "F078" => "☒",
        "F0FC" | "F050" => "✓",
        "F0E0" | "F0E8" => "→",
        _ => "•",
    }
}
