//! A run from its first look at the reader to the folder it writes.

use super::adam::{Adam, Values, clip, rate};
use super::base::Base;
use super::batch::batch;
use super::checkpoint::{self, Run};
use super::example::{hash, hex};
use super::plan::{Item, Measure, once, plan};
use super::proof::Proof;
use super::states::Kept;
use super::upper::{Standard, Upper};
use super::{Error, Example, lower, write};
use candle_core::DType;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, Instant};

/// Messages whose states are reckoned between two reports.
const MESSAGES: usize = 32;
/// Old examples may be read this much worse before it counts as worse: their loss never stays quite the same.
const SLACK: f64 = 1.02;

/// What is learned from and what is measured.
#[derive(Debug, Default)]
pub struct Material {
    pub new: Vec<Example>,
    /// Learned from before; as many of them as of the new ones are mixed in, drawn anew for each round.
    pub old: Vec<Example>,
    /// Not learned from, only measured before and after.
    pub held_new: Vec<Example>,
    pub held_old: Vec<Example>,
}

#[derive(Debug, Clone)]
pub struct Settings {
    /// The first layer that is trained; at least the one before which marks are added. None: 9, or what there is.
    pub from_layer: Option<usize>,
    /// None: eight rounds over the new examples, between 40 and 2,000 steps.
    pub steps: Option<usize>,
    /// Greatest rate of the layers; heads learn four times as fast.
    pub rate: f64,
    pub seed: u64,
    /// Between checkpoints.
    pub save_every: Duration,
    /// Bytes of states that are kept in memory; more go to a file beside the checkpoint.
    pub memory: u64,
    /// For the record.
    pub command: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            from_layer: None,
            steps: None,
            rate: 1e-4,
            seed: 1,
            save_every: Duration::from_secs(60),
            memory: 1 << 30,
            command: String::new(),
        }
    }
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Progress {
    /// Messages gone through the frozen layers.
    Read {
        done: usize,
        of: usize,
    },
    /// It goes on after this step of an earlier start.
    Resumed {
        step: usize,
    },
    Step {
        done: usize,
        of: usize,
        loss: f64,
    },
    Measured {
        loss: f64,
    },
}

/// The loss of held-out examples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    pub before: f64,
    pub after: f64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    pub steps: usize,
    /// Over all starts.
    pub seconds: f64,
    /// None where nothing was held out.
    pub new: Option<Change>,
    pub old: Option<Change>,
}

impl Outcome {
    /// Whether the result reads held-out examples worse than the reader it began with: the new ones at all, the old ones
    /// by more than a fiftieth.
    pub fn is_worse(&self) -> bool {
        self.new.is_some_and(|c| c.after > c.before) || self.old.is_some_and(|c| c.after > c.before * SLACK)
    }
}

/// Learns and writes `out`; the run's own folder is `out` with `.run` at its end, and is gone afterwards.
///
/// # Errors
/// When the reader or an example is not usable, `out` is there already, its run is another one, or a file cannot be written.
pub fn learn(
    reader: &Path,
    material: Material,
    settings: &Settings,
    out: &Path,
    tell: &mut dyn FnMut(Progress),
) -> Result<Outcome, Error> {
    if out.exists() {
        return Err(Error::Taken(out.to_owned()));
    }
    let mut start = Started::begin(reader, material, settings, out, tell)?;
    let mut upper = Upper::new(&start.base, DType::F32)?;
    let before = start.measure(&upper, tell)?;
    let (run, adam) = start.resume(&mut upper, tell)?;
    let run = start.train(&mut upper, adam, run, settings, tell)?;
    let trained = upper.folded()?;
    upper.standard =
        Standard { mean: vec![0.0; upper.standard.mean.len()], spread: vec![1.0; upper.standard.spread.len()] };
    upper.set(&write::as_written(&start.base, &trained)?)?;
    let after = start.measure(&upper, tell)?;
    let change = |i: usize| Some(Change { before: before[i]?, after: after[i]? });
    let outcome = Outcome { steps: run.step, seconds: run.seconds, new: change(0), old: change(1) };
    write::folder(&start.base, &trained, start.record(settings, &outcome)?, out)?;
    let folder = start.folder.clone();
    drop(start);
    std::fs::remove_dir_all(&folder).map_err(Error::file(&folder))?;
    Ok(outcome)
}

/// All that a run needs before its first step.
struct Started {
    base: Base,
    /// New, old, held-out new, held-out old, one after another.
    examples: Vec<Example>,
    measures: Vec<Measure>,
    /// Where the four parts end.
    ends: [usize; 4],
    plan: Vec<Vec<Item>>,
    kept: Kept,
    folder: std::path::PathBuf,
    /// Of the examples.
    corpus: String,
    /// Of the whole run.
    of: String,
}

