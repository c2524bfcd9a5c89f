//! Priority: working days from receipt to the date that a request turns on.

use crate::calendar::Calendar;
use crate::contract::{Category, Kind, Priority, Reason, Request};
use chrono::{DateTime, FixedOffset, NaiveDate};

/// Working days that P2 and P3 reach to, inclusive (contract).
const P2_DAYS: i32 = 5;
const P3_DAYS: i32 = 10;

pub struct Urgency {
    pub priority: Priority,
    pub reasons: Vec<String>,
}

/// The most urgent request decides.
pub fn of(
    requests: &[Request],
    category: Category,
    received_at: DateTime<FixedOffset>,
    calendar: &Calendar,
    chinese: bool,
) -> Urgency {
    let today = received_at.date_naive();
    let best = requests.iter().map(|r| of_one(r, today, calendar, chinese)).min_by_key(|(p, _)| *p);
    let (priority, reason) = best.unwrap_or_else(|| (Priority::P3, no_date(category, chinese)));
    let mut reasons = vec![reason];
    let last = requests.iter().filter_map(turns_on).max();
    if last.is_some_and(|d| !calendar.has_data_for(chrono::Datelike::year(&d))) {
        reasons.push(if chinese {
            format!("{} 的官方节假日数据不含该年份，按周末与推算的节日计算", calendar.country())
        } else {
            format!(
                "no official holidays of {} for that year: weekends and computed holidays were counted",
                calendar.country()
            )
        });
    }
    Urgency { priority, reasons }
}

fn of_one(request: &Request, today: NaiveDate, calendar: &Calendar, chinese: bool) -> (Priority, String) {
    let immediate = request.reason.as_ref().is_some_and(|r| r.value == Reason::Dismissal)
        && request.revoke_at.as_ref().is_some_and(|r| day_of(&r.value).is_some_and(|d| d <= today));
    if immediate {
        let words = if chinese { "立即生效的辞退" } else { "a dismissal with immediate effect" };
        return (Priority::P1, words.into());
    }
    let Some(date) = turns_on(request) else {
        return (Priority::P3, if chinese { "没有可依据的日期" } else { "no date is known" }.into());
    };
    let days = calendar.working_days_between(today, date);
    let priority = match days {
        _ if date <= today => Priority::P1,
        ..=1 => Priority::P1,
        2..=P2_DAYS => Priority::P2,
        d if d <= P3_DAYS => Priority::P3,
        _ => Priority::P4,
    };
    let country = calendar.country();
    let words = match (chinese, date.cmp(&today)) {
        (false, std::cmp::Ordering::Less) => format!("{date} has passed"),
        (false, std::cmp::Ordering::Equal) => format!("{date} is today"),
        (false, _) if days <= 1 => format!("{date} is no later than the next working day ({country})"),
        (false, _) => format!("{days} working days to {date} ({country})"),
        (true, std::cmp::Ordering::Less) => format!("{date} 已过"),
        (true, std::cmp::Ordering::Equal) => format!("{date} 就是今天"),
        (true, _) if days <= 1 => format!("{date} 不晚于下一个工作日（{country}）"),
        (true, _) => format!("距 {date} 还有 {days} 个工作日（{country}）"),
    };
    (priority, words)
}

/// The date that a request turns on: the start, or for a leaver the earlier of access end and last day.
pub fn turns_on(request: &Request) -> Option<NaiveDate> {
    let day = |f: &Option<crate::contract::DateField>| f.as_ref().and_then(|f| f.value.parse().ok());
    match request.kind {
        Kind::Offboarding => {
            let revoke = request.revoke_at.as_ref().and_then(|r| day_of(&r.value));
            revoke.into_iter().chain(day(&request.end_date)).min()
        }
        Kind::Access => {
            // A grant that only ends (access taken away, an extension) turns on its end.
            let revoke = request.revoke_at.as_ref().and_then(|r| day_of(&r.value));
            day(&request.start_date).or(revoke).or_else(|| day(&request.end_date))
        }
        Kind::Onboarding | Kind::Transfer => day(&request.start_date).or_else(|| day(&request.end_date)),
    }
}

/// The local day of an RFC 3339 instant.
fn day_of(instant: &str) -> Option<NaiveDate> {
    DateTime::parse_from_rfc3339(instant).ok().map(|d| d.date_naive())
}

fn no_date(category: Category, chinese: bool) -> String {
    let asks = super::asks_for_something(category);
    match (chinese, asks) {
        (false, true) => "no date is known",
        (false, false) => "nothing is due by a date",
        (true, true) => "没有可依据的日期",
        (true, false) => "没有到期事项",
    }
    .into()
}
