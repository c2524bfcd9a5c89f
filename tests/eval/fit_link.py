#!/usr/bin/env python3
"""Fits the logistic model of linking (src/knowledge/link/weights.toml) on the tuned-on half and on honest misses.

usage: MUSTER_LINK_DUMP=dump.tsv cargo test --test it linking && fit_link.py dump.tsv
Lines `tuned on` are phrases of the tuned-on half; `lacking` are the same phrases against a catalog without the right
item, whose best item is a miss. Ridge of 0.5 towards PRIOR, set by hand: another product or a danger unsaid is too
rare among the phrases to be weighed by them; weights keep their sign (a miss never speaks for a link).
"""
import ast, math, sys

NAMES = "head covered named veto power spelled margin traits unknown others".split()
SIGNS = [1, 1, 1, -1, -1, 1, 1, -1, -1, -1]
PRIOR = [2.0, 4.0, 3.0, -4.0, -4.0, 1.0, 1.0, -1.5, -0.5, -1.0]


def main():
    rows, held = [], []
    for line in open(sys.argv[1]):
        half, words, meant, said, how, score, features = line.rstrip("\n").split("\t")
        if how != "Likeness":
            continue
        row = (ast.literal_eval(features), 1.0 if said == meant else 0.0)
        if half in ("tuned on", "lacking"):
            rows.append(row)
        else:
            held.append(row)
    n = len(NAMES)
    w, bias, rate, ridge = list(PRIOR), -6.0, 0.5, 0.5
    for _ in range(6000):
        gw, gb = [0.0] * n, 0.0
        for x, y in rows:
            p = sigmoid(bias + sum(a * b for a, b in zip(w, x)))
            for i in range(n):
                gw[i] += (p - y) * x[i]
            gb += p - y
        for i in range(n):
            w[i] -= rate * (gw[i] + ridge * (w[i] - PRIOR[i])) / len(rows)
            if w[i] * SIGNS[i] < 0:
                w[i] = 0.0
        bias -= rate * gb / len(rows)
    print(f"# {len(rows)} comparisons, {sum(y for _, y in rows):.0f} of them right")
    print(f"bias = {bias:.2f}\n# {', '.join(NAMES)}\nfeatures = [{', '.join(f'{v:.2f}' for v in w)}]")
    for name, data in (("fitted", rows), ("held", held)):
        brier = sum((sigmoid(bias + sum(a * b for a, b in zip(w, x))) - y) ** 2 for x, y in data) / max(len(data), 1)
        print(f"# {name}: {len(data)}, Brier {brier:.3f}")
        for least in (0.3, 0.4, 0.5, 0.6, 0.7):
            wrong = [(sigmoid(bias + sum(a * b for a, b in zip(w, x))) >= least) != (y > 0.5) for x, y in data]
            print(f"#   least {least}: {sum(wrong)} of {len(wrong)} wrong")


def sigmoid(z):
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, z))))


main()
