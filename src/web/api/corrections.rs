//! Corrections: what technicians changed, field by field and as whole labelled examples, in JSON lines.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Asked;
use crate::contract::Understanding;
use crate::store::{Correction, examples};
use crate::web::Web;
use crate::web::problem::{Problem, Reading};

pub fn router() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::default().routes(routes!(get_corrections)).routes(routes!(get_examples))
}

/// Where to begin.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Since {
    /// The `id` of the last line that is known; 0 where it is left out.
    after: Option<i64>,
    /// Lines at most, 1 to 1,000; 1,000 where it is left out.
    limit: Option<u32>,
}

/// Corrections as JSON lines, oldest first, one correction a line.
#[utoipa::path(
    get, path = "/v1/corrections", tag = "corrections", operation_id = "export_corrections", params(Since),
    responses(
        (status = 200, description = "one correction a line", body = Correction, content_type = "application/x-ndjson"),
        Reading
    )
)]
async fn get_corrections(State(web): State<Arc<Web>>, Asked(since): Asked<Since>) -> Result<Response, Problem> {
    let all = web.store.corrections(since.after.unwrap_or(0), since.limit.unwrap_or(1_000)).await?;
    Ok(lines(&all))
}

/// The understandings that technicians corrected, the latest of each case, one a line: what `muster train` and
/// `muster eval` read.
#[utoipa::path(
    get, path = "/v1/examples", tag = "corrections", operation_id = "export_examples",
    responses(
        (status = 200, description = "one understanding a line", body = Understanding, content_type = "application/x-ndjson"),
        Reading
    )
)]
async fn get_examples(State(web): State<Arc<Web>>) -> Result<Response, Problem> {
    let all = examples::corrected(web.store.as_ref()).await?;
    Ok(lines(all.iter().map(|r| &r.understanding)))
}

fn lines<T: Serialize>(all: impl IntoIterator<Item = T>) -> Response {
    let mut lines = String::new();
    for one in all {
        match serde_json::to_string(&one) {
            Ok(line) => {
                lines.push_str(&line);
                lines.push('\n');
            }
            Err(error) => tracing::error!(%error, "a line cannot be written"),
        }
    }
    ([(header::CONTENT_TYPE, "application/x-ndjson")], lines).into_response()
}
