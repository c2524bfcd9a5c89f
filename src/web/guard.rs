//! What stands before every handler: host names, other sites, headers for browsers, a log without personal data.

use std::any::Any;
use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tower_http::csrf::ProtectionError;

use super::Web;
use super::problem::Problem;

/// Only what the desk itself serves runs or shows; nobody frames it.
const CONTENT_SECURITY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

static HEADERS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()"),
];

/// Headers for browsers, and nothing kept in shared caches.
pub async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in &HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// A page of another site can make a browser ask here under that site's name (DNS rebinding): only our names count.
pub async fn host(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response {
    let named = request.uri().authority().map(|authority| authority.as_str().to_owned());
    let header = request.headers().get(header::HOST).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let name = named.or(header).unwrap_or_default();
    if knows(&web, &name) {
        return next.run(request).await;
    }
    let sentence = "this desk is not reached under that host name; if it should be, add the name to `web.hosts`";
    Problem::new(StatusCode::FORBIDDEN, sentence).into_response()
}

fn knows(web: &Web, name: &str) -> bool {
    let settings = &web.settings;
    let listed = settings.hosts.iter().any(|host| host.eq_ignore_ascii_case(name));
    listed || loopback(name) || (!settings.open() && settings.hosts.is_empty())
}

/// `localhost`, `127.x.x.x` and `[::1]`, with any port.
fn loopback(name: &str) -> bool {
    let bare = match name.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) && !host.is_empty() => host,
        _ => name,
    };
    let bare = bare.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost") || bare.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// The answer to a form or call that another site sent.
pub fn other_site(_: ProtectionError) -> Response<Body> {
    let sentence = "this request came from another site and was not carried out";
    Problem::new(StatusCode::FORBIDDEN, sentence).into_response()
}

/// The answer where a handler panicked; the cause goes to the log.
pub fn panicked(cause: Box<dyn Any + Send + 'static>) -> Response<Body> {
    let words =
        cause.downcast_ref::<&str>().map(|s| (*s).to_owned()).or_else(|| cause.downcast_ref::<String>().cloned());
    tracing::error!(cause = words.as_deref().unwrap_or("unknown"), "a handler panicked");
    let sentence = "this should not have happened; it was written to the log, and nothing was changed";
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, sentence).into_response()
}

/// One line a request: method, the route's pattern (never what stands in it), status, time.
pub async fn log(request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let method: Method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("(none)".to_owned(), |path| path.as_str().to_owned());
    let response = next.run(request).await;
    let (status, ms) = (response.status().as_u16(), begun.elapsed().as_millis());
    tracing::debug!(%method, route, status, ms, "answered");
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_has_few_names() {
        for name in [
            "localhost",
            "localhost:8080",
            "LOCALHOST:1",
            "127.0.0.1",
            "127.0.0.1:80",
            "[::1]",
            "[::1]:8080",
            "127.1.2.3",
        ] {
            assert!(loopback(name), "{name}");
        }
        for name in [
            "",
            "localhost.example.com",
            "127.0.0.1.example.com",
            "10.0.0.1",
            "example.com:8080",
            "[::2]:80",
            "0.0.0.0",
        ] {
            assert!(!loopback(name), "{name}");
        }
    }
}
