#!/usr/bin/env python3
"""Checks the labelled message skeletons beside this file (format: README.md).

usage: lint.py [--eval DIR] [--rough] [--counts] [FILE ...]

Without FILE all `??-?.txt` of this folder are read. Python 3, standard library.

Errors (exit status 1), one a line as `E id: what`:
  markup    header, keys, ids unique and named after their file; braces and brackets
            close; WHO.FIELD, values and styles exist; labels have clean edges
  contract  no label in support, hr_question, other; a label in every request;
            persons numbered without gap; header keys name persons of the body;
            nothing labelled in quoted lines (`> `), where names may be filled only
  likeness  two skeletons share a run of 8 words or 14 characters beyond boilerplate, or
            are near-copies: half of their shingles are shared (0.7 of the shorter one's)
  eval      with --eval: a run of 8 words or 14 characters shared with a message of
            DIR/messages. Ids and a count are printed, never a text.
Warnings (`W id: what`) do not fail; they are counted, and listed with --rough:
  marks     half-width marks between Chinese characters in a mail (people do type them;
            a mail full of them is a slip)
  article   an article or quantity inside the label of a need
  unnamed   a person concerned without name or first
  style     a style in the label of a need, which has no use there
  script    traditional characters without `script=hant`, or the key without them

A slot is a wild word: it joins the words beside it and does not count itself. A run may
cross two slots; against a message each stands for up to 6 words or 12 characters.
"""
import argparse, collections, glob, os, re, sys

sys.dont_write_bytecode = True  # no __pycache__ among the texts
from likeness import HAN, WILD, eval_hits, eval_texts, near_copies, script_map, shared_runs

HERE = os.path.dirname(os.path.abspath(__file__))
CHANNELS = {"mail", "chat", "ticket"}
REQUESTS = {"onboarding", "offboarding", "transfer", "access"}
CATEGORIES = REQUESTS | {"support", "hr_question", "other"}
OPS = {"create", "amend", "cancel", "inquire"}
FLAGS = {"prompt_injection", "suspected_fraud", "privileged_access"}
FROM = {"hr", "manager", "self", "vendor", "system", "colleague"}
PRONOUNS = {"he", "He", "him", "his", "His"}
NEEDS = {"grant", "revoke", "recover", "retain", "delegate", "not"}
NEED_STYLES = {"device", "software", "access", "account", "facility", "mailbox", "other"}
DATE_FIELDS = {"start", "end", "revokeat"}
DATE_STYLES = {"en": {"adv", "np", "abs", "iso", "num"}, "zh": {"adv", "abs", "iso", "num"}}
VALUES = {
    "et": {"full_time", "part_time", "intern", "contractor", "temporary"},
    "wm": {"onsite", "remote", "hybrid"},
    "reason": {"resignation", "dismissal", "redundancy", "retirement", "contract_end", "other"},
}
LITERAL_ONLY = {"like", "until"}
PERSON = (PRONOUNS | NEEDS | DATE_FIELDS | LITERAL_ONLY | set(VALUES)
          | set("name first email phone emp title dept mgr loc new_name".split()))
# What may stand in a quoted line: the same person by name, which the generator fills alike.
QUOTABLE = PRONOUNS | {"name", "first"}
NUMBERED = {"name", "title", "phone", "email", "dept"}
FRESH = {"date", "number", "loc", "software", "firm"}

WHO = r"(?:p\d+(?:\+p\d+)*|all|x\d*)"
SLOT = re.compile(r"\{(%s)\.([A-Za-z_]+)(?::([A-Za-z]+))?\}" % WHO)
OPEN = re.compile(r"\[(%s)\.([A-Za-z_]+)(?::([A-Za-z]+))?(?:=([a-z_]+))?\|" % WHO)
# A bracket or brace that begins like this is markup gone wrong, any other stands for itself.
LOOKS_LIKE_LABEL = re.compile(r"\[\s*(?:p\d|all\b|x\d?\.)")
LOOKS_LIKE_SLOT = re.compile(r"\{\s*(?:p\d|all\b|x\d?\b)")
ID = re.compile(r"(en|zh)-([a-z])-\d{3}")

Skeleton = collections.namedtuple("Skeleton", "id lang file header body")


def read(files):
    """The skeletons of the files, in order; text before the first header is an error."""
    out, errors = [], []
    for f in files:
        with open(f, encoding="utf-8") as h:
            parts = re.split(r"(?m)^(?====)", h.read())
        if parts[0].strip():
            errors.append((os.path.basename(f), "text before the first header"))
        for p in parts[1:]:
            head, _, body = p.partition("\n")
            keys = [k.strip() for k in head[3:].split(";")]
            out.append(Skeleton(keys[0], keys[0][:2], os.path.basename(f), keys[1:], body.strip("\n")))
    return out, errors


