//! Lengths of time: '3 weeks', 'a year and a half', '10 working days'; moving a day by one, and those that stand alone.

use super::lex::Kind;
use super::parse::Parse;
use super::period::unit;
use crate::understand::dates::{Duration, Unit, resolve};
use chrono::NaiveDate;

/// Words between a number and its unit: '6 more weeks', 'four consecutive months'.
const FILLERS: [&str; 7] = ["more", "full", "whole", "clear", "further", "consecutive", "additional"];

/// A length of time: months and days counted apart, working days apart from both.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Length {
    pub months: i64,
    pub days: i64,
    pub workdays: i64,
    pub minutes: i64,
    pub end: usize,
    /// Unit code of the last part.
    pub unit: i32,
    /// Amount of the last part, for one that stands alone.
    pub amount: i64,
    pub parts: u8,
}

impl Parse<'_> {
    /// A length of time: '3 weeks', '1 month 2 years 21 days', 'two and a half days', '3-month'.
    pub fn length(&self, i: usize) -> Option<Length> {
        let mut out = Length::default();
        let mut j = i;
        for _ in 0..4 {
            let Some(c) = self.count(j) else { break };
            let mut k = c.end;
            // 'of' in 'a couple of weeks' is in the phrase; '3-week', '6 more weeks', 'four consecutive months'.
            let between = match self.k(k) {
                Kind::Dash => true,
                Kind::Word => FILLERS.iter().any(|w| self.text_is(k, w)),
                _ => false,
            };
            if between && self.is(k + 1, Kind::Unit) {
                k += 1;
            }
            if !self.is(k, Kind::Unit) || self.line(k) || c.n == 0 && !c.half {
                break;
            }
            let code = self.value(k);
            let mut n = c.n;
            let mut half = c.half;
            k += 1;
            // 'a year and a half'
            if self.is(k, Kind::And) && self.is(k + 1, Kind::A) && self.is(k + 2, Kind::Half) {
                (half, k) = (true, k + 3);
            }
            let halves = i64::from(half);
            match code {
                unit::MINUTE => out.minutes += n,
                unit::HOUR => out.minutes += n * 60 + halves * 30,
                unit::DAY => out.days += n,
                unit::WORKDAY => out.workdays += n,
                unit::WEEK => out.days += n * 7 + halves * 3,
                unit::FORTNIGHT => out.days += n * 14 + halves * 7,
                unit::WEEKEND => out.days += n * 7,
                unit::MONTH => {
                    out.months += n;
                    out.days += halves * 15;
                }
                unit::QUARTER => out.months += n * 3,
                unit::YEAR => out.months += n * 12 + halves * 6,
                unit::DECADE => out.months += n * 120,
                _ => break,
            }
            if c.half && n == 0 {
                n = 1;
            }
            (out.unit, out.amount, out.end, out.parts) = (code, n, k, out.parts + 1);
            let next = self.skip(k, &[Kind::Comma]);
            let next = self.skip(next, &[Kind::And]);
            if self.line(next) {
                break;
            }
            j = next;
        }
        (out.parts > 0).then_some(out)
    }

    /// A day moved by a length, forward or back.
    pub fn moved(&self, day: NaiveDate, by: &Length, sign: i64) -> Option<NaiveDate> {
        let mut day = resolve::add_months(day, by.months.checked_mul(sign)?)?;
        day = resolve::add_days(day, by.days.checked_mul(sign)?)?;
        if by.workdays != 0 {
            day = self
                .calendar()
                .add_working_days(day, i32::try_from(by.workdays.checked_mul(sign)?).ok()?.clamp(-3000, 3000));
        }
        if by.minutes != 0 {
            let moved = self.now.checked_add_signed(chrono::TimeDelta::try_minutes(by.minutes.checked_mul(sign)?)?)?;
            if day == self.today {
                day = moved.date();
            }
        }
        resolve::checked(day)
    }

    pub fn unit_length(&self, code: i32, end: usize) -> Option<Length> {
        let mut one = Length { end, unit: code, amount: 1, parts: 1, ..Length::default() };
        match code {
            unit::DAY => one.days = 1,
            unit::WORKDAY => one.workdays = 1,
            unit::WEEK => one.days = 7,
            unit::MONTH => one.months = 1,
            unit::YEAR => one.months = 12,
            _ => return None,
        }
        Some(one)
    }

    /// A length of time that stands alone: 'for six weeks', 'a three-month contract'.
    pub fn duration(&self, i: usize) -> Option<(Duration, usize)> {
        if !matches!(self.k(i), Kind::Num | Kind::Cardinal | Kind::A | Kind::Half) {
            return None;
        }
        let by = self.length(i)?;
        if by.minutes != 0 {
            return None;
        }
        let before = self.k(i.wrapping_sub(1));
        let article = self.is(i, Kind::A) && !matches!(self.k(i + 1), Kind::Cardinal | Kind::Num);
        // 'a day', 'a week' alone tell a rate or a time as often as a length; 'three days a week' is a rate.
        let notice =
            self.is(by.end, Kind::Notice) || self.is(by.end, Kind::Apostrophe) && self.is(by.end + 1, Kind::Notice);
        if article && !matches!(before, Kind::For | Kind::Within) && !notice
            || self.is(by.end, Kind::Age)
            || matches!(self.k(by.end), Kind::A | Kind::Every)
            || self.is(by.end, Kind::Slash)
            || before == Kind::Money
            || self.text_is(by.end, "per")
        {
            return None;
        }
        let (amount, unit) = match () {
            _ if by.parts == 1 => match by.unit {
                unit::DAY => (by.days, Unit::Day),
                unit::WORKDAY => (by.workdays, Unit::WorkingDay),
                unit::WEEK | unit::FORTNIGHT if by.days % 7 == 0 => (by.days / 7, Unit::Week),
                unit::YEAR if by.months % 12 == 0 => (by.months / 12, Unit::Year),
                unit::MONTH | unit::QUARTER | unit::YEAR if by.days == 0 => (by.months, Unit::Month),
                unit::WEEKEND => return None,
                _ => (by.months * 30 + by.days, Unit::Day),
            },
            _ if by.months > 0 && by.days == 0 && by.workdays == 0 => (by.months, Unit::Month),
            _ => (by.months * 30 + by.days + by.workdays, Unit::Day),
        };
        let amount = u32::try_from(amount).ok().filter(|n| *n > 0)?;
        Some((Duration { span: self.span(i, by.end), amount, unit }, by.end))
    }
}
