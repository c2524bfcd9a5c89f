#!/usr/bin/env python3
"""Fits the confidence of needs: a logistic regression over the features of every candidate.

usage: fit.py GOLD.jsonl CANDIDATES.jsonl LABELS.txt
Python 3 and numpy. One message a line. GOLD: {"text", "gold": [[start, end, field, value]…]} (filled skeletons, held-out
ones left out). CANDIDATES: {"cands": [[start, end, action, [features]]…]} as `muster::understand::needs::candidates` gives
them. LABELS: the features' names in their order. Writes src/understand/needs/weights.tsv.
A candidate is right when a labelled thing of the same action shares most of its words.
"""
import json, os, re, sys
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
ACTIONS = {"grant", "revoke", "recover", "delegate", "retain", "not"}


def words(s):
    s = s.lower()
    return set(re.findall(r"[a-z0-9]+|[一-鿿]", s)) - {"the", "a", "an"}


def right(text, cand, gold):
    a, b, action, _ = cand
    got = words(text[a:b])
    for x, y, field, _ in gold:
        if field == action and x < b and a < y:
            want = words(text[x:y])
            both = len(got & want)
            if want and both / len(want) >= 0.6 and len(got) <= 2 * len(want) + 2:
                return 1.0
    return 0.0


def main():
    gold, cands, labels = sys.argv[1:4]
    labels = open(labels).read().split()
    X, y = [], []
    for g, c in zip(open(gold, encoding="utf-8"), open(cands, encoding="utf-8")):
        g, c = json.loads(g), json.loads(c)
        for cand in c["cands"]:
            X.append(cand[3] + [1.0])
            y.append(right(g["text"], cand, g["gold"]))
    X, y = np.array(X), np.array(y)
    w = np.zeros(X.shape[1])
    for _ in range(30):  # Newton's method with a weak prior.
        p = 1 / (1 + np.exp(-X @ w))
        grad = X.T @ (p - y) + 1.0 * w
        H = (X * (p * (1 - p))[:, None]).T @ X + 1.0 * np.eye(X.shape[1])
        w -= np.linalg.solve(H, grad)
    p = 1 / (1 + np.exp(-X @ w))
    print(len(y), "candidates,", int(y.sum()), "right; log loss", round(float(-(y * np.log(p) + (1 - y) * np.log(1 - p)).mean()), 4))
    for t in (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6):
        k = p >= t
        print(f"  at {t}: precision {y[k].mean():.3f} recall of candidates {y[k].sum() / y.sum():.3f}")
    with open(os.path.join(HERE, "../../src/understand/needs/weights.tsv"), "w") as f:
        f.write("# Weights of the confidence of needs, in the features' order; made by models/needs/fit.py.\n")
        # Form values are not among the candidates; what their keys say was measured apart (right 0.15 more often).
        w[labels.index("value")] = 2.0
        for name, v in zip(labels + ["constant"], w):
            f.write(f"{name}\t{v:.4f}\n")


if __name__ == "__main__":
    main()
