"""English words for a day, seen from another day."""
import datetime as dt

from fill_days import (add_months, easter, first_working_day, last_working_day, month_end, next_numbered,
                       working_days_on)

MONTHS = "January February March April May June July August September October November December".split()
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
NUMBERS = "zero one two three four five six seven eight nine ten eleven twelve".split()
NTH = ["first", "second", "third", "fourth"]

# d o: day and ordinal; M Ms m: month; W Ws: weekday; dd mm: two digits; Y y: year.
DAY_FIRST = ["{d} {M}", "{d} {M}", "{W} {d} {M}", "{W}, {d} {M}", "{d} {Ms}", "{Ws} {d} {Ms}", "{Ws}, {d} {Ms}",
             "{o} {M}", "{o} of {M}", "the {o} of {M}", "{o} {Ms}", "{W} {o} {M}", "{W} the {o} of {M}", "{d}-{Ms}",
             "{d}. {M}", "{W} ({d} {Ms})", "{d} {M} ({W})", "{d} {M} ({Ws})", "{W}, {o} {M}", "{W} {d} {Ms}",
             "{Ws} {o} {Ms}", "{Ws} {o} {M}", "{dd} {M}", "{W} {o} of {M}", "{W}, the {o} of {M}"]
DAY_FIRST_YEAR = ["{d} {M} {Y}", "{d} {M} {Y}", "{W} {d} {M} {Y}", "{W}, {d} {M} {Y}", "{d} {Ms} {Y}", "{o} {M} {Y}",
                  "the {o} of {M} {Y}", "{d}-{Ms}-{Y}", "{dd} {Ms} {Y}", "{d} {M}, {Y}", "{d} {Ms} '{y}", "{dd}-{Ms}-{y}",
                  "{Ws} {d} {Ms} {Y}", "{Ws}, {d} {Ms} {Y}", "{o} of {M} {Y}", "{dd}/{Ms}/{Y}", "{d}. {M} {Y}"]
MONTH_FIRST = ["{M} {d}", "{M} {d}", "{W}, {M} {d}", "{W} {M} {d}", "{Ms} {d}", "{Ms}. {d}", "{M} {o}", "{Ms} {o}",
               "{W}, {M} {o}", "{W} {M} {o}", "{Ws}, {Ms} {d}", "{Ws} {Ms} {d}", "{W} ({Ms} {d})", "{M} the {o}",
               "{M} {d} ({W})", "{M} {d} ({Ws})", "{Ws} {M} {o}", "{W}, {Ms} {d}"]
MONTH_FIRST_YEAR = ["{M} {d}, {Y}", "{M} {d}, {Y}", "{W}, {M} {d}, {Y}", "{Ms} {d}, {Y}", "{M} {o}, {Y}", "{M} {d} {Y}",
                    "{Ms}. {d}, {Y}", "{Ws}, {Ms} {d}, {Y}", "{Ms} {d} {Y}", "{M} {o} {Y}", "{Ms}-{dd}-{Y}"]
NUMERIC = ["{d}/{m}", "{dd}/{mm}", "{d}.{m}.", "{dd}.{mm}.", "{d}/{m}"]
NUMERIC_YEAR = ["{dd}/{mm}/{Y}", "{d}/{m}/{Y}", "{dd}.{mm}.{Y}", "{d}.{m}.{Y}", "{dd}-{mm}-{Y}", "{d}/{m}/{y}",
                "{dd}/{mm}/{y}", "{dd}.{mm}.{y}", "{Y}/{mm}/{dd}", "{Y}.{mm}.{dd}", "{Y}-{mm}-{dd}", "{d}-{m}-{Y}"]
NUMERIC_MONTH_FIRST = ["{m}/{d}", "{mm}/{dd}", "{m}/{d}", "{m}-{d}"]
NUMERIC_MONTH_FIRST_YEAR = ["{mm}/{dd}/{Y}", "{m}/{d}/{Y}", "{m}/{d}/{y}", "{mm}-{dd}-{Y}", "{mm}/{dd}/{y}",
                            "{Y}-{mm}-{dd}", "{Y}/{mm}/{dd}"]
WEEKDAY_NUMERIC = {False: ["{Ws} {d}/{m}", "{W} {d}/{m}", "{W} ({d}/{m})", "{W} {dd}/{mm}", "{Ws} {dd}.{mm}."],
                   True: ["{Ws} {m}/{d}", "{W} {m}/{d}", "{W} ({m}/{d})", "{W}, {m}/{d}"]}

