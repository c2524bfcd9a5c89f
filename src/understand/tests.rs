//! The whole understanding: messages in both languages, their requests, proof and bounds.

use super::dates::Settings;
use super::testing::{message, message_at};
use super::*;
use crate::contract::{Action, EmploymentType, Kind, Operation, Request};
use crate::message::{Attachment, Message, Text};
use std::time::{Duration, Instant};

fn read(message: &Message) -> Reading {
    Reader::new(Settings::default(), None).read(message)
}

fn requests(subject: &str, body: &str) -> Vec<Request> {
    read(&message(subject, body)).requests
}

fn name(r: &Request) -> &str {
    r.person.name.as_ref().map_or("", |n| n.value.as_str())
}

fn names(all: &[Request]) -> Vec<&str> {
    all.iter().map(name).collect()
}

fn value<T: Clone>(field: &Option<crate::contract::Field<T>>) -> Option<T> {
    field.as_ref().map(|f| f.value.clone())
}

fn day(field: &Option<crate::contract::DateField>) -> Option<&str> {
    field.as_ref().map(|f| f.value.as_str())
}

#[test]
fn one_joiner_in_prose() {
    let all = requests(
        "New starter",
        "Hi team,\n\nAda Lovelace joins us on Monday 16 March 2026 as Data Analyst in the Finance team in Leeds, reporting to Grace Hopper. She is permanent.\nPlease set up a laptop.\n\nThanks\nJo Sender",
    );
    assert_eq!(names(&all), ["Ada Lovelace"]);
    let r = &all[0];
    assert_eq!(r.kind, Kind::Onboarding);
    assert_eq!(day(&r.start_date), Some("2026-03-16"));
    assert_eq!(value(&r.job_title).as_deref(), Some("Data Analyst"));
    assert_eq!(value(&r.department).as_deref(), Some("Finance"));
    assert_eq!(value(&r.location).as_deref(), Some("Leeds"));
    assert_eq!(value(&r.manager).as_deref(), Some("Grace Hopper"));
    assert_eq!(value(&r.employment_type), Some(EmploymentType::FullTime));
    assert_eq!(r.needs.len(), 1);
}

#[test]
fn one_leaver_in_chinese() {
    let all = requests(
        "离职通知",
        "IT同事:\n\n测试部的王小明(工号E1024)因个人原因辞职,最后工作日3月20日,请收回笔记本电脑。\n\n人力资源部 李梅",
    );
    assert_eq!(names(&all), ["王小明"]);
    let r = &all[0];
    assert_eq!(r.kind, Kind::Offboarding);
    assert_eq!(day(&r.end_date), Some("2026-03-20"));
    assert_eq!(value(&r.person.employee_number).as_deref(), Some("E1024"));
    assert_eq!(value(&r.department).as_deref(), Some("测试部"));
    assert_eq!(r.needs.first().map(|n| n.action), Some(Action::Recover));
}

#[test]
fn rows_of_a_table_whatever_the_order_of_columns() {
    let all = requests(
        "New joiners",
        "Please find the joiners:\n\n| Start | Line manager | Name | Role |\n|---|---|---|---|\n| 2026-03-16 | Grace Hopper | Ada Lovelace | Buyer |\n| 2026-03-17 | Alan Turing | Mary Shelley | Planner |\n\nAll need a laptop.",
    );
    assert_eq!(names(&all), ["Ada Lovelace", "Mary Shelley"]);
    assert_eq!(value(&all[1].manager).as_deref(), Some("Alan Turing"));
    assert_eq!(day(&all[1].start_date), Some("2026-03-17"));
    assert!(all.iter().all(|r| r.needs.len() == 1));
}

#[test]
fn blocks_of_a_form_are_each_their_persons() {
    let all = requests(
        "入职申请",
        "姓名:王小明\n岗位:测试工程师\n入职日期:2026-03-16\n\n姓名:欧阳娜\n岗位:会计\n入职日期:2026-03-18\n直属上级:张伟",
    );
    assert_eq!(names(&all), ["王小明", "欧阳娜"]);
    assert_eq!(value(&all[0].job_title).as_deref(), Some("测试工程师"));
    assert_eq!(value(&all[0].manager), None);
    assert_eq!(value(&all[1].manager).as_deref(), Some("张伟"));
    assert_eq!(day(&all[1].start_date), Some("2026-03-18"));
}

