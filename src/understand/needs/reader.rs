//! Reads a source sentence by sentence: phrases, what governs them, and the headings above them.

use super::evidence::{self, Place};
use super::lexicon::{self, Act, Entry};
use super::phrase::{self, Phrase};
use super::scope::{self, Governed};
use super::{Candidate, extras, like, tokens, weights};
use crate::contract::{Action, Category, NeedCategory, Operation};
use crate::message::Span;
use crate::understand::intent;
use crate::understand::mark::{Mark, Need, What};
use crate::understand::page::{Page, Source};

/// Longest stretch judged as one sentence, in characters: a bound on time for texts without marks.
const LONGEST: usize = 1_200;

/// Most tokens of a line under a heading that is no list item.
const SHORT: usize = 8;

/// Most tokens between a heading's cue and its colon.
const HEADING_REACH: usize = 8;

/// Least confidence of a mark; less sure things are not named.
const LEAST: f32 = 0.3;

/// The same for things that are not wanted: such a mark only keeps others from naming them.
const LEAST_UNWANTED: f32 = 0.12;

/// What a heading says of the lines below it.
#[derive(Debug, Clone, Copy)]
pub struct Carried {
    pub act: Option<Act>,
    /// Whether unknown words below it are things.
    pub unknown: bool,
    /// The heading's line.
    pub heading: usize,
}

/// One source being read.
pub struct Reader<'p> {
    source: &'p Source<'p>,
    number: usize,
    kind: Category,
    phrases: &'p [(Span, &'static Entry)],
    /// Names and addresses that other proposers marked.
    taken: &'p [Span],
    /// Some box is ticked: an empty one is a no; else empty boxes are a list of things to do.
    ticks: bool,
    /// The message calls a request off.
    cancels: bool,
    /// The end of the subject line in the message's own text.
    subject: usize,
    pub carried: Option<Carried>,
    pub marks: Vec<Mark>,
    /// Candidates, where they are asked for.
    pub seen: Option<Vec<Candidate>>,
}

/// Whether a box is ticked in a folded text.
fn ticked(folded: &str) -> bool {
    ["[x]", "☑", "☒", "✓", "✔", "√"].iter().any(|t| folded.contains(t))
}

/// A sentence cut to stretches of bounded length, at commas where there are any.
fn cut(source: &Source, span: Span) -> Vec<Span> {
    let mut out = Vec::new();
    let mut start = span.start;
    while span.end - start > LONGEST {
        let limit = start + LONGEST;
        let end = (start + LONGEST / 2..limit)
            .rev()
            .find(|i| matches!(source.fold(*i), ',' | '、' | '\n' | '。'))
            .map_or(limit, |i| i + 1);
        out.push(Span::new(start, end));
        start = end;
    }
    out.push(Span::new(start, span.end));
    out
}

