//! Reading the folder's files row by row, so that one bad row costs only itself.

use serde::de::DeserializeOwned;
use std::path::Path;

/// A row or file that could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub file: String,
    /// From 1; 0 where the whole file is meant.
    pub line: usize,
    pub reason: String,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.reason)
    }
}

/// Bytes of one knowledge file; more is no directory but a mistake.
const FILE_BYTES: u64 = 256 << 20;

/// The file's text; empty where there is none.
pub fn read(folder: &Path, name: &str, faults: &mut Vec<Fault>) -> String {
    let path = folder.join(name);
    let fault = |reason: String| Fault { file: name.to_owned(), line: 0, reason };
    match std::fs::metadata(&path) {
        Err(_) => return String::new(),
        Ok(m) if m.len() > FILE_BYTES => {
            faults.push(fault(format!("the file has {} bytes; the limit is {FILE_BYTES}", m.len())));
            return String::new();
        }
        Ok(_) => {}
    }
    match std::fs::read(&path) {
        Ok(bytes) => String::from_utf8_lossy(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes)).into_owned(),
        Err(error) => {
            faults.push(fault(error.to_string()));
            String::new()
        }
    }
}

/// The rows of one array of tables (`[[key]]`) of a TOML text, each read on its own.
pub fn toml_rows<T: DeserializeOwned>(file: &str, text: &str, key: &str, faults: &mut Vec<Fault>) -> Vec<T> {
    let Some(document) = toml_document(file, text, faults) else { return Vec::new() };
    let Some(toml::Value::Array(rows)) = document.get(key) else { return Vec::new() };
    let lines = heading_lines(text, key);
    let mut out = Vec::with_capacity(rows.len());
    for (i, row) in rows.iter().enumerate() {
        match row.clone().try_into::<T>() {
            Ok(row) => out.push(row),
            Err(error) => faults.push(Fault {
                file: file.to_owned(),
                line: lines.get(i).copied().unwrap_or(0),
                reason: error.message().trim().to_owned(),
            }),
        }
    }
    out
}

/// A TOML text as a table; a text that is no TOML is a fault with its line.
pub fn toml_document(file: &str, text: &str, faults: &mut Vec<Fault>) -> Option<toml::Table> {
    if text.trim().is_empty() {
        return None;
    }
    match text.parse::<toml::Table>() {
        Ok(table) => Some(table),
        Err(error) => {
            let before = error.span().and_then(|s| text.get(..s.start));
            let line = before.map_or(0, |b| b.matches('\n').count() + 1);
            let fault = Fault { file: file.to_owned(), line, reason: error.message().trim().to_owned() };
            if !faults.contains(&fault) {
                faults.push(fault);
            }
            None
        }
    }
}

fn heading_lines(text: &str, key: &str) -> Vec<usize> {
    let heading = format!("[[{key}]]");
    text.lines().enumerate().filter(|(_, l)| l.trim_start().starts_with(&heading)).map(|(i, _)| i + 1).collect()
}

/// The rows of a CSV text with a header, each read on its own; lines are counted as a person counts them.
pub fn csv_rows<T: DeserializeOwned>(file: &str, text: &str, faults: &mut Vec<Fault>) -> Vec<T> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let mut out = Vec::new();
    for row in reader.deserialize::<T>() {
        match row {
            Ok(row) => out.push(row),
            Err(error) => faults.push(Fault {
                file: file.to_owned(),
                line: error.position().map_or(0, |p| p.line() as usize),
                reason: match error.kind() {
                    csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                        format!("the row has {len} cells, the header {expected_len}")
                    }
                    _ => error.to_string(),
                },
            }),
        }
    }
    out
}
