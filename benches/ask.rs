//! Answers at size: 10,000 pages indexed, questions asked on one core, passages read by the encoder.
//!
//! `cargo bench --bench ask`. Vectors of the 10,000 pages are random ones: the encoder's own time is measured apart, on the
//! passages of fixtures/kb. Needs models/retriever-1.

use muster::knowledge::pages::{Cache, Index, Packed, Page, Retriever, Way, read};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

const PAGES: usize = 10_000;
const QUESTIONS: usize = 200;

fn main() {
    let kb = kb();
    let begun = Instant::now();
    let retriever = Retriever::open(Path::new("models/retriever-1")).expect("models/retriever-1 is whole");
    println!("retriever opened in {:.0} ms", begun.elapsed().as_secs_f64() * 1e3);

    let pages = many(&kb);
    let bytes: usize = pages.iter().map(|p| p.text.len()).sum();
    let begun = Instant::now();
    let index = Index::build(&pages).expect("memory");
    println!(
        "{} pages, {:.1} MiB, {} passages indexed by words in {:.1} s",
        pages.len(),
        bytes as f64 / 1048576.0,
        index.passages(),
        begun.elapsed().as_secs_f64()
    );

    let mut cache = Cache::new(&retriever.identity(), retriever.width());
    let mut state = 1u64;
    for text in index.texts() {
        let vector: Vec<f32> = (0..retriever.width()).map(|_| next(&mut state)).collect();
        let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
        cache.put(&text, Packed::of(&vector.iter().map(|x| x / length).collect::<Vec<_>>()));
    }
    index.learn(&retriever, &mut cache, |_, _| true);

    let questions = questions();
    for (name, way) in
        [("words and meanings", Way::Both), ("meanings alone", Way::Meanings), ("words alone", Way::Words)]
    {
        let mut times: Vec<Duration> = Vec::new();
        for question in &questions {
            let begun = Instant::now();
            std::hint::black_box(index.ask(question, Some(&retriever), way));
            times.push(begun.elapsed());
        }
        times.sort();
        let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize].as_secs_f64() * 1e3;
        println!("ask, {name}: median {:.1} ms, 95 % {:.1} ms", at(0.5), at(0.95));
    }

    let small = Index::build(&kb).expect("memory");
    let texts: Vec<String> = small.texts().step_by(10).collect();
    let begun = Instant::now();
    std::hint::black_box(retriever.passages(&texts));
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "the encoder reads {:.0} passages a second (of fixtures/kb, two threads where there are two cores)",
        texts.len() as f64 / seconds
    );
}

fn kb() -> Vec<Arc<Page>> {
    let mut files: Vec<_> =
        std::fs::read_dir("fixtures/kb").expect("fixtures/kb").filter_map(|e| Some(e.ok()?.path())).collect();
    files.sort();
    files
        .iter()
        .filter_map(|f| Some(Arc::new(read::read(f.file_name()?.to_str()?, &std::fs::read(f).ok()?).0?)))
        .collect()
}

/// Pages of about the length of those of fixtures/kb, each of paragraphs of several of them, so that words are as frequent
/// as in real text.
fn many(kb: &[Arc<Page>]) -> Vec<Arc<Page>> {
    let parts: Vec<&str> = kb.iter().flat_map(|p| p.blocks.iter().map(|b| p.words(b))).collect();
    let mut state = 7u64;
    let mut pick = |n: usize| ((next(&mut state) + 1.0) / 2.0 * n as f32) as usize % n;
    (0..PAGES)
        .map(|i| {
            let mut text = format!("# Page {i}\n\n");
            for k in 0..40 {
                if k % 8 == 0 {
                    text.push_str(&format!("## Part {k}\n\n"));
                }
                text.push_str(parts[pick(parts.len())]);
                text.push_str("\n\n");
            }
            Arc::new(read::read(&format!("{i}.md"), text.as_bytes()).0.expect("a page"))
        })
        .collect()
}

fn questions() -> Vec<String> {
    let text = std::fs::read_to_string("fixtures/ask/dev.jsonl").expect("fixtures/ask/dev.jsonl");
    let lines = text.lines().filter_map(|l| serde_json::from_str::<serde_json::Value>(l).ok());
    lines.filter_map(|l| Some(l.get("question")?.as_str()?.to_owned())).take(QUESTIONS).collect()
}

/// From -1 to 1, always the same.
fn next(state: &mut u64) -> f32 {
    *state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
    ((*state >> 40) as f32 / (1u64 << 23) as f32) - 1.0
}
