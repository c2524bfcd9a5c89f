//! Stretches of days: 下周, 本月底, 一季度, 上半年, 十月的第一个星期一, 今年最后3周.

use super::super::{Grain, resolve};
use super::day::{half_of_month, part_of_month, weekday};
use super::number::number;
use super::reader::Reader;
use super::value::{Cands, Form, Piece};
use super::words::Class;
use chrono::{Datelike, NaiveDate};

type Days = (NaiveDate, NaiveDate);

/// Weight of this year's quarter or half where none is said.
const THIS_YEAR: f32 = 0.8;

impl Reader<'_> {
    /// 下个 with a noun of that class: how many from now, and the place after.
    pub fn relative_noun(&self, noun: Class, at: usize) -> Option<(i32, usize)> {
        self.w
            .all(Class::Relative, self.t, at)
            .find_map(|(n, end)| self.word(noun, self.blanks(end)).map(|(_, after)| (n, after)))
    }

    /// What begins with 这, 上, 下: weeks, months, quarters, weekends, working days.
    pub fn relative_period(&self, at: usize) -> Option<Piece> {
        if !self.is(Class::Relative, at) || self.before(at).is_some_and(|c| matches!(c, '以' | '之' | '剩')) {
            return None;
        }
        if let Some((n, end)) = self.relative_noun(Class::Weekend, at) {
            return self.weekend(at, end, n);
        }
        if let Some((n, end)) = self.relative_noun(Class::WorkingDay, at).filter(|(n, _)| *n != 0) {
            let day = resolve::checked(self.calendar().add_working_days(self.today, n))?;
            return Some(Piece::new(at, end, Cands::one(day), Grain::Day, Form::Fixed));
        }
        if let Some((n, end)) = self.relative_noun(Class::WeekNoun, at) {
            return self.in_week(at, n, end);
        }
        if let Some((n, end)) = self.relative_noun(Class::QuarterNoun, at)
            && self.c(end) != Some('节')
        {
            let (year, quarter) = resolve::quarter_of(self.today, 1)?;
            let index = i64::from(year) * 4 + i64::from(quarter) - 1 + i64::from(n);
            let (from, to) = resolve::quarter(index.div_euclid(4) as i32, index.rem_euclid(4) as u32 + 1, 1)?;
            return Some(self.in_quarter(at, end, Cands::range(from, to)));
        }
        let (n, end) = self.relative_noun(Class::MonthNoun, at)?;
        let (y, m) = resolve::shift_month(self.today.year(), self.today.month(), i64::from(n))?;
        let mut piece = self.in_month(at, Some(y), m, end);
        piece.form = Form::Fixed;
        if matches!(piece.grain, Grain::Month | Grain::Week) {
            piece.form = Form::Period;
        }
        Some(piece)
    }

    fn weekend(&self, at: usize, end: usize, n: i32) -> Option<Piece> {
        let (monday, sunday) = resolve::week(self.today, i64::from(n))?;
        let cands = Cands::range(resolve::add_days(monday, 5)?, sunday);
        Some(Piece::new(at, end, cands, Grain::Day, Form::Period))
    }

    /// After 下周: a weekday, a part, a position, or the whole week.
    fn in_week(&self, at: usize, n: i32, end: usize) -> Option<Piece> {
        let noun = end - 1;
        if self.c(noun) == Some('周') && self.is(Class::Idiom, noun) || self.c(end) == Some('年') {
            return None;
        }
        let (monday, sunday) = resolve::week(self.today, i64::from(n))?;
        // 下周的周三, 下周三, 下星期3.
        let inner = self.of(end);
        let numeral = self.weekday_numeral(end).or_else(|| (inner > end).then(|| self.weekday_word(inner)).flatten());
        if let Some((wd, after)) = numeral {
            let day = resolve::add_days(monday, i64::from(wd) - 1)?;
            let mut cands = Cands::default().or(day, day, 0.93, "");
            // 下周五 is sometimes meant for the coming Friday, 上周五 for the one just past, where that is another day.
            let other = match n {
                1 => resolve::weekday_after(self.today, weekday(wd)?),
                -1 => resolve::weekday_before(self.today, weekday(wd)?),
                _ => None,
            };
            cands = cands.or_day(other, 0.05, "the nearest one");
            return Some(Piece::new(at, after, cands, Grain::Day, Form::Fixed));
        }
        if let Some((part, after)) = self.part_word(inner).filter(|(part, _)| matches!(part, 2 | 4 | 5)) {
            let (from, to) = match part {
                4 => (monday, resolve::add_days(monday, 1)?),
                2 => (resolve::add_days(monday, 2)?, resolve::add_days(monday, 2)?),
                _ => (resolve::add_days(monday, 4)?, resolve::add_days(monday, 4)?),
            };
            return Some(Piece::new(at, after, Cands::range(from, to), Grain::Day, Form::Period));
        }
        if let Some(piece) = self.ordinal(at, inner, Grain::Week, |f| {
            f(monday, sunday).map_or_else(Cands::default, |(a, b)| Cands::range(a, b))
        }) {
            return Some(piece);
        }
        Some(Piece::new(at, end, Cands::range(monday, sunday), Grain::Week, Form::Period))
    }

    fn in_quarter(&self, start: usize, end: usize, cands: Cands) -> Piece {
        let at = self.of(end);
        if let Some((part, after)) = self.part_word(at) {
            let parts = cands.map(|c| match part {
                5 => Some((c.to, c.to)),
                2 => resolve::month(c.to.year(), c.to.month() - 1),
                _ => Some((c.from, resolve::add_days(c.from, 9)?)),
            });
            return Piece::new(start, after, parts, if part == 5 { Grain::Day } else { Grain::Week }, Form::Period);
        }
        let whole = cands;
        if let Some(piece) = self.ordinal(start, at, Grain::Quarter, |f| whole.map(|c| f(c.from, c.to))) {
            return piece;
        }
        Piece::new(start, end, cands, Grain::Quarter, Form::Period)
    }

    /// Stretches of a year: 第一季度, 上半年, 第12周, 80年代. `year` None: of this year.
    pub fn within_year(&self, start: usize, at: usize, year: Option<i32>) -> Option<Piece> {
        if let Some((half, end)) = self.word(Class::HalfYear, at) {
            let cands = self.this_year(year, |y| {
                let (a, b) = if half == 1 { (1, 6) } else { (7, 12) };
                Some((resolve::ymd(y, a, 1)?, resolve::last_of_month(y, b)?))
            });
            return Some(Piece::new(start, end, cands, Grain::Quarter, Form::Period));
        }
        let (quarter, end) = self.quarter(at)?;
        let cands = self.this_year(year, |y| resolve::quarter(y, quarter, 1));
        Some(self.in_quarter(start, end, cands))
    }

    fn this_year(&self, year: Option<i32>, f: impl Fn(i32) -> Option<Days>) -> Cands {
        let this = self.today.year();
        match year.map_or_else(|| f(this), &f) {
            Some((from, to)) if year.is_some() || to >= self.today => Cands::range(from, to),
            Some((from, to)) => {
                let cands = Cands::default().or(from, to, THIS_YEAR, "this year's");
                f(this + 1).map_or(cands, |(from, to)| cands.or(from, to, 1.0 - THIS_YEAR, "next year's"))
            }
            None => Cands::default(),
        }
    }

    /// 第一季度, 二季度, q3.
    fn quarter(&self, at: usize) -> Option<(u32, usize)> {
        if self.c(at) == Some('q') {
            let n = number(self.t, at + 1).filter(|n| n.length == 1 && (1..=4).contains(&n.value))?;
            let clean = !self.before(at).is_some_and(|c| c.is_ascii_alphanumeric());
            return clean.then_some((n.value, self.word(Class::QuarterNoun, n.end).map_or(n.end, |(_, e)| e)));
        }
        let at = self.eat('第', at).unwrap_or(at);
        let n = number(self.t, at).filter(|n| n.length == 1 && (1..=4).contains(&n.value))?;
        let noun_at = self.blanks(n.end);
        let noun_at = if self.c(noun_at) == Some('个') && self.c(at.wrapping_sub(1)) == Some('第') {
            noun_at + 1
        } else {
            noun_at
        };
        let (_, end) = self.word(Class::QuarterNoun, noun_at)?;
        (self.c(end) != Some('节')).then_some((n.value, end))
    }

    /// Stretches that need no word before them: 周末, 月底, 年底, 上半年, 一季度, 90年代, 前半月.
    pub fn own_period(&self, at: usize) -> Option<Piece> {
        if let Some((_, end)) = self.word(Class::Weekend, at) {
            return self.weekend(at, end, 0);
        }
        if let Some(piece) = self.within_year(at, at, None) {
            return Some(piece);
        }
        if let Some((half, end)) = self.word(Class::HalfWeek, at) {
            let (monday, sunday) = resolve::week(self.today, 0)?;
            let split = resolve::add_days(monday, 2)?;
            let (from, to) = if half == 1 { (monday, split) } else { (split.succ_opt()?, sunday) };
            return Some(Piece::new(at, end, Cands::range(from, to), Grain::Week, Form::Period));
        }
        if let Some((half, end)) = self.word(Class::HalfMonth, at) {
            let (y, m) = (self.today.year(), self.today.month());
            let (from, to) = half_of_month(y, m, half)?;
            return Some(Piece::new(at, end, Cands::range(from, to), Grain::Week, Form::Period));
        }
        let alone = !self.before(at).is_some_and(|c| super::day::number_like(c) || matches!(c, '个' | '每' | '整'));
        if let Some((part, end)) = self.word(Class::MonthPart, at).filter(|_| alone) {
            let cands = self.by_month(|y, m| part_of_month(y, m, part));
            let cands = if part == 5 { self.with_last_days(cands) } else { cands };
            let grain = if part == 5 { Grain::Day } else { Grain::Week };
            return Some(Piece::new(at, end, cands, grain, Form::Period));
        }
        if let Some((part, end)) = self.word(Class::YearPart, at).filter(|_| alone)
            && !self.c(end).is_some_and(|c| "奖总结考评龄纪轻假会".contains(c) && c != '假')
        {
            return Some(self.part_of_year(at, end, None, part));
        }
        if let Some((part, end)) = self.word(Class::QuarterPart, at).filter(|_| alone) {
            let (y, q) = resolve::quarter_of(self.today, 1)?;
            let (from, to) = resolve::quarter(y, q, 1)?;
            let day = if part == 5 { to } else { from };
            return Some(Piece::new(at, end, Cands::one(day), Grain::Day, Form::Period));
        }
        self.decade(at)
    }

    pub fn part_of_year(&self, start: usize, end: usize, year: Option<i32>, part: i32) -> Piece {
        let cands = self.by_year(year, |y| {
            Some(match part {
                1 | 4 => resolve::month(y, 1)?,
                2 => (resolve::ymd(y, 6, 1)?, resolve::last_of_month(y, 7)?),
                3 => (resolve::ymd(y, 10, 1)?, resolve::last_of_month(y, 12)?),
                _ => (resolve::ymd(y, 12, 31)?, resolve::ymd(y, 12, 31)?),
            })
        });
        let (cands, grain) = if part == 5 {
            let from = cands.first().and_then(|c| c.to.with_day(1));
            let with = match (from, cands.first()) {
                (Some(from), Some(c)) => cands.or(from, c.to, 0.08, "the last month"),
                _ => cands,
            };
            (with, Grain::Day)
        } else {
            (cands, Grain::Month)
        };
        Piece::new(start, end, cands, grain, Form::Period)
    }

    /// 九十年代, 80年代, 本世纪20年代.
    fn decade(&self, at: usize) -> Option<Piece> {
        let this_century = ["本世纪", "上世纪", "20世纪", "21世纪", "二十世纪", "二十一世纪"];
        let century = this_century.iter().position(|w| {
            self.t.get(at..).is_some_and(|t| {
                w.chars().zip(t).filter(|(a, b)| a == *b).count() == w.chars().count() && t.len() >= w.chars().count()
            })
        });
        let number_at = century.and_then(|i| this_century.get(i)).map_or(at, |w| self.of(at + w.chars().count()));
        let n = number(self.t, number_at).filter(|n| n.value % 10 == 0 && n.value < 100)?;
        let end = self.eat('代', self.eat('年', self.blanks(n.end))?)?;
        let span = |century: i32| {
            let from = century + n.value as i32;
            Some((resolve::ymd(from, 1, 1)?, resolve::ymd(from + 9, 12, 31)?))
        };
        let base = match century {
            Some(0 | 3 | 5) => 2000,
            Some(_) => 1900,
            None if n.value >= 30 => 1900,
            None => 2000,
        };
        let (from, to) = span(base)?;
        let mut cands = Cands::range(from, to);
        if century.is_none()
            && let Some((from, to)) = span(if base == 1900 { 2000 } else { 1900 })
        {
            cands = cands.or(from, to, 0.05, "another century");
        }
        Some(Piece::new(at, end, cands, Grain::Year, Form::Period))
    }

    /// A position within a stretch: 第一个星期一, 最后一个工作日, 第二周, 前10天, 首日. `resolve` hands the stretch in.
    pub fn ordinal(
        &self,
        start: usize,
        at: usize,
        of: Grain,
        within: impl Fn(&dyn Fn(NaiveDate, NaiveDate) -> Option<Days>) -> Cands,
    ) -> Option<Piece> {
        let (n, unit_at, several) = self.position(at)?;
        let piece = |end: usize, grain: Grain, cands: Cands| {
            cands.first().map(|_| {
                Piece::new(start, end, cands, grain, if grain == Grain::Day { Form::Fixed } else { Form::Period })
            })
        };
        if several {
            return self.several(start, n, unit_at, of, within);
        }
        if let Some((wd, end)) = self.weekday_word(unit_at) {
            let wd = weekday(wd)?;
            return piece(end, Grain::Day, within(&|from, to| one(nth_weekday(from, to, wd, n))));
        }
        if let Some((_, end)) = self.word(Class::WorkingDay, unit_at) {
            let calendar = self.calendar();
            return piece(
                end,
                Grain::Day,
                within(&|from, to| {
                    let day = if n > 0 {
                        calendar.add_working_days(resolve::add_days(from, -1)?, n)
                    } else {
                        calendar.add_working_days(resolve::add_days(to, 1)?, n)
                    };
                    one(Some(day).filter(|d| (from..=to).contains(d)))
                }),
            );
        }
        let (unit, end) = self.word(Class::Unit, unit_at)?;
        match unit {
            1 => piece(end, Grain::Day, within(&|from, to| one(nth_day(from, to, n)))),
            3 => piece(end, Grain::Week, within(&|from, to| nth_week(from, to, n))),
            4 if matches!(of, Grain::Year | Grain::Quarter) => piece(
                end,
                Grain::Month,
                within(&|from, to| {
                    let edge = if n > 0 { from } else { to };
                    let shift = if n > 0 { i64::from(n) - 1 } else { i64::from(n) + 1 };
                    let (y, m) = resolve::shift_month(edge.year(), edge.month(), shift)?;
                    resolve::month(y, m).filter(|(a, b)| *a >= from && *b <= to)
                }),
            ),
            8 if of == Grain::Year => {
                let q = if n > 0 { n } else { 5 + n };
                piece(end, Grain::Quarter, within(&|from, _| resolve::quarter(from.year(), u32::try_from(q).ok()?, 1)))
            }
            _ => None,
        }
    }

    /// Which one (1 the first, -1 the last), where its noun stands, and whether it is several (前10天).
    fn position(&self, at: usize) -> Option<(i32, usize, bool)> {
        let c = self.c(at)?;
        if c == '第' || c == '倒' {
            let (sign, at) = if c == '倒' {
                (-1, self.t.get(at..at + 3).filter(|t| *t == ['倒', '数', '第']).map(|_| at + 3)?)
            } else {
                (1, at + 1)
            };
            let n = number(self.t, self.blanks(at)).filter(|n| (1..=366).contains(&n.value))?;
            let after = self.blanks(n.end);
            let after = self.eat('个', after).unwrap_or(after);
            return Some((sign * n.value as i32, after, false));
        }
        // 前10天, 最后3周, 头两个月, 后5天.
        let several = match c {
            '前' | '头' => Some((1, at + 1)),
            '后' => Some((-1, at + 1)),
            '最' if self.c(at + 1) == Some('后') => Some((-1, at + 2)),
            _ => None,
        };
        if let Some((sign, number_at)) = several
            && let Some(n) = number(self.t, self.blanks(number_at)).filter(|n| (1..=366).contains(&n.value))
            && !(n.han && n.value == 1)
        {
            return Some((sign * n.value as i32, self.blanks(n.end), true));
        }
        let (n, end) = self.word(Class::Ordinal, at)?;
        let end = self.blanks(end);
        let end = self.eat('个', end).unwrap_or(end);
        Some((n, end, false))
    }

    fn several(
        &self,
        start: usize,
        n: i32,
        unit_at: usize,
        of: Grain,
        within: impl Fn(&dyn Fn(NaiveDate, NaiveDate) -> Option<Days>) -> Cands,
    ) -> Option<Piece> {
        let (unit, end) = self.word(Class::Unit, unit_at)?;
        let count = i64::from(n.abs());
        let calendar = self.calendar();
        let cands = within(&|from, to| {
            let inside = |days: Days| Some((days.0.max(from), days.1.min(to))).filter(|(a, b)| a <= b);
            match (unit, n > 0) {
                (1, true) => inside((from, resolve::add_days(from, count - 1)?)),
                (1, false) => inside((resolve::add_days(to, 1 - count)?, to)),
                (2, true) => inside((from, calendar.add_working_days(resolve::add_days(from, -1)?, n))),
                (2, false) => inside((calendar.add_working_days(resolve::add_days(to, 1)?, n), to)),
                // Whole weeks within the stretch.
                (3, true) => {
                    let first = nth_week(from, to, 1)?.0;
                    inside((first, resolve::add_days(first, 7 * count - 1)?))
                }
                (3, false) => {
                    let last = nth_week(from, to, -1)?.1;
                    inside((resolve::add_days(last, 1 - 7 * count)?, last))
                }
                (4, true) if of == Grain::Year => {
                    inside((from, resolve::add_days(resolve::add_months(from, count)?, -1)?))
                }
                (4, false) if of == Grain::Year => {
                    let (y, m) = resolve::shift_month(to.year(), to.month(), 1 - count)?;
                    inside((resolve::ymd(y, m, 1)?, to))
                }
                _ => None,
            }
        });
        cands.first()?;
        Some(Piece::new(start, end, cands, Grain::Week, Form::Period))
    }
}

