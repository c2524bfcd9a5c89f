//! The queue: events leased, acknowledged, given back; those given up, and what becomes of them.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{Asked, Body, Place};
use crate::emit::{self, Delivery};
use crate::store::{LeaseAsk, Parked, QueueDepth};
use crate::web::Web;
use crate::web::identity::Asker;
use crate::web::problem::{Changing, Problem, Reading};

pub fn router() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::default()
        .routes(routes!(post_lease))
        .routes(routes!(post_ack))
        .routes(routes!(post_nack))
        .routes(routes!(get_depth))
        .routes(routes!(get_parked))
        .routes(routes!(post_requeue))
        .routes(routes!(post_discard))
}

/// How many events, and for how long.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct LeaseBody {
    /// Events at most, 1 to 100; 10 where it is left out.
    #[serde(default)]
    pub max: Option<u32>,
    /// Seconds until an event that was not acknowledged is handed out again, 1 to 3,600; 60 where it is left out.
    #[serde(default)]
    pub seconds: Option<u32>,
    /// Names the consumer in the history; the caller's name where it is left out.
    #[serde(default)]
    pub consumer: Option<String>,
}

/// The events that were leased; empty where none is ready.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Lease {
    pub events: Vec<Delivery>,
}

/// Leases approved requests as CloudEvents. Delivery is at least once: `event.id` is the idempotency key.
#[utoipa::path(
    post, path = "/v1/queue/lease", tag = "queue", operation_id = "lease_events", request_body = LeaseBody,
    responses((status = 200, description = "what was leased", body = Lease), Changing)
)]
async fn post_lease(
    State(web): State<Arc<Web>>,
    Extension(asker): Extension<Asker>,
    Body(body): Body<LeaseBody>,
) -> Result<Json<Lease>, Problem> {
    let consumer = body.consumer.filter(|name| !name.trim().is_empty()).unwrap_or(asker.name);
    let ask = LeaseAsk { max: body.max.unwrap_or(10), seconds: body.seconds.unwrap_or(60), consumer };
    let events = emit::lease(&*web.store, ask, &web.settings.source, web.now()).await?;
    Ok(Json(Lease { events }))
}

/// Which lease is over.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct AckBody {
    #[schema(value_type = String, format = "uuid")]
    pub lease_id: Uuid,
}

/// Says that the consumer has the event. Repeating it is no error.
#[utoipa::path(
    post, path = "/v1/queue/ack", tag = "queue", operation_id = "ack_event", request_body = AckBody,
    responses((status = 204, description = "acknowledged"), Changing)
)]
async fn post_ack(State(web): State<Arc<Web>>, Body(body): Body<AckBody>) -> Result<StatusCode, Problem> {
    web.store.ack(body.lease_id, web.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which event could not be taken, and why.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct NackBody {
    #[schema(value_type = String, format = "uuid")]
    pub lease_id: Uuid,
    /// Seconds to wait before the next attempt, 0 to 86,400; 0 where it is left out.
    #[serde(default)]
    pub delay: u32,
    /// For the person who looks at events that were given up.
    pub reason: String,
}

/// Gives an event back, to be tried again.
#[utoipa::path(
    post, path = "/v1/queue/nack", tag = "queue", operation_id = "nack_event", request_body = NackBody,
    responses((status = 204, description = "given back"), Changing)
)]
async fn post_nack(State(web): State<Arc<Web>>, Body(body): Body<NackBody>) -> Result<StatusCode, Problem> {
    web.store.nack(body.lease_id, body.delay, &body.reason, web.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How many events stand where.
#[utoipa::path(
    get, path = "/v1/queue", tag = "queue", operation_id = "queue_depth",
    responses((status = 200, description = "numbers of events", body = QueueDepth), Reading)
)]
async fn get_depth(State(web): State<Arc<Web>>) -> Result<Json<QueueDepth>, Problem> {
    Ok(Json(web.store.depth(web.now()).await?))
}

/// How many to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Most {
    /// Events at most, 1 to 1,000; 100 where it is left out.
    limit: Option<u32>,
}

/// Events that were given up.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ParkedEvents {
    /// Oldest first.
    pub parked: Vec<Parked>,
}

/// Lists events that were given up after their last attempt. Each holds back later ones of its request.
#[utoipa::path(
    get, path = "/v1/queue/parked", tag = "queue", operation_id = "list_parked", params(Most),
    responses((status = 200, description = "events given up", body = ParkedEvents), Reading)
)]
async fn get_parked(State(web): State<Arc<Web>>, Asked(most): Asked<Most>) -> Result<Json<ParkedEvents>, Problem> {
    Ok(Json(ParkedEvents { parked: web.store.parked(most.limit.unwrap_or(100)).await? }))
}

/// Puts a parked event back on the queue, with its attempts counted from nothing.
#[utoipa::path(
    post, path = "/v1/queue/parked/{event}/requeue", tag = "queue", operation_id = "requeue_event",
    params(("event" = String, Path, format = "uuid")),
    responses((status = 204, description = "back on the queue"), Changing)
)]
async fn post_requeue(
    State(web): State<Arc<Web>>,
    Extension(asker): Extension<Asker>,
    Place(event): Place<Uuid>,
) -> Result<StatusCode, Problem> {
    asker.must_be_person()?;
    web.store.requeue(event, &asker.name, web.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Why an event is taken off for good.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct DiscardBody {
    pub reason: String,
}

/// Takes a parked event off the queue for good, so that later ones of its request can go.
#[utoipa::path(
    post, path = "/v1/queue/parked/{event}/discard", tag = "queue", operation_id = "discard_event",
    params(("event" = String, Path, format = "uuid")), request_body = DiscardBody,
    responses((status = 204, description = "taken off"), Changing)
)]
async fn post_discard(
    State(web): State<Arc<Web>>,
    Extension(asker): Extension<Asker>,
    Place(event): Place<Uuid>,
    Body(body): Body<DiscardBody>,
) -> Result<StatusCode, Problem> {
    asker.must_be_person()?;
    web.store.discard(event, &asker.name, &body.reason, web.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}
