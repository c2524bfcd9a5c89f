//! A weekday, a date or a feast beside a day: 3月6日(周五), 周五3月6日, 明天(3月4日), 10月1日国庆节.

use super::super::resolve;
use super::day::weekday;
use super::reader::Reader;
use super::value::{Cand, Cands, Form, Piece};
use super::words::Class;
use crate::understand::dates::Grain;
use chrono::{Datelike, NaiveDate};

impl Reader<'_> {
    /// 10月1日国庆节, 八月十五中秋节: a day and its name; the name says whether the moon is meant.
    pub fn feast_beside(&self, piece: Piece) -> Piece {
        let Form::MonthDay(month, day) = piece.form else { return piece };
        let gap = self.blanks(piece.end);
        let open = matches!(self.c(gap), Some('('));
        let Some(feast) = self.named(if open { gap + 1 } else { gap }).filter(|f| f.is_day()) else { return piece };
        let end = match (open, self.c(feast.end)) {
            (false, _) => feast.end,
            (true, Some(')')) => feast.end + 1,
            _ => return piece,
        };
        let same = |c: &Cand| {
            let moon = crate::calendar::lunar::from_solar(c.from);
            (c.from.month(), c.from.day()) == (month, day) || moon.is_some_and(|l| (l.month, l.day) == (month, day))
        };
        match feast.cands.first().filter(same) {
            Some(_) => Piece { start: piece.start, end, ..feast },
            None => piece,
        }
    }

    /// A weekday or a date beside a day: 3月6日(周五), 周五3月6日, 明天(3月4日), 5/29(五).
    pub fn beside_it(&self, piece: Piece) -> Piece {
        if !piece.is_day() {
            return piece;
        }
        let gap = self.blanks(piece.end);
        let (open, at) = match self.c(gap) {
            Some('(' | '[' | '【' | '〔') => (true, self.blanks(gap + 1)),
            Some(',' | '、' | '/') => (false, self.blanks(gap + 1)),
            _ => (false, gap),
        };
        let comma = !open && self.c(gap).is_some_and(|c| matches!(c, ',' | '、' | '/'));
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
                .or_else(|| self.word(Class::EnglishWeekday, at))
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
            || self.c(at).is_some_and(super::day::number_like);
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
    pub fn inner_time(&self, piece: Piece, wd: u32, end: usize, closed: &dyn Fn(usize) -> Option<usize>) -> Piece {
        let Some((time, after)) = self.time(self.blanks(end)) else { return piece };
        let Some(end) = closed(after) else { return piece };
        let mut piece = self.with_weekday(piece, wd, end, false);
        (piece.time, piece.grain) = (Some(time), time.grain);
        piece
    }

    /// The day completed by the weekday beside it; where they disagree, both are kept.
    pub fn with_weekday(&self, mut piece: Piece, wd: u32, end: usize, comma: bool) -> Piece {
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

    pub fn ends_here(&self, at: usize) -> bool {
        match self.c(self.blanks(at)) {
            None => true,
            Some(c) => !crate::message::fold::is_han(c) && !c.is_alphanumeric(),
        }
    }
}

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

/// The such weekday nearest to a day, at most three days off.
fn nearest_weekday(day: NaiveDate, wd: chrono::Weekday) -> Option<NaiveDate> {
    let ahead = resolve::weekday_on_or_after(day, wd)?;
    if (ahead - day).num_days() <= 3 { Some(ahead) } else { resolve::weekday_before(day, wd) }
}
