//! Figures against sums by hand.

use super::compare::{compare, print};
use super::figures::{Figures, report};
use super::row::Row;
use super::score::{Count, Scored, score};
use super::*;
use crate::contract::Understanding;
use crate::understand::labels;
use serde_json::{Value, json};

const TEXT: &str = "Ann Lee joins Finance on 16 March and needs a laptop.";

fn person(name: &str, at: usize) -> Value {
    json!({"kind": "onboarding", "operation": "create", "names": [[at, at + name.chars().count(), "name"]],
        "spans": [[14, 21, "dept", null], [25, 33, "start", "2026-03-16"], [46, 52, "grant", null]]})
}

fn labelled(id: &str, text: &str, people: Value) -> Labelled {
    let line = json!({"id": id, "language": "en", "channel": "chat", "received_at": "2026-03-10T09:00:00Z",
        "text": text, "category": "onboarding", "people": people});
    labels::parse(&line.to_string()).unwrap()
}

fn field(value: &str, confidence: f64, start: usize, end: usize) -> Value {
    json!({"value": value, "confidence": confidence, "evidence": [{"start": start, "end": end, "quote": "-"}]})
}

fn need(words: &str, confidence: f64, start: usize, end: usize) -> Value {
    json!({"action": "grant", "category": "device", "text": words, "catalog_id": null, "confidence": confidence,
        "evidence": [{"start": start, "end": end, "quote": "-"}]})
}

/// Ann's request as a perfect reader gives it.
fn ann() -> Value {
    json!({"kind": "onboarding", "operation": "create", "person": {"name": field("Ann Lee", 0.9, 0, 7)},
        "department": field("Finance", 0.8, 14, 21), "start_date": field("2026-03-16", 0.9, 25, 33),
        "needs": [need("laptop", 0.7, 46, 52)]})
}

fn reading(requests: Value) -> Understanding {
    serde_json::from_value(json!({"schema": "muster.understanding/v1",
        "message": {"id": "m", "channel": "chat", "received_at": "2026-03-10T09:00:00Z", "language": "en",
            "from": null, "subject": null, "text": TEXT},
        "triage": {"category": "onboarding", "confidence": 0.9, "priority": "P3", "assignee_group": null,
            "missing": [], "flags": ["unverified_sender"]},
        "requests": requests}))
    .unwrap()
}

fn of_ann(requests: Value) -> Scored {
    score(&labelled("ann", TEXT, json!([person("Ann Lee", 0)])), &reading(requests))
}

fn count(scored: &Scored, row: Row) -> (u64, u64, u64) {
    let c = scored.counts.get(&row).copied().unwrap_or_default();
    (c.right, c.read, c.labelled)
}

fn near(value: Option<f64>, want: f64) -> bool {
    value.is_some_and(|v| (v - want).abs() < 1e-9)
}

#[test]
fn what_is_read_as_labelled_is_wholly_right() {
    let got = of_ann(json!([ann()]));
    assert!(got.whole());
    assert_eq!(got.fields(), Count { right: 4, read: 4, labelled: 4, placed: 4, exact: 4 });
    assert_eq!((count(&got, Row::Request), got.operations), ((1, 1, 1), (1, 1)));
    assert!(got.sure.iter().all(|s| s.right) && got.sure.len() == 5, "four values and the category");
    assert_eq!(worst::weight(&got), 0.0);
}

#[test]
fn a_wrong_date_costs_precision_and_recall() {
    let mut request = ann();
    request["start_date"] = field("2026-03-17", 0.9, 25, 33);
    let got = of_ann(json!([request]));
    assert_eq!(count(&got, Row::StartDate), (0, 1, 1));
    let figures = Figures::from(got.fields());
    assert!(near(figures.f1, 0.75) && near(figures.precision, 0.75) && near(figures.recall, 0.75));
    assert!(!got.whole());
    let wrong: Vec<_> = got.sure.iter().filter(|s| !s.right).map(|s| s.row).collect();
    assert_eq!(wrong, [Some(Row::StartDate)]);
    // An error, and how surely it was said.
    assert!((worst::weight(&got) - 1.4).abs() < 1e-6);
}

#[test]
fn an_extra_need_costs_precision_alone() {
    let mut request = ann();
    request["needs"] = json!([need("laptop", 0.7, 44, 52), need("badge", 0.6, 34, 37)]);
    let got = of_ann(json!([request]));
    let grant = Figures::from(got.counts[&Row::Grant]);
    assert!(near(grant.precision, 0.5) && near(grant.recall, 1.0) && near(grant.f1, 2.0 / 3.0));
    assert!(near(Figures::from(got.fields()).f1, 8.0 / 9.0), "2 * 4 / (5 + 4)");
    assert!(near(grant.exact_span, 0.0), "'a laptop' is not exactly 'laptop'");
}

