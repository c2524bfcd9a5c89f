//! Old Excel workbooks (.xls, BIFF5 and BIFF8), record by record: no record is trusted with memory.

use super::cfb::{Cfb, u16_at, u32_at};
use super::words::Words;
use super::xlsx::{Sheets, date, number, truth};
use calamine::{ExcelDateTime, ExcelDateTimeType};
use encoding_rs::Encoding;
use std::collections::HashMap;

/// Sheets of one workbook.
const SHEETS: usize = 256;
/// Shared strings of one workbook.
const STRINGS: usize = 1_000_000;

pub fn read(words: &mut Words, bytes: &[u8]) -> Result<(), String> {
    let damaged = "the workbook is damaged and cannot be read";
    let file = Cfb::open(bytes).ok_or(damaged)?;
    let stream = file.stream("Workbook").or_else(|| file.stream("Book")).ok_or(damaged)?;
    let book = Book::of(&stream)?;
    let mut sheets = Sheets::default();
    for sheet in &book.sheets {
        if words.done() || sheets.full() {
            break;
        }
        if sheet.hidden {
            sheets.hidden += 1;
        } else {
            sheets.begin(sheet.name.clone());
            book.sheet(&stream, sheet.start, &mut sheets, words);
        }
    }
    sheets.write(words)
}

/// What stands before the sheets.
struct Book {
    biff8: bool,
    codepage: &'static Encoding,
    is_1904: bool,
    sheets: Vec<Sheet>,
    strings: Vec<String>,
    /// For each cell format, how it shows numbers.
    shown: Vec<Option<ExcelDateTimeType>>,
}

struct Sheet {
    name: String,
    start: usize,
    hidden: bool,
}

impl Book {
    fn of(stream: &[u8]) -> Result<Self, String> {
        let mut book = Self {
            biff8: true,
            codepage: encoding_rs::WINDOWS_1252,
            is_1904: false,
            sheets: Vec::new(),
            strings: Vec::new(),
            shown: Vec::new(),
        };
        let mut formats: HashMap<u16, Option<ExcelDateTimeType>> = HashMap::new();
        let mut used = Vec::new();
        let mut records = Records { stream, at: 0 };
        while let Some(Record { id, data }) = records.next() {
            match id {
                0x002F => return Err("it is encrypted and is not read".into()),
                0x0809 => book.biff8 = u16_at(data, 0) != Some(0x0500),
                0x0042 => book.codepage = u16_at(data, 0).and_then(codepage).unwrap_or(book.codepage),
                0x0022 => book.is_1904 = u16_at(data, 0) == Some(1),
                0x041E => {
                    if let (Some(format), Some(code)) = (u16_at(data, 0), data.get(2..)) {
                        formats.insert(format, date_format(&book.string(code, book.biff8)));
                    }
                }
                0x00E0 => used.push(u16_at(data, 2).unwrap_or(0)),
                0x0085 if book.sheets.len() < SHEETS => {
                    let (Some(start), Some(state), Some(name)) = (u32_at(data, 0), data.get(4), data.get(6..)) else {
                        continue;
                    };
                    // Charts and macros are no worksheets.
                    if data.get(5) == Some(&0) {
                        book.sheets.push(Sheet {
                            name: book.string(name, false),
                            start: start as usize,
                            hidden: state & 3 != 0,
                        });
                    }
                }
                0x00FC => {
                    let mut parts = vec![data.get(8..).unwrap_or(&[])];
                    parts.extend(records.continued());
                    book.strings = shared(parts);
                }
                0x000A => break,
                _ => {}
            }
        }
        book.shown = used.into_iter().map(|f| formats.get(&f).copied().unwrap_or_else(|| built_in(f))).collect();
        Ok(book)
    }

