//! The wiring: the one place where the stages meet.

use crate::cli::{Cli, Command, Extract, SenderArg};
use crate::config::Config;
use crate::triage::Sender;
use anyhow::Context;
use std::io::Write;
use std::process::ExitCode;

pub mod doors;
pub mod extract;
pub mod pipeline;
pub mod service;

/// Runs one command; an error is one sentence on standard error and exit status 2.
pub fn run(cli: Cli) -> ExitCode {
    match dispatch(cli) {
        Ok(code) => code,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "muster: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn dispatch(cli: Cli) -> anyhow::Result<ExitCode> {
    let config = match &cli.config {
        Some(path) => Config::read(path)?,
        None => Config::default(),
    };
    match cli.command {
        Command::Extract(args) => run_extract(&config, cli.knowledge.as_deref(), args),
        _ => anyhow::bail!("not yet"),
    }
}

/// Exit status 0 when every input was read, else 1.
fn run_extract(config: &Config, knowledge: Option<&std::path::Path>, args: Extract) -> anyhow::Result<ExitCode> {
    let (pipeline, faults) = pipeline::Pipeline::new(config, knowledge)?;
    let mut err = std::io::stderr().lock();
    for fault in faults {
        writeln!(err, "{fault}")?;
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
    match extract::run(&pipeline, &task, &mut out, &mut err) {
        Ok(outcome) => Ok(ExitCode::from(u8::from(outcome.refused > 0))),
        // Whoever reads our output has enough: `muster extract … | head`.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        Err(error) => Err(error).context("cannot write the output"),
    }
}
