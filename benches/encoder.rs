//! How long the local encoder takes, beside candle's own kernels: `RAYON_NUM_THREADS=1 cargo bench --bench encoder`.
//!
//! The folder is named by MUSTER_ENCODER, else models/e5-small. One core, unless said.
//! candle's figures are its linear layers alone, for as many layers, without attention, norms and the rest.
//! With MUSTER_ENCODER_REFERENCE, a file by models/tools/reference.py, it also prints how near the embeddings are to
//! PyTorch's 32-bit ones of the unpruned model.

use candle_core::quantized::{GgmlDType, QMatMul, QTensor};
use candle_core::{Device, Module, Tensor};
use muster::model::{Encoder, Grain, Window};
use std::hint::black_box;
use std::path::PathBuf;
use std::time::Instant;

const QUESTION: &str = "query: how many days of annual leave do I get in my first year";

fn main() {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/models/e5-small").to_owned();
    let folder = PathBuf::from(std::env::var("MUSTER_ENCODER").unwrap_or(default));
    let encoder = match Encoder::open(&folder) {
        Ok(encoder) => encoder.with_threads(1),
        Err(why) => {
            return println!("{why}\nWrite a folder with models/tools/prune.py, or name one in MUSTER_ENCODER.");
        }
    };
    let shape = encoder.manifest().shape;
    println!("{} layers, {} pieces, {}", shape.layers, shape.pieces, encoder.instructions());
    show("open the folder", 5, || drop(Encoder::open(&folder)));
    show(&format!("cut a question into {} tokens", encoder.tokens(QUESTION, Grain::Pieces).len()), 200, || {
        black_box(encoder.tokens(QUESTION, Grain::Pieces));
    });
    show("embed that question", 60, || drop(black_box(encoder.embed(&[QUESTION]))));
    let ids: Vec<u32> = (0..510).map(|i| 10 + i * 31 % 5000).collect();
    let window = |tokens: usize| Window { ids: &ids[..tokens - 2], added: &[] };
    for (count, tokens) in [(1, 17), (1, 128), (1, 512), (16, 128)] {
        let windows = vec![window(tokens); count];
        show(&format!("states of {count} × {tokens} tokens"), 600 / count / tokens.div_ceil(32), || {
            black_box(encoder.states(&windows));
        });
    }
    let Ok(two) = Encoder::open(&folder) else { return };
    let windows = vec![window(128); 16];
    // Its threads end with each call, and their processor time goes uncounted.
    show("the same on two threads", 6, || drop(black_box(two.states(&windows))));
    for rows in [17, 128] {
        candle(rows, shape.hidden, shape.inner, shape.layers);
    }
    nearness(&encoder);
}

/// Best time by the clock, and the mean of what the processor spent (Linux), which other programs disturb less.
fn show(what: &str, runs: usize, mut run: impl FnMut()) {
    let (mut best, runs) = (f64::MAX, runs.max(3));
    run();
    let before = spent();
    for _ in 0..runs {
        let start = Instant::now();
        run();
        best = best.min(start.elapsed().as_secs_f64());
    }
    let mean = (spent() - before) / runs as f64;
    println!("{:>9.2} ms best, {:>9.2} ms of processor time  {what}", best * 1e3, mean * 1e3);
}

/// Seconds of processor time of all threads that still run; exact to a tick of the scheduler.
fn spent() -> f64 {
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let texts = tasks.filter_map(|t| std::fs::read_to_string(t.path().join("schedstat")).ok());
    texts.filter_map(|t| t.split(' ').next()?.parse::<f64>().ok()).sum::<f64>() / 1e9
}

/// candle's linear layers of the same measures, in q8_0 and in 32-bit floats.
fn candle(rows: usize, hidden: usize, inner: usize, layers: usize) {
    let shapes = [(hidden, 3 * hidden), (hidden, hidden), (hidden, inner), (inner, hidden)];
    let run = |quantised: bool| -> candle_core::Result<()> {
        let mut weights = Vec::new();
        for (inputs, outputs) in shapes {
            let weight = Tensor::randn(0f32, 0.05, (outputs, inputs), &Device::Cpu)?;
            let x = Tensor::randn(0f32, 1.0, (rows, inputs), &Device::Cpu)?;
            let matrix = if quantised {
                QMatMul::from_qtensor(QTensor::quantize(&weight, GgmlDType::Q8_0)?)?
            } else {
                QMatMul::Tensor(weight)
            };
            weights.push((matrix, x));
        }
        let name = if quantised { "q8_0" } else { "f32" };
        show(&format!("candle's linear layers in {name}, {rows} tokens"), 5, || {
            for _ in 0..layers {
                for (matrix, x) in &weights {
                    drop(black_box(matrix.forward(x)));
                }
            }
        });
        Ok(())
    };
    for quantised in [true, false] {
        if let Err(why) = run(quantised) {
            println!("candle: {why}");
        }
    }
}

/// Cosines to the embeddings in a file of lines `{"text": …, "embedding": […]}`.
fn nearness(encoder: &Encoder) {
    let Ok(path) = std::env::var("MUSTER_ENCODER_REFERENCE") else { return };
    let Ok(lines) = std::fs::read_to_string(&path) else { return println!("No file {path}.") };
    let mut cosines = Vec::new();
    for line in lines.lines() {
        let Ok(value) = serde_json::from_str::<serde_json::Value>(line) else { continue };
        let (Some(text), Some(exact)) = (value["text"].as_str(), value["embedding"].as_array()) else { continue };
        let exact: Vec<f64> = exact.iter().filter_map(serde_json::Value::as_f64).collect();
        let own = encoder.embed(&[text]).remove(0);
        let cosine: f64 = own.iter().zip(&exact).map(|(x, y)| f64::from(*x) * y).sum();
        println!("  {cosine:.4}  {}", text.chars().take(60).collect::<String>());
        cosines.push(cosine);
    }
    let mean = cosines.iter().sum::<f64>() / cosines.len().max(1) as f64;
    let least = cosines.iter().copied().fold(f64::INFINITY, f64::min);
    println!("cosine to PyTorch over {} texts: mean {mean:.4}, least {least:.4}", cosines.len());
}
