//! Doubts: those that the words raised, and those that facts and knowledge raise.

use super::{Reason, Sender, role};
use crate::contract::{EmploymentType, Field, Flag, Operation, Request};
use crate::knowledge::Knowledge;
use crate::knowledge::requesters::Asked;
use crate::message::Message;
use crate::message::fold::fold_str;
use crate::understand::Reading;
use chrono::{DateTime, FixedOffset, NaiveDate};

pub fn of(knowledge: &Knowledge, message: &Message, reading: &Reading, sender: Sender, chinese: bool) -> Vec<Reason> {
    let mut out: Vec<Reason> = reading
        .hints
        .iter()
        .map(|h| Reason { flag: h.flag, words: h.reason.clone(), evidence: h.evidence.clone() })
        .collect();
    let mut say = |flag, en: String, zh: String| {
        out.push(Reason { flag, words: if chinese { zh } else { en }, evidence: Vec::new() });
    };
    if sender == Sender::Unverified {
        say(Flag::UnverifiedSender, "no server vouches for the sender".into(), "没有服务器证实发件人身份".into());
    }
    let today = message.received_at.date_naive();
    for request in &reading.requests {
        if let Some(day) = passed(request, today) {
            say(Flag::PastDate, format!("{day} lies before the message"), format!("{day} 早于来信日期"));
        }
        if let Some(objection) = objection(knowledge, message, request) {
            say(Flag::UnauthorizedRequester, objection.into(), objection.into());
        }
        let by = role::own_sender(message);
        let profile = role::profile(knowledge, request, role::entry(knowledge, request, by));
        for item in role::granted(knowledge, request) {
            if item.privileged {
                say(
                    Flag::PrivilegedAccess,
                    format!("the catalog calls {} privileged", item.name),
                    format!("目录把“{}”列为特权", if item.name_zh.is_empty() { &item.name } else { &item.name_zh }),
                );
            }
            if role::is_outside(knowledge, profile, &item.id) {
                say(
                    Flag::OutsideRoleBundle,
                    format!("{} is in no bundle of this role", item.name),
                    format!(
                        "“{}”不在该岗位的标准配置内",
                        if item.name_zh.is_empty() { &item.name } else { &item.name_zh }
                    ),
                );
            }
        }
    }
    out
}

/// After a person changed the requests: what facts raise is judged anew, the rest stays.
pub fn renew(flags: &mut Vec<Flag>, knowledge: &Knowledge, requests: &[Request], received_at: DateTime<FixedOffset>) {
    // Whether an unnamed person is the sender stands in the message alone.
    let named = requests.iter().all(|r| r.person.name.is_some());
    flags.retain(|f| *f != Flag::PastDate && !(named && *f == Flag::OutsideRoleBundle));
    if requests.iter().any(|r| passed(r, received_at.date_naive()).is_some()) {
        flags.push(Flag::PastDate);
    }
    for request in requests {
        let profile = role::profile(knowledge, request, role::person(knowledge, request).one());
        let items = role::granted(knowledge, request);
        if items.iter().any(|i| role::is_outside(knowledge, profile, &i.id)) {
            flags.push(Flag::OutsideRoleBundle);
        }
        if items.iter().any(|i| i.privileged) {
            flags.push(Flag::PrivilegedAccess);
        }
    }
    flags.sort();
    flags.dedup();
}

/// The day that a request turns on, where it lies before the message. An inquiry may ask about the past.
fn passed(request: &Request, today: NaiveDate) -> Option<NaiveDate> {
    if request.operation == Operation::Inquire {
        return None;
    }
    super::priority::turns_on(request).filter(|d| *d < today)
}

fn objection(knowledge: &Knowledge, message: &Message, request: &Request) -> Option<&'static str> {
    let sender = message.from.as_ref().and_then(|f| f.email.as_deref());
    let name = request.person.name.as_ref().map(|n| n.value.as_str());
    let entry = role::person(knowledge, request).one();
    let own = match (sender, entry) {
        (Some(sender), Some(entry)) => fold_str(&entry.email) == fold_str(sender),
        // No name in the text: the writer speaks of themself.
        (_, None) => name.is_none(),
        _ => false,
    };
    let by_name = message.from.as_ref().and_then(|f| f.name.as_deref());
    let above = |m: &Field<String>| m.entry.as_deref().and_then(|n| knowledge.people.by_number(n));
    let manager_is_requester = request.manager.as_ref().is_none_or(|m| {
        let listed = knowledge.people.by_name(&m.value);
        by_name.is_some_and(|n| fold_str(n).contains(&fold_str(&m.value)))
            || above(m).into_iter().chain(listed).any(|e| sender.is_some_and(|s| fold_str(s) == fold_str(&e.email)))
    });
    let manager = request.manager.as_ref().and_then(above);
    let stated = request.employment_type.as_ref().map(|e| e.value);
    let outside_staff = matches!(stated, Some(EmploymentType::Contractor | EmploymentType::Temporary))
        || entry.is_some_and(|e| matches!(e.employment_type.as_str(), "contractor" | "temporary"));
    let asked = Asked {
        kind: request.kind,
        inquiry: request.operation == Operation::Inquire,
        entry,
        own,
        manager_is_requester,
        manager,
        outside_staff,
    };
    knowledge.requesters.objection(&knowledge.people, sender, asked)
}
