//! The date engine's speed beside other readers, its ready time and its heap: `cargo bench --bench dates --features bench-peers`.
//!
//! Texts: the cases of fixtures/dates, or, where MUSTER_EVAL_DATES names a folder, its `dev.jsonl`. The readers that take
//! a phrase and search no text (chrono-english, interim, two_timer) are given the words of the first date alone, which is
//! the easier task. One run, one table; the ratios count, the microseconds are this machine's.

use chrono::{DateTime, FixedOffset, NaiveDateTime};
use muster::understand::dates::{Engine, Lang, table_bytes};
use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Processes started for one figure; their median is shown.
const STARTS: usize = 21;
/// Lengths in MiB at which time must grow with the text.
const LENGTHS: [usize; 3] = [1, 4, 10];

/// Bytes on the heap now.
static LIVE: AtomicUsize = AtomicUsize::new(0);

struct Counting;

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LIVE.fetch_add(layout.size(), Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static HEAP: Counting = Counting;

struct Case {
    text: String,
    #[cfg_attr(not(feature = "bench-peers"), allow(dead_code))]
    phrase: String,
    lang: Lang,
    reference: DateTime<FixedOffset>,
}

impl Case {
    /// The phrase is what Muster takes for the first date, else the whole text.
    fn new(text: &str, phrase: Option<&str>, lang: Lang, reference: DateTime<FixedOffset>) -> Self {
        let found = Engine::default().find(text, lang, reference);
        let first = found.mentions.first().and_then(|m| text.get(m.span.clone()));
        Self { phrase: phrase.or(first).unwrap_or(text).to_owned(), text: text.to_owned(), lang, reference }
    }
}

/// The half of the evaluation whose folder is named.
fn evaluation(folder: &str) -> Vec<Case> {
    let path = Path::new(folder).join("dev.jsonl");
    let lines = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let case = |line: &str| {
        let v: serde_json::Value = serde_json::from_str(line).ok()?;
        let reference: NaiveDateTime = v["reference"].as_str()?.parse().ok()?;
        let lang = if v["lang"] == "zh" { Lang::Zh } else { Lang::En };
        let phrase = v["mention"].as_str().filter(|m| !m.is_empty());
        Some(Case::new(v["text"].as_str()?, phrase, lang, reference.and_utc().fixed_offset()))
    };
    lines.lines().filter_map(case).collect()
}

/// The cases of the project's own fixtures.
fn fixtures() -> Vec<Case> {
    let mut cases = Vec::new();
    for (file, lang, now) in [("en.toml", Lang::En, "at"), ("zh.toml", Lang::Zh, "now")] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/dates").join(file);
        let table: toml::Table =
            std::fs::read_to_string(&path).ok().and_then(|t| toml::from_str(&t).ok()).unwrap_or_default();
        for group in table.get("group").and_then(|g| g.as_array()).into_iter().flatten() {
            let reference = group.get(now).and_then(|n| n.as_str()).and_then(|n| DateTime::parse_from_rfc3339(n).ok());
            for case in group.get("cases").and_then(|c| c.as_array()).into_iter().flatten() {
                if let (Some(reference), Some(text)) = (reference, case.get(0).and_then(|t| t.as_str())) {
                    cases.push(Case::new(text, None, lang, reference));
                }
            }
        }
    }
    cases
}

/// A reader's mean time for one text (passes over all of them until half a second has gone, the fastest pass counts),
/// and the share of the texts in which it read anything.
fn mean(cases: &[&Case], read: &dyn Fn(&Case) -> bool) -> (Duration, f64) {
    let answered = cases.iter().filter(|c| read(c)).count() as f64 / cases.len().max(1) as f64;
    let start = Instant::now();
    let mut best = Duration::MAX;
    while start.elapsed() < Duration::from_millis(500) || best == Duration::MAX {
        let pass = Instant::now();
        cases.iter().for_each(|c| {
            black_box(read(c));
        });
        best = best.min(pass.elapsed());
    }
    (best / cases.len().max(1) as u32, answered)
}

/// What a new process finds first, by language: for `first`, which times it.
const FIRST: [(&str, Lang, &str); 2] = [
    ("en", Lang::En, "She starts on the first working day after Easter Monday."),
    ("zh", Lang::Zh, "她国庆后第一个工作日入职，农历腊月廿三前交接。"),
];

/// In a new process: microseconds from here to the first answer, and the bytes that the engine then keeps.
fn first(language: &str) {
    let Some((_, lang, text)) = FIRST.iter().find(|(name, ..)| *name == language) else { return };
    let reference = DateTime::UNIX_EPOCH.fixed_offset() + chrono::TimeDelta::days(20_500);
    let (before, start) = (LIVE.load(Ordering::Relaxed), Instant::now());
    let engine = Engine::default();
    let found = black_box(engine.find(text, *lang, reference));
    let time = start.elapsed();
    assert!(!found.mentions.is_empty());
    drop(found);
    println!("{} {}", time.as_nanos(), LIVE.load(Ordering::Relaxed).saturating_sub(before));
}

/// Median time of a command that is given a line and read to its end, and what it printed last.
fn started(command: impl Fn() -> Command, input: &str) -> Option<(Duration, String)> {
    let mut times = Vec::new();
    let mut printed = String::new();
    for _ in 0..STARTS {
        let start = Instant::now();
        let mut child = command().stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
        child.stdin.take()?.write_all(input.as_bytes()).ok()?;
        let out = child.wait_with_output().ok()?;
        times.push(start.elapsed());
        printed = String::from_utf8(out.stdout).ok()?;
    }
    times.sort();
    Some((*times.get(STARTS / 2)?, printed))
}

