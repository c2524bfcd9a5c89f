#!/usr/bin/env python3
"""Writes the folders that src/model/ opens.

usage: pack.py reader TRAINED OUT --version N [--words ../words-1] [--note TEXT]
       pack.py words RETRIEVER OUT --version N

reader  TRAINED/weights.safetensors, as train.py writes it, in 8 bits, with a manifest. The calibration and the figures
        that stand in an older manifest of OUT are kept.
words   the word embeddings and the tokenizer of a folder that models/tools/prune.py wrote, which readers share.
"""
import argparse, hashlib, os, shutil, sys
import numpy as np
from safetensors.numpy import load_file, save_file
import labels

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tools"))
from prune import BASE, q8_0, toml  # noqa: E402

LAYERS, HIDDEN, HEADS, INNER, EPSILON, MARKS_AT = 12, 384, 12, 1536, 1e-12, 6


def manifest(out, head, sections, files):
    lines = ["# What is in this folder and how it was made. Written by models/reader/pack.py."]
    lines += [f"{k} = {toml(v)}" for k, v in head.items()]
    for name, values in sections.items():
        lines += ["", f"[{name}]"] + [f"{k} = {toml(v)}" for k, v in values.items()]
    lines += ["", "# SHA-256 of each file.", "[files]"]
    for file in files:
        data = open(f"{out}/{file}", "rb").read()
        lines.append(f"{toml(file)} = {toml(hashlib.sha256(data).hexdigest())}")
        print(f"{file}: {len(data) / 1e6:.1f} MB")
    path = f"{out}/manifest.toml"
    kept = ""
    if os.path.exists(path):
        text = open(path, encoding="utf-8").read()
        for mark in ("# Confidences:", "# Measured"):
            if mark in text:
                kept = "\n" + text[text.index(mark) :]
                break
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n" + kept)


def reader(a):
    tensors = load_file(f"{a.source}/weights.safetensors")
    packed = {k: q8_0(v) if k.startswith("encoder.") and v.ndim == 2 else np.ascontiguousarray(v.astype(np.float32)) for k, v in tensors.items()}
    os.makedirs(a.out, exist_ok=True)
    save_file(packed, f"{a.out}/weights.safetensors")
    words = dict(folder=a.words)
    positions = len(tensors["embeddings.position_embeddings.weight"])
    pieces = len(load_file(os.path.join(a.out, a.words, "words.safetensors"))["embeddings.word_embeddings.step"])
    shape = dict(layers=LAYERS, hidden=HIDDEN, heads=HEADS, inner=INNER, positions=positions, pieces=pieces, epsilon=EPSILON)
    sections = {
        "base": BASE,
        "words": words,
        "shape": shape,
        "reader": dict(marks_at=MARKS_AT, questions=list(labels.QUESTIONS)),
    }
    head = dict(name="reader", version=a.version, made="models/reader/train.py and pack.py; linear layers in q8_0 blocks", note=a.note)
    manifest(a.out, head, sections, ["weights.safetensors"])


def words(a):
    tensors = load_file(f"{a.source}/weights.safetensors")
    own = {k: v for k, v in tensors.items() if k.startswith("embeddings.word_embeddings.")}
    os.makedirs(a.out, exist_ok=True)
    save_file(own, f"{a.out}/words.safetensors")
    shutil.copyfile(f"{a.source}/tokenizer.json", f"{a.out}/tokenizer.json")
    head = dict(name="words", version=a.version, made="models/reader/pack.py words: the vocabulary of models/tools/prune.py", note=a.note)
    manifest(a.out, head, {"base": BASE}, ["words.safetensors", "tokenizer.json"])


def main():
    a = argparse.ArgumentParser(usage=__doc__)
    a.add_argument("what", choices=["reader", "words"]), a.add_argument("source"), a.add_argument("out")
    a.add_argument("--version", default="1"), a.add_argument("--words", default="../words-1"), a.add_argument("--note", default="")
    a = a.parse_args()
    {"reader": reader, "words": words}[a.what](a)


if __name__ == "__main__":
    main()
