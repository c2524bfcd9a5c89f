//! Recognises the lines that mail programs put above older messages: markers, blocks of header lines, `On … wrote:`.

use std::collections::HashMap;
use std::sync::LazyLock;

use chrono::{DateTime, FixedOffset};
use serde::Deserialize;

use super::{address, date};
use crate::message::Header;
use crate::message::fold::{fold, fold_str, is_han};

/// Characters before a label's colon.
const LABEL_CHARS: usize = 24;
/// Lines of a block of header lines, long lists of recipients among them.
const BLOCK_LINES: usize = 40;
/// Characters of a marker, and of an attribution over all its lines.
const MARKER_CHARS: usize = 160;
const WROTE_CHARS: usize = 400;
/// Lines over which `On … wrote:` is broken at most.
const WROTE_LINES: usize = 4;

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
            match trimmed.strip_prefix('>') {
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

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Label {
    From,
    Date,
    To,
    Subject,
    Other,
}

struct Words {
    labels: HashMap<String, (Label, u32)>,
    markers: HashMap<String, Means>,
    between: Vec<(String, String)>,
    closers: Vec<String>,
    openers: Vec<String>,
    hands_on: Vec<String>,
    reply: Vec<String>,
    forward: Vec<String>,
}

#[derive(Deserialize)]
struct File {
    labels: HashMap<String, Strength>,
    markers: Markers,
    between: Between,
    attribution: Attribution,
    subject: Subject,
    hands_on: HandsOn,
}
#[derive(Deserialize)]
struct Strength {
    strong: Vec<String>,
    weak: Vec<String>,
}
#[derive(Deserialize)]
struct Markers {
    forward: Vec<String>,
    original: Vec<String>,
    replied: Vec<String>,
    above: Vec<String>,
}
#[derive(Deserialize)]
struct Between {
    forward: Vec<[String; 2]>,
}
#[derive(Deserialize)]
struct Attribution {
    closers: Vec<String>,
    openers: Vec<String>,
}
#[derive(Deserialize)]
struct Subject {
    reply: Vec<String>,
    forward: Vec<String>,
}
#[derive(Deserialize)]
struct HandsOn {
    phrases: Vec<String>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    #[allow(clippy::expect_used, reason = "the file is part of the program and its test reads it")]
    let file: File = toml::from_str(include_str!("headings.toml")).expect("headings.toml is well formed");
    let folded = |list: Vec<String>| list.iter().map(|w| fold_str(w)).collect::<Vec<_>>();
    let mut labels = HashMap::new();
    for (name, words) in file.labels {
        let label = match name.as_str() {
            "from" => Label::From,
            "date" => Label::Date,
            "to" => Label::To,
            "subject" => Label::Subject,
            _ => Label::Other,
        };
        for (list, strength) in [(words.weak, 1), (words.strong, 2)] {
            for word in list {
                labels.insert(tight(&word), (label, if label == Label::Other { strength - 1 } else { strength }));
            }
        }
    }
    let mut markers = HashMap::new();
    for (list, means) in [
        (file.markers.forward, Means::Forward),
        (file.markers.original, Means::Original),
        (file.markers.replied, Means::Replied),
        (file.markers.above, Means::Replied),
    ] {
        for word in list {
            markers.insert(tight(&word), means);
        }
    }
    Words {
        labels,
        markers,
        between: file.between.forward.into_iter().map(|[a, b]| (fold_str(&a), fold_str(&b))).collect(),
        closers: folded(file.attribution.closers),
        openers: folded(file.attribution.openers),
        hands_on: folded(file.hands_on.phrases),
        reply: folded(file.subject.reply),
        forward: folded(file.subject.forward),
    }
});

/// Folded, without white space and emphasis.
fn tight(words: &str) -> String {
    words.chars().filter(|c| !c.is_whitespace() && *c != '*').map(fold).collect()
}

/// What the words before a subject's colon say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prefix {
    Reply,
    Forward,
}

/// The first prefix of a subject, and what follows it: `RE: x`, `Fwd[2]: x`, `回复：x`.
pub fn prefix(subject: &str) -> Option<(Prefix, &str)> {
    let (at, colon) = subject.char_indices().take(14).find(|(_, c)| matches!(c, ':' | '\u{FF1A}'))?;
    let word = tight(subject.get(..at)?);
    // A count: `Re[2]`, `RE(3)`, `Re^2`.
    let word = word.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '[' | ']' | '(' | ')' | '^'));
    let kind = if WORDS.reply.iter().any(|w| w == word) {
        Prefix::Reply
    } else if WORDS.forward.iter().any(|w| w == word) {
        Prefix::Forward
    } else {
        return None;
    };
    Some((kind, subject.get(at + colon.len_utf8()..)?.trim_start()))
}

