"""Chinese words for a day, seen from another day; simplified or traditional."""
import datetime as dt

from fill_days import (add_months, first_working_day, last_working_day, month_end, next_numbered, working_days_on)
from fill_hant import to_traditional

WEEKDAYS = "一二三四五六日"
DIGITS = "零一二三四五六七八九十"
_FULL = str.maketrans("0123456789/-.", "０１２３４５６７８９／－．")

# m d, cm cd: month and day in figures and characters; z w: 周, 一; Y y cY: year.
ABSOLUTE = ["{m}月{d}日", "{m}月{d}日", "{m}月{d}日", "{m}月{d}号", "{m}月{d}号", "{m}月{d}日({z}{w})", "{m}月{d}日（{z}{w}）",
            "{m}月{d}号{z}{w}", "{m}月{d}日{z}{w}", "{cm}月{cd}日", "{cm}月{cd}号", "{m}月{d}日星期{w}", "{z}{w}（{m}月{d}日）",
            "{z}{w}({m}/{d})", "{z}{w}（{m}/{d}）", "{mm}月{dd}日", "{m}月{d}", "{cm}月{cd}", "{m} 月 {d} 日", "{m}月{d}号（{z}{w}）",
            "{m}月{d}日（星期{w}）", "{z}{w}（{m}.{d}）", "{m}月{d}號"]
ABSOLUTE_YEAR = ["{Y}年{m}月{d}日", "{Y}年{m}月{d}日", "{Y}年{m}月{d}号", "{Y}年{mm}月{dd}日", "{y}年{m}月{d}日", "{Y} 年 {m} 月 {d} 日",
                 "{cY}年{cm}月{cd}日", "{Y}年{m}月{d}日（{z}{w}）", "{Y}年{m}月{d}日（星期{w}）", "{Y}年{m}月{d}日({z}{w})"]
NUMERIC = ["{m}.{d}", "{m}/{d}", "{m}/{d}", "{m}/{d}({w})", "{m}-{d}", "{mm}-{dd}", "{mm}/{dd}", "{m}.{d}日", "{m}.{d}号",
           "{m}/{d}（{z}{w}）", "{mm}.{dd}", "{m}/{d}（{w}）"]
NUMERIC_YEAR = ["{Y}-{mm}-{dd}", "{Y}-{mm}-{dd}", "{Y}/{m}/{d}", "{Y}/{m}/{d}", "{Y}.{m}.{d}", "{Y}/{mm}/{dd}", "{Y}.{mm}.{dd}",
                "{Y}{mm}{dd}", "{Y}-{m}-{d}", "{Y}/{mm}/{dd}（{z}{w}）"]


def characters(n):
    """16 as 十六; up to 99."""
    tens, ones = divmod(n, 10)
    if n <= 10:
        return DIGITS[n]
    return (DIGITS[tens] if tens > 1 else "") + "十" + (DIGITS[ones] if ones else "")


def _count(rng, n):
    if n <= 10 and rng.random() < 0.7:
        return "两" if n == 2 else DIGITS[n]
    return str(n)


def _parts(rng, day):
    w = WEEKDAYS[day.weekday()]
    return {"m": day.month, "mm": f"{day.month:02}", "d": day.day, "dd": f"{day.day:02}", "Y": day.year,
            "y": f"{day.year % 100:02}", "cm": characters(day.month), "cd": characters(day.day),
            "cY": "".join("〇一二三四五六七八九"[int(c)] for c in str(day.year)), "w": w,
            "z": "周" if rng.random() < 0.85 else "星期"}


def _absolute(rng, day, today, hant):
    n = (day - today).days
    parts = _parts(rng, day)
    if -30 <= n <= 320 and rng.random() < 0.72:
        form = rng.choice(ABSOLUTE)
        if form.endswith("號") and not hant:
            form = "{m}月{d}号"
        if rng.random() < 0.03 and n > 0:
            form = ("今年" if day.year == today.year else "明年") + "{m}月{d}日" if day.year - today.year < 2 else form
        return form.format_map(parts)
    return rng.choice(ABSOLUTE_YEAR).format_map(parts)


def _numeric(rng, day, today):
    forms = NUMERIC if -30 <= (day - today).days <= 320 and rng.random() < 0.5 else NUMERIC_YEAR
    return rng.choice(forms).format_map(_parts(rng, day))