impl<'p> Reader<'p> {
    pub fn new(
        page: &Page,
        source: &'p Source<'p>,
        number: usize,
        phrases: &'p [(Span, &'static Entry)],
        taken: &'p [Span],
    ) -> Self {
        let kind = intent::category(page);
        Self {
            source,
            number,
            kind,
            phrases,
            taken,
            ticks: false,
            cancels: intent::operation(page).0 == Operation::Cancel,
            subject: if number == 0 { page.subject().end } else { 0 },
            carried: None,
            marks: Vec::new(),
            seen: None,
        }
    }

    /// Reads the whole source.
    pub fn read(&mut self) {
        self.ticks = ticked(self.source.text.folded());
        let source = self.source;
        for (i, sentence) in source.sentences.iter().enumerate() {
            let bullet = bullet(source, *sentence);
            let line = source.line_at(sentence.start).unwrap_or(0);
            // An empty line ends a heading's reach, unless the list itself begins behind it.
            if let Some(carried) = self.carried
                && i > 0
            {
                let before = line.saturating_sub(1);
                let blank = line > 0 && source.blank_between(before, line);
                if blank && !(bullet || before == carried.heading) {
                    self.carried = None;
                }
            }
            for piece in cut(source, *sentence) {
                self.sentence(piece, false);
            }
        }
    }

    /// Reads a form value or a cell.
    pub fn value(&mut self, span: Span) {
        self.ticks = ticked(self.source.text.folded_quote(span));
        for piece in cut(self.source, span) {
            self.sentence(piece, true);
        }
    }

    /// Reads one sentence; `value`: the whole of it is a list of things.
    fn sentence(&mut self, span: Span, value: bool) {
        let source = self.source;
        let pieces = tokens::pieces(source, span, self.phrases, self.taken);
        let phrases = phrase::phrases(&pieces, source);
        let likes = like::find(source, span);
        let (governed, cues) = scope::governed(&pieces, source, &phrases, self.ticks);
        let line = source.line_at(span.start).unwrap_or(0);
        let bullet = bullet(source, span);
        let whole_line = source.lines.get(line).is_some_and(|l| l.start == span.start && l.end <= span.end);
        let known = phrases.iter().filter(|p| p.head.is_some_and(|h| h.precision >= 30)).count();
        let ends_open = matches!(source.fold(span.end.saturating_sub(1)), ':');
        let default = self.default_act();
        // A heading reaches over list items, and over short lines that say nothing else.
        let carried = self.carried.filter(|_| value || bullet || cues.is_empty() && pieces.tokens.len() <= SHORT);
        let mut named = 0;
        // Unknown words stand in a list only while the list goes on.
        let mut in_list = false;
        let mut last_end = 0;
        let mut receivers = Vec::new();
        for (p, g) in phrases.iter().zip(&governed) {
            if likes.iter().any(|l| l.span.overlaps(p.span)) || receivers.iter().any(|r: &Span| r.overlaps(p.span)) {
                continue;
            }
            let (act, unknown_may) = match g {
                Some(g) => {
                    let list = self.lists(&pieces, last_end, p.tokens.0);
                    let led = g.adjacent && g.before && (g.strength >= 2 || in_list);
                    (Some(g.act), led || in_list && list || g.adjacent && !g.before && g.strength == 3)
                }
                None => match carried {
                    Some(Carried { act: Some(act), unknown, .. }) => (
                        Some(act),
                        unknown && (bullet || value) || in_list && self.lists(&pieces, last_end, p.tokens.0),
                    ),
                    Some(Carried { act: None, .. }) => (default, value),
                    None => (default, in_list && self.lists(&pieces, last_end, p.tokens.0)),
                },
            };
            let Some(act) = act else { continue };
            if !self.may_be(&pieces, p, g.as_ref(), unknown_may) {
                in_list = false;
                continue;
            }
            let act = match act {
                // A tick says yes to what the heading, or the kind of message, says.
                Act::Yes => match carried.and_then(|c| c.act).or(default) {
                    Some(act) => act,
                    None => continue,
                },
                act => act,
            };
            let act = self.adapt(act, g.as_ref(), p);
            let action = match act {
                Act::Do(action) => Some(action),
                Act::Not | Act::Past | Act::No => None,
                _ => continue,
            };
            let to = if action == Some(Action::Delegate) { extras::receiver(source, span, p.span) } else { None };
            receivers.extend(to);
            let features = evidence::features(
                source,
                self.kind,
                &pieces,
                p,
                g.as_ref(),
                action,
                Place {
                    carried: carried.is_some_and(|c| c.act.is_some()),
                    bullet,
                    whole_line,
                    value,
                    known,
                    in_list: in_list && self.lists(&pieces, last_end, p.tokens.0),
                    subject: span.start < self.subject,
                    receiver: to.is_some(),
                },
            );
            in_list = true;
            last_end = p.tokens.1;
            let confidence = weights::confidence(&features);
            if let Some(seen) = &mut self.seen {
                seen.push(Candidate { span: p.span, action, features });
            }
            if confidence < if action.is_some() { LEAST } else { LEAST_UNWANTED } {
                continue;
            }
            named += 1;
            let fallback = match action {
                Some(Action::Recover) => NeedCategory::Device,
                Some(Action::Revoke | Action::Delegate | Action::Retain) => NeedCategory::Access,
                _ => NeedCategory::Other,
            };
            let need = Need {
                action,
                category: phrase::category(p, fallback),
                quantity: p.quantity,
                like: None,
                to,
                until: if action == Some(Action::Retain) { extras::until(source, span, p.span) } else { None },
                catalog_id: None,
            };
            self.marks.push(Mark {
                span: p.span,
                source: self.number,
                what: What::Need(need),
                confidence,
                by: "needs",
            });
        }
        for l in likes {
            named += 1;
            let need = Need {
                action: Some(Action::Grant),
                category: NeedCategory::Access,
                quantity: None,
                like: Some(l.person),
                to: None,
                until: None,
                catalog_id: None,
            };
            self.marks.push(Mark {
                span: l.span,
                source: self.number,
                what: What::Need(need),
                confidence: 0.85,
                by: "needs",
            });
        }
        if value {
            return;
        }
        // A heading: a line that ends with a colon, or a short line of a cue alone.
        let last = cues
            .iter()
            .rfind(|c| matches!(c.act, Act::Do(_) | Act::Not))
            .filter(|c| c.strength >= 2 && c.tokens.1 + HEADING_REACH >= pieces.tokens.len());
        if ends_open || named == 0 && whole_line && pieces.tokens.len() <= 5 && last.is_some() && !bullet {
            self.carried = match last {
                Some(c) => Some(Carried { act: Some(c.act), unknown: true, heading: line }),
                None => self.carried.filter(|_| bullet),
            };
        }
    }

    /// Whether only list marks and small words stand between the last thing and this one.
    fn lists(&self, pieces: &tokens::Pieces, from: usize, to: usize) -> bool {
        from > 0
            && to > from
            && to - from <= 3
            && (from..to).all(|i| {
                matches!(pieces.mark(i), Some(',' | '、' | '/' | '+' | '&' | ';'))
                    || matches!(
                        pieces.word(self.source, i),
                        "and"
                            | "or"
                            | "a"
                            | "an"
                            | "the"
                            | "her"
                            | "his"
                            | "和"
                            | "及"
                            | "与"
                            | "跟"
                            | "以"
                            | "plus"
                            | "also"
                    )
            })
    }

    /// Whether a phrase may be a thing at all.
    fn may_be(&self, pieces: &tokens::Pieces, p: &Phrase, governed: Option<&Governed>, unknown_may: bool) -> bool {
        let source = self.source;
        let lexicon = &*lexicon::LEXICON;
        let count = p.tokens.1 - p.tokens.0;
        let last = pieces.word(source, p.tokens.1 - 1);
        if count == 1 && lexicon.is_no_item(last) || lexicon.is_no_item(source.text.folded_quote(p.span)) {
            return false;
        }
        if pieces.mark(p.tokens.1) == Some(':') && governed.is_none_or(|g| !g.near) {
            // 'Laptop: yes' is handled by its answer; else the words are a key.
            return false;
        }
        if p.head.is_some() || p.accessed {
            return true;
        }
        let words = source.text.folded_quote(p.span);
        let size = if words.is_ascii() { count <= 4 } else { (2..=10).contains(&count) };
        unknown_may
            && size
            && words.chars().any(char::is_alphabetic)
            && !lexicon.is_no_item(last)
            && !lexicon.is_no_item(pieces.word(source, p.tokens.0))
            && !extras::person_like(source, p.span)
    }

    /// What happens by default with a thing that no words speak of.
    fn default_act(&self) -> Option<Act> {
        match self.kind {
            Category::Onboarding | Category::Access | Category::Transfer => Some(Act::Do(Action::Grant)),
            // Which of the two is decided by the thing.
            Category::Offboarding => Some(Act::Do(Action::Revoke)),
            _ => None,
        }
    }

    /// In a leaver's message, what is not said, or said by a weak word, is taken back.
    fn adapt(&self, act: Act, governed: Option<&Governed>, p: &Phrase) -> Act {
        let thing = p.head.filter(|h| h.precision >= 30).map(|h| h.category);
        // What cannot be carried is not handed in but taken away.
        if act == Act::Do(Action::Recover)
            && (p.accessed || matches!(thing, Some(NeedCategory::Software | NeedCategory::Access)))
        {
            return Act::Do(Action::Revoke);
        }
        if self.cancels && self.kind != Category::Offboarding && act == Act::Do(Action::Revoke) {
            return Act::Not;
        }
        if self.kind != Category::Offboarding {
            return act;
        }
        let weak = governed.is_none() && self.carried.is_none_or(|c| c.act.is_none());
        let grant = act == Act::Do(Action::Grant) && governed.is_none_or(|g| g.strength < 2);
        if !weak && !grant {
            return act;
        }
        match p.head.map(|h| h.category) {
            Some(NeedCategory::Device | NeedCategory::Facility | NeedCategory::Other) => Act::Do(Action::Recover),
            _ => Act::Do(Action::Revoke),
        }
    }
}

