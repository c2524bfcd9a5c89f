//! The tree of a mail's parts, within bounds; attachments are read on the way.
//!
//! # Design
//! mail-parser reads whole mails too, but a base64 message/rfc822 part that holds thousands of nested
//! messages makes it recurse as deeply, and no scan before can see into the base64. So the walk over the
//! parts is Muster's own: each level is cut into its parts by one linear search, levels are counted, and
//! mail-parser is used for addresses, dates and base64.

use std::borrow::Cow;
use std::time::Instant;

use chrono::{DateTime, FixedOffset};
use sha2::{Digest, Sha256};

use super::{
    address, charset, date, encoded_word,
    fields::{self, Fields},
    flowed,
    params::Typed,
    transfer,
};
use crate::intake::{Limits, Refusal, attachment};
use crate::message::{Attachment, Header};

/// Levels past which no configuration goes: the walk recurses once a level.
const DEPTH: usize = 64;
/// Messages in messages that are themselves base64 or quoted-printable; each holds a copy of its bytes.
const ENCODED: usize = 3;
/// Bytes of a part for each character of text that is wanted: quoted-printable Chinese takes 9, markup far more.
const PLAIN_BYTES: usize = 12;
const HTML_BYTES: usize = 24;
/// Characters of an attachment's name.
const NAME_CHARS: usize = 200;

/// What a part holds for the reader.
#[derive(Debug)]
pub enum Node {
    Plain(String),
    Html(String),
    /// The same words several times over.
    Alternative(Vec<Node>),
    Group(Vec<Node>),
    /// A message that was attached whole.
    Message(Header, Box<Node>),
    Nothing,
}

/// The walk over one mail.
pub struct Walk<'l> {
    limits: &'l Limits,
    deadline: Instant,
    /// The outer message's time, for inner dates without an offset.
    outer: DateTime<FixedOffset>,
    parts: usize,
    encoded: usize,
    pub attachments: Vec<Attachment>,
    pub doubts: Vec<String>,
    /// Whether a delivery or disposition report was met.
    pub report: bool,
}

impl<'l> Walk<'l> {
    pub fn new(limits: &'l Limits, outer: DateTime<FixedOffset>) -> Self {
        Self {
            limits,
            deadline: Instant::now() + limits.attachment_time,
            outer,
            parts: 0,
            encoded: 0,
            attachments: Vec::new(),
            doubts: Vec::new(),
            report: false,
        }
    }

    /// Reads one entity; `depth` is 0 for the mail itself.
    pub fn entity(&mut self, fields: &Fields, body: &[u8], depth: usize, in_digest: bool) -> Result<Node, Refusal> {
        self.parts += 1;
        if self.parts > self.limits.parts {
            return Err(Refusal::TooManyParts { limit: self.limits.parts });
        }
        let limit = self.limits.depth.min(DEPTH);
        if depth > limit {
            self.doubt(format!("Parts nested deeper than {limit} levels were not read (intake.depth)."));
            return Ok(Node::Nothing);
        }
        let kind = fields.get("content-type").map(Typed::parse).unwrap_or_default();
        let disposition = fields.get("content-disposition").map(Typed::parse).unwrap_or_default();
        let encoding = fields.word("content-transfer-encoding").unwrap_or_default();
        let name =
            disposition.text("filename").or_else(|| kind.text("name")).map(|n| tidy_name(&n)).filter(|n| !n.is_empty());
        let media_type = match kind.main.as_str() {
            "" if in_digest => "message/rfc822",
            "" | "text" => "text/plain",
            other => other,
        };

        if let Some(subtype) = media_type.strip_prefix("multipart/") {
            return self.multipart(&kind, subtype, body, depth);
        }
        let attached = disposition.main == "attachment" || (name.is_some() && depth > 0);
        let is_message = matches!(media_type, "message/rfc822" | "message/global")
            || media_type == "application/octet-stream"
                && name.as_deref().is_some_and(|n| n.to_ascii_lowercase().ends_with(".eml"));
        if is_message && !self.report {
            return self.message(name, body, &encoding, depth);
        }
        match media_type {
            "text/html" | "application/xhtml+xml" if !attached => {
                Ok(Node::Html(self.words(&kind, body, &encoding, true)))
            }
            "text/plain" | "text/enriched" | "text/richtext" | "text/markdown" if !attached => {
                Ok(Node::Plain(self.words(&kind, body, &encoding, false)))
            }
            _ => {
                if media_type == "application/pkcs7-mime" && kind.word("smime-type").is_none_or(|t| t != "signed-data")
                {
                    self.doubt("The message is encrypted (S/MIME) and was not read.".to_owned());
                }
                let bytes = self.decoded(body, &encoding);
                self.attach(name, media_type, &bytes);
                Ok(Node::Nothing)
            }
        }
    }

