"""Fills one skeleton: walks its pieces and writes segments of text with their labels."""
import re

import fill_items
import fill_perturb
from fill_english import Articles, plural_verb, pronoun
from fill_names import address
from skeletons import Literal

NEEDS = {"grant", "revoke", "recover", "retain", "delegate", "not"}
_DATES = {"start", "end", "revokeat", "date", "until"}
_PRONOUNS = {"he", "He", "him", "his", "His"}
_ADDRESSED = ("总", "老师", "经理", "工", "姐", "哥", "主任", "總", "老師", "經理")
_ARTICLE = re.compile(r"\b([Aa])(n?) $")
_RECEIVER_EN = re.compile(r"(?i)(?:\b(?:to|by|with)|→|->|=>)(?: (?:his|her|their|our|the|my) (?:[a-z]+ )?"
                          r"(?:manager|deputy|colleague|successor|boss|supervisor|teacher|lead|replacement),?)?:? ?$")
_RECEIVER_ZH = re.compile(r"(?:给|給|予|交|转|轉|移交|归|歸|由|到|让|讓|请|請|→|->|接收人|接手人)\s?[:：]?\s?$")
_SENTENCE_END = re.compile(r"[.!?](?:\s|$)|[。！？\n；;]")


class Segment(list):
    """[text, labels]; `name` tells whose full name it is."""
    __slots__ = ("name",)

    def __init__(self, text, labels=(), name=None):
        super().__init__((text, labels))
        self.name = name


