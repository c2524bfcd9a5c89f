//! Recognises the lines that mail programs put above older messages: markers, blocks of header lines, `On … wrote:`.

use chrono::{DateTime, FixedOffset};

use super::{address, date};
use crate::message::Header;
use crate::message::fold::fold_str;
use block::block;
use words::{WORDS, tight};
use wrote::wrote;

pub use words::{Prefix, hands_on, prefix};

mod block;
mod words;
mod wrote;

/// Characters of a marker with its dashes and names; bytes of one without dashes, which is a few words.
const MARKER_CHARS: usize = 160;
const BARE_MARKER_BYTES: usize = 60;

/// A line with its quotation marks counted.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    pub raw: &'a str,
    /// How many `>` stand before it.
    pub depth: usize,
    /// Without them, and without white space around.
    pub bare: &'a str,
}

impl<'a> Line<'a> {
    pub fn new(raw: &'a str) -> Self {
        let mut rest = raw;
        let mut depth = 0;
        loop {
            let trimmed = rest.trim_start_matches([' ', '\t']);
            // `>:` is the end of an attribution that was broken inside its address.
            match trimmed.strip_prefix('>').filter(|after| *after != ":") {
                Some(after) => {
                    depth += 1;
                    rest = after;
                }
                None => break,
            }
        }
        // One space belongs to the mark; more belong to the words.
        Self { raw, depth, bare: rest.trim() }
    }

    /// The words without quotation marks, with their indentation.
    pub fn words(&self) -> &'a str {
        if self.depth == 0 {
            return self.raw.trim_end();
        }
        let after = self.raw.trim_start_matches([' ', '\t', '>']);
        let cut = self.raw.len() - after.len();
        let marks = self.raw.get(..cut).unwrap_or_default();
        // Indentation behind the last mark, less the one space.
        let indent = marks.rsplit('>').next().map_or(0, |m| m.len().saturating_sub(1));
        self.raw.get(cut - indent.min(cut)..).unwrap_or(after).trim_end()
    }

    pub fn is_blank(&self) -> bool {
        self.bare.is_empty()
    }

    /// A line of dashes, underscores or equals signs.
    pub fn is_rule(&self) -> bool {
        self.bare.len() >= 5
            && self
                .bare
                .chars()
                .all(|c| matches!(c, '-' | '_' | '=' | '\u{2014}' | '\u{2015}' | '\u{2500}' | '*' | '\u{FF0D}'))
    }
}

/// What stands below a heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Means {
    Forward,
    /// A forward or a reply, as the subject says.
    Original,
    Replied,
    Wrote,
}

/// A heading: lines `start..end` are its own.
#[derive(Debug, Clone, PartialEq)]
pub struct Heading {
    pub start: usize,
    pub end: usize,
    pub depth: usize,
    pub means: Means,
    pub header: Header,
}

/// All headings of a text, in order, none inside another. Linear: each looks a bounded number of lines ahead.
pub fn find(lines: &[Line], outer: DateTime<FixedOffset>) -> Vec<Heading> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        match heading(lines, at, outer) {
            Some(heading) => {
                at = heading.end.max(at + 1);
                found.push(heading);
            }
            None => at += 1,
        }
    }
    found
}

fn heading(lines: &[Line], at: usize, outer: DateTime<FixedOffset>) -> Option<Heading> {
    let line = lines.get(at)?;
    if line.is_blank() {
        return None;
    }
    if line.is_rule() {
        // A rule belongs to the header lines under it.
        let next = at + 1 + lines.get(at + 1..)?.iter().take(2).take_while(|l| l.is_blank()).count();
        let (end, header) = block(lines, next, 3, outer)?;
        return Some(Heading { start: at, end, depth: line.depth, means: Means::Original, header });
    }
    if let Some((means, named)) = marker(line.bare, outer) {
        let next = at + 1 + lines.get(at + 1..)?.iter().take(3).take_while(|l| l.is_blank() || l.is_rule()).count();
        let (end, header) = match block(lines, next, 2, outer) {
            Some((end, header)) => (end, header),
            None => (at + 1, named),
        };
        return Some(Heading { start: at, end, depth: line.depth, means, header });
    }
    // A marker without its dashes, as pages show it, right above header lines.
    if (4..=BARE_MARKER_BYTES).contains(&line.bare.len())
        && let Some(means) = WORDS.markers.get(&tight(line.bare))
    {
        let next = at + 1 + lines.get(at + 1..)?.iter().take(2).take_while(|l| l.is_blank() || l.is_rule()).count();
        if let Some((end, header)) = block(lines, next, 2, outer) {
            return Some(Heading { start: at, end, depth: line.depth, means: *means, header });
        }
    }
    if let Some((end, header)) = block(lines, at, 4, outer) {
        return Some(Heading { start: at, end, depth: line.depth, means: Means::Original, header });
    }
    let (end, header) = wrote(lines, at, outer)?;
    Some(Heading { start: at, end, depth: line.depth, means: Means::Wrote, header })
}

