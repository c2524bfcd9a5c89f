//! Pages out of lines that say what they are: text, blocks, and the headings above each.

use super::{Block, Kind, Page, language};
use crate::intake::shape::{Shape, Shaped};
use std::ops::Range;

/// Blocks of one page; what comes after them is in no block.
const BLOCKS: usize = 50_000;
/// Bytes of one block; a longer one is parted, at the end of a line where it can be.
const BLOCK_BYTES: usize = 16 << 10;
/// Bytes of a heading that stand in the path of the blocks below it, and of a title.
const HEADING_BYTES: usize = 300;

/// Blocks in order, with the headings above.
#[derive(Default)]
pub struct Blocks {
    blocks: Vec<Block>,
    /// Level and words.
    above: Vec<(u8, String)>,
    /// The first heading, and the first of the first level.
    first: Option<String>,
    top: Option<String>,
}

impl Blocks {
    /// A block; its span loses white space at the ends, and is dropped if nothing is left. `words`: what a heading
    /// says, where that is not its span.
    pub fn push(&mut self, text: &str, span: Range<usize>, kind: Kind, words: Option<&str>) {
        let Some(span) = trimmed(text, span) else { return };
        let said = text.get(span.clone()).unwrap_or("");
        if !said.chars().any(|c| c.is_alphanumeric()) && !matches!(kind, Kind::Code) {
            return;
        }
        if let Kind::Heading(level) = kind {
            self.above.retain(|(l, _)| *l < level);
        }
        let heading: Vec<String> = self.above.iter().map(|(_, words)| words.clone()).collect();
        for span in parted(text, span.clone()) {
            if self.blocks.len() >= BLOCKS {
                return;
            }
            self.blocks.push(Block { span, heading: heading.clone(), kind });
        }
        if let Kind::Heading(level) = kind {
            let words = one_line(words.unwrap_or(said));
            if level == 1 {
                self.top.get_or_insert_with(|| words.clone());
            }
            self.first.get_or_insert_with(|| words.clone());
            self.above.push((level, words));
        }
    }

    /// The page. `title`: what it calls itself; empty where it does not.
    pub fn page(self, doc: &str, title: &str, text: String) -> Page {
        let title = [Some(one_line(title)), self.top, self.first].into_iter().flatten().find(|t| !t.is_empty());
        let seen = self.blocks.iter().filter_map(|b| text.get(b.span.clone())).take(500).collect::<Vec<_>>().join(" ");
        Page {
            doc: doc.to_owned(),
            title: title.unwrap_or_else(|| stem(doc)),
            lang: language::of(&seen),
            text,
            blocks: self.blocks,
        }
    }
}

/// A page out of a text whose lines say what they are.
pub fn shaped(doc: &str, shaped: Shaped) -> Page {
    let Shaped { title, text, lines } = shaped;
    let mut blocks = Blocks::default();
    let mut open: Option<(Range<usize>, Kind)> = None;
    let mut at = 0;
    for (i, line) in text.split_inclusive('\n').enumerate() {
        let start = at;
        at += line.len();
        let words = line.trim_end_matches(['\n', '\r']);
        let line = lines.get(i).copied().unwrap_or_default();
        let (kind, mark) = match line.shape {
            Shape::Heading(level) => (Kind::Heading(level.clamp(1, 6)), usize::from(words.starts_with("- ")) * 2),
            Shape::Paragraph => (Kind::Paragraph, 0),
            Shape::Item(mark) => (Kind::ListItem, mark),
            Shape::Row => (Kind::TableRow, 0),
            Shape::Code => (Kind::Code, 0),
            Shape::Quote => (Kind::Quote, 0),
        };
        let span = (start + mark).min(start + words.len())..start + words.len();
        match &mut open {
            _ if words.trim().is_empty() => {
                // An empty line parts blocks, but not the lines of a listing.
                if !(line.shape == Shape::Code && line.joined)
                    && let Some((span, kind)) = open.take()
                {
                    blocks.push(&text, span, kind, None);
                }
            }
            Some((before, _)) if line.joined && line.shape != Shape::Row => before.end = span.end,
            _ => {
                if let Some((span, kind)) = open.replace((span, kind)) {
                    blocks.push(&text, span, kind, None);
                }
            }
        }
    }
    if let Some((span, kind)) = open {
        blocks.push(&text, span, kind, None);
    }
    blocks.page(doc, &title, text)
}

/// The span without white space at its ends, at character boundaries; None where nothing is left.
fn trimmed(text: &str, span: Range<usize>) -> Option<Range<usize>> {
    let words = text.get(span.clone())?;
    let start = span.start + (words.len() - words.trim_start().len());
    let end = start + words.trim().len();
    (start < end).then_some(start..end)
}

/// A long span in pieces.
fn parted(text: &str, span: Range<usize>) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut rest = span;
    while rest.len() > BLOCK_BYTES {
        let most = (rest.start..=rest.start + BLOCK_BYTES).rev().find(|at| text.is_char_boundary(*at));
        let most = most.unwrap_or(rest.start + BLOCK_BYTES);
        let words = text.get(rest.start..most).unwrap_or("");
        let cut = words.rfind('\n').or_else(|| words.rfind(' ')).filter(|at| *at > BLOCK_BYTES / 2);
        let cut = rest.start + cut.unwrap_or(words.len()).max(1);
        out.extend(trimmed(text, rest.start..cut));
        rest.start = cut;
    }
    out.extend(trimmed(text, rest));
    out
}

fn one_line(words: &str) -> String {
    let mut out = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if out.len() > HEADING_BYTES {
        let cut = (0..=HEADING_BYTES).rev().find(|at| out.is_char_boundary(*at)).unwrap_or(0);
        out.truncate(cut);
    }
    out
}

/// The file's name without folder and ending.
fn stem(doc: &str) -> String {
    let name = doc.rsplit('/').next().unwrap_or(doc);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned()
}
