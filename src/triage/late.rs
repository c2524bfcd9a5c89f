//! Lateness: an item that takes longer than the working days that are left.

use super::priority::turns_on;
use crate::calendar::Calendar;
use crate::contract::{Action, Kind, Operation, Request};
use crate::knowledge::Knowledge;
use crate::knowledge::catalog::Item;
use chrono::NaiveDate;

/// One need that cannot be there in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Late {
    /// Number of the need in its request, from 0.
    pub need: usize,
    /// The item's names.
    pub name: String,
    pub name_zh: String,
    /// Working days that the item takes.
    pub takes: u32,
    /// Working days from receipt to the date; below 0 where it has passed.
    pub left: i32,
    pub date: NaiveDate,
    /// ISO 3166 alpha-2, whose working days were counted.
    pub country: String,
}

impl Late {
    /// In a sentence.
    pub fn words(&self, chinese: bool) -> String {
        let Self { takes, left, date, country, .. } = self;
        let left = (*left).max(0);
        if chinese {
            let name = if self.name_zh.is_empty() { &self.name } else { &self.name_zh };
            return format!("“{name}”办理需 {takes} 个工作日，距 {date} 只剩 {left} 个（{country}）");
        }
        let days = if *takes == 1 { "day" } else { "days" };
        format!("too late for {}: {takes} working {days} of lead time, {left} left until {date} ({country})", self.name)
    }
}

/// Working days count at the request's own site where the organisation knows it, else by `country`.
pub fn of(knowledge: &Knowledge, request: &Request, today: NaiveDate, country: &str) -> Vec<Late> {
    if matches!(request.operation, Operation::Cancel | Operation::Inquire) || request.kind == Kind::Offboarding {
        return Vec::new();
    }
    let Some(date) = turns_on(request) else { return Vec::new() };
    let place = request.location.as_ref().and_then(|l| knowledge.places.location(&l.value));
    let own = place.map(|p| if p.calendar.is_empty() { &p.country } else { &p.calendar }).filter(|c| !c.is_empty());
    let calendar = Calendar::of(own.map_or(country, String::as_str));
    let left = calendar.working_days_between(today, date);
    let late = |item: &&Item| i64::from(item.lead_time_days) > i64::from(left.max(0)) && item.lead_time_days > 0;
    let needs = request.needs.iter().enumerate().filter(|(_, n)| n.action == Action::Grant);
    let items = needs.filter_map(|(i, n)| Some((i, knowledge.catalog.get(n.catalog_id.as_deref()?)?)));
    items
        .filter(|(_, item)| late(item))
        .map(|(need, item)| Late {
            need,
            name: item.name.clone(),
            name_zh: item.name_zh.clone(),
            takes: item.lead_time_days,
            left,
            date,
            country: calendar.country().to_owned(),
        })
        .collect()
}

/// Sentences for the reasons of the priority: the items that take longest, each once.
pub fn reasons(late: &[Late], chinese: bool) -> Vec<String> {
    let mut late: Vec<&Late> = late.iter().collect();
    late.sort_by_key(|l| std::cmp::Reverse(i64::from(l.takes) - i64::from(l.left)));
    let mut out: Vec<String> = Vec::new();
    for words in late.iter().map(|l| l.words(chinese)) {
        if !out.contains(&words) {
            out.push(words);
        }
    }
    out.truncate(MOST);
    out
}

/// Sentences, at most.
const MOST: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_says_what_takes_longer_than_there_is() {
        let late = Late {
            need: 0,
            name: "Docking station".into(),
            name_zh: "扩展坞".into(),
            takes: 5,
            left: 1,
            date: "2026-03-12".parse().unwrap(),
            country: "GB".into(),
        };
        assert_eq!(
            late.words(false),
            "too late for Docking station: 5 working days of lead time, 1 left until 2026-03-12 (GB)"
        );
        assert_eq!(late.words(true), "“扩展坞”办理需 5 个工作日，距 2026-03-12 只剩 1 个（GB）");
        assert_eq!(reasons(&[late.clone(), late], false).len(), 1);
    }
}