_PREPOSITIONS = {"on", "from", "by", "until", "till", "til", "to", "before", "after", "since", "of", "for", "through",
                 "between", "beyond", "than", "as", "around", "about", "effective", "until:", "at", "in", "w.e.f.", "past"}


def ordinal(n):
    return f"{n}{'th' if 10 <= n % 100 <= 20 else {1: 'st', 2: 'nd', 3: 'rd'}.get(n % 10, 'th')}"


def _parts(rng, day):
    month = MONTHS[day.month - 1]
    short = "Sept" if day.month == 9 and rng.random() < 0.5 else month[:3]
    weekday = WEEKDAYS[day.weekday()]
    ws = {1: "Tues", 3: "Thurs"}.get(day.weekday(), weekday[:3]) if rng.random() < 0.2 else weekday[:3]
    return {"d": day.day, "dd": f"{day.day:02}", "o": ordinal(day.day), "M": month, "Ms": short, "m": day.month,
            "mm": f"{day.month:02}", "W": weekday, "Ws": ws, "Y": day.year, "y": f"{day.year % 100:02}"}


def _absolute(rng, day, today, month_first):
    if rng.random() < 0.12:
        month_first = not month_first
    plain = -30 <= (day - today).days <= 320 and rng.random() < 0.68
    forms = (MONTH_FIRST if plain else MONTH_FIRST_YEAR) if month_first else DAY_FIRST if plain else DAY_FIRST_YEAR
    return rng.choice(forms).format_map(_parts(rng, day))


def _numeric(rng, day, today, month_first):
    plain = -30 <= (day - today).days <= 320
    q = rng.random()
    if plain and q < 0.15:
        forms = WEEKDAY_NUMERIC[month_first]
    elif plain and q < 0.45:
        forms = NUMERIC_MONTH_FIRST if month_first else NUMERIC
    else:
        forms = NUMERIC_MONTH_FIRST_YEAR if month_first else NUMERIC_YEAR
    return rng.choice(forms).format_map(_parts(rng, day))


def _count(rng, n):
    return NUMBERS[n] if n <= 12 and rng.random() < 0.75 else str(n)


def relative(rng, day, today, field="start"):
    """[(preposition of an adverbial, words, fits after a preposition, names the very day), …]"""
    out = []
    n = (day - today).days
    w = WEEKDAYS[day.weekday()]
    week = (day - today + dt.timedelta(today.weekday())).days // 7
    if n < 0:
        _past(out, day, today, n, w, week)
        return out

    def add(pre, *forms, np=True, exact=True):
        out.extend((pre, f, np, exact) for f in forms)

    if n == 0:
        add("", "today", "today")
        add("", "with immediate effect", "immediately", "as of today", np=False)
    elif n == 1:
        add("", "tomorrow", "tomorrow", "tmrw")
        add("", "first thing tomorrow", np=False)
    elif n == 2:
        add("", "the day after tomorrow")
    if 0 < n < 7:
        add("on ", w, w, w[:3] if rng.random() < 0.3 else w)
        add("", f"this coming {w}")
        add("on ", f"the coming {w}")
        if week == 0:
            add("", f"this {w}", f"{w} this week")
        if field == "end":
            add("", f"close of play {w}", f"COB {w}", f"close of business {w}", f"EOD {w}", f"end of play {w}",
                f"end of day {w}", f"close of business on {w}", f"{w} COB")
            add("at the ", f"end of {w}", np=False)
        elif field == "start":
            add("", f"first thing {w}", np=False)
            add("on ", f"{w} morning", np=False)
    if week == 1:
        add("", f"next {w}", f"next {w}", f"{w} next week", f"next week {w}", f"next {w} ({day.day}/{day.month})"
            if rng.random() < 0.2 else f"next {w}")
        add("on ", f"{w} of next week", f"{w} next week")
        add("", "next week", np=True, exact=False)
    if 0 < (ahead := (day.weekday() - today.weekday()) % 7) and n == ahead + 7:
        add("on ", f"{w} week", f"{w} week")
        add("", f"a week on {w}", f"a week on {w}", f"a week from {w}", f"a week {w}", np=False)
    if ahead and n == ahead + 14:
        add("on ", f"{w} fortnight")
        add("", f"two weeks on {w}", f"two weeks from {w}", np=False)
    if week == 2:
        add("on ", f"{w} after next", f"the {w} after next", f"{w} of the week after next", f"{w} the week after next")
        add("", "the week after next", exact=False)
    _distances(rng, add, day, today, n)
    _numbered(add, day, today, w)
    _months(rng, add, day, today, n, w)
    _feasts(add, day)
    return out


