#!/usr/bin/env python3
"""Trains the intent model: category and operation from word and character n-grams, listed by hash.

usage: train.py [--corpus DIR] [--data DIR] [--all] [--check]
Needs Python 3 and numpy. Reads the labelled skeletons (`corpus/*.txt`) and, as negatives, part of the
open lists in `data/messages`; writes `weights.bin` and `manifest.toml` beside this file.

A fifth of the skeletons (by hash of their id) is held out: figures and temperature come from it.
`--all` then trains once more on all skeletons and keeps that temperature. `--check` writes nothing.

The features must equal those of `src/understand/intent/features.rs`; a test there compares hashes.
"""
import argparse, glob, hashlib, os, random, re, tomllib
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")
CATEGORIES = ["onboarding", "offboarding", "transfer", "access", "support", "hr_question", "other"]
OPERATIONS = ["create", "amend", "cancel", "inquire"]
FEATURES = 17000
# How much more an amendment, cancellation or inquiry counts than a new request in training.
RARE = 2.0
M32 = 0xFFFFFFFF

# ---------- folding, as src/message/fold.rs

HANT = {}
with open(os.path.join(ROOT, "src/message/hant.tsv"), encoding="utf-8") as f:
    for line in f:
        if not line.startswith("#") and len(line.rstrip("\n").split("\t")) == 2:
            a, b = line.rstrip("\n").split("\t")
            HANT[a] = b


def fold(c):
    o = ord(c)
    if 0xFF01 <= o <= 0xFF5E:
        return chr(o - 0xFEE0).lower()
    if c in "\u3000\u00a0\u202f" or 0x2002 <= o <= 0x200A:
        return " "
    if c in "\u2018\u2019\u02bc\u00b4":
        return "'"
    if c in "\u201c\u201d":
        return '"'
    if 0x2010 <= o <= 0x2015 or o == 0x2212:
        return "-"
    low = HANT.get(c, c).lower()
    return low if len(low) == 1 else c


# ---------- features, as src/understand/intent/features.rs

def is_han(c):
    o = ord(c)
    return 0x3400 <= o <= 0x4DBF or 0x4E00 <= o <= 0x9FFF or 0xF900 <= o <= 0xFAFF or o == 0x3007


def fnv(s):
    h = 0x811C9DC5
    for b in s.encode("utf-8"):
        h = ((h ^ b) * 0x01000193) & M32
    return h


def mix(a, b):
    return ((a * 0x9E3779B1 & M32) ^ (b + 0x7F4A7C15 & M32)) & M32


def tokens(text):
    """[(hash, is_han)]: words (digits as 0), single Han characters, question and exclamation marks, colons, line ends."""
    out, i, n = [], 0, len(text)
    while i < n:
        c = text[i]
        if is_han(c):
            out.append((fnv(c), True)); i += 1
        elif c.isalnum():
            j, word, digit = i, [], False
            while j < n and (text[j].isalnum() or text[j] == "'") and not is_han(text[j]):
                d = text[j] in "0123456789"
                if not (d and digit):
                    word.append("0" if d else text[j])
                digit = d
                j += 1
            out.append((fnv("".join(word)), False)); i = j
        else:
            if c in "?!:\n":
                out.append((fnv(c), False))
            i += 1
    return out


def add(ids, toks, seed):
    for i, (h, han) in enumerate(toks):
        ids.add(mix(h, seed))
        if i + 1 < len(toks):
            two = mix(h, toks[i + 1][0])
            ids.add(mix(two, seed))
            if i + 2 < len(toks):
                ids.add(mix(mix(two, toks[i + 2][0]), seed))


# ---------- cue words, as src/understand/intent/cues.rs

NUMBER = {"onboarding": 0, "offboarding": 1, "transfer": 2, "access": 3, "support": 4, "hr_question": 5, "other": 6, "create": 7, "amend": 8, "cancel": 9, "inquire": 10}
KINDS, COUNT = 7, 11
CUES = {}
for entry in tomllib.load(open(os.path.join(ROOT, "src/understand/intent/cues.toml"), "rb"))["cue"]:
    for phrase in entry["words"]:
        # Of two equal phrases the first counts.
        CUES.setdefault("".join(map(fold, phrase)), entry.get("operation") or entry.get("kind") or entry.get("about"))
