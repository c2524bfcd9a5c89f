//! Needs: the things that a message names, and what is to happen with each: granted, revoked, recovered, delegated, retained, or not wanted.

mod extras;
mod lexicon;
mod like;
mod phrase;
mod scope;
mod tokens;
mod weights;

use super::mark::{Mark, Need, Proposer, What};
use super::page::{Page, Source};
use super::{hints, intent};
use crate::contract::{Action, Category, NeedCategory, Operation};
use crate::message::Span;
use lexicon::{Act, Entry};
use phrase::Phrase;
use scope::Governed;
pub use weights::Features;

/// The proposer of `Need` marks.
pub struct Needs;

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

impl Proposer for Needs {
    fn name(&self) -> &'static str {
        "needs"
    }

    fn propose(&self, page: &Page, marks: &mut Vec<Mark>) {
        for (number, source) in page.sources.iter().enumerate() {
            let injected = hints::injected(page, number);
            let phrases = tokens::phrases(source);
            let taken = taken(marks, number);
            let mut reader = Reader::new(page, source, number, &phrases, &taken);
            reader.read();
            marks.extend(reader.marks.into_iter().filter(|m| !injected.iter().any(|i| i.overlaps(m.span))));
        }
    }
}

/// The things in a form value or a table cell, in their order. `action`: what the key says; None where it does not say
/// (the words of the value and the kind of message decide). Words that no lexicon knows are things here, too.
pub fn items(page: &Page, source: usize, span: Span, action: Option<Action>) -> Vec<Mark> {
    let Some(found) = page.sources.get(source) else { return Vec::new() };
    let phrases = tokens::phrases_within(found, span);
    let carried = Some(action.map_or(Carried { act: None, unknown: true, heading: 0 }, |a| Carried {
        act: Some(Act::Do(a)),
        unknown: true,
        heading: 0,
    }));
    let mut reader = Reader::new(page, found, source, &phrases, &[]);
    reader.carried = carried;
    for piece in cut(found, span) {
        reader.sentence(piece, true);
    }
    reader.marks
}

/// What a heading says of the lines below it.
#[derive(Debug, Clone, Copy)]
struct Carried {
    act: Option<Act>,
    /// Whether unknown words below it are things.
    unknown: bool,
    /// The heading's line.
    heading: usize,
}

/// Where a candidate stands.
#[derive(Clone, Copy)]
struct Place {
    /// A heading says what happens.
    carried: bool,
    bullet: bool,
    whole_line: bool,
    value: bool,
    known: usize,
    in_list: bool,
    subject: bool,
    /// Somebody is named who receives it.
    receiver: bool,
}

/// A phrase that may be a thing, with all that is known of it: what `models/needs/fit.py` learns from.
#[derive(Debug, Clone)]
pub struct Candidate {
    pub span: Span,
    pub action: Option<Action>,
    pub features: Features,
}

/// Every candidate of the message's text, sure or not; `marks`: those of people.
pub fn candidates(page: &Page, marks: &[Mark]) -> Vec<Candidate> {
    let Some(source) = page.sources.first() else { return Vec::new() };
    let phrases = tokens::phrases(source);
    let taken = taken(marks, 0);
    let mut reader = Reader::new(page, source, 0, &phrases, &taken);
    reader.seen = Some(Vec::new());
    reader.read();
    reader.seen.unwrap_or_default()
}

struct Reader<'p> {
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
    carried: Option<Carried>,
    marks: Vec<Mark>,
    /// Candidates, where they are asked for.
    seen: Option<Vec<Candidate>>,
}

/// Whether a box is ticked in a folded text.
fn ticked(folded: &str) -> bool {
    ["[x]", "☑", "☒", "✓", "✔", "√"].iter().any(|t| folded.contains(t))
}

