//! Dates in numbers alone: '2026-03-16', '16.03.2026', '18/08', '20260316'; which number is the day.

use super::absolute::SEPARATORS;
use super::lex::{Kind, Tok};
use super::parse::{Alts, Date, Form, Order, Parse};
use crate::understand::dates::{DayOrder, Grain, Settings, resolve};
use chrono::{Datelike, NaiveDate};

/// Countries that write the month first (CLDR `en-*` and others, short date pattern).
const MONTH_FIRST: &[&str] =
    &["US", "PH", "FM", "GU", "PW", "UM", "VI", "AS", "MP", "PR", "MH", "CN", "TW", "JP", "KR"];
/// Unknown country, English: how likely the month stands first.
const MONTH_FIRST_P: f32 = 0.62;

impl Order {
    /// From the configuration; else the numeric dates of the text that leave no choice; else the country.
    pub fn of(toks: &[Tok], settings: &Settings) -> Self {
        match settings.day_order {
            DayOrder::DayFirst => return Self { day_first: true, sure: true },
            DayOrder::MonthFirst => return Self { day_first: false, sure: true },
            DayOrder::Auto => {}
        }
        let mut votes = 0i32;
        // The two numbers of the first pair, and whether every later pair repeats them.
        let (mut pair, mut same, mut pairs) = ((0, 0), (true, true), 0);
        for w in toks.windows(3) {
            let [x, sep, y] = w else { continue };
            if x.kind == Kind::Num && y.kind == Kind::Num && sep.kind == Kind::Slash && x.len <= 2 && y.len <= 2 {
                if (13..=31).contains(&x.value) && (1..=12).contains(&y.value) {
                    votes += 1;
                } else if (13..=31).contains(&y.value) && (1..=12).contains(&x.value) {
                    votes -= 1;
                }
                if pairs == 0 {
                    pair = (x.value, y.value);
                }
                same = (same.0 && x.value == pair.0, same.1 && y.value == pair.1);
                pairs += 1;
            }
        }
        // '10/03 or 11/03': what stays the same is the month.
        if votes == 0 && pairs > 1 && same.0 != same.1 {
            votes = if same.1 { 1 } else { -1 };
        }
        if votes != 0 {
            return Self { day_first: votes > 0, sure: true };
        }
        if settings.country.is_empty() {
            return Self { day_first: false, sure: false };
        }
        let month_first = MONTH_FIRST.iter().any(|c| settings.country.eq_ignore_ascii_case(c));
        Self { day_first: !month_first, sure: false }
    }
}

