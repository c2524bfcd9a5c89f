//! Answers from the policy pages: the retriever's folder, `muster ask`, and the index kept fresh.

use crate::config::Config;
use crate::knowledge::pages::{Answer, Answers, Retriever, Way};
use crate::knowledge::sources::{Library, PAGE_FOLDERS};
use anyhow::Context;
use serde::{Deserialize, Serialize};
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The shipped retriever's folder, below a folder of models.
const RETRIEVER: &str = "retriever-1";
/// Bytes of a line that are read; a longer one is refused.
const LINE: usize = 1 << 20;

/// The retriever that the configuration names, or the shipped one where it is found: in `models` below the working
/// folder, beside the program, or above `target/release`. None: only words are searched.
///
/// # Errors
/// When a retriever is there and cannot be read.
pub fn retriever(config: &Config) -> anyhow::Result<Option<Retriever>> {
    let folder = match &config.knowledge.retriever {
        Some(folder) if folder.as_os_str().is_empty() => return Ok(None),
        Some(folder) => Some(folder.clone()),
        None => super::reader::shipped(RETRIEVER),
    };
    let open = |folder: PathBuf| {
        Retriever::open(&folder).with_context(|| format!("cannot open the retriever {}", folder.display()))
    };
    folder.map(open).transpose()
}

/// Where vectors are kept between starts: beside the store where there is one, else in the user's cache folder.
pub fn cache(config: &Config, beside_store: bool) -> Option<PathBuf> {
    const NAME: &str = "vectors.bin";
    if beside_store {
        return Some(config.store.path.parent().unwrap_or(Path::new(".")).join(NAME));
    }
    let var = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let folder = var("XDG_CACHE_HOME").or_else(|| var("HOME").map(|home| home.join(".cache")))?;
    Some(folder.join("muster").join(NAME))
}

/// Gives new pages to the answers, for ever.
pub async fn follow(library: Arc<Library>, answers: Arc<Answers>) {
    let mut told = library.subscribe();
    let mut pages = Arc::clone(&library.snapshot().pages);
    loop {
        let (answering, now) = (Arc::clone(&answers), Arc::clone(&pages));
        let (library, told_now) = (Arc::clone(&library), Arc::clone(&pages));
        // Newer pages stop the reading of older ones; what was read stays known.
        let newer = move || !Arc::ptr_eq(&library.snapshot().pages, &told_now);
        let built = tokio::task::spawn_blocking(move || answering.renew(&now, |_, _| !newer())).await;
        match built {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!("the pages could not be indexed: {error:#}"),
            Err(_) => tracing::error!("the index of the pages stopped in the middle; the one before stays in use"),
        }
        loop {
            if told.changed().await.is_err() {
                return;
            }
            let newest = Arc::clone(&told.borrow_and_update().pages);
            if !Arc::ptr_eq(&newest, &pages) {
                pages = newest;
                break;
            }
        }
    }
}

#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    id: serde_json::Value,
    question: String,
}

#[derive(Serialize)]
struct Told<'a> {
    id: &'a serde_json::Value,
    #[serde(flatten)]
    answer: Answer,
    us: u64,
}

/// What `muster ask` was told.
pub struct Task {
    pub question: Option<String>,
    pub json: bool,
    pub way: Way,
    pub knowledge: Option<PathBuf>,
}

/// Answers one question, or JSON lines of them.
pub fn run(config: &Config, task: Task) -> anyhow::Result<()> {
    let folder = task.knowledge.clone().or_else(|| config.knowledge.folder.clone());
    let mut sources = config.knowledge.sources(folder.as_deref(), Path::new("."));
    sources.ldap = None;
    if let Some(folder) = &folder {
        anyhow::ensure!(folder.is_dir(), "there is no folder {}", folder.display());
        // A folder of pages alone is knowledge too.
        if !PAGE_FOLDERS.iter().any(|name| folder.join(name).is_dir()) {
            sources.page_folders.push(folder.clone());
        }
    }
    anyhow::ensure!(
        !sources.page_folders.is_empty() || sources.folder.is_some(),
        "no pages: give a folder by --knowledge, or [knowledge] in the configuration"
    );
    let snapshot = Library::open(sources, chrono::Utc::now()).snapshot();
    let mut err = std::io::stderr().lock();
    for fault in
        snapshot.sources.iter().filter(|s| s.kind == crate::knowledge::sources::Kind::Pages).flat_map(|s| &s.faults)
    {
        writeln!(err, "{fault}")?;
    }
    let retriever = if task.way == Way::Words { None } else { retriever(config)? };
    if retriever.is_none() && task.way != Way::Words {
        writeln!(err, "muster: no retriever in models/{RETRIEVER}: only words are searched")?;
    }
    let answers = Answers::new(retriever, cache(config, false));
    let bar = indicatif::ProgressBar::new(0).with_message("reading pages").with_style(
        indicatif::ProgressStyle::with_template("{msg} {bar:30} {pos}/{len} passages, {eta} left")
            .unwrap_or_else(|_| indicatif::ProgressStyle::default_bar()),
    );
    let read = answers.renew(&snapshot.pages, |done, of| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
        true
    });
    bar.finish_and_clear();
    if let Err(error) = read {
        // A cache that cannot be written costs time at the next start, no answer.
        writeln!(err, "muster: {error:#}")?;
    }
    let mut out = std::io::stdout().lock();
    match task.question {
        Some(question) if !task.json => print(&mut out, &answers.ask(&question, task.way))?,
        Some(question) => told(&mut out, &answers, &serde_json::Value::Null, &question, task.way)?,
        None => lines(std::io::stdin().lock(), &mut out, &answers, task.way, task.json)?,
    }
    Ok(())
}

