//! Thread keys: the identifiers and the topic that lead a later message to its case.

use std::sync::LazyLock;

use regex::Regex;

use super::{fields::Fields, headings, transfer};
use crate::message::ThreadKeys;
use crate::message::fold::fold_str;

/// Message identifiers of one header line that are kept.
const IDS: usize = 200;
/// Prefixes and tags that are taken off a subject.
const PREFIXES: usize = 40;
/// Bytes of a Thread-Index that stay the same over a conversation.
const CONVERSATION: usize = 22;

static CASE_TAG: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[\[【]\s*(MUS-[0-9]{1,12})\s*[\]】]").ok());

pub fn keys(fields: &Fields, subject: Option<&str>) -> ThreadKeys {
    let of = |name: &str| {
        let mut all = Vec::new();
        for id in fields.all(name).flat_map(ids) {
            if all.len() < IDS && !all.contains(&id) {
                all.push(id);
            }
        }
        all
    };
    let conversation = fields
        .get("thread-index")
        .map(transfer::base64)
        .and_then(|b| b.get(..CONVERSATION).map(|b| b.iter().map(|b| format!("{b:02x}")).collect()));
    let subject = subject.unwrap_or_default();
    ThreadKeys {
        in_reply_to: of("in-reply-to"),
        references: of("references"),
        conversation,
        topic: topic(subject),
        case_tag: case_tag(subject),
    }
}

/// The first identifier of a Message-ID line, without angle brackets.
pub fn message_id(fields: &Fields) -> Option<String> {
    fields.get("message-id").and_then(|v| ids(v).into_iter().next())
}

/// The identifiers of a line; words of a sentence (`Your message of …`) are none.
fn ids(value: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(value);
    if text.contains('<') {
        return text
            .split('<')
            .skip(1)
            .take(IDS)
            .filter_map(|p| p.split_once('>'))
            .map(|(id, _)| id.split_whitespace().collect::<String>())
            .filter(|id| !id.is_empty())
            .collect();
    }
    text.split_whitespace().filter(|w| w.len() > 3 && w.contains('@')).take(IDS).map(str::to_owned).collect()
}

/// The number of the case that a subject names, like `MUS-000123`.
pub fn case_tag(subject: &str) -> Option<String> {
    let upper = subject.to_ascii_uppercase();
    CASE_TAG.as_ref()?.captures(&upper)?.get(1).map(|m| m.as_str().to_owned())
}

/// The subject without prefixes, case tags and marks of outside mail, folded.
pub fn topic(subject: &str) -> Option<String> {
    let mut rest = subject.trim();
    for _ in 0..PREFIXES {
        if let Some((_, after)) = headings::prefix(rest) {
            rest = after;
        } else if let Some(after) = without_tag(rest) {
            rest = after.trim_start();
        } else {
            break;
        }
    }
    let topic = fold_str(rest);
    // A tag may also stand inside.
    let topic = match CASE_TAG.as_ref() {
        Some(tag) => tag.replace_all(&topic.to_ascii_uppercase(), " ").to_ascii_lowercase(),
        None => topic,
    };
    let topic = topic.split_whitespace().collect::<Vec<_>>().join(" ");
    (!topic.is_empty()).then_some(topic)
}

/// What follows a leading `[MUS-000123]`, `[EXTERNAL]` or `【外部邮件】`.
pub fn without_tag(subject: &str) -> Option<&str> {
    let rest = subject.strip_prefix(['[', '\u{3010}'])?;
    let end = rest.find([']', '\u{3011}']).filter(|e| *e <= 40)?;
    let inside = fold_str(rest.get(..end)?);
    let known = inside.starts_with("mus-")
        || matches!(
            inside.trim(),
            "external"
                | "ext"
                | "extern"
                | "external email"
                | "外部"
                | "外部邮件"
                | "外来邮件"
                | "外部来信"
                | "suspected spam"
                | "spam"
        );
    if !known {
        return None;
    }
    rest.get(end..).map(|r| r.trim_start_matches([']', '\u{3011}']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_lose_their_prefixes() {
        for subject in [
            "New starter Amy",
            "RE: Fwd: [MUS-000214] New  starter Amy",
            "[EXTERNAL] Re: New starter Amy",
            "回复：轉寄: 答复: new starter Amy",
            "AW: WG: New starter Amy [MUS-000214]",
            "Re[3]: New starter Amy",
        ] {
            assert_eq!(topic(subject).as_deref(), Some("new starter amy"), "{subject}");
        }
        assert_eq!(topic("【紧急】入职").as_deref(), Some("【紧急】入职"));
        assert_eq!(topic("Re: "), None);
        assert_eq!(case_tag("RE: [mus-000214] x").as_deref(), Some("MUS-000214"));
        assert_eq!(case_tag("回复：【MUS-7】x").as_deref(), Some("MUS-7"));
        assert_eq!(case_tag("MUS-7"), None);
    }

    #[test]
    fn identifiers() {
        let (fields, _) = super::super::fields::split(
            b"Message-ID: <a@b>\nIn-Reply-To: Your message of \"Mon\" <c@d>\nReferences: <1@x>\n <2@\n x> <1@x>\nThread-Index: Adxbtj8UVjnwdam/2dEam4N6iUUU4met9yII\n",
        );
        let keys = keys(&fields, Some("x"));
        assert_eq!(message_id(&fields).as_deref(), Some("a@b"));
        assert_eq!(keys.in_reply_to, ["c@d"]);
        assert_eq!(keys.references, ["1@x", "2@x"]);
        assert_eq!(keys.conversation.map(|c| c.len()), Some(44));
    }
}
