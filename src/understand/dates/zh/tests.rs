//! The cases of `fixtures/dates/zh.toml`, and what holds for any text.

use super::*;
use crate::understand::dates::{Bound, Unit, Value};
use chrono::Datelike;
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Fixture {
    group: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    name: String,
    now: String,
    #[serde(default)]
    country: String,
    cases: Vec<Vec<String>>,
}

fn at(s: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(s).unwrap()
}

fn value(v: &Value) -> String {
    match v {
        Value::Day(d) => d.to_string(),
        Value::Instant(t) => t.format("%Y-%m-%dT%H:%M").to_string(),
        Value::Range(a, b) => format!("{a}/{b}"),
        Value::From(a) => format!("{a}/.."),
        Value::Until(b) => format!("../{b}"),
    }
}

/// What was found, in the words of the fixture; `wants` tells how many readings are compared.
fn said(text: &str, found: &Found, wants: &[String]) -> Vec<String> {
    let mut mentions: Vec<(usize, String)> = Vec::new();
    for m in &found.mentions {
        let words = &text[m.span.clone()];
        let asked =
            wants.iter().find(|w| w.starts_with(&format!("{words} ="))).map_or(1, |w| w.matches('|').count() + 1);
        let mut values: Vec<String> = m.readings.iter().take(asked).map(|r| value(&r.value)).collect();
        if values.len() < asked {
            values.push("nothing more".into());
        }
        let bound = match m.bound {
            Bound::On => "",
            Bound::By => " by",
            Bound::Before => " before",
            Bound::From => " from",
            Bound::Until => " until",
            Bound::After => " after",
        };
        let conflict = if m.conflict { " !" } else { "" };
        mentions.push((m.span.start, format!("{words} = {}{bound}{conflict}", values.join(" | "))));
    }
    for d in &found.durations {
        let unit = match d.unit {
            Unit::Day => "day",
            Unit::WorkingDay => "working_day",
            Unit::Week => "week",
            Unit::Month => "month",
            Unit::Year => "year",
        };
        mentions.push((d.span.start, format!("~ {} = {} {unit}", &text[d.span.clone()], d.amount)));
    }
    mentions.sort();
    mentions.into_iter().map(|(_, s)| s).collect()
}

#[test]
fn every_case_of_the_fixture_is_read_so() {
    let fixture: Fixture = toml::from_str(include_str!("../../../../fixtures/dates/zh.toml")).unwrap();
    let mut wrong = Vec::new();
    let mut cases = 0;
    for group in &fixture.group {
        let settings = Settings { country: group.country.clone(), ..Settings::default() };
        for case in &group.cases {
            let (text, wants) = case.split_first().unwrap();
            cases += 1;
            let got = said(text, &find(text, at(&group.now), &settings), wants);
            if got != wants {
                wrong.push(format!("{}: {text}\n    want {wants:?}\n    got  {got:?}", group.name));
            }
        }
    }
    assert!(cases >= 200, "{cases} cases");
    assert!(wrong.is_empty(), "{} of {cases} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_derivation_is_a_sentence_that_a_person_can_check() {
    let found = find("下周五入职", at("2026-03-03T09:00:00+08:00"), &Settings::default());
    let derivation = &found.mentions[0].readings[0].derivation;
    assert_eq!(derivation, "'下周五' + sent Tue 3 Mar 2026 → Fri 13 Mar 2026");
}

/// The looks at characters and words that a text takes.
fn work(text: &str) -> u64 {
    super::reader::WORK.with(|w| w.set(0));
    find(text, at("2026-03-03T09:00:00+08:00"), &Settings::default());
    super::reader::WORK.with(|w| w.get())
}

#[test]
fn work_grows_with_the_text_and_no_faster() {
    // Long runs of what begins an expression must not be read again from each of their characters.
    for unit in [
        "一",
        "1",
        "3月",
        "下",
        "1-",
        "2026-",
        "2026",
        "从",
        "第",
        "每",
        "周五",
        "3月1日至",
        "初",
        "前",
        "大",
        "年",
        "国",
        "卡尔",
        "国庆",
        "国庆后的",
        "两年后的",
        "感恩节2018",
        "春节前3天",
        "·",
        "·卡",
    ] {
        let small = unit.repeat(20_000 / unit.len());
        let large = unit.repeat(200_000 / unit.len());
        let (a, b) = (work(&small), work(&large));
        assert!(b <= a * 11 + 1000, "{unit}: {a} looks in 20 kB, {b} in 200 kB");
    }
}

#[test]
fn mebibytes_are_read_in_time_that_grows_with_them() {
    let line = "王伟3月16日入职，请在下周五前开通邮箱，国庆后第一个工作日领取电脑。".to_owned()
        + &"其他事项请与部门同事联系，谢谢。".repeat(20)
        + "\n";
    let of = |mib: usize| work(&line.repeat((mib << 20) / line.len()));
    let (a, b) = (of(1), of(4));
    assert!(b <= a * 9 / 2, "{a} looks in 1 MiB, {b} in 4 MiB");
}

proptest! {
    #[test]
    fn any_text_gives_valid_spans_and_days(
        s in "[0-9一二三十廿年月日号周星期天上下后前内至到起个半的第每初农历腊正民国庆春节令和大末,.:/() -]{0,40}",
    ) {
        let found = find(&s, at("2026-03-03T09:00:00+08:00"), &Settings::default());
        let mut last = 0;
        for m in &found.mentions {
            prop_assert!(s.get(m.span.clone()).is_some_and(|w| !w.is_empty()));
            prop_assert!(m.span.start >= last);
            last = m.span.end;
            prop_assert!(!m.readings.is_empty());
            prop_assert!(m.readings.iter().map(|r| r.probability).sum::<f32>() <= 1.001);
            for r in &m.readings {
                let days = match r.value {
                    Value::Day(d) | Value::From(d) | Value::Until(d) => [d, d],
                    Value::Range(a, b) => [a, b],
                    Value::Instant(t) => [t.date_naive(), t.date_naive()],
                };
                prop_assert!(days[0] <= days[1] && days.iter().all(|d| (1899..=2201).contains(&d.year())), "{s:?} {m:?}");
            }
        }
        for d in &found.durations {
            prop_assert!(s.get(d.span.clone()).is_some_and(|w| !w.is_empty()));
            prop_assert!(d.amount > 0);
        }
    }

    #[test]
    fn any_reference_and_any_characters_do(s in "\\PC{0,60}", seconds in -62_000_000_000i64..250_000_000_000) {
        if let Some(t) = DateTime::from_timestamp(seconds, 0) {
            find(&s, t.fixed_offset(), &Settings::default());
            find("下周五 三个月后 国庆后第一个工作日 2月29日 每月15日 初八 节后 未来3660年", t.fixed_offset(), &Settings::default());
        }
    }
}
