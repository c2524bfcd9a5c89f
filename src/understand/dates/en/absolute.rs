//! Dates that name their day and month: '16 March 2026', 'March 16th', '2026-03-16', '18/08', 'Oct-2'.

use super::lex::Kind;
use super::parse::{Alts, Date, Form, Parse};
use crate::understand::dates::{Grain, resolve};
use chrono::Datelike;

/// Marks between the numbers of a date.
pub const SEPARATORS: [Kind; 3] = [Kind::Slash, Kind::Dash, Kind::Dot];

impl Parse<'_> {
    /// Any absolute date at `i`.
    pub fn absolute(&self, i: usize) -> Option<Date> {
        match self.k(i) {
            Kind::Num => longest(self.numeric(i), longest(self.year_first(i), self.day_month(i))),
            Kind::Ord | Kind::OrdWord | Kind::Cardinal => self.day_month(i),
            Kind::Month => self.month_day(i),
            _ => None,
        }
    }

    /// 'March 16', 'Mar. 16th, 2026', 'Oct-2', 'September the twenty-first nineteen seventy eight'.
    pub fn month_day(&self, i: usize) -> Option<Date> {
        if !self.is(i, Kind::Month) || self.marked_before(i) {
            return None;
        }
        let month = self.value(i) as u32;
        let mut j = i + 1;
        if SEPARATORS.contains(&self.k(j)) && self.glued(j) || self.is(j, Kind::Comma) && !self.line(j + 1) {
            j += 1;
        }
        let sep = j > i + 1 && self.glued(j - 1) && self.glued(j);
        if self.is(j, Kind::The) {
            j += 1;
        }
        if self.line(j) {
            return None;
        }
        let (day, mut end, sure) = self.day_number(j)?;
        if !sure && (self.clock_follows(j) || self.is(end, Kind::Percent)) {
            return None;
        }
        // 'you may 3 …', 'march 20 people': a count, not a day.
        if !sure && !self.tok(i)?.cap && self.could_be_word(i) && self.is(end, Kind::Word) && !self.ends(end) {
            return None;
        }
        if self.is(end, Kind::Unit) && self.value(end) == 3 && sure {
            end += 1;
        }
        if let Some((year, e)) = self.year_after(end, sep) {
            let day = resolve::ymd(year, month, day)?;
            return Date::new(e, Alts::one(day, day, ""), Grain::Day);
        }
        self.yearless(month, day, end)
    }

    /// '16 March 2026', '3rd of May', '14april', '22/Jan/2019', 'the 15th day of June'.
    pub fn day_month(&self, i: usize) -> Option<Date> {
        let (day, mut j, sure) = self.day_number(i)?;
        if self.marked_before(i) && !matches!(self.k(i.wrapping_sub(1)), Kind::Dash | Kind::Underscore) {
            return None;
        }
        if sure && self.is(j, Kind::Unit) && self.value(j) == 3 && self.is(j + 1, Kind::Of) {
            j += 1;
        }
        let mut sep = false;
        if SEPARATORS.contains(&self.k(j)) {
            sep = self.glued(j) && self.glued(j + 1);
            j += 1;
        } else if matches!(self.k(j), Kind::Of | Kind::In) {
            j = self.skip(j + 1, &[Kind::The]);
        } else if self.is(j, Kind::Comma) && self.is(j + 1, Kind::Month) {
            j += 1;
        }
        if !self.is(j, Kind::Month) || self.line(j) {
            return None;
        }
        let month = self.value(j) as u32;
        // '3 may be …', '20 march through …': the word, not the month.
        let t = self.tok(j)?;
        let cardinal = self.is(i, Kind::Cardinal);
        if cardinal
            && !sep
            && !t.cap
            && self.could_be_word(j)
            && j == self.day_number(i)?.1
            && !self.ends(j + 1)
            && self.year_after(j + 1, false).is_none()
        {
            return None;
        }
        if !sure
            && !sep
            && !t.cap
            && t.len <= 5
            && self.could_be_word(j)
            && self.is(j + 1, Kind::Word)
            && !self.glued(j)
        {
            return None;
        }
        let mut end = j + 1;
        if self.is(end, Kind::Dot) && self.tok(j)?.len <= 4 && (sep || self.year(end + 1).is_some()) {
            end += 1;
        }
        if let Some((year, e)) = self.year_after(end, sep) {
            let day = resolve::ymd(year, month, day)?;
            return Date::new(e, Alts::one(day, day, ""), Grain::Day);
        }
        self.yearless(month, day, j + 1)
    }

    /// A day and month whose year is the nearest.
    pub fn yearless(&self, month: u32, day: u32, end: usize) -> Option<Date> {
        let (ahead, behind) = resolve::day_of_year(self.today, month, day);
        let alts = self.ahead_or_behind(ahead.map(|d| (d, d)), behind.map(|d| (d, d)));
        Date::new(end, alts, Grain::Day).map(|d| d.form(Form::MonthDay(month, day)))
    }

    /// The year that follows a day and month: ', 2026', ' 2026', '-26', 'of 1995', 'in 2020', 'next year'.
    pub fn year_after(&self, i: usize, sep: bool) -> Option<(i32, usize)> {
        if self.line(i) {
            return None;
        }
        let mut j = i;
        match self.k(i) {
            Kind::Comma | Kind::Of | Kind::In => j = self.skip(i + 1, &[Kind::The]),
            Kind::Dash | Kind::Slash | Kind::Dot if self.glued(i) && self.glued(i + 1) || self.is(i, Kind::Dot) => {
                j += 1
            }
            _ => {}
        }
        if j > i && self.is(j, Kind::Unit) && self.value(j) == 9 {
            j += 1;
        }
        if self.line(j) {
            return None;
        }
        if let Some((year, end)) = self.year(j) {
            // '14 October 2000 pieces' is rare; '10:30' after the day is a clock.
            return Some((year, end));
        }
        let t = self.tok(j)?;
        if t.kind == Kind::Num && t.len == 2 && !self.clock_follows(j) && !self.is(j + 1, Kind::Unit) {
            let joined = (sep && j == i + 1 && self.glued(j)) || (self.is(i, Kind::Of) && j == i + 1);
            let plain = j == i
                && !matches!(self.k(i.wrapping_sub(2)), Kind::Of | Kind::In)
                && matches!(self.k(i.wrapping_sub(1)), Kind::OrdWord | Kind::Ord | Kind::Month)
                && self.ends(j + 1);
            // "January first 12", "5 Mar 26"
            if joined || plain && self.may_end(j + 1) && t.value != 0 {
                return Some((resolve::two_digit_year(t.value as u32)?, j + 1));
            }
        }
        if t.kind == Kind::Mod && self.is(j + 1, Kind::Unit) && self.value(j + 1) == 9 && matches!(t.value, -1..=1) {
            return Some((self.today.year() + t.value, j + 2));
        }
        None
    }

    /// '2026-sep-1', '2020/23/Sep', '23-2020-September', '2026, 3 March'.
    fn year_first(&self, i: usize) -> Option<Date> {
        let t = self.tok(i)?;
        if t.kind != Kind::Num || !SEPARATORS.contains(&self.k(i + 1)) || !SEPARATORS.contains(&self.k(i + 3)) {
            return None;
        }
        let (month, day, year) = match (self.k(i + 2), self.k(i + 4)) {
            (Kind::Month, Kind::Num) if t.len == 4 => (self.value(i + 2), self.value(i + 4), t.value),
            (Kind::Num, Kind::Month) if t.len == 4 => (self.value(i + 4), self.value(i + 2), t.value),
            (Kind::Num, Kind::Month) if self.tok(i + 2)?.len == 4 => (self.value(i + 4), t.value, self.value(i + 2)),
            _ => return None,
        };
        let day = resolve::ymd(year, month as u32, day as u32)?;
        Date::new(i + 5, Alts::one(day, day, ""), Grain::Day)
    }

    /// A mark that makes the word no date stands before: '$DEC', '#may'.
    pub fn marked_before(&self, i: usize) -> bool {
        i > 0
            && self.glued(i)
            && matches!(self.k(i - 1), Kind::Money | Kind::HashSign | Kind::AtSign | Kind::Underscore)
    }

    /// The month's name is also a word or a person's name.
    pub fn could_be_word(&self, i: usize) -> bool {
        self.tok(i).is_some_and(|t| matches!((t.value, t.len), (3 | 4 | 5 | 6 | 8, 3..) | (1, 3)))
    }

    /// The number at `i` begins a clock time: '10:30', '5pm', '8h'.
    pub fn clock_follows(&self, i: usize) -> bool {
        match self.k(i + 1) {
            Kind::Colon => self.glued(i + 1) && self.is(i + 2, Kind::Num) && self.glued(i + 2),
            Kind::Meridiem | Kind::Oclock => true,
            Kind::Dot => {
                self.glued(i + 1) && self.is(i + 2, Kind::Num) && self.glued(i + 2) && self.is(i + 3, Kind::Meridiem)
            }
            Kind::Word => self.glued(i + 1) && self.tok(i + 1).is_some_and(|t| t.len == 1),
            _ => false,
        }
    }
}

/// The one that reaches further; the first where both reach as far.
pub fn longest(a: Option<Date>, b: Option<Date>) -> Option<Date> {
    match (a, b) {
        (Some(x), Some(y)) => Some(if y.end > x.end { y } else { x }),
        (x, y) => x.or(y),
    }
}
