//! What the API answers when it refuses: a status and a sentence for the person who can act on it.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::rejection::{BytesRejection, JsonRejection, PathRejection, QueryRejection};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response as Described, ResponseBuilder};
use utoipa::{IntoResponses, ToSchema};

use crate::store::{ErrorClass, StoreError};

/// The body of every refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ErrorBody {
    /// A sentence for the person who can act on it.
    pub error: String,
}

/// A refusal on its way out.
#[derive(Debug)]
pub struct Problem {
    pub status: StatusCode,
    pub sentence: String,
}

impl Problem {
    pub fn new(status: StatusCode, sentence: impl Into<String>) -> Self {
        Self { status, sentence: sentence.into() }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        (self.status, Json(ErrorBody { error: self.sentence })).into_response()
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::new(status_of(&error), error.to_string())
    }
}

/// The status of a store's error; what is broken is also logged, with its cause.
pub fn status_of(error: &StoreError) -> StatusCode {
    match error.class() {
        ErrorClass::Missing => StatusCode::NOT_FOUND,
        ErrorClass::Conflict => StatusCode::CONFLICT,
        ErrorClass::Invalid => StatusCode::BAD_REQUEST,
        ErrorClass::Unavailable => {
            tracing::warn!(%error, "the store cannot take it now");
            StatusCode::SERVICE_UNAVAILABLE
        }
        ErrorClass::Broken => {
            tracing::error!(%error, cause = ?std::error::Error::source(error), "the store failed");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        let sentence = match &rejection {
            JsonRejection::MissingJsonContentType(_) => "send the body as `Content-Type: application/json`".into(),
            JsonRejection::BytesRejection(_) => too_large(rejection.status()),
            other => format!("the body is not what is expected here: {}", detail(other)),
        };
        Self::new(rejection.status(), sentence)
    }
}

impl From<BytesRejection> for Problem {
    fn from(rejection: BytesRejection) -> Self {
        Self::new(rejection.status(), too_large(rejection.status()))
    }
}

impl From<PathRejection> for Problem {
    fn from(rejection: PathRejection) -> Self {
        Self::new(StatusCode::BAD_REQUEST, format!("the address is not right: {}", detail(&rejection)))
    }
}

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Self {
        Self::new(StatusCode::BAD_REQUEST, format!("the query is not right: {}", detail(&rejection)))
    }
}

fn too_large(status: StatusCode) -> String {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => "the body is larger than is taken here".into(),
        _ => "the body broke off; send it again".into(),
    }
}

/// The innermost cause, which names the field.
fn detail(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    // The chain is short; the bound is for a broken one.
    for _ in 0..10 {
        match innermost.source() {
            Some(source) => innermost = source,
            None => break,
        }
    }
    innermost.to_string()
}

fn described(of: &[(&str, &str)]) -> BTreeMap<String, RefOr<Described>> {
    let body = || ContentBuilder::new().schema(Some(Ref::from_schema_name("ErrorBody"))).build();
    let one = |(status, why): &(&str, &str)| {
        let response = ResponseBuilder::new().description(*why).content("application/json", body()).build();
        ((*status).to_owned(), RefOr::T(response))
    };
    of.iter().map(one).collect()
}

/// Refusals of every operation that asks who is calling.
const COMMON: &[(&str, &str)] = &[
    ("400", "the address, the query or the body is not right"),
    ("401", "no access key, or one that is not known"),
    ("403", "the request came from another site, or under another host name"),
    ("500", "the store failed"),
    ("503", "the store cannot take it now; try again"),
];

/// Refusals of an operation that reads.
pub struct Reading;
/// Refusals of an operation with a body that changes something.
pub struct Changing;

impl IntoResponses for Reading {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        let mut all = described(COMMON);
        all.append(&mut described(&[("404", "it is not there")]));
        all
    }
}

impl IntoResponses for Changing {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        let mut all = Reading::responses();
        all.append(&mut described(&[
            ("409", "it is not allowed now: look again"),
            ("413", "the body is larger than is taken here"),
            ("415", "the body has another media type than is taken here"),
            ("422", "the body cannot be understood"),
        ]));
        all
    }
}
