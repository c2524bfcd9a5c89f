#!/usr/bin/env python3
"""Scores `muster dates` on the date expressions kept beside the project, and holds floors.

usage: dates.py EVAL_FOLDER MUSTER_BINARY [--floor LANG.MEASURE=PERCENT ...]
MEASURE: hit, first, clean (headline: days and instants without holidays), ranges (up to 31 days, hit), holidays (days
and instants that are named days, hit), none (nothing answered where no date is). Exit status 1 below a floor.
"""
import collections, importlib, json, subprocess, sys


def main():
    folder, binary, *rest = sys.argv[1:]
    floors = dict(word.split("=") for word in rest if word != "--floor")
    sys.path.insert(0, folder)
    score = importlib.import_module("score")
    cases = score.rows(f"{folder}/dev.jsonl")
    lines = "".join(json.dumps({k: c[k] for k in ("id", "lang", "text", "reference")}, ensure_ascii=False) + "\n" for c in cases)
    run = subprocess.run([binary, "dates"], input=lines.encode(), stdout=subprocess.PIPE, check=True)
    answers = {a["id"]: a for a in map(json.loads, run.stdout.decode().splitlines())}
    seen = collections.defaultdict(list)
    for case in cases:
        judged = score.judge(case, answers.get(case["id"], {}).get("dates") or [])
        lang, kind, tags = case["lang"], case["kind"], case["tags"]
        if score.headline(case):
            seen[f"{lang}.hit"].append(judged["hit"])
            seen[f"{lang}.first"].append(judged["first"])
            if judged["clean"] is not None:
                seen[f"{lang}.clean"].append(judged["clean"])
        elif kind in ("date", "datetime") and "holiday" in tags:
            seen[f"{lang}.holidays"].append(judged["hit"])
        elif kind == "range" and "long" not in tags and "holiday" not in tags:
            seen[f"{lang}.ranges"].append(judged["hit"])
        elif kind == "none":
            seen[f"{lang}.none"].append(judged["hit"])
    figures = {k: 100 * sum(map(bool, v)) / len(v) for k, v in seen.items()}
    for key in sorted(figures):
        print(f"{key:14} {figures[key]:6.1f} % of {len(seen[key])}")
    bad = [f"{k} is {figures[k]:.1f}, the floor is {v}" for k, v in floors.items() if figures[k] < float(v)]
    for sentence in bad:
        print("below the floor:", sentence, file=sys.stderr)
    sys.exit(bool(bad))


main()
