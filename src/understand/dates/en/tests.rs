//! The cases of `fixtures/dates/en.toml`, and what must hold of any text.

use super::super::command::form;
use super::super::{DayOrder, Engine, Found, Lang, Settings, Unit, Value};
use chrono::{DateTime, Datelike, FixedOffset};
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Fixture {
    group: Vec<Group>,
    readings: Vec<Group>,
    conflict: Vec<Group>,
    duration: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    about: String,
    at: String,
    order: Option<String>,
    country: Option<String>,
    fiscal: Option<u32>,
    cases: Vec<Vec<String>>,
}

impl Group {
    fn found(&self, text: &str) -> Found {
        let settings = Settings {
            day_order: match self.order.as_deref() {
                Some("day") => DayOrder::DayFirst,
                Some("month") => DayOrder::MonthFirst,
                _ => DayOrder::Auto,
            },
            country: self.country.clone().unwrap_or_default(),
            fiscal_year_start: self.fiscal.unwrap_or(1),
            ..Settings::default()
        };
        let at = DateTime::parse_from_rfc3339(&self.at).unwrap();
        let found = Engine::new(settings).find(text, Lang::En, at);
        valid(text, &found);
        found
    }
}

fn fixture() -> Fixture {
    toml::from_str(include_str!("../../../../fixtures/dates/en.toml")).unwrap()
}

