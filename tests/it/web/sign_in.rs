//! Signing in with a name or a key, staying signed in, and what happens when it is over.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use muster::store::Digest;
use muster::web::User;

use super::house::House;

fn users(settings: &mut muster::web::Settings) {
    settings.users =
        vec![User { name: "Ann Lee".into(), email: String::new(), key_sha256: Digest::of("key"), admin: false }];
}

#[tokio::test]
async fn an_open_desk_asks_for_a_name_once() {
    let mut house = House::new().await;
    house.headers.remove(header::COOKIE);
    let first = house.get("/?status=all").await;
    assert_eq!(first.status, StatusCode::SEE_OTHER);
    assert_eq!(first.header("location"), "/sign-in?next=%2F%3Fstatus%3Dall");
    house.get(&first.header("location")).await.has("Who is at the desk?");
    let empty = house.form("/sign-in", &[("name", " \u{202e} "), ("next", "/")]).await;
    assert_eq!(empty.status, StatusCode::UNAUTHORIZED);
    let entered = house.form("/sign-in", &[("name", "王小明"), ("next", "/?status=all")]).await;
    assert_eq!((entered.status, entered.header("location").as_str()), (StatusCode::SEE_OTHER, "/?status=all"));
    let cookie = entered.header("set-cookie");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    house.headers.insert(header::COOKIE, cookie.split(';').next().unwrap().parse().unwrap());
    house.get("/").await.has("王小明");
}

#[tokio::test]
async fn only_places_of_this_desk_are_gone_back_to() {
    let house = House::new().await;
    for bad in
        ["https://evil.example.com/", "//evil.example.com", "/\\evil.example.com", "javascript:alert(1)", "/a\r\nb"]
    {
        let entered = house.form("/sign-in", &[("name", "Ann"), ("next", bad)]).await;
        assert_eq!(entered.header("location"), "/", "{bad}");
        let chosen = house.form("/language", &[("lang", "zh"), ("next", bad)]).await;
        assert_eq!(chosen.header("location"), "/", "{bad}");
    }
}

#[tokio::test]
async fn with_users_a_key_opens_a_session_and_a_name_does_not() {
    let mut house = House::with(users).await;
    assert_eq!(house.get("/").await.status, StatusCode::SEE_OTHER, "a name cookie is no session");
    let wrong = house.form("/sign-in", &[("key", "guess")]).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    wrong.has("This key is not known");
    let entered = house.form("/sign-in", &[("key", "key"), ("next", "/")]).await;
    let cookie = entered.header("set-cookie");
    assert!(cookie.starts_with("muster_session=") && !cookie.contains("Ann"), "{cookie}");
    house.headers.insert(header::COOKIE, cookie.split(';').next().unwrap().parse().unwrap());
    house.get("/").await.has("Ann Lee").has("Sign out");
    house.form("/sign-out", &[]).await;
    assert_eq!(house.get("/").await.status, StatusCode::SEE_OTHER, "a copied cookie is worth nothing after");
    let noted = house.store.audit(0, 100).await.unwrap();
    assert!(noted.iter().any(|entry| entry.action == "signed_in" && entry.who == "Ann Lee"));
}

#[tokio::test]
async fn an_edit_after_the_session_ended_is_not_lost_silently() {
    let mut house = House::new().await;
    let case = house.message("Name: Jane Roe\n").await;
    house.headers.remove(header::COOKIE);
    let late = house.form(&format!("/cases/{case}/edit"), &[("base", "x")]).await;
    assert_eq!(late.status, StatusCode::UNAUTHORIZED);
    late.has("reload this page to send what you wrote");
    let script = Request::get("/rows").header("x-requested-by", "muster").body(Body::empty()).unwrap();
    assert_eq!(house.send(script).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_language_is_chosen_by_browser_and_by_hand() {
    let mut house = House::new().await;
    house.headers.insert(header::ACCEPT_LANGUAGE, "zh-CN,zh;q=0.9".parse().unwrap());
    house.get("/").await.has("lang=\"zh-Hans\"").has("没有待处理的案件");
    let chosen = house.form("/language", &[("lang", "en"), ("next", "/")]).await;
    let cookie = format!("muster_name=Ann; {}", chosen.header("set-cookie").split(';').next().unwrap());
    house.headers.insert(header::COOKIE, cookie.parse().unwrap());
    house.get("/").await.has("lang=\"en\"").has("Nothing waits for you");
}
