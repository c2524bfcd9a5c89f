#!/usr/bin/env python3
"""Fills corpus skeletons with invented people, dates and things: labelled messages, one JSON object a line.

    python3 models/reader/fill.py --count 40000 --seed 7 --fold train > train.jsonl
    python3 models/reader/fill.py --check

Format, licences and what is held out: README.md beside this file. Python 3, standard library alone.
"""
import argparse
import json
import os
import random
import re
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import fill_exchange
from fill_dates import Dates
from fill_items import Items
from fill_lists import Lists
from fill_message import write
from fill_names import Names
from fill_negatives import Negatives
from skeletons import Literal, Skeleton, Slot, read_corpus, walk

HERE = os.path.dirname(os.path.abspath(__file__))
CORPUS = os.path.join(HERE, "..", "corpus")
DATA = os.path.join(HERE, "..", "..", "..", "shared", "data")

_HE, _SHE = re.compile(r"(?i)\b(he|him|his|himself|paternity)\b"), re.compile(r"(?i)\b(she|her|hers|herself|maternity)\b")
_HE_ZH, _SHE_ZH = re.compile("他(?!们|們|人|的团队)|陪产"), re.compile("她|产假|產假|怀孕")
_MR, _MS = re.compile(r"(?i)\b(mr|herr|sir)\.? $"), re.compile(r"(?i)\b(ms|mrs|miss|mme|frau|madam)\.? $")
_MR_AFTER, _MS_AFTER = ("先生", "哥"), ("女士", "小姐", "姐")


class Filler:
    """Lists, skeletons and what is known about them; makes messages.

    `corpus`: a folder or several; `data`: the folder of open lists.
    """

    def __init__(self, corpus=CORPUS, data=DATA):
        self.skeletons = read_corpus([corpus] if isinstance(corpus, str) else corpus)
        self.lists = Lists(data)
        self.names, self.items, self.dates = Names(self.lists), Items(self.lists), Dates(self.lists)
        self.negative_texts = Negatives(self.lists, self.names)
        self.pools = fill_exchange.assign(self.skeletons)
        self.genders = {s.id: _genders(s) for s in self.skeletons}
        self.they = {s.id: s.language == "en" and not (_HE.search(s.plain) or _SHE.search(s.plain)) for s in self.skeletons}
        self.subject_free = {s.id for s in self.skeletons if _said_in_body(s)}

    def message(self, skeleton, rng, held=False, perturb=None):
        """One message. held: draw from the validation part of the lists (None: from both parts).

        Validation messages are not perturbed unless asked for.
        """
        return write(self, skeleton, rng, held, not held if perturb is None else perturb)

    def negative(self, rng, held=False):
        """A plain text of open data, without persons concerned."""
        return self.negative_texts.message(rng, lambda language: self._some_date(rng, language), held)

    def sentence(self, rng, language):
        return self.negative_texts.sentence(rng, language)

    def _some_date(self, rng, language):
        plan = self.dates.plan(rng, _NOBODY[language])
        return plan.received, lambda: plan.words("x", "date", "adv" if language == "zh" else "np", "", "")[1]

    def rounds(self, rng, fold=None):
        """Skeletons without end: languages in turn, each skeleton once before any comes again."""
        wanted = {None: (True, False), "train": (False,), "held": (True,)}[fold]
        queues = [_shuffled([s for s in self.skeletons if s.language == lang and s.held in wanted], rng)
                  for lang in ("en", "zh")]
        while True:
            for q in queues:
                yield next(q)

    def stream(self, count, seed, fold=None, negatives=0.06):
        """`count` labelled messages."""
        rng = random.Random(seed)
        held = {None: None, "train": False, "held": True}[fold]
        rounds = self.rounds(rng, fold)
        for n in range(count):
            m = self.negative(rng, held) if rng.random() < negatives else self.message(next(rounds), rng, held)
            yield {"id": f"{seed}-{n}", **m}


def _shuffled(skeletons, rng):
    while skeletons:
        order = list(skeletons)
        rng.shuffle(order)
        yield from order


def _nobody(language):
    return Skeleton("none", language, "mail", "other", {}, [], [], [], False, False, (), "")


_NOBODY = {"en": _nobody("en"), "zh": _nobody("zh")}


def _genders(s):
    """{who: 'm' | 'f'} where the words of the skeleton tell."""
    out = {}
    he, she = (_HE, _SHE) if s.language == "en" else (_HE_ZH, _SHE_ZH)
    if len(s.people) == 1 and bool(he.search(s.plain)) != bool(she.search(s.plain)):
        out["p1"] = "m" if he.search(s.plain) else "f"
    for parts in (s.subject, s.body):
        for i, p in enumerate(parts):
            if not isinstance(p, Slot) or p.field not in ("name", "first"):
                continue
            before = parts[i - 1] if i and isinstance(parts[i - 1], str) else ""
            after = parts[i + 1] if i + 1 < len(parts) and isinstance(parts[i + 1], str) else ""
            if _MR.search(before) or after.startswith(_MR_AFTER):
                out[p.who] = "m"
            elif _MS.search(before) or after.startswith(_MS_AFTER):
                out[p.who] = "f"
    return out


def _said_in_body(s):
    """May the subject be left out? Not where a person or a value is labelled in it alone."""
    def said(parts):
        return {(w, p.field) for p in walk(parts) if not isinstance(p, str) for w in s.whom(p.who)}
    return said(s.subject) <= said(s.body)


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("--corpus", action="append", help="folder of skeletons (several may be given)")
    ap.add_argument("--data", default=DATA, help="folder of open lists")
    ap.add_argument("--count", type=int, default=1000)
    ap.add_argument("--seed", type=int, default=7)
    ap.add_argument("--fold", choices=["train", "held"], help="training or validation part of skeletons and lists")
    ap.add_argument("--negatives", type=float, default=0.06, help="share of plain texts of open data")
    ap.add_argument("--rate", action="store_true", help="print messages a minute to stderr")
    ap.add_argument("--check", action="store_true", help="fill every skeleton three times and verify")
    a = ap.parse_args()
    filler = Filler(a.corpus or [CORPUS], a.data)
    if a.check:
        from fill_check import check
        return check(filler)
    begin = time.process_time()
    for m in filler.stream(a.count, a.seed, a.fold, a.negatives):
        sys.stdout.write(json.dumps(m, ensure_ascii=False) + "\n")
    if a.rate:
        seconds = time.process_time() - begin
        print(f"{a.count} messages in {seconds:.1f} s of one core, {a.count / seconds * 60:.0f} a minute", file=sys.stderr)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:
        os._exit(0)
