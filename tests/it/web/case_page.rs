//! One case: evidence, editing, late edits, decisions.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::json;

use super::house::{House, input};

const JOINER: &str = "Name: Jane Roe\nStart: 2026-03-09\nTitle: Analyst\nNeed: laptop\n";

#[tokio::test]
async fn words_are_marked_where_they_prove_a_field() {
    let house = House::new().await;
    let case = house.message(JOINER).await;
    let page = house.get(&format!("/cases/{case}")).await;
    page.has("data-f=\"r0.person.name\">Jane Roe</mark>")
        .has("data-f=\"r0.start_date\">2026-03-09</mark>")
        .has("data-f=\"r0.n0\">laptop</mark>")
        .has("Mon 9 Mar 2026")
        .has("laptop-standard")
        .has("70 %");
    assert_eq!(input(&page.text, "r0.person.name"), "Jane Roe");
    assert_eq!(input(&page.text, "r0.start_date"), "2026-03-09");
    assert_eq!(input(&page.text, "r0.manager"), "");
    page.has("the message does not say");
    let download = page.text.split("/messages/").nth(1).unwrap().split('"').next().unwrap();
    let raw = house.get(&format!("/messages/{download}")).await;
    assert!(raw.header("content-disposition").starts_with("attachment"));
    raw.has("Jane Roe");
}

#[tokio::test]
async fn an_edit_becomes_a_revision_with_corrections() {
    let house = House::new().await;
    let case = house.message(JOINER).await;
    let base = house.hash(&case).await;
    let fields = [
        ("base", base.as_str()),
        ("r0.person.name", "Jane Roe"),
        ("r0.start_date", "2026-03-10"),
        ("r0.location", "Leeds"),
        ("r0.n0.drop", "on"),
        ("r0.n1.text", "docking station"),
        ("r0.n1.quantity", "2"),
    ];
    let saved = house.form(&format!("/cases/{case}/edit"), &fields).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    house
        .get(&saved.header("location"))
        .await
        .has("Saved as a new revision.")
        .has("corrected by Ann Lee")
        .has("Corrected");
    let file = house.api("get", "/v1/cases/{number}", &[&case], None).await.json();
    let request = &file["latest"]["understanding"]["requests"][0];
    assert_eq!(request["start_date"]["value"], "2026-03-10");
    assert_eq!(request["start_date"]["evidence"][0]["quote"], "2026-03-09", "the words stay");
    assert_eq!(request["location"]["evidence"][0]["source"], "review");
    assert_eq!(request["job_title"]["value"], "Analyst", "what the form did not hold stays");
    assert_eq!((&request["needs"][0]["catalog_id"], &request["needs"][0]["quantity"]), (&json!("dock"), &json!(2)));
    assert!(!file["latest"]["understanding"]["triage"]["missing"].as_array().unwrap().contains(&json!("location")));
    let paths: Vec<String> = house
        .api("get", "/v1/corrections", &[], None)
        .await
        .text
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["path"].as_str().unwrap().to_owned())
        .collect();
    assert!(
        paths.contains(&"/requests/0/start_date".to_owned()) && paths.contains(&"/requests/0/location".to_owned()),
        "{paths:?}"
    );
    let examples = house.api("get", "/v1/examples", &[], None).await.text;
    let lines: Vec<serde_json::Value> = examples.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(lines.len(), 1, "one case was corrected");
    assert_eq!(lines[0], file["latest"]["understanding"], "the example is the corrected understanding");
    let same = house.form(&format!("/cases/{case}/edit"), &[("base", &house.hash(&case).await)]).await;
    assert!(same.header("location").contains("said=same"));
}

#[tokio::test]
async fn a_reading_button_sets_one_date_without_a_script() {
    let house = House::new().await;
    let case = house.message(JOINER).await;
    let fields =
        [("base", &*house.hash(&case).await), ("r0.start_date", "2026-03-09"), ("set", "r0.start_date=2026-09-03")];
    house.form(&format!("/cases/{case}/edit"), &fields).await;
    let file = house.api("get", "/v1/cases/{number}", &[&case], None).await.json();
    assert_eq!(file["latest"]["understanding"]["requests"][0]["start_date"]["value"], "2026-09-03");
}

