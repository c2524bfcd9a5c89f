//! The REST API: one file a resource; its OpenAPI 3.1 document comes from the same code.

use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Json, middleware};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ContactBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder};
use utoipa_axum::router::OpenApiRouter;

use super::problem::{ErrorBody, Problem};
use super::{Web, identity};

pub mod ask;
pub mod audit;
pub mod cases;
pub mod corrections;
pub mod health;
pub mod knowledge;
pub mod messages;
pub mod queue;

/// A JSON body; what cannot be read is answered with a sentence.
#[derive(FromRequest)]
#[from_request(via(axum::Json), rejection(Problem))]
pub struct Body<T>(pub T);

/// Parts of the address, with a sentence where they do not read.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Problem))]
pub struct Place<T>(pub T);

/// The query, with a sentence where it does not read.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Problem))]
pub struct Asked<T>(pub T);

/// All routes with their document.
pub fn router(web: &Arc<Web>) -> axum::Router<Arc<Web>> {
    let (guarded, open, document) = routes(web.settings.message_bytes);
    let served = Arc::new(document);
    let guarded = guarded
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn_with_state(web.clone(), identity::of_api));
    let document = axum::routing::get(move || {
        let served = served.clone();
        async move { Json((*served).clone()) }
    });
    guarded.merge(open).route("/openapi.json", document).route("/v1/{*rest}", axum::routing::any(nowhere))
}

/// The document that `/openapi.json` serves.
pub fn openapi(message_bytes: usize) -> OpenApi {
    routes(message_bytes).2
}

/// Routes behind the guard, routes for anybody, and the document of both.
fn routes(message_bytes: usize) -> (axum::Router<Arc<Web>>, axum::Router<Arc<Web>>, OpenApi) {
    let (guarded, mut document) = OpenApiRouter::with_openapi(document())
        .merge(messages::router(message_bytes))
        .merge(cases::router())
        .merge(queue::router())
        .merge(audit::router())
        .merge(corrections::router())
        .merge(knowledge::router())
        .merge(ask::router())
        .split_for_parts();
    let (open, health) = OpenApiRouter::default().merge(health::router()).split_for_parts();
    document.merge(health);
    // The router marks a place that may hold slashes; the document has no such mark.
    let paths = std::mem::take(&mut document.paths.paths);
    document.paths.paths = paths.into_iter().map(|(path, item)| (path.replace("{*", "{"), item)).collect();
    let schemas = &mut document.components.get_or_insert_default().schemas;
    schemas.insert("ErrorBody".into(), <ErrorBody as utoipa::PartialSchema>::schema());
    (guarded, open, document)
}

/// The document without its paths.
fn document() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Muster")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "HR and IT messages in, approved onboarding, offboarding, transfer and access requests out. \
             Every refusal is `{\"error\": \"a sentence for the person who can act on it\"}`. \
             Instants are RFC 3339; offsets into texts count Unicode scalar values.",
        ))
        .contact(None::<utoipa::openapi::Contact>.or(Some(ContactBuilder::new().name(Some("Muster")).build())))
        .license(Some(LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build()))
        .build();
    let mut document = OpenApiBuilder::new().info(info).build();
    let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    document.components.get_or_insert_default().add_security_scheme("key", bearer);
    // Either: a desk without configured users is open on loopback.
    document.security =
        Some(vec![SecurityRequirement::default(), SecurityRequirement::new("key", std::iter::empty::<String>())]);
    document
}

async fn nowhere() -> Response {
    Problem::new(StatusCode::NOT_FOUND, "there is nothing at this address; /openapi.json lists what there is")
        .into_response()
}

async fn wrong_method() -> Response {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "this address takes another method; /openapi.json says which")
        .into_response()
}
