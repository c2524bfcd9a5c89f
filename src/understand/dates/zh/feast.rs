//! The year and the week beside a named day: 2018感恩节, 排灯节（2018年）, 三年前的春节, 感恩节周末, 国庆那周.

use super::super::{Grain, resolve};
use super::length::Length;
use super::number::number;
use super::reader::Reader;
use super::value::{Form, Piece};
use super::words::Class;
use chrono::{Datelike, NaiveDate, Weekday};

/// Years that a number beside a named day may mean.
const YEARS: std::ops::RangeInclusive<u32> = 1900..=2200;

impl Reader<'_> {
    /// A plain number of four digits that is a year, and the place after it.
    fn bare_year(&self, at: usize) -> Option<(i32, usize)> {
        let n = number(self.t, at).filter(|n| n.length == 4 && YEARS.contains(&n.value))?;
        Some((n.value as i32, n.end))
    }

    /// 2018感恩节, 2018 国庆: the year without 年.
    pub fn year_glued(&self, at: usize) -> Option<Piece> {
        if self.before(at).is_some_and(|c| c.is_ascii_alphanumeric() || "._-/#￥$".contains(c)) {
            return None;
        }
        let (year, end) = self.bare_year(at)?;
        self.named_in(at, self.blanks(end), Some(year))
    }

    /// The year after a named day: 感恩节2018, 感恩节 2018年, 感恩节（2018年）, 感恩节，2018年; and the place after it.
    pub fn year_behind(&self, end: usize) -> Option<(i32, usize)> {
        let gap = self.blanks(end);
        let open = self.c(gap) == Some('(');
        let at = if open || self.c(gap) == Some(',') { self.blanks(gap + 1) } else { gap };
        // A year of its own word (今年) or one of two digits belongs to what follows; so does a year with a month.
        let (year, after) = self.bare_year(at)?;
        let said = self.eat('年', self.blanks(after));
        let after = said.unwrap_or(after);
        if open {
            return self.eat(')', self.blanks(after)).map(|end| (year, end));
        }
        let rest = self.blanks(after);
        let goes_on = self.c(after).is_some_and(|c| c.is_ascii_alphanumeric() || "-./:%年月个人元".contains(c))
            || number(self.t, rest).is_some()
            || self.named_word(rest, false).is_some();
        // After a comma the year must be alone: 春节放假，2018年我们再议.
        let alone = self.c(gap) != Some(',') || said.is_some() && self.ends_here(after);
        (!goes_on && alone).then_some((year, after))
    }

    /// 三年前的春节, 两年后的感恩节: whole years keep the feast and move its year.
    pub fn years_to_feast(&self, at: usize, length: &Length) -> Option<Piece> {
        let whole = length.years > 0 && (length.months, length.weeks, length.days, length.working_days) == (0, 0, 0, 0);
        if !whole || length.minutes > 0 || self.number_goes_on(at) {
            return None;
        }
        let (way, end) = self.offset_word(length.end).filter(|(way, _)| way.abs() == 1)?;
        let years = i32::try_from(length.years).ok()? * way.signum();
        self.named_in(at, self.of(end), Some(self.today.year().checked_add(years)?))
    }

    /// 感恩节周末, 国庆那周: the weekend or the week of a day; None where no such word follows.
    pub fn around_feast(&self, piece: &Piece) -> Option<Piece> {
        let at = self.of(piece.end);
        let weekend = self.word(Class::Weekend, at).map(|(_, end)| end);
        let end = weekend.or_else(|| self.word(Class::ThatWeek, at).map(|(_, end)| end))?;
        let cands = piece.cands.map(|c| if weekend.is_some() { weekend_of(c.from) } else { resolve::week(c.from, 0) });
        cands.first()?;
        Some(Piece::new(piece.start, end, cands, Grain::Week, Form::Period))
    }
}

/// The weekend of a day, with the Friday or Monday that makes it long.
fn weekend_of(day: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    match day.weekday() {
        Weekday::Mon => Some((resolve::add_days(day, -2)?, day)),
        Weekday::Fri => Some((day, resolve::add_days(day, 2)?)),
        _ => {
            let (monday, sunday) = resolve::week(day, 0)?;
            Some((resolve::add_days(monday, 5)?, sunday))
        }
    }
}
