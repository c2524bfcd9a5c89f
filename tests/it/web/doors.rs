//! Messages handed in: by the API in each format, and dropped on the page.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};

use super::house::{Answer, House};

const MAIL: &str = "From: Bo Ek <bo.ek@example.com>\r\nSubject: Leaver\r\nMessage-ID: <1@example.com>\r\n\
    Date: Tue, 3 Mar 2026 10:00:00 +0100\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nSam is leaving.\r\nName: Sam Poe\r\nEnd: 2026-03-31\r\n";

async fn post(house: &House, kind: &str, body: impl Into<Body>) -> Answer {
    let request = Request::post("/v1/messages").header(header::CONTENT_TYPE, kind).body(body.into()).unwrap();
    let answer = house.send(request).await;
    house.hold("post", "/v1/messages", &answer);
    answer
}

#[tokio::test]
async fn a_mail_is_kept_once() {
    let house = House::new().await;
    let first = post(&house, "message/rfc822", MAIL).await;
    assert_eq!(first.status, StatusCode::ACCEPTED, "{}", first.text);
    assert_eq!(first.json()["status"], "kept");
    let again = post(&house, "message/rfc822", MAIL).await;
    assert_eq!((again.json()["status"].as_str(), &again.json()["case"]), (Some("known"), &first.json()["case"]));
}

#[tokio::test]
async fn other_formats_are_taken_and_strange_ones_refused_with_a_sentence() {
    let house = House::with(|settings| settings.message_bytes = 1_000).await;
    assert_eq!(post(&house, "text/plain; charset=utf-8", "Name: Sam Poe\n").await.status, StatusCode::ACCEPTED);
    assert_eq!(post(&house, "application/json", "{").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(post(&house, "text/plain", "").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(post(&house, "image/png", "x").await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let large = post(&house, "text/plain", "x".repeat(1_001)).await;
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(large.text.contains("1000 bytes"), "{}", large.text);
    let refused = house.get("/refused").await;
    refused.has("the message is empty").has("0 B");
}

fn multipart(parts: &[(&str, Option<&str>, &str)]) -> (String, String) {
    let mut body = String::new();
    for (name, file, content) in parts {
        let file = file.map(|file| format!("; filename=\"{file}\"")).unwrap_or_default();
        body.push_str(&format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{content}\r\n"));
    }
    body.push_str("--XX--\r\n");
    ("multipart/form-data; boundary=XX".into(), body)
}

async fn drop_files(house: &House, parts: &[(&str, Option<&str>, &str)], script: bool) -> Answer {
    let (kind, body) = multipart(parts);
    let mut request = Request::post("/inbox").header(header::CONTENT_TYPE, kind);
    if script {
        request = request.header("x-requested-by", "muster");
    }
    house.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn a_dropped_mail_leads_to_its_case() {
    let house = House::new().await;
    let dropped = drop_files(&house, &[("file", Some("leaver.eml"), MAIL), ("text", None, "")], false).await;
    assert_eq!(dropped.status, StatusCode::SEE_OTHER, "{}", dropped.text);
    let waiting = house.get(&dropped.header("location")).await;
    assert_eq!(waiting.status, StatusCode::SEE_OTHER);
    let case = house.get(&waiting.header("location")).await;
    case.has("Sam Poe").has("2026-03-31");
}

#[tokio::test]
async fn several_files_are_taken_one_by_one_and_named() {
    let house = House::new().await;
    let outlook = "\u{0}";
    let parts = [
        ("file", Some("a.eml"), MAIL),
        ("file", Some("<b>.txt"), "Name: Ann Moe\n"),
        ("file", Some("c.json"), "{"),
        ("file", Some("d.eml"), outlook),
        ("text", None, "Name: Tom Doe\nStart: 2026-04-01\n"),
    ];
    let answer = drop_files(&house, &parts, true).await;
    let taken = answer.json();
    let states: Vec<&str> = taken.as_array().unwrap().iter().map(|one| one["status"].as_str().unwrap()).collect();
    assert_eq!(states[..3], ["kept", "kept", "refused"]);
    assert_eq!(states.last(), Some(&"kept"));
    let page = drop_files(&house, &parts, false).await;
    page.has("&#60;b&#62;.txt").lacks("<b>.txt").has("was there already");
}

#[tokio::test]
async fn nothing_chosen_and_too_much_are_said() {
    let house = House::with(|settings| settings.message_bytes = 100).await;
    drop_files(&house, &[("text", None, "")], false).await.has("No file was chosen.");
    let large = drop_files(&house, &[("file", Some("a.eml"), &"x".repeat(200))], true).await;
    assert_eq!(large.json()[0]["status"], "refused");
    large.has("100 B");
    let huge = drop_files(&house, &[("file", Some("a.eml"), &"x".repeat(2 << 20))], true).await;
    assert_eq!(huge.json()[0]["status"], "refused", "{}", huge.text);
}
