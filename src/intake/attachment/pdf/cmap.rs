//! A font's ToUnicode map: from character codes to text.

use super::syntax::{Lexer, Object};
use std::collections::{BTreeMap, HashMap};

/// Entries of one map; a font has at most 65,536 glyphs.
const ENTRIES: usize = 100_000;

#[derive(Default)]
pub struct CMap {
    single: HashMap<u32, String>,
    /// First code of a range, its last code and the first character.
    ranges: BTreeMap<u32, (u32, u32)>,
}

impl CMap {
    pub fn parse(bytes: &[u8]) -> Self {
        let mut map = Self::default();
        let mut lexer = Lexer::content(bytes);
        while let Some(object) = lexer.next() {
            match object {
                Object::Word(word) if word == b"beginbfchar" => map.chars(&mut lexer),
                Object::Word(word) if word == b"beginbfrange" => map.spans(&mut lexer),
                _ => {}
            }
        }
        map
    }

    fn chars(&mut self, lexer: &mut Lexer) {
        while let Some(Object::String(code)) = lexer.next() {
            let Some(target) = lexer.next() else { return };
            if self.single.len() >= ENTRIES {
                return;
            }
            if let Object::String(text) = target {
                self.single.insert(number(&code), utf16(&text));
            }
        }
    }

    fn spans(&mut self, lexer: &mut Lexer) {
        while let Some(Object::String(low)) = lexer.next() {
            let (Some(Object::String(high)), Some(target)) = (lexer.next(), lexer.next()) else { return };
            let (low, high) = (number(&low), number(&high));
            if high < low || self.ranges.len() + self.single.len() >= ENTRIES {
                continue;
            }
            match target {
                Object::String(text) => {
                    let text = utf16(&text);
                    let mut chars = text.chars();
                    match (chars.next_back(), chars.as_str()) {
                        (Some(last), "") => drop(self.ranges.insert(low, (high, u32::from(last)))),
                        // Several characters, of which the last one counts on.
                        (Some(last), head) => {
                            for i in 0..=(high - low).min(255) {
                                if let Some(c) = char::from_u32(u32::from(last) + i) {
                                    self.single.insert(low + i, format!("{head}{c}"));
                                }
                            }
                        }
                        _ => {}
                    }
                }
                Object::Array(items) => {
                    for (code, item) in (low..=high).zip(items) {
                        if let Object::String(text) = item {
                            self.single.insert(code, utf16(&text));
                        }
                    }
                }
                _ => {}
            }
        }
    }

    pub fn get(&self, code: u32) -> Option<String> {
        if let Some(text) = self.single.get(&code) {
            return Some(text.clone());
        }
        let (low, (high, first)) = self.ranges.range(..=code).next_back()?;
        (code <= *high).then(|| char::from_u32(first.checked_add(code - low)?)).flatten().map(String::from)
    }

    pub fn is_empty(&self) -> bool {
        self.single.is_empty() && self.ranges.is_empty()
    }
}

fn number(code: &[u8]) -> u32 {
    code.iter().take(4).fold(0, |n, b| (n << 8) | u32::from(*b))
}

fn utf16(bytes: &[u8]) -> String {
    if let [one] = bytes {
        return char::from(*one).to_string();
    }
    let units: Vec<u16> = bytes.chunks_exact(2).take(64).map(|c| (number(c) & 0xFFFF) as u16).collect();
    String::from_utf16_lossy(&units)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_lead_to_text() {
        let map = CMap::parse(
            b"1 begincodespacerange <0000><FFFF> endcodespacerange 2 beginbfchar <0003> <0020> <0005> <D840DFB7> endbfchar
              2 beginbfrange <0010> <0012> <674E> <0020> <0021> [<0041> <00660069>] endbfrange
              1 beginbfrange <0030> <0031> <00660061> endbfrange",
        );
        let get = |code| map.get(code).unwrap_or_default();
        assert_eq!([get(3), get(5), get(0x11), get(0x21), get(0x31)], [" ", "\u{203B7}", "\u{674F}", "fi", "fb"]);
        assert_eq!(map.get(0x13), None);
    }
}
