//! The encoder as the stages above see it: texts in, embeddings, logits of pairs, or hidden states out.

use super::Error;
use super::forward::{Network, Sequence};
use super::manifest::{Manifest, Pool};
use super::tokens::{Grain, Token, Tokens};
use super::weights::{self, Table};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Tokens that go through the layers together: enough to make use of each weight that is fetched, and few enough
/// for their states to stay near.
const TOGETHER: usize = 256;
/// Fewer are not worth a second thread.
const APART: usize = 64;

/// A bilingual text encoder (BERT), run on the CPU in whole numbers.
///
/// Results do not depend on what else is in a batch, on threads, or on the processor: the same text gives the same bits.
pub struct Encoder {
    manifest: Manifest,
    tokens: Tokens,
    pub(super) network: Network,
    heads: BTreeMap<String, Table>,
    threads: usize,
}

/// A part of a text to get states for: numbers of its tokens, and what is added to their embeddings.
#[derive(Debug, Clone, Copy, Default)]
pub struct Window<'a> {
    /// Without the marks at the ends.
    pub ids: &'a [u32],
    /// Empty, or a row of `hidden` for `<s>`, for each token and for `</s>`.
    pub added: &'a [f32],
}

/// One pass over a window.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pass<'a> {
    /// The window's number.
    pub window: usize,
    /// Empty, or a row of `hidden` for `<s>`, for each token and for `</s>`.
    pub added: &'a [f32],
}

/// Hidden states of a window: row 0 is `<s>`, row i + 1 token i, the last one `</s>`.
#[derive(Debug, Clone)]
pub struct States {
    width: usize,
    values: Vec<f32>,
}

impl States {
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[f32]> {
        self.values.chunks_exact(self.width)
    }
}

