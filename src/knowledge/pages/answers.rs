//! The answers in use: the newest index and the retriever, held while pages change under them.

use super::answer::{Answer, Way};
use super::cache::Cache;
use super::index::Index;
use super::read::Page;
use super::retriever::Retriever;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, RwLock};

/// Answers questions; readers never wait for a new index.
#[derive(Default)]
pub struct Answers {
    retriever: Option<Retriever>,
    /// Where vectors are kept between starts.
    cache: Option<PathBuf>,
    index: RwLock<Option<Arc<Index>>>,
    stopped: AtomicBool,
}

impl Answers {
    /// Without a retriever only words are searched.
    pub fn new(retriever: Option<Retriever>, cache: Option<PathBuf>) -> Self {
        Self { retriever, cache, index: RwLock::new(None), stopped: AtomicBool::new(false) }
    }

    /// Indexes pages in place of those before: their words at once, their meanings as the encoder reads them, which
    /// takes about a minute for a hundred long pages that are not in the cache. Blocks; answers go on meanwhile.
    /// `progress` hears how many of how many passages are read, and answers whether to go on.
    ///
    /// # Errors
    /// When the index cannot be made (memory), or the cache not be written; answers go on then as well.
    pub fn renew(&self, pages: &[Arc<Page>], mut progress: impl FnMut(usize, usize) -> bool) -> anyhow::Result<()> {
        let index = Arc::new(Index::build(pages)?);
        let Some(retriever) = &self.retriever else {
            self.set(index);
            return Ok(());
        };
        let (identity, width) = (retriever.identity(), retriever.width());
        let mut cache = match &self.cache {
            Some(file) => Cache::read(&identity, width, file),
            None => Cache::new(&identity, width),
        };
        let known = index.texts().all(|text| cache.get(&text).is_some());
        if !known {
            self.set(Arc::clone(&index));
        }
        index.learn(retriever, &mut cache, |done, of| !self.stopped.load(Ordering::Relaxed) && progress(done, of));
        self.set(Arc::clone(&index));
        // Also of a reading that was ended: the next one goes on from there.
        if let (Some(file), false) = (&self.cache, known) {
            let texts: Vec<String> = index.texts().collect();
            cache.write(file, texts.iter().map(String::as_str))?;
        }
        Ok(())
    }

    /// Ends a reading of pages within a second; what was read is kept.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    fn set(&self, index: Arc<Index>) {
        *self.index.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(index);
    }

    /// The index in use; None before the first one.
    pub fn index(&self) -> Option<Arc<Index>> {
        self.index.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// Answers a question; before the first index the pages do not say. Takes some ten milliseconds of one core.
    pub fn ask(&self, question: &str, way: Way) -> Answer {
        match self.index() {
            Some(index) => index.ask(question, self.retriever.as_ref(), way),
            None => Answer { abstained: true, ..Answer::default() },
        }
    }
}
