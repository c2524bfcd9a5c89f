//! A page's glyphs read as people read them: lines from top to bottom, cells of a row parted by TAB.

use super::super::words::Words;
use super::content::{Glyph, Placed};
use super::tables::Grid;

/// A line of words with its place.
struct Line {
    y: f64,
    x0: f64,
    x1: f64,
    size: f64,
    text: String,
}

/// A line or a row of cells, by where it begins.
enum Block {
    Line(Line),
    Row(Vec<String>),
}

pub fn write(placed: Placed, words: &mut Words) {
    let grid = Grid::of(&placed);
    let mut in_row = vec![false; grid.cells.len()];
    let rows = grid.rows();
    for (_, cells) in &rows {
        for i in cells {
            if let Some(flag) = in_row.get_mut(*i) {
                *flag = true;
            }
        }
    }
    let mut loose = Vec::new();
    let mut of_cell: Vec<Vec<Glyph>> = vec![Vec::new(); grid.cells.len()];
    for (glyph, cell) in placed.glyphs.iter().zip(&grid.of_glyph) {
        match cell.filter(|i| in_row.get(*i) == Some(&true)).and_then(|i| of_cell.get_mut(i)) {
            Some(cell) => cell.push(*glyph),
            None => loose.push(*glyph),
        }
    }
    let spaced = placed.glyphs.iter().any(|g| g.text(&placed.text) == " ");
    let mut blocks: Vec<(f64, Block)> =
        lines(loose, &placed.text, Some(spaced)).into_iter().map(|l| (l.y + 0.8 * l.size, Block::Line(l))).collect();
    let texts: Vec<String> = of_cell
        .into_iter()
        .zip(&grid.cells)
        .map(|(glyphs, cell)| joined_cell(lines(glyphs, &placed.text, None), cell.right))
        .collect();
    for (top, cells) in rows {
        let mut row = Vec::new();
        let mut end = f64::NEG_INFINITY;
        for i in cells {
            let (Some(cell), Some(text)) = (grid.cells.get(i), texts.get(i)) else { continue };
            let y = (cell.bottom + cell.top) / 2.0;
            row.extend(std::iter::repeat_n(String::new(), grid.columns_between(end, cell.left, y)));
            row.push(text.clone());
            end = cell.right;
        }
        blocks.push((top, Block::Row(row)));
    }
    blocks.sort_by(|a, b| b.0.total_cmp(&a.0));

    let mut open: Option<Line> = None;
    for (_, block) in blocks {
        if words.done() {
            return;
        }
        match block {
            Block::Line(line) => match &mut open {
                Some(before) if goes_on(before, &line, placed.width) => {
                    join(&mut before.text, &line.text);
                    (before.y, before.x0, before.x1) = (line.y, line.x0, line.x1);
                }
                _ => {
                    if let Some(before) = open.replace(line) {
                        words.line(&before.text);
                    }
                }
            },
            Block::Row(row) => {
                if let Some(before) = open.take() {
                    words.line(&before.text);
                }
                words.row(&row);
            }
        }
    }
    if let Some(before) = open {
        words.line(&before.text);
    }
    if !placed.aside.trim().is_empty() {
        words.line(placed.aside.trim());
    }
}

/// Glyphs on about the same height become a line. Without `spaced` the glyphs are those of one cell and
/// no gap parts them further; with it, it says whether the page writes its spaces.
fn lines(mut glyphs: Vec<Glyph>, text: &str, spaced: Option<bool>) -> Vec<Line> {
    glyphs.sort_by(|a, b| b.y.total_cmp(&a.y));
    let mut out = Vec::new();
    let mut group: Vec<Glyph> = Vec::new();
    for glyph in glyphs {
        if group.last().is_some_and(|last| last.y - glyph.y > 0.3 * glyph.size.max(last.size)) {
            out.extend(line(std::mem::take(&mut group), text, spaced));
        }
        group.push(glyph);
    }
    out.extend(line(group, text, spaced));
    out
}

