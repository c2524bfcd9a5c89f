//! Settings of the web: who may ask, under which names it is reached, and how much it takes.

use std::sync::Arc;

use chrono::{DateTime, FixedOffset, Local};

use crate::store::Digest;

/// Reads the clock, in the offset in which pages show times.
pub type Clock = Arc<dyn Fn() -> DateTime<FixedOffset> + Send + Sync>;

/// What the web goes by.
#[derive(Clone)]
pub struct Settings {
    /// People who sign in. None: the desk is open, and the app listens on loopback only.
    pub users: Vec<User>,
    /// Programs that hold a key for the API.
    pub clients: Vec<Client>,
    /// Host names (with the port, if not the default one) under which the desk is reached; loopback names
    /// always count. With users and an empty list any name does.
    pub hosts: Vec<String>,
    /// Whether cookies are sent over TLS only: set it where a proxy speaks TLS.
    pub secure_cookies: bool,
    /// How long a sign-in lasts, in hours: 1 to 720. Default 12.
    pub session_hours: u32,
    /// Bytes of one message at a door. Default 50 MiB, as intake's.
    pub message_bytes: usize,
    /// `source` of the CloudEvents: a URI reference that names this Muster.
    pub source: String,
    pub clock: Clock,
}

/// A technician with an access key.
#[derive(Debug, Clone)]
pub struct User {
    pub name: String,
    pub email: String,
    /// SHA-256 of the access key; the key itself is kept nowhere.
    pub key_sha256: Digest,
    /// May change the knowledge base.
    pub admin: bool,
}

/// A program with an access key.
#[derive(Debug, Clone)]
pub struct Client {
    pub name: String,
    pub key_sha256: Digest,
    /// May change the knowledge base.
    pub admin: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            users: Vec::new(),
            clients: Vec::new(),
            hosts: Vec::new(),
            secure_cookies: false,
            session_hours: 12,
            message_bytes: crate::intake::Limits::default().message_bytes,
            source: crate::emit::cloudevent::SOURCE.into(),
            clock: Arc::new(|| Local::now().fixed_offset()),
        }
    }
}

impl Settings {
    /// Whether anybody who reaches the desk may use it.
    pub fn open(&self) -> bool {
        self.users.is_empty()
    }
}
