//! Parts one text into the sender's own words, forwarded messages and quoted ones.

use chrono::{DateTime, FixedOffset};

use super::headings::{self, Heading, Line, Means, Prefix};
use crate::message::Header;

/// Characters from which a quoted line is long enough to have been broken by a program on the way.
const BROKEN_FROM: usize = 50;
/// Characters of the rest that such a break leaves without a quotation mark.
const BROKEN_REST: usize = 40;

/// What decides between forward and reply where a heading leaves it open.
#[derive(Debug, Clone, Copy)]
pub struct Context {
    /// The subject's first prefix.
    pub prefix: Option<Prefix>,
    /// Whether the message names one that it answers.
    pub answers: bool,
    pub outer: DateTime<FixedOffset>,
}

/// An older message's words under its heading.
#[derive(Debug, Clone, PartialEq)]
pub struct Older {
    pub header: Header,
    pub text: String,
}

/// A text in its parts.
#[derive(Debug, Default)]
pub struct Parts {
    pub own: String,
    pub forwarded: Vec<Older>,
    /// Newest first, as programs stack them.
    pub quoted: Vec<Older>,
}

/// Parts a text. A line of the sender's below or between quotations stays the sender's.
pub fn part(text: &str, context: &Context) -> Parts {
    let lines: Vec<Line> = text.lines().map(Line::new).collect();
    let headings = headings::find(&lines, context.outer);
    let mut parts = Parts::default();
    let mut own: Vec<&str> = Vec::new();
    let mut upcoming = headings.iter().peekable();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        while upcoming.next_if(|h| h.start < at).is_some() {}
        let (header, content, depth, forward) = match upcoming.peek() {
            Some(h) if h.start == at => (h.header.clone(), h.end, h.depth, is_forward(h, context)),
            _ if line.depth > 0 => (Header::default(), at, 0, false),
            _ => {
                own.push(line.words());
                at += 1;
                continue;
            }
        };
        let end = reach(&lines, content, depth);
        let inner = headings.iter().filter(|h| h.start >= content && h.start < end);
        let levels = levels(&lines, content..end, header, inner);
        if forward {
            parts.forwarded.extend(levels)
        } else {
            parts.quoted.extend(levels)
        }
        at = end.max(at + 1);
    }
    parts.own = join(&own);
    parts
}

/// The levels of a message that was attached whole: its own words, and those under its headings.
pub fn forwarded(text: &str, header: Header, outer: DateTime<FixedOffset>) -> Vec<Older> {
    let lines: Vec<Line> = text.lines().map(Line::new).collect();
    let headings = headings::find(&lines, outer);
    levels(&lines, 0..lines.len(), header, headings.iter())
}

fn is_forward(heading: &Heading, context: &Context) -> bool {
    match (heading.means, context.prefix) {
        (Means::Forward, _) => true,
        (Means::Replied, _) => false,
        (Means::Original | Means::Wrote, Some(Prefix::Forward)) => true,
        (Means::Original | Means::Wrote, Some(Prefix::Reply)) => false,
        // No prefix: who answers a message quotes it, who does not hands it on.
        (Means::Original, None) => !context.answers,
        (Means::Wrote, None) => false,
    }
}

/// Where the content that begins at `content` ends: with quotation marks, where they end; else with the text.
fn reach(lines: &[Line], content: usize, depth: usize) -> usize {
    let Some(first) = lines.get(content..).and_then(|rest| rest.iter().find(|l| !l.is_blank())) else {
        return lines.len();
    };
    let marked = if first.depth > depth { depth + 1 } else { depth };
    if marked == 0 {
        return lines.len();
    }
    let mut end = content;
    let mut at = content;
    while let Some(line) = lines.get(at) {
        if line.is_blank() {
            at += 1;
            continue;
        }
        if line.depth < marked && !is_rest(lines, at, marked) {
            break;
        }
        at += 1;
        end = at;
    }
    end
}

/// The rest of a quoted line that a program broke on the way: short, right under a long quoted line, and quoted lines follow.
fn is_rest(lines: &[Line], at: usize, marked: usize) -> bool {
    let quoted = |i: usize| lines.get(i).is_some_and(|l| l.depth >= marked);
    at > 0
        && quoted(at - 1)
        && quoted(at + 1)
        && lines.get(at - 1).is_some_and(|l| l.raw.chars().count() >= BROKEN_FROM)
        && lines
            .get(at)
            .is_some_and(|l| l.bare.chars().count() <= BROKEN_REST && !l.bare.ends_with(['.', '!', '?', '\u{3002}']))
}

