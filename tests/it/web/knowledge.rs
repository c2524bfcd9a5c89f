//! The page of the knowledge base and its API: counts, faults, parts put by an administrator, and nobody else.

use axum::http::{StatusCode, header};
use muster::store::Digest;
use muster::web::{Client, User};

use super::house::House;

#[tokio::test]
async fn the_page_shows_sources_and_faults_in_both_languages() {
    let house = House::new().await;
    house.put("people.csv", "employee_number,name\nE-1,Ann Lee\nE-1,Twice\n").await;
    let page = house.get("/knowledge").await;
    page.has("Knowledge base").has("people.csv:3").has("E-1 stands in line 2 already").has("policy pages");
    page.lacks("style=");
    let mut house = house;
    house.headers.insert(header::COOKIE, "muster_name=Ann; muster_lang=zh".parse().unwrap());
    house.get("/knowledge").await.has("知识库").has("制度页面").has("使用中").has("people.csv:3");
}

#[tokio::test]
async fn what_is_put_is_in_use_and_what_would_lose_everything_is_refused() {
    let house = House::new().await;
    let put = house.put("people.csv", "employee_number,name\nE-1,Ann Lee\nE-2\n").await;
    assert_eq!((put.status, put.json()["count"].as_u64()), (StatusCode::OK, Some(1)));
    // The heads of departments are gone with the people; each part names its own faults.
    assert_eq!(put.json()["faults"].as_array().unwrap().len(), 1, "{}", put.text);
    for (part, bytes, words) in [
        ("people.csv", "", "the file holds no row"),
        ("people.csv", "a,b\n1,2\n", "missing field `employee_number`"),
        ("catalog.toml", "[[item]]\nid = ", "catalog.toml:2"),
        ("pages/a.md", "<!-- x -->", "no words that a reader sees"),
    ] {
        let refused = house.put(part, bytes).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{part}: {}", refused.text);
        refused.has(words);
    }
    let people = std::fs::read_to_string(house.folder.path().join("org/people.csv")).unwrap();
    assert_eq!(people, "employee_number,name\nE-1,Ann Lee\nE-2\n");
    for wrong in [
        "..%2Fmuster.sqlite",
        "pages/..%2F..%2Fmuster.sqlite",
        "pages/%2e%2e/people.csv",
        "muster.sqlite",
        "pages/a%00.md",
    ] {
        for method in ["get", "delete"] {
            let answer = house.api(method, "/v1/knowledge/{part}", &[wrong], None).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{method} {wrong}");
        }
        assert_eq!(house.put(wrong, "# x").await.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
    assert_eq!(house.api("get", "/v1/knowledge/{part}", &["pages/none.md"], None).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn only_an_administrators_key_changes_the_knowledge_base() {
    let keys = |settings: &mut muster::web::Settings| {
        let key_sha256 = Digest::of("person");
        settings.users = vec![User { name: "Ann Lee".into(), email: String::new(), key_sha256, admin: false }];
        settings.clients = vec![Client { name: "sync".into(), key_sha256: Digest::of("sync"), admin: true }];
    };
    let mut house = House::with(keys).await;
    house.headers.insert(header::AUTHORIZATION, "Bearer person".parse().unwrap());
    assert_eq!(house.api("get", "/v1/knowledge", &[], None).await.status, StatusCode::OK);
    let refused = house.put("pages/a.md", "# A").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    refused.has("administrator");
    assert_eq!(house.api("get", "/v1/knowledge/{part}", &["people.csv"], None).await.status, StatusCode::FORBIDDEN);
    house.headers.insert(header::AUTHORIZATION, "Bearer sync".parse().unwrap());
    assert_eq!(house.put("pages/a.md", "# A").await.status, StatusCode::OK);
}
