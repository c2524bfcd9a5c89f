//! Excel workbooks (.xlsx), and the sheets of any workbook as rows of text.

use super::archive::Archive;
use super::words::Words;
use calamine::{Cell, DataRef, ExcelDateTime, Reader, SheetVisible, Xlsx};
use memchr::memmem;
use std::collections::BTreeMap;
use std::io::Cursor;

pub fn read(words: &mut Words, bytes: &[u8]) -> Result<(), String> {
    // The library unpacks without a bound and makes room for as many strings as the file says it has.
    Archive::open(bytes)?.each(words.deadline(), |name, part| {
        if name.ends_with(".xml") || name.ends_with(".rels") { check(part) } else { Ok(()) }
    })?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| "the workbook is damaged and cannot be read")?;
    let listed: Vec<(String, bool)> =
        book.sheets_metadata().iter().map(|s| (s.name.clone(), s.visible == SheetVisible::Visible)).collect();
    let mut sheets = Sheets::default();
    let mut damaged = false;
    for (name, visible) in listed {
        if words.done() || sheets.full() {
            break;
        }
        if !visible {
            sheets.hidden += 1;
            continue;
        }
        // Charts and dialogues are no worksheets.
        let Ok(mut cells) = book.worksheet_cells_reader(&name) else { continue };
        sheets.begin(name);
        while !words.done() && !sheets.full() {
            match cells.next_cell() {
                Ok(Some(cell)) => put(&mut sheets, &cell),
                Ok(None) => break,
                Err(_) => {
                    damaged = true;
                    break;
                }
            }
        }
    }
    let cut = sheets.write(words);
    if damaged { Err("the workbook is damaged; not all of it is read".into()) } else { cut }
}

/// Refuses a part whose count of strings cannot be true, and encodings that would hide it from this look.
fn check(part: &[u8]) -> Result<(), String> {
    let untrue = || Err("the workbook is damaged and is not read".to_owned());
    if part.starts_with(&[0xFE, 0xFF]) || part.starts_with(&[0xFF, 0xFE]) {
        return untrue();
    }
    for at in memmem::find_iter(part, b"uniqueCount") {
        let rest = part.get(at + 11..).unwrap_or(&[]);
        let digits = rest.iter().skip_while(|b| matches!(b, b'=' | b'"' | b'\'' | b'+') || b.is_ascii_whitespace());
        let count = digits
            .take_while(|b| b.is_ascii_digit())
            .fold(0u64, |n, b| n.saturating_mul(10).saturating_add(u64::from(b - b'0')));
        // The shortest string takes five bytes: `<si/>`.
        if count > part.len() as u64 / 5 + 1 {
            return untrue();
        }
    }
    Ok(())
}

fn put(sheets: &mut Sheets, cell: &Cell<DataRef<'_>>) {
    let (row, column) = cell.get_position();
    let words = match cell.get_value() {
        DataRef::String(s) | DataRef::DateTimeIso(s) | DataRef::DurationIso(s) => s.clone(),
        DataRef::SharedString(s) => (*s).to_owned(),
        DataRef::Int(n) => n.to_string(),
        DataRef::Float(n) => number(*n),
        DataRef::Bool(b) => truth(*b).to_owned(),
        DataRef::DateTime(d) => date(d),
        DataRef::Error(_) | DataRef::Empty => return,
    };
    sheets.put(row, column, words);
}

pub fn truth(b: bool) -> &'static str {
    if b { "TRUE" } else { "FALSE" }
}

/// A number as a sheet shows it: without the dust of binary fractions.
pub fn number(n: f64) -> String {
    if n.fract() == 0.0 && n.abs() < 1e15 {
        return format!("{n:.0}");
    }
    let rounded = (n * 1e10).round() / 1e10;
    if rounded.is_finite() { rounded.to_string() } else { n.to_string() }
}

