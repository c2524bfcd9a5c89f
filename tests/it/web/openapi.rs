//! The served OpenAPI document is what the handlers do: every operation is carried out and held against it.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::house::House;

const JOINER: &str = "Name: Jane Roe\nStart: 2026-03-09\nTitle: Analyst\nNeed: laptop\n";

#[tokio::test]
async fn every_operation_answers_as_the_document_says() {
    let house = House::new().await;
    assert_eq!(house.document()["openapi"], "3.1.0");
    for path in ["/healthz", "/readyz"] {
        assert_eq!(house.api("get", path, &[], None).await.status, StatusCode::OK);
    }

    // A message comes in and is understood.
    let case = house.message(JOINER).await;
    let list =
        house.api("get", "/v1/cases?status=new,waiting&category=onboarding&q=roe&limit=1", &[], None).await.json();
    assert_eq!(list["cases"][0]["number"], case);
    let file = house.api("get", "/v1/cases/{number}", &[&case], None).await.json();
    let sha256 = file["messages"][0]["sha256"].as_str().unwrap().to_owned();
    assert_eq!(house.api("get", "/v1/messages/{sha256}", &[&sha256], None).await.json()["state"], "understood");
    let raw = house.api("get", "/v1/messages/{sha256}/raw", &[&sha256], None).await;
    assert!(raw.text.contains("Jane Roe"));
    assert!(raw.header("content-disposition").starts_with("attachment;"));

    // A person corrects it, remarks, assigns.
    let revision = house.api("get", "/v1/cases/{number}/revisions/{n}", &[&case, "1"], None).await.json();
    let mut understanding = revision["understanding"].clone();
    understanding["requests"][0]["job_title"]["value"] = "Senior Analyst".into();
    let edit = json!({ "base": revision["hash"], "understanding": understanding });
    let revised = house.api("post", "/v1/cases/{number}/edit", &[&case], Some(edit.clone())).await;
    assert_eq!((revised.status, &revised.json()["number"]), (StatusCode::OK, &json!(2)));
    assert_eq!(house.api("post", "/v1/cases/{number}/edit", &[&case], Some(edit)).await.status, StatusCode::CONFLICT);
    let corrections = house.api("get", "/v1/corrections", &[], None).await;
    assert!(corrections.text.contains("/requests/0/job_title"), "{}", corrections.text);
    let examples = house.api("get", "/v1/examples", &[], None).await;
    assert!(examples.text.contains("Senior Analyst"), "{}", examples.text);
    let comment = json!({ "text": "called back" });
    assert_eq!(
        house.api("post", "/v1/cases/{number}/comment", &[&case], Some(comment)).await.status,
        StatusCode::NO_CONTENT
    );
    let assign = json!({ "assignee": "Ann Lee" });
    assert_eq!(
        house.api("post", "/v1/cases/{number}/assign", &[&case], Some(assign)).await.status,
        StatusCode::NO_CONTENT
    );
    let ask = json!({ "decision": "ask", "text": "Which site?", "fields": ["location"] });
    assert_eq!(house.api("post", "/v1/cases/{number}/decide", &[&case], Some(ask)).await.json()["status"], "waiting");

    // Nothing leaves before the exact revision was approved.
    let lease = json!({ "max": 5, "seconds": 60, "consumer": "flow" });
    let none = house.api("post", "/v1/queue/lease", &[], Some(lease.clone())).await.json();
    assert_eq!(none["events"], json!([]));
    let stale = json!({ "revision": revision["hash"] });
    assert_eq!(
        house.api("post", "/v1/cases/{number}/approve", &[&case], Some(stale)).await.status,
        StatusCode::CONFLICT
    );
    let approve = json!({ "revision": house.hash(&case).await });
    let approved = house.api("post", "/v1/cases/{number}/approve", &[&case], Some(approve)).await.json();
    assert_eq!(approved["events"][0]["type"], "muster.request.approved.v1");
    let leased = house.api("post", "/v1/queue/lease", &[], Some(lease.clone())).await.json();
    let event = &leased["events"][0];
    assert_eq!(event["event"]["data"]["job_title"]["value"], "Senior Analyst");
    assert_eq!(event["event"]["data"]["approved_by"], "api");

    // Given back until it is given up, then looked at.
    let mut lease_id = event["lease_id"].clone();
    for _ in 1..10 {
        let nack = json!({ "lease_id": lease_id, "reason": "no such group" });
        assert_eq!(house.api("post", "/v1/queue/nack", &[], Some(nack)).await.status, StatusCode::NO_CONTENT);
        let leased = house.api("post", "/v1/queue/lease", &[], Some(lease.clone())).await.json();
        lease_id = leased["events"][0]["lease_id"].clone();
    }
    let nack = json!({ "lease_id": lease_id, "reason": "no such group" });
    house.api("post", "/v1/queue/nack", &[], Some(nack)).await;
    let parked = house.api("get", "/v1/queue/parked?limit=10", &[], None).await.json();
    let id = parked["parked"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(parked["parked"][0]["reason"], "no such group");
    let requeued = house.api("post", "/v1/queue/parked/{event}/requeue", &[&id], None).await;
    assert_eq!(requeued.status, StatusCode::NO_CONTENT, "{}", requeued.text);
    let leased = house.api("post", "/v1/queue/lease", &[], Some(lease)).await.json();
    assert_eq!(leased["events"][0]["event"]["id"].as_str(), Some(id.as_str()), "the id stays over retries");
    let ack = json!({ "lease_id": leased["events"][0]["lease_id"] });
    for _ in 0..2 {
        assert_eq!(house.api("post", "/v1/queue/ack", &[], Some(ack.clone())).await.status, StatusCode::NO_CONTENT);
    }
    assert_eq!(house.api("get", "/v1/queue", &[], None).await.json()["acked"], 1);
    let gone = json!({ "reason": "done by hand" });
    let discarded = house.api("post", "/v1/queue/parked/{event}/discard", &[&id], Some(gone)).await;
    assert_eq!(discarded.status, StatusCode::NOT_FOUND, "it was acknowledged: nothing is parked");
    assert_eq!(house.api("get", "/v1/audit/verify", &[], None).await.json()["result"], "whole");

    // The knowledge base is looked at, and a part of it put, fetched and taken away.
    let sources = house.api("get", "/v1/knowledge", &[], None).await.json();
    assert_eq!(sources["sources"][0]["name"], "people.csv");
    assert_eq!(
        house.put("pages/hr/leave.md", "# Leave\n\nSabbaticals of wombat keepers last 25 days.").await.status,
        StatusCode::OK
    );
    let part = "pages/hr/leave.md";
    assert_eq!(house.api("get", "/v1/knowledge/{part}", &[part], None).await.status, StatusCode::OK);
    // Asked of the pages as they stand.
    let asked = house
        .api("post", "/v1/ask", &[], Some(json!({ "question": "how long are sabbaticals of wombat keepers" })))
        .await
        .json();
    assert_eq!((&asked["abstained"], &asked["sources"][0]["doc"]), (&json!(false), &json!("hr/leave.md")), "{asked}");
    assert_eq!(asked["answer"], "Sabbaticals of wombat keepers last 25 days.");
    assert_eq!(house.api("delete", "/v1/knowledge/{part}", &[part], None).await.json()["count"], 0);

    let mut left = house.operations();
    left.retain(|operation| !house.done.lock().unwrap().contains(operation));
    // Walked in the test below.
    assert_eq!(left.into_iter().collect::<Vec<_>>(), ["post /v1/queue/parked/{event}/discard"]);
}

#[tokio::test]
async fn a_parked_event_is_taken_off_for_good() {
    let house = House::new().await;
    let case = house.message(JOINER).await;
    let approve = json!({ "revision": house.hash(&case).await });
    house.api("post", "/v1/cases/{number}/approve", &[&case], Some(approve)).await;
    for _ in 0..10 {
        let leased = house.api("post", "/v1/queue/lease", &[], Some(json!({}))).await.json();
        let nack = json!({ "lease_id": leased["events"][0]["lease_id"], "reason": "no such group" });
        assert_eq!(house.api("post", "/v1/queue/nack", &[], Some(nack)).await.status, StatusCode::NO_CONTENT);
    }
    let parked = house.api("get", "/v1/queue/parked", &[], None).await.json();
    let id = parked["parked"][0]["id"].as_str().unwrap().to_owned();
    let gone = json!({ "reason": "done by hand" });
    let discarded = house.api("post", "/v1/queue/parked/{event}/discard", &[&id], Some(gone)).await;
    assert_eq!(discarded.status, StatusCode::NO_CONTENT);
    assert_eq!(house.api("get", "/v1/queue", &[], None).await.json()["dropped"], 1);
}

#[tokio::test]
async fn refusals_are_sentences_that_the_document_names() {
    let house = House::new().await;
    let case = house.message(JOINER).await;
    let latest = house.api("get", "/v1/cases/{number}", &[&case], None).await.json()["latest"].clone();
    let mut wrong = latest["understanding"].clone();
    wrong["requests"][0]["start_date"]["value"] = "soon".into();
    wrong["requests"][0]["job_title"]["evidence"][0]["start"] = 0.into();
    wrong["message"]["text"] = "another".into();
    let edit = json!({ "base": latest["hash"], "understanding": wrong });
    type Call<'a> = (&'a str, &'a str, Vec<&'a str>, Option<Value>, u16);
    let calls: Vec<Call> = vec![
        ("get", "/v1/cases/{number}", vec!["MUS-999"], None, 404),
        ("get", "/v1/cases/{number}", vec!["abc"], None, 400),
        ("get", "/v1/cases/{number}/revisions/{n}", vec![&case, "99"], None, 404),
        ("get", "/v1/messages/{sha256}", vec!["abc"], None, 400),
        ("get", "/v1/cases?status=odd", vec![], None, 400),
        ("get", "/v1/cases?limit=0", vec![], None, 400),
        ("get", "/v1/cases?after=x", vec![], None, 400),
        ("post", "/v1/queue/lease", vec![], Some(json!({ "max": 0 })), 400),
        ("post", "/v1/queue/ack", vec![], Some(json!({ "lease_id": "x" })), 422),
        ("post", "/v1/cases/{number}/decide", vec![&case], Some(json!({ "decision": "reject", "reason": " " })), 400),
        ("post", "/v1/cases/{number}/decide", vec![&case], Some(json!({ "decision": "eat" })), 422),
        ("post", "/v1/cases/{number}/comment", vec![&case], Some(json!({ "text": "" })), 400),
        ("post", "/v1/cases/{number}/comment", vec![&case], None, 415),
        ("post", "/v1/cases/{number}/edit", vec![&case], Some(edit), 422),
    ];
    for (method, template, places, body, status) in calls {
        let answer = house.api(method, template, &places, body).await;
        assert_eq!(answer.status.as_u16(), status, "{method} {template}: {}", answer.text);
        let sentence = answer.json()["error"].as_str().unwrap().to_owned();
        assert!(sentence.len() > 12, "{sentence}");
    }
    for (path, status) in [("/v1/nothing", 404), ("/v1/queue/ack", 405)] {
        let answer = house.get(path).await;
        assert_eq!(answer.status.as_u16(), status);
        assert!(answer.json()["error"].is_string());
    }
}

#[test]
fn routes_of_the_api_come_with_their_document() {
    // `.route(` adds one without: only the document itself and the catch-all do.
    let mut found = std::fs::read_to_string("src/web/api.rs").unwrap().matches(".route(").count();
    for entry in std::fs::read_dir("src/web/api").unwrap() {
        found += std::fs::read_to_string(entry.unwrap().path()).unwrap().matches(".route(").count();
    }
    assert_eq!(found, 2);
}
