//! The wiring: the one place where the stages meet.

use crate::cli::{Cli, Command, Extract, SenderArg};
use crate::config::Config;
use crate::knowledge::pages::Way;
use crate::model::Encoder;
use crate::store::sqlite::{self, SqliteStore};
use crate::store::{AuditReport, Digest, Store};
use crate::triage::Sender;
use crate::understand::{Reader, dates};
use anyhow::Context;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

pub mod ask;
pub mod desk;
pub mod doors;
pub mod eval;
pub mod examples;
pub mod extract;
pub mod import;
pub mod library;
pub mod pipeline;
pub mod reader;
pub mod serve;
pub mod service;
pub mod together;
pub mod tokens;
pub mod train;

/// Runs one command; an error is one sentence on standard error and exit status 2.
pub fn run(cli: Cli) -> ExitCode {
    match dispatch(cli) {
        Ok(code) => code,
        // Whoever reads our output has enough: `muster extract … | head`.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "muster: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn dispatch(cli: Cli) -> anyhow::Result<ExitCode> {
    let mut config = match &cli.config {
        Some(path) => Config::read(path)?,
        None => Config::default(),
    };
    if cli.retriever.is_some() {
        config.knowledge.retriever = cli.retriever.clone().map(PathBuf::from);
    }
    if cli.reader.is_some() {
        config.reader = cli.reader.clone().map(PathBuf::from);
    }
    let mut stored = |store: Option<PathBuf>| {
        if let Some(path) = store {
            config.store.path = path;
        }
    };
    let knowledge = cli.knowledge.as_deref();
    match cli.command {
        Command::Extract(args) => return run_extract(&config, knowledge, args),
        Command::Eval(args) => return eval::run(&config, knowledge, &args),
        Command::Dates => {
            let engine = dates::Engine::new(config.dates()?);
            let out = std::io::BufWriter::new(std::io::stdout().lock());
            dates::command::run(std::io::stdin().lock(), out, &engine)?;
        }
        Command::Tokens { model } => {
            let reader = Reader::new(config.dates()?, None);
            let out = std::io::BufWriter::new(std::io::stdout().lock());
            tokens::run(&reader, &Encoder::open(&model)?, std::io::stdin().lock(), out)?;
        }
        Command::Train(args) => return train::run(&config, &args, &mut std::io::stderr()),
        Command::Ask(args) => {
            let way = match (args.words, args.meanings) {
                (true, _) => Way::Words,
                (_, true) => Way::Meanings,
                _ => Way::Both,
            };
            let question = (!args.question.is_empty()).then(|| args.question.join(" "));
            let knowledge = knowledge.map(Path::to_owned);
            ask::run(&config, ask::Task { question, json: args.json, way, knowledge })?;
        }
        Command::Passages { folder } => passages(&folder)?,
        Command::Serve(args) => {
            stored(args.data.store);
            config.web.listen = args.listen.unwrap_or(config.web.listen);
            config.intake.watch.extend(args.watch);
            config.intake.maildir.extend(args.maildir);
            log();
            runtime()?.block_on(async {
                let ready = serve::ready(config, knowledge).await?;
                serve::run(ready, |address| println!("Muster listens on http://{address}/")).await
            })?;
        }
        Command::Demo(args) => {
            log();
            runtime()?.block_on(serve::demo(config, args.listen, args.data, args.fixtures))?;
        }
        Command::Import(args) => {
            stored(args.data.store);
            log();
            let imported = runtime()?.block_on(run_import(config, knowledge, &args.paths))?;
            println!("{imported}");
            return Ok(ExitCode::from(u8::from(imported.refused > 0)));
        }
        Command::Audit(args) => {
            stored(args.store);
            return runtime()?.block_on(run_audit(&config));
        }
        Command::Examples(args) => {
            stored(args.store);
            runtime()?.block_on(async {
                let store = existing(&config).await?;
                examples::run(&store, &mut std::io::BufWriter::new(std::io::stdout().lock())).await
            })?;
        }
        Command::Openapi => {
            let document = crate::web::api::openapi(config.limits().message_bytes);
            println!("{}", document.to_pretty_json()?);
        }
        Command::Key { name } => println!("{}", key(&name)),
    }
    Ok(ExitCode::SUCCESS)
}

/// One line for each passage of each page in the folder.
fn passages(folder: &Path) -> anyhow::Result<()> {
    use crate::knowledge::{pages::passages, sources};
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    anyhow::ensure!(folder.is_dir(), "there is no folder {}", folder.display());
    let sources = sources::Settings { page_folders: vec![folder.to_owned()], ..sources::Settings::default() };
    for page in sources::Library::open(sources, chrono::Utc::now()).snapshot().pages.iter() {
        let cut = passages::cut(page);
        for (i, p) in cut.iter().enumerate() {
            let quote = passages::quote(page, &cut, i);
            let line = serde_json::json!({
                "doc": page.doc, "title": page.title, "heading": p.heading,
                "text": page.text.get(p.span.clone()), "quote": page.text.get(quote),
            });
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

/// Exit status 0 when every input was read, else 1.
fn run_extract(config: &Config, knowledge: Option<&Path>, args: Extract) -> anyhow::Result<ExitCode> {
    let (pipeline, faults) = pipeline::Pipeline::new(config, knowledge)?;
    let mut err = std::io::stderr().lock();
    for fault in faults {
        writeln!(err, "{fault}")?;
    }
    if reader::is_missing(config) {
        writeln!(err, "muster: {}", reader::MISSING)?;
    }
    let task = extract::Task {
        paths: args.paths,
        received_at: args.received_at.unwrap_or_else(|| chrono::Local::now().fixed_offset()),
        sender: match args.sender {
            SenderArg::Trusted => Sender::Trusted,
            SenderArg::Unverified => Sender::Unverified,
        },
    };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let outcome = extract::run(&pipeline, &task, &mut out, &mut err).context("cannot write the output")?;
    Ok(ExitCode::from(u8::from(outcome.refused > 0)))
}

async fn run_import(config: Config, knowledge: Option<&Path>, paths: &[PathBuf]) -> anyhow::Result<import::Imported> {
    let ready = serve::ready(config, knowledge).await?;
    let imported = import::run(&ready.service, paths, false).await?;
    ready.store.close().await;
    Ok(imported)
}

/// Exit status 0 when the chain is whole, else 1.
async fn run_audit(config: &Config) -> anyhow::Result<ExitCode> {
    let store = existing(config).await?;
    Ok(match store.verify_audit().await? {
        AuditReport::Whole { entries, head } => {
            println!("whole: {entries} entries, head {head}");
            ExitCode::SUCCESS
        }
        AuditReport::Broken { entry, why } => {
            println!("broken at entry {entry}: {why}");
            ExitCode::FAILURE
        }
    })
}

/// The configuration's store, which has to be there.
async fn existing(config: &Config) -> anyhow::Result<SqliteStore> {
    anyhow::ensure!(config.store.path.is_file(), "there is no store at {}", config.store.path.display());
    Ok(SqliteStore::open(&config.store.path, sqlite::Settings { attempts: config.queue.attempts }).await?)
}

/// A fresh access key and the lines that let it in; the key itself is kept nowhere.
fn key(name: &str) -> String {
    let key = format!("{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple());
    // A JSON string is a TOML string too.
    let quoted = serde_json::Value::from(name);
    format!(
        "The key, shown only now: {key}\n\nFor a technician:\n[[web.user]]\nname = {quoted}\nemail = \"\"\nkey_sha256 = \"{0}\"\n\n\
         For a program:\n[[web.client]]\nname = {quoted}\nkey_sha256 = \"{0}\"",
        Digest::of(&key)
    )
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start the runtime")
}

/// To standard error; `RUST_LOG` sets how much.
fn log() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,sqlx=warn"));
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let broken = |e: &std::io::Error| e.kind() == std::io::ErrorKind::BrokenPipe;
    error.chain().any(|e| e.downcast_ref::<std::io::Error>().is_some_and(broken))
}
