//! A summary of two sentences at most, in the message's language, made of extracted facts alone.

use crate::contract::{Action, Category, DateField, EmploymentType, Kind, Need, Operation, Request};
use chrono::{Datelike, NaiveDate};

/// People named before the rest is counted.
const NAMED: usize = 3;
/// Items named before the rest is counted.
const ITEMS: usize = 6;

pub fn of(category: Category, requests: &[Request], subject: Option<&str>, chinese: bool) -> String {
    match requests {
        [] => without_requests(category, subject, chinese),
        [one] => format!("{}{}", first(one, chinese), second(std::slice::from_ref(one), chinese)),
        many => format!("{}{}", several(many, chinese), second(many, chinese)),
    }
}

fn without_requests(category: Category, subject: Option<&str>, chinese: bool) -> String {
    let what = match (category, chinese) {
        (Category::Onboarding, false) => "A joiner's request without a person's name",
        (Category::Offboarding, false) => "A leaver's request without a person's name",
        (Category::Transfer, false) => "A transfer without a person's name",
        (Category::Access, false) => "An access request without details",
        (Category::Support, false) => "A support request",
        (Category::HrQuestion, false) => "A question to HR",
        (Category::Other, false) => "Nothing to do",
        (Category::Onboarding, true) => "入职申请，未写明人员",
        (Category::Offboarding, true) => "离职申请，未写明人员",
        (Category::Transfer, true) => "异动申请，未写明人员",
        (Category::Access, true) => "权限申请，未写明细节",
        (Category::Support, true) => "技术支持请求",
        (Category::HrQuestion, true) => "人事政策咨询",
        (Category::Other, true) => "无需处理",
    };
    match (subject.map(str::trim).filter(|s| !s.is_empty()), chinese) {
        (Some(s), false) => format!("{what}: “{s}”."),
        (Some(s), true) => format!("{what}：“{s}”。"),
        (None, false) => format!("{what}."),
        (None, true) => format!("{what}。"),
    }
}

/// Who, what, when, where, in one sentence.
fn first(r: &Request, chinese: bool) -> String {
    let name = r.person.name.as_ref().map(|n| n.value.as_str());
    let title = r.job_title.as_ref().map(|t| t.value.as_str());
    let department = r.department.as_ref().map(|d| d.value.as_str());
    let location = r.location.as_ref().map(|l| l.value.as_str());
    let manager = r.manager.as_ref().map(|m| m.value.as_str());
    let employment = r.employment_type.as_ref().map(|e| employment(e.value, chinese));
    if chinese {
        let mut parts: Vec<String> = vec![name.unwrap_or("未写明人员").to_owned()];
        if department.is_some() || title.is_some() {
            parts.push(format!("{}{}", department.unwrap_or(""), title.unwrap_or("")));
        }
        parts.extend(employment.map(str::to_owned));
        parts.extend(location.map(|l| format!("地点{l}")));
        parts.extend(manager.map(|m| format!("上级{m}")));
        parts.extend(dates(r, true));
        return format!("{}{}：{}。", operation(r.operation, true), kind(r.kind, true), parts.join("，"));
    }
    let mut words =
        format!("{}{} of {}", operation(r.operation, false), kind(r.kind, false), name.unwrap_or("an unnamed person"));
    let mut role = String::new();
    if let Some(t) = title {
        role.push_str(t);
    }
    if let Some(d) = department {
        role.push_str(if role.is_empty() { "" } else { " in " });
        role.push_str(d);
    }
    for part in [
        (!role.is_empty()).then_some(role),
        employment.map(str::to_owned),
        location.map(|l| format!("at {l}")),
        manager.map(|m| format!("reporting to {m}")),
    ]
    .into_iter()
    .flatten()
    .chain(dates(r, false))
    {
        words.push_str(", ");
        words.push_str(&part);
    }
    words.push('.');
    capital(words)
}

fn several(requests: &[Request], chinese: bool) -> String {
    let names: Vec<&str> = requests.iter().filter_map(|r| r.person.name.as_ref().map(|n| n.value.as_str())).collect();
    let mut people: Vec<&str> = Vec::new();
    for name in names {
        if !people.contains(&name) {
            people.push(name);
        }
    }
    let shown = people.iter().take(NAMED).copied().collect::<Vec<_>>();
    let rest = people.len().saturating_sub(shown.len());
    let earliest = requests.iter().filter_map(super::priority::turns_on).min();
    let kinds = kinds(requests, chinese);
    if chinese {
        let more = if rest > 0 { format!("等{}人", people.len()) } else { String::new() };
        let when = earliest.map(|d| format!("，最早{}", day(d, true))).unwrap_or_default();
        return format!("{kinds}：{}{more}{when}。", shown.join("、"));
    }
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    let when = earliest.map(|d| format!(", the earliest on {}", day(d, false))).unwrap_or_default();
    capital(format!("{kinds}: {}{more}{when}.", shown.join(", ")))
}

fn kinds(requests: &[Request], chinese: bool) -> String {
    let mut seen: Vec<(Kind, usize)> = Vec::new();
    for r in requests {
        match seen.iter_mut().find(|(k, _)| *k == r.kind) {
            Some((_, n)) => *n += 1,
            None => seen.push((r.kind, 1)),
        }
    }
    let one = |(k, n): &(Kind, usize)| {
        if chinese { format!("{n}项{}", kind(*k, true)) } else { format!("{n} × {}", kind(*k, false)) }
    };
    seen.iter().map(one).collect::<Vec<_>>().join(if chinese { "、" } else { ", " })
}

