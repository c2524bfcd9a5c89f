//! What one line at the end of a text may be: a closing, a name, a title, a telephone number, an item.

use std::cell::OnceCell;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, Anchored, Input, MatchKind, StartKind};
use serde::Deserialize;

use crate::message::Address;
use crate::message::fold::{fold, fold_str, is_han};

/// Characters of a line of a signature.
pub const LINE_CHARS: usize = 110;
/// Characters of a name on a line of its own.
const NAME_CHARS: usize = 40;

#[derive(Deserialize)]
struct File {
    closings: Vec<String>,
    programs: Vec<String>,
    notices: Vec<String>,
    banners: Vec<String>,
    contacts: Vec<String>,
    asks: Vec<String>,
    postscripts: Vec<String>,
    roles: Vec<String>,
}

/// The words of `signature.toml`, ready to be looked for.
pub struct Words {
    pub closings: Starts,
    pub programs: Starts,
    pub notices: Starts,
    pub banners: Starts,
    pub contacts: Starts,
    pub postscripts: Starts,
    pub asks: AhoCorasick,
    pub roles: AhoCorasick,
}

/// Finds which word a text begins with.
pub struct Starts(AhoCorasick);

impl Starts {
    pub fn new(words: &[String]) -> Self {
        #[allow(clippy::expect_used, reason = "a few hundred short words are far below the automaton's limits")]
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .start_kind(StartKind::Anchored)
            .build(words.iter().map(|w| fold_str(w)))
            .expect("the words fit an automaton");
        Self(automaton)
    }

    /// How many bytes of the text the longest word takes that it begins with.
    pub fn length(&self, text: &str) -> Option<usize> {
        self.0.find(Input::new(text).anchored(Anchored::Yes)).map(|m| m.end())
    }
}

pub static WORDS: LazyLock<Words> = LazyLock::new(|| {
    #[allow(clippy::expect_used, reason = "the file is part of the program and its test reads it")]
    let file: File = toml::from_str(include_str!("../signature.toml")).expect("signature.toml is well formed");
    #[allow(clippy::expect_used, reason = "a few hundred short words are far below the automaton's limits")]
    let anywhere =
        |words: &[String]| AhoCorasick::new(words.iter().map(|w| fold_str(w))).expect("the words fit an automaton");
    Words {
        closings: Starts::new(&file.closings),
        programs: Starts::new(&file.programs),
        notices: Starts::new(&file.notices),
        banners: Starts::new(&file.banners),
        contacts: Starts::new(&file.contacts),
        postscripts: Starts::new(&file.postscripts),
        asks: anywhere(&file.asks),
        roles: anywhere(&file.roles),
    }
});

/// A line; it is folded when somebody asks, for most lines are passed over.
pub struct Line<'a> {
    pub raw: &'a str,
    /// Without white space, emphasis and bars around.
    bare: &'a str,
    folded: OnceCell<String>,
}

impl<'a> Line<'a> {
    pub fn new(raw: &'a str) -> Self {
        Self { raw, bare: raw.trim().trim_matches(['*', '|']).trim(), folded: OnceCell::new() }
    }
    pub fn folded(&self) -> &str {
        self.folded.get_or_init(|| fold_str(self.bare))
    }
    /// Its first characters, folded.
    pub fn start(&self, chars: usize) -> String {
        if let Some(start) = self.bare.get(..chars.min(self.bare.len())).filter(|s| s.is_ascii()) {
            return start.to_ascii_lowercase();
        }
        self.bare.chars().take(chars).map(fold).collect()
    }
    pub fn is_blank(&self) -> bool {
        self.bare.is_empty()
    }
    pub fn is_delimiter(&self) -> bool {
        self.bare.len() <= 9 && self.bare.starts_with(['-', '\u{2014}']) && matches!(self.folded(), "--" | "-" | "---")
    }
    pub fn is_rule(&self) -> bool {
        let marks =
            |c| matches!(c, '-' | '_' | '=' | '*' | '~' | '.' | '\u{2500}' | '\u{2014}' | '\u{2015}' | '\u{FF0D}');
        self.bare.len() >= 4 && self.bare.chars().all(marks)
    }
    pub fn chars(&self) -> usize {
        self.bare.chars().count()
    }
}

