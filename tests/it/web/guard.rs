//! What stands before every handler: host names, other sites, headers, keys.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use muster::store::Digest;
use muster::web::{Client, User};
use serde_json::json;

use super::house::House;

#[tokio::test]
async fn only_our_own_names_are_answered() {
    let house = House::with(|settings| settings.hosts = vec!["desk.example.com".into()]).await;
    let ask = |host: &str| Request::get("/healthz").header(header::HOST, host).body(Body::empty()).unwrap();
    for ours in ["localhost:1", "127.0.0.1", "[::1]:8080", "desk.example.com", "DESK.example.com"] {
        assert_eq!(house.send(ask(ours)).await.status, StatusCode::OK, "{ours}");
    }
    for other in ["evil.example.com", "localhost.evil.example.com", "desk.example.com.evil.com"] {
        let answer = house.send(ask(other)).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{other}");
        assert!(answer.json()["error"].as_str().unwrap().contains("host name"));
    }
}

#[tokio::test]
async fn forms_of_other_sites_are_not_carried_out() {
    let house = House::new().await;
    let case = house.message("Name: Jane Roe\nStart: 2026-03-09\n").await;
    for (name, value) in
        [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "https://evil.example.com")]
    {
        let request = Request::post(format!("/cases/{case}/decide"))
            .header(name, value)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from("decision=done"))
            .unwrap();
        assert_eq!(house.send(request).await.status, StatusCode::FORBIDDEN, "{name}: {value}");
    }
    let file = house.api("get", "/v1/cases/{number}", &[&case], None).await.json();
    assert_eq!(file["case"]["status"], "new");
    assert_eq!(
        house.form(&format!("/cases/{case}/decide"), &[("decision", "done")]).await.status,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn browsers_are_told_to_be_strict() {
    let house = House::new().await;
    for path in ["/", "/nowhere", "/openapi.json", "/v1/cases", "/assets/x/base.css"] {
        let answer = house.get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("script-src 'self'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "same-origin");
    }
    let page = house.get("/").await;
    page.lacks("<script>").lacks("onclick").lacks("style=");
}

fn keys(settings: &mut muster::web::Settings) {
    settings.users = vec![User {
        name: "Ann Lee".into(),
        email: "ann@example.com".into(),
        key_sha256: Digest::of("person"),
        admin: true,
    }];
    settings.clients = vec![Client { name: "flow".into(), key_sha256: Digest::of("program"), admin: false }];
}

#[tokio::test]
async fn with_users_the_api_wants_a_key_and_programs_do_not_decide() {
    let mut house = House::with(keys).await;
    assert_eq!(house.api("get", "/v1/cases", &[], None).await.status, StatusCode::UNAUTHORIZED);
    house.headers.insert(header::AUTHORIZATION, "Bearer wrong".parse().unwrap());
    assert_eq!(house.api("get", "/v1/cases", &[], None).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(house.api("get", "/healthz", &[], None).await.status, StatusCode::OK);

    house.headers.insert(header::AUTHORIZATION, "Bearer program".parse().unwrap());
    let case = house.message("Name: Jane Roe\nStart: 2026-03-09\n").await;
    let approve = json!({ "revision": house.hash(&case).await });
    let refused = house.api("post", "/v1/cases/{number}/approve", &[&case], Some(approve.clone())).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.text.contains("only a person"));

    house.headers.insert(header::AUTHORIZATION, "bearer person".parse().unwrap());
    assert_eq!(house.api("post", "/v1/cases/{number}/approve", &[&case], Some(approve)).await.status, StatusCode::OK);
    house.headers.insert(header::AUTHORIZATION, "Bearer program".parse().unwrap());
    let leased = house.api("post", "/v1/queue/lease", &[], Some(json!({}))).await.json();
    assert_eq!(leased["events"][0]["event"]["data"]["approved_by"], "Ann Lee");
}

#[tokio::test]
async fn an_open_desk_writes_the_name_that_the_caller_gives() {
    let mut house = House::new().await;
    house.headers.insert("x-muster-user", "Cy Orr".parse().unwrap());
    let case = house.message("Name: Jane Roe\nStart: 2026-03-09\n").await;
    house.api("post", "/v1/cases/{number}/comment", &[&case], Some(json!({ "text": "hello" }))).await;
    let file = house.api("get", "/v1/cases/{number}", &[&case], None).await.json();
    assert_eq!(file["events"].as_array().unwrap().last().unwrap()["who"], "Cy Orr");
}
