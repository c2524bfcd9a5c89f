"""English grammar around fillers: articles before needs, pronouns and their verbs."""
import re

from fill_items import countable

_DETERMINERS = {"the", "a", "an", "his", "her", "their", "my", "our", "your", "its", "this", "that", "these", "those", "no", "any",
                "each", "every", "both", "new", "old", "one", "two", "three", "four", "company", "own", "another", "same", "spare",
                "personal", "second", "work", "whose", "which", "some", "other", "standard", "current", "temporary", "usual"}
_WANTS = {"needs", "need", "gets", "get", "have", "has", "prepare", "issue", "requires", "require", "provide", "order", "for", "with",
          "plus", "given", "give", "arrange", "receive", "receiving", "receives", "ship", "create", "assign", "want", "wants", "request",
          "supply", "bring", "send", "also", "him", "them", "me", "us", "like", "add", "being", "be", "needing", "wanting", "reserve",
          "requests", "allocate", "deliver", "approve", "buy", "getting", "needed", "about", "set", "namely"}
_TAKES = {"collect", "return", "close", "remove", "disable", "lock", "keep", "cancel", "take", "suspend", "block", "recover", "withdraw",
          "revoke", "kill", "back", "wipe", "get", "off", "cut", "pull", "return", "returns", "collected", "hand", "keeps", "retain",
          "deactivate", "terminate", "strip", "surrender", "bring", "brings", "leave", "freeze", "with", "of", "from", "to", "has",
          "transfer", "forward", "move", "reassign", "delegate", "redirect", "stop", "lose", "loses", "drop", "shut", "for"}
_LINKS = {"and", "or", "plus", "&", "nor"}
_COUNTED_SOFTWARE = re.compile(r"(licen[cs]e|account|login|seat|mailbox|key|card|token|pass|subscription)$")
_LAST_WORD = re.compile(r"([\w'’.&]+|,)[ ]?$")

_IRREGULAR = {"is": "are", "was": "were", "has": "have", "does": "do", "goes": "go", "isn't": "aren't", "hasn't": "haven't",
              "wasn't": "weren't", "doesn't": "don't", "isn’t": "aren’t", "doesn’t": "don’t", "hasn’t": "haven’t", "s": "are"}
_ADVERBS = {"also", "still", "only", "already", "now", "then", "never", "always", "just", "currently", "really", "usually", "no", "too",
            "therefore", "thus", "himself", "herself", "either", "as"}
_VERB = re.compile(r"^((?:'s|’s)(?= )| (?:\w+ly |also |still |only |already |now |then |never |always |just )*([\w'’]+))")
SUBJECT = {"m": "he", "f": "she", "x": "they"}
OBJECT = {"m": "him", "f": "her", "x": "them"}
POSSESSIVE = {"m": "his", "f": "her", "x": "their"}


def pronoun(field, gender):
    """he, He, him, his, His of the format, for a gender."""
    word = {"he": SUBJECT, "him": OBJECT, "his": POSSESSIVE}[field.lower()][gender]
    return word.capitalize() if field[0].isupper() else word


def plural_verb(text):
    """The text after 'they', its first verb made plural: ' is here' -> ' are here'."""
    m = _VERB.match(text)
    if not m:
        return text
    if m[1][0] in "'’":
        rest = text[m.end():]
        return (m[1][0] + ("ve" if re.match(r" (been|got|had|asked|agreed|left|decided)\b", rest) else "re")) + rest
    verb = m[2]
    if verb in _IRREGULAR:
        new = _IRREGULAR[verb]
    elif verb.endswith("s") and not verb.endswith(("ss", "us")) and verb not in _ADVERBS:
        new = verb[:-3] + "y" if verb.endswith("ies") and len(verb) > 4 else \
            verb[:-2] if re.search(r"(sh|ch|ss|x|zz|o)es$", verb) else verb[:-1]
    else:
        return text
    return text[:m.start(2)] + new + text[m.end(2):]


class Articles:
    """Which article a need takes, from the word before and from what its list began with."""

    def __init__(self):
        self.list_began = None  # 'a', 'the', 'none'; None: no list is open

    def text(self, words):
        """Plain words pass by: a sentence's end ends a list."""
        if re.search(r"[.!?:;\n](?:\s|$)", words):
            self.list_began = None

    def literal(self, before):
        """A literal need stands there: remember how it was introduced."""
        word = _last(before)
        if word in ("a", "an"):
            self.list_began = "a"
        elif word not in _LINKS and word != ",":
            self.list_began = "the" if word == "the" else "none"

    def slot(self, rng, field, style, words, before, people_gender):
        """The article, with its space, to put before the label."""
        word = _last(before)
        counted = countable(words) if style in ("device", "facility", "account", "mailbox", "other") \
            else bool(_COUNTED_SOFTWARE.search(words))
        if word in _DETERMINERS or word.endswith(("'s", "’s", "s'")):
            if word in ("a", "an") or word == "the":
                self.list_began = "a" if word != "the" else "the"
            else:
                self.list_began = "none"
            return ""
        if not before or before[-1] == "\n" or not re.search(r"[\w,&'’)] $", before):
            self.list_began = None
            return ""
        if word in _LINKS or word == ",":
            began = self.list_began or ("a" if field == "grant" and rng.random() < 0.5 else "none")
            if began == "a" and counted and rng.random() < 0.92:
                return "a "
            return "the " if began == "the" and style != "software" and rng.random() < 0.6 else ""
        if field in ("grant", "not") and word in _WANTS:
            self.list_began = "a"
            return "a " if counted and rng.random() < 0.92 else ""
        if field not in ("grant", "not") and word in _TAKES and style != "software":
            q = rng.random()
            if q < 0.5:
                self.list_began = "the"
                return "the "
            if q < 0.75 and people_gender:
                self.list_began = "none"
                return POSSESSIVE[people_gender] + " "
        self.list_began = "none"
        return ""


def _last(before):
    m = _LAST_WORD.search(before)
    return m[1].lower() if m else ""
