//! The audit: whether its chain is whole.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::store::AuditReport;
use crate::web::Web;
use crate::web::problem::{Problem, Reading};

pub fn router() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::default().routes(routes!(get_verify))
}

/// Walks the whole chain of audit entries, and says whether it holds.
#[utoipa::path(
    get, path = "/v1/audit/verify", tag = "audit", operation_id = "verify_audit",
    responses((status = 200, description = "what was found", body = AuditReport), Reading)
)]
async fn get_verify(State(web): State<Arc<Web>>) -> Result<Json<AuditReport>, Problem> {
    Ok(Json(web.store.verify_audit().await?))
}