impl Encoder {
    /// Reads a model folder as models/tools/prune.py writes it, and checks every file against the manifest's hash.
    ///
    /// # Errors
    /// When a file is missing, changed, or not of the shape that the manifest gives.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let manifest = Manifest::read(folder)?;
        let tokens = Tokens::read(&manifest.words_file("tokenizer.json")?, manifest.shape.pieces)?;
        let words = manifest.words.as_ref().map(|_| manifest.words_file("words.safetensors")).transpose()?;
        let (network, heads) = weights::read(&manifest.file("weights.safetensors")?, words.as_deref(), manifest.shape)?;
        let threads = std::thread::available_parallelism().map_or(1, |n| n.get().min(2));
        let encoder = Self { manifest, tokens, network, heads, threads };
        encoder.check_heads()?;
        Ok(encoder)
    }

    /// Uses up to `threads` threads for batches; the default is two, or one where there is but one core. One text
    /// always takes one thread.
    #[must_use]
    pub fn with_threads(self, threads: usize) -> Self {
        Self { threads: threads.max(1), ..self }
    }

    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Width of an embedding and of a token's state.
    pub fn width(&self) -> usize {
        self.network.hidden
    }

    /// The most tokens that a window has room for, besides its two marks.
    pub fn room(&self) -> usize {
        self.manifest.shape.positions - 2
    }

    /// The instructions in use, for a log line.
    pub fn instructions(&self) -> String {
        self.network.cpu.to_string()
    }

    /// A tensor of the weights' `head.*`, by its whole name.
    pub fn head(&self, name: &str) -> Option<&Table> {
        self.heads.get(name)
    }

    /// An embedding of each text: the mean of its tokens' states, of length 1. What exceeds `room()` is cut off.
    ///
    /// The e5 base wants `query: ` before what is looked for and `passage: ` before what may be found.
    pub fn embed(&self, texts: &[&str]) -> Vec<Vec<f32>> {
        self.embedded(texts, false)
    }

    /// The same for questions, through the layers of their own that a retriever has.
    pub fn embed_questions(&self, texts: &[&str]) -> Vec<Vec<f32>> {
        self.embedded(texts, true)
    }

    fn embedded(&self, texts: &[&str], asks: bool) -> Vec<Vec<f32>> {
        let most = self.manifest.shape.positions;
        let sequence = |text: &&str| Sequence { ids: self.tokens.marked(&self.tokens.ids(text), most), added: &[] };
        self.run(texts.iter().map(sequence).collect(), asks, |states| {
            let mut mean = pool(states, self.network.hidden, Pool::Mean);
            let length = mean.iter().map(|x| x * x).sum::<f32>().sqrt();
            if length > 0.0 {
                mean.iter_mut().for_each(|x| *x /= length);
            }
            mean
        })
    }

    /// The logits that the pair head gives each pair of texts read together, in the head's own order of classes;
    /// nothing where the weights have no pair head. Too long pairs are cut at the end of the longer text.
    pub fn pair_logits(&self, pairs: &[(&str, &str)]) -> Option<Vec<Vec<f32>>> {
        let (weight, bias) = (self.heads.get("head.pair.weight")?, self.heads.get("head.pair.bias")?);
        let most = self.manifest.shape.positions;
        let sequence = |(a, b): &(&str, &str)| Sequence {
            ids: self.tokens.paired(&self.tokens.ids(a), &self.tokens.ids(b), most),
            added: &[],
        };
        Some(self.run(pairs.iter().map(sequence).collect(), false, |states| {
            let row = pool(states, self.network.hidden, self.manifest.pair.pool);
            let product = |w: &[f32]| w.iter().zip(&row).map(|(w, x)| w * x).sum::<f32>();
            weight.values.chunks_exact(row.len()).zip(&bias.values).map(|(w, b)| product(w) + b).collect()
        }))
    }

    /// The tokens of a text and where they stand in it; as many as there are, so cut them into windows.
    pub fn tokens(&self, text: &str, grain: Grain) -> Vec<Token> {
        self.tokens.tokens(text, grain)
    }

    /// Hidden states of each window; tokens that exceed `room()` have none.
    pub fn states(&self, windows: &[Window<'_>]) -> Vec<States> {
        let most = self.manifest.shape.positions;
        let width = self.network.hidden;
        let sequences =
            windows.iter().map(|w| Sequence { ids: self.tokens.marked(w.ids, most), added: w.added }).collect();
        self.run(sequences, false, |states| States { width, values: states.to_vec() })
    }

    /// Hidden states before layer `at` of each window, for any number of passes from there on.
    pub fn below(&self, windows: &[Window<'_>], at: usize) -> Vec<States> {
        let most = self.manifest.shape.positions;
        let width = self.network.hidden;
        let sequences: Vec<Sequence<'_>> =
            windows.iter().map(|w| Sequence { ids: self.tokens.marked(w.ids, most), added: w.added }).collect();
        self.spread(
            &sequences,
            |s| s.ids.len(),
            |group| {
                let states = self.network.below(group, at);
                split(&states, group.iter().map(|s| s.ids.len() * width), width)
            },
        )
    }

    /// Hidden states after the last layer of each pass, each beginning with what `below` gave for its window and adding
    /// its own rows.
    pub fn above(&self, below: &[States], at: usize, passes: &[Pass<'_>]) -> Vec<States> {
        self.between(below, at..self.network.layers.len(), passes)
    }

    /// The same up to a layer: hidden states before layer `layers.end`.
    pub(super) fn between(&self, below: &[States], layers: std::ops::Range<usize>, passes: &[Pass<'_>]) -> Vec<States> {
        let width = self.network.hidden;
        let begun = |pass: &Pass<'_>| below.get(pass.window).map_or(&[][..], |s| s.values.as_slice());
        self.spread(
            passes,
            |pass| begun(pass).len() / width,
            |group| {
                let mut lengths = Vec::with_capacity(group.len());
                let mut x = Vec::new();
                for pass in group {
                    let from = x.len();
                    x.extend_from_slice(begun(pass));
                    x[from..].iter_mut().zip(pass.added).for_each(|(x, y)| *x += y);
                    lengths.push((x.len() - from) / width);
                }
                self.network.between(&lengths, layers.clone(), &mut x);
                split(&x, lengths.iter().map(|n| n * width), width)
            },
        )
    }

    /// Runs sequences through the layers and hands each one's states to `finish`; results in the order given.
    fn run<T: Send>(&self, sequences: Vec<Sequence<'_>>, asks: bool, finish: impl Fn(&[f32]) -> T + Sync) -> Vec<T> {
        self.spread(
            &sequences,
            |s| s.ids.len(),
            |group| {
                let states = self.network.forward(group, asks);
                let mut rest = states.as_slice();
                let mut out = Vec::with_capacity(group.len());
                for sequence in group {
                    let (own, more) = rest.split_at(sequence.ids.len() * self.network.hidden);
                    out.push(finish(own));
                    rest = more;
                }
                out
            },
        )
    }

    /// Groups of about as many tokens as fit the caches go to the threads; results in the order given.
    fn spread<S: Sync, T: Send>(
        &self,
        items: &[S],
        length: impl Fn(&S) -> usize,
        work: impl Fn(&[S]) -> Vec<T> + Sync,
    ) -> Vec<T> {
        let tokens: usize = items.iter().map(&length).sum();
        let most = (tokens / self.threads).clamp(APART, TOGETHER);
        let mut groups: Vec<&[S]> = Vec::new();
        let (mut from, mut held) = (0, 0);
        for (i, item) in items.iter().enumerate() {
            let own = length(item);
            if held > 0 && held + own > most {
                groups.push(&items[from..i]);
                (from, held) = (i, 0);
            }
            held += own;
        }
        groups.push(&items[from..]);
        let threads = self.threads.min(groups.len());
        if threads < 2 {
            return groups.into_iter().flat_map(work).collect();
        }
        let next = AtomicUsize::new(0);
        let worker = || {
            let mut done = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(group) = groups.get(number) else { return done };
                done.push((number, work(group)));
            }
        };
        let mut done = std::thread::scope(|scope| {
            let others: Vec<_> = (1..threads).map(|_| scope.spawn(worker)).collect();
            let mut done = worker();
            for other in others {
                done.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            }
            done
        });
        done.sort_by_key(|(number, _)| *number);
        done.into_iter().flat_map(|(_, out)| out).collect()
    }

    fn check_heads(&self) -> Result<(), Error> {
        let (weight, bias) = (self.heads.get("head.pair.weight"), self.heads.get("head.pair.bias"));
        let Some(weight) = weight else { return Ok(()) };
        let classes = bias.map_or(0, |b| b.values.len());
        if weight.shape == [classes, self.network.hidden] && classes > 0 {
            return Ok(());
        }
        let wanted = format!("[{classes}, {}], a row for each value of head.pair.bias", self.network.hidden);
        Err(Error::Shape { name: "head.pair.weight".into(), found: format!("{:?}", weight.shape), wanted })
    }
}

fn pool(states: &[f32], width: usize, pool: Pool) -> Vec<f32> {
    let mut out = vec![0.0; width];
    match pool {
        Pool::First => out.copy_from_slice(&states[..width]),
        Pool::Mean => {
            for row in states.chunks_exact(width) {
                out.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
            }
            let count = (states.len() / width).max(1) as f32;
            out.iter_mut().for_each(|x| *x /= count);
        }
    }
    out
}

/// One row of values into the states of sequences of these lengths.
fn split(values: &[f32], lengths: impl Iterator<Item = usize>, width: usize) -> Vec<States> {
    let mut rest = values;
    lengths
        .map(|length| {
            let (own, more) = rest.split_at(length.min(rest.len()));
            rest = more;
            States { width, values: own.to_vec() }
        })
        .collect()
}
