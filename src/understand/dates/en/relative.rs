//! Dates told from another: 'in 3 days', 'next Friday', '3 days after Easter', 'the Monday after next', 'two weeks' notice'.

use super::absolute::longest;
use super::lex::Kind;
use super::parse::{Alts, Date, Form, Parse, weekday};
use super::period::unit;
use crate::calendar::Calendar;
use crate::understand::dates::{Grain, resolve};
use chrono::Datelike;

impl Parse<'_> {
    pub fn calendar(&self) -> Calendar {
        Calendar::of(&self.settings.country)
    }

    /// Any date finer than a week at `i`.
    pub fn day(&self, i: usize, depth: u8) -> Option<Date> {
        let deeper = depth.checked_sub(1)?;
        let found = match self.k(i) {
            Kind::Relative => self.relative_word(i),
            Kind::Now => Date::new(i + 1, Alts::one(self.today, self.today, "now"), Grain::Minute),
            Kind::Tonight => Date::new(i + 1, Alts::one(self.today, self.today, "today"), Grain::PartOfDay),
            Kind::Weekday => self.weekday_date(i, depth),
            Kind::Month => self.month_day(i),
            Kind::Num => longest(self.absolute(i), longest(self.offset(i, deeper), self.day_of_period(i, deeper))),
            Kind::Cardinal | Kind::Thousand => {
                longest(self.absolute(i), longest(self.offset(i, deeper), self.nth_day(i, deeper)))
            }
            Kind::Ord | Kind::OrdWord => {
                longest(self.absolute(i), longest(self.nth_day(i, deeper), self.day_of_period(i, deeper)))
            }
            Kind::A | Kind::Half => self.offset(i, deeper),
            Kind::Unit => longest(self.offset(i, deeper), self.unit_beside(i, deeper)),
            Kind::In | Kind::Within | Kind::After => self.offset_in(i, deeper),
            Kind::Mod => self.mod_day(i, deeper),
            Kind::Named => self.named_day(i, 0, deeper),
            Kind::The => self.the_day(i, deeper),
            Kind::End | Kind::Begin | Kind::Rest => self.day_end(i, deeper),
            Kind::Closest => self.closest(1, i, deeper),
            _ => None,
        }?;
        let told = matches!(self.k(i), Kind::Num | Kind::Ord | Kind::OrdWord | Kind::Month)
            && found.is_day()
            && found.grain == Grain::Day;
        Some(if told { self.weekday_behind(found) } else { found })
    }

    /// A weekday behind a date: '16 March (Monday)', '16/03/2026, Mon'.
    fn weekday_behind(&self, date: Date) -> Date {
        let open = self.is(date.end, Kind::Open);
        let j = if open || self.is(date.end, Kind::Comma) { date.end + 1 } else { date.end };
        if self.line(j) || !self.is(j, Kind::Weekday) {
            return date;
        }
        let end = if open && self.is(j + 1, Kind::Close2) { j + 2 } else { j + 1 };
        if !open && (!self.ends(end) || j == date.end && self.tok(j).is_some_and(|t| !t.cap)) {
            return date;
        }
        let Some(name) = weekday(self.value(j)) else { return date };
        match self.agree(date, name, None) {
            Some(agreed) => Date { end, ..agreed },
            None => date,
        }
    }

    /// Any date or span.
    pub fn date(&self, i: usize, depth: u8) -> Option<Date> {
        longest(self.day(i, depth), self.period(i, depth))
    }

    /// 'today', 'tomorrow', 'tomorrow week', 'a week from tomorrow' is elsewhere.
    fn relative_word(&self, i: usize) -> Option<Date> {
        let mut day = resolve::add_days(self.today, i64::from(self.value(i)))?;
        let mut end = i + 1;
        if self.is(end, Kind::Unit)
            && matches!(self.value(end), unit::WEEK | unit::FORTNIGHT)
            && self.may_end(end + 1)
            && matches!(self.tok(end)?.len, 4 | 9)
        {
            day = resolve::add_weeks(day, if self.value(end) == unit::WEEK { 1 } else { 2 })?;
            end += 1;
        }
        Date::new(end, Alts::one(day, day, ""), Grain::Day)
    }

    /// 'the' before a date: 'the 3rd of May', 'the first Monday of …', 'the week after next', 'the Monday after 3 March'.
    fn the_day(&self, i: usize, depth: u8) -> Option<Date> {
        let j = i + 1;
        match self.k(j) {
            Kind::Weekday => {
                let name = weekday(self.value(j))?;
                // 'the Monday after next', 'the Friday before Easter', 'the following Monday'
                let other = match self.k(j + 1) {
                    Kind::After | Kind::From | Kind::Before if depth > 0 => {
                        self.date(j + 2, depth - 1).map(|d| (self.k(j + 1), d))
                    }
                    _ => None,
                };
                if let Some((side, date)) = other {
                    let alts = match side {
                        Kind::Before => date.alts.map_day(|a| resolve::weekday_before(a, name)),
                        _ => date.alts.map(|_, b| resolve::weekday_after(b, name).map(|d| (d, d))),
                    };
                    return Date::new(date.end, alts, Grain::Day);
                }
                if matches!(self.k(j + 1), Kind::After | Kind::Before)
                    && self.may_end(j + 2)
                    && let Some(before) = self.before
                {
                    let day = if self.is(j + 1, Kind::After) {
                        resolve::weekday_after(before, name)
                    } else {
                        resolve::weekday_before(before, name)
                    };
                    return Date::new(j + 2, Alts::day(day, "from the day named before")?, Grain::Day);
                }
                self.weekday_date(j, depth)
            }
            Kind::Unit if self.value(j) == unit::DAY || self.value(j) == unit::WORKDAY => self.unit_beside(j, depth),
            Kind::Unit => self.unit_beside(j, depth),
            Kind::Num | Kind::Ord | Kind::OrdWord | Kind::Cardinal => longest(self.day(j, depth), self.bare_day(j)),
            Kind::Mod | Kind::Named | Kind::Closest | Kind::Relative | Kind::End => self.day(j, depth),
            _ => None,
        }
    }

    /// 'the 3rd', 'the thirty', 'the 27': a day of the month alone, `i` after 'the'.
    pub fn bare_day(&self, i: usize) -> Option<Date> {
        let (day, end, _) = self.day_number(i)?;
        let t = self.tok(i)?;
        let time = self.time_after(end);
        let fits = match t.kind {
            Kind::Ord => self.may_end(end) || time,
            Kind::Num => {
                t.len <= 2
                    && (self.ends(end) || time)
                    && !self.clock_follows(i)
                    && !(self.is(end, Kind::Comma) && self.is(end + 1, Kind::Num) && self.glued(end + 1))
            }
            // Spelled: 'the first' needs a preposition and an end.
            _ => {
                let placed = matches!(
                    self.k(i.wrapping_sub(2)),
                    Kind::On
                        | Kind::For
                        | Kind::By
                        | Kind::Until
                        | Kind::From
                        | Kind::Before
                        | Kind::After
                        | Kind::Since
                        | Kind::To
                        | Kind::Through
                        | Kind::And
                ) || self.alone(i, end);
                placed && (self.ends(end) || time)
            }
        };
        if !fits || self.marked_before(i) || self.line(i) && !self.alone(i, end) && t.kind == Kind::Num {
            return None;
        }
        self.day_alone(day, end)
    }

    /// The nearest such day of a month.
    pub fn day_alone(&self, day: u32, end: usize) -> Option<Date> {
        let (ahead, behind) = resolve::day_of_month(self.today, day);
        let alts = self.ahead_or_behind(ahead.map(|d| (d, d)), behind.map(|d| (d, d)));
        Date::new(end, alts, Grain::Day).map(|d| d.form(Form::DayOfMonth(day)))
    }

    fn time_after(&self, i: usize) -> bool {
        let j = self.skip(i, &[Kind::At, Kind::AtSign, Kind::Between, Kind::From]);
        j > i && self.is(j, Kind::Num) || self.time(i).is_some()
    }

    /// '20 of next month', '3rd of the month', '15th day of next month'.
    fn day_of_period(&self, i: usize, depth: u8) -> Option<Date> {
        let (day, mut end, _) = self.day_number(i)?;
        if self.is(end, Kind::Unit) && self.value(end) == unit::DAY {
            end += 1;
        }
        let of = self.is(end, Kind::Of);
        let j = self.skip(end, &[Kind::Of]);
        let j = if self.is(j, Kind::The) && self.is(j + 1, Kind::Mod) { j + 1 } else { j };
        let month = match self.k(j) {
            Kind::The
                if of
                    && self.is(j + 1, Kind::Unit)
                    && self.value(j + 1) == unit::MONTH
                    && !self.is(j + 2, Kind::AfterNext) =>
            {
                let span = self.unit_span(unit::MONTH, 0)?;
                // 'by the 26th of the month' after the 26th means the next one.
                let this = resolve::ymd(self.today.year(), self.today.month(), day)?;
                let next = resolve::day_of_month(self.today, day).0?;
                let mut alts = Alts::one(this, this, "of this month");
                if this < self.today && !self.past {
                    alts = Alts::none().with(next, next, 0.55, "the nearest ahead").with(
                        this,
                        this,
                        0.42,
                        "of this month",
                    );
                }
                let _ = span;
                return Date::new(j + 2, alts, Grain::Day);
            }
            Kind::The if of => self.period(j + 1, depth),
            Kind::Mod if of || self.is(i, Kind::Ord) => self.period(j, depth),
            _ => None,
        }
        .filter(|d| d.grain == Grain::Month)?;
        let alts = month.alts.map_day(|a| resolve::ymd(a.year(), a.month(), day));
        Date::new(month.end, alts, Grain::Day)
    }

    /// 'next Friday', 'last Monday of March', 'next week on Tuesday', 'this 5/12', 'last working day of the month'.
    fn mod_day(&self, i: usize, depth: u8) -> Option<Date> {
        let sense = self.value(i);
        let j = self.skip(i + 1, &[Kind::Mod]);
        let last = self.is_last(i);
        match self.k(j) {
            Kind::Weekday => {
                if last && let Some(found) = self.nth_of(-1, j, depth + 1) {
                    return Some(found);
                }
                if last
                    && matches!(self.k(j + 1), Kind::Before | Kind::After)
                    && depth > 0
                    && let Some(found) = self.nth_after(-1, j, depth)
                {
                    return Some(found);
                }
                let sense = if j > i + 1 { self.value(j - 1) } else { sense };
                let bare = self.weekday_mod(sense, weekday(self.value(j))?, j + 1)?;
                let told = self.weekday_date(j, depth).filter(|d| d.end > j + 1);
                if let Some(told) = told {
                    return Some(told);
                }
                Some(bare)
            }
            Kind::Unit if matches!(self.value(j), unit::DAY | unit::WORKDAY) => {
                if last {
                    if let Some(found) = self.nth_of(-1, j, depth + 1) {
                        return Some(found);
                    }
                    if matches!(self.k(j + 1), Kind::Before | Kind::After) {
                        return self.nth_after(-1, j, depth);
                    }
                    return None;
                }
                if self.tok(j)?.len == 4 && !self.is(j, Kind::Unit) || !self.may_end(j + 1) && !self.is(j + 1, Kind::Of)
                {
                    return None;
                }
                let n = match sense {
                    1..=3 => 1,
                    -1 => -1,
                    _ => return None,
                };
                let from = if sense == 3 { self.before.unwrap_or(self.today) } else { self.today };
                let day = if self.value(j) == unit::DAY {
                    resolve::add_days(from, n)?
                } else {
                    self.calendar().add_working_days(from, n as i32)
                };
                Date::new(j + 1, Alts::one(day, day, ""), Grain::Day)
            }
            Kind::Unit if self.value(j) == unit::WEEK => {
                let week = self.mod_period(i, depth)?;
                self.on_weekday(week)
            }
            // 'this morning', 'last night', 'next evening'
            Kind::Part | Kind::Clock => {
                let n = match sense {
                    0 => 0,
                    1 | 3 => 1,
                    -1 | -2 => -1,
                    _ => return None,
                };
                let day = resolve::add_days(self.today, n)?;
                // The part itself is read as a time behind the day.
                Date::new(j, Alts::one(day, day, ""), Grain::PartOfDay)
            }
            Kind::Num if sense >= 0 => {
                let found = self.numeric(j)?;
                let Form::MonthDay(m, d) = found.form else { return Some(found) };
                let day = resolve::ymd(self.today.year(), m, d)?;
                Date::new(found.end, Alts::one(day, day, "of this year"), Grain::Day)
            }
            Kind::Named => self.named_day(j, if sense == 0 { 0 } else { sense.signum() }, depth),
            Kind::Ord if sense <= 1 => None,
            _ => None,
        }
    }

    /// 'last' itself, not 'previous'.
    fn is_last(&self, i: usize) -> bool {
        let t = match self.tok(i) {
            Some(t) => t,
            None => return false,
        };
        t.value == -1
            && self
                .text
                .get(t.start as usize..t.end as usize)
                .is_some_and(|w| w.len() >= 4 && w.get(w.len() - 4..).is_some_and(|e| e.eq_ignore_ascii_case("last")))
    }

    /// A week with a weekday behind it: 'next week Mon', 'next week on Tuesday', 'previous week - Monday', "last week's Sunday".
    pub fn on_weekday(&self, week: Date) -> Option<Date> {
        let j = self.skip(week.end, &[Kind::Dot, Kind::Comma, Kind::Dash]);
        let j = self.skip(j, &[Kind::On, Kind::The]);
        if week.grain != Grain::Week || !self.is(j, Kind::Weekday) || self.line(j) {
            return None;
        }
        let name = weekday(self.value(j))?;
        // 'next week, Monday 16 March' names its day in full.
        if let Some(full) = self.weekday_date(j, 1).filter(|d| d.end > j + 1) {
            return Some(full);
        }
        let alts = week.alts.map_day(|monday| resolve::weekday_of_week(monday, name, 0));
        Date::new(j + 1, alts.why("that weekday of the week"), Grain::Day)
    }

    /// 'next week', 'this September', 'last quarter', 'next 3 weeks', 'the coming quarter', 'last 3 weeks of this year'.
    pub fn mod_period(&self, i: usize, depth: u8) -> Option<Date> {
        let sense = self.value(i);
        let j = self.skip(i + 1, &[Kind::Mod]);
        let n: i64 = match sense {
            1..=3 => 1,
            0 => 0,
            _ => -1,
        };
        match self.k(j) {
            Kind::Unit if self.value(j) >= unit::WEEK => {
                if self.is_last(i) && matches!(self.k(j + 1), Kind::Of) {
                    return self.nth_of(-1, j, depth + 1);
                }
                if self.is_last(i)
                    && self.is(j + 1, Kind::In)
                    && let Some(found) = self.nth_of(-1, j, depth + 1)
                {
                    return Some(found);
                }
                let code = self.value(j);
                let mut alts = Alts::none();
                if sense == 3
                    && let Some(before) = self.before
                    && code == unit::WEEK
                    && let Some((a, b)) = resolve::week(before, 1)
                {
                    alts.push(a, b, 0.96, "after the day named before");
                }
                let (a, b) = self.unit_span(code, n)?;
                alts.push(a, b, if alts.is_empty() { 0.95 } else { 0.03 }, "");
                Date::new(j + 1, alts, Self::unit_grain(code))
            }
            Kind::Num | Kind::Cardinal => {
                if self.is_last(i)
                    && let Some(found) = self.nth_span(-1, j, depth)
                {
                    return Some(found);
                }
                let c = self.count(j).filter(|c| c.n > 0 && !c.half)?;
                if !self.is(c.end, Kind::Unit) || n == 0 {
                    return None;
                }
                self.rolling(n, c.n, self.value(c.end), c.end + 1)
            }
            Kind::Month => {
                let month = self.value(j) as u32;
                if self.could_be_word(j) && !self.tok(j)?.cap && !self.may_end(j + 1) {
                    return None;
                }
                let year = self.today.year();
                let of = |y: i32| resolve::month(y, month);
                let ahead = self.nearest(of).first()?.a.year();
                let alts = match sense {
                    0 => Alts::span(of(year), "of this year")?,
                    1..=3 => {
                        let ahead = if month == self.today.month() { ahead + 1 } else { ahead };
                        let mut alts = Alts::span(of(ahead), "the nearest ahead")?;
                        if ahead == year
                            && let Some((a, b)) = of(year + 1)
                        {
                            alts.push(a, b, 0.04, "of next year");
                        }
                        alts
                    }
                    _ => Alts::span(
                        (0..=1).filter_map(|n| of(year - n)).find(|s| s.1 < self.today),
                        "the nearest before",
                    )?,
                };
                Date::new(j + 1, alts, Grain::Month)
            }
            Kind::Season => self.season(j, sense, i),
            Kind::Fiscal => {
                let start = self.settings.fiscal_year_start.clamp(1, 12);
                let (year, _) = resolve::quarter_of(self.today, start)?;
                Date::new(j + 1, Alts::span(resolve::fiscal_year(year + n as i32, start), "")?, Grain::Year)
            }
            // '1998 last year' is no period; 'last 1998' neither.
            _ => None,
        }
    }

    /// 'next 3 weeks': from tomorrow on, or the next calendar weeks.
    pub fn rolling(&self, sign: i64, n: i64, code: i32, end: usize) -> Option<Date> {
        let tomorrow = resolve::add_days(self.today, 1)?;
        let yesterday = resolve::add_days(self.today, -1)?;
        let n_week = if code == unit::FORTNIGHT { n * 2 } else { n };
        let rolled = match code {
            unit::DAY => (resolve::add_days(self.today, sign * n)?, self.today),
            unit::WORKDAY => {
                let calendar = self.calendar();
                let n = i32::try_from(n).ok()?.min(2000);
                let (near, far) = (
                    calendar.add_working_days(self.today, sign as i32),
                    calendar.add_working_days(self.today, n * sign as i32),
                );
                let (a, b) = if sign > 0 { (near, far) } else { (far, near) };
                return Date::new(
                    end,
                    Alts::span(resolve::checked(a).zip(resolve::checked(b)), "working days")?,
                    Grain::Day,
                );
            }
            unit::WEEK | unit::FORTNIGHT => (resolve::add_weeks(self.today, sign * n_week)?, self.today),
            unit::MONTH => (resolve::add_months(self.today, sign * n)?, self.today),
            unit::QUARTER => (resolve::add_months(self.today, sign * n * 3)?, self.today),
            unit::YEAR => (resolve::add_years(self.today, sign * n)?, self.today),
            unit::DECADE => (resolve::add_years(self.today, sign * n * 10)?, self.today),
            _ => return None,
        };
        let mut alts = Alts::none();
        if sign > 0 {
            alts.push(tomorrow, rolled.0, 0.52, "from tomorrow on");
        } else {
            alts.push(rolled.0, yesterday, 0.52, "up to yesterday");
        }
        if code >= unit::WEEK {
            let code = if code == unit::FORTNIGHT { unit::WEEK } else { code };
            let (a, b) = (self.unit_span(code, sign)?, self.unit_span(code, sign * n_week)?);
            let (a, b) = if sign > 0 { (a.0, b.1) } else { (b.0, a.1) };
            alts.push(a, b, 0.43, "whole calendar units");
        }
        Date::new(end, alts, Self::unit_grain(code))
    }

    pub fn text_is(&self, i: usize, word: &str) -> bool {
        self.tok(i)
            .and_then(|t| self.text.get(t.start as usize..t.end as usize))
            .is_some_and(|w| w.eq_ignore_ascii_case(word))
    }

    /// 'end of tomorrow', 'the end of the Sunday', 'end of Friday', 'beginning of Monday'.
    fn day_end(&self, i: usize, depth: u8) -> Option<Date> {
        if !self.is(i + 1, Kind::Of) {
            return None;
        }
        let j = self.skip(i + 2, &[Kind::The]);
        let j = if self.is(i, Kind::Rest) && self.is(j, Kind::Mod) && self.value(j) == 0 && self.is(j + 1, Kind::Unit) {
            j + 1
        } else {
            j
        };
        match self.k(j) {
            Kind::Relative | Kind::Weekday | Kind::Named => {}
            Kind::Unit if self.value(j) == unit::DAY && self.may_end(j + 1) => {
                return Date::new(j + 1, Alts::one(self.today, self.today, "today"), Grain::Day);
            }
            _ => return None,
        }
        self.day(j, depth).filter(Date::is_day)
    }
}
