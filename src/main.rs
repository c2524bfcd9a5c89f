//! The `muster` program: on this branch only what measuring the understanding needs.

use muster::intake::{Envelope, Limits, parse};
use muster::message::{Address, Channel, Message, Origin, Segment, Span, Text, ThreadKeys};
use muster::triage::{Desk, Sender, Settings};
use muster::understand::Reader;
use std::io::Write;
use std::sync::Arc;

fn main() -> std::io::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let stdout = std::io::BufWriter::new(std::io::stdout().lock());
    match args.first().map(String::as_str) {
        Some("dates") => {
            let engine = muster::understand::dates::Engine::default();
            muster::understand::dates::command::run(std::io::stdin().lock(), stdout, &engine)
        }
        Some("extract") => extract(&args[1..], stdout, false),
        Some("profile") => profile(&args[1..]),
        Some("marks") => extract(&args[1..], stdout, true),
        _ => Ok(()),
    }
}

fn extract(paths: &[String], mut out: impl Write, marks: bool) -> std::io::Result<()> {
    let reader = Reader::new(Default::default(), None);
    let desk = Desk::new(Settings::default(), Arc::default());
    let started = std::time::Instant::now();
    let mut read = std::time::Duration::ZERO;
    for path in paths {
        let Ok(bytes) = std::fs::read(path) else { continue };
        let message = if path.ends_with(".json") { json(&bytes) } else { mail(&bytes, path) };
        let Some(message) = message else {
            eprintln!("{path}: not read");
            continue;
        };
        if marks {
            let page = reader.page(&message);
            for mark in reader.marks(&page) {
                writeln!(
                    out,
                    "{:?} {:?} {:.2} {}",
                    page.quote(mark.source, mark.span),
                    mark.what,
                    mark.confidence,
                    mark.by
                )?;
            }
            writeln!(out, "{:?}", muster::understand::intent::categories(&page))?;
        }
        let t = std::time::Instant::now();
        let reading = reader.read(&message);
        read += t.elapsed();
        let triaged = desk.triage(&message, reading, Sender::Trusted);
        writeln!(out, "{}", serde_json::to_string(&triaged.understanding)?)?;
    }
    eprintln!("{} messages, read {:?}, all {:?}", paths.len(), read, started.elapsed());
    Ok(())
}

fn profile(paths: &[String]) -> std::io::Result<()> {
    let reader = Reader::new(Default::default(), None);
    let engine = muster::understand::dates::Engine::new(Default::default());
    let messages: Vec<Message> = paths.iter().filter_map(|p| std::fs::read(p).ok().and_then(|b| if p.ends_with(".json") { json(&b) } else { mail(&b, p) })).collect();
    let mut total: std::collections::BTreeMap<&str, u128> = Default::default();
    if let Some(m) = messages.first() {
        let t = std::time::Instant::now();
        std::hint::black_box(engine.find(m.text.raw(), muster::understand::dates::Lang::En, m.received_at));
        println!("cold dates {:?}", t.elapsed());
        let t = std::time::Instant::now();
        let page = reader.page(m);
        println!("cold page {:?}", t.elapsed());
        let t = std::time::Instant::now();
        muster::understand::intent::categories(&page);
        println!("cold intent {:?}", t.elapsed());
        reader.timed(&page, &mut |k, n| println!("cold {k} {} us", n / 1000));
    }
    for round in 0..6 {
        for m in &messages {
            let t = std::time::Instant::now();
            let found = engine.find(m.text.raw(), muster::understand::dates::Lang::En, m.received_at);
            let dates = t.elapsed().as_nanos();
            let t = std::time::Instant::now();
            let page = reader.page(m);
            let whole = t.elapsed().as_nanos();
            std::hint::black_box(&found);
            let mut add = |k: &'static str, n: u128| if round > 0 { *total.entry(k).or_default() += n };
            add("0 dates (again)", dates);
            add("1 page", whole);
            reader.timed(&page, &mut |k, n| add(k, n));
            let t = std::time::Instant::now();
            std::hint::black_box(reader.read(m));
            let n = t.elapsed().as_nanos();
            add("9 read", n);
        }
    }
    for (k, n) in total {
        println!("{k}: {} us", n / 5 / messages.len() as u128 / 1000);
    }
    Ok(())
}

fn mail(bytes: &[u8], path: &str) -> Option<Message> {
    let envelope = Envelope { name: path.into(), received_at: chrono::Local::now().fixed_offset() };
    parse::mail(bytes, &envelope, &Limits::default()).ok()
}

fn json(bytes: &[u8]) -> Option<Message> {
    let v: serde_json::Value = serde_json::from_slice(bytes).ok()?;
    let word = |k: &str| v.get(k).and_then(|v| v.as_str()).map(str::to_owned);
    let subject = word("subject");
    let body = word("text")?;
    let cut = subject.as_ref().map_or(0, |s| s.chars().count() + 1);
    let text = Text::new(match &subject {
        Some(s) => format!("{s}\n{body}"),
        None => body,
    });
    let mut segments = Vec::new();
    if cut > 0 {
        segments.push(Segment { span: Span::new(0, cut - 1), origin: Origin::Subject });
    }
    segments.push(Segment { span: Span::new(cut, text.len()), origin: Origin::Own });
    let channel = match word("channel").as_deref() {
        Some("ticket") => Channel::Ticket,
        Some("mail") => Channel::Mail,
        _ => Channel::Chat,
    };
    let from = word("from").map(|f| match f.split_once('<') {
        Some((n, e)) => Address { name: Some(n.trim().into()), email: Some(e.trim_end_matches('>').into()) },
        None => Address { name: Some(f), email: None },
    });
    Some(Message {
        id: word("id")?,
        channel,
        received_at: chrono::DateTime::parse_from_rfc3339(&word("received_at")?).ok()?,
        from,
        to: Vec::new(),
        subject,
        text,
        segments,
        quoted: Vec::new(),
        signature: None,
        attachments: Vec::new(),
        thread: ThreadKeys::default(),
        automatic: None,
        doubts: Vec::new(),
    })
}
