#!/usr/bin/env python3
"""Fits how often values are right to how surely they are said, and writes it into a reader's manifest.

usage: calibrate.py READER MUSTER HELD.jsonl

HELD: labelled messages of skeletons, names and products that were not learned from (`fill.py --fold held`). The reader
reads them with `MUSTER extract`; for each language and field a line on the logarithm of the odds is fitted by Newton's
method, drawn a little towards slope 1 and intercept 0. Standard library only.
"""
import collections, json, math, os, re, subprocess, sys, tempfile, unicodedata

TEXTS = {"title": "job_title", "dept": "department", "mgr": "manager", "loc": "location"}
CLASSES = {"et": "employment_type", "wm": "work_mode", "reason": "reason"}
DATES = {"start": "start_date", "end": "end_date"}
NEEDS = ["grant", "revoke", "recover", "retain", "delegate"]
PULL = 4.0


def norm(text):
    text = unicodedata.normalize("NFKC", str(text)).lower()
    text = re.sub(r"\b(mr|mrs|ms|dr|the|a|an|our|my|his|her|their|team|department|office)\b\.?", " ", text)
    return re.sub(r"[\W_]+", " ", text).strip()


def same(gold, got):
    g, p = norm(gold), norm(got)
    if not g or not p:
        return False
    if re.search("[一-鿿]", g + p):
        g, p = g.replace(" ", ""), p.replace(" ", "")
        return g in p and len(p) <= 2 * len(g) or p in g and 2 * len(p) >= len(g)
    a, b = set(g.split()), set(p.split())
    return len(a & b) / len(a) >= 0.6 and len(b) <= 2 * len(a) + 2


def read(reader, muster, messages):
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, m in enumerate(messages):
            subject = m["text"][: m["subject_chars"]]
            body = m["text"][m["subject_chars"] + 1 :] if subject else m["text"]
            path = f"{folder}/{number:06}.json"
            with open(path, "w", encoding="utf-8") as file:
                json.dump(dict(channel=m["channel"], id=str(number), subject=subject or None, text=body, received_at=m["received_at"]), file)
            paths.append(path)
        env = dict(os.environ, MUSTER_READER=reader)
        out = subprocess.run([muster, "extract", *paths], capture_output=True, text=True, env=env)
    found = [json.loads(line) for line in out.stdout.splitlines()]
    return {int(u["message"]["id"]): u for u in found}


def overlaps(field, spans):
    return any(e["start"] < b and a < e["end"] for e in field["evidence"] for a, b in spans)


def pairs(message, said):
    """(field, confidence, right) of each value that was said."""
    text = message["text"]
    yield "category", said["triage"]["confidence"], said["triage"]["category"] == message["category"]
    left = list(message["people"])
    for request in said["requests"]:
        name = (request["person"].get("name") or {}).get("value")
        names = lambda p: [text[a:b] for a, b, _ in p["names"]]
        person = next((p for p in left if not names(p) and not name or name and any(same(n, name) for n in names(p))), None)
        if request["person"].get("name"):
            yield "name", request["person"]["name"]["confidence"], person is not None
        if person is None:
            continue
        left.remove(person)
        of = lambda field: [(a, b, v) for a, b, f, v in person["spans"] if f == field]
        for field, key in TEXTS.items():
            if got := request.get(key):
                yield key, got["confidence"], any(same(text[a:b], got["value"]) for a, b, _ in of(field))
        if got := request["person"].get("employee_number"):
            yield "employee_number", got["confidence"], any(norm(text[a:b]) == norm(got["value"]) for a, b, _ in of("emp"))
        for field, key in CLASSES.items():
            if got := request.get(key):
                yield key, got["confidence"], got["value"] in [v for _, _, v in of(field)]
        for field, key in DATES.items():
            if got := request.get(key):
                known = [v for _, _, v in of(field) if v]
                yield key, got["confidence"], got["value"] in known if known else overlaps(got, [s[:2] for s in of(field)])
        if got := request.get("revoke_at"):
            yield "revoke_at", got["confidence"], overlaps(got, [s[:2] for s in of("revokeat")])
        for need in request["needs"]:
            gold = [text[a:b] for a, b, f, _ in person["spans"] if f == need["action"] or f == "like" and need.get("like")]
            yield "needs", need["confidence"], any(same(g, need["text"]) for g in gold)


def fit(points):
    """Slope and intercept on the logarithm of the odds."""
    slope, intercept = 1.0, 0.0
    xs = [(math.log(min(max(c, 1e-3), 1 - 1e-3) / (1 - min(max(c, 1e-3), 1 - 1e-3))), r) for c, r in points]
    for _ in range(30):
        g = [PULL * (slope - 1), PULL * intercept]
        h = [[PULL, 0.0], [0.0, PULL]]
        for x, r in xs:
            p = 1 / (1 + math.exp(-(slope * x + intercept)))
            w = p * (1 - p)
            g[0] += (p - r) * x
            g[1] += p - r
            h[0][0] += w * x * x
            h[0][1] += w * x
            h[1][0] += w * x
            h[1][1] += w
        d = h[0][0] * h[1][1] - h[0][1] * h[1][0]
        step = [(h[1][1] * g[0] - h[0][1] * g[1]) / d, (h[0][0] * g[1] - h[1][0] * g[0]) / d]
        slope, intercept = max(0.2, slope - step[0]), intercept - step[1]
    return [round(slope, 3), round(intercept, 3)]


def main():
    reader, muster, held = sys.argv[1:]
    path = f"{reader}/manifest.toml"
    manifest = open(path, encoding="utf-8").read()
    figures = manifest[manifest.index("# Measured") :] if "# Measured" in manifest else ""
    bare = manifest.split("\n# Confidences:")[0].split("\n# Measured")[0].rstrip() + "\n"
    with open(path, "w", encoding="utf-8") as file:
        file.write(bare)
    messages = [json.loads(line) for line in open(held, encoding="utf-8")]
    said = read(reader, muster, messages)
    points = collections.defaultdict(list)
    for number, message in enumerate(messages):
        if number in said:
            for field, confidence, right in pairs(message, said[number]):
                points[message["language"], field].append((confidence, right))
    lines = ["", f"# Confidences: slope and intercept on the logarithm of the odds, fitted by models/reader/calibrate.py on {len(said)} messages of held-out skeletons."]
    for language in ("en", "zh"):
        lines += [f"[calibration.{language}]"]
        for (own, field), values in sorted(points.items()):
            if own == language:
                mean = sum(r for _, r in values) / len(values)
                line = fit(values)
                print(f"{language} {field}: {len(values)} values, {mean:.3f} right, line {line}")
                lines.append(f"{field} = [{line[0]}, {line[1]}]")
        lines.append("")
    with open(path, "w", encoding="utf-8") as file:
        file.write(bare + "\n".join(lines) + ("\n" + figures if figures else ""))


if __name__ == "__main__":
    main()
