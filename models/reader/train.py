#!/usr/bin/env python3
"""Trains the learned reader's shipping weights.

usage: train.py OUT --words models/words-1 --messages DIR [--prototype FILE | --init FILE] [--minutes M] …

--messages  a folder with pairs NAME.jsonl (labelled messages, by fill.py) and NAME.tokens (their tokens with the symbols'
            marks, by `muster tokens`); pairs that appear while it runs are taken up. held*.jsonl are measured, not learned.
OUT         gets weights.safetensors (32 bits) and log.txt; `pack.py OUT models/reader-N` writes what ships.
Every ten minutes the weights are saved; --init goes on from such a file. Needs Python 3 with torch, safetensors.
"""
import argparse, glob, json, os, random, time
import torch, torch.nn.functional as F
from safetensors.torch import load_file, save_file
import labels
from network import Network, words

NAME_BIT, OPINIONS = 1 << 6, 11
WEIGHTS = {"tag": 3.0, "name": 1.5, "value": 0.2}
CLASSES = {"category": 0.3, "concerned": 0.3}


def read(path):
    with open(path, encoding="utf-8") as lines, open(path[:-6] + ".tokens", encoding="utf-8") as tokens:
        for line, more in zip(lines, tokens):
            message, own = json.loads(line), json.loads(more)
            assert message["id"] == own["id"], path
            if own["ids"]:
                yield message, own


def candidate(message, own, rng):
    """Tokens of a name of nobody concerned, as the symbols see names."""
    taken = [s for p in message["people"] for s in p["names"]]
    runs, open_ = [], False
    for i, (bits, (a, b)) in enumerate(zip(own["features"], own["spans"])):
        free = bits & NAME_BIT and not any(s[0] < b and a < s[1] for s in taken)
        if free and open_:
            runs[-1].append(i)
        elif free:
            runs.append([i])
        open_ = bool(free)
    return rng.choice(runs) if runs else None


def example(message, own, rng, most, learn=True):
    """Ids, features and passes; each pass: marks, token targets, class targets."""
    ids, spans, features = own["ids"][:most], own["spans"][:most], own["features"][:most]
    if learn:
        hidden = 0
        if rng.random() < 0.15:
            hidden = ((1 << 24) - 1) >> OPINIONS << OPINIONS
        for bit in range(24):
            if rng.random() < 0.08:
                hidden |= 1 << bit
        features = [f & ~hidden for f in features]
    people = message["people"]
    first = {"name": labels.names(people, spans)}
    whole = {"category": labels.CATEGORIES.index(message["category"])}
    whole |= {flag: int(flag in message["flags"]) for flag in labels.FLAGS}
    if len(people) <= 1:
        person = people[0] if people else {"kind": None, "operation": None, "spans": [], "names": []}
        tags, values, classes = labels.facts(person, spans)
        first |= {"tag": tags, "value": values}
        whole |= classes if people else {k: v for k, v in classes.items() if k in labels.SHORT}
    passes = [([], first, whole)]
    chosen = list(range(len(people))) if len(people) > 1 else [0] if people and rng.random() < 0.12 else []
    if learn and len(chosen) > 3:
        chosen = rng.sample(chosen, 3)
    for number in chosen:
        marks = labels.marks(people, number, spans)
        if 1 not in marks:
            continue
        if learn and rng.random() < 0.25:
            for i in candidate(message, own, rng) or []:
                marks[i] = marks[i] or 2 if i < most else 0
        tags, values, classes = labels.facts(people[number], spans)
        passes.append((marks, {"tag": tags, "value": values}, classes | {"concerned": 1}))
    if learn and people and rng.random() < 0.15:
        found = [i for i in candidate(message, own, rng) or [] if i < most]
        if found:
            marks = [2 if m else 0 for m in labels.marks(people, -1, spans)]
            for i in found:
                marks[i] = 1
            passes.append((marks, {"tag": [0] * len(ids)}, {"concerned": 0}))
    return ids, features, passes


