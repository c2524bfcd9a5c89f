//! Pieces joined into a mention: weekday beside a date, time of day, 前 and 起, the two ends of a range.

use super::super::{Bound, Grain, resolve};
use super::day::weekday;
use super::number::number;
use super::reader::Reader;
use super::value::{Cand, Cands, Form, Piece, Time};
use super::words::Class;
use chrono::{Datelike, NaiveDate};

/// What a place in the text holds.
#[derive(Debug)]
pub enum Hit {
    Mention(Joined),
    Length(usize, super::length::Length),
    /// Nothing up to there.
    Skip(usize),
}

/// A mention before it is put into the engine's terms.
#[derive(Debug)]
pub struct Joined {
    pub piece: Piece,
    pub bound: Bound,
    /// How a stretch is bound: `From` after its beginning and so on.
    pub edge: Edge,
}

/// Which side of a stretch a bound word opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    Closed,
    /// From its first day.
    FromStart,
    /// From the day after its last.
    FromEnd,
    /// Until the day before its first.
    UntilStart,
    /// Until its last day.
    UntilEnd,
}

impl Reader<'_> {
    /// What begins at `at`.
    pub fn hit(&self, at: usize) -> Option<Hit> {
        if let Some((_, end)) = self.word(Class::Idiom, at) {
            return Some(Hit::Skip(end));
        }
        if let Some(end) = self.every(at) {
            return Some(Hit::Skip(end));
        }
        // 三天后: lengths come before the days that begin with the same number.
        if let Some(hit) = self.length_hit(at) {
            return Some(hit);
        }
        if let Some(hit) = self.two_numbers_one_unit(at) {
            return Some(hit);
        }
        let (lead, start) = match self
            .w
            .all(Class::Lead, self.t, at)
            .map(|(v, end)| (v, self.blanks(end)))
            .find(|(_, end)| self.w.may_start(self.c(*end).unwrap_or(' ')))
        {
            Some((value, end)) => (Some(value), end),
            None => (None, at),
        };
        if lead.is_some() {
            if let Some(hit) = self.length_hit(start).filter(|h| matches!(h, Hit::Mention(_))) {
                return Some(hit);
            }
            if let Some(hit) = self.two_numbers_one_unit(start).or_else(|| self.plain_years(start)) {
                return Some(hit);
            }
        }
        let first = self.whole(start, false).or_else(|| if lead.is_some() { self.whole(at, false) } else { None })?;
        if first.cands.first().is_none() {
            // A date that no calendar has: 2月30日.
            return Some(Hit::Skip(first.end));
        }
        let lead = lead.filter(|_| first.start == start);
        Some(Hit::Mention(self.bind(self.ranged(first), lead)))
    }

    /// 每周三, 每月15日, 逢周五: a set, not a date.
    fn every(&self, at: usize) -> Option<usize> {
        let (_, end) = self.word(Class::Every, at)?;
        let inner = self.blanks(end);
        let length = self.length(inner).map(|l| l.end);
        let unit = self
            .word(Class::Unit, inner)
            .map(|(_, e)| e)
            .or_else(|| self.t.get(inner).filter(|c| "周月年日天季".contains(**c)).map(|_| inner + 1));
        let day = self.weekday_word(inner).map(|(_, e)| e).or_else(|| self.whole(inner, false).map(|p| p.end));
        let mut end = length.into_iter().chain(unit).chain(day).max()?;
        // 每月15日, 每年3月1日至5日, 每周三下午3点.
        for _ in 0..4 {
            let next = self.of(end);
            let next = self.word(Class::To, next).map_or(next, |(_, e)| self.blanks(e));
            let more = self
                .weekday_numeral(next)
                .filter(|_| next == end || self.word(Class::To, end).is_some())
                .map(|(_, e)| e)
                .or_else(|| self.weekday_word(next).map(|(_, e)| e))
                .or_else(|| self.whole(next, true).map(|p| p.end))
                .or_else(|| self.time(next).map(|(_, e)| e))
                .or_else(|| self.position_end(next));
            match more {
                Some(e) if e > end => end = e,
                _ => break,
            }
        }
        Some(end)
    }

    /// 第一个周一, 最后一天 after 每月.
    fn position_end(&self, at: usize) -> Option<usize> {
        let (from, to) = resolve::month(2024, 1)?;
        self.ordinal(at, at, Grain::Month, |f| f(from, to).map_or_else(Cands::default, |(a, b)| Cands::range(a, b)))
            .map(|p| p.end)
    }

    fn length_hit(&self, at: usize) -> Option<Hit> {
        let length = self.length(at)?;
        if self.before(at).is_some_and(|c| super::day::number_like(c) || c == '第') {
            return Some(Hit::Skip(length.end));
        }
        let two_digit_year = length.years > 0 && length.months == 0 && self.year(at).is_some();
        if two_digit_year {
            return None;
        }
        // 15日 is a day of the month unless 内 or 后 follows; 一日 alone is nothing.
        let says_day = self.c(length.end.wrapping_sub(1)) == Some('日')
            && length.days > 0
            && length.working_days == 0
            && length.weeks == 0;
        let digits = self.c(at).is_some_and(|c| c.is_ascii_digit());
        if says_day && !self.t.get(at..length.end).is_some_and(|t| t.contains(&'然') || t.contains(&'历')) {
            let way = self.offset_word(length.end).map(|(way, _)| way);
            let counts = match way {
                Some(2) => true,
                Some(1) => digits && length.days <= 31 || !digits,
                Some(-1) => !digits && length.days <= 10,
                _ => false,
            };
            if !counts {
                return if digits || length.days >= 10 { None } else { Some(Hit::Skip(length.end)) };
            }
        }
        if let Some(mut piece) = self.from_now(at, &length) {
            piece = self.timed(piece);
            let bound = if piece.within { Bound::By } else { Bound::On };
            let joined = Joined { piece, bound, edge: Edge::Closed };
            // 3天后到5天后 is rare; a bound word after it (三天后起) binds as usual.
            return Some(Hit::Mention(if bound == Bound::On {
                self.bind(self.ranged(joined.piece), None)
            } else {
                joined
            }));
        }
        let end =
            self.offset_word(length.end).filter(|_| self.after(Class::Event, at)).map_or(length.end, |_| length.end);
        let said = Length { end, ..length };
        if length.amount().is_none()
            || length.single && matches!(length.unit, Some(super::super::Unit::Day)) && !self.after(Class::Event, at)
        {
            return Some(Hit::Skip(end));
        }
        Some(Hit::Length(at, said))
    }

    /// 2016-2018年, 3到5月, 15-20日; lengths so written (3-5天) are passed over.
    fn two_numbers_one_unit(&self, at: usize) -> Option<Hit> {
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
    fn plain_years(&self, at: usize) -> Option<Hit> {
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

    /// A piece with what stands beside it: weekday or date, time, what is counted from it.
    fn whole(&self, at: usize, second: bool) -> Option<Piece> {
        let piece = self.piece_after(at, second)?;
        if piece.cands.first().is_none() {
            return Some(piece);
        }
        let piece = self.timed(self.beside_it(piece));
        // 周五下午(3月6日).
        let piece = if piece.time.is_some() { self.beside_it(piece) } else { piece };
        Some(self.counted_from(piece))
    }

    /// The time of day after a day.
    fn timed(&self, mut piece: Piece) -> Piece {
        if piece.time.is_some() || !piece.is_day() {
            return piece;
        }
        let mut at = self.blanks(piece.end);
        for _ in 0..2 {
            if let Some((_, end)) = self.word(Class::Filler, at) {
                at = self.blanks(end);
            }
        }
        let comma = self.eat(',', at).map(|a| self.blanks(a));
        let found = self.time(at).or_else(|| {
            // 3月6日,上午9点: only an exact time crosses a comma.
            comma.and_then(|a| self.time(a)).filter(|(t, _)| t.minute.is_some() && t.grain != Grain::PartOfDay)
        });
        if let Some((time, end)) = found {
            piece.time = Some(time);
            piece.grain = time.grain;
            piece.end = end;
        } else if let Some((_, end)) =
            self.word(Class::Filler, self.blanks(piece.end)).filter(|(_, e)| e - self.blanks(piece.end) >= 2)
        {
            // 3月1日当天.
            piece.end = end;
        }
        piece
    }

    /// A weekday or a date beside a day: 3月6日(周五), 周五3月6日, 明天(3月4日), 5/29(五).
    fn beside_it(&self, piece: Piece) -> Piece {
        if !piece.is_day() {
            return piece;
        }
        let gap = self.blanks(piece.end);
        let (open, at) = match self.c(gap) {
            Some('(' | '[' | '【' | '〔') => (true, self.blanks(gap + 1)),
            Some(',' | '、' | '/' | '.') if self.c(gap) != Some('.') => (false, self.blanks(gap + 1)),
            _ => (false, gap),
        };
        let comma = !open && at > gap && self.c(gap) != Some(' ') && !matches!(self.c(gap), None);
        let closed = |end: usize| {
            let end = self.blanks(end);
            match self.c(end) {
                Some(')' | ']' | '】' | '〕') => Some(end + 1),
                _ => None,
            }
        };
        // 5/29(五), 3月6日(周五).
        let single = if open {
            self.word(Class::Weekday, at)
                .filter(|(_, e)| closed(*e).is_some() && !self.c(at).is_some_and(|c| c.is_ascii_digit()))
        } else {
            None
        };
        let wd = single.map(|(wd, e)| (wd as u32, e)).or_else(|| self.weekday_word(at));
        if let Some((wd, end)) = wd.filter(|_| !matches!(piece.form, Form::Weekday(_))) {
            let stands = !comma || !self.is(Class::Bound, self.blanks(end)) && self.time(self.blanks(end)).is_none();
            let end = if open {
                // 3月6日(周五下午) keeps its time for later; without a closing mark nothing is taken.
                match closed(end) {
                    Some(e) => e,
                    None => return self.inner_time(piece, wd, end, &closed),
                }
            } else {
                end
            };
            return if stands { self.with_weekday(piece, wd, end, comma) } else { piece };
        }
        // 周五(3月6日), 下周五 3/13, 明天(3月4日).
        let says_when = matches!(piece.form, Form::Weekday(_)) || open;
        if !says_when || self.before(at) == Some('/') {
            return piece;
        }
        let Some(other) = self.piece_after(at, false).filter(|p| p.is_day() && p.cands.first().is_some()) else {
            return piece;
        };
        let explicit = matches!(other.form, Form::MonthDay(..) | Form::DayOnly(_))
            || self.c(at).is_some_and(|c| super::day::number_like(c));
        if !explicit {
            return piece;
        }
        let end = if open {
            match closed(other.end) {
                Some(e) => e,
                None => return piece,
            }
        } else {
            other.end
        };
        let mut other = Piece { start: piece.start, time: piece.time.or(other.time), ..other };
        if let Form::Weekday(wd) = piece.form {
            other = self.with_weekday(other, wd, end, false);
        } else {
            other = agree(piece, other, end);
        }
        if other.time.is_some() && other.grain == Grain::Day {
            other.grain = piece.grain;
        }
        other
    }

    /// 3月6日(周五下午2点).
    fn inner_time(&self, piece: Piece, wd: u32, end: usize, closed: &dyn Fn(usize) -> Option<usize>) -> Piece {
        let Some((time, after)) = self.time(self.blanks(end)) else { return piece };
        let Some(end) = closed(after) else { return piece };
        let mut piece = self.with_weekday(piece, wd, end, false);
        (piece.time, piece.grain) = (Some(time), time.grain);
        piece
    }

    /// The day completed by the weekday beside it; where they disagree, both are kept.
    fn with_weekday(&self, mut piece: Piece, wd: u32, end: usize, comma: bool) -> Piece {
        let agrees = |d: NaiveDate| d.weekday().number_from_monday() == wd;
        // Without a year or month the weekday may choose among the near ones.
        let near = match piece.form {
            Form::MonthDay(m, d) => {
                let this = self.today.year();
                [this, this + 1, this - 1, this + 2, this - 2]
                    .into_iter()
                    .filter_map(|y| resolve::ymd(y, m, d))
                    .find(|d| agrees(*d) && (*d - self.today).num_days().abs() < 400)
            }
            Form::DayOnly(d) => [0, 1, -1, 2, 3].into_iter().find_map(|n| {
                let (y, m) = resolve::shift_month(self.today.year(), self.today.month(), n)?;
                resolve::ymd(y, m, d).filter(|d| agrees(*d))
            }),
            _ => None,
        };
        let said = piece.cands.first().map(|c| c.from);
        let matching = piece.cands.iter().find(|c| agrees(c.from)).map(|c| c.from).or(near);
        match (matching, said) {
            (Some(day), _) => {
                piece.cands = Cands::default().or(day, day, 0.97, "the weekday agrees");
                piece.end = end;
            }
            (None, Some(day)) => {
                let Some(wanted) = weekday(wd) else { return piece };
                if comma && !self.ends_here(end) {
                    return piece;
                }
                let nearest = nearest_weekday(day, wanted);
                piece.cands = Cands::default().or(day, day, 0.65, "as the day is written").or_day(
                    nearest,
                    0.3,
                    "as the weekday is written",
                );
                piece.conflict = true;
                piece.end = end;
            }
            _ => {}
        }
        piece.form = if matches!(piece.form, Form::MonthDay(..) | Form::DayOnly(_)) { Form::Fixed } else { piece.form };
        piece
    }

    fn ends_here(&self, at: usize) -> bool {
        match self.c(self.blanks(at)) {
            None => true,
            Some(c) => !crate::message::fold::is_han(c) && !c.is_alphanumeric(),
        }
    }

    /// 国庆后第一个工作日, 春节前3天, 3月1日后第三天, 节后首日, 周五后的第一个工作日.
    fn counted_from(&self, piece: Piece) -> Piece {
        let Some((bound, end)) = self.bound_word(piece.end).filter(|(b, _)| matches!(b, 1..=3)) else {
            // 国庆首个工作日, 节后 without 后 do not occur; 春节的最后一个工作日 neither.
            return piece;
        };
        let back = bound != 3;
        let at = self.of(end);
        let edge = |c: Cand| {
            let around = piece.rest.then(|| self.calendar().days_off_around(c.from)).flatten();
            let (from, to) = around.unwrap_or((c.from, c.to));
            if back { from } else { to }
        };
        let fixed = |cands: Cands, end: usize, rest: bool| {
            let mut out = Piece::new(piece.start, end, cands, Grain::Day, Form::Fixed);
            out.rest = rest;
            out
        };
        // 第一个工作日, 首日, 最后一个工作日, 第三天.
        let position = self.counted_position(at);
        if let Some((n, working, after)) = position {
            let n = if back { -n.abs() } else { n.abs() };
            let cands = piece.cands.map(|c| {
                let day = if working {
                    self.calendar().add_working_days(edge(c), n)
                } else if piece.rest && n.abs() == 1 && !back {
                    // 节后首日, 节后第一天: the first day at work.
                    self.calendar().add_working_days(edge(c), 1)
                } else {
                    resolve::add_days(edge(c), i64::from(n))?
                };
                resolve::checked(day).map(|d| (d, d))
            });
            if cands.first().is_some() {
                return self.timed(fixed(cands, after, false));
            }
            return piece;
        }
        // 春节前3天, 3月1日后两周, 国庆后三个工作日内.
        if matches!(piece.form, Form::Weekday(_)) || piece.time.is_some() {
            return piece;
        }
        let Some(length) = self.length(at).filter(|l| l.minutes == 0) else { return piece };
        let cands =
            piece.cands.map(|c| self.moved(if piece.rest { edge(c) } else { c.from }, &length, back).map(|d| (d, d)));
        if cands.first().is_none() {
            return piece;
        }
        let mut out = fixed(cands, length.end, false);
        if let Some((way, after)) = self.offset_word(length.end) {
            match way {
                2 => (out.within, out.end) = (true, after),
                _ => return piece,
            }
        }
        out
    }

    /// 第一个工作日: 1, working; 首日, 第一天: 1; 最后一个工作日: -1, working.
    fn counted_position(&self, at: usize) -> Option<(i32, bool, usize)> {
        let (n, end) = if self.c(at) == Some('第') {
            let n = number(self.t, at + 1).filter(|n| (1..=60).contains(&n.value))?;
            let end = self.eat('个', n.end).unwrap_or(n.end);
            (n.value as i32, end)
        } else {
            let (n, end) = self.word(Class::Ordinal, at)?;
            (n, self.eat('个', end).unwrap_or(end))
        };
        if let Some((_, after)) = self.word(Class::WorkingDay, end) {
            return Some((n, true, after));
        }
        match self.c(end) {
            Some('天' | '日') if self.c(end + 1) != Some('常') => Some((n, false, end + 1)),
            _ => None,
        }
    }

    /// 前, 起, 止 after a piece; not the first character of 前台.
    pub fn bound_word(&self, at: usize) -> Option<(i32, usize)> {
        let at = self.blanks(at);
        if self.is(Class::NotBound, at) {
            return None;
        }
        self.word(Class::Bound, at)
    }

    /// The piece, or the range that it begins.
    fn ranged(&self, first: Piece) -> Piece {
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
        let Some(second) = self.whole(second_at, true).or_else(|| self.bare_day(&first, second_at)) else {
            return first;
        };
        self.range_of(&first, &second).unwrap_or(first)
    }

    /// 3月和5月之间, 1月15号与2月3号之间.
    fn between(&self, first: &Piece) -> Option<Piece> {
        let (_, and_end) = self.word(Class::And, self.blanks(first.end))?;
        let second = self.whole(self.blanks(and_end), true)?;
        let (_, end) = self.word(Class::Between, self.blanks(second.end))?;
        let range = self.range_of(first, &second)?;
        Some(Piece { end, ..range })
    }

    /// 2010年之后2018年之前.
    fn after_until_before(&self, first: Piece) -> Piece {
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
    fn bare_day(&self, first: &Piece, at: usize) -> Option<Piece> {
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

    fn range_of(&self, first: &Piece, second: &Piece) -> Option<Piece> {
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
            (Form::MonthDay(m, d), Form::Fixed, Some(b)) if second.time.is_none() || first.time.is_none() || true => {
                [0, -1]
                    .into_iter()
                    .filter_map(|n| resolve::ymd(b.from.year() + n, m, d))
                    .find(|d| *d <= b.from)
                    .map(|d| Cand { from: d, to: d, p: 0.95, note: "" })
                    .into_iter()
                    .collect()
            }
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
            && matches!(
                first.form,
                Form::MonthDay(..) | Form::Month(_) | Form::DayOnly(_) | Form::Weekday(_) | Form::Named(_)
            )
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

    /// The bound words around a piece.
    fn bind(&self, mut piece: Piece, lead: Option<i32>) -> Joined {
        let after = if piece.within { Some((6, piece.end)) } else { self.bound_word(piece.end) };
        // 结束, 开始 as the predicate of another thing are no bound of a time of day.
        let value = match (after, lead) {
            (Some((v, end)), _) => {
                piece.end = end;
                Some(v)
            }
            (None, lead) => lead,
        };
        // 自3月1日起至…, 截至周五前: the word after says more.
        let value = match (value, lead) {
            (Some(5), Some(4)) => Some(5),
            (v, _) => v,
        };
        let bound = match value {
            Some(1 | 6 | 7) => Bound::By,
            Some(2) => Bound::Before,
            Some(3) => Bound::After,
            Some(4 | 8) => Bound::From,
            Some(5) => Bound::Until,
            _ => Bound::On,
        };
        let stretch = !piece.is_day() || piece.cands.first().is_some_and(|c| c.from != c.to);
        let closed_range =
            matches!(piece.form, Form::Period) && piece.is_day() && stretch && lead == Some(4) && after.is_none();
        let edge = match value {
            _ if closed_range => Edge::Closed,
            Some(1 | 2) if stretch || piece.rest => Edge::UntilStart,
            Some(3) if stretch || piece.rest => Edge::FromEnd,
            Some(4 | 8) if stretch => Edge::FromStart,
            Some(5 | 7) if stretch => Edge::UntilEnd,
            _ => Edge::Closed,
        };
        // Between its two ends a range is closed: 从一月十日到20日, 3月1日至5月31日止.
        let edge = if self.is_range(&piece) && matches!(value, Some(4 | 5)) { Edge::Closed } else { edge };
        Joined {
            piece,
            bound: if self.is_range(&piece) && matches!(value, Some(4 | 5)) { Bound::On } else { bound },
            edge,
        }
    }

    /// Whether the words of a piece hold both ends.
    fn is_range(&self, piece: &Piece) -> bool {
        piece.form == Form::Period
            && self.t.get(piece.start..piece.end).is_some_and(|words| {
                words.iter().any(|c| matches!(c, '至' | '到' | '-' | '~' | '—' | '〜' | '和' | '与' | '跟'))
            })
    }
}

use super::length::Length;

/// A relative day and the date beside it.
fn agree(said: Piece, mut other: Piece, end: usize) -> Piece {
    let (a, b) = (said.cands, other.cands);
    let both = a.iter().find(|x| b.iter().any(|y| y.from == x.from));
    match (both, b.first(), a.first()) {
        (Some(day), _, _) => other.cands = Cands::default().or(day.from, day.from, 0.97, "both say so"),
        (None, Some(date), Some(word)) => {
            other.cands = Cands::default().or(date.from, date.to, 0.6, "as the day is written").or(
                word.from,
                word.to,
                0.35,
                "as the word beside it says",
            );
            other.conflict = true;
        }
        _ => {}
    }
    other.form = Form::Fixed;
    other.end = end;
    other
}

/// A second reading that stops at the beginning of the last stretch.
fn until_start(cands: Cands, start: NaiveDate) -> Cands {
    match cands.first() {
        Some(c) if c.from < start => cands.or(c.from, start, 0.2, "up to where the last one begins"),
        _ => cands,
    }
}

/// The such weekday nearest to a day, at most three days off.
fn nearest_weekday(day: NaiveDate, wd: chrono::Weekday) -> Option<NaiveDate> {
    let ahead = resolve::weekday_on_or_after(day, wd)?;
    if (ahead - day).num_days() <= 3 { Some(ahead) } else { resolve::weekday_before(day, wd) }
}

impl Joined {
    /// The clock time of the mention.
    pub fn time(&self) -> Option<Time> {
        self.piece.time
    }
}
