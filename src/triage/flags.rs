//! Doubts: those that the words raised, and those that facts and knowledge raise.

use super::{Reason, Sender};
use crate::contract::{Action, EmploymentType, Field, Flag, Operation, Request};
use crate::knowledge::Knowledge;
use crate::knowledge::bundles::Profile;
use crate::knowledge::people::Entry;
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
        for need in request.needs.iter().filter(|n| n.action == Action::Grant) {
            let Some(item) = need.catalog_id.as_deref().and_then(|id| knowledge.catalog.get(id)) else { continue };
            if item.privileged {
                say(
                    Flag::PrivilegedAccess,
                    format!("the catalog calls {} privileged", item.name),
                    format!("目录把“{}”列为特权", if item.name_zh.is_empty() { &item.name } else { &item.name_zh }),
                );
            }
            if outside_bundle(knowledge, request, &item.id) {
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
pub fn renew(flags: &mut Vec<Flag>, requests: &[Request], received_at: DateTime<FixedOffset>) {
    flags.retain(|f| *f != Flag::PastDate);
    if requests.iter().any(|r| passed(r, received_at.date_naive()).is_some()) {
        flags.push(Flag::PastDate);
    }
    flags.sort();
}

/// The day that a request turns on, where it lies before the message. An inquiry may ask about the past.
fn passed(request: &Request, today: NaiveDate) -> Option<NaiveDate> {
    if request.operation == Operation::Inquire {
        return None;
    }
    super::priority::turns_on(request).filter(|d| *d < today)
}

/// The directory entry of the person concerned: by number, else by a name that only one person has.
fn entry_of<'k>(knowledge: &'k Knowledge, request: &Request) -> Option<&'k Entry> {
    let number = request.person.employee_number.as_ref().and_then(|n| knowledge.people.by_number(&n.value));
    number.or_else(|| only(knowledge, request.person.name.as_ref()?))
}

/// Whoever alone has that name.
fn only<'k>(knowledge: &'k Knowledge, name: &Field<String>) -> Option<&'k Entry> {
    match knowledge.people.by_name(&name.value).as_slice() {
        [one] => Some(*one),
        _ => None,
    }
}

fn objection(knowledge: &Knowledge, message: &Message, request: &Request) -> Option<&'static str> {
    let sender = message.from.as_ref().and_then(|f| f.email.as_deref());
    let name = request.person.name.as_ref().map(|n| n.value.as_str());
    let entry = entry_of(knowledge, request);
    let own = match (sender, entry) {
        (Some(sender), Some(entry)) => fold_str(&entry.email) == fold_str(sender),
        // No name in the text: the writer speaks of themself.
        (_, None) => name.is_none(),
        _ => false,
    };
    let by_name = message.from.as_ref().and_then(|f| f.name.as_deref());
    let manager_is_requester = request.manager.as_ref().is_none_or(|m| {
        let listed = knowledge.people.by_name(&m.value);
        by_name.is_some_and(|n| fold_str(n).contains(&fold_str(&m.value)))
            || listed.iter().any(|e| sender.is_some_and(|s| fold_str(s) == fold_str(&e.email)))
    });
    let manager = request.manager.as_ref().and_then(|m| only(knowledge, m));
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

/// Whether the person's role is known and none of its bundles holds the item.
fn outside_bundle(knowledge: &Knowledge, request: &Request, item: &str) -> bool {
    let entry = entry_of(knowledge, request);
    let from_entry = |f: fn(&Entry) -> &str| entry.map(f).filter(|v| !v.is_empty());
    let department = request.department.as_ref().map(|d| d.value.as_str()).or_else(|| from_entry(|e| &e.department));
    let department = department.map(|d| knowledge.places.department(d).map_or(d, |k| k.name.as_str()));
    let title = request.job_title.as_ref().map(|t| t.value.as_str()).or_else(|| from_entry(|e| &e.title));
    let stated = request.employment_type.as_ref().map(|e| match e.value {
        EmploymentType::FullTime => "full_time",
        EmploymentType::PartTime => "part_time",
        EmploymentType::Intern => "intern",
        EmploymentType::Contractor => "contractor",
        EmploymentType::Temporary => "temporary",
    });
    let employment_type = stated.or_else(|| from_entry(|e| &e.employment_type));
    let location = request.location.as_ref().map(|l| l.value.as_str()).or_else(|| from_entry(|e| &e.location));
    let location = location.map(|l| knowledge.places.location(l).map_or(l, |k| k.name.as_str()));
    // A role is known only with its title or department; a bundle for everybody alone says nothing of it.
    if title.is_none() && department.is_none() {
        return false;
    }
    let bundles = knowledge.bundles.of(Profile { department, title, employment_type, location });
    let of_role = bundles.iter().any(|b| b.when.department.is_some() || b.when.title.is_some());
    of_role && !bundles.iter().any(|b| b.items.iter().any(|i| i == item))
}