    fn multipart(&mut self, kind: &Typed, subtype: &str, body: &[u8], depth: usize) -> Result<Node, Refusal> {
        if subtype == "encrypted" {
            self.doubt("The message is encrypted and was not read.".to_owned());
        }
        if subtype == "report" {
            self.report = true;
        }
        let room = self.limits.parts - self.parts.min(self.limits.parts);
        let named = kind.raw("boundary").map(|b| b.trim_ascii_end()).filter(|b| !b.is_empty());
        let (mut sections, mut ended) = named.map(|b| split(body, b, room)).unwrap_or_default();
        if sections.is_empty()
            && let Some(found) = first_boundary(body)
        {
            (sections, ended) = split(body, found, room);
        }
        if sections.len() > room {
            return Err(Refusal::TooManyParts { limit: self.limits.parts });
        }
        if sections.is_empty() {
            self.doubt(
                "A part says that it holds several parts, but they could not be told apart; it was read as one text."
                    .to_owned(),
            );
            let (fields, rest) = fields::split(body);
            let body = if fields.has("content-type") { rest } else { body };
            return Ok(Node::Plain(self.words(
                &Typed::default(),
                body,
                &fields.word("content-transfer-encoding").unwrap_or_default(),
                false,
            )));
        }
        if !ended {
            self.doubt("The message is cut off: the last of its parts has no end.".to_owned());
        }
        let mut nodes = Vec::with_capacity(sections.len());
        for section in sections {
            let (fields, body) = fields::split(section);
            nodes.push(self.entity(&fields, body, depth + 1, subtype == "digest")?);
        }
        Ok(if subtype == "alternative" { Node::Alternative(nodes) } else { Node::Group(nodes) })
    }

    /// A message in the message: forwarded content with a header of its own.
    fn message(&mut self, name: Option<String>, body: &[u8], encoding: &str, depth: usize) -> Result<Node, Refusal> {
        let bytes = self.decoded(body, encoding);
        let encoded = matches!(bytes, Cow::Owned(_));
        if encoded && self.encoded >= ENCODED {
            self.doubt(format!("Encoded messages nested deeper than {ENCODED} levels were not read."));
            return Ok(Node::Nothing);
        }
        let (fields, inner) = fields::split(&bytes);
        let header = header(&fields, self.outer);
        let name = name
            .or_else(|| header.subject.as_deref().map(|s| format!("{}.eml", tidy_name(s))))
            .unwrap_or_else(|| "message.eml".to_owned());
        self.list(
            name,
            "message/rfc822",
            &bytes,
            None,
            Some("Its words stand in the message's text as forwarded content.".to_owned()),
        );
        self.encoded += usize::from(encoded);
        let node = self.entity(&fields, inner, depth + 1, false)?;
        self.encoded -= usize::from(encoded);
        Ok(Node::Message(header, Box::new(node)))
    }

