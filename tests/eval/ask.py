#!/usr/bin/env python3
"""Measures answers: the right page first and among five, the answer in the first quote, abstention, verbatim quotes.

usage: ask.py QUESTIONS.jsonl PAGES PROGRAM [--words|--meanings] [--errors] [--apart DIR] [--floor NAME=VALUE ...]

A question of fixtures/ask: {"id","lang","question","docs","answers","kind"}; `docs` empty where no page answers it.
`cross` is the part whose page is in the other language. --apart leaves out questions that are like one in DIR/*.jsonl
(shared part of their three-letter runs above a half): hands that never saw each other's questions meet now and then.
"""
import argparse, glob, json, os, subprocess, sys, time

a = argparse.ArgumentParser(usage=__doc__)
a.add_argument("questions"), a.add_argument("pages"), a.add_argument("program")
a.add_argument("--words", action="store_true"), a.add_argument("--meanings", action="store_true")
a.add_argument("--errors", action="store_true"), a.add_argument("--apart"), a.add_argument("--floor", action="append", default=[])
a = a.parse_args()

questions = [json.loads(line) for line in open(a.questions, encoding="utf-8")]


def runs(words):
    letters = "".join(c for c in words.lower() if c.isalnum())
    return {letters[i : i + 3] for i in range(max(1, len(letters) - 2))}


if a.apart:
    learned = [runs(json.loads(line)["question"]) for file in glob.glob(f"{a.apart}/*.jsonl") for line in open(file, encoding="utf-8")]
    before = len(questions)
    questions = [q for q in questions if all(2 * len(runs(q["question"]) & l) <= len(runs(q["question"]) | l) for l in learned)]
    print(f"{before - len(questions)} of {before} left out: like a learned one")
lines = "".join(json.dumps({"id": q["id"], "question": q["question"]}, ensure_ascii=False) + "\n" for q in questions)
way = ["--words"] * a.words + ["--meanings"] * a.meanings
start = time.time()
run = subprocess.run([a.program, "--knowledge", a.pages, "ask", "--json", *way], input=lines, capture_output=True, text=True, encoding="utf-8")
if run.returncode:
    sys.exit(run.stderr)
told = [json.loads(line) for line in run.stdout.splitlines()]
assert [t["id"] for t in told] == [q["id"] for q in questions], "answers are not in order"
pages = {}
figures, false = {}, 0


def text(doc):
    if doc not in pages:
        pages[doc] = open(os.path.join(a.pages, doc), encoding="utf-8").read()
    return pages[doc]


def count(name, hit):
    hits, of = figures.get(name, (0, 0))
    figures[name] = (hits + bool(hit), of + 1)


for q, t in zip(questions, told):
    false += sum(text(s["doc"])[s["start"] : s["end"]] != s["quote"] for s in t["sources"])
    false += bool(t["abstained"]) == bool(t["answer"])
    if not q["docs"]:
        count(f"abstained {q['kind']}", t["abstained"])
        continue
    docs = [s["doc"] for s in t["sources"]]
    first = docs[:1] and docs[0] in q["docs"]
    quote = t["sources"] and any(x in t["sources"][0]["quote"] for x in q["answers"])
    cross = q["docs"][0][:2] != q["lang"]
    for part in [q["lang"]] + ["cross"] * cross:
        count(f"{part} first", first)
        count(f"{part} five", set(docs[:5]) & set(q["docs"]))
        count(f"{part} quote", quote)
    if a.errors and not quote:
        print(f"{q['id']} {q['question']}\n   wanted {q['docs']} {q['answers'][:1]}\n   told   {docs[:3]} {t['confidence']:.2f}")
right = sum(t["abstained"] and not q["docs"] for q, t in zip(questions, told))
said, none = sum(t["abstained"] for t in told), sum(not q["docs"] for q in questions)
for name in sorted(figures):
    hits, of = figures[name]
    print(f"{name:20} {hits / of:6.3f}  ({hits} of {of})")
f1 = 2 * right / max(1, said + none)
print(f"{'abstention f1':20} {f1:6.3f}  (precision {right / max(1, said):.3f}, recall {right / max(1, none):.3f})")
us = sorted(t.get("us", 0) for t in told)
print(f"quotes that are not verbatim: {false}; a question takes {us[len(us) // 2] / 1000:.1f} ms median; {time.time() - start:.1f} s in all")
values = {name.replace(" ", "_"): hits / of for name, (hits, of) in figures.items()} | {"abstention": f1}
low = [f"{n} {values.get(n, 0):.3f} < {v}" for n, v in (x.split("=") for x in a.floor) if values.get(n, 0) < float(v)]
if low or false:
    sys.exit(f"below the floor: {low}; false quotes: {false}")