#[test]
fn list_items_with_apposition_and_shared_facts() {
    let all = requests(
        "Two new starters",
        "Two people start on 16 March 2026, both permanent:\n\n- Ada Lovelace, data analyst\n- Mary Shelley, payroll clerk\n\nBoth need a badge.",
    );
    assert_eq!(names(&all), ["Ada Lovelace", "Mary Shelley"]);
    assert_eq!(value(&all[0].job_title).as_deref(), Some("data analyst"));
    assert_eq!(value(&all[1].job_title).as_deref(), Some("payroll clerk"));
    for r in &all {
        assert_eq!(day(&r.start_date), Some("2026-03-16"));
        assert_eq!(r.needs.len(), 1, "{:?}", r.needs);
    }
}

#[test]
fn an_attached_table_names_people() {
    let mut m = message("New starters", "Please set up the new starters in the attached list.");
    m.attachments.push(Attachment {
        name: "starters.csv".into(),
        media_type: "text/csv".into(),
        bytes: 60,
        sha256: String::new(),
        text: Some(Text::new(
            "Name\tStart date\tJob title\nAda Lovelace\t2026-03-16\tBuyer\nMary Shelley\t2026-03-17\tPlanner\n",
        )),
        note: None,
    });
    let all = read(&m).requests;
    assert_eq!(names(&all), ["Ada Lovelace", "Mary Shelley"]);
    let evidence = &all[0].start_date.as_ref().unwrap().evidence[0];
    assert_eq!(evidence.source.as_deref(), Some("starters.csv"));
}

#[test]
fn who_is_not_concerned() {
    let all = requests(
        "Leaver: Ada Lovelace",
        "Hi Tom,\n\nAda Lovelace leaves us on 20 March 2026. Please forward her mailbox to Mary Shelley. Grace Hopper is the line manager.\n\nKind regards\nAlan Turing\nHead of Payroll",
    );
    assert_eq!(names(&all), ["Ada Lovelace"]);
    assert_eq!(all[0].kind, Kind::Offboarding);
}

#[test]
fn the_sender_speaks_of_herself() {
    let all = requests(
        "My notice",
        "Dear all,\n\nI have decided to resign. My last day is 31 March 2026.\n\nKind regards\nJo Sender",
    );
    assert_eq!(names(&all), ["Jo Sender"]);
    assert_eq!(day(&all[0].end_date), Some("2026-03-31"));
    let all = requests("权限申请", "我是财务部王小明,想申请SAP只读权限,请在本周五前开通。");
    assert_eq!(names(&all), ["王小明"]);
}

#[test]
fn a_person_without_a_name_is_a_request_all_the_same() {
    let all = requests("", "Our new receptionist starts tomorrow, please prepare a laptop and a headset.");
    assert_eq!(all.len(), 1);
    assert!(all[0].person.name.is_none());
    assert_eq!(day(&all[0].start_date), Some("2026-03-04"));
}

#[test]
fn a_duration_gives_the_last_day_and_keeps_the_other_reading() {
    let all = requests(
        "New contractor",
        "Ada Lovelace starts as a contractor on 16 March 2026 for six weeks. She needs a badge.",
    );
    let end = all[0].end_date.as_ref().unwrap();
    assert_eq!(end.value, "2026-04-26");
    assert_eq!(end.ambiguous, ["2026-04-27"]);
    assert!(!end.evidence.is_empty());
}

#[test]
fn immediately_is_the_time_of_receipt() {
    let m = message_at(
        "Urgent",
        "We have dismissed Ada Lovelace today. Please disable her account with immediate effect.",
        "2026-03-03T16:05:00+01:00",
    );
    let all = read(&m).requests;
    assert_eq!(value(&all[0].revoke_at).as_deref(), Some("2026-03-03T16:05:00+01:00"));
}

#[test]
fn a_time_on_the_last_day() {
    let all = requests("Leaver", "Ada Lovelace leaves on 20 March 2026. Close her account at 5 pm that day.");
    assert_eq!(value(&all[0].revoke_at).as_deref(), Some("2026-03-20T17:00:00+01:00"));
}

