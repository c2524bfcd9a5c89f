//! The service's heart: what a door takes in is durable first and understood after, and never lost.

use super::pipeline::Pipeline;
use crate::contract::Category;
use crate::intake::files::{self, Form};
use crate::intake::{Envelope, Refusal};
use crate::message::{Automatic, Message};
use crate::store::{Content, Digest, Effect, Incoming, MessageRecord, Origin, Reading, Shared, StoreError, Stored};
use crate::triage::{Sender, Triaged};
use chrono::{DateTime, Utc};
use std::sync::Arc;
use tokio::sync::Notify;

/// Messages that one round of understanding takes.
const ROUND: u32 = 32;
/// Seconds within which a round brings its readings; after that another may take the messages.
const ROUND_SECONDS: u32 = 600;
/// Sureness from which a message without requests is put away as nothing to do.
const PUT_AWAY: f32 = 0.8;

/// Doors, worker and store of one process.
pub struct Service {
    pub pipeline: Arc<Pipeline>,
    pub store: Shared,
    pub sender: Sender,
    work: Notify,
}

/// One input at a door.
pub struct Delivery {
    /// `http`, `folder`, `maildir`, `import`.
    pub door: &'static str,
    /// The file's name or the id there; empty where there is none.
    pub name: String,
    pub form: Form,
    pub bytes: Result<Vec<u8>, Refusal>,
    /// Of refused inputs that are too large to keep.
    pub named: Option<(Digest, u64)>,
}

impl Service {
    pub fn new(pipeline: Arc<Pipeline>, store: Shared, sender: Sender) -> Self {
        Self { pipeline, store, sender, work: Notify::new() }
    }

    /// What the store keeps of a delivery; pure work on bytes.
    pub fn read(&self, delivery: Delivery, now: DateTime<Utc>) -> Incoming {
        // The form is part of the door's name, so that the bytes read the same way again later.
        let form = match delivery.form {
            Form::Mail => "mail",
            Form::Json => "json",
            Form::Text => "text",
        };
        let origin = Origin { door: format!("{}/{form}", delivery.door), name: delivery.name };
        let bytes = match delivery.bytes {
            Ok(bytes) => bytes,
            Err(reason) => {
                let (sha256, size) = delivery.named.unwrap_or_else(|| {
                    let size = if let Refusal::TooLarge { bytes, .. } = reason { bytes as u64 } else { 0 };
                    (Digest::of_parts([origin.door.as_str(), origin.name.as_str()]), size)
                });
                return Incoming::refused(Content::Named { sha256, size }, reason.to_string(), origin, now);
            }
        };
        let envelope = Envelope { name: origin.name.clone(), received_at: now.fixed_offset() };
        match self.pipeline.message(delivery.form, &bytes, &envelope) {
            Ok(message) => Incoming::read(bytes, &message, origin, now),
            Err(reason) => Incoming::refused(Content::Kept(bytes), reason.to_string(), origin, now),
        }
    }

    /// Keeps deliveries, all or none; when this returns they are on the disk.
    pub async fn take_in(self: &Arc<Self>, deliveries: Vec<Delivery>) -> Result<Vec<Stored>, StoreError> {
        let service = Arc::clone(self);
        let now = Utc::now();
        let read = move || deliveries.into_iter().map(|d| service.read(d, now)).collect::<Vec<_>>();
        let incoming = tokio::task::spawn_blocking(read).await.map_err(|e| StoreError::Backend(Box::new(e)))?;
        let stored = self.store.put_many(incoming).await?;
        self.work.notify_one();
        Ok(stored)
    }

    /// Understands what waits, until nothing does; answers how many messages.
    pub async fn understand_waiting(self: &Arc<Self>) -> Result<u64, StoreError> {
        let mut done = 0;
        loop {
            let taken = self.store.take(ROUND, ROUND_SECONDS, Utc::now()).await?;
            if taken.is_empty() {
                return Ok(done);
            }
            done += taken.len() as u64;
            let mut readings = Vec::new();
            for record in taken {
                let bytes = self.store.bytes(record.sha256).await?;
                let service = Arc::clone(self);
                let read = tokio::task::spawn_blocking(move || service.reading(&record, &bytes)).await;
                match read {
                    Ok((_, Ok(reading))) => readings.push(reading),
                    Ok((sha256, Err(reason))) => self.store.failed(sha256, &reason, Utc::now()).await?,
                    // A reader that panicked has its message taken again, and after five times marked as failed.
                    Err(_) => tracing::error!("a reader stopped in the middle of a message; it will be tried again"),
                }
            }
            self.store.understood_many(readings, Utc::now()).await?;
        }
    }

    /// Works whenever something comes in, and looks by itself now and then for what another process left.
    pub async fn work(self: Arc<Self>) {
        loop {
            if let Err(error) = self.understand_waiting().await {
                tracing::error!(%error, "understanding stopped; it goes on in a moment");
                tokio::time::sleep(std::time::Duration::from_secs(1)).await;
                continue;
            }
            let _ = tokio::time::timeout(std::time::Duration::from_secs(10), self.work.notified()).await;
        }
    }

    fn reading(&self, record: &MessageRecord, bytes: &[u8]) -> (Digest, Result<Reading, String>) {
        let form = form_of(&record.origin, bytes);
        let envelope = Envelope { name: record.origin.name.clone(), received_at: record.received_at };
        let read = self.pipeline.message(form, bytes, &envelope).map(|message| {
            let triaged = self.pipeline.understand(&message, self.sender);
            let effect = effect(&message, &triaged);
            Reading {
                message: record.sha256,
                requester: None,
                understanding: triaged.understanding,
                reader: self.pipeline.reader(),
                effect,
            }
        });
        (record.sha256, read.map_err(|e| e.to_string()))
    }
}

/// How kept bytes are read: the door's name ends with the form that they had there.
pub fn form_of(origin: &Origin, bytes: &[u8]) -> Form {
    match origin.door.rsplit('/').next() {
        Some("json") => Form::Json,
        Some("text") => Form::Text,
        Some("mail") => Form::Mail,
        _ => files::form_of_content(bytes),
    }
}

/// What a reading does to its case.
fn effect(message: &Message, triaged: &Triaged) -> Effect {
    let triage = &triaged.understanding.triage;
    if !triaged.understanding.requests.is_empty() || triage.category != Category::Other || !triage.flags.is_empty() {
        return Effect::Review;
    }
    if !message.thread.in_reply_to.is_empty() || !message.thread.references.is_empty() {
        return Effect::Note;
    }
    let machine = matches!(message.automatic, Some(Automatic::Reply | Automatic::Bulk | Automatic::Bounce));
    if machine || triage.confidence >= PUT_AWAY { Effect::PutAway } else { Effect::Review }
}