FIRST = {}
for phrase in sorted(CUES, key=len, reverse=True):
    FIRST.setdefault(phrase[0], []).append(phrase)


def inside(c):
    return c.isalnum() and not is_han(c)


def word_end(text, end):
    last, rest = text[end - 1], text[end:end + 2]
    if not inside(last) or not rest:
        return end
    if rest[0] == "s" and last.isalpha() and last != "s" and not (rest[1:] and inside(rest[1])):
        return end + 1
    return None if inside(rest[0]) else end


def cue_hits(text):
    """Leftmost longest, Latin words whole, a plural s may follow: as src/understand/words.rs."""
    at = 0
    while at < len(text):
        c = text[at]
        hit = None
        if not (inside(c) and at and inside(text[at - 1])):
            for phrase in FIRST.get(c, ()):
                if text.startswith(phrase, at) and (end := word_end(text, at + len(phrase))) is not None:
                    hit = phrase, end
                    break
        if hit:
            yield CUES[hit[0]]
            at = hit[1]
        else:
            at += 1


def add_cues(ids, text, seed):
    seen, first = set(), None
    for says in cue_hits(text):
        if says is None:
            continue
        i = NUMBER[says]
        seen.add(i)
        if i < KINDS and first is None:
            first = i
    for i in seen:
        ids.add(mix(i, seed + 2))
        for j in seen:
            if j > i:
                ids.add(mix(100 + i * COUNT + j, seed + 2))
    for i in range(KINDS):
        if i not in seen:
            ids.add(mix(60 + i, seed + 2))
    if first is not None:
        ids.add(mix(40 + first, seed + 2))


def features(subject, body):
    subject, body = "".join(map(fold, subject)), "".join(map(fold, body))
    ids = set()
    s, b = tokens(subject), tokens(body)
    add(ids, s, 1)
    add(ids, b, 1)
    add(ids, s, 2)
    add_cues(ids, subject, 2)
    add_cues(ids, body, 1)
    return sorted(ids)


# ---------- filling skeletons

TOKEN = re.compile(r"\{((?:p\d+(?:\+p\d+)*|all|x\d*))\.([A-Za-z_]+)(?::([A-Za-z]+))?\}|\[((?:p\d+(?:\+p\d+)*|all|x\d*))\.([A-Za-z_]+)(?:=([a-z_]+))?\|")
PRONOUN = dict(he="he she they", He="He She They", him="him her them", his="his her their", His="His Her Their")
DATES = dict(
    en="on Monday 16 March|next Monday|tomorrow|on the 16th|on 3 June|from 1 September|on Friday|at the end of the month|on 2026-05-04|next week|today|the end of June|12/05/2026",
    zh="下周一|3月16日|月底|2026-05-04|明天|本周五|6月30日|下月1号|后天|今天|5/12|下周三|年底")


class Lists:
    def __init__(self, data):
        tsv = lambda p: [l.rstrip("\n").split("\t") for l in open(os.path.join(data, p), encoding="utf-8")][1:]
        lines = lambda p: [l.strip() for l in open(os.path.join(data, p), encoding="utf-8") if l.strip()]
        given, sur = tsv("names/latin_given_names.tsv"), tsv("names/latin_surnames.tsv")
        self.names = dict(en=[(g[1], s[1]) for g, s in zip(given[::3], (sur * 2)[::4])], zh=lines("names/zh_full_names.txt")[::5])
        pair = lambda p: dict(en=[r[0] for r in tsv(p)], zh=[r[1] for r in tsv(p)])
        self.title, self.dept = pair("titles/job_titles_en_zh.tsv"), pair("org/departments_en_zh.tsv")
        self.title["en"] = self.title["en"] * 8 + [r[2] for r in tsv("titles/en_job_titles_esco.tsv") if len(r[2]) < 40][::9] + lines("titles/en_job_titles_misc.txt")
        self.title["zh"] = self.title["zh"] * 3 + lines("titles/zh_job_titles_51.txt") + lines("titles/zh_job_titles_tw.txt")
        self.device, self.access = pair("products/hardware_en_zh.tsv"), pair("products/access_items_en_zh.tsv")
        self.access["en"] = self.access["en"] * 3 + lines("products/access_group_names.txt")[::5]
        self.access["zh"] = self.access["zh"] * 3 + lines("products/access_group_names.txt")[::9]
        self.software = [r[2] for r in tsv("products/workplace_software.tsv")] * 3 + lines("products/brand_names.txt")[::2]
        self.loc = dict(en=[r[1] for r in tsv("places/cities_en.tsv")], zh=[r[1] for r in tsv("places/cn_cities_en_zh.tsv")[:250]])
        self.account = dict(en=["account", "AD account", "login", "mailbox", "email"], zh=["账号", "域账号", "邮箱", "OA账号"])
        self.facility = dict(en=["badge", "desk", "locker", "parking space"], zh=["门禁卡", "工位", "工牌", "停车位"])


