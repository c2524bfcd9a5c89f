//! `muster train`: labelled messages in, a reader that learned from them out.

use super::eval;
use super::reader::shipped;
use crate::cli::Train;
use crate::config::Config;
use crate::intake::Limits;
use crate::model::Encoder;
use crate::model::learn::{self, Change, Example, Material, Outcome, Progress, Settings};
use crate::understand::labels::Labelled;
use crate::understand::{Reader, learned};
use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use sha2::{Digest, Sha256};
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Old examples that are measured at most: enough to see what was forgotten.
const OLD_MEASURED: usize = 200;
/// Between two plain lines of progress.
const TOLD_EVERY: Duration = Duration::from_secs(15);
/// Exit status of a result that is worse than what it began with.
const WORSE: u8 = 3;

/// Exit status 0, or 3 where the result is written but reads held-out messages worse.
pub fn run(config: &Config, args: &Train, err: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let folder = match &config.reader {
        Some(folder) => folder.clone(),
        None => shipped(super::reader::READER).context("there is no reader to begin with; name one with --reader")?,
    };
    let out = match &args.out {
        Some(out) => out.clone(),
        None => next(&folder)?,
    };
    let encoder = Encoder::open(&folder)?;
    let symbols = Reader::new(config.dates()?, None);
    let limits = config.limits();
    let new = read(&args.examples, limits.message_bytes, err)?;
    let old = read(&args.replay, limits.message_bytes, err)?;
    anyhow::ensure!(!new.is_empty(), "there are no labelled messages in the files");
    let (new, held_new) = split(new, args.hold, usize::MAX, args.seed);
    let (old, held_old) = split(old, args.hold, OLD_MEASURED, args.seed);
    if held_new.is_empty() {
        writeln!(err, "muster: no message is held out, so nothing will tell whether the result reads better")?;
    }
    let of = |messages: Vec<Labelled>| of(&encoder, &symbols, &limits, &messages);
    let material = Material { new: of(new), old: of(old), held_new: of(held_new), held_old: of(held_old) };
    let settings = Settings {
        from_layer: args.from_layer,
        steps: args.steps,
        rate: args.rate,
        seed: args.seed,
        save_every: Duration::from_secs(args.save_every),
        memory: args.memory_mib << 20,
        command: command(args),
    };
    let mut teller = Teller::new(err);
    let outcome = learn::learn(&folder, material, &settings, &out, &mut |p| teller.tell(p))?;
    teller.bar.finish_and_clear();
    summary(&outcome, &out, err)?;
    Ok(if outcome.is_worse() { ExitCode::from(WORSE) } else { ExitCode::SUCCESS })
}

/// The messages of files of JSON lines, in their order. What a file lacks would be missed only later: a bad line ends it.
fn read(files: &[PathBuf], most: usize, err: &mut dyn Write) -> anyhow::Result<Vec<Labelled>> {
    let lines = eval::read::files(files, most, err)?;
    anyhow::ensure!(lines.skipped == 0, "{} lines or files cannot be learned from; mend or remove them", lines.skipped);
    Ok(lines.messages)
}

/// Holds out a share, at most `most`, by whole skeletons: messages of one are much alike. Of one message none.
fn split(messages: Vec<Labelled>, share: f64, most: usize, seed: u64) -> (Vec<Labelled>, Vec<Labelled>) {
    let wanted = if messages.len() < 2 || share <= 0.0 { 0.0 } else { (messages.len() as f64 * share).ceil().max(1.0) };
    let wanted = (wanted as usize).min(most);
    let group = |m: &Labelled| Sha256::digest(format!("{seed} {}", m.skeleton.as_ref().unwrap_or(&m.id)));
    let mut keyed: Vec<_> = messages.iter().map(group).collect();
    keyed.sort_unstable();
    let last = wanted.checked_sub(1).and_then(|i| keyed.get(i).copied());
    // All of one skeleton would leave nothing to learn from.
    let last = last.filter(|last| keyed.last() != Some(last));
    let (held, learned) = messages.into_iter().partition(|m| last.is_some_and(|last| group(m) <= last));
    (learned, held)
}

