//! Names of people in a text, in both scripts, with how surely they are names; whom they concern is decided elsewhere.

use crate::message::Span;

mod chinese;
mod latin;
pub mod lists;

/// Words that look like a person's name.
#[derive(Debug, Clone)]
pub struct Name {
    pub span: Span,
    /// 0 to 1.
    pub score: f32,
    pub form: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Given name and surname in Latin letters.
    Latin,
    /// One Latin word: a given name, a surname after a title, or a nickname.
    LatinSingle,
    /// Surname and given name in Chinese, or a name with a middle dot.
    Han,
    /// 小王, 王工, 老周, 李姐.
    HanFamiliar,
}

/// All names of a text in order, not overlapping.
pub fn find(chars: &[char], folded: &[char], text: &str) -> Vec<Name> {
    let mut names = chinese::find(folded, text);
    names.extend(latin::find(chars, folded));
    names.sort_by_key(|n| n.span);
    names
}

/// Words of a form value or a table cell that should be a name: the longest stretch that can be one.
pub fn in_value(chars: &[char], folded: &[char], value: Span) -> Option<Span> {
    let tidy = super::layout::tidy(chars, value);
    let words = folded.get(tidy.start..tidy.end.min(folded.len()))?;
    // 'Ada Roe (E123)', '张三，测试部', 'Ada Roe / Ops'
    let cut = words.iter().enumerate().position(|(i, c)| {
        matches!(c, '(' | ';' | '/' | '|' | '\t' | '<' | '[' | '【' | '、' | '。' | '\n' | '→' | '+' | '&')
            || *c == ',' && !surname_first(words, i)
            || *c == '-' && i > 0 && words.get(i - 1).is_some_and(|p| p.is_whitespace())
            || c.is_whitespace() && words.get(i + 1).is_some_and(|n| n.is_whitespace())
            || *c == '—'
    });
    let end = tidy.start + cut.unwrap_or(words.len());
    let span = strip_titles(chars, folded, super::layout::tidy(chars, Span::new(tidy.start, end)));
    let words = folded.get(span.start..span.end.min(folded.len()))?;
    let letters = words.iter().filter(|c| c.is_alphabetic()).count();
    let digits = words.iter().filter(|c| c.is_ascii_digit()).count();
    let spaces = words.iter().filter(|c| c.is_whitespace()).count();
    let at = words.contains(&'@');
    (letters >= 1 && digits == 0 && spaces <= 5 && words.len() <= 40 && !at).then_some(span)
}

/// 'Roe, Ada': a comma within a name, when two or three words in all stand around it.
fn surname_first(words: &[char], comma: usize) -> bool {
    let before = words.get(..comma).unwrap_or_default();
    let after = words.get(comma + 1..).unwrap_or_default();
    let word = |cs: &[char]| {
        let s: String = cs.iter().collect();
        let s = s.trim().to_owned();
        let n = s.split_whitespace().count();
        (n, s)
    };
    let ((n, surname), (m, given)) = (word(before), word(after));
    let first = given.split_whitespace().next().unwrap_or("");
    // 'Hargis, Dwayne': a strange surname before a known given name.
    if n == 1 && m <= 2 && lists::is_given(first) && !lists::is_given(&surname) && !lists::is_word(&surname) {
        return true;
    }
    n <= 2
        && (1..=2).contains(&m)
        && lists::is_surname(surname.split_whitespace().last().unwrap_or(""))
        && lists::is_given(first)
}

const LATIN_TITLES: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "miss",
    "dr",
    "prof",
    "professor",
    "mx",
    "sir",
    "dame",
    "sister",
    "sr",
    "rev",
    "fr",
    "capt",
    "captain",
    "sgt",
    "lt",
    "col",
    "cllr",
    "herr",
    "frau",
    "mme",
    "madame",
    "monsieur",
    "señor",
    "señora",
    "eng",
    "ing",
    "master",
    "lady",
    "doctor",
];
const HAN_TITLES: &[&str] = &[
    "先生",
    "女士",
    "小姐",
    "同志",
    "老师",
    "博士",
    "教授",
    "同学",
    "医生",
    "大夫",
    "护士",
    "师傅",
    "经理",
    "总监",
    "主任",
    "工程师",
    "君",
];

/// A name's span without 'Mr', 'Dr.', 先生, 女士.
pub fn strip_titles(chars: &[char], folded: &[char], mut span: Span) -> Span {
    loop {
        let words = folded.get(span.start..span.end.min(folded.len())).unwrap_or_default();
        let first: String = words.iter().take_while(|c| c.is_alphabetic()).collect();
        let n = first.chars().count();
        if n < words.len()
            && LATIN_TITLES.contains(&first.as_str())
            && words.get(n).is_some_and(|c| c.is_whitespace() || *c == '.')
        {
            span = super::layout::tidy(
                chars,
                Span::new(span.start + n + usize::from(words.get(n) == Some(&'.')), span.end),
            );
            continue;
        }
        let all: String = words.iter().collect();
        match HAN_TITLES.iter().find(|t| all.ends_with(**t) && all.chars().count() >= t.chars().count() + 2) {
            Some(title) => span = Span::new(span.start, span.end - title.chars().count()),
            None => return span,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Text;

    fn of(s: &str) -> Vec<String> {
        let text = Text::new(s);
        let chars: Vec<char> = text.raw().chars().collect();
        let folded: Vec<char> = text.folded().chars().collect();
        find(&chars, &folded, text.folded())
            .iter()
            .filter(|n| n.score >= 0.5)
            .map(|n| text.quote(n.span).to_owned())
            .collect()
    }

    #[test]
    fn latin_names() {
        assert_eq!(
            of("Please welcome Ada Lovelace and Jean-Luc O'Neill, who join Microsoft Teams on Monday."),
            ["Ada Lovelace", "Jean-Luc O'Neill"]
        );
        assert_eq!(of("New Starter Maria de la Cruz Joining Monday"), ["Maria de la Cruz"]);
        assert_eq!(of("J. Smith and SMITH John"), ["J. Smith", "SMITH John"]);
        assert_eq!(of("pls add maria lopez to the group"), ["maria lopez"]);
        assert_eq!(of("Access to Adobe Creative Cloud for the Design team"), Vec::<String>::new());
    }

    #[test]
    fn chinese_names() {
        assert_eq!(of("新同事王小明下周一入职，测试工程师，欧阳娜娜带教。"), ["王小明", "欧阳娜娜"]);
        assert_eq!(of("请给张伟开通VPN权限，于下周一前完成。"), ["张伟"]);
        assert_eq!(of("古丽娜尔·买买提和李雷一起到岗"), ["古丽娜尔·买买提", "李雷"]);
        assert_eq!(of("高级工程师岗位，江苏分公司，任务已安排"), Vec::<String>::new());
    }
}
