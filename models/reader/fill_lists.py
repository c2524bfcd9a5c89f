"""The openly licensed lists that slots are filled from; every tenth entry is kept for validation.

Left out on purpose: `ner/uner_*` (CC BY-SA), `places/cities_en_zh.tsv` and
`places/countries_en_zh.tsv` (ODbL).
"""
import os
import re

# Locales whose names are the most usual ones in English mail.
_MAIN = {"en_US", "en_GB", "en_IE", "en_NZ", "en_IN", "en_AU", "en_CA"}
# Further origins, drawn evenly so that a long list does not crowd out a short one.
_ORIGINS = {
    "indian": ("en_IN", "hi_IN", "ta_IN", "gu_IN", "or_IN", "en_PK", "ne_NP", "bn_BD"),
    "arabic": ("ar", "fr_DZ", "ar_AA", "ar_EG", "ar_SA", "ar_PS", "ar_DZ", "en_PK", "fa_IR", "az_AZ"),
    "african": ("en_NG", "en_KE", "en_GH", "en_ZA", "yo_NG", "ha_NG", "ig_NG", "zu_ZA", "tw_GH", "sw",
                "ng_NG", "dk_ZA", "en_TH"),
    "vietnamese": ("vi_VN",),
    "slavic": ("pl_PL", "cs_CZ", "sk_SK", "hr_HR", "sl_SI", "bs_BA", "sr_RS", "ru_RU", "uk_UA", "bg_BG"),
    "hispanic": ("es_ES", "es_MX", "es_AR", "es_CO", "es_CL", "es", "es_CA", "pt_PT", "pt_BR"),
    "germanic": ("de_DE", "de_AT", "de_CH", "nl_NL", "nl_BE", "da_DK", "no_NO", "sv_SE", "is_IS"),
    "romance": ("fr_FR", "fr_CA", "fr_BE", "fr_CH", "fr_QC", "it_IT", "ro_RO"),
    "turkish": ("tr_TR",),
    "malay": ("id_ID", "fil_PH", "en_PH", "ms_MY"),
    "baltic": ("fi_FI", "et_EE", "lv_LV", "lt_LT", "hu_HU", "el_GR", "ga_IE"),
}


class Split:
    """A list in two parts: `train`, and `held`, every tenth entry."""

    def __init__(self, entries, key=lambda e: e, apart=()):
        """`apart`: other Splits; what they hold back is not in this one's train part."""
        seen, unique = set(), []
        for e in entries:
            if e and key(e) and key(e) not in seen:
                seen.add(key(e))
                unique.append(e)
        self.key = key
        self.held = [e for i, e in enumerate(unique) if i % 10 == 0]
        shut = {key(e) for other in apart for e in other.held}
        self.train = [e for i, e in enumerate(unique) if i % 10 and key(e) not in shut]
        open_ = {key(e) for other in apart for e in other.train}
        self.held = [e for e in self.held if key(e) not in open_] or self.held

    def draw(self, rng, held=False):
        """held: False, True, or None for both parts as they come."""
        if held is None:
            held = rng.random() < 0.1
        part = (self.held if held else self.train) or self.train
        return part[int(rng.random() * len(part))]


