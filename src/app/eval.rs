//! `muster eval`: labelled messages are read, and held against their labels.

use super::pipeline::Pipeline;
use super::together;
use crate::cli::Eval;
use crate::config::Config;
use crate::triage::Sender;
use crate::understand::labels::Labelled;
use anyhow::Context;
use compare::{Comparison, Random};
use figures::Report;
use score::Scored;
use serde::Serialize;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

mod calibration;
mod compare;
mod diagram;
mod facts;
mod figures;
mod pair;
pub(super) mod read;
mod row;
mod same;
mod score;
mod table;
#[cfg(test)]
mod tests;
mod worst;

/// The same sample each time.
const SAMPLE_SEED: u64 = 7;

/// What `--json` prints.
#[derive(Serialize)]
struct Answer<'a> {
    /// Lines that could not be read.
    skipped: u64,
    /// The ids of `--worst`, worst first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    worst: Vec<String>,
    #[serde(flatten)]
    outcome: &'a Outcome,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Outcome {
    One(Box<Report>),
    Two(Box<Comparison>),
}

impl Outcome {
    /// The report that diagram and floors are about: of two readers the second.
    fn report(&self) -> &Report {
        match self {
            Outcome::One(report) => report,
            Outcome::Two(both) => &both.b,
        }
    }
}

/// Exit status 1 where no message could be read, or a figure is below its floor; else 0.
pub fn run(config: &Config, knowledge: Option<&Path>, args: &Eval) -> anyhow::Result<ExitCode> {
    let mut err = std::io::stderr().lock();
    for (key, _) in &args.floor {
        let known = figures::report(String::new(), &[]).figure(key).is_some();
        anyhow::ensure!(known, "there is no figure {key:?} to set a floor for");
    }
    let readers = match &args.compare {
        None => vec![config.clone()],
        Some(two) => two.iter().map(|r| Config { reader: Some(PathBuf::from(r)), ..config.clone() }).collect(),
    };
    let mut pipelines = Vec::new();
    for config in &readers {
        let (pipeline, faults) = Pipeline::new(config, knowledge)?;
        if pipelines.is_empty() {
            faults.iter().try_for_each(|fault| writeln!(err, "{fault}"))?;
        }
        let name = match &config.reader {
            _ if !pipeline.learned() => "symbols".to_owned(),
            Some(folder) => folder.display().to_string(),
            None => "the shipped reader".to_owned(),
        };
        pipelines.push((name, pipeline));
    }

    let read::Lines { mut messages, skipped } = read::files(&args.files, config.limits().message_bytes, &mut err)?;
    if messages.is_empty() {
        writeln!(err, "muster: there is no labelled message to read")?;
        return Ok(ExitCode::FAILURE);
    }
    if let Some(most) = args.sample {
        messages = sample(messages, usize::try_from(most).unwrap_or(usize::MAX));
    }
    let mut done: Vec<(Report, Vec<Scored>)> = pipelines
        .iter()
        .map(|(name, pipeline)| {
            let scored = judge(pipeline, &messages);
            (figures::report(name.clone(), &scored), scored)
        })
        .collect();
    let (report, scored) = done.pop().context("no reader was opened")?;
    let outcome = match done.pop() {
        None => Outcome::One(Box::new(report)),
        Some((a, by_a)) => Outcome::Two(Box::new(compare::compare(&messages, (a, &by_a), (report, &scored)))),
    };
    if let Some(path) = &args.svg {
        std::fs::write(path, diagram::draw(outcome.report()))
            .with_context(|| format!("cannot write the diagram {}", path.display()))?;
    }
    let worst = worst::pick(&scored, args.worst);
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    if args.json {
        let worst = worst.iter().filter_map(|i| messages.get(*i)).map(|m| m.id.clone()).collect();
        serde_json::to_writer(&mut out, &Answer { skipped, worst, outcome: &outcome })?;
        writeln!(out)?;
    } else {
        match &outcome {
            Outcome::One(report) => write!(out, "{}", table::print(report))?,
            Outcome::Two(both) => write!(out, "{}", compare::print(both))?,
        }
        let paint = worst::Paint(std::io::stdout().is_terminal() && !no_colour());
        for (message, scored) in worst.into_iter().filter_map(|i| messages.get(i).zip(scored.get(i))) {
            write!(out, "\n{}", worst::show(message, scored, paint))?;
        }
    }
    out.flush()?;
    let low = below(outcome.report(), &args.floor);
    low.iter().try_for_each(|sentence| writeln!(err, "below the floor: {sentence}"))?;
    Ok(ExitCode::from(u8::from(!low.is_empty())))
}

/// Reads all messages on all cores, and judges each.
fn judge(pipeline: &Pipeline, messages: &[Labelled]) -> Vec<Scored> {
    together::map(messages, |labelled| {
        let message = labelled.message(pipeline.limits());
        score::score(labelled, &pipeline.understand(&message, Sender::Trusted).understanding)
    })
}

/// So many of the messages, in their order; the same ones each time.
fn sample(messages: Vec<Labelled>, most: usize) -> Vec<Labelled> {
    let mut random = Random(SAMPLE_SEED);
    let mut drawn: Vec<(u64, usize, Labelled)> =
        messages.into_iter().enumerate().map(|(i, m)| (random.next(), i, m)).collect();
    drawn.sort_by_key(|(key, i, _)| (*key, *i));
    drawn.truncate(most);
    drawn.sort_by_key(|(_, i, _)| *i);
    drawn.into_iter().map(|(_, _, m)| m).collect()
}

/// A sentence for each figure below its floor; nothing measured is below any.
fn below(report: &Report, floors: &[(String, f64)]) -> Vec<String> {
    let sentence = |(key, floor): &(String, f64)| match report.figure(key).flatten() {
        Some(value) if value >= *floor => None,
        Some(value) => Some(format!("{key} is {value:.4}, the floor is {floor}")),
        None => Some(format!("{key} could not be measured, the floor is {floor}")),
    };
    floors.iter().filter_map(sentence).collect()
}

/// See no-color.org: any value but the empty one asks for none.
fn no_colour() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty())
}
