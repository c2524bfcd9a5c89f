//! The running service takes up what changes in its folders, without a restart, and says what it cannot use.

use crate::house;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// Generous for a debug build on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

struct Service {
    child: Child,
    address: String,
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Service {
    fn start(folder: &Path) -> Self {
        let config = format!(
            "[knowledge]\nfolder = {0:?}\nfolders = [{1:?}]\npoll_ms = 500\n[store]\npath = {2:?}\n",
            folder.join("org"),
            folder.join("handbook"),
            folder.join("data/muster.sqlite")
        );
        std::fs::write(folder.join("muster.toml"), config).unwrap();
        let mut command = house::muster();
        command.arg("--config").arg(folder.join("muster.toml")).args(["serve", "--listen", "127.0.0.1:0"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("muster runs");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("a line");
        let address = line.trim().split("http://").nth(1).expect("an address").trim_end_matches('/').to_owned();
        Self { child, address }
    }

    fn sources(&self) -> Value {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        let head = format!("GET /v1/knowledge HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address);
        stream.write_all(head.as_bytes()).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let start = answer.find("\r\n\r\n").map_or(0, |at| at + 4);
        let body = &answer[start..];
        let (start, end) = (body.find('{').unwrap_or(0), body.rfind('}').map_or(0, |at| at + 1));
        serde_json::from_str(&body[start..end]).expect("JSON")
    }

    /// Waits until the source holds; answers what it says.
    fn until(&self, name: &str, holds: impl Fn(&Value) -> bool) -> Value {
        let begun = Instant::now();
        loop {
            let all = self.sources();
            let found = all["sources"].as_array().unwrap().iter().find(|s| s["name"].as_str().unwrap().ends_with(name));
            if let Some(source) = found.filter(|s| holds(s)) {
                return source.clone();
            }
            assert!(begun.elapsed() < PATIENCE, "{name} does not come to hold: {all:#}");
            std::thread::sleep(Duration::from_millis(100));
        }
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
    let service = Service::start(dir.path());
    service.until("people.csv", |s| s["count"] == 1 && s["state"] == "used");
    service.until("handbook", |s| s["count"] == 1);

    put("org/people.csv", "employee_number,name\nE-1,Ann Lee\nE-2,Bo Ek\nE-3\n");
    let source = service.until("people.csv", |s| s["count"] == 2);
    assert_eq!(source["faults"][0]["line"], 4, "{source:#}");
    put("org/people.csv", "employee_number,na");
    let source = service.until("people.csv", |s| s["state"] == "kept");
    assert_eq!(source["count"], 2, "{source:#}");
    put("org/pages/new.html", "<p>New page");
    service.until("pages", |s| s["count"] == 1);
    std::fs::remove_file(dir.path().join("handbook/vpn.md")).unwrap();
    service.until("handbook", |s| s["count"] == 0);
}
