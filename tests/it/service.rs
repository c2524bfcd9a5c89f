//! The real program as a service: started, asked over HTTP, killed at the end.

use crate::house;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Generous for a debug build on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

pub struct Service {
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
    /// Starts `muster serve` on a free port, with what `say` adds to its arguments.
    pub fn start(say: impl FnOnce(&mut Command) -> &mut Command) -> Self {
        let mut command = house::muster();
        say(command.args(["serve", "--listen", "127.0.0.1:0"]));
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("muster runs");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("a line");
        let address = line.trim().split("http://").nth(1).expect("an address").trim_end_matches('/').to_owned();
        Self { child, address }
    }

    pub fn ask(&self, method: &str, path: &str, kind: &str, body: &[u8]) -> (u16, Value) {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nX-Muster-User: Owen Pike\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
            self.address,
            body.len()
        );
        stream.write_all(head.as_bytes()).expect("sent");
        stream.write_all(body).expect("sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("an answer");
        let text = String::from_utf8_lossy(&answer).into_owned();
        let status = text.split(' ').nth(1).and_then(|s| s.parse().ok()).expect("a status");
        let body = text.split_once("\r\n\r\n").map_or("", |(_, b)| b);
        // Small answers come whole, larger ones in chunks.
        let start = body.find(['{', '[']).unwrap_or(0);
        let end = body.rfind(['}', ']']).map_or(body.len(), |e| e + 1);
        (status, serde_json::from_str(body.get(start..end).unwrap_or("")).unwrap_or(Value::Null))
    }

    pub fn get(&self, path: &str) -> Value {
        self.ask("GET", path, "application/json", b"").1
    }

    pub fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        self.ask("POST", path, "application/json", body.to_string().as_bytes())
    }
}
