//! Pieces that name a day or a month: 今天, 下周三, 11月3号, 二〇二六年三月一日, 十五号.

use super::super::{Grain, resolve};
use super::number::{Number, number};
use super::reader::Reader;
use super::value::{Cands, Form, Piece};
use super::words::Class;
use chrono::{Datelike, NaiveDate, Weekday};

/// Years that a plain number before 年 may mean.
const YEARS: std::ops::RangeInclusive<u32> = 1900..=2200;
/// Characters before 明, 前, 后, 今 that make another word with them: 说明天, 目前日程, 今后天天.
const JOINED_BEFORE: &str = "说声证注表聪文开照目之以提此当先然今最落背往";
/// Characters after 今日, 明日 and the like that make another word.
const JOINED_AFTER: &str = "志报程期元常记历薪美头";

/// A weekday by its number, 1 Monday to 7 Sunday.
pub fn weekday(n: u32) -> Option<Weekday> {
    Weekday::try_from(u8::try_from(n.checked_sub(1)?).ok()?).ok()
}

impl Reader<'_> {
    /// The piece that begins at `at`; `second`: it ends a range.
    pub fn piece_after(&self, at: usize, second: bool) -> Option<Piece> {
        let c = self.c(at)?;
        if self.is(Class::Idiom, at) {
            return None;
        }
        if c.is_ascii_digit()
            && let Some(piece) = self.numeric(at, second)
        {
            return Some(piece);
        }
        self.named(at)
            .or_else(|| self.lunar(at))
            .or_else(|| self.dated(at))
            .or_else(|| self.year_glued(at))
            .or_else(|| self.relative_day(at))
            .or_else(|| self.relative_period(at))
            .or_else(|| self.plain_weekday(at))
            .or_else(|| self.stretch(at))
            .or_else(|| self.own_period(at))
            .or_else(|| self.next_break(at))
            .or_else(|| self.day_alone(at, second))
    }

    /// 今天, 后天, 今晚.
    fn relative_day(&self, at: usize) -> Option<Piece> {
        if let Some((n, end)) = self.word(Class::DayPart, at) {
            // 玩完后晚上, 目前晚上.
            let hangs =
                matches!(self.c(at), Some('前' | '后')) && self.before(at).is_some_and(crate::message::fold::is_han);
            if hangs && self.c(end) == Some('上') {
                return None;
            }
            let day = resolve::add_days(self.today, i64::from(n))?;
            let mut piece = Piece::new(at, end, Cands::one(day), Grain::PartOfDay, Form::Fixed);
            // The time begins with the part of the day that the word ends in.
            if let Some((time, after)) = self.time(end - 1) {
                (piece.time, piece.end) = (Some(time), after.max(end));
                piece.grain = time.grain;
            }
            return Some(piece);
        }
        let (n, end) = self.word(Class::Day, at)?;
        let joined = self.before(at).is_some_and(|c| JOINED_BEFORE.contains(c)) && end - at == 2
            || self.c(end - 1) == Some('日') && self.c(end).is_some_and(|c| JOINED_AFTER.contains(c))
            || self.c(at) == Some('本') && self.before(at) == Some('日');
        if joined {
            return None;
        }
        let day = resolve::add_days(self.today, i64::from(n))?;
        Some(Piece::new(at, end, Cands::one(day), Grain::Day, Form::Fixed))
    }

    /// A weekday without a week: 周五, 星期三, 礼拜日.
    fn plain_weekday(&self, at: usize) -> Option<Piece> {
        let (wd, end) = self.weekday_word(at)?;
        // 一周三次 is how often; 张三周五入职 is a name before a day.
        let before = self.before(at);
        let counted = before.is_some_and(number_like) && (self.is(Class::Counted, end) || self.is(Class::Unit, end));
        if counted || before.is_some_and(|c| c.is_ascii_digit() || "每第圣几数半".contains(c)) {
            return None;
        }
        self.coming_weekday(at, end, wd)
    }

    pub fn coming_weekday(&self, at: usize, end: usize, wd: u32) -> Option<Piece> {
        let day = weekday(wd)?;
        let ahead = resolve::weekday_on_or_after(self.today, day)?;
        let mut cands = Cands::default().or(ahead, ahead, 0.85, "the next one");
        if ahead == self.today {
            cands = cands.or_day(resolve::add_days(ahead, 7), 0.08, "a week on");
        }
        cands = cands.or_day(resolve::weekday_before(self.today, day), 0.07, "the last one");
        Some(Piece::new(at, end, cands, Grain::Day, Form::Weekday(wd)))
    }

    /// 周五, 星期5, 礼拜天; not 周五险一金.
    pub fn weekday_word(&self, at: usize) -> Option<(u32, usize)> {
        let (_, noun_end) = self.word(Class::WeekNoun, at).filter(|_| self.c(at) != Some('个'))?;
        self.weekday_numeral(noun_end)
    }

    /// The numeral after the week noun.
    pub fn weekday_numeral(&self, at: usize) -> Option<(u32, usize)> {
        let (wd, end) = self.word(Class::Weekday, at)?;
        let c = self.c(at)?;
        let none = self.is(Class::NotWeekday, at)
            || c.is_ascii_digit() && (self.c(end).is_some_and(|c| c.is_ascii_digit()) || self.is(Class::Counted, end));
        if none { None } else { Some((u32::try_from(wd).ok()?, end)) }
    }

    /// What begins with a year or a month.
    fn dated(&self, at: usize) -> Option<Piece> {
        if let Some((_, end)) = self.word(Class::SolarMark, at) {
            return self.dated(self.blanks(end)).map(|p| Piece { start: at, ..p });
        }
        if let Some((year, end)) = self.year(at) {
            return self.in_year(at, year, end);
        }
        let (month, end) = self.month(at)?;
        // 三四月份 is March or April, and neither.
        if self.number_goes_on(at) || self.before(at).is_some_and(|c| matches!(c, '.' | '/')) {
            return None;
        }
        Some(self.in_month(at, None, month, end))
    }

    /// A year: 2026年, 26年 before a month, 二〇二六年, 民国115年, 明年.
    pub fn year(&self, at: usize) -> Option<(i32, usize)> {
        if let Some((add, end)) = self.word(Class::Era, at) {
            let n = number(self.t, self.blanks(end)).or_else(|| {
                // 令和元年.
                (self.c(end) == Some('元')).then_some(Number {
                    value: 1,
                    end: end + 1,
                    han: true,
                    length: 1,
                    positional: false,
                })
            })?;
            let end = self.eat('年', self.blanks(n.end))?;
            return Some((i32::try_from(n.value).ok()?.checked_add(add)?, end));
        }
        if let Some((n, end)) = self.word(Class::Year, at) {
            // 一年 after 这, 上, 下 is a number of years elsewhere: the word list holds only whole words.
            return Some((self.today.year() + n, self.eat('度', end).unwrap_or(end)));
        }
        let n = number(self.t, at)?;
        let year_end = self.eat('年', self.blanks(n.end)).filter(|e| self.c(*e) != Some('代'))?;
        let end = self.eat('度', year_end).unwrap_or(year_end);
        if self.before(at).is_some_and(|c| c.is_ascii_digit() || matches!(c, '.' | '第' | '近' | '每' | '前' | '满'))
        {
            return None;
        }
        if YEARS.contains(&n.value) && (n.length == 4 || !n.positional) {
            return Some((n.value as i32, end));
        }
        if n.value < 100 && n.length == 2 && (!n.han || n.positional) {
            // 08年 and 98年 are years; 10年 is a length of time unless a month or the like follows.
            let zero = matches!(self.c(at), Some('0' | '〇' | '零'));
            // 七八年 is seven or eight years.
            let early = n.value >= 60 && (!n.han || n.value % 10 != n.value / 10 + 1);
            let next = self.blanks(end);
            let completed = self.month(next).is_some()
                || self.is(Class::HalfYear, next)
                || self.c(next).is_some_and(|c| "初底末第".contains(c))
                || self.word(Class::Named, next).is_some();
            if zero || early || completed {
                return Some((resolve::two_digit_year(n.value)?, end));
            }
        }
        if self.country() == "TW" && (90..=150).contains(&n.value) && n.length == 3 && !n.han {
            return Some((n.value as i32 + 1911, end));
        }
        None
    }

    /// A month by number: 3月, 三月份, 十二月.
    pub fn month(&self, at: usize) -> Option<(u32, usize)> {
        let n = number(self.t, at).filter(|n| (1..=12).contains(&n.value) && !n.positional && n.length <= 2)?;
        let end = self.eat('月', self.blanks(n.end))?;
        if self.c(end).is_some_and(|c| "饼薪亮度租费嫂子球票".contains(c)) {
            return None;
        }
        // 一月一次, 两月三次: how often.
        if self.c(at) == Some('两')
            || number(self.t, end).is_some_and(|n| n.han && matches!(self.c(n.end), Some('次' | '回' | '趟')))
        {
            return None;
        }
        Some((n.value, end))
    }

    /// What follows a year.
    pub fn in_year(&self, start: usize, year: i32, end: usize) -> Option<Piece> {
        let at = self.of(end);
        let at = self.word(Class::SolarMark, at).map_or(at, |(_, end)| self.blanks(end));
        if let Some(piece) = self.named_in(start, at, Some(year)).or_else(|| self.lunar_in(start, at, Some(year))) {
            return Some(piece);
        }
        if let Some((month, end)) = self.month(at) {
            return Some(self.in_month(start, Some(year), month, end));
        }
        // 明年7/31, 2026年3.15.
        if let Some(piece) = self.numeric(at, true)
            && let Form::MonthDay(m, d) = piece.form
            && let Some(day) = resolve::ymd(year, m, d)
        {
            return Some(Piece::new(start, piece.end, Cands::one(day), Grain::Day, Form::Fixed));
        }
        // 去年本月十日: the present month of that year.
        if let Some((0, end)) = self.relative_noun(Class::MonthNoun, at) {
            return Some(self.in_month(start, Some(year), self.today.month(), end));
        }
        // 去年今天, 明年今日.
        if let Some((0, end)) = self.word(Class::Day, at).filter(|(_, e)| e - at == 2 && self.c(at) == Some('今')) {
            let day = resolve::ymd(year, self.today.month(), self.today.day())?;
            return Some(Piece::new(start, end, Cands::one(day), Grain::Day, Form::Fixed));
        }
        let (from, to) = resolve::year(year)?;
        if let Some(piece) = self.within_year(start, at, Some(year)) {
            return Some(piece);
        }
        if let Some(piece) = self
            .ordinal(start, at, Grain::Year, |f| f(from, to).map_or_else(Cands::default, |(a, b)| Cands::range(a, b)))
        {
            return Some(piece);
        }
        if let Some((part, after)) = self.part_word(at) {
            return Some(self.part_of_year(start, after, Some(year), part));
        }
        Some(Piece::new(start, end, Cands::range(from, to), Grain::Year, Form::Year))
    }

    /// 底, 初, 中: not the first character of 中国 or 初八.
    pub fn part_word(&self, at: usize) -> Option<(i32, usize)> {
        let (part, end) = self.word(Class::Part, at)?;
        let next = self.c(end);
        let joined = match self.c(end - 1) {
            Some('中') => next.is_some_and(|c| "国心文秋级学方英美央日俄韩德法标".contains(c)),
            Some('初' | '头') => number(self.t, end).is_some() || next == Some('中'),
            Some('尾') => next.is_some_and(|c| "牙款号".contains(c)),
            Some('底' | '末') => next.is_some_and(|c| "薪座层".contains(c)),
            _ => false,
        };
        (!joined).then_some((part, end))
    }

    /// What follows a month; `year` None: not said.
    pub fn in_month(&self, start: usize, year: Option<i32>, month: u32, end: usize) -> Piece {
        let end = self.eat('份', end).unwrap_or(end);
        let at = self.of(end);
        // 3月1-15日.
        if let Some((d1, d2, after)) = self.two_days(at) {
            let both = self.by_year(year, |y| {
                Some((resolve::ymd(y, month, d1)?, resolve::ymd(y, month, d2)?)).filter(|(a, b)| a <= b)
            });
            if both.first().is_some() {
                return Piece::new(start, after, both, Grain::Day, Form::Period);
            }
        }
        if let Some((d, after)) = self.day_number(at, true) {
            let cands = self.by_year(year, |y| resolve::ymd(y, month, d).map(|d| (d, d)));
            if cands.first().is_some() {
                let form = if year.is_some() { Form::Fixed } else { Form::MonthDay(month, d) };
                return Piece::new(start, after, cands, Grain::Day, form);
            }
            // 2月30日 is no date; the whole of it is passed over.
            return Piece::new(start, after, Cands::default(), Grain::Day, Form::Period);
        }
        if let Some((part, after)) = self.part_word(at).filter(|_| at == end || self.is(Class::MonthPart, at)) {
            let mut cands = self.by_year(year, |y| part_of_month(y, month, part));
            if part == 5 {
                cands = self.with_last_days(cands);
            }
            let grain = if part == 5 { Grain::Day } else { Grain::Week };
            let form = if part == 5 && year.is_none() { Form::MonthDay(month, 31) } else { Form::Period };
            return Piece::new(start, after, cands, grain, if part == 5 { form } else { Form::Period });
        }
        if let Some((half, after)) = self.word(Class::HalfMonth, at) {
            let cands = self.by_year(year, |y| half_of_month(y, month, half));
            return Piece::new(start, after, cands, Grain::Week, Form::Period);
        }
        if let Some(piece) = self.ordinal(start, at, Grain::Month, |f| {
            self.by_year(year, |y| resolve::month(y, month).and_then(|(a, b)| f(a, b)))
        }) {
            return piece;
        }
        let form = if year.is_some() { Form::Period } else { Form::Month(month) };
        Piece::new(start, end, self.by_year(year, |y| resolve::month(y, month)), Grain::Month, form)
    }

    /// 月底 is the last day, or the last days.
    pub fn with_last_days(&self, cands: Cands) -> Cands {
        match cands.first() {
            Some(c) => {
                let from = c.to.with_day(21.min(c.to.day())).unwrap_or(c.to);
                cands.or(from, c.to, 0.08, "its last days")
            }
            None => cands,
        }
    }

    /// A day of the month; `in_month`: a month stands before it, so that 日 may be missing (八月十五).
    pub fn day_number(&self, at: usize, in_month: bool) -> Option<(u32, usize)> {
        let n = number(self.t, at).filter(|n| (1..=31).contains(&n.value) && n.length <= 3 && !n.positional)?;
        let mark = self.blanks(n.end);
        match self.c(mark) {
            Some('日') => {
                let end = mark + 1;
                let joined = self.c(end).is_some_and(|c| "元圆币系程均游".contains(c))
                    || self.c(end) == Some('本') && self.c(end + 1) != Some('人');
                (!joined).then_some((n.value, end))
            }
            Some('号') => {
                let end = mark + 1;
                (in_month || !self.is(Class::NotNumberDay, end)).then_some((n.value, end))
            }
            next if in_month && mark == n.end => {
                let bare = match next {
                    None => true,
                    Some(c) if c.is_ascii_alphanumeric() => false,
                    Some('.' | ':' | '%') => !self.c(mark + 1).is_some_and(|c| c.is_ascii_digit()),
                    Some('-') if !n.han => false,
                    _ => !self.is(Class::Counted, mark) && (!self.is(Class::Unit, mark) || self.c(mark) == Some('晚')),
                };
                (bare && self.c(n.end) != Some('月')).then_some((n.value, n.end))
            }
            // 3月 15日 was read above; 3月1 日 has its blank before 日.
            _ if in_month && n.han && !self.is(Class::Counted, mark) => Some((n.value, n.end)),
            _ => None,
        }
    }

    /// 1-15日: both days and the place after.
    fn two_days(&self, at: usize) -> Option<(u32, u32, usize)> {
        let first = number(self.t, at).filter(|n| n.value <= 31)?;
        let (_, to) = self.word(Class::To, self.blanks(first.end))?;
        let second = number(self.t, self.blanks(to)).filter(|n| n.value <= 31)?;
        match self.c(self.blanks(second.end)) {
            Some('日' | '号') => Some((first.value, second.value, self.blanks(second.end) + 1)),
            _ => None,
        }
    }

    /// Whether what stands before a number is a street or the like: 胡同20号, 胡同14、16号.
    pub fn addressed(&self, at: usize) -> bool {
        if self.after(Class::NumberBefore, at) {
            return true;
        }
        let listed = self.before(at).is_some_and(|c| matches!(c, '、' | '-' | '~' | '至'));
        let first = (0..at.saturating_sub(1)).rev().take(4).take_while(|i| self.c(*i).is_some_and(number_like)).last();
        listed && first.is_some_and(|i| self.after(Class::NumberBefore, i))
    }

    /// 15号, 二十日: of the coming month that has it.
    fn day_alone(&self, at: usize, second: bool) -> Option<Piece> {
        let joined = |c| matches!(c, '.' | '/' | '第' | '每') || c == '-' && !second;
        if self.number_goes_on(at) || self.before(at).is_some_and(joined) {
            return None;
        }
        let n = number(self.t, at)?;
        let mark = self.c(self.blanks(n.end))?;
        // 一日, 三日 alone are lengths of time or idioms.
        if mark == '日' && n.han && n.value < 10 || mark == '号' && self.addressed(at) {
            return None;
        }
        if !matches!(mark, '日' | '号') {
            return None;
        }
        let (d, end) = self.day_number(at, false)?;
        if mark == '日' && self.c(end).is_some_and(|c| "内后游".contains(c) && !self.is(Class::NotBound, end)) {
            return None;
        }
        let cands = self.by_month(|y, m| resolve::ymd(y, m, d).map(|d| (d, d)));
        Some(Piece::new(at, end, cands, Grain::Day, Form::DayOnly(d)))
    }
}