def collate(examples, begin=0, end=2, pad=1):
    length = max(len(ids) for ids, _, _ in examples) + 2
    row = lambda values, edge, fill: [edge] + list(values) + [edge] + [fill] * (length - 2 - len(values))
    ids = torch.tensor([[begin] + i + [end] + [pad] * (length - 2 - len(i)) for i, _, _ in examples])
    mask = torch.tensor([[True] * (len(i) + 2) + [False] * (length - 2 - len(i)) for i, _, _ in examples])
    features = torch.tensor([row(f, 0, 0) for _, f, _ in examples])
    of, marks, tokens, whole = [], [], {k: [] for k in labels.HEADS}, {k: [] for k in labels.QUESTIONS}
    for number, (ids_, _, passes) in enumerate(examples):
        for own, targets, classes in passes:
            of.append(number), marks.append(row(own or [0] * len(ids_), 0, 0))
            for head in tokens:
                tokens[head].append(row(targets.get(head) or [labels.NONE] * len(ids_), labels.NONE, labels.NONE))
            for question in whole:
                whole[question].append(classes.get(question, labels.NONE))
    of, marks = torch.tensor(of), torch.tensor(marks)
    return (ids, mask, features, marks, of), {k: torch.tensor(v) for k, v in tokens.items()}, {k: torch.tensor(v) for k, v in whole.items()}


def loss(tokens, whole, wanted, classes):
    parts = {}
    for logits, targets, weight in [(tokens, wanted, WEIGHTS), (whole, classes, CLASSES)]:
        for name, own in logits.items():
            target = targets[name]
            if (target >= 0).any():
                value = F.cross_entropy(own.reshape(-1, own.shape[-1]), target.reshape(-1), ignore_index=labels.NONE)
                parts[name] = weight.get(name, 0.1) * value
    return sum(parts.values()), parts


def batches(examples, most, rng):
    """By length, each of about `most` tokens through all layers."""
    cost = lambda e: (len(e[0]) + 2) * (1 + len(e[2])) / 2
    examples.sort(key=lambda e: len(e[0]) * rng.uniform(0.9, 1.1))
    out, held = [[]], 0
    for e in examples:
        if out[-1] and held + cost(e) > most:
            out.append([])
            held = 0
        out[-1].append(e)
        held += cost(e)
    rng.shuffle(out)
    return out


def spans(tags, names):
    found, own = [], None
    for i, t in enumerate(tags):
        name = names[t]
        if name == "O":
            own = None
        elif name[0] == "I" and own and own[2] == name[2:]:
            own[1] = i + 1
        else:
            own = [i, i + 1, name[2:]]
            found.append(own)
    return {tuple(s) for s in found}


def measure(model, examples, most):
    """Exact spans of tags and names, and classes, on held-out messages: F1 and shares."""
    model.eval()
    count, right = {}, {}
    with torch.no_grad():
        for batch in batches(list(examples), most, random.Random(1)):
            inputs, wanted, classes = collate(batch)
            tokens, whole = model(*inputs)
            for head in ("tag", "name"):
                for got, gold in zip(tokens[head].argmax(-1), wanted[head]):
                    if (gold >= 0).any():
                        keep = gold >= 0
                        a, b = spans(got[keep].tolist(), labels.HEADS[head]), spans(gold[keep].tolist(), labels.HEADS[head])
                        c = count.setdefault(head, [0, 0, 0])
                        c[0] += len(a & b)
                        c[1] += len(a)
                        c[2] += len(b)
            for question, target in classes.items():
                keep = target >= 0
                r = right.setdefault(question, [0, 0])
                r[0] += (whole[question].argmax(-1)[keep] == target[keep]).sum().item()
                r[1] += keep.sum().item()
    model.train()
    f1 = {k: 2 * a / max(1, b + c) for k, (a, b, c) in count.items()}
    return f1 | {k: a / b for k, (a, b) in right.items() if b}


class Supply:
    """Messages in shuffled rounds over all files that are there."""

    def __init__(self, folder, rng, most):
        self.folder, self.rng, self.most, self.used, self.queue = folder, rng, most, {}, []

    def take(self, count):
        while len(self.queue) < count:
            files = [f for f in glob.glob(f"{self.folder}/*.jsonl") if os.path.exists(f[:-6] + ".tokens")]
            files = [f for f in files if not os.path.basename(f).startswith("held")]
            # The file that was used least, the newest among these.
            path = min(files, key=lambda f: (self.used.get(f, 0), -os.path.getmtime(f)))
            self.used[path] = self.used.get(path, 0) + 1
            more = list(read(path))
            self.rng.shuffle(more)
            self.queue = more + self.queue
        out, self.queue = self.queue[-count:], self.queue[:-count]
        return [example(m, o, self.rng, self.most) for m, o in out]