def parse(folder):
    out = []
    for path in sorted(glob.glob(os.path.join(folder, "*-*.txt"))):
        for block in re.split(r"(?m)^=== ?", open(path, encoding="utf-8").read())[1:]:
            head, _, body = block.partition("\n")
            h = [x.strip() for x in head.split(";")]
            kv = dict(x.split("=", 1) for x in h[3:] if "=" in x)
            body = "\n".join(l for l in body.strip("\n").split("\n") if not l.startswith(">"))
            out.append(dict(id=h[0], category=h[2], kv=kv, body=body, lang="zh" if re.search("[一-鿿]", body) else "en"))
    return out


def fill(body, lang, r, lists, names):
    """The words of a skeleton with its slots filled at random."""
    out, i = [], 0
    while i < len(body):
        m = TOKEN.match(body, i)
        if not m:
            if body[i] not in "]":
                out.append(body[i])
            i += 1
            continue
        i = m.end()
        if not m.group(1):
            continue
        who, field, style = m.group(1), m.group(2), m.group(3)
        if who not in names:
            names[who] = r.choice(lists.names[lang])
        name = names[who]
        if field == "name":
            out.append(" ".join(name) if lang == "en" else name)
        elif field in ("first", "last"):
            out.append(name[0] if lang == "en" else r.choice(["小" + name[0], name[1:] or name, name[0] + "工"]))
        elif field in PRONOUN:
            out.append(r.choice(PRONOUN[field].split()) if lang == "en" else r.choice("他她"))
        elif field in ("start", "end", "date", "until", "revokeat"):
            d = r.choice(DATES[lang].split("|"))
            out.append(re.sub(r"^(on|from|at) ", "", d) if style != "adv" else d)
        elif field in ("title", "dept", "loc"):
            out.append(r.choice(getattr(lists, field)[lang]))
        elif field in ("mgr", "new_name"):
            n = r.choice(lists.names[lang]); out.append(" ".join(n) if lang == "en" else n)
        elif field in ("software", "device", "access", "account", "facility") or style:
            kind = style or field
            out.append(r.choice(lists.software) if kind == "software" else r.choice(getattr(lists, {"mailbox": "account", "other": "device"}.get(kind, kind), lists.device)[lang]))
        elif field == "et":
            out.append(r.choice(["permanent", "contractor", "intern"] if lang == "en" else ["正式", "外包", "实习生"]))
        elif field in ("emp", "number", "phone"):
            out.append(str(r.randint(1000, 99999)))
        elif field == "email":
            out.append("someone@acme.example")
        else:
            out.append("Acme" if lang == "en" else "华信")
    return "".join(out)


def split_subject(body):
    m = re.match(r"\s*(?:Subject|主题)[:：][ \t]*(.*)\n?", body)
    return (m.group(1), body[m.end():].lstrip("\n")) if m else ("", body)


def units(body):
    """Sentences of a skeleton; brackets stay whole."""
    out, cur, depth = [], "", 0
    for i, c in enumerate(body):
        cur += c
        depth = max(0, depth + (c in "[{") - (c in "]}"))
        if depth == 0 and (c == "\n" or c in "。！；!?" or (c == "." and body[i + 1:i + 2] in (" ", "\n"))):
            out.append(cur); cur = ""
    return out + [cur]


