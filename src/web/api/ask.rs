//! Questions about policies, answered by quotes of the pages.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Body;
use crate::knowledge::pages::{Answer, Way};
use crate::web::Web;
use crate::web::problem::{Changing, Problem};

pub fn router() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::default().routes(routes!(post_ask))
}

/// A question in either language.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Question {
    /// At most 2,000 characters are read.
    question: String,
}

/// Answers a question by quotes of the policy pages, or says that they do not say.
#[utoipa::path(
    post, path = "/v1/ask", tag = "knowledge", operation_id = "ask", request_body = Question,
    responses((status = 200, description = "the answer; `abstained` where the pages do not say", body = Answer), Changing)
)]
async fn post_ask(State(web): State<Arc<Web>>, Body(asked): Body<Question>) -> Result<Json<Answer>, Problem> {
    let answers = web.desk.answers();
    let answer = tokio::task::spawn_blocking(move || answers.ask(&asked.question, Way::Both)).await;
    answer.map(Json).map_err(|_| {
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the question stopped the answerer; ask in other words")
    })
}