def _past(out, day, today, n, w, week):
    forms = [("", "yesterday")] if n == -1 else [("", f"{-n} days ago")] if n > -15 else []
    if week == -1:
        forms += [("", f"last {w}"), ("on ", f"{w} last week")]
    if n == -7:
        forms.append(("", "a week ago"))
    if day.month == today.month and n > -25:
        forms.append(("on ", f"the {ordinal(day.day)} of this month"))
    out.extend((pre, f, not f.endswith("ago"), True) for pre, f in forms)


def _distances(rng, add, day, today, n):
    if 2 <= n <= 30:
        k = _count(rng, n)
        add("", f"in {k} days", f"in {k} days' time", np=False)
        add("", f"{k} days from now")
    if n and n % 7 == 0 and n <= 56:
        k = n // 7
        weeks = "a week" if k == 1 else f"{_count(rng, k)} weeks"
        own = "week's" if k == 1 else "weeks'"
        add("", f"in {weeks}", f"in {weeks}", f"in {weeks.split()[0]} {own} time", f"{weeks} today", np=False)
        add("", f"{weeks} from today", f"{weeks} from now")
        if k == 2:
            add("", "in a fortnight", "a fortnight today", "in a fortnight's time", np=False)
            add("", "a fortnight from now")
    if n in (8, 15, 22):
        add("", {8: "a week tomorrow", 15: "two weeks tomorrow", 22: "three weeks tomorrow"}[n], np=False)
    for k in (1, 2, 3, 4, 6):
        if day == add_months(today, k):
            months = "a month" if k == 1 else f"{_count(rng, k)} months"
            add("", f"in {months}", f"in {months.split()[0]} month{'s' if k > 1 else ''}{chr(39) if k > 1 else chr(39) + 's'} time",
                np=False)
            add("", f"{months} from today")
    if 0 < n < 15 and day.weekday() < 5:
        for k in (1, 2, 3, 5, 10):
            if working_days_on(today, k) == day:
                if k == 1:
                    add("on ", "the next working day", "the next business day")
                else:
                    add("", f"in {_count(rng, k)} working days", f"in {_count(rng, k)} business days", np=False)


def _numbered(add, day, today, w):
    o = ordinal(day.day)
    if next_numbered(today, day.day) == day:
        add("on ", f"the {o}", f"the {o}", f"{w} the {o}", f"{w} {o}", f"{w[:3]} {o}", f"{w} ({o})", f"{w} {day.day}")
        if day.month == today.month:
            add("on ", f"the {o} of this month", f"the {o} of the month")
    if day.replace(day=1) == add_months(today.replace(day=1), 1):
        add("on ", f"the {o} of next month", f"{o} of next month", f"{w} the {o} of next month")


