//! Calendar files (.ics) and cards (.vcf) as `Key: value` lines.

use super::{text, words::Words};

/// Events of one file; a whole calendar is not for us.
const EVENTS: usize = 100;

pub fn read(words: &mut Words, bytes: &[u8]) -> Result<(), String> {
    let text = text::decode(bytes).ok_or("it does not look like text and is not read")?;
    // The components that are open; alarms and time zones inside say nothing for us.
    let mut open: Vec<String> = Vec::new();
    let mut events = 0;
    for property in properties(&text) {
        if words.done() {
            break;
        }
        match property.name.as_str() {
            "BEGIN" => {
                let component = property.value.to_ascii_uppercase();
                if matches!(component.as_str(), "VEVENT" | "VTODO") {
                    events += 1;
                    if events > EVENTS {
                        return Err(format!("only the first {EVENTS} events are read"));
                    }
                    if events > 1 {
                        words.line("");
                    }
                }
                // Deeper nesting than this means nothing in a calendar.
                if open.len() < 8 {
                    open.push(component);
                }
            }
            "END" => drop(open.pop()),
            "METHOD" if property.value.eq_ignore_ascii_case("CANCEL") => words.line("Method: cancelled"),
            _ if matches!(open.last().map(String::as_str), Some("VEVENT" | "VTODO")) => event(words, &property),
            _ => {}
        }
    }
    Ok(())
}

fn event(words: &mut Words, property: &Property) {
    let value = &property.value;
    match property.name.as_str() {
        "SUMMARY" => pair(words, "Summary", &unescape(value)),
        "DTSTART" => pair(words, "Start", &moment(property, false)),
        "DTEND" => pair(words, "End", &moment(property, true)),
        "DUE" => pair(words, "Due", &moment(property, false)),
        "DURATION" => pair(words, "Duration", value),
        "LOCATION" => pair(words, "Location", &unescape(value)),
        "STATUS" if value.eq_ignore_ascii_case("CANCELLED") => words.line("Status: cancelled"),
        "DESCRIPTION" => pair(words, "Description", &unescape(value)),
        "ORGANIZER" => pair(words, "Organizer", &person(property)),
        "ATTENDEE" => pair(words, "Attendee", &person(property)),
        "RRULE" => pair(words, "Repeats", &repeats(value)),
        _ => {}
    }
}

pub fn read_cards(words: &mut Words, bytes: &[u8]) -> Result<(), String> {
    let text = text::decode(bytes).ok_or("it does not look like text and is not read")?;
    let mut cards = 0;
    for property in properties(&text) {
        if words.done() {
            break;
        }
        let parts = || {
            let parts: Vec<String> = parts(&property.value).filter(|p| !p.is_empty()).collect();
            parts.join(", ")
        };
        match property.name.as_str() {
            "BEGIN" => {
                cards += 1;
                if cards > 1 {
                    words.line("");
                }
            }
            "FN" => pair(words, "Name", &unescape(&property.value)),
            "ORG" => pair(words, "Organisation", &parts()),
            "TITLE" | "ROLE" => pair(words, "Title", &unescape(&property.value)),
            "EMAIL" => pair(words, "Email", &property.value),
            "TEL" => pair(words, "Phone", property.value.trim_start_matches("tel:")),
            "ADR" => pair(words, "Address", &parts()),
            "NOTE" => pair(words, "Note", &unescape(&property.value)),
            _ => {}
        }
    }
    Ok(())
}

fn pair(words: &mut Words, key: &str, value: &str) {
    if !value.trim().is_empty() {
        words.line(&format!("{key}: {}", value.trim()));
    }
}

struct Property {
    name: String,
    params: Vec<(String, String)>,
    value: String,
}

impl Property {
    fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}

/// The content lines, unfolded and taken apart.
fn properties(text: &str) -> impl Iterator<Item = Property> + '_ {
    let mut lines = text.lines().peekable();
    std::iter::from_fn(move || {
        loop {
            let mut line = lines.next()?.to_owned();
            let quoted = line.to_ascii_uppercase().contains("QUOTED-PRINTABLE");
            loop {
                match lines.peek() {
                    Some(next) if next.starts_with([' ', '\t']) => {
                        line.extend(next.chars().skip(1));
                        lines.next();
                    }
                    // vCard 2.1 breaks a line after an equals sign.
                    Some(next) if quoted && line.ends_with('=') => {
                        line.pop();
                        line.push_str(next);
                        lines.next();
                    }
                    _ => break,
                }
            }
            if let Some(property) = property(&line) {
                return Some(property);
            }
        }
    })
}

fn property(line: &str) -> Option<Property> {
    let mut quoted = false;
    let colon = line.char_indices().find(|(_, c)| {
        quoted ^= *c == '"';
        *c == ':' && !quoted
    })?;
    let (head, value) = (line.get(..colon.0)?, line.get(colon.0 + 1..)?);
    let mut params = Vec::new();
    let mut pieces = Vec::new();
    let (mut piece, mut quoted) = (String::new(), false);
    for c in head.chars() {
        match c {
            '"' => quoted = !quoted,
            ';' if !quoted => pieces.push(std::mem::take(&mut piece)),
            c => piece.push(c),
        }
    }
    pieces.push(piece);
    let mut pieces = pieces.into_iter();
    // Groups of a card, as in item1.EMAIL.
    let name = pieces.next()?.rsplit('.').next()?.trim().to_ascii_uppercase();
    for param in pieces {
        match param.split_once('=') {
            Some((name, value)) => params.push((name.to_ascii_uppercase(), value.to_owned())),
            None => params.push(("ENCODING".into(), param)),
        }
    }
    let mut property = Property { name, params, value: value.to_owned() };
    if property.param("ENCODING").is_some_and(|e| e.eq_ignore_ascii_case("QUOTED-PRINTABLE")) {
        let charset = property.param("CHARSET").and_then(|c| encoding_rs::Encoding::for_label(c.as_bytes()));
        property.value =
            charset.unwrap_or(encoding_rs::UTF_8).decode_without_bom_handling(&unquote(&property.value)).0.into_owned();
    }
    Some(property)
}

