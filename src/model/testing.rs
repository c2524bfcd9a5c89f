//! A tiny encoder with random weights, written by the tests themselves, and what they need to write it.

use super::matrix::{BLOCK, BLOCK_BYTES};
use candle_core::quantized::{GgmlDType, QStorage, QTensor};
use candle_core::{Device, Tensor};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// Numbers that repeat: xorshift.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// Even over ± `reach`.
    pub(super) fn floats(&mut self, count: usize, reach: f32) -> Vec<f32> {
        let mut next = || {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            (self.0 >> 40) as f32 / (1u64 << 23) as f32 - 1.0
        };
        (0..count).map(|_| next() * reach).collect()
    }
}

/// q8_0 blocks of values, a multiple of 32 of them.
pub(super) fn q8_0(values: &[f32]) -> Vec<u8> {
    let mut out = Vec::new();
    for block in values.chunks_exact(BLOCK) {
        let top = block.iter().fold(0.0f32, |top, x| top.max(x.abs()));
        // Steps between 2⁻¹⁴ and 2: a power of two is exact in 16 bits, and a little coarse.
        let power = (top / 127.0).log2().ceil().clamp(-14.0, 1.0);
        out.extend((((power as i32 + 15) as u16) << 10).to_le_bytes());
        out.extend(block.iter().map(|x| (x / power.exp2()).round() as i8 as u8));
    }
    out
}

/// Measures of the tiny encoder.
pub(super) const HIDDEN: usize = 64;
pub(super) const HEADS: usize = 2;
pub(super) const INNER: usize = 128;
pub(super) const LAYERS: usize = 2;
pub(super) const POSITIONS: usize = 48;
pub(super) const EPSILON: f32 = 1e-12;
const PIECES: &[&str] = &[
    "<s>",
    "<pad>",
    "</s>",
    "<unk>",
    "▁",
    "▁new",
    "▁hire",
    "▁start",
    "s",
    "▁on",
    "▁Monday",
    "新",
    "员工",
    "入",
    "职",
    "▁张",
    "伟",
    "周",
    "一",
    "经理",
    ".",
    ",",
    "(",
    ")",
    "m",
    "k",
    "g",
    "f",
    "i",
    "e",
    "é",
    "A",
    "1",
    "n",
    "o",
    "r",
    "a",
    "t",
    "▁VPN",
    "。",
];

/// Writes a tiny encoder with random weights and a pair head of two classes into `folder`; gives back its weights by
/// name, as candle reads the q8_0 blocks.
pub(crate) fn write_tiny(folder: &Path, seed: u64) -> BTreeMap<String, Tensor> {
    let mut random = Random::new(seed);
    let cpu = Device::Cpu;
    let (mut file, mut plain) = (HashMap::new(), BTreeMap::new());
    let float = |name: String, shape: &[usize], reach: f32, middle: f32, random: &mut Random| {
        let values: Vec<f32> = random.floats(shape.iter().product(), reach).iter().map(|x| x + middle).collect();
        Tensor::from_vec(values, shape, &cpu).map(|t| (name, t)).unwrap()
    };
    let mut floats = Vec::new();
    for (name, rows) in [("position_embeddings", POSITIONS), ("token_type_embeddings", 2)] {
        floats.push(float(format!("embeddings.{name}.weight"), &[rows, HIDDEN], 0.3, 0.0, &mut random));
    }
    floats.push(float("head.pair.weight".into(), &[2, HIDDEN], 0.3, 0.0, &mut random));
    floats.push(float("head.pair.bias".into(), &[2], 0.3, 0.0, &mut random));
    let layers = (0..LAYERS)
        .flat_map(|i| ["attention.output.LayerNorm", "output.LayerNorm"].map(|n| format!("encoder.layer.{i}.{n}")));
    for norm in layers.chain(["embeddings.LayerNorm".to_owned()]) {
        floats.push(float(format!("{norm}.weight"), &[HIDDEN], 0.3, 1.0, &mut random));
        floats.push(float(format!("{norm}.bias"), &[HIDDEN], 0.3, 0.0, &mut random));
    }
    for i in 0..LAYERS {
        for (name, outputs, inputs) in [
            ("attention.self.query", HIDDEN, HIDDEN),
            ("attention.self.key", HIDDEN, HIDDEN),
            ("attention.self.value", HIDDEN, HIDDEN),
            ("attention.output.dense", HIDDEN, HIDDEN),
            ("intermediate.dense", INNER, HIDDEN),
            ("output.dense", HIDDEN, INNER),
        ] {
            let name = format!("encoder.layer.{i}.{name}");
            floats.push(float(format!("{name}.bias"), &[outputs], 0.2, 0.0, &mut random));
            let blocks = q8_0(&random.floats(outputs * inputs, 0.25));
            let storage = QStorage::from_data(blocks.as_slice().into(), &cpu, GgmlDType::Q8_0).unwrap();
            let tensor = QTensor::new(storage, (outputs, inputs)).unwrap();
            plain.insert(format!("{name}.weight"), tensor.dequantize(&cpu).unwrap());
            let width = inputs / BLOCK * BLOCK_BYTES;
            file.insert(format!("{name}.weight"), Tensor::from_vec(blocks, (outputs, width), &cpu).unwrap());
        }
    }
    let words: Vec<i8> = random.floats(PIECES.len() * HIDDEN, 127.0).iter().map(|x| *x as i8).collect();
    let steps: Vec<f32> = (0..PIECES.len()).map(|i| 0.004 + 0.0001 * i as f32).collect();
    let values =
        words.chunks(HIDDEN).zip(&steps).flat_map(|(row, s)| row.iter().map(move |x| f32::from(*x) * s)).collect();
    let word = "embeddings.word_embeddings";
    plain.insert(format!("{word}.weight"), Tensor::from_vec(values, (PIECES.len(), HIDDEN), &cpu).unwrap());
    let bytes: Vec<u8> = words.iter().map(|x| *x as u8).collect();
    file.insert(format!("{word}.weight"), Tensor::from_vec(bytes, (PIECES.len(), HIDDEN), &cpu).unwrap());
    file.insert(format!("{word}.step"), Tensor::from_vec(steps, PIECES.len(), &cpu).unwrap());
    for (name, tensor) in floats {
        file.insert(name.clone(), tensor.clone());
        plain.insert(name, tensor);
    }
    candle_core::safetensors::save(&file, folder.join("weights.safetensors")).unwrap();
    std::fs::write(folder.join("tokenizer.json"), tokenizer().to_string()).unwrap();
    write_manifest(folder, PIECES.len());
    plain
}