    /// The words of a text part; lines end in `\n`.
    fn words(&mut self, kind: &Typed, body: &[u8], encoding: &str, html: bool) -> String {
        let wanted = self.limits.text_chars.saturating_mul(if html { HTML_BYTES } else { PLAIN_BYTES });
        let body = match body.get(..wanted) {
            Some(cut) if body.len() > wanted => {
                self.doubt(cut_short(self.limits.text_chars));
                cut
            }
            _ => body,
        };
        let bytes = self.decoded(body, encoding);
        let label = kind.word("charset").or_else(|| if html { meta_charset(&bytes) } else { None });
        let decoded = charset::decode(&bytes, label.as_deref());
        let label = label.unwrap_or_else(|| "none".to_owned());
        match decoded.doubt {
            Some(charset::Doubt::Utf7) => {
                self.doubt("A part of the message is in UTF-7, which can hide text from filters; its escapes were left as they stand.".to_owned());
            }
            Some(charset::Doubt::WrongLabel) => self.doubt(format!(
                "A part of the message says that it is in {label}, which it is not; it was read as what it is."
            )),
            Some(charset::Doubt::UnknownLabel) => {
                self.doubt(format!("A part of the message names an unknown charset ({label}); its text was guessed."))
            }
            Some(charset::Doubt::BrokenBytes) => {
                self.doubt(format!(
                    "Some bytes of a part mean nothing in its charset ({label}); they stand as \u{FFFD}."
                ));
            }
            None => {}
        }
        let text = lines(decoded.text);
        if !html && kind.word("format").is_some_and(|f| f == "flowed") {
            return flowed::unflow(&text, kind.word("delsp").is_some_and(|d| d == "yes"));
        }
        text
    }

    fn decoded<'b>(&mut self, body: &'b [u8], encoding: &str) -> Cow<'b, [u8]> {
        let (bytes, damaged) = transfer::decode(body, encoding);
        if damaged {
            self.doubt(format!("The encoding of a part is damaged ({encoding}); what was left of it was read."));
        }
        bytes
    }

    /// Lists an attachment and reads its words, if its kind is read.
    fn attach(&mut self, name: Option<String>, media_type: &str, bytes: &[u8]) {
        let name = name.unwrap_or_else(|| default_name(media_type).to_owned());
        let (text, note) = attachment::read(&name, media_type, bytes, self.limits, self.deadline);
        self.list(name, media_type, bytes, text, note);
    }

    fn list(
        &mut self,
        name: String,
        media_type: &str,
        bytes: &[u8],
        text: Option<crate::message::Text>,
        note: Option<String>,
    ) {
        let sha256 = Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect();
        let name = self.unique(name);
        self.attachments.push(Attachment {
            name,
            media_type: media_type.to_owned(),
            bytes: bytes.len(),
            sha256,
            text,
            note,
        });
    }

    fn unique(&self, name: String) -> String {
        let taken = |n: &str| self.attachments.iter().any(|a| a.name == n);
        if !taken(&name) {
            return name;
        }
        let (stem, ending) = name.rfind('.').map_or((name.as_str(), ""), |dot| name.split_at(dot));
        // There is always a free number within as many as there are attachments.
        (2..self.attachments.len() + 3)
            .map(|n| format!("{stem} ({n}){ending}"))
            .find(|n| !taken(n))
            .unwrap_or_else(|| name.clone())
    }

    fn doubt(&mut self, doubt: String) {
        if !self.doubts.contains(&doubt) && self.doubts.len() < 50 {
            self.doubts.push(doubt);
        }
    }
}

/// The sentence for a text past the limit.
pub fn cut_short(limit: usize) -> String {
    format!("The text is longer than {limit} characters; the rest was not read (intake.text_chars).")
}

/// The header of a message in a message.
fn header(fields: &Fields, outer: DateTime<FixedOffset>) -> Header {
    Header {
        from: fields.get("from").and_then(|v| address::header(v).into_iter().next()),
        to: fields.get("to").map(encoded_word::decode).map(|t| t.trim().to_owned()).filter(|t| !t.is_empty()),
        date: fields.get("date").and_then(|v| date::header(v, outer)),
        subject: fields.get("subject").map(encoded_word::decode).map(|s| s.trim().to_owned()).filter(|s| !s.is_empty()),
    }
}

