//! Signing in: with an access key, or, where the desk is open, with a name alone. The language is chosen here too.

use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use serde::Deserialize;

use super::{Chrome, failure, local, page, store_sentence};
use crate::store::AuditNote;
use crate::web::identity::{self, NAME_COOKIE, SESSION_COOKIE, decode, encode, tidy_name};
use crate::web::words::{self, Lang};
use crate::web::{Web, problem::Problem};

/// How long a name or a language is remembered, in days.
const REMEMBERED: i64 = 365;
/// A wrong key costs this much time.
const WRONG_KEY: Duration = Duration::from_millis(400);

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn {
    chrome: Chrome,
    next: String,
    name: String,
    wrong: bool,
}

#[derive(Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
}

pub async fn show(State(web): State<Arc<Web>>, l: Lang, jar: CookieJar, Query(query): Query<Next>) -> Response {
    let next = local(&query.next).to_owned();
    let name = jar.get(NAME_COOKIE).map(|cookie| tidy_name(&decode(cookie.value()))).unwrap_or_default();
    let back = format!("/sign-in?next={}", encode(&next));
    let chrome = Chrome::stranger(l, web.settings.open(), l.w("sign_in.title"), back);
    page(StatusCode::OK, &SignIn { chrome, next, name, wrong: false })
}

#[derive(Deserialize)]
pub struct Entering {
    #[serde(default)]
    next: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    key: String,
}

pub async fn enter(State(web): State<Arc<Web>>, l: Lang, jar: CookieJar, Form(form): Form<Entering>) -> Response {
    let next = local(&form.next).to_owned();
    let again = |name: String| {
        let chrome = Chrome::stranger(l, web.settings.open(), l.w("sign_in.title"), "/sign-in");
        page(StatusCode::UNAUTHORIZED, &SignIn { chrome, next: next.clone(), name, wrong: true })
    };
    if web.settings.open() {
        let name = tidy_name(&form.name);
        if name.is_empty() {
            return again(name);
        }
        let cookie = cookie(&web, NAME_COOKIE, encode(&name), REMEMBERED * 24);
        return (jar.add(cookie), Redirect::to(&next)).into_response();
    }
    let Some(asker) = identity::sign_in(&web.settings, form.key.trim()) else {
        tokio::time::sleep(WRONG_KEY).await;
        return again(String::new());
    };
    let note =
        AuditNote { who: asker.name.clone(), action: "signed_in".into(), about: None, data: serde_json::Value::Null };
    if let Err(error) = web.store.note(note, web.now()).await {
        let chrome = Chrome::stranger(l, false, l.w("error.title"), "/sign-in");
        return failure(chrome, StatusCode::SERVICE_UNAVAILABLE, store_sentence(l, &error));
    }
    let token = web.sessions.open(&asker.name, web.now(), web.settings.session_hours);
    let cookie = cookie(&web, SESSION_COOKIE, token, i64::from(web.settings.session_hours));
    (jar.add(cookie), Redirect::to(&next)).into_response()
}

pub async fn leave(State(web): State<Arc<Web>>, jar: CookieJar) -> Response {
    if let Some(session) = jar.get(SESSION_COOKIE) {
        web.sessions.close(session.value());
    }
    let gone = |name: &'static str| cookie(&web, name, String::new(), 0);
    (jar.add(gone(SESSION_COOKIE)).add(gone(NAME_COOKIE)), Redirect::to("/sign-in")).into_response()
}

#[derive(Deserialize)]
pub struct Choice {
    lang: String,
    #[serde(default)]
    next: String,
}

pub async fn language(State(web): State<Arc<Web>>, jar: CookieJar, Form(choice): Form<Choice>) -> Response {
    let lang = Lang::parse(&choice.lang).unwrap_or_default();
    let code = if lang.chinese() { "zh" } else { "en" };
    let cookie = cookie(&web, words::COOKIE, code.to_owned(), REMEMBERED * 24);
    (jar.add(cookie), Redirect::to(local(&choice.next))).into_response()
}

fn cookie(web: &Web, name: &'static str, value: String, hours: i64) -> Cookie<'static> {
    let seconds = Duration::from_secs(hours.unsigned_abs() * 3_600);
    Cookie::build((name, value))
        .http_only(true)
        .same_site(SameSite::Lax)
        .path("/")
        .secure(web.settings.secure_cookies)
        .max_age(seconds.try_into().unwrap_or_default())
        .build()
}

/// Somebody whose sign-in is over sent something: what they wrote is still in their browser, and the page says how
/// to send it again.
pub fn expired(headers: &HeaderMap) -> Response {
    let l = Lang::of(headers);
    if headers.get("x-requested-by").is_some() {
        return Problem::new(StatusCode::UNAUTHORIZED, l.w("sign_in.expired")).into_response();
    }
    let chrome = Chrome::stranger(l, false, l.w("sign_in.title"), "/");
    failure(chrome, StatusCode::UNAUTHORIZED, l.w("sign_in.expired").to_owned())
}
