//! The whole way through the real program: a file in a watched folder, a case, an approval, an event on the queue.

use crate::house;
use crate::service::{PATIENCE, Service};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

fn start(folder: &Path) -> Service {
    Service::start(|command| {
        command
            .arg("--store")
            .arg(folder.join("muster.sqlite"))
            .arg("--watch")
            .arg(folder.join("inbox"))
            .arg("--maildir")
            .arg(folder.join("box"))
            .arg("--knowledge")
            .arg(house::fixtures().join("org"))
    })
}

/// Waits until a case with those words is understood.
fn until_case(service: &Service, words: &str) -> Value {
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        let all = service.get("/v1/cases?limit=50");
        let found = all["cases"].as_array().and_then(|cases| {
            cases.iter().find(|c| house::words(c, "/subject").contains(words) && !c["revision_hash"].is_null())
        });
        if let Some(case) = found {
            return case.clone();
        }
        std::thread::sleep(Duration::from_millis(150));
    }
    panic!("no case {words:?} was understood");
}

fn mail(subject: &str, body: &str) -> String {
    format!(
        "From: Helen Marsh <helen.marsh@halden.example>\r\nSubject: {subject}\r\nDate: Tue, 10 Mar 2026 09:00:00 +0000\r\nMessage-ID: <{}@halden.example>\r\n\r\n{body}\r\n",
        subject.replace(' ', "-")
    )
}

fn folders(root: &Path) {
    for folder in ["inbox", "box/new", "box/cur", "box/tmp"] {
        std::fs::create_dir_all(root.join(folder)).expect("a folder");
    }
}

#[test]
fn a_watched_mail_is_approved_and_leased_and_a_killed_service_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    folders(dir.path());
    let service = start(dir.path());
    let text = "Ada Fairfax joins Finance on 16 March 2026 as Analyst and needs a laptop.";
    std::fs::write(dir.path().join("inbox/a.eml"), mail("New starter Ada Fairfax", text)).unwrap();
    std::fs::write(dir.path().join("box/new/1.host"), mail("Leaver Tom Berg", "Tom Berg leaves on 20 March 2026."))
        .unwrap();
    let case = until_case(&service, "Ada Fairfax");
    assert_eq!((house::words(&case, "/category"), house::words(&case, "/due")), ("onboarding", "2026-03-16"));
    until_case(&service, "Tom Berg");
    assert!(dir.path().join("inbox/.done/a.eml").is_file());
    assert!(dir.path().join("box/cur/1.host:2,S").is_file());

    // The same mail by another door is the same case.
    let again = mail("New starter Ada Fairfax", text);
    let (status, receipt) = service.ask("POST", "/v1/messages", "message/rfc822", again.as_bytes());
    assert!((200..300).contains(&status), "{status} {receipt}");
    assert_eq!(receipt["case"], case["number"]);

    // Nothing is on the queue before a person approved, and a wrong hash approves nothing.
    let lease = json!({"max": 10, "seconds": 60, "consumer": "test"});
    assert_eq!(service.post("/v1/queue/lease", &lease).1["events"], json!([]));
    let approve = format!("/v1/cases/{}/approve", house::words(&case, "/number"));
    let (status, refusal) = service.post(&approve, &json!({"revision": "0".repeat(64)}));
    assert!((400..500).contains(&status), "{status} {refusal}");
    let (status, done) = service.post(&approve, &json!({"revision": case["revision_hash"]}));
    assert!((200..300).contains(&status), "{status} {done}");

    // Killed at once, started again: the event is there.
    drop(service);
    let service = start(dir.path());
    let leased = service.post("/v1/queue/lease", &lease).1;
    let event = &leased["events"][0]["event"];
    assert_eq!(house::words(event, "/specversion"), "1.0");
    assert_eq!(house::words(event, "/type"), "muster.request.approved.v1");
    assert_eq!(house::words(event, "/data/approved_by"), "Owen Pike");
    assert_eq!(house::words(event, "/data/person/name/value"), "Ada Fairfax");
    let (status, _) = service.post("/v1/queue/ack", &json!({"lease_id": leased["events"][0]["lease_id"]}));
    assert!((200..300).contains(&status));
    assert_eq!(service.post("/v1/queue/lease", &lease).1["events"], json!([]));
    assert_eq!(house::words(&service.get("/v1/audit/verify"), "/result"), "whole");
}

#[test]
fn import_counts_what_it_did_and_doubles_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let run = || {
        let store = dir.path().join("muster.sqlite");
        let mut import = house::muster();
        import
            .arg("import")
            .arg("--store")
            .arg(store)
            .args(house::messages("mail").iter().take(6))
            .arg(house::fixtures().join("malformed/empty.eml"));
        import.output().expect("muster runs")
    };
    let first = run();
    assert_eq!(first.status.code(), Some(1), "one input was refused");
    let said = String::from_utf8_lossy(&first.stdout).into_owned();
    assert!(said.contains("1 refused") && said.contains("0 known already"), "{said}");
    let again = String::from_utf8_lossy(&run().stdout).into_owned();
    assert!(again.starts_with("0 new cases, 0 joined to a case, 7 known already"), "{again}");
}

#[test]
fn an_open_desk_is_not_offered_to_other_machines() {
    let dir = tempfile::tempdir().unwrap();
    let mut serve = house::muster();
    serve.args(["serve", "--listen", "0.0.0.0:0", "--store"]).arg(dir.path().join("muster.sqlite"));
    let output = serve.stdin(Stdio::null()).output().expect("muster runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no [[web.user]] is configured"));
}
