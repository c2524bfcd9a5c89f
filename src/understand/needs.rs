//! Needs: the things that a message names, and what is to happen with each: granted, revoked, recovered, delegated, retained, or not wanted.

mod evidence;
mod extras;
mod lexicon;
mod like;
mod phrase;
mod reader;
mod scope;
mod tokens;
mod weights;

use super::hints;
use super::mark::{Mark, Proposer, What};
use super::page::Page;
use crate::contract::Action;
use crate::message::Span;
pub(super) use extras::{receiver, until};
use lexicon::Act;
use reader::{Carried, Reader};
pub use weights::Features;

/// The proposer of `Need` marks.
pub struct Needs;

/// Builds the lexicon, if that was not done before.
pub(super) fn prepare() {
    std::sync::LazyLock::force(&lexicon::LEXICON);
}

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
    reader.value(span);
    let injected = hints::injected(page, source);
    reader.marks.retain(|m| !injected.iter().any(|i| i.overlaps(m.span)));
    reader.marks
}

/// Whether a word never stands in an item's name.
pub(super) fn ends_name(word: &str) -> bool {
    lexicon::LEXICON.ends_name(word)
}

/// Whether a word alone may be an item.
pub(super) fn is_head(word: &str) -> bool {
    lexicon::LEXICON.is_head(word)
}

/// The person whose access is copied, where words of a span say so.
pub(super) fn like_in(source: &super::page::Source, span: Span) -> Option<Span> {
    like::find(source, span).first().map(|l| l.person)
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
