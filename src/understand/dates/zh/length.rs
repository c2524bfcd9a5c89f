//! Lengths of time and what is counted from today: 三个月, 3天后, 两周前, 三个工作日内, 未来两天, 下三周.

use super::super::{Grain, Unit, resolve};
use super::day::weekday;
use super::number::number;
use super::reader::Reader;
use super::value::{Cands, Form, Piece};
use super::words::Class;
use chrono::{NaiveDate, TimeDelta};

/// Largest count of a unit that means something here.
const MOST: u32 = 3_660;
/// Days of half a month, as people count them.
const HALF_MONTH_DAYS: u32 = 15;

/// A length of time in calendar terms; at most one of the counts of days and working days is set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Length {
    pub years: u32,
    pub months: u32,
    pub days: u32,
    pub working_days: u32,
    pub minutes: u32,
    /// The unit said, for the contract.
    pub unit: Option<Unit>,
    pub weeks: u32,
    /// The place after it.
    pub end: usize,
    /// Only one numeral 一, as in 一天, 一年.
    pub single: bool,
}

impl Length {
    /// Amount and unit for `Found::durations`; hours and minutes are none.
    pub fn amount(&self) -> Option<(u32, Unit)> {
        if self.minutes > 0 {
            return None;
        }
        match (self.years, self.months, self.weeks, self.days, self.working_days) {
            (0, 0, 0, 0, n) if n > 0 => Some((n, Unit::WorkingDay)),
            (0, 0, n, 0, 0) if n > 0 => Some((n, Unit::Week)),
            (0, 0, w, d, 0) if d > 0 => Some((d + 7 * w, Unit::Day)),
            (0, n, 0, 0, 0) if n > 0 => Some((n, Unit::Month)),
            (n, 0, 0, 0, 0) if n > 0 => Some((n, Unit::Year)),
            (y, m, 0, 0, 0) if y > 0 => Some((12 * y + m, Unit::Month)),
            // A month and a half, as days of thirty to a month.
            (y, m, w, d, 0) if y + m > 0 => Some((30 * (12 * y + m) + 7 * w + d, Unit::Day)),
            _ => None,
        }
    }
}

