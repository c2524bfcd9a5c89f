//! Reading the folder's files row by row, so that one bad row costs only itself.

use crate::intake::attachment::text;
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use std::path::Path;

/// A row or file that could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub file: String,
    /// From 1; 0 where the whole file is meant.
    pub line: usize,
    pub reason: String,
}

impl Fault {
    pub fn new(file: &str, line: usize, reason: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line, reason: reason.into() }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.reason)
    }
}

/// A row with the line on which it begins, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row<T> {
    pub line: usize,
    pub value: T,
}

/// Bytes of one knowledge file; more is no directory but a mistake.
pub const FILE_BYTES: u64 = 256 << 20;
/// Faults of one file that are named one by one; the others are counted.
const FAULTS: usize = 200;

/// The file's text; empty where there is none.
pub fn read(folder: &Path, name: &str, faults: &mut Vec<Fault>) -> String {
    let path = folder.join(name);
    let bytes = match std::fs::metadata(&path) {
        Err(_) => return String::new(),
        Ok(facts) if facts.len() > FILE_BYTES => Err(too_large(facts.len())),
        Ok(_) => std::fs::read(&path).map_err(|error| error.to_string()),
    };
    bytes.and_then(|bytes| decode(&bytes)).unwrap_or_else(|reason| {
        faults.push(Fault::new(name, 0, reason));
        String::new()
    })
}

/// Why a file is not read for its size.
pub fn too_large(bytes: u64) -> String {
    format!("the file has {bytes} bytes; the limit is {FILE_BYTES}")
}

/// The text of a file in whatever encoding a spreadsheet program wrote it.
pub fn decode(bytes: &[u8]) -> Result<String, String> {
    text::decode(bytes).ok_or_else(|| "the file does not look like text and is not read".to_owned())
}

/// The rows of one array of tables (`[[key]]`) of a TOML text, each read on its own.
pub fn toml_rows<T: DeserializeOwned>(file: &str, text: &str, key: &str, faults: &mut Vec<Fault>) -> Vec<T> {
    let Some(document) = toml_document(file, text, faults) else { return Vec::new() };
    let rows = match document.get(key) {
        Some(toml::Value::Array(rows)) => rows,
        Some(_) => {
            faults.push(Fault::new(file, 0, format!("`{key}` is written [{key}]; each entry needs [[{key}]]")));
            return Vec::new();
        }
        None => return Vec::new(),
    };
    let lines = heading_lines(text, key);
    let mut out = Vec::with_capacity(rows.len());
    let mut kept = Kept::new(file, faults);
    let mut seen = HashMap::new();
    for (i, row) in rows.iter().enumerate() {
        let line = lines.get(i).copied().unwrap_or(0);
        match row.clone().try_into::<T>() {
            Ok(value) => {
                if let Some(id) = identity(key, row)
                    && let Some(first) = seen.insert(id.to_lowercase(), line)
                {
                    kept.push(line, format!("`{id}` stands in line {first} already; this one is not used"));
                    seen.insert(id.to_lowercase(), first);
                    continue;
                }
                out.push(value);
            }
            Err(error) => kept.push(line, error.message().trim().to_owned()),
        }
    }
    out
}

/// What tells a row from the others: its `id`, else its `name`; bundles may share a name, routes have none.
fn identity<'r>(key: &str, row: &'r toml::Value) -> Option<&'r str> {
    let id = row.get("id").or_else(|| row.get("name").filter(|_| !matches!(key, "bundle" | "vendor")));
    id.and_then(toml::Value::as_str)
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
            let fault = Fault::new(file, line, error.message().trim());
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

/// The first line in which these words stand in quotation marks; 0 where none has them.
pub fn line_of(text: &str, words: &str) -> usize {
    let quoted = format!("\"{words}\"");
    text.lines().position(|l| l.contains(&quoted)).map_or(0, |i| i + 1)
}

/// The rows of a CSV text with a header, each read on its own; lines are counted as a person counts them. Cells may be
/// parted by comma, semicolon or TAB, whichever the header has; names of columns may be in any case, with spaces.
pub fn csv_rows<T: DeserializeOwned>(file: &str, text: &str, faults: &mut Vec<Fault>) -> Vec<Row<T>> {
    let head = text.lines().next().unwrap_or("");
    let delimiter = [b',', b';', b'\t'].into_iter().max_by_key(|d| (head.matches(char::from(*d)).count(), *d == b','));
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .delimiter(delimiter.unwrap_or(b','))
        .from_reader(text.as_bytes());
    let mut kept = Kept::new(file, faults);
    let headers: csv::StringRecord = match reader.headers() {
        Ok(headers) => headers.iter().map(|h| h.to_lowercase().replace([' ', '-'], "_")).collect(),
        Err(error) => {
            kept.push(1, error.to_string());
            return Vec::new();
        }
    };
    let mut out = Vec::new();
    let mut record = csv::StringRecord::new();
    loop {
        let row = reader.read_record(&mut record);
        // Empty lines before the row are counted to it by the reader.
        let line = record.position().map_or(0, |p| {
            let rest = text.get(p.byte() as usize..).unwrap_or("");
            let empty = rest.len() - rest.trim_start_matches(['\n', '\r']).len();
            p.line() as usize + rest.get(..empty).unwrap_or("").matches('\n').count()
        });
        match row {
            Ok(false) => return out,
            Ok(true) if record.iter().any(|cell| cell.contains('\0')) => {
                kept.push(line, "the row holds a NUL character; it is not used");
            }
            Ok(true) => match record.deserialize::<T>(Some(&headers)) {
                Ok(value) => out.push(Row { line, value }),
                Err(error) => kept.push(line, said(&error)),
            },
            Err(error) => {
                kept.push(line, said(&error));
                if error.is_io_error() {
                    return out;
                }
            }
        }
    }
}

