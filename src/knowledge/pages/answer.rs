//! A question to an answer: quotes of the pages that hold it, or the plain word that the pages do not say.

use super::index::Index;
use super::passages;
use super::retriever::{Retriever, log_sum};
use serde::Serialize;
use std::sync::LazyLock;

/// How passages are ranked and when to abstain; fitted by models/retriever/fit.py.
static WEIGHTS: LazyLock<Weights> = LazyLock::new(|| {
    // A broken table would abstain always; a test reads it.
    toml::from_str(include_str!("weights.toml")).unwrap_or_default()
});

#[derive(Debug, Default, serde::Deserialize)]
struct Weights {
    /// Of a passage's share of the question's best BM25 score, in the same unit as logits.
    words: f32,
    /// The confidence is the logistic of these.
    bias: f32,
    /// Of the logit that the pages say it, against 'no page says this'.
    says: f32,
    /// Of the best passage's share among all.
    first: f32,
    /// Of the best product.
    likeness: f32,
    /// Below it the answer is that the pages do not say.
    threshold: f32,
    /// The same where there are only words: the part of the question's weight that the best passage holds.
    words_only: f32,
}

/// Passages by words that are looked at beside the meanings.
const BY_WORDS: usize = 50;
/// Sources of an answer at most.
const SOURCES: usize = 5;
/// A further source is told where its page is at least so likely against the first one.
const NEAR: f32 = 0.1;
/// Characters of a question that are read.
const LONGEST: usize = 2_000;

/// What the pages say.
#[derive(Debug, Clone, Default, Serialize, utoipa::ToSchema)]
pub struct Answer {
    /// Whether the pages do not say. `sources` then hold what came nearest, and the answer is empty.
    pub abstained: bool,
    /// Probability that the first quote's page answers the question.
    pub confidence: f32,
    /// Words of the pages alone.
    pub answer: String,
    /// Best first, each page once.
    pub sources: Vec<Source>,
}

/// A quote and where it stands.
#[derive(Debug, Clone, Default, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Source {
    /// The page's path below its folder.
    pub doc: String,
    pub title: String,
    /// The headings above the quote, joined by ` > `.
    pub heading: String,
    /// Verbatim, at most 800 characters, 400 in Chinese.
    pub quote: String,
    /// In Unicode scalar values of the page's text.
    pub start: usize,
    pub end: usize,
    /// Share of the probability among all passages.
    pub score: f32,
}

/// Which of the two searches to use; both, but for measuring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Way {
    #[default]
    Both,
    Words,
    Meanings,
}

impl Index {
    /// Answers a question from the pages.
    pub fn ask(&self, question: &str, retriever: Option<&Retriever>, way: Way) -> Answer {
        let question: String = question.chars().take(LONGEST).collect();
        if question.trim().is_empty() || self.places.is_empty() {
            return Answer { abstained: true, ..Answer::default() };
        }
        // Without an index that can be read there are no hits, and the other search goes on.
        let hits = self.lexical.search(&question, BY_WORDS).unwrap_or_default();
        match (retriever, self.vectors.get()) {
            (Some(retriever), Some(vectors)) if way != Way::Words => {
                let asked = retriever.question(&question);
                let products = vectors.products(&asked.vector);
                let likeness = products.iter().copied().fold(0.0, f32::max);
                let mut logits: Vec<f32> = products.iter().map(|p| p / retriever.temperature()).collect();
                let all = log_sum(logits.iter().copied());
                let w = &*WEIGHTS;
                if way == Way::Both {
                    let best = hits.first().map_or(1.0, |(_, score)| score.max(1e-6));
                    for (i, score) in &hits {
                        if let Some(logit) = logits.get_mut(*i) {
                            *logit += w.words * score / best;
                        }
                    }
                }
                let sum = log_sum(logits.iter().copied());
                let mut ranked: Vec<(usize, f32)> = logits.iter().map(|l| (l - sum).exp()).enumerate().collect();
                ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
                ranked.truncate(200);
                let first = ranked.first().map_or(0.0, |(_, share)| *share);
                let x = w.bias + w.says * (all - asked.none) + w.first * first + w.likeness * likeness;
                let confidence = 1.0 / (1.0 + (-x).exp());
                self.told(&ranked, confidence, confidence < w.threshold)
            }
            _ => {
                let best = hits.first().map_or(0.0, |(_, score)| *score);
                let sum: f32 = hits.iter().map(|(_, s)| s).sum::<f32>().max(1e-6);
                let ranked: Vec<_> = hits.iter().map(|(i, s)| (*i, s / sum)).collect();
                // Words alone say little of whether the matter is treated at all.
                let confidence = best / (best + WEIGHTS.words_only.max(1.0));
                self.told(&ranked, confidence, ranked.is_empty() || confidence < 0.5)
            }
        }
    }

    fn told(&self, ranked: &[(usize, f32)], confidence: f32, abstained: bool) -> Answer {
        let mut sources: Vec<Source> = Vec::new();
        let first = ranked.first().map_or(0.0, |(_, share)| *share);
        for (number, share) in ranked {
            if sources.len() == SOURCES {
                break;
            }
            let Some((page, passage)) = self.places.get(*number) else { continue };
            let Some(entry) = self.pages.get(*page) else { continue };
            if sources.iter().any(|s| s.doc == entry.page.doc) {
                continue;
            }
            let span = passages::quote(&entry.page, &entry.passages, *passage);
            let text = &entry.page.text;
            let (Some(before), Some(quote)) = (text.get(..span.start), text.get(span.clone())) else { continue };
            let start = before.chars().count();
            sources.push(Source {
                doc: entry.page.doc.clone(),
                title: entry.page.title.clone(),
                heading: entry.headings.get(*passage).map_or_else(String::new, |h| h.join(" > ")),
                start,
                end: start + quote.chars().count(),
                quote: quote.to_owned(),
                score: *share,
            });
        }
        let answer = if abstained {
            String::new()
        } else {
            let near = sources.iter().enumerate().filter(|(i, s)| *i == 0 || s.score >= first * NEAR.max(0.5));
            near.map(|(_, s)| s.quote.as_str()).collect::<Vec<_>>().join("\n\n")
        };
        Answer { abstained, confidence, answer, sources }
    }
}
