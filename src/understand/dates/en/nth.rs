//! What an ordinal counts: 'first Monday of March', 'last working day of the month', 'third quarter', 'first 2 weeks of 2027'.

use super::lex::Kind;
use super::parse::{Alts, Date, Form, Parse, weekday};
use super::period::{half, unit};
use crate::understand::dates::{Grain, resolve};
use chrono::{Datelike, NaiveDate, Weekday};

impl Parse<'_> {
    /// 'first Monday of March', 'last working day of the month', 'third Tuesday after Christmas', 'first Sunday'.
    pub fn nth_day(&self, i: usize, depth: u8) -> Option<Date> {
        let (n, j) = self.ordinal(i)?;
        self.nth_after(n, j, depth)
    }

    pub fn nth_after(&self, n: i32, j: usize, depth: u8) -> Option<Date> {
        let kind = self.k(j);
        if kind == Kind::Closest {
            return self.closest(n, j, depth);
        }
        let day_unit = kind == Kind::Unit && matches!(self.value(j), unit::DAY | unit::WORKDAY);
        if kind == Kind::Named
            && n > 0
            && depth > 0
            && matches!(self.k(self.skip(j + 1, &[Kind::Dot])), Kind::After | Kind::Since)
        {
            return self.nth_named(n, j, depth);
        }
        if kind != Kind::Weekday && !day_unit {
            // 'first week of Oct. on Friday'
            let week = self.nth_span(n, j, depth)?;
            return self.on_weekday(week);
        }
        let mut at = j;
        if kind == Kind::Weekday && self.is(j + 1, Kind::Dot) && self.tok(j)?.len <= 5 {
            at = j + 1;
        }
        if let Some(found) = if at == j { self.nth_of(n, j, depth + 1) } else { None } {
            return Some(found);
        }
        let side = self.k(at + 1);
        if matches!(side, Kind::After | Kind::Before | Kind::Since | Kind::From) && depth > 0 && n.abs() < 400 {
            let n = if side == Kind::Before { -n.abs() } else { n.abs() };
            let anchor = self.date(self.skip_the(at + 2), depth - 1);
            if let Some(anchor) = anchor {
                let calendar = self.calendar();
                let alts = anchor.alts.map(|a, b| {
                    let day = match kind {
                        Kind::Weekday if n > 0 => {
                            resolve::add_weeks(resolve::weekday_after(b, weekday(self.value(j))?)?, i64::from(n - 1))?
                        }
                        Kind::Weekday => {
                            resolve::add_weeks(resolve::weekday_before(a, weekday(self.value(j))?)?, i64::from(n + 1))?
                        }
                        _ if self.value(j) == unit::WORKDAY => calendar.add_working_days(if n > 0 { b } else { a }, n),
                        _ => resolve::add_days(if n > 0 { b } else { a }, i64::from(n))?,
                    };
                    resolve::checked(day).map(|d| (d, d))
                });
                return Date::new(anchor.end, alts, Grain::Day);
            }
        }
        // 'first Sunday', 'the second Monday': of this month or the next.
        if kind == Kind::Weekday && n > 0 && !self.is(at + 1, Kind::Of) {
            let name = weekday(self.value(j))?;
            let of = |m: i64| {
                let (y, m) = resolve::shift_month(self.today.year(), self.today.month(), m)?;
                resolve::nth_weekday(y, m, name, n)
            };
            let this = of(0);
            let ahead = (0..=3).filter_map(of).find(|d| *d >= self.today)?;
            let mut alts = Alts::none();
            if let Some(this) = this.filter(|d| *d < self.today) {
                alts.push(this, this, if self.past { 0.7 } else { 0.42 }, "of this month");
            }
            alts.push(ahead, ahead, if self.past { 0.25 } else { 0.55 }, "the nearest ahead");
            return Date::new(at + 1, alts, Grain::Day);
        }
        None
    }

    pub fn skip_the(&self, i: usize) -> usize {
        if self.is(i, Kind::The)
            && !matches!(
                self.k(i + 1),
                Kind::Ord | Kind::OrdWord | Kind::Num | Kind::Unit | Kind::Weekday | Kind::Cardinal
            )
        {
            i + 1
        } else {
            i
        }
    }

    /// 'the closest Monday to 5 October', 'the second closest Monday to …'.
    pub fn closest(&self, n: i32, j: usize, depth: u8) -> Option<Date> {
        let depth = depth.checked_sub(1)?;
        if self.is(j + 1, Kind::Named) && matches!(self.k(j + 2), Kind::To | Kind::Until) && n > 0 {
            let anchor = self.day(self.skip_the(j + 3), depth)?;
            return self.closest_named(n, j + 1, anchor);
        }
        if !self.is(j + 1, Kind::Weekday) || !matches!(self.k(j + 2), Kind::To | Kind::Until) || n < 1 {
            return None;
        }
        let name = weekday(self.value(j + 1))?;
        let anchor = self.day(self.skip_the(j + 3), depth)?;
        let alts = anchor.alts.map_day(|a| {
            let first = super::weekday::nearest(a, name)?;
            let side = if first >= a { -1 } else { 1 };
            // Neighbours alternate: the nearest, the one on its other side, the next one out …
            let steps = i64::from(n / 2) * if n % 2 == 0 { side } else { -side };
            resolve::add_weeks(first, steps)
        });
        Date::new(anchor.end, alts, Grain::Day)
    }

    /// Day of a period that an ordinal counts: 'the 15th day of next month', 'first Monday of March', 'last week of 2018'.
    pub fn nth_of(&self, n: i32, j: usize, depth: u8) -> Option<Date> {
        let depth = depth.checked_sub(1)?;
        let what = self.tok(j)?;
        let mut k = j + 1;
        let of = matches!(self.k(k), Kind::Of | Kind::In);
        k = self.skip(k, &[Kind::Of, Kind::In]);
        if self.line(k) {
            return None;
        }
        let whole = match self.k(k) {
            Kind::Unit if of && self.value(k) >= unit::WEEK => Date::new(
                k + 1,
                Alts::span(self.unit_span(self.value(k), 0), "the current one")?,
                Self::unit_grain(self.value(k)),
            ),
            Kind::The
            | Kind::Mod
            | Kind::Month
            | Kind::Num
            | Kind::Cardinal
            | Kind::Unit
            | Kind::Word
            | Kind::Apostrophe
            | Kind::Fiscal => {
                if !(of
                    || matches!(self.k(k), Kind::Mod | Kind::Word | Kind::Month)
                    || self.is(k, Kind::Num) && self.year(k).is_some()
                    || self.is(k, Kind::The) && self.is(k + 1, Kind::Unit))
                {
                    return None;
                }
                self.period(k, depth)
            }
            _ => None,
        }?;
        if self.is(k, Kind::Month)
            && !of
            && what.kind != Kind::Weekday
            && !(what.kind == Kind::Unit && what.value >= unit::WEEK)
        {
            return None;
        }
        let pick = |a: NaiveDate, b: NaiveDate| self.nth_in(n, what.kind, what.value, a, b);
        let grain = if what.kind == Kind::Unit { Self::unit_grain(what.value) } else { Grain::Day };
        if grain >= whole.grain && grain != Grain::Week {
            return None;
        }
        // A month without a year: the first such day from today on.
        let alts = match whole.form {
            Form::Month(m) => self.nearest(|y| resolve::month(y, m).and_then(|(a, b)| pick(a, b))),
            _ => whole.alts.map(pick),
        };
        Date::new(whole.end, alts, grain)
    }

    /// The `n`th day, weekday, week … of a span; negative from its end.
    pub fn nth_in(&self, n: i32, kind: Kind, value: i32, a: NaiveDate, b: NaiveDate) -> Option<resolve::Span> {
        let inside = |d: NaiveDate| (d >= a && d <= b).then_some((d, d));
        if kind == Kind::Weekday {
            let name = super::parse::weekday(value)?;
            let day = match n {
                1.. => resolve::add_weeks(resolve::weekday_on_or_after(a, name)?, i64::from(n - 1))?,
                _ => resolve::add_weeks(resolve::weekday_on_or_before(b, name)?, i64::from(n + 1))?,
            };
            return inside(day);
        }
        match value {
            unit::DAY => inside(if n > 0 {
                resolve::add_days(a, i64::from(n - 1))?
            } else {
                resolve::add_days(b, i64::from(n + 1))?
            }),
            unit::WORKDAY => {
                let calendar = self.calendar();
                inside(match n {
                    1.. => calendar.add_working_days(resolve::add_days(a, -1)?, n),
                    _ => calendar.add_working_days(resolve::add_days(b, 1)?, n),
                })
            }
            // A week belongs to the span that holds its Thursday (ISO 8601).
            unit::WEEK => {
                let thursday = match n {
                    1.. => resolve::add_weeks(resolve::weekday_on_or_after(a, Weekday::Thu)?, i64::from(n - 1))?,
                    _ => resolve::add_weeks(resolve::weekday_on_or_before(b, Weekday::Thu)?, i64::from(n + 1))?,
                };
                inside(thursday).and_then(|(d, _)| resolve::week(d, 0))
            }
            unit::WEEKEND => {
                let saturday = match n {
                    1.. => resolve::add_weeks(resolve::weekday_on_or_after(a, Weekday::Sat)?, i64::from(n - 1))?,
                    _ => resolve::add_weeks(resolve::weekday_on_or_before(b, Weekday::Sat)?, i64::from(n + 1))?,
                };
                Some((inside(saturday)?.0, resolve::add_days(saturday, 1)?))
            }
            unit::MONTH => {
                let from = if n > 0 { (a.year(), a.month(), n - 1) } else { (b.year(), b.month(), n + 1) };
                let (y, m) = resolve::shift_month(from.0, from.1, i64::from(from.2))?;
                resolve::month(y, m).filter(|s| s.0 >= a && s.1 <= b)
            }
            unit::QUARTER => {
                let q = if n > 0 { n } else { 5 + n };
                resolve::quarter(a.year(), u32::try_from(q).ok()?, self.settings.fiscal_year_start.clamp(1, 12))
            }
            _ => None,
        }
    }

    /// 'third quarter', 'first week of Oct', 'first 2 weeks of 2021', 'second half of March'.
    pub fn nth_period(&self, i: usize, depth: u8) -> Option<Date> {
        let (n, j) = self.ordinal(i)?;
        self.nth_span(n, j, depth)
    }

    /// As `nth_period`, after the ordinal.
    pub fn nth_span(&self, n: i32, j: usize, depth: u8) -> Option<Date> {
        if self.is(j, Kind::Half) && matches!(n, 1 | 2) && self.is(j + 1, Kind::Of) {
            let k = j + 2;
            let whole = match self.is(k, Kind::The) {
                true => self.this_unit(k + 1).or_else(|| self.period(k + 1, depth)),
                false => self.period(k, depth),
            }?;
            let alts = whole.alts.map(|a, b| half(a, b, whole.grain, n == 1));
            return Date::new(whole.end, alts, whole.grain);
        }
        if self.is(j, Kind::Unit) && self.value(j) == unit::QUARTER {
            let found = self.nth_of(n, j, depth + 1);
            if found.is_some() || n < 0 {
                return found;
            }
            let start = self.settings.fiscal_year_start.clamp(1, 12);
            let alts = Alts::span(resolve::quarter(self.today.year(), n as u32, start), "of this year")?;
            return Date::new(j + 1, alts, Grain::Quarter);
        }
        if self.is(j, Kind::Unit) && self.value(j) >= unit::WEEK {
            return self.nth_of(n, j, depth + 1);
        }
        // 'first 2 weeks of 2021', 'last ten days of May'
        if n.abs() != 1 {
            return None;
        }
        let c = self.count(j).filter(|c| c.n > 0 && self.is(c.end, Kind::Unit) && self.is(c.end + 1, Kind::Of))?;
        let k = c.end + 2;
        let whole = if self.is(k, Kind::The) {
            self.this_unit(k + 1).or_else(|| self.period(k, depth))
        } else {
            self.period(k, depth)
        }?;
        let code = self.value(c.end);
        let many = i32::try_from(c.n).ok()?.min(400);
        let alts = whole.alts.map(|a, b| {
            let (x, y) = if n > 0 { (1, many) } else { (-many, -1) };
            Some((self.nth_in(x, Kind::Unit, code, a, b)?.0, self.nth_in(y, Kind::Unit, code, a, b)?.1))
        });
        Date::new(whole.end, alts, Self::unit_grain(code))
    }
}