fn said(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("the row has {len} cells, the header {expected_len}")
        }
        csv::ErrorKind::Deserialize { err, .. } => err.to_string(),
        _ => error.to_string(),
    }
}

/// Faults of one file, of which the first are kept and the others counted.
pub struct Kept<'f> {
    file: &'f str,
    faults: &'f mut Vec<Fault>,
    more: usize,
    count: usize,
}

impl<'f> Kept<'f> {
    pub fn new(file: &'f str, faults: &'f mut Vec<Fault>) -> Self {
        Self { file, faults, more: 0, count: 0 }
    }

    pub fn push(&mut self, line: usize, reason: impl Into<String>) {
        self.count += 1;
        if self.count <= FAULTS {
            let file = if line == 0 && self.file == "people.csv" { "ldap" } else { self.file };
            self.faults.push(Fault::new(file, line, reason));
        } else {
            self.more += 1;
        }
    }
}

impl Drop for Kept<'_> {
    fn drop(&mut self) {
        if self.more > 0 {
            self.faults.push(Fault::new(self.file, 0, format!("and {} more rows like these", self.more)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize, PartialEq)]
    struct Person {
        employee_number: String,
        name: String,
    }

    fn people(text: &str) -> (Vec<(usize, String)>, Vec<String>) {
        let mut faults = Vec::new();
        let rows = csv_rows::<Person>("people.csv", text, &mut faults);
        let rows = rows.into_iter().map(|r| (r.line, format!("{} {}", r.value.employee_number, r.value.name)));
        (rows.collect(), faults.iter().map(Fault::to_string).collect())
    }

    #[test]
    fn ragged_rows_and_nul_cost_only_themselves() {
        let (rows, faults) =
            people("Employee Number,Name\nE-1,Ann\nE-2\nE-3,B\0o,x\nE-4,C\0y\n\nE-5,\"Li,\nna\"\nE-6,王芳\n");
        assert_eq!(rows, [(2, "E-1 Ann".into()), (7, "E-5 Li,\nna".into()), (9, "E-6 王芳".into())]);
        insta::assert_snapshot!(faults.join("\n"), @r"
        people.csv:3: the row has 1 cells, the header 2
        people.csv:4: the row has 3 cells, the header 2
        people.csv:5: the row holds a NUL character; it is not used
        ");
    }

    #[test]
    fn delimiters_are_told_by_the_header() {
        assert_eq!(people("employee_number;name\nE-1;Ann, B\n").0, [(2, "E-1 Ann, B".to_owned())]);
        assert_eq!(people("employee_number\tname\nE-1\tAnn\n").0, [(2, "E-1 Ann".to_owned())]);
    }

    #[test]
    fn a_file_of_faults_names_the_first_and_counts_the_others() {
        let (_, faults) = people(&format!("employee_number,name\n{}", "x\n".repeat(1_000)));
        assert_eq!(faults.len(), FAULTS + 1);
        assert_eq!(faults.last().unwrap(), "people.csv:0: and 800 more rows like these");
        let (_, faults) = people("number,nom\nE-1,Ann\n");
        insta::assert_snapshot!(faults.join("\n"), @"people.csv:2: missing field `employee_number`");
    }

    #[test]
    fn the_same_id_twice_is_named_and_the_first_is_used() {
        #[derive(serde::Deserialize)]
        struct Item {
            id: String,
        }
        let mut faults = Vec::new();
        let text = "[[item]]\nid = \"a\"\n[[item]]\nid = \"b\"\n[[item]]\nid = \"A\"\n";
        let rows = toml_rows::<Item>("catalog.toml", text, "item", &mut faults);
        assert_eq!(rows.iter().map(|r| r.id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        insta::assert_snapshot!(faults[0], @"catalog.toml:5: `A` stands in line 1 already; this one is not used");
        faults.clear();
        toml_rows::<Item>("catalog.toml", "[item]\nid = \"a\"\n", "item", &mut faults);
        insta::assert_snapshot!(faults[0], @"catalog.toml:0: `item` is written [item]; each entry needs [[item]]");
    }
}
