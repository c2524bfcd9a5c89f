//! Messages: handed in, looked up, and fetched as they came.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json, RequestExt};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Place;
use crate::contract::Channel;
use crate::store::{AuditNote, CaseNumber, Digest, MessageRecord};
use crate::web::Web;
use crate::web::identity::Asker;
use crate::web::port::{Format, Input, Receipt};
use crate::web::problem::{Changing, Problem, Reading};

pub fn router(message_bytes: usize) -> OpenApiRouter<Arc<Web>> {
    let posting = routes!(post_message);
    let limited = (posting.0, posting.1, posting.2.layer(DefaultBodyLimit::max(message_bytes)));
    OpenApiRouter::default().routes(limited).routes(routes!(get_message)).routes(routes!(get_raw))
}

/// A message as the contract's JSON has it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct MessageBody {
    pub channel: Channel,
    /// The source's own id.
    #[serde(default)]
    pub id: Option<String>,
    #[serde(default)]
    pub from: Option<String>,
    #[serde(default)]
    pub subject: Option<String>,
    pub text: String,
    /// RFC 3339 with the sender's offset; now, where it is left out.
    #[serde(default)]
    pub received_at: Option<String>,
}

/// That a message is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Kept {
    /// Of the bytes that are kept: ask for the message by it.
    pub sha256: Digest,
    pub status: KeptStatus,
    /// The case that it opened or joined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseNumber>,
}

/// Whether a message was new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeptStatus {
    /// It is on the disk, and will be understood.
    Kept,
    /// It was there already.
    Known,
}

/// Hands in one message. It is on the disk when this answers; it is understood soon after.
#[utoipa::path(
    post, path = "/v1/messages", tag = "messages", operation_id = "post_message",
    request_body(description = "one message", content(
        (MessageBody = "application/json"),
        (String = "message/rfc822"),
        (String = "text/plain"),
    )),
    responses((status = 202, description = "kept, or known already", body = Kept), Changing)
)]
async fn post_message(State(web): State<Arc<Web>>, request: Request) -> Result<(StatusCode, Json<Kept>), Problem> {
    let format = format_of(request.headers().get(header::CONTENT_TYPE))?;
    let limit = web.settings.message_bytes;
    let bytes = request.extract::<Bytes, _>().await.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            let sentence = format!("the message is larger than {limit} bytes (intake.message_bytes)");
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, sentence)
        }
        _ => Problem::from(rejection),
    })?;
    let input = Input { bytes: bytes.to_vec(), format, door: "http", name: String::new() };
    let (status, sha256, case) = match web.desk.ingest(input).await? {
        Receipt::Kept { sha256, case } => (KeptStatus::Kept, sha256, case),
        Receipt::Known { sha256, case } => (KeptStatus::Known, sha256, case),
        Receipt::Refused { reason, .. } => return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, reason)),
    };
    Ok((StatusCode::ACCEPTED, Json(Kept { sha256, status, case })))
}

fn format_of(media_type: Option<&HeaderValue>) -> Result<Format, Problem> {
    let named = media_type.and_then(|value| value.to_str().ok()).unwrap_or_default();
    let named = named.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match named.as_str() {
        "application/json" => Ok(Format::Json),
        "message/rfc822" => Ok(Format::Mail),
        "text/plain" => Ok(Format::Text),
        _ => Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "send a message as `Content-Type: message/rfc822`, `application/json` or `text/plain`",
        )),
    }
}

/// What is known of a message, and how far understanding it has come.
#[utoipa::path(
    get, path = "/v1/messages/{sha256}", tag = "messages", operation_id = "get_message",
    params(("sha256" = Digest, Path, description = "as the answer to handing it in named it")),
    responses((status = 200, description = "the message's record", body = MessageRecord), Reading)
)]
async fn get_message(
    State(web): State<Arc<Web>>,
    Place(sha256): Place<Digest>,
) -> Result<Json<MessageRecord>, Problem> {
    Ok(Json(web.store.message(sha256).await?))
}

/// The bytes of a message exactly as they came.
#[utoipa::path(
    get, path = "/v1/messages/{sha256}/raw", tag = "messages", operation_id = "get_message_raw",
    params(("sha256" = Digest, Path, description = "as the answer to handing it in named it")),
    responses(
        (status = 200, description = "the bytes, as an attachment", content_type = "application/octet-stream"),
        Reading
    )
)]
async fn get_raw(
    State(web): State<Arc<Web>>,
    Extension(asker): Extension<Asker>,
    Place(sha256): Place<Digest>,
) -> Result<Response, Problem> {
    Ok(raw(&web, &asker, sha256).await?)
}

/// The bytes as a download; who fetched them is written to the audit.
pub async fn raw(web: &Web, asker: &Asker, sha256: Digest) -> Result<Response, crate::store::StoreError> {
    let record = web.store.message(sha256).await?;
    let bytes = web.store.bytes(sha256).await?;
    let note = AuditNote {
        who: asker.name.clone(),
        action: "fetched".into(),
        about: Some(sha256.to_string()),
        data: serde_json::Value::Null,
    };
    web.store.note(note, web.now()).await?;
    let ending = match record.channel {
        Channel::Mail => "eml",
        Channel::Chat | Channel::Ticket => "json",
        Channel::File => "bin",
    };
    // The name is ours: the sender's could lie about the kind.
    let name = format!("{}.{ending}", sha256.to_string().get(..12).unwrap_or("message"));
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, bytes).into_response())
}