def scan(body):
    """(labels, text, problems): text has labels as their words and slots as WILD."""
    labels, text, bad, i = [], [], [], 0
    opened = None  # (match, start of its words in `text`, literal brackets open before it)
    literal = []  # what closes the brackets and braces that stand for themselves
    line_quoted = body.startswith(">")
    while i < len(body):
        c = body[i]
        if c == "\n":
            if opened:
                bad.append("label over two lines: " + opened[0][0])
                opened = None
            line_quoted = body.startswith(">", i + 1)
        elif c == "{":
            m = SLOT.match(body, i)
            if m:
                labels.append((m[1], m[2], m[3], None, None, line_quoted))
                text.append(WILD)
                i = m.end()
                continue
            if LOOKS_LIKE_SLOT.match(body, i):
                bad.append("no slot: " + body[i:i + 30].split("\n")[0])
            literal.append("}")
        elif c == "[":
            m = OPEN.match(body, i)
            if m and not opened:
                opened = (m, len(text), len(literal))
                i = m.end()
                continue
            if m or LOOKS_LIKE_LABEL.match(body, i):
                bad.append("no label: " + body[i:i + 30].split("\n")[0])
            literal.append("]")
        elif c in "]}":
            if literal and literal[-1] == c and not (opened and len(literal) <= opened[2]):
                literal.pop()
            elif c == "]" and opened and len(literal) == opened[2]:
                m, at, _ = opened
                labels.append((m[1], m[2], m[3], m[4], "".join(text[at:]), line_quoted))
                opened = None
                i += 1
                continue
            else:
                bad.append(c + " closes nothing")
        text.append(c)
        i += 1
    if opened:
        bad.append("label does not close: " + opened[0][0])
    bad += [f"no {c}" for c in literal]
    return labels, "".join(text), bad


def check_label(lang, who, field, style, value, words):
    """What is wrong with one slot (`words` is None) or label, as a list."""
    mark, bad = f"{who}.{field}", []
    if who[0] == "x":
        if words is not None:
            return [f"{mark} is never labelled"]
        if field not in (FRESH if who == "x" else NUMBERED):
            bad.append(f"{mark} is no field")
    elif field not in PERSON:
        return [f"{mark} is no field"]
    if field in VALUES and who[0] != "x":
        if words is not None and value not in VALUES[field]:
            bad.append(f"{mark}={value} is no value")
    elif value:
        bad.append(f"{mark} takes no value")
    if words is not None:
        if style and field not in NEEDS:
            bad.append(f"{mark}:{style} label with a style")
        if field in PRONOUNS:
            bad.append(f"{mark} is a slot, not a label")
        if not words.strip() or words != words.strip() or words[-1] in "，。、；：,;:":
            bad.append(f"{mark} edges of '{words}'")
        return bad
    if field in LITERAL_ONLY and who[0] != "x":
        bad.append(f"{mark} has no filler")
    elif field in NEEDS:
        if style not in NEED_STYLES:
            bad.append(f"{mark}:{style} is no style of a need")
    elif field in DATE_FIELDS or field == "date":
        # A bare revokeat is its adverbial.
        if style not in DATE_STYLES[lang] and not (field == "revokeat" and style is None):
            bad.append(f"{mark}:{style} is no style of a date")
    elif style:
        bad.append(f"{mark} takes no style")
    return bad


def check(s, labels, bad):
    """Errors of one skeleton: header, fields, contract."""
    out = list(bad)
    m = ID.fullmatch(s.id)
    if not m or s.file != f"{m[1]}-{m[2]}.txt":
        out.append("id does not fit its file " + s.file)
    if len(s.header) < 2 or s.header[0] not in CHANNELS or s.header[1] not in CATEGORIES:
        return out + ["header: " + "; ".join(s.header)]
    channel, category = s.header[:2]
    named = set()
    for key in s.header[2:]:
        k, _, v = key.partition("=")
        p = re.fullmatch(r"(p\d+)\.(kind|op)", k)
        if p:
            named.add(p[1])
            good = v in (REQUESTS if p[2] == "kind" else OPS)
        elif k == "flags":
            good = set(v.split("|")) <= FLAGS
        elif k == "from":
            good = v in FROM
        else:
            good = k == "script" and v == "hant" and s.lang == "zh"
        if not good:
            out.append("key " + key)
    if channel == "chat" and s.body.startswith("Subject:"):
        out.append("chat with a subject")
    if not s.body.strip():
        out.append("empty")
    people, labelled = set(), False
    for who, field, style, value, words, quoted in labels:
        out += check_label(s.lang, who, field, style, value, words)
        if who[0] == "x":
            continue
        if who != "all":
            people |= set(who.split("+"))
        if quoted and (words is not None or field not in QUOTABLE):
            out.append(f"{who}.{field} in a quoted line")
        labelled |= not quoted and field not in PRONOUNS
    if category not in REQUESTS:
        if any(w[0] != "x" for w, *_ in labels):
            out.append("label in " + category)
    elif not labelled:
        out.append("no label")
    elif not people:
        out.append("nobody concerned but `all`")
    if people != {f"p{k + 1}" for k in range(len(people))}:
        out.append("persons " + " ".join(sorted(people)))
    if named - people:
        out.append("header key of unknown " + " ".join(sorted(named - people)))
    return out


