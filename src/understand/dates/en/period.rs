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
        let Some(deeper) = depth.checked_sub(1) else { return None };
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
    fn this_unit(&self, i: usize) -> Option<Date> {
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

    /// 'the 1970s', '1990 s', "the '40s".
    fn decade(&self, i: usize) -> Option<Date> {
        let j = self.skip(i, &[Kind::Apostrophe]);
        let t = self.tok(j)?;
        let written = t.kind == Kind::Num && t.value % 10 == 0 && self.word_is(j + 1, "s");
        let said = j > i || self.is(i.wrapping_sub(1), Kind::The) || self.is(i.wrapping_sub(1), Kind::In);
        let first = match t.len {
            4 if written => t.value,
            2 if written && said && t.value >= 20 => 1900 + t.value,
            _ => return None,
        };
        let span = Some((resolve::ymd(first, 1, 1)?, resolve::ymd(first + 9, 12, 31)?));
        Date::new(j + 2, Alts::span(span, "the decade")?, Grain::Year)
    }

    /// 'later this month', 'earlier this year', 'later in the week'.
    fn so_far(&self, i: usize, depth: u8) -> Option<Date> {
        let later = self.text_is(i, "later");
        if !later && !self.text_is(i, "earlier") {
            return None;
        }
        let mut j = self.skip(i + 1, &[Kind::In, Kind::Of]);
        if self.is(j, Kind::The) && j == i + 2 {
            j += 1;
        }
        let whole = match self.k(j) {
            Kind::Mod => self.period(j, depth),
            Kind::Unit if j > i + 1 && self.value(j) >= unit::WEEK => Date::new(
                j + 1,
                Alts::span(self.unit_span(self.value(j), 0), "the current one")?,
                Self::unit_grain(self.value(j)),
            ),
            _ => None,
        }?;
        let first = *whole.alts.first()?;
        if !(first.a..=first.b).contains(&self.today) {
            return self.edge_of(if later { Kind::Late } else { Kind::Early }, whole);
        }
        let mut alts = Alts::none();
        if later {
            if let Some((a, b)) = half(first.a, first.b, whole.grain, false).filter(|s| s.0 > self.today) {
                alts.push(a, b, 0.5, "its second half");
            }
            alts.push(self.today, first.b, if alts.is_empty() { 0.9 } else { 0.44 }, "from today on");
        } else {
            alts.push(first.a, self.today, 0.9, "up to today");
        }
        Date::new(whole.end, alts, whole.grain)
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

    /// 'EOM', 'month end', 'EOY', 'BOM'.
    fn edge_word(&self, i: usize) -> Option<Date> {
        let code = self.value(i);
        // 'end of the month after next' goes on.
        let whole = Date::new(i + 1, Alts::span(self.unit_span(code, 0), "")?, Self::unit_grain(code))?;
        self.edge_of(if self.is(i, Kind::EndOf) { Kind::End } else { Kind::Begin }, whole)
    }

    /// 'end of next week', 'early March', 'mid-May', 'beginning of the month', 'rest of the year'.
    pub fn edge(&self, i: usize, depth: u8) -> Option<Date> {
        let which = self.k(i);
        let mut j = i + 1;
        let mut linked = false;
        for _ in 0..3 {
            match self.k(j) {
                Kind::Of | Kind::In | Kind::Dash | Kind::To => linked = true,
                Kind::At => {}
                _ => break,
            }
            j += 1;
        }
        if which == Kind::Rest
            && linked
            && self.is(j, Kind::The)
            && self.is(j + 1, Kind::Unit)
            && self.value(j + 1) == unit::DAY
        {
            return None;
        }
        // 'end March' and 'early next month' need no 'of'; 'start next week' is a verb.
        let article = self.is(j, Kind::The);
        if self.line(j) {
            return None;
        }
        let whole = match self.k(j) {
            Kind::The if linked => self.this_unit(j + 1).or_else(|| self.period(j + 1, depth)),
            Kind::Unit
                if linked && self.value(j) >= unit::WEEK && self.tok(j)?.len <= 7 && !self.is(j + 1, Kind::Of) =>
            {
                longest(
                    Date::new(
                        j + 1,
                        Alts::span(self.unit_span(self.value(j), 0), "the current one")?,
                        Self::unit_grain(self.value(j)),
                    ),
                    self.period(j, depth),
                )
            }
            Kind::Num | Kind::Cardinal | Kind::Ord | Kind::OrdWord if !linked && which != Kind::Middle => return None,
            Kind::Num | Kind::Cardinal => self.period(j, depth),
            _ if linked
                || matches!(which, Kind::Early | Kind::Late | Kind::Middle)
                || which == Kind::End && self.is(j, Kind::Month) =>
            {
                self.period(j, depth)
            }
            _ => None,
        }?;
        if whole.grain < Grain::Week || article && !linked {
            return None;
        }
        self.edge_of(which, whole)
    }

    /// The part of a span: thirds of weeks and months, quarters of years.
    fn edge_of(&self, which: Kind, whole: Date) -> Option<Date> {
        let grain = whole.grain;
        let mut alts = Alts::none();
        for d in whole.alts.iter() {
            let (a, b) = (d.a, d.b);
            let last = if grain == Grain::Week && (b - a).num_days() == 6 { resolve::add_days(b, -2)? } else { b };
            let mut add = |s: Option<resolve::Span>, p: f32, why| {
                if let Some((x, y)) = s {
                    alts.push(x, y, p * d.p, why);
                }
            };
            match which {
                Kind::End => {
                    add(Some((last, last)), 0.58, "its last day");
                    add(end_third(a, b, grain), 0.43, "its last part");
                }
                Kind::Late => {
                    add(end_third(a, b, grain), 0.55, "its last part");
                    add(half(a, b, grain, false), 0.43, "its second half");
                }
                Kind::Begin => {
                    add(begin_third(a, b, grain), 0.95, "its first part");
                }
                Kind::Early => {
                    add(begin_third(a, b, grain), 0.55, "its first part");
                    add(half(a, b, grain, true), 0.43, "its first half");
                }
                Kind::Middle => {
                    add(middle_third(a, b, grain), 0.55, "its middle");
                    if grain == Grain::Month {
                        add(Some((resolve::add_days(a, 9)?, resolve::add_days(a, 19)?)), 0.43, "around its middle");
                    }
                }
                _ => add((self.today <= b).then_some((self.today.max(a), b)), 0.95, "from today on"),
            }
        }
        Date::new(whole.end, alts, grain)
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
                if !of
                    && !(matches!(self.k(k), Kind::Mod | Kind::Word)
                        || self.is(k, Kind::Num) && self.year(k).is_some()
                        || self.is(k, Kind::Month)
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
    fn nth_in(&self, n: i32, kind: Kind, value: i32, a: NaiveDate, b: NaiveDate) -> Option<resolve::Span> {
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
    fn nth_period(&self, i: usize, depth: u8) -> Option<Date> {
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

fn begin_third(a: NaiveDate, b: NaiveDate, grain: Grain) -> Option<resolve::Span> {
    Some(match grain {
        Grain::Week => (a, resolve::add_days(a, 2)?.min(b)),
        Grain::Month => (a, resolve::add_days(a, 9)?),
        _ => (a, resolve::add_days(resolve::add_months(a, if grain == Grain::Year { 3 } else { 1 })?, -1)?),
    })
}

fn middle_third(a: NaiveDate, b: NaiveDate, grain: Grain) -> Option<resolve::Span> {
    Some(match grain {
        Grain::Week => (resolve::add_days(a, 2)?.min(b), resolve::add_days(a, 3)?.min(b)),
        Grain::Month => (resolve::add_days(a, 10)?, resolve::add_days(a, 19)?),
        Grain::Quarter => (resolve::add_months(a, 1)?, resolve::add_days(resolve::add_months(a, 2)?, -1)?),
        _ => (resolve::add_months(a, 4)?, resolve::add_days(resolve::add_months(a, 8)?, -1)?),
    })
}

fn end_third(a: NaiveDate, b: NaiveDate, grain: Grain) -> Option<resolve::Span> {
    Some(match grain {
        Grain::Week => (resolve::add_days(b, -2)?.max(a), b),
        Grain::Month => (resolve::add_days(a, 20)?.min(b), b),
        Grain::Quarter => (resolve::add_months(a, 2)?, b),
        _ => (resolve::add_months(a, 8)?, b),
    })
}

fn half(a: NaiveDate, b: NaiveDate, grain: Grain, first: bool) -> Option<resolve::Span> {
    let middle = match grain {
        Grain::Week => resolve::add_days(a, 2)?.min(b),
        Grain::Month => resolve::add_days(a, 14)?,
        Grain::Quarter => resolve::add_days(a, 45)?,
        _ => resolve::add_days(resolve::add_months(a, 6)?, -1)?,
    };
    Some(if first { (a, middle) } else { (resolve::add_days(middle, 1)?.min(b), b) })
}
