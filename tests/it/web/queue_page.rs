//! The queue: order, tabs, filters, and hostile texts.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};

use super::house::House;

#[tokio::test]
async fn cases_stand_by_urgency_with_what_is_to_check() {
    let house = House::new().await;
    let later = house.message("Name: Lea Later\nStart: 2026-06-01\n").await;
    let soon = house.message("Name: Nia Now\nStart: 2026-03-05\nFlag: suspected_fraud\n").await;
    let page = house.get("/").await;
    let at = |words: &str| page.text.find(words).unwrap_or_else(|| panic!("no {words}"));
    assert!(at(&soon) < at(&later));
    page.has("Nia Now").has("Possible fraud").has("tomorrow").has("missing").has("Bo Ek").has("aria-current=\"page\"");
    house.get("/?status=approved").await.lacks("Nia Now").has("No case here");
    house.get("/?q=lea").await.has("Lea Later").lacks("Nia Now");
    house.get("/?q=nobody").await.has("No case matches");
    house.get("/?category=offboarding").await.lacks("Nia Now");
    house.get("/?status=nonsense&priority=P9&after=x").await.has("Nia Now");
}

#[tokio::test]
async fn rows_are_sent_again_only_when_they_changed() {
    let house = House::new().await;
    house.message("Name: Lea Later\nStart: 2026-06-01\n").await;
    let first = house.get("/rows").await;
    let tag = first.header("etag");
    first.has("Lea Later").lacks("<html");
    let again = || Request::get("/rows").header(header::IF_NONE_MATCH, tag.as_str()).body(Body::empty()).unwrap();
    assert_eq!(house.send(again()).await.status, StatusCode::NOT_MODIFIED);
    house.message("Name: Nia Now\nStart: 2026-03-05\n").await;
    assert_eq!(house.send(again()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn many_cases_are_paged() {
    let house = House::new().await;
    for i in 0..52 {
        house.message(&format!("Name: {}\nStart: 2026-06-01\n", "x".repeat(i + 1))).await;
    }
    let first = house.get("/").await;
    assert_eq!(first.text.matches("<tr data-case").count(), 50);
    let next =
        first.text.split("rel=\"next\"").next().unwrap().rsplit("href=\"").next().unwrap().split('"').next().unwrap();
    let second = house.get(&next.replace("&#38;", "&")).await;
    assert_eq!(second.text.matches("<tr data-case").count(), 2);
    second.has("First page");
}

#[tokio::test]
async fn markup_in_a_message_stays_text() {
    let house = House::new().await;
    let case = house.message("Name: <script>alert(1)</script>\nStart: 2026-03-05\nNeed: \"><img src=x>\n").await;
    for path in ["/", &format!("/cases/{case}")] {
        house.get(path).await.lacks("<script>alert").lacks("<img").has("&#60;script&#62;");
    }
}
