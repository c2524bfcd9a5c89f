//! Where a message greets and where it signs: names there are readers and writers.

use crate::message::{Channel, Origin, Span};
use crate::understand::cues::Class;
use crate::understand::layout::LineKind;
use crate::understand::page::{Page, Source};

/// The stretch of the message's text that closes it: thanks, the sender's name, title, telephone.
pub(crate) fn signed_off(page: &Page) -> Option<Span> {
    let source = page.sources.first()?;
    let last = page.message.segments.iter().rev().find(|s| s.origin == Origin::Own)?.span;
    let own: Vec<usize> =
        (0..source.lines.len()).filter(|i| source.lines.get(*i).is_some_and(|l| last.contains(*l))).collect();
    let end = last.end;
    // A closing word on a short line among the last eight.
    for line in own.iter().rev().take(8).rev() {
        let Some(span) = source.lines.get(*line) else { continue };
        if is_closing(source, *span) && *line != *own.first().unwrap_or(&0) {
            let rest = own.iter().filter(|l| **l > *line).filter_map(|l| source.lines.get(*l));
            if rest.clone().all(|l| l.len() <= 60) {
                return Some(Span::new(span.start, end));
            }
        }
    }
    // A last line that is nothing but a name, or a department and a name.
    let tail = own.last().and_then(|l| source.lines.get(*l))?;
    let before = own.iter().rev().nth(1).copied();
    let line = *own.last()?;
    let plain = matches!(source.layout.kinds.get(line), Some(LineKind::Prose));
    let apart = before.is_none_or(|b| source.blank_between(b, line));
    let name: usize = source.names.iter().filter(|n| tail.contains(n.span)).map(|n| n.span.len()).sum();
    let mail = page.message.channel != Channel::Chat;
    if plain
        && own.len() > 1
        && tail.len() <= 30
        && name > 0
        && name * 3 >= tail.len()
        && (apart || mail && name * 2 >= tail.len())
    {
        return Some(*tail);
    }
    // 'A. Name' above a title line: two last lines apart from the rest.
    let above = before.and_then(|b| source.lines.get(b)).copied()?;
    let two_before = own.iter().rev().nth(2).copied();
    let name: usize = source.names.iter().filter(|n| above.contains(n.span)).map(|n| n.span.len()).sum();
    if mail
        && plain
        && own.len() > 2
        && above.len() <= 30
        && tail.len() <= 60
        && name * 2 >= above.len()
        && name > 0
        && before.zip(two_before).is_some_and(|(b, t)| source.blank_between(t, b) && !source.blank_between(b, line))
    {
        return Some(Span::new(above.start, end));
    }
    None
}

/// Lines that greet and lines that sign: nothing said there is a fact about a person.
pub(crate) fn margins(page: &Page) -> Vec<Span> {
    let mut found = signatures(page);
    let Some(source) = page.sources.first() else { return found };
    let subject = page.subject();
    let first = source.lines.iter().find(|l| l.start >= subject.end && !subject.contains(**l));
    if let Some(line) = first {
        let ends = matches!(source.fold(line.end.saturating_sub(1)), ',' | ':' | '!' | '~');
        let hello = ["hi", "hello", "dear", "hey", "各位", "大家", "您好", "你好"]
            .iter()
            .any(|h| source.text.folded_quote(*line).starts_with(h))
            || source.text.folded_quote(*line).ends_with("好");
        if line.len() <= 30 && (ends || hello) && source.lines.len() > 2 && !source.dates_in(*line) {
            found.push(*line);
        }
    }
    found
}

/// The closing stretch, and lines further up that hold nothing but a signature: a name alone between empty lines,
/// or a name with a telephone number or an address.
pub(super) fn signatures(page: &Page) -> Vec<Span> {
    let mut found: Vec<Span> = signed_off(page).into_iter().collect();
    let Some(source) = page.sources.first() else { return found };
    // The last words of forwarded messages, too.
    for segment in page.message.segments.iter().filter(|s| matches!(s.origin, Origin::Forwarded(_))) {
        let last = source.lines.iter().rev().find(|l| segment.span.contains(**l));
        if let Some(line) = last
            && line.len() <= 30
            && source.names_in(*line).iter().map(|n| n.span.len()).sum::<usize>() * 2 >= line.len()
            && source.lines.iter().find(|l| segment.span.contains(**l)) != Some(line)
        {
            found.push(*line);
        }
    }
    if page.message.channel != Channel::Chat {
        found.extend(department_and_name(page, source));
    }
    let subject = page.subject();
    let mut prose = 0;
    for (line, span) in source.lines.iter().enumerate() {
        if subject.contains(*span) {
            continue;
        }
        let kind = source.layout.kinds.get(line);
        if !matches!(kind, Some(LineKind::Prose)) {
            prose += 1;
            continue;
        }
        let name = source
            .names
            .get(source.names.partition_point(|n| n.span.start < span.start))
            .filter(|n| n.span.start == span.start && n.span.end <= span.end && n.score >= 0.3);
        let above = line > 0 && source.blank_between(line - 1, line);
        let next_is_fact = matches!(source.layout.kinds.get(line + 1), Some(LineKind::Form | LineKind::Item(_)))
            && !source.blank_between(line, line + 1);
        if let Some(name) = name
            && prose > 0
            && above
            && !next_is_fact
        {
            let rest: String = source
                .folded
                .get(name.span.end..span.end.min(name.span.end + 100))
                .unwrap_or_default()
                .iter()
                .collect();
            let bare = rest.trim();
            let last = line + 1 == source.lines.len()
                || source.blank_between(line, line + 1)
                || line + 3 >= source.lines.len();
            let contact = (rest.contains('@') || rest.contains("tel") || longest_number(&rest) >= 7)
                && !ends_sentence(source, *span);
            let role =
                span.len() <= 40 && bare.starts_with([',', '|', '/', '(', '-']) && line + 2 >= source.lines.len();
            let titled = bare.is_empty()
                && !last
                && source
                    .lines
                    .get(line + 1)
                    .is_some_and(|n| n.len() <= 50 && !n.is_empty() && !ends_sentence(source, *n))
                && (line + 4 >= source.lines.len()
                    || source.blank_between(line + 1, line + 2)
                        && source.lines.get(line + 2).is_none_or(|l| {
                            source
                                .folded
                                .get(l.start..l.end.min(l.start + 3))
                                .is_some_and(|w| w.iter().all(|c| *c == '-'))
                        }));
            if titled
                || bare.is_empty() && last
                || contact && span.len() <= 80 && line + 3 >= source.lines.len()
                || role
            {
                found.push(*span);
            }
        }
        prose += 1;
    }
    found
}