class Writer:
    """The state of one message while it is written."""

    def __init__(self, filler, skeleton, rng, held, exchange):
        self.filler, self.skeleton, self.rng, self.held = filler, skeleton, rng, held
        self.exchange = exchange
        self.lang, self.hant = skeleton.language, skeleton.hant
        self.plan = filler.dates.plan(rng, skeleton)
        self.people, self.memo = {}, {}
        self.articles = Articles()
        self.segments, self.tail, self.serial = [], "", 0
        self.they = None  # the piece after a 'they': its verb is made plural

    # -- output ------------------------------------------------------------------------------------------------

    def section(self, pieces):
        """The segments of the subject or the body."""
        self.segments, self.tail = [], "\n"
        self._walk(pieces, ())
        return self.segments

    def _put(self, text, labels, name=None):
        if text:
            self.segments.append(Segment(text, labels, name))
            self.tail = (self.tail + text)[-48:]

    def _label(self, who, field, value=None):
        """A label on the persons of `who`, or nothing for an x."""
        people = self.skeleton.whom(who)
        if not people:
            return ()
        self.serial += 1
        return ((people, field, value, self.serial),)

    # -- walking -----------------------------------------------------------------------------------------------

    def _walk(self, pieces, labels):
        for i, p in enumerate(pieces):
            if isinstance(p, str):
                if self.they:
                    p, self.they = plural_verb(p), None
                self.articles.text(p)
                self._put(p, labels)
            elif isinstance(p, Literal):
                self._literal(p, labels)
            else:
                after = pieces[i + 1] if i + 1 < len(pieces) and isinstance(pieces[i + 1], str) else ""
                self._slot(p, labels, after)

    def _literal(self, p, labels):
        if p.field in NEEDS and self.lang == "en":
            self.articles.literal(self.tail)
        inner = p.inner
        if self.exchange and p.pool and self.rng.random() < 0.3:
            pool = self.filler.pools.get(p.pool)
            if pool:
                inner = [self.rng.choice(pool)]
                self._agree(inner[0])
        self._walk(inner, labels + self._label(p.who, p.field, p.value))

    def _agree(self, words):
        """An 'a' or 'an' that stands before becomes the one that the words need."""
        if self.lang != "en" or not self.segments:
            return
        last = self.segments[-1]
        m = _ARTICLE.search(last[0])
        if m:
            right = fill_items.article(words)
            last[0] = last[0][:m.start()] + (right if m[1] == "a" else right.capitalize()) + " "

    def _slot(self, p, labels, after):
        who, field, rng = p.who, p.field, self.rng
        if field in _PRONOUNS:
            self._put(self._pronoun(who, field), labels)
            return
        if field in _DATES:
            prefix, words, value = self.plan.words(who, field, p.style, self.tail, after[:3])
            if field != "date" and who[0] != "x" and self.tail[-1:] == "\n" and self.lang == "en":
                prefix, words = (prefix.capitalize(), words) if prefix else ("", words[:1].upper() + words[1:])
            self._put(prefix, labels)
            self._put(words, labels + self._label(who, field, value))
            return
        words, value = self._words(p, after)
        if field in NEEDS and self.lang == "en":
            before = self.articles.slot(rng, field, p.style, words, self.tail, self._gender_of(who))
            if before == "a ":
                before = fill_items.article(words) + " "
            self._put(before, labels)
        self._agree(words)
        self._put(words, labels + self._label(who, field, value), who if field == "name" else None)

    def _words(self, p, after):
        """Fillers that are neither pronoun nor date: (words, value)."""
        who, field, rng, lang = p.who, p.field, self.rng, self.lang
        items = self.filler.items
        if field in NEEDS:
            return items.need(rng, lang, p.style, self.held, self.hant), None
        if field == "et":
            value, words = items.employment(rng, lang)
            return words, value
        if field == "wm":
            value, words = fill_items.closed(rng, fill_items.WORK_MODES, lang)
            return words, value
        if field == "reason":
            value, words = fill_items.closed(rng, fill_items.REASONS, lang)
            return words, value
        if field == "name":
            person = self.person(who)
            if who[0] == "x" and lang == "zh" and after.startswith(_ADDRESSED) and rng.random() < 0.6 \
                    and len(person.surname) < 3:
                return person.surname, None
            return person.full, None
        if field == "first":
            return self.person(who).first, None
        if field == "loc":
            return items.place(rng, lang, self.held, self.hant) if who[0] == "x" else self._kept(
                who, field, lambda: items.place(rng, lang, self.held, self.hant)), None
        makers = {
            "title": lambda: items.title(rng, lang, self.held, self.hant),
            "dept": lambda: items.department(rng, lang, self.held, self.hant),
            "mgr": self._manager,
            "emp": lambda: fill_items.employee_number(rng),
            "new_name": lambda: self._new_name(who),
            "email": lambda: address(rng, self.person(who)) + "@" + self._domain(),
            "phone": lambda: fill_items.phone(rng, lang),
        }
        if field in makers:
            return self._kept(who, field, makers[field]), None
        if field == "software":
            return items.software(rng, lang, self.held), None
        if field == "firm":
            return fill_items.firm(rng, lang), None
        return str(rng.randint(2, 9) if rng.random() < 0.3 else rng.randint(10, 99999)), None

    def _kept(self, who, field, make):
        """The same words each time in one message."""
        key = (who, field)
        if key not in self.memo:
            self.memo[key] = make()
        return self.memo[key]

    def _domain(self):
        return self._kept("", "domain", lambda: fill_items.mail_domain(self.rng))

    # -- people ------------------------------------------------------------------------------------------------

    def person(self, who):
        """The person of `p1`, `x2`; for a group, its first."""
        who = (self.skeleton.whom(who) or (who,))[0]
        if who not in self.people:
            hint = self.filler.genders[self.skeleton.id].get(who)
            taken = {p.full for p in self.people.values()}
            for _ in range(5):
                p = self.filler.names.draw(self.rng, self.lang, self.held, self.hant, hint)
                if p.full not in taken:
                    break
            if p.gender == "x" and (hint is None and who[0] == "x" or not self.filler.they[self.skeleton.id]):
                p.gender = self.rng.choice("mf")
            self.people[who] = p
        return self.people[who]

    def _gender_of(self, who):
        people = self.skeleton.whom(who)
        return self.person(who).gender if len(people) == 1 else "x" if people else None

    def _pronoun(self, who, field):
        several = len(self.skeleton.whom(who)) > 1
        gender = "x" if several else self.person(who).gender
        if self.lang == "zh":
            if several:
                return "他们" if not self.hant else "他們"
            if self.rng.random() < 0.01:
                return "TA"
            word = "她" if gender == "f" else "他"
            return word
        if gender == "x" and field.lower() == "he":
            self.they = True
        return pronoun(field, gender)

    def _manager(self):
        p = self.filler.names.draw(self.rng, self.lang, self.held, self.hant)
        if self.lang == "zh":
            return p.first if p.first.endswith(_ADDRESSED) and self.rng.random() < 0.45 else p.full
        return p.first if self.rng.random() < 0.06 else p.full

    def _new_name(self, who):
        """Someone's name after a change: mostly a new family name, the given one kept."""
        p, old = self.filler.names.draw(self.rng, self.lang, self.held, self.hant), self.person(who)
        if self.lang == "en" and self.rng.random() < 0.6 and old.full.startswith(old.first):
            return f"{old.first} {p.surname}"
        return p.full


