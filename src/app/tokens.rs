//! `muster tokens`: labelled messages in, their tokens with the symbols' marks out; models/reader/train.py learns from them.

use crate::intake::Limits;
use crate::model::{Encoder, Grain};
use crate::understand::{Reader, labels, learned::features};
use serde::Serialize;
use std::io::{BufRead, Write};

#[derive(Serialize)]
struct Tokens {
    id: String,
    ids: Vec<u32>,
    /// Start and end of each token.
    spans: Vec<[usize; 2]>,
    /// The bits of each token: those of its first and last character.
    features: Vec<u32>,
}

/// Lines worked on together.
const BATCH: usize = 512;

/// One line out for each line in, in their order.
pub fn run(reader: &Reader, encoder: &Encoder, input: impl BufRead, mut out: impl Write) -> anyhow::Result<()> {
    let mut lines = input.lines();
    loop {
        let batch: Vec<String> = lines.by_ref().take(BATCH).collect::<Result<_, _>>()?;
        if batch.is_empty() {
            return Ok(out.flush()?);
        }
        let half = batch.len().div_ceil(2);
        let work = |part: &[String]| part.iter().map(|l| one(reader, encoder, l)).collect::<Vec<_>>();
        let done = std::thread::scope(|scope| {
            let (first, second) = batch.split_at(half);
            let second = scope.spawn(|| work(second));
            let mut done = work(first);
            done.extend(second.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            done
        });
        for tokens in done {
            serde_json::to_writer(&mut out, &tokens?)?;
            out.write_all(b"\n")?;
        }
    }
}

fn one(reader: &Reader, encoder: &Encoder, line: &str) -> anyhow::Result<Tokens> {
    let labelled = labels::parse(line)?;
    let message = labelled.message(&Limits::default());
    let page = reader.page(&message);
    let marks = reader.marks(&page);
    let bits = features::of(&page, 0, &marks);
    let tokens = encoder.tokens(message.text.raw(), Grain::Pieces);
    Ok(Tokens {
        id: labelled.id,
        ids: tokens.iter().map(|t| t.id).collect(),
        spans: tokens.iter().map(|t| [t.span.start, t.span.end]).collect(),
        features: features::by_token(&bits, &tokens),
    })
}
