//! The knowledge base: its sources with their faults, and its parts, read and written by an administrator.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Place;
use crate::knowledge::pages::read::FILE_BYTES;
use crate::knowledge::sources::part::PartError;
use crate::knowledge::sources::{Kind, Library, Source, State as Standing};
use crate::store::AuditNote;
use crate::web::Web;
use crate::web::identity::Asker;
use crate::web::problem::{Changing, Problem, Reading};

/// Faults of one source that an answer names; the others are counted.
const FAULTS: usize = 500;

pub fn router() -> OpenApiRouter<Arc<Web>> {
    let putting = routes!(put_part);
    let limited = (putting.0, putting.1, putting.2.layer(DefaultBodyLimit::max(FILE_BYTES as usize)));
    OpenApiRouter::default()
        .routes(routes!(get_sources))
        .routes(routes!(get_part))
        .routes(limited)
        .routes(routes!(delete_part))
}

/// All sources.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Sources {
    /// Rises with every change of what is in use.
    pub number: u64,
    pub sources: Vec<SourceBody>,
}

/// One source of the knowledge base.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct SourceBody {
    /// The file's name, the page folder's, or `ldap`.
    pub name: String,
    pub kind: SourceKind,
    pub state: SourceState,
    /// Rows, pages or entries in use.
    pub count: usize,
    /// When the version in use was read; left out where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_at: Option<DateTime<Utc>>,
    /// At most 500.
    pub faults: Vec<FaultBody>,
    /// Faults beside those.
    pub more_faults: usize,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    Rows,
    Pages,
    Directory,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SourceState {
    /// The newest version is in use.
    Used,
    /// A newer version cannot be used, or the source is out of reach; the last good one stays in use.
    Kept,
    /// There is nothing.
    Absent,
}

/// What could not be used, and why.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct FaultBody {
    pub file: String,
    /// From 1; 0 where the whole file is meant.
    pub line: usize,
    pub reason: String,
}

impl From<&Source> for SourceBody {
    fn from(source: &Source) -> Self {
        let fault =
            |f: &crate::knowledge::Fault| FaultBody { file: f.file.clone(), line: f.line, reason: f.reason.clone() };
        Self {
            name: source.name.clone(),
            kind: match source.kind {
                Kind::Rows => SourceKind::Rows,
                Kind::Pages => SourceKind::Pages,
                Kind::Directory => SourceKind::Directory,
            },
            state: match source.state {
                Standing::Used => SourceState::Used,
                Standing::Kept => SourceState::Kept,
                Standing::Absent => SourceState::Absent,
            },
            count: source.count,
            read_at: source.read_at,
            faults: source.faults.iter().take(FAULTS).map(fault).collect(),
            more_faults: source.faults.len().saturating_sub(FAULTS),
        }
    }
}

impl From<PartError> for Problem {
    fn from(error: PartError) -> Self {
        let status = match &error {
            PartError::NoFolder => StatusCode::CONFLICT,
            PartError::NoPart(_) => StatusCode::BAD_REQUEST,
            PartError::NotThere(_) => StatusCode::NOT_FOUND,
            PartError::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            PartError::Io(_) => StatusCode::SERVICE_UNAVAILABLE,
        };
        Self::new(status, error.to_string())
    }
}

/// Lists the sources of the knowledge base: what is in use of each, since when, and what could not be used.
#[utoipa::path(
    get, path = "/v1/knowledge", tag = "knowledge", operation_id = "list_sources",
    responses((status = 200, description = "the sources", body = Sources), Reading)
)]
async fn get_sources(State(web): State<Arc<Web>>) -> Json<Sources> {
    let snapshot = web.desk.library().snapshot();
    Json(Sources { number: snapshot.number, sources: snapshot.sources.iter().map(SourceBody::from).collect() })
}

/// The bytes of a part of the organisation's folder. Only for an administrator: it may hold the people.
#[utoipa::path(
    get, path = "/v1/knowledge/{*part}", tag = "knowledge", operation_id = "get_part",
    params(("part" = String, Path, description = "people.csv, catalog.toml, …, or a page like pages/hr/leave.md")),
    responses(
        (status = 200, description = "the bytes, as an attachment", content_type = "application/octet-stream"),
        (status = 409, description = "no organisation's folder is configured", body = super::ErrorBody),
        Reading
    )
)]
async fn get_part(
    State(web): State<Arc<Web>>,
    Extension(asker): Extension<Asker>,
    Place(part): Place<String>,
) -> Result<Response, Problem> {
    asker.must_be_admin()?;
    let name = part.clone();
    let bytes = blocking(&web, move |library| library.get(&name)).await?;
    note(&web, &asker, "fetched", &part).await?;
    let headers = [(header::CONTENT_TYPE, "application/octet-stream"), (header::CONTENT_DISPOSITION, "attachment")];
    Ok((headers, bytes).into_response())
}

/// Puts a part of the organisation's folder. It is checked first: bytes of which nothing could be used are refused with
/// their faults, and change nothing. It is in use when this answers; rows with faults are named, and the others used.
#[utoipa::path(
    put, path = "/v1/knowledge/{*part}", tag = "knowledge", operation_id = "put_part",
    params(("part" = String, Path, description = "people.csv, catalog.toml, …, or a page like pages/hr/leave.md")),
    request_body(description = "the file", content((String = "application/octet-stream"))),
    responses((status = 200, description = "the source as it stands now", body = SourceBody), Changing)
)]
async fn put_part(
    State(web): State<Arc<Web>>,
    Extension(asker): Extension<Asker>,
    Place(part): Place<String>,
    bytes: Bytes,
) -> Result<Json<SourceBody>, Problem> {
    asker.must_be_admin()?;
    let (name, now) = (part.clone(), web.now());
    let source = blocking(&web, move |library| library.put(&name, &bytes, now)).await?;
    note(&web, &asker, "put", &part).await?;
    Ok(Json(SourceBody::from(&source)))
}

/// Takes a part of the organisation's folder away.
#[utoipa::path(
    delete, path = "/v1/knowledge/{*part}", tag = "knowledge", operation_id = "delete_part",
    params(("part" = String, Path, description = "people.csv, catalog.toml, …, or a page like pages/hr/leave.md")),
    responses((status = 200, description = "the source as it stands now", body = SourceBody), Changing)
)]
async fn delete_part(
    State(web): State<Arc<Web>>,
    Extension(asker): Extension<Asker>,
    Place(part): Place<String>,
) -> Result<Json<SourceBody>, Problem> {
    asker.must_be_admin()?;
    let (name, now) = (part.clone(), web.now());
    let source = blocking(&web, move |library| library.delete(&name, now)).await?;
    note(&web, &asker, "deleted", &part).await?;
    Ok(Json(SourceBody::from(&source)))
}

/// Works on the disk beside the threads that answer.
async fn blocking<T: Send + 'static>(
    web: &Web,
    work: impl FnOnce(&Library) -> Result<T, PartError> + Send + 'static,
) -> Result<T, Problem> {
    let library = web.desk.library();
    let done = tokio::task::spawn_blocking(move || work(&library)).await;
    let broken =
        |_| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the file stopped the reader; nothing is known of it");
    Ok(done.map_err(broken)??)
}

/// Who did what to which part, in the audit.
async fn note(web: &Web, asker: &Asker, action: &str, part: &str) -> Result<(), Problem> {
    let note = AuditNote {
        who: asker.name.clone(),
        action: format!("knowledge_{action}"),
        about: Some(part.to_owned()),
        data: serde_json::Value::Null,
    };
    Ok(web.store.note(note, web.now()).await?)
}