def _months(rng, add, day, today, n, w):
    month, this = MONTHS[day.month - 1], day.month == today.month and day.year == today.year
    following = day.replace(day=1) == add_months(today.replace(day=1), 1)
    near = n < 320
    last = month_end(day)
    if day == last and near:
        add("at ", f"the end of {month}", f"the end of {month}")
        add("", f"end of {month}", f"end {month}", f"end of {month[:3]}")
        add("on ", f"the last day of {month}")
        if this:
            add("at ", "the end of the month", "the end of this month", "month-end", "month end")
            add("", "end of the month", "end of this month", "end of month", "EOM")
            add("on ", "the last day of the month")
        if following:
            add("at ", "the end of next month")
            add("", "end of next month")
            add("on ", "the last day of next month")
        if day.month % 3 == 0:
            q = day.month // 3
            add("at ", f"the end of Q{q}")
            add("", f"end of Q{q}")
            if n < 92:
                add("at ", "the end of the quarter", "quarter end", "quarter-end")
        if day.month == 12 and day.year == today.year:
            add("at ", "the end of the year", "year end", "year-end")
            add("", "end of the year", "end of year", "EOY")
            add("on ", "New Year's Eve")
    if not near:
        return
    # Public holidays move these two around new year and in May; left out there.
    if day.month not in (1, 5, 12):
        if day == last_working_day(day):
            add("on ", f"the last working day of {month}", f"the last working day in {month}", f"last working day of {month}")
            if this:
                add("on ", "the last working day of the month", "the last working day of this month")
            if following:
                add("on ", "the last working day of next month")
        if day == first_working_day(day):
            add("on ", f"the first working day of {month}", f"the first working day in {month}",
                f"first working day of {month}", f"the first business day of {month}")
            if following:
                add("on ", "the first working day of next month")
    if day.day == 1:
        add("on ", f"the first of {month}", f"the 1st of {month}", f"the first day of {month}")
        add("at ", f"the start of {month}", f"the beginning of {month}")
        if following:
            add("on ", "the first of next month", "the 1st of next month")
            add("at ", "the start of next month", "the beginning of next month")
        if day.month % 3 == 1:
            add("at ", f"the start of Q{day.month // 3 + 1}", f"Q{day.month // 3 + 1} start")
    if n > 6 and rng.random() < 0.2:  # any day has such a name: kept rare
        k = (day.day - 1) // 7
        if k < 4:
            add("on ", f"the {NTH[k]} {w} of {month}", f"the {NTH[k]} {w} in {month}")
            if following:
                add("on ", f"the {NTH[k]} {w} of next month")
        if day.day + 7 > last.day:
            add("on ", f"the last {w} of {month}", f"the last {w} in {month}")
    if day.weekday() == 0 and n > 0:
        add("in the ", f"week commencing {day.day} {month}", f"week of {day.day} {month}", np=False, exact=False)
        add("", f"w/c {day.day} {month[:3]}", exact=False)
        if (day - today).days <= 7 - today.weekday():
            add("at ", "the start of next week", "the beginning of next week", exact=False)
    if day.weekday() == 4:
        ahead = (day - today).days
        if ahead <= 4 - min(today.weekday(), 4):
            add("at ", "the end of the week", "the end of this week")
            add("", "end of the week", "end of this week", "end of week")
        elif ahead <= 11 - today.weekday():
            add("at ", "the end of next week")
            add("", "end of next week")
    if n > 20:
        third = "early" if day.day < 9 else "mid" if 11 <= day.day <= 20 else "late" if day.day > 22 else ""
        if third:
            add("in ", f"{third}-{month}" if third == "mid" else f"{third} {month}", exact=False)
        add("in ", month, exact=False)


def _feasts(add, day):
    sunday = easter(day.year)
    n = (day - sunday).days
    names = {-3: "the Thursday before Easter", 1: "Easter Monday", 2: "the Tuesday after Easter", 8: "the Monday week after Easter"}
    if n in names and n != 8:
        add("on ", names[n])
    if n == 1:
        add("on ", "the Monday after Easter")
    if n == 2:
        add("on ", "the day after Easter Monday")
    if (day.month, day.day) in ((12, 24), (1, 2)):
        add("on ", "Christmas Eve" if day.month == 12 else "the day after New Year's Day")


def say(rng, day, today, style, field, before, after, month_first):
    """(words outside the label, words, do they name the very day)."""
    prefix, words, sure = _say(rng, day, today, style, field, before, month_first)
    if words.endswith(".") and after.startswith((".", ",")):
        words = words[:-1]
    return prefix, words, sure


def _say(rng, day, today, style, field, before, month_first):
    if style == "iso":
        return "", day.isoformat(), True
    if style == "num":
        return "", _numeric(rng, day, today, month_first), True
    if style == "abs":
        return "", _absolute(rng, day, today, month_first), True
    word = before.rstrip().rsplit(None, 1)[-1].lower().strip("(\"'") if before.strip() else ""
    adverbial = style == "adv" and word not in _PREPOSITIONS
    q = rng.random()
    if q < 0.56:
        pool = relative(rng, day, today, field)
        if not adverbial:
            pool = [p for p in pool if p[2]]
            if word in ("on", "at", "in"):
                pool = [p for p in pool if p[0] == word + " "]
            elif word == "the":
                pool = [(p[0], p[1][4:], p[2], p[3]) for p in pool if p[1].startswith("the ")]
        exact = [p for p in pool if p[3]]
        if rng.random() < 0.94:
            pool = exact
        if pool:
            pre, words, _, sure = rng.choice(pool)
            if pre == "on " and rng.random() < 0.12:
                pre = ""  # 'she starts Monday'
            if pre == "at " and words.startswith("the end") and rng.random() < 0.3:
                pre = rng.choice(["", "by "])
            return pre if adverbial else "", words, sure
    if word == "the":
        return "", f"{ordinal(day.day)} of {MONTHS[day.month - 1]}", True
    if q < 0.88:
        words = _absolute(rng, day, today, month_first)
    elif q < 0.97:
        words = _numeric(rng, day, today, month_first)
    else:
        words = day.isoformat()
    return "on " if adverbial and rng.random() < 0.93 else "", words, True