/// Cuts a stretch at its headings; quotation marks go.
fn levels<'h>(
    lines: &[Line],
    range: std::ops::Range<usize>,
    header: Header,
    headings: impl Iterator<Item = &'h Heading>,
) -> Vec<Older> {
    let mut levels = Vec::new();
    let mut header = header;
    let mut from = range.start;
    let mut push = |header: Header, range: std::ops::Range<usize>| {
        let words: Vec<&str> = lines.get(range).unwrap_or_default().iter().map(Line::words).collect();
        let text = join(&words);
        if !text.is_empty() {
            levels.push(Older { header, text });
        }
    };
    for heading in headings {
        if heading.start < from {
            continue;
        }
        push(std::mem::replace(&mut header, heading.header.clone()), from..heading.start);
        from = heading.end;
    }
    push(header, from..range.end);
    levels
}

/// Lines as one text: no more than one empty line in a row, none at the ends, no rule at the end.
fn join(lines: &[&str]) -> String {
    let mut out = String::new();
    let mut gap = false;
    for line in lines {
        if line.trim().is_empty() {
            gap = !out.is_empty();
            continue;
        }
        if std::mem::take(&mut gap) {
            out.push('\n');
        }
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(line);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part_as(prefix: Option<Prefix>, text: &str) -> Parts {
        let outer = DateTime::parse_from_rfc3339("2026-03-12T11:00:00+08:00").unwrap();
        part(text, &Context { prefix, answers: false, outer })
    }

    fn texts(older: &[Older]) -> Vec<&str> {
        older.iter().map(|o| o.text.as_str()).collect()
    }

    const BLOCK: &str = "Hi\n\nFrom: Jane Roe <jane@acme.example>\nSent: 9 March 2026 17:21\nTo: HR\nSubject: x\n\nolder\n\nFrom: Bo Li\nSent: 8 March 2026 17:21\nTo: Jane\nSubject: x\n\noldest";

    #[test]
    fn the_subject_decides_what_a_block_is() {
        let forward = part_as(Some(Prefix::Forward), BLOCK);
        assert_eq!((forward.own.as_str(), texts(&forward.forwarded)), ("Hi", vec!["older", "oldest"]));
        assert_eq!(forward.forwarded[1].header.from.as_ref().unwrap().name.as_deref(), Some("Bo Li"));
        let reply = part_as(Some(Prefix::Reply), BLOCK);
        assert_eq!((reply.own.as_str(), texts(&reply.quoted)), ("Hi", vec!["older", "oldest"]));
        assert_eq!(texts(&part_as(None, BLOCK).forwarded), ["older", "oldest"]);
    }

    #[test]
    fn answers_between_quotations_stay() {
        let parts = part_as(
            Some(Prefix::Reply),
            "On Mon, 9 Mar 2026 at 17:21, Jane <jane@acme.example> wrote:\n> Laptop?\n\nYes.\n\n> Badge?\nNo.\n",
        );
        assert_eq!(parts.own, "Yes.\n\nNo.");
        assert_eq!(texts(&parts.quoted), ["Laptop?", "Badge?"]);
        // The rest of a broken line is no answer.
        let long = "> this is a very long quoted line which some program broke\nin two\n> more";
        assert_eq!(part_as(Some(Prefix::Reply), long).own, "");
    }

    #[test]
    fn forwards_with_quotation_marks() {
        let parts = part_as(
            Some(Prefix::Forward),
            "FYI\n\n> Begin forwarded message:\n> \n> From: Jane <jane@acme.example>\n> Date: 9 March 2026\n> To: y\n> Subject: x\n> \n> body\n> more\n\nBo",
        );
        assert_eq!((parts.own.as_str(), texts(&parts.forwarded)), ("FYI\n\nBo", vec!["body\nmore"]));
        let parts = part_as(
            Some(Prefix::Forward),
            "Begin forwarded message:\n\n> From: Jane <jane@acme.example>\n> Date: 9 March 2026\n> Subject: x\n> To: y\n> \n> body",
        );
        assert_eq!((parts.own.as_str(), texts(&parts.forwarded)), ("", vec!["body"]));
        assert!(parts.forwarded[0].header.from.is_some());
    }

    #[test]
    fn a_reply_without_marks_is_cut_to_its_end() {
        let parts = part_as(
            Some(Prefix::Reply),
            "ok\n\n------------------ 原始邮件 ------------------\n发件人: \"张三\"<san@acme.example>;\n发送时间: 2026年3月9日\n\nolder\n\n在 2026-03-08 17:21:00，李四 写道：\noldest",
        );
        assert_eq!((parts.own.as_str(), texts(&parts.quoted)), ("ok", vec!["older", "oldest"]));
    }
}
