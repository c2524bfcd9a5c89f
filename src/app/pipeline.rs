//! From one input to one understanding: the same function for `extract`, `import` and the service.

use super::{library, reader};
use crate::config::{Config, ConfigError};
use crate::intake::files::Form;
use crate::intake::{self, Envelope, Limits, Refusal};
use crate::knowledge::sources::{Library, Settings};
use crate::knowledge::{Fault, Knowledge};
use crate::message::Message;
use crate::triage::{self, Desk, Sender, Triaged};
use crate::understand::learned::Learned;
use crate::understand::{Reader, dates};
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

/// The version of the symbols, where they read alone.
const SYMBOLS: &str = "symbols-1";

/// Everything that reading needs, shared by threads; the knowledge in it can be changed for newer.
pub struct Pipeline {
    limits: Limits,
    dates: dates::Settings,
    triage: triage::Settings,
    learned: Option<Arc<Learned>>,
    now: RwLock<Arc<Built>>,
}

/// What is built of one version of the knowledge.
struct Built {
    reader: Reader,
    desk: Arc<Desk>,
}

impl Pipeline {
    /// `knowledge`: the organisation's folder, before the configuration's. Faults in it are for the log.
    pub fn new(config: &Config, knowledge: Option<&Path>) -> Result<(Self, Vec<Fault>), ConfigError> {
        let sources = Settings { without_pages: true, ..library::settings(config, knowledge) };
        let snapshot = Library::open(sources, chrono::Utc::now()).snapshot();
        let faults = snapshot.sources.iter().flat_map(|s| s.faults.iter().cloned()).collect();
        Ok((Self::of(config, Arc::clone(&snapshot.knowledge))?, faults))
    }

    pub fn of(config: &Config, knowledge: Arc<Knowledge>) -> Result<Self, ConfigError> {
        let (dates, triage) = (config.dates()?, config.triage());
        let learned = reader::open(config)?;
        let now = RwLock::new(Arc::new(Built::new(&dates, &triage, learned.clone(), knowledge)));
        Ok(Self { limits: config.limits(), dates, triage, learned, now })
    }

    /// Reads with this knowledge from the next message on.
    pub fn renew(&self, knowledge: Arc<Knowledge>) {
        let built = Arc::new(Built::new(&self.dates, &self.triage, self.learned.clone(), knowledge));
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = built;
    }

    fn now(&self) -> Arc<Built> {
        Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether a model reads, or the symbols alone.
    pub fn learned(&self) -> bool {
        self.learned.is_some()
    }

    /// The version of the reader, kept with every reading: `reader-1`, or `symbols-1` where no model reads.
    pub fn reader(&self) -> String {
        self.learned.as_ref().map_or_else(|| SYMBOLS.to_owned(), |learned| learned.version())
    }

    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    pub fn desk(&self) -> Arc<Desk> {
        Arc::clone(&self.now().desk)
    }

    /// Bytes to message.
    pub fn message(&self, form: Form, bytes: &[u8], envelope: &Envelope) -> Result<Message, Refusal> {
        match form {
            Form::Mail => intake::parse::mail(bytes, envelope, &self.limits),
            Form::Json => intake::json::message(bytes, envelope, &self.limits),
            Form::Text => intake::plain::message(bytes, envelope, &self.limits),
        }
    }

    /// Message to understanding; never fails.
    pub fn understand(&self, message: &Message, sender: Sender) -> Triaged {
        let now = self.now();
        now.desk.triage(message, now.reader.read(message), sender)
    }
}

impl Built {
    fn new(
        dates: &dates::Settings,
        triage: &triage::Settings,
        learned: Option<Arc<Learned>>,
        knowledge: Arc<Knowledge>,
    ) -> Self {
        Self {
            reader: Reader::new(dates.clone(), Some(Arc::clone(&knowledge))).with_model(learned),
            desk: Arc::new(Desk::new(triage.clone(), knowledge)),
        }
    }
}
