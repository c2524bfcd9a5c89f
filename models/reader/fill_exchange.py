"""Literals of one skeleton that may stand in another: same language, category, field and grammar around them."""
import re

from skeletons import Literal

FIELDS = {"grant", "revoke", "recover", "retain", "delegate", "not", "title", "dept", "loc"}
_MEASURE = "台个张把部套块只份支双件枚条根副本辆间本枝對对組组"
_MEASURE_BEFORE = re.compile(r"[一两兩二三四五六七八九十\d这那][%s]$" % _MEASURE)
_MEASURE_AFTER = re.compile(r"^ ?[一两兩二三四五六七八九十×x*\d]+ ?[%s]" % _MEASURE)
_DEPARTMENT_AFTER = re.compile(r"(?i)^ ?(team|department|dept|group|desk|office|unit|side|部|组|中心|處|处|室|科|团队|的)")
# Words that belong to one text only, or that a person would be taken for.
_OWN = re.compile(r"(?i)\b(my|his|her|their|your|our|same|other|second|old|both|all|each|another|this|that|these|those)\b|"
                  r"[我你他她它咱本这那同原旧全]|\d{4}")


def assign(skeletons):
    """Gives every literal its key, and returns {key: [words]} of those that may be lent (training part only)."""
    pools = {}
    for s in skeletons:
        for parts in (s.subject, s.body):
            _assign(s, parts, pools)
    return {k: sorted(v) for k, v in pools.items() if len(v) > 3}


def _assign(s, parts, pools):
    for i, p in enumerate(parts):
        if not isinstance(p, Literal) or p.field not in FIELDS or p.who[0] == "x" or len(p.inner) != 1:
            continue
        words = p.inner[0]
        # A privileged request is one by its words.
        if not isinstance(words, str) or s.flags or _OWN.search(words) or not 1 < len(words) < 40:
            continue
        before = parts[i - 1] if i and isinstance(parts[i - 1], str) else ""
        after = parts[i + 1] if i + 1 < len(parts) and isinstance(parts[i + 1], str) else ""
        p.pool = (s.language, s.hant, s.category, p.field) + _grammar(s.language, p.field, words, before, after)
        if not s.held:
            pools.setdefault(p.pool, set()).add(words)


def _grammar(language, field, words, before, after):
    """What the words around demand of a literal."""
    if language == "zh":
        measure = bool(_MEASURE_BEFORE.search(before) or _MEASURE_AFTER.match(after))
        department = _DEPARTMENT_AFTER.match(after)
        return (measure, department[1] if department and field == "dept" else "")
    word = re.search(r"([\w'’]+) $", before.lower())
    word = word[1] if word else ""
    plural = words.endswith("s") and not words.endswith("ss")
    if field == "loc":
        return (word if word in ("in", "at", "on", "from", "to", "the", "of", "our") else "",)
    if field == "dept":
        department = _DEPARTMENT_AFTER.match(after)
        return (word == "the", bool(department))
    determined = "a" if word in ("a", "an") else "the" if word in (
        "the", "his", "her", "their", "my", "our", "your", "no", "any", "new", "old", "this", "one") else ""
    return (determined, plural, words[:1].isupper())