_TIMES = [("5pm", (17, 0)), ("5 pm", (17, 0)), ("17:00", (17, 0)), ("17:30", (17, 30)), ("5.30pm", (17, 30)), ("noon", (12, 0)),
          ("midday", (12, 0)), ("6 p.m.", (18, 0)), ("9:30 am", (9, 30)), ("11:00 AM", (11, 0)), ("14:00", (14, 0)),
          ("4pm", (16, 0)), ("3 o'clock", None), ("12 noon", (12, 0)), ("6pm sharp", (18, 0)), ("18:00", (18, 0)),
          ("8am", (8, 0)), ("09:00", (9, 0)), ("1700", None), ("16:45", (16, 45)), ("5:00 PM", (17, 0)), ("1600 hrs", (16, 0)),
          ("17h00", (17, 0)), ("10am", (10, 0)), ("23:59", (23, 59)), ("midnight", None), ("18:00 CET", None), ("3pm EST", None)]
_CLOSES = ["close of business", "COB", "end of business", "the end of the day", "end of day", "EOD", "close of play"]
_NOW = ["immediately", "right away", "with immediate effect", "straight away", "at once", "now", "effective immediately",
        "right now", "as soon as you read this", "without delay", "this minute", "ASAP"]


def say_instant(rng, day, today, style, mentioned, before, after, date_words):
    """(words outside the label, words, (hour, minute) | 'now' | None where it is not known)."""
    clock, time = rng.choice(_TIMES)
    if style == "iso":
        h, m = time or (17, 0)
        return "", f"{day.isoformat()}{rng.choice('T ')}{h:02}:{m:02}", (h, m)
    if style in ("abs", "num"):
        return "", date_words(style, "", "")[1] + rng.choice([" at ", " ", ", "]) + clock, time
    q = rng.random()
    if day == today and q < 0.5:
        words = rng.choice(_NOW)
        return "", words, "now"
    if day == today:
        words = rng.choice([f"{clock} today", f"today at {clock}", f"{clock} this afternoon" if (time or (0,))[0] > 12 else f"{clock} today"])
        return ("" if words.startswith("today") else "at "), words, time
    if mentioned and q < 0.35:
        if rng.random() < 0.3:
            words = rng.choice([f"{rng.choice(_CLOSES)} that day", "close of business on the day", f"{rng.choice(_CLOSES)} the same day"])
            return "at ", words, (17, 0)
        words = rng.choice([f"{clock} that day", f"{clock} the same day", f"{clock} on the day", f"{clock} on that day", clock])
        return "at ", words, time
    if q < 0.5:
        close = rng.choice(_CLOSES)
        pre, words, sure = date_words("np", "on", "")
        joint = rng.choice([" on ", " on ", " "]) if not close.startswith("the end") else " on "
        return rng.choice(["at ", "at ", "by "]), close + joint + words, (17, 0) if sure else None
    if q < 0.62:
        pre, words, sure = date_words("np", "on", "")
        return rng.choice(["on ", "on ", ""]), words + rng.choice([" at ", " at ", ", ", " "]) + clock, time if sure else None
    if q < 0.8:
        pre, words, sure = date_words("np", "on", "")
        return "at ", f"{clock} on {words}", time if sure else None
    if q < 0.9:
        pre, words, sure = date_words("adv", "", "")
        return "at ", f"{clock} {pre}{words}", time if sure else None
    pre, words, sure = date_words("abs", "", "")
    return rng.choice(["", "from ", "as of "]), f"{clock}{rng.choice([' on ', ', ', ' '])}{words}", time
