//! Needs: the things that a message names, and what is to happen with each: granted, revoked, recovered, delegated, retained, or not wanted.

mod extras;
mod lexicon;
mod like;
mod phrase;
mod scope;
mod tokens;

use super::mark::{Mark, Need, Proposer, What};
use super::page::{Page, Source};
use super::{hints, intent};
use crate::contract::{Action, Category, NeedCategory};
use crate::message::Span;
use lexicon::{Act, Entry};
use phrase::Phrase;
use scope::Governed;

/// The proposer of `Need` marks.
pub struct Needs;

/// Longest stretch judged as one sentence, in characters: a bound on time for texts without marks.
const LONGEST: usize = 1_200;

/// Least confidence of a mark; less sure things are not named.
const LEAST: f32 = 0.3;

impl Proposer for Needs {
    fn name(&self) -> &'static str {
        "needs"
    }

    fn propose(&self, page: &Page, marks: &mut Vec<Mark>) {
        let kind = page.categories().first().map_or(Category::Other, |(c, _)| *c);
        for (number, source) in page.sources.iter().enumerate() {
            let injected = hints::injected(page, number);
            let phrases = tokens::phrases(source);
            let mut reader = Reader { source, number, kind, phrases: &phrases, carried: None, marks: Vec::new() };
            reader.read();
            marks.extend(reader.marks.into_iter().filter(|m| !injected.iter().any(|i| i.overlaps(m.span))));
        }
    }
}

/// The things in a form value or a table cell, in their order. `action`: what the key says; None where it does not say
/// (the words of the value and the kind of message decide). Words that no lexicon knows are things here, too.
pub fn items(page: &Page, source: usize, span: Span, action: Option<Action>) -> Vec<Mark> {
    let Some(found) = page.sources.get(source) else { return Vec::new() };
    let kind = page.categories().first().map_or(Category::Other, |(c, _)| *c);
    let phrases = tokens::phrases_within(found, span);
    let carried = Some(action.map_or(Carried { act: None, unknown: true, heading: 0 }, |a| Carried { act: Some(Act::Do(a)), unknown: true, heading: 0 }));
    let mut reader = Reader { source: found, number: source, kind, phrases: &phrases, carried, marks: Vec::new() };
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

struct Reader<'p> {
    source: &'p Source<'p>,
    number: usize,
    kind: Category,
    phrases: &'p [(Span, &'static Entry)],
    carried: Option<Carried>,
    marks: Vec<Mark>,
}

/// A sentence cut to stretches of bounded length, at commas where there are any.
fn cut(source: &Source, span: Span) -> Vec<Span> {
    let mut out = Vec::new();
    let mut start = span.start;
    while span.end - start > LONGEST {
        let limit = start + LONGEST;
        let end = (start + LONGEST / 2..limit).rev().find(|i| matches!(source.fold(*i), ',' | '、' | '\n' | '。')).map_or(limit, |i| i + 1);
        out.push(Span::new(start, end));
        start = end;
    }
    out.push(Span::new(start, span.end));
    out
}

