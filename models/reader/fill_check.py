"""Self-check of the filler: every skeleton three times, plain, perturbed and from the held-out lists."""
import collections
import random
import re

import fill_items
from fill_lists import Split
from fill_message import write

_SLOT = re.compile(r"\{(?:p\d+(?:\+p\d+)*|all|x\d*)\.[A-Za-z_]+(?::[A-Za-z]+)?\}")
_LABEL = re.compile(r"\[(?:p\d+(?:\+p\d+)*|all|x\d*)\.[A-Za-z_]+(?::[A-Za-z]+)?(?:=[a-z_]+)?\|")
_ARTICLE = re.compile(r"\b(an?) $")
_FULL_WIDTH = re.compile("[，。；：（）！？]")
_FIELDS = set("start end revokeat until title dept mgr loc emp email phone new_name et wm reason grant revoke recover retain "
              "delegate like to not".split())
_CLOSED = {"et": {"full_time", "part_time", "intern", "contractor", "temporary"}, "wm": {"onsite", "remote", "hybrid"},
           "reason": {"resignation", "dismissal", "redundancy", "retirement", "contract_end", "other"}}


class Drawn:
    """Watches what is drawn from the lists."""

    def __init__(self, lists):
        self.wrong = []
        self.count = collections.Counter()
        watch = self
        original = Split.draw

        def draw(split, rng, held=False):
            entry = original(split, rng, held)
            key = split.key(entry)
            part = "held" if held else "train"
            watch.count[part] += 1
            other = split.train_keys if held else split.held_keys
            if key in other and key not in (split.held_keys if held else split.train_keys):
                watch.wrong.append((part, key))
            return entry

        for value in list(vars(lists).values()) + [s for pair in lists.origins.values() for s in pair]:
            if isinstance(value, Split):
                value.train_keys, value.held_keys = {value.key(e) for e in value.train}, {value.key(e) for e in value.held}
        Split.draw = draw
        self.restore = lambda: setattr(Split, "draw", original)


def _overlap(lists):
    """Entries that stand in both parts of a list."""
    out = []
    for name, split in vars(lists).items():
        if isinstance(split, Split):
            out += [(name, k) for k in {split.key(e) for e in split.train} & {split.key(e) for e in split.held}]
    return out


def check_message(m, skeleton, audit=None):
    """What is wrong with one message, as a list of sentences."""
    bad, text, n = [], m["text"], len(m["text"])
    if _SLOT.search(text) or _LABEL.search(text):
        bad.append("brackets left unfilled")
    if "\r" in text or not text.strip():
        bad.append("empty, or CRLF")
    if m["subject_chars"]:
        if text[m["subject_chars"]:m["subject_chars"] + 1] not in ("\n", ""):
            bad.append("subject_chars does not end at a newline")
        if "\n" in text[:m["subject_chars"]]:
            bad.append("a newline in the subject")
    if len(m["people"]) != len(skeleton.people):
        bad.append("persons lost")
    for p in m["people"]:
        for begin, end, kind in p["names"]:
            if not (0 <= begin < end <= n) or text[begin:end] != text[begin:end].strip():
                bad.append(f"name span {begin}-{end}")
        for begin, end, field, value in p["spans"]:
            quote = text[begin:end]
            if not (0 <= begin < end <= n) or quote != quote.strip():
                bad.append(f"{field} span {begin}-{end}")
            if field not in _FIELDS:
                bad.append("field " + field)
            if field in _CLOSED and value not in _CLOSED[field]:
                bad.append(f"{field} value {value}")
            if field in ("start", "end", "until") and value and not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
                bad.append(f"{field} value {value}")
            if field == "revokeat" and value and not re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$", value):
                bad.append(f"{field} value {value}")
    if audit is not None:
        # Each span must hold what was put under its label, for every person of the label.
        wanted = collections.Counter((label[1], words.strip()) for label, words in audit.values() if words.strip()
                                     for _ in label[0])
        got = collections.Counter((f, text[b:e]) for p in m["people"] for b, e, f, *_ in p["names"] + p["spans"])
        if wanted != got:
            bad.append(f"not what was put there: {list((wanted - got).items())[:2]} / {list((got - wanted).items())[:2]}")
    if m["language"] == "en" and _FULL_WIDTH.search(text) and not _FULL_WIDTH.search(skeleton.plain):
        bad.append("full-width marks in English")
    return bad


def check_grammar(m):
    """Doubled articles, 'a' before a vowel where a filler follows, half-width marks in a Chinese filler."""
    bad, text = [], m["text"]
    for p in m["people"]:
        for begin, end, field, *_ in p["spans"]:
            if m["language"] == "en" and field in ("grant", "revoke", "recover", "retain", "delegate", "not", "title"):
                before = text[max(0, begin - 16):begin]
                if re.search(r"(?i)\b(?:(?:a|an|his|their|the|my) (?:a|an)|(?:a|an) the) $", before):
                    bad.append(f"two articles: {before}{text[begin:end]}")
                article = _ARTICLE.search(before)
                if article and fill_items.article(text[begin:end]) != article[1]:
                    bad.append(f"article: {before}{text[begin:end]}")
    return bad


def check_dates(m):
    """The dates of one person in order."""
    bad = []
    for p in m["people"]:
        value = {f: v for _, _, f, v in p["spans"] if v}
        if "start" in value and "end" in value and value["end"] < value["start"]:
            bad.append(f"end before start: {value}")
        if "end" in value and "revokeat" in value and value["revokeat"][:10] < value["end"] and value["end"] > m["received_at"][:10]:
            bad.append(f"revoked before the end: {value}")
    return bad


def check(filler):
    """Prints errors and counts; the exit status."""
    errors = [("lists", f"{name}: {key} in both parts") for name, key in _overlap(filler.lists)]
    drawn, rng = Drawn(filler.lists), random.Random(3)
    notes, fields, categories, full_width = (collections.Counter() for _ in range(4))
    warnings = []
    for s in filler.skeletons:
        for held, perturb in ((False, False), (False, True), (True, False)):
            audit = {}
            m = write(filler, s, rng, held, perturb, audit)
            errors += [(s.id, e) for e in check_message(m, s, audit)]
            if not perturb:
                for kind, found in (("grammar", check_grammar(m)), ("dates", check_dates(m))):
                    notes[kind] += len(found)
                    warnings += [(s.id, kind, f) for f in found[:1]]
            elif m["language"] == "zh":
                full_width["with" if _FULL_WIDTH.search(m["text"]) else "without"] += 1
            categories[f"{m['language']} {m['category']}"] += 1
            for p in m["people"]:
                for _, _, f, v in p["spans"]:
                    fields[f + ("=" if v and f in ("start", "end", "revokeat") else "")] += 1
    drawn.restore()
    errors += [("lists", f"{part} drew {key}") for part, key in drawn.wrong[:20]]
    for who, kind, what in warnings[:25]:
        print(f"W {who}: {kind}: {what}")
    for who, what in errors[:40]:
        print(f"E {who}: {what}")
    print(f"{len(filler.skeletons)} skeletons, {3 * len(filler.skeletons)} messages, {len(errors)} errors, "
          + ", ".join(f"{n} warnings of {k}" for k, n in notes.items()))
    print("drawn:", dict(drawn.count), "full-width marks in Chinese, perturbed:", dict(full_width))
    print("categories:", dict(sorted(categories.items())))
    print("spans:", dict(fields.most_common()))
    return 1 if errors else 0