fn line(mut glyphs: Vec<Glyph>, text: &str, spaced: Option<bool>) -> Option<Line> {
    glyphs.sort_by(|a, b| a.x0.total_cmp(&b.x0));
    let mut out = String::new();
    let mut before: Option<Glyph> = None;
    let mut space = false;
    let (mut x0, mut y, mut size) = (0.0, 0.0, 0.0f64);
    for glyph in glyphs {
        let words = glyph.text(text);
        if words.trim().is_empty() {
            space = true;
            continue;
        }
        if let Some(last) = before {
            // Bold is sometimes drawn by printing twice.
            if last.text(text) == words && (glyph.x0 - last.x0).abs() < 0.2 * glyph.size && words.chars().count() == 1 {
                continue;
            }
            let gap = (glyph.x0 - last.x1) / glyph.size.max(last.size);
            let sides = [out.chars().next_back().is_some_and(is_wide), words.chars().next().is_some_and(is_wide)];
            let (wide, mixed) = (sides == [true, true], sides.contains(&true));
            // A written space may be stretched to fill a line; a gap without one is a column, wide
            // characters spread over a line aside.
            let column = match (spaced, space, wide) {
                (None, ..) => f64::INFINITY,
                (_, true, _) => 2.0,
                (_, false, true) => 1.3,
                (Some(true), false, false) => 0.5,
                (Some(false), false, false) => 1.2,
            };
            // Word processors set wide characters apart from others by a quarter of an em.
            let word = if wide {
                0.6
            } else if mixed {
                0.4
            } else {
                0.18
            };
            if gap > column {
                out.push('\t');
            } else if (space && gap > -0.3) || gap > word {
                out.push(' ');
            }
        } else {
            (x0, y) = (glyph.x0, glyph.y);
        }
        space = false;
        size = size.max(glyph.size);
        out.push_str(words);
        before = Some(glyph);
    }
    before.map(|last| Line { y, x0, x1: last.x1, size, text: as_item(out) })
}

/// A list item after a hyphen, whatever bullet the page draws, or after its number.
fn as_item(text: String) -> String {
    match text.strip_prefix(['•', '●', '○', '■', '◆', '▪', '◦', '‣', '➢']) {
        Some(rest) if !rest.trim().is_empty() => format!("- {}", rest.trim_start()),
        // Its number stands a tab before it.
        _ if begins_item(&text) => text.replacen('\t', " ", 1),
        _ => text,
    }
}

/// Whether `line` goes on with the sentence of the line above it, which filled the page's width.
fn goes_on(above: &Line, line: &Line, page_width: f64) -> bool {
    let size = above.size;
    above.x1 > 0.75 * page_width
        && (above.size - line.size).abs() < 0.1 * size
        && above.y - line.y < 2.2 * size
        && line.x0 <= above.x0 + 1.0
        && above.x0 - line.x0 < 3.0 * size
        && !above.text.contains('\t')
        && !line.text.contains('\t')
        && !begins_item(&line.text)
}

/// Whether a line begins with a bullet or a number of a list.
fn begins_item(text: &str) -> bool {
    let text = text.trim_start();
    if text.starts_with([
        '•', '-', '–', '*', '·', '●', '○', '■', '□', '◆', '☐', '☑', '✓', '（', '(', '①', '②', '③', '④', '⑤',
    ]) {
        return true;
    }
    let number: String =
        text.chars().take_while(|c| c.is_ascii_digit() || "一二三四五六七八九十".contains(*c)).collect();
    !number.is_empty() && text.get(number.len()..).is_some_and(|rest| rest.starts_with(['.', ')', '、', '）', '．']))
}

/// The lines of a cell: one that reached the edge goes on in the next.
fn joined_cell(lines: Vec<Line>, right: f64) -> String {
    let mut out = String::new();
    let mut full = false;
    for line in lines {
        if full {
            join(&mut out, &line.text);
        } else {
            if !out.is_empty() {
                out.push('\n');
            }
            out.push_str(&line.text);
        }
        // Latin words wrap earlier than at the edge, by the length of the next word.
        let room = if line.text.chars().next_back().is_some_and(is_wide) { 2.0 } else { 4.0 };
        full = right - line.x1 < room * line.size;
    }
    out
}

fn join(text: &mut String, more: &str) {
    let wide = text.chars().next_back().is_some_and(is_wide) && more.chars().next().is_some_and(is_wide);
    if !wide {
        text.push(' ');
    }
    text.push_str(more);
}

/// Whether a character is written without spaces around it.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{FE30}'..='\u{FE4F}' | '\u{FF00}'..='\u{FFEF}' | '\u{20000}'..='\u{3FFFF}')
}