impl Reader<'_> {
    /// A length of time: 三个月, 半年, 一年半, 一个半月, 两周, 30天, 1年3个月.
    pub fn length(&self, at: usize) -> Option<Length> {
        let mut length = Length::default();
        let mut end = self.one_length(at, &mut length)?;
        for _ in 0..2 {
            let next = self.blanks(end);
            let next = self.eat('零', next).or_else(|| self.eat('又', next)).unwrap_or(next);
            let mut more = length;
            match number(self.t, next).and_then(|_| self.one_length(next, &mut more)) {
                // 一年零三个月; not 三天两头 or 一天8小时.
                Some(after)
                    if more != length
                        && length.working_days == 0
                        && (length.years > 0 || length.months > 0 && length.days == 0 && more.days > 0) =>
                {
                    (length, end) = (more, after);
                }
                _ => break,
            }
        }
        length.end = end;
        Some(length)
    }

    fn one_length(&self, at: usize, length: &mut Length) -> Option<usize> {
        if let Some(after) = self.eat('半', at) {
            let after = self.eat('个', after).unwrap_or(after);
            let half_hour =
                matches!((self.c(after), self.c(after + 1)), (Some('小'), Some('时')) | (Some('钟'), Some('头')));
            let (months, days, minutes, unit, end) = match self.c(after)? {
                '年' if self.c(after + 1) != Some('级') => (6, 0, 0, Some(Unit::Month), after + 1),
                '月' => (0, HALF_MONTH_DAYS, 0, Some(Unit::Day), after + 1),
                _ if half_hour => (0, 0, 30, None, after + 2),
                _ => return None,
            };
            length.months += months;
            length.days += days;
            length.minutes += minutes;
            length.unit = length.unit.or(unit);
            return Some(end);
        }
        let n = number(self.t, at).filter(|n| n.value > 0 && n.value <= MOST && !(n.han && n.positional))?;
        if !n.han
            && self.before(at).is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '/' | ':' | '-' | '~'))
        {
            return None;
        }
        let unit_at = self.blanks(n.end);
        // 一个半月, 两个半小时.
        if self.c(unit_at) == Some('个') && self.c(unit_at + 1) == Some('半') {
            let after = unit_at + 2;
            return match self.c(after)? {
                '月' => {
                    length.months += n.value;
                    length.days += HALF_MONTH_DAYS;
                    length.unit.get_or_insert(Unit::Month);
                    Some(after + 1)
                }
                '小' if self.c(after + 1) == Some('时') => {
                    length.minutes += n.value * 60 + 30;
                    Some(after + 2)
                }
                '钟' if self.c(after + 1) == Some('头') => {
                    length.minutes += n.value * 60 + 30;
                    Some(after + 2)
                }
                _ => None,
            };
        }
        let (unit, mut end) = self.word(Class::Unit, unit_at)?;
        // 3月 is March and 3分 a share; a length needs 个月, 分钟. 3晚 and 周年 only count nights and feasts.
        let noun = self.t.get(unit_at..end)?;
        // 一季度 is the first quarter.
        if matches!(noun, ['月'] | ['分'] | ['晚'] | ['周', '年'] | ['季', '度']) {
            return None;
        }
        // 张三周五入职: the numeral ends a name.
        if noun == ['周']
            && self.weekday_numeral(end).is_some_and(|(_, e)| !self.is(Class::Counted, e) && !self.is(Class::Unit, e))
        {
            return None;
        }
        // 一天天, 三年级, 两周岁, 5天气.
        if self.c(end).is_some_and(|c| "级岁轻代均薪租气份".contains(c))
            && !(noun == ['天'] && self.c(end) == Some('份'))
        {
            return None;
        }
        if self.c(end) == Some('多') || self.c(end) == Some('余') || self.c(end) == Some('来') {
            return None;
        }
        let half = self.c(end) == Some('半') && !self.c(end + 1).is_some_and(|c| c == '天' || c == '年');
        match unit {
            1 => {
                length.days += n.value;
                length.unit.get_or_insert(Unit::Day);
            }
            2 => {
                length.working_days += n.value;
                length.unit.get_or_insert(Unit::WorkingDay);
            }
            3 => {
                length.weeks += n.value;
                length.unit.get_or_insert(Unit::Week);
            }
            4 => {
                length.months += n.value;
                length.unit.get_or_insert(Unit::Month);
            }
            5 => {
                length.years += n.value;
                length.unit.get_or_insert(Unit::Year);
                if half {
                    length.months += 6;
                    end += 1;
                }
            }
            6 => length.minutes += n.value.checked_mul(60)?,
            7 => length.minutes += n.value,
            10 => length.minutes += n.value.checked_mul(15)?,
            8 => {
                length.months += 3 * n.value;
                length.unit.get_or_insert(Unit::Month);
            }
            _ => return None,
        }
        length.single = n.han && n.value == 1 && self.c(at) == Some('一');
        Some(end)
    }

    /// A day that lies so far from `from`.
    pub fn moved(&self, from: NaiveDate, length: &Length, back: bool) -> Option<NaiveDate> {
        let sign = if back { -1 } else { 1 };
        if length.working_days > 0 {
            return resolve::checked(self.calendar().add_working_days(from, sign * length.working_days as i32));
        }
        let day = resolve::add_months(from, i64::from(sign) * i64::from(12 * length.years + length.months))?;
        resolve::add_days(day, i64::from(sign) * i64::from(7 * length.weeks + length.days))
    }

    /// What is counted from today: 3天后, 两周前, 三个工作日内, 两周后的周五.
    pub fn counted_from_today(&self, at: usize, length: &Length) -> Option<Piece> {
        if self.after(Class::Event, at) {
            return None;
        }
        let (way, end) = self.offset_word(length.end)?;
        let back = way == -1;
        if length.minutes > 0 {
            let minutes = i64::from(length.minutes) * if back { -1 } else { 1 };
            let then = self.now.checked_add_signed(TimeDelta::try_minutes(minutes)?)?;
            let day = resolve::checked(then.date())?;
            let mut piece = Piece::new(at, end, Cands::one(day), Grain::Minute, Form::Fixed);
            piece.minutes_from_now = Some(minutes);
            piece.within = way == 2;
            return (way != 3).then_some(piece);
        }
        let day = self.moved(self.today, length, back)?;
        let mut piece = Piece::new(at, end, Cands::one(day), Grain::Day, Form::Fixed);
        match way {
            2 => piece.within = true,
            3 => return None,
            _ => {
                // 两周后的周五: that weekday of the week it falls in.
                let next = self.of(end);
                if next > end
                    && length.weeks > 0
                    && let Some((wd, after)) = self.weekday_word(next)
                    && let Some(day) = resolve::weekday_of_week(day, weekday(wd)?, 0)
                {
                    return Some(Piece::new(at, after, Cands::one(day), Grain::Day, Form::Fixed));
                }
            }
        }
        Some(piece)
    }

    /// 后, 前, 内 after a length; not the first character of 前台 or 内部.
    pub fn offset_word(&self, at: usize) -> Option<(i32, usize)> {
        let at = self.blanks(at);
        if self.is(Class::NotBound, at) {
            return None;
        }
        let (way, end) = self.word(Class::Offset, at)?;
        // 三天里, 三年间, 三年来 say how long.
        let rare = end == at + 1 && matches!(self.c(at), Some('里' | '间' | '来'));
        (!rare).then_some((way, end))
    }

    /// A stretch that begins or ends with today: 未来两天, 近三年, 过去十年, 前两个月, 下三周.
    pub fn stretch(&self, at: usize) -> Option<Piece> {
        let (way, end) = self.word(Class::Span, at)?;
        let single = end == at + 1;
        if single && self.before(at).is_some_and(|c| "之然以今最此提目先入到职附临将接靠亲向身背过".contains(c))
        {
            return None;
        }
        // 审核后3天内 hangs on the word before; 在后三天 does not.
        let hangs = |c: char| crate::message::fold::is_han(c) && !"在于从的是这请".contains(c);
        if single && way.abs() == 2 && self.before(at).is_some_and(hangs) {
            return None;
        }
        let at_number = self.blanks(end);
        let at_number = self.eat('这', at_number).unwrap_or(at_number);
        let n = number(self.t, at_number)?;
        // 前一天 hangs on something said before, 上一周 is read elsewhere.
        if single && way.abs() == 2 && n.han && n.value == 1 {
            return None;
        }
        let (unit, unit_end) = self.word(Class::Unit, self.blanks(n.end))?;
        if !(1..=5).contains(&unit) || n.value == 0 || n.value > MOST || n.positional && n.han {
            return None;
        }
        // 前两月 is two months, 近3月 too; 上三年级 is none.
        if self.c(unit_end).is_some_and(|c| "级岁代".contains(c)) {
            return None;
        }
        let n = i64::from(n.value);
        let rolling = self.rolling(unit, n, way > 0);
        let whole = self.whole_units(unit, n, way > 0);
        let cands = match (way.abs(), whole, rolling) {
            (2, Some((a, b)), other) => {
                let cands = Cands::default().or(a, b, 0.52, "whole units of the calendar");
                other.map_or(cands, |(a, b)| cands.or(a, b, 0.42, "counted from today"))
            }
            (_, _, Some((a, b))) => Cands::range(a, b),
            _ => return None,
        };
        let end = self.word(Class::Between, unit_end).map_or(unit_end, |(_, e)| e);
        let mut piece = Piece::new(at, end, cands, if unit == 1 { Grain::Day } else { Grain::Week }, Form::Period);
        // 未来三天内.
        if let Some((2, after)) = self.offset_word(end) {
            piece.end = after;
        }
        Some(piece)
    }

    fn rolling(&self, unit: i32, n: i64, ahead: bool) -> Option<(NaiveDate, NaiveDate)> {
        let sign = if ahead { 1 } else { -1 };
        let edge = match unit {
            1 => resolve::add_days(self.today, sign * n)?,
            2 => resolve::checked(self.calendar().add_working_days(self.today, (sign * n) as i32))?,
            3 => resolve::add_weeks(self.today, sign * n)?,
            4 => resolve::add_months(self.today, sign * n)?,
            _ => resolve::add_years(self.today, sign * n)?,
        };
        if ahead { Some((resolve::add_days(self.today, 1)?, edge)) } else { Some((edge, self.today)) }
    }

    fn whole_units(&self, unit: i32, n: i64, ahead: bool) -> Option<(NaiveDate, NaiveDate)> {
        use chrono::Datelike;
        let (first, last) = if ahead { (1, n) } else { (-n, -1) };
        match unit {
            3 => Some((resolve::week(self.today, first)?.0, resolve::week(self.today, last)?.1)),
            4 => {
                let month = |n| {
                    let (y, m) = resolve::shift_month(self.today.year(), self.today.month(), n)?;
                    resolve::month(y, m)
                };
                Some((month(first)?.0, month(last)?.1))
            }
            5 => {
                let year = |n: i64| resolve::year(self.today.year().checked_add(i32::try_from(n).ok()?)?);
                Some((year(first)?.0, year(last)?.1))
            }
            _ => None,
        }
    }
}