/// The things, by action, in one sentence.
fn second(requests: &[Request], chinese: bool) -> String {
    let mut parts = Vec::new();
    for action in [Action::Grant, Action::Revoke, Action::Recover, Action::Delegate, Action::Retain] {
        let mut items: Vec<&str> = Vec::new();
        for need in requests.iter().flat_map(|r| &r.needs).filter(|n: &&Need| n.action == action) {
            if !items.contains(&need.text.as_str()) {
                items.push(&need.text);
            }
        }
        if items.is_empty() {
            continue;
        }
        let rest = items.len().saturating_sub(ITEMS);
        items.truncate(ITEMS);
        let more = match (rest, chinese) {
            (0, _) => String::new(),
            (n, true) => format!("等另{n}项"),
            (n, false) => format!(" and {n} more"),
        };
        let verb = match (action, chinese) {
            (Action::Grant, false) => "wants",
            (Action::Revoke, false) => "to be revoked:",
            (Action::Recover, false) => "to come back:",
            (Action::Delegate, false) => "to be handed over:",
            (Action::Retain, false) => "to be kept:",
            (Action::Grant, true) => "需要",
            (Action::Revoke, true) => "停用",
            (Action::Recover, true) => "收回",
            (Action::Delegate, true) => "移交",
            (Action::Retain, true) => "保留",
        };
        let list = items.join(if chinese { "、" } else { ", " });
        parts.push(if chinese { format!("{verb}{list}{more}") } else { format!("{verb} {list}{more}") });
    }
    match (parts.is_empty(), chinese) {
        (true, _) => String::new(),
        (false, true) => format!("{}。", parts.join("；")),
        (false, false) => format!(" {}.", capital(parts.join("; "))),
    }
}

fn dates(r: &Request, chinese: bool) -> Vec<String> {
    let at = |f: &Option<DateField>| f.as_ref().and_then(|f| f.value.parse().ok()).map(|d| day(d, chinese));
    let mut out = Vec::new();
    if let Some(d) = at(&r.start_date) {
        out.push(if chinese { format!("{d}起") } else { format!("from {d}") });
    }
    if let Some(d) = at(&r.end_date) {
        out.push(match (r.kind, chinese) {
            (Kind::Offboarding, true) => format!("最后工作日{d}"),
            (Kind::Offboarding, false) => format!("last day {d}"),
            (_, true) => format!("至{d}"),
            (_, false) => format!("until {d}"),
        });
    }
    if let Some(instant) = &r.revoke_at
        && let Ok(at) = chrono::DateTime::parse_from_rfc3339(&instant.value)
    {
        let (d, time) = (day(at.date_naive(), chinese), at.format("%H:%M"));
        out.push(if chinese { format!("权限{d} {time}停止") } else { format!("access ends {d} {time}") });
    }
    out
}

fn day(d: NaiveDate, chinese: bool) -> String {
    if chinese {
        let weekday = ["一", "二", "三", "四", "五", "六", "日"][d.weekday().num_days_from_monday() as usize % 7];
        format!("{}年{}月{}日（周{weekday}）", d.year(), d.month(), d.day())
    } else {
        d.format("%a %-d %b %Y").to_string()
    }
}

fn kind(kind: Kind, chinese: bool) -> &'static str {
    match (kind, chinese) {
        (Kind::Onboarding, false) => "onboarding",
        (Kind::Offboarding, false) => "offboarding",
        (Kind::Transfer, false) => "transfer",
        (Kind::Access, false) => "access request",
        (Kind::Onboarding, true) => "入职",
        (Kind::Offboarding, true) => "离职",
        (Kind::Transfer, true) => "异动",
        (Kind::Access, true) => "权限申请",
    }
}

fn operation(operation: Operation, chinese: bool) -> &'static str {
    match (operation, chinese) {
        (Operation::Create, _) => "",
        (Operation::Amend, false) => "change to the ",
        (Operation::Cancel, false) => "cancellation of the ",
        (Operation::Inquire, false) => "question about the ",
        (Operation::Amend, true) => "变更",
        (Operation::Cancel, true) => "取消",
        (Operation::Inquire, true) => "询问",
    }
}

fn employment(e: EmploymentType, chinese: bool) -> &'static str {
    match (e, chinese) {
        (EmploymentType::FullTime, false) => "full-time",
        (EmploymentType::PartTime, false) => "part-time",
        (EmploymentType::Intern, false) => "intern",
        (EmploymentType::Contractor, false) => "contractor",
        (EmploymentType::Temporary, false) => "temporary",
        (EmploymentType::FullTime, true) => "正式",
        (EmploymentType::PartTime, true) => "兼职",
        (EmploymentType::Intern, true) => "实习",
        (EmploymentType::Contractor, true) => "外包",
        (EmploymentType::Temporary, true) => "临时",
    }
}

fn capital(words: String) -> String {
    let mut chars = words.chars();
    match chars.next() {
        Some(c) => c.to_uppercase().chain(chars).collect(),
        None => words,
    }
}