fn unquote(value: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = value.bytes();
    while let Some(b) = rest.next() {
        let mut ahead = rest.clone();
        let code = (b == b'=').then(|| {
            let high = char::from(ahead.next()?).to_digit(16)?;
            let low = char::from(ahead.next()?).to_digit(16)?;
            u8::try_from(high * 16 + low).ok()
        });
        if let Some(Some(byte)) = code {
            out.push(byte);
            rest = ahead;
        } else {
            out.push(b);
        }
    }
    out
}

fn unescape(value: &str) -> String {
    let mut out = String::new();
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => out.push('\n'),
                Some(c) => out.push(c),
                None => {}
            },
            c => out.push(c),
        }
    }
    out
}

/// The parts of a value between semicolons.
fn parts(value: &str) -> impl Iterator<Item = String> + '_ {
    value.split(';').map(|p| unescape(p).trim().to_owned())
}

/// A moment as `2026-03-27 14:00 UTC`, `2026-03-30 09:30 Asia/Shanghai` or `2026-04-07`. The end of an
/// event of whole days is the day after; its last day is written.
fn moment(property: &Property, end: bool) -> String {
    let value = property.value.trim();
    let digits: String = value.chars().filter(char::is_ascii_digit).collect();
    let date = digits.get(..8).and_then(|d| chrono::NaiveDate::parse_from_str(d, "%Y%m%d").ok());
    let Some(date) = date else { return value.to_owned() };
    let (Some(hour), Some(minute)) = (digits.get(8..10), digits.get(10..12)) else {
        let day = if end { date.pred_opt().unwrap_or(date) } else { date };
        return day.format("%Y-%m-%d").to_string();
    };
    let zone = if value.ends_with('Z') {
        " UTC".to_owned()
    } else {
        property.param("TZID").map_or(String::new(), |z| format!(" {z}"))
    };
    format!("{} {hour}:{minute}{zone}", date.format("%Y-%m-%d"))
}

fn person(property: &Property) -> String {
    let address = property.value.trim();
    let address = match address.get(..7) {
        Some(scheme) if scheme.eq_ignore_ascii_case("mailto:") => address.get(7..).unwrap_or(""),
        _ => address,
    };
    match property.param("CN").map(str::trim).filter(|n| !n.is_empty() && *n != address) {
        Some(name) if address.contains('@') => format!("{name} <{address}>"),
        Some(name) => name.to_owned(),
        None => address.to_owned(),
    }
}

/// The rule of a repeated event in words where it is simple, and as it is written.
fn repeats(rule: &str) -> String {
    let frequency = rule.split(';').find_map(|p| p.strip_prefix("FREQ=")).map(str::to_ascii_lowercase);
    match frequency {
        Some(frequency) => format!("{frequency} ({rule})"),
        None => rule.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    fn words(read: impl Fn(&mut Words) -> Result<(), String>) -> String {
        let mut words = Words::new(10_000, Instant::now() + Duration::from_secs(60));
        read(&mut words).unwrap();
        words.finish().0
    }

    #[test]
    fn an_event_becomes_lines() {
        let ics = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VTIMEZONE\r\nDTSTART:19700101T000000\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\nSUMMARY;LANGUAGE=zh-CN:新员工入职\r\n 培训\r\nDTSTART;TZID=\"Asia/Shanghai\":20260330T093000\r\nDTEND:20260330T023000Z\r\nORGANIZER;CN=\"Chen, Yi\":MAILTO:yi@halden.example\r\nATTENDEE;CN=li@halden.example:mailto:li@halden.example\r\nDESCRIPTION:请带\\n1. 身份证\\, 原件\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\nBEGIN:VALARM\r\nDESCRIPTION:Reminder\r\nEND:VALARM\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20260407\r\nDTEND;VALUE=DATE:20260409\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        insta::assert_snapshot!(words(|w| read(w, ics.as_bytes())), @r"
        Summary: 新员工入职培训
        Start: 2026-03-30 09:30 Asia/Shanghai
        End: 2026-03-30 02:30 UTC
        Organizer: Chen, Yi <yi@halden.example>
        Attendee: li@halden.example
        Description: 请带
        1. 身份证, 原件
        Repeats: weekly (FREQ=WEEKLY;COUNT=3)

        Start: 2026-04-07
        End: 2026-04-08
        ");
    }

    #[test]
    fn a_card_becomes_lines_also_in_quoted_printable() {
        let card = "BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E6=9D=8E=\n=E9=9B=B7\nitem1.EMAIL;type=WORK:li@halden.example\nORG:Halden;IT\nTEL:+86 10 5550 0181\nEND:VCARD\n";
        insta::assert_snapshot!(words(|w| read_cards(w, card.as_bytes())), @r"
        Name: 李雷
        Email: li@halden.example
        Organisation: Halden, IT
        Phone: +86 10 5550 0181
        ");
    }
}
