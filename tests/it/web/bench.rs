//! A desk for tests: reads simple mails, JSON and text, and understands lines like `Start: 2026-03-02`.

use std::sync::Arc;

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use muster::contract::*;
use muster::knowledge::Knowledge;
use muster::knowledge::sources::Library;
use muster::message::{Address, Attachment, Message, Origin as Whose, Segment, Span as Stretch, Text, ThreadKeys};
use muster::store::{self, Digest, Effect, Incoming, MessageRecord, Shared, StoreError, Stored};
use muster::triage;
use muster::web::port::{Build, Coming, Desk, Format, Input, Look, Receipt};

pub struct Bench {
    pub store: Shared,
    pub library: Arc<Library>,
    pub triage: triage::Desk,
    pub now: DateTime<Utc>,
}

impl Bench {
    pub fn new(store: Shared, library: Library, now: DateTime<Utc>) -> Self {
        let triage = triage::Desk::new(triage::Settings::default(), library.snapshot().knowledge.clone());
        Self { store, library: Arc::new(library), triage, now }
    }

    /// Reads the bytes as the page's door would.
    pub fn read(&self, bytes: &[u8], format: Format, name: &str) -> Result<Message, String> {
        let (channel, id, from, subject, body, received, attachments) = match format {
            _ if bytes.is_empty() => return Err("the message is empty".into()),
            Format::Text => {
                (Channel::File, name.to_owned(), None, None, String::from_utf8_lossy(bytes).into_owned(), None, vec![])
            }
            Format::Json => {
                let body: serde_json::Value =
                    serde_json::from_slice(bytes).map_err(|error| format!("this is not JSON: {error}"))?;
                let text = |key: &str| body.get(key).and_then(|value| value.as_str()).map(str::to_owned);
                let channel = serde_json::from_value(body.get("channel").cloned().unwrap_or_default())
                    .map_err(|error| error.to_string())?;
                let received = text("received_at").and_then(|at| DateTime::parse_from_rfc3339(&at).ok());
                let from = text("from").map(|from| address(&from));
                (
                    channel,
                    text("id").unwrap_or_default(),
                    from,
                    text("subject"),
                    text("text").unwrap_or_default(),
                    received,
                    vec![],
                )
            }
            Format::Mail => {
                let mail = mail_parser::MessageParser::default().parse(bytes).ok_or("this is not a mail")?;
                let from = mail.from().and_then(|from| from.first()).map(|from| Address {
                    name: from.name().map(str::to_owned),
                    email: from.address().map(str::to_owned),
                });
                let received = mail.date().and_then(|date| DateTime::parse_from_rfc3339(&date.to_rfc3339()).ok());
                let body = mail.body_text(0).unwrap_or_default().replace("\r\n", "\n");
                let files = mail.attachments().map(|part| {
                    use mail_parser::MimeHeaders;
                    Attachment {
                        name: part.attachment_name().unwrap_or("attachment").to_owned(),
                        media_type: String::new(),
                        bytes: part.contents().len(),
                        sha256: Digest::of(part.contents()).to_string(),
                        text: std::str::from_utf8(part.contents()).ok().map(Text::new),
                        note: None,
                    }
                });
                let id = mail.message_id().unwrap_or(name).to_owned();
                let files = files.collect();
                (Channel::Mail, id, from, mail.subject().map(str::to_owned), body, received, files)
            }
        };
        let head = subject.clone().map(|subject| format!("{subject}\n")).unwrap_or_default();
        let text = Text::new(format!("{head}{}", body.trim_end()));
        let (start, end) = (head.chars().count(), text.len());
        let segments = vec![
            Segment { span: Stretch::new(0, start), origin: Whose::Subject },
            Segment { span: Stretch::new(start, end), origin: Whose::Own },
        ];
        Ok(Message {
            id,
            channel,
            received_at: received.unwrap_or(self.now.fixed_offset()),
            from,
            to: vec![],
            subject,
            segments,
            text,
            quoted: vec![],
            signature: None,
            attachments,
            thread: ThreadKeys::default(),
            automatic: None,
            doubts: vec![],
        })
    }

    /// Understands a kept message by its `Key: value` lines.
    pub async fn understand(&self, sha256: Digest) -> Result<(), StoreError> {
        let record = self.store.message(sha256).await?;
        let bytes = self.store.bytes(sha256).await?;
        let Ok(message) = self.read(&bytes, format_of(&record), &record.origin.name) else { return Ok(()) };
        let understanding = self.by_lines(&message);
        let reading = store::Reading {
            message: sha256,
            effect: Effect::Review,
            reader: "bench".into(),
            requester: message.from.as_ref().map(ToString::to_string),
            understanding,
        };
        self.store.understood(reading, self.now).await.map(drop)
    }