#[tokio::test]
async fn selected_words_become_evidence() {
    let house = House::new().await;
    let case = house.message(JOINER).await;
    let text = format!("New starter\n{JOINER}");
    let at = text.find("Analyst").unwrap();
    let range = format!("{at}-{}", at + 7);
    let fields = [("base", &*house.hash(&case).await), ("r0.department", ""), ("r0.department.ev", &range)];
    house.form(&format!("/cases/{case}/edit"), &fields).await;
    let file = house.api("get", "/v1/cases/{number}", &[&case], None).await.json();
    let department = &file["latest"]["understanding"]["requests"][0]["department"];
    assert_eq!((&department["value"], &department["evidence"][0]["start"]), (&json!("Analyst"), &json!(at)));
    let days = house.get(&format!("/cases/{case}/days?words=on%202026-03-09")).await.json();
    assert_eq!(days[0]["value"], "2026-03-09");
}

#[tokio::test]
async fn two_technicians_on_one_case_lose_nothing() {
    let house = House::new().await;
    let case = house.message(JOINER).await;
    let base = house.hash(&case).await;
    house.form(&format!("/cases/{case}/edit"), &[("base", &base), ("r0.job_title", "Senior Analyst")]).await;
    let late = house
        .form(
            &format!("/cases/{case}/edit"),
            &[("base", &base), ("r0.job_title", "Analyst"), ("r0.location", "Leeds"), ("r0.n1.text", "badge")],
        )
        .await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    late.has("Nothing of yours is lost").has("yours, not saved");
    assert_eq!(input(&late.text, "r0.location"), "Leeds");
    assert_eq!(input(&late.text, "r0.n1.text"), "badge");
    assert_eq!(input(&late.text, "r0.job_title"), "Senior Analyst", "the other's change stands");
    let fresh = input(&late.text, "base").to_owned();
    assert_ne!(fresh, base);
    let saved = house
        .form(&format!("/cases/{case}/edit"), &[("base", &fresh), ("r0.location", "Leeds"), ("r0.n1.text", "badge")])
        .await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn what_cannot_be_read_is_shown_beside_its_field() {
    let house = House::new().await;
    let case = house.message(JOINER).await;
    let base = house.hash(&case).await;
    let bad = house
        .form(&format!("/cases/{case}/edit"), &[("base", &base), ("r0.start_date", "soon"), ("r0.location", "Leeds")])
        .await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    bad.has("Write a day as 2026-03-31.");
    assert_eq!(input(&bad.text, "r0.location"), "Leeds");
    assert_eq!(house.hash(&case).await, base);
}

#[tokio::test]
async fn approval_binds_to_what_was_seen() {
    let house = House::new().await;
    let case = house.message(JOINER).await;
    let page = house.get(&format!("/cases/{case}")).await;
    let seen = input(&page.text, "revision").to_owned();
    house.form(&format!("/cases/{case}/edit"), &[("base", &seen), ("r0.location", "Leeds")]).await;
    let stale = house.form(&format!("/cases/{case}/approve"), &[("revision", &seen)]).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    stale.has("Somebody changed this case").has("Leeds");
    let approved = house.form(&format!("/cases/{case}/approve"), &[("revision", input(&stale.text, "revision"))]).await;
    assert_eq!(approved.status, StatusCode::SEE_OTHER);
    house.get(&approved.header("location")).await.has("Approved and put on the queue.").lacks("id=\"approve\"");
    assert_eq!(house.api("get", "/v1/queue", &[], None).await.json()["ready"], 1);
}

#[tokio::test]
async fn flags_want_a_second_word() {
    let house = House::new().await;
    let case = house.message(&format!("{JOINER}Flag: suspected_fraud\n")).await;
    let hash = house.hash(&case).await;
    let asked = house.form(&format!("/cases/{case}/approve"), &[("revision", &hash)]).await;
    asked.has("Approve in spite of this?").has("Call the sender back");
    assert_eq!(house.api("get", "/v1/queue", &[], None).await.json()["ready"], 0);
    let approved = house.form(&format!("/cases/{case}/approve"), &[("revision", &hash), ("sure", "yes")]).await;
    assert_eq!(approved.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_case_is_decided_assigned_and_remarked_on() {
    let house = House::new().await;
    let case = house.message(JOINER).await;
    let act = async |path: &str, fields: &[(&str, &str)]| house.form(&format!("/cases/{case}/{path}"), fields).await;
    let empty = act("decide", &[("decision", "reject"), ("text", " ")]).await;
    assert_eq!(empty.status, StatusCode::BAD_REQUEST);
    empty.has("Please write a few words");
    act("decide", &[("decision", "ask"), ("text", "Which site?"), ("fields", "location,manager")]).await;
    act("comment", &[("text", "called <b>twice</b>")]).await;
    act("assign", &[("group", "Workplace IT"), ("me", "yes")]).await;
    let page = house.get(&format!("/cases/{case}")).await;
    page.has("Waiting for reply").has("Which site?").has("called &#60;b&#62;twice").has("Workplace IT");
    assert_eq!(input(&page.text, "assignee"), "Ann Lee");
    house.get("/?status=waiting&mine=1").await.has("Jane Roe");
    act("decide", &[("decision", "reject"), ("text", "not ours")]).await;
    let again = act("decide", &[("decision", "reject"), ("text", "kept words")]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    again.has("Rejected");
    act("decide", &[("decision", "reopen"), ("text", "was ours")]).await;
    act("decide", &[("decision", "not_a_request")]).await;
    let file = house.api("get", "/v1/cases/{number}", &[&case], None).await.json();
    assert_eq!(file["case"]["status"], "not_a_request");
    assert_eq!(act("decide", &[("decision", "eat")]).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_question_is_in_the_requesters_language_and_names_what_is_missing() {
    let house = House::new().await;
    let chinese = house.message("Name: 王小明\nStart: 2026-03-09\n").await;
    house
        .get(&format!("/cases/{chinese}"))
        .await
        .has("为继续办理")
        .has("王小明：")
        .has("职位、")
        .has("mailto:bo.ek@example.com");
    let english = house.message(JOINER).await;
    let page = house.get(&format!("/cases/{english}")).await;
    page.has("To go on we still need").has("Jane Roe: ").has(&format!("keep [{english}]"));
}

#[tokio::test]
async fn the_page_speaks_chinese() {
    let mut house = House::new().await;
    let case = house.message(JOINER).await;
    house.headers.insert(header::COOKIE, "muster_name=Ann%20Lee; muster_lang=zh".parse().unwrap());
    house
        .get(&format!("/cases/{case}"))
        .await
        .has(">批准</button>")
        .has("2026年3月9日 周一")
        .has("姓名")
        .lacks("Approve");
    house.get("/cases/MUS-777").await.has("没有案件 MUS-000777。");
}

#[tokio::test]
async fn words_of_an_attachment_become_evidence() {
    let house = House::new().await;
    let mail = "From: Bo <bo@example.com>\r\nSubject: Starter\r\nMessage-ID: <7@example.com>\r\nMIME-Version: 1.0\r\n\
        Date: Tue, 3 Mar 2026 10:00:00 +0100\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n\
        Content-Type: text/plain\r\n\r\nName: Jane Roe\r\n--B\r\nContent-Type: text/csv; name=list.csv\r\n\
        Content-Disposition: attachment; filename=list.csv\r\n\r\nJane,Finance\r\n--B--\r\n";
    let request =
        Request::post("/v1/messages").header(header::CONTENT_TYPE, "message/rfc822").body(Body::from(mail)).unwrap();
    let case = house.send(request).await.json()["case"].as_str().unwrap().to_owned();
    house.get(&format!("/cases/{case}")).await.has("list.csv").has("Jane,Finance").lacks("in list.csv");
    let fields = [("base", &*house.hash(&case).await), ("r0.department", ""), ("r0.department.ev", "5-12@list.csv")];
    house.form(&format!("/cases/{case}/edit"), &fields).await;
    let page = house.get(&format!("/cases/{case}")).await;
    page.has("in list.csv").has("data-f=\"r0.department\">Finance</mark>").has("fields rest on it");
    assert_eq!(input(&page.text, "r0.department"), "Finance");
}

#[tokio::test]
async fn requests_are_added_and_removed_by_form() {
    let house = House::new().await;
    let case = house.message(JOINER).await;
    let fields = [("base", &*house.hash(&case).await), ("new.kind", "access"), ("new.person.name", "Jane Roe")];
    house.form(&format!("/cases/{case}/edit"), &fields).await;
    let file = house.api("get", "/v1/cases/{number}", &[&case], None).await.json();
    assert_eq!(file["latest"]["understanding"]["requests"][1]["kind"], "access");
    house.form(&format!("/cases/{case}/edit"), &[("base", &*house.hash(&case).await), ("r0.drop", "on")]).await;
    let file = house.api("get", "/v1/cases/{number}", &[&case], None).await.json();
    assert_eq!(file["latest"]["understanding"]["requests"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn long_and_many_do_not_break_the_page() {
    let house = House::new().await;
    let mut text = String::new();
    for i in 0..300 {
        text.push_str(&format!("Name: Person {i}\nStart: 2026-03-09\n"));
    }
    text.push_str(&"长".repeat(100_000));
    text.push_str("\n\u{202e}reversed");
    let case = house.message(&text).await;
    let page = house.get(&format!("/cases/{case}")).await;
    assert_eq!(page.text.matches("data-request=").count(), 20);
    page.has("1–20").has("data-name=\"RLO\"");
    let last = house.get(&format!("/cases/{case}?from=299")).await;
    last.has("r299.person.name").lacks("\"r0.person.name\"");
    let base = house.hash(&case).await;
    house
        .form(&format!("/cases/{case}/edit"), &[("base", &base), ("from", "280"), ("r299.job_title", "Analyst")])
        .await;
    let file = house.api("get", "/v1/cases/{number}", &[&case], None).await.json();
    let requests = file["latest"]["understanding"]["requests"].as_array().unwrap();
    assert_eq!((requests.len(), &requests[299]["job_title"]["value"]), (300, &json!("Analyst")));
}

#[tokio::test]
async fn the_catalog_and_the_role_speak_beside_the_needs() {
    let house = House::new().await;
    let joiner =
        "Name: Jane Roe\nStart: 2026-03-09\nTitle: Financial Analyst\nDepartment: Finance\nNeed: company car\n";
    let case = house.message(joiner).await;
    let base = house.hash(&case).await;
    let link = [("base", base.as_str()), ("r0.n0.catalog_id", "company-car")];
    let saved = house.form(&format!("/cases/{case}/edit"), &link).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    let page = house.get(&format!("/cases/{case}")).await;
    page.has("Facilities · 40 working days · needs approval").has("too late for Company car: 40 working days");
    page.has("Usual for this role, not asked for").has("value=\"r0=sap-fi\"");
    let file = house.api("get", "/v1/cases/{number}", &[&case], None).await.json();
    let needs = |file: &serde_json::Value| file["latest"]["understanding"]["requests"][0]["needs"].clone();
    assert_eq!(needs(&file).as_array().unwrap().len(), 1, "a suggestion is no need");
    let base = house.hash(&case).await;
    let fields = [("base", base.as_str()), ("r0.n0.text", "company car"), ("offer", "r0=sap-fi")];
    let saved = house.form(&format!("/cases/{case}/edit"), &fields).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    let file = house.api("get", "/v1/cases/{number}", &[&case], None).await.json();
    let added = &needs(&file)[1];
    assert_eq!((&added["catalog_id"], &added["evidence"][0]["source"]), (&json!("sap-fi"), &json!("review")));
    let page = house.get(&format!("/cases/{case}")).await;
    assert!(!page.text.contains("value=\"r0=sap-fi\""), "what was added is suggested no more");
}
