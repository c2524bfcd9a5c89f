//! A PDF font as far as reading needs it: which text a code stands for, and how wide it is.

use super::cmap::CMap;
use super::file::File;
use super::syntax::{Dict, Object};
use encoding_rs::Encoding;
use std::collections::HashMap;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// Adobe's glyph names.
static GLYPHS: LazyLock<HashMap<&str, char>> = LazyLock::new(|| {
    let rows = include_str!("glyphs.tsv").lines().filter(|l| !l.starts_with('#'));
    rows.filter_map(|l| l.split_once('\t'))
        .filter_map(|(name, code)| Some((name, char::from_u32(u32::from_str_radix(code, 16).ok()?)?)))
        .collect()
});

/// Widths of the fonts that a file need not describe, for the codes from 0x20.
static WIDTHS: LazyLock<Vec<[f64; 4]>> = LazyLock::new(|| {
    let rows = include_str!("widths.tsv").lines().filter(|l| !l.starts_with('#'));
    rows.filter_map(|l| l.split('\t').skip(1).filter_map(|w| w.parse().ok()).collect::<Vec<f64>>().try_into().ok())
        .collect()
});

static RADICALS: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let rows = include_str!("radicals.tsv").lines().filter(|l| !l.starts_with('#'));
    rows.filter_map(|l| l.split_once('\t'))
        .filter_map(|(code, c)| Some((char::from_u32(u32::from_str_radix(code, 16).ok()?)?, c.chars().next()?)))
        .collect()
});

pub struct Font {
    codes: Codes,
    to_unicode: CMap,
    widths: HashMap<u32, f64>,
    default_width: f64,
    /// Of a font that only the reader program has.
    standard: Option<usize>,
    /// From the font's units to em.
    scale: f64,
}

enum Codes {
    /// One byte each, with the characters that the encoding gives.
    Simple(Vec<Option<char>>),
    /// Two bytes each, which are glyph numbers.
    Identity,
    /// Text in an encoding, as the predefined maps for East Asian fonts have it.
    Text(&'static Encoding),
    Utf16,
}

/// One code of a string that is shown.
pub struct Shown {
    /// Empty if the font does not say.
    pub text: String,
    /// In em.
    pub width: f64,
    /// A space in one byte, which word spacing widens.
    pub is_space: bool,
}

impl Font {
    pub fn load(file: &File, dict: &Dict) -> Self {
        let to_unicode = match dict.get("ToUnicode") {
            Object::Ref(id) => file.stream(*id).map(|(_, bytes)| CMap::parse(&bytes)).unwrap_or_default(),
            _ => CMap::default(),
        };
        let mut font = Self {
            codes: Codes::Identity,
            to_unicode,
            widths: HashMap::new(),
            default_width: 1000.0,
            standard: None,
            scale: 0.001,
        };
        if file.resolve(dict.get("Subtype")).name() == Some("Type0") {
            font.composite(file, dict);
        } else {
            font.simple(file, dict);
        }
        font
    }

    fn composite(&mut self, file: &File, dict: &Dict) {
        let encoding = file.resolve(dict.get("Encoding"));
        self.codes = encoding.name().map_or(Codes::Identity, predefined);
        let below = file.array(dict.get("DescendantFonts")).first().map(|d| file.dict(d)).unwrap_or_default();
        self.default_width = file.resolve(below.get("DW")).number().unwrap_or(1000.0);
        if !matches!(self.codes, Codes::Identity) {
            // Its widths are listed by glyph number, which the code does not give.
            return;
        }
        let list = file.array(below.get("W"));
        let mut items = list.iter();
        while let Some(first) = items.next().and_then(|f| code(&file.resolve(f))) {
            match items.next().map(|o| file.resolve(o)) {
                Some(Object::Array(widths)) => {
                    for (code, width) in (first..).zip(&widths) {
                        self.widths.extend(file.resolve(width).number().map(|w| (code, w)));
                    }
                }
                Some(last) => {
                    let (Some(last), Some(width)) = (code(&last), items.next().and_then(|w| file.resolve(w).number()))
                    else {
                        break;
                    };
                    for code in first..=last.min(first.saturating_add(0xFFFF)) {
                        if self.widths.len() > 0xFFFF {
                            break;
                        }
                        self.widths.insert(code, width);
                    }
                }
                None => break,
            }
        }
    }

