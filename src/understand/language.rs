//! The language of a text: English, Chinese, both, or another.

use crate::contract::Language;
use crate::message::Text;
use crate::message::fold::is_han;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Function words by language: 0 English, 1 another language in Latin letters.
static FUNCTION_WORDS: LazyLock<HashMap<&'static str, usize>> = LazyLock::new(|| {
    let mut words = HashMap::new();
    for line in include_str!("language.tsv").lines().filter(|l| !l.starts_with('#')) {
        if let Some((lang, list)) = line.split_once('\t') {
            let class = usize::from(lang != "en");
            for word in list.split(' ') {
                words.entry(word).or_insert(class);
            }
        }
    }
    words
});

/// Characters looked at: enough for a verdict, and a bound on long texts.
const LOOKED_AT: usize = 8_000;

#[derive(Default)]
struct Counts {
    han: usize,
    /// Kana, hangul, Cyrillic, Arabic, Thai and so on.
    foreign: usize,
    words: usize,
    english: usize,
    other: usize,
}

fn count(text: &Text) -> Counts {
    let mut n = Counts::default();
    let folded = text.folded();
    let cut = folded.char_indices().nth(LOOKED_AT).map_or(folded.len(), |(i, _)| i);
    let folded = folded.get(..cut).unwrap_or(folded);
    for c in folded.chars() {
        if is_han(c) {
            n.han += 1;
        } else if c.is_alphabetic() && c as u32 > 0x024F && !matches!(c as u32, 0x1E00..=0x1EFF) {
            n.foreign += 1;
        }
    }
    for word in folded.split(|c: char| !(c.is_alphabetic() || c == '\'') || is_han(c)).filter(|w| !w.is_empty()) {
        n.words += 1;
        match FUNCTION_WORDS.get(word) {
            Some(0) => n.english += 1,
            Some(_) => n.other += 1,
            None => {}
        }
    }
    n
}

/// The language of a text as the contract names it.
pub fn of(text: &Text) -> Language {
    let n = count(text);
    if n.foreign > n.han + 2 * n.words {
        return Language::Other;
    }
    if n.han == 0 {
        let other = n.words >= 6 && n.other >= 3 && n.other > 2 * n.english;
        return if other { Language::Other } else { Language::En };
    }
    // Three function words and a share of one in six make English sentences of what else is names of products.
    if n.english >= 3 && n.english * 6 >= n.words && n.words >= 8 {
        // A Chinese name or two do not make an English mail mixed, nor a phrase a Chinese one.
        if n.han <= 6 || n.han * 10 < n.words {
            return Language::En;
        }
        return if n.words * 8 < n.han { Language::Zh } else { Language::Mixed };
    }
    if n.han < 4 && n.words > 6 * n.han {
        return Language::En;
    }
    let common = common_words(text);
    if common >= MIXED_WORDS && common * MIXED_HAN >= n.han { Language::Mixed } else { Language::Zh }
}

/// English words in small letters from which a Chinese text is mixed: products and names have capitals.
const MIXED_WORDS: usize = 3;
/// Chinese characters to one such word, at most.
const MIXED_HAN: usize = 9;

/// Words in small letters that are no part of an address, a file's name or a code.
fn common_words(text: &Text) -> usize {
    let raw = text.raw();
    let cut = raw.char_indices().nth(LOOKED_AT).map_or(raw.len(), |(i, _)| i);
    let token = |c: char| c.is_ascii_graphic() && !matches!(c, ',' | '!' | '?' | ':' | ';' | '(' | ')' | '"');
    raw.get(..cut)
        .unwrap_or(raw)
        .split(|c: char| !token(c))
        .map(|word| word.trim_end_matches('.'))
        .filter(|word| word.len() > 1 && word.bytes().all(|b| b.is_ascii_lowercase()))
        .count()
}

/// Whether Chinese rules come first: more Chinese than English words.
pub fn mostly_chinese(text: &Text) -> bool {
    let n = count(text);
    n.han * 2 > n.words * 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages() {
        let of = |s: &str| of(&Text::new(s));
        assert_eq!(of("Please set up Li Wei (李伟) on Monday, he needs a laptop and the VPN."), Language::En);
        assert_eq!(of("李伟下周一入职，请开通 VPN 和 Outlook。"), Language::Zh);
        assert_eq!(
            of(
                "Hi team, 新同事李伟下周一入职,请准备电脑。Please also give him access to the shared drive and the door."
            ),
            Language::Mixed
        );
        assert_eq!(of("Bitte richten Sie für die neue Kollegin ein Konto ein, sie ist ab Montag da."), Language::Other);
        assert_eq!(of("新入社員のアカウントをお願いします。よろしくおねがいいたします。"), Language::Other);
    }
}