/// The stretches that other proposers marked as people and addresses: no thing's name holds one. For the best reading
/// they run before this one.
fn taken(marks: &[Mark], source: usize) -> Vec<Span> {
    let mut spans: Vec<Span> = marks
        .iter()
        .filter(|m| m.source == source && m.confidence >= 0.5)
        .filter(|m| {
            matches!(
                m.what,
                What::Person { .. }
                    | What::NewName
                    | What::Manager
                    | What::Email
                    | What::Phone
                    | What::EmployeeNumber
                    | What::JobTitle
            )
        })
        .map(|m| m.span)
        .collect();
    spans.sort_unstable();
    spans
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
    fn new(
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
            ticks: ticked(source.text.folded()),
            cancels: intent::operation(page).0 == Operation::Cancel,
            subject: if number == 0 { page.subject().end } else { 0 },
            carried: None,
            marks: Vec::new(),
            seen: None,
        }
    }

    fn read(&mut self) {
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
            let features = self.features(
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

    /// What is known of a candidate, for its confidence.
    fn features(
        &self,
        pieces: &tokens::Pieces,
        p: &Phrase,
        governed: Option<&Governed>,
        action: Option<Action>,
        place: Place,
    ) -> Features {
        let source = self.source;
        let mut f = Features::default();
        let mut set = |name: usize, on: bool| f.0[name] = f32::from(u8::from(on));
        match governed {
            Some(g) => {
                set(weights::STRENGTH + usize::from(g.strength.clamp(1, 3)) - 1, true);
                set(weights::NEAR, g.near);
                set(weights::ADJACENT, g.adjacent);
                set(weights::BEFORE, g.before);
                set(weights::AFTER_ADJACENT, !g.before && g.adjacent);
                set(weights::STRONG_ADJACENT, g.strength == 3 && g.adjacent);
            }
            None if place.value => set(weights::VALUE, true),
            None if place.carried => {
                set(weights::CARRIED, true);
                set(weights::CARRIED_BULLET, place.bullet);
            }
            None => {
                set(weights::DEFAULT, true);
                set(weights::DEFAULT_BULLET, place.bullet && place.whole_line);
            }
        }
        let words = source.text.quote(p.span);
        let count = p.tokens.1 - p.tokens.0;
        set(weights::UNKNOWN, p.head.is_none());
        set(weights::ACCESSED, p.accessed);
        set(weights::CAPITAL, words.chars().any(char::is_uppercase));
        set(weights::UNKNOWN_CAPITAL, p.head.is_none() && words.chars().any(char::is_uppercase));
        set(weights::DIGIT, words.chars().any(|c| c.is_ascii_digit()));
        set(weights::ONE_WORD, count == 1);
        set(weights::LONG, count >= 5);
        set(weights::HAN, words.chars().any(crate::message::fold::is_han));
        set(weights::QUANTITY, p.quantity.is_some());
        set(weights::MANY_KNOWN, place.known >= 3);
        set(weights::SOME_KNOWN, place.known == 2);
        set(weights::IN_LIST, place.in_list);
        set(weights::SUBJECT, place.subject);
        set(weights::ARTICLE, p.tokens.0 > 0 && matches!(pieces.word(source, p.tokens.0 - 1), "a" | "an"));
        set(
            weights::POSSESSIVE,
            p.tokens.0 > 0
                && matches!(pieces.word(source, p.tokens.0 - 1), "his" | "her" | "their" | "的" | "他" | "她"),
        );
        set(
            weights::PREPOSITION,
            p.tokens.0 > 0
                && matches!(
                    pieces.word(source, p.tokens.0 - 1).trim(),
                    "in" | "on" | "at" | "from" | "by" | "of" | "per" | "via" | "在" | "从" | "到" | "按"
                ),
        );
        let other =
            !matches!(self.kind, Category::Onboarding | Category::Offboarding | Category::Transfer | Category::Access);
        set(
            weights::KIND
                + match self.kind {
                    Category::Onboarding => 0,
                    Category::Offboarding => 1,
                    Category::Transfer => 2,
                    _ => 3,
                },
            true,
        );
        set(weights::NO_REQUEST, other);
        let act = match action {
            Some(Action::Grant) => 0,
            Some(Action::Revoke) => 1,
            Some(Action::Recover) => 2,
            Some(Action::Delegate) => 3,
            Some(Action::Retain) => 4,
            None => 5,
        };
        set(weights::ACT + act, true);
        set(weights::LEAVER_GRANT, self.kind == Category::Offboarding && act == 0);
        set(weights::JOINER_LOSS, self.kind == Category::Onboarding && matches!(act, 1..=4));
        let category = p.head.map(|h| h.category);
        let kept = matches!(category, Some(NeedCategory::Access | NeedCategory::Software));
        set(weights::DELEGATE_ACCESS, act == 3 && kept);
        set(weights::DELEGATE_TO, act == 3 && place.receiver);
        set(weights::RECOVER_BODY, act == 2 && category.is_some() && !kept);
        set(weights::REVOKE_ACCESS, act == 1 && kept);
        set(weights::NOT_ADJACENT, act == 5 && governed.is_some_and(|g| g.adjacent && g.near));
        set(weights::RETAIN_ADJACENT, act == 4 && governed.is_some_and(|g| g.adjacent && g.near));
        let listed = p.head.is_some_and(|h| h.listed);
        set(weights::LISTED, listed);
        set(weights::LISTED_NEAR, listed && governed.is_some_and(|g| g.adjacent && g.near && g.strength >= 2));
        let precision = p.head.map_or(0.0, |h| f32::from(if p.alone { h.alone } else { h.precision }) / 100.0);
        f.0[weights::PRECISION] = precision;
        f.0[weights::PRECISION_ALONE] = if p.alone { precision } else { 0.0 };
        f.0[weights::PRECISION_UNGOVERNED] = if governed.is_none() { precision } else { 0.0 };
        f
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::understand::dates::{Engine, Settings};
    use crate::understand::testing::message;

    fn said(subject: &str, body: &str) -> Vec<String> {
        let m = message(subject, body);
        let page = Page::new(&m, &Engine::new(Settings::default()));
        let mut marks = Vec::new();
        Needs.propose(&page, &mut marks);
        marks
            .iter()
            .map(|m| {
                let What::Need(n) = &m.what else { return String::new() };
                let action = n.action.map_or("not".to_owned(), |a| format!("{a:?}").to_lowercase());
                let quantity = n.quantity.map_or(String::new(), |q| format!(" x{q}"));
                let to = n.to.map_or(String::new(), |t| format!(" to {}", page.quote(0, t)));
                let like = n.like.map_or(String::new(), |t| format!(" like {}", page.quote(0, t)));
                format!("{action} {}{quantity}{to}{like}", page.quote(0, m.span))
            })
            .collect()
    }

    #[test]
    fn a_list_after_a_verb() {
        assert_eq!(
            said(
                "New starter",
                "Mia joins on Monday. She needs a second 27-inch monitor, a docking station, read-only access to the finance drive and Murex."
            ),
            [
                "grant second 27-inch monitor",
                "grant docking station",
                "grant read-only access to the finance drive",
                "grant Murex"
            ]
        );
        assert_eq!(
            said("新人", "李伟下周一入职，请开通VPN、邮箱和财务共享盘只读权限，配两台显示器。"),
            ["grant VPN", "grant 邮箱", "grant 财务共享盘只读权限", "grant 显示器 x2"]
        );
    }

    #[test]
    fn what_is_not_wanted() {
        assert_eq!(
            said("New starter", "Mia starts on Monday. She needs a laptop. No phone please."),
            ["grant laptop", "not phone"]
        );
        assert_eq!(said("新人", "李伟下周一入职，需要笔记本，平板就不用了。"), ["grant 笔记本", "not 平板"]);
        assert_eq!(
            said("新人", "李伟下周入职，配台式机，座机和手机都不用。"),
            ["grant 台式机", "not 座机", "not 手机"]
        );
    }

    #[test]
    fn leavers() {
        assert_eq!(
            said(
                "Leaver",
                "Mia has resigned, last day 30 June. Please disable her VPN and Salesforce, collect the laptop and badge, and forward her mailbox to Tom Berg."
            ),
            ["revoke VPN", "revoke Salesforce", "recover laptop", "recover badge", "delegate mailbox to Tom Berg"]
        );
        assert_eq!(
            said("离职", "李伟6月30日离职，停用VPN和OA账号，电脑、工牌交回，邮箱保留三个月。"),
            ["revoke VPN", "revoke OA账号", "recover 电脑", "recover 工牌", "retain 邮箱"]
        );
        assert_eq!(said("Leaver", "Mia leaves on Friday. Don't delete her mailbox."), ["retain mailbox"]);
    }

    #[test]
    fn headings_reach_over_their_lists() {
        assert_eq!(
            said("New starter Mia", "Mia starts on Monday. Please provide:\n- laptop\n- 2 monitors\n- Jira\n\nThanks"),
            ["grant laptop", "grant monitors x2", "grant Jira"]
        );
    }

    #[test]
    fn the_same_as_somebody() {
        assert_eq!(
            said("Access", "Mia needs the same access as Jane Roe."),
            ["grant same access as Jane Roe like Jane Roe"]
        );
        assert_eq!(said("权限", "李伟的权限参照王芳。"), ["grant 权限参照王芳 like 王芳"]);
    }

    #[test]
    fn nothing_items() {
        assert_eq!(said("Leaver", "Mia leaves on Friday, the usual leaver stuff please."), Vec::<String>::new());
    }

    #[test]
    fn hostile_lengths_end() {
        let body = "laptop, ".repeat(20_000);
        assert!(!said("x", &body).is_empty());
    }
}