impl Reader<'_> {
    fn read(&mut self) {
        let source = self.source;
        for (i, sentence) in source.sentences.iter().enumerate() {
            let bullet = bullet(source, *sentence);
            let line = source.line_at(sentence.start).unwrap_or(0);
            // An empty line ends a heading's reach, unless the list itself begins behind it.
            if let Some(carried) = self.carried
                && i > 0
            {
                let before = line.checked_sub(1).unwrap_or(0);
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
        let pieces = tokens::pieces(source, span, self.phrases);
        let phrases = phrase::phrases(&pieces, source);
        let likes = like::find(source, span);
        let (governed, cues) = scope::governed(&pieces, source, &phrases);
        let line = source.line_at(span.start).unwrap_or(0);
        let bullet = bullet(source, span);
        let whole_line = source.lines.get(line).is_some_and(|l| l.start == span.start && l.end <= span.end);
        let known = phrases.iter().filter(|p| p.head.is_some_and(|h| h.precision >= 30)).count();
        let ends_open = matches!(source.fold(span.end.saturating_sub(1)), ':');
        let default = self.default_act();
        let mut named = 0;
        // Unknown words stand in a list only while the list goes on.
        let mut in_list = false;
        let mut receivers = Vec::new();
        for (p, g) in phrases.iter().zip(&governed) {
            if likes.iter().any(|l| l.span.overlaps(p.span)) || receivers.iter().any(|r: &Span| r.overlaps(p.span)) {
                continue;
            }
            let (act, base, unknown_may) = match g {
                Some(g) => {
                    let base = match (g.strength, g.near, g.adjacent) {
                        (3, true, true) => 0.92,
                        (3, true, false) => 0.75,
                        (3, false, true) => 0.8,
                        (3, false, false) => 0.55,
                        (2, true, true) => 0.9,
                        (2, true, false) => 0.6,
                        (2, false, true) => 0.75,
                        (2, false, false) => 0.45,
                        (_, _, true) => 0.55,
                        (_, _, false) => 0.35,
                    };
                    (Some(g.act), base, g.adjacent && g.strength >= 2)
                }
                None => match self.carried {
                    Some(Carried { act: Some(act), unknown, .. }) => (Some(act), 0.8, unknown && (bullet || value)),
                    Some(Carried { act: None, .. }) => (default, 0.7, value),
                    None if bullet && whole_line => (default, 0.55, false),
                    None => (default, if known >= 3 { 0.5 } else { 0.32 }, false),
                },
            };
            let Some(act) = act else { continue };
            let Some(confidence) = self.confidence(&pieces, p, g.as_ref(), base, unknown_may || in_list && g.is_some_and(|g| g.adjacent)) else {
                in_list = false;
                continue;
            };
            in_list = true;
            let act = self.adapt(act, g.as_ref(), p);
            let action = match act {
                Act::Do(action) => Some(action),
                Act::Yes => Some(Action::Grant),
                Act::Not | Act::Past | Act::No => None,
                _ => continue,
            };
            if confidence < LEAST {
                continue;
            }
            named += 1;
            let fallback = match action {
                Some(Action::Recover) => NeedCategory::Device,
                Some(Action::Revoke | Action::Delegate | Action::Retain) => NeedCategory::Access,
                _ => NeedCategory::Other,
            };
            let to = if action == Some(Action::Delegate) { extras::receiver(source, span, p.span) } else { None };
            receivers.extend(to);
            let need = Need {
                action,
                category: phrase::category(p, fallback),
                quantity: p.quantity,
                like: None,
                to,
                until: if action == Some(Action::Retain) { extras::until(source, span, p.span) } else { None },
                catalog_id: None,
            };
            self.marks.push(Mark { span: p.span, source: self.number, what: What::Need(need), confidence, by: "needs" });
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
            self.marks.push(Mark { span: l.span, source: self.number, what: What::Need(need), confidence: 0.85, by: "needs" });
        }
        if value {
            return;
        }
        // A heading: a line that ends with a colon, or a short line of a cue alone.
        let last = cues.iter().rfind(|c| matches!(c.act, Act::Do(_) | Act::Not));
        if ends_open || named == 0 && whole_line && pieces.tokens.len() <= 5 && last.is_some_and(|c| c.strength >= 2) && !bullet {
            self.carried = match last {
                Some(c) => Some(Carried { act: Some(c.act), unknown: true, heading: line }),
                None if ends_open && self.carried.is_none_or(|c| c.heading != line) => self.carried.filter(|_| bullet),
                None => self.carried,
            };
        }
    }

    /// How sure it is that a phrase is a thing; None where it is none.
    fn confidence(&self, pieces: &tokens::Pieces, p: &Phrase, governed: Option<&Governed>, base: f32, unknown_may: bool) -> Option<f32> {
        let source = self.source;
        let words: Vec<&str> = (p.tokens.0..p.tokens.1).map(|i| pieces.word(source, i)).collect();
        let lexicon = &*lexicon::LEXICON;
        let (first, last) = (words.first()?, words.last()?);
        if words.len() == 1 && lexicon.is_no_item(last) || lexicon.is_no_item(source.text.folded_quote(p.span)) {
            return None;
        }
        if pieces.mark(p.tokens.1) == Some(':') && governed.is_none_or(|g| !g.near) {
            // 'Laptop: yes' is handled by its answer; else the words are a key.
            return None;
        }
        match p.head {
            Some(head) => {
                let sure = f32::from(head.precision) / 100.0;
                let governed = governed.is_some_and(|g| g.strength >= 2) || self.carried.is_some();
                // A word that seldom names a thing needs a cue that governs it.
                let factor = if governed { 0.75 + 0.25 * sure } else { 0.35 + 0.65 * sure };
                Some((base * factor).min(0.97))
            }
            None if p.accessed => Some(base * 0.9),
            None if unknown_may => {
                let han = words.iter().any(|w| !w.is_ascii());
                let size = if han { words.len() <= 10 && words.len() >= 2 } else { words.len() <= 4 };
                let letters = words.iter().any(|w| w.chars().any(char::is_alphabetic));
                if !size || !letters || lexicon.is_no_item(last) || lexicon.is_no_item(first) {
                    return None;
                }
                if extras::person_like(source, p.span) {
                    return None;
                }
                let capital = source.text.quote(p.span).chars().any(char::is_uppercase);
                Some(base * if capital { 0.65 } else { 0.5 })
            }
            None => None,
        }
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
    matches!(first, '•' | '·' | '▪' | '◦' | '●' | '■' | '▸' | '►' | '○' | '☑' | '☐' | '✓' | '✔' | '√' | '◆' | '※' | '→')
        || matches!(first, '-' | '*' | '+' | '>') && (second.is_whitespace() || second.is_alphabetic())
        || first == '[' && (second == ']' || third == ']')
        || first == '(' && third == ')'
        || first.is_ascii_digit() && (matches!(second, '.' | ')' | '、') && !third.is_ascii_digit() || second.is_ascii_digit() && matches!(third, '.' | ')' | '、'))
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
            said("New starter", "Mia joins on Monday. She needs a second 27-inch monitor, a docking station, read-only access to the finance drive and Murex."),
            ["grant second 27-inch monitor", "grant docking station", "grant read-only access to the finance drive", "grant Murex"]
        );
        assert_eq!(
            said("新人", "李伟下周一入职，请开通VPN、邮箱和财务共享盘只读权限，配两台显示器。"),
            ["grant VPN", "grant 邮箱", "grant 财务共享盘只读权限", "grant 显示器 x2"]
        );
    }

    #[test]
    fn what_is_not_wanted() {
        assert_eq!(said("New starter", "Mia starts on Monday. She needs a laptop. No phone please."), ["grant laptop", "not phone"]);
        assert_eq!(said("新人", "李伟下周一入职，需要笔记本，平板就不用了。"), ["grant 笔记本", "not 平板"]);
        assert_eq!(said("新人", "李伟下周入职，配台式机，座机和手机都不用。"), ["grant 台式机", "not 座机", "not 手机"]);
    }

    #[test]
    fn leavers() {
        assert_eq!(
            said("Leaver", "Mia has resigned, last day 30 June. Please disable her VPN and Salesforce, collect the laptop and badge, and forward her mailbox to Tom Berg."),
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
        assert_eq!(said("Access", "Mia needs the same access as Jane Roe."), ["grant same access as Jane Roe like Jane Roe"]);
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