/// Whether own words hand the quoted ones on (`please action the request below`).
pub fn hands_on(own: &str) -> bool {
    let folded = fold_str(own);
    WORDS.hands_on.iter().any(|p| folded.contains(p.as_str()))
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
    let name = name.split(['于', '在']).next().unwrap_or_default().trim().to_owned();
    let from = address::written(&name);
    Some((Means::Forward, Header { from, date: date::written(core, outer), ..Header::default() }))
}

/// A label line: `From: x`, `*Sent:* x`, `发件人：x`, `| 主题 | x |`, `Subject<tab>x`.
fn label(bare: &str) -> Option<(Label, u32, &str)> {
    let bare = bare.trim_start_matches(['|', ' ', '*', '\t']);
    let (at, mark) = bare.char_indices().take(LABEL_CHARS).find(|(_, c)| matches!(c, ':' | '\u{FF1A}' | '\t' | '|'))?;
    let key = tight(bare.get(..at)?);
    let (label, strength) = *WORDS.labels.get(key.trim_end_matches('*'))?;
    let rest = bare.get(at + mark.len_utf8()..)?;
    // `From:<tab>x`, `发件人： | x |`
    let value = rest.trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '|' | ':' | '\u{FF1A}'));
    Some((label, strength, value))
}

/// A block of header lines from `at` on, if it weighs at least `need`: its end, and what it says.
fn block(lines: &[Line], at: usize, need: u32, outer: DateTime<FixedOffset>) -> Option<(usize, Header)> {
    let depth = lines.get(at)?.depth;
    label(lines.get(at)?.bare)?;
    let mut values: Vec<(Label, String)> = Vec::new();
    let mut weight = 0;
    let mut end = at;
    let mut next = at;
    while let Some(line) = lines.get(next).filter(|l| l.depth == depth && next < at + BLOCK_LINES) {
        if line.is_blank() {
            // Programs that write a paragraph a line leave one empty line between labels.
            let follows = lines.get(next + 1).is_some_and(|l| {
                l.depth == depth
                    && label(l.bare).is_some_and(|(k, _, _)| k == Label::Other || !values.iter().any(|(v, _)| *v == k))
            });
            if !follows {
                break;
            }
            next += 1;
            continue;
        }
        match label(line.bare) {
            Some((kind, strength, value)) if kind == Label::Other || !values.iter().any(|(k, _)| *k == kind) => {
                weight += strength + u32::from(kind == Label::From && value.contains('@'));
                values.push((kind, value.to_owned()));
            }
            Some(_) => break,
            None => {
                let Some((kind, value)) = values.last_mut() else { break };
                let before = lines.get(next.saturating_sub(1)).map_or("", |l| l.bare);
                let more = match kind {
                    Label::To | Label::Other => {
                        before.ends_with([',', ';', '<', '\u{FF0C}', '\u{FF1B}'])
                            || line.bare.contains('@') && line.bare.ends_with(['>', ';', ',', ']', ')'])
                    }
                    // A subject goes on where another label follows.
                    Label::Subject | Label::From => {
                        line.raw.starts_with([' ', '\t']) && line.depth == 0 && value.len() > 40
                            || lines.get(next + 1).is_some_and(|l| l.depth == depth && label(l.bare).is_some())
                    }
                    Label::Date => false,
                };
                let empty = value.is_empty();
                if !more && !empty {
                    break;
                }
                if value.len() < 2_000 {
                    if !empty {
                        value.push(' ');
                    }
                    value.push_str(line.bare);
                }
            }
        }
        next += 1;
        end = next;
    }
    let get = |kind: Label| values.iter().find(|(k, _)| *k == kind).map(|(_, v)| v.as_str()).filter(|v| !v.is_empty());
    let from = get(Label::From)?;
    let kinds = values.iter().filter(|(k, _)| *k != Label::Other).count();
    if weight < need || kinds < 2 {
        return None;
    }
    let header = Header {
        from: address::written(from),
        to: get(Label::To).map(str::to_owned),
        date: get(Label::Date).and_then(|d| date::written(d, outer)),
        subject: get(Label::Subject).map(str::to_owned),
    };
    Some((end, header))
}

