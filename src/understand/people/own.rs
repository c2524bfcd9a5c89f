//! Whether the sender speaks of herself, and which of the named people she is.

use super::Mention;
use super::entity::Entities;
use super::signoff::signatures;
use super::surroundings::is_sender;
use crate::message::{Origin, Span};
use crate::understand::cues::Class;
use crate::understand::mark::Role;
use crate::understand::page::{Page, Source};

/// How the sender speaks of herself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Own {
    No,
    /// 'I need', 'could I have': perhaps for somebody else.
    Weak,
    /// 'I am Ada Roe from Ops', and what follows is mostly for herself.
    Introduced,
    /// 'my last day', 本人离职.
    Strong,
}

/// Words of asking, in which the sender may ask for somebody else.
pub(super) const ASKING: &[&str] = &[
    "need",
    "could",
    "can ",
    "may ",
    "like",
    "require",
    "request",
    "get me",
    "set me",
    "add me",
    "grant me",
    "give me",
    "for me",
    "申请",
    "需要",
    "开",
    "加",
    "给我",
    "想要",
    "lost",
    "为我",
    "换",
    "i return",
    "i start",
    "i finish",
    "i leave",
    "my manager",
    "my boss",
    "my line manager",
    "my desk",
    "would it be",
    "my role",
    "my laptop",
    "my account",
    "my access",
    "my badge",
    "my email",
    "my mailbox",
    "my login",
    "my card",
    "my licence",
    "my license",
    "i joined",
    "i am on",
    "i'm on",
    "i'll be on",
    "i have to",
    "assign me",
    "provide me",
    "let me",
    "i have no",
    "i don't",
    "i can",
    "i am missing",
    "i'm missing",
];

/// Whether the sender speaks of herself as the one concerned.
pub(crate) fn self_spoken(page: &Page) -> bool {
    speaks_of_self(page) != Own::No
}

pub(super) fn speaks_of_self(page: &Page) -> Own {
    let mut found = Own::No;
    let Some(source) = page.sources.first() else { return found };
    if introduced(page, source).is_some() {
        found = Own::Introduced;
    }
    if i_move(source) {
        return Own::Strong;
    }
    for cue in source.cues.within(Span::new(0, source.folded.len())).filter(|c| c.class.has(Class::SELF)) {
        let words = source.text.folded_quote(cue.span);
        if ASKING.iter().any(|a| words.contains(a)) && words != "本人" {
            if found == Own::No
                && !source.text.folded_quote(Span::new(cue.span.end, cue.span.end + 4)).starts_with(" to ")
            {
                found = Own::Weak;
            }
        } else {
            found = Own::Strong;
        }
    }
    found
}

/// 我9月1日离开, 我准时到岗: the sender as the subject of a word of coming or going, nobody else between.
pub(super) fn i_move(source: &Source) -> bool {
    let end = source.folded.len();
    for at in (0..end).filter(|i| source.fold(*i) == '我').take(60) {
        let next = source.fold(at + 1);
        let before = if at > 0 { source.fold(at - 1) } else { ',' };
        let opens = !crate::message::fold::is_han(before) || "因是请为给".contains(before) && before != '给';
        if "们司部组方院校处这家店所科队厂公手单行的先会来再已想问看听就也把跟让发在要给帮和刚".contains(next) || !opens
        {
            continue;
        }
        let stop = (at + 1..end.min(at + 14))
            .find(|i| matches!(source.fold(*i), ',' | '。' | '\n' | ';' | '!' | '?'))
            .unwrap_or(end.min(at + 14));
        let span = Span::new(at + 1, stop);
        let names = source.names_in(span).iter().any(|n| n.score >= 0.5);
        let verb = source.cues.within(span).any(|c| {
            matches!(
                source.text.folded_quote(c.span),
                "离职"
                    | "辞职"
                    | "离开"
                    | "离岗"
                    | "入职"
                    | "到岗"
                    | "报到"
                    | "退休"
                    | "调岗"
                    | "转岗"
                    | "last day"
                    | "离任"
                    | "返岗"
                    | "复职"
                    | "最后一天"
                    | "最后工作日"
                    | "辞呈"
            )
        });
        if verb && !names {
            return true;
        }
    }
    false
}

/// '我是财务部何静', 'this is Ada Roe from Ops': the sender's own name after a word of introduction.
pub(super) fn introduced(page: &Page, source: &Source) -> Option<Span> {
    source.cues.within(Span::new(0, source.folded.len())).filter(|c| c.class.has(Class::I_AM)).find_map(|cue| {
        let near = Span::new(cue.span.end, cue.span.end + 14);
        source
            .names_in(near)
            .iter()
            .find(|n| {
                let gap = source.text.folded_quote(Span::new(cue.span.end, n.span.start));
                n.span.start >= cue.span.end
                    && !gap.contains([',', '.', '。', '\n', ':'])
                    && (is_sender(page, source, n.span) || gap.trim().is_empty() && n.score >= 0.6)
            })
            .map(|n| n.span)
    })
}

/// The person who is the sender: by header, by 'I am X', by signature.
pub(super) fn sender_entity(page: &Page, mentions: &[Mention], entities: &Entities) -> Option<usize> {
    let of = |i: usize| entities.of.get(i).copied();
    let source = |m: &Mention| page.sources.get(m.source);
    // Words that somebody forwards are the inner sender's.
    if let Some(text) = page.sources.first() {
        let inner =
            text.cues.within(Span::new(0, text.folded.len())).filter(|c| c.class.has(Class::SELF)).find_map(|c| {
                match page.origin(0, c.span.start) {
                    Some(Origin::Forwarded(header)) => header.from.as_ref().and_then(|f| f.name.clone()),
                    _ => None,
                }
            });
        if let Some(name) = inner {
            let name = crate::message::fold::fold_str(&name);
            let found = mentions.iter().position(|m| {
                source(m).is_some_and(|s| {
                    let words = s.text.folded_quote(m.span);
                    !words.is_empty()
                        && (name == words || name.contains(words) && words.chars().count() >= 2 && m.name >= 0.5)
                })
            });
            if let Some(i) = found {
                return of(i);
            }
        }
    }
    if let Some(span) = page.sources.first().and_then(|s| introduced(page, s))
        && let Some(i) = mentions.iter().position(|m| m.source == 0 && m.span.overlaps(span))
    {
        return of(i);
    }
    let header = mentions
        .iter()
        .enumerate()
        .find(|(_, m)| m.source == 0 && m.name >= 0.3 && source(m).is_some_and(|s| is_sender(page, s, m.span)));
    if let Some((i, _)) = header {
        return of(i);
    }
    let signed = signatures(page);
    let signer = mentions
        .iter()
        .enumerate()
        .rev()
        .find(|(_, m)| m.source == 0 && m.name >= 0.4 && signed.iter().any(|s| s.contains(m.span)));
    if let Some((i, _)) = signer {
        return of(i);
    }
    // An applicant's line.
    mentions.iter().position(|m| m.fixed == Some(Role::Concerned)).and_then(of)
}
