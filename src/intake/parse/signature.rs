//! Cuts the sender's signature, the program's line and the firm's notice off the end of a text.
//!
//! The closing line and the name under it stay: a person who writes about themselves is named there alone.
//! Titles, telephone numbers and addresses go. Where it is not sure, nothing is cut.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, Anchored, Input, MatchKind, StartKind};
use serde::Deserialize;

use crate::message::Address;
use crate::message::fold::{fold_str, is_han};

/// Lines (with words) in which a closing, a notice and a delimiter are looked for.
const CLOSING_WINDOW: usize = 16;
const NOTICE_WINDOW: usize = 40;
/// Lines of a signature under a closing, a name, a delimiter.
const UNDER_CLOSING: usize = 10;
const UNDER_DELIMITER: usize = 20;
/// Characters of a line of a signature.
const LINE_CHARS: usize = 110;
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

struct Words {
    closings: Starts,
    programs: Starts,
    notices: Starts,
    banners: Starts,
    contacts: Starts,
    postscripts: Starts,
    asks: AhoCorasick,
    roles: AhoCorasick,
}

/// Finds which word a text begins with.
struct Starts(AhoCorasick);

impl Starts {
    fn new(words: &[String]) -> Self {
        #[allow(clippy::expect_used, reason = "a few hundred short words are far below the automaton's limits")]
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .start_kind(StartKind::Anchored)
            .build(words.iter().map(|w| fold_str(w)))
            .expect("the words fit an automaton");
        Self(automaton)
    }

    /// How many bytes of the text the longest word takes that it begins with.
    fn length(&self, text: &str) -> Option<usize> {
        self.0.find(Input::new(text).anchored(Anchored::Yes)).map(|m| m.end())
    }
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    #[allow(clippy::expect_used, reason = "the file is part of the program and its test reads it")]
    let file: File = toml::from_str(include_str!("signature.toml")).expect("signature.toml is well formed");
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

/// A line and its folded form.
struct Line<'a> {
    raw: &'a str,
    folded: String,
}

impl<'a> Line<'a> {
    fn new(raw: &'a str) -> Self {
        let bare = raw.trim().trim_matches(['*', '|']).trim();
        Self { raw, folded: fold_str(bare) }
    }
    fn is_blank(&self) -> bool {
        self.folded.is_empty()
    }
    fn is_delimiter(&self) -> bool {
        matches!(self.folded.as_str(), "--" | "-" | "---") && self.raw.trim().starts_with(['-', '\u{2014}'])
    }
    fn is_rule(&self) -> bool {
        self.folded.len() >= 4
            && self.folded.chars().all(|c| matches!(c, '-' | '_' | '=' | '*' | '~' | '\u{2500}' | '.'))
    }
    fn chars(&self) -> usize {
        self.folded.chars().count()
    }
}

/// The text without what was cut off its end, and what that was.
pub fn cut(text: &str, sender: Option<&Address>) -> (String, Option<String>) {
    // Only the end is looked at; a long text is not folded whole.
    let all: Vec<&str> = text.lines().collect();
    let first = tail_start(&all);
    let lines: Vec<Line> = all.get(first..).unwrap_or_default().iter().map(|l| Line::new(l)).collect();
    let mut end = trim(&lines, lines.len());
    // Program lines and notices stand in any order, and more than one of them.
    for _ in 0..8 {
        let before = end;
        end = trim(&lines, program(&lines, end));
        end = trim(&lines, notice(&lines, end));
        if end == before {
            break;
        }
    }
    let end = trim(&lines, delimiter(&lines, end, sender));
    let end = trim(&lines, closing(&lines, end).or_else(|| name(&lines, end, sender)).unwrap_or(end));
    let keep = all.get(..first + end).unwrap_or_default();
    let signature = all.get(first + end..).unwrap_or_default().join("\n");
    let signature = signature.trim();
    if signature.is_empty() {
        return (text.trim_end().to_owned(), None);
    }
    (keep.join("\n").trim_end().to_owned(), Some(signature.to_owned()))
}