def main():
    a = argparse.ArgumentParser(usage=__doc__)
    a.add_argument("out"), a.add_argument("--words", required=True), a.add_argument("--messages", required=True)
    a.add_argument("--prototype"), a.add_argument("--init"), a.add_argument("--minutes", type=float, default=60)
    a.add_argument("--rate", type=float, default=1.5e-4), a.add_argument("--heads", type=float, default=4)
    a.add_argument("--tokens", type=int, default=1000), a.add_argument("--most", type=int, default=320)
    a.add_argument("--frozen", type=int, default=0), a.add_argument("--seed", type=int, default=1)
    a.add_argument("--threads", type=int, default=2), a.add_argument("--warm", type=int, default=40)
    a = a.parse_args()
    torch.set_num_threads(a.threads), torch.set_flush_denormal(True), torch.manual_seed(a.seed)
    rng = random.Random(a.seed)
    model = Network(words(a.words + "/words.safetensors"))
    if a.prototype:
        model.from_prototype(a.prototype)
    if a.init:
        state = load_file(a.init)
        model.load_state_dict(state)
    held = {}
    for path in sorted(glob.glob(f"{a.messages}/held*.jsonl")):
        held[os.path.basename(path)[:-6]] = [example(m, o, random.Random(5), a.most, learn=False) for m, o in read(path)]
    for layer in model.layers[: a.frozen]:
        layer.requires_grad_(False)
    encoder = [p for n, p in model.named_parameters() if p.requires_grad and n.startswith(("layers", "norm", "places"))]
    heads = [p for n, p in model.named_parameters() if p.requires_grad and not n.startswith(("layers", "norm", "places"))]
    groups = [dict(params=encoder, base=a.rate, lr=a.rate), dict(params=heads, base=a.rate * a.heads, lr=a.rate * a.heads)]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01, betas=(0.9, 0.98), fused=True)
    supply = Supply(a.messages, rng, a.most)
    os.makedirs(a.out, exist_ok=True)
    log = open(f"{a.out}/log.txt", "a", encoding="utf-8")

    def say(words):
        print(words, flush=True)
        print(words, file=log, flush=True)

    def save(name):
        save_file({k: v.contiguous() for k, v in model.state_dict().items() if k != "words"}, f"{a.out}/{name}.safetensors")

    say(json.dumps(vars(a)))
    start = saved = measured = time.time()
    step, seen, tokens, smooth, queue = 0, 0, 0, {}, []
    model.train()
    while (done := (time.time() - start) / 60 / a.minutes) < 1:
        if not queue:
            queue = batches(supply.take(256), a.tokens, rng)
        inputs, wanted, classes = collate(queue.pop())
        for group in optimiser.param_groups:
            group["lr"] = group["base"] * max(0.02, min(1, step / a.warm) * (1 - done))
        total, parts = loss(*model(*inputs), wanted, classes)
        optimiser.zero_grad()
        total.backward()
        torch.nn.utils.clip_grad_norm_(encoder + heads, 1.0)
        optimiser.step()
        step, seen, tokens = step + 1, seen + len(inputs[0]), tokens + inputs[1].sum().item()
        for k, v in parts.items():
            smooth[k] = smooth.get(k, v.item()) * 0.97 + 0.03 * v.item()
        if step in (5, 20) or step % 50 == 0:
            losses = " ".join(f"{k} {smooth[k]:.3f}" for k in ("tag", "name", "category", "kind", "operation", "concerned") if k in smooth)
            say(f"step {step}, {time.time() - start:.0f} s, {seen} messages, {tokens / (time.time() - start):.0f} tokens/s, {losses}")
        if time.time() - saved > 600:
            save("part")
            saved = time.time()
            for name, examples in held.items():
                figures = measure(model, examples, 3 * a.tokens)
                say(f"  {name}: " + " ".join(f"{k} {v:.3f}" for k, v in figures.items()))
    model.eval()
    save("part")
    save_file(model.tensors(), f"{a.out}/weights.safetensors")
    for name, examples in held.items():
        say(f"end {name}: " + " ".join(f"{k} {v:.3f}" for k, v in measure(model, examples, 3 * a.tokens).items()))
    say(f"{step} steps, {seen} messages, {time.time() - start:.0f} s")


if __name__ == "__main__":
    main()
