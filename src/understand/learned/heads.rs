//! The small linear layers above the encoder: what each token is, and what a whole pass says.

use super::features;
use super::labels::{FIELDS, NAMES, QUESTIONS, VALUES};
use crate::model::{Encoder, Error, States, Table};

/// A linear layer, or a table of rows.
#[derive(Debug, Clone)]
struct Linear {
    weight: Table,
    bias: Vec<f32>,
}

/// All heads of a reader.
#[derive(Debug, Clone)]
pub struct Heads {
    feature: Table,
    mark: Table,
    tag: Linear,
    name: Linear,
    value: Linear,
    query: Linear,
    /// By question, in the order of `query`'s rows.
    answers: Vec<(String, Linear)>,
}

/// What the heads say of one pass over one window. Logarithms of probabilities by token; probabilities by question.
#[derive(Debug, Clone)]
pub struct Said {
    /// For each token `1 + 2 × FIELDS` values.
    pub tags: Vec<Vec<f32>>,
    /// For each token `1 + 2 × NAMES` values.
    pub names: Vec<Vec<f32>>,
    /// For each token `VALUES` values.
    pub values: Vec<Vec<f32>>,
    answers: Vec<Answer>,
}

/// What a pass says to one question.
#[derive(Debug, Clone)]
struct Answer {
    question: String,
    probabilities: Vec<f32>,
    /// The token that the question looked at most.
    look: usize,
}

impl Said {
    /// The probabilities of a question's answers; none where the model was not taught the question.
    pub fn answer(&self, question: &str) -> Option<&[f32]> {
        self.answers.iter().find(|a| a.question == question).map(|a| a.probabilities.as_slice())
    }

    /// The token that a question looked at most.
    pub fn look(&self, question: &str) -> Option<usize> {
        self.answers.iter().find(|a| a.question == question).map(|a| a.look)
    }
}

impl Heads {
    /// # Errors
    /// When the weights lack a head, or one does not have the rows that `labels` gives.
    pub fn of(encoder: &Encoder) -> Result<Self, Error> {
        let width = encoder.width();
        let table = |name: String, rows: usize| -> Result<Table, Error> {
            let table = encoder.head(&name).ok_or_else(|| Error::NoTensor(name.clone()))?;
            if table.shape == [rows, width] {
                return Ok(table.clone());
            }
            let (found, wanted) = (format!("{:?}", table.shape), format!("[{rows}, {width}]"));
            Err(Error::Shape { name, found, wanted })
        };
        let linear = |name: &str, rows: usize| -> Result<Linear, Error> {
            let weight = table(format!("{name}.weight"), rows)?;
            let name = format!("{name}.bias");
            let bias = encoder.head(&name).ok_or_else(|| Error::NoTensor(name.clone()))?;
            if bias.values.len() != rows {
                let (found, wanted) = (format!("{:?}", bias.shape), format!("[{rows}]"));
                return Err(Error::Shape { name, found, wanted });
            }
            Ok(Linear { weight, bias: bias.values.clone() })
        };
        let shape = encoder.manifest().reader.as_ref().ok_or_else(|| Error::Unfit("no [reader] section".into()))?;
        let answers = shape
            .questions
            .iter()
            .map(|question| {
                let known = QUESTIONS.iter().find(|(q, _)| q == question);
                let (_, answers) = known.ok_or_else(|| Error::Unfit(format!("unknown question {question:?}")))?;
                Ok((question.clone(), linear(&format!("head.class.{question}"), *answers)?))
            })
            .collect::<Result<Vec<_>, Error>>()?;
        Ok(Self {
            feature: table("head.feature.weight".into(), features::NAMES.len())?,
            mark: table("head.mark.weight".into(), 3)?,
            tag: linear("head.tag", 1 + 2 * FIELDS.len())?,
            name: linear("head.name", 1 + 2 * NAMES.len())?,
            value: linear("head.value", VALUES.len())?,
            query: linear("head.query", answers.len())?,
            answers,
        })
    }