/// The text without the warning that a mail system put before it.
pub fn without_banner(text: &str) -> &str {
    let mut rest = text;
    for _ in 0..4 {
        let line = rest.lines().next().unwrap_or_default();
        if line.len() > 4_000
            || WORDS
                .banners
                .length(&fold_str(line.trim().trim_start_matches(['*', '|', '[', '\u{3010}', '\t', ' '])))
                .is_none()
        {
            break;
        }
        // A banner is one paragraph; a line of its own ends with it.
        let after = rest.get(line.len()..).unwrap_or_default();
        rest = after.trim_start();
    }
    rest
}

fn tail_start(lines: &[&str]) -> usize {
    let mut with_words = 0;
    for (i, line) in lines.iter().enumerate().rev() {
        with_words += usize::from(!line.trim().is_empty());
        if with_words > NOTICE_WINDOW + CLOSING_WINDOW {
            return i;
        }
    }
    0
}

/// The end without blank lines and rules before it.
fn trim(lines: &[Line], end: usize) -> usize {
    let mut end = end;
    while end > 0 && lines.get(end - 1).is_some_and(|l| l.is_blank() || l.is_rule()) {
        end -= 1;
    }
    end
}

fn program(lines: &[Line], end: usize) -> usize {
    let Some(last) = end.checked_sub(1) else { return end };
    let is_program = |i: usize| {
        lines.get(i).is_some_and(|l| {
            l.chars() <= 160 && WORDS.programs.length(l.folded.trim_start_matches(['<', '[', '('])).is_some()
        })
    };
    if is_program(last) {
        return last;
    }
    // Its link on a line of its own.
    let is_link = lines
        .get(last)
        .is_some_and(|l| l.folded.trim_start_matches('<').starts_with("http") && !l.folded.contains(' '));
    if is_link && last > 0 && is_program(last - 1) {
        return last - 1;
    }
    end
}

fn notice(lines: &[Line], end: usize) -> usize {
    let mut found = end;
    let mut seen = 0;
    for i in (0..end).rev() {
        let Some(line) = lines.get(i).filter(|_| seen < NOTICE_WINDOW) else { break };
        if line.is_blank() {
            continue;
        }
        seen += 1;
        // What is listed below a line that looks like a notice is none.
        if is_item(line) {
            break;
        }
        if WORDS
            .notices
            .length(line.folded.trim_start_matches(['"', '\'', '[', '(', '\u{3010}', '<', '*', ' ']))
            .is_some()
        {
            found = i;
        }
    }
    // A text of nothing else is no notice under a text.
    if lines.get(..found).unwrap_or_default().iter().all(Line::is_blank) { end } else { found }
}

/// `-- ` and what is under it; a longer rule only over what is plainly a signature.
fn delimiter(lines: &[Line], end: usize, sender: Option<&Address>) -> usize {
    let mut cut = end;
    let mut under = 0;
    for i in (0..end).rev() {
        let Some(line) = lines.get(i) else { break };
        if line.is_blank() {
            continue;
        }
        if line.is_delimiter() {
            cut = i;
            continue;
        }
        if line.is_rule() {
            let below: Vec<&Line> =
                lines.get(i + 1..cut).unwrap_or_default().iter().filter(|l| !l.is_blank()).collect();
            let telling = below.iter().any(|l| is_contact(l) || is_role(l) || sender.is_some_and(|s| names(l, s)));
            if !below.is_empty() && below.len() <= UNDER_CLOSING && telling && below.iter().all(|l| is_signature(l)) {
                cut = i;
                continue;
            }
            break;
        }
        under += 1;
        if under > UNDER_DELIMITER || is_item(line) || (asks(line) && !is_contact(line)) {
            break;
        }
    }
    cut
}

