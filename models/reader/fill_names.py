"""Invents people: full name, the short form used on later mention, gender."""
import re
import unicodedata
from dataclasses import dataclass

from fill_hant import to_traditional

_NICKNAMES = {}
for _line in """Alexander Alex Sasha|Alexandra Alex Sandra|Andrew Andy Drew|Anthony Tony|Benjamin Ben|Catherine Cathy Kate
Charles Charlie Chuck|Christine Chris Tina|Christopher Chris|Daniel Dan Danny|David Dave|Deborah Deb Debbie|Donald Don
Edward Ed Ted|Elizabeth Liz Beth Lizzie|Francis Frank|Frederick Fred|Gregory Greg|Jacqueline Jackie|James Jim Jamie
Jennifer Jen Jenny|Jessica Jess|John Jack|Jonathan Jon|Joseph Joe|Joshua Josh|Katherine Kate Kathy|Kenneth Ken
Kimberly Kim|Lawrence Larry|Margaret Maggie Peg Meg|Matthew Matt|Michael Mike Mick|Michelle Shelly|Nicholas Nick
Nicole Nikki|Pamela Pam|Patricia Pat Trish|Patrick Pat Paddy|Peter Pete|Philip Phil|Rebecca Becky Becca|Richard Rich Dick
Robert Rob Bob Bobby|Ronald Ron|Samantha Sam|Samuel Sam|Stephen Steve|Steven Steve|Susan Sue|Theodore Ted|Theresa Terry
Thomas Tom|Timothy Tim|Victoria Vicky|Vincent Vince|William Will Bill""".replace("\n", "|").split("|"):
    _NICKNAMES[_line.split()[0]] = _line.split()[1:]

_PARTICLES = {"germanic": ["van der", "van den", "van", "de", "von", "von der", "ter"],
              "romance": ["de", "di", "del", "De", "da", "le", "Le"],
              "hispanic": ["de la", "de", "del", "dos", "da"],
              "arabic": ["Al", "El", "bin", "Ben", "Abu"]}
_EN_IN_ZH = ("Kevin Lucy Tony Amy Jason Cindy Vivian Leo Jack Grace Eric Jenny Allen Coco Frank Iris Ivy Peter Sunny "
             "Linda Simon Tina Wendy Michael Zoe Andy Echo Henry Yuki Nancy Alex Fiona Steven Daisy Mark Queenie").split()
_ADDRESS = {"m": ["哥", "工", "总", "经理", "老师", "主任", "部长"],
            "f": ["姐", "工", "总", "经理", "老师", "主任", "部长"]}


@dataclass
class Person:
    full: str
    first: str
    surname: str
    gender: str  # m, f, or x: written of as 'they'
    pinyin: str = ""  # given and family name in Latin letters, for addresses


