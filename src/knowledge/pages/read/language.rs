//! The language of a page, by the letters of its words.

use crate::contract::Language;
use crate::message::fold::is_han;

/// Characters that are looked at.
const LOOKED_AT: usize = 20_000;
/// Chinese characters that say about as much as one English word, times ten.
const HAN_OF_A_WORD: usize = 16;

/// Which language most words are in; `Mixed` where both have a third or more.
pub fn of(text: &str) -> Language {
    let (mut han, mut words, mut foreign) = (0usize, 0usize, 0usize);
    let mut in_word = false;
    for c in text.chars().take(LOOKED_AT) {
        let latin = c.is_ascii_alphabetic() || matches!(c, '\u{C0}'..='\u{24F}');
        words += usize::from(latin && !in_word);
        in_word = latin || (in_word && matches!(c, '\'' | '\u{2019}' | '-'));
        if is_han(c) {
            han += 1;
        } else if c.is_alphabetic() && !latin {
            foreign += 1;
        }
    }
    let zh = han * 10 / HAN_OF_A_WORD;
    if foreign > han + 4 * words {
        Language::Other
    } else if zh > 2 * words {
        Language::Zh
    } else if 2 * zh < words || han == 0 {
        Language::En
    } else {
        Language::Mixed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_tell() {
        assert_eq!(of("How to reset your VPN token"), Language::En);
        assert_eq!(of("入职当天请到前台领取工牌，并登录 VPN 和 Outlook。"), Language::Zh);
        assert_eq!(of("Annual leave is 25 days for all staff 年假为二十五天，所有员工均可享受"), Language::Mixed);
        assert_eq!(of("Отпуск составляет двадцать восемь дней"), Language::Other);
    }
}
