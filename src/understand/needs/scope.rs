//! What happens with each thing of a sentence: which cue governs it.

use super::lexicon::{Act, Cue, Side};
use super::phrase::{self, Phrase};
use super::tokens::{Pieces, Sort};
use crate::contract::Action;
use crate::understand::page::Source;

/// A cue where it stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placed {
    /// The first token and the one behind the last.
    pub tokens: (usize, usize),
    pub act: Act,
    pub side: Side,
    pub strength: u8,
}

/// What governs a thing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Governed {
    pub act: Act,
    pub strength: u8,
    /// The cue stands in the same clause; else it was carried over a comma.
    pub near: bool,
    /// The cue stands right before, or the list that this stands in began right behind it.
    pub adjacent: bool,
    /// The cue stands before the thing.
    pub before: bool,
}

/// The cues of a sentence in their order; negations merged with what they negate.
/// `ticks`: empty boxes say no; else they are marks of a list.
pub fn cues(pieces: &Pieces, source: &Source, phrases: &[Phrase], ticks: bool) -> Vec<Placed> {
    let mut found: Vec<Placed> = Vec::new();
    for hit in &pieces.hits {
        if !phrase::is_cue(pieces, source, hit.tokens.0) {
            continue;
        }
        let key = phrase::is_key(pieces, source, hit.tokens);
        let box_ = matches!(pieces.mark(hit.tokens.0), Some('☐' | '□' | '['));
        let says =
            |c: &&Cue| c.act != Act::Block && (c.side != Side::Key || key) && !(c.act == Act::No && box_ && !ticks);
        let mut senses = hit.entry.cues.iter().filter(says).peekable();
        if senses.peek().is_none() {
            continue;
        }
        // Of several senses the place decides: something to name behind it, or before it.
        let follows = phrases.iter().any(|p| p.tokens.0 >= hit.tokens.1 && !parted(pieces, hit.tokens.1, p.tokens.0));
        let senses: Vec<&Cue> = senses.collect();
        let sense = senses
            .iter()
            .find(|c| match c.side {
                Side::Key => key,
                Side::Pre => follows,
                Side::Post => !follows,
                Side::Both => true,
            })
            .or(senses.first());
        if let Some(c) = sense {
            let side = if c.side == Side::Key { Side::Pre } else { c.side };
            found.push(Placed { tokens: hit.tokens, act: c.act, side, strength: c.strength });
        }
    }
    merge(pieces, source, found, phrases)
}

/// 'do not' + 'disable' keeps; 'no need to' + 'return' wants nothing.
fn merge(pieces: &Pieces, source: &Source, found: Vec<Placed>, phrases: &[Phrase]) -> Vec<Placed> {
    let mut out: Vec<Placed> = Vec::with_capacity(found.len());
    for cue in found {
        let Some(before) = out.last().copied() else {
            out.push(cue);
            continue;
        };
        let gap = cue.tokens.0.saturating_sub(before.tokens.1);
        let thing = phrases.iter().any(|p| p.tokens.0 >= before.tokens.1 && p.tokens.1 <= cue.tokens.0);
        let comma = parted(pieces, before.tokens.1, cue.tokens.0);
        let han = pieces.tokens.get(cue.tokens.0).is_some_and(|t| t.sort == Sort::Han);
        let close = gap <= if han { 2 } else { 3 } && !thing && !comma;
        let negates = matches!(before.act, Act::Neg | Act::Not | Act::Past) && before.side != Side::Post;
        let except = matches!(pieces.word(source, cue.tokens.0), "apart" | "except" | "other" | "but");
        match cue.act {
            // 'Nothing to collect apart from the token': the token is collected.
            Act::Not
                if except
                    && out.iter().any(|c| matches!(c.act, Act::Do(_)))
                    && nothing(pieces, source, cue.tokens.0) =>
            {
                if let Some(said) = out.iter().rfind(|c| matches!(c.act, Act::Do(_) | Act::Not)).copied() {
                    let act = if said.act == Act::Not { Act::Break } else { said.act };
                    out.push(Placed { tokens: cue.tokens, act, side: Side::Pre, strength: 3 });
                }
            }
            Act::Do(action) if close && negates => {
                let act = match (before.act, action) {
                    (Act::Past, _) => Act::Past,
                    (_, Action::Revoke) => Act::Do(Action::Retain),
                    _ => Act::Not,
                };
                out.pop();
                out.push(Placed { tokens: (before.tokens.0, cue.tokens.1), act, side: cue.side, strength: 3 });
            }
            // 'the laptop to be' + 'returned', 'please' + 'disable': the stronger word counts.
            Act::Do(_) if close && gap == 0 && matches!(before.act, Act::Do(_)) && before.strength < cue.strength => {
                out.pop();
                out.push(Placed { tokens: (before.tokens.0, cue.tokens.1), ..cue });
            }
            _ => out.push(cue),
        }
    }
    out.retain(|c| c.act != Act::Neg);
    out
}

