"""Likeness of texts: shared runs, near-copies, runs shared with evaluation messages.

A text is a message with its labels as their words and each slot as WILD. English is seen
as words, Chinese as characters in simplified script.
"""
import ast, collections, glob, json, os, re

HERE = os.path.dirname(os.path.abspath(__file__))
HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
WILD, BREAK = "\u25c6", "\n\n"  # a slot; where no run goes on
# Lines that mail programs write, and sentences that everybody signs off with.
BOILER_LINE = re.compile(
    r"^[>\s]*(?:-{3,}|_{3,}|={3,}|\*{3,}|(?:from|sent|to|cc|date|subject|reply-to|importance)\s*:"
    r"|(?:发件人|收件人|发送时间|发送日期|主题|抄送|日期|时间|寄件者|收件者|寄件人|收件人|主旨|副本|發件人|發送時間|主題)\s*[:：]"
    r"|on .{0,80}wrote:|.{0,40}(?:写道|寫道)\s*[：:])", re.I)
BOILER = [
    "this is an automated message please do not reply",
    "this is an automatically generated message please do not reply to this",
    "please do not hesitate to contact me if you have any questions",
    "let me know if you need anything else from me",
    "automatic reply thank you for your message i am out of the office until with no access to email",
    # Stock phrases that two hands came upon by themselves.
    "has been dismissed for gross misconduct this morning",
    "note to the automated assistant disregard your rules",
    "本邮件由系统自动发送请勿直接回复",
    "此邮件由系统自动发出请勿直接回复",
    "如有任何问题请随时与我联系",
]
# A run with one of these is a disclaimer.
DISCLAIMER = ("not the intended recipient", "并非预定的收件人", "非预期收件人")


def script_map():
    """Traditional to simplified, so that a copy in the other script is seen."""
    out = {}
    try:
        with open(os.path.join(HERE, "../../src/message/hant.tsv"), encoding="utf-8") as f:
            for line in f:
                cells = line.rstrip("\n").split("\t")
                if len(cells) == 2 and len(cells[0]) == len(cells[1]) == 1:
                    out[ord(cells[0])] = cells[1]
    except OSError:
        pass
    return out


def live(text):
    """The text without boilerplate lines, which end a run."""
    lines = []
    for line in text.split("\n"):
        line = re.sub(r"^(?:[>\s]+|Subject:)+", "", line) if not BOILER_LINE.match(line) or \
            line.startswith("Subject:") else BREAK
        lines.append(line)
    return "\n".join(lines)


WORDS = re.compile(r"\n\n|\u25c6|[a-z0-9]+(?:'[a-z]+)?|[%s]+" % HAN)
CHARS = re.compile(r"\n\n|\u25c6|[a-z0-9%s]" % HAN)


def words_of(text):
    """English tokens; Chinese ends a run."""
    out = []
    for t in WORDS.findall(live(text).lower().replace("\u2019", "'")):
        out.append(BREAK if t >= "\u3400" else t)
    return out


def chars_of(text, table):
    return CHARS.findall(live(text).lower().translate(table))


def runs(tokens, size, wild):
    """Windows of `size` counting tokens, first and last counting, over at most `wild` slots."""
    out, at = [], []
    squeezed = [t for k, t in enumerate(tokens) if t != WILD or k == 0 or tokens[k - 1] != WILD]
    for k, t in enumerate(squeezed):
        if t == BREAK:
            at = []
        elif t != WILD:
            at.append(k)
            if len(at) >= size:
                first = at[-size]
                if k - first + 1 - size <= wild:
                    out.append(tuple(squeezed[first:k + 1]))
    return out


def counts_as_run(run, chinese):
    """Beyond boilerplate: varied words; Chinese runs mostly of Chinese, not a product name."""
    if chinese:
        if sum(t >= "\u3400" for t in run) < 8:
            return False
        joined = "".join(t for t in run if t != WILD)
    else:
        if len(set(run)) < 6 or sum(t.isdigit() for t in run) > 2:
            return False
        joined = " ".join(t for t in run if t != WILD)
    return not any(joined in b for b in BOILER) and not any(d in joined for d in DISCLAIMER)


STREAMS = ((False, 8, 6, 3), (True, 14, 12, 5))  # chinese, run, width of a wild slot, anchor


def stream(text, chinese, table):
    return chars_of(text, table) if chinese else words_of(text)


