//! Plain text: paragraphs between empty lines, and the items of lists.

use super::build::Blocks;
use super::{Kind, Page};

/// Marks of list items.
const MARKS: [&str; 5] = ["- ", "* ", "• ", "· ", "– "];

pub fn read(doc: &str, text: String) -> Page {
    let mut blocks = Blocks::default();
    let mut open: Option<(std::ops::Range<usize>, Kind)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let (start, words) = (at, line.trim());
        at += line.len();
        if words.is_empty() {
            if let Some((span, kind)) = open.take() {
                blocks.push(&text, span, kind, None);
            }
            continue;
        }
        let item = MARKS.iter().find(|m| words.starts_with(**m)).map(|m| {
            let indent = line.len() - line.trim_start().len();
            start + indent + m.len()
        });
        match (&mut open, item) {
            (_, Some(first)) => {
                if let Some((span, kind)) = open.replace((first..at, Kind::ListItem)) {
                    blocks.push(&text, span, kind, None);
                }
            }
            (Some((span, _)), None) => span.end = at,
            (None, None) => open = Some((start..at, Kind::Paragraph)),
        }
    }
    if let Some((span, kind)) = open {
        blocks.push(&text, span, kind, None);
    }
    blocks.page(doc, "", text)
}