#[test]
fn a_missing_request_costs_all_its_values() {
    let text = format!("{TEXT} So does Bo Fox.");
    let two = labelled("two", &text, json!([person("Ann Lee", 0), person("Bo Fox", 62)]));
    let got = score(&two, &reading(json!([ann()])));
    assert_eq!((count(&got, Row::Request), count(&got, Row::Operation)), ((1, 1, 2), (1, 1, 2)));
    assert_eq!((count(&got, Row::Name), count(&got, Row::Grant)), ((1, 1, 2), (1, 1, 2)));
    let figures = Figures::from(got.fields());
    assert!(near(figures.precision, 1.0) && near(figures.recall, 0.5) && near(figures.f1, 2.0 / 3.0));
    assert_eq!(got.operations, (1, 1), "of found requests");

    let none = score(&two, &reading(json!([])));
    assert_eq!((none.fields().right, none.fields().labelled, count(&none, Row::Request)), (0, 8, (0, 0, 2)));
    let extra = score(&labelled("none", TEXT, json!([])), &reading(json!([ann()])));
    assert_eq!((extra.fields().read, extra.fields().labelled, count(&extra, Row::Request)), (4, 0, (0, 1, 0)));
}

#[test]
fn requests_are_paired_by_name_whatever_their_order() {
    let text = format!("{TEXT} So does Bo Fox.");
    let two = labelled("two", &text, json!([person("Bo Fox", 62), person("Ann Lee", 0)]));
    let mut bo = ann();
    bo["person"]["name"] = field("Bo Fox", 0.9, 62, 68);
    bo["operation"] = "amend".into();
    let got = score(&two, &reading(json!([ann(), bo])));
    assert_eq!((count(&got, Row::Name), count(&got, Row::Operation)), ((2, 2, 2), (1, 2, 2)));
    // A wrong name is one error, and no reason to hold no value against any.
    let mut other = ann();
    other["person"]["name"] = field("Al Roe", 0.9, 60, 61);
    let got = of_ann(json!([other]));
    assert_eq!((count(&got, Row::Name), count(&got, Row::Request)), ((0, 1, 1), (0, 1, 1)));
    assert_eq!(count(&got, Row::Department), (1, 1, 1));
}

#[test]
fn a_thing_said_twice_is_one_and_an_unwanted_one_is_counted() {
    let mut twice = person("Ann Lee", 0);
    let text = format!("{TEXT} A laptop, no phone.");
    twice["spans"].as_array_mut().unwrap().extend([json!([56, 62, "grant", null]), json!([67, 72, "not", null])]);
    let line = labelled("twice", &text, json!([twice]));
    let got = score(&line, &reading(json!([ann()])));
    assert_eq!((count(&got, Row::Grant), got.unwanted), ((1, 1, 1), (1, 0)));
    let mut request = ann();
    request["needs"] = json!([need("laptop", 0.7, 46, 52), need("phone", 0.6, 67, 72)]);
    let got = score(&line, &reading(json!([request])));
    assert_eq!((count(&got, Row::Grant), got.unwanted), ((1, 2, 1), (1, 1)));
}

#[test]
fn sums_stand_by_language_and_category_and_floors_hold_them() {
    let mut wrong = ann();
    wrong["start_date"] = field("2026-03-17", 0.9, 25, 33);
    let mut chinese = of_ann(json!([wrong]));
    chinese.language = crate::contract::Language::Zh;
    chinese.said = crate::contract::Category::Access;
    let got = report("symbols".into(), &[of_ann(json!([ann()])), chinese]);
    let names: Vec<&str> = got.parts.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names, ["en", "zh", "all"]);
    let all = got.all().unwrap();
    assert!(near(all.all.f1, 14.0 / 16.0) && near(all.category.value(), 0.5) && near(all.whole.value(), 0.5));
    assert_eq!(got.confusion["onboarding"]["access"], 1);
    assert!(near(got.parts[1].by_category["onboarding"].all.f1, 0.75));
    assert_eq!(all.flags.f1, None, "unverified_sender is no flag of the words");

    assert!(near(got.figure("f1").flatten(), 0.875) && near(got.figure("zh.start_date").flatten(), 0.0));
    assert!(near(got.figure("en.needs.grant").flatten(), 1.0) && got.figure("mood").is_none());
    let floors = [("f1".into(), 0.875), ("zh.f1".into(), 0.8), ("flags".into(), 0.1)];
    assert_eq!(
        below(&got, &floors),
        ["zh.f1 is 0.7500, the floor is 0.8", "flags could not be measured, the floor is 0.1"]
    );
    let table = table::print(&got);
    assert!(
        table.contains("\nstart_date       | 1.000 1.000 1.000 1.000     1 | 0.000 0.000 0.000     -     1 | 0.500"),
        "{table}"
    );
}

