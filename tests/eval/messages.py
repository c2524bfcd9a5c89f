#!/usr/bin/env python3
"""Scores `muster extract` on one half of the labelled messages kept beside the project.

usage: messages.py EVAL_FOLDER MUSTER_BINARY [--half even|odd|all] [--floor KEY=VALUE ...] [score.py's options]
KEY: f1, en, zh, category, priority, flags, perfect. Exit status 1 below a floor, or where a quote is not true.
"""
import contextlib, importlib, io, json, re, sys


def main():
    folder, binary, *rest = sys.argv[1:]
    half, floors, options = "even", {}, []
    while rest:
        word = rest.pop(0)
        if word == "--half":
            half = rest.pop(0)
        elif word == "--floor":
            key, value = rest.pop(0).split("=")
            floors[key] = float(value)
        else:
            options.append(word)
    sys.path.insert(0, folder)
    for name in ("cases_en", "cases_zh"):
        cases = importlib.import_module(name)
        number = lambda case: int(re.search(r"\d+$", case["id"]).group())
        cases.CASES = [c for c in cases.CASES if half == "all" or number(c) % 2 == (half == "odd")]
    score = importlib.import_module("score")
    sys.argv = ["score.py", binary, "--json", *options]
    heard = io.StringIO()
    with contextlib.redirect_stdout(heard):
        score.main()
    print(heard.getvalue(), end="")
    figures = json.loads(heard.getvalue().splitlines()[-1])
    figures.update(figures["f1_by_lang"])
    true, all_quotes = figures["grounded"]
    bad = [f"{k} is {figures[k]}, the floor is {v}" for k, v in floors.items() if figures[k] < v]
    if true != all_quotes:
        bad.append(f"{all_quotes - true} quotes are not true")
    if figures["answered"] != figures["cases"]:
        bad.append(f"{figures['cases'] - figures['answered']} messages without an answer")
    for sentence in bad:
        print("below the floor:", sentence, file=sys.stderr)
    sys.exit(bool(bad))


main()
