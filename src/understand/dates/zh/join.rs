//! Pieces joined into a mention: weekday beside a date, time of day, 前 and 起, the two ends of a range.

use super::super::{Bound, Grain, resolve};
use super::length::Length;
use super::reader::Reader;
use super::value::{Cands, Form, Piece, Time};
use super::words::Class;

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

/// Characters after a day in which its clause may tell of something done.
const CLAUSE: usize = 14;

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
        let mut first =
            self.whole(start, false).or_else(|| if lead.is_some() { self.whole(at, false) } else { None })?;
        if first.cands.first().is_none() {
            // A date that no calendar has: 2月30日.
            return Some(Hit::Skip(first.end));
        }
        let lead = lead.filter(|_| first.start == start);
        if matches!(first.form, Form::MonthDay(..) | Form::DayOnly(_) | Form::Weekday(_))
            && lead.is_none()
            && self.says_past(first.end)
        {
            first.cands = first.cands.behind(self.today);
        }
        let piece = self.ranged(first);
        if piece.cands.first().is_none() {
            return Some(Hit::Skip(piece.end));
        }
        Some(Hit::Mention(self.bind(piece, lead)))
    }

    /// Whether the clause goes on to tell of something done: 已经, 走了.
    fn says_past(&self, at: usize) -> bool {
        let mut clause = (at..at + CLAUSE).take_while(|i| {
            self.c(*i).is_some_and(|c| !matches!(c, ',' | '.' | ';' | '。' | '!' | '?' | '\n' | ':' | '、'))
        });
        !self.is(Class::Bound, at) && clause.any(|i| self.is(Class::Past, i) && !self.is(Class::Settled, i))
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
            let listed = self.c(next).is_some_and(|c| "、,和及与/".contains(c));
            let next = if listed { self.blanks(next + 1) } else { next };
            let next = self.word(Class::To, next).map_or(next, |(_, e)| self.blanks(e));
            let week = self.before(end).is_some_and(|c| "周期拜一二三四五六日天".contains(c))
                && (next == end || next > self.of(end));
            let day = self.weekday_word(next).or_else(|| self.weekday_numeral(next).filter(|_| week));
            if listed && day.is_none() {
                break;
            }
            let more = day
                .map(|(_, e)| e)
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
        if let Some(piece) = self.years_to_feast(at, &length) {
            return Some(Hit::Mention(self.bind(self.timed(piece), None)));
        }
        if self.number_goes_on(at) || self.before(at) == Some('第') {
            return Some(Hit::Skip(length.end));
        }
        // 2026年, 08年, 26年三月 are years.
        if length.years > 0 && self.year(at).is_some() {
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
                Some(1) => !digits || length.days <= 31,
                Some(-1) => !digits && length.days <= 10,
                _ => false,
            };
            if !counts {
                return if digits || length.days >= 10 { None } else { Some(Hit::Skip(length.end)) };
            }
        }
        if let Some(mut piece) = self.counted_from_today(at, &length) {
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

    /// A piece with what stands beside it: weekday or date, time, what is counted from it.
    pub fn whole(&self, at: usize, second: bool) -> Option<Piece> {
        let piece = self.piece_after(at, second)?;
        if piece.cands.first().is_none() {
            return Some(piece);
        }
        let piece = self.timed(self.beside_it(self.feast_beside(piece)));
        // 周五下午(3月6日).
        let piece = if piece.time.is_some() { self.beside_it(piece) } else { piece };
        Some(self.counted_from(piece))
    }

    /// The time of day after a day.
    pub fn timed(&self, mut piece: Piece) -> Piece {
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

    /// 前, 起, 止 after a piece; not the first character of 前台.
    pub fn bound_word(&self, at: usize) -> Option<(i32, usize)> {
        let at = self.blanks(at);
        if self.is(Class::NotBound, at) {
            return None;
        }
        self.word(Class::Bound, at)
    }

    /// The bound words around a piece.
    pub fn bind(&self, mut piece: Piece, lead: Option<i32>) -> Joined {
        let over =
            || self.word(Class::BreakOver, self.blanks(piece.end)).map(|(_, end)| (3, end)).filter(|_| piece.rest);
        let after = if piece.within { Some((6, piece.end)) } else { over().or_else(|| self.bound_word(piece.end)) };
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
        if self.is_range(&piece) {
            return Joined { piece, bound: Bound::On, edge: Edge::Closed };
        }
        Joined { piece, bound, edge }
    }

    /// Whether the words of a piece hold both ends.
    pub fn is_range(&self, piece: &Piece) -> bool {
        piece.form == Form::Period
            && self.t.get(piece.start..piece.end).is_some_and(|words| {
                words.iter().any(|c| matches!(c, '至' | '到' | '-' | '~' | '—' | '〜' | '和' | '与' | '跟'))
            })
    }
}

impl Joined {
    /// The clock time of the mention.
    pub fn time(&self) -> Option<Time> {
        self.piece.time
    }
}