    fn sheet(&self, stream: &[u8], start: usize, sheets: &mut Sheets, words: &mut Words) {
        let (mut depth, mut formula) = (0usize, None);
        let mut records = Records { stream, at: start };
        while let Some(Record { id, data }) = records.next() {
            // Charts inside a sheet have records of their own.
            match id {
                0x0809 => depth += 1,
                0x000A if depth <= 1 => return,
                0x000A => depth -= 1,
                _ => {}
            }
            if depth > 1 || words.done() || sheets.full() {
                if depth > 1 {
                    continue;
                }
                return;
            }
            let (Some(row), Some(column)) = (u16_at(data, 0), u16_at(data, 2)) else { continue };
            let (row, column) = (u32::from(row), u32::from(column));
            let format = u16_at(data, 4).unwrap_or(0);
            match id {
                0x0203 => {
                    if let Some(n) = f64_at(data, 6) {
                        sheets.put(row, column, self.number(n, format));
                    }
                }
                0x027E => {
                    if let Some(rk) = u32_at(data, 6) {
                        sheets.put(row, column, self.number(packed(rk), format));
                    }
                }
                0x00BD => {
                    let cells = data.get(4..data.len().saturating_sub(2)).unwrap_or(&[]);
                    for (c, cell) in (column..).zip(cells.chunks_exact(6)) {
                        if let (Some(format), Some(rk)) = (u16_at(cell, 0), u32_at(cell, 2)) {
                            sheets.put(row, c, self.number(packed(rk), format));
                        }
                    }
                }
                0x00FD => {
                    if let Some(text) = u32_at(data, 6).and_then(|i| self.strings.get(i as usize)) {
                        sheets.put(row, column, text.clone());
                    }
                }
                0x0204 | 0x00D6 => sheets.put(row, column, self.string(data.get(6..).unwrap_or(&[]), true)),
                0x0205 if data.get(7) == Some(&0) => sheets.put(row, column, truth(data.get(6) == Some(&1)).into()),
                0x0006 => {
                    formula = Some((row, column));
                    match (data.get(6), data.get(8), u16_at(data, 12)) {
                        (Some(1), Some(b), Some(0xFFFF)) => sheets.put(row, column, truth(*b == 1).into()),
                        (_, _, Some(0xFFFF) | None) => {}
                        _ => sheets.put(row, column, self.number(f64_at(data, 6).unwrap_or(0.0), format)),
                    }
                }
                // The text that the formula before it gives.
                0x0207 => {
                    if let Some((row, column)) = formula.take() {
                        sheets.put(row, column, self.string(data, true));
                    }
                }
                _ => {}
            }
        }
    }

    fn number(&self, n: f64, format: u16) -> String {
        match self.shown.get(usize::from(format)).copied().flatten() {
            Some(kind) => date(&ExcelDateTime::new(n, kind, self.is_1904)),
            None => number(n),
        }
    }

    /// A string that stands within one record, with its length in one byte or two.
    fn string(&self, data: &[u8], long: bool) -> String {
        let (len, rest) = if long {
            (u16_at(data, 0).map(usize::from), data.get(2..))
        } else {
            (data.first().map(|l| usize::from(*l)), data.get(1..))
        };
        let (Some(len), Some(rest)) = (len, rest) else { return String::new() };
        if !self.biff8 {
            return self
                .codepage
                .decode_without_bom_handling(rest.get(..len.min(rest.len())).unwrap_or(rest))
                .0
                .into_owned();
        }
        let wide = rest.first().is_some_and(|f| f & 1 != 0);
        characters(rest.get(1..).unwrap_or(&[]), len, wide).0
    }
}

/// Up to `len` characters of one or two bytes, and how many bytes they took.
fn characters(bytes: &[u8], len: usize, wide: bool) -> (String, usize) {
    if wide {
        let units: Vec<u16> = bytes.chunks_exact(2).take(len).filter_map(|c| u16_at(c, 0)).collect();
        (String::from_utf16_lossy(&units), units.len() * 2)
    } else {
        let taken = bytes.get(..len.min(bytes.len())).unwrap_or(bytes);
        (taken.iter().map(|b| char::from(*b)).collect(), taken.len())
    }
}

/// The shared strings; a string may go on in the next part, which then says anew how wide its characters are.
fn shared(parts: Vec<&[u8]>) -> Vec<String> {
    let mut strings = Vec::new();
    let mut parts = parts.into_iter();
    let mut part = parts.next().unwrap_or(&[]);
    while strings.len() < STRINGS {
        if part.is_empty() {
            match parts.next() {
                Some(next) => part = next,
                None => break,
            }
            continue;
        }
        let (Some(len), Some(flags)) = (u16_at(part, 0), part.get(2).copied()) else { break };
        let mut at = 3;
        let mut after = 0usize;
        if flags & 8 != 0 {
            after += 4 * usize::from(u16_at(part, at).unwrap_or(0));
            at += 2;
        }
        if flags & 4 != 0 {
            after += u32_at(part, at).unwrap_or(0) as usize;
            at += 4;
        }
        part = part.get(at..).unwrap_or(&[]);
        let (mut left, mut wide, mut string) = (usize::from(len), flags & 1 != 0, String::new());
        loop {
            let (text, taken) = characters(part, left, wide);
            left -= if wide { taken / 2 } else { taken };
            string.push_str(&text);
            part = part.get(taken..).unwrap_or(&[]);
            if left == 0 {
                break;
            }
            let Some(next) = parts.next() else { break };
            wide = next.first().is_some_and(|f| f & 1 != 0);
            part = next.get(1..).unwrap_or(&[]);
        }
        strings.push(string);
        // Formatting and phonetic marks after the characters.
        while after > 0 {
            let taken = after.min(part.len());
            part = part.get(taken..).unwrap_or(&[]);
            after -= taken;
            if after > 0 {
                match parts.next() {
                    Some(next) => part = next,
                    None => break,
                }
            }
        }
    }
    strings
}

