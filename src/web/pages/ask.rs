//! The question to a requester: in their language, naming what is missing for whom.

use super::Visit;
use super::queue::short_sender;
use super::request::field_words;
use crate::contract::{Language, MessageFacts, Operation};
use crate::store::{CaseNumber, Revision};
use crate::web::fields::pointer;
use crate::web::identity::encode;
use crate::web::words::Lang;

/// Requests that a question names.
const REQUESTS: usize = 20;

/// The question to the requester, ready to be sent.
pub struct Ask {
    pub text: String,
    pub fields: String,
    /// `mailto:` without subject and body; empty where no address is known.
    pub address: String,
    pub subject: String,
    pub mailto: String,
}

/// The question to the requester in their language, naming person and field.
pub fn ask(
    visit: &Visit,
    number: CaseNumber,
    facts: Option<&MessageFacts>,
    latest: Option<&Revision>,
    requester: Option<&str>,
) -> Ask {
    let l = match facts.map(|facts| facts.language) {
        Some(Language::Zh | Language::Mixed) => Lang::Zh,
        Some(Language::En) => Lang::En,
        _ => visit.l,
    };
    let understood = latest.map(|revision| &revision.understanding);
    let missing = understood.map(|u| u.triage.missing.as_slice()).unwrap_or_default();
    let mut lines = Vec::new();
    for request in understood.map(|u| u.requests.as_slice()).unwrap_or_default().iter().take(REQUESTS) {
        let json = serde_json::to_value(request).unwrap_or_default();
        let lacks = |path: &&String| match path.as_str() {
            "needs" => request.needs.is_empty(),
            path => json.pointer(&pointer(path)).is_none(),
        };
        let names: Vec<String> = missing.iter().filter(lacks).map(|path| field_words(l, path)).collect();
        if names.is_empty() || request.operation != Operation::Create {
            continue;
        }
        let person = request.person.name.as_ref().map(|name| name.value.as_str());
        lines.push(match person {
            Some(person) => format!("- {person}{}{}", if l.chinese() { "：" } else { ": " }, l.list(&names)),
            None => format!("- {}", l.list(&names)),
        });
    }
    let from = facts.and_then(|facts| facts.from.as_deref());
    let sender = requester.or(from).unwrap_or_default();
    let name = short_sender(sender);
    let greeting = if name.is_empty() { l.w("ask.hello").to_owned() } else { l.with("ask.hello_name", "name", &name) };
    let body = if lines.is_empty() {
        format!("{}\n\n- ", l.w("ask.open"))
    } else {
        format!("{}\n\n{}", l.w("ask.missing"), lines.join("\n"))
    };
    let keep = l.with("ask.keep", "case", &number.to_string());
    let text = format!("{greeting}\n\n{body}\n\n{keep}\n\n{}\n{}", l.w("ask.regards"), visit.asker.name);
    let subject = facts.and_then(|facts| facts.subject.as_deref()).unwrap_or_default();
    let subject: String = subject.chars().filter(|c| !c.is_control()).take(150).collect();
    let subject = format!("{} {subject} [{number}]", l.w("ask.re"));
    let address = address(sender).unwrap_or_default();
    let mailto = if address.is_empty() {
        String::new()
    } else {
        format!("mailto:{address}?subject={}&body={}", encode(&subject), encode(&text))
    };
    Ask { text, fields: missing.join(","), address, subject, mailto }
}

/// The plain mail address of a sender, where it is one that needs no quoting.
fn address(sender: &str) -> Option<String> {
    let inner = sender.rsplit_once('<').map_or(sender, |(_, inner)| inner.trim_end_matches('>')).trim();
    let plain = inner.bytes().all(|b| b.is_ascii_alphanumeric() || b"@._+-".contains(&b));
    let parts = inner.split_once('@')?;
    (plain && !parts.0.is_empty() && parts.1.contains('.') && !parts.1.contains('@')).then(|| inner.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_address_becomes_a_link() {
        assert_eq!(address("Ann Lee <ann.lee@example.com>").as_deref(), Some("ann.lee@example.com"));
        assert_eq!(address("ann@example.com").as_deref(), Some("ann@example.com"));
        for bad in ["", "Ann", "ann@host", "a?bcc=x@example.com", "a@b@example.com", "Ann <>"] {
            assert_eq!(address(bad), None, "{bad}");
        }
    }
}
