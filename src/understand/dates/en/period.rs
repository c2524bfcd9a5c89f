//! Spans longer than a day: weeks, months, quarters, years, their parts and their ends.

use super::absolute::longest;
use super::lex::Kind;
use super::parse::{Alts, Date, Form, Parse};
use crate::understand::dates::{Grain, resolve};
use chrono::{Datelike, NaiveDate, Weekday};

/// Unit codes of `words.toml`.
pub mod unit {
    pub const MINUTE: i32 = 1;
    pub const HOUR: i32 = 2;
    pub const DAY: i32 = 3;
    pub const WORKDAY: i32 = 4;
    pub const WEEK: i32 = 5;
    pub const FORTNIGHT: i32 = 6;
    pub const MONTH: i32 = 7;
    pub const QUARTER: i32 = 8;
    pub const YEAR: i32 = 9;
    pub const WEEKEND: i32 = 10;
    pub const DECADE: i32 = 11;
}

impl Parse<'_> {
    /// A span longer than a day at `i`, however it is said.
    pub fn period(&self, i: usize, depth: u8) -> Option<Date> {
        let deeper = depth.checked_sub(1)?;
        match self.k(i) {
            Kind::The => self.this_unit(i + 1).or_else(|| self.period(i + 1, deeper)),
            Kind::Month => self.month_period(i),
            Kind::Mod => self.mod_period(i, deeper),
            Kind::Num => longest(longest(self.numeric_period(i), self.decade(i)), self.counted_mod(i)),
            Kind::Apostrophe => longest(self.year_period(i), self.decade(i)),
            Kind::Cardinal => longest(self.year_period(i), self.counted_mod(i)),
            Kind::Ord | Kind::OrdWord => self.nth_period(i, deeper),
            Kind::Unit if self.value(i) == unit::WEEKEND && self.tok(i)?.len != 8 => longest(
                Date::new(i + 1, Alts::span(self.unit_span(unit::WEEKEND, 0), "of this week")?, Grain::Week),
                self.week_of_weekend(i, deeper),
            ),
            Kind::Unit => longest(self.named_unit(i, deeper), self.unit_after_next(i)),
            Kind::Ago => self.so_far(i, deeper),
            Kind::WeekOf => self.week_of(i, deeper),
            Kind::Fiscal => self.fiscal(i),
            Kind::Season => self.season(i, 0, i),
            Kind::Decade => self.decade(i),
            Kind::Word | Kind::Suffix => self.lettered(i),
            Kind::End | Kind::Begin | Kind::Middle | Kind::Early | Kind::Late | Kind::Rest => self.edge(i, deeper),
            Kind::EndOf | Kind::StartOf => self.edge_word(i),
            Kind::ToDate => {
                let (a, _) = self.unit_span(self.value(i), 0)?;
                Date::new(i + 1, Alts::one(a, self.today, "up to today"), Grain::Year)
            }
            Kind::AllWeek => Date::new(i + 1, Alts::span(resolve::week(self.today, 0), "this week")?, Grain::Week),
            _ => None,
        }
    }

    /// The span of a unit, `n` away from the one that holds today.
    pub fn unit_span(&self, code: i32, n: i64) -> Option<resolve::Span> {
        let day = self.today;
        match code {
            unit::DAY => resolve::add_days(day, n).map(|d| (d, d)),
            unit::WEEK => resolve::week(day, n),
            unit::FORTNIGHT => match n {
                1.. => Some((resolve::week(day, 2 * n - 1)?.0, resolve::week(day, 2 * n)?.1)),
                _ => Some((resolve::week(day, 2 * n)?.0, resolve::week(day, 2 * n + 1)?.1)),
            },
            unit::WEEKEND => {
                resolve::week(day, n).and_then(|(_, sunday)| Some((resolve::add_days(sunday, -1)?, sunday)))
            }
            unit::MONTH => resolve::shift_month(day.year(), day.month(), n).and_then(|(y, m)| resolve::month(y, m)),
            unit::QUARTER => {
                let start = self.settings.fiscal_year_start.clamp(1, 12);
                let (year, q) = resolve::quarter_of(day, start)?;
                let index = i64::from(year) * 4 + i64::from(q) - 1 + n;
                resolve::quarter(i32::try_from(index.div_euclid(4)).ok()?, index.rem_euclid(4) as u32 + 1, start)
            }
            unit::YEAR => resolve::year(i32::try_from(i64::from(day.year()).checked_add(n)?).ok()?),
            unit::DECADE => {
                let year = i32::try_from((i64::from(day.year()) / 10).checked_add(n)?.checked_mul(10)?).ok()?;
                Some((resolve::ymd(year, 1, 1)?, resolve::ymd(year.checked_add(9)?, 12, 31)?))
            }
            _ => None,
        }
    }

    pub fn unit_grain(code: i32) -> Grain {
        match code {
            unit::MINUTE => Grain::Minute,
            unit::HOUR => Grain::Hour,
            unit::WEEK | unit::FORTNIGHT | unit::WEEKEND => Grain::Week,
            unit::MONTH => Grain::Month,
            unit::QUARTER => Grain::Quarter,
            unit::YEAR | unit::DECADE => Grain::Year,
            _ => Grain::Day,
        }
    }

    /// 'the month', 'the year' inside an expression: the one that holds today.
    pub fn this_unit(&self, i: usize) -> Option<Date> {
        if !self.is(i, Kind::Unit) || self.tok(i)?.len > 7 || self.value(i) < unit::WEEK || self.is(i + 1, Kind::Of) {
            return None;
        }
        if matches!(self.k(i + 1), Kind::AfterNext | Kind::After | Kind::Before | Kind::Num)
            || self.year(i + 1).is_some()
        {
            return None;
        }
        let code = self.value(i);
        let alts = Alts::span(self.unit_span(code, 0), "the current one")?;
        Date::new(i + 1, alts, Self::unit_grain(code))
    }

    /// 'March', 'March 2026', 'Nov , 2016', 'June next year', 'March after next'.
    pub fn month_period(&self, i: usize) -> Option<Date> {
        if !self.is(i, Kind::Month) || self.marked_before(i) {
            return None;
        }
        let month = self.value(i) as u32;
        let mut j = i + 1;
        if self.is(j, Kind::Dot) && self.tok(i)?.len <= 4 && !self.ends(j + 1) && self.year(j + 1).is_some() {
            j += 1;
        }
        if let Some((year, end)) = self.month_year(j) {
            return Date::new(end, Alts::span(resolve::month(year, month), "")?, Grain::Month);
        }
        if self.is(j, Kind::AfterNext) {
            let ahead = self.nearest(|y| resolve::month(y, month)).first()?.a.year();
            let n = if self.today.month() == month { 0 } else { 1 };
            let year = if self.value(j) > 0 { ahead + n } else { ahead - 2 };
            return Date::new(j + 1, Alts::span(resolve::month(year, month), "the one after the next")?, Grain::Month);
        }
        let alts = self.nearest(|y| resolve::month(y, month));
        Date::new(i + 1, alts, Grain::Month).map(|d| d.form(Form::Month(month)))
    }

    fn month_year(&self, i: usize) -> Option<(i32, usize)> {
        let found = self.year_after(i, true)?;
        // 'March 20' is a day, 'March 87' nothing; 'April of 87' a year.
        let two = self.tok(found.1 - 1).is_some_and(|t| t.kind == Kind::Num && t.len == 2);
        let said =
            matches!(self.k(i), Kind::Of | Kind::Apostrophe) || self.is(found.1.wrapping_sub(2), Kind::Apostrophe);
        (!two || said || self.value(found.1 - 1) > 31).then_some(found)
    }

    /// '2026' where a preposition, a range or a period around it makes it a year.
    pub fn year_period(&self, i: usize) -> Option<Date> {
        let (year, mut end) = self.year(i)?;
        if let Some(d) = self.year_then(year, end) {
            return Some(d);
        }
        if self.is(end, Kind::Word) && self.word_is(end, "ad") {
            end += 1;
        }
        Date::new(end, Alts::span(resolve::year(year), "")?, Grain::Year)
    }

    /// '2016 H2', '2017-q1', '2026-W12', '2016 the third quarter', '2016, nov'.
    fn year_then(&self, year: i32, i: usize) -> Option<Date> {
        let j = if matches!(self.k(i), Kind::Dash | Kind::Slash) { i + 1 } else { self.skip(i, &[Kind::Comma]) };
        let j = self.skip(j, &[Kind::The]);
        if self.line(j) {
            return None;
        }
        match self.k(j) {
            Kind::Word => self.letter_number(j).and_then(|(letter, n, end)| self.lettered_span(letter, n, year, end)),
            Kind::Month if self.tok(j)?.cap || !self.could_be_word(j) => {
                Date::new(j + 1, Alts::span(resolve::month(year, self.value(j) as u32), "")?, Grain::Month)
            }
            Kind::OrdWord | Kind::Ord if self.is(j + 1, Kind::Unit) && self.value(j + 1) == unit::QUARTER => {
                self.lettered_span(b'q', self.value(j), year, j + 2)
            }
            _ => None,
        }
    }

    /// '3/2015', '2015/3', '2016 - 11', '11 - 2016', '18q4', '2016'.
    fn numeric_period(&self, i: usize) -> Option<Date> {
        let t = self.tok(i)?;
        let sep = self.k(i + 1);
        if matches!(sep, Kind::Slash | Kind::Dash | Kind::Dot) && self.is(i + 2, Kind::Num) && !self.line(i + 2) {
            let u = self.tok(i + 2)?;
            let bare = !(self.glued(i)
                && i > 0
                && matches!(
                    self.k(i - 1),
                    Kind::Dash | Kind::Slash | Kind::Dot | Kind::Money | Kind::Word | Kind::Plus
                ))
                && !(self.glued(i + 3)
                    && matches!(self.k(i + 3), Kind::Dash | Kind::Slash | Kind::Word | Kind::Percent)
                    || self.glued(i + 3)
                        && self.is(i + 3, Kind::Dot)
                        && self.is(i + 4, Kind::Num)
                        && self.glued(i + 4));
            let month = |y: i32, m: i32| {
                (sep != Kind::Dot && bare && (1..=12).contains(&m))
                    .then(|| Alts::span(resolve::month(y, m as u32), ""))
                    .flatten()
            };
            let alts = match (t.len, u.len) {
                (4, 1 | 2) => month(t.value, u.value),
                (1 | 2, 4) => month(u.value, t.value),
                _ => None,
            };
            if let Some(alts) = alts {
                return Date::new(i + 3, alts, Grain::Month);
            }
        }
        if t.len == 2
            && let Some((b'q', n, end)) = self.letter_number(i + 1)
            && self.glued(i + 1)
        {
            return self.lettered_span(b'q', n, resolve::two_digit_year(t.value as u32)?, end);
        }
        self.year_period(i)
    }

    fn word_is(&self, i: usize, word: &str) -> bool {
        self.tok(i)
            .and_then(|t| self.text.get(t.start as usize..t.end as usize))
            .is_some_and(|w| w.eq_ignore_ascii_case(word))
    }

    /// 'Q3', 'H1', 'W12', 'FY26', 'CW12', 'WK12': the letters and the number.
    fn letter_number(&self, i: usize) -> Option<(u8, i32, usize)> {
        let t = self.tok(i)?;
        let n = self.tok(i + 1)?;
        if n.kind != Kind::Num
            || n.space && t.kind != Kind::Fiscal
            || self.glued(i) && i > 0 && self.k(i - 1) == Kind::Word
        {
            return None;
        }
        let letter = match t.kind {
            Kind::Fiscal => b'f',
            Kind::Unit if t.value == unit::WEEK && t.len == 2 => b'w',
            Kind::Word if t.len <= 2 => match self.text.get(t.start as usize..t.end as usize)? {
                "q" | "Q" => b'q',
                "h" | "H" => b'h',
                "w" | "W" | "cw" | "CW" | "kw" | "KW" => b'w',
                _ => return None,
            },
            _ => return None,
        };
        Some((letter, n.value, i + 2))
    }

    fn lettered_span(&self, letter: u8, n: i32, year: i32, end: usize) -> Option<Date> {
        let start = self.settings.fiscal_year_start.clamp(1, 12);
        match letter {
            b'q' => Date::new(end, Alts::span(resolve::quarter(year, n as u32, start), "")?, Grain::Quarter),
            b'h' if matches!(n, 1 | 2) => {
                let (a, _) = resolve::quarter(year, n as u32 * 2 - 1, start)?;
                let (_, b) = resolve::quarter(year, n as u32 * 2, start)?;
                Date::new(end, Alts::one(a, b, ""), Grain::Quarter)
            }
            b'w' => Date::new(end, Alts::span(resolve::iso_week(year, n as u32), "ISO week")?, Grain::Week),
            _ => None,
        }
    }

    /// 'Q1 2016', 'H2', 'W12', 'Q3 this year'.
    fn lettered(&self, i: usize) -> Option<Date> {
        let (letter, n, end) = self.letter_number(i)?;
        // 'Q3 FY26'
        if letter == b'q' && self.is(end, Kind::Fiscal) {
            let whole = self.fiscal(end)?;
            let alts = whole.alts.map(|a, _| {
                let from = resolve::add_months(a, i64::from(n - 1) * 3).filter(|_| (1..=4).contains(&n))?;
                Some((from, resolve::add_days(resolve::add_months(from, 3)?, -1)?))
            });
            return Date::new(whole.end, alts, Grain::Quarter);
        }
        if let Some((year, e)) = self.year_after(end, true) {
            return self.lettered_span(letter, n, year, e);
        }
        if !self.tok(i)?.cap && letter != b'q' || letter == b'h' && !self.may_end(end) {
            return None;
        }
        let alts =
            self.nearest(|y| self.lettered_span(letter, n, y, end).and_then(|d| d.alts.first().map(|x| (x.a, x.b))));
        let grain = self.lettered_span(letter, n, self.today.year(), end)?.grain;
        Date::new(end, alts, grain)
    }

    /// 'week 12', 'year 2012', 'the year of 2008', 'quarter 3'.
    fn named_unit(&self, i: usize, depth: u8) -> Option<Date> {
        match self.value(i) {
            unit::YEAR if self.tok(i)?.len != 5 => {
                let j = self.skip(i + 1, &[Kind::Of]);
                let (year, end) = self.year(j)?;
                Date::new(end, Alts::span(resolve::year(year), "")?, Grain::Year)
            }
            unit::WEEK | unit::QUARTER => {
                let j = self.skip(i + 1, &[Kind::HashSign]);
                if self.is(i + 1, Kind::Mod) || self.is(i + 1, Kind::Of) {
                    return if self.is(i + 1, Kind::Of) { self.week_of(i, depth) } else { None };
                }
                let t = self.tok(j)?;
                if t.kind != Kind::Num || t.len > 2 || self.is(j + 1, Kind::Dash) && self.is(j + 2, Kind::Num) {
                    return None;
                }
                let letter = if self.value(i) == unit::WEEK { b'w' } else { b'q' };
                if let Some((year, end)) = self.year_after(j + 1, true) {
                    return self.lettered_span(letter, t.value, year, end);
                }
                let this = self.lettered_span(letter, t.value, self.today.year(), j + 1)?;
                let alts = self.nearest(|y| {
                    self.lettered_span(letter, t.value, y, 0).and_then(|d| d.alts.first().map(|x| (x.a, x.b)))
                });
                // A week of this year, even a past one, before the same week of next year.
                let first = this.alts.first()?;
                let ahead = alts.first()?;
                let mut both = Alts::none();
                both.push(first.a, first.b, 0.6, "of this year");
                both.push(ahead.a, ahead.b, 0.3, ahead.why);
                Date::new(j + 1, both, this.grain)
            }
            _ => None,
        }
    }

    /// 'week after next', 'month before last', 'week after'.
    fn unit_after_next(&self, i: usize) -> Option<Date> {
        let code = self.value(i);
        let n = match self.k(i + 1) {
            Kind::AfterNext => i64::from(self.value(i + 1)),
            _ => return None,
        };
        let alts = Alts::span(self.unit_span(code, n), "the one after the next")?;
        Date::new(i + 2, alts, Self::unit_grain(code))
    }

    /// 'week commencing 16 March', 'w/c 16/3', 'week of the 18th', 'weekend of Halloween'.
    fn week_of(&self, i: usize, depth: u8) -> Option<Date> {
        let mut j = if self.is(i, Kind::Unit) { i + 2 } else { i + 1 };
        j = self.skip(j, &[Kind::Colon, Kind::Dot]);
        j = self.skip(j, &[Kind::On]);
        let day = match self.is(j, Kind::The) {
            true => self.bare_day(j + 1).or_else(|| self.day(j + 1, depth)),
            false => longest(self.day(j, depth), if self.is(j, Kind::Ord) { self.bare_day(j) } else { None }),
        }?;
        if !day.is_day() {
            return None;
        }
        let ending = self.is(i, Kind::WeekOf) && self.value(i) == 1;
        let alts = match ending {
            true => day.alts.map(|d, _| Some((resolve::add_days(d, -6)?, d))),
            false => {
                let mut alts = Alts::none();
                for d in day.alts.iter() {
                    let (a, b) = resolve::week(d.a, 0)?;
                    if d.a.weekday() == Weekday::Sun {
                        // No week commences on its last day: the one that follows is meant as often.
                        let (x, y) = resolve::week(d.a, 1)?;
                        alts.push(x, y, d.p * 0.55, "the week after that Sunday");
                        alts.push(a, b, d.p * 0.42, "the week of that day");
                    } else {
                        alts.push(a, b, d.p, d.why);
                    }
                }
                alts
            }
        };
        Date::new(day.end, alts.why("the week of that day"), Grain::Week)
    }

    /// 'weekend of Halloween', 'weekend of 14 March'.
    fn week_of_weekend(&self, i: usize, depth: u8) -> Option<Date> {
        if !self.is(i + 1, Kind::Of) {
            return None;
        }
        let day = self.day(self.skip(i + 2, &[Kind::The]), depth)?;
        let alts = day.alts.map(|d, _| {
            // A Monday's or Tuesday's weekend is the one before it.
            let sunday = resolve::week(resolve::add_days(d, -2)?, 0)?.1;
            Some((resolve::add_days(sunday, -1)?, sunday))
        });
        Date::new(day.end, alts.why("the weekend of that week"), Grain::Week)
    }

    /// '2 upcoming months', '10 previous weeks', '2 next days'.
    fn counted_mod(&self, i: usize) -> Option<Date> {
        let c = self.count(i).filter(|c| c.n > 0 && !c.half)?;
        // '23 next month' is a day of it.
        if c.n > 1
            && !self
                .tok(c.end + 1)
                .and_then(|t| self.text.as_bytes().get((t.end as usize).wrapping_sub(1)))
                .is_some_and(|b| b.eq_ignore_ascii_case(&b's'))
        {
            return None;
        }
        let n = match self.value(c.end) {
            1..=3 => 1,
            -2 | -1 => -1,
            _ => return None,
        };
        if !self.is(c.end, Kind::Mod) || !self.is(c.end + 1, Kind::Unit) {
            return None;
        }
        self.rolling(n, c.n, self.value(c.end + 1), c.end + 2)
    }

    /// 'the 1970s', '1990 s', "the '40s", 'the nineties'.
    fn decade(&self, i: usize) -> Option<Date> {
        let whole = |first: i32| Some((resolve::ymd(first, 1, 1)?, resolve::ymd(first + 9, 12, 31)?));
        let j = self.skip(i, &[Kind::Apostrophe]);
        let t = self.tok(j)?;
        if t.kind == Kind::Decade && self.is(i.wrapping_sub(1), Kind::The) {
            return Date::new(i + 1, Alts::span(whole(t.value), "the decade")?, Grain::Year);
        }
        let written = t.kind == Kind::Num && t.value % 10 == 0 && self.word_is(j + 1, "s");
        let said = j > i || self.is(i.wrapping_sub(1), Kind::The) || self.is(i.wrapping_sub(1), Kind::In);
        let first = match t.len {
            4 if written => t.value,
            2 if written && said && t.value >= 20 => 1900 + t.value,
            _ => return None,
        };
        Date::new(j + 2, Alts::span(whole(first), "the decade")?, Grain::Year)
    }

    /// 'FY26', 'fiscal year 2026', 'FY26/27'. A fiscal year that spans two is mostly named by the one it ends in.
    fn fiscal(&self, i: usize) -> Option<Date> {
        let j = self.skip(i + 1, &[Kind::Of]);
        let of = |k: usize| {
            let t = self.tok(k)?;
            match t.kind {
                Kind::Num if t.len == 2 => resolve::two_digit_year(t.value as u32),
                _ => self.year(k).map(|y| y.0),
            }
        };
        let year = of(j)?;
        let start = self.settings.fiscal_year_start.clamp(1, 12);
        let begins = resolve::fiscal_year(year, start);
        if matches!(self.k(j + 1), Kind::Slash | Kind::Dash) && of(j + 2) == Some(year + 1) {
            return Date::new(j + 3, Alts::span(begins, "")?, Grain::Year);
        }
        let (a, b) = begins?;
        let mut alts = Alts::none();
        if start == 1 {
            alts.push(a, b, 0.95, "");
        } else {
            if let Some((x, y)) = resolve::fiscal_year(year - 1, start) {
                alts.push(x, y, 0.6, "the fiscal year that ends in that year");
            }
            alts.push(a, b, 0.36, "the fiscal year that begins in that year");
        }
        Date::new(j + 1, alts, Grain::Year)
    }

    /// 'this summer', 'summer 2026'. Seasons begin at the solstices and equinoxes of the north, to the day.
    pub fn season(&self, i: usize, sense: i32, from: usize) -> Option<Date> {
        let span = |y: i32| match self.value(i) {
            0 => Some((resolve::ymd(y, 3, 20)?, resolve::ymd(y, 6, 20)?)),
            1 => Some((resolve::ymd(y, 6, 21)?, resolve::ymd(y, 9, 23)?)),
            2 => Some((resolve::ymd(y, 9, 23)?, resolve::ymd(y, 12, 20)?)),
            _ => Some((resolve::ymd(y, 12, 21)?, resolve::ymd(y + 1, 3, 19)?)),
        };
        if let Some((year, end)) = self.year_after(i + 1, false) {
            return Date::new(end, Alts::span(span(year), "")?, Grain::Quarter);
        }
        if from == i {
            return None;
        }
        let year = self.today.year();
        let alts = match sense {
            0 => self.nearest(span),
            n => {
                let behind = (-1..=2).filter_map(|n| span(year - n)).find(|s| s.1 < self.today);
                let ahead = (-1..=2).filter_map(|n| span(year + n)).find(|s| s.0 > self.today);
                Alts::span(if n < 0 { behind } else { ahead }, "the nearest")?
            }
        };
        Date::new(i + 1, alts, Grain::Quarter)
    }
}

/// The first or second half of a span.
pub fn half(a: NaiveDate, b: NaiveDate, grain: Grain, first: bool) -> Option<resolve::Span> {
    let middle = match grain {
        Grain::Week => resolve::add_days(a, 2)?.min(b),
        Grain::Month => resolve::add_days(a, 14)?,
        Grain::Quarter => resolve::add_days(a, 45)?,
        _ => resolve::add_days(resolve::add_months(a, 6)?, -1)?,
    };
    Some(if first { (a, middle) } else { (resolve::add_days(middle, 1)?.min(b), b) })
}
