//! From one input to one understanding: the same function for `extract`, `import` and the service.

use crate::config::{Config, ConfigError};
use crate::intake::files::Form;
use crate::intake::{self, Envelope, Limits, Refusal};
use crate::knowledge::{Fault, Knowledge};
use crate::message::Message;
use crate::triage::{Desk, Sender, Triaged};
use crate::understand::Reader;
use std::path::Path;
use std::sync::Arc;

/// Everything that reading needs, built once and shared by threads.
pub struct Pipeline {
    limits: Limits,
    reader: Reader,
    desk: Desk,
}

impl Pipeline {
    /// `knowledge`: the organisation's folder, before the configuration's. Faults in it are for the log.
    pub fn new(config: &Config, knowledge: Option<&Path>) -> Result<(Self, Vec<Fault>), ConfigError> {
        let folder = knowledge.or(config.knowledge.folder.as_deref());
        let (knowledge, faults) = folder.map_or_else(Default::default, Knowledge::load);
        let knowledge = Arc::new(knowledge);
        let pipeline = Self {
            limits: config.limits(),
            reader: Reader::new(config.dates()?, Some(Arc::clone(&knowledge))),
            desk: Desk::new(config.triage(), knowledge),
        };
        Ok((pipeline, faults))
    }

    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    pub fn desk(&self) -> &Desk {
        &self.desk
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
        self.desk.triage(message, self.reader.read(message), sender)
    }
}
