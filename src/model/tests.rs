//! The encoder as a whole: against candle in 32-bit floats, over batches and processors, and with broken folders.

use super::cpu::Cpu;
use super::testing::{EPSILON, HEADS, HIDDEN, LAYERS, POSITIONS, write_manifest, write_tiny};
use super::{Encoder, Grain, Window};
use candle_core::{D, Device, Result, Tensor};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::LazyLock;

const TEXTS: [&str; 6] = [
    "new hire starts on Monday.",
    "新员工张伟周一入职",
    "VPN",
    "",
    "new hire 张伟 starts on Monday, VPN (1kg) 新员工周一入职。 A note after that: e e e e e e e e e e e e e e e e e e e e e e e e",
    "ﬁre ㎏ １",
];

fn tiny(seed: u64) -> (tempfile::TempDir, Encoder, BTreeMap<String, Tensor>) {
    let folder = tempfile::tempdir().unwrap();
    let weights = write_tiny(folder.path(), seed);
    let encoder = Encoder::open(folder.path()).unwrap();
    (folder, encoder, weights)
}

/// BERT in candle's own tensors.
fn reference(weights: &BTreeMap<String, Tensor>, ids: &[u32]) -> Result<Tensor> {
    let get = |name: &str| weights[name].clone();
    let tokens = ids.len();
    let norm = |x: &Tensor, name: &str| {
        candle_nn::ops::layer_norm_slow(x, &get(&format!("{name}.weight")), &get(&format!("{name}.bias")), EPSILON)
    };
    let linear = |x: &Tensor, name: &str| {
        x.matmul(&get(&format!("{name}.weight")).t()?)?.broadcast_add(&get(&format!("{name}.bias")))
    };
    let words = get("embeddings.word_embeddings.weight").index_select(&Tensor::new(ids, &Device::Cpu)?, 0)?;
    let places = get("embeddings.position_embeddings.weight").narrow(0, 0, tokens)?;
    let x = words.add(&places)?.broadcast_add(&get("embeddings.token_type_embeddings.weight").get(0)?)?;
    let mut x = norm(&x, "embeddings.LayerNorm")?;
    for i in 0..LAYERS {
        let at = format!("encoder.layer.{i}");
        let heads = |name: &str| {
            linear(&x, &format!("{at}.attention.self.{name}"))?
                .reshape((tokens, HEADS, HIDDEN / HEADS))?
                .transpose(0, 1)?
                .contiguous()
        };
        let (q, k, v) = (heads("query")?, heads("key")?, heads("value")?);
        let scores = (q.matmul(&k.t()?.contiguous()?)? * (1.0 / ((HIDDEN / HEADS) as f64).sqrt()))?;
        let mixed =
            candle_nn::ops::softmax(&scores, D::Minus1)?.matmul(&v)?.transpose(0, 1)?.reshape((tokens, HIDDEN))?;
        let attended = linear(&mixed, &format!("{at}.attention.output.dense"))?;
        x = norm(&x.add(&attended)?, &format!("{at}.attention.output.LayerNorm"))?;
        let inner = linear(&x, &format!("{at}.intermediate.dense"))?.gelu_erf()?;
        x = norm(&x.add(&linear(&inner, &format!("{at}.output.dense"))?)?, &format!("{at}.output.LayerNorm"))?;
    }
    Ok(x)
}

fn bits(rows: &[Vec<f32>]) -> Vec<Vec<u32>> {
    rows.iter().map(|r| r.iter().map(|x| x.to_bits()).collect()).collect()
}

#[test]
fn hidden_states_are_candles_within_the_coarseness_of_whole_numbers() {
    let (_folder, encoder, weights) = tiny(1);
    for text in TEXTS {
        let ids: Vec<u32> = encoder.tokens(text, Grain::Pieces).iter().map(|t| t.id).take(encoder.room()).collect();
        let states = encoder.states(&[Window { ids: &ids, added: &[] }]).remove(0);
        let marked = [&[0], ids.as_slice(), &[2]].concat();
        let exact = reference(&weights, &marked).unwrap().to_vec2::<f32>().unwrap();
        assert_eq!(states.rows().len(), marked.len());
        for (row, exact) in states.rows().zip(&exact) {
            for (x, y) in row.iter().zip(exact) {
                assert!((x - y).abs() < 0.02, "{x} for {y} in {text:?}");
            }
        }
    }
}