/// Whether the words before a token say that there is nothing else.
fn nothing(pieces: &Pieces, source: &Source, token: usize) -> bool {
    (0..token).any(|i| matches!(pieces.word(source, i), "nothing" | "no" | "anything" | "none"))
}

/// Whether a mark that parts clauses stands between two tokens.
fn parted(pieces: &Pieces, from: usize, to: usize) -> bool {
    (from..to).any(|i| matches!(pieces.mark(i), Some(',' | ';' | '.' | '。' | '!' | '?' | '(' | ')')))
}

/// Whether a list mark or a word of enumeration stands between two tokens, or a mark that parts clauses.
fn listed(pieces: &Pieces, source: &Source, from: usize, to: usize) -> bool {
    (from..to).any(|i| {
        matches!(pieces.mark(i), Some(',' | ';' | '、' | '/' | '+' | '.' | '。' | '|'))
            || matches!(pieces.word(source, i), "and" | "or" | "和" | "及" | "与" | "跟" | "以及")
    })
}

fn commas(pieces: &Pieces, from: usize, to: usize) -> usize {
    (from..to).filter(|i| matches!(pieces.mark(*i), Some(',' | ';' | '。' | '.'))).count()
}

/// On which side each cue that may stand on both stands here.
fn settle(pieces: &Pieces, source: &Source, cues: &mut [Placed], phrases: &[Phrase]) {
    for cue in cues.iter_mut().filter(|c| c.side == Side::Both) {
        let next = phrases
            .iter()
            .find(|p| p.tokens.0 >= cue.tokens.1)
            .filter(|p| !listed(pieces, source, cue.tokens.1, p.tokens.0));
        let prev = phrases
            .iter()
            .rfind(|p| p.tokens.1 <= cue.tokens.0)
            .filter(|p| !listed(pieces, source, p.tokens.1, cue.tokens.0));
        let taken = (0..cue.tokens.0)
            .rev()
            .take_while(|i| !matches!(pieces.mark(*i), Some(',' | ';' | '。' | '.')))
            .any(|i| matches!(pieces.word(source, i), "把" | "将"));
        let colon = matches!(pieces.mark(cue.tokens.1), Some(':' | '-' | '=')) || matches!(cue.act, Act::Yes | Act::No);
        cue.side = match (prev, next) {
            _ if colon => Side::Pre,
            (Some(_), Some(_)) if taken => Side::Post,
            (Some(p), Some(n)) => {
                let (before, after) = (cue.tokens.0 - p.tokens.1, n.tokens.0 - cue.tokens.1);
                if before == 0 && after > 0 { Side::Post } else { Side::Pre }
            }
            (Some(_), None) => Side::Post,
            (None, Some(_)) => Side::Pre,
            (None, None) if phrases.iter().any(|p| p.tokens.1 <= cue.tokens.0) => Side::Post,
            (None, None) => Side::Pre,
        };
    }
}

