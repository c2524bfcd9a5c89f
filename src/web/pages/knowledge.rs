//! The sources of the knowledge base: counts, when each was read, and what could not be used.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::{Chrome, Visit, page};
use crate::web::runs::calm;
use crate::web::when;

/// Faults of one source on the page; the API names more.
const FAULTS: usize = 100;

#[derive(Template)]
#[template(path = "knowledge.html")]
struct Sources {
    chrome: Chrome,
    sources: Vec<Row>,
    faults: Vec<Fault>,
    more: usize,
}

struct Row {
    name: String,
    kind: String,
    state: &'static str,
    standing: String,
    count: usize,
    read: String,
    faults: usize,
}

struct Fault {
    source: String,
    place: String,
    reason: String,
}

pub async fn show(visit: Visit) -> Response {
    let snapshot = visit.web.desk.library().snapshot();
    let offset = *visit.web.clock().offset();
    let l = visit.l;
    let mut faults = Vec::new();
    let mut more = 0;
    let mut sources = Vec::new();
    for source in &snapshot.sources {
        sources.push(Row {
            name: calm(&source.name),
            kind: l.of_name("source_kind", kind(source.kind)),
            state: source.state.as_str(),
            standing: l.of_name("source_state", source.state.as_str()),
            count: source.count,
            read: source.read_at.map_or(String::new(), |at| when::moment(l, at, offset)),
            faults: source.faults.len(),
        });
        more += source.faults.len().saturating_sub(FAULTS);
        faults.extend(source.faults.iter().take(FAULTS).map(|fault| Fault {
            source: calm(&source.name),
            place: if fault.line == 0 { calm(&fault.file) } else { format!("{}:{}", calm(&fault.file), fault.line) },
            reason: calm(&fault.reason),
        }));
    }
    let chrome = visit.chrome(l.w("knowledge.title"), "knowledge");
    page(StatusCode::OK, &Sources { chrome, sources, faults, more })
}

fn kind(kind: crate::knowledge::sources::Kind) -> &'static str {
    use crate::knowledge::sources::Kind;
    match kind {
        Kind::Rows => "rows",
        Kind::Pages => "pages",
        Kind::Directory => "directory",
    }
}