class Names:
    def __init__(self, lists):
        self.lists = lists

    def draw(self, rng, language, held=False, hant=False, gender=None):
        """A person; `gender` is asked for where the words around tell it."""
        if language == "en":
            return self._western(rng, held, gender)
        if rng.random() < 0.05:
            return self._english_in_chinese(rng, held, gender)
        return self._chinese(rng, held, hant, gender)

    def _western(self, rng, held, gender):
        q = rng.random()
        if q < 0.08:
            return self._pinyin(rng, held, gender)
        if q < 0.13:
            return self._hong_kong(rng, held, gender)
        lists, origin = self.lists, None
        if q < 0.45:
            given, surname = lists.given_usual, lists.family_usual
            if rng.random() < 0.3:
                surname = lists.family_all
        elif q < 0.55:
            given, surname = lists.given_all, lists.family_all
        else:
            origin = rng.choice(lists.origin_names)
            given, surname = lists.origins[origin]
            if rng.random() < 0.1:
                given = lists.given_usual
        name, sex = given.draw(rng, held)
        if gender in ("m", "f") and sex in ("m", "f") and sex != gender:
            for _ in range(6):
                name, sex = given.draw(rng, held)
                if sex not in ("m", "f") or sex == gender:
                    break
        family = surname.draw(rng, held)
        if origin == "hispanic" and rng.random() < 0.35:
            family += rng.choice([" ", " ", " y ", "-"]) + surname.draw(rng, held)
        elif origin in _PARTICLES and rng.random() < 0.2 and " " not in family:
            family = rng.choice(_PARTICLES[origin]) + " " + family
        elif rng.random() < 0.04:
            family += "-" + surname.draw(rng, held)
        full_given = name
        q = rng.random()
        if q < 0.04:
            full_given += " " + rng.choice("ABCDEFGHJKLMNPRSTW") + "."
        elif q < 0.06:
            full_given += " " + given.draw(rng, held)[0]
        elif q < 0.07:
            full_given = name[0] + "." + (rng.choice("ABCDEFGHJKLMPRST") + "." if rng.random() < 0.5 else "")
        first = name
        if name in _NICKNAMES and rng.random() < 0.35:
            first = rng.choice(_NICKNAMES[name])
        full = self._order(rng, full_given, family, vietnamese=origin == "vietnamese")
        if rng.random() < 0.015:
            full = f"{full_given} {_quoted(rng, first)} {family}" if first != name else full
        elif rng.random() < 0.01:
            full = first = full_given + " " + family[0] + "."
        return Person(full, first, family, gender or _sex(rng, sex), f"{name} {family}")

    @staticmethod
    def _order(rng, given, family, vietnamese=False):
        q = rng.random()
        if vietnamese and q < 0.5:
            return f"{family} {given}"
        if q < 0.02:
            return f"{family}, {given}"
        if q < 0.05:
            return f"{given} {family.upper()}"
        if q < 0.06:
            return f"{family.upper()} {given}"
        if q < 0.065:
            return f"{family.upper()}, {given}"
        return f"{given} {family}"

    def _pinyin(self, rng, held, gender):
        full = self.lists.pinyin_full.draw(rng, held)
        words = full.replace(",", "").split()
        # The family name is in capitals, before a comma, or mostly the shorter word of one syllable.
        family = next((w for w in words if w.isupper() and len(w) > 1), words[0] if "," in full else None)
        if family is None:
            family = min((words[0], words[-1]), key=len)
        given = [w for w in words if w != family] or words
        return Person(full, " ".join(given), family, gender or _sex(rng, "x"), f"{given[0]} {family}")

    def _hong_kong(self, rng, held, gender):
        full = self.lists.hk_full.draw(rng, held)
        words = full.split()
        if len(words) < 3:
            first, family = words[0], words[-1]
        elif words[0].isupper() or len(words) == 3:
            first, family = " ".join(words[1:]), words[0]
        else:
            first, family = words[0], words[1]
        return Person(full, first, family, gender or _sex(rng, "x"), f"{first.split()[0]} {family}")

    def _english_in_chinese(self, rng, held, gender):
        name, sex = self.lists.given_usual.draw(rng, held)
        family = self.lists.family_usual.draw(rng, held)
        full = name if rng.random() < 0.1 else f"{name} {family}"
        return Person(full, name, family, gender or _sex(rng, sex, they=0), f"{name} {family}")

    def _chinese(self, rng, held, hant, gender):
        lists, q = self.lists, rng.random()
        if hant:
            full = lists.zh_hant.draw(rng, held) if q < 0.85 else to_traditional(lists.zh_full.draw(rng, held))
        elif q < 0.80:
            full = lists.zh_full.draw(rng, held)
        elif q < 0.84:
            full = lists.zh_compound.draw(rng, held)
        elif q < 0.91:
            full = lists.zh_minority.draw(rng, held)
        elif q < 0.97:
            full = lists.zh_foreign.draw(rng, held)
        else:
            full = lists.zh_hant.draw(rng, held)
        if "·" in full or len(full) > 4:
            parts = full.split("·")
            first = parts[0] if len(parts[0]) > 1 or rng.random() < 0.5 else parts[-1]
            return Person(full, first, parts[-1], gender or rng.choice("mf"))
        family = full[:2] if full[:2] in lists.compound and len(full) > 2 else full[:1]
        given = full[len(family):]
        sex = gender or lists.given_gender.get(given) or rng.choice("mf")
        first = self._short(rng, full, family, given, sex)
        if hant:
            first = to_traditional(first)
        pinyin = ""
        if family in lists.surname_pinyin and given in lists.given_pinyin:
            pinyin = f"{lists.given_pinyin[given]} {lists.surname_pinyin[family]}"
        # Some people go by an English name beside their own.
        q = rng.random()
        if q < 0.025:
            english = rng.choice(_EN_IN_ZH)
            full += rng.choice([f"({english})", f"（{english}）", f" {english}", english])
            if rng.random() < 0.6:
                first = english
        return Person(full, first, family, sex, pinyin)

    @staticmethod
    def _short(rng, full, family, given, sex):
        q = rng.random()
        if q < 0.42 and len(given) == 2:
            return given
        if q < 0.58:
            return "小" + family
        if q < 0.64:
            return "老" + family
        if q < 0.88:
            return family + rng.choice(_ADDRESS[sex])
        if q < 0.92 and given:
            return rng.choice(["阿", "小"]) + given[-1]
        if q < 0.94 and len(given) == 2:
            return given[-1] * 2
        return given if len(given) == 2 else full


def _sex(rng, sex, they=0.05):
    if they and rng.random() < they:
        return "x"
    return sex if sex in ("m", "f") else rng.choice("mf")


def _quoted(rng, nick):
    return rng.choice([f'"{nick}"', f"({nick})", f"'{nick}'", f"“{nick}”"])


def address(rng, person):
    """The local part of an e-mail address that fits the person."""
    words = _plain(person.pinyin or person.full).split()
    if not words:
        return rng.choice(["wang.li", "zhanglei", "chen.y", "liuf", "hr", "it.ops", "li_na", "x.zhao", "huang8"])
    given, family = words[0], words[-1]
    return rng.choice([f"{given}.{family}", f"{given}.{family}", f"{given[0]}.{family}", f"{given[0]}{family}",
                       f"{given}_{family}", f"{family}.{given}", f"{given}{family[0]}", family + given[0], given,
                       f"{given}.{family}{rng.randint(1, 9)}"])


def _plain(text):
    text = unicodedata.normalize("NFKD", text.replace("ø", "o").replace("ł", "l").replace("đ", "d")).lower()
    return re.sub(r"[^a-z ]", "", text)