/// `Best regards` and what is under it: the end of what stays, which is the closing and the name.
fn closing(lines: &[Line], end: usize) -> Option<usize> {
    let mut found = None;
    let mut seen = 0;
    for i in (0..end).rev() {
        let line = lines.get(i)?;
        if line.is_blank() {
            continue;
        }
        seen += 1;
        if is_closing(line) {
            found = Some(i);
        } else if seen > CLOSING_WINDOW.min(UNDER_CLOSING + 3) || !is_signature(line) {
            break;
        }
    }
    let start = found?;
    let mut keep = start + 1;
    let mut named = false;
    for (i, line) in lines.get(..end)?.iter().enumerate().skip(start + 1) {
        if line.is_blank() {
            continue;
        }
        if is_closing(line) {
            keep = i + 1;
            named = false;
        } else if !named && is_name(line) {
            keep = i + 1;
            named = true;
        } else {
            break;
        }
    }
    Some(keep)
}

/// The sender's own name on a line, with a title or telephone under it or beside it.
fn name(lines: &[Line], end: usize, sender: Option<&Address>) -> Option<usize> {
    let sender = sender?;
    let mut telling = false;
    let mut under = 0;
    for i in (0..end).rev() {
        let line = lines.get(i)?;
        if line.is_blank() {
            continue;
        }
        if names(line, sender) {
            let beside = is_contact(line) || is_role(line);
            // The name alone stays; a line that also gives the title goes.
            let blank_before = i == 0 || lines.get(i - 1).is_some_and(|l| l.is_blank() || is_closing(l));
            if beside && (blank_before || telling) && line.chars() <= LINE_CHARS && i > 0 && !asks(line) {
                return Some(i);
            }
            return (telling || (under > 0 && blank_before)).then_some(i + 1);
        }
        if !is_signature(line) {
            return None;
        }
        telling |= is_contact(line) || is_role(line);
        under += 1;
        if under > UNDER_CLOSING {
            return None;
        }
    }
    None
}