    pub fn by_lines(&self, message: &Message) -> Understanding {
        let text = message.text.raw();
        let mut requests = Vec::new();
        let mut flags = Vec::new();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            if let Some((key, value)) = line.trim_end().split_once(": ") {
                let start = at + key.chars().count() + 2;
                let end = start + value.chars().count();
                let evidence = vec![Span { source: None, start, end, quote: value.to_owned() }];
                let field = || {
                    Some(Field { value: value.to_owned(), confidence: 0.7, evidence: evidence.clone(), entry: None })
                };
                let day = || {
                    Some(DateField {
                        value: value.to_owned(),
                        confidence: 0.9,
                        evidence: evidence.clone(),
                        ambiguous: vec![],
                        derivation: None,
                    })
                };
                if key == "Name" {
                    let kind = if text.to_lowercase().contains("leav") { Kind::Offboarding } else { Kind::Onboarding };
                    requests.push(request(kind, field()));
                }
                match (key, requests.last_mut()) {
                    ("Start", Some(request)) => request.start_date = day(),
                    ("End", Some(request)) => request.end_date = day(),
                    ("Title", Some(request)) => request.job_title = field(),
                    ("Department", Some(request)) => request.department = field(),
                    ("Manager", Some(request)) => request.manager = field(),
                    ("Location", Some(request)) => request.location = field(),
                    ("Need", Some(request)) => request.needs.push(Need {
                        action: Action::Grant,
                        category: NeedCategory::Device,
                        text: value.to_owned(),
                        catalog_id: None,
                        link_confidence: None,
                        quantity: None,
                        like: None,
                        to: None,
                        until: None,
                        confidence: 0.9,
                        evidence,
                    }),
                    ("Flag", _) => flags.extend(serde_json::from_value::<Flag>(value.into())),
                    _ => {}
                }
            }
            at += line.chars().count();
        }
        let mut understanding = Understanding {
            schema: SCHEMA.into(),
            message: MessageFacts {
                id: message.id.clone(),
                channel: message.channel,
                received_at: message.received_at.to_rfc3339(),
                language: if text.chars().any(muster::message::fold::is_han) { Language::Zh } else { Language::En },
                from: message.from.as_ref().map(ToString::to_string),
                subject: message.subject.clone(),
                text: text.to_owned(),
            },
            triage: Triage {
                category: Category::Other,
                confidence: 0.9,
                priority: Priority::P3,
                priority_reasons: vec![],
                assignee_group: None,
                missing: vec![],
                flags,
                summary: String::new(),
            },
            requests,
        };
        self.triage.retriage(&mut understanding, message.received_at);
        understanding
    }
}

pub fn request(kind: Kind, name: Option<Field<String>>) -> Request {
    Request {
        kind,
        operation: Operation::Create,
        person: Person { name, ..Person::default() },
        employment_type: None,
        start_date: None,
        end_date: None,
        revoke_at: None,
        job_title: None,
        department: None,
        manager: None,
        location: None,
        work_mode: None,
        reason: None,
        needs: vec![],
    }
}

fn address(text: &str) -> Address {
    match text.split_once('<') {
        Some((name, email)) => {
            Address { name: Some(name.trim().into()), email: Some(email.trim_end_matches('>').into()) }
        }
        None => Address { name: None, email: Some(text.into()) },
    }
}

fn format_of(record: &MessageRecord) -> Format {
    match record.channel {
        Channel::Mail => Format::Mail,
        Channel::Chat | Channel::Ticket => Format::Json,
        Channel::File => Format::Text,
    }
}

impl Desk for Bench {
    fn ingest(&self, input: Input) -> Coming<'_, Result<Receipt, StoreError>> {
        Box::pin(async move {
            let origin = store::Origin { door: input.door.into(), name: input.name.clone() };
            let message = match self.read(&input.bytes, input.format, &input.name) {
                Ok(message) => message,
                Err(reason) => {
                    let refused =
                        Incoming::refused(store::Content::Kept(input.bytes), reason.clone(), origin, self.now);
                    let stored = self.store.put(refused).await?;
                    return Ok(Receipt::Refused { sha256: stored.message(), reason });
                }
            };
            let stored = self.store.put(Incoming::read(input.bytes, &message, origin, self.now)).await?;
            let (sha256, case) = (stored.message(), stored.case());
            if matches!(stored, Stored::Known { .. }) {
                return Ok(Receipt::Known { sha256, case });
            }
            self.understand(sha256).await?;
            Ok(Receipt::Kept { sha256, case })
        })
    }

    fn retriage(&self, understanding: &mut Understanding) {
        if let Ok(at) = DateTime::parse_from_rfc3339(&understanding.message.received_at) {
            self.triage.retriage(understanding, at);
        }
    }

    fn look<'a>(&'a self, record: &'a MessageRecord, bytes: Vec<u8>) -> Coming<'a, Option<Look>> {
        Box::pin(async move {
            let message = self.read(&bytes, format_of(record), &record.origin.name).ok()?;
            Some(Look { message, reasons: vec![] })
        })
    }

    fn days(&self, words: &str, _: &str) -> Vec<NaiveDate> {
        words.split_whitespace().filter_map(|word| word.parse().ok()).collect()
    }

    fn knowledge(&self) -> Arc<Knowledge> {
        self.library.snapshot().knowledge.clone()
    }

    fn library(&self) -> Arc<Library> {
        self.library.clone()
    }

    fn answers(&self) -> Arc<muster::knowledge::pages::Answers> {
        let answers = muster::knowledge::pages::Answers::default();
        answers.renew(&self.library.snapshot().pages, |_, _| true).unwrap();
        Arc::new(answers)
    }

    fn late(&self, understanding: &Understanding, request: &Request) -> Vec<triage::late::Late> {
        self.triage.late_of(understanding, request)
    }

    fn build(&self) -> Build {
        Build { version: "test".into() }
    }
}

#[allow(dead_code)]
pub fn offset(hours: i32) -> FixedOffset {
    FixedOffset::east_opt(hours * 3600).unwrap()
}
