//! How long the date engine takes for one text, beside other readers: `cargo bench --bench dates [--features bench-peers]`.
//!
//! Texts: `dev.jsonl` of the date evaluation, named by MUSTER_DATES_EVAL, else in ../shared/eval/dates. The readers that
//! take a phrase and search no text (chrono-english, interim, two_timer) are given the marked phrase alone, which is the
//! easier task. One table, one run; the ratios count, the microseconds are this machine's.

use chrono::{DateTime, FixedOffset, NaiveDateTime};
use criterion::{Criterion, Throughput};
use muster::understand::dates::{Engine, Lang, prepare};
use std::hint::black_box;
use std::time::{Duration, Instant};

struct Case {
    text: String,
    #[cfg_attr(not(feature = "bench-peers"), allow(dead_code))]
    phrase: String,
    lang: Lang,
    reference: DateTime<FixedOffset>,
}

fn cases() -> Vec<Case> {
    let path = std::env::var("MUSTER_DATES_EVAL")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/eval/dates/dev.jsonl").to_owned());
    let Ok(lines) = std::fs::read_to_string(&path) else {
        println!("No texts at {path}; name dev.jsonl in MUSTER_DATES_EVAL.");
        return Vec::new();
    };
    let case = |line: &str| {
        let v: serde_json::Value = serde_json::from_str(line).ok()?;
        let text = v["text"].as_str()?.to_owned();
        let reference: NaiveDateTime = v["reference"].as_str()?.parse().ok()?;
        Some(Case {
            phrase: v["mention"].as_str().filter(|m| !m.is_empty()).unwrap_or(&text).to_owned(),
            lang: if v["lang"] == "zh" { Lang::Zh } else { Lang::En },
            reference: reference.and_utc().fixed_offset(),
            text,
        })
    };
    lines.lines().filter_map(case).collect()
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

fn main() {
    let ready = Instant::now();
    prepare();
    println!("ready in {:.2} ms", ready.elapsed().as_secs_f64() * 1e3);
    let cases = cases();
    if cases.is_empty() {
        return;
    }
    let engine = Engine::default();
    let muster = |c: &Case| !black_box(engine.find(&c.text, c.lang, c.reference)).mentions.is_empty();
    let of = |lang| cases.iter().filter(|c| c.lang == lang).collect::<Vec<_>>();
    let (en, zh) = (of(Lang::En), of(Lang::Zh));
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

    let mut criterion = Criterion::default().configure_from_args().sample_size(20);
    for (name, cases) in [("dates/en", en), ("dates/zh", zh)] {
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Elements(cases.len() as u64));
        group.bench_function("all texts", |b| b.iter(|| cases.iter().filter(|c| muster(c)).count()));
        group.finish();
    }
    criterion.final_summary();
}

#[cfg(feature = "bench-peers")]
mod peers {
    use super::{Case, mean};
    use std::time::Duration;

    pub fn rows(en: &[&Case]) -> Vec<(&'static str, (Duration, f64))> {
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
                mean(en, &|c| interim::parse_date_string(&c.phrase, c.reference, interim::Dialect::Us).is_ok()),
            ),
            (
                "two_timer (phrase)",
                mean(en, &|c| {
                    let config = two_timer::Config::new().now(c.reference.naive_local());
                    two_timer::parse(&c.phrase, Some(config)).is_ok()
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
