//! Tells mails that no person wrote: automatic replies, lists, bounces, and programs' own messages.

use std::sync::LazyLock;

use serde::Deserialize;

use super::fields::Fields;
use crate::message::fold::fold_str;
use crate::message::{Address, Automatic};

/// Characters of the body in which the words of an automatic reply are looked for.
const BODY_CHARS: usize = 600;

#[derive(Deserialize)]
struct Words {
    receipt: Vec<String>,
    reply: Reply,
    senders: Senders,
    bounce: Bounce,
}
#[derive(Deserialize)]
struct Reply {
    sure: Vec<String>,
    likely: Vec<String>,
    body: Vec<String>,
}
#[derive(Deserialize)]
struct Senders {
    generated: Vec<String>,
    bounce: Vec<String>,
}
#[derive(Deserialize)]
struct Bounce {
    subject: Vec<String>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    #[allow(clippy::expect_used, reason = "the file is part of the program and its test reads it")]
    let mut words: Words = toml::from_str(include_str!("automatic.toml")).expect("automatic.toml is well formed");
    for list in [
        &mut words.receipt,
        &mut words.reply.sure,
        &mut words.reply.likely,
        &mut words.reply.body,
        &mut words.senders.generated,
        &mut words.senders.bounce,
        &mut words.bounce.subject,
    ] {
        list.iter_mut().for_each(|w| *w = fold_str(w));
    }
    words
});

/// What a mail's header says of its sender, with the words of subject and body as support. `report`: the
/// mail is a multipart/report.
pub fn kind(fields: &Fields, from: Option<&Address>, subject: &str, body: &str, report: bool) -> Option<Automatic> {
    let words = &*WORDS;
    let submitted = fields.word("auto-submitted").unwrap_or_default();
    let precedence = fields.word("precedence").unwrap_or_default();
    let null_path = fields.word("return-path").is_some_and(|p| p == "<>");
    let local: String = from
        .and_then(|a| a.email.as_deref())
        .and_then(|e| e.split('@').next())
        .map(|l| l.to_ascii_lowercase().chars().filter(|c| !matches!(c, '.' | '-' | '_')).collect())
        .unwrap_or_default();
    let subject = fold_str(subject.trim());
    let begins = |list: &[String]| list.iter().any(|w| subject.starts_with(w.as_str()));

    if words.senders.bounce.contains(&local)
        || report && (null_path || begins(&words.bounce.subject))
        || null_path && begins(&words.bounce.subject)
    {
        return Some(Automatic::Bounce);
    }
    if begins(&words.receipt) && report {
        return Some(Automatic::Reply);
    }
    let machine = !submitted.is_empty() && submitted != "no";
    let answers = submitted.starts_with("auto-replied")
        || precedence == "auto_reply"
        || ["x-autoreply", "x-autorespond", "x-auto-reply", "x-autoresponse"]
            .iter()
            .any(|h| fields.word(h).is_some_and(|v| v != "no"));
    // A colon ends the phrase: `Out of office: set up …` of a person has no sign but the subject.
    let sure = words.reply.sure.iter().any(|w| {
        subject.strip_prefix(w.as_str()).is_some_and(|r| {
            r.trim_start().is_empty() || r.trim_start().starts_with([':', '-', ' ']) || w.ends_with([')', ']'])
        })
    });
    let likely = begins(&words.reply.likely);
    // Folding the body costs more than all the rest; few mails come to it.
    let supported = || {
        if machine || null_path || fields.has("x-auto-response-suppress") || precedence == "bulk" {
            return true;
        }
        let start: String = body.chars().take(BODY_CHARS).collect();
        let start = fold_str(&start);
        words.reply.body.iter().any(|w| start.contains(w.as_str()))
    };
    if answers || sure || likely && supported() {
        return Some(Automatic::Reply);
    }
    let unsubscribe = fields.has("list-unsubscribe");
    let campaign = fields.has("list-unsubscribe-post")
        || fields.has("x-campaign")
        || fields.has("x-campaignid")
        || fields.has("x-mailchimp-campaign")
        || fields.has("x-csa-complaints")
        || fields.has("x-mailer-campaign");
    // A group's address (List-Post) passes on what people write; a newsletter takes no posts.
    let group = fields.word("list-post").is_some_and(|p| p.starts_with('<')) || fields.has("x-google-group-id");
    if (unsubscribe || campaign) && !group {
        return Some(Automatic::Bulk);
    }
    let nobody = words.senders.generated.iter().any(|w| {
        local == *w || local.starts_with("noreply") || local.starts_with("donotreply") || local.ends_with("noreply")
    });
    if machine || nobody || report {
        return Some(Automatic::Generated);
    }
    if matches!(precedence.as_str(), "bulk" | "junk") && !group {
        return Some(Automatic::Bulk);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind_of(header: &str, body: &str) -> Option<Automatic> {
        let (fields, _) = super::super::fields::split(header.as_bytes());
        let from = fields.get("from").and_then(|v| super::super::address::header(v).into_iter().next());
        let subject = fields.get("subject").map(|s| String::from_utf8_lossy(s).into_owned()).unwrap_or_default();
        kind(&fields, from.as_ref(), &subject, body, false)
    }

    #[test]
    fn machines_are_told_from_people() {
        use Automatic::*;
        for (header, body, kind) in [
            ("Subject: Automatic reply: New starter", "", Some(Reply)),
            ("Subject: 自动回复：入职", "", Some(Reply)),
            ("Auto-Submitted: auto-replied\nSubject: x", "", Some(Reply)),
            ("Subject: Out of office: Leaver: Professor Quigg", "I'm away until Monday.", Some(Reply)),
            ("Subject: Out of office: please set one up for Amy Lin, who left", "Please turn it on today.", None),
            ("Subject: RE: Automatic reply: New starter", "Thanks, will wait.", None),
            ("Return-Path: <>\nSubject: Undeliverable: New starter", "", Some(Bounce)),
            ("From: MAILER-DAEMON@acme.example\nSubject: x", "", Some(Bounce)),
            ("From: news@acme.example\nList-Unsubscribe: <https://x.example>\nSubject: x", "", Some(Bulk)),
            (
                "From: jane@acme.example\nList-Id: it <it.acme.example>\nList-Post: <mailto:it@acme.example>\nList-Unsubscribe: <mailto:x@acme.example>\nPrecedence: list\nSubject: New starter",
                "",
                None,
            ),
            ("From: no-reply@hris.example\nPrecedence: bulk\nSubject: New hire", "", Some(Generated)),
            (
                "From: hris@acme.example\nAuto-Submitted: auto-generated\nX-Auto-Response-Suppress: All\nSubject: New hire",
                "",
                Some(Generated),
            ),
            ("From: jane@acme.example\nX-Auto-Response-Suppress: DR, OOF\nSubject: New hire", "", None),
            ("From: jane@acme.example\nAuto-Submitted: no\nSubject: New hire", "", None),
        ] {
            assert_eq!(kind_of(header, body), kind, "{header}");
        }
    }
}