def examples(skeletons, r, lists, copies):
    """(features, category or -1, operation or -1, weight)"""
    out = []
    for sk in skeletons:
        kv, lang, cat = sk["kv"], sk["lang"], CATEGORIES.index(sk["category"])
        people = sorted(set(re.findall(r"[{\[](?:\w+\+)*(p\d+)", sk["body"]))) or ["p1"]
        op = lambda p: kv.get(p + ".op", kv.get("all.op", "create"))
        kind = lambda p: kv.get(p + ".kind", kv.get("all.kind", sk["category"]))
        ops = {op(p) for p in people}
        subject, body = split_subject(sk["body"])
        label = OPERATIONS.index(ops.pop()) if len(ops) == 1 and cat < 4 else -1
        for k in range(copies):
            names = {}
            s, b = fill(subject, lang, r, lists, names), fill(body, lang, r, lists, names)
            if k and r.random() < 0.2:
                s = ""
            if k and r.random() < 0.15:
                b = b.lower() if lang == "en" else re.sub("[,，。]", " ", b)
            out.append((features(s, b), cat, label, 1.0, sk["id"]))
        if cat >= 4:
            continue
        # Single sentences, so that parts of a message can be judged.
        mixed = len(people) > 1 and (len({kind(p) for p in people}) > 1 or len({op(p) for p in people}) > 1)
        for p in people:
            mine = [u for u in units(body) if re.search(r"[{\[](\w+\+)*%s\b" % p, u)]
            others = [q for q in people if q != p]
            mine = [u for u in mine if not any(re.search(r"[{\[](\w+\+)*%s\b" % q, u) for q in others)] or mine[:1]
            telling = [u for u in mine if mixed or re.search(r"\.(start|end|reason|revokeat|new_name)\b", u)]
            for u in telling[:3]:
                out.append((features("", fill(u, lang, r, lists, {})), CATEGORIES.index(kind(p)), OPERATIONS.index(op(p)) if mixed or op(p) == "create" else -1, 1.0 if mixed else 0.3, sk["id"]))
    return out


def negatives(data, r):
    """Plain messages that ask for nothing of ours, from permissively licensed lists (see the notice in manifest.toml)."""
    tsv = lambda p: [l.rstrip("\n").split("\t") for l in open(os.path.join(data, "messages", p), encoding="utf-8")][1:]
    other, support, hr = map(CATEGORIES.index, ("other", "support", "hr_question"))
    out = []
    subst = dict(date="Friday 3 July", person="Maria Lund", company="Acme", month="May", ticket="INC48213", email="help@acme.example")
    for lang, _, text in tsv("auto_replies_newsletters.tsv"):
        text = re.sub(r"\{(\w+)\}", lambda m: subst.get(m.group(1), ""), text)
        out += [(features("", text), other, -1, 1.0, text), (features(text[:40], text), other, -1, 1.0, text)]
    hr_intents = {"pto_request", "pto_balance", "pto_request_status", "pto_used", "payday", "direct_deposit", "rollover_401k", "w2", "insurance", "taxes", "income"}
    clinc = tsv("clinc150.tsv")
    out += [(features("", t), hr, -1, 0.25, t) for i, t in clinc if i in hr_intents][:700]
    out += [(features("", t), other, -1, 0.25, t) for i, t in r.sample(clinc, 1500) if i not in hr_intents]
    out += [(features("", t), other, -1, 0.25, t) for _, t in r.sample(tsv("crosswoz_zh.tsv"), 1200)]
    ask = [t for _, t in tsv("email_sentences_ask.tsv")]
    for k in range(1200):
        out.append((features("", " ".join(r.sample(ask, r.randint(1, 3)))), other, -1, 0.25, k))
    software = [x for x in tsv("multidogo_turns.tsv") if x[0] == "software" and "outage" in x[1]]
    out += [(features("", x[2]), support, -1, 0.3, x[2]) for x in software[:600]]
    return out


# ---------- training