/// Runs `of` over every case and shows all that differ at once.
fn compare(groups: &[Group], of: impl Fn(&Group, &[String]) -> Option<String>) -> usize {
    let (mut wrong, mut all) = (Vec::new(), 0);
    for group in groups {
        for case in &group.cases {
            all += 1;
            if let Some(got) = of(group, case) {
                wrong.push(format!("{}: {:?} gave {got}", group.about, case));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {all} cases differ:\n{}", wrong.len(), wrong.join("\n"));
    all
}

#[test]
fn every_case_reads_as_written() {
    let all = compare(&fixture().group, |group, case| {
        let (text, want) = case.split_first().unwrap();
        let got: Vec<String> = group.found(text).mentions.iter().map(|m| form(&m.readings[0].value)).collect();
        (got != want).then(|| format!("{got:?}"))
    });
    assert!(all >= 250, "{all}");
}

#[test]
fn other_readings_stand_behind_the_first() {
    compare(&fixture().readings, |group, case| {
        let found = group.found(&case[0]);
        let got: Vec<String> = found.mentions.iter().flat_map(|m| &m.readings).map(|r| form(&r.value)).collect();
        let good = got.first() == case.get(1) && case[1..].iter().all(|c| got.contains(c)) && found.mentions.len() == 1;
        (!good).then(|| format!("{got:?}"))
    });
}

#[test]
fn a_weekday_that_disagrees_is_flagged() {
    compare(&fixture().conflict, |group, case| {
        let found = group.found(&case[0]);
        let flagged = found.mentions.first().filter(|m| m.conflict).map(|m| form(&m.readings[0].value));
        (flagged.clone().unwrap_or_default() != case[1]).then(|| format!("{flagged:?}"))
    });
}

#[test]
fn lengths_that_stand_alone() {
    compare(&fixture().duration, |group, case| {
        let found = group.found(&case[0]);
        let got: Vec<String> = found
            .durations
            .iter()
            .map(|d| {
                let unit = match d.unit {
                    Unit::Day => "day",
                    Unit::WorkingDay => "working day",
                    Unit::Week => "week",
                    Unit::Month => "month",
                    Unit::Year => "year",
                };
                format!("{} {unit}{}", d.amount, if d.amount == 1 { "" } else { "s" })
            })
            .collect();
        (got != case[1..] || !found.mentions.is_empty()).then(|| format!("{got:?} {:?}", found.mentions))
    });
}

#[test]
fn times_become_instants_in_the_senders_offset() {
    let at = |text: &str| {
        let reference = DateTime::parse_from_rfc3339("2026-03-03T09:30:00+01:00").unwrap();
        match Engine::default().find(text, Lang::En, reference).mentions.first().map(|m| m.readings[0].value.clone()) {
            Some(Value::Instant(t)) => t.to_rfc3339(),
            other => format!("{other:?}"),
        }
    };
    for (text, want) in [
        ("COB Friday", "2026-03-06T17:00:00+01:00"),
        ("by close of business on Friday", "2026-03-06T17:00:00+01:00"),
        ("Friday at noon", "2026-03-06T12:00:00+01:00"),
        ("at 14:00 on Monday", "2026-03-09T14:00:00+01:00"),
        ("on 16 March at 9.30 am", "2026-03-16T09:30:00+01:00"),
        ("16 March 2026 17:45", "2026-03-16T17:45:00+01:00"),
        ("tomorrow at 5", "2026-03-04T17:00:00+01:00"),
        ("tomorrow morning at 7", "2026-03-04T07:00:00+01:00"),
        ("tomorrow 9am PST", "2026-03-04T09:00:00-08:00"),
        ("Thursday 9 am (BST)", "2026-03-05T09:00:00+01:00"),
        ("in 2 hours", "2026-03-03T11:30:00+01:00"),
        ("immediately", "2026-03-03T09:30:00+01:00"),
        ("EOD tomorrow", "2026-03-04T17:00:00+01:00"),
    ] {
        assert_eq!(at(text), want, "{text}");
    }
}

#[test]
fn derivations_can_be_shown_to_a_person() {
    let reference = DateTime::parse_from_rfc3339("2026-03-03T09:30:00+01:00").unwrap();
    let found = Engine::default().find("She starts next Friday.", Lang::En, reference);
    let shown: Vec<&str> = found.mentions[0].readings.iter().map(|r| r.derivation.as_str()).collect();
    assert_eq!(
        shown,
        [
            "'next Friday' + sent Tue 3 Mar 2026 → Fri 13 Mar 2026 (of next week)",
            "'next Friday' + sent Tue 3 Mar 2026 → Fri 6 Mar 2026 (the nearest ahead)",
        ]
    );
}

/// Spans on character boundaries, in order, apart; readings ranked, real, and of the years that count.
fn valid(text: &str, found: &Found) {
    let mut last = 0;
    for m in &found.mentions {
        assert!(m.span.start >= last && m.span.start < m.span.end, "{text:?} {m:?}");
        assert!(text.get(m.span.clone()).is_some(), "{text:?} {m:?}");
        last = m.span.end;
        assert!(!m.readings.is_empty());
        let sum: f32 = m.readings.iter().map(|r| r.probability).sum();
        assert!(sum <= 1.001 && m.readings.iter().all(|r| r.probability > 0.0), "{text:?} {m:?}");
        assert!(m.readings.windows(2).all(|w| w[0].probability >= w[1].probability), "{text:?} {m:?}");
        for r in &m.readings {
            let days = match r.value {
                Value::Day(d) | Value::From(d) | Value::Until(d) => [d, d],
                Value::Range(a, b) => [a, b],
                Value::Instant(t) => [t.date_naive(), t.date_naive()],
            };
            assert!(days[0] <= days[1], "{text:?} {m:?}");
            assert!(days.iter().all(|d| (1899..=2201).contains(&d.year())), "{text:?} {m:?}");
            assert!(!r.derivation.is_empty());
        }
    }
    let mut last = 0;
    for d in &found.durations {
        assert!(d.span.start >= last && text.get(d.span.clone()).is_some() && d.amount > 0, "{text:?} {d:?}");
        last = d.span.end;
    }
}

/// What makes the rules work hardest: expressions that promise to go on.
const HARD: &[&str] = &[
    "3 days after ",
    "the first Monday of ",
    "the closest Monday to ",
    "from 3 ",
    "1/1/1",
    "2026-",
    "twenty ",
    "end of ",
    "end of the week of ",
    "two thousand and ",
    "a.a.",
    "Monday, ",
    "the Monday after ",
    "next ",
    "in a ",
    "5 to 6 ",
    "'",
    "a",
    "9",
    "every other ",
    "from the 3rd to ",
    "18 and 19 ",
    "first week of ",
    "Christmas in 3 years ",
    "week of the day before ",
    "é",
];

/// What was found, and the looks at tokens that it took.
fn work(text: &str) -> (Found, u64) {
    let at = DateTime::parse_from_rfc3339("2026-03-03T09:30:00+01:00").unwrap();
    super::parse::WORK.with(|w| w.set(0));
    let found = Engine::default().find(text, Lang::En, at);
    (found, super::parse::WORK.with(|w| w.get()))
}

#[test]
fn work_grows_with_the_text_and_no_faster() {
    for part in HARD {
        let small = part.repeat(20_000 / part.len());
        let large = part.repeat(200_000 / part.len());
        let (a, b) = (work(&small).1, work(&large).1);
        assert!(b <= a * 11 + 1000, "{part:?}: {a} looks in 20 kB, {b} in 200 kB");
        // The worst today is 73 looks at a token for each byte of text.
        assert!(b / (large.len() as u64) < 150, "{part:?}: {b}");
    }
}

#[test]
fn ten_mebibytes_are_read() {
    let line =
        "She starts on Monday 16 March 2026. ".to_owned() + &"Please see that her desk is ready. ".repeat(30) + "\n";
    let text = line.repeat((10 << 20) / line.len() + 1);
    let (found, looks) = work(&text);
    assert!(looks / (text.len() as u64) < 5);
    assert_eq!(found.mentions.len(), text.len() / line.len());
    assert!(found.mentions.iter().all(|m| form(&m.readings[0].value) == "2026-03-16"));
}

#[test]
fn texts_in_two_languages_are_read_in_both() {
    let at = DateTime::parse_from_rfc3339("2026-03-03T09:30:00+08:00").unwrap();
    for (lang, text, want) in [
        (Lang::Zh, "王伟3月16日入职，laptop by next Friday please", ["2026-03-16", "2026-03-13"]),
        (Lang::En, "王伟 starts 16 March, 下周五 last day", ["2026-03-16", "2026-03-13"]),
        (Lang::En, "Please onboard 王伟 on 18/08/2026; handover 3月20日", ["2026-08-18", "2026-03-20"]),
    ] {
        let found = Engine::default().find(text, lang, at);
        valid(text, &found);
        let got: Vec<String> = found.mentions.iter().map(|m| form(&m.readings[0].value)).collect();
        assert_eq!(got, want, "{text}");
    }
}

#[test]
fn the_compiled_words_are_small() {
    // The issue allows the engine 10 MiB.
    let bytes = super::super::table_bytes();
    assert!((100_000..4 << 20).contains(&bytes), "{bytes}");
}

/// Words of the grammar, so that random texts come close to dates.
const PARTS: &[&str] = &[
    "the ",
    "first ",
    "3rd ",
    "Monday ",
    "fri",
    "March ",
    "may ",
    "2026",
    "12",
    "31",
    "/",
    "-",
    ".",
    ",",
    " ",
    ":",
    "next ",
    "last ",
    "week ",
    "days ",
    "month ",
    "of ",
    "in ",
    "from ",
    "to ",
    "until ",
    "after ",
    "before ",
    "ago ",
    "end ",
    "working ",
    "day ",
    "a ",
    "two ",
    "twenty ",
    "and ",
    "between ",
    "at ",
    "5pm",
    "noon ",
    "Easter ",
    "year ",
    "w/c ",
    "Q3 ",
    "half ",
    "past ",
    "'",
    "16",
    "9999999999",
    "00",
    "tomorrow ",
    "today ",
    "now ",
    "every ",
    "closest ",
    "thousand ",
    "hundred ",
    "\n",
    "é",
    "日",
    "下周五",
    "’",
    "１６",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_gives_valid_spans(text in "\\PC{0,200}") {
        let at: DateTime<FixedOffset> = DateTime::parse_from_rfc3339("2026-03-03T09:30:00+01:00").unwrap();
        valid(&text, &Engine::default().find(&text, Lang::En, at));
    }

    #[test]
    fn texts_near_dates_give_valid_spans(parts in prop::collection::vec(prop::sample::select(PARTS), 0..40), year in 1900i32..2200, ordinal in 1u32..365) {
        let text = parts.concat();
        let day = chrono::NaiveDate::from_yo_opt(year, ordinal).unwrap();
        let at = day.and_hms_opt(23, 59, 59).unwrap().and_local_timezone(FixedOffset::east_opt(50_400).unwrap()).unwrap();
        valid(&text, &Engine::default().find(&text, Lang::En, at));
    }
}
