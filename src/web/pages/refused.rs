//! Inputs that intake refused, with reason and size.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::{Chrome, Visit, page};
use crate::web::runs::calm;
use crate::web::when;

/// Inputs on the page; older ones are in the API.
const MOST: u32 = 200;

#[derive(Template)]
#[template(path = "refused.html")]
struct Refused {
    chrome: Chrome,
    inputs: Vec<Input>,
    most: bool,
}

struct Input {
    name: String,
    door: String,
    reason: String,
    size: String,
    when: String,
    sha256: String,
}

pub async fn show(visit: Visit) -> Response {
    let found = match visit.web.store.refused(MOST).await {
        Ok(found) => found,
        Err(error) => return visit.failure(&error),
    };
    let offset = *visit.web.clock().offset();
    let input = |record: &crate::store::MessageRecord| Input {
        name: calm(&record.origin.name),
        door: record.origin.door.clone(),
        reason: record.reason.clone().unwrap_or_default(),
        size: when::size(record.size),
        when: when::moment(visit.l, record.arrived_at, offset),
        sha256: record.sha256.to_string(),
    };
    let chrome = visit.chrome(visit.l.w("refused.title"), "refused");
    let most = found.len() >= MOST as usize;
    page(StatusCode::OK, &Refused { chrome, inputs: found.iter().map(input).collect(), most })
}
