//! From the bytes of one mail (RFC 5322, MIME) to a message.
//!
//! The text holds the subject, the newest own words, and forwarded content. The header lines above
//! forwarded content stand in `Origin::Forwarded`, never in the text, so no evidence can come from them;
//! a message that was attached whole begins with its own subject where that says something new.

use chrono::{DateTime, FixedOffset};

use super::plain::Draft;
use super::{Envelope, Limits, Refusal};
use crate::message::{Channel, Header, Message, Origin, Quoted, Segment, Span, Text, ThreadKeys};
use body::Body;
use fields::Fields;
use headings::Prefix;
use quote::{Context, Parts};

mod address;
mod automatic;
mod body;
pub mod charset;
mod date;
mod encoded_word;
mod fields;
mod flowed;
mod headings;
pub mod html;
mod mime;
mod params;
mod quote;
mod signature;
mod thread;
mod transfer;

/// Bytes at the start of an input in which control characters tell a binary file from a mail.
const LOOK: usize = 4_096;
/// Times the characters of text that is understood, of the text that is parted into own and quoted words.
const PARTED: usize = 2;
/// Levels of attached messages whose words are taken up.
const ATTACHED: usize = 20;

/// Reads one mail. Broken parts become doubts; only an input past the bounds, or one that is no mail, is refused.
pub fn mail(bytes: &[u8], envelope: &Envelope, limits: &Limits) -> Result<Message, Refusal> {
    if bytes.len() > limits.message_bytes {
        return Err(Refusal::TooLarge { bytes: bytes.len(), limit: limits.message_bytes });
    }
    if bytes.trim_ascii().is_empty() {
        return Err(Refusal::Empty);
    }
    let bytes = normal(bytes);
    let (fields, content) = fields::split(&bytes);
    if fields.is_empty() && looks_binary(&bytes) {
        return Err(Refusal::Malformed {
            expected: "a mail",
            reason: "it has no header lines, and its bytes are no text".to_owned(),
        });
    }
    let (received_at, doubt) = date::received(&fields, envelope);
    let mut walk = mime::Walk::new(limits, received_at);
    let node = walk.entity(&fields, content, 0, false)?;
    let mut doubts: Vec<String> = Vec::new();
    if fields.is_empty() {
        doubts.push("The mail has no header lines; all of it was read as text.".to_owned());
    } else {
        doubts.extend(doubt);
    }
    let senders: Vec<&[u8]> = fields.all("from").collect();
    if senders.windows(2).any(|pair| pair.first() != pair.last()) {
        doubts.push("The message names two senders, in two From lines; the first was taken.".to_owned());
    }
    doubts.append(&mut walk.doubts);
    let body = body::read(node);
    let attachments = std::mem::take(&mut walk.attachments);
    let report = walk.report;
    Ok(assemble(&fields, body, received_at, envelope, limits, doubts, report, attachments))
}

#[allow(clippy::too_many_arguments, reason = "one call; the pieces of one message")]
fn assemble(
    fields: &Fields,
    body: Body,
    received_at: DateTime<FixedOffset>,
    envelope: &Envelope,
    limits: &Limits,
    mut doubts: Vec<String>,
    report: bool,
    attachments: Vec<crate::message::Attachment>,
) -> Message {
    let subject = fields.get("subject").map(encoded_word::decode).map(|s| one_line(&s)).filter(|s| !s.is_empty());
    let from = fields.get("from").or_else(|| fields.get("sender")).and_then(|v| address::header(v).into_iter().next());
    let to = fields.all("to").chain(fields.all("cc")).flat_map(address::header).collect();
    let thread = thread::keys(fields, subject.as_deref());
    let automatic = automatic::kind(fields, from.as_ref(), subject.as_deref().unwrap_or_default(), &body.text, report);

    if body.struck {
        doubts.push("Words that are struck through in the message were left out.".to_owned());
    }
    let prefix = subject.as_deref().and_then(first_prefix);
    let context = Context {
        prefix,
        answers: !thread.in_reply_to.is_empty() || !thread.references.is_empty(),
        outer: received_at,
    };
    let mut text = tidy(&body.text);
    let sentence = mime::cut_short(limits.text_chars);
    if let Some((end, _)) = text.char_indices().nth(limits.text_chars.saturating_mul(PARTED)) {
        text.truncate(end);
        add_once(&mut doubts, &sentence);
    }
    let mut parts = quote::part(&text, &context);
    let (own, mut cut) = signature::cut(signature::without_banner(&parts.own), from.as_ref());
    parts.own = own;
    add_attached(&mut parts, body.attached, &thread.topic, received_at, 0);
    keep_what_is_left(&mut parts, prefix, report, &mut cut);

    let mut quoted: Vec<Quoted> =
        std::mem::take(&mut parts.quoted).into_iter().map(|o| Quoted { header: o.header, text: o.text }).collect();
    let mut builder = Builder::new(subject.as_deref(), limits.text_chars);
    builder.add(&parts.own, Origin::Own);
    for older in parts.forwarded {
        // A forwarded signature is no evidence either; it stays readable beside the quoted messages.
        let (words, sign) = signature::cut(signature::without_banner(&older.text), older.header.from.as_ref());
        let words = if words.is_empty() { older.text } else { words };
        if let Some(sign) = sign {
            quoted.push(Quoted { header: older.header.clone(), text: sign });
        }
        builder.add(&words, Origin::Forwarded(older.header));
    }
    let (text, segments, was_cut) = builder.finish();
    if was_cut {
        add_once(&mut doubts, &sentence);
    }
    Message {
        id: thread::message_id(fields).unwrap_or_else(|| envelope.name.clone()),
        channel: Channel::Mail,
        received_at,
        from,
        to,
        subject,
        text,
        segments,
        quoted,
        signature: cut,
        attachments,
        thread,
        automatic,
        doubts,
    }
}