/// Digits of the longest number, spaces and dashes let pass.
pub(super) fn longest_number(words: &str) -> usize {
    let (mut run, mut longest) = (0, 0);
    for c in words.chars() {
        match c {
            '0'..='9' => run += 1,
            ' ' | '-' => {}
            _ => run = 0,
        }
        longest = longest.max(run);
    }
    longest
}

/// Department and name as the last words: '护理部 郑悦', '茶园 老蒋', 'Accounts, Ada Roe' after a finished sentence.
pub(super) fn department_and_name(page: &Page, source: &Source) -> Option<Span> {
    let last = page.message.segments.iter().rev().find(|s| s.origin == Origin::Own)?.span;
    let own: Vec<usize> =
        (0..source.lines.len()).filter(|i| source.lines.get(*i).is_some_and(|l| last.contains(*l))).collect();
    let tail: Vec<usize> = own.iter().rev().take(3).rev().copied().collect();
    for line in tail {
        let span = *source.lines.get(line)?;
        if line == 0
            || own.first() == Some(&line)
            || span.len() > 45
            || ends_sentence(source, span)
            || !matches!(source.layout.kinds.get(line), Some(LineKind::Prose))
        {
            continue;
        }
        let above = *source.lines.get(line - 1)?;
        if !ends_sentence(source, above) && !source.blank_between(line - 1, line) {
            continue;
        }
        let Some(name) = source.names_in(span).iter().find(|n| n.score >= 0.5) else { continue };
        let lead = Span::new(span.start, name.span.start);
        let rest = Span::new(name.span.end, span.end);
        let plain = |s: Span| {
            let words = source.text.folded_quote(s);
            !words.contains([',', '。', ':', '、', '!', '?', '(']) && !source.dates_in(s)
        };
        let contact =
            longest_number(source.text.folded_quote(rest)) >= 4 || source.text.folded_quote(rest).contains('@');
        let acts = source.cues.within(rest).any(|c| c.class.has(Class::SUBJECT) && c.span.len() >= 2);
        let parted = lead.is_empty() || source.fold(name.span.start - 1) == ' ';
        if plain(lead)
            && lead.len() <= 14
            && parted
            && !acts
            && (rest.len() <= 6 && plain(rest) || contact)
            && (lead.len() > 1 || contact)
        {
            return Some(Span::new(span.start, last.end));
        }
    }
    None
}

pub(super) fn ends_sentence(source: &Source, line: Span) -> bool {
    matches!(source.fold(line.end.saturating_sub(1)), '.' | '。' | '!' | '?' | ':' | ';')
}

pub(super) const CLOSINGS: &[&str] = &[
    "thanks",
    "thank you",
    "thx",
    "ta",
    "cheers",
    "regards",
    "kind regards",
    "best regards",
    "best",
    "br",
    "many thanks",
    "best wishes",
    "sincerely",
    "yours sincerely",
    "yours faithfully",
    "yours",
    "kindly",
    "rgds",
    "thanks & regards",
    "thanks and regards",
    "warm regards",
    "with kind regards",
    "with best regards",
    "with friendly greetings",
    "greetings",
    "tks",
    "tia",
    "love",
    "hugs",
    "ciao",
    "respectfully",
    "谢谢",
    "谢谢!",
    "多谢",
    "感谢",
    "辛苦",
    "辛苦了",
    "祝好",
    "此致",
    "敬礼",
    "顺颂商祺",
    "祝商祺",
    "敬上",
    "谢了",
    "谢啦",
    "以上",
    "best regard",
    "thanks a lot",
    "thanks so much",
    "thanks in advance",
    "with thanks",
    "cordially",
    "all the best",
    "speak soon",
    "have a good weekend",
    "in solidarity",
    "yours truly",
    "gratefully",
    "感激不尽",
    "拜托了",
    "麻烦了",
    "祝工作顺利",
    "此致敬礼",
];

pub(super) fn is_closing(source: &Source, line: Span) -> bool {
    if line.len() > 40 {
        return false;
    }
    let words: String = source.folded.get(line.start..line.end).unwrap_or_default().iter().collect();
    let bare = words.trim_matches(|c: char| !c.is_alphanumeric());
    // 'Thanks, Tom' and 'Kind regards'.
    let head = bare.split([',', '!', '.', '。', '~']).next().unwrap_or(bare).trim();
    CLOSINGS.contains(&head) || CLOSINGS.contains(&bare)
}
