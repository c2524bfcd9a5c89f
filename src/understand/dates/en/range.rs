//! Spans with two ends: 'from 3 to 7 March', '1-8 September', 'Aug 8 - Aug 12', 'next Monday to Friday'.

use super::lex::Kind;
use super::parse::{Alts, Date, Form, Parse, weekday};
use super::period::unit;
use crate::understand::dates::{Grain, resolve};
use chrono::{Datelike, NaiveDate};

impl Parse<'_> {
    /// A span with two ends at `i`.
    pub fn range(&self, i: usize, depth: u8) -> Option<Date> {
        let kind = self.k(i);
        let between = kind == Kind::Between;
        let said = matches!(kind, Kind::From | Kind::Between);
        let start = if said { i + 1 } else { i };
        if let Some(found) = self.month_between(start).or_else(|| self.inside_week(i, depth)) {
            return Some(found);
        }
        let link = |j: usize| match self.k(j) {
            Kind::To | Kind::Until | Kind::Through | Kind::Tilde => true,
            Kind::Dash => true,
            // '2026-03-02/2026-03-06', as ISO 8601 writes intervals.
            Kind::Slash => self.is(j + 1, Kind::Num) && self.tok(j + 1).is_some_and(|t| t.len == 4),
            Kind::And => between,
            _ => false,
        };
        // 'from 2pm till tomorrow 4:30pm'
        if said
            && let Some(clock) = self.time(start)
            && link(clock.end)
            && let Some(b) = self.when(clock.end + 1, depth)
            && let Some(last) =
                b.date.alts.first().filter(|d| b.date.is_day() && d.a > self.today && b.date.form == Form::Fixed)
            && matches!(self.k(clock.end + 1), Kind::Relative)
        {
            return Date::new(b.end, Alts::one(self.today, last.a, ""), Grain::Day);
        }
        let first = self.end_of_range(start, depth, said);
        if let Some(a) = first
            && link(a.end)
        {
            let found = self.second_end(a, depth, said || !self.is(a.end, Kind::And));
            if found.is_some() {
                return found;
            }
        }
        // '13 to 15 of July', 'the ninth and the seventeenth of April', '4 to 23 next month'
        let j = self.skip(start, &[Kind::The]);
        let (day, end, _) = self.day_number(j)?;
        if !(link(end) || self.is(end, Kind::And) && kind == Kind::From) || self.line(end) {
            return None;
        }
        let k = self.skip(end + 1, &[Kind::The]);
        // '16-Mar-26' is one date.
        if self.is(end, Kind::Dash) && self.is(k, Kind::Month) {
            return None;
        }
        let b = super::absolute::longest(
            self.absolute(k),
            self.day(k, depth).filter(|d| matches!(self.k(k), Kind::Num | Kind::Ord) && d.end > k + 1),
        )
        .or_else(|| self.day_of_mod_month(k, depth))?;
        if !b.is_day() || self.is(k, Kind::Num) && matches!(self.k(k + 1), Kind::Slash | Kind::Dash | Kind::Dot) {
            return None;
        }
        let alts = b.alts.map(|d, _| resolve::ymd(d.year(), d.month(), day).filter(|a| *a < d).map(|a| (a, d)));
        Date::new(b.end, alts, Grain::Day)
    }

    /// '23 next month' as the end of '4 to 23 next month'.
    fn day_of_mod_month(&self, i: usize, depth: u8) -> Option<Date> {
        let (day, end, _) = self.day_number(i)?;
        if !self.is(end, Kind::Mod) {
            return None;
        }
        let month = self.period(end, depth).filter(|d| d.grain == Grain::Month)?;
        let alts = month.alts.map_day(|a| resolve::ymd(a.year(), a.month(), day));
        Date::new(month.end, alts, Grain::Day)
    }

    /// An end of a range: a date with its time, or a year or span where 'from' or 'between' leads.
    fn end_of_range(&self, i: usize, depth: u8, said: bool) -> Option<Date> {
        let j = self.skip(i, &[Kind::On]);
        if let Some(when) = self.when(j, depth) {
            let mut date = when.date;
            date.end = when.end;
            if !date.is_day()
                && !said
                && !matches!(self.k(i), Kind::Month | Kind::Mod | Kind::Word)
                && !matches!(self.k(date.end), Kind::Dash | Kind::To | Kind::Through | Kind::Until | Kind::Tilde)
            {
                return None;
            }
            return Some(date);
        }
        match self.k(j) {
            Kind::The => self.bare_day_loose(j + 1),
            Kind::Ord => self.bare_day_loose(j),
            _ => None,
        }
    }

    fn bare_day_loose(&self, i: usize) -> Option<Date> {
        if !self.is(i, Kind::Ord) {
            return None;
        }
        let (day, end, _) = self.day_number(i)?;
        self.day_alone(day, end)
    }

    fn second_end(&self, a: Date, depth: u8, spaced: bool) -> Option<Date> {
        let _ = spaced;
        let j = a.end + 1;
        if self.line(j) {
            return None;
        }
        let j = self.skip(j, &[Kind::On, Kind::Until]);
        // 'and up to'; 'to the 15th'
        let b = self.end_of_range(j, depth, true);
        let number = self.plain_second(a, self.skip(j, &[Kind::The]));
        if let Some(b) = b
            && number.is_none_or(|n| b.end > n.end)
            && let Some(found) = self.pair(a, b)
        {
            return Some(found);
        }
        number
    }

    /// 'August 27th - 29th', 'July 13 through 15', 'Feb 2-7, 2018', 'from the 3rd to the 7th'.
    fn plain_second(&self, a: Date, j: usize) -> Option<Date> {
        let (day, end, sure) = self.day_number(j)?;
        if !a.is_day()
            || !sure
                && (self.clock_follows(j)
                    || matches!(self.k(end), Kind::Unit | Kind::Percent | Kind::Meridiem | Kind::Slash))
        {
            return None;
        }
        if !sure && !matches!(a.form, Form::MonthDay(..) | Form::DayOfMonth(_)) {
            return None;
        }
        if !sure && !self.may_end(end) && self.year_after(end, false).is_none() {
            return None;
        }
        let to = |from: NaiveDate| {
            let same = resolve::ymd(from.year(), from.month(), day).filter(|d| *d > from);
            let next = || {
                let (y, m) = resolve::shift_month(from.year(), from.month(), 1)?;
                resolve::ymd(y, m, day)
            };
            same.or_else(next).map(|d| (from, d))
        };
        if let (Form::MonthDay(m, d), Some((year, e))) = (a.form, self.year_after(end, false)) {
            let from = resolve::ymd(year, m, d)?;
            return Date::new(e, Alts::span(to(from), "")?, Grain::Day);
        }
        Date::new(end, self.running(a, &to), Grain::Day)
    }

    /// Ranges of a yearless start: one that still runs or is to come, before one that is over.
    fn running(&self, a: Date, to: &dyn Fn(NaiveDate) -> Option<resolve::Span>) -> Alts {
        match a.form {
            Form::MonthDay(m, d) => self.nearest(|y| resolve::ymd(y, m, d).and_then(to)),
            Form::DayOfMonth(d) => {
                let of = |n: i64| {
                    let (y, m) = resolve::shift_month(self.today.year(), self.today.month(), n)?;
                    resolve::ymd(y, m, d).and_then(to)
                };
                let ahead = (-1..=3).filter_map(of).find(|s| s.1 >= self.today);
                let behind = (0..=3).filter_map(|n| of(-n)).find(|s| s.1 < self.today);
                self.ahead_or_behind(ahead, behind)
            }
            _ => a.alts.map(|d, _| to(d)),
        }
    }

    /// Two dates as one span, each settled by the other where it lacks a year.
    fn pair(&self, a: Date, b: Date) -> Option<Date> {
        let grain = if a.is_day() || b.is_day() { Grain::Day } else { b.grain };
        let after = |from: NaiveDate| -> Option<NaiveDate> {
            match b.form {
                Form::MonthDay(m, d) => {
                    (0..=8).filter_map(|n| resolve::ymd(from.year() + n, m, d)).find(|x| *x >= from)
                }
                Form::Month(m) => {
                    (0..=1).filter_map(|n| resolve::month(from.year() + n, m)).map(|s| s.1).find(|x| *x >= from)
                }
                Form::DayOfMonth(d) => resolve::day_of_month(from, d).0,
                Form::Weekday(w) => resolve::weekday_after(from, w),
                Form::Fixed => b.alts.first().map(|d| d.b).filter(|x| *x >= from),
            }
        };
        let to = |from: NaiveDate| after(from).map(|x| (from, x));
        let alts = match (a.form, b.form) {
            // '26 June to 28 June 2020': the end's year is the start's.
            (Form::MonthDay(m, d), Form::Fixed) => {
                let end = b.alts.first()?.b;
                Alts::span(
                    (0..=1).filter_map(|n| resolve::ymd(end.year() - n, m, d)).find(|x| *x <= end).map(|x| (x, end)),
                    "",
                )?
            }
            (Form::Month(m), Form::Fixed) => {
                let end = b.alts.first()?.b;
                Alts::span(
                    (0..=1).filter_map(|n| resolve::month(end.year() - n, m)).find(|x| x.0 <= end).map(|x| (x.0, end)),
                    "",
                )?
            }
            (Form::DayOfMonth(n), Form::Fixed | Form::MonthDay(..)) if b.is_day() => {
                b.alts.map(|d, _| resolve::ymd(d.year(), d.month(), n).filter(|x| *x < d).map(|x| (x, d)))
            }
            (Form::Month(m), _) => self.nearest(|y| resolve::month(y, m).and_then(|s| to(s.0))),
            (Form::MonthDay(..) | Form::DayOfMonth(_), _) => self.running(a, &to),
            (Form::Weekday(_), Form::Fixed) => {
                let end = b.alts.first()?.b;
                a.alts.map(|x, _| (x <= end).then_some((x, end)))
            }
            (Form::Weekday(w), Form::Weekday(_)) if self.past => {
                let span = resolve::weekday_before(self.today, w).and_then(to);
                Alts::span(span, "the nearest before")?
            }
            (Form::Weekday(_), _) => {
                let first = a.alts.first()?;
                Alts::span(to(first.a), first.why)?
            }
            (Form::Fixed, Form::Fixed) => {
                let mut out = Alts::none();
                let firsts: Vec<_> = a.alts.iter().collect();
                for (n, d) in firsts.iter().enumerate() {
                    // Both ends read the same way: month first, day first.
                    let end = b.alts.iter().nth(n).or(b.alts.first()).map(|x| x.b).filter(|x| *x >= d.a);
                    if let Some(end) = end {
                        out.push(d.a, end, d.p, d.why);
                    }
                }
                out
            }
            (Form::Fixed, _) => a.alts.map(|x, _| to(x)),
        };
        if alts.first().is_none_or(|d| d.a > d.b) {
            return None;
        }
        Date::new(b.end, alts, grain)
    }

    /// 'November between 19 and 20', 'Feb between 2-7 two thousand and eighteen'.
    fn month_between(&self, i: usize) -> Option<Date> {
        if !self.is(i, Kind::Month) || !matches!(self.k(i + 1), Kind::Between | Kind::From) {
            return None;
        }
        let month = self.value(i) as u32;
        let (x, mid, _) = self.day_number(self.skip(i + 2, &[Kind::The]))?;
        if !matches!(self.k(mid), Kind::And | Kind::Dash | Kind::To) {
            return None;
        }
        let (y, end, _) = self.day_number(self.skip(mid + 1, &[Kind::The]))?;
        let of = |year: i32| Some((resolve::ymd(year, month, x)?, resolve::ymd(year, month, y)?)).filter(|s| s.0 < s.1);
        if let Some((year, e)) = self.year_after(end, false) {
            return Date::new(e, Alts::span(of(year), "")?, Grain::Day);
        }
        Date::new(end, self.nearest(of), Grain::Day)
    }

    /// 'this week from Tue to Thur', 'last week between Friday and Sunday'.
    fn inside_week(&self, i: usize, depth: u8) -> Option<Date> {
        if !self.is(i, Kind::Mod) || !self.is(i + 1, Kind::Unit) || self.value(i + 1) != unit::WEEK {
            return None;
        }
        let j = i + 2;
        if !matches!(self.k(j), Kind::From | Kind::Between)
            || !self.is(j + 1, Kind::Weekday)
            || !self.is(j + 3, Kind::Weekday)
        {
            return None;
        }
        let week = self.mod_period(i, depth)?;
        let (x, y) = (weekday(self.value(j + 1))?, weekday(self.value(j + 3))?);
        let alts = week.alts.map(|monday, _| {
            Some((resolve::weekday_of_week(monday, x, 0)?, resolve::weekday_of_week(monday, y, 0)?))
                .filter(|s| s.0 < s.1)
        });
        Date::new(j + 4, alts, Grain::Day)
    }
}
