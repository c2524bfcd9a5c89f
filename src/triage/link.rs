//! Linking a reading to the organisation: needs to catalog items, names to directory entries.

use super::Reason;
use super::role;
use crate::contract::{Field, Flag, Request};
use crate::knowledge::people::{Entry, Whom};
use crate::knowledge::{Heard, Knowledge};
use crate::message::{Message, Span};

/// Names of possible people in one reason, at most.
const NAMED: usize = 4;

/// Puts catalog items and directory entries into the requests; answers with the names that mean several people.
pub fn link(knowledge: &Knowledge, message: &Message, requests: &mut [Request], chinese: bool) -> Vec<Reason> {
    let sender = role::own_sender(message);
    let mut reasons = Vec::new();
    for request in requests {
        let whom = match role::person(knowledge, request) {
            Whom::Several(all) => {
                let near = request.person.name.as_ref().and_then(|n| near(knowledge, message, n));
                told_apart(knowledge, request.person.name.as_ref(), near).unwrap_or(Whom::Several(all))
            }
            whom => whom,
        };
        if let Some(manager) = &request.manager {
            // A manager is of the department, the site and mostly of the trade of those who report.
            let value = |f: &'_ Option<Field<String>>| f.as_ref().map(|f| f.value.clone());
            let near = near(knowledge, message, manager);
            let department = near.or_else(|| value(&request.department));
            let (location, title) = (value(&request.location), value(&request.job_title));
            let heard = Heard {
                department: department.as_deref(),
                location: location.as_deref(),
                title: title.as_deref(),
                manager: None,
            };
            let above = above(knowledge.person(&manager.value, heard), knowledge);
            settle(&above, request.manager.as_mut(), chinese, &mut reasons);
        }
        settle(&whom, request.person.name.as_mut(), chinese, &mut reasons);
        let entry = role::entry(knowledge, request, sender);
        let usual: Vec<String> = knowledge
            .bundles
            .items_of(role::assumed(role::profile(knowledge, request, entry)))
            .into_iter()
            .map(str::to_owned)
            .collect();
        let usual: Vec<&str> = usual.iter().map(String::as_str).collect();
        for need in request.needs.iter_mut().filter(|n| n.catalog_id.is_none() && n.like.is_none()) {
            if let Some(link) = knowledge.catalog.find(&need.text, &usual) {
                need.catalog_id = Some(link.item.id.clone());
                need.link_confidence = Some(link.score);
            }
        }
    }
    reasons
}

/// Characters before and behind a name in which a department tells whose it is: '研发部王磊', 'Wang Lei (Sales)'.
const NEAR: usize = 14;

/// The department that stands right beside a name in the message.
fn near(knowledge: &Knowledge, message: &Message, name: &Field<String>) -> Option<String> {
    let span = name.evidence.iter().find(|s| s.source.is_none())?;
    let len = message.text.len();
    let piece = |from: usize, to: usize| message.text.quote(Span::new(from.min(len), to.min(len))).to_owned();
    let stop = |c: char| matches!(c, '\n' | '。' | '.' | ';' | '；' | ',' | '，' | '、');
    let before = piece(span.start.saturating_sub(NEAR), span.start);
    let behind = piece(span.end, span.end.saturating_add(NEAR));
    let before = before.rsplit(stop).next().unwrap_or_default();
    let behind = behind.trim_start_matches([',', '，', ' ']).split(stop).next().unwrap_or_default();
    let department = |words: &str| knowledge.places.department(words).map(|d| d.name.clone());
    department(before).or_else(|| department(behind))
}

fn told_apart<'k>(
    knowledge: &'k Knowledge,
    name: Option<&Field<String>>,
    department: Option<String>,
) -> Option<Whom<'k>> {
    let heard = Heard { department: Some(department.as_deref()?), ..Heard::default() };
    Some(knowledge.person(&name?.value, heard))
}

/// Of several people of one name, the one who has reports is the manager.
fn above<'k>(whom: Whom<'k>, knowledge: &Knowledge) -> Whom<'k> {
    let Whom::Several(all) = &whom else { return whom };
    let managing: Vec<&Entry> = all.iter().filter(|e| knowledge.people.manages(e)).copied().collect();
    match managing.as_slice() {
        [entry] => Whom::One { entry, score: 0.9 },
        _ => whom,
    }
}

fn settle(whom: &Whom, name: Option<&mut Field<String>>, chinese: bool, reasons: &mut Vec<Reason>) {
    let Some(name) = name else { return };
    match whom {
        Whom::Nobody => {}
        Whom::One { entry, .. } => name.entry = Some(entry.employee_number.clone()),
        Whom::Several(all) => {
            let people: Vec<String> = all.iter().take(NAMED).map(|e| described(e)).collect();
            let words = if chinese {
                format!("“{}”可能指 {} 人：{}", name.value, all.len(), people.join("；"))
            } else {
                format!("{} may be one of {} people: {}", name.value, all.len(), people.join("; "))
            };
            reasons.push(Reason { flag: Flag::Conflict, words, evidence: name.evidence.clone() });
        }
    }
}

fn described(entry: &Entry) -> String {
    let parts = [entry.employee_number.as_str(), &entry.name, &entry.title, &entry.department];
    parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(", ")
}
