//! Scratch: serves the pages over a store that is filled from the fixtures' expectations.
#[path = "../tests/it/web/bench.rs"]
mod bench;

use std::path::Path;
use std::sync::Arc;

use bench::Bench;
use chrono::{DateTime, TimeDelta};
use muster::contract::*;
use muster::knowledge::Knowledge;
use muster::store::{
    self, Effect, Incoming,
    sqlite::{Settings as StoreSettings, SqliteStore},
};
use muster::web::{self, Settings, port::Format};

fn find(text: &str, value: &str) -> Option<Span> {
    let at = text.find(value)?;
    let start = text[..at].chars().count();
    Some(Span { source: None, start, end: start + value.chars().count(), quote: value.to_owned() })
}

#[tokio::main]
async fn main() {
    let now = DateTime::parse_from_rfc3339("2026-03-11T10:24:00+01:00").unwrap();
    let dir = std::env::args().nth(1).unwrap();
    let port = std::env::args().nth(2).unwrap();
    let shared: store::Shared =
        Arc::new(SqliteStore::open(Path::new(&dir).join("x.sqlite"), StoreSettings::default()).await.unwrap());
    let (knowledge, _) = Knowledge::load(Path::new("fixtures/org"));
    let bench = Arc::new(Bench::new(shared.clone(), knowledge, now.to_utc()));
    let dates = regex::Regex::new(r"(?i)\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}月\d{1,2}[日号號]|\d{1,2}(st|nd|rd|th)? (of )?(january|february|march|april|may|june|july|august|september|october|november|december)( 20\d\d)?|(next |this |last )?(monday|tuesday|wednesday|thursday|friday)|tomorrow|today|明天|下?周[一二三四五]|月底|immediately|\d{1,2}[/.]\d{1,2}([/.]\d{2,4})?").unwrap();
    let mut files: Vec<_> = ["mail", "chat", "ticket"]
        .iter()
        .flat_map(|d| std::fs::read_dir(format!("fixtures/{d}")).unwrap())
        .map(|e| e.unwrap().path())
        .filter(|p| !p.to_string_lossy().ends_with(".expect.json"))
        .collect();
    files.sort();
    let mut n = 0;
    for path in files {
        let bytes = std::fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let expect = path.with_extension("expect.json");
        let expect: serde_json::Value = serde_json::from_slice(&std::fs::read(expect).unwrap()).unwrap();
        let format = if name.ends_with(".eml") { Format::Mail } else { Format::Json };
        let message = bench.read(&bytes, format, &name).unwrap();
        n += 1;
        let arrived = now.to_utc() - TimeDelta::minutes(17 * n * n % 4000);
        let stored = shared
            .put(Incoming::read(bytes, &message, store::Origin { door: "import".into(), name: name.clone() }, arrived))
            .await
            .unwrap();
        let text = message.text.raw().to_owned();
        let mut u = bench.by_lines(&message);
        let days: Vec<Span> = dates
            .find_iter(&text)
            .map(|m| Span {
                source: None,
                start: text[..m.start()].chars().count(),
                end: text[..m.end()].chars().count(),
                quote: m.as_str().into(),
            })
            .collect();
        let mut day_at = 0;
        u.requests = vec![];
        for (k, r) in expect["requests"].as_array().into_iter().flatten().enumerate() {
            let ev = |value: &str| {
                find(&text, value)
                    .or_else(|| find(&text, &value.chars().take(3).collect::<String>()))
                    .map(|s| vec![s])
                    .unwrap_or_else(|| {
                        vec![Span { source: None, start: 0, end: 4, quote: text.chars().take(4).collect() }]
                    })
            };
            let mut out =
                serde_json::json!({"kind": r["kind"], "operation": r["operation"], "person": {}, "needs": []});
            let conf = |i: usize| [0.97, 0.93, 0.88, 0.64, 0.95, 0.41][(i + k + name.len()) % 6];
            for (i, (key, v)) in r.as_object().unwrap().iter().enumerate() {
                let Some(v) = v.as_str() else { continue };
                if key == "kind" || key == "operation" {
                    continue;
                }
                let dated = key.ends_with("_date") || key == "revoke_at";
                let evidence = if dated {
                    let s = days.get(day_at % days.len().max(1)).cloned().map(|s| vec![s]).unwrap_or_else(|| ev("zz"));
                    day_at += 1;
                    s
                } else {
                    ev(v)
                };
                let mut f = serde_json::json!({"value": v, "confidence": conf(i), "evidence": evidence});
                if dated && key != "revoke_at" {
                    f["derivation"] = format!(
                        "'{}' + sent {} → {}",
                        evidence[0].quote,
                        message.received_at.format("%a %-d %b %Y"),
                        v
                    )
                    .into();
                    if conf(i) < 0.9 {
                        let d: chrono::NaiveDate = v.parse().unwrap();
                        f["ambiguous"] = serde_json::json!([(d + TimeDelta::days(7)).to_string()]);
                    }
                }
                out[key] = f;
            }
            for (key, v) in r["person"].as_object().into_iter().flatten() {
                let v = v.as_str().unwrap();
                out["person"][key] = serde_json::json!({"value": v, "confidence": 0.97, "evidence": ev(v)});
            }
            for (i, need) in r["needs"].as_array().into_iter().flatten().enumerate() {
                let mut need = need.clone();
                let words = need["text"].as_str().unwrap().to_owned();
                need["confidence"] = conf(i + 1).into();
                need["catalog_id"] = bench.knowledge.catalog.link(&words).map(|i| i.id.clone()).into();
                need["evidence"] = serde_json::to_value(ev(&words)).unwrap();
                out["needs"].as_array_mut().unwrap().push(need);
            }
            u.requests.push(serde_json::from_value(out).unwrap());
        }
        if u.requests.is_empty() {
            u.triage.category = serde_json::from_value(expect["category"].clone()).unwrap();
        }
        u.triage.flags = serde_json::from_value(expect["flags"].clone()).unwrap();
        bench.triage.retriage(&mut u, message.received_at);
        let effect = if expect["category"] == "other" { Effect::PutAway } else { Effect::Review };
        let reading = store::Reading {
            message: stored.message(),
            understanding: u,
            reader: "symbols-1".into(),
            requester: message.from.as_ref().map(ToString::to_string),
            effect,
        };
        shared.understood(reading, arrived + TimeDelta::seconds(2)).await.unwrap();
    }
    for (i, bad) in ["", "\u{0}"].iter().enumerate() {
        let r = Incoming::refused(
            store::Content::Kept(bad.as_bytes().to_vec()),
            "the message is empty",
            store::Origin { door: "folder".into(), name: format!("broken-{i}.eml") },
            now.to_utc(),
        );
        shared.put(r).await.unwrap();
    }
    let hostile = serde_json::json!({"channel":"chat","id":"h1","from":"\u{202e}evil <x@example.com>","subject":"<script>alert(1)</script> \u{202e}gnp.exe","text": format!("Name: محمد \u{202e}abc\nStart: 2026-03-12\nNeed: {}\n{}", "x".repeat(300), "长".repeat(2000)),"received_at":"2026-03-10T09:00:00+01:00"});
    let _ = web::port::Desk::ingest(
        &*bench,
        web::port::Input {
            bytes: hostile.to_string().into_bytes(),
            format: Format::Json,
            door: "http",
            name: String::new(),
        },
    )
    .await
    .unwrap();
    let settings = Settings { clock: Arc::new(move || now), ..Settings::default() };
    let app = web::router(web::Web::new(shared, bench, settings));
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await.unwrap();
    println!("ready");
    axum::serve(listener, app).await.unwrap();
}
