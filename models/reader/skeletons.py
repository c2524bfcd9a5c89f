"""Reads corpus skeletons (../corpus/README.md) into pieces that the filler walks through."""
import glob
import os
import re
import zlib
from dataclasses import dataclass, field

REQUESTS = ("onboarding", "offboarding", "transfer", "access")

_WHO = r"(?:p\d+(?:\+p\d+)*|all|x\d*)"
_TOKEN = re.compile(
    r"\{(?P<slot_who>%s)\.(?P<slot_field>[A-Za-z_]+)(?::(?P<style>[A-Za-z]+))?\}"
    r"|\[(?P<who>%s)\.(?P<field>[A-Za-z_]+)(?::[A-Za-z]+)?(?:=(?P<value>[a-z_]+))?\|" % (_WHO, _WHO)
)
_SUBJECT = re.compile(r"\s*(?:Subject|主题)[:：][ \t]*(.*)\n?")
# Characters of everyday traditional writing that simplified texts do not have.
_TRADITIONAL = set("這們請開為說軟電職離員帳號權許單門應對處務與將時間後給報週個歸還轉調設備機課資訊簽協試認")


@dataclass
class Slot:
    """A place that the generator fills. `article` of a title is fixed up after filling."""
    who: str
    field: str
    style: str = ""


@dataclass
class Literal:
    """Labelled words that stand as they are (`inner` may hold slots)."""
    who: str
    field: str
    value: str = None
    inner: list = field(default_factory=list)
    pool: tuple = None  # which other literals may take its place, set by `fill_exchange`


@dataclass
class Skeleton:
    id: str
    language: str
    channel: str
    category: str
    keys: dict
    subject: list
    body: list
    people: list
    hant: bool
    held: bool
    slots: tuple  # every (who, field) that is filled somewhere in the text
    plain: str  # the unlabelled words, for hints such as pronouns

    @property
    def flags(self):
        return [f for f in self.keys.get("flags", "").split("|") if f]

    def kind(self, person):
        """The request's category of one person."""
        fallback = self.category if self.category in REQUESTS else "onboarding"
        return self.keys.get(person + ".kind", fallback)

    def operation(self, person):
        return self.keys.get(person + ".op", "create")

    def whom(self, who):
        """The persons concerned that a WHO stands for; none for x's."""
        if who[0] == "x":
            return ()
        return tuple(self.people) if who == "all" else tuple(who.split("+"))


def is_held(skeleton_id):
    """Ten per cent of the skeletons are kept for validation, by a hash of their id."""
    return zlib.crc32(("v" + skeleton_id).encode()) % 1000 < 100


def pieces(text):
    """The text as a list of strings, slots and literals."""
    out, at = [], 0
    while at < len(text):
        m = _TOKEN.search(text, at)
        if not m:
            out.append(text[at:])
            break
        if m.start() > at:
            out.append(text[at:m.start()])
        if m["slot_who"]:
            out.append(Slot(m["slot_who"], m["slot_field"], m["style"] or ""))
            at = m.end()
        else:
            end = _closing(text, m.end())
            out.append(Literal(m["who"], m["field"], m["value"], pieces(text[m.end():end])))
            at = end + 1
    return out


def _closing(text, at):
    """Where the bracket closes that was opened before `at`."""
    depth = 1
    while at < len(text):
        depth += {"[": 1, "]": -1}.get(text[at], 0)
        if not depth:
            return at
        at += 1
    raise ValueError("label does not close: " + text[-40:])


def walk(parts):
    """Every piece, those inside literals too."""
    for p in parts:
        yield p
        if isinstance(p, Literal):
            yield from walk(p.inner)


def _read(block):
    head, _, body = block.partition("\n")
    fields = [x.strip() for x in head.split(";")]
    keys = dict(x.split("=", 1) for x in fields[3:] if "=" in x)
    # Quoted older mail is cut off by intake; a person named there only stays unmentioned.
    lines = [line for line in body.strip("\n").split("\n") if not line.startswith(">")]
    body = "\n".join(lines).rstrip("\n")
    subject, m = "", _SUBJECT.match(body)
    if m:
        subject, body = m[1].strip(), body[m.end():].lstrip("\n")
    subject, body = pieces(subject), pieces(body)
    parts = list(walk(subject + body))
    people = sorted({w for p in parts if not isinstance(p, str) for w in p.who.split("+")
                     if w[0] == "p"}, key=lambda w: int(w[1:]))
    plain = "".join(p for p in subject + body if isinstance(p, str))
    language = fields[0][:2]
    return Skeleton(
        id=fields[0], language=language, channel=fields[1], category=fields[2], keys=keys,
        subject=subject, body=body, people=people,
        hant=language == "zh" and (keys.get("script") == "hant"
                                   or len(_TRADITIONAL & set(block)) >= 3),
        held=is_held(fields[0]),
        slots=tuple(sorted({(p.who, p.field) for p in parts if isinstance(p, Slot)})), plain=plain)


def read_corpus(folders):
    """All skeletons of the folders' `LANG-LETTER.txt` files, in order."""
    out = []
    for folder in folders:
        for path in sorted(glob.glob(os.path.join(folder, "??-?.txt"))):
            with open(path, encoding="utf-8") as f:
                blocks = re.split(r"(?m)^=== ?", f.read())
            out += [_read(b) for b in blocks[1:]]
    return out