/// Examples of messages in their order, on two threads.
fn of(encoder: &Encoder, symbols: &Reader, limits: &Limits, messages: &[Labelled]) -> Vec<Example> {
    let work = |part: &[Labelled]| -> Vec<Example> {
        part.iter().flat_map(|m| learned::examples(encoder, symbols, m, limits)).collect()
    };
    let (first, second) = messages.split_at(messages.len() / 2);
    std::thread::scope(|scope| {
        let second = scope.spawn(|| work(second));
        let mut out = work(first);
        out.extend(second.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        out
    })
}

/// Beside the reader, `NAME-VERSION.1`, or the first number that is free. A run that was killed goes on in its own.
fn next(reader: &Path) -> anyhow::Result<PathBuf> {
    let whole = reader.canonicalize().with_context(|| format!("cannot read {}", reader.display()))?;
    let name = whole.file_name().unwrap_or_default().to_string_lossy().into_owned();
    // What was adapted once becomes reader-1.2 of reader-1.1.
    let stem = match name.rsplit_once('.') {
        Some((stem, number)) if number.parse::<u32>().is_ok() => stem,
        _ => &name,
    };
    let candidate = |n: u32| reader.with_file_name(format!("{stem}.{n}"));
    (1..10_000).map(candidate).find(|p| !p.exists()).context("no version number is free beside the reader; give --out")
}

/// For the record: the arguments, without the folders they lie in.
fn command(args: &Train) -> String {
    let names = |files: &[PathBuf]| {
        files
            .iter()
            .map(|f| f.file_name().unwrap_or_default().to_string_lossy().into_owned())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let mut out = format!("muster train --examples {}", names(&args.examples));
    if !args.replay.is_empty() {
        out += &format!(" --replay {}", names(&args.replay));
    }
    if let Some(steps) = args.steps {
        out += &format!(" --steps {steps}");
    }
    if let Some(layer) = args.from_layer {
        out += &format!(" --from-layer {layer}");
    }
    out + &format!(" --rate {} --seed {} --hold {}", args.rate, args.seed, args.hold)
}

fn summary(outcome: &Outcome, out: &Path, err: &mut dyn Write) -> std::io::Result<()> {
    let minutes = outcome.seconds / 60.0;
    writeln!(err, "{} steps in {minutes:.1} minutes; written to {}", outcome.steps, out.display())?;
    let told = |what: &str, change: Option<Change>, err: &mut dyn Write| match change {
        Some(Change { before, after }) => writeln!(err, "loss on {what}: {before:.4} before, {after:.4} after"),
        None => Ok(()),
    };
    told("held-out new messages", outcome.new, err)?;
    told("held-out old messages", outcome.old, err)?;
    if outcome.is_worse() {
        writeln!(
            err,
            "muster: the result reads held-out messages worse than the reader it began with; \
             more examples, --replay or a lower --rate may help"
        )?;
    }
    Ok(())
}

/// A bar with the remaining time, or plain lines where nobody looks at a terminal.
struct Teller<'e> {
    bar: ProgressBar,
    err: &'e mut dyn Write,
    plain: bool,
    began: Instant,
    /// Steps that an earlier start made.
    from: usize,
    told: Option<Instant>,
}

impl<'e> Teller<'e> {
    fn new(err: &'e mut dyn Write) -> Self {
        let plain = !std::io::stderr().is_terminal();
        let bar = if plain { ProgressBar::hidden() } else { ProgressBar::new(0) };
        bar.set_style(
            ProgressStyle::with_template("{msg} {bar:30} {pos}/{len}, {eta} left")
                .unwrap_or_else(|_| ProgressStyle::default_bar()),
        );
        Self { bar, err, plain, began: Instant::now(), from: 0, told: None }
    }

    fn tell(&mut self, progress: Progress) {
        let line = match progress {
            Progress::Read { done, of } => {
                self.show("reading", done, of);
                (done == of).then(|| format!("{of} messages read"))
            }
            Progress::Resumed { step } => {
                self.from = step;
                self.bar.println(format!("going on after step {step}"));
                Some(format!("going on after step {step}"))
            }
            Progress::Measured { loss } => Some(format!("loss on held-out messages {loss:.4}")),
            Progress::Step { done, of, loss } => {
                if done == self.from + 1 {
                    self.began = Instant::now();
                    self.bar.reset_eta();
                }
                self.show(&format!("learning, loss {loss:.3}"), done, of);
                // The clock began after the first step of this start.
                let each = self.began.elapsed().as_secs_f64() / (done - self.from).saturating_sub(1).max(1) as f64;
                let left = each * (of - done) as f64 / 60.0;
                let timed = done > self.from + 1;
                let due = done == of || timed && self.told.is_none_or(|t| t.elapsed() >= TOLD_EVERY);
                due.then(|| format!("step {done} of {of}, loss {loss:.3}, {left:.1} minutes left"))
            }
        };
        if let Some(line) = line.filter(|_| self.plain) {
            self.told = Some(Instant::now());
            // Progress that cannot be told is no reason to end.
            let _ = writeln!(self.err, "{line}");
        }
    }

    fn show(&self, what: &str, done: usize, of: usize) {
        self.bar.set_message(what.to_owned());
        self.bar.set_length(of as u64);
        self.bar.set_position(done as u64);
    }
}

#[cfg(test)]
mod tests;
