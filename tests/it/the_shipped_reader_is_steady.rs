//! The shipped reader: what must not change with a name, a firm or a place in a table, and what must with a 'no'.
//! Unoptimised, a message takes seconds: all are short, and read by one run of the program.

use crate::house;
use serde_json::Value;
use std::sync::LazyLock;

const JOINER: &str = "Priya Sharma joins Finance on 16 March 2026 as Senior Analyst. She needs a laptop and Jira.";

/// Number, subject, text.
const MESSAGES: [(&str, &str, &str); 11] = [
    ("joiner", "New starter", JOINER),
    (
        "other-name",
        "New starter",
        "Kwabena Osei joins Finance on 16 March 2026 as Senior Analyst. He needs a laptop and Jira.",
    ),
    (
        "other-date",
        "New starter",
        "Priya Sharma joins Finance on 23 April 2026 as Senior Analyst. She needs a laptop and Jira.",
    ),
    (
        "other-department",
        "New starter",
        "Priya Sharma joins Procurement on 16 March 2026 as Senior Analyst. She needs a laptop and Jira.",
    ),
    (
        "no-laptop",
        "New starter",
        "Priya Sharma joins Finance on 16 March 2026 as Senior Analyst. She does not need a laptop, only Jira.",
    ),
    ("leaver", "Leaver", "Priya Sharma has resigned, her last day is 27 March 2026. Please collect her laptop."),
    ("zh-joiner", "新员工入职", "陈思远将于2026年3月16日入职财务部，岗位为高级分析师。请准备笔记本电脑和Jira权限。"),
    ("zh-leaver", "离职", "陈思远已提出辞职，最后工作日为2026年3月27日，请收回笔记本电脑。"),
    (
        "pair",
        "Starters",
        "Name | Start | Item\nPriya Sharma | 16 March 2026 | laptop\nKwabena Osei | 23 March 2026 | headset",
    ),
    (
        "turned-pair",
        "Starters",
        "Name | Start | Item\nKwabena Osei | 23 March 2026 | headset\nPriya Sharma | 16 March 2026 | laptop",
    ),
    ("question", "Question", "How many days of holiday do I get in my first year?"),
];

static READ: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let paths: Vec<_> = MESSAGES
        .iter()
        .map(|(id, subject, text)| {
            let path = folder.path().join(format!("{id}.json"));
            let message = serde_json::json!({
                "channel": "ticket", "id": id, "subject": subject, "text": text, "from": "HR <hr@firm.example>",
                "received_at": "2026-03-03T09:00:00+00:00",
            });
            std::fs::write(&path, message.to_string()).unwrap();
            path
        })
        .collect();
    let run = house::muster().env_remove("MUSTER_READER").arg("extract").args(&paths).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    assert_eq!(String::from_utf8_lossy(&run.stderr), "", "the shipped reader is there");
    String::from_utf8(run.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
});

fn read(id: &str) -> &'static Value {
    READ.iter().find(|u| u["message"]["id"] == id).unwrap_or_else(|| panic!("no {id}"))
}

/// The values of each request without their words and confidences, in an order of their own.
fn said(id: &str) -> Vec<String> {
    let value = |r: &Value, field: &str| r[field]["value"].as_str().unwrap_or("-").to_owned();
    let mut all: Vec<String> = read(id)["requests"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| {
            let needs: Vec<String> = r["needs"]
                .as_array()
                .unwrap()
                .iter()
                .map(|n| format!("{} {}", n["action"].as_str().unwrap(), n["text"].as_str().unwrap()))
                .collect();
            format!(
                "{} {} {} | start {} end {} | {} | {} | {}",
                r["kind"].as_str().unwrap(),
                r["operation"].as_str().unwrap(),
                r["person"]["name"]["value"].as_str().unwrap_or("-"),
                value(r, "start_date"),
                value(r, "end_date"),
                value(r, "job_title"),
                value(r, "department"),
                needs.join(", ")
            )
        })
        .collect();
    all.sort();
    all
}

#[test]
fn a_plain_joiner_is_read_whole_with_its_words() {
    assert_eq!(
        said("joiner"),
        [
            "onboarding create Priya Sharma | start 2026-03-16 end - | Senior Analyst | Finance | grant laptop, grant Jira"
        ]
    );
    let text = read("joiner")["message"]["text"].as_str().unwrap();
    let date = &read("joiner")["requests"][0]["start_date"]["evidence"][0];
    let (start, end) = (date["start"].as_u64().unwrap() as usize, date["end"].as_u64().unwrap() as usize);
    let words: String = text.chars().skip(start).take(end - start).collect();
    assert_eq!((words.as_str(), date["quote"].as_str().unwrap()), ("16 March 2026", "16 March 2026"));
}

#[test]
fn another_name_date_or_department_changes_nothing_else() {
    let base = said("joiner")[0].clone();
    assert_eq!(said("other-name")[0].replace("Kwabena Osei", "Priya Sharma"), base);
    assert_eq!(said("other-date")[0].replace("2026-04-23", "2026-03-16"), base);
    assert_eq!(said("other-department")[0].replace("Procurement", "Finance"), base);
}

#[test]
fn what_is_not_needed_is_no_need() {
    let needs = said("no-laptop")[0].rsplit(" | ").next().unwrap().to_owned();
    assert_eq!(needs, "grant Jira");
}

#[test]
fn both_languages_of_one_message_agree() {
    let zh = said("zh-joiner");
    assert!(
        zh[0].starts_with("onboarding create 陈思远 | start 2026-03-16 end - | 高级分析师 | 财务部 | grant 笔记本电脑"),
        "{zh:?}"
    );
    let (en, zh) = (said("leaver"), said("zh-leaver"));
    assert!(en[0].contains("end 2026-03-27") && zh[0].contains("end 2026-03-27"), "{en:?} {zh:?}");
    for id in ["leaver", "zh-leaver"] {
        let request = &read(id)["requests"][0];
        assert_eq!(
            (&request["kind"], &request["reason"]["value"]),
            (&"offboarding".into(), &"resignation".into()),
            "{id}"
        );
        assert_eq!(request["needs"][0]["action"], "recover", "{id}");
    }
}

#[test]
fn the_order_of_rows_does_not_matter() {
    assert_eq!(said("pair"), said("turned-pair"));
    assert_eq!(said("pair").len(), 2);
    assert!(
        said("pair").iter().any(|r| r.contains("Priya Sharma | start 2026-03-16") && r.ends_with("grant laptop")),
        "{:?}",
        said("pair")
    );
}

#[test]
fn a_question_is_no_request() {
    assert_eq!(read("question")["triage"]["category"], "hr_question");
    assert!(said("question").is_empty());
}
