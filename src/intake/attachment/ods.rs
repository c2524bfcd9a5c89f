//! OpenDocument spreadsheets, read step by step: a cell repeated a million times costs nothing.

use super::archive::Archive;
use super::words::Words;
use super::xlsx::Sheets;
use super::xml::{Step, Steps};
use std::collections::HashSet;

/// Rows that are written for one row with words that the file repeats.
const REPEATED_ROWS: u32 = 1_000;

pub fn read(words: &mut Words, bytes: &[u8]) -> Result<(), String> {
    let mut archive = Archive::open(bytes)?;
    if archive.part("META-INF/manifest.xml")?.is_some_and(|m| m.contains("encryption-data")) {
        return Err("it is encrypted and is not read".into());
    }
    let content = archive.part("content.xml")?.ok_or("the file has no tables inside")?;
    let mut sheets = Sheets::default();
    let mut steps = Steps::new(&content);
    let (mut row, mut next_row, mut column) = (0u32, 0u32, 0u32);
    let (mut rows, mut columns) = (1u32, 1u32);
    let (mut cell, mut date, mut in_cell, mut aside): (String, Option<String>, bool, usize) = Default::default();
    // Names of the table styles that hide a table; within a hidden table nothing is kept.
    let (mut hiding, mut style, mut skip) = (HashSet::new(), String::new(), false);
    let ended = loop {
        if words.done() || sheets.full() {
            break Ok(());
        }
        match steps.next() {
            Step::Start(tag) => match tag.name() {
                "style" => style = tag.get("name").unwrap_or_default(),
                "table-properties" if tag.get("display").as_deref() == Some("false") => {
                    hiding.insert(style.clone());
                }
                "table" if !in_cell => {
                    skip = tag.get("style-name").is_some_and(|s| hiding.contains(&s));
                    sheets.hidden += usize::from(skip);
                    sheets.begin(tag.get("name").unwrap_or_default());
                    (row, next_row) = (0, 0);
                }
                "table-row" if !in_cell => {
                    rows = tag.get("number-rows-repeated").and_then(|n| n.parse().ok()).unwrap_or(1);
                    (row, column) = (next_row, 0);
                    next_row = next_row.saturating_add(rows);
                }
                "table-cell" | "covered-table-cell" => {
                    columns = tag.get("number-columns-repeated").and_then(|n| n.parse().ok()).unwrap_or(1);
                    date = tag.get("date-value").map(|d| shown(&d));
                    (cell, in_cell) = (String::new(), true);
                }
                "annotation" | "desc" | "title" if in_cell => aside += 1,
                "p" if in_cell && aside == 0 && !cell.is_empty() => cell.push('\n'),
                "s" if in_cell && aside == 0 => {
                    let spaces = tag.get("c").and_then(|n| n.parse::<usize>().ok()).unwrap_or(1).min(100);
                    cell.extend(std::iter::repeat_n(' ', spaces));
                }
                "tab" if in_cell => cell.push(' '),
                "line-break" if in_cell => cell.push('\n'),
                _ => {}
            },
            Step::Text(text) if in_cell && aside == 0 => cell.push_str(&text),
            Step::Text(_) => {}
            Step::End(name) => match name.as_str() {
                "annotation" | "desc" | "title" if in_cell => aside = aside.saturating_sub(1),
                "table-cell" | "covered-table-cell" => {
                    in_cell = false;
                    let cell = date.take().unwrap_or_else(|| std::mem::take(&mut cell));
                    if !skip && !cell.trim().is_empty() {
                        for r in 0..rows.min(REPEATED_ROWS) {
                            for c in 0..columns.min(Sheets::COLUMNS) {
                                sheets.put(row.saturating_add(r), column.saturating_add(c), cell.clone());
                            }
                        }
                    }
                    column = column.saturating_add(columns);
                }
                _ => {}
            },
            Step::Stop { broken: false } => break Ok(()),
            Step::Stop { broken: true } => break Err("the workbook is damaged; not all of it is read".to_owned()),
        }
    };
    let cut = sheets.write(words);
    ended.and(cut)
}

/// `2026-04-08T09:00:00` as `2026-04-08 09:00`; a date at midnight is a date.
fn shown(date: &str) -> String {
    match date.split_once('T') {
        Some((day, "00:00:00")) => day.to_owned(),
        Some((day, time)) => format!("{day} {}", time.strip_suffix(":00").unwrap_or(time)),
        None => date.to_owned(),
    }
}
