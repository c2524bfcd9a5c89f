//! Names in Latin letters: sequences of capitalised words, known given names and surnames, initials and particles.

use super::lists::{is_given, is_sure_given, is_surname, is_word};
use super::{Form, Name};
use crate::message::Span;
use crate::message::fold::is_han;

const PARTICLES: &[&str] = &[
    "de", "van", "von", "der", "den", "da", "dos", "das", "di", "del", "della", "la", "le", "el", "al", "bin", "binti",
    "bint", "ibn", "ter", "ten", "du", "af", "zu", "zur", "ben", "abu", "st", "mac", "e", "y", "ap", "dela", "d", "do",
    "lo", "ul", "ur", "bt",
];

/// Words that never are part of a name though they are capitalised.
const NEVER: &[&str] = &[
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "hr",
    "it",
    "vpn",
    "office",
    "microsoft",
    "adobe",
    "google",
    "outlook",
    "teams",
    "excel",
    "word",
    "windows",
    "salesforce",
    "jira",
    "slack",
    "zoom",
    "github",
    "gitlab",
    "azure",
    "aws",
    "sap",
    "oracle",
    "figma",
    "tableau",
    "power",
    "apple",
    "iphone",
    "ipad",
    "macbook",
    "thinkpad",
    "surface",
    "dell",
    "lenovo",
    "hi",
    "hello",
    "dear",
    "hey",
    "thanks",
    "regards",
    "cheers",
    "best",
    "kind",
    "subject",
    "re",
    "fw",
    "fwd",
    "the",
    "a",
    "an",
    "i",
    "please",
    "monitor",
    "laptop",
    "ltd",
    "inc",
    "gmbh",
    "llc",
    "plc",
    "team",
    "department",
    "dept",
    "service",
    "desk",
    "support",
    "human",
    "resources",
    "payroll",
    "finance",
    "sales",
    "marketing",
    "engineering",
    "operations",
    "project",
    "access",
    "account",
    "street",
    "road",
    "house",
    "building",
    "university",
    "college",
    "hospital",
    "school",
    "bank",
    "group",
    "new",
    "north",
    "south",
    "east",
    "west",
    "mr",
    "mrs",
    "ms",
    "miss",
    "dr",
    "prof",
    "professor",
    "sir",
    "madam",
    "mx",
    "sister",
    "id",
    "ok",
    "pm",
    "am",
    "cc",
    "ticket",
    "portal",
    "system",
    "systems",
    "online",
    "cloud",
    "server",
    "studio",
    "creator",
    "pro",
    "enterprise",
    "premium",
    "suite",
    "confluence",
    "sharepoint",
    "onedrive",
    "docker",
    "linux",
    "android",
    "photoshop",
    "illustrator",
    "creative",
    "visio",
    "zendesk",
    "hubspot",
    "workday",
    "servicenow",
    "bloomberg",
    "dynamics",
    "notion",
    "asana",
    "trello",
    "miro",
    "autocad",
    "dropbox",
    "okta",
];

#[derive(Debug, Clone)]
struct Token {
    span: Span,
    word: String,
    capital: bool,
    upper: bool,
    initial: bool,
    particle: bool,
    given: bool,
    surname: bool,
    common: bool,
    never: bool,
}

pub(super) fn find(chars: &[char], folded: &[char]) -> Vec<Name> {
    let tokens = tokens(chars, folded);
    let mut names = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let mut end = at + 1;
        while end < tokens.len() && end - at < 6 && touches(chars, &tokens, end - 1) {
            end += 1;
        }
        let used = name_in(chars, &tokens, at, end, &mut names);
        at = used.max(at + 1);
    }
    names
}

/// Whether only one space (or the point of an initial and a space) parts two tokens.
fn touches(chars: &[char], tokens: &[Token], i: usize) -> bool {
    let (Some(a), Some(b)) = (tokens.get(i), tokens.get(i + 1)) else { return false };
    match chars.get(a.span.end..b.span.start) {
        Some([' ' | '\u{a0}']) => true,
        Some(['.', ' ']) => a.initial || a.word == "st" || a.word == "jr",
        Some(['.']) => a.initial && b.initial,
        _ => false,
    }
}

