//! Attributions: `On …, Jane Roe wrote:` in any language, perhaps over several lines.

use chrono::{DateTime, FixedOffset};

use super::Line;
use super::words::WORDS;
use crate::intake::parse::{address, date};
use crate::message::Header;
use crate::message::fold::{fold_str, is_han};

/// Characters of an attribution over all its lines.
const WROTE_CHARS: usize = 400;
/// Lines over which it is broken at most.
const WROTE_LINES: usize = 4;

/// `On Mon, 9 Mar 2026 at 17:21, Jane Roe <jane@acme.example> wrote:`, perhaps over several lines.
pub fn wrote(lines: &[Line], at: usize, outer: DateTime<FixedOffset>) -> Option<(usize, Header)> {
    let depth = lines.get(at)?.depth;
    let last = lines
        .get(at..)?
        .iter()
        .take(WROTE_LINES)
        .take_while(|l| l.depth == depth && !l.is_blank())
        .position(|l| l.bare.trim_end_matches(['-', ' ']).ends_with([':', '\u{FF1A}']) || l.bare.ends_with("--"))?;
    let parts = lines.get(at..=at + last)?;
    if parts.iter().map(|l| l.bare.len()).sum::<usize>() > 3 * WROTE_CHARS {
        return None;
    }
    let joined = parts.iter().map(|l| l.bare).collect::<Vec<_>>().join(" ");
    // Zoho writes `---- On … wrote ----`.
    let joined = joined.trim_matches(['-', ' ']).to_owned();
    let folded = fold_str(&joined);
    let dated = has_year(&folded) || folded.contains(':') && folded.chars().filter(|c| c.is_ascii_digit()).count() >= 4;
    let address = folded.contains('@');
    // Older Gmail has no verb: `2016-10-24 15:36 GMT+08:00 Jane Roe <jane@acme.example>:`.
    if dated && folded.starts_with(|c: char| c.is_ascii_digit()) && folded.ends_with(">:") {
        let from = writer(&joined, joined.chars().count(), 0);
        return Some((at + last + 1, Header { from, date: date::written(&joined, outer), ..Header::default() }));
    }
    // The longest: `napisał(a)` before `napisał`.
    let (closed, closer) =
        WORDS.closers.iter().filter_map(|c| Some((word_at(&folded, c)?, c))).max_by_key(|(_, c)| c.len())?;
    let opened = WORDS.openers.iter().any(|o| folded.starts_with(o.as_str()));
    // `Jane Roe <jane@acme.example> wrote:` and nothing else.
    let whole = folded.get(closed + closer.len()..).is_some_and(|rest| rest.trim_matches([':', ' ']).is_empty())
        && folded.get(..closed).is_some_and(|head| head.trim_end().ends_with('>'))
        && address;
    let han = closer.chars().any(is_han);
    let quoted = lines.get(at + last + 1..)?.iter().find(|l| !l.is_blank()).is_some_and(|l| l.depth > depth);
    // A sentence that ends in a colon has no date and address, or does not open so.
    let sure = dated && (opened || address || han) || address && quoted || dated && quoted || whole;
    // Where the line is broken, its first part must already look like one.
    let begins = last == 0
        || opened
        || parts.first().is_some_and(|l| l.bare.contains('@') || l.bare.chars().any(|c| c.is_ascii_digit()));
    if !sure || !begins {
        return None;
    }
    let characters = folded.get(..closed).unwrap_or_default().chars().count();
    let from = writer(&joined, characters, closer.chars().count());
    Some((at + last + 1, Header { from, date: date::written(&joined, outer), ..Header::default() }))
}

/// Where a word stands as a whole word; Han words stand anywhere.
fn word_at(folded: &str, word: &str) -> Option<usize> {
    let han = word.chars().any(is_han);
    folded
        .match_indices(word)
        .find(|(at, _)| {
            let before = folded.get(..*at).and_then(|s| s.chars().next_back());
            let after = folded.get(at + word.len()..).and_then(|s| s.chars().next());
            han || !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
        })
        .map(|(at, _)| at)
}

fn has_year(folded: &str) -> bool {
    let mut run = String::new();
    folded.chars().chain([' ']).any(|c| {
        if c.is_ascii_digit() {
            run.push(c);
            return false;
        }
        let year = run.len() == 4 && (run.starts_with("19") || run.starts_with("20"));
        run.clear();
        year
    })
}

/// Who wrote, in an attribution whose closing word stands at character `closed`.
fn writer(joined: &str, closed: usize, length: usize) -> Option<crate::message::Address> {
    let before: String = joined.chars().take(closed).collect();
    let after: String = joined.chars().skip(closed + length).collect();
    // German and Spanish put the name after the verb where the date comes first: `Am 9.3.2026 schrieb Jane Roe:`.
    let after = after.trim().trim_end_matches([':', '\u{FF1A}']);
    let side = if !after.is_empty() && !after.chars().any(|c| c.is_ascii_digit()) || after.contains('@') {
        after
    } else {
        before.as_str()
    };
    let open = side.find(['<', '[', '(']).filter(|i| side.get(*i..).is_some_and(|s| s.contains('@')));
    let (head, email) = match open {
        Some(open) => (side.get(..open).unwrap_or_default(), side.get(open..).unwrap_or_default()),
        None => (side, ""),
    };
    let name = if head.chars().any(|c| c.is_ascii_digit()) {
        // The date stands before: what follows its last number. `张三 于2026年…`: what stands before it.
        let tail = head
            .rsplit(|c: char| c.is_ascii_digit() || matches!(c, ',' | '\u{FF0C}' | '年' | '月' | '日'))
            .next()
            .unwrap_or_default()
            .trim();
        let tail = tail.trim_start_matches("AM").trim_start_matches("PM").trim_start_matches(['\u{202F}', ' ', ':']);
        if tail.is_empty() { head.split(['于', '在']).next().unwrap_or_default() } else { tail }
    } else {
        head
    };
    let email: String = email.split('>').next().unwrap_or_default().split_whitespace().collect();
    let name = name.trim().trim_end_matches(['于', '在']).trim();
    address::written(&if email.is_empty() { name.to_owned() } else { format!("{name} {email}>") })
}