/// `---------- Forwarded message ---------`, `Begin forwarded message:`, `------ 原始邮件 ------`, `----- Forwarded by … on … -----`.
fn marker(bare: &str, outer: DateTime<FixedOffset>) -> Option<(Means, Header)> {
    let is_dash = |c: char| matches!(c, '-' | '\u{2014}' | '\u{2015}' | '_' | '=' | '\u{FF0D}' | '#' | '\u{2500}');
    let dashed = bare.starts_with(is_dash) || bare.starts_with("*-") || bare.ends_with("--");
    let colon = bare.ends_with([':', '\u{FF1A}']);
    if !dashed && !colon || bare.len() > 4 * MARKER_CHARS {
        return None;
    }
    let core = bare.trim_matches(|c: char| {
        is_dash(c) || c.is_whitespace() || matches!(c, ':' | '\u{FF1A}' | '*' | '.' | '|' | '"' | '~')
    });
    if core.is_empty() {
        return None;
    }
    if let Some(means) = WORDS.markers.get(&tight(core)) {
        return Some((*means, Header::default()));
    }
    if !dashed || core.chars().count() > MARKER_CHARS {
        return None;
    }
    let folded = fold_str(core);
    let (open, close) =
        WORDS.between.iter().find(|(a, b)| folded.starts_with(a.as_str()) && folded.contains(b.as_str()))?;
    // Folding keeps the number of characters, not of bytes.
    let skip = open.chars().count();
    let until =
        folded.find(close.as_str()).map(|b| folded.get(..b).unwrap_or_default().chars().count()).unwrap_or(skip);
    let name: String = core.chars().skip(skip).take(until.saturating_sub(skip)).collect();
    // `由 张三/公司 于 2026/03/04 转发`: the date stands before the closing word.
    let name =
        name.trim_start_matches([':', '\u{FF1A}']).split(['于', '在']).next().unwrap_or_default().trim().to_owned();
    let from = address::written(&name);
    Some((Means::Forward, Header { from, date: date::written(core, outer), ..Header::default() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outer() -> DateTime<FixedOffset> {
        DateTime::parse_from_rfc3339("2026-03-12T11:00:00+08:00").unwrap()
    }

    fn only(text: &str) -> Option<Heading> {
        let lines: Vec<Line> = text.lines().map(Line::new).collect();
        let mut found = find(&lines, outer());
        assert!(found.len() <= 1, "{found:?}");
        found.pop()
    }

    #[test]
    fn headings_of_many_programs() {
        use Means::*;
        for (text, means, from, date) in [
            (
                "From: Jane Roe <jane@acme.example>\nSent: 9 March 2026 17:21\nTo: HR\nSubject: x\n\nbody",
                Original,
                "Jane Roe <jane@acme.example>",
                "2026-03-09T17:21",
            ),
            (
                "________________________________\nFrom: Jane Roe\nSent: Monday, March 9, 2026 5:21:00 PM\nTo: HR\nSubject: x",
                Original,
                "Jane Roe",
                "2026-03-09T17:21",
            ),
            (
                "*From:* Jane Roe [mailto:jane@acme.example]\n*Sent:* 9 March 2026 17:21\n*To:* HR\n*Subject:* x",
                Original,
                "Jane Roe <jane@acme.example>",
                "2026-03-09T17:21",
            ),
            (
                "-----Original Message-----\nFrom: Jane Roe\nSent: 9 March 2026 17:21",
                Original,
                "Jane Roe",
                "2026-03-09T17:21",
            ),
            (
                "---------- Forwarded message ---------\nFrom: Jane Roe <jane@acme.example>\nDate: Mon, Mar 9, 2026 at 5:21\u{202f}PM\nSubject: x\nTo: y",
                Forward,
                "Jane Roe <jane@acme.example>",
                "2026-03-09T17:21",
            ),
            (
                "Begin forwarded message:\n\nFrom: Jane Roe <jane@acme.example>\nSubject: x\nDate: 9 March 2026 at 17:21:00 GMT+8\nTo: y",
                Forward,
                "Jane Roe <jane@acme.example>",
                "2026-03-09T17:21",
            ),
            (
                "----- Forwarded by Jane Roe/HR/Acme on 03/09/2026 05:21 PM -----",
                Forward,
                "Jane Roe/HR/Acme",
                "2026-03-09T17:21",
            ),
            ("   原始邮件\n\n发件人：\t张三\n时间：\t2026-03-09 17:21\n", Original, "张三", "2026-03-09T17:21"),
            ("----- 转发人 张三/SHA/ACME 时间 2026-03-09 17:21 -----", Forward, "张三/SHA/ACME", "2026-03-09T17:21"),
            (
                "发件人： 张三\n发送时间： 2026-03-09 17:21\n收件人： 李四\n抄送： 王五\n主题： Re: x",
                Original,
                "张三",
                "2026-03-09T17:21",
            ),
            (
                "寄件者: 張三 <san@acme.example>\n寄件日期: 2026年3月9日 下午 05:21\n收件者: 李四\n主旨: x",
                Original,
                "張三 <san@acme.example>",
                "2026-03-09T17:21",
            ),
            (
                "------------------\u{a0}原始邮件\u{a0}------------------\n发件人: \"张三\"<san@acme.example>;\n发送时间: 2026年3月9日(星期一) 下午5:21\n收件人: \"李四\"<si@acme.example>;\n主题: x",
                Original,
                "张三 <san@acme.example>",
                "2026-03-09T17:21",
            ),
            (
                "---- 回复的原邮件 ----\n| 发件人 | 张三<san@acme.example> |\n| 日期 | 2026年03月09日 17:21 |\n| 收件人 | 李四 |\n| 主题 | x |",
                Replied,
                "张三 <san@acme.example>",
                "2026-03-09T17:21",
            ),
            (
                "发件人：张三 <san@acme.example>\n日　期：2026年03月09日 17:21:00\n收件人：李四\n主　题：x",
                Original,
                "张三 <san@acme.example>",
                "2026-03-09T17:21",
            ),
            (
                "From:\tJane Roe/HR/Acme\nTo:\tIT\nDate:\t03/09/2026 05:21 PM\nSubject:\tx",
                Original,
                "Jane Roe/HR/Acme",
                "2026-03-09T17:21",
            ),
            (
                "On Mon, Mar 9, 2026 at 5:21 PM Jane Roe <jane@acme.example> wrote:\n> x",
                Wrote,
                "Jane Roe <jane@acme.example>",
                "2026-03-09T17:21",
            ),
            (
                "On Mon, 9 Mar 2026 at 17:21, Jane Marie Roe Hastings <\njane@acme.example> wrote:\n\n> x",
                Wrote,
                "Jane Marie Roe Hastings <jane@acme.example>",
                "2026-03-09T17:21",
            ),
            (
                "张三 <san@acme.example> 于2026年3月9日周一 17:21写道：\n> x",
                Wrote,
                "张三 <san@acme.example>",
                "2026-03-09T17:21",
            ),
            (
                "在 2026-03-09 17:21:00，\"张三\" <san@acme.example> 写道：\n> x",
                Wrote,
                "张三 <san@acme.example>",
                "2026-03-09T17:21",
            ),
            (
                "At 2026-03-09 17:21:00, \"张三\" <san@acme.example> wrote:\n> x",
                Wrote,
                "张三 <san@acme.example>",
                "2026-03-09T17:21",
            ),
            (
                "2026-03-09 17:21 GMT+08:00 Jane Roe <\njane@acme.example>:\n> x",
                Wrote,
                "Jane Roe <jane@acme.example>",
                "2026-03-09T17:21",
            ),
            (
                "Am 09.03.2026 17:21 schrieb \"Jane Roe\" <jane@acme.example\n>:\n\n> x",
                Wrote,
                "Jane Roe <jane@acme.example>",
                "2026-03-09T17:21",
            ),
            (
                "---- On Mon, 09 Mar 2026 17:21:00 +0800 Jane Roe <jane@acme.example> wrote ----\n\nx",
                Wrote,
                "Jane Roe <jane@acme.example>",
                "2026-03-09T17:21",
            ),
            ("Am 09.03.2026 um 17:21 schrieb Jane Roe:\n> x", Wrote, "Jane Roe", "2026-03-09T17:21"),
            (
                "Jane Roe <jane@acme.example> schrieb am Mo., 9. März 2026, 17:21:\n> x",
                Wrote,
                "Jane Roe <jane@acme.example>",
                "2026-03-09T17:21",
            ),
        ] {
            let found = only(text).unwrap_or_else(|| panic!("nothing found in {text}"));
            assert_eq!(found.means, means, "{text}");
            assert_eq!(found.header.from.map(|f| f.to_string()).as_deref(), Some(from), "{text}");
            assert_eq!(
                found.header.date.map(|d| d.format("%Y-%m-%dT%H:%M").to_string()).as_deref(),
                Some(date),
                "{text}"
            );
        }
    }

    #[test]
    fn forms_and_sentences_are_no_headings() {
        for text in [
            "From: Berlin office\nTo: Munich office\nDate: 1 May",
            "Subject: laptop\nFrom: 1 March\nTo: 5 March",
            "Please set up:\n- laptop",
            "She wrote:\nI leave.",
            "On Monday we need:\n- a badge",
            "主题：笔记本\n时间：3月9日",
            "Original:\tlaptop",
            "--\nJane Roe",
            "------------------\n张三",
        ] {
            assert_eq!(only(text), None, "{text}");
        }
    }

    #[test]
    fn prefixes() {
        assert_eq!(prefix("FW: RE: x"), Some((Prefix::Forward, "RE: x")));
        assert_eq!(prefix("Re[2]: x"), Some((Prefix::Reply, "x")));
        assert_eq!(prefix("轉寄：x"), Some((Prefix::Forward, "x")));
        assert_eq!(prefix("回复:回复:x"), Some((Prefix::Reply, "回复:x")));
        assert_eq!(prefix("New starter: Amy"), None);
    }

    #[test]
    fn quotation_marks_are_counted() {
        let line = Line::new("> >  - laptop ");
        assert_eq!((line.depth, line.bare, line.words()), (2, "- laptop", " - laptop"));
        assert_eq!(Line::new("  own").words(), "  own");
        assert_eq!(Line::new(">").words(), "");
    }
}
