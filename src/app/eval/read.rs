//! Labelled lines of files; a bad line is named and left out, the rest goes on.

use crate::understand::labels::{self, Labelled};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

/// What the files hold.
#[derive(Debug, Default)]
pub struct Lines {
    pub messages: Vec<Labelled>,
    /// Lines, and whole files, that could not be read.
    pub skipped: u64,
}

/// Reads all files in order; `-` is standard input. `most`: bytes of one line. One sentence for each fault on `err`,
/// with file and line; only writing there can fail.
pub fn files(paths: &[PathBuf], most: usize, err: &mut dyn Write) -> io::Result<Lines> {
    let mut lines = Lines::default();
    for path in paths {
        let done = if path.as_os_str() == "-" {
            one(io::stdin().lock(), path, most, &mut lines, err)?
        } else {
            match File::open(path) {
                Ok(file) => one(BufReader::new(file), path, most, &mut lines, err)?,
                Err(e) => Err(e),
            }
        };
        if let Err(e) = done {
            lines.skipped += 1;
            writeln!(err, "{}: cannot be read: {e}", path.display())?;
        }
    }
    Ok(lines)
}

/// The inner error is of reading.
fn one(
    mut from: impl BufRead,
    path: &Path,
    most: usize,
    lines: &mut Lines,
    err: &mut dyn Write,
) -> io::Result<io::Result<()>> {
    let mut line = Vec::new();
    for number in 1u64.. {
        line.clear();
        // One byte more than may be tells that the line is too long.
        match from.by_ref().take(most as u64 + 1).read_until(b'\n', &mut line) {
            Ok(0) => break,
            Ok(_) => {}
            Err(e) => return Ok(Err(e)),
        }
        let why = if line.len() > most {
            let rest = if line.ends_with(b"\n") { Ok(0) } else { from.skip_until(b'\n') };
            if let Err(e) = rest {
                return Ok(Err(e));
            }
            format!("the line is longer than {most} bytes")
        } else {
            match parse(&line) {
                None => continue,
                Some(Ok(labelled)) => {
                    lines.messages.push(labelled);
                    continue;
                }
                Some(Err(why)) => why,
            }
        };
        lines.skipped += 1;
        writeln!(err, "{}:{number}: {why}", path.display())?;
    }
    Ok(Ok(()))
}

/// None: an empty line.
fn parse(line: &[u8]) -> Option<Result<Labelled, String>> {
    let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line).trim_ascii();
    if line.is_empty() {
        return None;
    }
    let text = std::str::from_utf8(line).map_err(|_| "the line is no UTF-8".to_owned());
    Some(text.and_then(|text| labels::parse(text).map_err(|e| e.to_string())))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"id":"a","language":"en","channel":"chat","received_at":"2026-03-10T09:00:00Z","text":"hi","category":"other"}"#;

    #[test]
    fn bad_lines_are_named_and_the_rest_goes_on() {
        let input = format!("{GOOD}\n\n{{\"id\": 1}}\n\u{feff}{GOOD}\r\n{}\n{GOOD}", "x".repeat(400));
        let (mut lines, mut err) = (Lines::default(), Vec::new());
        let mut input = input.into_bytes();
        input.extend(b"\n\xff\n");
        one(input.as_slice(), Path::new("f.jsonl"), 300, &mut lines, &mut err).unwrap().unwrap();
        assert_eq!((lines.messages.len(), lines.skipped), (3, 3));
        insta::assert_snapshot!(String::from_utf8(err).unwrap(), @"
        f.jsonl:3: this is no labelled message: invalid type: integer `1`, expected a string at line 1 column 8
        f.jsonl:5: the line is longer than 300 bytes
        f.jsonl:7: the line is no UTF-8
        ");
    }
}
