//! Tables: a header row of known keys, and the rows under it, by tab, pipe, aligned columns, comma or semicolon.

use super::key::{self, Key};
use super::{LineKind, Row, Table, part, tidy};
use crate::message::Span;
use crate::message::fold::is_han;

/// Rows of one table that are read; more are left to prose. An HR export of a whole site has some hundreds.
const ROWS: usize = 1_000;
/// Columns of one table that are read.
const COLUMNS: usize = 40;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Delimiter {
    Tab,
    Pipe,
    Semicolon,
    Comma,
    Slash,
    Aligned,
}

const DELIMITERS: [Delimiter; 6] =
    [Delimiter::Tab, Delimiter::Pipe, Delimiter::Semicolon, Delimiter::Comma, Delimiter::Slash, Delimiter::Aligned];

pub(super) fn find(chars: &[char], folded: &[char], lines: &[Span], kinds: &mut [LineKind]) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        match header(chars, folded, lines, at) {
            Some((delimiter, heads, cells)) => {
                let (rows, next) = rows(chars, folded, lines, at + 1, delimiter, &heads, &cells);
                if rows.is_empty() {
                    at += 1;
                    continue;
                }
                for line in at..next {
                    if let Some(kind) = kinds.get_mut(line) {
                        *kind = LineKind::Table(tables.len());
                    }
                }
                tables.push(Table { heads, header_line: at, rows });
                at = next;
            }
            None => at += 1,
        }
    }
    tables
}

/// The heads, if a line is a header: at least two known keys, one of them a person's, and half of all cells known.
fn header(
    chars: &[char],
    folded: &[char],
    lines: &[Span],
    at: usize,
) -> Option<(Delimiter, Vec<Option<Key>>, Vec<Span>)> {
    let line = *lines.get(at)?;
    if line.len() > 600 {
        return None;
    }
    for delimiter in DELIMITERS {
        let cells = split(chars, whole(chars, line, delimiter), delimiter);
        if cells.len() < 2 || cells.len() > COLUMNS || cells.iter().any(|c| c.len() > key::LONGEST) {
            continue;
        }
        let heads: Vec<Option<Key>> = cells.iter().map(|c| key::lookup(part(folded, *c))).collect();
        let known = heads.iter().flatten().count();
        let person = heads.iter().flatten().any(|k| matches!(k, Key::Name | Key::Employee | Key::Applicant));
        let wordy = cells.iter().any(|c| part(folded, *c).iter().filter(|c| c.is_whitespace()).count() > 4);
        if known >= 2 && person && known * 2 >= heads.iter().filter(|_| true).count() && !wordy {
            return Some((delimiter, heads, cells));
        }
        // Two columns that we know, and nothing else, without a person ('岗位 | 姓名' is caught above).
    }
    None
}

/// A tab-separated or piped line with the empty cells at its ends.
fn whole(chars: &[char], line: Span, delimiter: Delimiter) -> Span {
    if delimiter != Delimiter::Tab {
        return line;
    }
    let mut span = line;
    while span.start > 0 && chars.get(span.start - 1).is_some_and(|c| *c == '\t') {
        span.start -= 1;
    }
    while chars.get(span.end).is_some_and(|c| *c == '\t') {
        span.end += 1;
    }
    span
}

fn split(chars: &[char], line: Span, delimiter: Delimiter) -> Vec<Span> {
    let mut cells = Vec::new();
    let mut start = line.start;
    let is = |c: char| match delimiter {
        Delimiter::Tab => c == '\t',
        Delimiter::Pipe => matches!(c, '|' | '｜' | '│' | '¦'),
        Delimiter::Semicolon => matches!(c, ';' | '；'),
        Delimiter::Comma => matches!(c, ',' | '，'),
        Delimiter::Slash | Delimiter::Aligned => false,
    };
    if delimiter == Delimiter::Aligned {
        let mut at = line.start;
        while at < line.end {
            let gap = (at..line.end).take_while(|i| chars.get(*i).is_some_and(|c| c.is_whitespace())).count();
            let wide = gap >= 2 || gap == 1 && chars.get(at).is_some_and(|c| *c == '\u{3000}');
            if wide {
                cells.push(tidy(chars, Span::new(start, at)));
                start = at + gap;
            }
            at += gap.max(1);
        }
        cells.push(tidy(chars, Span::new(start, line.end)));
        return cells;
    }
    let mut quoted = false;
    for at in line.start..line.end {
        let c = chars.get(at).copied().unwrap_or(' ');
        // A slash parts cells only with room around it: not in a date.
        let slash = delimiter == Delimiter::Slash
            && (c == '／'
                || c == '/'
                    && at > 0
                    && chars.get(at - 1).is_some_and(|c| c.is_whitespace())
                    && chars.get(at + 1).is_some_and(|c| c.is_whitespace()));
        if slash {
            cells.push(tidy(chars, Span::new(start, at)));
            start = at + 1;
            continue;
        }
        if c == '"' && matches!(delimiter, Delimiter::Comma | Delimiter::Semicolon) {
            quoted = !quoted;
        }
        if is(c) && !quoted {
            cells.push(tidy(chars, Span::new(start, at)));
            start = at + 1;
        }
    }
    cells.push(tidy(chars, Span::new(start, line.end)));
    if delimiter == Delimiter::Pipe {
        // '| a | b |' has an empty cell at each end.
        if cells.first().is_some_and(|c| c.is_empty()) {
            cells.remove(0);
        }
        if cells.last().is_some_and(|c| c.is_empty()) && cells.len() > 1 {
            cells.pop();
        }
    }
    cells
}