fn tokens(chars: &[char], folded: &[char]) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    let letter = |i: usize| chars.get(i).is_some_and(|c| c.is_alphabetic() && !is_han(*c));
    while at < chars.len() {
        if !letter(at) {
            at += 1;
            continue;
        }
        let start = at;
        let mut digits =
            start > 0 && chars.get(start - 1).is_some_and(|c| c.is_ascii_digit() || matches!(c, '@' | '_' | '/'));
        while at < chars.len() {
            let joins = chars.get(at).is_some_and(|c| matches!(c, '\'' | '’' | '-' | '‐' | '‑'))
                && letter(at + 1)
                && at > start;
            if letter(at) || joins {
                at += 1;
            } else {
                break;
            }
        }
        // A combining mark belongs to the letter before.
        while chars.get(at).is_some_and(|c| ('\u{300}'..='\u{36f}').contains(c)) {
            at += 1;
            while letter(at) {
                at += 1;
            }
        }
        digits |= chars.get(at).is_some_and(|c| c.is_ascii_digit() || matches!(c, '@' | '_'));
        let mut span = Span::new(start, at);
        // A possessive is no part of the name.
        let words = folded.get(span.start..span.end).unwrap_or_default();
        if words.len() > 2 && matches!(words, [.., '\'', 's']) {
            span.end -= 2;
        }
        let word: String = folded.get(span.start..span.end).unwrap_or_default().iter().collect();
        let first = chars.get(span.start).copied().unwrap_or(' ');
        let capital = first.is_uppercase();
        let letters = span.len();
        let upper =
            letters > 1 && chars.get(span.start..span.end).unwrap_or_default().iter().all(|c| !c.is_lowercase());
        let part = |f: fn(&str) -> bool| f(&word) || word.contains('-') && word.split('-').any(|p| p.len() > 2 && f(p));
        let contraction = word.rsplit_once('\'').is_some_and(|(head, tail)| {
            matches!(tail, "m" | "ll" | "ve" | "re" | "d" | "t") && !head.is_empty() && !is_given(&word)
        });
        let never = digits || contraction || NEVER.contains(&word.as_str());
        tokens.push(Token {
            span,
            capital,
            upper,
            initial: letters == 1 && capital,
            particle: PARTICLES.contains(&word.as_str()),
            given: part(is_given),
            surname: part(is_surname),
            common: is_word(&word),
            never,
            word,
        });
    }
    tokens
}

/// Looks for one name in the tokens `from..to`, which touch each other; returns where to go on.
fn name_in(chars: &[char], tokens: &[Token], from: usize, to: usize, names: &mut Vec<Name>) -> usize {
    let Some(first) = tokens.get(from) else { return from + 1 };
    if first.never || first.particle && !first.capital || !(first.capital || lower_start(first)) {
        return from + 1;
    }
    // The longest stretch of tokens that can be parts of one name.
    let mut end = from;
    while end < to {
        let Some(t) = tokens.get(end) else { break };
        let may = if first.capital {
            !t.never
                && (t.capital
                    || t.particle
                        && end > from
                        && end + 1 < to
                        && tokens.get(end + 1).is_some_and(|n| n.capital || n.particle))
        } else {
            !t.never && !t.capital && (end == from || (t.surname || t.given) && !t.common)
        };
        if !may {
            break;
        }
        end += 1;
    }
    let mut start = from;
    // 'Please Ada Roe', 'Nurse Ada Roe': leading words that are no names.
    while start < end
        && tokens.get(start).is_some_and(|t| {
            t.common
                && !t.given
                && !(t.surname
                    && start + 1 < end
                    && tokens.get(start + 1).is_some_and(|n| n.given && n.capital && !n.common)
                    && t.upper)
        })
    {
        start += 1;
    }
    // 'HO Man Kit', 'Chan Ka Man': a surname first, and short given names that may be words.
    let hongkong = end - start >= 2
        && end - start <= 4
        && tokens.get(start).is_some_and(|t| t.surname && (t.upper || !t.common) && t.span.len() <= 6)
        && tokens.get(start + 1..end).is_some_and(|g| g.iter().all(|t| t.capital && !t.upper && t.span.len() <= 5));
    // 'Ada Roe Laptop', 'Ada Roe Joining'.
    while !hongkong
        && end > start + 1
        && tokens.get(end - 1).is_some_and(|t| {
            t.particle && !t.capital
                || t.common
                    && !(t.surname && end - start <= 3 && tokens.get(end - 2).is_some_and(|p| p.given || p.initial))
        })
    {
        end -= 1;
    }
    if end <= start {
        return from + 1;
    }
    let Some(parts) = tokens.get(start..end) else { return from + 1 };
    let Some(span) = parts.first().zip(parts.last()).map(|(a, b)| Span::new(a.span.start, b.span.end)) else {
        return from + 1;
    };
    let loud = line_is_loud(chars, span);
    let score = if hongkong { score(parts, first.capital, loud).max(0.7) } else { score(parts, first.capital, loud) };
    let form = if parts.iter().filter(|p| !p.initial).count() > 1 || parts.len() > 1 {
        Form::Latin
    } else {
        Form::LatinSingle
    };
    if score > 0.0 {
        names.push(Name { span, score, form });
        return end;
    }
    start.max(from) + 1
}

