//! Who is asking: a technician by cookie, a program or person by key, or anybody where the desk is open.

use std::borrow::Cow;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;

use super::Web;
use super::problem::Problem;
use super::settings::Settings;
use crate::store::Digest;

/// Holds the session's token.
pub const SESSION_COOKIE: &str = "muster_session";
/// Holds the technician's name where the desk is open.
pub const NAME_COOKIE: &str = "muster_name";
/// Characters of a name; more is cut.
const NAME_CHARS: usize = 80;

/// Who is asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asker {
    pub name: String,
    /// Programs may hand in messages and take events; only people decide.
    pub person: bool,
    /// May change the knowledge base; at an open desk everybody may.
    pub admin: bool,
}

impl Asker {
    /// Only a person may change or decide a case.
    pub fn must_be_person(&self) -> Result<(), Problem> {
        if self.person {
            return Ok(());
        }
        Err(Problem::new(StatusCode::FORBIDDEN, "this key belongs to a program, and only a person may do that"))
    }

    /// Only an administrator may change the knowledge base.
    pub fn must_be_admin(&self) -> Result<(), Problem> {
        if self.admin {
            return Ok(());
        }
        let sentence = "only an administrator's key may do that (`admin = true` beside the key in the configuration)";
        Err(Problem::new(StatusCode::FORBIDDEN, sentence))
    }
}

/// Finds out who calls the API, and turns strangers away.
pub async fn of_api(State(web): State<Arc<Web>>, mut request: Request, next: Next) -> Response {
    match api_asker(&web.settings, request.headers()) {
        Ok(asker) => {
            request.extensions_mut().insert(asker);
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    }
}

fn api_asker(settings: &Settings, headers: &HeaderMap) -> Result<Asker, Problem> {
    let bearer = headers.get(header::AUTHORIZATION).map(|value| value.to_str().unwrap_or_default().trim());
    if let Some(bearer) = bearer {
        let key = bearer.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        let found = key.and_then(|(_, key)| by_key(settings, key.trim()));
        return found.ok_or_else(|| Problem::new(StatusCode::UNAUTHORIZED, "this access key is not known"));
    }
    if !settings.open() {
        let how = "send your access key as `Authorization: Bearer KEY`";
        return Err(Problem::new(StatusCode::UNAUTHORIZED, how));
    }
    let name = headers.get("x-muster-user").map(|value| String::from_utf8_lossy(value.as_bytes()));
    let name = name.map(|name| tidy_name(&name)).filter(|name| !name.is_empty());
    Ok(Asker { name: name.unwrap_or_else(|| "api".into()), person: true, admin: true })
}

/// The person or program that holds this key. Takes the same time wherever it stands in the list.
fn by_key(settings: &Settings, key: &str) -> Option<Asker> {
    let digest = Digest::of(key);
    let mut found = None;
    for user in &settings.users {
        if same(&user.key_sha256, &digest) {
            found = Some(Asker { name: user.name.clone(), person: true, admin: user.admin });
        }
    }
    for client in &settings.clients {
        if same(&client.key_sha256, &digest) {
            found = Some(Asker { name: client.name.clone(), person: false, admin: client.admin });
        }
    }
    found
}

/// The user whose key this is; programs cannot sign in.
pub fn sign_in(settings: &Settings, key: &str) -> Option<Asker> {
    by_key(settings, key).filter(|asker| asker.person)
}

/// Compares all digits, whatever the first ones are.
fn same(one: &Digest, other: &Digest) -> bool {
    let (one, other) = (one.to_string(), other.to_string());
    one.len() == other.len() && one.bytes().zip(other.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

/// Finds out who looks at a page; a stranger is led to the sign-in page.
pub async fn of_page(State(web): State<Arc<Web>>, jar: CookieJar, mut request: Request, next: Next) -> Response {
    let Some(asker) = page_asker(&web, &jar) else {
        let reading = matches!(*request.method(), axum::http::Method::GET | axum::http::Method::HEAD);
        if !reading || request.headers().get("x-requested-by").is_some() {
            // A script must see this, and a form's content must not be lost by a silent redirect.
            return super::pages::sign_in::expired(request.headers());
        }
        let back = request.uri().path_and_query().map_or("/", |path| path.as_str());
        return Redirect::to(&format!("/sign-in?next={}", encode(back))).into_response();
    };
    request.extensions_mut().insert(asker);
    next.run(request).await
}

pub fn page_asker(web: &Web, jar: &CookieJar) -> Option<Asker> {
    let name = if web.settings.open() {
        tidy_name(&decode(jar.get(NAME_COOKIE)?.value()))
    } else {
        web.sessions.whose(jar.get(SESSION_COOKIE)?.value(), web.now())?
    };
    (!name.is_empty()).then_some(Asker { name, person: true, admin: web.settings.open() })
}

/// A name without control and direction characters, cut to a length that fits a line.
pub fn tidy_name(name: &str) -> String {
    let plain = name.chars().filter(|c| !c.is_control() && !super::runs::is_direction_control(*c));
    plain.take(NAME_CHARS).collect::<String>().trim().to_owned()
}

/// Percent-encoding of everything but unreserved characters, for cookies and queries.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// The reverse; a broken sequence stays as it is.
pub fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let digit = |b: Option<u8>| b.and_then(|b| char::from(b).to_digit(16));
        let mut ahead = bytes.clone();
        match (byte, digit(ahead.next()), digit(ahead.next())) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                bytes = ahead;
            }
            _ => out.push(byte),
        }
    }
    Cow::Owned(String::from_utf8_lossy(&out).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_travel_in_cookies() {
        for name in ["Ann Lee", "王小明", "100%", "a%zz", "%E7%8E"] {
            assert_eq!(decode(&encode(name)), name);
        }
        assert_eq!(decode("100%"), "100%");
        assert_eq!(tidy_name("  Ann\u{202e}\n Lee "), "Ann Lee");
    }

    #[test]
    fn a_key_finds_its_holder_and_no_other() {
        let settings = Settings {
            users: vec![crate::web::User {
                name: "Ann".into(),
                email: String::new(),
                key_sha256: Digest::of("a"),
                admin: true,
            }],
            clients: vec![crate::web::Client { name: "flow".into(), key_sha256: Digest::of("b"), admin: false }],
            ..Settings::default()
        };
        assert_eq!(by_key(&settings, "a").map(|a| a.name).as_deref(), Some("Ann"));
        assert_eq!(by_key(&settings, "b").map(|a| a.person), Some(false));
        assert_eq!(by_key(&settings, "c"), None);
        assert_eq!(sign_in(&settings, "b"), None);
    }
}