def choose(rows):
    """The features worth keeping: in at least two sources, those whose sources' labels differ most from the average."""
    seen = {}
    total = np.zeros(len(CATEGORIES) + len(OPERATIONS))
    done = set()
    for f, y, o, w, source in rows:
        if source not in done:
            total[y] += 1
            if o >= 0:
                total[len(CATEGORIES) + o] += 1
        for h in f:
            if (h, source) not in done:
                done.add((h, source))
                c = seen.setdefault(h, {})
                c[y] = c.get(y, 0) + 1
                if o > 0:
                    c[len(CATEGORIES) + o] = c.get(len(CATEGORIES) + o, 0) + 1
        done.add(source)
    C = len(CATEGORIES)
    share = total / np.array([total[:C].sum()] * C + [total[C:].sum()] * (len(total) - C))
    ranked = []
    for h, c in seen.items():
        n = sum(v for k, v in c.items() if k < C)
        if n >= 2:
            gain = max((v - n * share[k]) / np.sqrt(n * share[k] + 1) for k, v in c.items())
            ranked.append((gain, h))
    ranked.sort(reverse=True)
    return sorted(h for _, h in ranked[:FEATURES])


def pack(rows, at):
    F = len(at)
    lists = [[at[h] for h in x[0] if h in at][:600] for x in rows]
    width = max(1, max(map(len, lists)))
    ids = np.full((len(rows), width), F, dtype=np.int32)
    for i, f in enumerate(lists):
        ids[i, :len(f)] = f
    n = (ids < F).sum(1)
    return ids, 1 / np.sqrt(np.maximum(n, 4)), np.array([x[1] for x in rows]), np.array([x[2] for x in rows]), np.array([x[3] for x in rows])


def softmax(z):
    z = z - z.max(1, keepdims=True)
    e = np.exp(z)
    return e / e.sum(1, keepdims=True)


def train(rows, at, seed, epochs=20, rate=1.0, decay=2e-6):
    ids, scale, y, o, w = pack(rows, at)
    rng = np.random.default_rng(seed)
    C, O = len(CATEGORIES), len(OPERATIONS)
    W = np.zeros(len(at) + 1, dtype=np.float32)[:, None].repeat(C + O, 1)
    G = np.full_like(W, 1e-3)
    B, GB = np.zeros(C + O, np.float32), np.full(C + O, 1e-3, np.float32)
    for e in range(epochs):
        order = rng.permutation(len(ids))
        for k in range(0, len(order), 64):
            b = order[k:k + 64]
            x = ids[b]
            z = W[x].sum(1) * scale[b, None] + B
            d = np.zeros_like(z)
            for lo, hi, t, f in ((0, C, y, 1.0), (C, C + O, o, 1.0)):
                has = t[b] >= 0
                p = softmax(z[:, lo:hi])
                p[np.arange(len(b)), np.where(has, t[b], 0)] -= 1
                if lo:
                    has = has * np.where(t[b] > 0, RARE, 1.0)
                d[:, lo:hi] = p * (has * w[b])[:, None] * f
            B_g = d.mean(0); GB += B_g ** 2; B -= rate * B_g / np.sqrt(GB)
            flat, inv = np.unique(x, return_inverse=True)
            g = np.zeros((len(flat), C + O), np.float32)
            inv = inv.reshape(x.shape)
            dd = (d * scale[b, None]).astype(np.float32) / len(b)
            for c in range(C + O):
                g[:, c] = np.bincount(inv.ravel(), weights=np.repeat(dd[:, c], x.shape[1]), minlength=len(flat))
            g += decay * W[flat]
            G[flat] += g ** 2
            W[flat] -= rate * g / np.sqrt(G[flat])
            W[-1] = 0
    return W[:-1], B


def scores(W, B, rows, at):
    ids, scale, y, o, _ = pack(rows, at)
    Wp = np.vstack([W, np.zeros((1, W.shape[1]), W.dtype)])
    z = np.vstack([Wp[ids[k:k + 256]].sum(1) * scale[k:k + 256, None] for k in range(0, len(ids), 256)]) + B
    return z, y, o


def temperature(z, y):
    best = min((-(np.log(softmax(z / t)[np.arange(len(y)), y] + 1e-9)).mean(), t) for t in np.linspace(0.3, 4, 75))
    return round(float(best[1]), 3)


