//! A question to an answer: quotes of the pages that hold it, or the plain word that the pages do not say.

use super::index::Index;
use super::passages;
use super::retriever::{Retriever, log_sum};
use serde::Serialize;
use std::sync::LazyLock;

/// How passages are ranked and when to abstain; the table says how it was chosen.
static WEIGHTS: LazyLock<Weights> = LazyLock::new(|| {
    // A broken table would abstain always; a test reads it.
    toml::from_str(include_str!("weights.toml")).unwrap_or_default()
});

#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Weights {
    /// Of a passage's part of the question's best BM25 score, in the unit of logits.
    words: f32,
    /// Of what the whole page says, in the unit of logits: a page with several good passages is likelier the right one.
    page: f32,
    /// Logits are divided by it before they are summed over a page.
    softness: f32,
    /// The confidence is the logistic of `bias` + `says` × (logit that the pages say it − logit that they do not).
    bias: f32,
    says: f32,
    /// Passages of the pages that these were fitted on: the best of fewer passages is by chance less good.
    passages: f32,
    /// Below it the answer is that the pages do not say.
    threshold: f32,
    /// The same where only words are searched: the BM25 score at which both are equally likely.
    words_only: f32,
}

/// Passages by words that are looked at beside the meanings.
const BY_WORDS: usize = 50;
/// Passages that are looked at for sources.
const RANKED: usize = 500;
/// Sources of an answer at most.
const SOURCES: usize = 5;
/// A further source's quote is part of the answer where it is at least so likely against the first one.
const NEAR: f32 = 0.5;
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
                let mut logits = vectors.products(&asked.vector);
                logits.iter_mut().for_each(|l| *l /= retriever.temperature());
                let w = &*WEIGHTS;
                let size = (w.passages.max(1.0) / logits.len().max(1) as f32).ln();
                let says = log_sum(logits.iter().copied()) + size - asked.none;
                if way == Way::Both {
                    let best = hits.first().map_or(1.0, |(_, score)| score.max(1e-6));
                    for (i, score) in &hits {
                        if let Some(logit) = logits.get_mut(*i) {
                            *logit += w.words * score / best;
                        }
                    }
                    self.add_pages(&mut logits, w);
                }
                let sum = log_sum(logits.iter().copied());
                let mut ranked: Vec<(usize, f32)> = logits.iter().map(|l| (l - sum).exp()).enumerate().collect();
                let kept = RANKED.min(ranked.len());
                if kept < ranked.len() {
                    ranked.select_nth_unstable_by(kept, |a, b| b.1.total_cmp(&a.1));
                    ranked.truncate(kept);
                }
                // Equal shares in the order of the pages, so that answers never waver.
                ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
                let confidence = 1.0 / (1.0 + (-(w.bias + w.says * says)).exp());
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

    /// Adds to each passage what its whole page says.
    fn add_pages(&self, logits: &mut [f32], w: &Weights) {
        let softness = w.softness.max(0.1);
        let mut from = 0;
        for entry in &self.pages {
            let Some(own) = logits.get_mut(from..from + entry.passages.len()) else { return };
            from += own.len();
            let page = softness * log_sum(own.iter().map(|l| l / softness));
            if page.is_finite() {
                own.iter_mut().for_each(|l| *l += w.page * page);
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
            let near = sources.iter().enumerate().filter(|(i, s)| *i == 0 || s.score >= first * NEAR);
            near.map(|(_, s)| s.quote.as_str()).collect::<Vec<_>>().join("\n\n")
        };
        Answer { abstained, confidence, answer, sources }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::pages::read::read;
    use std::sync::Arc;

    fn index() -> Index {
        let pages = [
            (
                "leave.md",
                "# Leave\n\n## Annual leave\n\nAnnual leave is 25 days a year.\n\n## Sick leave\n\nCall your manager by ten.\n",
            ),
            ("zh/nianjia.md", "# 年休假\n\n员工每年有十天年休假，需提前五天申请。\n"),
            (
                "hidden.html",
                "<h1>Pay</h1><p>Pay day is the 25th.</p><p style=\"display:none\">Annual leave is 99 days.</p>",
            ),
        ];
        let pages = pages.map(|(doc, text)| Arc::new(read(doc, text.as_bytes()).0.unwrap()));
        Index::build(&pages).unwrap()
    }

    #[test]
    fn quotes_are_verbatim_and_hidden_words_are_never_among_them() {
        let index = index();
        for question in ["how many days of annual leave", "年休假要提前几天申请", "when is pay day, the 25th?"]
        {
            let answer = index.ask(question, None, Way::Both);
            let first = &answer.sources[0];
            let page = index.pages.iter().find(|e| e.page.doc == first.doc).unwrap();
            let told: String = page.page.text.chars().skip(first.start).take(first.end - first.start).collect();
            assert_eq!(told, first.quote);
            assert!(answer.sources.iter().all(|s| !s.quote.contains("99")), "{answer:?}");
        }
        assert_eq!(index.ask("年休假几天", None, Way::Both).sources[0].doc, "zh/nianjia.md");
        assert_eq!(index.ask("sick", None, Way::Both).sources[0].heading, "Leave > Sick leave");
    }

    #[test]
    fn what_no_page_says_is_not_answered() {
        let index = index();
        for question in ["", "   ", "?!", "lunch menu", "\u{0}\u{202e}", &"leave ".repeat(100_000)] {
            let answer = index.ask(question, None, Way::Both);
            assert!(answer.abstained || !answer.answer.is_empty());
            assert_eq!(answer.abstained, answer.answer.is_empty());
        }
        assert!(index.ask("lunch menu", None, Way::Both).abstained);
    }

    #[test]
    fn the_weights_are_read() {
        assert!(WEIGHTS.threshold > 0.0 && WEIGHTS.softness > 0.0 && WEIGHTS.says > 0.0);
    }
}