impl Reader<'_> {
    /// Whether the number at `at` is the rest of a longer one. A numeral before digits ends a name: 张三15号入职.
    pub fn number_goes_on(&self, at: usize) -> bool {
        let digits = self.c(at).is_some_and(|c| c.is_ascii_digit());
        self.before(at).is_some_and(|c| if digits { c.is_ascii_digit() || "几数".contains(c) } else { number_like(c) })
    }
}

/// Whether a character is a digit or a numeral.
pub fn number_like(c: char) -> bool {
    c.is_ascii_digit() || super::number::numeral(c).is_some() || matches!(c, '十' | '百' | '几' | '数' | '半')
}

/// A part of a month by its value in `part`.
pub fn part_of_month(year: i32, month: u32, part: i32) -> Option<(NaiveDate, NaiveDate)> {
    let last = resolve::last_of_month(year, month)?;
    let day = |d| resolve::ymd(year, month, d);
    Some(match part {
        1 | 4 => (day(1)?, day(10)?),
        2 => (day(11)?, day(20)?),
        3 => (day(21)?, last),
        _ => (last, last),
    })
}

pub fn half_of_month(year: i32, month: u32, half: i32) -> Option<(NaiveDate, NaiveDate)> {
    let day = |d| resolve::ymd(year, month, d);
    if half == 1 { Some((day(1)?, day(15)?)) } else { Some((day(16)?, resolve::last_of_month(year, month)?)) }
}
