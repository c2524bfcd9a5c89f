//! Both forms of labelled lines, and the sentences for bad ones.

use super::*;
use crate::intake::Limits;
use serde_json::json;

fn filled() -> serde_json::Value {
    // 'Joiner' is the subject, 'Zoë' stands at 7 to 10; offsets count characters, not bytes.
    json!({
        "id": "en-1", "skeleton": "en-a-001", "language": "en", "channel": "mail", "from": "hr",
        "received_at": "2026-03-10T09:00:00+00:00", "subject_chars": 6,
        "text": "Joiner\nZoë Marsh joins on 16 March, hybrid. No phone.",
        "category": "onboarding", "flags": ["privileged_access"],
        "people": [{"kind": "onboarding", "operation": "create", "self": false,
            "names": [[7, 16, "name"]],
            "spans": [[26, 34, "start", "2026-03-16"], [36, 42, "wm", "hybrid"], [47, 52, "not", null]]}]
    })
}

fn corrected() -> serde_json::Value {
    let words = |start: usize, end: usize, quote: &str| json!([{"start": start, "end": end, "quote": quote}]);
    json!({
        "schema": "muster.understanding/v1",
        "message": {"id": "m1", "channel": "ticket", "received_at": "2026-03-10T09:00:00+08:00", "language": "zh",
            "from": "陈晓 <chen@firm.example>", "subject": "离职", "text": "离职\n陈晓女士3月27日离职，邮箱转给王芳。"},
        "triage": {"category": "offboarding", "confidence": 0.9, "priority": "P3", "assignee_group": null, "missing": [],
            "flags": ["needs_human", "suspected_fraud"]},
        "requests": [{"kind": "offboarding", "operation": "create",
            "person": {"name": {"value": "陈晓", "confidence": 0.9, "evidence": words(3, 7, "陈晓女士")}},
            "end_date": {"value": "2026-03-27", "confidence": 0.9, "evidence": words(7, 12, "3月27日")},
            "department": {"value": "财务部", "confidence": 1.0,
                "evidence": [{"source": "review", "start": 0, "end": 3, "quote": "财务部"}]},
            "location": {"value": "上海", "confidence": 1.0,
                "evidence": [{"source": "表.xlsx", "start": 90, "end": 92, "quote": "上海"}]},
            "needs": [{"action": "delegate", "category": "access", "text": "邮箱", "catalog_id": null, "to": "王芳",
                "confidence": 0.8, "evidence": words(15, 17, "邮箱")}]}]
    })
}

fn fault(line: &serde_json::Value) -> String {
    parse(&line.to_string()).unwrap_err().to_string()
}

#[test]
fn a_filled_skeleton_gives_its_spans_and_values() {
    let got = parse(&filled().to_string()).unwrap();
    assert_eq!((got.subject.as_deref(), got.skeleton.as_deref()), (Some("Joiner"), Some("en-a-001")));
    assert_eq!((got.category, got.flags), (Category::Onboarding, vec![Flag::PrivilegedAccess]));
    let person = &got.people[0];
    assert_eq!(person.names, [Name { span: Some(Span::new(7, 16)), part: Part::Name, words: "Zoë Marsh".into() }]);
    let labels: Vec<_> = person.labels.iter().map(|l| (l.key, l.value.clone())).collect();
    let day = NaiveDate::from_ymd_opt(2026, 3, 16);
    let not = (Key::Not, Value::Words("phone".into()));
    assert_eq!(labels, [(Key::Start, Value::Day(day)), (Key::WorkMode, Value::Mode(WorkMode::Hybrid)), not]);
}

#[test]
fn a_corrected_understanding_gives_its_evidence() {
    let got = parse(&corrected().to_string()).unwrap();
    assert_eq!((got.language, got.subject.as_deref()), (Language::Zh, Some("离职")));
    assert_eq!(got.flags, [Flag::SuspectedFraud], "needs_human follows from knowledge");
    let person = &got.people[0];
    assert!(person.writer);
    assert_eq!(person.names, [Name { span: Some(Span::new(3, 7)), part: Part::Name, words: "陈晓".into() }]);
    let labels: Vec<_> = person.labels.iter().map(|l| (l.key, l.span, l.value.clone())).collect();
    let words = |w: &str| Value::Words(w.into());
    assert_eq!(
        labels,
        [
            (Key::End, Some(Span::new(7, 12)), Value::Day(NaiveDate::from_ymd_opt(2026, 3, 27))),
            (Key::Department, None, words("财务部")),
            (Key::Delegate, Some(Span::new(15, 17)), words("邮箱")),
            (Key::To, None, words("王芳")),
        ],
        "a typed value stands in no text; an attachment's words are not in the line"
    );
}

#[test]
fn the_message_keeps_the_labelled_offsets() {
    for line in [filled(), corrected()] {
        let labelled = parse(&line.to_string()).unwrap();
        let message = labelled.message(&Limits::default());
        assert_eq!(message.text.raw(), labelled.text.raw());
        assert_eq!((message.subject.as_deref(), message.channel), (labelled.subject.as_deref(), labelled.channel));
        assert_eq!(message.segments.len(), 2);
    }
    // Intake would cut this signature off.
    let mut signed = filled();
    let text = format!("{}\n-- \nJo Field\nHR, +44 20 7946 0000", signed["text"].as_str().unwrap());
    signed["text"] = text.clone().into();
    let message = parse(&signed.to_string()).unwrap().message(&Limits::default());
    assert_eq!(message.text.raw(), text);
}

#[test]
fn faults_say_where_and_what() {
    let with = |path: &str, value: serde_json::Value| {
        let mut line = filled();
        *line.pointer_mut(path).unwrap() = value;
        fault(&line)
    };
    insta::assert_snapshot!(with("/people/0/spans/0/1", 99.into()), @"people[0].spans[0]: 26 to 99 is no stretch of words of the text, which has 53 characters");
    insta::assert_snapshot!(with("/people/0/names/0/1", 7.into()), @"people[0].names[0]: 7 to 7 is no stretch of words of the text, which has 53 characters");
    insta::assert_snapshot!(with("/people/0/spans/0/3", "16 March".into()), @r#"people[0].spans[0]: the value is "16 March"; it must be a day like 2026-03-16, or null"#);
    insta::assert_snapshot!(with("/people/0/spans/1/3", serde_json::Value::Null), @"people[0].spans[1]: the value is null; it must be onsite, remote or hybrid");
    insta::assert_snapshot!(with("/subject_chars", 5.into()), @"`subject_chars` is 5, but character 5 of the text is no line break");
    let unknown = with("/people/0/spans/1/2", "mood".into());
    assert!(
        unknown.starts_with("this is no labelled message: unknown variant `mood`, expected one of `start`"),
        "{unknown}"
    );

    let mut line = corrected();
    line["requests"][0]["end_date"]["evidence"][0]["quote"] = "3月28日".into();
    insta::assert_snapshot!(fault(&line), @r#"requests[0].end_date.evidence[0]: the text has "3月27日" at 7 to 12, not "3月28日""#);
    line["schema"] = "muster.understanding/v2".into();
    insta::assert_snapshot!(fault(&line), @r#"the schema is "muster.understanding/v2"; only "muster.understanding/v1" is known"#);
    insta::assert_snapshot!(parse("[").unwrap_err(), @"this is no labelled message: EOF while parsing a list at line 1 column 1");
}
