//! The `muster` program: parses its arguments and hands over.

use clap::Parser;
use std::process::ExitCode;

fn main() -> std::io::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let stdout = std::io::BufWriter::new(std::io::stdout().lock());
    match args.first().map(String::as_str) {
        Some("dates") => {
            let engine = muster::understand::dates::Engine::default();
            muster::understand::dates::command::run(std::io::stdin().lock(), stdout, &engine)
        }
        Some("extract") => extract(&args[1..], stdout, false),
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
