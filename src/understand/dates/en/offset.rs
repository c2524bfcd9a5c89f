//! Days told by a distance: 'in 3 days', 'two weeks from today', '3 days after Easter', 'a week on Friday', 'the day after'.

use super::absolute::longest;
use super::length::Length;
use super::lex::Kind;
use super::parse::{Alts, Date, Form, Parse, weekday};
use super::period::unit;
use crate::understand::dates::{Grain, resolve};

impl Parse<'_> {
    /// '3 days ago', 'two weeks from today', '3 days after Easter', 'a week on Friday', '4 Tuesdays from now'.
    pub fn offset(&self, i: usize, depth: u8) -> Option<Date> {
        if let Some(found) = self.counted_weekdays(i) {
            return Some(found);
        }
        let by = self.length(i)?;
        let mut j = by.end;
        // "two weeks' notice from today"
        if self.is(j, Kind::Apostrophe) && !self.tok(j)?.space {
            j += 1;
        }
        j = self.skip(j, &[Kind::Notice]);
        let grain = if by.minutes != 0 { Grain::Minute } else { Grain::Day };
        match self.k(j) {
            Kind::Ago => {
                let later = self.text_is(j, "later") || self.text_is(j, "earlier");
                let anchor = if later { self.before.unwrap_or(self.today) } else { self.today };
                let day = self.moved(anchor, &by, i64::from(self.value(j)))?;
                let mut alts = Alts::one(day, day, if anchor == self.today { "" } else { "from the day named before" });
                if anchor != self.today
                    && let Some(d) = self.moved(self.today, &by, i64::from(self.value(j)))
                {
                    alts.push(d, d, 0.04, "from today");
                }
                let moved = Date::new(j + 1, alts, grain)?;
                Some(self.settle_on_weekday(moved, &by))
            }
            // 'two months after next Friday': the phrase 'after next' is not meant.
            Kind::AfterNext => {
                let after = self.value(j) > 0;
                let sign = if after { 1 } else { -1 };
                let anchor = match self.k(j + 1) {
                    Kind::Weekday => self.weekday_mod(sign, weekday(self.value(j + 1))?, j + 2),
                    Kind::Unit if self.value(j + 1) >= unit::WEEK => Date::new(
                        j + 2,
                        Alts::span(self.unit_span(self.value(j + 1), i64::from(sign)), "")?,
                        Grain::Day,
                    ),
                    _ => None,
                }?;
                let alts =
                    anchor.alts.map(|a, b| self.moved(if after { b } else { a }, &by, i64::from(sign)).map(|d| (d, d)));
                Date::new(anchor.end, alts, Grain::Day)
            }
            Kind::From | Kind::After | Kind::Since | Kind::Before if depth > 0 => {
                let sign = if self.is(j, Kind::Before) { -1 } else { 1 };
                if self.is(j, Kind::Since) && j == by.end {
                    return None;
                }
                let anchor = longest(self.day(j + 1, depth - 1), self.bare_anchor(j + 1, depth - 1))?;
                let alts = anchor
                    .alts
                    .map(|a, b| self.moved(if sign > 0 && a != b { b } else { a }, &by, sign).map(|d| (d, d)));
                let moved = Date::new(anchor.end, alts, Grain::Day)?;
                Some(self.settle_on_weekday(moved, &by))
            }
            // 'a week on Friday', 'two weeks on Monday'
            Kind::On
                if by.days > 0 && by.days % 7 == 0 && by.months == 0 && depth > 0 && self.is(j + 1, Kind::Weekday) =>
            {
                let day = self.weekday_date(j + 1, depth - 1)?;
                let alts = match day.form {
                    Form::Weekday(name) => Alts::day(
                        resolve::add_days(resolve::weekday_after(self.today, name)?, by.days),
                        "after the coming one",
                    )?,
                    _ => return None,
                };
                Date::new(day.end, alts, Grain::Day)
            }
            // 'a week today', 'two weeks tomorrow', 'three weeks Monday'
            Kind::Relative if by.days > 0 && by.days % 7 == 0 && by.months == 0 => {
                let base = resolve::add_days(self.today, i64::from(self.value(j)))?;
                let sign = if self.value(j) < 0 { -1 } else { 1 };
                Date::new(j + 1, Alts::day(self.moved(base, &by, sign), "")?, Grain::Day)
            }
            Kind::Weekday
                if by.days > 0
                    && by.days % 7 == 0
                    && by.months == 0
                    && (self.tok(i)?.kind == Kind::A || by.amount > 1)
                    && self.may_end(j + 1)
                    && !self.is(i.wrapping_sub(1), Kind::For) =>
            {
                let coming = resolve::weekday_after(self.today, weekday(self.value(j))?)?;
                Date::new(j + 1, Alts::day(resolve::add_days(coming, by.days), "after the coming one")?, Grain::Day)
            }
            _ => None,
        }
    }

    /// A span as an anchor: 'two weeks after the end of the month', '3 weeks from January'.
    pub fn bare_anchor(&self, i: usize, depth: u8) -> Option<Date> {
        match self.k(i) {
            Kind::The if matches!(self.k(i + 1), Kind::Ord | Kind::Num) => self.bare_day(i + 1),
            Kind::The | Kind::End | Kind::EndOf => self.period(i, depth),
            _ => None,
        }
    }

    /// '… on Friday' behind a moved day: that weekday of its week, or the next one.
    pub fn settle_on_weekday(&self, moved: Date, by: &Length) -> Date {
        if !(self.is(moved.end, Kind::On) && self.is(moved.end + 1, Kind::Weekday)) {
            return moved;
        }
        let Some(name) = weekday(self.value(moved.end + 1)) else { return moved };
        let weeks = by.months == 0 && by.days % 7 == 0 && by.workdays == 0;
        let alts = moved.alts.map_day(|d| {
            if weeks { resolve::weekday_of_week(d, name, 0) } else { resolve::weekday_on_or_after(d, name) }
        });
        Date::new(moved.end + 2, alts, Grain::Day).unwrap_or(moved)
    }

    /// '4 Tuesdays from now', '2 Thursdays back', 'two Monday later'.
    pub fn counted_weekdays(&self, i: usize) -> Option<Date> {
        let c = self.count(i).filter(|c| (1..=520).contains(&c.n) && !c.half)?;
        if !matches!(self.k(c.end), Kind::Weekday | Kind::Weekdays) {
            return None;
        }
        let from_now = self.is(c.end + 1, Kind::From)
            && (self.is(c.end + 2, Kind::Now) || self.is(c.end + 2, Kind::Relative) && self.value(c.end + 2) == 0);
        let within = self.is(i.wrapping_sub(1), Kind::In) && self.is(c.end, Kind::Weekdays);
        if !self.is(c.end + 1, Kind::Ago) && !from_now && !within {
            return None;
        }
        let name = weekday(self.value(c.end))?;
        let end = c.end + if from_now { 3 } else { 1 + usize::from(self.is(c.end + 1, Kind::Ago)) };
        let day = match self.value(c.end + 1) {
            _ if from_now || !self.is(c.end + 1, Kind::Ago) => {
                resolve::add_weeks(resolve::weekday_after(self.today, name)?, c.n - 1)
            }
            1 => resolve::add_weeks(resolve::weekday_after(self.today, name)?, c.n - 1),
            _ => resolve::add_weeks(resolve::weekday_before(self.today, name)?, 1 - c.n),
        };
        Date::new(end, Alts::day(day, "")?, Grain::Day)
    }

    /// 'in 3 days', "in a fortnight's time", 'within 3 working days', 'after 5 days'.
    pub fn offset_in(&self, i: usize, depth: u8) -> Option<Date> {
        let kind = self.k(i);
        let mut j = self.skip(i + 1, &[Kind::At]);
        if kind == Kind::In && self.is(j, Kind::Word) && self.text_is(j, "exactly") {
            j += 1;
        }
        if kind != Kind::In {
            j = self.skip(j, &[Kind::The]);
            j = self.skip(j, &[Kind::Mod]);
        }
        if kind == Kind::In
            && let Some(found) = self.counted_weekdays(j)
        {
            return Some(found);
        }
        let by = self.length(j)?;
        let mut end = by.end;
        let grain = if by.minutes != 0 { Grain::Minute } else { Grain::Day };
        match kind {
            Kind::In => {
                if self.is(j, Kind::Half) && by.parts == 0 {
                    return None;
                }
                if self.is(end, Kind::Apostrophe) {
                    end += 1;
                }
                if self.is(end, Kind::Word) && (self.text_is(end, "time") || self.text_is(end, "s")) {
                    end += 1;
                    if self.is(end, Kind::Word) && self.text_is(end, "time") {
                        end += 1;
                    }
                }
                // 'in 3 days after …': the anchor counts; 'in 10 years experience': no date.
                if let Some(found) = self.offset(j, depth) {
                    return Some(found);
                }
                if self.is(end, Kind::Age)
                    || self.is(end, Kind::Notice)
                    || self.is(end, Kind::A)
                    || self.is(end, Kind::Dash) && !self.tok(end)?.space
                {
                    return None;
                }
                end = self.skip_from_now(end);
                let day = self.moved(self.today, &by, 1)?;
                let moved = Date::new(end, Alts::one(day, day, ""), grain)?;
                Some(self.settle_on_weekday(moved, &by))
            }
            Kind::Within => {
                let mut from = self.today;
                let mut back = false;
                if matches!(self.k(end), Kind::Of | Kind::After | Kind::From | Kind::Before) && depth > 0 {
                    let anchor = self.day(end + 1, depth - 1)?;
                    back = self.is(end, Kind::Before);
                    (from, end) = (anchor.alts.first()?.a, anchor.end);
                } else {
                    end = self.skip_from_now(end);
                }
                let to = self.moved(from, &by, if back { -1 } else { 1 })?;
                let (a, b) = if back { (to, from) } else { (from, to) };
                Date::new(end, Alts::one(a, b, ""), Grain::Day)
            }
            _ => {
                if !(self.ends(end) || self.alone(i, end)) || by.minutes != 0 {
                    return None;
                }
                Date::new(end, Alts::day(self.moved(self.today, &by, 1), "")?, Grain::Day)
            }
        }
    }

    pub fn skip_from_now(&self, i: usize) -> usize {
        if self.is(i, Kind::From) && self.is(i + 1, Kind::Now) {
            return i + 2;
        }
        let j = self.skip(i, &[Kind::Ago]);
        if j > i && self.value(i) < 0 { i } else { j }
    }

    /// 'the day after', 'the day before Easter', 'week from Friday', 'the day' at the end of what is said.
    pub fn unit_beside(&self, i: usize, depth: u8) -> Option<Date> {
        let code = self.value(i);
        let singular = self.tok(i).is_some_and(|t| {
            matches!(
                (code, t.len),
                (unit::DAY, 3) | (unit::WEEK, 4) | (unit::MONTH, 5) | (unit::WORKDAY, 3..) | (unit::YEAR, 4)
            )
        });
        if !singular {
            return None;
        }
        let side = self.k(i + 1);
        if matches!(side, Kind::After | Kind::Before | Kind::From | Kind::Of) && depth > 0 {
            let sign = if side == Kind::Before { -1 } else { 1 };
            if side == Kind::Of && code != unit::DAY || side == Kind::From && code == unit::DAY {
                return None;
            }
            if let Some(anchor) = self.day(i + 2, depth - 1) {
                let one = self.unit_length(code, i + 1)?;
                let alts = match side {
                    Kind::Of => anchor.alts,
                    _ => anchor.alts.map_day(|a| self.moved(a, &one, sign)),
                };
                return Date::new(anchor.end, alts, Grain::Day);
            }
            // 'the day after': after the day named before, or today.
            if matches!(side, Kind::After | Kind::Before)
                && matches!(code, unit::DAY | unit::WORKDAY)
                && self.ends(i + 2)
                && self.is(i.wrapping_sub(1), Kind::The)
            {
                let one = self.unit_length(code, i + 1)?;
                let anchor = self.before.unwrap_or(self.today);
                return Date::new(i + 2, Alts::day(self.moved(anchor, &one, sign), "")?, Grain::Day);
            }
        }
        if side == Kind::Relative && code == unit::WEEK && self.value(i + 1) >= 0 {
            let base = resolve::add_days(self.today, i64::from(self.value(i + 1)))?;
            return Date::new(i + 2, Alts::day(resolve::add_weeks(base, 1), "")?, Grain::Day);
        }
        // 'I'm blocked for the day.'
        let said = matches!(self.k(i.wrapping_sub(2)), Kind::For) || i <= 1 || self.is(i.wrapping_sub(2), Kind::Rest);
        if code == unit::DAY
            && self.is(i.wrapping_sub(1), Kind::The)
            && said
            && self.tok(i).is_some_and(|t| t.len == 3)
            && self.ends(i + 1)
        {
            return Date::new(i + 1, Alts::one(self.today, self.today, "today"), Grain::Day);
        }
        None
    }
}
