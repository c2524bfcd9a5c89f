//! `muster dates`: one JSON object a line in, one out, in order, with the microseconds that the reading took.

use super::{Engine, Found, Lang, Value};
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};
use std::io::{self, BufRead, Write};
use std::time::Instant;

/// Readings at least this likely beside the first are printed; the others stand in the engine's answer only.
const PRINTED: f32 = 0.7;

#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    id: serde_json::Value,
    #[serde(default)]
    lang: Option<String>,
    text: String,
    reference: String,
}

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a serde_json::Value,
    dates: Vec<String>,
    us: f64,
}

#[derive(Serialize)]
struct Failure<'a> {
    id: &'a serde_json::Value,
    error: String,
}

/// Reads `input` to its end. A line that cannot be read gets `{"id", "error"}`; the rest go on.
pub fn run(mut input: impl BufRead, mut output: impl Write, engine: &Engine) -> io::Result<()> {
    super::prepare();
    let mut line = Vec::new();
    loop {
        line.clear();
        if input.read_until(b'\n', &mut line)? == 0 {
            return output.flush();
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match read(&line) {
            Ok((id, text, lang, reference)) => {
                let start = Instant::now();
                let found = engine.find(&text, lang, reference);
                let us = start.elapsed().as_nanos() as f64 / 1000.0;
                serde_json::to_writer(&mut output, &Answer { id: &id, dates: dates(&found), us })?;
            }
            Err((id, error)) => serde_json::to_writer(&mut output, &Failure { id: &id, error })?,
        }
        output.write_all(b"\n")?;
    }
}

type Read = (serde_json::Value, String, Lang, DateTime<FixedOffset>);

fn read(line: &[u8]) -> Result<Read, (serde_json::Value, String)> {
    let value: serde_json::Value = serde_json::from_slice(line)
        .map_err(|e| (serde_json::Value::Null, format!("This line is not a JSON object: {e}.")))?;
    let id = value.get("id").cloned().unwrap_or_default();
    let line: Line = serde_json::from_value(value)
        .map_err(|e| (id.clone(), format!("This line needs \"text\" and \"reference\" as strings: {e}.")))?;
    let lang = match line.lang.as_deref().unwrap_or("") {
        l if l.to_ascii_lowercase().starts_with("zh") => Lang::Zh,
        _ => Lang::En,
    };
    match instant(&line.reference) {
        Some(reference) => Ok((line.id, line.text, lang, reference)),
        None => Err((id, "\"reference\" is no RFC 3339 time such as 2026-03-03T09:00:00+01:00.".to_owned())),
    }
}

/// RFC 3339; a time without an offset is taken as UTC, a day alone as its midnight.
fn instant(s: &str) -> Option<DateTime<FixedOffset>> {
    if let Ok(t) = DateTime::parse_from_rfc3339(s) {
        return Some(t);
    }
    let local = s.parse::<NaiveDateTime>().ok().or_else(|| s.parse::<NaiveDate>().ok()?.and_hms_opt(0, 0, 0))?;
    Some(local.and_utc().fixed_offset())
}

/// The dates of all mentions in the order of the text; of one mention the likelier first.
pub fn dates(found: &Found) -> Vec<String> {
    let mut out = Vec::new();
    for mention in &found.mentions {
        let first = mention.readings.first().map_or(0.0, |r| r.probability);
        let likely = mention.readings.iter().filter(|r| r.probability >= PRINTED * first);
        for reading in likely {
            out.push(form(&reading.value));
        }
    }
    out
}

/// `YYYY-MM-DD`, `START/END`, `START/..` or `../END`.
pub fn form(value: &Value) -> String {
    match value {
        Value::Day(d) => d.to_string(),
        Value::Instant(t) => t.date_naive().to_string(),
        Value::Range(a, b) => format!("{a}/{b}"),
        Value::From(a) => format!("{a}/.."),
        Value::Until(b) => format!("../{b}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_answered_in_order_and_bad_ones_named() {
        let input = concat!(
            "{\"id\":1,\"lang\":\"en\",\"text\":\"see you on 16 March 2026\",\"reference\":\"2026-03-03T09:00:00+01:00\"}\n",
            "\n",
            "nonsense\n",
            "{\"id\":\"x\",\"lang\":\"en\",\"text\":\"tomorrow\",\"reference\":\"never\"}\n",
            "{\"id\":\"y\",\"lang\":\"en\",\"text\":\"until Friday\",\"reference\":\"2026-03-03T09:00:00\"}\n",
            "{\"id\":\"z\",\"text\":7,\"reference\":\"2026-03-03\"}",
        );
        let mut output = Vec::new();
        run(input.as_bytes(), &mut output, &Engine::default()).unwrap();
        let lines: Vec<serde_json::Value> =
            String::from_utf8(output).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect();
        assert_eq!(lines.len(), 5);
        assert_eq!(lines[0]["dates"], serde_json::json!(["2026-03-16"]));
        assert!(lines[0]["us"].as_f64().unwrap() > 0.0);
        assert!(lines[1]["error"].as_str().unwrap().contains("not a JSON object"));
        assert_eq!(lines[2]["id"], "x");
        assert!(lines[2]["error"].as_str().unwrap().contains("RFC 3339"));
        assert_eq!(lines[3]["dates"], serde_json::json!(["../2026-03-06"]));
        assert_eq!(lines[4]["id"], "z");
    }
}