impl Parse<'_> {
    /// '2026-03-16', '16.03.2026', '03/16/26', '20260316', '18/08', '08/18'.
    pub fn numeric(&self, i: usize) -> Option<Date> {
        let t = self.tok(i)?;
        let before = i.wrapping_sub(1);
        if t.len == 8 {
            return self.compact(i);
        }
        let sep = self.k(i + 1);
        if !SEPARATORS.contains(&sep) || !self.is(i + 2, Kind::Num) || t.len > 4 || self.line(i + 2) {
            return None;
        }
        // Something that is no date hangs before: a price, a decimal, a path, a longer number.
        if self.glued(i) && i > 0 {
            match self.k(before) {
                // A year in front makes a date of what a path or a parameter holds: 'day=2026-03-16'.
                Kind::Equal | Kind::Slash if t.len == 4 && sep == Kind::Dash => {}
                Kind::Money
                | Kind::Percent
                | Kind::HashSign
                | Kind::Dot
                | Kind::Slash
                | Kind::Equal
                | Kind::Num
                | Kind::Plus => {
                    return None;
                }
                Kind::Dash
                    if self.glued(before)
                        && before > 0
                        && matches!(self.k(before - 1), Kind::Num | Kind::Ord)
                        && !self.dated_before(before, sep) =>
                {
                    return None;
                }
                Kind::Word | Kind::Underscore if t.len < 4 => return None,
                _ => {}
            }
        }
        let (x, y) = (t, self.tok(i + 2)?);
        let third = if self.k(i + 3) == sep && self.is(i + 4, Kind::Num) { self.tok(i + 4) } else { None };
        let Some(z) = third.filter(|_| !self.line(i + 4)) else { return self.two_numbers(i, x, y, sep) };
        // A fourth part: an IP address, a version, a telephone.
        if self.k(i + 5) == sep
            && self.glued(i + 5)
            && matches!(self.k(i + 6), Kind::Num | Kind::Word)
            && sep == Kind::Dot
            && self.glued(i + 6)
        {
            return None;
        }
        if self.k(i + 5) == sep
            && self.is(i + 6, Kind::Num)
            && self.glued(i + 5)
            && self.glued(i + 6)
            && sep != Kind::Dash
        {
            return None;
        }
        if self.glued(i + 5)
            && matches!(self.k(i + 5), Kind::Word | Kind::Percent)
            && self.tok(i + 5).is_some_and(|t| t.len > 1)
        {
            return None;
        }
        let end = i + 5;
        if x.len == 4 {
            if y.len > 2 || z.len > 2 {
                return None;
            }
            let day = resolve::ymd(x.value, y.value as u32, z.value as u32)
                .or_else(|| resolve::ymd(x.value, z.value as u32, y.value as u32))?;
            return Date::new(end, Alts::one(day, day, ""), Grain::Day);
        }
        if x.len > 2 || y.len > 2 || !matches!(z.len, 2 | 4) || z.value < 0 {
            return None;
        }
        // Dotted three small numbers are versions more often than dates, unless the day and month fill two places.
        if sep == Kind::Dot && z.len == 2 && (x.len < 2 || y.len < 2) && self.version_before(i) {
            return None;
        }
        if self.version_before(i) {
            return None;
        }
        let year = if z.len == 4 { z.value } else { resolve::two_digit_year(z.value as u32)? };
        self.ordered(x.value as u32, y.value as u32, sep, end, |m, d| resolve::ymd(year, m, d).map(|d| (Some(d), None)))
    }

    pub fn compact(&self, i: usize) -> Option<Date> {
        let t = self.tok(i)?;
        let before = i.wrapping_sub(1);
        if i > 0
            && self.glued(i)
            && matches!(self.k(before), Kind::Word | Kind::HashSign | Kind::Plus | Kind::Dot | Kind::Money)
        {
            return None;
        }
        if self.glued(i + 1) && matches!(self.k(i + 1), Kind::Word | Kind::Num) {
            return None;
        }
        let day = resolve::ymd(t.value / 10000, (t.value / 100 % 100) as u32, (t.value % 100) as u32)?;
        if !(1950..=2100).contains(&day.year()) {
            return None;
        }
        Date::new(i + 1, Alts::one(day, day, ""), Grain::Day)
    }

    /// '18/08', '2 - 15', '7.6' beside a weekday.
    pub fn two_numbers(&self, i: usize, x: &Tok, y: &Tok, sep: Kind) -> Option<Date> {
        let end = i + 3;
        if x.len > 2 || y.len > 2 || x.value == 0 || y.value == 0 {
            return None;
        }
        if self.version_before(i) {
            return None;
        }
        let weekday_before = matches!(self.k(i.wrapping_sub(1)), Kind::Weekday | Kind::Mod)
            || self.is(i.wrapping_sub(1), Kind::Comma) && self.is(i.wrapping_sub(2), Kind::Weekday);
        match sep {
            // '3-5 people', '9-6': a span of counts or hours, unless the text is this alone or a weekday stands before.
            Kind::Dash
                if !(self.alone(i, end)
                    || self.placed_day(i, x, y)
                    || weekday_before
                        && (x.len == 2 && y.len == 2
                            || x.value > 12
                            || y.value > 12
                            || self.weekday_fits(i, x, y))) =>
            {
                return None;
            }
            Kind::Dot
                if !(weekday_before || self.placed_day(i, x, y) || x.len == 2 && y.len == 2 && self.dotted_day(i)) =>
            {
                return None;
            }
            _ => {}
        }
        if self.glued(end) {
            match self.k(end) {
                Kind::Percent | Kind::Slash | Kind::Word | Kind::Underscore | Kind::Equal | Kind::Unit => return None,
                Kind::Dot if self.is(end + 1, Kind::Num) && self.glued(end + 1) => return None,
                Kind::Colon if self.is(end + 1, Kind::Num) && self.glued(end + 1) => return None,
                Kind::Dash if sep == Kind::Dash && self.glued(end + 1) => return None,
                _ => {}
            }
        }
        // '3/4 of staff', '1/2 day', '24/7'.
        if matches!(self.k(end), Kind::Of | Kind::Unit | Kind::Percent) && !self.is(end + 1, Kind::Month)
            || self.is(end, Kind::A)
            || (x.value == 24 && y.value == 7)
        {
            return None;
        }
        self.ordered(x.value as u32, y.value as u32, sep, end, |m, d| {
            Some(resolve::day_of_year(self.today, m, d)).filter(|(a, b)| a.is_some() || b.is_some())
        })
    }

    /// Both orders of two numbers through `of(month, day)`, ranked.
    pub fn ordered(
        &self,
        x: u32,
        y: u32,
        sep: Kind,
        end: usize,
        of: impl Fn(u32, u32) -> Option<(Option<NaiveDate>, Option<NaiveDate>)>,
    ) -> Option<Date> {
        let month_first = of(x, y).map(|days| (days, x, y));
        let day_first = if x == y { None } else { of(y, x).map(|days| (days, y, x)) };
        let (first, second, p) = match (month_first, day_first) {
            (Some(m), None) => (m, None, 0.95),
            (None, Some(d)) => (d, None, 0.95),
            (None, None) => return None,
            (Some(m), Some(d)) => {
                // Dots are day-first everywhere; else the order of the text.
                let day_leads = if self.order.sure || sep != Kind::Dot { self.order.day_first } else { true };
                let p = match () {
                    _ if self.order.sure => 0.9,
                    _ if sep == Kind::Dot => 0.85,
                    _ if self.settings.country.is_empty() => MONTH_FIRST_P,
                    _ => 0.8,
                };
                if day_leads { (d, Some(m), p) } else { (m, Some(d), p) }
            }
        };
        let ((ahead, behind), month, day) = first;
        let mut alts = match (ahead, behind) {
            (Some(d), None) if second.is_none() => Alts::one(d, d, ""),
            _ => self.ahead_or_behind(ahead.map(|d| (d, d)), behind.map(|d| (d, d))),
        };
        if let Some(((ahead, behind), ..)) = second {
            let why = if self.order.day_first || sep == Kind::Dot { "day first" } else { "month first" };
            let mut ranked = Alts::none();
            for d in alts.iter() {
                let why = if d.why.is_empty() || behind.is_none() { why } else { d.why };
                ranked.push(d.a, d.b, if behind.is_none() { p } else { d.p * p }, why);
            }
            let other = if why == "day first" { "month first" } else { "day first" };
            if let Some(d) = if self.past { behind.or(ahead) } else { ahead.or(behind) } {
                ranked.push(d, d, 0.95 - p, other);
            }
            alts = ranked;
        }
        let fixed = ahead.is_some() && behind.is_none();
        Date::new(end, alts, Grain::Day).map(|d| if fixed { d } else { d.form(Form::MonthDay(month, day)) })
    }

    /// The weekday before two numbers is the weekday of one of their dates this year.
    pub fn weekday_fits(&self, i: usize, x: &Tok, y: &Tok) -> bool {
        let Some(w) = super::parse::weekday(self.value(i.wrapping_sub(1))) else { return false };
        let (month, day) = if self.order.day_first { (y.value, x.value) } else { (x.value, y.value) };
        let near = resolve::day_of_year(self.today, month as u32, day as u32).0;
        near.is_some_and(|d| d.weekday() == w && (d - self.today).num_days() <= 31)
    }

    /// The dash at `dash` follows a date written with the same separator: '10-1-2018-10-7-2018', '10/1-11/7'.
    pub fn dated_before(&self, dash: usize, sep: Kind) -> bool {
        dash >= 3
            && self.k(dash - 2) == sep
            && self.is(dash - 3, Kind::Num)
            && (sep != Kind::Dash || self.tok(dash - 1).is_some_and(|t| t.len == 4))
    }

    /// 'on 4-22', 'by 22.04': behind a preposition of days two numbers that can only be a day and a month.
    pub fn placed_day(&self, i: usize, x: &Tok, y: &Tok) -> bool {
        let placed = matches!(
            self.k(i.wrapping_sub(1)),
            Kind::On | Kind::By | Kind::Until | Kind::Since | Kind::Before | Kind::After
        );
        placed && y.len == 2 && (x.value > 12) != (y.value > 12) && self.ends(i + 3)
    }

    /// '31.07' counts as a day after a preposition or a colon, where no decimal would stand.
    pub fn dotted_day(&self, i: usize) -> bool {
        let dot_after = self.is(i + 3, Kind::Dot) && self.glued(i + 3);
        let placed = matches!(
            self.k(i.wrapping_sub(1)),
            Kind::On | Kind::By | Kind::Until | Kind::From | Kind::Since | Kind::Before | Kind::After | Kind::To
        );
        let month = self.value(i + 2);
        (placed || dot_after)
            && (1..=12).contains(&month)
            && !matches!(self.k(i + 3), Kind::Word | Kind::Unit | Kind::Percent)
    }

    /// 'version 2.10.26', 'v3.1.20': the word or letter before says that numbers are no date.
    pub fn version_before(&self, i: usize) -> bool {
        i > 0 && self.is(i - 1, Kind::Label)
    }
}