/// A manifest with the hashes of the files as they are now.
pub(super) fn write_manifest(folder: &Path, pieces: usize) {
    let hash = |name: &str| -> String {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect()
    };
    let (weights, tokenizer) = (hash("weights.safetensors"), hash("tokenizer.json"));
    let text = format!(
        "name = \"tiny\"\nversion = \"1\"\n[base]\nlicence = \"none\"\norigin = \"random\"\n[shape]\nlayers = {LAYERS}\n\
         hidden = {HIDDEN}\nheads = {HEADS}\ninner = {INNER}\npositions = {POSITIONS}\npieces = {pieces}\nepsilon = {EPSILON:e}\n\
         [files]\n\"weights.safetensors\" = \"{weights}\"\n\"tokenizer.json\" = \"{tokenizer}\"\n"
    );
    std::fs::write(folder.join("manifest.toml"), text).unwrap();
}

/// The same steps as the real one's, over a few pieces.
fn tokenizer() -> serde_json::Value {
    let vocab: Vec<_> = PIECES.iter().map(|p| serde_json::json!([p, -(10.0 - p.chars().count() as f64)])).collect();
    let marks: Vec<_> = (0..4)
        .map(|i| {
            serde_json::json!({"id": i, "content": PIECES[i], "single_word": false, "lstrip": false, "rstrip": false,
                "normalized": false, "special": true})
        })
        .collect();
    let metaspace =
        serde_json::json!({"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true});
    serde_json::json!({
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": marks,
        "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFKC"},
            {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "}]},
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, metaspace]},
        "post_processor": null, "decoder": metaspace,
        "model": {"type": "Unigram", "unk_id": 3, "vocab": vocab, "byte_fallback": false},
    })
}

/// The tiny reader's heads of tokens and questions, with their classes.
pub(crate) const TOKEN_HEADS: [(&str, usize); 3] = [("tag", 7), ("name", 5), ("value", 4)];
pub(crate) const QUESTIONS: [(&str, usize); 2] = [("category", 7), ("kind", 4)];
pub(crate) const FEATURES: usize = 5;

/// Writes a tiny reader with random weights: `write_tiny` and heads.
pub(crate) fn write_reader(folder: &Path, seed: u64, marks_at: usize) {
    write_tiny(folder, seed);
    let heads: Vec<_> = TOKEN_HEADS.iter().map(|(n, c)| (n.to_string(), *c)).collect();
    let questions: Vec<_> = QUESTIONS.iter().map(|(n, c)| (n.to_string(), *c)).collect();
    write_heads(folder, seed, marks_at, FEATURES, &heads, &questions);
}

/// Adds random heads to a tiny encoder's folder, which makes it a reader.
pub(crate) fn write_heads(
    folder: &Path,
    seed: u64,
    marks_at: usize,
    features: usize,
    heads: &[(String, usize)],
    questions: &[(String, usize)],
) {
    let mut random = Random::new(seed + 1000);
    let file = folder.join("weights.safetensors");
    let mut tensors = candle_core::safetensors::load(&file, &Device::Cpu).unwrap();
    let mut put = |name: String, shape: &[usize]| {
        let values = random.floats(shape.iter().product(), 0.3);
        tensors.insert(format!("head.{name}"), Tensor::from_vec(values, shape, &Device::Cpu).unwrap());
    };
    put("feature.weight".into(), &[features, HIDDEN]);
    put("mark.weight".into(), &[3, HIDDEN]);
    let answers = questions.iter().map(|(name, classes)| (format!("class.{name}"), *classes));
    for (name, classes) in heads.iter().cloned().chain(answers).chain([("query".to_owned(), questions.len())]) {
        put(format!("{name}.weight"), &[classes, HIDDEN]);
        put(format!("{name}.bias"), &[classes]);
    }
    candle_core::safetensors::save(&tensors, file).unwrap();
    write_manifest(folder, PIECES.len());
    let names: Vec<String> = questions.iter().map(|(name, _)| format!("{name:?}")).collect();
    let manifest = folder.join("manifest.toml");
    let text = std::fs::read_to_string(&manifest).unwrap();
    let more = format!(
        "[reader]\nmarks_at = {marks_at}\nquestions = [{}]\n[calibration.en]\nname = [1.0, 0.0]\n",
        names.join(", ")
    );
    std::fs::write(manifest, text + &more).unwrap();
}
