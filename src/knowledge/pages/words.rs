//! The words of a passage or question, as both are searched: folded, Chinese cut by jieba, English stemmed.

use crate::message::fold::{fold, is_han};
use jieba_rs::Jieba;
use std::collections::HashSet;
use std::sync::LazyLock;
use tantivy::tokenizer::{Language, Stemmer, TextAnalyzer, Token, TokenStream, Tokenizer};

static JIEBA: LazyLock<Jieba> = LazyLock::new(Jieba::new);
/// Words that say nothing of the matter, folded.
static STOP: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let lines = include_str!("stop.txt").lines().filter(|l| !l.starts_with('#'));
    lines.flat_map(str::split_whitespace).collect()
});
/// Letters of a Latin word that are looked at; more make no word.
const LONGEST: usize = 64;

/// The analyser of the text field: words of both languages.
pub fn words() -> TextAnalyzer {
    TextAnalyzer::builder(Words { singles: false }).filter(Stemmer::new(Language::English)).build()
}

/// The analyser of the field of single Chinese characters, by which a word is found that jieba cuts otherwise.
pub fn singles() -> TextAnalyzer {
    TextAnalyzer::builder(Words { singles: true }).build()
}

/// Folds, then cuts. Every token is a word; positions count words.
#[derive(Clone)]
struct Words {
    singles: bool,
}

/// Tokens made beforehand: jieba needs the whole run.
pub struct Made {
    tokens: std::vec::IntoIter<Token>,
    now: Token,
}

impl Tokenizer for Words {
    type TokenStream<'a> = Made;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Made {
        let mut made = Vec::new();
        let mut chars = text.char_indices().map(|(at, c)| (at, fold(c))).peekable();
        while let Some((at, c)) = chars.next() {
            let han = is_han(c);
            if !han && !c.is_alphanumeric() {
                continue;
            }
            let mut run = String::from(c);
            let mut ends = vec![at + c.len_utf8()];
            while let Some((at, next)) = chars.next_if(|(_, n)| if han { is_han(*n) } else { in_word(*n) }) {
                run.push(next);
                ends.push(at + next.len_utf8());
            }
            let to = ends.last().copied().unwrap_or(at);
            let mut push = |text: &str| {
                if !STOP.contains(text) {
                    let position = made.len();
                    made.push(Token {
                        offset_from: at,
                        offset_to: to,
                        position,
                        text: text.to_owned(),
                        position_length: 1,
                    });
                }
            };
            match (han, self.singles) {
                (true, true) => run.chars().for_each(|c| push(c.encode_utf8(&mut [0; 4]))),
                (true, false) => JIEBA.cut_for_search(&run, true).iter().for_each(|t| push(t.word)),
                (false, true) => {}
                (false, false) => {
                    let word = run.trim_end_matches(['\'', '.', '-', '_']);
                    let word = word.strip_suffix("'s").unwrap_or(word);
                    if word.chars().count() <= LONGEST {
                        push(word);
                        // work-from-home, e.g. also by its parts.
                        if word.contains(['-', '.', '_']) {
                            word.split(['-', '.', '_']).filter(|p| p.chars().count() > 1).for_each(&mut push);
                        }
                    }
                }
            }
        }
        Made { tokens: made.into_iter(), now: Token::default() }
    }
}

fn in_word(c: char) -> bool {
    (c.is_alphanumeric() && !is_han(c)) || matches!(c, '\'' | '.' | '-' | '_')
}

impl TokenStream for Made {
    fn advance(&mut self) -> bool {
        match self.tokens.next() {
            Some(token) => {
                self.now = token;
                true
            }
            None => false,
        }
    }

    fn token(&self) -> &Token {
        &self.now
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.now
    }
}

/// The tokens that the analyser makes of a text.
pub fn tokens(analyzer: &mut TextAnalyzer, text: &str) -> Vec<String> {
    let mut stream = analyzer.token_stream(text);
    let mut out = Vec::new();
    while stream.advance() {
        out.push(stream.token().text.clone());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_meet_in_both_languages() {
        let of = |text: &str| tokens(&mut words(), text);
        assert_eq!(of("How many Laptops, and the manager’s?"), of("laptop manager"));
        assert_eq!(of("ＶＰＮ申請"), of("vpn申请"));
        assert!(of("请问年休假怎么申请？").contains(&"年休假".to_owned()));
        assert!(of("work-from-home").contains(&"home".to_owned()));
        assert_eq!(tokens(&mut singles(), "年假 leave"), ["年", "假"]);
        assert_eq!(of(&"x".repeat(100)), Vec::<String>::new());
    }
}