fn add_once(doubts: &mut Vec<String>, doubt: &str) {
    if !doubts.iter().any(|d| d == doubt) {
        doubts.push(doubt.to_owned());
    }
}

/// A message whose words are at hand: a ticket, a file, a chat line. Mails and tickets hold quotations and
/// signatures; chat lines and files are read as they stand.
pub fn words(draft: Draft, limits: &Limits) -> Message {
    let subject = draft.subject.as_deref().map(one_line).filter(|s| !s.is_empty());
    let text = tidy(&draft.text);
    let prefix = subject.as_deref().and_then(first_prefix);
    let mut cut = None;
    let parts = if matches!(draft.channel, Channel::Mail | Channel::Ticket) {
        let context = Context { prefix, answers: prefix == Some(Prefix::Reply), outer: draft.received_at };
        let mut parts = quote::part(&text, &context);
        let (own, sign) = signature::cut(signature::without_banner(&parts.own), draft.from.as_ref());
        (parts.own, cut) = (own, sign);
        keep_what_is_left(&mut parts, prefix, false, &mut cut);
        parts
    } else {
        Parts { own: text, ..Parts::default() }
    };
    let mut builder = Builder::new(subject.as_deref(), limits.text_chars);
    builder.add(&parts.own, Origin::Own);
    for older in parts.forwarded {
        builder.add(&older.text, Origin::Forwarded(older.header));
    }
    let (text, segments, was_cut) = builder.finish();
    let thread = ThreadKeys {
        topic: subject.as_deref().and_then(thread::topic),
        case_tag: subject.as_deref().and_then(thread::case_tag),
        ..ThreadKeys::default()
    };
    Message {
        id: draft.id,
        channel: draft.channel,
        received_at: draft.received_at,
        from: draft.from,
        to: Vec::new(),
        subject,
        text,
        segments,
        quoted: parts.quoted.into_iter().map(|o| Quoted { header: o.header, text: o.text }).collect(),
        signature: cut,
        attachments: Vec::new(),
        thread,
        automatic: None,
        doubts: was_cut.then(|| mime::cut_short(limits.text_chars)).into_iter().collect(),
    }
}

/// The subject's first prefix, behind marks of outside mail and case tags.
fn first_prefix(subject: &str) -> Option<Prefix> {
    let mut rest = subject.trim();
    for _ in 0..4 {
        match thread::without_tag(rest) {
            Some(after) => rest = after.trim_start(),
            None => break,
        }
    }
    headings::prefix(rest).map(|(kind, _)| kind)
}

/// Messages attached whole are forwarded content, at every level of them.
fn add_attached(
    parts: &mut Parts,
    attached: Vec<(Header, Body)>,
    topic: &Option<String>,
    outer: DateTime<FixedOffset>,
    depth: usize,
) {
    for (header, body) in attached {
        let mut text = tidy(&body.text);
        if let Some(subject) = header.subject.as_deref()
            && thread::topic(subject) != *topic
        {
            text = format!("{}\n{text}", one_line(subject));
        }
        let outer = header.date.unwrap_or(outer);
        parts.forwarded.extend(quote::forwarded(&text, header, outer));
        if depth < ATTACHED {
            add_attached(parts, body.attached, topic, outer, depth + 1);
        }
    }
}

