//! A desk with a store of its own, and calls to it; every API answer is held against the served OpenAPI document.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use chrono::{DateTime, Utc};
use muster::knowledge::sources::{self, Library};
use muster::store::Shared;
use muster::store::sqlite::{Settings as StoreSettings, SqliteStore};
use muster::web::{self, Settings, Web};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::bench::Bench;

/// What `now` is in tests: a Wednesday.
pub const NOW: &str = "2026-03-04T09:30:00+01:00";

pub struct House {
    pub router: Router,
    pub store: Shared,
    document: Value,
    /// Operations that were carried out, as `post /v1/messages`.
    pub done: Mutex<BTreeSet<String>>,
    /// Sent with every call.
    pub headers: HeaderMap,
    pub folder: tempfile::TempDir,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub fn header(&self, name: &str) -> String {
        self.headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
    }

    /// Whitespace as a reader sees it.
    pub fn has(&self, words: &str) -> &Self {
        assert!(self.text.contains(words), "no {words:?} in\n{}", self.text);
        self
    }

    pub fn lacks(&self, words: &str) -> &Self {
        assert!(!self.text.contains(words), "{words:?} in\n{}", self.text);
        self
    }
}

impl House {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path().join("muster.sqlite"), StoreSettings::default()).await.unwrap();
        let store: Shared = Arc::new(store);
        let now = DateTime::parse_from_rfc3339(NOW).unwrap();
        let org = folder.path().join("org");
        copy(Path::new("fixtures/org"), &org);
        let library = Library::open(sources::Settings { folder: Some(org), ..Default::default() }, now.to_utc());
        let desk = Arc::new(Bench::new(store.clone(), library, now.with_timezone(&Utc)));
        let mut settings = Settings { clock: Arc::new(move || now), ..Settings::default() };
        change(&mut settings);
        let router = web::router(Web::new(store.clone(), desk, settings));
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, "localhost:8080".parse().unwrap());
        headers.insert(header::COOKIE, "muster_name=Ann%20Lee".parse().unwrap());
        let mut house = Self { router, store, document: Value::Null, done: Mutex::default(), headers, folder };
        house.document = house.get("/openapi.json").await.json();
        house
    }

    pub async fn send(&self, mut request: Request<Body>) -> Answer {
        for (name, value) in &self.headers {
            request.headers_mut().entry(name).or_insert(value.clone());
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, text: String::from_utf8_lossy(&bytes).into_owned() }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// A form as a browser sends it.
    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let pairs: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(pairs.join("&")))
            .unwrap();
        self.send(request).await
    }

    /// Calls an operation of the API: `template` as the document names it, `places` filled in order.
    pub async fn api(&self, method: &str, template: &str, places: &[&str], body: Option<Value>) -> Answer {
        let request = Request::builder().method(Method::from_bytes(method.to_uppercase().as_bytes()).unwrap());
        let request = match body {
            Some(body) => request
                .header(header::CONTENT_TYPE, "application/json")
                .uri(fill(template, places))
                .body(Body::from(body.to_string())),
            None => request.uri(fill(template, places)).body(Body::empty()),
        };
        let answer = self.send(request.unwrap()).await;
        self.hold(method, template, &answer);
        answer
    }

    /// Puts a part of the knowledge base.
    pub async fn put(&self, part: &str, bytes: impl Into<Body>) -> Answer {
        let request = Request::put(format!("/v1/knowledge/{part}")).body(bytes.into()).unwrap();
        let answer = self.send(request).await;
        self.hold("put", "/v1/knowledge/{part}", &answer);
        answer
    }

    /// Hands in a message, and answers its case.
    pub async fn message(&self, text: &str) -> String {
        let id = format!("m{}", text.len());
        let body = json!({
            "channel": "chat", "id": id, "from": "Bo Ek <bo.ek@example.com>", "subject": "New starter", "text": text,
            "received_at": "2026-03-03T16:00:00+01:00"
        });
        let answer = self.api("post", "/v1/messages", &[], Some(body)).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text);
        answer.json()["case"].as_str().unwrap().to_owned()
    }

    /// Hash of the case's latest revision.
    pub async fn hash(&self, case: &str) -> String {
        let file = self.api("get", "/v1/cases/{number}", &[case], None).await.json();
        file["latest"]["hash"].as_str().unwrap().to_owned()
    }

    /// Holds an answer against what the document says of the operation.
    pub fn hold(&self, method: &str, template: &str, answer: &Answer) {
        let name = template.split('?').next().unwrap();
        let operation = &self.document["paths"][name][method];
        assert!(operation.is_object(), "{method} {name} is not in the document");
        let status = answer.status.as_str();
        let described = &operation["responses"][status];
        assert!(described.is_object(), "{method} {name} does not name {status}: {}", answer.text);
        if answer.status.is_success() {
            self.done.lock().unwrap().insert(format!("{method} {name}"));
        }
        let Some(content) = described["content"].as_object() else {
            assert!(answer.text.is_empty(), "{method} {name} {status} names no body: {}", answer.text);
            return;
        };
        let kind = answer.header("content-type");
        let kind = kind.split(';').next().unwrap();
        let media = content.get(kind).unwrap_or_else(|| panic!("{method} {name} {status} does not name {kind}"));
        match kind {
            "application/json" => self.validate(&media["schema"], &answer.json(), name),
            "application/x-ndjson" => {
                for line in answer.text.lines() {
                    self.validate(&media["schema"], &serde_json::from_str(line).unwrap(), name);
                }
            }
            _ => {}
        }
    }

    fn validate(&self, schema: &Value, value: &Value, name: &str) {
        let mut schema = schema.clone();
        schema["components"] = self.document["components"].clone();
        // What the document does not name must not be sent either.
        schema["unevaluatedProperties"] = false.into();
        let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}\n{value:#}");
    }

    /// All operations of the document.
    pub fn operations(&self) -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        for (path, item) in self.document["paths"].as_object().unwrap() {
            for method in item.as_object().unwrap().keys() {
                all.insert(format!("{method} {path}"));
            }
        }
        all
    }

    pub fn document(&self) -> &Value {
        &self.document
    }
}

/// A folder with its files and subfolders, so that a test may change them.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &to);
        } else {
            std::fs::copy(path, to).unwrap();
        }
    }
}

fn fill(template: &str, places: &[&str]) -> String {
    let mut out = template.to_owned();
    for place in places {
        let (start, end) = (out.find('{').unwrap(), out.find('}').unwrap());
        out.replace_range(start..=end, place);
    }
    out
}

pub fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// The value of an input on a page.
pub fn input<'a>(page: &'a str, name: &str) -> &'a str {
    let at = page.find(&format!("name=\"{name}\"")).unwrap_or_else(|| panic!("no input {name} in\n{page}"));
    let rest = &page[at..];
    let rest = &rest[..rest.find('>').unwrap()];
    rest.split("value=\"").nth(1).map(|value| value.split('"').next().unwrap()).unwrap_or_default()
}