impl Started {
    fn begin(
        reader: &Path,
        material: Material,
        settings: &Settings,
        out: &Path,
        tell: &mut dyn FnMut(Progress),
    ) -> Result<Self, Error> {
        let base = Base::open(reader, settings.from_layer)?;
        let Material { new, old, held_new, held_old } = material;
        let mut ends = [new.len(), old.len(), held_new.len(), held_old.len()];
        (1..4).for_each(|i| ends[i] += ends[i - 1]);
        let mut examples: Vec<Example> = [new, old, held_new, held_old].into_iter().flatten().collect();
        let fault = |e: serde_json::Error| Error::Example { number: 0, why: e.to_string() };
        let corpus = hash(&examples).map_err(fault)?;
        for (i, example) in examples.iter_mut().enumerate() {
            example.check(|name| base.classes(name)).map_err(|why| Error::Example { number: i + 1, why })?;
            example.cut(base.encoder.room());
        }
        if !examples[..ends[0]].iter().any(Example::has_targets) {
            return Err(Error::Nothing);
        }
        let measure = |e: &Example| Measure { tokens: e.ids.len() + 2, passes: e.passes.len() };
        let measures: Vec<Measure> = examples.iter().map(measure).collect();
        let plan = plan(&measures[..ends[1]], ends[0], settings.steps, settings.seed);
        let weights = base.encoder.manifest().files.get("weights.safetensors").cloned().unwrap_or_default();
        let of =
            format!("{weights} {corpus} {ends:?} {} {} {} {}", base.from, plan.len(), settings.rate, settings.seed);
        let of = hex(&Sha256::digest(of));
        let folder = write::named(out, ".run");
        std::fs::create_dir_all(&folder).map_err(Error::file(&folder))?;
        let planned = plan.iter().flatten().map(|i| i.example);
        let needed: Vec<usize> = planned.chain(ends[1]..ends[3]).collect::<BTreeSet<_>>().into_iter().collect();
        let kept = keep(&base, &examples, &needed, settings.memory, &folder.join("states"), tell)?;
        Ok(Self { base, examples, measures, ends, plan, kept, folder, corpus, of })
    }

    fn resume(&mut self, upper: &mut Upper, tell: &mut dyn FnMut(Progress)) -> Result<(Run, Adam), Error> {
        let mut adam = Adam::default();
        if let Some(run) = checkpoint::load(&self.folder, &self.of, upper, &mut adam)? {
            tell(Progress::Resumed { step: run.step });
            return Ok((run, adam));
        }
        let standard = self.standard(upper)?;
        upper.standardise(standard)?;
        Ok((Run { of: self.of.clone(), step: 0, seconds: 0.0 }, adam))
    }

    /// Mean and deviation of the last states, over the first batches.
    fn standard(&mut self, upper: &Upper) -> Result<Standard, Error> {
        let width = self.kept.width();
        let (mut sum, mut squares, mut count) = (vec![0.0f64; width], vec![0.0f64; width], 0.0f64);
        for items in self.plan.iter().take(8) {
            let batch = batch(items, &self.examples, &mut self.kept, DType::F32)?;
            let open = batch.closed.flatten_all()?.to_vec1::<f32>()?;
            let states = upper.states(&batch)?.to_vec2::<f32>()?;
            for (row, _) in states.iter().zip(open).filter(|(_, closed)| *closed == 0.0) {
                count += 1.0;
                for ((x, sum), squares) in row.iter().zip(&mut sum).zip(&mut squares) {
                    *sum += f64::from(*x);
                    *squares += f64::from(*x) * f64::from(*x);
                }
            }
        }
        let mean: Vec<f64> = sum.iter().map(|s| s / count.max(1.0)).collect();
        let spread = squares.iter().zip(&mean).map(|(s, m)| (s / count.max(1.0) - m * m).max(1e-6).sqrt() as f32);
        Ok(Standard { spread: spread.collect(), mean: mean.iter().map(|m| *m as f32).collect() })
    }

    fn train(
        &mut self,
        upper: &mut Upper,
        mut adam: Adam,
        mut run: Run,
        settings: &Settings,
        tell: &mut dyn FnMut(Progress),
    ) -> Result<Run, Error> {
        let steps = self.plan.len();
        let mut proof = Proof::new(&self.base);
        let mut clock = Instant::now();
        let mut saved = Instant::now();
        for step in run.step..steps {
            let items = &self.plan[step];
            let batch = batch(items, &self.examples, &mut self.kept, DType::F32)?;
            let parts = upper.parts(&batch)?;
            // A batch in which nothing counts teaches nothing.
            let mut loss = 0.0;
            if let Some(whole) = mean(&parts)? {
                loss = f64::from(whole.to_scalar::<f32>()?);
                let store = whole.backward()?;
                let mut gradients = Values::new();
                for (name, variable) in &upper.variables {
                    if let Some(gradient) = store.get(variable.as_tensor()) {
                        gradients.insert(name.clone(), gradient.flatten_all()?.to_vec1::<f32>()?);
                    }
                }
                let each: Result<BTreeMap<String, f64>, Error> = parts
                    .iter()
                    .map(|(name, p)| Ok((name.clone(), f64::from(p.sum.to_scalar::<f32>()?) / p.count as f64)))
                    .collect();
                proof.look(&gradients, &each?, batch.marked)?;
                if !clip(&mut gradients).is_finite() || !loss.is_finite() {
                    return Err(Error::Lost(step + 1));
                }
                adam.learn(upper, &gradients, rate(step, steps, settings.rate))?;
            }
            run.step = step + 1;
            run.seconds += clock.elapsed().as_secs_f64();
            clock = Instant::now();
            if saved.elapsed() >= settings.save_every || run.step == steps {
                checkpoint::save(&self.folder, &run, upper, &adam)?;
                saved = Instant::now();
            }
            tell(Progress::Step { done: run.step, of: steps, loss });
        }
        Ok(run)
    }