/// Nothing may be lost: where the sender added nothing, or handed the older words on, they are read.
fn keep_what_is_left(parts: &mut Parts, prefix: Option<Prefix>, report: bool, cut: &mut Option<String>) {
    let empty = parts.own.trim().is_empty() && parts.forwarded.is_empty();
    if empty && parts.quoted.is_empty() {
        // A mail that is all signature is a mail.
        if let Some(all) = cut.take() {
            parts.own = all;
        }
        return;
    }
    let hands_on = prefix == Some(Prefix::Reply) && !parts.quoted.is_empty() && headings::hands_on(&parts.own);
    if (empty || hands_on) && !report {
        parts.forwarded.splice(0..0, std::mem::take(&mut parts.quoted));
    }
}

/// The text and its stretches while they are put together.
struct Builder {
    raw: String,
    chars: usize,
    limit: usize,
    cut: bool,
    segments: Vec<Segment>,
}

impl Builder {
    fn new(subject: Option<&str>, limit: usize) -> Self {
        let mut builder = Self { raw: String::new(), chars: 0, limit, cut: false, segments: Vec::new() };
        if let Some(subject) = subject {
            builder.put(subject, Origin::Subject);
            builder.separate("\n");
        }
        builder
    }

    fn add(&mut self, words: &str, origin: Origin) {
        if words.trim().is_empty() {
            return;
        }
        let first = self.segments.iter().all(|s| s.origin == Origin::Subject);
        if !first {
            self.separate("\n\n");
        }
        self.put(words, origin);
    }

    fn separate(&mut self, by: &str) {
        if self.chars + by.len() <= self.limit {
            self.raw.push_str(by);
            self.chars += by.len();
        }
    }

    fn put(&mut self, words: &str, origin: Origin) {
        let start = self.chars;
        let room = self.limit.saturating_sub(start);
        let count = words.chars().count();
        if count > room {
            self.cut = true;
            self.raw.extend(words.chars().take(room));
        } else {
            self.raw.push_str(words);
        }
        self.chars += count.min(room);
        if self.chars > start {
            self.segments.push(Segment { span: Span::new(start, self.chars), origin });
        }
    }

    fn finish(self) -> (Text, Vec<Segment>, bool) {
        (Text::new(self.raw), self.segments, self.cut)
    }
}

/// Without characters that are not seen; no-break spaces are spaces.
fn tidy(text: &str) -> String {
    // Most texts need nothing, and copying is far faster than building.
    if text.chars().all(|c| seen(c) == Some(c)) {
        return text.to_owned();
    }
    text.chars().filter_map(seen).collect()
}

fn seen(c: char) -> Option<char> {
    match c {
        ' '..='~' | '\n' | '\t' => Some(c),
        '\u{A0}' | '\u{2007}' | '\u{202F}' => Some(' '),
        '\u{200B}'..='\u{200D}'
        | '\u{2060}'
        | '\u{FEFF}'
        | '\u{00AD}'
        | '\u{034F}'
        | '\u{061C}'
        | '\u{115F}'
        | '\u{1160}'
        | '\u{3164}' => None,
        // Tags: copies of ASCII that are not shown at all.
        '\u{E0000}'..='\u{E007F}' => None,
        c if c.is_control() || mime::is_direction(c) => None,
        c => Some(c),
    }
}

fn one_line(text: &str) -> String {
    tidy(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Bytes with line feeds and in one-byte units: old Macintosh line ends and UTF-16 files are turned.
fn normal(bytes: &[u8]) -> std::borrow::Cow<'_, [u8]> {
    let start = bytes.get(..LOOK).unwrap_or(bytes);
    if start.starts_with(&[0xFF, 0xFE]) || start.starts_with(&[0xFE, 0xFF]) {
        let encoding = if start.starts_with(&[0xFF, 0xFE]) { encoding_rs::UTF_16LE } else { encoding_rs::UTF_16BE };
        return encoding.decode(bytes).0.into_owned().into_bytes().into();
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if memchr::memchr(b'\n', start).is_none()
        && memchr::memchr(b'\r', start).is_some()
        && memchr::memchr(b'\n', bytes).is_none()
    {
        return bytes.iter().map(|b| if *b == b'\r' { b'\n' } else { *b }).collect::<Vec<u8>>().into();
    }
    bytes.into()
}

fn looks_binary(bytes: &[u8]) -> bool {
    let start = bytes.get(..LOOK).unwrap_or(bytes);
    let control = start.iter().filter(|b| matches!(b, 0..=8 | 14..=26 | 28..=31)).count();
    control * 50 > start.len()
}

#[cfg(test)]
mod tests;