/// Lower-case words open a name only where a list knows them and they are no words.
fn lower_start(t: &Token) -> bool {
    is_sure_given(&t.word) && !t.common && t.span.len() > 2
}

/// Whether a line is written in capitals only: then a capital says nothing.
fn line_is_loud(chars: &[char], span: Span) -> bool {
    let mut lower = 0;
    let mut upper = 0;
    let mut look = |c: char| {
        lower += usize::from(c.is_lowercase());
        upper += usize::from(c.is_uppercase());
    };
    // Eighty characters each way are enough.
    chars
        .get(span.start.saturating_sub(80)..span.start)
        .unwrap_or_default()
        .iter()
        .rev()
        .take_while(|c| **c != '\n')
        .for_each(|c| look(*c));
    chars
        .get(span.end..chars.len().min(span.end + 80))
        .unwrap_or_default()
        .iter()
        .take_while(|c| **c != '\n')
        .for_each(|c| look(*c));
    upper > 12 && lower * 4 < upper
}

fn score(parts: &[Token], capital: bool, loud: bool) -> f32 {
    let known = parts.iter().filter(|t| t.given || t.surname).count();
    let strange = parts.iter().filter(|t| !t.given && !t.surname && !t.common && !t.initial && !t.particle).count();
    let common = parts.iter().filter(|t| t.common && !t.particle && !t.initial).count();
    let all_upper = parts.iter().all(|t| t.upper || t.initial);
    // A word with an apostrophe of contraction is no name: I'm, I'll, don't.
    if parts.len() == 1
        && parts.first().is_some_and(|t| {
            t.word.contains("'") && !t.surname && !t.given && !t.word.starts_with("o'") && !t.word.starts_with("d'")
        })
    {
        return 0.0;
    }
    if parts.len() == 1 {
        let Some(t) = parts.first() else { return 0.0 };
        if t.span.len() < 2 || t.initial {
            return 0.0;
        }
        return match (t.given, t.surname, t.common) {
            (true, _, false) if capital && !loud => 0.55,
            (true, _, false) => 0.4,
            (true, _, true) if capital => 0.2,
            (_, true, false) if capital && !t.upper => 0.35,
            (_, _, false) if capital && !t.upper => 0.25,
            _ => 0.0,
        };
    }
    let first_given = parts.first().is_some_and(|t| t.given || t.initial);
    let last_surname = parts.last().is_some_and(|t| t.surname);
    if !capital {
        return if first_given && known >= 2 { 0.6 } else { 0.0 };
    }
    if loud && known < 1 || all_upper && known == 0 {
        return 0.0;
    }
    let base: f32 = match (first_given, last_surname) {
        (true, true) => 0.95,
        (true, false) => 0.85,
        (false, true) => 0.75,
        (false, false) if known > 0 => 0.65,
        // 'Muireann Mulqueen', but 'Skerry Point' too.
        _ if strange >= 2 => 0.5,
        _ => 0.2,
    };
    (base - 0.2 * common as f32 * f32::from(u8::from(!(first_given && last_surname)))).clamp(0.0, 1.0)
}