/// Cuts a multipart's body at its boundary lines, and tells whether the closing one came; stops soon after
/// more than `room` parts.
fn split<'b>(body: &'b [u8], boundary: &[u8], room: usize) -> (Vec<&'b [u8]>, bool) {
    let mut sections = Vec::new();
    let mut open: Option<usize> = None;
    let mut ended = false;
    for (start, line) in dash_lines(body) {
        let Some(rest) = line.get(2..).and_then(|l| l.strip_prefix(boundary)) else { continue };
        let closes = rest.starts_with(b"--");
        if !closes && !rest.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        if let Some(from) = open.take() {
            sections.push(trim_line_end(body.get(from..start).unwrap_or_default()));
        }
        if closes {
            ended = true;
            break;
        }
        if sections.len() > room {
            return (sections, true);
        }
        open = Some((start + line.len() + 1).min(body.len()));
    }
    if let (Some(from), false) = (open, ended) {
        sections.push(body.get(from..).unwrap_or_default());
    }
    (sections, ended)
}

/// The lines that begin with two dashes, with their offsets, without the line feed.
fn dash_lines(body: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let line = move |start: usize| {
        let rest = body.get(start..).unwrap_or_default();
        // A boundary has at most 70 characters; some programs write more.
        let near = rest.get(..400).unwrap_or(rest);
        (start, near.get(..memchr::memchr(b'\n', near).unwrap_or(near.len())).unwrap_or_default())
    };
    let first = body.starts_with(b"--").then_some(0);
    first.into_iter().chain(memchr::memmem::find_iter(body, b"\n--").map(|i| i + 1)).map(line)
}

/// The boundary that the body itself shows, where the header names none that occurs.
fn first_boundary(body: &[u8]) -> Option<&[u8]> {
    let (_, line) = dash_lines(body).next()?;
    let line = line.get(2..)?.trim_ascii_end();
    (line.len() > 5 && !line.iter().any(u8::is_ascii_whitespace) && !line.iter().all(|b| *b == b'-')).then_some(line)
}

fn trim_line_end(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    bytes.strip_suffix(b"\r").unwrap_or(bytes)
}

/// Line ends as `\n`.
fn lines(text: String) -> String {
    if !text.contains('\r') {
        return text;
    }
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// The charset that an HTML page names itself, in its first KiB.
fn meta_charset(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(bytes.get(..1024).unwrap_or(bytes)).to_ascii_lowercase();
    let at = head.find("charset=")?;
    let rest = head.get(at + 8..)?.trim_start_matches(['"', '\'', ' ']);
    let label: String =
        rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':')).take(45).collect();
    (!label.is_empty()).then_some(label)
}

/// A file's name without folders and control characters.
fn tidy_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    last.chars().filter(|c| !c.is_control() && !is_direction(*c)).take(NAME_CHARS).collect::<String>().trim().to_owned()
}

/// Marks that turn the direction of writing, by which `exe.fdp` passes for a PDF.
pub fn is_direction(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn default_name(media_type: &str) -> &'static str {
    match media_type {
        "text/calendar" => "invite.ics",
        "text/plain" => "text.txt",
        "text/html" => "page.html",
        "text/csv" => "table.csv",
        "application/pdf" => "document.pdf",
        "image/png" => "image.png",
        "image/jpeg" => "image.jpg",
        "image/gif" => "image.gif",
        "message/delivery-status" => "delivery-status.txt",
        "message/rfc822" => "message.eml",
        _ => "attachment",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boundaries_part_the_body() {
        let body = b"preamble\r\n--a\r\none\r\n--a b\r\n--ab\r\n--a \r\ntwo\r\n\r\n--a--\r\nepilogue\r\n--a\r\n";
        assert_eq!(split(body, b"a", 10), (vec![&b"one\r\n--a b\r\n--ab"[..], b"two\r\n"], true));
        assert_eq!(split(b"--a\nunclosed", b"a", 10), (vec![&b"unclosed"[..]], false));
        assert_eq!(split(b"--a\n--a\n--a\n", b"a", 1).0.len(), 2);
        assert!(split(b"text", b"a", 10).0.is_empty());
    }

    #[test]
    fn the_body_shows_a_boundary_that_the_header_lost() {
        assert_eq!(first_boundary(b"text\n--=_next_7\nx"), Some(&b"=_next_7"[..]));
        assert_eq!(first_boundary(b"text\n-- \nJane"), None);
        assert_eq!(first_boundary(b"text\n--------\nJane"), None);
    }
}
