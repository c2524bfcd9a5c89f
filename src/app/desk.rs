//! What the web asks of the stages below it.

use super::service::{Delivery, Service};
use crate::contract::{Request, Understanding};
use crate::intake::Envelope;
use crate::intake::files::Form;
use crate::knowledge::Knowledge;
use crate::knowledge::pages::Answers;
use crate::knowledge::sources::Library;
use crate::store::{MessageRecord, StoreError, Stored};
use crate::triage::late::Late;
use crate::understand::dates::{Engine, Lang, Value};
use crate::web::port::{self, Build, Coming, Format, Input, Look, Receipt};
use chrono::{DateTime, NaiveDate};
use std::sync::Arc;

/// The service as the web sees it.
pub struct Desk {
    service: Arc<Service>,
    dates: Engine,
    library: Arc<Library>,
    answers: Arc<Answers>,
}

impl Desk {
    pub fn new(service: Arc<Service>, dates: Engine, library: Arc<Library>, answers: Arc<Answers>) -> Self {
        Self { service, dates, library, answers }
    }
}

impl port::Desk for Desk {
    fn ingest(&self, input: Input) -> Coming<'_, Result<Receipt, StoreError>> {
        Box::pin(async move {
            let form = match input.format {
                Format::Mail => Form::Mail,
                Format::Json => Form::Json,
                Format::Text => Form::Text,
            };
            let delivery = Delivery { door: input.door, name: input.name, form, bytes: Ok(input.bytes), named: None };
            let stored = self.service.take_in(vec![delivery]).await?;
            let Some(stored) = stored.into_iter().next() else {
                return Err(StoreError::Corrupt { what: "answer", why: "one input was given, none came back".into() });
            };
            let sha256 = stored.message();
            Ok(match stored {
                Stored::Opened { case, .. } | Stored::Joined { case, .. } => Receipt::Kept { sha256, case: Some(case) },
                Stored::Known { case: Some(case), .. } => Receipt::Known { sha256, case: Some(case) },
                // Refused now, or known as refused from before: the reason stands in the record.
                Stored::Known { case: None, .. } | Stored::Refused { .. } => {
                    let record = self.service.store.message(sha256).await?;
                    match record.reason {
                        Some(reason) => Receipt::Refused { sha256, reason },
                        None => Receipt::Known { sha256, case: record.case },
                    }
                }
            })
        })
    }

    fn retriage(&self, understanding: &mut Understanding) {
        // The store's readings carry an instant; a broken one keeps the triage that it had.
        if let Ok(received_at) = DateTime::parse_from_rfc3339(&understanding.message.received_at) {
            self.service.pipeline.desk().retriage(understanding, received_at);
        }
    }

    fn look<'a>(&'a self, record: &'a MessageRecord, bytes: Vec<u8>) -> Coming<'a, Option<Look>> {
        let service = Arc::clone(&self.service);
        let form = super::service::form_of(&record.origin, &bytes);
        let envelope = Envelope { name: record.origin.name.clone(), received_at: record.received_at };
        Box::pin(async move {
            let look = move || {
                let message = service.pipeline.message(form, &bytes, &envelope).ok()?;
                let reasons = service.pipeline.understand(&message, service.sender).reasons;
                Some(Look { message, reasons })
            };
            tokio::task::spawn_blocking(look).await.ok().flatten()
        })
    }

    fn days(&self, words: &str, received_at: &str) -> Vec<NaiveDate> {
        let Ok(reference) = DateTime::parse_from_rfc3339(received_at) else { return Vec::new() };
        let lang = if words.chars().any(crate::message::fold::is_han) { Lang::Zh } else { Lang::En };
        let found = self.dates.find(words, lang, reference);
        let readings = found.mentions.into_iter().next().map(|m| m.readings).unwrap_or_default();
        let mut days = Vec::new();
        for reading in readings {
            let day = match reading.value {
                Value::Day(d) | Value::From(d) | Value::Until(d) | Value::Range(d, _) => d,
                Value::Instant(i) => i.date_naive(),
            };
            if !days.contains(&day) {
                days.push(day);
            }
        }
        days
    }

    fn knowledge(&self) -> Arc<Knowledge> {
        Arc::clone(self.service.pipeline.desk().knowledge())
    }

    fn library(&self) -> Arc<Library> {
        Arc::clone(&self.library)
    }

    fn answers(&self) -> Arc<Answers> {
        Arc::clone(&self.answers)
    }

    fn late(&self, understanding: &Understanding, request: &Request) -> Vec<Late> {
        self.service.pipeline.desk().late_of(understanding, request)
    }

    fn build(&self) -> Build {
        Build { version: env!("CARGO_PKG_VERSION").to_owned() }
    }
}
