//! Blocks of header lines: `From:`, `Sent:`, `To:`, `Subject:` in any language and spelling.

use chrono::{DateTime, FixedOffset};

use super::Line;
use super::words::{Label, WORDS, tight};
use crate::intake::parse::{address, date};
use crate::message::Header;

/// Characters before a label's colon.
const LABEL_CHARS: usize = 24;
/// Lines of a block of header lines, long lists of recipients among them.
const BLOCK_LINES: usize = 40;

/// A label line: `From: x`, `*Sent:* x`, `发件人：x`, `| 主题 | x |`, `Subject<tab>x`.
fn label(bare: &str) -> Option<(Label, u32, &str)> {
    let bare = bare.trim_start_matches(['|', ' ', '*', '\t']);
    let (at, mark) = bare.char_indices().take(LABEL_CHARS).find(|(_, c)| matches!(c, ':' | '\u{FF1A}' | '\t' | '|'))?;
    let key = tight(bare.get(..at)?);
    let (label, strength) = *WORDS.labels.get(key.trim_end_matches('*'))?;
    let rest = bare.get(at + mark.len_utf8()..)?;
    // `From:<tab>x`, `发件人： | x |`
    let value = rest.trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '|' | ':' | '\u{FF1A}'));
    Some((label, strength, value))
}

/// A block of header lines from `at` on, if it weighs at least `need`: its end, and what it says.
pub fn block(lines: &[Line], at: usize, need: u32, outer: DateTime<FixedOffset>) -> Option<(usize, Header)> {
    let depth = lines.get(at)?.depth;
    label(lines.get(at)?.bare)?;
    let mut values: Vec<(Label, String)> = Vec::new();
    let mut weight = 0;
    let mut end = at;
    let mut next = at;
    while let Some(line) = lines.get(next).filter(|l| l.depth == depth && next < at + BLOCK_LINES) {
        if line.is_blank() {
            // Programs that write a paragraph a line leave one empty line between labels.
            let follows = lines.get(next + 1).is_some_and(|l| {
                l.depth == depth
                    && label(l.bare).is_some_and(|(k, _, _)| k == Label::Other || !values.iter().any(|(v, _)| *v == k))
            });
            if !follows {
                break;
            }
            next += 1;
            continue;
        }
        match label(line.bare) {
            Some((kind, strength, value)) if kind == Label::Other || !values.iter().any(|(k, _)| *k == kind) => {
                weight += strength + u32::from(kind == Label::From && value.contains('@'));
                values.push((kind, value.to_owned()));
            }
            Some(_) => break,
            None => {
                let Some((kind, value)) = values.last_mut() else { break };
                let before = lines.get(next.saturating_sub(1)).map_or("", |l| l.bare);
                let more = match kind {
                    Label::To | Label::Other => {
                        before.ends_with([',', ';', '<', '\u{FF0C}', '\u{FF1B}'])
                            || line.bare.contains('@') && line.bare.ends_with(['>', ';', ',', ']', ')'])
                    }
                    Label::From => before.ends_with('<'),
                    // A subject goes on where another label follows.
                    Label::Subject => {
                        line.raw.starts_with([' ', '\t']) && line.depth == 0 && value.len() > 40
                            || lines.get(next + 1).is_some_and(|l| l.depth == depth && label(l.bare).is_some())
                    }
                    Label::Date => false,
                };
                let empty = value.is_empty();
                if !more && !empty {
                    break;
                }
                if value.len() < 2_000 {
                    if !empty {
                        value.push(' ');
                    }
                    value.push_str(line.bare);
                }
            }
        }
        next += 1;
        end = next;
    }
    let get = |kind: Label| values.iter().find(|(k, _)| *k == kind).map(|(_, v)| v.as_str()).filter(|v| !v.is_empty());
    let from = get(Label::From)?;
    let kinds = values.iter().filter(|(k, _)| *k != Label::Other).count();
    if weight < need || kinds < 2 {
        return None;
    }
    let header = Header {
        from: address::written(from),
        to: get(Label::To).map(str::to_owned),
        date: get(Label::Date).and_then(|d| date::written(d, outer)),
        subject: get(Label::Subject).map(str::to_owned),
    };
    Some((end, header))
}
