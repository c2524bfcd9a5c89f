"""Draws the dates of one message, consistent with one another, and their words.

The words are the date grammar of `src/understand/dates` run in reverse: `fill_dates_en` and `fill_dates_zh`
say a given day in all the ways in which it can be said on the day the message came in.
"""
import datetime as dt
import re

import fill_dates_en
import fill_dates_zh
from fill_days import Holidays, add_months, first_working_day, last_working_day, month_end

# Where an English mail may come from: share, does it put the month first, offsets in hours (winter, summer).
_COUNTRIES = [(30, False, 0, 1), (20, True, -5, -4), (8, True, -8, -7), (6, True, -6, -5), (14, False, 1, 2),
              (7, False, 5.5, 5.5), (6, False, 10, 11), (5, False, 8, 8), (2, False, 2, 2), (2, True, -4, -3)]
_SENT = re.compile(r"(?i)(?:date|sent|on|wrote|dated?|发送时间|時間|时间|日期|寄件日期|发件时间)\s*[:：]\s*$|^On $|\nOn $")
_PAST_WORD = re.compile(r"(?i)\b(since|dated|was|were|signed|ago|sent|had|last|wrote)\s+(?:on\s+)?$")
_FIRST, _LAST = dt.date(2024, 1, 8), dt.date(2028, 11, 30)
_SPAN = (_LAST - _FIRST).days


class Dates:
    """What all messages share: the calendar of Chinese holidays."""

    def __init__(self, lists):
        self.holidays = Holidays(lists.rows("dates/cn_holidays.tsv"))

    def plan(self, rng, skeleton):
        return Plan(rng, skeleton, self.holidays)


