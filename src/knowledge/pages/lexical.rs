//! Words to passages by BM25 (tantivy), held in memory: it is built in seconds, and a file could only be older.

use super::words;
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, BoostQuery, FuzzyTermQuery, Occur, Query, TermQuery};
use tantivy::schema::{FAST, Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::{Index, IndexReader, ReloadPolicy, TantivyDocument, Term};

/// Weight of a single Chinese character against a word.
const SINGLE: f32 = 0.3;
/// Bytes that the writer may hold before it writes a segment.
const HEAP: usize = 50 << 20;
/// Letters from which a word that no page has is also looked for one letter off.
const FUZZY: usize = 5;
/// Words of a question that are looked for; the rest of a longer one is passed over.
const MOST: usize = 64;

/// The index.
pub struct Lexical {
    reader: IndexReader,
    text: Field,
    singles: Field,
}

impl Lexical {
    /// Indexes texts; each is known by its place in the order.
    ///
    /// # Errors
    /// When tantivy cannot make the index (memory).
    pub fn build<'t>(texts: impl IntoIterator<Item = (&'t [String], &'t str)>) -> tantivy::Result<Self> {
        let mut schema = Schema::builder();
        let options = |analyzer: &str| {
            let indexing = TextFieldIndexing::default().set_tokenizer(analyzer);
            TextOptions::default().set_indexing_options(indexing.set_index_option(IndexRecordOption::WithFreqs))
        };
        let number = schema.add_u64_field("number", FAST);
        let text = schema.add_text_field("text", options("words"));
        let singles = schema.add_text_field("singles", options("singles"));
        let index = Index::create_in_ram(schema.build());
        index.tokenizers().register("words", words::words());
        index.tokenizers().register("singles", words::singles());
        let mut writer = index.writer_with_num_threads::<TantivyDocument>(1, HEAP)?;
        for (i, (headings, body)) in texts.into_iter().enumerate() {
            let mut document = TantivyDocument::new();
            document.add_u64(number, i as u64);
            for words in headings.iter().map(String::as_str).chain([body]) {
                document.add_text(text, words);
                document.add_text(singles, words);
            }
            writer.add_document(document)?;
        }
        writer.commit()?;
        writer.wait_merging_threads()?;
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { reader, text, singles })
    }

    /// The best passages for a question, with their scores, best first.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn search(&self, question: &str, most: usize) -> tantivy::Result<Vec<(usize, f32)>> {
        let searcher = self.reader.searcher();
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        let unique = |analyzer: &mut _| {
            let mut all = words::tokens(analyzer, question);
            all.sort();
            all.dedup();
            all.truncate(MOST);
            all
        };
        for word in unique(&mut words::words()) {
            let term = Term::from_field_text(self.text, &word);
            let known = searcher.doc_freq(&term)? > 0;
            if known {
                clauses.push((Occur::Should, Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))));
            } else if word.is_ascii() && word.len() >= FUZZY {
                clauses.push((Occur::Should, Box::new(FuzzyTermQuery::new(term, 1, true))));
            }
        }
        for single in unique(&mut words::singles()) {
            let term = Term::from_field_text(self.singles, &single);
            let query = TermQuery::new(term, IndexRecordOption::WithFreqs);
            clauses.push((Occur::Should, Box::new(BoostQuery::new(Box::new(query), SINGLE))));
        }
        let top = TopDocs::with_limit(most.max(1)).order_by_score();
        let hits = searcher.search(&BooleanQuery::new(clauses), &top)?;
        let mut found = Vec::with_capacity(hits.len());
        for (score, address) in hits {
            let column = searcher.segment_reader(address.segment_ord).fast_fields().u64("number")?;
            if let Some(number) = column.first(address.doc_id) {
                found.push((number as usize, score));
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_find_their_passage() {
        let heading = vec!["Leave 假期".to_owned()];
        let texts = [
            "Annual leave is 25 days.",
            "Return the laptop to the service desk.",
            "年休假需提前五天申请。",
            "夜班补贴按月发放。",
        ];
        let index = Lexical::build(texts.map(|t| (heading.as_slice(), t))).unwrap();
        let first = |q: &str| index.search(q, 3).unwrap().first().map(|(i, _)| *i);
        assert_eq!(first("where do laptops go"), Some(1));
        assert_eq!(first("where do i retrun it"), Some(1), "two letters exchanged");
        assert_eq!(first("請年休假要提前多久"), Some(2));
        assert_eq!(first("夜补"), Some(3), "single characters");
        assert_eq!(first(""), None);
        assert_eq!(first("the and of"), None);
    }
}