#[test]
fn an_amended_date_replaces_the_old_one() {
    let all = requests(
        "Re: new starter",
        "Ada Lovelace will start later: please move her start date from 16 March 2026 to 23 March 2026.",
    );
    assert_eq!(day(&all[0].start_date), Some("2026-03-23"));
    assert_eq!(all[0].operation, Operation::Amend);
    let all = requests("入职改期", "王小明的入职日期由3月16日改到3月23日,其他不变。");
    assert_eq!(day(&all[0].start_date), Some("2026-03-23"));
}

#[test]
fn several_kinds_in_one_message() {
    let all =
        requests("人员异动", "【入职】\n1. 王小明,测试部,3月16日入职\n\n【离职】\n1. 李雷,财务部,最后工作日3月20日");
    assert_eq!(names(&all), ["王小明", "李雷"]);
    assert_eq!(all[0].kind, Kind::Onboarding);
    assert_eq!(all[1].kind, Kind::Offboarding);
    assert_eq!(day(&all[1].end_date), Some("2026-03-20"));
}

#[test]
fn newsletters_ask_for_nothing() {
    let r = read(&message(
        "Your Friday digest",
        "Five tips for a first day that people remember. Webinar on Tuesday. Unsubscribe here.",
    ));
    assert!(r.requests.is_empty());
}

/// Every quote of every value stands at its offsets.
fn proven(m: &Message) {
    let reading = read(m);
    let json = serde_json::to_value(&reading.requests).expect("requests are plain data");
    fn walk(v: &serde_json::Value, m: &Message) {
        match v {
            serde_json::Value::Object(o) => {
                if let (Some(start), Some(end), Some(quote)) = (
                    o.get("start").and_then(|s| s.as_u64()),
                    o.get("end").and_then(|s| s.as_u64()),
                    o.get("quote").and_then(|q| q.as_str()),
                ) {
                    let text = match o.get("source").and_then(|s| s.as_str()) {
                        Some(name) => m
                            .attachments
                            .iter()
                            .find(|a| a.name == name)
                            .and_then(|a| a.text.as_ref())
                            .expect("a known source"),
                        None => &m.text,
                    };
                    let found: String = text.raw().chars().skip(start as usize).take((end - start) as usize).collect();
                    assert_eq!(found, quote);
                }
                o.values().for_each(|v| walk(v, m));
            }
            serde_json::Value::Array(a) => a.iter().for_each(|v| walk(v, m)),
            _ => {}
        }
    }
    walk(&json, m);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(96))]

    #[test]
    fn any_text_is_read_and_proven(s in "\\PC{0,200}") {
        proven(&message("x", &s));
    }

    #[test]
    fn words_of_the_trade_in_any_order_are_read_and_proven(
        words in proptest::collection::vec(proptest::sample::select(vec![
            "Ada Lovelace", "王小明", "joins", "入职", "leaves", "离职", "on 3 May", "3月5日", ":", "\n", "|", "- ", "Name", "姓名", "Start", "工号", "E12",
            "(", ")", ",", "。", "reports to", "汇报给", "as a", "cook", "测试工程师", "in Leeds", "laptop", "电脑", "\t", "  ", "immediately", "立即", "for six weeks", "both", "都", "·", "艾力·买买提", "'s", "他", "the former",
        ]), 0..60)
    ) {
        proven(&message("new", &words.join(" ")));
        proven(&message("new", &words.concat()));
    }
}

#[test]
fn hostile_texts_end_in_time() {
    let long = |s: &str, n: usize| s.repeat(n / s.chars().count());
    let n = 60_000;
    let texts = [
        long("a: ", n),
        long("姓名:王小明 ", n),
        long("Ada Lovelace and ", n),
        long("王小明、", n),
        long("- Ada Lovelace, cook\n", n),
        long("| Name | Start |\n| Ada Roe | 3 May |\n", n),
        long("(", n),
        long("张", n),
        long("Hi Tom,\n\n", n),
        long("reports to Ada Roe. ", n),
        long("3 May to ", n),
        long("A·", n),
        long("艾力·", n),
        long("\t", n),
        long("laptop for Ada Roe, ", n),
    ];
    for text in texts {
        let started = Instant::now();
        proven(&message("new starter", &text));
        // Generous: a debug build on a shared machine.
        assert!(
            started.elapsed() < Duration::from_secs(20),
            "{:?} for {:?}",
            started.elapsed(),
            &text.chars().take(20).collect::<String>()
        );
    }
}