def relative(rng, day, today, field, holidays):
    """[(words, name the very day), …]"""
    out = []

    def add(*forms, exact=True):
        out.extend((f, exact) for f in forms)

    n = (day - today).days
    week = (day - today + dt.timedelta(today.weekday())).days // 7
    w = WEEKDAYS[day.weekday()]
    if day.weekday() == 6 and rng.random() < 0.4:
        w = "天"
    for distance, words in ((0, ["今天", "今日", "今天"]), (1, ["明天", "明天", "明日", "明儿"]), (2, ["后天", "后天"]), (3, ["大后天"]),
                            (-1, ["昨天", "昨日"]), (-2, ["前天"])):
        if n == distance:
            add(*words)
    if n == 0 and field == "end":
        add("即日")
    z, long = f"周{w}", rng.choice(["星期", "星期", "礼拜"]) + w
    if 0 < n < 7:
        add(z, z, long)
    if week == 0 and n > 0:
        add("本" + z, "本" + z, "这" + z, "这" + z, "这个" + long, "本" + long, f"本{z}（{day.day}号）", f"本{z}({day.month}/{day.day})")
        if field == "end":
            add(f"本{z}下班前", f"本{z}下班后", f"{z}下班前", f"这{z}下班")
    if week == 1:
        add("下" + z, "下" + z, "下" + z, "下" + long, "下个" + long, f"下{z}（{day.day}号）", f"下{z}({day.month}/{day.day})",
            f"下{z}（{day.month}月{day.day}日）", f"下{z}，{day.month}月{day.day}号")
        add("下周", exact=False)
        if field == "end":
            add(f"下{z}下班前", f"下{z}下班后")
        if day.weekday() < 2:
            add("下周初", exact=False)
    if week == 2:
        add("下下" + z, "下下" + z, "下下个" + long, f"下下{z}（{day.day}号）")
    if week == -1:
        add("上" + z, "上" + z, "上" + long)
    if n > 0:
        _distances(rng, add, day, today, n, holidays)
    _numbered(rng, add, day, today, w)
    _months(rng, add, day, today, n, holidays)
    _breaks(add, day, today, n, holidays)
    return out


