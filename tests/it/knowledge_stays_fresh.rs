//! The running service takes up what changes in its folders, without a restart, and says what it cannot use.

use crate::service::{PATIENCE, Service};
use serde_json::Value;
use std::path::Path;
use std::time::{Duration, Instant};

fn start(folder: &Path) -> Service {
    let config = format!(
        "[knowledge]\nfolder = {0:?}\nfolders = [{1:?}]\npoll_ms = 500\n[store]\npath = {2:?}\n",
        folder.join("org"),
        folder.join("handbook"),
        folder.join("data/muster.sqlite")
    );
    std::fs::write(folder.join("muster.toml"), config).unwrap();
    Service::start(|command| command.arg("--config").arg(folder.join("muster.toml")))
}

/// Waits until the source holds; answers what it says.
fn until(service: &Service, name: &str, holds: impl Fn(&Value) -> bool) -> Value {
    let begun = Instant::now();
    loop {
        let all = service.get("/v1/knowledge");
        let found = all["sources"].as_array().unwrap().iter().find(|s| s["name"].as_str().unwrap().ends_with(name));
        if let Some(source) = found.filter(|s| holds(s)) {
            return source.clone();
        }
        assert!(begun.elapsed() < PATIENCE, "{name} does not come to hold: {all:#}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn changed_files_are_read_again_and_a_broken_one_empties_nothing() {
    let dir = tempfile::tempdir().unwrap();
    for folder in ["org/pages", "handbook"] {
        std::fs::create_dir_all(dir.path().join(folder)).unwrap();
    }
    let put = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    put("org/people.csv", "employee_number,name\nE-1,Ann Lee\n");
    put("handbook/vpn.md", "# VPN\n\nAsk IT.");
    let service = start(dir.path());
    until(&service, "people.csv", |s| s["count"] == 1 && s["state"] == "used");
    until(&service, "handbook", |s| s["count"] == 1);

    put("org/people.csv", "employee_number,name\nE-1,Ann Lee\nE-2,Bo Ek\nE-3\n");
    let source = until(&service, "people.csv", |s| s["count"] == 2);
    assert_eq!(source["faults"][0]["line"], 4, "{source:#}");
    put("org/people.csv", "employee_number,na");
    let source = until(&service, "people.csv", |s| s["state"] == "kept");
    assert_eq!(source["count"], 2, "{source:#}");
    put("org/pages/new.html", "<p>New page");
    until(&service, "pages", |s| s["count"] == 1);
    std::fs::remove_file(dir.path().join("handbook/vpn.md")).unwrap();
    until(&service, "handbook", |s| s["count"] == 0);
}
