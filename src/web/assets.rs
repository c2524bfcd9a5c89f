//! Style, scripts and icons, built into the program.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rust_embed::RustEmbed;
use sha2::{Digest as _, Sha256};

use super::Web;

#[derive(RustEmbed)]
#[folder = "src/web/assets"]
struct Assets;

/// Stands in the address of every asset, so that a new program's pages never meet an old one's style.
pub static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = Sha256::new();
    for name in Assets::iter() {
        if let Some(file) = Assets::get(&name) {
            hasher.update(name.as_bytes());
            hasher.update(file.metadata.sha256_hash());
        }
    }
    hasher.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
});

pub fn router() -> Router<Arc<Web>> {
    Router::new()
        .route("/assets/{version}/{name}", get(|Path((_, name)): Path<(String, String)>| async move { asset(&name) }))
        .route("/favicon.ico", get(|headers: HeaderMap| async move { icon(headers) }))
}

fn asset(name: &str) -> Response {
    let Some(file) = Assets::get(name) else { return StatusCode::NOT_FOUND.into_response() };
    let kind = match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    };
    let kept = "public, max-age=31536000, immutable";
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, kept)], file.data.into_owned()).into_response()
}

fn icon(_: HeaderMap) -> Response {
    asset("icon.svg")
}