class Plan:
    """The dates of one message. A slot said twice keeps its day, and may change its words."""

    def __init__(self, rng, skeleton, holidays):
        self.rng, self.skeleton, self.holidays = rng, skeleton, holidays
        self.zh = skeleton.language == "zh"
        self.month_first = False
        day = self._received_day()
        hours = 8.0
        if self.zh and rng.random() < 0.08:
            hours = rng.choice([9.0, 7.0, -5.0, -8.0, 0.0, 1.0])
        elif not self.zh:
            _, self.month_first, winter, summer = rng.choices(_COUNTRIES, [c[0] for c in _COUNTRIES])[0]
            hours = summer if 3 < day.month < 11 else winter
        self.zone = dt.timezone(dt.timedelta(hours=hours))
        hour = min(23, max(0, int(rng.gauss(13, 3.4))))
        self.received = dt.datetime(day.year, day.month, day.day, hour, rng.randrange(60), rng.randrange(60),
                                    tzinfo=self.zone)
        self.today = day
        self.days = {}       # (who, field) -> date
        self.instants = {}   # who -> datetime, None: not known
        self.mentioned = set()  # days whose words stand in the text already

    def _received_day(self):
        rng = self.rng
        day = _FIRST + dt.timedelta(rng.randrange(_SPAN))
        if self.zh and rng.random() < 0.6:  # the holiday calendar ends in 2026
            day = dt.date(2024, 1, 8) + dt.timedelta(rng.randrange(1080))
        if day.weekday() > 4 and rng.random() < 0.85:
            day += dt.timedelta(7 - day.weekday())
        return day

    # -- which day ---------------------------------------------------------------------------------------------

    def day(self, who, field):
        key = (who, field)
        if key not in self.days:
            start = self._start_for(who) if field == "end" else None
            self.days[key] = self._after(start) if start else self._near(field)
        return self.days[key]

    def _start_for(self, who):
        """The last start of the same persons, drawn now if it stands later in the text."""
        people = set(self.skeleton.whom(who))
        starts = [self.day(other, "start") for other, field in self.skeleton.slots
                  if field == "start" and people & set(self.skeleton.whom(other))]
        return max(starts, default=None)

    def _near(self, field):
        """A day from shortly before the message to some months after it, more often a telling one."""
        rng, q = self.rng, self.rng.random()
        if q < 0.30:
            special = self._special()
            if special:
                return special
        q = rng.random()
        if q < 0.05:
            n = 0
        elif q < 0.11:
            n = 1
        elif q < 0.45:
            n = rng.randint(2, 13)
        elif q < 0.92:
            n = rng.randint(14, 80)
        elif q < 0.96:
            n = rng.randint(81, 330)
        else:
            n = -rng.randint(1, 20)
        return self._working(self.today + dt.timedelta(n))

    def _special(self):
        """Ends and beginnings of months, quarters and years, days around holidays, round distances."""
        rng, today = self.rng, self.today
        month = add_months(today.replace(day=1), rng.choice([0, 0, 1, 1, 1, 2, 3]))
        first, last = first_working_day, last_working_day
        off = self.holidays if self.zh else None
        k = rng.randrange(10)
        if k < 3:
            day = month_end(month)
        elif k == 3:
            day = add_months(month, 1)
        elif k == 4:
            day = first(add_months(month, 1), off)
        elif k == 5:
            day = last(month, off)
        elif k == 6:
            quarter_end = month_end(dt.date(today.year, (today.month - 1) // 3 * 3 + 3, 1))
            day = rng.choice([quarter_end, quarter_end + dt.timedelta(1), dt.date(today.year, 12, 31)])
        elif k == 7:
            day = today + dt.timedelta(7 * rng.randint(1, 6))
        elif k == 8:
            day = add_months(today, rng.randint(1, 6))
        elif self.zh:
            near = self.holidays.edges(today, 80)
            day = rng.choice(near) if near else month_end(month)
        else:
            monday = today - dt.timedelta(today.weekday())
            day = monday + dt.timedelta(rng.choice([4, 7, 11, 14]))
        return day if day > today else None

    def _after(self, start):
        """An end some time after a start."""
        rng = self.rng
        q = rng.random()
        if q < 0.4:
            day = add_months(start, rng.choice([1, 2, 3, 3, 6, 6, 9, 12, 12, 18])) - dt.timedelta(rng.choice([0, 1, 1]))
        elif q < 0.6:
            day = month_end(start + dt.timedelta(rng.randint(20, 260)))
        elif q < 0.8:
            day = self._working(start + dt.timedelta(7 * rng.randint(1, 26) + rng.choice([-3, 0, 4])))
        else:
            day = start + dt.timedelta(rng.randint(2, 60))
        return max(day, start + dt.timedelta(1))

    def _working(self, day):
        if day.weekday() > 4 and self.rng.random() < 0.85:
            day += dt.timedelta(7 - day.weekday())
        return day

    def other(self, before):
        """A day that is no answer: a header's date, something past or to come."""
        rng = self.rng
        if _SENT.search(before):
            return self.today - dt.timedelta(rng.choice([0, 0, 0, 1, 1, 2, 3, rng.randint(4, 30)]))
        if _PAST_WORD.search(before):
            return self.today - dt.timedelta(rng.randint(1, 200))
        if rng.random() < 0.25:
            return self._working(self.today - dt.timedelta(rng.randint(1, 60)))
        return self._near("date")

    # -- its words ---------------------------------------------------------------------------------------------

    def words(self, who, field, style, before, after):
        """(words outside the label, labelled words, value) of a date slot."""
        if field == "revokeat":
            return self._instant(who, style, before, after)
        day = self.other(before) if field == "date" else self.day(who, field)
        prefix, words, exact = self._say(day, style, field, before, after)
        self.mentioned.add(day)
        return prefix, words, day.isoformat() if exact else None

    def _say(self, day, style, field, before, after):
        if self.zh:
            return fill_dates_zh.say(self.rng, day, self.today, style or "adv", field, after, self.holidays,
                                     self.skeleton.hant)
        return fill_dates_en.say(self.rng, day, self.today, style or "np", field, before, after,
                                self.month_first)

    def _exactly(self, day, style, before, after):
        """Words that name the very day: a time beside 'early May' would be odd."""
        for _ in range(4):
            said = self._say(day, style, "revokeat", before, after)
            if said[2]:
                break
        return said

    def _instant(self, who, style, before, after):
        """When access stops: at or soon after the last day where there is one."""
        if who not in self.instants:
            people = set(self.skeleton.whom(who))
            ends = [w for w, f in self.skeleton.slots if f == "end" and w[0] != "x" and people & set(self.skeleton.whom(w))]
            day = max(self.day(w, "end") for w in ends) if ends else self._near("end")
            if day < self.today:
                day = self.today
            if self.rng.random() < 0.3:
                day += dt.timedelta(self.rng.choice([1, 1, 2, 3, 7]))
            self.instants[who] = day
        day = self.instants[who]
        module = fill_dates_zh if self.zh else fill_dates_en
        same = day in self.mentioned
        prefix, words, time = module.say_instant(
            self.rng, day, self.today, style, same, before, after,
            lambda kind, b, a: self._exactly(day, kind, b, a))
        if time == "now":
            value = self.received
        elif time is None:
            return prefix, words, None
        else:
            value = dt.datetime(day.year, day.month, day.day, *time, tzinfo=self.zone)
        return prefix, words, value.isoformat()
