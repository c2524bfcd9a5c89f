//! Linking a reading to the organisation: needs to catalog items, names to directory entries.

use super::Reason;
use super::role;
use crate::contract::{Field, Flag, Request};
use crate::knowledge::people::{Entry, Whom};
use crate::knowledge::{Heard, Knowledge};
use crate::message::Message;

/// Names of possible people in one reason, at most.
const NAMED: usize = 4;

/// Puts catalog items and directory entries into the requests; answers with the names that mean several people.
pub fn link(knowledge: &Knowledge, message: &Message, requests: &mut [Request], chinese: bool) -> Vec<Reason> {
    let sender = message.from.as_ref().and_then(|f| f.email.as_deref());
    let mut reasons = Vec::new();
    for request in requests {
        let whom = role::person(knowledge, request);
        settle(&whom, request.person.name.as_mut(), chinese, &mut reasons);
        if let Some(manager) = &request.manager {
            let heard = Heard { department: role::heard(request).department, ..Heard::default() };
            let above = above(knowledge.person(&manager.value, heard), knowledge);
            settle(&above, request.manager.as_mut(), chinese, &mut reasons);
        }
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
