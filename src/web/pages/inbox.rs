//! The desk's own door: files dropped on the page, and what becomes of them.

use askama::Template;
use axum::Json;
use axum::extract::multipart::Field;
use axum::extract::{DefaultBodyLimit, Multipart, Path};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Serialize;

use super::{Chrome, Visit, failure, page, store_sentence};
use crate::store::{Digest, MessageState};
use crate::web::api::messages;
use crate::web::port::{Format, Input, Receipt};
use crate::web::when;

/// Files of one drop.
const FILES: usize = 50;

/// Room for several files, each within the limit of one message.
pub fn limit(message_bytes: usize) -> DefaultBodyLimit {
    DefaultBodyLimit::max(message_bytes.saturating_mul(2).saturating_add(1 << 20))
}

/// What became of one file.
#[derive(Debug, Clone, Serialize)]
struct Taken {
    name: String,
    /// `kept`, `known` or `refused`.
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<String>,
    /// A sentence, where it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

#[derive(Template)]
#[template(path = "inbox.html")]
struct Inbox {
    chrome: Chrome,
    taken: Vec<Taken>,
}

pub async fn take(visit: Visit, headers: HeaderMap, mut parts: Multipart) -> Response {
    let script = headers.get("x-requested-by").is_some();
    let mut taken = Vec::new();
    loop {
        let field = match parts.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => break,
            Err(error) => {
                taken.push(refused(String::new(), broke(&visit, error.status())));
                break;
            }
        };
        if taken.len() >= FILES {
            taken.push(refused(String::new(), visit.l.n("inbox.too_many", FILES)));
            break;
        }
        if let Some(one) = one(&visit, field).await {
            let broken = one.status == "broken";
            taken.push(Taken { status: if broken { "refused" } else { one.status }, ..one });
            if broken {
                break;
            }
        }
    }
    if taken.is_empty() {
        taken.push(refused(String::new(), visit.l.w("inbox.nothing").into()));
    }
    if script {
        return Json(taken).into_response();
    }
    if let [Taken { sha256: Some(sha256), status: "kept" | "known", .. }] = taken.as_slice() {
        return Redirect::to(&format!("/inbox/{sha256}")).into_response();
    }
    let chrome = visit.chrome(visit.l.w("inbox.title"), "queue");
    page(StatusCode::OK, &Inbox { chrome, taken })
}

/// One file, or pasted text; None for an input that was left empty.
async fn one(visit: &Visit, field: Field<'_>) -> Option<Taken> {
    let pasted = field.name() == Some("text");
    let name = field.file_name().unwrap_or_default().to_owned();
    let bytes = match field.bytes().await {
        Ok(bytes) => bytes,
        Err(error) => return Some(Taken { status: "broken", ..refused(name, broke(visit, error.status())) }),
    };
    if bytes.is_empty() && (name.is_empty() || pasted) {
        return None;
    }
    if bytes.len() > visit.web.settings.message_bytes {
        return Some(refused(name, broke(visit, StatusCode::PAYLOAD_TOO_LARGE)));
    }
    // Outlook's own format: a compound file.
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Some(refused(name, visit.l.w("inbox.outlook").into()));
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    let format = match ending.as_str() {
        "json" => Format::Json,
        "txt" | "md" => Format::Text,
        _ if pasted => Format::Text,
        _ => Format::Mail,
    };
    let input = Input { bytes: bytes.to_vec(), format, door: "page", name: name.clone() };
    Some(match visit.web.desk.ingest(input).await {
        Ok(Receipt::Kept { sha256, case }) => kept(name, "kept", sha256, case),
        Ok(Receipt::Known { sha256, case }) => kept(name, "known", sha256, case),
        Ok(Receipt::Refused { reason, .. }) => refused(name, reason),
        Err(error) => refused(name, store_sentence(visit.l, &error)),
    })
}

fn kept(name: String, status: &'static str, sha256: Digest, case: Option<crate::store::CaseNumber>) -> Taken {
    Taken { name, status, sha256: Some(sha256.to_string()), case: case.map(|case| case.to_string()), reason: None }
}

fn refused(name: String, reason: String) -> Taken {
    Taken { name, status: "refused", sha256: None, case: None, reason: Some(reason) }
}

fn broke(visit: &Visit, status: StatusCode) -> String {
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        return visit.l.with("inbox.too_large", "limit", &when::size(visit.web.settings.message_bytes as u64));
    }
    visit.l.w("inbox.broke").into()
}

/// How far a message has come, for a script that waits.
#[derive(Serialize)]
struct Progress {
    state: &'static str,
    case: Option<String>,
    reason: Option<String>,
}

#[derive(Template)]
#[template(path = "waiting.html")]
struct Waiting {
    chrome: Chrome,
    state: &'static str,
    reason: String,
}

/// Leads to the case as soon as the message is understood.
pub async fn show(visit: Visit, headers: HeaderMap, Path(sha256): Path<String>) -> Response {
    let record = match sha256.parse::<Digest>() {
        Ok(digest) => visit.web.store.message(digest).await,
        Err(error) => Err(error),
    };
    let record = match record {
        Ok(record) => record,
        Err(error) => return visit.failure(&error),
    };
    let case = record.case.map(|case| case.to_string());
    if headers.get("x-requested-by").is_some() {
        return Json(Progress { state: record.state.as_str(), case, reason: record.reason }).into_response();
    }
    match (record.state, case) {
        (MessageState::Understood | MessageState::Failed, Some(case)) => {
            Redirect::to(&format!("/cases/{case}")).into_response()
        }
        (state, _) => {
            let chrome = visit.chrome(visit.l.w("inbox.title"), "queue");
            let waiting = Waiting { chrome, state: state.as_str(), reason: record.reason.unwrap_or_default() };
            let mut response = page(StatusCode::OK, &waiting);
            if state == MessageState::Received {
                // Without a script the page looks again by itself.
                response.headers_mut().insert(header::REFRESH, header::HeaderValue::from_static("1"));
            }
            response
        }
    }
}

/// The bytes as a download.
pub async fn raw(visit: Visit, Path(sha256): Path<String>) -> Response {
    let bytes = match sha256.parse::<Digest>() {
        Ok(digest) => messages::raw(&visit.web, &visit.asker, digest).await,
        Err(error) => Err(error),
    };
    match bytes {
        Ok(response) => response,
        Err(crate::store::StoreError::NotADigest) => {
            let chrome = visit.chrome(visit.l.w("error.title"), "");
            failure(chrome, StatusCode::NOT_FOUND, visit.l.w("error.no_message").into())
        }
        Err(error) => visit.failure(&error),
    }
}