#[test]
fn a_text_gives_the_same_bits_alone_in_a_batch_on_threads_and_on_every_processor() {
    let (folder, encoder, _) = tiny(2);
    let alone: Vec<_> = TEXTS.iter().flat_map(|t| encoder.embed(&[t])).collect();
    for row in &alone {
        let length: f32 = row.iter().map(|x| x * x).sum();
        assert!((length - 1.0).abs() < 1e-5 && row.len() == encoder.width());
    }
    // 60 texts make several groups, whose ends differ with the number of threads.
    let many: Vec<&str> = TEXTS.iter().copied().cycle().take(60).collect();
    let wanted: Vec<_> = bits(&alone).into_iter().cycle().take(60).collect();
    for threads in [1, 2, 3] {
        let encoder = Encoder::open(folder.path()).unwrap().with_threads(threads);
        assert_eq!(bits(&encoder.embed(&many)), wanted, "{threads} threads");
    }
    for cpu in Cpu::all() {
        let mut encoder = Encoder::open(folder.path()).unwrap();
        encoder.network.cpu = cpu;
        assert_eq!(bits(&encoder.embed(&TEXTS)), bits(&alone), "{cpu}");
    }
    assert!(encoder.embed(&[]).is_empty());
}

#[test]
fn a_long_text_counts_up_to_the_last_position() {
    let (_folder, encoder, _) = tiny(3);
    let long = "Monday ".repeat(500);
    let fits = "Monday ".repeat(POSITIONS - 2);
    assert_eq!(encoder.embed(&[&long]), encoder.embed(&[&fits]));
    assert_ne!(encoder.embed(&[&long]), encoder.embed(&["Monday"]));
}

#[test]
fn pairs_get_the_heads_product_with_the_mean_of_both_texts() {
    let (_folder, encoder, weights) = tiny(4);
    let logits = encoder.pair_logits(&[("new hire", "张伟"), ("VPN", "VPN")]).unwrap();
    let id = |text: &str| encoder.tokens(text, Grain::Pieces).iter().map(|t| t.id).collect::<Vec<_>>();
    // `▁张` is a piece of the tiny vocabulary, so no lone `▁` stands before it.
    let ids = [vec![0], id("new hire"), vec![2, 2], id("张伟"), vec![2]].concat();
    let mean = reference(&weights, &ids).unwrap().mean_keepdim(0).unwrap();
    let product = mean.matmul(&weights["head.pair.weight"].t().unwrap()).unwrap();
    let exact = product.broadcast_add(&weights["head.pair.bias"]).unwrap().to_vec2::<f32>().unwrap().remove(0);
    assert!(logits[0].iter().zip(&exact).all(|(x, y)| (x - y).abs() < 0.02), "{logits:?} for {exact:?}");
    assert_eq!(encoder.head("head.pair.bias").map(|t| t.shape.clone()), Some(vec![2]));
    let long = "Monday ".repeat(500);
    assert_eq!(encoder.pair_logits(&[(&long, "VPN"), ("VPN", &long)]).map(|l| l.len()), Some(2));
}

#[test]
fn what_is_added_to_the_embeddings_of_a_token_changes_its_states() {
    let (_folder, encoder, _) = tiny(5);
    let ids = [5, 6, 7];
    let zeros = vec![0.0; 5 * HIDDEN];
    let mut marked = zeros.clone();
    marked[2 * HIDDEN..3 * HIDDEN].fill(0.5);
    let windows = [&[][..], &zeros, &marked].map(|added| Window { ids: &ids, added });
    let states: Vec<Vec<Vec<f32>>> =
        encoder.states(&windows).iter().map(|s| s.rows().map(<[f32]>::to_vec).collect()).collect();
    assert_eq!(states[0], states[1]);
    assert_ne!(states[0], states[2]);
    // A number that the vocabulary lacks is read as `<unk>`, and nothing breaks.
    let odd = encoder.states(&[Window { ids: &[u32::MAX], added: &[] }, Window { ids: &[3], added: &[] }]);
    assert!(odd[0].rows().eq(odd[1].rows()));
}

fn cut(encoder: &Encoder, text: &str, grain: Grain) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    encoder.tokens(text, grain).iter().map(|t| chars[t.span.start..t.span.end].iter().collect()).collect()
}

