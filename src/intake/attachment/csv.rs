//! Comma, semicolon or TAB separated values as rows.

use super::{text, words::Words};

/// Lines that are looked at to find the delimiter.
const SAMPLE_LINES: usize = 20;
/// Cells of one row; what comes after is dropped.
const CELLS: usize = 256;

pub fn read(words: &mut Words, bytes: &[u8], delimiter: Option<u8>) -> Result<(), String> {
    let decoded = text::decode(bytes).ok_or("it does not look like text and is not read")?;
    let (mut body, mut delimiter) = (decoded.as_str(), delimiter);
    // Excel writes its delimiter into a first line of its own.
    if let Some(rest) = body.strip_prefix("sep=") {
        let mut chars = rest.chars();
        delimiter = chars.next().and_then(|c| u8::try_from(c).ok()).or(delimiter);
        body = chars.as_str().trim_start_matches(['\r', '\n']);
    }
    let mut rows = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter.unwrap_or_else(|| guess(body)))
        .from_reader(body.as_bytes());
    let mut row = csv::StringRecord::new();
    while !words.done() {
        match rows.read_record(&mut row) {
            Ok(true) => words.row(&row.iter().take(CELLS).collect::<Vec<_>>()),
            Ok(false) => return Ok(()),
            Err(_) => return Err("some rows of the file are damaged and are not read".into()),
        }
    }
    Ok(())
}

/// The delimiter that the first lines have most evenly: the highest least count a line.
fn guess(body: &str) -> u8 {
    let lines: Vec<&str> = body.lines().filter(|l| !l.trim().is_empty()).take(SAMPLE_LINES).collect();
    [b'\t', b';', b',', b'|']
        .into_iter()
        .map(|d| (lines.iter().map(|l| unquoted(l, d)).min().unwrap_or(0), d))
        .max_by_key(|(least, d)| (*least, *d == b','))
        .filter(|(least, _)| *least > 0)
        .map_or(b',', |(_, d)| d)
}

/// How often `delimiter` stands outside of quotes.
fn unquoted(line: &str, delimiter: u8) -> usize {
    let mut quoted = false;
    let mut found = 0;
    for b in line.bytes() {
        if b == b'"' {
            quoted = !quoted;
        } else if b == delimiter && !quoted {
            found += 1;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    fn rows(bytes: &[u8], delimiter: Option<u8>) -> String {
        let mut words = Words::new(10_000, Instant::now() + Duration::from_secs(60));
        read(&mut words, bytes, delimiter).unwrap();
        words.finish().0
    }

    #[test]
    fn delimiters_are_found_and_quotes_kept_together() {
        assert_eq!(rows(b"Name,Site\r\n\"Chen, Yi\",\"3F\nEast\"\r\n", None), "Name\tSite\nChen, Yi\t3F; East");
        assert_eq!(rows(b"sep=;\r\nName;Start\r\nLi;2026-03-02", None), "Name\tStart\nLi\t2026-03-02");
        assert_eq!(rows(b"Name;Note\nLi;a, b, c\nWu;d", None), "Name\tNote\nLi\ta, b, c\nWu\td");
        assert_eq!(rows(b"a,b\tc\n", Some(b'\t')), "a,b\tc");
    }

    #[test]
    fn gbk_is_read_and_rows_may_differ_in_length() {
        let bytes = encoding_rs::GBK.encode("姓名,岗位\n邓宇\n,,\n牛晨,测试,备注").0.into_owned();
        assert_eq!(rows(&bytes, None), "姓名\t岗位\n邓宇\n牛晨\t测试\t备注");
    }
}
