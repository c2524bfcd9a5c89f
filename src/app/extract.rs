//! `muster extract`: files in, one JSON line each out, in input order, on all cores, in bounded memory.

use super::pipeline::Pipeline;
use super::together;
use crate::intake::Envelope;
use crate::intake::files::{self, Form, Input};
use crate::triage::Sender;
use chrono::{DateTime, FixedOffset};
use std::io::Write;
use std::path::PathBuf;
use std::sync::mpsc;

/// Inputs that are worked on together.
const BATCH: usize = 128;
/// Bytes of inputs that are worked on together; one larger input makes a batch of its own.
const BATCH_BYTES: usize = 4 << 20;

/// What to read and how.
pub struct Task {
    /// Files, folders, or `-` for standard input.
    pub paths: Vec<PathBuf>,
    /// For inputs without a date of their own.
    pub received_at: DateTime<FixedOffset>,
    pub sender: Sender,
}

/// How many inputs were read and how many not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outcome {
    pub read: u64,
    pub refused: u64,
}

/// Prints one line for each input on `out`, one sentence for each refusal on `err`. Only writing can fail.
pub fn run(pipeline: &Pipeline, task: &Task, out: &mut dyn Write, err: &mut dyn Write) -> std::io::Result<Outcome> {
    let (give, take) = mpsc::sync_channel::<Vec<Input>>(1);
    std::thread::scope(|scope| {
        let limits = pipeline.limits();
        let paths = &task.paths;
        scope.spawn(move || {
            let inputs = paths.iter().flat_map(|path| {
                if path.as_os_str() == "-" {
                    let taken = files::bounded(std::io::stdin().lock(), limits.message_bytes);
                    let input = Input { name: "-".into(), form: Form::Text, bytes: taken.bytes, named: taken.named };
                    Box::new(std::iter::once(input)) as Box<dyn Iterator<Item = Input> + Send>
                } else {
                    files::open(path, limits)
                }
            });
            let mut batch = Vec::new();
            let mut bytes = 0;
            for input in inputs {
                bytes += input.bytes.as_ref().map_or(0, Vec::len);
                batch.push(input);
                if batch.len() >= BATCH || bytes >= BATCH_BYTES {
                    bytes = 0;
                    // The other side is gone only when writing failed.
                    if give.send(std::mem::take(&mut batch)).is_err() {
                        return;
                    }
                }
            }
            let _ = give.send(batch);
        });
        let mut outcome = Outcome::default();
        for batch in take {
            let lines = together::map(&batch, |input| line(pipeline, task, input));
            for (input, line) in batch.iter().zip(lines) {
                match line {
                    Ok(line) => {
                        outcome.read += 1;
                        out.write_all(&line)?;
                        out.write_all(b"\n")?;
                    }
                    Err(reason) => {
                        outcome.refused += 1;
                        writeln!(err, "{}: {reason}", input.name)?;
                    }
                }
            }
            out.flush()?;
        }
        Ok(outcome)
    })
}

fn line(pipeline: &Pipeline, task: &Task, input: &Input) -> Result<Vec<u8>, String> {
    let bytes = input.bytes.as_ref().map_err(ToString::to_string)?;
    let envelope = Envelope { name: input.name.clone(), received_at: task.received_at };
    let message = pipeline.message(input.form, bytes, &envelope).map_err(|e| e.to_string())?;
    serde_json::to_vec(&pipeline.understand(&message, task.sender).understanding).map_err(|e| e.to_string())
}