fn lines(
    mut input: impl BufRead,
    out: &mut impl Write,
    answers: &Answers,
    way: Way,
    json: bool,
) -> std::io::Result<()> {
    let mut line = Vec::new();
    loop {
        line.clear();
        if std::io::Read::take(&mut input, LINE as u64 + 1).read_until(b'\n', &mut line)? == 0 {
            return out.flush();
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        if line.len() > LINE {
            skip_line(&mut input)?;
            writeln!(out, "{}", serde_json::json!({"id": null, "error": "the line is longer than 1 MiB"}))?;
            continue;
        }
        if !json {
            print(out, &answers.ask(&String::from_utf8_lossy(&line), way))?;
            continue;
        }
        match serde_json::from_slice::<Line>(&line) {
            Ok(read) => told(out, answers, &read.id, &read.question, way)?,
            Err(error) => {
                let id = serde_json::from_slice::<serde_json::Value>(&line).ok().and_then(|v| v.get("id").cloned());
                let error = format!("not a question: {error}");
                writeln!(out, "{}", serde_json::json!({"id": id, "error": error}))?;
            }
        }
        out.flush()?;
    }
}

/// Passes over the rest of a line.
fn skip_line(input: &mut impl BufRead) -> std::io::Result<()> {
    loop {
        let held = input.fill_buf()?;
        let (used, ends) = match memchr::memchr(b'\n', held) {
            Some(at) => (at + 1, true),
            None => (held.len(), held.is_empty()),
        };
        input.consume(used);
        if ends {
            return Ok(());
        }
    }
}

fn told(
    out: &mut impl Write,
    answers: &Answers,
    id: &serde_json::Value,
    question: &str,
    way: Way,
) -> std::io::Result<()> {
    let start = std::time::Instant::now();
    let answer = answers.ask(question, way);
    let us = start.elapsed().as_micros() as u64;
    serde_json::to_writer(&mut *out, &Told { id, answer, us })?;
    out.write_all(b"\n")
}

fn print(out: &mut impl Write, answer: &Answer) -> std::io::Result<()> {
    if answer.abstained {
        writeln!(out, "The pages do not say.")?;
        if !answer.sources.is_empty() {
            writeln!(out, "Nearest:")?;
        }
        for source in answer.sources.iter().take(3) {
            writeln!(out, "  {} ({})", source.heading, source.doc)?;
        }
        return Ok(());
    }
    for (i, source) in answer.sources.iter().enumerate() {
        if i == 0 {
            for line in source.quote.lines() {
                writeln!(out, "  > {line}")?;
            }
            writeln!(out, "{} ({}); {:.0} % sure", source.heading, source.doc, answer.confidence * 100.0)?;
        } else {
            writeln!(out, "See also: {} ({})", source.heading, source.doc)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_answered_in_order_and_bad_ones_named() {
        let page =
            crate::knowledge::pages::read::read("leave.md", b"# Leave\n\nAnnual leave is 25 days a year.\n").0.unwrap();
        let answers = Answers::default();
        answers.renew(&[Arc::new(page)], |_, _| true).unwrap();
        let long = "x".repeat(LINE + 10);
        let input =
            format!("{{\"id\":1,\"question\":\"annual leave days a year\"}}\n{{\"id\":2}}\n\n{long}\nnonsense\n");
        let mut out = Vec::new();
        lines(input.as_bytes(), &mut out, &answers, Way::Both, true).unwrap();
        let told: Vec<serde_json::Value> =
            String::from_utf8(out).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect();
        assert_eq!(told.len(), 4);
        assert_eq!((&told[0]["id"], &told[0]["sources"][0]["doc"]), (&1.into(), &"leave.md".into()));
        assert!(told[1]["error"].is_string() && told[1]["id"] == 2, "{told:?}");
        assert!(told[2]["error"].is_string() && told[3]["error"].is_string());
    }
}
