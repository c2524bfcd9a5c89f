//! Named days, lunar days and breaks: 国庆, 2026年春节, 正月初八, 腊月廿三, 节后, 中秋翌日.

use super::super::{Grain, resolve};
use super::number::{Number, number};
use super::reader::Reader;
use super::value::{Cands, Form, Piece};
use super::words::{Class, WEAK};
use crate::calendar::lunar::{self, LunarDay};
use crate::calendar::named;
use chrono::{Datelike, NaiveDate};

type Days = (NaiveDate, NaiveDate);

/// Weights of a day that begins at sunset: as daylight, and as the evening before.
const DAYLIGHT: f32 = 0.5;
const EVE: f32 = 0.4;
/// Weight of another day of the same name beside the first: of another country where the writing leaves the country
/// open, or another feast.
const OTHER: f32 = 0.75;
/// Weights of the coming one and of the last one.
const AHEAD: f32 = 0.85;
const BEHIND: f32 = 0.06;
/// Characters with which the 日 or 节 that ends a name makes another word: 日志, 日常, 日期, 日元; 节点, 节能.
const DAY_GOES_ON: &str = "志常程期报记均益历元";
const FEAST_GOES_ON: &str = "点能奏拍";
/// Characters with which a weak name is a number or another word: 十一月, 三八大盖, 五一班.
const WEAK_GOES_ON: &str = "月日号个点年期次时分级班天周岁人元块度%路街.:/-大";
/// Days ahead within which the next break is looked for.
const BREAK_AHEAD: usize = 400;

