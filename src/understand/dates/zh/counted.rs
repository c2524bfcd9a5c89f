//! What is counted from a day: 国庆后第一个工作日, 春节前3天, 感恩节后的周一, 圣诞节两周后.

use super::super::{Grain, resolve};
use super::number::number;
use super::reader::Reader;
use super::value::{Cand, Cands, Form, Piece};
use super::words::Class;

impl Reader<'_> {
    /// 国庆后第一个工作日, 春节前3天, 3月1日后第三天, 节后首日, 周五后的第一个工作日.
    pub fn counted_from(&self, piece: Piece) -> Piece {
        let over = || self.word(Class::BreakOver, self.blanks(piece.end)).map(|(_, end)| (3, end));
        let said =
            over().filter(|_| piece.rest).or_else(|| self.bound_word(piece.end)).filter(|(b, _)| matches!(b, 1..=3));
        let Some((bound, end)) = said else {
            // 国庆首个工作日, 节后 without 后 do not occur; 春节的最后一个工作日 neither.
            return self.length_beside(&piece).unwrap_or(piece);
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
        if let Some((n, wd, after)) = self.counted_weekday(at).filter(|_| piece.form != Form::Period) {
            let cands = piece.cands.map(|c| {
                let (wanted, from) = (super::day::weekday(wd)?, edge(c));
                let first =
                    if back { resolve::weekday_before(from, wanted) } else { resolve::weekday_after(from, wanted) };
                let day = resolve::add_weeks(first?, if back { 1 - n } else { n - 1 })?;
                Some((day, day))
            });
            if cands.first().is_some() {
                return self.timed(fixed(cands, after, false));
            }
        }
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

    /// 周一, 下一个周三, 第二个星期五: which one (1 the nearest), the weekday, and the place after.
    fn counted_weekday(&self, at: usize) -> Option<(i64, u32, usize)> {
        let (n, noun) = if self.c(at) == Some('第') {
            let n = number(self.t, at + 1).filter(|n| (1..=53).contains(&n.value))?;
            (i64::from(n.value), self.eat('个', n.end)?)
        } else {
            let next = [Class::Ordinal, Class::Relative].into_iter().find_map(|class| self.word(class, at));
            match next {
                // 下周一 after a day is of another week than the day's.
                Some((n, end)) if n.abs() == 1 && self.c(end - 1) == Some('个') => (1, end),
                Some(_) => return None,
                None => (1, at),
            }
        };
        let (wd, end) = self.weekday_word(noun)?;
        Some((n, wd, end))
    }

    /// 感恩节两周后, 圣诞节一个月前: a length and its way directly after a named day.
    fn length_beside(&self, piece: &Piece) -> Option<Piece> {
        if !matches!(piece.form, Form::Named(_)) || piece.time.is_some() {
            return None;
        }
        let length = self.length(self.of(piece.end)).filter(|l| l.minutes == 0)?;
        let (way, end) = self.offset_word(length.end).filter(|(way, _)| way.abs() == 1)?;
        let cands = piece.cands.map(|c| {
            let edge = if way < 0 { c.from } else { c.to };
            self.moved(edge, &length, way < 0).map(|d| (d, d))
        });
        cands.first()?;
        Some(Piece::new(piece.start, end, cands, Grain::Day, Form::Fixed))
    }
}