/// Whether a sentence is a list item.
fn bullet(source: &Source, span: Span) -> bool {
    let start = source.line_at(span.start).and_then(|i| source.lines.get(i)).map_or(span.start, |l| l.start);
    if start != span.start {
        return false;
    }
    let (first, second, third) = (source.fold(start), source.fold(start + 1), source.fold(start + 2));
    matches!(
        first,
        '•' | '·'
            | '▪'
            | '◦'
            | '●'
            | '■'
            | '▸'
            | '►'
            | '○'
            | '☑'
            | '☐'
            | '✓'
            | '✔'
            | '√'
            | '◆'
            | '※'
            | '→'
    ) || matches!(first, '-' | '*' | '+' | '>') && (second.is_whitespace() || second.is_alphabetic())
        || first == '[' && (second == ']' || third == ']')
        || first == '(' && third == ')'
        || first.is_ascii_digit()
            && (matches!(second, '.' | ')' | '、') && !third.is_ascii_digit()
                || second.is_ascii_digit() && matches!(third, '.' | ')' | '、'))
        || first.is_alphabetic() && second == ')'
        || matches!(first, '一' | '二' | '三' | '四' | '五' | '六') && matches!(second, '、' | '.')
        || matches!(first, '①' | '②' | '③' | '④' | '⑤' | '⑥')
}
