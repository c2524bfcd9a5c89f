//! Whether the program lives, and whether its store answers; asked without a key.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::web::Web;
use crate::web::problem::{ErrorBody, Problem};

pub fn router() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::default().routes(routes!(get_health)).routes(routes!(get_ready))
}

/// That the program lives.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Health {
    /// Always `ok`.
    pub status: String,
    pub version: String,
}

/// Answers as long as the program lives.
#[utoipa::path(
    get, path = "/healthz", tag = "health", operation_id = "health",
    responses((status = 200, description = "it lives", body = Health))
)]
async fn get_health(State(web): State<Arc<Web>>) -> Json<Health> {
    Json(Health { status: "ok".into(), version: web.desk.build().version })
}

/// That the store answers.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Ready {
    /// Always `ready`.
    pub status: String,
    /// Messages on the disk that are still to be understood.
    pub to_understand: u64,
}

/// Answers whether the store can be used.
#[utoipa::path(
    get, path = "/readyz", tag = "health", operation_id = "ready",
    responses(
        (status = 200, description = "it can take requests", body = Ready),
        (status = 503, description = "it cannot", body = ErrorBody)
    )
)]
async fn get_ready(State(web): State<Arc<Web>>) -> Result<Json<Ready>, Problem> {
    match web.store.counts().await {
        Ok(counts) => Ok(Json(Ready { status: "ready".into(), to_understand: counts.to_understand })),
        Err(error) => {
            tracing::warn!(%error, "the store does not answer");
            Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, error.to_string()))
        }
    }
}
