"""Plain messages of open data that ask for nothing we act on: other, hr_question, support."""
import datetime as dt
import re

import fill_items

_HR = {"pto_request", "pto_balance", "pto_request_status", "pto_used", "payday", "direct_deposit", "rollover_401k", "w2",
       "insurance", "taxes", "income"}


class Negatives:
    def __init__(self, lists, names):
        self.names = names
        cut = lambda rows: ([r for i, r in enumerate(rows) if i % 10], [r for i, r in enumerate(rows) if i % 10 == 0])
        self.replies = cut(lists.rows("messages/auto_replies_newsletters.tsv"))
        self.crosswoz = cut(lists.column("messages/crosswoz_zh.tsv", 1))
        self.mail = cut(lists.column("messages/email_sentences_ask.tsv", 1))
        self.support = cut([r[2] for r in lists.rows("messages/multidogo_turns.tsv") if r[0] == "software"])
        clinc = lists.rows("messages/clinc150.tsv")
        self.hr = cut([r[1] for r in clinc if r[0] in _HR])
        self.rest = cut([r[1] for r in clinc if r[0] not in _HR])
        self.sentences = {"en": [t for t in self.mail[0] if 30 < len(t) < 140],
                          "zh": [t for t in self.crosswoz[0] if 8 < len(t) < 40]}

    def sentence(self, rng, language):
        return rng.choice(self.sentences[language])

    def message(self, rng, plan_words, held=False):
        """One labelled message; `plan_words(language)` gives (received, words of some date)."""
        part, q = int(bool(held)), rng.random()
        language, category, channel = "en", "other", "chat"
        if q < 0.3:
            language, _, text = rng.choice(self.replies[part])
            channel = "mail"
        elif q < 0.45:
            language, text = "zh", rng.choice(self.crosswoz[part])
        elif q < 0.6:
            text, channel = " ".join(rng.choice(self.mail[part]) for _ in range(rng.randint(1, 3))), "mail"
        elif q < 0.8:
            category, text = "hr_question", rng.choice(self.hr[part])
        elif q < 0.9:
            text = rng.choice(self.rest[part])
        else:
            category, text = "support", rng.choice(self.support[part])
        received, date = plan_words(language)
        text = re.sub(r"\{(\w+)\}", lambda m: self._slot(rng, m[1], language, held, date), text)
        subject = ""
        if channel == "mail" and rng.random() < 0.3:
            subject = text[:40].split("\n")[0].rsplit(" ", 1)[0]
        return {"language": language, "channel": channel, "received_at": received.isoformat(),
                "subject_chars": len(subject), "text": f"{subject}\n{text}" if subject else text, "category": category,
                "flags": [], "people": []}

    def _slot(self, rng, slot, language, held, date):
        return {"date": lambda: date(), "person": lambda: self.names.draw(rng, language, held).full,
                "company": lambda: fill_items.firm(rng, language), "month": lambda: "五月" if language == "zh" else "May",
                "ticket": lambda: f"INC{rng.randint(1000, 99999)}", "email": lambda: "help@acme.example"}.get(
                    slot, lambda: str(rng.randint(2, 40)))()
