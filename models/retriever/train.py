#!/usr/bin/env python3
"""Learns the retriever: questions of employees to the passages that answer them.

usage: train.py BASE OUT [--steps 200] [--hold-pages] [--muster PROGRAM] [--pages DIR ...]

BASE   the encoder in 32 bits: a folder with config.json, model.safetensors, tokenizer.json (models/tools/prune.py --float
       writes it, with the vocabulary that ships).
OUT    gets the same with tensors `asking.layer.*`, `head.passage.*`, `head.none`, `head.temperature`; then
       `models/tools/prune.py OUT models/retriever-1 --name retriever` writes what ships.

Passages stay as the base encoder reads them, but for one linear map; so they are embedded once, and each step is a
softmax over all of them. Questions go through upper layers of their own (the lower ones are shared and frozen). Eight
rows stand for 'no page says this', and questions that no page answers are taught to meet them.
Questions: models/retriever/questions/*.jsonl, written for this by several hands; fixtures/ask/ are others, never learned.
--hold-pages leaves every fourth page's questions out, to see how pages fare that were never asked about.
Needs Python 3 with torch, safetensors, tokenizers; about six minutes on two cores.
"""
import argparse, glob, json, os, random, subprocess, sys, time, zlib
import torch, torch.nn.functional as F
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

torch.set_num_threads(os.cpu_count() or 1)
torch.set_flush_denormal(True)
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, f"{ROOT}/models/tools")
from bert import PARTS, Layer  # noqa: E402


class Encoder(torch.nn.Module):
    def __init__(self, folder):
        super().__init__()
        self.config = json.load(open(f"{folder}/config.json"))
        self.tensors = load_file(f"{folder}/model.safetensors")
        self.tokenizer = Tokenizer.from_file(f"{folder}/tokenizer.json")
        self.heads = self.config["num_attention_heads"]
        self.words = self.tensors["embeddings.word_embeddings.weight"]
        self.places = self.tensors["embeddings.position_embeddings.weight"] + self.tensors["embeddings.token_type_embeddings.weight"][0]
        self.norm = (self.tensors["embeddings.LayerNorm.weight"], self.tensors["embeddings.LayerNorm.bias"])
        self.layers = torch.nn.ModuleList(self.layer(i) for i in range(self.config["num_hidden_layers"]))

    def layer(self, i):
        layer = Layer(self.config["hidden_size"], self.config["intermediate_size"])
        for own, theirs in PARTS:
            for kind in ("weight", "bias"):
                getattr(getattr(layer, own), kind).data = self.tensors[f"encoder.layer.{i}.{theirs}.{kind}"].clone()
        return layer

    def embed(self, texts, most):
        ids = [self.tokenizer.encode(t).ids[:most] for t in texts]
        length = max(map(len, ids))
        x, mask = torch.ones(len(ids), length, dtype=torch.long), torch.zeros(len(ids), length)
        for i, own in enumerate(ids):
            x[i, : len(own)], mask[i, : len(own)] = torch.tensor(own), 1
        h = F.layer_norm(self.words[x] + self.places[:length], (self.words.shape[1],), *self.norm, 1e-12)
        for layer in self.layers:
            h = layer(h, self.heads, mask[:, None, None, :].bool())
        return F.normalize((h * mask[..., None]).sum(1) / mask.sum(1, keepdim=True), dim=1)

    def embed_all(self, texts, most, batch=16):
        self.eval()
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        out = torch.zeros(len(texts), self.words.shape[1])
        with torch.no_grad():
            for at in range(0, len(order), batch):
                some = order[at : at + batch]
                out[some] = self.embed([texts[i] for i in some], most)
        self.train()
        return out


def passages(program, folders):
    """The passages as Muster cuts them, and each page's text."""
    out, pages = [], {}
    for folder, prefix in folders:
        lines = subprocess.run([program, "passages", folder], check=True, capture_output=True, text=True).stdout
        for line in lines.splitlines():
            p = json.loads(line)
            text = open(f"{folder}/{p['doc']}", encoding="utf-8").read()
            p["doc"] = prefix + p["doc"]
            pages[p["doc"]] = text
            p["at"] = text.find(p["text"])
            below = p["heading"][1:] if p["heading"][:1] == [p["title"]] else p["heading"]
            p["read"] = "passage: " + " > ".join([p["title"]] + below) + "\n" + p["text"]
            out.append(p)
    return out, pages


def right(question, found, pages):
    """Numbers of the passages that share a character with an answer."""
    out = set()
    for doc in question["docs"]:
        for answer in question["answers"]:
            at = pages.get(doc, "").find(answer)
            out |= {i for i, p in enumerate(found) if at >= 0 and p["doc"] == doc and p["at"] < at + len(answer) and at < p["at"] + len(p["text"])}
    return sorted(out)