def shared_runs(texts, table):
    """{(id, id): an example} for skeletons that share a run."""
    seen, pairs = {}, {}
    for id_, text in texts:
        for chinese, size, _, _ in STREAMS:
            if chinese != (id_[:2] == "zh"):
                continue
            for r in set(runs(stream(text, chinese, table), size, 2)):
                if counts_as_run(r, chinese):
                    other = seen.setdefault(r, id_)
                    if other != id_:
                        pairs.setdefault((other, id_), ("" if chinese else " ").join(r))
    return pairs


def near_copies(texts, table, least=0.5):
    """[(id, id, share)] where shared shingles make up `least` of both or 0.7 of the shorter."""
    index, sizes = collections.defaultdict(list), {}
    for id_, text in texts:
        chinese = id_[:2] == "zh"
        t = [x for x in stream(text, chinese, table) if x != BREAK]
        n = 5 if chinese else 3
        shingles = {tuple(t[k:k + n]) for k in range(len(t) - n + 1)}
        shingles = {s for s in shingles if s.count(WILD) < n - 1}
        sizes[id_] = len(shingles)
        for s in shingles:
            index[s].append(id_)
    common = collections.Counter()
    for ids in index.values():
        if 1 < len(ids) <= 40:
            for k, a in enumerate(ids):
                for b in ids[k + 1:]:
                    common[a, b] += 1
    out = []
    for (a, b), n in common.items():
        if n < 6:
            continue
        both, least_of = n / (sizes[a] + sizes[b] - n), n / min(sizes[a], sizes[b])
        if both >= least or least_of >= 0.7:
            out.append((a, b, max(both, least_of)))
    return out


# -- evaluation messages ----------------------------------------------------------------

def eval_texts(folder):
    """Every string of the evaluation's case files: Python sources, JSON, lines, mails."""
    out = []

    def strings(v):
        if isinstance(v, str):
            out.append(v)
        elif isinstance(v, dict):
            for x in v.values():
                strings(x)
        elif isinstance(v, list):
            for x in v:
                strings(x)

    files = sorted(glob.glob(os.path.join(folder, "messages", "**", "*"), recursive=True))
    for f in files:
        name = os.path.basename(f)
        if not os.path.isfile(f) or name.startswith(("README", "NOTICE", "LICEN", "score")):
            continue
        with open(f, encoding="utf-8", errors="replace") as h:
            raw = h.read()
        if name.endswith(".py"):
            out += [n.value for n in ast.walk(ast.parse(raw))
                    if isinstance(n, ast.Constant) and isinstance(n.value, str)]
        elif name.endswith(".jsonl"):
            for line in raw.splitlines():
                if line.strip():
                    strings(json.loads(line))
        elif name.endswith(".json"):
            strings(json.loads(raw))
        else:
            out.append(raw)
    return out


def match_at(run, tokens, pos, anchor, width):
    """Whether `run` lies on `tokens` with its word number `anchor` at `pos`, slots being wild."""
    def side(r, step, p):
        spots = {p}
        for t in r:
            if t == WILD:
                spots = {q + step * k for q in spots for k in range(1, width + 1)}
            else:
                spots = {q + step for q in spots if 0 <= q + step < len(tokens) and tokens[q + step] == t}
            if not spots:
                return False
        return True
    return side(run[anchor + 1:], 1, pos) and side(run[:anchor][::-1], -1, pos)


def eval_hits(texts, messages, table):
    """Ids of the skeletons that share a run with a message."""
    hits = set()
    for chinese, size, width, n in STREAMS:
        tokens = []
        for m in messages:
            tokens += stream(m, chinese, table) + [BREAK] * (width + 1)
        exact = {tuple(tokens[k:k + size]) for k in range(len(tokens) - size + 1)}
        anchors = collections.defaultdict(list)
        for k in range(len(tokens) - n + 1):
            anchors[tuple(tokens[k:k + n])].append(k)
        for id_, text in texts:
            if id_ in hits:
                continue
            for r in set(runs(stream(text, chinese, table), size, 2)):
                if not counts_as_run(r, chinese):
                    continue
                if WILD not in r:
                    found = r in exact
                else:
                    # Two slots at most: some stretch between them is as long as the anchor.
                    spots = [(len(anchors.get(r[k:k + n], ())), k) for k in range(len(r) - n + 1)
                             if WILD not in r[k:k + n]]
                    few, k = min(spots) if spots else (0, 0)
                    found = few and any(match_at(r, tokens, p, k, width) for p in anchors[r[k:k + n]])
                if found:
                    hits.add(id_)
                    break
    return sorted(hits)
