//! The web: the REST API and the review pages over the store; [`router`] is all that the app needs.
//!
//! # Design
//! Handlers extract, call, render. What they need from above they ask of [`port::Desk`]. The API and the pages
//! do not know each other; both know who is asking ([`identity`]), and both stand behind [`guard`].

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::{Router, middleware};
use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;

pub use settings::{Client, Clock, Settings, User};

use crate::store::Shared;

pub mod api;
mod assets;
mod check;
mod fields;
mod form;
mod guard;
pub mod identity;
pub mod pages;
pub mod port;
pub mod problem;
mod runs;
mod sessions;
pub mod settings;
mod when;
mod words;

/// Bytes of a body where a route says nothing else: forms, small JSON.
const BODY_BYTES: usize = 4 << 20;

/// What every handler may use.
pub struct Web {
    pub store: Shared,
    pub desk: Arc<dyn port::Desk>,
    pub settings: Settings,
    sessions: sessions::Sessions,
}

impl Web {
    pub fn new(store: Shared, desk: Arc<dyn port::Desk>, settings: Settings) -> Arc<Self> {
        Arc::new(Self { store, desk, settings, sessions: sessions::Sessions::default() })
    }

    /// Now, in the offset in which pages show times.
    pub fn clock(&self) -> DateTime<FixedOffset> {
        (self.settings.clock)()
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock().with_timezone(&Utc)
    }

    pub fn today(&self) -> NaiveDate {
        self.clock().date_naive()
    }
}

/// Everything that is served.
pub fn router(web: Arc<Web>) -> Router {
    Router::new()
        .merge(api::router(&web))
        .merge(pages::router(&web))
        .merge(assets::router())
        .fallback(pages::nowhere)
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(CatchPanicLayer::custom(guard::panicked))
        .layer(CsrfLayer::new().with_rejection_response(guard::other_site))
        .layer(middleware::from_fn_with_state(web.clone(), guard::host))
        .layer(middleware::from_fn(guard::headers))
        .layer(middleware::from_fn(guard::log))
        .with_state(web)
}