fn one(day: Option<NaiveDate>) -> Option<Days> {
    day.map(|d| (d, d))
}

fn nth_day(from: NaiveDate, to: NaiveDate, n: i32) -> Option<NaiveDate> {
    let day = if n > 0 { resolve::add_days(from, i64::from(n) - 1)? } else { resolve::add_days(to, i64::from(n) + 1)? };
    (from..=to).contains(&day).then_some(day)
}

fn nth_weekday(from: NaiveDate, to: NaiveDate, wd: chrono::Weekday, n: i32) -> Option<NaiveDate> {
    let day = if n > 0 {
        resolve::add_weeks(resolve::weekday_on_or_after(from, wd)?, i64::from(n) - 1)?
    } else {
        resolve::add_weeks(resolve::weekday_on_or_before(to, wd)?, i64::from(n) + 1)?
    };
    (from..=to).contains(&day).then_some(day)
}

/// The nth week of a month or year: the first is the one that has its fourth day (as ISO weeks of a year); the
/// last ends within the stretch.
fn nth_week(from: NaiveDate, to: NaiveDate, n: i32) -> Option<Days> {
    if n > 0 {
        let days = resolve::week(resolve::add_days(from, 3)?, i64::from(n) - 1)?;
        (days.0 <= to).then_some(days)
    } else {
        let sunday = resolve::weekday_on_or_before(to, chrono::Weekday::Sun)?;
        let days = resolve::week(sunday, i64::from(n) + 1)?;
        (days.1 >= from).then_some(days)
    }
}
