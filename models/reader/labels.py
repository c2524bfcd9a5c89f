"""The learned reader's label sets and the targets of a labelled message; src/understand/learned/labels.rs holds the same."""

FIELDS = ["start", "end", "revokeat", "title", "dept", "mgr", "loc", "emp", "et", "wm", "reason", "grant", "revoke",
          "recover", "retain", "delegate", "like", "not", "new_name", "email", "phone", "until", "to"]
TAGS = ["O"] + [p + f for f in FIELDS for p in ("B-", "I-")]
NAMES = ["O", "B-name", "I-name", "B-first", "I-first"]
CATEGORIES = ["onboarding", "offboarding", "transfer", "access", "support", "hr_question", "other"]
OPERATIONS = ["create", "amend", "cancel", "inquire"]
EMPLOYMENT = ["full_time", "part_time", "intern", "contractor", "temporary"]
MODES = ["onsite", "remote", "hybrid"]
REASONS = ["resignation", "dismissal", "redundancy", "retirement", "contract_end", "other"]
VALUES = [("et", v) for v in EMPLOYMENT] + [("wm", v) for v in MODES] + [("reason", v) for v in REASONS]
FLAGS = ["prompt_injection", "suspected_fraud", "privileged_access"]
# Questions to a whole pass, and their answers.
QUESTIONS = {
    "category": CATEGORIES,
    "kind": CATEGORIES[:4],
    "operation": OPERATIONS,
    "employment_type": ["none"] + EMPLOYMENT,
    "work_mode": ["none"] + MODES,
    "reason": ["none"] + REASONS,
    "self": ["no", "yes"],
    "concerned": ["no", "yes"],
    **{flag: ["no", "yes"] for flag in FLAGS},
}
HEADS = {"tag": TAGS, "name": NAMES, "value": VALUES}
SHORT = {"employment_type": "et", "work_mode": "wm", "reason": "reason"}
NONE = -100


def tagged(spans, tokens, begin, inside, out):
    """Writes `begin` and `inside` on the tokens that a span covers by half or more."""
    first = True
    for start, end in spans:
        for i, (a, b) in enumerate(tokens):
            if b <= start or a >= end:
                continue
            if 2 * (min(b, end) - max(a, start)) < b - a:
                continue
            out[i] = begin if first else inside
            first = False


def facts(person, tokens):
    """Targets of one person's pass: tags, values, classes."""
    tags, values = [0] * len(tokens), [NONE] * len(tokens)
    classes = {}
    for start, end, field, value in sorted(person["spans"], key=lambda s: s[0] - s[1]):
        if field not in FIELDS:
            continue
        tagged([(start, end)], tokens, TAGS.index("B-" + field), TAGS.index("I-" + field), tags)
        if (field, value) in VALUES:
            number = VALUES.index((field, value))
            tagged([(start, end)], tokens, number, number, values)
            classes.setdefault(field, value)
    whole = {"kind": person["kind"], "operation": person["operation"], "self": "yes" if person.get("self") else "no"}
    for question, field in SHORT.items():
        whole[question] = classes.get(field, "none")
    return tags, values, {q: QUESTIONS[q].index(v) for q, v in whole.items() if v in QUESTIONS[q]}


def names(people, tokens):
    out = [0] * len(tokens)
    for person in people:
        for start, end, sort in person["names"]:
            sort = "name" if sort == "name" else "first"
            tagged([(start, end)], tokens, NAMES.index("B-" + sort), NAMES.index("I-" + sort), out)
    return out


def marks(people, own, tokens):
    """1: a mention of the person of this pass, 2: of another person concerned."""
    out = [0] * len(tokens)
    for number, person in enumerate(people):
        for start, end, _ in person["names"]:
            mark = 1 if number == own else 2
            tagged([(start, end)], tokens, mark, mark, out)
    return out
