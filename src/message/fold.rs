//! Folding of one character for matching: half-width, simplified, lower case, plain quotes and dashes.

use std::sync::LazyLock;

/// First and last code point that `hant.tsv` can map.
const FIRST: u32 = 0x3400;
const LAST: u32 = 0xFAFF;

/// Simplified form by code point; 0 where the character stays.
static SIMPLIFIED: LazyLock<Vec<u16>> = LazyLock::new(|| {
    let mut table = vec![0u16; (LAST - FIRST + 1) as usize];
    for line in include_str!("hant.tsv").lines().filter(|l| !l.starts_with('#')) {
        let mut chars = line.chars();
        if let (Some(from), Some('\t'), Some(to)) = (chars.next(), chars.next(), chars.next())
            && let Some(slot) = (from as u32).checked_sub(FIRST).and_then(|i| table.get_mut(i as usize))
        {
            *slot = to as u32 as u16;
        }
    }
    table
});

/// One character for one character, always.
pub fn fold(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    match c {
        // Full-width forms of ASCII.
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c).to_ascii_lowercase(),
        '\u{3000}' | '\u{00A0}' | '\u{2002}'..='\u{200A}' | '\u{202F}' => ' ',
        '\u{2018}' | '\u{2019}' | '\u{02BC}' | '\u{00B4}' => '\'',
        '\u{201C}' | '\u{201D}' => '"',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{3400}'..='\u{FAFF}' => match SIMPLIFIED.get((c as u32 - FIRST) as usize) {
            Some(&s) if s != 0 => char::from_u32(s as u32).unwrap_or(c),
            _ => c,
        },
        _ => {
            let mut lower = c.to_lowercase();
            match (lower.next(), lower.next()) {
                (Some(one), None) => one,
                _ => c,
            }
        }
    }
}

/// A whole text, folded.
pub fn fold_str(s: &str) -> String {
    s.chars().map(fold).collect()
}

/// Whether a character is Han.
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}' | '\u{3007}')
}

/// Whether folded `name` stands in folded `words` as words (Latin) or as characters (Han).
pub fn stands_in(words: &str, name: &str) -> bool {
    words.match_indices(name).any(|(at, _)| {
        let before = words.get(..at).and_then(|s| s.chars().next_back());
        let after = words.get(at + name.len()..).and_then(|s| s.chars().next());
        let open = |outer: Option<char>, inner: Option<char>| match (outer, inner) {
            (Some(o), Some(i)) => !o.is_alphanumeric() || is_han(o) || is_han(i),
            _ => true,
        };
        open(before, name.chars().next()) && open(after, name.chars().next_back())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_one_letter_meet() {
        assert_eq!(fold_str("Ｏｕｔｌｏｏｋ　帳號：聽日，“Ａ”—É"), "outlook 帐号:听日,\"a\"-é");
    }
}
