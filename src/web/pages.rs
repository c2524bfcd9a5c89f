//! The review pages: one file a page, rendered on the server; they work without a script.

use std::sync::Arc;

use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Router, middleware};

use super::identity::{self, Asker};
use super::problem::{Problem, status_of};
use super::words::Lang;
use super::{Web, assets};
use crate::store::StoreError;

mod ask;
mod case;
mod decide;
mod edit;
mod history;
mod inbox;
mod knowledge;
mod message;
mod offer;
mod queue;
mod refused;
mod request;
pub mod sign_in;

pub fn router(web: &Arc<Web>) -> Router<Arc<Web>> {
    let guarded = Router::new()
        .route("/", get(queue::show))
        .route("/rows", get(queue::rows))
        .route("/refused", get(refused::show))
        .route("/knowledge", get(knowledge::show))
        .route("/inbox", post(inbox::take).layer(inbox::limit(web.settings.message_bytes)))
        .route("/inbox/{sha256}", get(inbox::show))
        .route("/messages/{sha256}/raw", get(inbox::raw))
        .route("/cases/{number}", get(case::show))
        .route("/cases/{number}/days", get(edit::days))
        .route("/cases/{number}/edit", post(edit::save))
        .route("/cases/{number}/approve", post(decide::approve))
        .route("/cases/{number}/decide", post(decide::decide))
        .route("/cases/{number}/assign", post(decide::assign))
        .route("/cases/{number}/comment", post(decide::comment))
        .layer(middleware::from_fn_with_state(web.clone(), identity::of_page));
    Router::new()
        .merge(guarded)
        .route("/sign-in", get(sign_in::show).post(sign_in::enter))
        .route("/sign-out", post(sign_in::leave))
        .route("/language", post(sign_in::language))
}

/// What every page needs of its request.
#[derive(Clone)]
pub struct Visit {
    pub web: Arc<Web>,
    pub l: Lang,
    pub asker: Asker,
    /// Path and query, to come back to.
    pub path: String,
}

impl FromRequestParts<Arc<Web>> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Self, Response> {
        let l = Lang::of(&parts.headers);
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        match parts.extensions.get::<Asker>() {
            Some(asker) => Ok(Self { web: web.clone(), l, asker: asker.clone(), path }),
            None => Err(sign_in::expired(&parts.headers)),
        }
    }
}

impl Visit {
    pub fn chrome(&self, title: impl Into<String>, here: &'static str) -> Chrome {
        Chrome {
            l: self.l,
            title: title.into(),
            who: self.asker.name.clone(),
            open: self.web.settings.open(),
            here,
            back: self.path.clone(),
            v: &assets::VERSION,
        }
    }

    /// The page that says why something cannot be shown.
    pub fn failure(&self, error: &StoreError) -> Response {
        let chrome = self.chrome(self.l.w("error.title"), "");
        failure(chrome, status_of(error), store_sentence(self.l, error))
    }
}

/// What surrounds every page.
pub struct Chrome {
    pub l: Lang,
    pub title: String,
    /// Empty where nobody is known.
    pub who: String,
    pub open: bool,
    pub here: &'static str,
    /// Where the language switch comes back to.
    pub back: String,
    /// Version of the assets.
    pub v: &'static str,
}

impl Chrome {
    /// For pages before anybody is known.
    pub fn stranger(l: Lang, open: bool, title: impl Into<String>, back: impl Into<String>) -> Self {
        Self { l, title: title.into(), who: String::new(), open, here: "", back: back.into(), v: &assets::VERSION }
    }
}

#[derive(Template)]
#[template(path = "failure.html")]
struct Failure {
    chrome: Chrome,
    sentence: String,
}

pub fn failure(chrome: Chrome, status: StatusCode, sentence: String) -> Response {
    page(status, &Failure { chrome, sentence })
}

/// Renders a page.
pub fn page(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page cannot be rendered");
            let sentence = "this page cannot be shown; it was written to the log";
            Problem::new(StatusCode::INTERNAL_SERVER_ERROR, sentence).into_response()
        }
    }
}

/// What is nowhere: JSON below `/v1`, a page elsewhere.
pub async fn nowhere(l: Lang) -> Response {
    let chrome = Chrome::stranger(l, true, l.w("error.title"), "/");
    failure(chrome, StatusCode::NOT_FOUND, l.w("error.nowhere").to_owned())
}

/// A store's error in the language of the page; rare ones stay in English.
pub fn store_sentence(l: Lang, error: &StoreError) -> String {
    match error {
        StoreError::NoCase(number) => l.with("error.no_case", "case", &number.to_string()),
        StoreError::NotACaseNumber => l.w("error.not_a_number").into(),
        StoreError::NoMessage(_) => l.w("error.no_message").into(),
        StoreError::NotKept(_) => l.w("error.not_kept").into(),
        StoreError::Stale { .. } => l.w("error.stale").into(),
        StoreError::NotUnderstood(_) => l.w("error.not_understood").into(),
        StoreError::WrongStatus { status, .. } => {
            l.with("error.wrong_status", "status", &l.of_name("status", status.as_str()))
        }
        StoreError::NothingToEmit { .. } => l.w("error.nothing_to_emit").into(),
        StoreError::NoChange(_) => l.w("error.no_change").into(),
        StoreError::Empty { .. } => l.w("error.empty").into(),
        StoreError::Full => l.w("error.full").into(),
        StoreError::ReadOnly => l.w("error.read_only").into(),
        StoreError::Busy => l.w("error.busy").into(),
        StoreError::Corrupt { .. } | StoreError::Backend(_) => l.w("error.broken").into(),
        other => other.to_string(),
    }
}

/// A place of this desk to go to, from what a form or query says; anything else leads to the queue.
pub fn local(next: &str) -> &str {
    let plain = next.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if next.starts_with('/') && !next.starts_with("//") && plain { next } else { "/" }
}
