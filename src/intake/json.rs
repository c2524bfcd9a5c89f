//! The contract's JSON object: one chat line, ticket or mail as another program hands it over.

use super::parse;
use super::plain::Draft;
use super::{Envelope, Limits, Refusal};
use crate::contract::Channel;
use crate::message::{Address, Message};
use chrono::DateTime;
use serde::Deserialize;
use utoipa::ToSchema;

/// `{"channel": "chat"|"ticket"|"mail", "id", "from", "subject", "text", "received_at"}`; only `text` must be there.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct Posted {
    pub channel: Option<Channel>,
    /// The source's own id.
    pub id: Option<String>,
    /// A name, an address, or `Name <address>`.
    pub from: Option<String>,
    pub subject: Option<String>,
    pub text: String,
    /// RFC 3339 with the sender's offset; absent: now.
    pub received_at: Option<String>,
}

/// Reads one object.
pub fn message(bytes: &[u8], envelope: &Envelope, limits: &Limits) -> Result<Message, Refusal> {
    if bytes.len() > limits.message_bytes {
        return Err(Refusal::TooLarge { bytes: bytes.len(), limit: limits.message_bytes });
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Refusal::Empty);
    }
    let malformed = |reason: String| Refusal::Malformed { expected: "a JSON message", reason };
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let posted: Posted = serde_json::from_slice(bytes).map_err(|e| malformed(e.to_string()))?;
    from_posted(posted, envelope, limits)
}

/// A message from an object that was read already.
pub fn from_posted(posted: Posted, envelope: &Envelope, limits: &Limits) -> Result<Message, Refusal> {
    let received_at = match posted.received_at.as_deref().map(str::trim) {
        None | Some("") => envelope.received_at,
        Some(said) => DateTime::parse_from_rfc3339(said).map_err(|_| Refusal::Malformed {
            expected: "a JSON message",
            reason: "`received_at` is no RFC 3339 instant like 2026-03-10T09:00:00+08:00".into(),
        })?,
    };
    let filled = |s: Option<String>| s.filter(|s| !s.trim().is_empty());
    Ok(parse::words(
        Draft {
            id: filled(posted.id).unwrap_or_else(|| envelope.name.clone()),
            channel: posted.channel.unwrap_or(Channel::Ticket),
            received_at,
            from: filled(posted.from).map(|f| address(&f)),
            subject: filled(posted.subject),
            text: posted.text,
        },
        limits,
    ))
}

/// `Name <address>`, an address, or a name.
fn address(words: &str) -> Address {
    let words = words.trim();
    let email = |s: &str| {
        let s = s.trim().trim_matches(['<', '>']);
        (s.contains('@') && !s.contains(char::is_whitespace)).then(|| s.to_owned())
    };
    match words.rsplit_once('<') {
        Some((name, rest)) if email(rest).is_some() => {
            let name = name.trim().trim_matches('"').trim();
            Address { name: (!name.is_empty()).then(|| name.to_owned()), email: email(rest) }
        }
        _ => match email(words) {
            Some(email) => Address { name: None, email: Some(email) },
            None => Address { name: Some(words.to_owned()), email: None },
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Message, Refusal> {
        let envelope = Envelope { name: "a.json".into(), received_at: "2026-03-10T09:00:00+00:00".parse().unwrap() };
        message(json.as_bytes(), &envelope, &Limits::default())
    }

    #[test]
    fn an_object_becomes_a_message_and_mistakes_are_named() {
        let read_ok = read(r#"{"channel":"chat","id":"7","from":"Bo Li <bo@x.example>","text":"hi","received_at":"2026-03-10T17:00:00+08:00"}"#).unwrap();
        assert_eq!((read_ok.id.as_str(), read_ok.text.raw()), ("7", "hi"));
        assert_eq!(read_ok.from.unwrap().email.as_deref(), Some("bo@x.example"));
        insta::assert_snapshot!(read("{\"text\": 5}").unwrap_err(), @"this is not a JSON message: invalid type: integer `5`, expected a string at line 1 column 10");
        insta::assert_snapshot!(read("{\"text\": \"x\", \"received_at\": \"soon\"}").unwrap_err(), @"this is not a JSON message: `received_at` is no RFC 3339 instant like 2026-03-10T09:00:00+08:00");
        insta::assert_snapshot!(read("  ").unwrap_err(), @"the message is empty");
    }
}