    /// What is added to the embeddings of a window's tokens with these bits, `<s>` and `</s>` included.
    pub fn added(&self, bits: &[u32]) -> Vec<f32> {
        let width = self.feature.shape.last().copied().unwrap_or(0);
        let mut out = vec![0.0; (bits.len() + 2) * width];
        for (row, bits) in out.chunks_exact_mut(width.max(1)).skip(1).zip(bits) {
            for (i, feature) in self.feature.values.chunks_exact(width.max(1)).enumerate() {
                if bits >> i & 1 == 1 {
                    row.iter_mut().zip(feature).for_each(|(x, y)| *x += y);
                }
            }
        }
        out
    }

    /// What is added before the marked layer; `marks`: 1 for the person of the pass, 2 for others, by token.
    pub fn marked(&self, marks: &[u8]) -> Vec<f32> {
        let width = self.mark.shape.last().copied().unwrap_or(0);
        let mut out = vec![0.0; (marks.len() + 2) * width];
        for (row, mark) in out.chunks_exact_mut(width.max(1)).skip(1).zip(marks) {
            if *mark > 0
                && let Some(own) = self.mark.values.chunks_exact(width.max(1)).nth(usize::from(*mark))
            {
                row.copy_from_slice(own);
            }
        }
        out
    }

    /// Reads the states of a pass.
    pub fn read(&self, states: &States) -> Said {
        let rows: Vec<&[f32]> = states.rows().collect();
        let inner = rows.get(1..rows.len().saturating_sub(1)).unwrap_or_default();
        let by_token = |linear: &Linear| -> Vec<Vec<f32>> {
            inner.iter().map(|row| log_probabilities(linear.apply(row))).collect()
        };
        let width = rows.first().map_or(0, |r| r.len());
        let looks: Vec<Vec<f32>> = rows.iter().map(|row| self.query.apply(row)).collect();
        let answers = self
            .answers
            .iter()
            .enumerate()
            .map(|(k, (question, linear))| {
                let own = |l: &Vec<f32>| l.get(k).copied().unwrap_or(f32::MIN);
                let most = looks.iter().map(own).fold(f32::MIN, f32::max);
                let inner = looks.iter().take(rows.len().saturating_sub(1)).skip(1).map(own);
                let (look, _) = inner.enumerate().fold((0, f32::MIN), |a, b| if b.1 > a.1 { b } else { a });
                let mut sum = 0.0;
                let mut pooled = vec![0.0; width];
                for (row, look) in rows.iter().zip(&looks) {
                    let weight = (look.get(k).copied().unwrap_or(f32::MIN) - most).exp();
                    sum += weight;
                    pooled.iter_mut().zip(*row).for_each(|(x, y)| *x += weight * y);
                }
                pooled.iter_mut().for_each(|x| *x /= f32::max(sum, f32::MIN_POSITIVE));
                let probabilities = log_probabilities(linear.apply(&pooled)).into_iter().map(f32::exp).collect();
                Answer { question: question.clone(), probabilities, look }
            })
            .collect();
        Said { tags: by_token(&self.tag), names: by_token(&self.name), values: by_token(&self.value), answers }
    }
}

impl Linear {
    fn apply(&self, row: &[f32]) -> Vec<f32> {
        let product = |w: &[f32]| dot(w, row);
        self.weight.values.chunks_exact(row.len().max(1)).zip(&self.bias).map(|(w, b)| product(w) + b).collect()
    }
}

/// In eight sums side by side, whose order is fixed.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0f32; 8];
    let (mut left, mut right) = (a.chunks_exact(8), b.chunks_exact(8));
    for (a, b) in left.by_ref().zip(right.by_ref()) {
        for ((s, a), b) in sums.iter_mut().zip(a).zip(b) {
            *s += a * b;
        }
    }
    let rest: f32 = left.remainder().iter().zip(right.remainder()).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f32>() + rest
}

fn log_probabilities(mut logits: Vec<f32>) -> Vec<f32> {
    let most = logits.iter().copied().fold(f32::MIN, f32::max);
    let sum: f32 = logits.iter().map(|x| (x - most).exp()).sum();
    let whole = most + sum.ln();
    logits.iter_mut().for_each(|x| *x -= whole);
    logits
}