#[test]
fn the_worst_message_shows_its_text_with_marks() {
    let mut request = ann();
    request["start_date"] = field("2026-03-17", 0.9, 22, 33);
    request["needs"] = json!([]);
    let line = labelled("ann", &TEXT.replace(" and", "\u{1b}and"), json!([person("Ann Lee", 0)]));
    let scored = score(&line, &reading(json!([request])));
    let fine = of_ann(json!([ann()]));
    assert_eq!(worst::pick(&[fine.clone(), scored.clone(), fine], 5), [1], "only messages with an error");
    let plain = worst::show(&line, &scored, worst::Paint(false));
    insta::assert_snapshot!(plain, @r"
    ann  en  received 2026-03-10T09:00:00+00:00  onboarding
      | [3 Ann Lee] joins [5 Finance] {4 on [4 16 March]}·and needs a [6 laptop].
        1 ok     request: onboarding of Ann Lee
        2 ok     operation: create
        3 ok     name: Ann Lee (0.90)
        4 WRONG  start_date: read 2026-03-17 (0.90), labelled 2026-03-16
        5 ok     department: Finance (0.80)
        6 MISSED needs.grant: labelled laptop
    ");
    // Two people share their words: one mark with both numbers.
    let two = labelled("two", TEXT, json!([person("Ann Lee", 0), person("Ann Lee", 0)]));
    let shown = worst::show(&two, &score(&two, &reading(json!([]))), worst::Paint(false));
    assert!(shown.contains("[4,9 Finance]"), "{shown}");
    let coloured = worst::show(&line, &scored, worst::Paint(true));
    assert!(coloured.contains("\u{1b}[31m    4 WRONG") && !coloured.contains("\u{1b}and"), "{coloured}");
}

#[test]
fn a_better_reader_is_told_from_an_equal_one() {
    let lines: Vec<Labelled> = (0..40).map(|i| labelled(&i.to_string(), TEXT, json!([person("Ann Lee", 0)]))).collect();
    let mut wrong = ann();
    wrong["start_date"] = field("2026-03-17", 0.9, 25, 33);
    let good: Vec<Scored> = (0..40).map(|_| of_ann(json!([ann()]))).collect();
    let poor: Vec<Scored> = (0..40).map(|i| of_ann(if i % 4 == 0 { json!([wrong]) } else { json!([ann()]) })).collect();
    let with = |scored: &[Scored]| report("r".into(), scored);
    let same = compare(&lines, (with(&poor), &poor), (with(&poor), &poor));
    assert_eq!((same.differences[0].sentence().as_str(), same.worse.len()), ("A and B are equal", 0));

    // Ten of 160 values are wrong: F1 0.9375.
    let better = compare(&lines, (with(&poor), &poor), (with(&good), &good));
    let d = &better.differences[0];
    assert!((d.difference - 0.0625).abs() < 1e-9 && d.low > 0.02 && d.low < 0.0625 && d.high > 0.0625 && d.high < 0.11);
    assert!(d.sentence().starts_with("B is better by 0.06") && !d.sentence().contains("chance"), "{}", d.sentence());
    assert!(better.worse.is_empty());

    let worse = compare(&lines, (with(&good), &good), (with(&poor), &poor));
    let text = print(&worse);
    assert!(
        text.contains("  en: B is worse by 0.06") && text.contains("  en start_date: 1.000 to 0.750 (-0.250)"),
        "{text}"
    );
    // One skeleton: one draw, and so no other outcome than the one there is.
    let mut one = lines;
    one.iter_mut().for_each(|m| m.skeleton = Some("en-a-001".into()));
    let d = compare(&one, (with(&poor), &poor), (with(&good), &good)).differences.remove(0);
    assert_eq!((d.low, d.high), (d.difference, d.difference));
}

#[test]
fn a_sample_is_the_same_each_time_and_in_order() {
    let lines: Vec<Labelled> = (0..50).map(|i| labelled(&i.to_string(), TEXT, json!([]))).collect();
    let ids = |lines: Vec<Labelled>| lines.iter().map(|l| l.id.parse::<u32>().unwrap()).collect::<Vec<_>>();
    let drawn = ids(sample(lines.clone(), 10));
    assert!(drawn.len() == 10 && drawn.is_sorted() && drawn != (0..10).collect::<Vec<_>>(), "{drawn:?}");
    assert_eq!(drawn, ids(sample(lines.clone(), 10)));
    assert_eq!(ids(sample(lines, 99)).len(), 50);
}

#[test]
fn the_diagram_is_whole_xml_with_words_for_who_cannot_see_it() {
    let mut got = report("a<b & \u{7}c".into(), &[of_ann(json!([ann()]))]);
    got.parts[0].name = "zh".into();
    let svg = diagram::draw(&got);
    let mut reader = quick_xml::Reader::from_str(&svg);
    let mut circles = 0;
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Start(e) if e.name().as_ref() == "circle" => circles += 1,
            quick_xml::events::Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(circles, 3, "0.7, 0.8 and 0.9 were said");
    assert!(svg.contains("<desc id=\"desc\">Read by a&lt;b &amp; c. Chinese: calibration error 0."), "{svg}");
    assert!(svg.contains("prefers-color-scheme:dark"));
}