def _distances(rng, add, day, today, n, holidays):
    if 3 <= n <= 30:
        add(f"{_count(rng, n)}天后", f"{n}天后", f"{_count(rng, n)}天之后")
    if n % 7 == 0 and n <= 42:
        k = _count(rng, n // 7)
        add(f"{k}周后", f"{k}周后", f"{k}个星期后", f"{k}周之后")
    for k in (1, 2, 3, 6):
        if day == add_months(today, k):
            add(f"{_count(rng, k)}个月后", "半年后" if k == 6 else f"{_count(rng, k)}个月之后")
    if n < 22 and holidays.known(day):
        for k in (1, 2, 3, 5, 10):
            if working_days_on(today, k, holidays) == day:
                add("下一个工作日" if k == 1 else f"{_count(rng, k)}个工作日后")


def _numbered(rng, add, day, today, w):
    d, cd = day.day, characters(day.day)
    if next_numbered(today, d) == day:
        add(f"{d}号", f"{d}号", f"{d}号", f"{d}日", f"{cd}号", f"{d}号（周{w}）", f"{d}号周{w}", f"周{w}（{d}号）", f"周{w}({d}号)")
    if (day.year, day.month) == (today.year, today.month):
        add(f"本月{d}号", f"本月{d}日", f"这个月{d}号")
    if day.replace(day=1) == add_months(today.replace(day=1), 1):
        add(f"下月{d}号", f"下个月{d}号", f"下月{d}日", f"下个月{d}日", f"下个月{cd}号")
        if d == 1:
            add("下个月一号", "下月1号", "次月1日")


def _months(rng, add, day, today, n, holidays):
    m = rng.choice([str(day.month), characters(day.month)])
    this = (day.year, day.month) == (today.year, today.month)
    following = day.replace(day=1) == add_months(today.replace(day=1), 1)
    if not 0 <= n < 320:
        return
    if day == month_end(day):
        add(f"{m}月底", f"{m}月底", f"{m}月末", f"{m}月最后一天")
        if this:
            add("月底", "月底", "本月底", "月末", "本月末", "这个月底", "本月最后一天")
        if following:
            add("下月底", "下个月底", "下月末")
        if day.month % 3 == 0:
            add(f"Q{day.month // 3}末", f"{characters(day.month // 3)}季度末", f"第{characters(day.month // 3)}季度末")
            if n < 92:
                add("季度末", "本季度末", "季末")
        if day.month == 12 and day.year == today.year:
            add("年底", "今年年底", "年末", "年底")
    if holidays.known(day):
        if day == last_working_day(day, holidays):
            add(f"{m}月最后一个工作日", f"{m}月的最后一个工作日")
            if this:
                add("本月最后一个工作日", "月底前最后一个工作日", "这个月最后一个工作日")
            if following:
                add("下月最后一个工作日", "下个月最后一个工作日")
        if day == first_working_day(day, holidays):
            add(f"{m}月第一个工作日", f"{m}月首个工作日")
            if following:
                add("下月第一个工作日", "下个月第一个工作日", "下个月首个工作日")
        if day.weekday() == 4 and 0 < n < 7 and today.weekday() < 4 and holidays.working(day):
            if not holidays.working(day + dt.timedelta(1)):
                add("本周最后一个工作日")
    if n > 7 and rng.random() < 0.2:  # any day has such a name: kept rare
        k = (day.day - 1) // 7 + 1
        if k < 5:
            add(f"{m}月第{characters(k)}个周{WEEKDAYS[day.weekday()]}")
            if following:
                add(f"下个月第{characters(k)}个周{WEEKDAYS[day.weekday()]}")
        if day.day + 7 > month_end(day).day:
            add(f"{m}月最后一个周{WEEKDAYS[day.weekday()]}")
    if n > 7:
        part = "初" if day.day < 8 else "上旬" if day.day <= 10 else "中旬" if day.day <= 20 else "下旬"
        add(f"{m}月{part}", exact=False)
        if following:
            add(f"下个月{part}" if part != "初" else "下月初", exact=False)


def _breaks(add, day, today, n, holidays):
    if not 0 < n < 200:
        return
    name = holidays.after.get(day)
    if name:
        add(f"{name}后第一个工作日", f"{name}后第一个工作日", f"{name}假期后第一个工作日", f"{name}收假后第一天", f"{name}后第一天上班",
            f"{name}放假回来第一天")
        upcoming = holidays.next_break(today)
        if upcoming and working_days_on(upcoming[1], 1, holidays) == day:
            add("节后第一个工作日", "节后首日", "节后第一个工作日", "节后上班第一天")
            if name == "春节":
                add("年后第一个工作日", "年后上班第一天", "年后开工第一天")
        add(f"{name}后", exact=False)
    name = holidays.before.get(day)
    if name:
        add(f"{name}前最后一个工作日", f"{name}放假前一天" if not holidays.working(day + dt.timedelta(1)) else f"{name}前最后一个工作日")
        upcoming = holidays.next_break(today)
        if upcoming and day < upcoming[0] and all(not holidays.working(day + dt.timedelta(i))
                                                  for i in range(1, (upcoming[0] - day).days)):
            add("节前最后一个工作日", "放假前最后一个工作日")


def say(rng, day, today, style, field, after, holidays, hant):
    """('', words, do they name the very day)."""
    exact = True
    if style == "iso":
        words = day.isoformat()
    elif style == "num":
        words = _numeric(rng, day, today)
    elif style == "abs":
        words = _absolute(rng, day, today, hant)
    else:
        q = rng.random()
        words = None
        if q < 0.58:
            pool = relative(rng, day, today, field, holidays)
            if after[:1] in tuple("前后後起止之以至到开") or after[:2] in ("下班", "上班", "早上", "下午", "上午", "晚上"):
                pool = [p for p in pool if p[0][-1] not in "前后起班天"]
            if rng.random() < 0.95:
                pool = [p for p in pool if p[1]]
            if pool:
                words, exact = rng.choice(pool)
        if words is None:
            words = _absolute(rng, day, today, hant) if q < 0.87 else _numeric(rng, day, today)
    if hant:
        words = to_traditional(words).replace("周", "週")
    if rng.random() < 0.02:
        words = words.translate(_FULL)
    return "", words, exact


_TIMES = [("18:00", (18, 0)), ("下午五点", (17, 0)), ("17:30", (17, 30)), ("下班前", (18, 0)), ("中午12点", (12, 0)), ("上午10点", (10, 0)),
          ("晚上8点", (20, 0)), ("9点整", (9, 0)), ("23:59", (23, 59)), ("下班后", (18, 0)), ("下午5点", (17, 0)), ("下午五点半", (17, 30)),
          ("18点", (18, 0)), ("零点", (0, 0)), ("0点", (0, 0)), ("17：00", (17, 0)), ("晚八点", (20, 0)), ("下班时", (18, 0)),
          ("早上九点", (9, 0)), ("12:00", (12, 0)), ("下午三点", (15, 0)), ("晚上十点", (22, 0)), ("18时", (18, 0)), ("17:00整", (17, 0)),
          ("24点", None), ("24:00", None), ("下午6点", (18, 0)), ("上午9:30", (9, 30)), ("午夜", None), ("17时30分", (17, 30)),
          ("下午4点半", (16, 30)), ("中午", (12, 0))]
_NOW = ["立即", "马上", "即刻", "现在", "立刻", "尽快", "即时", "现在就", "收到后立即", "第一时间", "马上就"]


def say_instant(rng, day, today, style, mentioned, before, after, date_words):
    """('', words, (hour, minute) | 'now' | None where it is not known)."""
    clock, time = rng.choice(_TIMES)
    if after[:1] in ("前", "后", "後", "起", "之") and clock[-1] in "前后时":
        clock, time = "18:00", (18, 0)
    if style == "iso":
        h, m = time or (18, 0)
        return "", f"{day.isoformat()}{rng.choice(['T', ' ', ' '])}{h:02}:{m:02}", (h, m)
    if style in ("abs", "num"):
        return "", date_words(style, "", clock)[1] + rng.choice(["", " "]) + clock, time
    q = rng.random()
    if day == today:
        if q < 0.5 and not after.startswith(("前", "起")):
            return "", rng.choice(_NOW), "now"
        words = rng.choice(["今天", "今天", "今日", "当天"]) + clock
        if (time or (0,))[0] >= 18 and clock.startswith("晚"):
            words = "今" + clock.replace("晚上", "晚")
        return "", words, time
    if mentioned and q < 0.4:
        return "", rng.choice(["当天", "当天", "当日", "那天", ""]) + clock, time
    _, words, sure = date_words("abs" if q < 0.55 else "adv", "", clock)
    joint = " " if words[-1].isdigit() and clock[0].isdigit() else rng.choice(["", "", "", " "])
    return "", words + joint + clock, time if sure else None