fn ready() {
    let Ok(own) = std::env::current_exe() else { return };
    for (language, ..) in FIRST {
        let mut answers: Vec<(u128, usize)> = Vec::new();
        for _ in 0..STARTS {
            let out = Command::new(&own).env("MUSTER_BENCH_FIRST", language).output().ok().map(|o| o.stdout);
            let text = out.and_then(|o| String::from_utf8(o).ok()).unwrap_or_default();
            let mut numbers = text.split_whitespace();
            if let (Some(Ok(ns)), Some(Ok(bytes))) = (numbers.next().map(str::parse), numbers.next().map(str::parse)) {
                answers.push((ns, bytes));
            }
        }
        answers.sort();
        if let Some((ns, bytes)) = answers.get(answers.len() / 2) {
            let kib = *bytes as f64 / 1024.0;
            println!("ready, {language}: first answer after {:.2} ms, {kib:.0} KiB kept", *ns as f64 / 1e6);
        }
    }
    let muster = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_muster"));
        command.arg("dates");
        command
    };
    let line = "{\"lang\":\"en\",\"text\":\"tomorrow\",\"reference\":\"2026-03-03T09:00:00Z\"}\n";
    for (what, input) in [("nothing", ""), ("one line", line)] {
        if let Some((time, _)) = started(muster, input) {
            println!("muster dates, given {what}: {:.2} ms, the whole process", time.as_secs_f64() * 1e3);
        }
    }
}

fn lengths(engine: &Engine, cases: &[&Case]) -> Vec<f64> {
    let Some(case) = cases.first() else { return Vec::new() };
    let all: String = cases.iter().map(|c| c.text.clone() + "\n").collect();
    let of = |mib: usize| {
        let text = all.repeat((mib << 20) / all.len() + 1);
        let start = Instant::now();
        black_box(engine.find(&text, case.lang, case.reference));
        start.elapsed().as_secs_f64() * 1e3 / (text.len() as f64 / f64::from(1 << 20))
    };
    LENGTHS.iter().map(|mib| of(*mib)).collect()
}

fn main() {
    if let Ok(language) = std::env::var("MUSTER_BENCH_FIRST") {
        return first(&language);
    }
    ready();
    let cases = std::env::var("MUSTER_EVAL_DATES").map_or_else(|_| fixtures(), |folder| evaluation(&folder));
    let engine = Engine::default();
    let muster = |c: &Case| !black_box(engine.find(&c.text, c.lang, c.reference)).mentions.is_empty();
    let of = |lang| cases.iter().filter(|c| c.lang == lang).collect::<Vec<_>>();
    let (en, zh) = (of(Lang::En), of(Lang::Zh));
    println!("texts: {} English, {} Chinese", en.len(), zh.len());
    let base = mean(&en, &muster);
    #[cfg_attr(not(feature = "bench-peers"), allow(unused_mut))]
    let mut rows = vec![("muster en", base), ("muster zh", mean(&zh, &muster))];
    #[cfg(feature = "bench-peers")]
    rows.extend(peers::rows(&en));
    println!("{:24} {:>10} {:>8} {:>9}", "reader", "us a text", "ratio", "answered");
    for (name, (time, answered)) in rows {
        let us = time.as_secs_f64() * 1e6;
        println!("{name:24} {us:10.2} {:8.1} {:8.1}%", us / (base.0.as_secs_f64() * 1e6), answered * 100.0);
    }
    println!("compiled words in the program, both languages: {:.2} MiB", table_bytes() as f64 / f64::from(1 << 20));
    for (name, cases) in [("en", &en), ("zh", &zh)] {
        let times = lengths(&engine, cases);
        let base = times.first().copied().unwrap_or(1.0);
        for (mib, time) in LENGTHS.iter().zip(&times) {
            println!("{name}, one text of {mib:2} MiB: {time:7.1} ms a MiB, ratio {:.2}", time / base);
        }
    }
}

#[cfg(feature = "bench-peers")]
mod peers {
    use super::{Case, mean};
    use std::panic::{catch_unwind, set_hook, take_hook};
    use std::time::Duration;

    pub fn rows(en: &[&Case]) -> Vec<(&'static str, (Duration, f64))> {
        let hook = take_hook();
        set_hook(Box::new(|_| {}));
        let rows = measured(en);
        set_hook(hook);
        rows
    }

    fn measured(en: &[&Case]) -> Vec<(&'static str, (Duration, f64))> {
        let locale = duckling::Locale::new(duckling::Lang::EN, None);
        let options = duckling::Options { with_latent: false };
        vec![
            (
                "chrono-english (phrase)",
                mean(en, &|c| {
                    chrono_english::parse_date_string(&c.phrase, c.reference, chrono_english::Dialect::Us).is_ok()
                }),
            ),
            (
                "interim (phrase)",
                // It panics on some phrases, as two_timer may.
                mean(en, &|c| {
                    let parse = || interim::parse_date_string(&c.phrase, c.reference, interim::Dialect::Us).is_ok();
                    catch_unwind(parse).unwrap_or(false)
                }),
            ),
            (
                "two_timer (phrase)",
                mean(en, &|c| {
                    let parse = || {
                        let config = two_timer::Config::new().now(c.reference.naive_local());
                        two_timer::parse(&c.phrase, Some(config)).is_ok()
                    };
                    catch_unwind(parse).unwrap_or(false)
                }),
            ),
            (
                "duckling, Rust port",
                mean(en, &|c| {
                    let context = duckling::Context { reference_time: c.reference, locale };
                    !duckling::parse(&c.text, &locale, &[duckling::DimensionKind::Time], &context, &options).is_empty()
                }),
            ),
        ]
    }
}