def mark_receivers(segments, language, serial):
    """Adds a `to` label to the name that a delegation goes to."""
    limit, connector = (44, _RECEIVER_EN) if language == "en" else (12, _RECEIVER_ZH)
    for i, s in enumerate(segments):
        for people, field, _, uid in s[1]:
            if field != "delegate" or (i + 1 < len(segments) and any(x[3] == uid for x in segments[i + 1][1])):
                continue
            gap = ""
            for t in segments[i + 1:]:
                if t.name and not set(people) & {p for x in t[1] for p in x[0]}:
                    # A name that stands inside another label (someone's access) is not reached.
                    if connector.search(gap) and not any(x[1] not in ("name", "to") for x in t[1]):
                        serial += 1
                        t[1] += ((people, "to", None, serial),)
                    break
                if any(x[1] not in ("delegate", "name", "first") for x in t[1]):
                    break
                gap += t[0] if not t[1] else ""
                if len(gap) > limit or _SENTENCE_END.search(gap):
                    break
    return serial


def cut_signature(rng, segments):
    """Half of the time drops what stands under the sign-off's name, as intake does with signature blocks."""
    dashes = next((i for i, s in enumerate(segments) if not s[1] and re.search(r"\n--+ ?\n", s[0])), None)
    if dashes is not None and not any(s[1] for s in segments[dashes + 1:]) and rng.random() < 0.5:
        segments[dashes][0] = re.split(r"\n--+ ?\n", segments[dashes][0])[0]
        return segments[:dashes + 1]
    last = next((i for i in range(len(segments) - 1, -1, -1) if segments[i].name), None)
    if last is None or segments[last].name[0] != "x" or rng.random() < 0.5:
        return segments
    under = segments[last + 1:]
    before = segments[last - 1][0] if last else "\n"
    if not before.endswith("\n") or any(s[1] for s in under) or not under or not under[0][0].startswith("\n") \
            or len("".join(s[0] for s in under)) > 160:
        return segments
    return segments[:last + 1]


def assemble(skeleton, writer, subject, body, audit=None):
    """The labelled message of the segments (format: README.md). `audit` receives what was put under each label."""
    text, marks = "", {}
    for s in subject + ([Segment("\n")] if subject else []) + body:
        begin = len(text)
        text += s[0]
        for label in s[1]:
            mark = marks.setdefault(label[3], [begin, 0, label])
            mark[1] = len(text)
            if audit is not None:
                audit.setdefault(label[3], [label, ""])[1] += s[0]
    subject_chars = sum(len(s[0]) for s in subject)
    people = {p: {"kind": skeleton.kind(p), "operation": skeleton.operation(p),
                  "self": skeleton.keys.get("from") == "self" and p == "p1", "names": [], "spans": []}
              for p in skeleton.people}
    for begin, end, (who, field, value, _) in sorted(marks.values(), key=lambda m: (m[0], m[1])):
        while begin < end and text[begin].isspace():
            begin += 1
        while end > begin and text[end - 1].isspace():
            end -= 1
        for p in who if begin < end else ():
            if field in ("name", "first"):
                people[p]["names"].append([begin, end, field])
            else:
                people[p]["spans"].append([begin, end, field, value])
    out = {"skeleton": skeleton.id, "language": skeleton.language, "channel": skeleton.channel,
           "received_at": writer.plan.received.isoformat(), "subject_chars": subject_chars, "text": text.rstrip(),
           "category": skeleton.category, "flags": skeleton.flags, "people": list(people.values())}
    if "from" in skeleton.keys:
        out["from"] = skeleton.keys["from"]
    return out


def write(filler, skeleton, rng, held, perturb, audit=None):
    """One message of a skeleton."""
    writer = Writer(filler, skeleton, rng, held, exchange=perturb and not held)
    subject = writer.section(skeleton.subject)
    body = writer.section(skeleton.body)
    serial = mark_receivers(subject, skeleton.language, writer.serial)
    mark_receivers(body, skeleton.language, serial)
    if skeleton.channel == "mail":
        body = cut_signature(rng, body)
    if perturb:
        if subject and rng.random() < 0.15 and (skeleton.id in filler.subject_free):
            subject = []
        if skeleton.channel != "chat":
            subject = fill_perturb.perturb_subject(rng, skeleton.language, skeleton.hant, subject)
        body = fill_perturb.perturb_body(rng, skeleton, body, lambda: filler.sentence(rng, skeleton.language))
        fill_perturb.perturb_marks(rng, skeleton, subject + body)
        _one_line(subject)
    return assemble(skeleton, writer, subject, body, audit)


def _one_line(subject):
    """A wrapped subject would be read as the body."""
    for s in subject:
        s[0] = s[0].replace("\n", " ")
