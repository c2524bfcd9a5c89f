"""Calendar arithmetic, and the Chinese holidays with their make-up workdays."""
import datetime as dt

_ONE = dt.timedelta(1)


def month_end(day):
    return dt.date(day.year + day.month // 12, day.month % 12 + 1, 1) - _ONE


def add_months(day, n):
    """The same day n months on, or that month's last."""
    y, m = divmod(day.year * 12 + day.month - 1 + n, 12)
    return dt.date(y, m + 1, min(day.day, month_end(dt.date(y, m + 1, 1)).day))


def is_working(day, holidays=None):
    return holidays.working(day) if holidays else day.weekday() < 5


def first_working_day(month, holidays=None):
    day = month.replace(day=1)
    while not is_working(day, holidays):
        day += _ONE
    return day


def last_working_day(month, holidays=None):
    day = month_end(month)
    while not is_working(day, holidays):
        day -= _ONE
    return day


def working_days_on(day, n, holidays=None):
    """The n-th working day after a day."""
    while n:
        day += _ONE
        n -= is_working(day, holidays)
    return day


def next_numbered(today, number):
    """The day that 'the 16th' means today: the next one of that number, not today itself; None in short months."""
    month = today.replace(day=1)
    if number <= today.day:
        month = add_months(month, 1)
    return month.replace(day=number) if number <= month_end(month).day else None


def easter(year):
    """Easter Sunday (Gregorian; the anonymous rule of 1876)."""
    a, b, c = year % 19, year // 100, year % 100
    g = (b - (b + 8) // 25 + 1) // 3
    h = (19 * a + b - b // 4 - g + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    month, day = divmod(h + k - 7 * m + 114, 31)
    return dt.date(year, month, day + 1)


class Holidays:
    """Breaks of the official calendar as (name, first day, last day), and which days are worked."""

    def __init__(self, rows):
        self.off, self.work = set(), set()
        spans = {}
        for date, name, kind in rows:
            day = dt.date.fromisoformat(date)
            (self.off if kind == "off" else self.work).add(day)
            if kind == "off" and day.year >= 2023:
                # A break of new year may begin in December: keep runs apart by distance, not by year.
                runs = spans.setdefault(name, [])
                if runs and (day - runs[-1][1]).days <= 3:
                    runs[-1][1] = day
                else:
                    runs.append([day, day])
        self.years = {d.year for d in self.off}
        breaks = sorted((run[0], run[1], _short(name)) for name, runs in spans.items() for run in runs)
        self.after, self.before = {}, {}  # first worked day after, last one before: day -> name
        for first, last, name in breaks:
            a, b = working_days_on(last, 1, self), first - _ONE
            while not self.working(b):
                b -= _ONE
            self.after[a] = self.before[b] = name
        self._edges = sorted(set(self.after) | set(self.before))
        self._breaks = breaks

    def working(self, day):
        return day in self.work or (day.weekday() < 5 and day not in self.off)

    def known(self, day):
        """Is the year's calendar published?"""
        return day.year in self.years

    def edges(self, today, within):
        """Days around breaks in the days to come."""
        limit = today + dt.timedelta(within)
        return [d for d in self._edges if today < d <= limit]

    def next_break(self, today):
        """The next break's first and last day, or None."""
        for first, last, _ in self._breaks:
            if last >= today:
                return first, last
        return None


def _short(name):
    for long, short in (("国庆节、中秋节", "国庆"), ("中秋节、国庆节", "国庆"), ("国庆节", "国庆"), ("劳动节", "五一"),
                        ("春节", "春节"), ("元旦", "元旦"), ("清明节", "清明"), ("端午节", "端午"), ("中秋节", "中秋")):
        if name.startswith(long):
            return short
    return name