impl Reader<'_> {
    /// A named day, with 今年, 下个 before it read elsewhere or here.
    pub fn named(&self, at: usize) -> Option<Piece> {
        self.named_in(at, at, None).or_else(|| {
            // 下个春节, 上个国庆, 这个中秋.
            self.w.all(Class::Relative, self.t, at).find_map(|(n, end)| {
                // 下次春节, 上一届.
                let end = self.eat('次', end).or_else(|| self.eat('届', end)).unwrap_or(end);
                let (key, after) = self.named_word(self.blanks(end), true)?;
                let mut piece = self.named_piece(at, self.blanks(end), key, after, None)?;
                piece.cands = self.occurrence(key, n);
                piece.cands.first()?;
                Some(self.beside(piece))
            })
        })
    }

    /// The place of its key, and the place after; weak names need company, or a year or 下个 before them (`told`), or
    /// the whole text for themselves.
    pub fn named_word(&self, at: usize, told: bool) -> Option<(i32, usize)> {
        let listed = self.w.all(Class::Named, self.t, at).find_map(|(value, end)| {
            // 环境日志 is a log, 网络安全日常 daily work, 消防日程 a schedule, 财富节点 a point.
            let goes_on = match self.c(end.wrapping_sub(1)) {
                Some('日') => DAY_GOES_ON,
                Some('节') if end > at + 2 => FEAST_GOES_ON,
                _ => "",
            };
            if self.c(end).is_some_and(|c| goes_on.contains(c)) {
                return None;
            }
            if value < WEAK {
                return Some((value, end));
            }
            let alone =
                !self.before(at).is_some_and(|c| super::day::number_like(c) || matches!(c, '.' | '第' | '-' | '/'));
            let company = self.is(Class::WeakAfter, end) && !self.is(Class::NotBound, end);
            // 今年五一, but not 今年十一月.
            let counts = self.c(end).is_some_and(|c| WEAK_GOES_ON.contains(c) || c.is_ascii_alphanumeric());
            (alone && company || told && !counts || self.is_all(at, end)).then_some((value - WEAK, end))
        });
        listed.or_else(|| self.w.sounded(self.t, at))
    }

    /// Whether the text says nothing else.
    fn is_all(&self, at: usize, end: usize) -> bool {
        let says = |c: &char| c.is_alphanumeric();
        at <= 4 && self.t.len() <= end + 4 && !self.t.iter().take(at).chain(self.t.iter().skip(end)).any(says)
    }

    /// `at`: where the name stands; `start`: where the piece begins.
    pub fn named_in(&self, start: usize, at: usize, year: Option<i32>) -> Option<Piece> {
        let (key, end) = self.named_word(at, year.is_some())?;
        if year.is_none()
            && let Some((year, after)) = self.year_behind(end)
        {
            let mut piece = self.named_piece(start, at, key, end, Some(year))?;
            piece.end = after;
            return Some(self.beside(piece));
        }
        self.named_piece(start, at, key, end, year).map(|p| self.beside(p))
    }

    fn named_piece(&self, start: usize, at: usize, key: i32, end: usize, year: Option<i32>) -> Option<Piece> {
        let name = usize::try_from(key).ok()?;
        let mut cands = self.when(name, year, self.country());
        // 父親節 is in August in Taiwan; 五旬节 is a Jewish day and a Christian one.
        let there = self.other_country().and_then(|c| self.when(name, year, c).first()).map(|c| (c, "as in Taiwan"));
        let place = self.w.at(Class::NamedToo, self.t, at).filter(|(_, e)| *e == end).map(|(place, _)| place as usize);
        let other =
            place.and_then(|p| self.when(p, year, self.country()).first()).map(|c| (c, "another day of that name"));
        let first = cands.first()?;
        if named::begins_the_evening_before(name) {
            let eve = first.from.pred_opt()?;
            cands = if first.from == first.to {
                // One day: its daylight; the evening before is a close second.
                cands.weigh(DAYLIGHT).or(eve, eve, EVE, "from sunset of the evening before")
            } else {
                // Several days are told from the evening on which they begin.
                Cands::default()
                    .or(eve, first.to, DAYLIGHT, "from sunset of the evening before")
                    .or(first.from, first.to, EVE, "")
            };
        }
        for (c, note) in [there, other].into_iter().flatten() {
            cands = cands.ranked(c.from, c.to, cands.first()?.p * OTHER, note);
        }
        let form = if year.is_none() { Form::Named(key) } else { Form::Fixed };
        let grain = if first.from == first.to { Grain::Day } else { Grain::Week };
        let mut piece = Piece::new(start, end, cands, grain, form);
        piece.rest = named::is_break(name);
        // 国庆假期, 春节期间: the days off around it.
        let whole = self.c(end.saturating_sub(1)).is_some_and(|c| "期假周".contains(c))
            && self.c(end.saturating_sub(2)).is_some_and(|c| "假长期间金放".contains(c))
            || self.word(Class::Break, end).is_some_and(|(_, after)| match self.c(end) {
                Some('节') => false,
                // 中秋放假 says that people are off; 中秋放假前 is before the break.
                Some('放') => self.bound_word(after).is_some(),
                _ => true,
            });
        let during = self.t.get(end..end + 2) == Some(&['期', '间']);
        if piece.rest && (whole || during) {
            piece.end = if during { end + 2 } else { self.word(Class::Break, end).map_or(end, |(_, e)| e) };
            piece.cands = piece.cands.map(|c| self.calendar().days_off_around(c.from).or(Some((c.from, c.to))));
            piece.form = Form::Period;
            piece.grain = Grain::Week;
        }
        Some(piece)
    }

    /// The day in a said year, else the nearest ones, as a country keeps it.
    fn when(&self, name: usize, year: Option<i32>, country: &str) -> Cands {
        let Some(year) = year else { return self.nearest_in(name, country) };
        let counts = |d: &Days| resolve::checked(d.0).is_some();
        let days = named::days(name, year, country).into_iter().filter(counts).enumerate();
        days.fold(Cands::default(), |c, (i, (a, b))| c.or(a, b, if i == 0 { 0.75 } else { 0.2 }, ""))
    }

    fn nearest(&self, name: usize) -> Cands {
        self.nearest_in(name, self.country())
    }

    /// The coming time, today included, and the last.
    fn nearest_in(&self, name: usize, country: &str) -> Cands {
        let this = self.today.year();
        let mut cands = Cands::default();
        let times: Vec<Days> = (this - 1..=this + 1).flat_map(|y| named::days(name, y, country)).collect();
        let far = || (this + 2..=this + 8).flat_map(|y| named::days(name, y, country)).next();
        if let Some((a, b)) = times.iter().copied().find(|(_, to)| *to >= self.today).or_else(far) {
            cands = cands.or(a, b, AHEAD, "the next one");
        }
        match times.iter().copied().rfind(|(_, to)| *to < self.today) {
            Some((a, b)) => cands.or(a, b, BEHIND, "the last one"),
            None => cands,
        }
    }

    /// The nth time from today: 1 the next one after today, 0 this year's, -1 the last before.
    fn occurrence(&self, key: i32, n: i32) -> Cands {
        let Ok(name) = usize::try_from(key) else { return Cands::default() };
        let (country, this) = (self.country(), self.today.year());
        let times: Vec<Days> = (this - 3..=this + 3).flat_map(|y| named::days(name, y, country)).collect();
        let found = match n {
            0 => return self.nearest(name),
            n if n > 0 => times.iter().filter(|(from, _)| *from > self.today).nth(n as usize - 1),
            n => times.iter().rev().filter(|(_, to)| *to < self.today).nth((-n) as usize - 1),
        };
        found.map_or_else(Cands::default, |(a, b)| Cands::range(*a, *b))
    }

    /// 翌日, 前一天, 第三天 after a named day.
    fn beside(&self, mut piece: Piece) -> Piece {
        if let Some(around) = self.around_feast(&piece) {
            return around;
        }
        let at = self.of(piece.end);
        if let Some((n, end)) = self.word(Class::Beside, at) {
            let cands = piece.cands.map(|c| {
                let day = resolve::add_days(if n > 0 { c.to } else { c.from }, i64::from(n))?;
                Some((day, day))
            });
            if cands.first().is_some() {
                (piece.cands, piece.end, piece.rest, piece.form) = (cands, end, false, Form::Fixed);
            }
            return piece;
        }
        if self.c(at) == Some('第')
            && let Some(n) = number(self.t, at + 1).filter(|n| (1..=60).contains(&n.value))
            && let Some('天' | '日') = self.c(n.end)
        {
            let cands = piece.cands.map(|c| resolve::add_days(c.from, i64::from(n.value) - 1).map(|d| (d, d)));
            if cands.first().is_some() {
                (piece.cands, piece.end, piece.rest, piece.form, piece.grain) =
                    (cands, n.end + 1, false, Form::Fixed, Grain::Day);
            }
        }
        piece
    }

    /// A day of the lunar calendar.
    pub fn lunar(&self, at: usize) -> Option<Piece> {
        self.lunar_in(at, at, None)
    }

    pub fn lunar_in(&self, start: usize, at: usize, year: Option<i32>) -> Option<Piece> {
        let marked = self.word(Class::LunarMark, at);
        let mut at = marked.map_or(at, |(_, end)| self.of(end));
        let mut year = year;
        if marked.is_some()
            && year.is_none()
            && let Some((y, end)) = self.year(at)
        {
            year = Some(y);
            at = self.of(end);
        }
        // 年初三, 大年初三, 年廿八, 年三十: around the new year.
        if let Some(piece) = self.new_year_day(start, at, year) {
            return Some(piece);
        }
        let leap = self.c(at) == Some('闰');
        let month_at = if leap { at + 1 } else { at };
        let (month, end, own_name) = match self.word(Class::LunarMonth, month_at) {
            Some((m, end)) => (u32::try_from(m).ok()?, end, true),
            None => {
                let (m, end) = self.month(month_at)?;
                (m, end, false)
            }
        };
        let day_at = self.blanks(end);
        // 正月朔日, 八月望日, 腊月晦日.
        if let Some((day, end)) = self.word(Class::MoonDay, day_at) {
            let cands = self.by_year(year, |y| {
                let day = u32::try_from(day).ok().or_else(|| lunar::days_in_month(y, month, leap))?;
                lunar::to_solar(LunarDay { year: y, month, leap, day }).map(|d| (d, d))
            });
            cands.first()?;
            return Some(Piece::new(start, end, cands, Grain::Day, Form::Fixed));
        }
        let day = self.lunar_day(day_at);
        let is_lunar = marked.is_some() || own_name || leap || day.is_some_and(|(_, _, early)| early);
        if !is_lunar {
            return None;
        }
        match day {
            Some((d, end, _)) => {
                let cands =
                    self.by_year(year, |y| lunar::to_solar(LunarDay { year: y, month, leap, day: d }).map(|d| (d, d)));
                cands.first()?;
                Some(Piece::new(start, end, cands, Grain::Day, Form::Fixed))
            }
            None => {
                let last = |y| lunar::days_in_month(y, month, leap);
                let cands = self.by_year(year, |y| {
                    let from = lunar::to_solar(LunarDay { year: y, month, leap, day: 1 })?;
                    let to = lunar::to_solar(LunarDay { year: y, month, leap, day: last(y)? })?;
                    // 正月底, 腊月初 are read as the last day and the first ten.
                    Some((from, to))
                });
                cands.first()?;
                Some(Piece::new(start, end, cands, Grain::Month, Form::Period))
            }
        }
    }

    /// Day of a lunar month; the flag says that only lunar days are written so (初八). 廿八号 is solar as often.
    fn lunar_day(&self, at: usize) -> Option<(u32, usize, bool)> {
        if let Some(after) = self.eat('初', at) {
            let n = number(self.t, after).filter(|n| (1..=10).contains(&n.value) && n.length == 1)?;
            return Some((n.value, self.eat('日', n.end).unwrap_or(n.end), true));
        }
        let n: Number = number(self.t, at).filter(|n| (1..=30).contains(&n.value) && !n.positional)?;
        let end = match self.c(n.end) {
            Some('日' | '号') => n.end + 1,
            Some('月' | '年' | '个' | '点') => return None,
            _ if n.han => n.end,
            _ => return None,
        };
        Some((n.value, end, false))
    }

    /// Days told from the lunar new year: 大年初三, 年廿八, 初八 in its season.
    fn new_year_day(&self, start: usize, at: usize, year: Option<i32>) -> Option<Piece> {
        let prefix = ["大年", "新年", "春节", "年"].iter().find_map(|p| {
            let n = p.chars().count();
            let here = self.t.get(at..at + n)?;
            p.chars().eq(here.iter().copied()).then_some(at + n)
        });
        let day_at = match prefix {
            Some(after) => after,
            // 初八 alone: only in season, and not the grades 初一 to 初三 of a school.
            None => {
                let season = self.season();
                let n = number(self.t, at + 1)?;
                let plain = self.c(at) == Some('初')
                    && n.value >= 4
                    && season
                    && !self.before(at).is_some_and(|c| "月最当年".contains(c));
                plain.then_some(at)?
            }
        };
        if prefix.is_some() && self.c(day_at) != Some('初') && !matches!(self.c(day_at), Some('廿' | '卅')) {
            // 年三十 is a named day; 年 before other numbers is a year's own.
            return None;
        }
        let (day, end, _) = self.lunar_day(day_at)?;
        let month = if self.c(day_at) == Some('初') { 1 } else { 12 };
        let lunar_year = |y: i32| if month == 1 { y } else { y - 1 };
        let cands = self.by_year(year, |y| {
            lunar::to_solar(LunarDay { year: lunar_year(y), month, leap: false, day }).map(|d| (d, d))
        });
        cands.first()?;
        Some(Piece::new(start, end, cands, Grain::Day, Form::Fixed))
    }

    /// From the eleventh lunar month to the end of the first.
    fn season(&self) -> bool {
        lunar::from_solar(self.today).is_some_and(|l| matches!(l.month, 1 | 11 | 12))
    }

    /// 节后, 节前, 长假后, 年后: beside the next break, which has no name here.
    pub fn next_break(&self, at: usize) -> Option<Piece> {
        let (day, end) = if self.c(at) == Some('年') {
            let free = match self.before(at) {
                None => true,
                Some(c) if !crate::message::fold::is_han(c) => !c.is_ascii_alphanumeric(),
                Some(c) => "于在等到过请他她就我们计的划拟预待,".contains(c),
            };
            let new_year = self.nearest(named::place("spring_festival")?).first()?;
            (free.then_some(new_year.from)?, at + 1)
        } else {
            let (_, end) = self.word(Class::Break, at)?;
            let joined = self.before(at).is_some_and(|c| {
                "关环季细情章调礼枝骨音脉时气字结小末单双请年病休产婚事补销丧育陪探寒暑哺例带".contains(c)
            });
            if joined {
                return None;
            }
            (self.coming_break()?, end)
        };
        // Alone, 节 and 假期 say nothing.
        let bound = self.word(Class::Bound, end).filter(|_| !self.is(Class::NotBound, end))?;
        if !matches!(bound.0, 1..=3) && !self.is(Class::Ordinal, end) {
            return None;
        }
        let mut piece = Piece::new(at, end, Cands::one(day), Grain::Day, Form::Period);
        piece.rest = true;
        Some(piece)
    }

    /// A day of the break that is on, or of the next one with a public holiday.
    fn coming_break(&self) -> Option<NaiveDate> {
        let calendar = self.calendar();
        let off = |d: NaiveDate| calendar.is_holiday(d);
        if let Some((from, to)) = calendar.days_off_around(self.today)
            && from.iter_days().take_while(|d| *d <= to).any(off)
        {
            return Some(self.today);
        }
        self.today.iter_days().take(BREAK_AHEAD).find(|d| off(*d))
    }
}