/// What governs each phrase of a sentence, in their order; None where no cue does.
pub fn governed(
    pieces: &Pieces,
    source: &Source,
    phrases: &[Phrase],
    ticks: bool,
) -> (Vec<Option<Governed>>, Vec<Placed>) {
    let mut cues = cues(pieces, source, phrases, ticks);
    settle(pieces, source, &mut cues, phrases);
    let all = phrases.iter().map(|p| one(pieces, source, &cues, phrases, p)).collect();
    (all, cues)
}

fn one(pieces: &Pieces, source: &Source, cues: &[Placed], phrases: &[Phrase], p: &Phrase) -> Option<Governed> {
    // To the left: the nearest cue that looks ahead, unless a contrast or a cue that looked back stands between.
    let mut left: Option<(&Placed, usize)> = None;
    for cue in cues.iter().rev().filter(|c| c.tokens.1 <= p.tokens.0) {
        match (cue.act, cue.side) {
            (Act::Break, _) => break,
            (_, Side::Post) => {
                if commas(pieces, cue.tokens.1, p.tokens.0) > 0 {
                    break;
                }
            }
            _ => {
                left = Some((cue, commas(pieces, cue.tokens.1, p.tokens.0)));
                break;
            }
        }
    }
    // To the right: the next cue, if it looks back.
    let right = cues
        .iter()
        .find(|c| c.tokens.0 >= p.tokens.1)
        .filter(|c| c.act != Act::Break && c.side != Side::Pre)
        .map(|c| (c, commas(pieces, p.tokens.1, c.tokens.0)));
    let take = |(cue, commas): (&Placed, usize), before: bool| {
        let adjacent = if before {
            // Nothing but small words, list marks and other things between.
            (cue.tokens.1..p.tokens.0)
                .all(|i| phrases.iter().any(|q| q.tokens.0 <= i && i < q.tokens.1) || small(pieces, source, i))
        } else {
            commas == 0 && p.tokens.1 + 2 >= cue.tokens.0
        };
        Governed { act: cue.act, strength: cue.strength, near: commas == 0, adjacent, before }
    };
    match (left, right) {
        (None, None) => None,
        (Some(l), None) => Some(take(l, true)),
        (None, Some(r)) => Some(take(r, false)),
        (Some(l), Some(r)) => {
            let stronger = r.0.strength > l.0.strength && r.1 <= l.1;
            let nearer = r.1 == 0 && l.1 > 0 && r.0.strength >= l.0.strength;
            Some(if stronger || nearer { take(r, false) } else { take(l, true) })
        }
    }
}

/// Words and marks that may stand between a cue and the thing it governs.
fn small(pieces: &Pieces, source: &Source, i: usize) -> bool {
    match pieces.tokens.get(i).map(|t| t.sort) {
        Some(Sort::Mark(c)) => matches!(
            c,
            ',' | '、' | '/' | '+' | '&' | ':' | '-' | '"' | '\'' | '(' | '*' | '•' | '“' | '”' | '「' | '」'
        ),
        Some(Sort::Number) => true,
        Some(Sort::Han) => "的一两二三四五六七八九十台个张把套部和及与跟他她它给好上下了要再还"
            .contains(source.fold(pieces.tokens.get(i).map_or(0, |t| t.span.start))),
        Some(Sort::Word) => matches!(
            pieces.word(source, i),
            "a" | "an"
                | "the"
                | "her"
                | "his"
                | "their"
                | "my"
                | "our"
                | "your"
                | "its"
                | "him"
                | "them"
                | "me"
                | "us"
                | "and"
                | "or"
                | "plus"
                | "also"
                | "with"
                | "any"
                | "all"
                | "both"
                | "to"
                | "too"
                | "as"
                | "well"
                | "of"
                | "some"
                | "this"
                | "that"
                | "please"
                | "two"
                | "one"
                | "another"
                | "up"
                | "from"
                | "following"
                | "these"
                | "those"
                | "company"
                | "for"
                | "on"
        ),
        None => false,
    }
}