fn is_closing(line: &Line) -> bool {
    let text = line.folded.trim_start_matches([' ', '-', '~']);
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
fn is_name(line: &Line) -> bool {
    let text = line.folded.as_str();
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
fn names(line: &Line, sender: &Address) -> bool {
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
        line.folded.strip_prefix(n).is_some_and(|rest| {
            !rest.chars().next().is_some_and(char::is_alphanumeric) || n.chars().any(is_han) && rest.len() <= 60
        })
    };
    if starts(&name) || turned.as_deref().is_some_and(starts) {
        return true;
    }
    // The first or the last of its words alone.
    let words: Vec<&str> = name.split([' ', ',']).filter(|w| w.chars().count() > 1).collect();
    words.len() > 1 && words.iter().any(|w| *w == line.folded.trim_matches(['.', ',', ' ']))
}

/// A line that may stand in a signature.
fn is_signature(line: &Line) -> bool {
    if line.is_blank() || line.is_rule() || line.is_delimiter() || is_closing(line) {
        return true;
    }
    if line.chars() > LINE_CHARS
        || is_item(line)
        || line.folded.ends_with(['?', ':'])
        || WORDS.postscripts.length(&line.folded).is_some()
    {
        return false;
    }
    if is_contact(line) {
        return true;
    }
    // A label that gives no address belongs to a form.
    if let Some(colon) = line.folded.find(':')
        && colon > 0
        && !line.folded.contains("://")
    {
        return false;
    }
    !asks(line) && !line.raw.contains('\t') && !is_sentence(line)
}

/// Words that end as a sentence does, and are too many for a title.
fn is_sentence(line: &Line) -> bool {
    let han = line.folded.chars().filter(|c| is_han(*c)).count();
    let ends = line.folded.ends_with(['.', '!', '\u{3002}']);
    if han > 0 {
        han > 30 || (ends && han > 6) || line.folded.contains(',') && han > 12
    } else {
        line.folded.split_whitespace().count() > if ends { 4 } else { 12 }
    }
}

fn is_item(line: &Line) -> bool {
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

fn asks(line: &Line) -> bool {
    has_word(&WORDS.asks, &line.folded)
}

fn is_role(line: &Line) -> bool {
    line.chars() <= LINE_CHARS && has_word(&WORDS.roles, &line.folded)
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
fn is_contact(line: &Line) -> bool {
    let text = line.folded.as_str();
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

#[cfg(test)]
mod tests {
    use super::*;

    fn cut_for(name: &str, text: &str) -> (String, Option<String>) {
        cut(text, Some(&Address { name: Some(name.to_owned()), email: None }))
    }

    #[track_caller]
    fn cuts(name: &str, body: &str, kept: &str, signature: &str) {
        let text = format!("{body}{kept}{signature}");
        let (left, gone) = cut_for(name, &text);
        assert_eq!((left.as_str(), gone.as_deref()), (format!("{body}{kept}").trim_end(), Some(signature.trim())));
    }

    const BODY: &str = "Please set up a laptop for Amy Lin, who starts on Monday.\n\n";

    #[test]
    fn signatures_are_cut() {
        cuts("Jane Roe", BODY, "", "-- \nJane Roe\nHR Manager\n+44 20 5550 0123");
        cuts("Jane Roe", BODY, "", "Sent from my iPhone");
        cuts("Jane Roe", BODY, "", "发自我的 iPhone");
        cuts("Jane Roe", BODY, "", "從我的 iPhone 傳送");
        cuts(
            "Jane Roe",
            BODY,
            "Best regards,\nJane Roe\n",
            "HR Business Partner | People Team\nHalden Ltd\nT: +44 20 5550 0123\nwww.halden.example",
        );
        cuts(
            "Jane Roe",
            BODY,
            "Thanks\n\nJane\n",
            "\nJane Roe\nOffice Manager, Halden\n\nThis email and any attachments are confidential.\nIf you are not the intended recipient, please delete it.",
        );
        cuts("Imelda Rusk", BODY, "Imelda Rusk\n", "Faculty Administrator");
        cuts(
            "张三",
            "请给新员工开通邮箱。\n\n",
            "此致\n敬礼\n\n张三\n",
            "人力资源部 HRBP\n电话：021-55500131\n2026年3月4日",
        );
        cuts(
            "张三",
            "请给新员工开通邮箱。\n\n",
            "谢谢！\n\n",
            "------------------\n张三\n锐通外包 交付部\n010-55500173",
        );
        cuts("张三", "请给新员工开通邮箱。\n\n", "", "张三 | 人力资源部 | 021-55500131");
        cuts(
            "张三",
            "请给新员工开通邮箱。\n\n",
            "祝好\n张三\n",
            "人事主管\n\n本邮件及其附件含有保密信息，仅限于发送给上面地址中列出的个人或群组。",
        );
    }

    #[test]
    fn content_is_kept() {
        for text in [
            "Please set up:\n\nThanks\n- laptop for Amy\n- badge",
            "Thanks\nLaptop: MacBook Pro\nStart date: 1 May",
            "Best regards,\nJane\n\nPS: please order the badge too",
            "New starter:\nAmy Lin\nSales Manager\namy@acme.example\n+44 20 5550 0123",
            "Jane Roe\nNew laptop please",
            "Thanks\n\nAlso Bo Li needs a phone",
            "Confidential: Bo Li is leaving today.",
            "Amy\tSales\t1 May\nBo\tIT\t2 May",
            "新员工：\n李四\n销售经理\n13800000000",
            "谢谢\n另外李四也需要门禁卡",
            "Best regards,\nJane Roe",
        ] {
            assert_eq!(cut_for("Jane Roe", text), (text.to_owned(), None), "{text}");
        }
    }

    #[test]
    fn banners_go() {
        assert_eq!(
            without_banner(
                "CAUTION: This email originated from outside of the organization. Do not click links.\n\nHi"
            ),
            "Hi"
        );
        assert_eq!(without_banner("Hi\nthere"), "Hi\nthere");
    }
}