#[test]
fn tokens_stand_where_the_text_has_them_as_it_was_written() {
    let (_folder, encoder, _) = tiny(6);
    let cut = |text: &str, grain: Grain| cut(&encoder, text, grain);
    assert_eq!(cut("  new  hires on Monday.", Grain::Pieces), ["new", "hire", "s", "on", "Monday", "."]);
    // No token for the lone `▁` that the normaliser sets before Chinese.
    assert_eq!(cut("新员工，入职", Grain::Pieces), ["新", "员工", "，", "入", "职"]);
    assert_eq!(cut("新员工，入职", Grain::Characters), ["新", "员", "工", "，", "入", "职"]);
    // Full-width and compatibility forms fold into other letters, one into two or two into one.
    assert_eq!(cut("Ａ１ ㎏。", Grain::Pieces), ["Ａ", "１", "㎏", "。"]);
    assert_eq!(cut("e\u{301}n ﬁ", Grain::Pieces), ["e\u{301}", "n", "ﬁ"]);
    let ids = |text: &str| encoder.tokens(text, Grain::Pieces).iter().map(|t| t.id).collect::<Vec<_>>();
    assert_eq!(ids("Ａ１"), ids("A1"));
    assert_eq!(ids("e\u{301}"), ids("é"));
}

// Also proves that an encoder can be shared between threads.
static TINY: LazyLock<Encoder> = LazyLock::new(|| tiny(7).1);

proptest! {
    #[test]
    fn tokens_of_any_text_are_in_order_apart_and_never_blank(text in "(\\PC|[ \t\r\n\u{3000}新员工张é\u{301}ﬁ㎏]){0,40}") {
        let chars: Vec<char> = text.chars().collect();
        for grain in [Grain::Pieces, Grain::Characters] {
            let mut at = 0;
            for token in TINY.tokens(&text, grain) {
                prop_assert!(at <= token.span.start && token.span.start < token.span.end && token.span.end <= chars.len());
                prop_assert!(!chars[token.span.start].is_whitespace() && !chars[token.span.end - 1].is_whitespace());
                at = token.span.end;
            }
        }
    }
}

#[test]
fn a_broken_folder_is_refused_with_a_sentence_that_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let refusal = |folder: &std::path::Path| {
        let error = Encoder::open(folder).err().map_or("opened".to_owned(), |e| e.to_string());
        error.replace(&folder.display().to_string(), "DIR").lines().next().unwrap_or_default().to_owned()
    };
    let mut told = vec![refusal(folder.path())];
    write_tiny(folder.path(), 8);
    let file = |name: &str| folder.path().join(name);
    let (weights, manifest) =
        (std::fs::read(file("weights.safetensors")).unwrap(), std::fs::read_to_string(file("manifest.toml")).unwrap());

    let mut changed = weights.clone();
    *changed.last_mut().unwrap() ^= 1;
    std::fs::write(file("weights.safetensors"), &changed).unwrap();
    let hash = refusal(folder.path());
    assert!(
        hash.starts_with("DIR/weights.safetensors has the SHA-256 ")
            && hash.ends_with("the file was changed or cut short; fetch the folder again"),
        "{hash}"
    );

    std::fs::write(file("weights.safetensors"), &weights[..weights.len() / 2]).unwrap();
    write_manifest(folder.path(), 40);
    told.push(refusal(folder.path()));
    std::fs::write(file("weights.safetensors"), &weights).unwrap();
    for (from, to) in [
        ("layers = 2", "layers = 3"),
        ("inner = 128", "inner = 96"),
        ("heads = 2", "heads = 5"),
        ("pieces = 40", "pieces = 41"),
        ("name = ", "nom = "),
        ("\"tokenizer.json\"", "\"other.json\""),
    ] {
        std::fs::write(file("manifest.toml"), manifest.replace(from, to)).unwrap();
        told.push(refusal(folder.path()));
    }
    std::fs::write(file("manifest.toml"), &manifest).unwrap();
    told.push(refusal(folder.path()));
    std::fs::remove_file(file("tokenizer.json")).unwrap();
    told.push(refusal(folder.path()));
    insta::assert_snapshot!(told.join("\n"), @r"
    cannot read DIR/manifest.toml: No such file or directory (os error 2); a model folder holds manifest.toml, weights.safetensors and tokenizer.json
    weights.safetensors cannot be read as tensors: incomplete metadata, file not fully covered
    weights.safetensors holds no tensor encoder.layer.2.attention.self.query.weight; its layers and the manifest's must agree
    the tensor encoder.layer.0.intermediate.dense.weight holds [128, 68] values of type U8, but the manifest's shape calls for [96, 68] values of 1 byte
    the manifest's shape cannot be run: hidden = 64 over heads = 5 does not give heads 16, 32 or 64 wide
    tokenizer.json cannot be used: it has 40 pieces, and the manifest says 41
    DIR/manifest.toml is not a manifest of an encoder: TOML parse error at line 1, column 1
    the manifest names no SHA-256 for tokenizer.json; write the folder again with models/tools/prune.py
    opened
    cannot read DIR/tokenizer.json: No such file or directory (os error 2); a model folder holds manifest.toml, weights.safetensors and tokenizer.json
    ");
}
