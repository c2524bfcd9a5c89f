//! `muster tokens`: labelled messages in, their tokens with the symbols' marks out; models/reader/train.py learns from them.

use crate::contract::Channel;
use crate::intake::{self, Envelope, Limits};
use crate::message::{Message, Origin, Segment, Span, Text};
use crate::model::{Encoder, Grain};
use crate::understand::{Reader, learned::features};
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};
use std::io::{BufRead, Write};

/// What is needed of a labelled message here.
#[derive(Deserialize)]
struct Line {
    id: String,
    channel: Channel,
    received_at: DateTime<FixedOffset>,
    subject_chars: usize,
    text: String,
}

#[derive(Serialize)]
struct Tokens {
    id: String,
    ids: Vec<u32>,
    /// Start and end of each token.
    spans: Vec<[usize; 2]>,
    /// The bits of each token: those of its first and last character.
    features: Vec<u32>,
}

/// Lines worked on together.
const BATCH: usize = 512;

/// One line out for each line in, in their order.
pub fn run(reader: &Reader, encoder: &Encoder, input: impl BufRead, mut out: impl Write) -> anyhow::Result<()> {
    let mut lines = input.lines();
    loop {
        let batch: Vec<String> = lines.by_ref().take(BATCH).collect::<Result<_, _>>()?;
        if batch.is_empty() {
            return Ok(out.flush()?);
        }
        let half = batch.len().div_ceil(2);
        let work = |part: &[String]| part.iter().map(|l| one(reader, encoder, l)).collect::<Vec<_>>();
        let done = std::thread::scope(|scope| {
            let (first, second) = batch.split_at(half);
            let second = scope.spawn(|| work(second));
            let mut done = work(first);
            done.extend(second.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            done
        });
        for tokens in done {
            serde_json::to_writer(&mut out, &tokens?)?;
            out.write_all(b"\n")?;
        }
    }
}

fn one(reader: &Reader, encoder: &Encoder, line: &str) -> anyhow::Result<Tokens> {
    let line: Line = serde_json::from_str(line)?;
    let message = message(&line);
    let page = reader.page(&message);
    let marks = reader.marks(&page);
    let bits = features::of(&page, 0, &marks);
    let tokens = encoder.tokens(message.text.raw(), Grain::Pieces);
    Ok(Tokens {
        id: line.id,
        ids: tokens.iter().map(|t| t.id).collect(),
        spans: tokens.iter().map(|t| [t.span.start, t.span.end]).collect(),
        features: features::by_token(&bits, &tokens),
    })
}

/// As intake would read it; where intake would cut or change the words, they stay as they are labelled.
fn message(line: &Line) -> Message {
    let subject: String = line.text.chars().take(line.subject_chars).collect();
    let body: String = line.text.chars().skip(if subject.is_empty() { 0 } else { line.subject_chars + 1 }).collect();
    let posted = intake::json::Posted {
        channel: Some(line.channel),
        id: Some(line.id.clone()),
        from: None,
        subject: Some(subject.clone()).filter(|s| !s.is_empty()),
        text: body,
        received_at: Some(line.received_at.to_rfc3339()),
    };
    let envelope = Envelope { name: line.id.clone(), received_at: line.received_at };
    if let Ok(message) = intake::json::from_posted(posted, &envelope, &Limits::default())
        && message.text.raw() == line.text
    {
        return message;
    }
    let text = Text::new(line.text.clone());
    let cut = line.subject_chars;
    let mut segments = Vec::new();
    if cut > 0 {
        segments.push(Segment { span: Span::new(0, cut), origin: Origin::Subject });
    }
    segments.push(Segment { span: Span::new(if cut > 0 { cut + 1 } else { 0 }, text.len()), origin: Origin::Own });
    Message {
        id: line.id.clone(),
        channel: line.channel,
        received_at: line.received_at,
        from: None,
        to: Vec::new(),
        subject: Some(subject).filter(|s| !s.is_empty()),
        text,
        segments,
        quoted: Vec::new(),
        signature: None,
        attachments: Vec::new(),
        thread: crate::message::ThreadKeys::default(),
        automatic: None,
        doubts: Vec::new(),
    }
}