/// `On Mon, 9 Mar 2026 at 17:21, Jane Roe <jane@acme.example> wrote:`, perhaps over several lines.
fn wrote(lines: &[Line], at: usize, outer: DateTime<FixedOffset>) -> Option<(usize, Header)> {
    let depth = lines.get(at)?.depth;
    let last = lines
        .get(at..)?
        .iter()
        .take(WROTE_LINES)
        .take_while(|l| l.depth == depth && !l.is_blank())
        .position(|l| l.bare.ends_with([':', '\u{FF1A}']))?;
    let parts = lines.get(at..=at + last)?;
    if parts.iter().map(|l| l.bare.len()).sum::<usize>() > 3 * WROTE_CHARS {
        return None;
    }
    let joined = parts.iter().map(|l| l.bare).collect::<Vec<_>>().join(" ");
    let folded = fold_str(&joined);
    // The longest: `napisał(a)` before `napisał`.
    let (closed, closer) =
        WORDS.closers.iter().filter_map(|c| Some((word_at(&folded, c)?, c))).max_by_key(|(_, c)| c.len())?;
    let opened = WORDS.openers.iter().any(|o| folded.starts_with(o.as_str()));
    let address = folded.contains('@');
    let dated = has_year(&folded) || folded.contains(':') && folded.chars().filter(|c| c.is_ascii_digit()).count() >= 4;
    let han = closer.chars().any(is_han);
    let quoted = lines.get(at + last + 1..)?.iter().find(|l| !l.is_blank()).is_some_and(|l| l.depth > depth);
    // A sentence that ends in a colon has no date and address, or does not open so.
    let sure = dated && (opened || address || han) || address && quoted || dated && quoted;
    // Where the line is broken, its first part must already look like one.
    let begins = last == 0
        || opened
        || parts.first().is_some_and(|l| l.bare.contains('@') || l.bare.chars().any(|c| c.is_ascii_digit()));
    if !sure || !begins {
        return None;
    }
    let characters = folded.get(..closed).unwrap_or_default().chars().count();
    let from = writer(&joined, characters, closer.chars().count());
    Some((at + last + 1, Header { from, date: date::written(&joined, outer), ..Header::default() }))
}

/// Where a word stands as a whole word; Han words stand anywhere.
fn word_at(folded: &str, word: &str) -> Option<usize> {
    let han = word.chars().any(is_han);
    folded
        .match_indices(word)
        .find(|(at, _)| {
            let before = folded.get(..*at).and_then(|s| s.chars().next_back());
            let after = folded.get(at + word.len()..).and_then(|s| s.chars().next());
            han || !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
        })
        .map(|(at, _)| at)
}

fn has_year(folded: &str) -> bool {
    let mut run = String::new();
    folded.chars().chain([' ']).any(|c| {
        if c.is_ascii_digit() {
            run.push(c);
            return false;
        }
        let year = run.len() == 4 && (run.starts_with("19") || run.starts_with("20"));
        run.clear();
        year
    })
}

/// Who wrote, in an attribution whose closing word stands at character `closed`.
fn writer(joined: &str, closed: usize, length: usize) -> Option<crate::message::Address> {
    let before: String = joined.chars().take(closed).collect();
    let after: String = joined.chars().skip(closed + length).collect();
    // German and Spanish put the name after the verb where the date comes first: `Am 9.3.2026 schrieb Jane Roe:`.
    let after = after.trim().trim_end_matches([':', '\u{FF1A}']);
    let side = if !after.is_empty() && !after.chars().any(|c| c.is_ascii_digit()) || after.contains('@') {
        after
    } else {
        before.as_str()
    };
    let open = side.find(['<', '[', '(']).filter(|i| side.get(*i..).is_some_and(|s| s.contains('@')));
    let (head, email) = match open {
        Some(open) => (side.get(..open).unwrap_or_default(), side.get(open..).unwrap_or_default()),
        None => (side, ""),
    };
    let name = if head.chars().any(|c| c.is_ascii_digit()) {
        // The date stands before: what follows its last number. `张三 于2026年…`: what stands before it.
        let tail = head
            .rsplit(|c: char| c.is_ascii_digit() || matches!(c, ',' | '\u{FF0C}' | '年' | '月' | '日'))
            .next()
            .unwrap_or_default()
            .trim();
        let tail = tail.trim_start_matches("AM").trim_start_matches("PM").trim_start_matches(['\u{202F}', ' ', ':']);
        if tail.is_empty() { head.split(['于', '在']).next().unwrap_or_default() } else { tail }
    } else {
        head
    };
    let email: String = email.split('>').next().unwrap_or_default().split_whitespace().collect();
    let name = name.trim().trim_end_matches(['于', '在']).trim();
    address::written(&if email.is_empty() { name.to_owned() } else { format!("{name} {email}>") })
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
