//! The two ends of a range: 3月1日至5月31日, 3月和5月之间, 15-20日, 2010年之后2018年之前.

use super::super::{Grain, resolve};
use super::day::weekday;
use super::join::Hit;
use super::number::number;
use super::reader::Reader;
use super::value::{Cand, Cands, Form, Piece};
use super::words::Class;
use chrono::{Datelike, NaiveDate};

impl Reader<'_> {
    /// The piece, or the range that it begins.
    pub fn ranged(&self, first: Piece) -> Piece {
        if let Some(range) = self.between(&first) {
            return range;
        }
        // 3月1日起至5月31日止, 从周五开始到周日.
        let at = self.blanks(first.end);
        let at = match self.bound_word(at) {
            Some((4, end)) => self.blanks(end),
            _ => at,
        };
        let at = self.eat(',', at).map_or(at, |a| {
            if self.is(Class::To, self.blanks(a)) && self.c(self.blanks(a)) != Some('-') { self.blanks(a) } else { at }
        });
        let Some((_, to_end)) = self.word(Class::To, at) else { return self.after_until_before(first) };
        let second_at = self.blanks(to_end);
        if matches!(first.form, Form::Weekday(_))
            && let Some(end) = self.office_days(&first, second_at)
        {
            return Piece { end, cands: Cands::default(), ..first };
        }
        let Some(second) = self.whole(second_at, true).or_else(|| self.bare_day(&first, second_at)) else {
            return first;
        };
        self.range_of(&first, &second).unwrap_or(first)
    }

    /// 周一至周五 9:00-18:00, 周一至周日: the week as it always is. The place after.
    pub fn office_days(&self, first: &Piece, second_at: usize) -> Option<usize> {
        let (wd, end) = self.weekday_word(second_at).or_else(|| self.weekday_numeral(second_at))?;
        let after = self.blanks(end);
        let whole = first.form == Form::Weekday(1) && wd == 7;
        let hours = self
            .time(after)
            .map(|(_, e)| e)
            .filter(|e| self.t.get(after..*e).is_some_and(|t| t.iter().any(|c| matches!(c, '-' | '~' | '到' | '至'))));
        let said = self.is(Class::SetAfter, after)
            || self.t.get(first.start.saturating_sub(3)..first.start).is_some_and(|t| t.contains(&'间'));
        (whole || hours.is_some() || said).then_some(hours.unwrap_or(end))
    }

    /// 3月和5月之间, 1月15号与2月3号之间.
    pub fn between(&self, first: &Piece) -> Option<Piece> {
        let (_, and_end) = self.word(Class::And, self.blanks(first.end))?;
        let second = self.whole(self.blanks(and_end), true)?;
        let (_, end) = self.word(Class::Between, self.blanks(second.end))?;
        let range = self.range_of(first, &second)?;
        Some(Piece { end, ..range })
    }

    /// 2010年之后2018年之前.
    pub fn after_until_before(&self, first: Piece) -> Piece {
        let try_it = || {
            let (_, end) = self.bound_word(first.end).filter(|(b, _)| *b == 3)?;
            let second = self.piece_after(self.blanks(end), false)?;
            let (_, end) = self.bound_word(second.end).filter(|(b, _)| matches!(b, 1 | 2))?;
            let (a, b) = (first.cands.first()?, second.cands.first()?);
            (a.from < b.from).then(|| {
                let mut piece = Piece::new(first.start, end, Cands::range(a.from, b.from), first.grain, Form::Period);
                piece.within = false;
                piece
            })
        };
        try_it().unwrap_or(first)
    }

    /// 3月1日-15, 2026.3.1-15: a bare number that ends a range of days.
    pub fn bare_day(&self, first: &Piece, at: usize) -> Option<Piece> {
        let ends_in_day =
            matches!(first.form, Form::MonthDay(..) | Form::Fixed | Form::DayOnly(_)) && first.grain == Grain::Day;
        let n = number(self.t, at).filter(|n| ends_in_day && (1..=31).contains(&n.value) && n.length <= 3)?;
        let free = match self.c(n.end) {
            None => true,
            Some('.' | ':' | '/' | '-') => false,
            Some(c) => {
                !c.is_ascii_alphanumeric()
                    && !self.is(Class::Counted, n.end)
                    && !self.is(Class::Unit, n.end)
                    && c != '点'
                    && c != '时'
            }
        };
        let before = first.cands.first()?.from.day();
        (free && n.value > before)
            .then(|| Piece::new(at, n.end, Cands::one(self.today), Grain::Day, Form::DayOnly(n.value)))
    }

    pub fn range_of(&self, first: &Piece, second: &Piece) -> Option<Piece> {
        let mut cands = Cands::default();
        let end_of = |a: NaiveDate| -> Option<Cand> {
            let fixed =
                |days: Option<(NaiveDate, NaiveDate)>| days.map(|(from, to)| Cand { from, to, p: 1.0, note: "" });
            let day = |d: Option<NaiveDate>| fixed(d.map(|d| (d, d)));
            match second.form {
                Form::MonthDay(m, d) => day((a.year()..=a.year() + 8)
                    .filter_map(|y| resolve::ymd(y, m, d.min(resolve::days_in_month(y, m)?)))
                    .find(|d| *d >= a)),
                Form::DayOnly(d) => day((0..=2)
                    .filter_map(|n| {
                        let (y, m) = resolve::shift_month(a.year(), a.month(), n)?;
                        resolve::ymd(y, m, d)
                    })
                    .find(|d| *d >= a)),
                Form::Weekday(wd) => day(resolve::weekday_after(a, weekday(wd)?)),
                Form::Month(m) => {
                    fixed((a.year()..=a.year() + 1).filter_map(|y| resolve::month(y, m)).find(|(_, to)| *to >= a))
                }
                Form::Named(_) => {
                    let c = second.cands.first()?;
                    Some(c).filter(|c| c.to >= a)
                }
                _ => second.cands.iter().find(|c| c.to >= a),
            }
        };
        // The first end may take its year or month from the second: 28日至3月3日, 12月1日-2027年1月5日.
        let starts: Vec<Cand> = match (first.form, second.form, second.cands.first()) {
            (Form::DayOnly(d), Form::MonthDay(..) | Form::Fixed, Some(b)) => [0, -1]
                .into_iter()
                .filter_map(|n| {
                    let (y, m) = resolve::shift_month(b.from.year(), b.from.month(), n)?;
                    resolve::ymd(y, m, d)
                })
                .find(|d| *d <= b.from)
                .map(|d| Cand { from: d, to: d, p: 0.95, note: "" })
                .into_iter()
                .collect(),
            (Form::MonthDay(m, d), Form::Fixed, Some(b)) => [0, -1]
                .into_iter()
                .filter_map(|n| resolve::ymd(b.from.year() + n, m, d))
                .find(|d| *d <= b.from)
                .map(|d| Cand { from: d, to: d, p: 0.95, note: "" })
                .into_iter()
                .collect(),
            _ => first.cands.iter().collect(),
        };
        for a in starts {
            if let Some(b) = end_of(a.from).filter(|b| b.to >= a.from) {
                cands = cands.or(a.from, b.to, a.p, a.note);
            }
        }
        let mut list: Vec<Cand> = cands.iter().collect();
        // A range that is running is likelier than the one of next year.
        if list.len() > 1
            && matches!(first.form, Form::MonthDay(..) | Form::Month(_) | Form::DayOnly(_) | Form::Named(_))
            && let Some(running) = list.iter().position(|c| c.from <= self.today && c.to >= self.today)
        {
            let (chosen, other) = (list.swap_remove(running), list);
            let mut out = Cands::default().or(chosen.from, chosen.to, 0.85, "the one that is running");
            for c in other {
                out = out.or(c.from, c.to, 0.1, "");
            }
            cands = out;
            list = cands.iter().collect();
        }
        let first_cand = *list.first()?;
        // 8月至2月 may stop where February begins.
        if matches!(second.grain, Grain::Month | Grain::Year) {
            let start = match second.grain {
                Grain::Year => first_cand.to.with_ordinal(1)?,
                _ => first_cand.to.with_day(1)?,
            };
            cands = until_start(cands, start);
        }
        let grain = if first.is_day() { Grain::Day } else { first.grain };
        let mut piece = Piece::new(first.start, second.end, cands, grain, Form::Period);
        piece.time = first.time.filter(|_| first_cand.from == first_cand.to);
        Some(piece)
    }

    /// 2016-2018年, 3到5月, 15-20日; lengths so written (3-5天) are passed over.
    pub fn two_numbers_one_unit(&self, at: usize) -> Option<Hit> {
        let one = number(self.t, at).filter(|n| n.length <= 4)?;
        if self.before(at).is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '/' | '第')) {
            return None;
        }
        let (_, to_end) = self.word(Class::To, self.blanks(one.end))?;
        let two = number(self.t, self.blanks(to_end)).filter(|n| n.length <= 4)?;
        let unit_at = self.blanks(two.end);
        let unit = self.c(unit_at)?;
        let skip = Some(Hit::Skip(two.end));
        let cands = match unit {
            '年' if one.length == 4 && two.length == 4 => {
                let (from, to) = (resolve::year(one.value as i32)?, resolve::year(two.value as i32)?);
                until_start(Cands::range(from.0, to.1), to.0)
            }
            '月' if one.value >= 1
                && one.value <= 12
                && (1..=12).contains(&two.value)
                && self.c(unit_at + 1) != Some('薪') =>
            {
                let wrap = i32::from(two.value < one.value);
                let cands = self
                    .by_year(None, |y| Some((resolve::month(y, one.value)?.0, resolve::month(y + wrap, two.value)?.1)));
                match cands.first() {
                    Some(c) => until_start(cands, c.to.with_day(1)?),
                    None => return skip,
                }
            }
            '号' if self.addressed(at) => return skip,
            '日' | '号'
                if one.value >= 1
                    && one.value < two.value
                    && two.value <= 31
                    && !self.is(Class::NotNumberDay, unit_at + 1) =>
            {
                self.by_month(|y, m| Some((resolve::ymd(y, m, one.value)?, resolve::ymd(y, m, two.value)?)))
            }
            _ if self.is(Class::Unit, unit_at) || self.is(Class::Counted, unit_at) => {
                return Some(Hit::Skip(self.word(Class::Unit, unit_at).map_or(unit_at, |(_, e)| e)));
            }
            _ => return None,
        };
        cands.first()?;
        let grain = if unit == '年' {
            Grain::Year
        } else if unit == '月' {
            Grain::Month
        } else {
            Grain::Day
        };
        let piece = Piece::new(at, unit_at + 1, cands, grain, Form::Period);
        Some(Hit::Mention(self.bind(piece, None)))
    }

    /// 从2016到2018, where the lead says that they are years.
    pub fn plain_years(&self, at: usize) -> Option<Hit> {
        let one = number(self.t, at).filter(|n| n.length == 4)?;
        let (_, to_end) = self.word(Class::To, self.blanks(one.end))?;
        let two = number(self.t, self.blanks(to_end)).filter(|n| n.length == 4)?;
        let (from, to) = (resolve::year(one.value as i32)?, resolve::year(two.value as i32)?);
        if from.0 >= to.0
            || self.c(two.end).is_some_and(|c| c.is_ascii_alphanumeric())
            || self.is(Class::Counted, two.end)
        {
            return None;
        }
        let cands = until_start(Cands::range(from.0, to.1), to.0);
        Some(Hit::Mention(self.bind(Piece::new(at, two.end, cands, Grain::Year, Form::Period), None)))
    }
}

/// A second reading that stops at the beginning of the last stretch.
fn until_start(cands: Cands, start: NaiveDate) -> Cands {
    match cands.first() {
        Some(c) if c.from < start => cands.or(c.from, start, 0.2, "up to where the last one begins"),
        _ => cands,
    }
}
