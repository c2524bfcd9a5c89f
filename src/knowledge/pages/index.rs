//! The index over all pages: passages by words and by meaning.

use super::cache::Cache;
use super::dense::Vectors;
use super::lexical::Lexical;
use super::passages::{self, Passage};
use super::read::Page;
use super::retriever::Retriever;
use std::sync::{Arc, OnceLock};

/// Passages that the encoder reads together.
const BATCH: usize = 8;

/// Everything that answers need, as the pages stood at one moment.
pub struct Index {
    pub(super) pages: Vec<Entry>,
    pub(super) lexical: Lexical,
    /// Nothing while they are being made, or where there is no retriever.
    pub(super) vectors: OnceLock<Vectors>,
    /// Page and passage of each number in `lexical` and `vectors`.
    pub(super) places: Vec<(usize, usize)>,
}

/// A page and its passages.
pub(super) struct Entry {
    pub page: Arc<Page>,
    pub passages: Vec<Passage>,
    /// Of each passage: the title, then the headings below it.
    pub headings: Vec<Vec<String>>,
}

impl Index {
    /// Cuts the pages and indexes their words; meanings come with [`Index::learn`].
    ///
    /// # Errors
    /// When tantivy cannot make the index (memory).
    pub fn build(pages: &[Arc<Page>]) -> tantivy::Result<Self> {
        let pages: Vec<Entry> = pages
            .iter()
            .map(|page| {
                let passages = passages::cut(page);
                let headings = passages.iter().map(|p| headings(page, p)).collect();
                Entry { page: Arc::clone(page), passages, headings }
            })
            .collect();
        let places: Vec<_> =
            pages.iter().enumerate().flat_map(|(i, e)| (0..e.passages.len()).map(move |j| (i, j))).collect();
        let texts = pages.iter().flat_map(|e| {
            let passages = e.passages.iter().zip(&e.headings);
            passages.map(|(p, h)| (h.as_slice(), e.page.text.get(p.span.clone()).unwrap_or("")))
        });
        let lexical = Lexical::build(texts)?;
        Ok(Self { pages, lexical, vectors: OnceLock::new(), places })
    }

    pub fn passages(&self) -> usize {
        self.places.len()
    }

    /// What the encoder reads of each passage.
    pub fn texts(&self) -> impl Iterator<Item = String> {
        self.places.iter().filter_map(|(page, passage)| {
            let entry = self.pages.get(*page)?;
            let words = entry.page.text.get(entry.passages.get(*passage)?.span.clone())?;
            Some(format!("{}\n{words}", entry.headings.get(*passage)?.join(" > ")))
        })
    }

    /// Gives every passage its vector, from the cache or else by the encoder. `progress` hears how many of how many are
    /// there, and answers whether to go on.
    pub fn learn(&self, retriever: &Retriever, cache: &mut Cache, mut progress: impl FnMut(usize, usize) -> bool) {
        let texts: Vec<String> = self.texts().collect();
        // By length, so that a batch is even; equal ones side by side, to be read once.
        let mut missing: Vec<&String> = texts.iter().filter(|t| cache.get(t).is_none()).collect();
        missing.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
        missing.dedup();
        let mut done = texts.len() - missing.len();
        if !progress(done, texts.len()) {
            return;
        }
        for batch in missing.chunks(BATCH) {
            let batch: Vec<String> = batch.iter().map(|t| (*t).clone()).collect();
            for (text, packed) in batch.iter().zip(retriever.passages(&batch)) {
                cache.put(text, packed);
            }
            done += batch.len();
            if !progress(done, texts.len()) {
                return;
            }
        }
        let mut vectors = Vectors::new(retriever.width());
        for text in &texts {
            vectors.push(cache.get(text).unwrap_or(&super::dense::Packed::default()));
        }
        // A second learner found the same.
        let _ = self.vectors.set(vectors);
    }
}

/// The title first, whether or not the page repeats it as its first heading.
fn headings(page: &Page, passage: &Passage) -> Vec<String> {
    let below = match passage.heading.split_first() {
        Some((first, rest)) if *first == page.title => rest,
        _ => passage.heading.as_slice(),
    };
    std::iter::once(page.title.clone()).chain(below.iter().cloned()).collect()
}
