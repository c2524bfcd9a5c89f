//! Dates that begin with a weekday: 'Friday', 'Friday week', 'Mon 13th', 'Tuesday next week', 'Monday 16 March'.

use super::absolute::longest;
use super::lex::Kind;
use super::parse::{Alts, Date, Form, Parse, weekday};
use crate::understand::dates::{Grain, resolve};
use chrono::{Datelike, NaiveDate, Weekday};

impl Parse<'_> {
    /// A date that begins with a weekday's name at `i`.
    pub fn weekday_date(&self, i: usize, depth: u8) -> Option<Date> {
        if !self.is(i, Kind::Weekday) || self.marked_before(i) {
            return None;
        }
        let name = weekday(self.value(i))?;
        let mut j = i + 1;
        // 'Mon.', 'Fri-', 'Wednesday,', 'Tuesday the'
        if self.is(j, Kind::Dot) && self.tok(i)?.len <= 5 && !self.ends(j + 1) {
            j += 1;
        }
        let after = j;
        if matches!(self.k(j), Kind::Comma | Kind::Dash | Kind::Open | Kind::Slash) && !self.line(j + 1) {
            j += 1;
        }
        j = self.skip(j, &[Kind::The, Kind::On]);
        let mut best = None;
        if !self.line(j) {
            best = longest(best, self.with_date(name, i, j));
            best = longest(best, self.with_number(name, after, j));
        }
        best = longest(best, self.weekday_tail(name, after, depth));
        best.or_else(|| self.bare_weekday(name, i))
    }

    /// 'Monday 16 March', 'Wed, 22 of Jan', 'Friday 5/12': both are said; they may disagree.
    fn with_date(&self, name: Weekday, i: usize, j: usize) -> Option<Date> {
        let found = self.absolute(j)?;
        if self.is(j, Kind::Num)
            && self.is(j + 1, Kind::Dash)
            && found.end == j + 3
            && !self.is(i + 1, Kind::Comma)
            && self.is(found.end, Kind::Meridiem)
        {
            return None;
        }
        let year = match self.k(i.wrapping_sub(1)) {
            Kind::Mod if matches!(self.value(i - 1), 0..=3) => Some(self.today.year()),
            _ => None,
        };
        let mut date = self.agree(found, name, year)?;
        // 'Friday 13 March (Friday)' needs no more; a closing bracket belongs to the date when it opened inside.
        if self.is(j.wrapping_sub(1), Kind::Open) && self.is(date.end, Kind::Close2) {
            date.end += 1;
        }
        Some(date)
    }

    /// Ranks a date's readings by the weekday that stands beside it.
    pub fn agree(&self, found: Date, name: Weekday, year: Option<i32>) -> Option<Date> {
        let mut alts = Alts::none();
        if let (Form::MonthDay(m, d), Some(y)) = (found.form, year)
            && let Some(day) = resolve::ymd(y, m, d)
        {
            alts.push(day, day, 0.9, "the year of the message");
        }
        // The readings that fall on that weekday come first, the nearest ahead before the nearest behind.
        for (n, d) in found.alts.iter().filter(|d| d.a.weekday() == name).enumerate() {
            let p = if n == 0 { 0.6 + 0.35 * d.p } else { 0.4 * d.p };
            alts.push(d.a, d.b, p, "the weekday agrees");
        }
        let disagree = !alts.iter().any(|d| d.a.weekday() == name);
        if disagree {
            let first = found.alts.first()?;
            alts.push(first.a, first.b, 0.6, "the weekday disagrees");
            for d in found.alts.iter().skip(1) {
                alts.push(d.a, d.b, 0.05, d.why);
            }
            if let Some(day) = nearest(first.a, name) {
                alts.push(day, day, 0.3, "that weekday, nearest to the day named");
            }
        }
        Date::new(found.end, alts, Grain::Day).map(|d| Date { conflict: disagree, form: Form::Fixed, ..d })
    }

    /// 'Mon 13th', 'Friday the fifteen', 'Friday 31!': a weekday and a bare day of the month.
    fn with_number(&self, name: Weekday, after: usize, j: usize) -> Option<Date> {
        let (day, end, sure) = self.day_number(j)?;
        let said = sure || self.is(j.wrapping_sub(1), Kind::The);
        if !said && (self.clock_follows(j) || self.k(after) == Kind::Dash || j > after && !self.is(after, Kind::Comma))
        {
            return None;
        }
        if self.is(end, Kind::Of) {
            let period = self.period(self.skip(end + 1, &[Kind::The]), 1)?;
            if period.grain != Grain::Month {
                return None;
            }
            let alts = period.alts.map_day(|a| resolve::ymd(a.year(), a.month(), day));
            return self.agree(Date::new(period.end, alts, Grain::Day)?, name, None);
        }
        let time =
            self.is(end, Kind::Dash) && !self.tok(end)?.space || matches!(self.k(end), Kind::To | Kind::Until) && !sure;
        if !(self.may_end(end) || self.time(end).is_some()) || (!said && time) || self.is(end, Kind::Meridiem) {
            return None;
        }
        let month = |n: i64| {
            let (y, m) = resolve::shift_month(self.today.year(), self.today.month(), n)?;
            resolve::ymd(y, m, day).filter(|d| d.weekday() == name)
        };
        let ahead = (0..24).filter_map(month).find(|d| *d >= self.today);
        let behind = (-24..=0).rev().filter_map(month).find(|d| *d < self.today);
        let mut alts = Alts::none();
        let gap = |d: Option<NaiveDate>| d.map_or(i64::MAX, |d| (d - self.today).num_days().abs());
        // The past one only where it is much nearer: 'Friday the 15th' written on the 27th.
        let back = self.past || gap(behind).saturating_mul(3) < gap(ahead);
        if let Some(d) = ahead {
            alts.push(d, d, if back { 0.3 } else { 0.85 }, "the nearest ahead");
        }
        if let Some(d) = behind {
            alts.push(d, d, if back { 0.65 } else { 0.1 }, "the nearest before");
        }
        // The weekday contradicts every month near: the number counts more.
        let near = gap(ahead).min(gap(behind));
        let mut conflict = false;
        if near > 100 && !self.past {
            let (next, _) = resolve::day_of_month(self.today, day);
            if let Some(d) = next
                && gap(Some(d)) < 40
                && near > 200
            {
                alts.push(d, d, 0.9, "the weekday disagrees");
                conflict = true;
            }
        }
        Date::new(end, alts, Grain::Day).map(|d| Date { conflict, ..d })
    }

    /// What may follow a weekday: 'week', 'after next', 'next week', 'of the week of …'.
    fn weekday_tail(&self, name: Weekday, j: usize, depth: u8) -> Option<Date> {
        let coming = resolve::weekday_after(self.today, name)?;
        match self.k(j) {
            // 'Friday week', 'Monday fortnight'
            Kind::Unit if matches!(self.value(j), 5 | 6) && self.tok(j)?.len <= 9 => {
                let plural = self.tok(j).is_some_and(|t| matches!(t.len, 5 | 10) || t.len == 3);
                let numbered = self.is(j + 1, Kind::Num) || matches!(self.k(j + 1), Kind::Of | Kind::Cardinal);
                if plural || numbered {
                    return None;
                }
                let weeks = if self.value(j) == 6 { 2 } else { 1 };
                return Date::new(
                    j + 1,
                    Alts::day(resolve::add_weeks(coming, weeks), "weeks after the coming one")?,
                    Grain::Day,
                );
            }
            Kind::AfterNext => {
                let weeks = if self.value(j) > 0 { 1 } else { -1 };
                let base = if weeks > 0 { coming } else { resolve::weekday_before(self.today, name)? };
                let mut alts = Alts::day(resolve::add_weeks(base, weeks), "the one after the next")?;
                if let Some(day) = resolve::weekday_of_week(self.today, name, weeks + weeks.signum())
                    && alts.first().is_some_and(|d| d.a != day)
                {
                    alts.scale(0.68);
                    alts.push(day, day, 0.3, "of the week after next");
                }
                return Date::new(j + 1, alts, Grain::Day);
            }
            // 'this Monday coming', 'Friday coming'
            Kind::Mod if self.value(j) == 2 && self.ends(j + 1) => {
                return Date::new(j + 1, Alts::day(Some(coming), "the nearest ahead")?, Grain::Day);
            }
            Kind::Mod if matches!(self.value(j), 1 | -1) && self.ends(j + 1) => {
                return self.weekday_mod(self.value(j), name, j + 1);
            }
            _ => {}
        }
        // 'Wednesday evening next week'
        let mut k = j;
        if self.is(k, Kind::Part) || self.is(k, Kind::Clock) {
            k += 1;
        }
        let k = self.skip(k, &[Kind::Of, Kind::On, Kind::In, Kind::From, Kind::Comma, Kind::Dash]);
        if depth == 0
            || self.line(k)
            || k > j && self.is(k - 1, Kind::Comma) && !matches!(self.k(k), Kind::Mod | Kind::WeekOf)
        {
            return None;
        }
        let k =
            if matches!(self.k(k), Kind::The) && matches!(self.k(k + 1), Kind::Unit | Kind::Mod) { k + 1 } else { k };
        if !matches!(self.k(k), Kind::Mod | Kind::WeekOf | Kind::Unit | Kind::Word) {
            return None;
        }
        let week = self.period(k, depth - 1).filter(|p| p.grain == Grain::Week && p.form == Form::Fixed)?;
        let alts = week.alts.map_day(|monday| resolve::weekday_of_week(monday, name, 0));
        Date::new(week.end, alts.why("that weekday of the week"), Grain::Day)
    }

    /// 'Friday' alone: the nearest from today on; the one before stands behind it.
    fn bare_weekday(&self, name: Weekday, i: usize) -> Option<Date> {
        let t = self.tok(i)?;
        if self.glued(i + 1) && matches!(self.k(i + 1), Kind::Underscore | Kind::Num)
            || self.glued(i) && i > 0 && matches!(self.k(i - 1), Kind::Num | Kind::Slash)
        {
            return None;
        }
        // 'sat', 'sun', 'wed', 'mon': the day only where a word or the text's shape says so.
        if t.len <= 3 && !self.alone(i, if self.is(i + 1, Kind::Dot) { i + 2 } else { i + 1 }) {
            let placed = matches!(
                self.k(i.wrapping_sub(1)),
                Kind::On
                    | Kind::By
                    | Kind::Until
                    | Kind::Mod
                    | Kind::From
                    | Kind::Since
                    | Kind::Before
                    | Kind::After
                    | Kind::Or
                    | Kind::To
                    | Kind::Through
                    | Kind::Between
            ) || matches!(self.k(i.wrapping_sub(1)), Kind::And | Kind::Dash)
                && i > 1
                && self.is(i - 2, Kind::Weekday)
                && t.cap;
            let followed = matches!(self.k(i + 1), Kind::Part | Kind::At | Kind::Num | Kind::Close)
                || matches!(self.k(i + 1), Kind::Dash | Kind::To | Kind::Or) && self.is(i + 2, Kind::Weekday);
            if !(placed
                || followed && t.cap
                || t.cap && self.ends(i + 1) && !matches!(name, Weekday::Sun | Weekday::Sat))
            {
                return None;
            }
        }
        let ahead = resolve::weekday_on_or_after(self.today, name)?;
        let behind = resolve::weekday_before(self.today, name)?;
        let mut alts = Alts::none();
        if self.past {
            alts.push(behind, behind, 0.75, "the nearest before");
            alts.push(ahead, ahead, 0.2, "the nearest ahead");
        } else {
            let today = ahead == self.today;
            alts.push(ahead, ahead, if today { 0.6 } else { 0.85 }, if today { "today" } else { "the nearest ahead" });
            if today && let Some(next) = resolve::add_weeks(ahead, 1) {
                alts.push(next, next, 0.3, "a week on");
            }
            alts.push(behind, behind, 0.08, "the nearest before");
        }
        Date::new(i + 1, alts, Grain::Day).map(|d| d.form(Form::Weekday(name)))
    }

    /// 'next Friday', 'this Friday', 'last Friday', 'the coming Friday'; `end` is the index after the words.
    pub fn weekday_mod(&self, sense: i32, name: Weekday, end: usize) -> Option<Date> {
        let of_week = |n| resolve::weekday_of_week(self.today, name, n);
        let ahead = resolve::weekday_after(self.today, name)?;
        let behind = resolve::weekday_before(self.today, name)?;
        let mut alts = Alts::none();
        match sense {
            1 | 3 => {
                if sense == 3
                    && let Some(day) = self.before.and_then(|d| resolve::weekday_after(d, name))
                {
                    alts.push(day, day, 0.75, "after the day named before");
                }
                let next = of_week(1)?;
                alts.push(next, next, 0.64, "of next week");
                alts.push(ahead, ahead, 0.34, "the nearest ahead");
            }
            0 => {
                let this = of_week(0)?;
                if this < self.today && !self.past {
                    alts.push(ahead, ahead, 0.6, "the nearest ahead");
                    alts.push(this, this, 0.38, "of this week");
                } else {
                    alts.push(this, this, 0.9, "of this week");
                }
            }
            -1 => {
                let last = of_week(-1)?;
                alts.push(last, last, 0.62, "of last week");
                alts.push(behind, behind, 0.34, "the nearest before");
            }
            -2 => alts.push(behind, behind, 0.9, "the nearest before"),
            _ => alts.push(ahead, ahead, 0.9, "the nearest ahead"),
        }
        Date::new(end, alts, Grain::Day)
    }
}

/// The day of that weekday nearest to `day`, at most three days away.
pub fn nearest(day: NaiveDate, name: Weekday) -> Option<NaiveDate> {
    let ahead = resolve::days_until(day.weekday(), name);
    resolve::add_days(day, if ahead <= 3 { ahead } else { ahead - 7 })
}