def held(doc):
    return zlib.crc32(doc.encode()) % 4 == 0


def main():
    a = argparse.ArgumentParser(usage=__doc__)
    a.add_argument("base"), a.add_argument("out")
    a.add_argument("--steps", type=int, default=200), a.add_argument("--batch", type=int, default=48)
    a.add_argument("--rate", type=float, default=3e-5), a.add_argument("--head-rate", type=float, default=1e-3)
    a.add_argument("--shared", type=int, default=6), a.add_argument("--rows", type=int, default=8)
    a.add_argument("--temperature", type=float, default=0.02), a.add_argument("--seed", type=int, default=1)
    a.add_argument("--hold-pages", action="store_true"), a.add_argument("--muster", default=f"{ROOT}/target/release/muster")
    a = a.parse_args()
    random.seed(a.seed), torch.manual_seed(a.seed)
    found, pages = passages(a.muster, [(f"{ROOT}/fixtures/kb", ""), (f"{ROOT}/fixtures/org/policies", "org/")])
    questions = [json.loads(line) for file in sorted(glob.glob(f"{HERE}/questions/*.jsonl")) for line in open(file, encoding="utf-8")]
    data = [(q["question"], right(q, found, pages)) for q in questions]
    data = [(q, r) for (q, r), own in zip(data, questions) if r or not own["docs"]]
    if a.hold_pages:
        data = [(q, r) for q, r in data if not any(held(found[i]["doc"]) for i in r)]
    print(f"{len(found)} passages of {len(pages)} pages, {len(data)} of {len(questions)} questions", flush=True)

    model = Encoder(a.base)
    passage = model.embed_all([p["read"] for p in found], 320)
    width = passage.shape[1]
    for layer in model.layers[: a.shared]:
        layer.requires_grad_(False)
    weight, bias = torch.nn.Parameter(torch.eye(width)), torch.nn.Parameter(torch.zeros(width))
    noise = torch.randn(a.rows, width, generator=torch.Generator().manual_seed(a.seed))
    none = torch.nn.Parameter(F.normalize(passage.mean(0) + 0.3 * noise * passage.std(0), dim=1))
    own = [p for p in model.parameters() if p.requires_grad]
    groups = [dict(params=own, lr=a.rate, base=a.rate, weight_decay=0.01), dict(params=[weight, bias, none], lr=a.head_rate, base=a.head_rate, weight_decay=0)]
    optimiser = torch.optim.AdamW(groups)
    queue, start, total = [], time.time(), 0.0
    for step in range(a.steps):
        for group in optimiser.param_groups:
            group["lr"] = group["base"] * min(1, (step + 1) / 15) * (1 - step / a.steps)
        if len(queue) < a.batch:
            queue += random.sample(range(len(data)), len(data))
        batch, queue = [data[i] for i in queue[: a.batch]], queue[a.batch :]
        asked = model.embed(["query: " + q for q, _ in batch], 64)
        rows = torch.cat([F.normalize(passage @ weight.T + bias, dim=1), F.normalize(none, dim=1)])
        logits = asked @ rows.T / a.temperature
        wanted = torch.full_like(logits, -1e9)
        for i, (_, r) in enumerate(batch):
            wanted[i, r or list(range(len(passage), len(rows)))] = 0
        loss = (torch.logsumexp(logits, 1) - torch.logsumexp(logits + wanted, 1)).mean()
        optimiser.zero_grad(), loss.backward()
        torch.nn.utils.clip_grad_norm_(own, 1.0)
        optimiser.step()
        total += loss.item()
        if (step + 1) % 20 == 0:
            print(f"step {step + 1}: loss {total / 20:.3f}, {time.time() - start:.0f} s", flush=True)
            total = 0.0

    tensors = dict(model.tensors)
    for i, layer in list(enumerate(model.layers))[a.shared :]:
        for own, theirs in PARTS:
            for kind in ("weight", "bias"):
                tensors[f"asking.layer.{i}.{theirs}.{kind}"] = getattr(getattr(layer, own), kind).data
    tensors |= {"head.passage.weight": weight.data, "head.passage.bias": bias.data, "head.none": none.data, "head.temperature": torch.tensor([a.temperature])}
    os.makedirs(a.out, exist_ok=True)
    save_file({k: v.contiguous() for k, v in tensors.items()}, f"{a.out}/model.safetensors")
    json.dump(dict(model.config, asking_from=a.shared), open(f"{a.out}/config.json", "w"))
    with open(f"{a.base}/tokenizer.json", encoding="utf-8") as file, open(f"{a.out}/tokenizer.json", "w", encoding="utf-8") as copy:
        copy.write(file.read())
    print(f"{time.time() - start:.0f} s; written to {a.out}")


if __name__ == "__main__":
    main()