    fn simple(&mut self, file: &File, dict: &Dict) {
        let base_font = file.resolve(dict.get("BaseFont")).name().unwrap_or_default().to_owned();
        let encoding = file.resolve(dict.get("Encoding"));
        let (base, differences) = match &encoding {
            Object::Name(name) => (Some(name.clone()), Vec::new()),
            Object::Dict(d) => {
                (file.resolve(d.get("BaseEncoding")).name().map(str::to_owned), file.array(d.get("Differences")))
            }
            _ => (None, Vec::new()),
        };
        let symbolic = ["Symbol", "Wingdings", "Webdings", "ZapfDingbats"].iter().any(|s| base_font.contains(s));
        let mut chars: Vec<Option<char>> = (0..=255u8)
            .map(|byte| match base.as_deref() {
                _ if symbolic && base.is_none() => dingbat(u32::from(byte)),
                Some("MacRomanEncoding") => single(encoding_rs::MACINTOSH, byte),
                // The standard encoding differs in its quotes below 0x80; above, few programs use it bare.
                Some("StandardEncoding") if byte == 0x27 => Some('\u{2019}'),
                Some("StandardEncoding") if byte == 0x60 => Some('\u{2018}'),
                _ => single(encoding_rs::WINDOWS_1252, byte),
            })
            .collect();
        let mut at = 0usize;
        for item in differences {
            match item {
                Object::Name(name) => {
                    if let Some(slot) = chars.get_mut(at) {
                        *slot = glyph(&name).or(*slot);
                    }
                    at += 1;
                }
                other => at = other.integer().and_then(|n| usize::try_from(n).ok()).unwrap_or(at),
            }
        }
        self.codes = Codes::Simple(chars);
        if let Some([scale, ..]) = file.numbers::<6>(dict.get("FontMatrix")) {
            self.scale = scale.abs();
        }
        let first = file.resolve(dict.get("FirstChar")).integer().and_then(|n| u32::try_from(n).ok()).unwrap_or(0);
        let widths = file.array(dict.get("Widths"));
        for (code, width) in (first..).zip(widths.iter().take(256)) {
            self.widths.extend(file.resolve(width).number().map(|w| (code, w)));
        }
        let descriptor = file.dict(dict.get("FontDescriptor"));
        self.default_width = file.resolve(descriptor.get("MissingWidth")).number().unwrap_or(500.0);
        if self.widths.is_empty() {
            let bold = usize::from(base_font.contains("Bold"));
            self.standard = match base_font.as_str() {
                name if name.contains("Courier") => {
                    self.default_width = 600.0;
                    None
                }
                name if name.contains("Times") => Some(2 + bold),
                _ => Some(bold),
            };
        }
    }

    /// Takes a shown string apart into its codes.
    pub fn each(&self, bytes: &[u8], mut show: impl FnMut(Shown)) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let len = self.code_len(rest).min(rest.len());
            let (now, after) = rest.split_at(len);
            rest = after;
            let code = now.iter().fold(0u32, |n, b| (n << 8) | u32::from(*b));
            let text = self.text(code, now);
            let width = self.width(code, &text) * self.scale;
            show(Shown { is_space: now == [0x20], width, text: tidy(&text) });
        }
    }

    fn code_len(&self, rest: &[u8]) -> usize {
        let (first, second) = (rest.first().copied().unwrap_or(0), rest.get(1).copied().unwrap_or(0));
        match &self.codes {
            Codes::Simple(_) => 1,
            Codes::Identity => 2,
            Codes::Utf16 if (0xD8..0xDC).contains(&first) => 4,
            Codes::Utf16 => 2,
            Codes::Text(e) if *e == encoding_rs::SHIFT_JIS => {
                1 + usize::from(matches!(first, 0x81..=0x9F | 0xE0..=0xFC))
            }
            Codes::Text(e) if *e == encoding_rs::GB18030 && first >= 0x81 && matches!(second, 0x30..=0x39) => 4,
            Codes::Text(e) if *e == encoding_rs::EUC_JP && first == 0x8F => 3,
            Codes::Text(_) => 1 + usize::from(first > 0x80),
        }
    }

    fn text(&self, code: u32, bytes: &[u8]) -> String {
        if let Some(text) = self.to_unicode.get(code).filter(|t| !t.is_empty() && t != "\0" && t != "\u{FFFD}") {
            return text;
        }
        match &self.codes {
            // A font with a map of its own has said all that it knows, unless the map is a sham.
            Codes::Simple(chars) if self.to_unicode.is_empty() || self.standard.is_some() || bytes != [0] => {
                chars.get(code as usize).copied().flatten().map(String::from).unwrap_or_default()
            }
            Codes::Simple(_) | Codes::Identity => String::new(),
            Codes::Text(encoding) => encoding.decode_without_bom_handling(bytes).0.replace('\u{FFFD}', ""),
            Codes::Utf16 => encoding_rs::UTF_16BE.decode_without_bom_handling(bytes).0.replace('\u{FFFD}', ""),
        }
    }

    fn width(&self, code: u32, text: &str) -> f64 {
        if let Some(width) = self.widths.get(&code) {
            return *width;
        }
        if let Some(column) = self.standard {
            let row = code.checked_sub(0x20).and_then(|i| WIDTHS.get(i as usize));
            return row.and_then(|r| r.get(column)).copied().unwrap_or(556.0);
        }
        // Latin characters of East Asian fonts are half as wide.
        if matches!(self.codes, Codes::Text(_) | Codes::Utf16) && text.is_ascii() { 500.0 } else { self.default_width }
    }
}