HALF = re.compile(r"(?<=[%s\u25c6])[,;:?!()](?=[%s\u25c6])" % (HAN, HAN))
ARTICLE = re.compile(r"(?i)(?:an?|the|his|her|their|my|our|your|one|two|three|both|some) .|"
                     r"[一两二三四五六七八九十\d]+(?:台|个|张|把|部|套|块|只|份|支|双|件|枚|条|根)|"
                     r".*[\u3400-\u9fff][一两二三四五六七八九十\d]+(?:台|个|张|把|部|套|块|只|份|支|双|件|枚|条)$")


def rough(s, labels, text, table):
    """Warnings of one skeleton as (kind, detail)."""
    out = []
    if s.lang == "zh" and s.header[:1] == ["mail"]:
        n = len(HALF.findall(text))
        if n:
            out.append(("marks", f"{n} half-width marks"))
    if s.lang == "zh" and table:
        traditional = {c for c in text if table.get(ord(c), c) != c}
        # A short chat may show one such character; simplified text borrows a few (著, 乾).
        if not traditional if "script=hant" in s.header else len(traditional) >= 3:
            out.append(("script", f"{len(traditional)} traditional characters"))
    people, named = set(), set()
    for who, field, style, _, words, _ in labels:
        if who[0] == "p":
            people |= set(who.split("+"))
        if field in ("name", "first", "new_name"):
            named |= set(who.split("+"))
        if words and field in NEEDS:
            if ARTICLE.match(words):
                out.append(("article", words))
            if style:
                out.append(("style", f"{who}.{field}:{style}"))
    if "all" not in named:
        out += [("unnamed", p) for p in sorted(people - named)]
    return out


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("files", nargs="*")
    ap.add_argument("--eval", metavar="DIR", help="folder whose messages/ must share no run")
    ap.add_argument("--rough", action="store_true", help="list the warnings")
    ap.add_argument("--counts", action="store_true", help="counts by file and category")
    a = ap.parse_args()
    skeletons, found = read(sorted(a.files or glob.glob(os.path.join(HERE, "??-?.txt"))))
    errors, warnings, texts, ids = list(found), [], [], set()
    counts = collections.defaultdict(collections.Counter)
    table = script_map()
    for s in skeletons:
        labels, text, bad = scan(s.body)
        errors += [(s.id, m) for m in check(s, labels, bad)]
        if s.id in ids:
            errors.append((s.id, "id twice"))
        ids.add(s.id)
        texts.append((s.id, text))
        if len(s.header) > 1:
            counts[s.file][s.header[1]] += 1
        warnings += [(s.id, *w) for w in rough(s, labels, text, table)]
    copies = near_copies(texts, table)
    errors += [(b, f"near-copy of {x} ({share:.0%})") for x, b, share in copies]
    errors += [(b, f"shares a run with {x}: {run}") for (x, b), run in shared_runs(texts, table).items()]
    hits = []
    if a.eval:
        messages = eval_texts(a.eval)
        if not messages:
            sys.exit("no evaluation messages found")
        hits = eval_hits(texts, messages, table)
        errors += [(h, "shares a run with an evaluation message") for h in hits]
    if a.rough:
        for k, kind, detail in warnings:
            print(f"W {k}: {kind}: {detail}")
    for k, m in errors:
        print(f"E {k}: {m}")
    if a.counts:
        for f in sorted(counts):
            print(f, sum(counts[f].values()), " ".join(f"{c}={counts[f][c]}" for c in sorted(counts[f])))
    kinds = collections.Counter(kind for _, kind, _ in warnings)
    print(f"{len(skeletons)} skeletons, {len(errors)} errors, {len(warnings)} warnings"
          + (" (" + ", ".join(f"{k} {n}" for k, n in sorted(kinds.items())) + ")" if kinds else "")
          + (f"; {len(hits)} share a run with an evaluation message" if a.eval else ""))
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