/// A date as `2026-03-02`, with its time if it has one; a time or a duration as `9:30`.
pub fn date(d: &ExcelDateTime) -> String {
    let days = d.as_f64();
    // Serial days up to 9999-12-31.
    if !(0.0..=2_958_466.0).contains(&days) {
        return number(days);
    }
    if d.is_duration() || days < 1.0 {
        let seconds = (days * 86_400.0).round() as u64;
        return clock(seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
    let (year, month, day, hour, minute, second, _) = d.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second) == (0, 0, 0) {
        date
    } else {
        format!("{date} {}", clock(hour.into(), minute.into(), second.into()))
    }
}

fn clock(hour: u64, minute: u64, second: u64) -> String {
    if second == 0 { format!("{hour:02}:{minute:02}") } else { format!("{hour:02}:{minute:02}:{second:02}") }
}

/// The words by row, then by column.
type Rows = BTreeMap<u32, BTreeMap<u32, String>>;

/// The cells of a workbook's sheets, sparse, within bounds.
#[derive(Default)]
pub struct Sheets {
    sheets: Vec<(String, Rows)>,
    cells: usize,
    bytes: usize,
    wide: bool,
    /// Sheets that the workbook hides: lists behind its drop-downs.
    pub hidden: usize,
}

impl Sheets {
    /// Columns that are read; the last is IV.
    pub const COLUMNS: u32 = 256;
    /// Cells with words, of all sheets together.
    const CELLS: usize = 100_000;
    /// Bytes of all words together: over ten times what the default bound of characters keeps.
    const BYTES: usize = 8 << 20;

    pub fn begin(&mut self, name: String) {
        self.sheets.push((name, BTreeMap::new()));
    }

    pub fn put(&mut self, row: u32, column: u32, words: String) {
        if column >= Self::COLUMNS {
            self.wide = true;
        } else if !words.trim().is_empty() && !self.full() {
            self.cells += 1;
            self.bytes += words.len();
            if let Some((_, rows)) = self.sheets.last_mut() {
                rows.entry(row).or_default().insert(column, words);
            }
        }
    }

    pub fn full(&self) -> bool {
        self.cells >= Self::CELLS || self.bytes >= Self::BYTES
    }

    /// The sheets with words, each under its name if there are several; the error says what is left out.
    pub fn write(self, words: &mut Words) -> Result<(), String> {
        let full = self.full();
        let several = self.sheets.iter().filter(|(_, rows)| !rows.is_empty()).count() > 1;
        for (name, rows) in &self.sheets {
            let Some(first) = rows.values().filter_map(|row| row.keys().next()).min().copied() else { continue };
            if several {
                words.line(name);
            }
            for row in rows.values() {
                let end = row.keys().next_back().map_or(first, |last| last + 1);
                words.row(&(first..end).map(|c| row.get(&c).map_or("", String::as_str)).collect::<Vec<_>>());
            }
        }
        if full {
            return Err(format!("only the first {} cells of the workbook are read", self.cells));
        }
        if self.wide {
            return Err(format!("only the first {} columns of the workbook are read", Self::COLUMNS));
        }
        match self.hidden {
            0 => Ok(()),
            1 => Err("a hidden sheet of the workbook is not read".into()),
            n => Err(format!("{n} hidden sheets of the workbook are not read")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::ExcelDateTimeType;

    #[test]
    fn numbers_and_dates_are_written_as_people_read_them() {
        assert_eq!(number(13_800_000_000.0), "13800000000");
        assert_eq!(number(0.1 + 0.2), "0.3");
        let at = |value, kind| date(&ExcelDateTime::new(value, kind, false));
        assert_eq!(at(46_083.0, ExcelDateTimeType::DateTime), "2026-03-02");
        assert_eq!(at(46_083.395_833_333_3, ExcelDateTimeType::DateTime), "2026-03-02 09:30");
        assert_eq!(at(0.395_833_333_333, ExcelDateTimeType::DateTime), "09:30");
        assert_eq!(at(1.5, ExcelDateTimeType::TimeDelta), "36:00");
        assert_eq!(at(-1e300, ExcelDateTimeType::DateTime), number(-1e300));
    }

    #[test]
    fn a_count_of_strings_that_cannot_be_true_is_refused() {
        assert!(check(b"<sst uniqueCount=\"2\"><si/><si/></sst>").is_ok());
        assert!(check(b"<sst uniqueCount = '99999999999999999999'/>").is_err());
        assert!(check(b"\xFF\xFEu\0n\0").is_err());
    }
}