fn rows(
    chars: &[char],
    folded: &[char],
    lines: &[Span],
    from: usize,
    delimiter: Delimiter,
    heads: &[Option<Key>],
    header: &[Span],
) -> (Vec<Row>, usize) {
    let mut rows = Vec::new();
    let mut at = from;
    while let Some(line) = lines.get(at).copied() {
        if rows.len() >= ROWS {
            break;
        }
        // Rules between header and rows: '---|:--:|---', '=====', '————'.
        if part(chars, line).iter().all(|c| {
            c.is_whitespace()
                || matches!(c, '-' | '|' | '｜' | ':' | '=' | '+' | '—' | '─' | '┼' | '│' | '├' | '┤' | '_' | '━')
        }) {
            at += 1;
            continue;
        }
        // 'Site for all rows: Leeds' under a table is a form line.
        let colon = (line.start..line.end.min(line.start + 40))
            .find(|i| folded.get(*i) == Some(&':') && !folded.get(i + 1).is_some_and(|c| c.is_ascii_digit()));
        if colon.is_some() && !matches!(delimiter, Delimiter::Pipe | Delimiter::Tab) {
            break;
        }
        let mut cells = split(chars, whole(chars, line, delimiter), delimiter);
        if delimiter == Delimiter::Aligned && cells.len() != heads.len() {
            cells = by_column(chars, line, header, &cells, lines);
        }
        let strict = matches!(delimiter, Delimiter::Comma | Delimiter::Semicolon | Delimiter::Slash);
        let filled = cells.iter().filter(|c| !c.is_empty()).count();
        // Prose under a table: a long cell with sentences, or too few cells.
        let fits = if strict {
            cells.len() + 1 >= heads.len() && cells.len() <= heads.len() + 3
        } else {
            filled >= 2 || cells.len() >= 2 && filled >= 1 && heads.len() == cells.len()
        };
        if !fits || cells.len() < 2 {
            break;
        }
        // A second header opens another table.
        let keys = cells.iter().filter(|c| !c.is_empty() && key::lookup(part(folded, **c)).is_some()).count();
        if keys >= 2 && keys * 2 >= cells.len() {
            break;
        }
        if strict && cells.len() > heads.len() {
            // The last column holds the delimiter itself: join what is too much.
            let last = cells.last().copied().unwrap_or(Span::new(line.end, line.end));
            cells.truncate(heads.len());
            if let Some(cell) = cells.last_mut() {
                *cell = tidy(chars, cell.join(last));
            }
        }
        cells.resize(heads.len().max(cells.len()), Span::new(line.end, line.end));
        rows.push(Row { line: at, cells });
        at += 1;
    }
    (rows, at)
}

/// Cells of an aligned row that lacks some, put under the head that stands above them.
fn by_column(chars: &[char], line: Span, header: &[Span], cells: &[Span], lines: &[Span]) -> Vec<Span> {
    let column = |at: usize, start: usize| -> usize {
        chars
            .get(start..at)
            .unwrap_or_default()
            .iter()
            .map(|c| if is_han(*c) || *c == '\u{3000}' { 2 } else { 1 })
            .sum()
    };
    let start_of = |at: usize| -> usize {
        let mut start = at;
        while start > 0 && chars.get(start - 1).is_some_and(|c| *c != '\n') {
            start -= 1;
        }
        start
    };
    let _ = lines;
    let Some(first) = header.first() else { return cells.to_vec() };
    let head_start = start_of(first.start);
    let heads: Vec<usize> = header.iter().map(|h| column(h.start, head_start)).collect();
    let row_start = start_of(line.start);
    let mut placed = vec![Span::new(line.end, line.end); header.len()];
    for cell in cells {
        let at = column(cell.start, row_start);
        let nearest = heads.iter().enumerate().min_by_key(|(_, h)| h.abs_diff(at)).map(|(i, _)| i).unwrap_or(0);
        if let Some(slot) = placed.get_mut(nearest) {
            *slot = if slot.is_empty() { *cell } else { slot.join(*cell) };
        }
    }
    placed
}