    /// Mean losses of the held-out examples, new and old.
    fn measure(&mut self, upper: &Upper, tell: &mut dyn FnMut(Progress)) -> Result<[Option<f64>; 2], Error> {
        let mut out = [None; 2];
        for (i, out) in out.iter_mut().enumerate() {
            let mut sums: BTreeMap<String, (f64, usize)> = BTreeMap::new();
            for items in once(&self.measures, self.ends[i + 1]..self.ends[i + 2]) {
                let batch = batch(&items, &self.examples, &mut self.kept, DType::F32)?;
                for (name, part) in upper.parts(&batch)? {
                    let (sum, count) = sums.entry(name).or_default();
                    *sum += f64::from(part.sum.to_scalar::<f32>()?);
                    *count += part.count;
                }
            }
            if !sums.is_empty() {
                let loss = sums.values().map(|(sum, count)| sum / *count as f64).sum();
                *out = Some(loss);
                tell(Progress::Measured { loss });
            }
        }
        Ok(out)
    }

    /// The manifest's `[training]`.
    fn record(&self, settings: &Settings, outcome: &Outcome) -> Result<toml::Table, Error> {
        let manifest = self.base.encoder.manifest();
        let weights = manifest.files.get("weights.safetensors").cloned().unwrap_or_default();
        let count = |i: usize| (self.ends[i] - if i > 0 { self.ends[i - 1] } else { 0 }) as i64;
        let mut out = toml::Table::new();
        let mut put = |name: &str, value: toml::Value| drop(out.insert(name.to_owned(), value));
        put("base", format!("{} {}", manifest.name, manifest.version).into());
        put("base_sha256", weights.into());
        put("command", settings.command.clone().into());
        put("from_layer", (self.base.from as i64).into());
        put("examples", count(0).into());
        put("replayed", count(1).into());
        put("held_out", count(2).into());
        put("held_out_replayed", count(3).into());
        put("corpus_sha256", self.corpus.clone().into());
        put("seed", settings.seed.to_string().into());
        put("steps", (outcome.steps as i64).into());
        put("rate", settings.rate.into());
        put("seconds", outcome.seconds.round().into());
        for (name, change) in [("loss", outcome.new), ("loss_replayed", outcome.old)] {
            if let Some(change) = change {
                put(&format!("{name}_before"), change.before.into());
                put(&format!("{name}_after"), change.after.into());
            }
        }
        Ok(out)
    }
}

/// The loss of a batch: the sum of the heads' means.
fn mean(parts: &BTreeMap<String, super::upper::Part>) -> Result<Option<candle_core::Tensor>, Error> {
    let mut whole: Option<candle_core::Tensor> = None;
    for part in parts.values() {
        let own = (&part.sum / part.count as f64)?;
        whole = Some(match whole {
            Some(whole) => whole.add(&own)?,
            None => own,
        });
    }
    Ok(whole)
}

fn keep(
    base: &Base,
    examples: &[Example],
    needed: &[usize],
    most: u64,
    file: &Path,
    tell: &mut dyn FnMut(Progress),
) -> Result<Kept, Error> {
    let width = base.encoder.width();
    let passes = |e: &Example| if base.from == base.marks_at { 1 } else { e.passes.len() };
    let bytes = needed.iter().map(|i| &examples[*i]).map(|e| (e.ids.len() + 2) * passes(e) * width * 4);
    let mut kept = Kept::new(width, bytes.map(|b| b as u64).sum(), most, file)?;
    let mut done = 0;
    for group in needed.chunks(MESSAGES) {
        let own: Vec<&Example> = group.iter().map(|i| &examples[*i]).collect();
        for (number, lower) in group.iter().zip(lower::states(base, &own)) {
            kept.put(*number, examples[*number].passes.len(), &lower)?;
        }
        done += group.len();
        tell(Progress::Read { done, of: needed.len() });
    }
    Ok(kept)
}