def ece(p, y):
    conf, ok = p.max(1), p.argmax(1) == y
    return sum(abs(conf[m].mean() - ok[m].mean()) * m.sum() for m in ((conf >= a / 10) & (conf < a / 10 + .1001) for a in range(10)) if m.any()) / len(y)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--corpus", default=os.path.join(ROOT, "../shared/corpus"))
    ap.add_argument("--data", default=os.path.join(ROOT, "../shared/data"))
    ap.add_argument("--all", action="store_true")
    ap.add_argument("--check", action="store_true")
    ap.add_argument("--copies", type=int, default=6)
    a = ap.parse_args()
    r = random.Random(7)
    lists, sk = Lists(a.data), parse(a.corpus)
    held = [s for s in sk if int(hashlib.sha256(s["id"].encode()).hexdigest(), 16) % 5 == 0]
    kept = [s for s in sk if s not in held]
    neg = negatives(a.data, r)
    rows = examples(kept, r, lists, a.copies) + neg
    print(len(sk), "skeletons,", len(held), "held out;", len(rows), "training rows")
    at = {h: i for i, h in enumerate(choose(rows))}
    print(len(at), "features")
    W, B = train(rows, at, 1)
    whole = []
    for s in held:
        whole += [x for x in examples([s], r, lists, 1)][:1]
    z, y, o = scores(W, B, whole, at)
    C = len(CATEGORIES)
    t1 = temperature(z[:, :C], y)
    has = o >= 0
    t2 = temperature(z[has][:, C:], o[has])
    p1, p2 = softmax(z[:, :C] / t1), softmax(z[has][:, C:] / t2)
    acc1, acc2 = (p1.argmax(1) == y).mean(), (p2.argmax(1) == o[has]).mean()
    figures = {"category_accuracy": round(float(acc1), 4), "category_ece": round(float(ece(p1, y)), 4),
               "operation_accuracy": round(float(acc2), 4), "operation_ece": round(float(ece(p2, o[has])), 4)}
    for lang in ("en", "zh"):
        m = np.array([s["lang"] == lang for s in held])
        figures["category_accuracy_" + lang] = round(float((p1.argmax(1) == y)[m].mean()), 4)
    print(figures, "temperatures", t1, t2)
    for i, c in enumerate(CATEGORIES):
        got = p1.argmax(1)
        print(f"  {c:12} recall {(got[y == i] == i).mean():.3f} precision {(y[got == i] == i).mean():.3f}  n {(y == i).sum()}")
    for i, c in enumerate(OPERATIONS):
        got, gold = p2.argmax(1), o[has]
        print(f"  {c:12} recall {(got[gold == i] == i).mean():.3f} precision {(gold[got == i] == i).mean():.3f}  n {(gold == i).sum()}")
    if a.check:
        return
    if a.all:
        rows = examples(sk, r, lists, a.copies) + neg
        at = {h: i for i, h in enumerate(choose(rows))}
        W, B = train(rows, at, 1)
    step = np.abs(W).max(0) / 127
    step[step == 0] = 1
    q = np.round(W / step).astype(np.int8)
    blob = np.array(sorted(at), dtype="<u4").tobytes() + q.tobytes()
    with open(os.path.join(HERE, "weights.bin"), "wb") as f:
        f.write(blob)
    num = lambda xs: "[" + ", ".join(f"{float(x):.6g}" for x in xs) + "]"
    with open(os.path.join(HERE, "manifest.toml"), "w") as f:
        f.write(f'''# The intent model: what it reads and how it was made. Written by train.py.
name = "intent-v1"
licence = "Apache-2.0"
notice = "Trained on skeletons written for this project; negatives from CLINC150 (CC BY 3.0), CrossWOZ (Apache-2.0), ParakweetLabs EmailIntentDataSet (Apache-2.0) and MultiDoGO (CDLA-Permissive-1.0). No text of theirs is in the weights."
# weights.bin: the features' hashes (32 bits, little-endian, ascending), then for each feature one signed byte
# for each category and then for each operation.
features = {len(at)}
categories = {str(CATEGORIES).replace("'", '"')}
operations = {str(OPERATIONS).replace("'", '"')}
step = {num(step)}
bias = {num(B)}
category_temperature = {t1}
operation_temperature = {t2}
sha256 = "{hashlib.sha256(blob).hexdigest()}"

# Measured on the held-out fifth of the skeletons{", before the last training on all of them" if a.all else ""}.
[figures]
''' + "".join(f"{k} = {v}\n" for k, v in figures.items()))


if __name__ == "__main__":
    main()