class Lists:
    """All lists, read once from the data folder."""

    def __init__(self, data):
        self.data = data
        self._latin_names()
        self._chinese_names()
        self._work()
        self._things()
        self._places()

    def rows(self, path):
        """The rows of a .tsv file below its header."""
        with open(os.path.join(self.data, path), encoding="utf-8") as f:
            return [line.rstrip("\n").split("\t") for line in f][1:]

    def lines(self, path):
        with open(os.path.join(self.data, path), encoding="utf-8") as f:
            return [line.strip() for line in f if line.strip()]

    def column(self, path, i):
        return [r[i] for r in self.rows(path)]

    def _latin_names(self):
        """Given names as (name, gender) and surnames: the usual ones, all, and by origin."""
        name = lambda e: e[0]
        given = [(r[2], r[1], r[0]) for r in self.rows("names/latin_given_names.tsv")
                 if re.fullmatch(r"[^\W\d_][\w.'’ -]*", r[2])]
        family = [(r[1], r[0]) for r in self.rows("names/latin_surnames.tsv")]
        self.given_usual = Split([(n, g) for n, g, loc in given if loc in _MAIN], name)
        self.given_all = Split([(n, g) for n, g, _ in given], name, [self.given_usual])
        self.family_usual = Split([n for n, loc in family if loc in _MAIN])
        self.family_all = Split([n for n, _ in family], apart=[self.family_usual])
        shut_g = {n for s in (self.given_usual, self.given_all) for n, _ in s.held}
        shut_f = {n for s in (self.family_usual, self.family_all) for n in s.held}
        self.origins = {}
        for origin, locales in _ORIGINS.items():
            g = [(n, s) for n, s, loc in given if loc in locales]
            f = [n for n, loc in family if loc in locales]
            if len(g) > 40 and len(f) > 20:
                self.origins[origin] = (_by(g, name, shut_g), _by(f, None, shut_f))
        self.origin_names = list(self.origins)
        self.hk_full = Split(self.lines("names/hk_sg_my_full_names.txt"))
        self.pinyin_full = Split(self.lines("names/zh_pinyin_full_names.txt"))

    def _chinese_names(self):
        surnames = self.rows("names/zh_surnames.tsv")
        self.surname_pinyin = {r[0]: r[1] for r in surnames}
        self.compound = {r[0] for r in surnames if len(r[0]) == 2}
        given = self.rows("names/zh_given_names.tsv")
        self.given_pinyin = {r[0]: r[1] for r in given}
        self.given_gender = {r[0]: r[2] for r in given if r[2] in ("m", "f")}
        self.zh_full = Split(self.lines("names/zh_full_names.txt"))
        self.zh_hant = Split(self.lines("names/zh_hant_full_names.txt"))
        self.zh_compound = Split([n for n in self.zh_full.train + self.zh_full.held
                                  if n[:2] in self.compound and len(n) > 2], apart=[self.zh_full])
        self.zh_minority = Split(self.column("names/zh_minority_full_names.tsv", 1))
        self.zh_foreign = Split(self.lines("names/zh_transliterated_full_names.txt"))

    def _work(self):
        titles = self.rows("titles/job_titles_en_zh.tsv")
        self.title_en = Split([r[0] for r in titles])
        self.title_zh = Split([r[1] for r in titles])
        esco = [r for r in self.rows("titles/en_job_titles_esco.tsv") if len(r[2]) < 38]
        self.title_office = Split([r[2] for r in esco if r[0][0] in "1234"])
        self.title_trade = Split([r[2] for r in esco if r[0][0] in "56789"], apart=[self.title_office])
        self.title_misc = Split(self.lines("titles/en_job_titles_misc.txt"))
        boards = self.lines("titles/zh_job_titles_51.txt") + self.lines("titles/zh_job_titles_tw.txt")
        self.title_boards = Split(boards, apart=[self.title_zh])
        self.modifiers = self.rows("titles/title_modifiers_en_zh.tsv")
        departments = self.rows("org/departments_en_zh.tsv")
        self.dept_en = Split([r[0] for r in departments])
        self.dept_zh = Split([r[1] for r in departments])
        self.employment = {}
        for en, zh, value in self.rows("org/employment_types_en_zh.tsv"):
            self.employment.setdefault(value, []).append((en, zh))

    def _things(self):
        hardware = self.rows("products/hardware_en_zh.tsv")
        self.device_en = Split([r[0] for r in hardware])
        self.device_zh = Split([r[1] for r in hardware])
        self.software = Split(self.column("products/workplace_software.tsv", 2))
        self.brand = Split(self.lines("products/brand_names.txt"), apart=[self.software])
        access = self.rows("products/access_items_en_zh.tsv")
        self.access_en = Split([r[0] for r in access])
        self.access_zh = Split([r[1] for r in access])
        self.group = Split(self.lines("products/access_group_names.txt"))

    def _places(self):
        rows = self.rows("places/cities_en.tsv")
        western = ("US", "GB", "IE", "DE", "FR", "AU", "CA", "NL")
        self.city_en = Split([r[1] for r in rows[:1500]]
                             + [r[1] for r in rows if r[0] in western][:700])
        self.city_zh = Split([r[1] for r in self.rows("places/cn_cities_en_zh.tsv")][:350]
                             + [r[2] for r in self.rows("places/cities_en_zh_more.tsv")][:150])
        site = re.compile("(大厦|园区|科技园|工业园|软件园|产业园|广场|中心|开发区|高新区|路|新区)$")
        self.site_zh = Split([r[0] for r in self.rows("places/zh_place_words.tsv") if site.search(r[0])])


def _by(entries, key, shut):
    """A Split whose held part is what other lists hold back already."""
    key = key or (lambda e: e)
    s = Split([e for e in entries if key(e) not in shut], key)
    s.train, s.held = s.train + s.held, [e for e in entries if key(e) in shut]
    return s