/// A closing phrase, perhaps with a name after it.
pub fn is_closing(line: &Line) -> bool {
    let text = line.folded().trim_start_matches([' ', '-', '~']);
    let Some(length) = WORDS.closings.length(text) else { return false };
    let rest = text.get(length..).unwrap_or_default();
    let bare = rest.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, ',' | '.' | '!' | '~' | ':' | ';' | '\u{3002}' | '^' | ')' | '(' | '/' | '&')
    });
    if bare.is_empty() {
        return true;
    }
    // `Best regards, Jane`; `谢谢!张三`; two closings on one line.
    let parted = rest.starts_with([',', '!', '.', ' ', '\u{3002}', '~', '/', '&']);
    if !parted || asks(line) || bare.chars().count() > NAME_CHARS / 2 {
        return false;
    }
    let again = WORDS.closings.length(bare).is_some_and(|n| n == bare.len());
    let strong = rest.starts_with([',', '!', '\u{3002}', '~', '.']);
    again
        || (strong
            && bare.split_whitespace().count() <= 3
            && !bare.contains(|c: char| c.is_ascii_digit() || matches!(c, ',' | ':' | '?')))
}

/// A person's name and nothing else.
pub fn is_name(line: &Line) -> bool {
    let text = line.folded();
    let han = text.chars().filter(|c| is_han(*c)).count();
    let words = text.split_whitespace().count();
    text.chars().count() <= NAME_CHARS
        && !text
            .contains(|c: char| c.is_ascii_digit() || matches!(c, '@' | ':' | '|' | '/' | ',' | '?' | '!' | '<' | ';'))
        && (if han > 0 { han <= 8 && words <= 3 } else { words <= 5 })
        && !is_role(line)
        && !asks(line)
}

/// Whether a line is the sender's name, or begins with it.
pub fn names(line: &Line, sender: &Address) -> bool {
    if line.chars() > LINE_CHARS {
        return false;
    }
    let name = sender.name.as_deref().map(fold_str).unwrap_or_default();
    // `Roe, Jane (HR)` and `张三-人力资源部` are names with more.
    let name = name.split(['(', '[', '|', '/', '-', '_', '\u{3010}']).next().unwrap_or_default().trim().to_owned();
    if name.is_empty() || name.contains('@') {
        return false;
    }
    let turned = name.split_once(',').map(|(last, first)| format!("{} {}", first.trim(), last.trim()));
    let starts = |n: &str| {
        line.folded().strip_prefix(n).is_some_and(|rest| {
            !rest.chars().next().is_some_and(char::is_alphanumeric) || n.chars().any(is_han) && rest.len() <= 60
        })
    };
    if starts(&name) || turned.as_deref().is_some_and(starts) {
        return true;
    }
    // The first or the last of its words alone.
    let words: Vec<&str> = name.split([' ', ',']).filter(|w| w.chars().count() > 1).collect();
    words.len() > 1 && words.iter().any(|w| *w == line.folded().trim_matches(['.', ',', ' ']))
}

/// A line that may stand in a signature.
pub fn is_signature(line: &Line) -> bool {
    if line.is_blank() || line.is_rule() || line.is_delimiter() || is_closing(line) {
        return true;
    }
    if line.chars() > LINE_CHARS
        || is_item(line)
        || line.folded().ends_with(['?', ':'])
        || WORDS.postscripts.length(line.folded()).is_some()
    {
        return false;
    }
    if is_contact(line) {
        return true;
    }
    // A label that gives no address belongs to a form.
    if let Some(colon) = line.folded().find(':')
        && colon > 0
        && !line.folded().contains("://")
    {
        return false;
    }
    !asks(line) && !line.raw.contains('\t') && !is_sentence(line)
}