fn code(object: &Object) -> Option<u32> {
    object.integer().and_then(|n| u32::try_from(n).ok())
}

/// What the codes of a predefined map are.
fn predefined(name: &str) -> Codes {
    let has = |words: &[&str]| words.iter().any(|w| name.contains(w));
    if name.starts_with("Identity") {
        Codes::Identity
    } else if has(&["UCS2", "UTF16"]) {
        Codes::Utf16
    } else if has(&["GBK", "GB-EUC", "GBpc", "GBT"]) {
        Codes::Text(encoding_rs::GB18030)
    } else if has(&["B5"]) {
        Codes::Text(encoding_rs::BIG5)
    } else if has(&["RKSJ"]) {
        Codes::Text(encoding_rs::SHIFT_JIS)
    } else if has(&["KSC"]) {
        Codes::Text(encoding_rs::EUC_KR)
    } else if has(&["EUC-"]) && !has(&["CNS"]) {
        Codes::Text(encoding_rs::EUC_JP)
    } else {
        Codes::Identity
    }
}

fn single(encoding: &'static Encoding, byte: u8) -> Option<char> {
    encoding.decode_without_bom_handling(&[byte]).0.chars().next().filter(|c| !c.is_control())
}

/// The character of a glyph's name: from Adobe's list, `uni674E`, `u1F600`, or without its ending after a point.
fn glyph(name: &str) -> Option<char> {
    let bare = name.split('.').next().filter(|b| !b.is_empty())?;
    if let Some(c) = GLYPHS.get(bare) {
        return Some(*c);
    }
    let mut chars = bare.chars();
    if let (Some(one), None) = (chars.next(), chars.next()) {
        return Some(one);
    }
    let code = bare
        .strip_prefix("uni")
        .and_then(|h| h.get(..4))
        .or_else(|| bare.strip_prefix('u').filter(|h| (4..=6).contains(&h.len())));
    code.and_then(|h| u32::from_str_radix(h, 16).ok()).and_then(char::from_u32)
}

/// The marks of symbol fonts that forms and lists use.
fn dingbat(code: u32) -> Option<char> {
    match code & 0xFF {
        0x20 => Some(' '),
        0x6F | 0xA8 | 0x71 | 0x72 => Some('☐'),
        0xFE | 0x52 => Some('☑'),
        0xFD | 0x78 => Some('☒'),
        0xFC | 0x34 => Some('✓'),
        0x6C | 0x6E | 0x9F | 0xA7 | 0xB7 | 0xD8 | 0x76 | 0x75 => Some('•'),
        _ => None,
    }
}

/// The text as people write it: programs that print to PDF write radicals for characters, and ligatures
/// and symbols as their fonts have them.
fn tidy(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\u{2F00}'..='\u{2FDF}' | '\u{FB00}'..='\u{FB06}' => out.extend(c.nfkc()),
            '\u{2E80}'..='\u{2EFF}' => out.push(RADICALS.get(&c).copied().unwrap_or(c)),
            '\u{F020}'..='\u{F0FF}' => out.extend(dingbat(u32::from(c))),
            '\u{E000}'..='\u{F8FF}' | '\u{FFFE}' | '\u{FFFF}' => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn glyph_names_and_radicals_become_characters() {
        assert_eq!(glyph("eacute"), Some('é'));
        assert_eq!(glyph("uni674E"), Some('李'));
        assert_eq!(glyph("A.sc"), Some('A'));
        assert_eq!(glyph("g123"), None);
        assert_eq!(tidy("\u{2F0A}\u{2ED3}\u{FB01}\u{F0B7}"), "入长fi•");
        assert_eq!(WIDTHS.len(), 95);
        assert_eq!(WIDTHS.first(), Some(&[278.0, 278.0, 250.0, 250.0]));
    }
}