/// A number packed into 30 bits: the upper part of a float, or an integer; either perhaps a hundredth.
fn packed(rk: u32) -> f64 {
    let n = if rk & 2 != 0 { f64::from((rk as i32) >> 2) } else { f64::from_bits(u64::from(rk & !3) << 32) };
    if rk & 1 != 0 { n / 100.0 } else { n }
}

/// Whether a format's code shows a date or a duration.
fn date_format(code: &str) -> Option<ExcelDateTimeType> {
    let (mut quoted, mut escaped, mut bracket) = (false, false, None::<String>);
    // Negative numbers and texts have formats of their own after a semicolon.
    for c in code.chars().take(255) {
        if escaped {
            escaped = false;
        } else if quoted {
            quoted = c != '"';
        } else if let Some(inside) = &mut bracket {
            if c == ']' {
                // [h]:mm shows a duration; [Red] and [$-804] show nothing.
                if !inside.is_empty() && inside.chars().all(|c| matches!(c.to_ascii_lowercase(), 'h' | 'm' | 's')) {
                    return Some(ExcelDateTimeType::TimeDelta);
                }
                bracket = None;
            } else {
                inside.push(c);
            }
        } else {
            match c {
                '"' => quoted = true,
                '\\' | '_' | '*' => escaped = true,
                '[' => bracket = Some(String::new()),
                ';' => return None,
                'y' | 'Y' | 'd' | 'D' | 'h' | 'H' | 'm' | 'M' | 's' | 'S' => return Some(ExcelDateTimeType::DateTime),
                'G' | '0' | '#' | '?' | '@' => return None,
                _ => {}
            }
        }
    }
    None
}

/// The formats that have no code in the file; those of East Asian locales are dates, too.
fn built_in(format: u16) -> Option<ExcelDateTimeType> {
    match format {
        14..=22 | 27..=36 | 45 | 47 | 50..=58 => Some(ExcelDateTimeType::DateTime),
        46 => Some(ExcelDateTimeType::TimeDelta),
        _ => None,
    }
}

fn codepage(number: u16) -> Option<&'static Encoding> {
    Some(match number {
        936 => encoding_rs::GBK,
        950 => encoding_rs::BIG5,
        932 => encoding_rs::SHIFT_JIS,
        949 => encoding_rs::EUC_KR,
        1250 => encoding_rs::WINDOWS_1250,
        1251 => encoding_rs::WINDOWS_1251,
        10000 => encoding_rs::MACINTOSH,
        _ => return None,
    })
}

fn f64_at(data: &[u8], at: usize) -> Option<f64> {
    Some(f64::from_le_bytes(data.get(at..at + 8)?.try_into().ok()?))
}

struct Record<'a> {
    id: u16,
    data: &'a [u8],
}

struct Records<'a> {
    stream: &'a [u8],
    at: usize,
}

impl<'a> Records<'a> {
    fn next(&mut self) -> Option<Record<'a>> {
        let id = u16_at(self.stream, self.at)?;
        let len = usize::from(u16_at(self.stream, self.at + 2)?);
        let start = self.at + 4;
        let data = self.stream.get(start..(start + len).min(self.stream.len()))?;
        self.at = start + len;
        Some(Record { id, data })
    }

    /// The Continue records that follow.
    fn continued(&mut self) -> Vec<&'a [u8]> {
        let mut parts = Vec::new();
        while u16_at(self.stream, self.at) == Some(0x003C) {
            let Some(record) = self.next() else { break };
            parts.push(record.data);
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_numbers_unfold() {
        assert_eq!(packed(2), 0.0);
        assert_eq!(packed((46_083 << 2) | 2), 46_083.0);
        assert_eq!(packed(((-150i32 << 2) as u32) | 3), -1.5);
        assert_eq!(packed((1.0f64.to_bits() >> 32) as u32), 1.0);
    }

    #[test]
    fn codes_of_dates_are_told_from_numbers() {
        for code in ["yyyy\"年\"m\"月\"d\"日\"", "[$-804]yyyy/m/d;@", "d-mmm-yy", "h:mm"] {
            assert_eq!(date_format(code), Some(ExcelDateTimeType::DateTime), "{code}");
        }
        assert_eq!(date_format("[h]:mm"), Some(ExcelDateTimeType::TimeDelta));
        for code in ["General", "0.00", "\"days\" 0", "[Red]#,##0", "_-* #,##0", "@", ""] {
            assert_eq!(date_format(code), None, "{code}");
        }
    }

    #[test]
    fn a_shared_string_goes_on_in_the_next_record() {
        // Two characters in one byte each, then the rest in two bytes each, after a flag of its own.
        let first = [4, 0, 0, b'V', b'P'];
        let second = [1, b'N', 0, 0x2E, 0x7A, 1, 0, 0, b'x'];
        assert_eq!(shared(vec![&first, &second]), ["VPN種", "x"]);
    }
}
