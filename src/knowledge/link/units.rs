//! The units that linking compares: words in the singular, numbers, single Chinese characters, and stops.

use crate::message::fold::{fold, is_han};

/// Characters of a mention that are looked at; a longer one names its thing at the beginning or not at all.
const LONGEST: usize = 120;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Latin,
    Number,
    Han,
    /// A comma, a bracket, a colon.
    Stop,
}

/// One unit, folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    pub text: String,
    pub kind: Kind,
}

/// The units of a text. Hyphens, slashes, dots and apostrophes part nothing that a key keeps, since keys are
/// written together: 'e-mail', 'e mail' and 'email' have one key.
pub fn units(text: &str) -> Vec<Unit> {
    let mut out: Vec<Unit> = Vec::new();
    let mut run = String::new();
    let mut run_kind = Kind::Latin;
    for c in text.chars().take(LONGEST).map(fold) {
        let kind = match c {
            _ if is_han(c) => Some(Kind::Han),
            '0'..='9' => Some(Kind::Number),
            ',' | ';' | ':' | '(' | ')' | '。' | '、' | '|' | '[' | ']' | '\n' => Some(Kind::Stop),
            // An apostrophe joins: 'driver's' and 'drivers' are one word.
            '\'' => None,
            _ if c.is_alphanumeric() => Some(Kind::Latin),
            _ => {
                close(&mut out, &mut run, run_kind);
                continue;
            }
        };
        let Some(kind) = kind else { continue };
        if kind != run_kind || matches!(kind, Kind::Han | Kind::Stop) {
            close(&mut out, &mut run, run_kind);
            run_kind = kind;
        }
        run.push(c);
    }
    close(&mut out, &mut run, run_kind);
    out
}

fn close(out: &mut Vec<Unit>, run: &mut String, kind: Kind) {
    if !run.is_empty() {
        let text = std::mem::take(run);
        out.push(Unit { text: if kind == Kind::Latin { singular(text) } else { text }, kind });
    }
}

/// Without the plural's ending; good enough to make two spellings of one word equal, not to be read.
fn singular(mut word: String) -> String {
    let long = word.chars().count();
    if long > 4 && word.ends_with("ies") {
        word.truncate(word.len() - 3);
        word.push('y');
    } else if long > 4 && ["ches", "shes", "xes", "sses", "zes"].iter().any(|e| word.ends_with(e)) {
        word.truncate(word.len() - 2);
    } else if long > 3 && word.ends_with('s') && !["ss", "us", "is"].iter().any(|e| word.ends_with(e)) {
        word.pop();
    }
    word
}

/// Units written together: what is looked up.
pub fn key(units: &[Unit]) -> String {
    units.iter().filter(|u| u.kind != Kind::Stop).map(|u| u.text.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_word_meet() {
        let k = |s: &str| key(&units(s));
        assert_eq!(k("E-Mail"), k("email"));
        assert_eq!(k("Lap tops"), k("laptop"));
        assert_eq!(k("Office365"), k("office 365"));
        assert_eq!(k("ＶＰＮ帳號"), k("vpn帐号"));
        assert_eq!(k("driver's licence"), k("drivers licences"));
        assert_eq!(k("batteries"), k("battery"));
        assert_eq!(k("access"), "access");
    }

    #[test]
    fn numbers_part_from_letters() {
        let said: Vec<String> = units("MBP16, 27寸").into_iter().map(|u| u.text).collect();
        assert_eq!(said, ["mbp", "16", ",", "27", "寸"]);
    }
}