/// Words that end as a sentence does, and are too many for a title.
fn is_sentence(line: &Line) -> bool {
    let han = line.folded().chars().filter(|c| is_han(*c)).count();
    let ends = line.folded().ends_with(['.', '!', '\u{3002}']);
    if han > 0 {
        han > 30 || (ends && han > 6) || line.folded().contains(',') && han > 12
    } else {
        line.folded().split_whitespace().count() > if ends { 4 } else { 12 }
    }
}

/// An item of a list.
pub fn is_item(line: &Line) -> bool {
    let mut chars = line.raw.trim_start().chars();
    match chars.next() {
        Some('-' | '*' | '\u{2022}' | '\u{00B7}' | '\u{25CF}' | '\u{25A0}' | '\u{25AA}') => {
            matches!(chars.next(), Some(' ' | '\t')) && !line.is_delimiter()
        }
        Some(c) if c.is_ascii_digit() => {
            let rest = chars.as_str();
            let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            // `1. `, `2) `, `3、`: not `1.5` and no telephone number.
            rest.starts_with(". ")
                || rest.starts_with(") ")
                || rest.starts_with('\u{3001}')
                || rest.starts_with('\u{FF0E}')
        }
        _ => false,
    }
}

/// A line that asks for something or gives particulars.
pub fn asks(line: &Line) -> bool {
    has_word(&WORDS.asks, line.folded())
}

/// A line that gives a title or a department.
pub fn is_role(line: &Line) -> bool {
    line.chars() <= LINE_CHARS && has_word(&WORDS.roles, line.folded())
}

/// Whether a list's word stands in a text as a whole word; Han words stand anywhere.
fn has_word(words: &AhoCorasick, text: &str) -> bool {
    words.find_overlapping_iter(text).any(|m| {
        let word = text.get(m.range()).unwrap_or_default();
        let before = text.get(..m.start()).and_then(|s| s.chars().next_back());
        let after = text.get(m.end()..).and_then(|s| s.chars().next());
        word.chars().any(is_han)
            || !before.is_some_and(|c| c.is_ascii_alphanumeric())
                && !after.is_some_and(|c| c.is_ascii_alphabetic() && c != 's')
    })
}

/// An address of the sender's: a telephone number, an e-mail address, a page, or a label of one.
pub fn is_contact(line: &Line) -> bool {
    let text = line.folded();
    if line.chars() > LINE_CHARS {
        return false;
    }
    let labelled = WORDS.contacts.length(text).is_some_and(|n| {
        let rest = text.get(n..).unwrap_or_default().trim_start();
        rest.starts_with([':', '|', '.', '+', '/']) || rest.starts_with(|c: char| c.is_ascii_digit())
    });
    if labelled {
        return true;
    }
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    // A number of 7 to 16 digits that is no date.
    let phone = (7..=20).contains(&digits)
        && letters <= 2 * digits
        && !text.contains(['年', '月', ':'])
        && longest_number(text) >= 7;
    let page = text.starts_with("www.")
        || text.starts_with("http")
        || (text.contains("www.") || text.contains('@')) && text.split_whitespace().count() <= 6;
    phone || page
}

/// Digits of the longest telephone-like run: digits with spaces, dashes, dots, brackets and a plus between.
fn longest_number(text: &str) -> usize {
    let (mut longest, mut run, mut dashes, mut gap) = (0, 0, 0, 0);
    for c in text.chars() {
        if c.is_ascii_digit() {
            run += 1;
            gap = 0;
            // 2026-03-09 has eight digits and two dashes.
            longest = longest.max(if run == 8 && dashes == 2 { 0 } else { run });
        } else if matches!(c, ' ' | '-' | '.' | '(' | ')' | '+' | '/') && gap < 3 {
            gap += 1;
            dashes += usize::from(matches!(c, '-' | '/' | '.') && run > 0);
        } else {
            (run, dashes, gap) = (0, 0, 0);
        }
    }
    longest
}
